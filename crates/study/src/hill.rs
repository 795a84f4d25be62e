//! Dose and response: Hill's curve (A. V. Hill, *J. Physiol.* 40:iv, 1910) with two plateaus.

mod start;

use crate::least_squares::{self, Fit};
use crate::{Parameter, Space, StudyError};
use bioxen_engine::StopToken;
use start::Shape;
use std::fmt::{self, Display};

/// Whether the response rises or falls with the dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trend {
    /// From the lower plateau without dose to the upper one.
    Rising,
    /// From the upper plateau without dose to the lower one.
    Falling,
}

/// What should be known of a fit of Hill's curve.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Remark {
    /// The response turns round at this dose, which no Hill curve does.
    NotMonotone {
        /// Where it turns.
        dose: f64,
        /// How far it comes back, as a part of its range.
        part: f64,
    },
    /// No better than a constant, by the corrected criterion of Akaike.
    NoTrend,
    /// Half of the response is outside of the doses, so both it and a plateau are guessed.
    Ec50Outside {
        /// The estimate.
        ec50: f64,
    },
    /// The parameters that the data do not determine.
    Undetermined(Vec<String>),
}

impl Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMonotone { dose, part } => write!(
                f,
                "the response turns round at a dose of {dose}, by {:.0} % of its range; a Hill curve does not",
                100.0 * part
            ),
            Self::NoTrend => f.write_str("a Hill curve is no better than a constant"),
            Self::Ec50Outside { ec50 } => {
                write!(f, "the EC50, {ec50}, is outside of the doses: a plateau was not measured")
            }
            Self::Undetermined(names) => {
                write!(f, "the data do not determine {}", names.join(", "))
            }
        }
    }
}

/// A fitted Hill curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Hill {
    /// The fit, with the parameters `lower`, `upper`, `ec50` and `n`, and their errors.
    pub fit: Fit,
    /// Whether it rises or falls.
    pub trend: Trend,
    /// The part of the variance of the responses that it explains.
    pub r_squared: f64,
    /// What should be known of it.
    pub remarks: Vec<Remark>,
}

impl Hill {
    /// The response at a dose.
    pub fn at(&self, dose: f64) -> f64 {
        curve(&self.fit.values, self.trend, dose)
    }
}

/// Hill's curve: `lower + (upper - lower) d^n / (ec50^n + d^n)` where it rises, and with `ec50^n` above where it falls, of
/// the parameters lower, upper, ec50 and n, without powers that overflow.
pub fn curve(parameters: &[f64], trend: Trend, dose: f64) -> f64 {
    let [lower, upper, ec50, n] =
        [0, 1, 2, 3].map(|i| parameters.get(i).copied().unwrap_or(f64::NAN));
    let rising = match dose > 0.0 {
        true => 1.0 / (1.0 + (n * (ec50.ln() - dose.ln())).exp()),
        false => 0.0,
    };
    let part = if trend == Trend::Rising { rising } else { 1.0 - rising };
    lower + (upper - lower) * part
}

/// Fits Hill's curve to doses and responses; a dose may have several responses. Starts come from the data, the best of several
/// exponents and EC50 is kept. `ec50` and `n` are on logarithmic scales.
///
/// # Errors
/// [`StudyError::Lengths`]; [`StudyError::TooFewData`] for fewer than four different doses; [`StudyError::Data`] for doses below 0,
/// what is not a number, and responses that are all the same.
///
/// # Examples
/// ```
/// use bioxen_study::hill::fit;
/// let doses = [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0];
/// let responses = doses.map(|d: f64| 2.0 + 8.0 * d * d / (1.0 + d * d));
/// let hill = fit(&doses, &responses, &bioxen_engine::StopToken::new())?;
/// assert!((hill.fit.value("ec50")? - 1.0).abs() < 1e-6 && (hill.fit.value("n")? - 2.0).abs() < 1e-6);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn fit(doses: &[f64], responses: &[f64], stop: &StopToken) -> Result<Hill, StudyError> {
    let shape = Shape::new(doses, responses)?;
    let options = least_squares::Options::default();
    let mut best: Option<(Fit, Trend)> = None;
    for (trend, start) in shape.starts() {
        let space = Space::new(vec![
            Parameter::new("lower", start[0]),
            Parameter::new("upper", start[1]),
            Parameter::new("ec50", start[2]).log(),
            // Steeper or flatter is a step or a line to any data.
            Parameter::new("n", start[3]).between(0.01, 100.0).log(),
        ])?;
        let residuals = |p: &[f64]| {
            let one = |(d, r): (&f64, &f64)| curve(p, trend, *d) - r;
            Ok::<_, String>(doses.iter().zip(responses).map(one).collect())
        };
        let Ok(found) = least_squares::fit(&space, residuals, &options, stop) else { continue };
        // The other way round it is the same curve.
        let upside = found.values[1] >= found.values[0];
        if upside && best.as_ref().is_none_or(|b| found.misfit.rss < b.0.misfit.rss) {
            best = Some((found, trend));
        }
    }
    let Some((fit, trend)) = best else {
        return Err(StudyError::NoAnswer {
            what: "the fit of a Hill curve",
            reason: "no start led to a curve".into(),
        });
    };
    let remarks = shape.remarks(&fit);
    let r_squared = 1.0 - fit.misfit.rss / shape.squares;
    Ok(Hill { fit, trend, r_squared, remarks })
}

#[cfg(test)]
mod tests;
