//! The result of a fit, for scripts.

mod tables;

use std::sync::Arc;

use rhai::{Array, Dynamic, Map};

use super::model::Model;
use super::noise::{Noise, OfSet};
use super::parameters::{Fitted, named, place};
use super::posterior::Posterior;
use super::report::Report;
use super::search::Found;
use super::sets::Set;
use super::wishes::Wishes;
use crate::LangError;
use crate::series::Unit;
use crate::value::{Fit as Value, Part};
use bioxen_study::least_squares::{Fit, Sigma};
use bioxen_study::profile::{Profile, Side};

/// Correlations above this are told in the report.
const STRONG: f64 = 0.95;

/// A chi-square is told that is so many standard deviations off, which chance alone does once in a thousand fits.
const ODD: f64 = 3.29;

/// A number of a unit; nothing where there is none.
fn given(unit: Unit, x: f64) -> Result<Dynamic, LangError> {
    if x.is_finite() { unit.give(x) } else { Ok(Dynamic::UNIT) }
}

/// Numbers as an array.
fn array(values: &[f64]) -> Dynamic {
    values.iter().map(|x| Dynamic::from_float(*x)).collect::<Array>().into()
}

fn words<S: Into<Dynamic>>(all: impl IntoIterator<Item = S>) -> Dynamic {
    all.into_iter().map(Into::into).collect::<Array>().into()
}

/// The unit of a parameter, or of a size of the noise.
pub(super) fn unit_of<'a>(model: &Model<'a>, index: usize) -> &'a str {
    if let Some(fitted) = model.fitted.get(index) {
        return fitted.unit.symbol();
    }
    match model.noise.unknown().get(index - model.fitted.len()) {
        Some((set, false)) => model.sets.all[*set].unit.symbol(),
        _ => "",
    }
}

/// Everything that there is to say of a fit.
pub(super) struct Telling<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) found: &'a Found,
    pub(super) profiles: Option<&'a [Profile]>,
    pub(super) posterior: Option<&'a Posterior>,
    pub(super) wishes: &'a Wishes,
    /// What the function predicts with the best values, where something was measured.
    pub(super) predicted: Vec<f64>,
    /// What the function gives there, whole.
    pub(super) whole: Vec<Vec<Option<f64>>>,
}

