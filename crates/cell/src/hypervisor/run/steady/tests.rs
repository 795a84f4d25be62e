use super::*;
use crate::chassis::Nutrient;
use crate::factory::{Config, Infrastructure};
use crate::hypervisor::{BiologicalType, Medium, Solver, Vm};
use crate::package::shipped;
use bioxen_base::units::Time;
use bioxen_genome::plasmid::shipped_plasmid;
use bioxen_study::linear::{Matrix, eigenvalues};

fn cell(quality: f64) -> Hypervisor {
    let mut cell = Hypervisor::new(Nutrient::new(quality).unwrap()).unwrap();
    cell.set_solver(Solver::Deterministic);
    cell.set_sample_every(Time::from_hours(100.0)).unwrap();
    cell
}

fn vm<'a>(cell: &'a mut Hypervisor, kind: BiologicalType, id: &str) -> &'a mut Vm {
    let config = Config::new(kind, Infrastructure::Basic);
    let vm = cell.create(config.spec(id).unwrap()).unwrap();
    vm.start().unwrap();
    vm
}

fn install(vm: &mut Vm, package: &str) {
    vm.install_package(&shipped(package).unwrap(), &|name| shipped(name).ok()).unwrap();
}

/// Opens so many genes of the genome.
fn open(vm: &mut Vm, count: usize, strength: f64) {
    let genes: Vec<String> = (0..vm.genome().genes().len())
        .filter(|&i| vm.can_transcribe(i))
        .take(count)
        .map(|i| vm.genome().genes()[i].name().to_owned())
        .collect();
    let genes: Vec<&str> = genes.iter().map(String::as_str).collect();
    vm.start_transcription(&genes, strength).unwrap();
}

fn state(cell: &Hypervisor) -> SteadyState {
    cell.steady_state(Search::Run, &StopToken::new()).unwrap()
}

/// The largest relative difference of two rows; below a hundredth of a molecule nothing counts.
fn apart(a: &Trajectory, b: &Trajectory) -> f64 {
    let names = |t: &Trajectory| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(a), names(b));
    let last = |t: &Trajectory, i: usize| *t.columns[i].values.last().unwrap();
    (0..a.columns.len())
        // Copies are counted in a cell between birth and division; here in one of mean size.
        .filter(|&i| a.columns[i].unit != "copies")
        .map(|i| (last(a, i) - last(b, i)).abs() / last(b, i).abs().max(1e-2))
        .fold(0.0, f64::max)
}

fn lived(mut cell: Hypervisor, hours: f64) -> Trajectory {
    cell.run(Time::from_hours(hours), &mut |_| {}, &StopToken::new()).unwrap();
    cell.present().unwrap()
}

/// A steady state is where a long run ends, and one that begins there stays.
fn check(what: &str, cell: Hypervisor) {
    let before = cell.present().unwrap();
    let found = state(&cell);
    assert_eq!(cell.present().unwrap(), before, "{what}: nothing has changed");
    assert!(found.reached && found.stability == Stability::Stable, "{what}: {found:?}");
    assert!(found.rest < 1e-5, "{what}: {}", found.rest);
    let off = apart(&found.values, &lived(cell, 400.0));
    assert!(off < 1e-6, "{what}: {off}");
}

#[test]
fn a_long_run_ends_at_it() {
    check("no VM", cell(0.3));
    for quality in [0.08, 1.0] {
        let mut one = cell(quality);
        open(vm(&mut one, BiologicalType::Syn3a, "vm"), 80, 3.0);
        check("a genome", one);
    }
    let mut one = cell(0.3);
    let toggle = vm(&mut one, BiologicalType::Ecoli, "vm");
    install(toggle, "toggle_switch");
    toggle.start_transcription(&["lacZ"], 300.0).unwrap();
    check("packages and genes", one);
    let mut one = cell(0.5);
    let carrier = vm(&mut one, BiologicalType::Ecoli, "vm");
    carrier.add_plasmid(&shipped_plasmid("pUC19").unwrap(), None).unwrap();
    install(carrier, "gfp_reporter");
    check("a plasmid", one);
}

#[test]
fn tenants_are_held_back_in_it_too() {
    let mut one = cell(0.3);
    open(vm(&mut one, BiologicalType::Ecoli, "first"), 40, 50.0);
    open(vm(&mut one, BiologicalType::Ecoli, "second"), 20, 100.0);
    one.allocate_ribosomes("first", 90.0).unwrap();
    let free = state(&one);
    let engaged = free.values.columns.iter().find(|c| c.name == "first.ribosomes").unwrap();
    assert!((engaged.values[0] - 90.0).abs() < 1e-6, "the quota binds: {engaged:?}");
    check("a quota", one.clone());
    one.vm_mut("second").unwrap().allocate_atp(3.0).unwrap();
    check("a share of ATP", one.clone());
    // One that is paused takes no part, and stays as it is.
    one.run(Time::from_hours(1.0), &mut |_| {}, &StopToken::new()).unwrap();
    one.vm_mut("first").unwrap().pause().unwrap();
    check("a VM that is paused", one);
}

