//! What inhibits the host.

use rhai::Dynamic;
use rhai::plugin::*;

use super::operons::set_medium;
use crate::world::with;
use crate::{LangError, RhaiResultOf, World};
use bioxen_base::nearest::nearest;
use bioxen_cell::chassis::inhibition::INHIBITORS;
use bioxen_genome::regulation::Concentrations;

/// Sets an inhibitor from its present concentration [mM].
fn change(world: &mut World, name: &str, to: impl Fn(f64) -> f64) -> Result<(), LangError> {
    if !INHIBITORS.contains(&name) {
        return Err(LangError::UnknownName {
            kind: "inhibitor",
            given: name.to_owned(),
            nearest: nearest(name, INHIBITORS).map(str::to_owned),
            valid: INHIBITORS.map(str::to_owned).to_vec(),
        });
    }
    let mut medium = world.lab.hypervisor().medium().clone();
    let present = medium.millimolar(name);
    medium.set(name, to(present))?;
    set_medium(world, medium);
    Ok(())
}

/// What inhibits the host.
#[export_module]
pub mod functions {
    /// Adds an inhibitor of the host to the medium. Chloramphenicol inhibits translation: it inactivates
    /// translating ribosomes at a rate in proportion to its concentration (0.354/h per µM); these are
    /// diluted by growth. The host makes more ribosomes and grows more slowly, and guests feel it.
    /// `medium()` shows it, `medium(#{chloramphenicol: 2.uM})` sets it, `remove_inhibitor` removes it.
    ///
    /// Up to 4 µM growth and ribosome content are near the measurements. **Higher doses depart from
    /// them**: growth falls too fast, and near 10 µM the host stops growing where cells grow.
    ///
    /// * `name` - `"chloramphenicol"`
    /// * `concentration` - such as `4.uM`; it is added to the present concentration
    ///
    /// # Errors
    /// If the inhibitor is unknown, or the concentration is invalid.
    ///
    /// # Source
    /// Mechanism and rate: Sechkar, Perrino & Stan, *Nat. Commun.* 15:1981 (2024). Measurements: Scott
    /// et al., *Science* 330:1099 (2010).
    ///
    /// # Example
    /// ```rhai
    /// add_inhibitor("chloramphenicol", 4.uM);
    /// run(1.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn add_inhibitor(
        context: NativeCallContext,
        name: &str,
        concentration: Dynamic,
    ) -> RhaiResultOf<()> {
        with(&context, |world| {
            let what = "the concentration of add_inhibitor";
            let added = crate::number::concentration(what, &concentration)?;
            // What is taken away by a negative amount would be no adding.
            super::change(world, name, |present| if added < 0.0 { added } else { present + added })
        })
    }

    /// Removes an inhibitor from the medium. Ribosomes that it has inactivated stay so, and are diluted by
    /// growth. If it is not there, nothing changes.
    ///
    /// * `name` - `"chloramphenicol"`
    ///
    /// # Errors
    /// If the inhibitor is unknown.
    ///
    /// # Example
    /// ```rhai
    /// add_inhibitor("chloramphenicol", 4.uM);
    /// run(1.min);
    /// remove_inhibitor("chloramphenicol");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn remove_inhibitor(context: NativeCallContext, name: &str) -> RhaiResultOf<()> {
        with(&context, |world| super::change(world, name, |_| 0.0))
    }
}
