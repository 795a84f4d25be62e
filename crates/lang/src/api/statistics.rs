//! Statistics of traces.

mod parts;

pub(super) use parts::{change_times, each, one_name, repetition, share_of};
use parts::{extreme, falling, many, spread, when};
use rhai::Dynamic;
use rhai::plugin::*;

use crate::error::raise;
use crate::number::{names, time as time_of};
use crate::value::{cv2, fano, moments, quantile};
use crate::{RhaiResultOf, Trace};
use bioxen_base::units::Duration;

/// Statistics of traces.
#[export_module]
pub mod functions {
    /// The standard deviation of a quantity over the samples of a trace (with n - 1). Unknown values are
    /// left out.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or fewer than two samples.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).sd("host.growth_rate_per_h")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn sd(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        spread("sd", trace, &quantity, crate::value::sd)
    }

    /// The variance of a quantity over the samples of a trace (with n - 1), in the square of its unit.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or fewer than two samples.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).variance("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn variance(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        spread("variance", trace, &quantity, |values| moments(values).1)
    }

    /// The squared coefficient of variation, variance / mean², over the samples of a trace: the
    /// noise of gene expression as Elowitz et al. (Science 297:1183, 2002) give it. Not finite when
    /// the mean is 0.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or fewer than two samples.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).cv2("host.growth_rate_per_h")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn cv2(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        spread("cv2", trace, &quantity, super::cv2)
    }

    /// The Fano factor, variance / mean, over the samples of a trace: 1 for independent births and
    /// deaths, more for bursts. Not finite when the mean is 0.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or fewer than two samples.
    ///
    /// # Source
    /// As a measure of noise in gene expression: Thattai & van Oudenaarden, *PNAS* 98:8614 (2001).
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).fano("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn fano(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        spread("fano", trace, &quantity, super::fano)
    }

    /// The median of a quantity over the samples of a trace: the value in the middle, or the mean of
    /// the two values in the middle.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).median("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn median(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        each("median", trace, &quantity, |c| Ok(quantile(&c.values, 0.5)))
    }

    /// A quantile of a quantity over the samples of a trace, by linear interpolation between order
    /// statistics (type 7 of Hyndman & Fan, Am. Stat. 50:361, 1996).
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    /// * `share` - from `0`, the smallest, to `1`, the largest; `0.5` is the median
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or the share is not within 0 to 1.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).quantile("host.ribosomes", 0.9)
    /// ```
    #[rhai_fn(global, pure, name = "quantile", return_raw)]
    pub fn trace_quantile(
        trace: &mut Trace,
        quantity: Dynamic,
        share: Dynamic,
    ) -> RhaiResultOf<Dynamic> {
        let share = share_of(&share)?;
        each("quantile", trace, &quantity, |c| Ok(quantile(&c.values, share)))
    }

    /// The largest value of a quantity in a trace.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or all its values are unknown.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).max("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "max", return_raw)]
    pub fn greatest(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        extreme("max", trace, &quantity, f64::max)
    }

    /// The smallest value of a quantity in a trace.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or all its values are unknown.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).min("host.atp_percent")
    /// ```
    #[rhai_fn(global, pure, name = "min", return_raw)]
    pub fn least(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        extreme("min", trace, &quantity, f64::min)
    }

    /// The first time at which a quantity has its largest value.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or all its values are unknown.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).time_of_max("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn time_of_max(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        when("time_of_max", trace, &quantity, true)
    }

    /// The first time at which a quantity has its smallest value.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or all its values are unknown.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).time_of_min("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn time_of_min(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        when("time_of_min", trace, &quantity, false)
    }

    /// The value of a quantity at a time, by linear interpolation between the samples around it. So a
    /// count of molecules may not be a whole number.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    /// * `time` - cell time, such as `90.s`
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or nothing was recorded at that time.
    ///
    /// # Example
    /// ```rhai
    /// run(2.min).value_at("host.growth_rate_per_h", 90.s)
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn value_at(trace: &mut Trace, quantity: Dynamic, time: Dynamic) -> RhaiResultOf<Dynamic> {
        let time = time_of("the time of value_at", &time).map_err(raise)?;
        each("value_at", trace, &quantity, |c| trace.value_at(c, time))
    }

    /// The fold change of a quantity from the beginning to the end of a trace.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or its first value is 0.
    ///
    /// # Example
    /// ```rhai
    /// run(10.min).fold_change("host.growth_rate_per_h")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn fold_change(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        let (from, to) = trace.ends();
        each("fold_change", trace, &quantity, |c| trace.fold_change(c, from, to))
    }

    /// The fold change of a quantity between two times.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    /// * `from`, `to` - cell times, such as `2.min`; values between samples are interpolated
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or if nothing was recorded at one of the
    /// times, or the first value is 0.
    ///
    /// # Example
    /// ```rhai
    /// run(10.min).fold_change("host.growth_rate_per_h", 2.min, 8.min)
    /// ```
    #[rhai_fn(global, pure, name = "fold_change", return_raw)]
    pub fn fold_change_between(
        trace: &mut Trace,
        quantity: Dynamic,
        from: Dynamic,
        to: Dynamic,
    ) -> RhaiResultOf<Dynamic> {
        let (from, to) = change_times(&from, &to)?;
        each("fold_change", trace, &quantity, |c| trace.fold_change(c, from, to))
    }

    /// The period of a quantity that oscillates: the mean interval between the times at which it rises
    /// through its mean over the trace. A rise counts if it starts half a standard deviation below the
    /// mean, or half of the way to the smallest value if that is nearer, and goes as far above the mean.
    /// So noise around the mean does not count. Cut off the time before the oscillation with `between`.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, it rises less than three times, or the
    /// intervals vary by more than half of their mean: then it has no period.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// install_package("repressilator_model");
    /// solver("deterministic");
    /// let ring = run(600.min).between(200.min, 600.min);
    /// print(ring.period("repressilator_model.PX"));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn period(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        many("period", trace, &quantity, |c| Ok(Dynamic::from(Duration::from(trace.period(c)?))))
    }

    /// The half-life of a quantity that falls, from the slope of its logarithm over the trace
    /// (least squares; values of zero are left out).
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several, or it does not fall, or it is negative
    /// somewhere.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// solver("deterministic");
    /// start_transcription(["lacZ"]);
    /// run(20.min);
    /// stop_transcription(["lacZ"]);
    /// print(run(30.min).half_life("lacZ.mrna"));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn half_life(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        many("half_life", trace, &quantity, |c| {
            Ok(Dynamic::from(Duration::from(falling(trace, c)?)))
        })
    }

    /// A trace of some quantities only.
    ///
    /// * `quantities` - a name of the trace, a pattern such as `"*.mrna"`, or an array of these
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).select(["host.growth_rate_per_h", "host.ribosomes"])
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn select(trace: &mut Trace, quantities: Dynamic) -> RhaiResultOf<Trace> {
        let wanted = super::names("the quantities of select", &quantities).map_err(raise)?;
        let wanted = trace.full_names(&wanted).map_err(raise)?;
        trace.select(&wanted).map_err(raise)
    }
}
