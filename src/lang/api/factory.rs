//! Making, finding and removing VMs.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::factory::config_file::{ConfigError, Format, VmConfig};
use crate::factory::{self, Config, Infrastructure};
use crate::hypervisor::BiologicalType;
use crate::lang::chassis::on;
use crate::lang::number::{kilobases, kind, map, number, only, percent};
use crate::lang::output::Output;
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
    create_from(world, id, config(world, biological_type, vm_type, options)?)
}

const CREATE: &str = "create_bio_vm";

/// Makes a VM from a configuration that was checked.
pub(crate) fn create_from(world: &mut World, id: &str, config: Config) -> Result<Vm, LangError> {
    world.free(id)?;
    let name = config.chassis.clone().unwrap_or_else(|| world.chassis.clone());
    let new = !world.made.contains(&name);
    if new {
        world.make_chassis(&name, config.nutrient.unwrap_or_default())?;
    }
    let made = place(world, &name, id, config);
    if made.is_err() && new {
        world.made.retain(|made| *made != name);
        world.parked.retain(|parked| parked.name != name);
    }
    made?;
    if world.current.is_none() {
        world.attach(id)?;
    }
    Ok(Vm { id: id.to_owned() })
}

/// Puts a VM on a chassis.
fn place(world: &mut World, chassis: &str, id: &str, config: Config) -> Result<(), LangError> {
    world.on_chassis(chassis, |world| put(world, id, config))
}

fn put(world: &mut World, id: &str, config: Config) -> Result<(), LangError> {
    if let Some(nutrient) = config.nutrient {
        let present = world.hypervisor.chassis().nutrient();
        if !world.hypervisor.vms().is_empty() && nutrient != present {
            return Err(LangError::NutrientFixed { present: present.value() });
        }
        world.hypervisor.settle_in(nutrient)?;
    }
    let seed = config.seed;
    world.hypervisor.create(config.spec(id)?)?;
    if let Some(seed) = seed {
        world.hypervisor.seed_vm(id, seed)?;
    }
    Ok(())
}

fn config(
    world: &World,
    biological_type: &str,
    vm_type: &str,
    options: &Map,
) -> Result<Config, LangError> {
    let keys = [
        "chassis",
        "resource_limits",
        "genome_file",
        "nutrient",
        "seed",
        "custom_params",
        "xcpng_config",
    ];
    only(CREATE, options, &keys)?;
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
    if let Some(params) = options.get("custom_params") {
        rules(&map("custom_params", params)?, &mut config)?;
    }
    if let Some(value) = options.get("chassis") {
        let name = value.clone().into_string().map_err(|_| LangError::WrongType {
            what: "chassis".to_owned(),
            expected: "the name of a chassis",
            got: kind(value),
        })?;
        config.chassis = Some(name);
    }
    if let Some(value) = options.get("nutrient") {
        config.nutrient = Some(crate::chassis::Nutrient::new(number("nutrient", value)?)?);
    }
    if let Some(value) = options.get("seed") {
        let seed = value.as_int().ok().and_then(|n| u64::try_from(n).ok());
        config.seed = Some(seed.ok_or_else(|| LangError::WrongType {
            what: "the seed".to_owned(),
            expected: "a whole number, zero or more",
            got: kind(value),
        })?);
    }
    if let Some(value) = options.get("genome_file") {
        let path = value.clone().into_string().map_err(|_| LangError::WrongType {
            what: "genome_file".to_owned(),
            expected: "the path of a .genome file",
            got: kind(value),
        })?;
        config.genome =
            Some(std::sync::Arc::new(crate::genome::read_file(world.readable(&path)?)?));
    }
    Ok(config)
}

/// The rules that a biological type has, and only these.
fn rules(params: &Map, config: &mut Config) -> Result<(), LangError> {
    let of_type: &[&str] = match config.biological_type {
        BiologicalType::Syn3a => &["essential_only"],
        BiologicalType::MinimalCell => &["minimal_functions_only"],
        BiologicalType::Ecoli => &[],
    };
    only("custom_params of this biological type", params, of_type)?;
    for (key, value) in params {
        let on = value.as_bool().map_err(|_| LangError::WrongType {
            what: key.to_string(),
            expected: "true or false",
            got: kind(value),
        })?;
        match key.as_str() {
            "essential_only" => config.rules.essential_only = on,
            _ => config.rules.minimal_functions_only = on,
        }
    }
    Ok(())
}

fn from_file(world: &mut World, id: &str, path: &str) -> Result<Vm, LangError> {
    let file = world.readable(path)?;
    let refused =
        |error: ConfigError| LangError::Config { path: path.to_owned(), error: Box::new(error) };
    let read = VmConfig::load(&file).map_err(refused)?;
    for note in read.notes {
        world.show(Output::Remark(format!("{path}: {note}")));
    }
    let folder = file.parent().unwrap_or(std::path::Path::new("."));
    create_from(world, id, read.config.to_config(folder).map_err(refused)?)
}

