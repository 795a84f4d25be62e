//! The exported network says the same as the hypervisor.

use bioxen::chassis::kinetics::{Kinetic, Kinetics};
use bioxen::engine::StopToken;
use bioxen::hypervisor::{HostModel, Hypervisor, Solver};
use bioxen::network::law::Counting;
use bioxen::network::{Network, sbml};
use bioxen::units::Time;

use super::{after, started};

/// The lac operon after five minutes, with allocations.
fn lac(ribosomes: f64, atp: f64) -> Hypervisor {
    let mut hypervisor = started(0.3, Solver::Deterministic, "demo", |limits| {
        (limits.max_ribosomes, limits.max_atp_percent) = (5000.0, 100.0);
    });
    let vm = hypervisor.vm_mut("demo").unwrap();
    vm.allocate_ribosomes(ribosomes).unwrap();
    vm.allocate_atp(atp).unwrap();
    vm.start_transcription(&["lacZ"], 1.0).unwrap();
    live(&mut hypervisor, 5.0);
    hypervisor
}

fn live(hypervisor: &mut Hypervisor, minutes: f64) {
    let time = Time::from_minutes(minutes);
    hypervisor.run(time, &mut |_| {}, &StopToken::new()).unwrap();
}

/// Values of quantities after `hours` of the network's own life.
fn values(network: &Network, hours: f64, names: &[&str]) -> Vec<f64> {
    names.iter().copied().map(after(network, hours)).collect()
}

const NAMES: [&str; 5] = ["lac.mrna", "lacZ.protein", "lacA.protein", "host.ribosomes", "host.atp"];

fn compare_from(mut hypervisor: Hypervisor, through_text: bool) {
    let mut network = hypervisor.to_network("demo", HostModel::Dynamic).unwrap();
    let mut names: Vec<String> = NAMES.map(str::to_owned).to_vec();
    if through_text {
        let style = sbml::Style { id: "demo".into(), counting: Counting::Continuous };
        let text = sbml::write(&network, &style).unwrap();
        network = sbml::read(&text).unwrap().network;
        names = names.iter().map(|n| n.replace('.', "_")).collect();
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let got = values(&network, 0.5, &names);
    live(&mut hypervisor, 30.0);
    let vm = hypervisor.vm("demo").unwrap();
    let counts = |name: &str| vm.population().counts(vm.gene_index(name).unwrap()).unwrap();
    let host = hypervisor.chassis().state();
    let expected = [counts("lacZ").0, counts("lacZ").1, counts("lacA").1, host.ribosomes, host.atp];
    for ((name, got), expected) in NAMES.iter().zip(got).zip(expected) {
        let relative = got / expected - 1.0;
        assert!(relative.abs() < 1e-5, "{name}: {got}, expected {expected}");
    }
}

/// Without limits, at a quota of ribosomes, and at a share of ATP.
#[test]
fn as_a_network() {
    for (ribosomes, atp) in [(5000.0, 100.0), (80.0, 100.0), (5000.0, 0.2)] {
        compare_from(lac(ribosomes, atp), false);
    }
}

#[test]
fn through_an_sbml_text() {
    compare_from(lac(5000.0, 100.0), true);
}

/// A host of other kinetics, all of which differ.
#[test]
fn in_a_host_of_its_own_kinetics() {
    let mut hypervisor = lac(5000.0, 100.0);
    let before = hypervisor.chassis().state().m_a;
    let mut kinetics = Kinetics::PUBLISHED;
    for (i, kinetic) in Kinetic::ALL.into_iter().enumerate() {
        kinetics.set(kinetic, kinetic.published() * [1.2, 1.1, 0.8][i % 3]).unwrap();
    }
    hypervisor.settle_as(kinetics).unwrap();
    assert!((hypervisor.chassis().state().m_a / before - 1.0).abs() > 0.02);
    compare_from(hypervisor, false);
}

#[test]
fn a_frozen_host_is_mass_action_only() {
    let network = lac(5000.0, 100.0).to_network("demo", HostModel::Frozen).unwrap();
    assert!(network.rules.is_empty());
    // Of the unit transcription and loss, of three proteins the same.
    assert_eq!(network.reactions.len(), 2 + 3 * 2);
    let all_mass_action = network
        .reactions
        .iter()
        .all(|r| matches!(&r.law, bioxen::network::RateLaw::MassAction { .. }));
    assert!(all_mass_action);
}

/// Where maintenance gives way, and where a protein is degraded, the exported equations say the same.
#[test]
fn in_a_slow_cell_and_beside_an_unstable_protein() {
    let mut hypervisor = started(0.02, Solver::Deterministic, "demo", |limits| {
        (limits.max_ribosomes, limits.max_atp_percent) = (2000.0, 100.0);
    });
    let vm = hypervisor.vm_mut("demo").unwrap();
    vm.start_transcription(&["rpoS"], 100.0).unwrap();
    live(&mut hypervisor, 60.0);
    let network = hypervisor.to_network("demo", HostModel::Dynamic).unwrap();
    let names = ["rpoS.protein", "host.ribosomes", "host.atp", "host.growth"];
    let got = values(&network, 2.0, &names);
    live(&mut hypervisor, 120.0);
    let vm = hypervisor.vm("demo").unwrap();
    let gene = vm.population().gene(vm.gene_index("rpoS").unwrap()).unwrap();
    let host = hypervisor.chassis().state();
    let growth = hypervisor.host_rates().growth_per_h;
    assert!(bioxen::chassis::energy::percent(host) < 57.0);
    let expected = [gene.protein, host.ribosomes, host.atp, growth];
    for ((name, got), expected) in names.iter().zip(got).zip(expected) {
        assert!((got / expected - 1.0).abs() < 1e-5, "{name}: {got}, expected {expected}");
    }
}
