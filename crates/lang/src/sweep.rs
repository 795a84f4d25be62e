//! One function of the script at many points, each in its own copy of the whole laboratory, on all threads.
//!
//! Every thread has an engine and a world of its own. The function, what it has caught, the events and the
//! laboratory are copied for each point, so that no point sees another, and nothing is changed afterwards.

mod columns;
mod copies;
mod elsewhere;
mod points;
mod pool;
mod rows;
mod worker;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use rhai::{Dynamic, EvalAltResult, FnPtr, NativeCallContext};

use super::error::raise;
use super::world::with;
use super::{LangError, Output, RhaiResultOf};
use bioxen_cell::hypervisor::Held;
use bioxen_engine::StopToken;
pub(crate) use columns::Columns;
pub use points::Plan;
pub(crate) use points::Points;
pub(crate) use pool::Pool;
use pool::Progress;
pub use rows::Rows;
use rows::{failed, gathered};
use worker::{Beginning, Outcome, Worker};

/// How the place of an error begins that happened at a point.
pub const POINT: &str = "point ";

/// Evaluates a function at all points.
///
/// # Errors
/// When the points are none, a run is under way, the function fails at a point (the first one by its number
/// is told), or the user interrupts.
pub fn sweep(
    context: &NativeCallContext,
    values: &Dynamic,
    function: &FnPtr,
    plan: &Plan,
    shown: &dyn Fn(&Dynamic) -> String,
) -> RhaiResultOf<Rows> {
    let points = Points::new(values, plan).map_err(raise)?;
    let (beginning, inside) = beginning(context, "sweep", function, plan.seed)?;
    let all = points.list.len() * plan.repeats;
    if let Some(number) = only_row(context)? {
        return alone(context, &beginning, &points, plan, number);
    }
    // A sweep at a point of another one has that thread alone.
    let threads = if inside { 1 } else { rayon::current_num_threads().clamp(1, all) };
    let mut names = points.names.clone();
    if plan.repeats > 1 {
        names.push("repeat".to_owned());
    }
    let mut columns = Columns::new("sweep", names.clone());
    let mut check = |value: &Dynamic| columns.check(value);
    let outcomes = match &plan.elsewhere {
        Some(elsewhere) => {
            elsewhere.outcomes(context, (values, function), &points, plan, &mut check)?
        }
        None => evaluate(context, &beginning, &points, plan, threads, &mut check)?,
    };
    gathered(context, &points, plan, names, outcomes, shown)
}

/// The only row that is wanted, in a session that computes a shard.
fn only_row(context: &NativeCallContext) -> RhaiResultOf<Option<u64>> {
    let row = |world: &mut crate::World| {
        let inside = world.in_sweep.is_some();
        Ok::<_, LangError>(world.only_row.filter(|_| !inside))
    };
    with(context, row)
}

/// Computes one row, and keeps what it gives for who has asked for it.
fn alone(
    context: &NativeCallContext,
    beginning: &Beginning,
    points: &Points,
    plan: &Plan,
    number: u64,
) -> RhaiResultOf<Rows> {
    let none = Rows { names: points.names.clone(), rows: Vec::new() };
    let Some(point) = points.list.get(number as usize / plan.repeats) else { return Ok(none) };
    let worker = Worker::new(beginning).map_err(raise)?;
    let outcome = worker.run(&point.argument, number);
    with(context, |world| {
        world.show_all(outcome.shown, beginning.displays);
        world.tell_held(&outcome.held);
        Ok::<_, LangError>(())
    })?;
    let value = outcome.value?;
    with(context, |world| {
        world.row = Some(value);
        Ok::<_, LangError>(none)
    })
}

