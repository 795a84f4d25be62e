//! States on disk.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use rhai::plugin::*;

use crate::world::with;
use crate::{LangError, RhaiResultOf, Vm, World};
use bioxen_lab::LabError;

/// An error of the laboratory, with the file that it is about.
fn refused(path: &str) -> impl Fn(LabError) -> LangError + '_ {
    |error| match error {
        LabError::Archive(error) => LangError::Archive { path: path.to_owned(), error },
        error => error.into(),
    }
}

fn load(world: &mut World, path: &str, id: Option<&str>) -> Result<Vm, LangError> {
    let bytes = world.read(path)?;
    let id = world.lab.load_vm(&bytes, id).map_err(refused(path))?;
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
    /// If the file cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").save("demo.vm");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn save(context: NativeCallContext, vm: Vm, path: &str) -> RhaiResultOf<()> {
        with(&context, |world| {
            let bytes = world.lab.saved_vm(&vm.id).map_err(refused(path))?;
            world.write(path, &bytes)
        })
    }

    /// Adds the VM of a file to the host and its medium, as it was when it was saved. The first VM
    /// becomes the current one.
    ///
    /// * `path` - in the output folder, or else beside the script
    ///
    /// # Errors
    /// If the file cannot be read, was cut off or damaged, comes from a later version or holds
    /// something else; if there is a VM of its id.
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
    /// As without this argument.
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
    /// If the file cannot be written.
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
            let bytes = world.lab.saved().map_err(refused(path))?;
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
    /// If the file cannot be read, was cut off or damaged, comes from a later version or holds
    /// something else. Then nothing is changed.
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
            world.lab.idle()?;
            let bytes = world.read(path)?;
            world.lab.load(&bytes, &world.stop).map_err(refused(path))
        })
    }
}
