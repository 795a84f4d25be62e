//! Making, finding and removing VMs.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::factory::{self, Config, Infrastructure};
use crate::hypervisor::BiologicalType;
use crate::lang::number::{kilobases, map, number, only, percent};
use crate::lang::world::with;
use crate::lang::{LangError, RhaiResultOf, Vm, World};

/// Creates a VM and makes it current if there is no current one.
pub(super) fn create(
    world: &mut World,
    id: &str,
    biological_type: &str,
    vm_type: &str,
    options: &Map,
) -> Result<Vm, LangError> {
    let config = config(world, biological_type, vm_type, options)?;
    if let Some(nutrient) = config.nutrient {
        let present = world.hypervisor.chassis().nutrient();
        if !world.hypervisor.vms().is_empty() && nutrient != present {
            return Err(LangError::NutrientFixed { present: present.value() });
        }
        world.hypervisor.settle_in(nutrient)?;
    }
    world.hypervisor.create(config.spec(id)?)?;
    world.current.get_or_insert_with(|| id.to_owned());
    Ok(Vm { id: id.to_owned() })
}

const CREATE: &str = "create_bio_vm";

fn config(
    world: &World,
    biological_type: &str,
    vm_type: &str,
    options: &Map,
) -> Result<Config, LangError> {
    only(CREATE, options, &["resource_limits", "genome_file", "nutrient"])?;
    let mut config = Config::new(
        BiologicalType::parse(biological_type)?,
        Infrastructure::parse(vm_type).map_err(|error| match error {
            factory::FactoryError::UnknownVmType { given, nearest } => LangError::UnknownName {
                kind: "VM type",
                given,
                nearest,
                valid: Infrastructure::ALL.map(|i| i.name().to_owned()).to_vec(),
            },
            _ => LangError::NotAvailable { what: "the VM type `xcpng`" },
        })?,
    );
    if let Some(limits) = options.get("resource_limits") {
        let limits = map("resource_limits", limits)?;
        only("resource_limits", &limits, &["max_ribosomes", "max_atp", "max_memory_kb"])?;
        if let Some(value) = limits.get("max_ribosomes") {
            config.limits.max_ribosomes = number("max_ribosomes", value)?;
        }
        if let Some(value) = limits.get("max_atp") {
            config.limits.max_atp_percent = percent("max_atp", value)?;
        }
        if let Some(value) = limits.get("max_memory_kb") {
            config.limits.max_memory_kb = kilobases("max_memory_kb", value)?;
        }
    }
    if let Some(value) = options.get("nutrient") {
        config.nutrient = Some(crate::chassis::Nutrient::new(number("nutrient", value)?)?);
    }
    if let Some(value) = options.get("genome_file") {
        let path = value.clone().into_string().map_err(|_| LangError::WrongType {
            what: "genome_file".to_owned(),
            expected: "the path of a .genome file",
            got: crate::lang::number::kind(value),
        })?;
        config.genome =
            Some(std::sync::Arc::new(crate::genome::read_file(world.options.read_dir.join(path))?));
    }
    Ok(config)
}

/// Making, finding and removing VMs.
#[export_module]
pub mod functions {
    /// Creates a VM on infrastructure `basic`; `create_vm` is the same. The first VM becomes the current one, on which bare
    /// calls act.
    ///
    /// * `id` - its name: letters, digits, `_` and `-`
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    ///
    /// # Errors
    /// When the id is taken or the type is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let cell = create_bio_vm("demo", "ecoli");
    /// ```
    #[rhai_fn(global, name = "create_bio_vm", name = "create_vm", return_raw)]
    pub fn create_bio_vm(
        context: NativeCallContext,
        id: &str,
        biological_type: &str,
    ) -> RhaiResultOf<Vm> {
        with(&context, |world| create(world, id, biological_type, "basic", &Map::new()))
    }

    /// Creates a VM on the infrastructure `vm_type`: `"basic"`, which is here; `"xcpng"` is refused
    /// until remote VMs are there.
    ///
    /// # Errors
    /// When the id is taken or a type is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let cell = create_bio_vm("demo", "syn3a", "basic");
    /// ```
    #[rhai_fn(global, name = "create_bio_vm", name = "create_vm", return_raw)]
    pub fn create_bio_vm_on(
        context: NativeCallContext,
        id: &str,
        biological_type: &str,
        vm_type: &str,
    ) -> RhaiResultOf<Vm> {
        with(&context, |world| create(world, id, biological_type, vm_type, &Map::new()))
    }

