//! Statistics of ensembles: what chance does to a cell.

mod parts;

use parts::{of_each, over, per_run, tabled};
use rhai::Dynamic;
use rhai::plugin::*;

use super::statistics::{change_times, share_of};
use crate::error::raise;
use crate::number::{names, time as time_of};
use crate::value::{Ensemble, cv2, fano, moments, quantile};
use crate::{RhaiResultOf, Table};

/// Statistics of ensembles.
#[export_module]
pub mod functions {
    /// The mean of a quantity over the repetitions, at each time.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).mean("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "mean", return_raw)]
    pub fn mean(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        over("mean", 1, ensemble, &quantity, crate::value::mean)
    }

    /// The standard deviation of a quantity over the repetitions (with n - 1), at each time.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or there is only one repetition.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).sd("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "sd", return_raw)]
    pub fn sd(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        over("sd", 2, ensemble, &quantity, crate::value::sd)
    }

    /// The variance of a quantity over the repetitions (with n - 1), at each time.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or there is only one repetition.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).variance("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "variance", return_raw)]
    pub fn variance(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        over("variance", 2, ensemble, &quantity, |v| moments(v).1)
    }

    /// The squared coefficient of variation of a quantity over the repetitions, variance / mean², at
    /// each time; not finite where the mean is 0.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or there is only one repetition.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).cv2("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "cv2", return_raw)]
    pub fn squared_variation(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        over("cv2", 2, ensemble, &quantity, super::cv2)
    }

    /// The Fano factor of a quantity over the repetitions, variance / mean, at each time; not finite
    /// where the mean is 0.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or there is only one repetition.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).fano("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "fano", return_raw)]
    pub fn fano_factor(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        over("fano", 2, ensemble, &quantity, super::fano)
    }

    /// The median of a quantity over the repetitions, at each time.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).median("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "median", return_raw)]
    pub fn median(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        over("median", 1, ensemble, &quantity, |v| quantile(v, 0.5))
    }

    /// The smallest value of a quantity among the repetitions, at each time.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).min("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "min", return_raw)]
    pub fn least(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        over("min", 1, ensemble, &quantity, |v| quantile(v, 0.0))
    }

    /// The largest value of a quantity among the repetitions, at each time.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).max("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "max", return_raw)]
    pub fn greatest(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        over("max", 1, ensemble, &quantity, |v| quantile(v, 1.0))
    }

    /// A quantile of a quantity over the repetitions, at each time, by linear interpolation between
    /// order statistics (type 7 of Hyndman & Fan, Am. Stat. 50:361, 1996).
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    /// * `share` - from `0`, the smallest, to `1`, the largest; `0.5` is the median
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or the share is not within 0 to 1.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).quantile("host.ribosomes", 0.5)
    /// ```
    #[rhai_fn(global, pure, name = "quantile", return_raw)]
    pub fn quantile_of(
        ensemble: &mut Ensemble,
        quantity: Dynamic,
        share: Dynamic,
    ) -> RhaiResultOf<Dynamic> {
        let share = share_of(&share)?;
        over("quantile", 1, ensemble, &quantity, |v| quantile(v, share))
    }

    /// The last values of a quantity, one for each repetition.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).final("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "final", return_raw)]
    pub fn last(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        of_each("final", ensemble, &quantity, |place| Ok(ensemble.last_at(place)))
    }

    /// The values of a quantity at a time, one for each repetition, by linear interpolation between the
    /// samples around it.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    /// * `time` - cell time, such as `90.s`
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or nothing was recorded at that time.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 2.min).value_at("host.ribosomes", 90.s)
    /// ```
    #[rhai_fn(global, pure, name = "value_at", return_raw)]
    pub fn values_at(
        ensemble: &mut Ensemble,
        quantity: Dynamic,
        time: Dynamic,
    ) -> RhaiResultOf<Dynamic> {
        let time = time_of("the time of value_at", &time).map_err(raise)?;
        per_run("value_at", ensemble, &quantity, |run, c| run.value_at(c, time))
    }

    /// The fold change of a quantity from the beginning to the end, one number for each repetition.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or its first value is 0.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).fold_change("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "fold_change", return_raw)]
    pub fn changes(ensemble: &mut Ensemble, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        per_run("fold_change", ensemble, &quantity, |run, c| {
            let (from, to) = run.ends();
            run.fold_change(c, from, to)
        })
    }

    /// The fold change of a quantity between two times, one number for each repetition.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    /// * `from`, `to` - cell times, such as `2.min`; values between samples are interpolated
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or if nothing was recorded at one of
    /// the times, or the first value is 0.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 4.min).fold_change("host.ribosomes", 1.min, 4.min)
    /// ```
    #[rhai_fn(global, pure, name = "fold_change", return_raw)]
    pub fn changes_between(
        ensemble: &mut Ensemble,
        quantity: Dynamic,
        from: Dynamic,
        to: Dynamic,
    ) -> RhaiResultOf<Dynamic> {
        let (from, to) = change_times(&from, &to)?;
        per_run("fold_change", ensemble, &quantity, |run, c| run.fold_change(c, from, to))
    }

    /// An ensemble of some quantities only.
    ///
    /// * `quantities` - a name, a pattern such as `"*.mrna"`, or an array of these
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 1.min).select("host.*")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn select(ensemble: &mut Ensemble, quantities: Dynamic) -> RhaiResultOf<Ensemble> {
        let wanted = super::names("the quantities of select", &quantities).map_err(raise)?;
        ensemble.select(&wanted).map_err(raise)
    }

    /// The part of an ensemble between two times, both included.
    ///
    /// * `from` - the beginning, such as `10.min`
    /// * `to` - the end, such as `20.min`
    ///
    /// # Errors
    /// If an argument is not a time, or nothing was recorded between the two times.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 2.min).between(1.min, 2.min).mean("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn between(ensemble: &mut Ensemble, from: Dynamic, to: Dynamic) -> RhaiResultOf<Ensemble> {
        let from = time_of("the first time of between", &from).map_err(raise)?;
        let to = time_of("the second time of between", &to).map_err(raise)?;
        ensemble.between(from, to).map_err(raise)
    }

    /// The mean and the standard deviation of some quantities over the repetitions, as a table with a row
    /// for each sample.
    ///
    /// * `quantities` - a name, a pattern such as `"*.mrna"`, or an array of these
    ///
    /// # Errors
    /// If a name fits no recorded quantity, or several, or there is only one repetition.
    ///
    /// # Example
    /// ```rhai
    /// print(ensemble(3, 1.min).table("host.ribosomes"));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn table(ensemble: &mut Ensemble, quantities: Dynamic) -> RhaiResultOf<Table> {
        tabled(ensemble, &quantities, None)
    }

    /// The same, with a row at every interval and one at the end; values between samples are interpolated.
    ///
    /// * `quantities` - a name, a pattern such as `"*.mrna"`, or an array of these
    /// * `interval` - from one row to the next, such as `5.min`
    ///
    /// # Errors
    /// As without this argument; also if the interval is not a positive time, or is shorter than that
    /// between samples.
    ///
    /// # Example
    /// ```rhai
    /// print(ensemble(3, 4.min).table("host.ribosomes", 2.min));
    /// ```
    #[rhai_fn(global, pure, name = "table", return_raw)]
    pub fn table_every(
        ensemble: &mut Ensemble,
        quantities: Dynamic,
        interval: Dynamic,
    ) -> RhaiResultOf<Table> {
        let interval = time_of("the interval of table", &interval).map_err(raise)?;
        tabled(ensemble, &quantities, Some(interval))
    }
}
