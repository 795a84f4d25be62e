//! What must hold for populations of cells, whatever the numbers are.

use bioxen::engine::StopToken;
use bioxen::engine::rng::Seed;
use bioxen::hypervisor::archive::load_all;
use bioxen::hypervisor::{Cells, Hosts};
use bioxen::units::Time;
use bioxen_cell::cells::{Mode, Noise, Plan, Preset};

use super::lab::{Lab, same};
use super::program::Program;

/// A population watches a copy of the cell: the cell does not change, a copy of a population leaves the first
/// alone, runs concatenate at whole steps, and the same seed gives the same cells.
pub(super) fn a_population_lives_for_itself(
    lab: &mut Lab,
    program: &Program,
) -> Result<(), String> {
    const STEP_S: u32 = 10;
    let mark = lab.mark()?;
    let (cells, options) = &program.population;
    let made = format!("population({cells}, {options})");
    if !lab.attempt(&format!("let p = {made};"))? {
        return Ok(());
    }
    // Cells that divide: some generations, or as much as the program says.
    let steps = |ms: u32| STEP_S * (1 + ms / 400);
    let (one, two) = (steps(program.times.0), steps(program.times.1));
    lab.must("let begun = [p.cells(), p.tree()]; let q = p;")?;
    let whole = lab.attempt(&format!("let course = q.run({}.s);", one + two))?;
    same("a cell that a population watches", &mark.state, &lab.state()?)?;
    let same_text = |lab: &mut Lab, what: &str, one: &str, other: &str| {
        let told = lab.must(&format!("if {one} == {other} {{ \"same\" }} else {{ \"other\" }}"))?;
        if told.contains("same") {
            Ok(())
        } else {
            Err(format!("{what}: {made}, {one} and {other}"))
        }
    };
    let told = |name: &str| format!("[{name}.cells(), {name}.tree()]");
    same_text(lab, "a copy changes the first", "begun", &told("p"))?;
    same_text(lab, "another seed", "begun", &told(&made))?;
    if !whole {
        return Ok(());
    }
    lab.must(&format!("let r = {made}; let first = r.run({one}.s); let second = r.run({two}.s);"))?;
    same_text(lab, "runs do not concatenate", &told("q"), &told("r"))?;
    same_text(lab, "the rows where runs meet differ", "first.tail(1)", "second.head(1)")?;
    same("a cell that a population watched", &mark.state, &lab.state()?)?;
    lab.go_back(&mark)
}

/// The cells of a population in words that name every bit.
fn bits(cells: &Cells) -> Vec<u64> {
    let population = cells.population();
    let mut all: Vec<u64> = population.cells().iter().map(|cell| cell.id).collect();
    for found in cells.names() {
        all.extend(population.values(found.quantity).into_iter().map(f64::to_bits));
    }
    all.push(cells.growth_per_h().to_bits());
    all
}

/// The same seed gives the same cells on one thread and on two.
pub(super) fn threads_change_nothing(lab: &mut Lab, program: &Program) -> Result<(), String> {
    let (all, current) = load_all(&lab.state()?, &StopToken::new()).map_err(|e| e.to_string())?;
    let Some((_, cell)) = all.into_iter().find(|(name, _)| *name == current) else {
        return Err(format!("there is no {current}"));
    };
    let hosts = if program.seed.is_multiple_of(2) { Hosts::Shared } else { Hosts::Own };
    let lived = |threads: usize| {
        let mut plan = Plan::new(150, Seed::new(u64::from(program.seed)));
        plan.noise = Noise::preset(Preset::ALL[program.seed as usize % Preset::ALL.len()]);
        plan.mode = Mode::ALL[program.seed as usize % Mode::ALL.len()];
        let mut cells = cell.cells(plan, hosts).ok()?;
        cells.set_threads(threads);
        let time = Time::from_micros(1000 * i64::from(program.times.0));
        let outcome = cells.run(time, time, &mut |_, _| {}, &StopToken::new());
        Some((
            outcome.map(|lived| lived.course.hours.len()).map_err(|e| e.to_string()),
            bits(&cells),
        ))
    };
    if lived(1) == lived(2) { Ok(()) } else { Err("threads change a population".to_owned()) }
}
