//! The likelihood as an optimiser wants it: rows whose squares are its curvature.

use crate::evaluate::{Raw, Value};
use crate::likelihood::Noise;
use crate::{Options, ParameterScale, Petab, PetabError};
use bioxen_engine::StopToken;
use bioxen_study::Space;
use bioxen_study::linear::Matrix;
use rayon::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// What a number that may be zero is varied by, as a part of its range.
const PART: f64 = 1e-4;

/// A problem at one point.
struct Base {
    at: Vec<f64>,
    raw: Raw,
    values: Vec<Value>,
    /// The curvature by the noise of each observable.
    curvatures: Vec<f64>,
}

/// Evaluates a problem for one fit.
pub(super) struct Scorer<'a> {
    problem: &'a Petab,
    estimated: &'a [usize],
    fixed: &'a [f64],
    options: &'a Options,
    stop: &'a StopToken,
    /// The last point: derivatives are asked for where a step has just been taken.
    last: Mutex<Option<Arc<Base>>>,
    /// How far to step for a derivative.
    step: f64,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(
        problem: &'a Petab,
        estimated: &'a [usize],
        fixed: &'a [f64],
        options: &'a Options,
        stop: &'a StopToken,
    ) -> Self {
        // Rounding and curvature cost alike.
        let step = (10.0 * options.rtol).cbrt();
        Self { problem, estimated, fixed, options, stop, last: Mutex::new(None), step }
    }

    /// The values of all parameters.
    fn whole(&self, x: &[f64]) -> Vec<f64> {
        let mut all = self.fixed.to_vec();
        self.estimated.iter().zip(x).for_each(|(&i, &value)| all[i] = value);
        all
    }

    fn base(&self, x: &[f64]) -> Result<Arc<Base>, PetabError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(base) = last.as_ref().filter(|base| base.at == x) {
            return Ok(base.clone());
        }
        drop(last);
        let all = self.whole(x);
        let raw = self.problem.simulate(&all, None, self.options, self.stop)?;
        let values = self.problem.observe(&all, &raw);
        let curvatures = self.curvatures(&values);
        let base = Arc::new(Base { at: x.to_vec(), raw, values, curvatures });
        last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(base.clone());
        Ok(base)
    }

    /// The curvature by the noise of each observable, by the mean excess of its residuals.
    fn curvatures(&self, values: &[Value]) -> Vec<f64> {
        let [_, observables, _] = self.problem.size();
        let mut sums = vec![(0.0, 0.0, None); observables];
        self.problem.each_place(|_, place, noise, measured| {
            let Value { simulation, sigma } = values[place.numbers.overall];
            let (sum, count, kind) = &mut sums[place.numbers.group];
            *sum += noise.excess(noise.residual(simulation, measured, sigma));
            *count += 1.0;
            *kind = Some(noise);
        });
        let curvature = |(sum, count, noise): (f64, f64, Option<Noise>)| {
            noise.map_or(1.0, |noise| noise.curvature(sum / count))
        };
        sums.into_iter().map(curvature).collect()
    }

    /// The rows, and twice the negative logarithm of the likelihood with the priors.
    pub(super) fn score(&self, x: &[f64]) -> Result<(Vec<f64>, f64), PetabError> {
        let base = self.base(x)?;
        let (mut rows, mut objective) = (Vec::new(), 0.0);
        self.problem.each_place(|_, place, noise, measured| {
            let Value { simulation, sigma } = base.values[place.numbers.overall];
            let r = noise.residual(simulation, measured, sigma);
            objective += noise.objective(r, measured, sigma);
            let count = if place.noisy { 2 } else { 1 };
            let curvature = base.curvatures[place.numbers.group];
            rows.extend(noise.rows(r, curvature).iter().take(count).map(|row| row.0));
        });
        for (&i, &value) in self.estimated.iter().zip(x) {
            let parameter = &self.problem.parameters[i];
            if let Some(prior) = parameter.prior {
                rows.push(prior.row(value, parameter.scale).0);
                objective += prior.objective(value, parameter.scale);
            }
        }
        Ok((rows, 2.0 * objective))
    }

    /// The slopes of the rows by the parameters themselves.
    pub(super) fn jacobian(&self, space: &Space, x: &[f64]) -> Result<Matrix, PetabError> {
        let base = self.base(x)?;
        let column = |j: usize| self.column(space, x, j, &base);
        let all: Vec<Result<Vec<f64>, PetabError>> =
            (0..x.len()).into_par_iter().map(column).collect();
        Ok(Matrix::from_columns(&all.into_iter().collect::<Result<Vec<_>, _>>()?))
    }

    /// What measurements are compared with where one parameter is another.
    fn moved(&self, x: &[f64], j: usize, to: f64, base: &Base) -> Result<Vec<Value>, PetabError> {
        let mut moved = x.to_vec();
        moved[j] = to;
        let all = self.whole(&moved);
        let known = Some((&base.raw, self.estimated[j]));
        let raw = self.problem.simulate(&all, known, self.options, self.stop)?;
        Ok(self.problem.observe(&all, &raw))
    }

    fn column(
        &self,
        space: &Space,
        x: &[f64],
        j: usize,
        base: &Base,
    ) -> Result<Vec<f64>, PetabError> {
        let varied = &space.parameters()[j];
        let inner = varied.scale.inner(x[j]);
        let range = varied.high - varied.low;
        let size = match self.problem.parameters[self.estimated[j]].scale {
            ParameterScale::Lin if range.is_finite() => x[j].abs().max(PART * range),
            ParameterScale::Lin if x[j] == 0.0 => 1.0,
            ParameterScale::Lin => x[j].abs(),
            _ => 1.0,
        };
        let side = |sign: f64| {
            let to =
                varied.scale.outer(inner + sign * self.step * size).clamp(varied.low, varied.high);
            // At a bound the one side is the point itself.
            let values =
                if to == x[j] { Ok(base.values.clone()) } else { self.moved(x, j, to, base) };
            values.map(|values| (varied.scale.inner(to), values))
        };
        let here = || (inner, base.values.clone());
        // Where the one side fails, the other one tells.
        let ((up, above), (down, below)) = match (side(1.0), side(-1.0)) {
            (Ok(up), Ok(down)) => (up, down),
            (Ok(up), Err(error)) if !error.is_stop() => (up, here()),
            (Err(error), Ok(down)) if !error.is_stop() => (here(), down),
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let slope = varied.scale.slope(x[j]);
        let width = (up - down) * slope;
        let mut rows = Vec::new();
        self.problem.each_place(|_, place, noise, measured| {
            let here = base.values[place.numbers.overall];
            let (above, below) = (above[place.numbers.overall], below[place.numbers.overall]);
            let change = noise.transformed(above.simulation) - noise.transformed(below.simulation);
            let first = change / (width * here.sigma);
            let second = (above.sigma.ln() - below.sigma.ln()) / width;
            let r = noise.residual(here.simulation, measured, here.sigma);
            let weights = noise.rows(r, base.curvatures[place.numbers.group]);
            rows.push(weights[0].1 * first);
            if place.noisy {
                rows.push(weights[1].1 * second);
            }
        });
        for (k, (&i, &value)) in self.estimated.iter().zip(x).enumerate() {
            let parameter = &self.problem.parameters[i];
            if let Some(prior) = parameter.prior {
                let own = prior.row(value, parameter.scale).1 / slope;
                rows.push(if k == j { own } else { 0.0 });
            }
        }
        Ok(rows)
    }
}
