//! Batch cultures: every phase follows from the glucose and the state of the cell.

use bioxen::chassis::{Chassis, HostState, Nutrient};
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::genome::regulation::Concentrations;
use bioxen::hypervisor::{
    BiologicalType, GrowthPhase, Hypervisor, HypervisorError, Medium, Solver,
};
use bioxen::units::Time;

fn culture(solver: Solver, nutrient: f64, glucose_mm: f64, biomass: f64) -> Hypervisor {
    let mut hypervisor = Hypervisor::new(Nutrient::new(nutrient).unwrap()).unwrap();
    hypervisor.set_solver(solver);
    hypervisor
        .create(Config::new(BiologicalType::Ecoli, Infrastructure::Basic).spec("cell").unwrap())
        .unwrap();
    let mut medium = Medium::default();
    medium.set("glucose", glucose_mm).unwrap();
    hypervisor.set_medium(medium);
    hypervisor.start_batch(biomass).unwrap();
    hypervisor
}

fn run(hypervisor: &mut Hypervisor, minutes: f64) {
    hypervisor.run(Time::from_minutes(minutes), &mut |_| {}, &StopToken::new()).unwrap();
}

fn biomass(hypervisor: &Hypervisor) -> f64 {
    hypervisor.culture().unwrap().biomass_g_per_l
}

/// After an upshift from a poor medium a culture goes through all phases, each once and in order.
#[test]
fn a_batch_goes_through_all_phases() {
    for (solver, poor) in [
        (Solver::Deterministic, 0.1),
        (Solver::Stochastic, 0.1),
        // Cells that starved before.
        (Solver::Deterministic, 0.02),
    ] {
        let mut cells = culture(solver, poor, 10.0, 0.02);
        cells.set_nutrient(Nutrient::new(0.3).unwrap()).unwrap();
        let mut phases: Vec<GrowthPhase> = Vec::new();
        for _ in 0..10 * 60 {
            let phase = cells.growth_phase("cell").unwrap();
            if phases.last() != Some(&phase) {
                phases.push(phase);
            }
            run(&mut cells, 1.0);
        }
        use GrowthPhase::{Exponential, Lag, Stationary, Transition};
        assert_eq!(phases, [Lag, Exponential, Transition, Stationary], "{solver:?} {poor}");
        // All glucose has become biomass: 10 mM at 0.09 g/mmol.
        let grown = biomass(&cells);
        assert!((grown - (0.02 + 0.9)).abs() < 0.01, "{grown}");
        assert!(cells.medium().millimolar("glucose") < 0.01);
    }
}

/// In the exponential phase the growth rate follows the ribosome content as measured by Dennis and
/// Bremer (EcoSal Plus 3, 2008): 0.030 + 0.0913 h x growth. Not used for calibration; the tolerance
/// of 25 % is that of the host in constant media.
#[test]
fn growth_in_a_batch_follows_the_ribosome_content() {
    for nutrient in [0.1, 0.2, 0.3, 0.5, 1.0] {
        let mut cells = culture(Solver::Deterministic, nutrient, 22.2, 0.01);
        run(&mut cells, 60.0);
        assert_eq!(cells.growth_phase("cell").unwrap(), GrowthPhase::Exponential);
        let before = biomass(&cells);
        run(&mut cells, 30.0);
        let growth = (biomass(&cells) / before).ln() / 0.5;
        let found = cells.host_rates().ribosome_fraction;
        let expected = 0.030 + 0.0913 * growth;
        assert!((found / expected - 1.0).abs() < 0.25, "{nutrient}: {found} beside {expected}");
    }
}

/// Monod 1949: with plenty of glucose a culture grows as in a new chassis, and with 22.2 uM the
/// quality of its medium is half.
#[test]
fn scarce_glucose_limits_growth() {
    let mut cells = culture(Solver::Deterministic, 0.4, 0.0222, 1e-9);
    // Relative to 22.2 mM, at which uptake is 0.1 % below its limit.
    let felt = cells.chassis().nutrient().value();
    assert!((felt - 0.2 * (22.2 + 0.0222) / 22.2).abs() < 1e-9, "{felt}");
    run(&mut cells, 600.0);
    let settled = Hypervisor::new(Nutrient::new(felt).unwrap()).unwrap();
    let (found, expected) = (cells.host_rates().growth_per_h, settled.host_rates().growth_per_h);
    assert!((found / expected - 1.0).abs() < 1e-3, "{found} beside {expected}");
}

