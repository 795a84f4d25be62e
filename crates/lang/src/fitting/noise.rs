//! How far measurements lie from what is predicted: what the user knows of it, and what is estimated.

use rhai::{Array, Dynamic, Map};

use super::sets::{Set, Sets};
use super::wishes::Wishes;
use crate::LangError;
use crate::number::{kind, only, plain};
use crate::value::significant;
use bioxen_base::nearest::nearest;
use bioxen_base::units::Percent;
use bioxen_study::Parameter;
use bioxen_study::least_squares::Sigma;

/// The size of one kind of noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Size {
    /// The user knows it.
    Known(f64),
    /// It is a parameter of the fit.
    Estimated,
}

/// The noise of one data set.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum OfSet {
    /// The standard deviation of each value that was measured.
    PerPoint(Vec<f64>),
    /// `sqrt(constant^2 + (fraction prediction)^2)`, of which a part may be absent.
    Sizes {
        /// The constant part.
        constant: Option<Size>,
        /// The part of what is predicted.
        fraction: Option<Size>,
    },
}

/// The noise of a fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Noise {
    /// Each residual has a weight, in units of the noise where it is known: plain least squares.
    Plain {
        /// One over the standard deviation of each value.
        weights: Vec<f64>,
        /// Whether the weights are those of the noise.
        sigma: Sigma,
    },
    /// Deviations follow predictions or parameters: the likelihood is maximised.
    Modelled(Vec<OfSet>),
}

/// The names of noise.
const NAMES: [&str; 4] = ["estimated", "constant", "proportional", "combined"];

const EXPECTED: &str = "\"estimated\", \"constant\", \"proportional\", \"combined\", a map with constant and fraction, or a map of these by data set";

impl Noise {
    /// What the options `sigma` and `noise` say.
    ///
    /// # Errors
    /// When they do not fit what was measured, or each other.
    pub(super) fn read(wishes: &Wishes, sets: &Sets) -> Result<Self, LangError> {
        let given = match &wishes.noise {
            Some(noise) => by_set(noise, wishes.sigma.as_ref(), sets)?,
            None if wishes.sigma.is_some() => {
                let all = sets.all.iter().map(|set| known(wishes.sigma.as_ref(), set));
                all.collect::<Result<Vec<_>, _>>()?
            }
            // Sets in different units have nothing in common that one size could be of.
            None if !sets.have_one_unit() => vec![estimated(); sets.all.len()],
            None => Vec::new(),
        };
        if given.is_empty() || (given.len() == 1 && given[0] == estimated()) {
            return Ok(Self::Plain { weights: vec![1.0; sets.count()], sigma: Sigma::Estimated });
        }
        let mut weights = Vec::with_capacity(sets.count());
        for (noise, set) in given.iter().zip(&sets.all) {
            match noise {
                OfSet::PerPoint(deviations) => weights.extend(deviations.iter().map(|s| 1.0 / s)),
                OfSet::Sizes { constant: Some(Size::Known(s)), fraction: None } => {
                    weights.extend(set.values.iter().map(|_| 1.0 / s));
                }
                OfSet::Sizes { .. } => return Ok(Self::Modelled(given)),
            }
        }
        Ok(Self::Plain { weights, sigma: Sigma::Known })
    }

    /// The noise of each set with its estimated sizes out of a row of them, in their order.
    pub(super) fn with_sizes(all: &[OfSet], sizes: &[f64]) -> Vec<(f64, f64)> {
        let mut sizes = sizes.iter().copied();
        let mut size = |part: Option<Size>| match part {
            Some(Size::Known(size)) => size,
            Some(Size::Estimated) => sizes.next().unwrap_or(f64::NAN),
            None => 0.0,
        };
        let one = |noise: &OfSet| match noise {
            OfSet::PerPoint(_) => (0.0, 0.0),
            OfSet::Sizes { constant, fraction } => (size(*constant), size(*fraction)),
        };
        all.iter().map(one).collect()
    }

    /// The sizes that are estimated: of which set, and whether of the part that follows predictions.
    pub(super) fn unknown(&self) -> Vec<(usize, bool)> {
        let Self::Modelled(all) = self else { return Vec::new() };
        let mut unknown = Vec::new();
        for (set, noise) in all.iter().enumerate() {
            let OfSet::Sizes { constant, fraction } = noise else { continue };
            for (part, follows) in [(constant, false), (fraction, true)] {
                if *part == Some(Size::Estimated) {
                    unknown.push((set, follows));
                }
            }
        }
        unknown
    }

