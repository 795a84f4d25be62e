//! Fits of functions of the script to what was measured.

use rhai::{Array, Dynamic, FnPtr, Map, NativeCallContext};

use super::error::raise;
use super::number::{kind, number, only};
use super::series::{Series, Unit};
use super::sweep::{self, Pool};
use super::world::with;
use super::{LangError, RhaiResultOf};
use bioxen_engine::StopToken;
use bioxen_study::least_squares::{self, Fit, Options, Sigma};
use bioxen_study::profile;
use bioxen_study::{Parameter, Space};

/// A parameter with the unit of its values.
struct Fitted {
    parameter: Parameter,
    unit: Unit,
}

/// How to fit.
pub struct Wishes {
    /// The standard deviation of each value that was measured, if it is known.
    sigma: Option<Dynamic>,
    /// Whether intervals come from profiles of the likelihood.
    profile: bool,
    /// The probability of the intervals.
    level: f64,
}

impl Wishes {
    /// Reads the options of `fit`.
    ///
    /// # Errors
    /// When a key is unknown, or a value is not what it must be.
    pub fn read(options: &Map) -> Result<Self, LangError> {
        only("fit", options, &["sigma", "profile", "level"])?;
        let wrong = |what: &str, expected, value| LangError::WrongType {
            what: what.to_owned(),
            expected,
            got: kind(value),
        };
        let profile = match options.get("profile") {
            Some(value) => value.as_bool().map_err(|_| wrong("profile", "true or false", value))?,
            None => false,
        };
        let level = options.get("level").map_or(Ok(0.95), |value| {
            let level = number("level", value)?;
            let expected = "a probability between 0 and 1, such as 0.95";
            if level > 0.0 && level < 1.0 {
                Ok(level)
            } else {
                Err(wrong("level", expected, value))
            }
        })?;
        Ok(Self { sigma: options.get("sigma").cloned(), profile, level })
    }
}

/// The parameters of a map: a number is where one starts; a map says `start`, `min`, `max` and `log`.
fn parameters(given: &Map) -> Result<Vec<Fitted>, LangError> {
    let one = |(name, value): (&rhai::Identifier, &Dynamic)| {
        let wrong = |what: String, got: &Dynamic| LangError::WrongType {
            what,
            expected: "a number or a quantity, or a map with start, min, max and log",
            got: kind(got),
        };
        let map = value
            .read_lock::<Map>()
            .map(|map| map.clone())
            .unwrap_or_else(|| [("start".into(), value.clone())].into_iter().collect());
        only("a parameter of fit", &map, &["log", "max", "min", "start"])?;
        let Some(start) = map.get("start") else {
            return Err(LangError::Missing {
                what: "min",
                needs: "needs a start in a parameter of fit",
            });
        };
        let (start, unit) =
            Unit::of(start).ok_or_else(|| wrong(format!("the start of `{name}` of fit"), start))?;
        let mut parameter = Parameter::new(name.as_str(), start);
        for (key, end) in [("min", &mut parameter.low), ("max", &mut parameter.high)] {
            if let Some(value) = map.get(key) {
                let read = unit.read(value);
                *end = read.ok_or_else(|| wrong(format!("`{key}` of `{name}` of fit"), value))?;
            }
        }
        if let Some(value) = map.get("log")
            && value.as_bool().map_err(|_| wrong(format!("`log` of `{name}` of fit"), value))?
        {
            parameter = parameter.log();
        }
        Ok(Fitted { parameter, unit })
    };
    given.iter().map(one).collect()
}