#[test]
fn cells_recover_from_a_famine() {
    let mut cells = culture(Solver::Deterministic, 0.3, 1.0, 0.5);
    run(&mut cells, 48.0 * 60.0);
    assert_eq!(cells.growth_phase("cell").unwrap(), GrowthPhase::Stationary);
    assert!(cells.host_rates().growth_per_h >= 0.0);
    cells.end_batch();
    assert!(cells.culture().is_none());
    // The medium that was put in: 1 mM glucose.
    assert_eq!(cells.full_nutrient(), Nutrient::new(0.3).unwrap());
    let felt = cells.chassis().nutrient();
    assert!(felt.value() > 0.29 && felt.value() < 0.3, "{felt:?}");
    // Starved cells kept their ribosomes, so this lag lasts minutes only.
    assert_eq!(cells.growth_phase("cell").unwrap(), GrowthPhase::Lag);
    run(&mut cells, 24.0 * 60.0);
    let settled = Hypervisor::new(felt).unwrap().host_rates().growth_per_h;
    let growth = cells.host_rates().growth_per_h;
    assert!((growth / settled - 1.0).abs() < 1e-3, "{growth} beside {settled}");
    assert_eq!(cells.growth_phase("cell").unwrap(), GrowthPhase::Exponential);
}

#[test]
fn a_host_settles_in_the_poorest_medium() {
    let poor = Hypervisor::new(Nutrient::new(0.01).unwrap()).unwrap();
    let growth = poor.host_rates().growth_per_h;
    assert!(growth > 0.0 && growth < 0.2, "{growth}");
}

#[test]
fn biomass_is_a_positive_number() {
    let mut hypervisor = Hypervisor::new(Nutrient::default()).unwrap();
    for given in [0.0, -1.0, f64::NAN, f64::INFINITY, 101.0] {
        let error = hypervisor.start_batch(given).unwrap_err();
        assert!(matches!(error, HypervisorError::Biomass { .. }), "{error}");
        assert!(hypervisor.culture().is_none());
    }
}

/// A saved culture goes on as if it had not been saved, bit for bit.
#[test]
fn a_saved_culture_goes_on() {
    for solver in [Solver::Deterministic, Solver::Stochastic] {
        let mut through = culture(solver, 0.3, 0.3, 0.1);
        run(&mut through, 10.0);
        let mut resumed = Hypervisor::load(&through.save().unwrap()).unwrap();
        run(&mut through, 20.0);
        run(&mut resumed, 20.0);
        assert_eq!(biomass(&through).to_bits(), biomass(&resumed).to_bits());
        assert_eq!(through.host_rates(), resumed.host_rates());
        assert_eq!(through.medium(), resumed.medium());
    }
}

/// The lag after an upshift is the time that a cell needs to make ribosomes: growth is what the
/// ribosomes at hand allow, and a cell that is given those of the new medium has next to none.
#[test]
fn the_lag_after_an_upshift_is_limited_by_ribosomes() {
    let rich = Chassis::settled(Nutrient::new(0.5).unwrap()).unwrap();
    let full = rich.rates().growth_per_h;
    // Hours until a cell grows at 95 % of what the rich medium allows.
    let lag = |mut cell: Chassis| {
        cell.set_nutrient(Nutrient::new(0.5).unwrap());
        let step = 1.0 / 360.0;
        let before = cell.state().ribosomes;
        for i in 0..3600 {
            let rates = cell.rates();
            // Nobody grows faster than its ribosomes translate.
            let most = rates.elongation_aa_per_h * cell.state().ribosomes / 1.19e9;
            assert!(rates.growth_per_h <= most, "{} {most}", rates.growth_per_h);
            if rates.growth_per_h > 0.95 * full {
                return (f64::from(i) * step, cell.state().ribosomes / before);
            }
            cell.advance(step, &[]).unwrap();
        }
        panic!("no end of the lag");
    };
    let from = |nutrient: f64| Chassis::settled(Nutrient::new(nutrient).unwrap()).unwrap();
    // The poorer the medium it comes from, the more ribosomes it must make, and the longer that takes.
    let lags: Vec<(f64, f64)> = [0.3, 0.2, 0.1].map(|n| lag(from(n))).to_vec();
    let longer = |pair: &[(f64, f64)]| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1;
    assert!(lags.windows(2).all(longer) && lags[0].1 > 1.0, "{lags:?}");
    let mut given = from(0.1);
    let state = HostState { ribosomes: rich.state().ribosomes, ..*given.state() };
    given.set_state(state);
    let (without, _) = lag(given);
    assert!(without < 0.5 * lags[2].0, "{without} beside {lags:?}");
}
