//! Evolution with a covariance matrix that adapts.

use super::{Ended, Search};
use crate::linear::{Matrix, norm, symmetric};
use bioxen_engine::rng::{Rng, Seed};

/// Constants of Hansen's tutorial (arXiv:1604.00772v2), by the numbers of its equations, without negative weights.
struct Constants {
    weights: Vec<f64>,
    mu_eff: f64,
    c_sigma: f64,
    d_sigma: f64,
    c_c: f64,
    c_1: f64,
    c_mu: f64,
    /// The expected length of a standard normal vector.
    chi: f64,
}

impl Constants {
    fn new(d: usize, lambda: usize) -> Self {
        let n = d as f64;
        let mu = lambda / 2;
        // (49), of which the positive ones are kept.
        let raw: Vec<f64> =
            (1..=mu).map(|i| ((lambda as f64 + 1.0) / 2.0).ln() - (i as f64).ln()).collect();
        let sum: f64 = raw.iter().sum();
        let weights: Vec<f64> = raw.iter().map(|w| w / sum).collect();
        let mu_eff = 1.0 / weights.iter().map(|w| w * w).sum::<f64>(); // (8)
        let c_sigma = (mu_eff + 2.0) / (n + mu_eff + 5.0); // (55)
        let d_sigma = 1.0 + 2.0 * (((mu_eff - 1.0) / (n + 1.0)).sqrt() - 1.0).max(0.0) + c_sigma;
        let c_c = (4.0 + mu_eff / n) / (n + 4.0 + 2.0 * mu_eff / n); // (56)
        let c_1 = 2.0 / ((n + 1.3).powi(2) + mu_eff); // (57)
        let c_mu = (1.0 - c_1)
            .min(2.0 * (0.25 + mu_eff + 1.0 / mu_eff - 2.0) / ((n + 2.0).powi(2) + mu_eff)); // (58)
        let chi = n.sqrt() * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n));
        Self { weights, mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, chi }
    }
}

/// In the unit cube. What leaves it is mirrored at its faces where it is evaluated. A run that has converged begins anew
/// with twice the population (Auger & Hansen, *IEEE Congress on Evolutionary Computation* 2005, p. 1769) until two runs
/// one after the other have found nothing better.
pub(super) fn run(search: &mut Search<'_>) -> Ended {
    let d = search.ranges.len();
    let mut lambda = match search.options.population {
        0 => 4 + (3.0 * (d as f64).ln()) as usize,
        n => n.max(4),
    };
    let mut without = 0;
    for restart in 0.. {
        let before = search.best.as_ref().map_or(f64::INFINITY, |b| b.1);
        let ended = once(search, lambda, restart);
        if ended != Ended::Converged {
            return ended;
        }
        let after = search.best.as_ref().map_or(f64::INFINITY, |b| b.1);
        let gain = before - after;
        without = if gain > search.near(after) { 0 } else { without + 1 };
        if without >= 2 {
            return Ended::Converged;
        }
        lambda *= 2;
    }
    Ended::Converged
}

/// Into the unit interval, by mirrors at both ends.
fn mirror(v: f64) -> f64 {
    let folded = v.rem_euclid(2.0);
    if folded > 1.0 { 2.0 - folded } else { folded }
}

/// Generations without a better value after which a run has converged, in a space of `d` dimensions (Hansen's tutorial, B.3,
/// as `NoEffect` and `EqualFunValues` do by other means).
fn patience(d: usize, lambda: usize) -> usize {
    10 + 30 * d / lambda
}

