//! Fits that look beyond the starts.

use rayon::prelude::*;

use super::model::Model;
use super::noise::{Noise, scale};
use super::parameters::range;
use super::wishes::{Method, Wishes};
use crate::LangError;
use bioxen_engine::StopToken;
use bioxen_study::least_squares::Fit;
use bioxen_study::{Range, Space, StudyError, design, global};

/// How near the values of a search must come before the local fit takes over.
const TOLERANCE: f64 = 1e-4;

/// Sums of squares that differ by less than this part are the same optimum.
const SAME: f64 = 1e-6;

/// What came of a search.
pub(super) struct Found {
    /// The best fit.
    pub(super) fit: Fit,
    /// How many fits were begun, and how many of them reached the best.
    pub(super) starts: Option<(usize, usize)>,
    /// How the search ended, in words.
    pub(super) how: String,
}

/// Fits by the method that was asked for.
///
/// # Errors
/// Those of the study; and when a search lacks the bounds of a parameter.
pub(super) fn find(
    model: &Model<'_>,
    space: &Space,
    wishes: &Wishes,
    stop: &StopToken,
) -> Result<Found, LangError> {
    match wishes.method {
        Method::Local => {
            let fit = model.solve(space, stop)?;
            let how = "Levenberg-Marquardt from the starts".to_owned();
            Ok(Found { fit, starts: None, how })
        }
        Method::MultiStart(starts) => many(model, space, starts, wishes.seed, stop),
        Method::Global { by, evaluations } => {
            let mut ranges = ranges(space)?;
            for (set, follows) in model.noise.unknown() {
                let size = if follows { 1.0 } else { scale(&model.sets.all[set]) };
                ranges.push(
                    Range::new(format!("noise {set} {follows}"), 1e-4 * size, 10.0 * size)?
                        .log()?,
                );
            }
            let options = global::Options {
                method: by,
                seed: wishes.seed,
                population: 0,
                most_evaluations: evaluations,
                tolerance: TOLERANCE,
            };
            model.pool.expect(evaluations);
            let best = global::minimise(&ranges, |x: &[f64]| model.objective(x), &options, stop);
            let best = best.map_err(|error| match error {
                StudyError::Stopped if !stop.is_stopped() => LangError::WrongType {
                    what: "evaluations of fit".to_owned(),
                    expected: "enough for one generation of the search",
                    got: evaluations.to_string(),
                },
                error => error.into(),
            })?;
            model.pool.expect(0);
            let start = &best.values[..space.len()];
            let mut fit = model.solve(&space.starting_at(start)?, stop)?;
            fit.evaluations += best.failures.tried;
            let name = match by {
                global::Method::DifferentialEvolution => "differential evolution",
                global::Method::CmaEs => "CMA-ES",
            };
            let how = format!("{name} ({}), then Levenberg-Marquardt", best.ended);
            Ok(Found { fit, starts: None, how })
        }
    }
}

pub(super) fn ranges(space: &Space) -> Result<Vec<Range>, LangError> {
    space.parameters().iter().map(range).collect()
}

/// Fits from the starts, and from the points of a Latin hypercube, side by side.
fn many(
    model: &Model<'_>,
    space: &Space,
    count: usize,
    seed: u64,
    stop: &StopToken,
) -> Result<Found, LangError> {
    let mut points = vec![space.starts()];
    points.extend(design::latin_hypercube(&ranges(space)?, count, seed)?.points);
    points.truncate(count);
    let one = |values: &Vec<f64>| -> Result<(f64, Fit), StudyError> {
        if stop.is_stopped() {
            return Err(StudyError::Stopped);
        }
        let fit = model.solve(&space.starting_at(values)?, stop)?;
        let objective = match model.noise {
            Noise::Plain { .. } => fit.misfit.rss,
            Noise::Modelled(_) => model.objective(&fit.values).unwrap_or(f64::INFINITY),
        };
        Ok((objective, fit))
    };
    let results: Vec<_> = points.par_iter().map(one).collect();
    if stop.is_stopped() {
        return Err(LangError::Stopped);
    }
    let evaluations: usize = results.iter().flatten().map(|(_, fit)| fit.evaluations).sum();
    let mut first_error = None;
    let mut found: Vec<(f64, Fit)> = Vec::new();
    for result in results {
        match result {
            Ok(fit) => found.push(fit),
            Err(error) => _ = first_error.get_or_insert(error),
        }
    }
    // Stable: of equals the first stays first.
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(best) = found.first().map(|found| found.0) else {
        return Err(first_error.unwrap_or(StudyError::Stopped).into());
    };
    let near = SAME * best.abs() + SAME * SAME * model.measured.len() as f64;
    let at_best = found.iter().filter(|(objective, _)| objective - best <= near).count();
    let mut fit = found.swap_remove(0).1;
    fit.evaluations = evaluations;
    let how =
        format!("Levenberg-Marquardt from {count} starts, of which {at_best} reached the best");
    Ok(Found { fit, starts: Some((count, at_best)), how })
}
