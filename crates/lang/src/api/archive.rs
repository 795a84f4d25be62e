//! States on disk.

use rhai::plugin::*;

use crate::world::with;
use crate::{LangError, Population, RhaiResultOf, Vm, World, memory};
use bioxen_cell::hypervisor::{ArchiveError, BiologicalType, Cells};
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
    with_plugins(world, path, |world| {
        let (id, notes) = world.lab.load_vm(&bytes, id).map_err(refused(path))?;
        notes.into_iter().for_each(|note| world.remark_once(note));
        Ok(Vm { id })
    })
}

/// Loads something; if a VM in it is of a plug-in that the session does not have as it was then, nothing is loaded.
fn with_plugins<T>(
    world: &mut World,
    path: &str,
    f: impl FnOnce(&mut World) -> Result<T, LangError>,
) -> Result<T, LangError> {
    let before = world.lab.keep();
    let loaded = f(world)?;
    let types = world.lab.all_vms().map(|vm| vm.biological_type());
    if let Err(error) = known(world, path, types) {
        world.lab.put_back(before);
        return Err(error);
    }
    Ok(loaded)
}

/// Refuses biological types of plug-ins that the session does not have as they were. That the process has met one,
/// in another session, is not enough.
fn known(
    world: &World,
    path: &str,
    mut types: impl Iterator<Item = BiologicalType>,
) -> Result<(), LangError> {
    let known =
        types.try_for_each(|of| of.plugin().map_or(Ok(()), |facts| world.plugins.expect(facts)));
    known.map_err(|error| refused(path)(LabError::from(ArchiveError::from(error))))
}

/// States on disk.
#[export_module]
pub mod functions {
    /// Writes a VM to a file: its genome, limits, allocations, molecules, log and the position in its
    /// random stream. The file is written completely or not at all.
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

    /// Loads a VM from a file and adds it to the host, as it was when it was saved. The first VM becomes
    /// the current one. The host and its medium are those of the chassis, except that its first VM brings the
    /// kinetics of its biological type; a remark tells where its type asks for another host.
    ///
    /// * `path` - in the output folder, or else beside the script
    ///
    /// # Errors
    /// If the file cannot be read, was cut off or damaged, comes from a later version or is not a saved
    /// VM; if the id is taken.
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

    /// Loads a VM from a file under another id.
    ///
    /// * `path` - a file in the output folder, or else beside the script
    /// * `id` - the new id
    ///
    /// # Errors
    /// As without `id`.
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

    /// Writes a population to a file: its cells with their molecules and the positions in their random streams, who
    /// descends from whom, and the host. The file is written completely or not at all. Events of the population are functions of
    /// the script and are not saved; a remark says so where there are some.
    ///
    /// * `path` - inside the output folder, such as `"colony.cells"`
    ///
    /// # Errors
    /// If the file cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// let colony = population(10, #{mode: "colony"});
    /// colony.run(1.h);
    /// colony.save("colony.cells");
    /// ```
    #[rhai_fn(global, name = "save", pure, return_raw)]
    pub fn save_population(
        context: NativeCallContext,
        population: &mut Population,
        path: &str,
    ) -> RhaiResultOf<()> {
        with(&context, |world| {
            if !population.events.is_empty() {
                let text = "events of a population are functions of the script, and are not saved";
                world.remark_once(text.to_owned());
            }
            let bytes = population.cells.save().map_err(LabError::from).map_err(refused(path))?;
            world.write(path, &bytes)
        })
    }

    /// Loads a population from a file. A run that continues from the file gives the same bytes as one that was never
    /// stopped. The current cell does not change.
    ///
    /// * `path` - in the output folder, or else beside the script
    ///
    /// # Errors
    /// If the file cannot be read, was cut off or damaged, comes from a later version or is not a saved population;
    /// if it does not fit into the memory; if a VM is of the type of a plug-in that is not loaded, or has changed.
    ///
    /// # Example
    /// ```rhai
    /// population(10).save("ten.cells");
    /// let cells = load_population("ten.cells");
    /// cells.run(10.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn load_population(context: NativeCallContext, path: &str) -> RhaiResultOf<Population> {
        with(&context, |world| {
            let bytes = world.read(path)?;
            let (memory, stop) = (memory::for_cells(world), world.stop());
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            let cells = Cells::load(&bytes, (memory, threads), &stop);
            let cells = cells.map_err(LabError::from).map_err(refused(path))?;
            known(world, path, cells.biological_types())?;
            Ok::<_, LangError>(Population::new(cells))
        })
    }

    /// Writes everything to a file: all chassis with their media, cell times, solvers and VMs. A run
    /// that continues from the file gives the same bytes as one that was never stopped. Events set with
    /// `at`, `every` or `when` belong to the script and are not saved.
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

    /// Loads a saved state, which replaces all chassis and VMs. The chassis that was current at the time
    /// of saving becomes the current one. If it has a VM with the id of the current VM, that VM becomes
    /// the current one, otherwise its first VM.
    ///
    /// * `path` - in the output folder, or else beside the script
    ///
    /// # Errors
    /// If the file cannot be read, was cut off or damaged, comes from a later version or is not a saved
    /// state. Then nothing is changed.
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
            super::with_plugins(world, path, |world| {
                world.lab.load(&bytes, &world.stop()).map_err(super::refused(path))
            })
        })
    }
}
