//! The curve on which all rates are 0, in units in which all coordinates are alike.

use super::Point;
use crate::evaluate::differences;
use crate::linear::{Eigenvalue, Lu, Matrix, dot, eigenvalues, norm, svd};
use crate::newton::Stability;

pub(super) type Rates<'a> = &'a (dyn Fn(&[f64], f64) -> Result<Vec<f64>, String> + Sync);
pub(super) type Given<'a> = Option<&'a (dyn Fn(&[f64], f64) -> Result<Matrix, String> + Sync)>;

pub(super) type Known<'a> =
    Option<&'a (dyn Fn(&[f64], f64) -> Result<(Vec<Eigenvalue>, Stability), String> + Sync)>;

pub(super) struct Curve<'a> {
    pub(super) rates: Rates<'a>,
    pub(super) given: Given<'a>,
    /// What the model says of its eigenvalues.
    pub(super) known: Known<'a>,
    /// Of each value, and last of the parameter.
    pub(super) units: Vec<f64>,
    pub(super) tolerance: f64,
}

/// A point of the curve, and the direction in which it is followed.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) u: Vec<f64>,
    pub(super) tangent: Vec<f64>,
}

impl Curve<'_> {
    pub(super) fn outer(&self, u: &[f64]) -> Vec<f64> {
        u.iter().zip(&self.units).map(|(u, s)| u * s).collect()
    }

    fn rates(&self, u: &[f64]) -> Result<Vec<f64>, String> {
        let y = self.outer(u);
        let n = y.len() - 1;
        let f = (self.rates)(&y[..n], y[n])?;
        match f.len() == n {
            true => Ok(f),
            false => Err(format!("{} rates for {n} values", f.len())),
        }
    }

    /// Derivatives by all coordinates; each row in its own unit, and that unit.
    fn jacobian(&self, u: &[f64]) -> Result<(Matrix, Vec<f64>), String> {
        let y = self.outer(u);
        let n = y.len() - 1;
        let mut m = match self.given {
            Some(given) => given(&y[..n], y[n])?,
            None => differences(&|y| (self.rates)(&y[..n], y[n]), &y, &self.typical())?,
        };
        if (m.rows(), m.columns()) != (n, n + 1) || !m.is_finite() {
            return Err(format!("the Jacobian is no matrix of {n} x {} numbers", n + 1));
        }
        let mut sizes = Vec::with_capacity(n);
        for i in 0..n {
            (0..=n).for_each(|j| m[(i, j)] *= self.units[j]);
            let size = norm(m.row(i));
            let size = if size > 0.0 { size } else { 1.0 };
            (0..=n).for_each(|j| m[(i, j)] /= size);
            sizes.push(size);
        }
        Ok((m, sizes))
    }

    fn typical(&self) -> Vec<f64> {
        self.units.iter().map(|u| 1e-3 * u).collect()
    }

    /// The direction of the curve, nearest to `like`.
    pub(super) fn tangent(&self, u: &[f64], like: Option<&[f64]>) -> Result<Vec<f64>, String> {
        let (m, _) = self.jacobian(u)?;
        let n = m.rows();
        let Some(like) = like else {
            return svd(&m).v.pop().ok_or_else(|| "no direction".into());
        };
        let mut right = vec![0.0; n];
        right.push(1.0);
        let t = bordered(&m, like).ok_or("the curve has no direction here")?.solve(&right);
        let length = norm(&t);
        match length.is_finite() && length > 0.0 {
            true => Ok(t.iter().map(|v| v / length).collect()),
            false => Err("the curve has no direction here".into()),
        }
    }

    /// From near the curve onto it, at right angles to `across`; and in how many steps.
    pub(super) fn correct(&self, u: &[f64], across: &[f64]) -> Result<(Vec<f64>, usize), String> {
        let mut at = u.to_vec();
        let mut before = f64::INFINITY;
        for step in 1..=12 {
            let f = self.rates(&at)?;
            let (m, sizes) = self.jacobian(&at)?;
            let mut right: Vec<f64> = f.iter().zip(&sizes).map(|(f, s)| -f / s).collect();
            let off: Vec<f64> = at.iter().zip(u).map(|(a, b)| a - b).collect();
            right.push(-dot(&off, across));
            let d = bordered(&m, across).ok_or("the derivatives are singular")?.solve(&right);
            let length = norm(&d);
            at.iter_mut().zip(&d).for_each(|(a, d)| *a += d);
            if length <= self.tolerance * (1.0 + norm(&at)) {
                return Ok((at, step));
            }
            if length.is_nan() || length >= 2.0 * before {
                break;
            }
            before = length;
        }
        Err("Newton's method did not come back to the branch".into())
    }

    pub(super) fn point(&self, u: &[f64]) -> Result<Point, String> {
        let y = self.outer(u);
        let n = y.len() - 1;
        if let Some(known) = self.known {
            let (eigenvalues, stability) = known(&y[..n], y[n])?;
            let (parameter, values) = (y[n], y[..n].to_vec());
            return Ok(Point { parameter, values, eigenvalues: Some(eigenvalues), stability });
        }
        let (m, sizes) = self.jacobian(u)?;
        let mut inner = Matrix::zeros(n, n);
        for i in 0..n {
            for j in 0..n {
                inner[(i, j)] = m[(i, j)] * sizes[i] / self.units[j];
            }
        }
        let eigenvalues = eigenvalues(&inner);
        let stability = Stability::of(eigenvalues.as_deref(), 0);
        Ok(Point { parameter: y[n], values: y[..n].to_vec(), eigenvalues, stability })
    }
}

/// A matrix with one row less than columns, and a row below it.
fn bordered(m: &Matrix, row: &[f64]) -> Option<Lu> {
    let n = m.rows();
    let mut square = Matrix::zeros(n + 1, n + 1);
    for j in 0..=n {
        (0..n).for_each(|i| square[(i, j)] = m[(i, j)]);
        square[(n, j)] = row[j];
    }
    Lu::new(&square)
}
