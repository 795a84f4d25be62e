//! Some eigenvalues of large matrices, of which only products with vectors are known.
//!
//! Arnoldi's iteration (Saad, *Numerical Methods for Large Eigenvalue Problems*, 2011, chapter 6).

use super::{Eigenvalue, Matrix, dot, eigenvalues, norm};

/// The most vectors of the iteration.
const MOST: usize = 120;
/// After how many vectors the eigenvalues are looked at.
const ROUND: usize = 20;
/// An eigenvalue that changes by less than this part from one look to the next is found.
const FOUND: f64 = 1e-6;

/// Some eigenvalues of a linear map of `n` numbers of which no matrix is known, as far as they are found: those of the
/// highest rank, the highest first. The iteration finds what lies outside, so the rank should grow outwards.
///
/// # Examples
/// ```
/// use bioxen_study::linear::{Eigenvalue, arnoldi};
/// // A diagonal matrix of 1 to 300.
/// let map = |v: &[f64]| v.iter().enumerate().map(|(i, v)| (i + 1) as f64 * v).collect::<Vec<f64>>();
/// let found = arnoldi(300, map, Eigenvalue::abs, 2);
/// assert!((found[0].re - 300.0).abs() < 1e-3 && (found[1].re - 299.0).abs() < 1e-3);
/// ```
pub fn arnoldi(
    n: usize,
    mut map: impl FnMut(&[f64]) -> Vec<f64>,
    rank: impl Fn(Eigenvalue) -> f64,
    wanted: usize,
) -> Vec<Eigenvalue> {
    if n == 0 {
        return Vec::new();
    }
    // A start in which every direction has a part: a sequence that is spread evenly between -1 and 1.
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let mut first: Vec<f64> = (1..=n).map(|i| 2.0 * (i as f64 * golden).fract() - 1.0).collect();
    let length = norm(&first);
    first.iter_mut().for_each(|v| *v /= length);
    let mut basis = vec![first];
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut before: Vec<Eigenvalue> = Vec::new();
    loop {
        let Some(last) = basis.last() else { return Vec::new() };
        let mut w = map(last);
        let whole = norm(&w);
        let mut column = vec![0.0; basis.len() + 1];
        // Twice is enough (Giraud, Langou & Rozloznik, Comput. Math. Appl. 50:1069, 2005).
        for _ in 0..2 {
            for (h, v) in column.iter_mut().zip(&basis) {
                let part = dot(&w, v);
                *h += part;
                w.iter_mut().zip(v).for_each(|(w, v)| *w -= part * v);
            }
        }
        let rest = norm(&w);
        column[basis.len()] = rest;
        columns.push(column);
        // A basis that the map does not leave holds eigenvalues of the map itself.
        let whole_space = rest.is_nan() || rest <= 1e-13 * whole || columns.len() == n;
        if whole_space {
            let mut all = highest(&columns, &rank);
            all.truncate(wanted);
            return all;
        }
        if columns.len().is_multiple_of(ROUND) {
            let now = highest(&columns, &rank);
            let stays = |mu: &&Eigenvalue| {
                before.iter().any(|b| (b.re - mu.re).hypot(b.im - mu.im) <= FOUND * mu.abs())
            };
            let found: Vec<Eigenvalue> = now.iter().take(wanted).filter(stays).copied().collect();
            if found.len() == wanted || columns.len() >= MOST {
                return found;
            }
            before = now;
        }
        basis.push(w.iter().map(|w| w / rest).collect());
    }
}

/// The eigenvalues of the map within its basis, the highest first.
fn highest(columns: &[Vec<f64>], rank: &impl Fn(Eigenvalue) -> f64) -> Vec<Eigenvalue> {
    let m = columns.len();
    let mut h = Matrix::zeros(m, m);
    for (j, column) in columns.iter().enumerate() {
        column.iter().take(m).enumerate().for_each(|(i, x)| h[(i, j)] = *x);
    }
    let mut all = eigenvalues(&h).unwrap_or_default();
    all.sort_by(|a, b| rank(*b).total_cmp(&rank(*a)).then(b.im.total_cmp(&a.im)));
    all
}
