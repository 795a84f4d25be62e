//! The exported network against the hypervisor, through SBML.

use super::*;
use crate::hypervisor::HostModel;
use bioxen_engine::ode::{NetworkOde, Options};
use bioxen_network::law::Counting;
use bioxen_network::{Network, sbml};

/// All quantities of a network after a time [h].
fn after(network: &Network, hours: f64) -> impl Fn(&str) -> f64 {
    let options = Options { rtol: 1e-8, atol: 1e-8, ..Options::default() };
    let all = NetworkOde::after(network, hours, options, &StopToken::new()).unwrap();
    move |name| all[network.quantities.iter().position(|q| q.name == name).unwrap()]
}

#[test]
fn the_export_says_the_same() {
    let small_rna = "[[gene]]\nname = \"s\"\nkind = \"RNA\"\nlength_nt = 90\nrna_half_life_min = 5\n[[operon]]\n\
                     name = \"small\"\npromoter = \"P\"\ngenes = [\"s\"]\n[[small_rna]]\nrna = \"s\"\n\
                     gene = \"x_gone\"\nrate = 0.05\n";
    let text = format!("{}{small_rna}", degraded("x", 60.0));
    let mut cell = lived(&[text, degraded("y", 60.0)], Solver::Deterministic, 0.3);
    let network = cell.to_network("a", HostModel::Dynamic).unwrap();
    let style = sbml::Style { id: "a".into(), counting: Counting::Continuous };
    let read = sbml::read(&sbml::write(&network, &style).unwrap()).unwrap().network;
    let found = after(&read, 2.0);
    let frozen = cell.to_network("a", HostModel::Frozen).unwrap();
    live(&mut cell, 2.0);
    let vm = cell.vm("a").unwrap();
    for (unit, gene) in [("x_both", "x_gone"), ("x_both", "x_kept"), ("y_both", "y_gone")] {
        let (mrna, protein) = counts(vm, gene);
        for (name, expected) in
            [(format!("{unit}_mrna"), mrna), (format!("{gene}_protein"), protein)]
        {
            let found = found(&name);
            assert!((found / expected - 1.0).abs() < 1e-5, "{name}: {found} {expected}");
        }
    }
    let names: Vec<&str> = frozen.reactions.iter().map(|r| r.name.as_str()).collect();
    for name in ["x_gone.protein.ClpXP", "y_gone.protein.ClpXP", "s.pairs.x_both"] {
        assert!(names.contains(&name), "{names:?}");
    }
}
