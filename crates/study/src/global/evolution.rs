//! Differential evolution.

use super::{Ended, Search};
use crate::design::unit_latin_hypercube;
use bioxen_engine::rng::{Rng, Seed};

/// How often a coordinate is taken from the mutant.
const CROSSOVER: f64 = 0.9;

/// The strategy `rand/1/bin` of Storn & Price, with a factor drawn anew for each generation from 0.5 to 1 (dither: Price,
/// Storn & Lampinen, *Differential Evolution*, 2005, section 2.5). What leaves the region is put between the bound and the
/// point it came from.
pub(super) fn run(search: &mut Search<'_>) -> Ended {
    let d = search.ranges.len();
    let n = match search.options.population {
        0 => (10 * d).clamp(20, 200),
        n => n.max(4),
    };
    let seed = Seed::new(search.options.seed);
    let Ok(mut points) = unit_latin_hypercube(n, d, search.options.seed) else {
        return Ended::MostEvaluations;
    };
    let mut values = match search.generation(&points) {
        Ok(values) => values,
        Err(ended) => return ended,
    };
    for generation in 1.. {
        if search.has_met(&points, &values) {
            return Ended::Converged;
        }
        let mut rng = Rng::new(seed.point(generation));
        let factor = 0.5 + 0.5 * rng.uniform_below_one();
        let trials: Vec<Vec<f64>> = (0..n).map(|i| trial(&points, i, factor, &mut rng)).collect();
        let found = match search.generation(&trials) {
            Ok(values) => values,
            Err(ended) => return ended,
        };
        for (i, (point, value)) in trials.into_iter().zip(found).enumerate() {
            // Equals replace, so that a plateau is crossed.
            if value <= values[i] && value.is_finite() {
                (points[i], values[i]) = (point, value);
            }
        }
    }
    Ended::MostEvaluations
}

fn trial(points: &[Vec<f64>], i: usize, factor: f64, rng: &mut Rng) -> Vec<f64> {
    let mut others = [i; 4];
    for k in 1..4 {
        loop {
            let j = rng.below(points.len() as u64) as usize;
            if !others[..k].contains(&j) {
                others[k] = j;
                break;
            }
        }
    }
    let [_, a, b, c] = others;
    let d = points[i].len();
    let always = rng.below(d as u64) as usize;
    let mut trial = points[i].clone();
    for j in 0..d {
        if rng.uniform_below_one() < CROSSOVER || j == always {
            let value = points[a][j] + factor * (points[b][j] - points[c][j]);
            let inside = rng.uniform_below_one();
            trial[j] = match value {
                v if v < 0.0 => inside * points[a][j],
                v if v > 1.0 => 1.0 - inside * (1.0 - points[a][j]),
                v => v,
            };
        }
    }
    trial
}
