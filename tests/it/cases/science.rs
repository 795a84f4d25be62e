//! What the host and its guests must do whatever the way to it.

mod food;
mod proteins;

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::chassis::energy::{self, EnergyCoupling};
use bioxen::chassis::{Chassis, HostState, Nutrient, steady};
use bioxen::engine::StopToken;
use bioxen::genome;
use bioxen::hypervisor::{BiologicalType, Hypervisor, Limits, Rules, Solver, Vm, VmSpec};
use bioxen::lang::{Output, WorldOptions};
use bioxen::session::Session;
use bioxen::units::Time;

const MEDIA: [f64; 16] = [
    0.01, 0.015, 0.02, 0.03, 0.042, 0.05, 0.06, 0.065, 0.07, 0.0755, 0.08, 0.1, 0.2, 0.3, 0.5, 1.0,
];

fn quality(q: f64) -> Nutrient {
    Nutrient::new(q).unwrap()
}

fn fresh(q: f64) -> Chassis {
    Chassis::settled(quality(q)).unwrap()
}

fn growth(chassis: &Chassis) -> f64 {
    chassis.rates().growth_per_h
}

/// The largest relative difference of two states.
fn apart(a: &HostState, b: &HostState) -> f64 {
    let pairs = a.to_array().into_iter().zip(b.to_array());
    pairs.map(|(x, y)| (x / y - 1.0).abs()).fold(0.0, f64::max)
}

/// The state that a cell in another one comes to in the medium.
fn settle_from(state: &HostState, q: f64) -> Chassis {
    let mut chassis = fresh(0.5);
    chassis.set_nutrient(quality(q));
    chassis.set_state(*state);
    // Twenty generations of the slowest host.
    chassis.advance(400.0, &[]).unwrap();
    chassis
}

/// Numbers from 0 to 1 that look random (a fixed sequence of the golden ratio and relatives).
fn spread(i: usize, k: usize) -> f64 {
    let ratio = [0.618_033_988, 0.754_877_666, 0.569_840_291, 0.819_172_513, 0.671_043_607];
    (0.5 + (i + 1) as f64 * ratio[k % 5] * (1.0 + 0.1 * (k / 5) as f64)).fract()
}

#[test]
fn every_start_comes_to_one_state() {
    for (i, q) in [0.01, 0.02, 0.042, 0.06, 0.07, 0.2, 1.0].into_iter().cycle().take(21).enumerate()
    {
        let settled = fresh(q);
        let mut start = settled.state().to_array();
        for (k, x) in start.iter_mut().enumerate() {
            *x *= (3.0 * (spread(i, k) - 0.5)).exp();
        }
        start[6] = energy::MOLECULES_PER_MM * (0.01 + 9.9 * spread(i, 6));
        let found = settle_from(&HostState::from_array(start), q);
        let difference = apart(found.state(), settled.state());
        assert!(difference < 1e-5, "{q}, start {i}: {difference}, {found:?}, {settled:?}");
    }
}

#[test]
fn scans_of_the_medium_agree_in_both_directions() {
    // From below: the states of ever richer media; from above: Newton's method and short lives.
    let mut up = fresh(MEDIA[0]);
    let mut down = fresh(1.0);
    let (mut rising, mut falling) = (Vec::new(), Vec::new());
    for q in MEDIA {
        up = settle_from(up.state(), q);
        rising.push(growth(&up));
    }
    for q in MEDIA.into_iter().rev() {
        down = settle_from(down.state(), q);
        falling.push(growth(&down));
    }
    falling.reverse();
    for ((q, a), b) in MEDIA.into_iter().zip(&rising).zip(&falling) {
        let c = growth(&fresh(q));
        assert!((a / b - 1.0).abs() < 1e-6, "{q}: {a} from below, {b} from above");
        assert!((a / c - 1.0).abs() < 1e-6, "{q}: {a}, {c} from a fresh chassis");
    }
    assert!(rising.windows(2).all(|w| w[0] < w[1]), "{rising:?}");
}

/// `(nutrient, growth [1/h], ATP [%])`, computed independently.
#[test]
fn slow_media_have_the_growth_of_the_reference() {
    for (q, expected, atp) in [
        (0.01, 0.047_58, 40.5),
        (0.02, 0.094_58, 47.4),
        (0.03, 0.140_42, 51.9),
        (0.044, 0.202_79, 56.4),
        (0.06, 0.271_69, 76.3),
        (0.0755, 0.336_23, 83.1),
        (0.08, 0.354_58, 84.1),
        (0.3, 1.087_40, 91.5),
        (1.0, 2.258_56, 92.3),
    ] {
        let chassis = fresh(q);
        assert!((growth(&chassis) / expected - 1.0).abs() < 1e-3, "{q}: {}", growth(&chassis));
        assert!((energy::percent(chassis.state()) - atp).abs() < 0.1, "{q}");
        // The published host knows no ATP.
        let published = Chassis::settled_with(quality(q), EnergyCoupling::Published).unwrap();
        assert!((growth(&chassis) / growth(&published) - 1.0).abs() < 1.5e-4, "{q}");
    }
}