    /// The noise in words, for each set, with the sizes that were found.
    pub(super) fn told(&self, sets: &Sets, sizes: &[f64], sigma: f64) -> Vec<String> {
        let all = match self {
            Self::Plain { sigma: Sigma::Estimated, .. } => {
                let unit = sets.all[0].unit.symbol();
                let size = match sigma.is_finite() {
                    true => format!("{} {unit}", significant(sigma)),
                    false => "not known, since there are no more data than parameters".to_owned(),
                };
                let of = if sets.all.len() > 1 { ", the same for all data sets" } else { "" };
                return vec![format!(
                    "constant, estimated from the residuals{of}: {}",
                    size.trim()
                )];
            }
            Self::Plain { .. } => return vec!["known, as `sigma` says".to_owned()],
            Self::Modelled(all) => all,
        };
        let found = Self::with_sizes(all, sizes);
        let one = |((noise, (constant, fraction)), set): ((&OfSet, &(f64, f64)), &Set)| {
            let name = set.name.as_ref().map_or(String::new(), |name| format!("of `{name}`: "));
            let how = |size: Size| if size == Size::Estimated { "estimated" } else { "known" };
            let unit = set.unit.symbol();
            let words = match noise {
                OfSet::PerPoint(_) => "known for each value".to_owned(),
                OfSet::Sizes { constant: a, fraction: b } => {
                    let constant = |size| {
                        let text = format!("{} {unit}", significant(*constant));
                        format!("constant, {}: {}", how(size), text.trim())
                    };
                    let part = |size| {
                        let percent = significant(100.0 * fraction);
                        format!("proportional to what is predicted, {}: {percent} %", how(size))
                    };
                    let parts = [a.map(constant), b.map(part)];
                    parts.into_iter().flatten().collect::<Vec<_>>().join("; and ")
                }
            };
            format!("{name}{words}")
        };
        all.iter().zip(&found).zip(&sets.all).map(one).collect()
    }

    /// The parameters of the sizes, which start at these values.
    pub(super) fn parameters(&self, sets: &Sets, starts: &[f64]) -> Vec<Parameter> {
        let one = |((set, follows), start): (&(usize, bool), &f64)| {
            let part = if *follows { "fraction" } else { "constant" };
            let name = match &sets.all[*set].name {
                Some(name) => format!("noise.{name}.{part}"),
                None => format!("noise.{part}"),
            };
            // Where a model meets its data exactly, the likelihood grows without end as the noise vanishes.
            let floor = if *follows { 1e-9 } else { 1e-9 * scale(&sets.all[*set]) };
            Parameter { low: floor, ..Parameter::new(name, start.max(2.0 * floor)).log() }
        };
        self.unknown().iter().zip(starts).map(one).collect()
    }
}

/// The root of the mean square of what was measured, or 1.
pub(super) fn scale(set: &Set) -> f64 {
    let sum: f64 = set.values.iter().map(|x| x * x).sum();
    let scale = (sum / set.values.len() as f64).sqrt();
    if scale > 0.0 && scale.is_finite() { scale } else { 1.0 }
}

const fn estimated() -> OfSet {
    OfSet::Sizes { constant: Some(Size::Estimated), fraction: None }
}

/// A noise by its name or sizes, for all sets, or one for each.
fn by_set(noise: &Dynamic, sigma: Option<&Dynamic>, sets: &Sets) -> Result<Vec<OfSet>, LangError> {
    let map = noise.read_lock::<Map>().map(|map| map.clone());
    let names = map.as_ref().is_some_and(|map| {
        sets.are_named() && !map.keys().any(|key| ["constant", "fraction"].contains(&key.as_str()))
            || sets.all.iter().any(|set| set.name.as_deref().is_some_and(|n| map.contains_key(n)))
    });
    let all: Vec<OfSet> = match map {
        Some(map) if names => {
            for name in map.keys() {
                sets.known(name, "data set")?;
            }
            let own = |set: &Set| {
                let name = set.label();
                let noise = map.get(name).ok_or_else(|| LangError::WrongType {
                    what: format!("the noise of `{name}` of fit"),
                    expected: EXPECTED,
                    got: "nothing".to_owned(),
                })?;
                one(noise, sigma, set)
            };
            sets.all.iter().map(own).collect::<Result<_, _>>()?
        }
        // As without this option: one size for all.
        _ if noise.is_string() && noise.to_string() == "estimated" && sets.have_one_unit() => {
            Vec::new()
        }
        _ => sets.all.iter().map(|set| one(noise, sigma, set)).collect::<Result<_, _>>()?,
    };
    let uses_sigma = all.iter().any(|noise| matches!(noise, OfSet::PerPoint(_)));
    match sigma {
        Some(sigma) if !uses_sigma => Err(LangError::WrongType {
            what: "sigma of fit".to_owned(),
            expected: "left out, since `noise` says how large the noise is; `noise: \"constant\"` takes it",
            got: kind(sigma),
        }),
        _ => Ok(all),
    }
}