/// Fits the parameters of a function of the script: what it gives for them is compared with what was
/// measured.
///
/// # Errors
/// When the parameters or what was measured cannot be used, the function fails at the start or gives
/// something else than as many values as were measured, or the user interrupts.
pub fn fit(
    context: &NativeCallContext,
    given: &Map,
    function: &FnPtr,
    measured: &[Dynamic],
    wishes: &Wishes,
) -> RhaiResultOf<Map> {
    let fitted = parameters(given).map_err(raise)?;
    let measured = Series::read("fit", measured).map_err(raise)?;
    let weights = weights(wishes.sigma.as_ref(), &measured).map_err(raise)?;
    let space = Space::new(fitted.iter().map(|f| f.parameter.clone()).collect());
    let space = space.map_err(raise)?;
    let stop = with(context, |world| Ok::<_, LangError>(world.stop()))?;
    sweep::with_pool(context, "fit", function, |pool| {
        let model = Model { pool, fitted: &fitted, measured: &measured, weights: &weights };
        // The first time with the place of what fails.
        let starts: Vec<f64> = fitted.iter().map(|f| f.parameter.start).collect();
        model.predicted(&starts)?;
        model.fit(&space, wishes, &stop)
    })
}

/// What a value that was measured weighs: one over its standard deviation.
fn weights(sigma: Option<&Dynamic>, measured: &Series) -> Result<Vec<f64>, LangError> {
    let count = measured.values.len();
    let Some(sigma) = sigma else { return Ok(vec![1.0; count]) };
    let wrong = |got: String| LangError::WrongType {
        what: "sigma".to_owned(),
        expected: "a number or quantity above 0, or an array of one for each value that was measured",
        got,
    };
    let one = |value: &Dynamic| {
        let sigma = measured.unit.read(value).filter(|x| *x > 0.0 && x.is_finite());
        sigma.map(|sigma| 1.0 / sigma).ok_or_else(|| wrong(value.to_string()))
    };
    match sigma.read_lock::<Array>() {
        Some(all) if all.len() == count => all.iter().map(one).collect(),
        Some(all) => Err(wrong(format!("{} for {count}", all.len()))),
        None => Ok(vec![one(sigma)?; count]),
    }
}

/// A function of the script beside what was measured.
struct Model<'a> {
    pool: &'a Pool,
    fitted: &'a [Fitted],
    measured: &'a Series,
    weights: &'a [f64],
}

