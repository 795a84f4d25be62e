//! The stochastic engine against closed forms, the master equation and itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agreement;
mod analytic;
mod cme;
mod conservation;
mod laws;
#[allow(dead_code, clippy::duplicate_mod, reason = "the validation, a module here, has it, too")]
#[path = "../../benches/common/models.rs"]
pub(crate) mod models;
mod random;
mod repeat;
mod stop;

use bioxen::engine::StopToken;
use bioxen::engine::rng::{Rng, Seed};
use bioxen::engine::ssa::Ssa;
use bioxen::network::{Arrangement, Compiled, Network, QuantityId, RateLaw};
use std::sync::Arc;

use models::{birth_death, mass_action as law, telegraph, two_stage};

fn start(network: &Network, arrangement: Arrangement, seed: u64) -> Ssa {
    let model = Compiled::arranged(network, arrangement).unwrap();
    Ssa::new(Arc::new(model), Rng::new(Seed::new(seed))).unwrap()
}

/// Values of quantities at equal intervals of one long run, after `warm`.
fn samples(
    network: &Network,
    quantities: &[QuantityId],
    warm: f64,
    interval: f64,
    count: usize,
    seed: u64,
) -> Vec<Vec<f64>> {
    let mut ssa = start(network, Arrangement::Automatic, seed);
    let stop = StopToken::new();
    ssa.advance(warm, &stop).unwrap();
    let mut values = vec![Vec::with_capacity(count); quantities.len()];
    for i in 1..=count {
        ssa.advance(warm + interval * i as f64, &stop).unwrap();
        for (values, id) in values.iter_mut().zip(quantities) {
            values.push(ssa.state()[id.index()]);
        }
    }
    values
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Chi-square of counts 0, 1, 2, .. against a distribution; cells of which fewer than 10 are
/// expected are put together. It exceeds the bound with a probability of about 1e-5.
fn assert_distributed(values: &[f64], probability: impl Fn(usize) -> f64) {
    let most = values.iter().copied().fold(0.0, f64::max) as usize;
    let mut counts = vec![0.0; most + 1];
    values.iter().for_each(|&v| counts[v as usize] += 1.0);
    let cells: Vec<(f64, f64)> = counts
        .iter()
        .enumerate()
        .map(|(n, &count)| (count, values.len() as f64 * probability(n)))
        .collect();
    assert_cells(&cells, values.len() as f64);
}

/// Chi-square of (observed, expected) cells; what is missing from `total` is one cell more.
fn assert_cells(cells: &[(f64, f64)], total: f64) {
    let (mut chi2, mut degrees) = (0.0, -1.0);
    let mut rest = (total, total);
    for &(observed, expected) in cells {
        if expected >= 10.0 {
            chi2 += (observed - expected).powi(2) / expected;
            degrees += 1.0;
            rest = (rest.0 - observed, rest.1 - expected);
        }
    }
    if rest.1 >= 5.0 {
        chi2 += (rest.0 - rest.1).powi(2) / rest.1;
        degrees += 1.0;
    }
    assert!(degrees >= 1.0, "too few cells");
    // Wilson & Hilferty: the cube root is nearly normal; 4.3 standard deviations.
    let spread: f64 = 2.0 / (9.0 * degrees);
    let bound = degrees * (1.0 - spread + 4.3 * spread.sqrt()).powi(3);
    assert!(chi2 < bound, "chi-square {chi2} with {degrees} degrees of freedom, bound {bound}");
}
