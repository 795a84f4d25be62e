//! What can be seen in the data before a fit.

use super::{Remark, Trend};
use crate::StudyError;
use crate::error::same_length;
use crate::least_squares::Fit;
use crate::statistics::{mean, variance};

/// Doses with the mean of their responses.
pub(super) struct Shape {
    doses: Vec<f64>,
    means: Vec<f64>,
    responses: Vec<f64>,
    /// The sum of squares around the mean.
    pub(super) squares: f64,
    low: f64,
    high: f64,
    /// The deviation of a mean, by responses to the same dose; 0 where there are none.
    error: f64,
}

/// The part of its range by which a response must come back before that is told.
const TURN: f64 = 0.2;

impl Shape {
    pub(super) fn new(doses: &[f64], responses: &[f64]) -> Result<Self, StudyError> {
        same_length(("the doses", doses.len()), ("the responses", responses.len()))?;
        if let Some(dose) = doses.iter().find(|d| !(**d >= 0.0 && d.is_finite())) {
            return Err(StudyError::Data(format!(
                "a dose is {dose}; doses must be numbers of 0 or more"
            )));
        }
        if let Some(response) = responses.iter().find(|r| !r.is_finite()) {
            return Err(StudyError::Data(format!("a response is {response}; it must be a number")));
        }
        let mut pairs: Vec<(f64, f64)> =
            doses.iter().copied().zip(responses.iter().copied()).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let groups: Vec<&[(f64, f64)]> = pairs.chunk_by(|a, b| a.0 == b.0).collect();
        if groups.len() < 4 {
            let (needed, given) = (4, groups.len());
            return Err(StudyError::TooFewData {
                what: "a Hill curve (of different doses)",
                needed,
                given,
            });
        }
        let of = |g: &[(f64, f64)]| g.iter().map(|p| p.1).collect::<Vec<f64>>();
        let means: Vec<f64> = groups.iter().map(|g| mean(&of(g))).collect();
        let repeated: Vec<f64> = groups
            .iter()
            .filter(|g| g.len() > 1)
            .map(|g| variance(&of(g)) / g.len() as f64)
            .collect();
        let (low, high) = means
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
        let all = mean(responses);
        let squares: f64 = responses.iter().map(|r| (r - all).powi(2)).sum();
        if high - low <= 1e-12 * low.abs().max(high.abs()) {
            return Err(StudyError::Data(format!(
                "all responses are {low}; a constant has no EC50"
            )));
        }
        Ok(Self {
            doses: groups.iter().map(|g| g[0].0).collect(),
            means,
            responses: responses.to_vec(),
            squares,
            low,
            high,
            error: if repeated.is_empty() { 0.0 } else { mean(&repeated).sqrt() },
        })
    }

    /// Starts: the plateaus that were seen, EC50 where the response is half and over the doses, several exponents; first the trend
    /// that the data have, then the other.
    pub(super) fn starts(&self) -> Vec<(Trend, [f64; 4])> {
        let n = self.means.len();
        // Whether high responses come with high doses (the sign of a rank correlation).
        let mut sign = 0.0;
        for i in 0..n {
            for j in i + 1..n {
                sign += (self.means[j] - self.means[i]).signum();
            }
        }
        let trends = match sign >= 0.0 {
            true => [Trend::Rising, Trend::Falling],
            false => [Trend::Falling, Trend::Rising],
        };
        let positive: Vec<f64> = self.doses.iter().copied().filter(|d| *d > 0.0).collect();
        let (first, last) = (positive[0], positive[positive.len() - 1]);
        let at = |part: f64| first * (last / first).powf(part);
        let mut middles = vec![self.half().unwrap_or_else(|| at(0.5))];
        middles.extend([at(0.1), at(0.5), at(0.9)]);
        let mut starts = Vec::new();
        for (k, trend) in trends.into_iter().enumerate() {
            // The other trend is rarely right: one look is enough.
            let (middles, exponents): (&[f64], &[f64]) = match k {
                0 => (&middles, &[0.5, 1.0, 2.0, 5.0]),
                _ => (&middles[..1], &[1.0]),
            };
            for &middle in middles {
                for &n in exponents {
                    starts.push((trend, [self.low, self.high, middle, n]));
                }
            }
        }
        starts
    }

    /// The dose at which the response first passes half, between its neighbours by ratios.
    fn half(&self) -> Option<f64> {
        let half = 0.5 * (self.low + self.high);
        (1..self.means.len()).find_map(|i| {
            let (a, b) = (self.means[i - 1], self.means[i]);
            if (a - half) * (b - half) > 0.0 || a == b {
                return None;
            }
            let (d, e) = (self.doses[i - 1], self.doses[i]);
            let part = (half - a) / (b - a);
            Some(if d > 0.0 { d * (e / d).powf(part) } else { e * 0.5f64.max(part) })
        })
    }

    pub(super) fn remarks(&self, fit: &Fit) -> Vec<Remark> {
        let mut remarks: Vec<Remark> = self.turn().into_iter().collect();
        let n = self.responses.len() as f64;
        // A constant and a deviation: two parameters; corrected as a fit is.
        let twice = n * ((2.0 * std::f64::consts::PI * self.squares / n).ln() + 1.0);
        let constant = twice + 4.0 + if n > 3.0 { 12.0 / (n - 3.0) } else { f64::INFINITY };
        if constant <= fit.criteria.aicc && constant.is_finite() && fit.criteria.aicc.is_finite() {
            remarks.push(Remark::NoTrend);
        }
        let ec50 = fit.values[2];
        let first = self.doses.iter().copied().find(|d| *d > 0.0).unwrap_or(0.0);
        if ec50 < first || self.doses.last().is_some_and(|l| ec50 > *l) {
            remarks.push(Remark::Ec50Outside { ec50 });
        }
        let names = fit.space.names();
        let unknown: Vec<String> = (0..4)
            .filter(|&i| fit.errors.standard[i].is_nan() && fit.degrees_of_freedom > 0)
            .map(|i| names[i].to_owned())
            .collect();
        if !unknown.is_empty() {
            remarks.push(Remark::Undetermined(unknown));
        }
        remarks
    }

    /// Whether the response rises and comes back, or falls and does, by more than the noise.
    fn turn(&self) -> Option<Remark> {
        let range = self.high - self.low;
        let one = |sign: f64| {
            let value = |i: usize| sign * self.means[i];
            let n = self.means.len();
            let top = (0..n).max_by(|&a, &b| value(a).total_cmp(&value(b)).then(b.cmp(&a)))?;
            let lowest = |r: std::ops::Range<usize>| r.map(value).fold(f64::INFINITY, f64::min);
            let back = (value(top) - lowest(0..top)).min(value(top) - lowest(top + 1..n));
            (back.is_finite() && back > (TURN * range).max(3.0 * self.error))
                .then(|| Remark::NotMonotone { dose: self.doses[top], part: back / range })
        };
        one(1.0).or_else(|| one(-1.0))
    }
}