impl Telling<'_> {
    fn fit(&self) -> &Fit {
        &self.found.fit
    }

    /// The parameters of the function, without the sizes of the noise.
    fn fitted(&self) -> &[Fitted] {
        self.model.fitted
    }

    fn sizes(&self) -> &[f64] {
        &self.fit().values[self.fitted().len()..]
    }

    /// The ends of the interval of each parameter; infinite or not a number where there is none.
    fn intervals(&self) -> Result<Vec<(f64, f64)>, LangError> {
        let end = |side: &Side| side.end().unwrap_or(f64::NAN);
        if let Some(profiles) = self.profiles {
            return Ok(profiles.iter().map(|p| (end(&p.lower), end(&p.upper))).collect());
        }
        let names = self.fit().space.names();
        let one = |name: &&str| Ok(self.fit().interval(name, self.wishes.level)?);
        names.iter().map(one).collect()
    }

    /// Whether the data determine each parameter, in a word.
    fn verdicts(&self) -> Vec<String> {
        if let Some(profiles) = self.profiles {
            let short = |profile: &Profile| {
                let whole = profile.verdict.to_string();
                whole.split(':').next().unwrap_or_default().to_owned()
            };
            return profiles.iter().map(short).collect();
        }
        let names = self.fit().space.names();
        let one = |(name, error): (&&str, &f64)| {
            let at_bound = self.fit().undetermined.at_bounds.iter().any(|known| known == name);
            match (at_bound, error.is_finite()) {
                (true, _) => "at a bound",
                (false, true) => "determined",
                (false, false) if self.fit().undetermined.degeneracies.is_empty() => {
                    "error unknown"
                }
                (false, false) => "not determined",
            }
            .to_owned()
        };
        names.iter().zip(&self.fit().errors.standard).map(one).collect()
    }

    /// What the data do not say, and other remarks.
    fn remarks(&self) -> Vec<String> {
        let fit = self.fit();
        let mut told: Vec<String> =
            fit.undetermined.degeneracies.iter().map(ToString::to_string).collect();
        told.extend(fit.undetermined.at_bounds.iter().map(
            |name| match name.starts_with("noise.") {
                false => {
                    format!("`{name}` stands at a bound, beyond which the fit would be better")
                }
                true => format!("`{name}` vanishes: the model meets the data exactly"),
            },
        ));
        told.extend(self.model.sets.missing());
        if let Some((starts, 1)) = self.found.starts.filter(|(starts, _)| *starts > 1) {
            told.push(format!(
                "only 1 of {starts} starts reached the best fit; there may be a better one"
            ));
        }
        told.extend(self.posterior.iter().flat_map(|posterior| posterior.told.clone()));
        told.extend(self.model.failed());
        told.extend(self.misfit());
        told
    }

    /// What is to be said where residuals are larger, or smaller, than noise that is known can explain. The
    /// distribution of their sum of squares is that of chi-square, by the normal approximation of Wilson and Hilferty
    /// (*PNAS* 17:684, 1931).
    fn misfit(&self) -> Option<String> {
        let (fit, k) = (self.fit(), self.fit().degrees_of_freedom as f64);
        if k == 0.0 || !matches!(self.model.noise, Noise::Plain { sigma: Sigma::Known, .. }) {
            return None;
        }
        let spread = 2.0 / (9.0 * k);
        let z = ((fit.misfit.rss / k).cbrt() - (1.0 - spread)) / spread.sqrt();
        let times = (fit.misfit.rss / k).sqrt();
        let sum = format!(
            "chi-square {} with {}",
            crate::value::significant(fit.misfit.rss),
            crate::text::counted(fit.degrees_of_freedom, "degree") + " of freedom"
        );
        if z > ODD {
            return Some(format!(
                "the data lie {times:.2} times as far from the model as their noise explains ({sum}): the model, or \
                 `sigma`, does not fit them, and the errors leave that out"
            ));
        }
        (z < -ODD).then(|| {
            format!(
                "the data lie only {times:.2} times as far from the model as their noise lets expect ({sum}): `sigma` \
                 may be too large"
            )
        })
    }

    /// Pairs of parameters of which the data hardly tell one from the other.
    fn correlated(&self) -> Vec<String> {
        let (fit, names) = (self.fit(), self.fit().space.names());
        let pairs = (0..names.len()).flat_map(|i| (0..i).map(move |j| (j, i)));
        let strong = pairs.filter(|pair| fit.errors.correlation[*pair].abs() > STRONG);
        let told = |pair: (usize, usize)| {
            let (a, b) = (names[pair.0], names[pair.1]);
            format!("`{a}` and `{b}` have a correlation of {:.3}", fit.errors.correlation[pair])
        };
        strong.map(told).collect()
    }

    /// Something of each set: itself where there is one without a name, else a map.
    fn by_set(&self, values: impl Iterator<Item = Dynamic>) -> Dynamic {
        let sets = &self.model.sets.all;
        if !self.model.sets.are_named() {
            return values.last().unwrap_or_default();
        }
        let names = sets.iter().map(|set| set.label().into());
        names.zip(values).collect::<Map>().into()
    }

    /// Values where something was measured, and `()` where not.
    fn spread(&self, values: &[f64]) -> Dynamic {
        let parts = self.model.sets.parts(values).map(|(set, own)| {
            let mut all: Array = vec![Dynamic::UNIT; set.given];
            for (place, x) in set.places.iter().zip(own) {
                all[*place] = Dynamic::from_float(*x);
            }
            Dynamic::from(all)
        });
        self.by_set(parts)
    }

    /// The standard deviation of the noise: one number, or the sizes of each set.
    fn sigma(&self) -> Result<Dynamic, LangError> {
        let Noise::Modelled(all) = self.model.noise else { return Ok(self.fit().sigma.into()) };
        let found = Noise::with_sizes(all, self.sizes());
        let one = |((noise, (constant, fraction)), set): ((&OfSet, (f64, f64)), &Set)| {
            Ok(match noise {
                OfSet::PerPoint(deviations) => array(deviations),
                OfSet::Sizes { fraction: None, .. } => given(set.unit, constant)?,
                OfSet::Sizes { constant: part, .. } => {
                    let mut map = Map::new();
                    if part.is_some() {
                        map.insert("constant".into(), given(set.unit, constant)?);
                    }
                    map.insert("fraction".into(), given(Unit::Plain, fraction)?);
                    map.into()
                }
            })
        };
        let sizes = all.iter().zip(found).zip(&self.model.sets.all).map(one);
        Ok(self.by_set(sizes.collect::<Result<Vec<_>, LangError>>()?.into_iter()))
    }

    /// The standard deviation of each value; not a number where it is not known.
    fn deviations(&self) -> Vec<f64> {
        match self.model.noise {
            Noise::Plain { weights, sigma: Sigma::Known } => {
                weights.iter().map(|w| 1.0 / w).collect()
            }
            Noise::Plain { weights, .. } => vec![self.fit().sigma; weights.len()],
            Noise::Modelled(noise) => self.model.deviations(noise, &self.predicted, self.sizes()),
        }
    }

    /// The logarithm of the likelihood, whole.
    fn log_likelihood(&self, deviations: &[f64]) -> f64 {
        let off = self.predicted.iter().zip(&self.model.measured).map(|(p, m)| p - m);
        let n = self.model.measured.len() as f64;
        let full = 2.0 * std::f64::consts::PI;
        if matches!(self.model.noise, Noise::Plain { sigma: Sigma::Estimated, .. }) {
            let rss: f64 = off.map(|r| r * r).sum();
            return -0.5 * n * ((full * rss / n).ln() + 1.0);
        }
        let terms = off.zip(deviations).map(|(r, s)| 0.5 * (r / s).powi(2) + s.ln());
        -terms.sum::<f64>() - 0.5 * n * full.ln()
    }

    /// What a figure shows of each set.
    fn parts(&self) -> Vec<Part> {
        let one = |(set, whole): (&Set, &Vec<Option<f64>>)| {
            let x = |place: usize| match &set.x {
                Some(x) => x.values[place],
                None => place as f64,
            };
            let mut curve: Vec<(f64, f64)> =
                whole.iter().enumerate().filter_map(|(i, y)| Some((x(i), (*y)?))).collect();
            curve.sort_by(|a, b| a.0.total_cmp(&b.0));
            Part {
                name: set.name.clone(),
                unit: set.unit.symbol(),
                x_unit: set.x.as_ref().map(|x| x.unit.symbol()),
                points: set.places.iter().map(|p| x(*p)).zip(set.values.clone()).collect(),
                curve,
            }
        };
        self.model.sets.all.iter().zip(&self.whole).map(one).collect()
    }

    /// The result.
    pub(super) fn told(&self) -> Result<Value, LangError> {
        let (fit, fitted) = (self.fit(), self.fitted());
        let deviations = self.deviations();
        let (table, data) = (self.table()?, self.data(&deviations)?);
        let mut intervals = Map::new();
        for ((low, high), fitted) in self.intervals()?.into_iter().zip(fitted) {
            let ends = vec![given(fitted.unit, low)?, given(fitted.unit, high)?];
            place(&mut intervals, fitted, ends.into());
        }
        let names = fit.space.names();
        let count = names.len();
        let correlation: Array = (0..count)
            .map(|i| {
                array(&(0..count).map(|j| fit.errors.correlation[(i, j)]).collect::<Vec<f64>>())
            })
            .collect();
        let noise = self.model.noise.told(self.model.sets, self.sizes(), fit.sigma);
        let remarks = self.remarks();
        let noted: Vec<String> = remarks.iter().cloned().chain(self.correlated()).collect();
        let report = Report {
            fit,
            how: &self.found.how,
            sets: self.model.sets,
            parameters: count,
            table: &table,
            posterior: self.posterior.map(|posterior| &posterior.table),
            noise: &noise,
            remarks: &noted,
            level: self.wishes.level,
            profiled: self.profiles.is_some(),
        };
        let (text, markdown, html) = (report.text(), report.markdown(), report.html());
        let mut map: Map = [
            ("values", named(fitted, &fit.values, Unit::give)?.into()),
            ("errors", named(fitted, &fit.errors.standard, given)?.into()),
            ("intervals", intervals.into()),
            ("correlation", correlation.into()),
            ("names", words(names.iter().map(|name| (*name).to_owned()))),
            ("predicted", self.spread(&self.predicted)),
            ("residuals", self.spread(&fit.misfit.residuals)),
            ("rss", fit.misfit.rss.into()),
            ("sigma", self.sigma()?),
            ("noise", words(noise)),
            ("log_likelihood", self.log_likelihood(&deviations).into()),
            ("aic", fit.criteria.aic.into()),
            ("aicc", fit.criteria.aicc.into()),
            ("bic", fit.criteria.bic.into()),
            ("converged", fit.ended.is_optimum().into()),
            ("ended", fit.ended.to_string().into()),
            ("evaluations", (fit.evaluations as i64).into()),
            ("method", self.found.how.clone().into()),
            ("told", words(remarks)),
            ("table", Dynamic::from(table)),
            ("data", Dynamic::from(data)),
            ("report", markdown.clone().into()),
        ]
        .into_iter()
        .map(|(key, value): (&str, Dynamic)| (key.into(), value))
        .collect();
        if let Some(profiles) = self.profiles {
            let mut verdicts = Map::new();
            for (profile, fitted) in profiles.iter().zip(fitted) {
                place(&mut verdicts, fitted, profile.verdict.to_string().into());
            }
            map.insert("identifiable".into(), verdicts.into());
        }
        if let Some((starts, at_best)) = self.found.starts {
            let starts = [("number", starts as i64), ("at_best", at_best as i64)];
            let starts: Map = starts.into_iter().map(|(k, n)| (k.into(), n.into())).collect();
            map.insert("starts".into(), starts.into());
        }
        if let Some(posterior) = self.posterior {
            map.insert("posterior".into(), Dynamic::from(posterior.table.clone()));
            map.insert("samples".into(), Dynamic::from(posterior.samples.clone()));
        }
        Ok(Value { told: Arc::new(map), text, markdown, html, parts: self.parts().into() })
    }
}
