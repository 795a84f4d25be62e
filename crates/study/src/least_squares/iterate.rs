//! The steps of a fit.

use super::jacobian::{Derivative, Given};
use super::report::{Fit, report};
use super::trust::Model;
use super::{Differences, Ended, Options};
use crate::evaluate::{Failures, Score};
use crate::linear::{Matrix, dot, norm};
use crate::{Space, StudyError};
use bioxen_engine::StopToken;

/// Where a fit stands.
pub(super) struct State<'a> {
    pub(super) space: &'a Space,
    pub(super) options: &'a Options,
    pub(super) z: Vec<f64>,
    pub(super) r: Vec<f64>,
    pub(super) rss: f64,
    pub(super) jacobian: Matrix,
    pub(super) iterations: usize,
    pub(super) evaluations: usize,
    pub(super) failures: Failures,
    scales: Vec<f64>,
    radius: f64,
    central: bool,
    /// Steps taken where sums of squares differ by rounding only.
    polished: usize,
    /// The offset before the last of them.
    offset: f64,
}

/// The first step may be as long as this times where the parameters stand.
const FIRST_RADIUS: f64 = 1.0;

/// The relative offset at which derivatives must be fine: forward differences are good to about so much.
const NEAR: f64 = 1e-3;

/// Steps after which derivatives are fine wherever the fit stands: a narrow valley needs them.
const PATIENCE: usize = 50;

/// Whole steps that are taken where the sum of squares shows no difference any more, but its derivatives do.
const POLISH: usize = 25;

/// The relative offset below which a fit whose steps lead nowhere is at the precision of the model.
const PRECISE: f64 = 1e-4;

/// Relative steps that are too small to matter.
const SMALL_STEP: f64 = 1e-11;

enum Outcome {
    Accepted,
    Rejected,
    Ended(Ended),
}

pub(super) fn run(
    space: &Space,
    residuals: Score<'_>,
    given: Given<'_>,
    options: &Options,
    stop: &StopToken,
) -> Result<Fit, StudyError> {
    check(options)?;
    let derivative = Derivative { space, residuals, given, precision: options.precision };
    let z = space.inner(&space.starts());
    let at = || space.describe(&space.starts());
    let (r, rss) =
        residuals(&space.starts()).map_err(|reason| StudyError::StartFails { at: at(), reason })?;
    if r.is_empty() {
        return Err(StudyError::TooFewData { what: "a fit", needed: 1, given: 0 });
    }
    if !rss.is_finite() {
        let reason = format!("the sum of squares is {rss}");
        return Err(StudyError::StartFails { at: at(), reason });
    }
    let central = given.is_some() || options.differences == Differences::Central;
    let n = z.len();
    let mut state = State {
        space,
        options,
        z,
        r,
        rss,
        jacobian: Matrix::zeros(0, n),
        iterations: 0,
        evaluations: 1,
        failures: Failures { tried: 1, ..Failures::default() },
        scales: vec![0.0; n],
        radius: f64::NAN,
        central,
        polished: 0,
        offset: f64::INFINITY,
    };
    state
        .differentiate(&derivative)
        .map_err(|reason| StudyError::NoDerivative { at: at(), reason })?;
    let ended = state.iterate(&derivative, residuals, stop);
    Ok(report(&state, ended))
}

fn check(options: &Options) -> Result<(), StudyError> {
    let rule = "it must be above 0 and below 1";
    for (setting, value) in
        [("the tolerance", options.tolerance), ("the precision", options.precision)]
    {
        if !(value > 0.0 && value < 1.0) {
            return Err(StudyError::BadSetting { setting, value, rule });
        }
    }
    Ok(())
}