impl Model<'_> {
    fn named(&self, values: &[f64]) -> Result<Map, LangError> {
        let one = |(fitted, x): (&Fitted, &f64)| {
            Ok((fitted.parameter.name.as_str().into(), fitted.unit.give(*x)?))
        };
        self.fitted.iter().zip(values).map(one).collect()
    }

    /// What the function gives, in the unit of what was measured.
    fn predicted(&self, values: &[f64]) -> RhaiResultOf<Vec<f64>> {
        let argument = self.named(values).map_err(raise)?;
        let value = self.pool.value(argument.into())?;
        let wrong = |got: String| {
            raise(LangError::WrongType {
                what: "what the function given to fit gives".to_owned(),
                expected: "an array with a value for each value that was measured, of the same kind",
                got,
            })
        };
        let Some(array) = value.read_lock::<Array>() else { return Err(wrong(kind(&value))) };
        if array.len() != self.measured.values.len() {
            return Err(wrong(format!("{} for {}", array.len(), self.measured.values.len())));
        }
        let one = |x: &Dynamic| self.measured.unit.read(x).ok_or_else(|| wrong(kind(x)));
        array.iter().map(one).collect()
    }

    fn residuals(&self, values: &[f64]) -> Result<Vec<f64>, String> {
        let predicted = self.predicted(values).map_err(|error| error.to_string())?;
        let pairs = predicted.iter().zip(&self.measured.values).zip(self.weights);
        Ok(pairs.map(|((p, m), w)| (p - m) * w).collect())
    }

    fn fit(&self, space: &Space, wishes: &Wishes, stop: &StopToken) -> RhaiResultOf<Map> {
        let sigma = if wishes.sigma.is_some() { Sigma::Known } else { Sigma::Estimated };
        // What a simulation gives has the digits of its solver.
        let options = Options { sigma, precision: 1e-9, ..Options::default() };
        let residuals = |values: &[f64]| self.residuals(values);
        let found = least_squares::fit(space, residuals, &options, stop);
        let found = found.map_err(raise)?;
        if stop.is_stopped() {
            return Err(raise(LangError::Stopped));
        }
        let mut map = self.told(&found, wishes.level)?;
        if wishes.profile {
            self.profiled(&mut map, &found, &options, wishes.level, stop)?;
        }
        Ok(map)
    }

    /// What there is to say of a fit.
    fn told(&self, fit: &Fit, level: f64) -> RhaiResultOf<Map> {
        let array = |values: &[f64]| -> Dynamic {
            values.iter().map(|x| Dynamic::from_float(*x)).collect::<Array>().into()
        };
        let of = |x: f64, unit: Unit| if x.is_finite() { unit.give(x) } else { Ok(Dynamic::UNIT) };
        let mut intervals = Map::new();
        for fitted in self.fitted {
            let name = fitted.parameter.name.as_str();
            let (low, high) = fit.interval(name, level).map_err(raise)?;
            let ends =
                vec![of(low, fitted.unit).map_err(raise)?, of(high, fitted.unit).map_err(raise)?];
            intervals.insert(name.into(), ends.into());
        }
        let errors = self.fitted.iter().zip(&fit.standard_errors);
        let errors = errors.map(|(f, x)| Ok((f.parameter.name.as_str().into(), of(*x, f.unit)?)));
        let errors: Map = errors.collect::<Result<_, LangError>>().map_err(raise)?;
        let count = self.fitted.len();
        let correlation: Array = (0..count)
            .map(|i| array(&(0..count).map(|j| fit.correlation[(i, j)]).collect::<Vec<f64>>()))
            .collect();
        let predicted: Vec<f64> = fit
            .residuals
            .iter()
            .zip(self.weights)
            .zip(&self.measured.values)
            .map(|((r, w), m)| m + r / w)
            .collect();
        let mut told: Array = fit.degeneracies.iter().map(|d| d.to_string().into()).collect();
        told.extend(fit.at_bounds.iter().map(|name| {
            Dynamic::from(format!(
                "`{name}` stands at a bound, beyond which the fit would be better"
            ))
        }));
        let map = [
            ("values", self.named(&fit.values).map_err(raise)?.into()),
            ("errors", errors.into()),
            ("intervals", intervals.into()),
            ("correlation", correlation.into()),
            ("predicted", array(&predicted)),
            ("residuals", array(&fit.residuals)),
            ("rss", fit.rss.into()),
            ("sigma", fit.sigma.into()),
            ("aic", fit.aic.into()),
            ("aicc", fit.aicc.into()),
            ("bic", fit.bic.into()),
            ("converged", fit.ended.is_optimum().into()),
            ("ended", fit.ended.to_string().into()),
            ("evaluations", (fit.evaluations as i64).into()),
            ("told", told.into()),
        ];
        Ok(map.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Puts intervals from profiles of the likelihood in the place of those from standard errors, with what
    /// they say of each parameter.
    fn profiled(
        &self,
        map: &mut Map,
        fit: &Fit,
        options: &Options,
        level: f64,
        stop: &StopToken,
    ) -> RhaiResultOf<()> {
        let how = profile::Options { level, fit: options.clone(), ..profile::Options::default() };
        let residuals = |values: &[f64]| self.residuals(values);
        let profiles = profile::profiles(fit, residuals, &how, stop).map_err(raise)?;
        if stop.is_stopped() {
            return Err(raise(LangError::Stopped));
        }
        let (mut intervals, mut verdicts) = (Map::new(), Map::new());
        for (profile, fitted) in profiles.iter().zip(self.fitted) {
            let end = |side: &profile::Side| match side.end() {
                Some(x) => fitted.unit.give(x).map_err(raise),
                None => Ok(Dynamic::UNIT),
            };
            let ends = vec![end(&profile.lower)?, end(&profile.upper)?];
            intervals.insert(profile.name.as_str().into(), ends.into());
            verdicts.insert(profile.name.as_str().into(), profile.verdict.to_string().into());
        }
        map.insert("intervals".into(), intervals.into());
        map.insert("identifiable".into(), verdicts.into());
        Ok(())
    }
}
