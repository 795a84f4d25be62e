//! The past values of delayed quantities.

/// Samples of each value in one stretch of time: both ends and what lies evenly between.
pub(super) const SAMPLES: usize = 5;

/// The past of some values, piece by piece; each piece a polynomial through its samples.
#[derive(Debug, Clone)]
pub(super) struct History {
    start: f64,
    count: usize,
    /// The values at the start.
    first: Vec<f64>,
    ends: Vec<f64>,
    /// For each piece, for each value, its samples.
    samples: Vec<[f64; SAMPLES]>,
}

impl History {
    /// The past of `count` values, which begins at `start`.
    pub(super) fn new(start: f64, count: usize) -> Self {
        History { start, count, first: Vec::new(), ends: Vec::new(), samples: Vec::new() }
    }

    /// Whether nothing is known yet.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Sets the values at the start.
    pub(super) fn begin(&mut self, values: Vec<f64>) {
        self.first = values;
    }

    /// Adds the piece that ends at `end`, with samples for each value.
    pub(super) fn push(&mut self, end: f64, samples: Vec<[f64; SAMPLES]>) {
        let last = self.ends.last().copied().unwrap_or(self.start);
        if end > last && samples.len() == self.count {
            self.ends.push(end);
            self.samples.extend(samples);
        }
    }

    /// A value at time `t`: the last known one after the end, and the later one where it jumps.
    /// None before the start.
    pub(super) fn value(&self, number: usize, t: f64) -> Option<f64> {
        if t < self.start {
            return None;
        }
        if self.ends.is_empty() {
            return self.first.get(number).copied();
        }
        let piece = self.ends.partition_point(|&end| end <= t);
        let piece = piece.min(self.ends.len().checked_sub(1)?);
        let samples = self.samples.get(piece * self.count + number)?;
        let begin = if piece == 0 { self.start } else { self.ends[piece - 1] };
        let x = ((t - begin) / (self.ends[piece] - begin)).clamp(0.0, 1.0);
        Some(polynomial(samples, x))
    }
}

/// The polynomial through values at evenly spaced places from 0 to 1 (Lagrange).
fn polynomial(samples: &[f64; SAMPLES], x: f64) -> f64 {
    let x = x * (SAMPLES - 1) as f64;
    let mut sum = 0.0;
    for (i, &sample) in samples.iter().enumerate() {
        let mut weight = 1.0;
        for j in 0..SAMPLES {
            if j != i {
                weight *= (x - j as f64) / (i as f64 - j as f64);
            }
        }
        if weight != 0.0 {
            sum += weight * sample;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quartic_is_reproduced() {
        let f = |t: f64| t.powi(4) - 3.0 * t;
        let mut history = History::new(1.0, 1);
        assert_eq!(history.value(0, 1.5), None);
        history.begin(vec![-2.0]);
        assert_eq!(history.value(0, 1.5), Some(-2.0));
        history.push(3.0, vec![[f(1.0), f(1.5), f(2.0), f(2.5), f(3.0)]]);
        history.push(4.0, vec![[7.0; SAMPLES]]);
        assert!((history.value(0, 2.3).unwrap() - f(2.3)).abs() < 1e-12);
        assert_eq!(history.value(0, 0.0), None);
        assert_eq!(history.value(0, 3.0), Some(7.0));
        assert_eq!(history.value(0, 9.0), Some(7.0));
    }
}
