//! The best step of the linear model within a region of trust.

use crate::linear::{Matrix, Svd, norm, svd};

/// The linear model around a point, in units in which all columns are alike.
pub(crate) struct Model {
    svd: Svd,
    /// The residuals by the left singular vectors.
    c: Vec<f64>,
    /// Which parameters may move.
    free: Vec<usize>,
    scales: Vec<f64>,
    /// How many singular values are told from zero.
    pub(crate) rank: usize,
}

impl Model {
    pub(crate) fn new(
        jacobian: &Matrix,
        r: &[f64],
        free: Vec<usize>,
        scales: &[f64],
        smallest: f64,
    ) -> Self {
        let columns: Vec<Vec<f64>> = free
            .iter()
            .map(|&j| jacobian.column(j).iter().map(|v| v / scales[j]).collect())
            .collect();
        let svd = svd(&Matrix::from_columns(&columns));
        let c = svd.u.iter().map(|u| crate::linear::dot(u, r)).collect();
        let most = svd.values.first().copied().unwrap_or(0.0);
        let rank = svd.values.iter().filter(|s| **s > smallest * most && **s > 0.0).count();
        Self { svd, c, free, scales: scales.to_vec(), rank }
    }

    /// How much of the residuals the parameters could still take away, as a length.
    pub(crate) fn offset(&self) -> f64 {
        norm(&self.c[..self.rank])
    }

    /// The step no longer than `radius` in units of the scales, by all parameters; whether it is the whole
    /// Gauss-Newton step.
    pub(crate) fn step(&self, radius: f64, n: usize) -> (Vec<f64>, bool) {
        let s = &self.svd.values;
        let full: Vec<f64> = (0..self.rank).map(|i| -self.c[i] / s[i]).collect();
        let whole = norm(&full) <= 1.1 * radius;
        let q = match whole {
            true => full,
            false => self.damped(radius),
        };
        let mut step = vec![0.0; n];
        for (i, q) in q.iter().enumerate() {
            for (k, &j) in self.free.iter().enumerate() {
                step[j] += self.svd.v[i][k] * q / self.scales[j];
            }
        }
        (step, whole)
    }

    /// The damping with which the step is as long as the radius, within a tenth: Newton's method on 1 / length, which
    /// is nearly a straight line (Hebden 1973; Moré 1978), within a bracket.
    fn damped(&self, radius: f64) -> Vec<f64> {
        let s = &self.svd.values;
        let at = |lambda: f64| -> Vec<f64> {
            (0..s.len())
                .map(|i| if s[i] > 0.0 { -s[i] * self.c[i] / (s[i] * s[i] + lambda) } else { 0.0 })
                .collect()
        };
        let gradient: Vec<f64> = (0..s.len()).map(|i| s[i] * self.c[i]).collect();
        let (mut low, mut high) = (0.0, norm(&gradient) / radius);
        let mut lambda = 1e-3 * high;
        let mut q = at(lambda);
        for _ in 0..60 {
            let length = norm(&q);
            if (length - radius).abs() <= 0.1 * radius {
                break;
            }
            match length > radius {
                true => low = lambda,
                false => high = lambda,
            }
            let slope: f64 = (0..s.len())
                .filter(|&i| s[i] > 0.0)
                .map(|i| q[i] * q[i] / (s[i] * s[i] + lambda))
                .sum::<f64>();
            let next = lambda + (length - radius) / radius * length * length / slope;
            // A bracket that reaches zero is shortened by ratios, not by halves.
            lambda = match next > low && next < high {
                true => next,
                false => (low.max(1e-6 * high) * high).sqrt(),
            };
            q = at(lambda);
        }
        q
    }
}
