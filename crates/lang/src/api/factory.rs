//! Making, finding and removing VMs.

mod making;

pub use making::{CONFIG_KEYS, LIMIT_KEYS};

pub use making::create_from;
pub(super) use making::{HOST, create, limits, quick_start};
use making::{from_file, to_file};
use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::plugins::{bring, of_configuration};
use crate::world::on;
use crate::world::with;
use crate::{LangError, RhaiResultOf, Vm};
use bioxen_base::pattern::matches_pattern;
use bioxen_cell::factory::Infrastructure;
use bioxen_cell::hypervisor::BiologicalType;

/// Making, finding and removing VMs.
#[export_module]
pub mod functions {
    /// Creates a VM where the other VMs of its chassis run, or else on the infrastructure `basic`. `create_vm` and `create_bio_vm` are
    /// two names of the same function. The first VM becomes the current one, on which bare
    /// calls act.
    ///
    /// * `id` - its name: a letter, then letters, digits, `_` and `-`
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    ///
    /// # Errors
    /// If the id is taken or the type is unknown.
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
        with(&context, |world| create(world, id, biological_type, None, &Map::new()))
    }

    /// Creates a VM on the infrastructure `vm_type`: `"basic"` is this program, `"ssh"` needs a configuration
    /// that says which machine is meant, and `"xcpng"` one that says in which pool a machine is made.
    ///
    /// * `id` - its name: a letter, then letters, digits, `_` and `-`
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    /// * `vm_type` - `"basic"`, `"ssh"` or `"xcpng"`
    ///
    /// # Errors
    /// If the id is taken or a type is unknown.
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
        with(&context, |world| create(world, id, biological_type, Some(vm_type), &Map::new()))
    }

    /// Creates a VM with a configuration, where the other VMs of its chassis run, or else on the infrastructure
    /// `basic`.
    ///
    /// * `id` - its name: a letter, then letters, digits, `_` and `-`
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    /// * `config` - a map, with the same keys as in the form that names the infrastructure
    ///
    /// # Errors
    /// If the id is taken, a type or key is unknown, a limit is not a positive number or exceeds the
    /// host, or the genome cannot be read.
    ///
    /// # Example
    /// ```rhai
    /// let cell = create_bio_vm("demo", "ecoli", #{resource_limits: "host"});
    /// ```
    #[rhai_fn(global, name = "create_bio_vm", name = "create_vm", return_raw)]
    pub fn create_bio_vm_configured(
        context: NativeCallContext,
        id: &str,
        biological_type: &str,
        config: Map,
    ) -> RhaiResultOf<Vm> {
        with(&context, |world| create(world, id, biological_type, None, &config))
    }

    /// Creates a VM with a configuration.
    ///
    /// * `id` - its name: a letter, then letters, digits, `_` and `-`
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    /// * `vm_type` - `"basic"`, `"ssh"` or `"xcpng"`: a VM of the type `ssh` lives on another machine, with its
    ///   whole chassis. It is used as any other; runs are simulated there, with the same numbers. For the first
    ///   VM of the type `xcpng` of a chassis, a machine is made in a pool of XCP-ng; it is destroyed with the
    ///   last VM on it, and at the end of the session
    /// * `config` - a map of:
    /// * `resource_limits` - `#{max_ribosomes, max_polymerases, max_atp [%], max_memory_kb [kb]}`. The defaults
    ///   are 50 ribosomes, 80 % and 200 kb for syn3a, 100 ribosomes, 90 % and 500 kb for ecoli, 20 ribosomes,
    ///   60 % and 100 kb for minimal_cell, and as many RNA polymerases as the host has. `"host"` means no limits but the host's own (see
    ///   `set_limits`). The end of a run reports each VM that was held back at a quota
    /// * `genome_file` - a genome to run instead of the shipped one: a `.genome` file, GenBank, SnapGene
    ///   (`.dna`) or GFF3 with its sequence, also compressed by gzip
    /// * `tpm` - the abundance of transcripts if that genome gives none: `"auto"`, the default (by symbol
    ///   from *E. coli*, else predicted from length and amino acids, else the median), `"uniform"`, a
    ///   number [TPM], or a table of genes and TPM such as `"mine.tsv"`. A remark says how many genes
    ///   have which kind of abundance
    /// * `nutrient` - quality of the medium, 0.01 to 1; only for the first VM of a chassis
    /// * `seed` - seed of the VM's own random stream. The stream depends on this seed only, not on other
    ///   VMs; two VMs with the same seed have the same stream. `seed(..)` and the repetitions of an
    ///   ensemble restart all streams
    /// * `chassis` - the name of the host to run on; by default the current one. A new name makes a new
    ///   chassis, in the medium `nutrient`
    /// * `custom_params` - `#{essential_only: true}` for syn3a, `#{minimal_functions_only: false}` for
    ///   minimal_cell
    /// * `ssh_config` - for the type `ssh`: the machine and how to get in, `#{host, ssh_user, ssh_port,
    ///   ssh_key_path, known_hosts, host_key_sha256, binary}` and more; see docs/remote.md. The program has to
    ///   be called with `--allow-remote HOST`
    /// * `xcpng_config` - for the type `xcpng`: the pool, who logs in, and what the machine is to be,
    ///   `#{xapi_url, username, password_env, tls_fingerprint_sha256, template_name, vm_memory, ssh_user}` and
    ///   more; see docs/xcpng.md. `--allow-remote HOST` names the host of the pool
    ///
    /// # Errors
    /// If the id is taken, a type or key is unknown, a limit is not a positive number or exceeds the
    /// host, or the genome cannot be read; if the other machine is not reached, is not the one that is
    /// known, or has no agent; if the VMs of the chassis run elsewhere.
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
        with(&context, |world| create(world, id, biological_type, Some(vm_type), &config))
    }

    /// Creates a VM from a configuration file, TOML or JSON according to its ending.
    /// `bioxen config template` prints a template.
    ///
    /// * `id` - its name
    /// * `path` - beside the script
    ///
    /// # Errors
    /// If the id is taken, the file cannot be read, or something in it is wrong; the error lists all
    /// problems.
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
        with(&context, |world| {
            for plugin in of_configuration(&world.options, path)? {
                bring(context.engine(), world, &plugin)?;
            }
            from_file(world, id, path)
        })
    }

    /// Writes the configuration of a VM to a file, from which another VM can be made.
    ///
    /// * `path` - inside the output folder, ending in `.toml` or `.json`
    ///
    /// # Errors
    /// If the file has another ending, or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").save_config("my.json");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn save_config(context: NativeCallContext, vm: Vm, path: &str) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| to_file(world, &vm.id, path))
    }

    /// The names of the biological types, those of the plug-ins that are loaded among them.
    ///
    /// # Example
    /// ```rhai
    /// supported_biological_types()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn supported_biological_types(context: NativeCallContext) -> RhaiResultOf<Array> {
        with(&context, |world| {
            let own = world.plugins.types().into_iter().map(BiologicalType::Plugin);
            let all = BiologicalType::ALL.into_iter().chain(own);
            Ok::<_, LangError>(all.map(|t| Dynamic::from(t.name())).collect())
        })
    }

    /// The names of the available infrastructures.
    ///
    /// # Example
    /// ```rhai
    /// supported_vm_types()
    /// ```
    #[rhai_fn(global)]
    pub fn supported_vm_types() -> Array {
        let there = Infrastructure::ALL.into_iter().map(Infrastructure::name);
        there.filter(|name| Infrastructure::parse(name).is_ok()).map(Dynamic::from).collect()
    }

    /// Whether a name is that of an available VM type.
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
            let ids = world.lab.all_vms().map(|vm| Dynamic::from(vm.id().to_owned()));
            Ok::<_, LangError>(ids.collect())
        })
    }

    /// The ids of the VMs that match a pattern.
    ///
    /// * `pattern` - with `*` for any characters and `?` for one
    ///
    /// # Errors
    /// Outside of a session.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vms("colony_{}", 3, "ecoli");
    /// list_vms("colony_*")
    /// ```
    #[rhai_fn(global, name = "list_vms", return_raw)]
    pub fn list_vms_like(context: NativeCallContext, pattern: &str) -> RhaiResultOf<Array> {
        with(&context, |world| {
            let ids = world.lab.all_vms().map(|vm| vm.id());
            let fitting = ids.filter(|id| matches_pattern(pattern, id));
            Ok::<_, LangError>(fitting.map(|id| Dynamic::from(id.to_owned())).collect())
        })
    }

    /// A VM by its id.
    ///
    /// * `id` - the id of a VM
    ///
    /// # Errors
    /// If there is none.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// vm("demo").start();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn vm(context: NativeCallContext, id: &str) -> RhaiResultOf<Vm> {
        with(&context, |world| world.lab.find(id).map(|vm| Vm { id: vm.id().to_owned() }))
    }

    /// Makes a VM the current one, on which bare calls act, and its chassis the current one.
    ///
    /// * `id` - the id of a VM
    ///
    /// # Errors
    /// If no VM has that id, or a run of another chassis is in progress.
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
            world.lab.attach(id)?;
            Ok::<_, LangError>(Vm { id: id.to_owned() })
        })
    }

    /// Makes no VM the current one. The VM that was current continues as before.
    ///
    /// # Example
    /// ```rhai
    /// detach();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn detach(context: NativeCallContext) -> RhaiResultOf<()> {
        with(&context, |world| {
            world.lab.detach();
            Ok::<_, LangError>(())
        })
    }

    /// The VM on which bare calls act.
    ///
    /// # Errors
    /// If there is none.
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

    /// Removes a VM, whatever its state. Returns false if no VM has that id.
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