    /// Creates a VM with a configuration.
    ///
    /// * `resource_limits` - `#{max_ribosomes, max_atp [%], max_memory_kb [kb]}`
    /// * `genome_file` - a `.genome` file to run in place of the shipped genome
    /// * `nutrient` - quality of the medium, 0.01 to 1; only for the first VM of a chassis
    ///
    /// # Errors
    /// When the id is taken, a type or key is unknown, a limit is no positive number or exceeds the
    /// host, or the genome cannot be read.
    ///
    /// # Example
    /// ```rhai
    /// let cell = create_bio_vm("demo", "ecoli", "basic", #{resource_limits: #{max_ribosomes: 500}});
    /// ```
    #[rhai_fn(global, name = "create_bio_vm", name = "create_vm", return_raw)]
    pub fn create_bio_vm_with(
        context: NativeCallContext,
        id: &str,
        biological_type: &str,
        vm_type: &str,
        config: Map,
    ) -> RhaiResultOf<Vm> {
        with(&context, |world| create(world, id, biological_type, vm_type, &config))
    }

    /// The names of the biological types.
    ///
    /// # Example
    /// ```rhai
    /// supported_biological_types()
    /// ```
    #[rhai_fn(global)]
    pub fn supported_biological_types() -> Array {
        BiologicalType::ALL.iter().map(|t| Dynamic::from(t.name())).collect()
    }

    /// The names of the infrastructures that are there.
    ///
    /// # Example
    /// ```rhai
    /// supported_vm_types()
    /// ```
    #[rhai_fn(global)]
    pub fn supported_vm_types() -> Array {
        vec![Dynamic::from(Infrastructure::Basic.name())]
    }

    /// Whether a name is one of a VM type that is there.
    ///
    /// # Example
    /// ```rhai
    /// validate_vm_type("basic")
    /// ```
    #[rhai_fn(global)]
    pub fn validate_vm_type(name: &str) -> bool {
        Infrastructure::parse(name).is_ok()
    }

    /// The ids of all VMs, in the order of their creation.
    ///
    /// # Example
    /// ```rhai
    /// list_vms()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn list_vms(context: NativeCallContext) -> RhaiResultOf<Array> {
        with(&context, |world| {
            let ids = world.hypervisor.vms().iter().map(|vm| Dynamic::from(vm.id().to_owned()));
            Ok::<_, LangError>(ids.collect())
        })
    }

    /// A VM by its id.
    ///
    /// # Errors
    /// When there is none.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// vm("demo").start();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn vm(context: NativeCallContext, id: &str) -> RhaiResultOf<Vm> {
        with(&context, |world| world.hypervisor.vm(id).map(|vm| Vm { id: vm.id().to_owned() }))
    }

    /// Makes a VM the current one, on which bare calls act.
    ///
    /// # Errors
    /// When there is none of that id.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// create_bio_vm("other", "syn3a");
    /// attach("other");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn attach(context: NativeCallContext, id: &str) -> RhaiResultOf<Vm> {
        with(&context, |world| {
            let vm = Vm { id: world.hypervisor.vm(id)?.id().to_owned() };
            world.current = Some(vm.id.clone());
            Ok::<_, LangError>(vm)
        })
    }

    /// Leaves the current VM running and makes none current.
    ///
    /// # Example
    /// ```rhai
    /// detach();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn detach(context: NativeCallContext) -> RhaiResultOf<()> {
        with(&context, |world| {
            world.current = None;
            Ok::<_, LangError>(())
        })
    }

    /// The VM on which bare calls act.
    ///
    /// # Errors
    /// When there is none.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// current_vm().start();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn current_vm(context: NativeCallContext) -> RhaiResultOf<Vm> {
        with(&context, |world| world.current().map(|id| Vm { id: id.to_owned() }))
    }

    /// Removes a VM, whatever its state. False if there is none of that id.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// terminate_vm("demo");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn terminate_vm(context: NativeCallContext, id: &str) -> RhaiResultOf<bool> {
        with(&context, |world| Ok::<_, LangError>(world.destroy(id).is_ok()))
    }
}
