//! Screening by elementary effects.

use super::Calls;
use crate::design::{Design, MOST_POINTS};
use crate::evaluate::finite;
use crate::statistics::{mean, variance};
use crate::{Range, StudyError};
use bioxen_engine::StopToken;
use bioxen_engine::rng::{Rng, Seed};
use std::fmt::Display;

/// Levels of each parameter; with four of them and steps of two thirds all are visited alike (Morris 1991).
pub const LEVELS: usize = 4;

/// The most levels: more tell nothing new.
const MOST_LEVELS: usize = 1000;

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
    /// How often the model was evaluated; effects that need points at which it failed are left out.
    pub calls: Calls,
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
pub fn morris<E: Display>(
    ranges: &[Range],
    model: impl Fn(&[f64]) -> Result<f64, E> + Sync,
    trajectories: usize,
    seed: u64,
    stop: &StopToken,
) -> Result<Morris, StudyError> {
    let screening = Screening::new(ranges, trajectories, LEVELS, seed)?;
    let design = screening.design();
    let sweep = design.evaluate(|_, p| finite(model(p)), stop);
    if let (Some(first), true) = (sweep.failures.first(), sweep.failures.len() == design.len()) {
        let (at, reason) = (first.at.clone(), first.reason.clone());
        return Err(StudyError::AllFail { tried: design.len(), at, reason });
    }
    let count = sweep.values.iter().flatten().count() + sweep.failures.len();
    Ok(Morris {
        effects: screening.effects(&sweep.values),
        calls: Calls { count, failures: sweep.failures },
        stopped: sweep.stopped,
    })
}

/// The points of a screening, for who evaluates them on their own, such as a model with several outputs.
///
/// # Examples
/// ```
/// use bioxen_study::{Range, sensitivity::Screening};
/// let ranges = [Range::new("a", 0.0, 1.0)?, Range::new("b", 0.0, 10.0)?];
/// let screening = Screening::new(&ranges, 10, 4, 1)?;
/// let values: Vec<_> =
///     screening.design().points.iter().map(|p| Some(3.0 * p[0] + p[1])).collect();
/// assert!((screening.effects(&values)[0].mu_star - 3.0).abs() < 1e-9);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Screening {
    design: Design,
    /// Which parameter moves by how much from each point of a trajectory to the next.
    moved: Vec<(usize, f64)>,
}

impl Screening {
    /// Random trajectories over a grid of so many levels, an even number: a step is half of them, so
    /// `levels / (2 (levels - 1))` of the range (Morris 1991).
    ///
    /// # Errors
    /// [`StudyError::NoParameters`], [`StudyError::TooManyPoints`], [`StudyError::BadSetting`].
    pub fn new(
        ranges: &[Range],
        trajectories: usize,
        levels: usize,
        seed: u64,
    ) -> Result<Self, StudyError> {
        let d = ranges.len();
        if d == 0 {
            return Err(StudyError::NoParameters { what: "a screening" });
        }
        if trajectories == 0 {
            let (setting, value) = ("the number of trajectories", 0.0);
            return Err(StudyError::BadSetting { setting, value, rule: "it must be at least 1" });
        }
        if !levels.is_multiple_of(2) || !(2..=MOST_LEVELS).contains(&levels) {
            let (setting, value) = ("the number of levels", levels as f64);
            let rule = "it must be an even number from 2 to 1000";
            return Err(StudyError::BadSetting { setting, value, rule });
        }
        let points = trajectories.saturating_mul((d + 1).saturating_mul(d));
        if points > MOST_POINTS {
            let what = "the screening";
            return Err(StudyError::TooManyPoints { what, points, most: MOST_POINTS });
        }
        let mut unit = Vec::with_capacity(trajectories * (d + 1));
        let mut moved: Vec<(usize, f64)> = Vec::with_capacity(trajectories * d);
        for t in 0..trajectories {
            let mut rng = Rng::new(Seed::new(seed).replicate(t as u64));
            trajectory(d, levels as u64, &mut rng, &mut unit, &mut moved);
        }
        let names: Vec<String> = ranges.iter().map(|r| r.name().to_owned()).collect();
        let points =
            unit.iter().map(|u| ranges.iter().zip(u).map(|(r, &f)| r.at(f)).collect()).collect();
        Ok(Self { design: Design { names, points }, moved })
    }

    /// Where to evaluate the model.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The effects of all parameters, by what the model gave at each point; those that need a point at which it gave
    /// nothing are left out.
    pub fn effects(&self, values: &[Option<f64>]) -> Vec<Effects> {
        let d = self.design.names.len();
        let mut found: Vec<Vec<f64>> = vec![Vec::new(); d];
        for (k, &(j, step)) in self.moved.iter().enumerate() {
            let first = k / d * (d + 1) + k % d;
            let at = |i: usize| values.get(i).copied().flatten();
            if let (Some(a), Some(b)) = (at(first), at(first + 1)) {
                found[j].push((b - a) / step);
            }
        }
        let of = |(name, e): (&String, &Vec<f64>)| Effects {
            name: name.clone(),
            mu: mean(e),
            mu_star: mean(&e.iter().map(|v| v.abs()).collect::<Vec<_>>()),
            sigma: variance(e).sqrt(),
            count: e.len(),
        };
        self.design.names.iter().zip(&found).map(of).collect()
    }
}

/// The points of one trajectory in the unit cube, and which parameter moves by how much from each to the next.
fn trajectory(
    d: usize,
    count: u64,
    rng: &mut Rng,
    unit: &mut Vec<Vec<f64>>,
    moved: &mut Vec<(usize, f64)>,
) {
    let top = (count - 1) as f64;
    let half = count / 2;
    let mut levels: Vec<u64> = (0..d).map(|_| rng.below(count)).collect();
    let mut order: Vec<usize> = (0..d).collect();
    for i in (1..d).rev() {
        order.swap(i, rng.below(i as u64 + 1) as usize);
    }
    let point = |levels: &[u64]| levels.iter().map(|&l| l as f64 / top).collect::<Vec<f64>>();
    unit.push(point(&levels));
    for j in order {
        // From each level there is one that is half of the levels away.
        let before = levels[j];
        levels[j] = (before + half) % count;
        unit.push(point(&levels));
        moved.push((j, (levels[j] as f64 - before as f64) / top));
    }
}