fn to_file(world: &mut World, id: &str, path: &str) -> Result<(), LangError> {
    let refused =
        |error: ConfigError| LangError::Config { path: path.to_owned(), error: Box::new(error) };
    let format = Format::of(std::path::Path::new(path)).map_err(refused)?;
    let vm = world.hypervisor.vm(id)?;
    let mut config = VmConfig::defaults(vm.biological_type());
    let limits = vm.limits();
    config.resource_limits.max_ribosomes = limits.max_ribosomes;
    config.resource_limits.max_atp = limits.max_atp_percent;
    config.resource_limits.max_memory_kb = limits.max_memory_kb;
    let rules = vm.rules();
    config.custom_params.essential_only =
        config.custom_params.essential_only.map(|_| rules.essential_only);
    config.custom_params.minimal_functions_only =
        config.custom_params.minimal_functions_only.map(|_| rules.minimal_functions_only);
    config.chassis.clone_from(&world.chassis);
    config.nutrient = Some(world.hypervisor.chassis().nutrient().value());
    let shipped = vm.biological_type().genome_name();
    if vm.genome().name != shipped {
        config.genome_file = Some(format!("{}.genome", vm.genome().name));
    }
    let text = config.text(format);
    world.write(path, text.as_bytes())
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
    /// * `id` - its name: letters, digits, `_` and `-`
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    /// * `vm_type` - `"basic"`
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
    /// * `id` - its name: letters, digits, `_` and `-`
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    /// * `vm_type` - `"basic"`
    /// * `config` - a map of:
    /// * `resource_limits` - `#{max_ribosomes, max_atp [%], max_memory_kb [kb]}`
    /// * `genome_file` - a `.genome` file to run in place of the shipped genome
    /// * `nutrient` - quality of the medium, 0.01 to 1; only for the first VM of a chassis
    /// * `seed` - of the VM's own random stream
    /// * `chassis` - the name of the host to run on; the current one if nothing is said. A name that
    ///   is not there makes a new chassis, in the medium `nutrient`
    /// * `custom_params` - `#{essential_only: true}` for syn3a, `#{minimal_functions_only: false}` for
    ///   minimal_cell
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

    /// Creates a VM from a configuration file: TOML or JSON, by its ending. `bioxen config template`
    /// prints one to begin with.
    ///
    /// * `id` - its name
    /// * `path` - beside the script
    ///
    /// # Errors
    /// When the id is taken, the file cannot be read, or something in it is wrong: all of it is
    /// told.
    ///
    /// # Example
    /// ```rhai
    /// // create_from_config("demo", "my.toml");
    /// create_bio_vm("demo", "ecoli").save_config("my.toml");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn create_from_config(
        context: NativeCallContext,
        id: &str,
        path: &str,
    ) -> RhaiResultOf<Vm> {
        with(&context, |world| from_file(world, id, path))
    }

    /// Writes the configuration of a VM to a file, from which another can be made.
    ///
    /// * `path` - inside the output folder, ending in `.toml` or `.json`
    ///
    /// # Errors
    /// When the ending is another, or the file cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").save_config("my.json");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn save_config(context: NativeCallContext, vm: Vm, path: &str) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| to_file(world, &vm.id, path))
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
    /// * `name` - such as `"basic"`
    ///
    /// # Example
    /// ```rhai
    /// validate_vm_type("basic")
    /// ```
    #[rhai_fn(global)]
    pub fn validate_vm_type(name: &str) -> bool {
        Infrastructure::parse(name).is_ok()
    }

    /// The ids of all VMs, chassis by chassis, in the order of their creation.
    ///
    /// # Example
    /// ```rhai
    /// list_vms()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn list_vms(context: NativeCallContext) -> RhaiResultOf<Array> {
        with(&context, |world| {
            let ids = world.all_vms().map(|vm| Dynamic::from(vm.id().to_owned()));
            Ok::<_, LangError>(ids.collect())
        })
    }

    /// A VM by its id.
    ///
    /// * `id` - the id of a VM
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
        with(&context, |world| world.find(id).map(|vm| Vm { id: vm.id().to_owned() }))
    }

    /// Makes a VM the current one, on which bare calls act, and its chassis the current one.
    ///
    /// * `id` - the id of a VM
    ///
    /// # Errors
    /// When there is none of that id, or it is on another chassis than the one that is running.
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
            world.attach(id)?;
            Ok::<_, LangError>(Vm { id: id.to_owned() })
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
    /// * `id` - the id of a VM
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
