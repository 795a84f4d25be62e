//! Groups of VMs, copies of VMs, and scripts that run on a VM.

use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr, Map};

use super::factory::{create, quick_start as start_one};
use crate::execution;
use crate::given::Given;
use crate::number::whole;
use crate::value::is_pattern;
use crate::world::with;
use crate::{LangError, RhaiResultOf, Vm, World};
use bioxen_base::nearest::nearest;
use bioxen_base::pattern::matches_pattern;
use bioxen_cell::hypervisor::HypervisorError;

/// The most VMs that one call makes.
const MOST: i64 = 1000;

fn create_many(
    world: &mut World,
    pattern: &str,
    count: &Dynamic,
    biological_type: &str,
    config: &Map,
) -> Result<Array, LangError> {
    let wrong = |what: &str, expected, got: String| LangError::WrongType {
        what: what.to_owned(),
        expected,
        got,
    };
    if !pattern.contains("{}") {
        let expected = "a text with {} where the number goes, such as \"colony_{}\"";
        return Err(wrong("the pattern of create_bio_vms", expected, format!("\"{pattern}\"")));
    }
    let before = world.lab.keep();
    let expected = "a whole number from 1 to 1000";
    let number = whole("the count of create_bio_vms", count, 1..=MOST, expected)?;
    let made: Result<Array, LangError> = (1..=number)
        .map(|i| {
            if world.interrupt.is_stopped() {
                return Err(LangError::Stopped);
            }
            let id = pattern.replace("{}", &i.to_string());
            create(world, &id, biological_type, None, config).map(Dynamic::from)
        })
        .collect();
    if made.is_err() {
        world.lab.put_back(before);
    }
    made
}

/// The ids that a pattern means.
fn meant(world: &World, pattern: &str) -> Result<Vec<String>, LangError> {
    let ids = || world.lab.all_vms().map(bioxen_cell::hypervisor::Vm::id);
    let found: Vec<String> =
        ids().filter(|id| matches_pattern(pattern, id)).map(str::to_owned).collect();
    if found.is_empty() && is_pattern(pattern) {
        let (given, list) = (pattern.to_owned(), "list_vms() lists them");
        return Err(LangError::NoneFits { given, what: "VM", list });
    }
    if found.is_empty() {
        let nearest = nearest(pattern, ids()).map(str::to_owned);
        return Err(HypervisorError::UnknownVm { id: pattern.to_owned(), nearest }.into());
    }
    Ok(found)
}

