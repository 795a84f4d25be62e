//! Functions of the script that change a population.

use std::sync::Arc;

use rhai::{Dynamic, FnPtr, NativeCallContext};

use crate::given::Given;
use crate::world::with;
use crate::{LangError, Population, RhaiResultOf};
use bioxen_cell::hypervisor::{Cells, Hypervisor, Vm};

/// Lets a function change the mean of a population, and all its cells with it.
pub(super) fn change(
    context: &NativeCallContext,
    population: &mut Population,
    action: &FnPtr,
) -> RhaiResultOf<()> {
    let action = Given::new(context, "change", action);
    action.needs_nothing()?;
    let (_, host) = in_mean(context, &population.cells, || action.call())?;
    adopt(context, population, host)
}

/// Calls a function with a cell that has the mean of a population in the place of the current one. Gives what
/// it gives, and the cell as it leaves it. What it did to other cells is undone.
pub(super) fn in_mean(
    context: &NativeCallContext,
    cells: &Cells,
    function: impl FnOnce() -> RhaiResultOf<Dynamic>,
) -> RhaiResultOf<(Dynamic, Hypervisor)> {
    let (kept, name, before) = with(context, |world| {
        let kept = world.lab.keep();
        let mean = cells.mean();
        let before = Before { events: world.lab.events().numbered(), settings: settings(&mean) };
        let name = world.lab.cell().name.clone();
        // Bare calls mean a VM that lives in the population: the current one, if it does.
        let lives = |id: &str| mean.vm(id).is_ok_and(Vm::is_live);
        let current = world.current_vm().filter(|id| lives(id));
        let first = || mean.vms().iter().find(|vm| vm.is_live()).map(|vm| vm.id().to_owned());
        let attached = current.or_else(first);
        *world.lab.hypervisor_mut() = mean;
        world.lab.set_attached(attached);
        Ok::<_, LangError>((kept, name, before))
    })?;
    let outcome = function();
    // Whatever it did to others than this cell is undone.
    let found = with(context, |world| {
        let found = world.lab.use_cell(&name).map(|()| {
            let host = world.lab.hypervisor().clone();
            (before.meant(world.lab.events().numbered(), &host), host)
        });
        world.lab.put_back(kept);
        Ok::<_, LangError>(found)
    })?;
    let value = outcome?;
    let (meant, host) = with(context, |_| found.map_err(LangError::from))?;
    with(context, |_| meant)?;
    Ok((value, host))
}

/// Gives all cells the host of a mean cell that a function has changed.
pub(super) fn adopt(
    context: &NativeCallContext,
    population: &mut Population,
    host: Hypervisor,
) -> RhaiResultOf<()> {
    with(context, |_| {
        let mut cells = (*population.cells).clone();
        cells.adopt(host)?;
        population.cells = Arc::new(cells);
        Ok::<_, LangError>(())
    })
}

/// What a function must leave alone, since a population would not follow it.
struct Before {
    events: u64,
    settings: [(&'static str, String); 3],
}

impl Before {
    fn meant(&self, events: u64, host: &Hypervisor) -> Result<(), LangError> {
        if events != self.events {
            return Err(LangError::Noticed {
                message: "an event of the session does not happen in a population".to_owned(),
                help: vec![
                    "the population has events of its own: p.at(1.h, || add_inducer(\"IPTG\", 1.mM))"
                        .to_owned(),
                ],
            });
        }
        let now = settings(host);
        let changed = self.settings.iter().zip(&now).find(|(before, now)| before != now);
        match changed {
            None => Ok(()),
            Some(((what, _), _)) => Err(LangError::Noticed {
                message: format!("{what} has no effect on a population"),
                help: vec![
                    "population(n, #{seed: 7}) gives it a seed; molecules in cells are counted one by one in any case"
                        .to_owned(),
                ],
            }),
        }
    }
}

/// What is set for runs of a cell, and means nothing to a population.
fn settings(host: &Hypervisor) -> [(&'static str, String); 3] {
    [
        ("seed()", host.seed().to_string()),
        ("solver()", format!("{:?}", host.solver())),
        ("sample_every()", host.sample_every().to_string()),
    ]
}
