//! Derivatives of residuals, by what is varied.

use super::Differences;
use crate::Space;
use crate::evaluate::Score;
use crate::linear::Matrix;
use crate::parameter::Scale;
use rayon::prelude::*;

pub(crate) type Given<'a> = Option<&'a (dyn Fn(&[f64]) -> Result<Matrix, String> + Sync)>;

pub(crate) struct Derivative<'a> {
    pub(crate) space: &'a Space,
    pub(crate) residuals: Score<'a>,
    pub(crate) given: Given<'a>,
    pub(crate) precision: f64,
}

impl Derivative<'_> {
    /// The Jacobian at `z`, where the residuals are `r`, and how many evaluations it took.
    pub(crate) fn at(
        &self,
        z: &[f64],
        r: &[f64],
        differences: Differences,
    ) -> Result<(Matrix, usize), String> {
        if let Some(given) = self.given {
            let x = self.space.outer(z);
            let mut m = given(&x)?;
            if (m.rows(), m.columns()) != (r.len(), z.len()) {
                return Err(format!(
                    "the Jacobian has {} rows and {} columns; there are {} residuals and {} parameters",
                    m.rows(),
                    m.columns(),
                    r.len(),
                    z.len()
                ));
            }
            for (j, p) in self.space.parameters().iter().enumerate() {
                (0..r.len()).for_each(|i| m[(i, j)] *= p.scale.slope(x[j]));
            }
            return Ok((m, 0));
        }
        let bounds = self.space.inner_bounds();
        let column = |j: usize| self.column(z, r, j, bounds[j], differences);
        let columns: Vec<_> = (0..z.len()).into_par_iter().map(column).collect();
        let columns = columns.into_iter().collect::<Result<Vec<_>, _>>()?;
        let evaluations = columns.iter().map(|c| c.1).sum();
        Ok((
            Matrix::from_columns(&columns.into_iter().map(|c| c.0).collect::<Vec<_>>()),
            evaluations,
        ))
    }

    /// One column. A step that leaves the bounds, or fails, is taken to the other side.
    fn column(
        &self,
        z: &[f64],
        r: &[f64],
        j: usize,
        (low, high): (f64, f64),
        differences: Differences,
    ) -> Result<(Vec<f64>, usize), String> {
        let p = &self.space.parameters()[j];
        let size = match p.scale {
            Scale::Log => 1.0,
            // What passes zero is not small for that.
            Scale::Linear if z[j] != 0.0 => z[j].abs().max(1e-6 * p.start.abs()),
            // At zero the start says what is large, or the bounds do.
            Scale::Linear if p.start != 0.0 => p.start.abs(),
            Scale::Linear if (high - low).is_finite() => 1e-3 * (high - low),
            Scale::Linear => 1.0,
        };
        let at = |step: f64| {
            let mut moved = z.to_vec();
            moved[j] = z[j] + step;
            // What was added, after rounding.
            let h = moved[j] - z[j];
            if !(low..=high).contains(&moved[j]) || h == 0.0 {
                return Err(format!("`{}` cannot move by {step}", p.name));
            }
            let (values, _) = (self.residuals)(&self.space.outer(&moved))?;
            match values.len() == r.len() {
                true => Ok((values, h)),
                false => Err(format!("{} residuals after {} before", values.len(), r.len())),
            }
        };
        // Rounding and curvature cost alike: powers 1/2 and 1/3 of the precision (Nocedal & Wright, Numerical
        // Optimization, 2nd ed. 2006, section 8.1).
        if differences == Differences::Forward {
            let h = self.precision.sqrt() * size;
            let (values, h) = at(h).or_else(|_| at(-h))?;
            return Ok((values.iter().zip(r).map(|(v, r)| (v - r) / h).collect(), 1));
        }
        let h = self.precision.cbrt() * size;
        match (at(h), at(-h)) {
            (Ok((up, a)), Ok((down, b))) => {
                Ok((up.iter().zip(&down).map(|(u, d)| (u - d) / (a - b)).collect(), 2))
            }
            (Err(reason), Err(_)) => Err(reason),
            (one, other) => {
                // The parabola through here and two points on the side that works.
                let sign = if one.is_ok() { 1.0 } else { -1.0 };
                let (near, a) = one.or(other)?;
                let Ok((far, b)) = at(2.0 * sign * h) else {
                    return Ok((near.iter().zip(r).map(|(v, r)| (v - r) / a).collect(), 3));
                };
                let slope =
                    |i: usize| ((near[i] - r[i]) / a * b - (far[i] - r[i]) / b * a) / (b - a);
                Ok(((0..r.len()).map(slope).collect(), 3))
            }
        }
    }
}
