//! Eigenvalues of matrices that are not symmetric.

use super::{Matrix, norm};
use std::ops::{Add, Mul, Sub};

/// An eigenvalue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eigenvalue {
    /// Its real part: the rate at which a disturbance grows.
    pub re: f64,
    /// Its imaginary part: the angular frequency at which it turns.
    pub im: f64,
}

impl Eigenvalue {
    /// Its absolute value.
    pub fn abs(self) -> f64 {
        self.re.hypot(self.im)
    }

    fn conj(self) -> Self {
        Self { re: self.re, im: -self.im }
    }

    fn scale(self, by: f64) -> Self {
        Self { re: self.re * by, im: self.im * by }
    }

    /// The square root with a real part of at least 0.
    fn sqrt(self) -> Self {
        let size = self.abs();
        if size == 0.0 {
            return self;
        }
        let re = (0.5 * (size + self.re.abs())).sqrt();
        let im = self.im / (2.0 * re);
        match self.re >= 0.0 {
            true => Self { re, im },
            false => Self { re: im.abs(), im: re.copysign(self.im) },
        }
    }
}

impl Add for Eigenvalue {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Eigenvalue {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + other.scale(-1.0)
    }
}

impl Mul for Eigenvalue {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

/// Steps for each eigenvalue before it is given up; two or three are the rule.
const STEPS: usize = 60;

/// The eigenvalues of a square matrix, those with the largest real part first, conjugates with the positive
/// imaginary part first; none where the matrix is not of numbers or the steps do not converge.
///
/// The matrix is balanced (Parlett & Reinsch, *Numer. Math.* 13:293, 1969), reduced to Hessenberg form and
/// brought to triangular form by QR steps with Wilkinson's shift, in complex numbers (Golub & Van Loan, *Matrix
/// Computations*, 4th ed. 2013, sections 7.4 and 7.5).
pub fn eigenvalues(matrix: &Matrix) -> Option<Vec<Eigenvalue>> {
    let n = matrix.rows();
    if n != matrix.columns() || !matrix.is_finite() {
        return None;
    }
    let mut real = matrix.clone();
    balance(&mut real);
    hessenberg(&mut real);
    let size = (0..n).map(|i| norm(real.row(i))).fold(0.0, f64::max);
    let mut h: Vec<Vec<Eigenvalue>> = (0..n)
        .map(|i| real.row(i).iter().map(|&re| Eigenvalue { re, im: 0.0 }).collect())
        .collect();
    let mut end = n;
    let mut steps = 0;
    while end > 1 {
        let hi = end - 1;
        let small = |l: &usize| {
            let around = h[*l][*l].abs() + h[*l - 1][*l - 1].abs();
            let around = if around == 0.0 { size } else { around };
            h[*l][*l - 1].abs() <= f64::EPSILON * around
        };
        let lo = (1..=hi).rev().find(small).unwrap_or(0);
        if lo == hi {
            end -= 1;
            steps = 0;
            continue;
        }
        steps += 1;
        if steps > STEPS {
            return None;
        }
        let shift = match steps % 10 {
            // A cycle is broken by a shift that has nothing to do with it.
            0 => Eigenvalue { re: h[hi][hi - 1].abs() + h[hi][hi].re, im: 0.0 },
            _ => wilkinson(&h, hi),
        };
        qr_step(&mut h, lo, hi, shift);
    }
    let mut values: Vec<Eigenvalue> = (0..n).map(|i| h[i][i]).collect();
    for value in &mut values {
        if value.im.abs() <= 64.0 * f64::EPSILON * size {
            value.im = 0.0;
        }
    }
    values.sort_by(|a, b| b.re.total_cmp(&a.re).then(b.im.total_cmp(&a.im)));
    pair(&mut values);
    Some(values)
}

/// Rounding parts conjugates by a little: each pair gets its mean.
fn pair(values: &mut [Eigenvalue]) {
    for i in 0..values.len() {
        if values[i].im <= 0.0 {
            continue;
        }
        let target = values[i].conj();
        let distance = |j: &usize| (values[*j] - target).abs();
        let nearest = (0..values.len())
            .filter(|&j| values[j].im < 0.0)
            .min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(j) = nearest {
            let mean = (values[i] + values[j].conj()).scale(0.5);
            (values[i], values[j]) = (mean, mean.conj());
        }
    }
    values.sort_by(|a, b| b.re.total_cmp(&a.re).then(b.im.total_cmp(&a.im)));
}

/// Makes rows as long as columns, by powers of two, which round nothing.
fn balance(a: &mut Matrix) {
    let n = a.rows();
    for _ in 0..100 {
        let mut changed = false;
        for i in 0..n {
            let sum = |f: &dyn Fn(usize) -> f64| {
                (0..n).filter(|&j| j != i).map(|j| f(j).abs()).sum::<f64>()
            };
            let (row, column) = (sum(&|j| a[(i, j)]), sum(&|j| a[(j, i)]));
            if row == 0.0 || column == 0.0 {
                continue;
            }
            let f = (0.5 * (row / column).log2()).round().clamp(-500.0, 500.0).exp2();
            if f != 1.0 && column * f + row / f < 0.95 * (column + row) {
                changed = true;
                for j in 0..n {
                    a[(j, i)] *= f;
                }
                for j in 0..n {
                    a[(i, j)] /= f;
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// To zeros below the first subdiagonal, by Householder reflections.
fn hessenberg(a: &mut Matrix) {
    let n = a.rows();
    for k in 0..n.saturating_sub(2) {
        let mut v: Vec<f64> = (k + 1..n).map(|i| a[(i, k)]).collect();
        let length = norm(&v);
        if length == 0.0 {
            continue;
        }
        v[0] += length.copysign(v[0]);
        let size = norm(&v);
        v.iter_mut().for_each(|x| *x /= size);
        for j in 0..n {
            let s = 2.0 * v.iter().enumerate().map(|(i, x)| x * a[(k + 1 + i, j)]).sum::<f64>();
            v.iter().enumerate().for_each(|(i, x)| a[(k + 1 + i, j)] -= s * x);
        }
        for i in 0..n {
            let s = 2.0 * v.iter().enumerate().map(|(j, x)| x * a[(i, k + 1 + j)]).sum::<f64>();
            v.iter().enumerate().for_each(|(j, x)| a[(i, k + 1 + j)] -= s * x);
        }
        for i in k + 2..n {
            a[(i, k)] = 0.0;
        }
    }
}

/// The eigenvalue of the last two rows and columns that is nearer to the last number.
fn wilkinson(h: &[Vec<Eigenvalue>], hi: usize) -> Eigenvalue {
    let (a, b) = (h[hi - 1][hi - 1], h[hi - 1][hi]);
    let (c, d) = (h[hi][hi - 1], h[hi][hi]);
    let half = (a - d).scale(0.5);
    let root = (half * half + b * c).sqrt();
    let mean = (a + d).scale(0.5);
    let (one, other) = (mean + root, mean - root);
    if (one - d).abs() < (other - d).abs() { one } else { other }
}

/// One QR step on the rows and columns from `lo` to `hi`; nothing else bears on the eigenvalues.
fn qr_step(h: &mut [Vec<Eigenvalue>], lo: usize, hi: usize, shift: Eigenvalue) {
    let active = |h: &mut [Vec<Eigenvalue>], by: Eigenvalue| {
        h.iter_mut().enumerate().take(hi + 1).skip(lo).for_each(|(i, row)| row[i] = row[i] + by);
    };
    active(h, shift.scale(-1.0));
    let mut rotations = Vec::with_capacity(hi - lo);
    for k in lo..hi {
        let (x, y) = (h[k][k], h[k + 1][k]);
        let r = x.abs().hypot(y.abs());
        let (c, s) = match r == 0.0 {
            true => (Eigenvalue { re: 1.0, im: 0.0 }, Eigenvalue { re: 0.0, im: 0.0 }),
            false => (x.scale(1.0 / r), y.scale(1.0 / r)),
        };
        let (upper, lower) = h.split_at_mut(k + 1);
        for (x, y) in upper[k].iter_mut().zip(lower[0].iter_mut()).take(hi + 1).skip(k) {
            (*x, *y) = (c.conj() * *x + s.conj() * *y, c * *y - s * *x);
        }
        h[k + 1][k] = Eigenvalue { re: 0.0, im: 0.0 };
        rotations.push((c, s));
    }
    for (k, (c, s)) in (lo..hi).zip(rotations) {
        for row in h.iter_mut().take(k + 2).skip(lo) {
            let (x, y) = (row[k], row[k + 1]);
            row[k] = x * c + y * s;
            row[k + 1] = y * c.conj() - x * s.conj();
        }
    }
    active(h, shift);
}
