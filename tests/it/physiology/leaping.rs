//! Guests whose events are gone through by leaps.

use bioxen::chassis::Nutrient;
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Hypervisor, Solver};
use bioxen::units::Time;

/// A cell that makes elongation factor Tu as fast as it can: some sixty proteins a second of a few
/// reactions, where leaps pay.
fn heavy(solver: Solver, seed: u64) -> Hypervisor {
    let mut cell = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    cell.set_solver(solver);
    cell.set_seed(seed);
    cell.set_sample_every(Time::from_minutes(5.0)).unwrap();
    let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    config.limits.max_ribosomes = 10_000.0;
    let vm = cell.create(config.spec("vm").unwrap()).unwrap();
    vm.start().unwrap();
    vm.start_transcription(&["tufA"], 5.0).unwrap();
    cell
}

fn live(cell: &mut Hypervisor, minutes: f64) -> (f64, u64) {
    let run = cell.run(Time::from_minutes(minutes), &mut |_| {}, &StopToken::new()).unwrap();
    let tufa = run.trace.column("vm.tufA.protein").unwrap();
    (*tufa.values.last().unwrap(), cell.vm("vm").unwrap().population().events())
}

/// Leaps are not the exact run, and their mean is that of the differential equations within three
/// standard errors.
#[test]
fn leaps_have_the_mean_of_the_equations() {
    let expected = live(&mut heavy(Solver::Deterministic, 0), 20.0).0;
    let one = |solver| live(&mut heavy(solver, 1), 20.0).0;
    assert!(one(Solver::TauLeap) != one(Solver::Stochastic), "nothing was leapt over");
    let runs = 60;
    let (mut sum, mut squares) = (0.0, 0.0);
    for seed in 0..runs {
        let (x, events) = live(&mut heavy(Solver::TauLeap, seed), 20.0);
        assert!(x.fract() == 0.0 && events as f64 > x, "{x} {events}");
        (sum, squares) = (sum + x, squares + x * x);
    }
    let n = runs as f64;
    let mean = sum / n;
    let error = ((squares / n - mean * mean) / (n - 1.0)).sqrt();
    assert!((mean - expected).abs() < 3.0 * error, "{mean} +- {error}, {expected}");
}

#[test]
fn a_cell_that_leaps_is_saved_and_goes_on_the_same() {
    let mut through = heavy(Solver::TauLeap, 7);
    live(&mut through, 10.0);
    let mut again = Hypervisor::load(&through.save().unwrap()).unwrap();
    assert_eq!(again.solver(), Solver::TauLeap);
    assert_eq!(live(&mut through, 10.0).0, live(&mut again, 10.0).0);
}
