//! Guests beside an inhibited host.

use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, HostModel, Hypervisor, Medium, Solver};
use bioxen::network::law::Counting;
use bioxen::network::sbml;
use bioxen::units::Time;

use super::{after, started};

fn cell(micromolar: f64) -> Hypervisor {
    let mut cell = started(0.3, Solver::Deterministic, "demo", |limits| {
        limits.max_ribosomes = 20_000.0;
        limits.max_atp_percent = 100.0;
    });
    let vm = cell.vm_mut("demo").unwrap();
    vm.start_transcription(&["thrA"], 5.0).unwrap();
    inhibit(&mut cell, micromolar);
    cell
}

fn inhibit(cell: &mut Hypervisor, micromolar: f64) {
    let mut medium = Medium::default();
    medium.set("chloramphenicol", 1e-3 * micromolar).unwrap();
    cell.set_medium(medium);
}

fn live(cell: &mut Hypervisor, minutes: f64) {
    cell.run(Time::from_minutes(minutes), &mut |_| {}, &StopToken::new()).unwrap();
}

/// The exported model is the cell, inhibited as it is.
#[test]
fn the_exported_model_is_inhibited_too() {
    let mut cell = cell(4.0);
    live(&mut cell, 20.0);
    let network = cell.to_network("demo", HostModel::Dynamic).unwrap();
    let style = sbml::Style { id: "demo".into(), counting: Counting::Continuous };
    let text = sbml::write(&network, &style).unwrap();
    let network = sbml::read(&text).unwrap().network;
    let of = after(&network, 1.0);
    live(&mut cell, 60.0);
    let vm = cell.vm("demo").unwrap();
    let protein = vm.population().counts(vm.gene_index("thrA").unwrap()).unwrap().1;
    for (name, expected) in [
        ("thrA_protein", protein),
        ("host_ribosomes", cell.chassis().state().ribosomes),
        ("host_inactivated_ribosomes", cell.chassis().inactivated()),
        ("host_m_r", cell.chassis().state().m_r),
    ] {
        assert!((of(name) / expected - 1.0).abs() < 1e-4, "{name}: {} {expected}", of(name));
    }
    // Without the inhibitor the model has no such terms.
    let plain = self::cell(0.0).to_network("demo", HostModel::Dynamic).unwrap();
    assert!(plain.quantities.iter().all(|q| q.name != "host.inactivated_ribosomes"));
}

/// The weight of a guest's transcript falls with the dose as that of the host's does, whenever the
/// guest came: the two compete as before.
#[test]
fn guests_feel_it_as_the_host_does() {
    let mut late = cell(0.0);
    live(&mut late, 10.0);
    inhibit(&mut late, 4.0);
    let mut early = cell(4.0);
    let genes = |cell: &Hypervisor| cell.vm("demo").unwrap().population().genes().to_vec();
    for (a, b) in genes(&late).iter().zip(genes(&early)) {
        assert_eq!(a.rates, b.rates);
        assert!((a.rates.inactivation_per_h - 1.41744).abs() < 1e-9);
    }
    // Proteins are made more slowly, and the cell grows more slowly, too.
    let mut plain = cell(0.0);
    live(&mut plain, 600.0);
    live(&mut early, 600.0);
    let protein = |cell: &Hypervisor| genes(cell)[0].protein;
    let (with, without) = (early.host_rates(), plain.host_rates());
    assert!(with.growth_per_h < 0.8 * without.growth_per_h);
    // The host shifts to ribosomes, which a guest is none of.
    assert!(protein(&early) < protein(&plain));
    // A VM that is made in an inhibited cell feels it at once.
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let vm = early.create(config.spec("new").unwrap()).unwrap();
    vm.start().unwrap();
    vm.start_transcription(&["crp"], 1.0).unwrap();
    assert!(vm.population().genes()[0].rates.inactivation_per_h > 1.4);
    // Back to none.
    inhibit(&mut early, 0.0);
    assert!(genes(&early).iter().all(|gene| gene.rates.inactivation_per_h == 0.0));
}
