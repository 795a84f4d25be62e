//! The networks that the benches, and some tests, run.

use bioxen::network::{Network, QuantityId, RateLaw, ReactionId};

/// One of each.
fn ones(side: &[QuantityId]) -> Vec<(QuantityId, u32)> {
    side.iter().map(|&quantity| (quantity, 1)).collect()
}

pub(crate) fn mass_action(k: f64) -> RateLaw {
    RateLaw::MassAction { k, factors: Vec::new() }
}

/// A species that is made at a rate and lost with a rate constant.
pub(crate) fn birth_death(made: f64, lost: f64) -> (Network, QuantityId) {
    let mut n = Network::default();
    let m = n.species("m", 0.0);
    n.reaction("make", &[], &[(m, 1)], mass_action(made));
    n.reaction("lose", &[(m, 1)], &[], mass_action(lost));
    (n, m)
}

/// Gene expression in two stages: transcripts that are made and decay, and the proteins that they make.
pub(crate) fn two_stage(km: f64, gm: f64, kp: f64, gp: f64) -> (Network, [QuantityId; 2]) {
    let mut n = Network::default();
    let (m, p) = (n.species("m", 0.0), n.species("p", 0.0));
    n.reaction("transcribe", &[], &[(m, 1)], mass_action(km));
    n.reaction("m_decay", &[(m, 1)], &[], mass_action(gm));
    n.reaction("translate", &[(m, 1)], &[(m, 1), (p, 1)], mass_action(kp));
    n.reaction("p_decay", &[(p, 1)], &[], mass_action(gp));
    (n, [m, p])
}

/// A gene that opens and closes, and its transcripts, which are lost at 1 and made at 20 while it is open.
pub(crate) fn telegraph(on: f64, off: f64) -> (Network, QuantityId) {
    let mut n = Network::default();
    let (closed, open) = (n.species("closed", 1.0), n.species("open", 0.0));
    let m = n.species("m", 0.0);
    n.reaction("open", &[(closed, 1)], &[(open, 1)], mass_action(on));
    n.reaction("close", &[(open, 1)], &[(closed, 1)], mass_action(off));
    n.reaction("transcribe", &[(open, 1)], &[(open, 1), (m, 1)], mass_action(20.0));
    n.reaction("lose", &[(m, 1)], &[], mass_action(1.0));
    (n, m)
}

/// The circadian oscillator of Vilar, Kueh, Barkai & Leibler, *PNAS* 99:5988 (2002), with the
/// parameters of their Fig. 1. Time in hours.
pub(crate) fn vilar() -> Network {
    let mut n = Network::default();
    let [da, dr] = ["DA", "DR"].map(|name| n.species(name, 1.0));
    let [dpa, dpr, ma, mr, a, r, c] =
        ["DpA", "DpR", "MA", "MR", "A", "R", "C"].map(|name| n.species(name, 0.0));
    let reactions: [(&str, &[QuantityId], &[QuantityId], f64); 16] = [
        ("bind_A", &[a, da], &[dpa], 1.0),
        ("unbind_A", &[dpa], &[a, da], 50.0),
        ("bind_R", &[a, dr], &[dpr], 1.0),
        ("unbind_R", &[dpr], &[a, dr], 100.0),
        ("transcribe_A", &[da], &[da, ma], 50.0),
        ("transcribe_A_active", &[dpa], &[dpa, ma], 500.0),
        ("transcribe_R", &[dr], &[dr, mr], 0.01),
        ("transcribe_R_active", &[dpr], &[dpr, mr], 50.0),
        ("translate_A", &[ma], &[ma, a], 50.0),
        ("translate_R", &[mr], &[mr, r], 5.0),
        ("degrade_MA", &[ma], &[], 10.0),
        ("degrade_MR", &[mr], &[], 0.5),
        ("degrade_A", &[a], &[], 1.0),
        ("degrade_R", &[r], &[], 0.2),
        ("complex", &[a, r], &[c], 2.0),
        ("degrade_A_in_complex", &[c], &[r], 1.0),
    ];
    for (name, reactants, products, k) in reactions {
        n.reaction(name, &ones(reactants), &ones(products), mass_action(k));
    }
    n
}