/// What a function gives at points, each time with the same random numbers, so that what differs comes from
/// the points alone. `check` looks at each value in the order of the points.
///
/// # Errors
/// As [`sweep`]; and those of `check`, with the point.
pub(crate) fn at_points(
    context: &NativeCallContext,
    to: &'static str,
    function: &FnPtr,
    points: &Points,
    check: Check<'_>,
    shown: &dyn Fn(&Dynamic) -> String,
) -> RhaiResultOf<Vec<Dynamic>> {
    let (beginning, inside) = beginning(context, to, function, None)?;
    let all = points.list.len();
    let threads = if inside { 1 } else { rayon::current_num_threads().clamp(1, all.max(1)) };
    let plan = Plan::alike();
    let outcomes = evaluate(context, &beginning, points, &plan, threads, check)?;
    let named = |(place, outcome): (usize, RhaiResultOf<Dynamic>)| {
        outcome.map_err(|error| {
            let at = format!("{POINT}{} ({} of {all})", points.told(place, shown), place + 1);
            failed(context, error, at)
        })
    };
    outcomes.into_iter().enumerate().map(named).collect()
}

/// What a function gives in some repetitions, each with random numbers of its own, the first with those that the cells
/// would use. `check` looks at each value in the order of the repetitions.
///
/// # Errors
/// As [`at_points`].
pub(crate) fn repetitions(
    context: &NativeCallContext,
    (count, seed): (usize, Option<u64>),
    function: &FnPtr,
    check: Check<'_>,
) -> RhaiResultOf<Vec<Dynamic>> {
    let (beginning, inside) = beginning(context, "ensemble", function, seed)?;
    let points = Points::numbered("repetition", count);
    let threads = if inside { 1 } else { rayon::current_num_threads().clamp(1, count.max(1)) };
    let outcomes = evaluate(context, &beginning, &points, &Plan::default(), threads, check)?;
    let named = |(place, outcome): (usize, RhaiResultOf<Dynamic>)| {
        let at = || format!("repetition {place} ({} of {count})", place + 1);
        outcome.map_err(|error| failed(context, error, at()))
    };
    outcomes.into_iter().enumerate().map(named).collect()
}

/// Looks at what the function gives.
pub(crate) type Check<'a> = &'a mut dyn FnMut(&Dynamic) -> Result<(), LangError>;

/// What every copy begins with, and whether this is a copy itself.
fn beginning(
    context: &NativeCallContext,
    to: &'static str,
    function: &FnPtr,
    seed: Option<u64>,
) -> RhaiResultOf<(Beginning, bool)> {
    with(context, |world| {
        world.lab.idle()?;
        let global = context.global_runtime_state();
        // Those of this text come after those of earlier ones, and so are found first.
        let earlier = world.modules.iter().map(|(n, m)| (n.as_str().into(), m.clone()));
        let own = global.scan_imports_raw().map(|(n, m)| (n.clone(), m.clone()));
        let imports = earlier.chain(own).collect();
        let mut functions = global.lib.clone();
        // A text on a VM, and what events call, know the functions of the session by the world.
        functions.extend(world.functions.clone().filter(|_| global.lib.is_empty()));
        let beginning = Beginning {
            to,
            lab: world.lab.clone(),
            function: function.clone(),
            functions,
            imports,
            constants: global.constants.clone(),
            level: context.call_level() + 1,
            options: world.options.clone(),
            interrupt: world.interrupt.clone(),
            operations: world.budget.left(),
            imported: world.imported.clone(),
            plugins: world.plugins.clone(),
            catches: world.catches.clone(),
            explain: world.wording.explain.clone(),
            seed,
            script: world.script.clone(),
            parameters: world.parameters.clone(),
            displays: world.displays(),
        };
        Ok::<_, LangError>((beginning, world.in_sweep.is_some()))
    })
}

/// Evaluates a function of the script as often as `f` asks, from several threads, each time in a copy of
/// the laboratory as it was at the call. Where `f` says how many evaluations there may be, the front end
/// learns how far they are. `stop` ends `f` when a limit is reached.
///
/// # Errors
/// When a run is under way; and those of `f`.
pub(crate) fn with_pool<T: Send>(
    context: &NativeCallContext,
    to: &'static str,
    function: &FnPtr,
    stop: &StopToken,
    f: impl FnOnce(&Pool) -> RhaiResultOf<T> + Send,
) -> RhaiResultOf<T> {
    let (beginning, inside) = beginning(context, to, function, None)?;
    let threads = if inside { 1 } else { rayon::current_num_threads().max(1) };
    let (mut over, mut shown) = (None, false);
    let mut listen = |progress: Progress| {
        // The world is free meanwhile: this thread does nothing else.
        let looked = with(context, |world| {
            if progress.of > 0 {
                shown = true;
                world
                    .show(Output::Points { done: progress.done.min(progress.of), of: progress.of });
            }
            Ok::<_, LangError>(world.watch.look_closely())
        });
        if let Ok(Some(much)) = looked
            && over.is_none()
        {
            over = Some(much);
            stop.stop();
        }
    };
    let found = pool::with_pool(&beginning, threads, &mut listen, f);
    if shown {
        with(context, |world| {
            world.show(Output::RunEnded);
            Ok::<_, LangError>(())
        })?;
    }
    match over {
        Some(over) => {
            let token = Dynamic::from(over);
            Err(EvalAltResult::ErrorTerminated(token, context.call_position()).into())
        }
        None => found,
    }
}