impl State<'_> {
    fn iterate(
        &mut self,
        derivative: &Derivative<'_>,
        residuals: Score<'_>,
        stop: &StopToken,
    ) -> Ended {
        loop {
            if stop.is_stopped() {
                return Ended::Stopped;
            }
            if self.iterations >= self.options.most_iterations {
                return Ended::MostIterations;
            }
            let outcome = self.advance(residuals, stop);
            if self.options.differences == Differences::Automatic && self.iterations > PATIENCE {
                self.central = true;
            }
            let again = match outcome {
                Outcome::Accepted => true,
                Outcome::Rejected => false,
                Outcome::Ended(Ended::Stopped) => return Ended::Stopped,
                // What ends with coarse derivatives goes on with fine ones.
                Outcome::Ended(ended)
                    if self.central || self.options.differences == Differences::Forward =>
                {
                    return ended;
                }
                Outcome::Ended(_) => {
                    self.central = true;
                    self.radius = f64::NAN;
                    self.polished = 0;
                    self.offset = f64::INFINITY;
                    true
                }
            };
            if again && let Err(reason) = self.differentiate(derivative) {
                return Ended::NoDerivative(reason);
            }
        }
    }

    fn differentiate(&mut self, derivative: &Derivative<'_>) -> Result<(), String> {
        let which = if self.central { Differences::Central } else { Differences::Forward };
        let (jacobian, evaluations) = derivative.at(&self.z, &self.r, which)?;
        if !jacobian.is_finite() {
            return Err("the derivative is not a number".into());
        }
        self.evaluations += evaluations;
        self.jacobian = jacobian;
        for (j, scale) in self.scales.iter_mut().enumerate() {
            *scale = scale.max(norm(&self.jacobian.column(j)));
        }
        Ok(())
    }

    /// The parameters that may move: not those at a bound beyond which the fit would be better.
    pub(super) fn free(&self) -> Vec<usize> {
        let bounds = self.space.inner_bounds();
        let held = |j: &usize| {
            let gradient = dot(&self.jacobian.column(*j), &self.r);
            let (low, high) = bounds[*j];
            (self.z[*j] <= low && gradient >= 0.0) || (self.z[*j] >= high && gradient <= 0.0)
        };
        (0..self.z.len()).filter(|j| !held(j)).collect()
    }

    /// The sum of squares, also where it is not what is to be the least.
    fn squares(&self) -> f64 {
        dot(&self.r, &self.r)
    }

    /// How large the predictions are, as far as derivatives tell: what the parameters themselves are worth.
    fn size(&self) -> f64 {
        let worth = |(j, p): (usize, &crate::Parameter)| {
            let size = if p.scale == crate::Scale::Log { 1.0 } else { self.z[j].abs() };
            size * norm(&self.jacobian.column(j))
        };
        self.space.parameters().iter().enumerate().map(worth).fold(0.0, f64::max)
    }

    /// The offset that the precision of the model lets a fit reach: errors of derivatives turn the residuals' projection, and errors
    /// of residuals shift it.
    fn attainable(&self, rest: f64) -> f64 {
        let precision = self.options.precision;
        let turned = if self.central { precision.powf(2.0 / 3.0) } else { precision.sqrt() };
        (PRECISE + 10.0 * turned) * rest + 10.0 * precision * self.size()
    }

    /// Singular values that derivatives of this kind cannot tell from zero, as a part of the largest.
    pub(super) fn smallest(&self, given: bool) -> f64 {
        let noise = match (given, self.central) {
            (true, _) => f64::EPSILON,
            (false, true) => self.options.precision.powf(2.0 / 3.0),
            (false, false) => self.options.precision.sqrt(),
        };
        noise * (self.z.len() as f64)
    }

    fn units(&self) -> Vec<f64> {
        self.scales.iter().map(|&s| if s > 0.0 { s } else { 1.0 }).collect()
    }

    /// One step, taken or not.
    fn advance(&mut self, residuals: Score<'_>, stop: &StopToken) -> Outcome {
        if self.rss == 0.0 && self.squares() == 0.0 {
            return Outcome::Ended(Ended::Exact);
        }
        let units = self.units();
        let free = self.free();
        if free.is_empty() {
            return Outcome::Ended(Ended::AtBounds);
        }
        let model = Model::new(&self.jacobian, &self.r, free, &units, self.smallest(false));
        let offset = model.offset();
        // Against what is left when all that can be taken away is gone.
        let rest = (self.squares() - offset * offset).max(0.0).sqrt();
        let coarse = !self.central && self.options.differences == Differences::Automatic;
        let tolerance = self.options.tolerance.max(if coarse { NEAR } else { 0.0 });
        if offset <= tolerance * rest {
            return Outcome::Ended(Ended::Converged);
        }
        if self.polished > 0 {
            // Where the offset falls no more, it is noise.
            if offset > 0.9 * self.offset {
                return Outcome::Ended(Ended::Precision);
            }
            self.offset = offset;
        }
        if self.radius.is_nan() {
            let size = norm(&units.iter().zip(&self.z).map(|(d, z)| d * z).collect::<Vec<_>>());
            self.radius = FIRST_RADIUS * if size > 0.0 { size } else { 1.0 };
        }
        loop {
            if stop.is_stopped() {
                return Outcome::Ended(Ended::Stopped);
            }
            self.iterations += 1;
            match self.try_step(&model, &units, offset <= self.attainable(rest), residuals) {
                Outcome::Rejected if self.iterations < self.options.most_iterations => {}
                outcome => return outcome,
            }
        }
    }

    fn try_step(
        &mut self,
        model: &Model,
        units: &[f64],
        precise: bool,
        residuals: Score<'_>,
    ) -> Outcome {
        let (step, whole) = model.step(self.radius, self.z.len());
        let bounds = self.space.inner_bounds();
        let moved: Vec<f64> = (0..step.len())
            .map(|j| (self.z[j] + step[j]).max(bounds[j].0).min(bounds[j].1))
            .collect();
        let step: Vec<f64> = moved.iter().zip(&self.z).map(|(a, b)| a - b).collect();
        let length = norm(&step.iter().zip(units).map(|(s, d)| s * d).collect::<Vec<_>>());
        let small = |tolerance: f64| {
            (0..step.len())
                .all(|j| step[j].abs() <= tolerance * (self.z[j].abs() + f64::MIN_POSITIVE))
        };
        let tiny = small(self.options.precision);
        let foretold = self.jacobian.times(&step);
        // |r|^2 - |r + Js|^2, formed so that digits are not lost.
        let foretold = -(2.0 * dot(&foretold, &self.r) + dot(&foretold, &foretold));
        let ended = whole && small(SMALL_STEP);
        let x = self.space.outer(&moved);
        self.evaluations += 1;
        let scored = residuals(&x).and_then(|(r, rss)| match r.len() == self.r.len() {
            true => Ok((r, rss)),
            false => Err(format!("{} residuals after {} before", r.len(), self.r.len())),
        });
        let rss = scored.as_ref().map(|(_, rss)| *rss).map_err(Clone::clone);
        let rss = self.failures.worst(&x, rss);
        let gain = self.rss - rss;
        let squares = self.squares();
        let size = squares.max(self.rss.abs()) + squares.sqrt() * self.size();
        let noise = 2.0 * self.options.precision * size;
        let polish = whole && foretold <= 100.0 * noise && gain >= -noise;
        let ratio = match foretold > 0.0 {
            true if polish => 1.0,
            true => gain / foretold,
            false => -1.0,
        };
        self.resize(ratio, length, whole, rss);
        if ratio > 1e-4 || (ended && gain >= 0.0) {
            if let Ok((r, _)) = scored {
                (self.z, self.r, self.rss) = (moved, r, rss);
            }
            // Never counted anew: steps that differ by rounding could take turns without end.
            self.polished += usize::from(polish);
            return match ended {
                true => Outcome::Ended(Ended::SmallSteps),
                false if self.polished > POLISH => Outcome::Ended(Ended::Precision),
                false => Outcome::Accepted,
            };
        }
        if ended {
            return Outcome::Ended(Ended::SmallSteps);
        }
        match tiny || foretold <= 0.1 * noise {
            true if precise => Outcome::Ended(Ended::Precision),
            true if tiny => Outcome::Ended(Ended::Stuck),
            _ => Outcome::Rejected,
        }
    }

    /// The region of trust grows where the linear model foretells well, and shrinks where it does not.
    fn resize(&mut self, ratio: f64, length: f64, whole: bool, rss: f64) {
        if ratio <= 0.25 {
            // Where a parabola through both sums of squares would have its minimum.
            let shrink = match rss.is_finite() && ratio < 0.0 {
                true => (0.5 / (1.0 - 0.5 * ratio)).clamp(0.1, 0.5),
                false if rss.is_finite() => 0.5,
                false => 0.1,
            };
            self.radius = shrink * self.radius.min(length * 10.0);
        } else if ratio >= 0.75 || whole {
            self.radius = 2.0 * length;
        }
    }
}
