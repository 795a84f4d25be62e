//! Fits of functions of the script to what was measured.

mod model;
mod noise;
mod parameters;
mod posterior;
mod report;
mod search;
mod sets;
mod told;
mod wishes;

use rhai::{Array, Dynamic, FnPtr, Map, NativeCallContext};

use super::error::raise;
use super::sweep;
use super::value::Fit;
use super::world::with;
use super::{LangError, RhaiResultOf};
use bioxen_engine::StopToken;
use bioxen_study::Space;
use model::Model;
use noise::Noise;
use parameters::parameters;
use sets::Sets;
use told::Telling;
use wishes::Method;
pub use wishes::Wishes;

/// Fits the parameters of a function of the script: what it gives for them is compared with what was
/// measured, an array, a map of arrays, or a table.
///
/// # Errors
/// When the parameters or what was measured cannot be used, the function fails at the start or gives
/// something else than as many values as were measured, or the user interrupts.
pub fn fit(
    context: &NativeCallContext,
    given: &Map,
    function: &FnPtr,
    measured: &Dynamic,
    wishes: &Wishes,
) -> RhaiResultOf<Fit> {
    let sets = Sets::read(measured, wishes).map_err(raise)?;
    let fitted = parameters(given, &sets, wishes.method).map_err(raise)?;
    let noise = Noise::read(wishes, &sets).map_err(raise)?;
    let space = Space::new(fitted.iter().map(|f| f.parameter.clone()).collect());
    let space = space.map_err(raise)?;
    if wishes.method != Method::Local {
        search::ranges(&space).map_err(raise)?;
    }
    let stop = with(context, |world| Ok::<_, LangError>(world.stop()))?;
    sweep::with_pool(context, "fit", function, &stop, |pool| {
        let model = Model::new(pool, &fitted, &sets, &noise);
        // The first time with the place of what fails.
        model.predicted(&space.starts())?;
        whole(&model, &space, wishes, &stop)
    })
}

fn whole(model: &Model<'_>, space: &Space, wishes: &Wishes, stop: &StopToken) -> RhaiResultOf<Fit> {
    let stopped = || match stop.is_stopped() {
        true => Err(raise(LangError::Stopped)),
        false => Ok(()),
    };
    let found = search::find(model, space, wishes, stop);
    stopped()?;
    let found = found.map_err(raise)?;
    let profiles = match wishes.profile {
        true => Some(model.profiles(&found.fit, wishes.level, stop)),
        false => None,
    };
    stopped()?;
    let profiles = profiles.transpose().map_err(raise)?;
    let posterior = wishes.mcmc.as_ref();
    let posterior =
        posterior.map(|how| posterior::sample(model, &found.fit, how, wishes.level, stop));
    stopped()?;
    let posterior = posterior.transpose().map_err(raise)?;
    let best = &found.fit.values[..model.fitted.len()];
    let (predicted, whole) = (predicted(model, &found.fit, best)?, curves(model, best)?);
    let (profiles, posterior) = (profiles.as_deref(), posterior.as_ref());
    Telling { model, found: &found, profiles, posterior, wishes, predicted, whole }
        .told()
        .map_err(raise)
}

/// What the function predicts with the best values.
fn predicted(
    model: &Model<'_>,
    fit: &bioxen_study::least_squares::Fit,
    best: &[f64],
) -> RhaiResultOf<Vec<f64>> {
    match model.noise {
        Noise::Plain { weights, .. } => {
            let all = fit.misfit.residuals.iter().zip(weights).zip(&model.measured);
            Ok(all.map(|((r, w), m)| m + r / w).collect())
        }
        Noise::Modelled(_) => model.predicted(best),
    }
}

/// What the function gives with the best values, also where nothing was measured, as far as that is numbers.
fn curves(model: &Model<'_>, best: &[f64]) -> RhaiResultOf<Vec<Vec<Option<f64>>>> {
    let give = |unit: crate::series::Unit, x| unit.give(x);
    let argument = parameters::named(model.fitted, best, give).map_err(raise)?;
    let value = model.pool.value(argument.into())?;
    let map = value.read_lock::<Map>().map(|map| map.clone());
    let of = |set: &sets::Set| {
        let own = match (&map, &set.name) {
            (Some(map), Some(name)) => map.get(name.as_str()).cloned().unwrap_or_default(),
            _ => value.clone(),
        };
        let array = own.read_lock::<Array>().map(|array| array.to_vec()).unwrap_or_default();
        let mut numbers: Vec<Option<f64>> =
            array.iter().map(|x| set.unit.read(x).filter(|x| x.is_finite())).collect();
        numbers.resize(set.given, None);
        numbers
    };
    Ok(model.sets.all.iter().map(of).collect())
}
