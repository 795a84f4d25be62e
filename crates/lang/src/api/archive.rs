//! States on disk.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use rhai::plugin::*;

use crate::chassis::on;
use crate::world::with;
use crate::{LangError, RhaiResultOf, Vm, World};
use bioxen_cell::hypervisor::archive::{load_all, save_all};
use bioxen_cell::hypervisor::{ArchiveError, Hypervisor, HypervisorError};
use bioxen_engine::EngineError;

fn refused(path: &str) -> impl Fn(ArchiveError) -> LangError + '_ {
    |error| match error {
        ArchiveError::Hypervisor(HypervisorError::Engine(EngineError::Stopped { .. })) => {
            LangError::Stopped
        }
        error => LangError::Archive { path: path.to_owned(), error: Box::new(error) },
    }
}

fn load(world: &mut World, path: &str, id: Option<&str>) -> Result<Vm, LangError> {
    let bytes = world.read(path)?;
    let saved = Hypervisor::id_of_saved(&bytes).map_err(refused(path))?;
    // Another chassis may have a VM of its id.
    world.free(id.unwrap_or(&saved))?;
    let vm = world.hypervisor.load_vm(&bytes, id).map_err(refused(path))?;
    let id = vm.id().to_owned();
    world.current.get_or_insert_with(|| id.clone());
    Ok(Vm { id })
}

/// States on disk.
#[export_module]
pub mod functions {
    /// Writes a VM to a file: its genome, limits, allocations, molecules, log and its place in its
    /// random stream. The file is whole or not there, whatever happens meanwhile.
    ///
    /// * `path` - inside the output folder, such as `"demo.vm"`
    ///
    /// # Errors
    /// When the file cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").save("demo.vm");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn save(context: NativeCallContext, vm: Vm, path: &str) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let bytes = world.hypervisor.save_vm(&vm.id).map_err(refused(path))?;
            world.write(path, &bytes)
        })
    }

    /// Adds the VM of a file to the host and its medium, as it was when it was saved. The first VM
    /// becomes the current one.
    ///
    /// * `path` - in the output folder, or else beside the script
    ///
    /// # Errors
    /// When the file cannot be read, was cut off or damaged, comes from a later version or holds
    /// something else; when there is a VM of its id.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").save("demo.vm");
    /// terminate_vm("demo");
    /// load_vm("demo.vm").start();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn load_vm(context: NativeCallContext, path: &str) -> RhaiResultOf<Vm> {
        with(&context, |world| load(world, path, None))
    }

    /// The same under another id.
    ///
    /// * `path` - a file in the output folder, or else beside the script
    /// * `id` - the id that it takes
    ///
    /// # Errors
    /// As without.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").save("demo.vm");
    /// load_vm("demo.vm", "second");
    /// ```
    #[rhai_fn(global, name = "load_vm", return_raw)]
    pub fn load_vm_as(context: NativeCallContext, path: &str, id: &str) -> RhaiResultOf<Vm> {
        with(&context, |world| load(world, path, Some(id)))
    }

    /// Writes everything to a file: all chassis with their media, cell times, solvers and VMs. A run
    /// that goes on from it gives the same bytes as one that was never stopped. Events that were
    /// set with `at`, `every` or `when` belong to the script and are not kept.
    ///
    /// * `path` - inside the output folder, such as `"cell.state"`
    ///
    /// # Errors
    /// When the file cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// run(1.min);
    /// save_hypervisor("cell.state");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn save_hypervisor(context: NativeCallContext, path: &str) -> RhaiResultOf<()> {
        with(&context, |world| {
            let all: Vec<_> = world.all_chassis().collect();
            let bytes = save_all(&all, &world.chassis).map_err(refused(path))?;
            world.write(path, &bytes)
        })
    }

    /// Puts what was saved in the place of all chassis and VMs. The chassis that was current when it
    /// was saved becomes the current one. The current VM stays current if it has one of its id; else
    /// its first becomes it.
    ///
    /// * `path` - in the output folder, or else beside the script
    ///
    /// # Errors
    /// When the file cannot be read, was cut off or damaged, comes from a later version or holds
    /// something else. Then nothing has changed.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// save_hypervisor("cell.state");
    /// load_hypervisor("cell.state");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn load_hypervisor(context: NativeCallContext, path: &str) -> RhaiResultOf<()> {
        with(&context, |world| {
            if world.running {
                return Err(LangError::NestedRun);
            }
            let bytes = world.read(path)?;
            let (all, current) = load_all(&bytes, &world.stop).map_err(refused(path))?;
            world.replace_all(all, &current);
            let vms = world.hypervisor.vms();
            let kept = world.current.take().filter(|id| vms.iter().any(|vm| vm.id() == id));
            world.current = kept.or_else(|| vms.first().map(|vm| vm.id().to_owned()));
            Ok::<_, LangError>(())
        })
    }
}