#[test]
fn settling_beside_a_tenant_agrees_with_living_beside_it() {
    // The weight of this tenant stays as it is while the host's own mRNA falls with growth, so one
    // that weighs much stops a slow host for good; no real guest does.
    for q in [0.02, 0.07, 0.3] {
        let alone = fresh(q);
        for part in [0.02, 0.1, 0.3] {
            let tenant = bioxen::chassis::Tenant {
                weight: part * alone.rates().host_weight,
                ..bioxen::chassis::Tenant::IDLE
            };
            let state = steady::settle(quality(q).into(), &[tenant]).unwrap();
            let mut lived = alone.clone();
            lived.advance(600.0, &[tenant]).unwrap();
            let difference = apart(&state, lived.state());
            assert!(difference < 1e-4, "{q}, {part}: {difference}");
        }
    }
}

fn add(hypervisor: &mut Hypervisor, kind: BiologicalType) -> &mut Vm {
    let name = kind.genome_name();
    let limits = Limits { max_ribosomes: 3000.0, max_memory_kb: 5000.0, ..Limits::HOST };
    let spec = VmSpec {
        id: "cell".to_owned(),
        biological_type: kind,
        genome: genome::shipped(name).unwrap(),
        limits,
        rules: Rules::of(kind),
    };
    let vm = hypervisor.create(spec).unwrap();
    vm.start().unwrap();
    vm
}

fn live(hypervisor: &mut Hypervisor, hours: f64) {
    hypervisor.set_sample_every(Time::from_hours(hours)).unwrap();
    let run = hypervisor.run(Time::from_hours(hours), &mut |_| {}, &StopToken::new()).unwrap();
    assert!(run.completed);
}

/// Growth, mRNA and protein of rpoB at rest in a medium, reached from another one or at once.
fn rpob(from: f64, q: f64, energy: EnergyCoupling) -> [f64; 3] {
    rpob_at(1.0, from, q, energy)
}

fn rpob_at(strength: f64, from: f64, q: f64, energy: EnergyCoupling) -> [f64; 3] {
    let mut hypervisor = Hypervisor::with_energy(quality(from), energy).unwrap();
    hypervisor.set_solver(Solver::Deterministic);
    add(&mut hypervisor, BiologicalType::Ecoli).start_transcription(&["rpoB"], strength).unwrap();
    if from != q {
        live(&mut hypervisor, 30.0);
        hypervisor.set_nutrient(quality(q)).unwrap();
    }
    live(&mut hypervisor, 400.0);
    let vm = hypervisor.vm("cell").unwrap();
    let (mrna, protein) = vm.population().counts(vm.gene_index("rpoB").unwrap()).unwrap();
    [hypervisor.host_rates().growth_per_h, mrna, protein]
}

#[test]
fn guests_are_the_same_whatever_the_way_to_their_medium() {
    let coupled = EnergyCoupling::Coupled;
    for q in [0.042, 0.07] {
        let at_once = rpob(q, q, coupled);
        // The published host has one branch only: there the calibration is beyond doubt.
        for other in
            [rpob(0.08, q, coupled), rpob(0.02, q, coupled), rpob(q, q, EnergyCoupling::Published)]
        {
            for (a, b) in at_once.into_iter().zip(other) {
                assert!((a / b - 1.0).abs() < 2e-3, "{q}: {at_once:?} {other:?}");
            }
        }
    }
    // A heavy guest has one state beside the host, too.
    for q in [0.02, 0.07] {
        let (below, above) = (rpob_at(10.0, 0.01, q, coupled), rpob_at(10.0, 0.3, q, coupled));
        for (a, b) in below.into_iter().zip(above) {
            assert!((a / b - 1.0).abs() < 2e-3, "{q}: {below:?} {above:?}");
        }
    }
    // A little less food makes a little less of everything.
    let (poor, rich) = (rpob(0.07, 0.07, coupled), rpob(0.08, 0.08, coupled));
    for (a, b) in poor.into_iter().zip(rich) {
        assert!(a < b && a > 0.8 * b, "{poor:?} {rich:?}");
    }
}

#[test]
fn stochastic_and_deterministic_hosts_agree() {
    for q in [0.02, 0.07] {
        let of = |solver| {
            let mut hypervisor = Hypervisor::new(quality(0.3)).unwrap();
            hypervisor.set_solver(solver);
            hypervisor.set_coupling_step(Time::from_seconds(10.0)).unwrap();
            add(&mut hypervisor, BiologicalType::Ecoli)
                .start_transcription(&["rpoB"], 1.0)
                .unwrap();
            hypervisor.set_nutrient(quality(q)).unwrap();
            live(&mut hypervisor, 30.0);
            hypervisor.host_rates().growth_per_h
        };
        let (exact, chance) = (of(Solver::Deterministic), of(Solver::Stochastic));
        assert!((exact / chance - 1.0).abs() < 0.01, "{q}: {exact} {chance}");
    }
}

/// What a text prints, and the remarks on it.
fn said(text: &str) -> (Vec<String>, Vec<String>) {
    let lines = Rc::new(RefCell::new((Vec::new(), Vec::new())));
    let sink = lines.clone();
    let mut session = Session::new(
        WorldOptions::default(),
        Box::new(move |output| match output {
            Output::Text(text) => sink.borrow_mut().0.push(text),
            Output::Remark(text) => sink.borrow_mut().1.push(text),
            _ => {}
        }),
    )
    .unwrap();
    session.eval(text, "case").unwrap();
    lines.take()
}
