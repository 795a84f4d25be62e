//! One chain.

use super::{Chain, Options};
use crate::evaluate::{Failures, Objective};
use crate::linear::{Matrix, cholesky};
use crate::{Scale, Space};
use bioxen_engine::StopToken;
use bioxen_engine::rng::{Rng, Seed};

pub(super) struct Result {
    pub(super) chain: Chain,
    pub(super) best: (Vec<f64>, f64),
    pub(super) failures: Failures,
}

/// The part of proposals that shall be accepted: best for many parameters, and near it for few (Roberts, Gelman & Gilks,
/// *Ann. Appl. Probab.* 7:110, 1997; Gelman, Roberts & Gilks, *Bayesian Statistics* 5:599, 1996).
fn wanted(d: usize) -> f64 {
    if d == 1 { 0.44 } else { 0.234 }
}

/// Mean and covariance of what a chain has seen, with less weight on what is long past.
struct Shape {
    mean: Vec<f64>,
    covariance: Matrix,
    ln_scale: f64,
    root: Matrix,
}

impl Shape {
    fn new(space: &Space, z: &[f64], options: &Options) -> Self {
        let d = z.len();
        let covariance = options.covariance.clone().unwrap_or_else(|| {
            let mut c = Matrix::zeros(d, d);
            for (i, p) in space.parameters().iter().enumerate() {
                let size = match p.scale {
                    Scale::Log => 0.1,
                    Scale::Linear if p.start != 0.0 => 0.1 * p.start.abs(),
                    Scale::Linear if (p.high - p.low).is_finite() => 0.01 * (p.high - p.low),
                    Scale::Linear => 0.1,
                };
                c[(i, i)] = size * size;
            }
            c
        });
        // 2.38^2 / d is best for normal distributions (Gelman, Roberts & Gilks 1996).
        let ln_scale = (2.38 * 2.38 / d as f64).ln();
        let mut shape = Self { mean: z.to_vec(), root: Matrix::identity(d), covariance, ln_scale };
        shape.refresh();
        shape
    }

    /// A little is added to the diagonal, so that no direction is ever lost (Haario et al., equation 1).
    fn refresh(&mut self) {
        let mut c = self.covariance.clone();
        for i in 0..c.rows() {
            c[(i, i)] = c[(i, i)] * (1.0 + 1e-10) + 1e-300;
        }
        if let Some(root) = cholesky(&c) {
            self.root = root;
        }
    }

    fn propose(&self, z: &[f64], rng: &mut Rng) -> Vec<f64> {
        let normal: Vec<f64> = z.iter().map(|_| rng.normal()).collect();
        let scale = (0.5 * self.ln_scale).exp();
        z.iter().zip(self.root.times(&normal)).map(|(z, s)| z + scale * s).collect()
    }

    fn learn(&mut self, z: &[f64], accepted: f64, step: usize) {
        let d = z.len();
        self.ln_scale += (step as f64 + 1.0).powf(-0.6) * (accepted - wanted(d));
        // From the first step on, as slowly as if the covariance at the start came from 20 points for each parameter: fewer
        // would leave directions without any extent.
        let gain = (step as f64 + (20.0 * d as f64).powf(1.0 / 0.6)).powf(-0.6);
        let off: Vec<f64> = z.iter().zip(&self.mean).map(|(z, m)| z - m).collect();
        for i in 0..d {
            self.mean[i] += gain * off[i];
            for j in 0..d {
                self.covariance[(i, j)] += gain * (off[i] * off[j] - self.covariance[(i, j)]);
            }
        }
        self.refresh();
    }
}

pub(super) fn run(
    space: &Space,
    density: Objective<'_>,
    options: &Options,
    number: usize,
    stop: &StopToken,
) -> Result {
    let mut rng = Rng::new(Seed::new(options.seed).replicate(number as u64));
    let bounds = space.inner_bounds();
    let mut failures = Failures::default();
    // The logarithm of the density of what is varied: that of the value times dx/dz, which is x for z = ln x.
    let mut at = |z: &[f64]| -> (Vec<f64>, f64, f64) {
        let x = space.outer(z);
        if z.iter().zip(&bounds).any(|(z, b)| !(b.0..=b.1).contains(z)) {
            return (x, f64::NEG_INFINITY, f64::NEG_INFINITY);
        }
        let value = -failures.worst(&x, density(&x).map(|v| -v));
        let scales = space.parameters().iter().zip(z);
        let slope: f64 = scales.filter(|(p, _)| p.scale == Scale::Log).map(|(_, z)| *z).sum();
        (x, value, value + slope)
    };
    let mut z = space.inner(&space.starts());
    let mut shape = Shape::new(space, &z, options);
    let (mut x, mut value, mut here) = at(&z);
    // Chains that begin apart show whether they meet.
    for _ in 0..50 {
        let start = space.inner(&space.starts());
        let apart = shape.propose(&start, &mut rng);
        let (x2, value2, there) = at(&apart);
        if there > f64::NEG_INFINITY {
            (z, x, value, here) = (apart, x2, value2, there);
            break;
        }
    }
    let mut best = (x.clone(), value);
    let kept = options.steps / options.thinning;
    let mut chain = Chain {
        points: Vec::with_capacity(kept),
        log_density: Vec::with_capacity(kept),
        acceptance: 0.0,
    };
    let (mut accepted, mut tried) = (0usize, 0usize);
    for step in 0..options.warm_up + kept * options.thinning {
        if stop.is_stopped() {
            break;
        }
        let proposal = shape.propose(&z, &mut rng);
        let (x2, value2, there) = at(&proposal);
        let chance = (there - here).exp().min(1.0);
        // Written so that not-a-number is refused; drawn always, so that the stream does not depend on it.
        let taken = rng.uniform_below_one() < chance;
        if taken {
            (z, x, value, here) = (proposal, x2, value2, there);
            if value > best.1 {
                best = (x.clone(), value);
            }
        }
        if step < options.warm_up {
            let chance = if chance.is_nan() { 0.0 } else { chance };
            shape.learn(&z, chance, step);
            continue;
        }
        tried += 1;
        accepted += usize::from(taken);
        if (step - options.warm_up + 1).is_multiple_of(options.thinning) {
            chain.points.push(x.clone());
            chain.log_density.push(value);
        }
    }
    chain.acceptance = accepted as f64 / tried.max(1) as f64;
    Result { chain, best, failures }
}
