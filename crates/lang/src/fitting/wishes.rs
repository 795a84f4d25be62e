//! What a user asks of a fit.

use rhai::{Dynamic, Map};

use crate::LangError;
use crate::number::{kind, number, only, whole};
use bioxen_base::nearest::nearest;
use bioxen_study::global;
use bioxen_study::mcmc;

/// The options of `fit`.
const OPTIONS: [&str; 11] = [
    "evaluations",
    "level",
    "mcmc",
    "method",
    "noise",
    "profile",
    "seed",
    "sigma",
    "starts",
    "x",
    "y",
];

/// The names of the methods.
const METHODS: [&str; 5] = ["local", "multistart", "global", "evolution", "cma_es"];

/// Where a fit looks for its optimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// From the starts.
    Local,
    /// From the starts, and from so many points of a Latin hypercube.
    MultiStart(usize),
    /// A search of the whole region, and from its best point.
    Global {
        /// How it searches.
        by: global::Method,
        /// The most evaluations of the search.
        evaluations: usize,
    },
}

/// How to fit.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// The standard deviation of each value that was measured, if it is known.
    pub(super) sigma: Option<Dynamic>,
    /// What is known of the noise beside it.
    pub(super) noise: Option<Dynamic>,
    /// Whether intervals come from profiles of the likelihood.
    pub(super) profile: bool,
    /// The probability of the intervals.
    pub(super) level: f64,
    /// Where it looks.
    pub(super) method: Method,
    /// Chooses the random numbers of a search.
    pub(super) seed: u64,
    /// How to sample, if that was asked for.
    pub(super) mcmc: Option<mcmc::Options>,
    /// Where the values were measured, for the figure.
    pub(super) x: Option<Dynamic>,
    /// The columns of a table that were measured.
    pub(super) y: Option<Dynamic>,
}

fn wrong(what: &str, expected: &'static str, value: &Dynamic) -> LangError {
    LangError::WrongType { what: what.to_owned(), expected, got: kind(value) }
}

fn truth(options: &Map, key: &'static str) -> Result<bool, LangError> {
    let Some(value) = options.get(key) else { return Ok(false) };
    value.as_bool().map_err(|_| wrong(key, "true or false", value))
}

/// A whole number of an option, from 1.
fn count(
    options: &Map,
    key: &'static str,
    usual: usize,
    most: i64,
    expected: &'static str,
) -> Result<usize, LangError> {
    options.get(key).map_or(Ok(usual), |v| Ok(whole(key, v, 1..=most, expected)? as usize))
}

fn seed(options: &Map) -> Result<u64, LangError> {
    let expected = "a whole number, zero or more";
    options.get("seed").map_or(Ok(0), |v| Ok(whole("seed", v, 0..=i64::MAX, expected)? as u64))
}

impl Wishes {
    /// Reads the options of `fit`.
    ///
    /// # Errors
    /// When a key is unknown, or a value is not what it must be.
    pub fn read(options: &Map) -> Result<Self, LangError> {
        only("fit", options, &OPTIONS)?;
        let profile = truth(options, "profile")?;
        let level = options.get("level").map_or(Ok(0.95), |value| {
            let level = number("level", value)?;
            let expected = "a probability between 0 and 1, such as 0.95";
            if level > 0.0 && level < 1.0 {
                Ok(level)
            } else {
                Err(wrong("level", expected, value))
            }
        })?;
        let seed = seed(options)?;
        Ok(Self {
            sigma: options.get("sigma").cloned(),
            noise: options.get("noise").filter(|noise| !noise.is_unit()).cloned(),
            profile,
            level,
            method: method(options)?,
            seed,
            mcmc: options.get("mcmc").map(|v| sampling(v, seed)).transpose()?.flatten(),
            x: options.get("x").cloned(),
            y: options.get("y").cloned(),
        })
    }
}

fn method(options: &Map) -> Result<Method, LangError> {
    let expected = "a whole number from 1 to 10000";
    let starts = count(options, "starts", 20, 10_000, expected)?;
    let expected = "a whole number from 1 to 10000000";
    let evaluations = count(options, "evaluations", 10_000, 10_000_000, expected)?;
    let Some(value) = options.get("method") else {
        for (key, needs) in [("starts", "multistart"), ("evaluations", "global")] {
            if options.contains_key(key) {
                return Err(useless(key, needs));
            }
        }
        return Ok(Method::Local);
    };
    let name = value.clone().into_string();
    let name =
        name.map_err(|_| wrong("method", "the name of a method, such as \"global\"", value))?;
    let global = |by| Method::Global { by, evaluations };
    let method = match name.as_str() {
        "local" => Method::Local,
        "multistart" => Method::MultiStart(starts),
        "global" | "evolution" => global(global::Method::DifferentialEvolution),
        "cma_es" => global(global::Method::CmaEs),
        _ => {
            return Err(LangError::UnknownName {
                kind: "method",
                nearest: nearest(&name, METHODS).map(str::to_owned),
                given: name,
                valid: METHODS.map(str::to_owned).to_vec(),
            });
        }
    };
    let uses = |key: &str| match method {
        Method::Local => false,
        Method::MultiStart(_) => key == "starts",
        Method::Global { .. } => key == "evaluations",
    };
    for (key, needs) in [("starts", "multistart"), ("evaluations", "global")] {
        if options.contains_key(key) && !uses(key) {
            return Err(useless(key, needs));
        }
    }
    Ok(method)
}

/// An option that the method does not use.
fn useless(key: &str, needs: &str) -> LangError {
    LangError::Noticed {
        message: format!("`{key}` of fit needs the method \"{needs}\""),
        help: vec![format!("add `method: \"{needs}\"`, or leave `{key}` out")],
    }
}

/// How to sample: `true`, or a map.
fn sampling(value: &Dynamic, seed_of_fit: u64) -> Result<Option<mcmc::Options>, LangError> {
    let usual =
        mcmc::Options { steps: 2000, warm_up: 2000, seed: seed_of_fit, ..Default::default() };
    if let Ok(wanted) = value.as_bool() {
        return Ok(wanted.then_some(usual));
    }
    let Some(map) = value.read_lock::<Map>().map(|map| map.clone()) else {
        let expected = "true, or a map with samples, burn_in, chains, thinning and seed";
        return Err(wrong("mcmc", expected, value));
    };
    only("mcmc of fit", &map, &["burn_in", "chains", "samples", "seed", "thinning"])?;
    let most = 1_000_000;
    let expected = "a whole number from 1 to 1000000";
    let samples = count(&map, "samples", usual.steps, most, expected)?;
    let thinning = count(&map, "thinning", 1, most, expected)?;
    let chains = count(&map, "chains", usual.chains, 1000, "a whole number from 1 to 1000")?;
    let warm_up = match map.get("burn_in") {
        Some(value) => {
            whole("burn_in", value, 0..=most, "a whole number from 0 to 1000000")? as usize
        }
        None => samples.saturating_mul(thinning).max(1000),
    };
    let kept = samples.saturating_mul(chains);
    if kept > 1_000_000 {
        return Err(LangError::WrongType {
            what: "the samples of all chains".to_owned(),
            expected: "at most 1000000",
            got: kept.to_string(),
        });
    }
    let seed = if map.contains_key("seed") { seed(&map)? } else { seed_of_fit };
    let steps = samples.saturating_mul(thinning);
    Ok(Some(mcmc::Options { chains, steps, warm_up, thinning, seed, covariance: None }))
}
