//! Several hosts in one session.

use rhai::plugin::*;
use rhai::{Array, Dynamic};

use crate::number::number;
use crate::world::with;
use crate::{LangError, RhaiResultOf, Vm};
use bioxen_cell::chassis::Nutrient;

/// Several hosts in one session.
#[export_module]
pub mod functions {
    /// Makes another chassis: an *E. coli* host in its own medium, with its own cell time, which begins
    /// at zero. A session begins with the chassis `ecoli`. To create a VM on another chassis, use
    /// `create_bio_vm(id, type, "basic", #{chassis: name})`.
    ///
    /// `run`, `now`, events and all functions of the environment (`set_nutrient`, `medium`, batch
    /// cultures) act on the chassis of the current VM; the other chassis stand still. `attach(id)`
    /// changes to the chassis of a VM, `use_chassis(name)` to a chassis by its name. `seed`, `solver` and
    /// `sample_every` apply to all chassis. Functions of a VM work on any chassis.
    ///
    /// * `name` - letters, digits, `_` and `-`
    /// * `nutrient` - the quality of its medium, from 0.01 to 1
    ///
    /// # Errors
    /// If the name is taken or invalid, or the quality is not a number from 0.01 to 1.
    ///
    /// # Example
    /// ```rhai
    /// create_chassis("rich", 0.5);
    /// let cell = create_bio_vm("b", "ecoli", "basic", #{chassis: "rich"});
    /// cell.status().growth_rate
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn create_chassis(
        context: NativeCallContext,
        name: &str,
        nutrient: Dynamic,
    ) -> RhaiResultOf<()> {
        with(&context, |world| {
            let quality = Nutrient::new(number("the nutrient of create_chassis", &nutrient)?)?;
            Ok::<_, LangError>(world.lab.make_cell(name, quality)?)
        })
    }

    /// Makes a chassis the current one. `run` and the functions of the environment then act on it. Its
    /// first VM, if it has one, becomes the current VM.
    ///
    /// * `name` - the name of a chassis
    ///
    /// # Errors
    /// If no chassis has that name, or a run is in progress.
    ///
    /// # Example
    /// ```rhai
    /// create_chassis("rich", 0.5);
    /// use_chassis("rich");
    /// run(1.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn use_chassis(context: NativeCallContext, name: &str) -> RhaiResultOf<()> {
        with(&context, |world| world.lab.use_cell(name))
    }

    /// The name of the current chassis, on which `run` and the functions of the environment act.
    ///
    /// # Example
    /// ```rhai
    /// current_chassis()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn current_chassis(context: NativeCallContext) -> RhaiResultOf<String> {
        with(&context, |world| Ok::<_, LangError>(world.lab.cell().name.clone()))
    }

    /// The names of all chassis, in the order in which they were made.
    ///
    /// # Example
    /// ```rhai
    /// list_chassis()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn list_chassis(context: NativeCallContext) -> RhaiResultOf<Array> {
        with(&context, |world| {
            let names = world.lab.cells().iter().map(|cell| Dynamic::from(cell.name.clone()));
            Ok::<_, LangError>(names.collect())
        })
    }

    /// The name of the chassis on which the VM is.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").chassis_of()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn chassis_of(context: NativeCallContext, vm: Vm) -> RhaiResultOf<String> {
        with(&context, |world| {
            world.on(&vm.id, |world| Ok::<_, LangError>(world.lab.cell().name.clone()))
        })
    }
}