fn once(search: &mut Search<'_>, lambda: usize, restart: u64) -> Ended {
    let d = search.ranges.len();
    let k = Constants::new(d, lambda);
    let seed = Seed::new(search.options.seed).replicate(restart).lane(1);
    let mut rng = Rng::new(seed);
    let mut mean: Vec<f64> = match restart {
        0 => vec![0.5; d],
        _ => (0..d).map(|_| rng.uniform_below_one()).collect(),
    };
    let mut sigma = 0.3;
    let mut covariance = Matrix::identity(d);
    let (mut path_c, mut path_s) = (vec![0.0; d], vec![0.0; d]);
    let mut recent: Vec<f64> = Vec::new();
    for generation in 1.. {
        let (values, vectors) = symmetric(&covariance);
        let roots: Vec<f64> = values.iter().map(|v| v.max(1e-30).sqrt()).collect();
        let along = |z: &[f64]| -> Vec<f64> {
            (0..d).map(|i| (0..d).map(|j| vectors[j][i] * roots[j] * z[j]).sum()).collect()
        };
        let steps: Vec<Vec<f64>> =
            (0..lambda).map(|_| along(&(0..d).map(|_| rng.normal()).collect::<Vec<_>>())).collect();
        let points: Vec<Vec<f64>> = steps
            .iter()
            .map(|y| mean.iter().zip(y).map(|(m, y)| mirror(m + sigma * y)).collect())
            .collect();
        let found = match search.generation(&points) {
            Ok(values) => values,
            Err(ended) => return ended,
        };
        let mut order: Vec<usize> = (0..lambda).collect();
        order.sort_by(|&a, &b| found[a].total_cmp(&found[b]).then(a.cmp(&b)));
        let drift: Vec<f64> = (0..d)
            .map(|i| k.weights.iter().zip(&order).map(|(w, &o)| w * steps[o][i]).sum())
            .collect();
        mean.iter_mut().zip(&drift).for_each(|(m, y)| *m += sigma * y);
        // (43): C^-1/2 times the drift.
        let whitened: Vec<f64> = {
            let z: Vec<f64> = (0..d)
                .map(|j| (0..d).map(|i| vectors[j][i] * drift[i]).sum::<f64>() / roots[j])
                .collect();
            (0..d).map(|i| (0..d).map(|j| vectors[j][i] * z[j]).sum()).collect()
        };
        let c = (k.c_sigma * (2.0 - k.c_sigma) * k.mu_eff).sqrt();
        path_s.iter_mut().zip(&whitened).for_each(|(p, w)| *p = (1.0 - k.c_sigma) * *p + c * w);
        let length = norm(&path_s);
        let expected = (1.0 - (1.0 - k.c_sigma).powf(2.0 * generation as f64)).sqrt();
        let rising = length / expected < (1.4 + 2.0 / (d as f64 + 1.0)) * k.chi;
        let h = if rising { 1.0 } else { 0.0 };
        let c = h * (k.c_c * (2.0 - k.c_c) * k.mu_eff).sqrt();
        path_c.iter_mut().zip(&drift).for_each(|(p, y)| *p = (1.0 - k.c_c) * *p + c * y);
        let keep = 1.0 - k.c_1 - k.c_mu + (1.0 - h) * k.c_1 * k.c_c * (2.0 - k.c_c);
        for i in 0..d {
            for j in 0..d {
                let rank: f64 =
                    k.weights.iter().zip(&order).map(|(w, &o)| w * steps[o][i] * steps[o][j]).sum();
                covariance[(i, j)] =
                    keep * covariance[(i, j)] + k.c_1 * path_c[i] * path_c[j] + k.c_mu * rank;
            }
        }
        sigma *= ((k.c_sigma / k.d_sigma) * (length / k.chi - 1.0)).exp().clamp(0.1, 10.0);
        let best = found[order[0]];
        recent.push(best);
        let window = &recent[recent.len().saturating_sub(patience(d, lambda))..];
        let (low, high) = window
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
        let flat = recent.len() > window.len() && high - low <= search.near(low);
        let extent = sigma * roots.iter().fold(0.0, |m: f64, r| m.max(*r));
        let worst = roots.iter().fold(f64::INFINITY, |m: f64, r| m.min(*r));
        if flat || extent < 1e-13 || !extent.is_finite() || roots[0] > 1e7 * worst {
            return Ended::Converged;
        }
    }
    Ended::Converged
}