/// Evaluates all points on some threads; the front end learns how far they are, and what they showed, in
/// the order of the points. Gives what was done before the first error.
fn evaluate(
    context: &NativeCallContext,
    beginning: &Beginning,
    points: &Points,
    plan: &Plan,
    threads: usize,
    check: Check<'_>,
) -> RhaiResultOf<Vec<RhaiResultOf<Dynamic>>> {
    let all = points.list.len() * plan.repeats;
    let (next, (tell, told)) = (AtomicUsize::new(0), mpsc::channel());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (tell, next) = (tell.clone(), &next);
            let work = move || live(beginning, points, plan, next, &tell);
            let named = std::thread::Builder::new().name("sweep".to_owned());
            if let Err(error) = named.spawn_scoped(scope, work) {
                let what = format!("a thread for the points of sweep: {error}");
                return Err(raise(LangError::Noticed { message: what, help: Vec::new() }));
            }
        }
        drop(tell);
        let (mut held, mut over) = (Held::default(), None);
        let mut waiting: Vec<Option<Outcome>> = (0..all).map(|_| None).collect();
        let (mut outcomes, mut failed, mut done) = (Vec::with_capacity(all), false, 0);
        for (place, outcome) in told {
            done += 1;
            if outcome.value.is_err() {
                // Points before it are under way already, and are waited for.
                next.store(all, Ordering::Relaxed);
            }
            waiting[place] = Some(outcome);
            while !failed
                && let Some(mut outcome) = waiting.get_mut(outcomes.len()).and_then(Option::take)
            {
                let fit = outcome.value.as_ref().map(&mut *check);
                if let Ok(Err(error)) = fit {
                    outcome.value = Err(raise(error));
                    next.store(all, Ordering::Relaxed);
                }
                failed = outcome.value.is_err();
                outcomes.push(outcome.value);
                held.merge(&outcome.held);
                with(context, |world| {
                    world.show_all(outcome.shown, beginning.displays);
                    outcome.asked.into_iter().for_each(|asked| world.parameters.learn(asked));
                    Ok::<_, LangError>(())
                })?;
            }
            over = with(context, |world| {
                world.show(Output::Points { done, of: all });
                Ok::<_, LangError>(world.watch.look_closely())
            })?;
            if over.is_some() {
                next.store(all, Ordering::Relaxed);
                break;
            }
        }
        with(context, |world| {
            world.show(Output::RunEnded);
            world.tell_held(&held);
            Ok::<_, LangError>(())
        })?;
        if let Some(over) = over {
            let token = Dynamic::from(over);
            return Err(EvalAltResult::ErrorTerminated(token, context.call_position()).into());
        }
        Ok(outcomes)
    })
}

/// One thread: takes the next point until none is left.
fn live(
    beginning: &Beginning,
    points: &Points,
    plan: &Plan,
    next: &AtomicUsize,
    tell: &mpsc::Sender<(usize, Outcome)>,
) {
    let all = points.list.len() * plan.repeats;
    let worker = Worker::new(beginning);
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        if place >= all {
            return;
        }
        let outcome = match &worker {
            Ok(worker) => {
                let number = if plan.alike { 0 } else { place as u64 };
                worker.run(&points.list[place / plan.repeats].argument, number)
            }
            Err(error) => Outcome {
                value: Err(raise(error.clone())),
                shown: Vec::new(),
                held: Held::default(),
                asked: None,
            },
        };
        if tell.send((place, outcome)).is_err() {
            return;
        }
    }
}