/// The noise of one set by its name or sizes.
fn one(noise: &Dynamic, sigma: Option<&Dynamic>, set: &Set) -> Result<OfSet, LangError> {
    let wrong = |expected, got| {
        let name = set.name.as_ref().map_or(String::new(), |name| format!(" of `{name}`"));
        LangError::WrongType { what: format!("the noise{name} of fit"), expected, got }
    };
    if let Ok(name) = noise.clone().into_string() {
        let sizes = |constant, fraction| OfSet::Sizes { constant, fraction };
        let estimated = Some(Size::Estimated);
        return match name.as_str() {
            "estimated" => Ok(sizes(estimated, None)),
            "proportional" => Ok(sizes(None, estimated)),
            "combined" => Ok(sizes(estimated, estimated)),
            "constant" if sigma.is_none() => Err(LangError::Noticed {
                message: "noise that is \"constant\" needs its size".to_owned(),
                help: vec![
                    "add `sigma: ..`, or write `noise: #{constant: ..}`".to_owned(),
                    "\"estimated\" takes it from the residuals".to_owned(),
                ],
            }),
            "constant" => known(sigma, set),
            _ => Err(LangError::UnknownName {
                kind: "noise",
                nearest: nearest(&name, NAMES).map(str::to_owned),
                given: name,
                valid: NAMES.map(str::to_owned).to_vec(),
            }),
        };
    }
    let Some(map) = noise.read_lock::<Map>() else { return Err(wrong(EXPECTED, kind(noise))) };
    only("noise of fit", &map, &["constant", "fraction"])?;
    let size = |key: &str, read: &dyn Fn(&Dynamic) -> Option<f64>, expected| {
        let Some(value) = map.get(key) else { return Ok(None) };
        if value.is_string() && value.to_string() == "estimated" {
            return Ok(Some(Size::Estimated));
        }
        let size = read(value).filter(|x| *x > 0.0 && x.is_finite());
        size.map(|x| Some(Size::Known(x))).ok_or_else(|| wrong(expected, kind(value)))
    };
    let constant = "a constant above 0, of the kind of what was measured, or \"estimated\"";
    let constant = size("constant", &|value| set.unit.read(value), constant)?;
    let share =
        |value: &Dynamic| plain(value).or_else(|| Some(value.read_lock::<Percent>()?.0 / 100.0));
    let fraction = "a fraction above 0, such as 0.1 or 10.percent, or \"estimated\"";
    let fraction = size("fraction", &share, fraction)?;
    if constant.is_none() && fraction.is_none() {
        return Err(wrong(EXPECTED, "an empty map".to_owned()));
    }
    Ok(OfSet::Sizes { constant, fraction })
}

/// The standard deviations that the user knows.
fn known(sigma: Option<&Dynamic>, set: &Set) -> Result<OfSet, LangError> {
    let wrong = |got: String| LangError::WrongType {
        what: "sigma".to_owned(),
        expected: "a number or quantity above 0, or an array of one for each value that was measured",
        got,
    };
    let Some(sigma) = sigma else { return Err(wrong("nothing".to_owned())) };
    let own = match (sigma.read_lock::<Map>(), &set.name) {
        (Some(map), Some(name)) => match map.get(name.as_str()) {
            Some(own) => own.clone(),
            None => return Err(wrong(format!("none for `{name}`"))),
        },
        _ => sigma.clone(),
    };
    let one = |value: &Dynamic| {
        let sigma = set.unit.read(value).filter(|x| *x > 0.0 && x.is_finite());
        sigma.ok_or_else(|| wrong(value.to_string()))
    };
    let deviations = match own.read_lock::<Array>() {
        Some(all) if all.len() == set.given => {
            set.places.iter().map(|&place| one(&all[place])).collect::<Result<_, _>>()?
        }
        Some(all) => return Err(wrong(format!("{} for {}", all.len(), set.given))),
        None => vec![one(&own)?; set.values.len()],
    };
    Ok(OfSet::PerPoint(deviations))
}
