//! A function of the script that changes a population.

use std::sync::Arc;

use rhai::{FnPtr, NativeCallContext};

use crate::given::Given;
use crate::world::with;
use crate::{LangError, Population, RhaiResultOf};

/// Lets a function change the mean of a population, and all its cells with it.
pub(super) fn change(
    context: &NativeCallContext,
    population: &mut Population,
    action: &FnPtr,
) -> RhaiResultOf<()> {
    let action = Given::new(context, "change", action);
    action.needs_nothing()?;
    let (kept, name, events) = with(context, |world| {
        let kept = world.lab.keep();
        let (name, events) = (world.lab.cell().name.clone(), world.lab.events().numbered());
        let mean = population.0.mean();
        // Bare calls mean a VM that lives in the population: the current one, if it does.
        let lives = |id: &str| mean.vm(id).is_ok_and(bioxen_cell::hypervisor::Vm::is_live);
        let current = world.current_vm().filter(|id| lives(id));
        let first = || mean.vms().iter().find(|vm| vm.is_live()).map(|vm| vm.id().to_owned());
        let attached = current.or_else(first);
        *world.lab.hypervisor_mut() = mean;
        world.lab.set_attached(attached);
        Ok::<_, LangError>((kept, name, events))
    })?;
    let outcome = action.call();
    // Whatever it did to others than this cell is undone.
    let found = with(context, |world| {
        let found = world
            .lab
            .use_cell(&name)
            .map(|()| (world.lab.hypervisor().clone(), world.lab.events().numbered() != events));
        world.lab.put_back(kept);
        Ok::<_, LangError>(found)
    })?;
    let _ = outcome?;
    with(context, |_| {
        let (host, has_events) = found?;
        if has_events {
            return Err(LangError::Noticed {
                message: "events do not happen in a population".to_owned(),
                help: vec![
                    "let it run until then, and change it: p.run(1.h); p.change(..)".to_owned(),
                ],
            });
        }
        let mut cells = (*population.0).clone();
        cells.adopt(host)?;
        population.0 = Arc::new(cells);
        Ok::<_, LangError>(())
    })
}