/// Groups of VMs, copies of VMs, and scripts that run on a VM.
#[export_module]
pub mod functions {
    /// Creates and starts the VM `default` of type `syn3a`.
    ///
    /// # Errors
    /// If a VM `default` exists already.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn quick_start_vm(context: NativeCallContext) -> RhaiResultOf<Vm> {
        with(&context, |world| super::start_one(world, "syn3a", "default", &Map::new()))
    }

    /// Creates and starts the VM `default` of a type.
    ///
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    ///
    /// # Errors
    /// If a VM `default` exists already, or the type is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm("ecoli");
    /// ```
    #[rhai_fn(global, name = "quick_start_vm", return_raw)]
    pub fn quick_start_type(context: NativeCallContext, biological_type: &str) -> RhaiResultOf<Vm> {
        with(&context, |world| super::start_one(world, biological_type, "default", &Map::new()))
    }

    /// Creates and starts a VM.
    ///
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    /// * `id` - its name: a letter, then letters, digits, `_` and `-`
    ///
    /// # Errors
    /// If the id is taken or the type is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm("ecoli", "demo");
    /// ```
    #[rhai_fn(global, name = "quick_start_vm", return_raw)]
    pub fn quick_start_named(
        context: NativeCallContext,
        biological_type: &str,
        id: &str,
    ) -> RhaiResultOf<Vm> {
        with(&context, |world| super::start_one(world, biological_type, id, &Map::new()))
    }

    /// Creates and starts a VM with a configuration.
    ///
    /// * `biological_type` - `"syn3a"`, `"ecoli"` or `"minimal_cell"`
    /// * `id` - its name: a letter, then letters, digits, `_` and `-`
    /// * `config` - a map, as `create_bio_vm` takes it
    ///
    /// # Errors
    /// If the id is taken, a type or key is unknown, or a limit is invalid; then no VM is made.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm("ecoli", "demo", #{resource_limits: #{max_ribosomes: 500}});
    /// ```
    #[rhai_fn(global, name = "quick_start_vm", return_raw)]
    pub fn quick_start_configured(
        context: NativeCallContext,
        biological_type: &str,
        id: &str,
        config: Map,
    ) -> RhaiResultOf<Vm> {
        with(&context, |world| super::start_one(world, biological_type, id, &config))
    }

    /// Creates several VMs, numbered from 1.
    ///
    /// * `pattern` - their ids, with `{}` in place of the number
    /// * `count` - how many, 1 to 1000
    /// * `biological_type` - their type, such as `"ecoli"`
    ///
    /// # Errors
    /// If one of them cannot be made; then none is made.
    ///
    /// # Example
    /// ```rhai
    /// let colony = create_bio_vms("colony_{}", 4, "ecoli");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn create_bio_vms(
        context: NativeCallContext,
        pattern: &str,
        count: Dynamic,
        biological_type: &str,
    ) -> RhaiResultOf<Array> {
        let none = Map::new();
        with(&context, |world| super::create_many(world, pattern, &count, biological_type, &none))
    }

    /// Creates several VMs with one configuration, numbered from 1.
    ///
    /// * `pattern` - their ids, with `{}` in place of the number
    /// * `count` - how many, 1 to 1000
    /// * `biological_type` - their type, such as `"ecoli"`
    /// * `config` - a map, as `create_bio_vm` takes it
    ///
    /// # Errors
    /// If one of them cannot be made; then none is made.
    ///
    /// # Example
    /// ```rhai
    /// let colony = create_bio_vms("colony_{}", 4, "ecoli", #{resource_limits: #{max_ribosomes: 300}});
    /// ```
    #[rhai_fn(global, name = "create_bio_vms", return_raw)]
    pub fn create_bio_vms_configured(
        context: NativeCallContext,
        pattern: &str,
        count: Dynamic,
        biological_type: &str,
        config: Map,
    ) -> RhaiResultOf<Array> {
        with(&context, |world| super::create_many(world, pattern, &count, biological_type, &config))
    }

    /// Calls a function once for each VM of a group, with that VM as the current one. Returns an array of
    /// the results, in the order in which the VMs were made.
    ///
    /// * `pattern` - their ids, with `*` for any characters and `?` for one
    /// * `action` - a function without parameters
    ///
    /// # Errors
    /// If no VM matches, or a call fails; then all VMs are as they were before.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vms("colony_{}", 3, "ecoli");
    /// broadcast("colony_*", || start());
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn broadcast(
        context: NativeCallContext,
        pattern: &str,
        action: FnPtr,
    ) -> RhaiResultOf<Array> {
        let ids = with(&context, |world| super::meant(world, pattern))?;
        let action = Given::new(&context, "broadcast", &action);
        execution::undone_if_failed(&context, || {
            ids.iter()
                .map(|id| execution::as_current(&context, Some(id), || action.call()))
                .collect()
        })
    }

    /// Runs a script, given as a text, on a VM: bare calls act on that VM, and the text has its own
    /// variables.
    ///
    /// Returns a record: `value` of the last expression; `output`, the lines that it printed;
    /// `trace` of its last run; `elapsed` cell time; `error`, the message of an error, or nothing. If the
    /// text fails, its effects are undone. Its variables end with it. Events that it sets and closures
    /// that it returns stay: they act on that VM, each call has the limits of a text on a VM, and such
    /// events end with the VM.
    ///
    /// * `id` - the id of a VM
    /// * `code` - a text in this language
    ///
    /// # Errors
    /// If there is no such VM, or texts that run texts are nested too deeply.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli", "demo");
    /// let result = execute_vm_sync("demo", "start_transcription([\"lacZ\"]); run(1.min); protein(\"lacZ\")");
    /// print(result.value);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn execute_vm_sync(context: NativeCallContext, id: &str, code: &str) -> RhaiResultOf<Map> {
        execution::execute(&context, id, code)
    }

    /// Runs a text on the VM, as `execute_vm_sync` does.
    ///
    /// * `code` - a text in this language
    ///
    /// # Errors
    /// If texts that run texts are nested too deeply.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm("ecoli", "demo");
    /// let result = cell.execute("start_transcription([\"lacZ\"]); run(1.min); transcribing().len()");
    /// print(result.elapsed);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn execute(context: NativeCallContext, vm: Vm, code: &str) -> RhaiResultOf<Map> {
        execution::execute(&context, &vm.id, code)
    }

    /// The same as `execute`.
    ///
    /// * `code` - a text in this language
    ///
    /// # Errors
    /// If texts that run texts are nested too deeply.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm("ecoli", "demo");
    /// cell.execute_biological_process("1 + 1").value
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn execute_biological_process(
        context: NativeCallContext,
        vm: Vm,
        code: &str,
    ) -> RhaiResultOf<Map> {
        execution::execute(&context, &vm.id, code)
    }

    /// Adds a copy of a VM with its state and molecules. The copy has its own random stream.
    ///
    /// * `id` - the id of a VM
    /// * `new_id` - the id of the copy
    ///
    /// # Errors
    /// If there is no such VM, or the new id is taken or invalid.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli", "mother");
    /// let daughter = clone_vm("mother", "daughter");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn clone_vm(context: NativeCallContext, id: &str, new_id: &str) -> RhaiResultOf<Vm> {
        with(&context, |world| {
            world.lab.clone_vm(id, new_id)?;
            Ok::<_, LangError>(Vm { id: new_id.to_owned() })
        })
    }
}