#[test]
fn of_two_states_it_is_the_one_that_a_run_reaches() {
    let mut one = cell(0.3);
    install(vm(&mut one, BiologicalType::Ecoli, "vm"), "toggle_switch");
    let gfp = |found: &SteadyState| {
        let column = found.values.columns.iter().find(|c| c.name == "vm.gfp_toggle.protein");
        column.unwrap().values[0]
    };
    let low = state(&one);
    let mut medium = Medium::default();
    medium.set("IPTG", 1.0).unwrap();
    one.set_medium(medium);
    one.run(Time::from_hours(20.0), &mut |_| {}, &StopToken::new()).unwrap();
    one.set_medium(Medium::default());
    let high = state(&one);
    assert!(gfp(&high) > 30.0 * gfp(&low), "{} {}", gfp(&high), gfp(&low));
    check("the high state", one);
}

#[test]
fn an_oscillator_has_an_unstable_one() {
    let mut one = cell(0.3);
    install(vm(&mut one, BiologicalType::Ecoli, "vm"), "repressilator");
    let found = state(&one);
    assert!(!found.reached, "no run leads there");
    assert_eq!(found.stability, Stability::Unstable(2), "{:?}", found.eigenvalues);
    let here = one.steady_state(Search::Here, &StopToken::new()).unwrap();
    assert!(apart(&here.values, &found.values) < 1e-6);
}

#[test]
fn the_arrow_finds_the_eigenvalues_of_the_dense_matrix() {
    let mut cells = vec![cell(0.3), cell(0.3), cell(0.2)];
    open(vm(&mut cells[0], BiologicalType::MinimalCell, "vm"), 60, 2.0);
    install(vm(&mut cells[1], BiologicalType::Ecoli, "vm"), "repressilator");
    let carrier = vm(&mut cells[2], BiologicalType::Ecoli, "vm");
    carrier.add_plasmid(&shipped_plasmid("pUC19").unwrap(), None).unwrap();
    install(carrier, "toggle_switch");
    for one in cells {
        let balance = Balance::new(&one).unwrap();
        let found = balance.solve(Search::Run, &StopToken::new()).unwrap();
        let state = balance.core.state(&found.place);
        let mut arrow = balance.core.arrow().clone();
        let n = state.len() - 1;
        let mut rows = vec![vec![0.0; n]; n];
        for j in 0..n {
            let mut rates = [vec![0.0; n + 1], vec![0.0; n + 1]];
            let h = 1e-5 * state[j].abs().max(1e-3);
            for (rates, side) in rates.iter_mut().zip([h, -h]) {
                let mut moved = state.clone();
                moved[j] += side;
                arrow.rhs(0.0, &moved, rates).unwrap();
            }
            // In units of the values, so that the matrix is balanced.
            let size = |i: usize| state[i].abs().max(1e-3);
            for i in 0..n {
                rows[i][j] = (rates[0][i] - rates[1][i]) / (2.0 * h) * size(j) / size(i);
            }
        }
        let dense = eigenvalues(&Matrix::from_rows(&rows)).unwrap();
        assert!(found.eigenvalues.len() >= 3, "{:?}", found.eigenvalues);
        for s in &found.eigenvalues {
            let off = dense.iter().map(|d| (d.re - s.re).hypot(d.im - s.im)).fold(9.0, f64::min);
            assert!(off < 2e-3 * s.abs().max(0.1), "{s:?} is {off} off; {:?}", &dense[..6]);
        }
        assert!((found.eigenvalues[0].re - dense[0].re).abs() < 1e-3, "{:?}", &dense[..6]);
    }
}

#[test]
fn starved_cells_come_to_rest_after_years() {
    let mut one = cell(0.3);
    open(vm(&mut one, BiologicalType::Ecoli, "vm"), 10, 5.0);
    let mut medium = Medium::default();
    medium.set("glucose", 0.0).unwrap();
    one.set_medium(medium);
    let found = state(&one);
    let growth = found.values.columns.iter().find(|c| c.name == "host.growth_rate_per_h");
    assert!(growth.unwrap().values[0] < 1e-3 && found.rest < 1e-6, "{found:?}");
    assert_eq!(found.stability, Stability::Stable, "{:?}", found.eigenvalues);
}

#[test]
fn what_has_no_steady_state_is_refused() {
    let mut one = cell(0.3);
    install(vm(&mut one, BiologicalType::Ecoli, "vm"), "repressilator_model");
    let error = one.steady_state(Search::Run, &StopToken::new()).unwrap_err();
    assert!(matches!(&error, HypervisorError::SteadyModel { .. }), "{error}");
    let mut one = cell(0.3);
    one.start_batch(0.1).unwrap();
    let error = one.steady_state(Search::Run, &StopToken::new()).unwrap_err();
    assert_eq!(error, HypervisorError::SteadyInBatch);
    let mut one = cell(0.3);
    install(vm(&mut one, BiologicalType::Ecoli, "vm"), "toggle_switch");
    let stop = StopToken::new();
    stop.stop();
    let error = one.steady_state(Search::Run, &stop).unwrap_err();
    assert!(matches!(error, HypervisorError::Engine(EngineError::Stopped { .. })), "{error}");
}