/// `genes` genes that share one pool of RNA polymerase and one of ribosomes, both bound
/// explicitly. Time in seconds.
pub(crate) fn explicit_binding(genes: usize) -> Network {
    let mut n = Network::default();
    let count = genes as f64;
    let rnap = n.species("RNAP", (0.6 * count).round());
    let ribosome = n.species("Ribo", (1.5 * count).round());
    for i in 0..genes {
        let gene = n.species(format!("G{i}"), 1.0);
        let [rg, m, rm, p] =
            ["RG", "M", "RM", "P"].map(|name| n.species(format!("{name}{i}"), 0.0));
        // One decade, evenly in the logarithm, of mean 0.15/N.
        let place = if genes > 1 { i as f64 / (count - 1.0) } else { 0.5 };
        let on = 0.15 / count * 10f64.powf(place) * std::f64::consts::LN_10 / 9.0;
        let ln2 = std::f64::consts::LN_2;
        let reactions: [(_, &[QuantityId], &[QuantityId], _); 6] = [
            ("tx_start", &[rnap, gene], &[rg], on),
            ("tx_end", &[rg], &[rnap, gene, m], 1.0 / 40.0),
            ("m_decay", &[m], &[], ln2 / 180.0),
            ("tl_start", &[ribosome, m], &[rm], 0.1 / count),
            ("tl_end", &[rm], &[ribosome, m, p], 1.0 / 20.0),
            ("p_decay", &[p], &[], ln2 / 3600.0),
        ];
        for (name, reactants, products, k) in reactions {
            let name = format!("{name}{i}");
            n.reaction(name, &ones(reactants), &ones(products), mass_action(k));
        }
    }
    n
}

/// A guest genome as the hypervisor runs it, with what its host changes at every step.
pub(crate) struct Guest {
    pub(crate) network: Network,
    /// Multiply both dilutions, every transcription and every translation.
    pub(crate) factors: [QuantityId; 3],
    /// The reactions whose constants depend on the elongation rate.
    pub(crate) translation: Vec<ReactionId>,
    /// Their constants at the reference elongation rate.
    pub(crate) constants: Vec<f64>,
}

/// A guest of `genes` genes: transcription, mRNA decay and dilution, translation, protein
/// dilution. Constants spread as in a genome; time in hours. `events` is about how many events
/// there are in an hour.
pub(crate) fn guest(genes: usize, events: f64) -> Guest {
    let mut n = Network::default();
    let lambda = n.parameter("lambda", 1.0);
    let polymerase = n.parameter("polymerase", 1.0);
    let ribosomes = n.parameter("ribosomes", 1.0);
    let mut translation = Vec::new();
    let mut constants = Vec::new();
    // A third of the events are births of proteins, about two thirds their losses and the mRNA's.
    let proteins = events / 2.2 / genes as f64;
    for i in 0..genes {
        // A low-discrepancy spread of three decades for mRNA and one for half-lives.
        let u = (i as f64 * 0.618_033_988_749_895).fract();
        let v = (i as f64 * 0.754_877_666_246_693).fract();
        let w = (i as f64 * 0.569_840_290_998_053).fract();
        let mean = 10f64.powf(-2.5 + 3.0 * u);
        let decay = std::f64::consts::LN_2 / ((1.0 + 9.0 * v) / 60.0);
        let k = proteins / 0.63 * (0.3 + 1.4 * w);
        let m = n.species(format!("m{i}"), mean.round());
        let p = n.species(format!("p{i}"), (mean * k).round());
        let with = |k, factors: &[QuantityId]| RateLaw::MassAction { k, factors: factors.to_vec() };
        n.reaction(format!("tx{i}"), &[], &[(m, 1)], with(mean * (decay + 1.0), &[polymerase]));
        n.reaction(format!("decay{i}"), &[(m, 1)], &[], with(decay, &[]));
        n.reaction(format!("m_dilution{i}"), &[(m, 1)], &[], with(1.0, &[lambda]));
        let tl = n.reaction(format!("tl{i}"), &[(m, 1)], &[(m, 1), (p, 1)], with(k, &[ribosomes]));
        n.reaction(format!("p_dilution{i}"), &[(p, 1)], &[], with(1.0, &[lambda]));
        translation.push(tl);
        constants.push(k);
    }
    Guest { network: n, factors: [lambda, polymerase, ribosomes], translation, constants }
}
