//! Screening by elementary effects.

use crate::design::{Design, Failure, MOST_POINTS};
use crate::evaluate::finite;
use crate::statistics::{mean, variance};
use crate::{Range, StudyError};
use bioxen_engine::StopToken;
use bioxen_engine::rng::{Rng, Seed};
use std::fmt::Display;

/// Levels of each parameter; with four of them and steps of two thirds all are visited alike (Morris 1991).
const LEVELS: u64 = 4;

/// What one parameter does.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// The parameter.
    pub name: String,
    /// The mean of its effects; near 0 for effects that go both ways.
    pub mu: f64,
    /// The mean of their sizes (Campolongo, Cariboni & Saltelli, *Environ. Model. Softw.* 22:1509, 2007): how much it matters.
    pub mu_star: f64,
    /// Their standard deviation: whether it is curved, or acts together with others.
    pub sigma: f64,
    /// How many effects there are.
    pub count: usize,
}

/// The elementary effects of all parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Morris {
    /// One for each parameter. Effects are changes of the output for a step across the whole range, by its scale; not a number where
    /// there are none.
    pub effects: Vec<Effects>,
    /// Points at which the model failed; effects that need them are left out.
    pub failures: Vec<Failure>,
    /// How often the model was evaluated.
    pub evaluations: usize,
    /// Whether a stop was asked for.
    pub stopped: bool,
}

/// Elementary effects (Morris, *Technometrics* 33:161, 1991): from random points of a grid of four levels, one parameter after the
/// other, in random order, makes a step of two thirds of its range. It costs `trajectories * (parameters + 1)` evaluations.
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::TooManyPoints`], [`StudyError::BadSetting`]; [`StudyError::AllFail`].
///
/// # Examples
/// ```
/// use bioxen_study::{Range, sensitivity::morris};
/// let ranges = [Range::new("a", 0.0, 1.0)?, Range::new("b", 0.0, 10.0)?];
/// let plane = |p: &[f64]| Ok::<_, String>(3.0 * p[0] + p[1]);
/// let found = morris(&ranges, plane, 10, 1, &bioxen_engine::StopToken::new())?;
/// assert!((found.effects[0].mu_star - 3.0).abs() < 1e-9 && found.effects[0].sigma < 1e-9);
/// assert!((found.effects[1].mu_star - 10.0).abs() < 1e-9);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn morris<E, F>(
    ranges: &[Range],
    model: F,
    trajectories: usize,
    seed: u64,
    stop: &StopToken,
) -> Result<Morris, StudyError>
where
    E: Display,
    F: Fn(&[f64]) -> Result<f64, E> + Sync,
{
    let d = ranges.len();
    if d == 0 {
        return Err(StudyError::NoParameters { what: "a screening" });
    }
    if trajectories == 0 {
        let (setting, value) = ("the number of trajectories", 0.0);
        return Err(StudyError::BadSetting { setting, value, rule: "it must be at least 1" });
    }
    let points = trajectories.saturating_mul((d + 1).saturating_mul(d));
    if points > MOST_POINTS {
        return Err(StudyError::TooManyPoints { what: "the screening", points, most: MOST_POINTS });
    }
    let mut unit = Vec::with_capacity(trajectories * (d + 1));
    let mut moved: Vec<(usize, f64)> = Vec::with_capacity(trajectories * d);
    for t in 0..trajectories {
        let mut rng = Rng::new(Seed::new(seed).replicate(t as u64));
        trajectory(d, &mut rng, &mut unit, &mut moved);
    }
    let names: Vec<String> = ranges.iter().map(|r| r.name().to_owned()).collect();
    let scaled =
        unit.iter().map(|u| ranges.iter().zip(u).map(|(r, &f)| r.at(f)).collect()).collect();
    let design = Design { names, points: scaled };
    let sweep = design.evaluate(|_, p| finite(model(p)), stop);
    let mut found: Vec<Vec<f64>> = vec![Vec::new(); d];
    for (k, &(j, step)) in moved.iter().enumerate() {
        let first = k / d * (d + 1) + k % d;
        if let (Some(a), Some(b)) = (sweep.values[first], sweep.values[first + 1]) {
            found[j].push((b - a) / step);
        }
    }
    if let (Some(first), true) = (sweep.failures.first(), sweep.failures.len() == design.len()) {
        let (at, reason) = (first.at.clone(), first.reason.clone());
        return Err(StudyError::AllFail { tried: design.len(), at, reason });
    }
    let of = |(name, e): (&String, &Vec<f64>)| Effects {
        name: name.clone(),
        mu: mean(e),
        mu_star: mean(&e.iter().map(|v| v.abs()).collect::<Vec<_>>()),
        sigma: variance(e).sqrt(),
        count: e.len(),
    };
    let evaluations = sweep.values.iter().flatten().count() + sweep.failures.len();
    Ok(Morris {
        effects: design.names.iter().zip(&found).map(of).collect(),
        failures: sweep.failures,
        evaluations,
        stopped: sweep.stopped,
    })
}

/// The points of one trajectory in the unit cube, and which parameter moves by how much from each to the next.
fn trajectory(d: usize, rng: &mut Rng, unit: &mut Vec<Vec<f64>>, moved: &mut Vec<(usize, f64)>) {
    let top = (LEVELS - 1) as f64;
    let half = LEVELS / 2;
    let mut levels: Vec<u64> = (0..d).map(|_| rng.below(LEVELS)).collect();
    let mut order: Vec<usize> = (0..d).collect();
    for i in (1..d).rev() {
        order.swap(i, rng.below(i as u64 + 1) as usize);
    }
    let point = |levels: &[u64]| levels.iter().map(|&l| l as f64 / top).collect::<Vec<f64>>();
    unit.push(point(&levels));
    for j in order {
        // From each level there is one that is half of the levels away.
        let before = levels[j];
        levels[j] = (before + half) % LEVELS;
        unit.push(point(&levels));
        moved.push((j, (levels[j] as f64 - before as f64) / top));
    }
}
