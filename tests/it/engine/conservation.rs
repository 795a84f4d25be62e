//! What reactions cannot change stays the same (target A8).

use super::*;

#[test]
fn polymerases_and_ribosomes_are_neither_made_nor_lost() {
    let genes = 40;
    let n = models::explicit_binding(genes);
    let mut ssa = start(&n, Arrangement::Automatic, 1);
    let id = |name: &str| ssa.model().quantity(name).unwrap().index();
    let pools = [("RNAP", "RG", 24.0), ("Ribo", "RM", 60.0)].map(|(free, bound, total)| {
        let bound: Vec<usize> = (0..genes).map(|i| id(&format!("{bound}{i}"))).collect();
        (id(free), bound, total)
    });
    let promoters: Vec<(usize, usize)> =
        (0..genes).map(|i| (id(&format!("G{i}")), id(&format!("RG{i}")))).collect();
    for event in 0..20_000 {
        assert!(ssa.step(f64::INFINITY).unwrap());
        assert_eq!(ssa.events(), event + 1);
        let x = ssa.state();
        for (free, bound, total) in &pools {
            assert_eq!(x[*free] + bound.iter().map(|&b| x[b]).sum::<f64>(), *total);
        }
        assert!(promoters.iter().all(|&(g, rg)| x[g] + x[rg] == 1.0));
        assert!(x.iter().all(|&v| v >= 0.0 && v.fract() == 0.0));
    }
}

/// The sums from which events are drawn are those of the rate laws, after many events.
#[test]
fn sums_do_not_drift() {
    let n = models::explicit_binding(300);
    for arrangement in [Arrangement::Grouped, Arrangement::Ungrouped] {
        let mut ssa = start(&n, arrangement, 2);
        ssa.advance(
            if arrangement == Arrangement::Grouped { 2000.0 } else { 100.0 },
            &StopToken::new(),
        )
        .unwrap();
        let sum: f64 = ssa.propensities().iter().sum();
        for (held, direct) in ssa.held_propensities().iter().zip(ssa.propensities()) {
            assert!((held - direct).abs() <= 1e-12 * sum.max(direct), "{held}, not {direct}");
        }
    }
}

/// When nothing can happen any more, nothing happens, even for ever.
#[test]
fn an_absorbing_state_is_kept() {
    for reactions in [1, 20, 40] {
        let mut n = Network::default();
        let x = n.species("x", 3.0);
        for i in 0..reactions {
            n.reaction(format!("lose{i}"), &[(x, 1)], &[], law(1.0));
        }
        for arrangement in [Arrangement::Automatic, Arrangement::Grouped] {
            let mut ssa = start(&n, arrangement, 3);
            ssa.advance(f64::INFINITY, &StopToken::new()).unwrap();
            assert_eq!((ssa.state()[0], ssa.events(), ssa.time()), (0.0, 3, f64::INFINITY));
            assert!(!ssa.clone().step(f64::INFINITY).unwrap());
        }
    }
}
