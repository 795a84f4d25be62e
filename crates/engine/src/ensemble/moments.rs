//! Means and variances of many cells at once, in one pass.

use std::ops::Range;

/// Number, means and sums of squared deviations.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moments {
    count: f64,
    means: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    pub(super) fn new(cells: usize) -> Self {
        Self { count: 0.0, means: vec![0.0; cells], squares: vec![0.0; cells] }
    }

    /// Adds one value for each cell (Welford, *Technometrics* 4:419, 1962).
    pub(super) fn push(&mut self, values: &[f64]) {
        self.count += 1.0;
        for ((mean, square), value) in self.means.iter_mut().zip(&mut self.squares).zip(values) {
            let off = value - *mean;
            *mean += off / self.count;
            *square += off * (value - *mean);
        }
    }

    /// Adds all that another has seen (Chan, Golub & LeVeque, *Am. Stat.* 37:242, 1983).
    pub(super) fn merge(&mut self, other: &Self) {
        let total = self.count + other.count;
        if other.count == 0.0 {
            return;
        }
        let part = other.count / total;
        for (i, (&mean, &square)) in other.means.iter().zip(&other.squares).enumerate() {
            let off = mean - self.means[i];
            self.means[i] += off * part;
            self.squares[i] += square + off * off * self.count * part;
        }
        self.count = total;
    }

    pub(super) fn means(&self, cells: Range<usize>) -> Vec<f64> {
        if self.count == 0.0 {
            return vec![f64::NAN; cells.len()];
        }
        self.means[cells].to_vec()
    }

    pub(super) fn deviations(&self, cells: Range<usize>) -> Vec<f64> {
        if self.count < 2.0 {
            return vec![f64::NAN; cells.len()];
        }
        self.squares[cells].iter().map(|s| (s / (self.count - 1.0)).sqrt()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Moments;

    #[test]
    fn parts_give_the_moments_of_the_whole() {
        let values = [4.0, 7.0, 13.0, 16.0, 1.0];
        let mut left = Moments::new(1);
        let mut right = Moments::new(1);
        values[..2].iter().for_each(|&v| left.push(&[v]));
        values[2..].iter().for_each(|&v| right.push(&[v]));
        left.merge(&right);
        left.merge(&Moments::new(1));
        // Mean 8.2; squared deviations 17.64 + 1.44 + 23.04 + 60.84 + 51.84 = 154.8.
        assert!((left.means(0..1)[0] - 8.2).abs() < 1e-14);
        assert!((left.deviations(0..1)[0] - (154.8f64 / 4.0).sqrt()).abs() < 1e-14);
        assert!(Moments::new(1).means(0..1)[0].is_nan());
    }
}
