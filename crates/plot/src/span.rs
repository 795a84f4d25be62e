//! The range of values of an axis, and the position of a value on it.

use crate::PlotError;
use crate::figure::{Axis, Scale};

/// The values from one end of an axis to the other; on a logarithmic axis, their decimal logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) scale: Scale,
}

/// How an axis chooses its range from the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// From the first to the last value, as for time.
    Tight,
    /// With some air, and from zero where zero is near.
    Loose,
    /// With some air above, and from zero.
    FromZero,
}

/// The least part of their own size that places must differ by to be told apart.
const PLACES: f64 = 1e-9;
/// The same for what was measured or simulated: where values differ by less than a millionth of their
/// size, what differs is rounding or the tolerance of a solver. Solvers here end at relative errors of
/// 1e-6 and more, and no assay has six figures.
const MEASURED: f64 = 0.5e-6;

impl Span {
    /// The span of an axis of places for these values: the one asked for, or else one that shows all of
    /// them. `None` if there is no value to show.
    pub(crate) fn of(
        axis: &Axis,
        fit: Fit,
        values: impl Iterator<Item = f64>,
    ) -> Result<Option<Self>, PlotError> {
        Self::chosen(axis, fit, values, PLACES)
    }

    /// The same for an axis of quantities. A picture must not blow rounding up to look like an effect:
    /// values that differ by less than about a millionth of their size get a range of a tenth of it to
    /// either side, where they look flat, unless the axis has a range of its own.
    pub(crate) fn measured(
        axis: &Axis,
        fit: Fit,
        values: impl Iterator<Item = f64>,
    ) -> Result<Option<Self>, PlotError> {
        Self::chosen(axis, fit, values, MEASURED)
    }

    fn chosen(
        axis: &Axis,
        fit: Fit,
        values: impl Iterator<Item = f64>,
        least: f64,
    ) -> Result<Option<Self>, PlotError> {
        let scale = axis.drawn_scale();
        let log = scale == Scale::Log;
        let (low, high) = axis.range;
        let valid = |end: f64| end.is_finite() && (!log || end > 0.0);
        let ascending = low.zip(high).is_none_or(|(low, high)| low < high);
        if !ascending || !low.into_iter().chain(high).all(valid) {
            return Err(PlotError::Range { axis: axis.text(), low, high, log });
        }
        let own = |end: f64| if log { end.log10() } else { end };
        let (low, high) = (low.map(own), high.map(own));
        if let (Some(low), Some(high)) = (low, high) {
            return Ok(Some(Self { low, high, scale }.opened(PLACES)));
        }
        let mut ends: Option<(f64, f64)> = None;
        for value in values.filter_map(|v| shown(v, scale)) {
            let (low, high) = ends.unwrap_or((value, value));
            ends = Some((low.min(value), high.max(value)));
        }
        let Some(ends) = ends else { return Ok(None) };
        let span = Self { low: ends.0, high: ends.1, scale };
        let span = if axis.is_named() {
            // Half a place of air at either side; more beside one or two, which would look like walls.
            let count = axis.categories.len() as f64;
            let more = if fit == Fit::Tight { 0.0 } else { 0.25 * (3.0 - count).max(0.0) };
            let air = 0.5 + more;
            Self { low: -air, high: count - 1.0 + air, scale }
        } else if log {
            span.aired(fit).opened(least)
        } else {
            span.with_zero(fit).aired(fit).opened(least)
        };
        Ok(Some(span.cut(low, high)))
    }

    /// The same with an end that was asked for. All values may lie beyond it.
    fn cut(self, low: Option<f64>, high: Option<f64>) -> Self {
        let beside = |end: f64| match self.scale {
            Scale::Log => 1.0,
            Scale::Linear if end == 0.0 => 1.0,
            Scale::Linear => end.abs() * 0.1,
        };
        match (low, high) {
            (Some(low), _) if low < self.high => Self { low, ..self }.opened(PLACES),
            (Some(low), _) => Self { low, high: low + beside(low), ..self }.opened(PLACES),
            (_, Some(high)) if self.low < high => Self { high, ..self }.opened(PLACES),
            (_, Some(high)) => Self { low: high - beside(high), high, ..self }.opened(PLACES),
            (None, None) => self,
        }
    }

    /// The span of an axis without any value.
    pub(crate) fn empty(scale: Scale) -> Self {
        Self { low: 0.0, high: 1.0, scale }
    }

    /// The ends as values.
    pub(crate) fn ends(&self) -> (f64, f64) {
        match self.scale {
            Scale::Linear => (self.low, self.high),
            Scale::Log => (10f64.powf(self.low), 10f64.powf(self.high)),
        }
    }

    /// Where a value lies: 0 at the low end, 1 at the high end; `None` if it cannot be shown.
    pub(crate) fn fraction(&self, value: f64) -> Option<f64> {
        shown(value, self.scale).map(|v| self.place(v))
    }

    /// The same for a value already on the axis' own scale.
    pub(crate) fn place(&self, v: f64) -> f64 {
        // Halves, as the difference of two huge values may be infinite.
        let (half, low, high) = (v * 0.5, self.low * 0.5, self.high * 0.5);
        // Far outside is outside: keep the number small enough for what follows.
        ((half - low) / (high - low)).clamp(-1e4, 1e4)
    }

    fn with_zero(self, fit: Fit) -> Self {
        // Where the lowest value is most of the highest, starting at zero would flatten the curve.
        const MOST: f64 = 0.7;
        let (mut low, mut high) = (self.low, self.high);
        let near = |inner: f64, outer: f64| fit == Fit::FromZero || inner <= MOST * outer;
        if fit != Fit::Tight {
            if low > 0.0 && near(low, high) {
                low = 0.0;
            }
            if high < 0.0 && near(-high, -low) {
                high = 0.0;
            }
        }
        Self { low, high, ..self }
    }

    fn aired(self, fit: Fit) -> Self {
        const AIR: f64 = 0.05;
        if fit == Fit::Tight {
            return self;
        }
        let air = (self.high * 0.5 - self.low * 0.5) * 2.0 * AIR;
        let air = if air.is_finite() { air } else { 0.0 };
        let linear = self.scale == Scale::Linear;
        let low = if linear && self.low == 0.0 { 0.0 } else { self.low - air };
        let high = if linear && self.high == 0.0 { 0.0 } else { self.high + air };
        Self { low: low.max(f64::MIN), high: high.min(f64::MAX), ..self }
    }

    /// The same, widened if it is too narrow to tell its ends apart, as for a constant.
    fn opened(self, least: f64) -> Self {
        let largest = self.low.abs().max(self.high.abs());
        let width = self.high * 0.5 - self.low * 0.5;
        // Equal ratios are equal distances of logarithms, however large these are.
        let ratio = self.scale == Scale::Linear
            || least == PLACES
            || width > least * std::f64::consts::LOG10_E;
        let told = match self.scale {
            Scale::Linear => largest * least,
            Scale::Log => largest * PLACES,
        };
        if ratio && width > told && width >= f64::MIN_POSITIVE {
            return self;
        }
        let by = match self.scale {
            Scale::Log => 0.5,
            Scale::Linear if largest < 1e-290 => 1.0,
            Scale::Linear => largest * 0.1,
        };
        let low = if self.scale == Scale::Linear && self.low >= 0.0 && self.low < by {
            0.0
        } else {
            self.low - by
        };
        // The middle of a flat range lies between two of the 64 colours of a map, where rounding would
        // show as stripes; this is the middle of a colour.
        let above = if self.low < self.high { by * 32.0 / 31.0 } else { by };
        Self { low: low.max(f64::MIN), high: (self.high + above).min(f64::MAX), ..self }
    }
}

/// The value on the axis' own scale; `None` if it has no place there.
fn shown(value: f64, scale: Scale) -> Option<f64> {
    match scale {
        Scale::Linear => value.is_finite().then_some(value),
        Scale::Log => (value.is_finite() && value > 0.0).then(|| value.log10()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(fit: Fit, values: &[f64]) -> Span {
        Span::of(&Axis::default(), fit, values.iter().copied()).unwrap().unwrap()
    }

    #[test]
    fn loose_spans_start_at_zero_where_it_is_near() {
        let near = span(Fit::Loose, &[2.0, 10.0]);
        assert_eq!((near.low, near.high), (0.0, 10.5));
        let far = span(Fit::Loose, &[9.0, 10.0]);
        assert_eq!((far.low, far.high), (8.95, 10.05));
        let forced = span(Fit::FromZero, &[9.0, 10.0]);
        assert_eq!((forced.low, forced.high), (0.0, 10.5));
        let below = span(Fit::Loose, &[-10.0, -1.0]);
        assert_eq!((below.low, below.high), (-10.5, 0.0));
        let tight = span(Fit::Tight, &[2.0, f64::NAN, 10.0, f64::INFINITY]);
        assert_eq!((tight.low, tight.high), (2.0, 10.0));
    }

    #[test]
    fn constants_and_extremes_still_have_a_width() {
        let all = [0.0, 1e-320, 5.0, -5.0, 1e15, f64::MAX, f64::MIN, f64::MIN_POSITIVE];
        for value in all {
            for fit in [Fit::Tight, Fit::Loose, Fit::FromZero] {
                let s = span(fit, &[value]);
                assert!(s.low < s.high, "{value:e} {fit:?} {s:?}");
                let f = s.fraction(value).unwrap();
                assert!((0.0..=1.0).contains(&f), "{value:e} {fit:?} {f}");
            }
        }
        let wide = span(Fit::Loose, &[f64::MIN, f64::MAX]);
        assert_eq!(wide.fraction(0.0), Some(0.5));
    }

    #[test]
    fn rounding_is_flat_on_axes_of_quantities_and_places_are_told_apart() {
        let of = |scale: Scale, values: [f64; 2]| {
            let axis = Axis { scale, ..Axis::default() };
            let s = Span::measured(&axis, Fit::Loose, values.into_iter()).unwrap().unwrap();
            (s.fraction(values[1]).unwrap() - s.fraction(values[0]).unwrap()).abs()
        };
        for scale in [Scale::Linear, Scale::Log] {
            for size in [1e-9, 0.5, 1.0, 7e8] {
                assert!(of(scale, [size, size * (1.0 + 5e-7)]) < 1e-5, "{scale:?} {size}");
                assert!(of(scale, [size, size * (1.0 + 5e-6)]) > 0.5, "{scale:?} {size}");
            }
        }
        // Two neighbours on a genome.
        let s = span(Fit::Loose, &[4_000_000.0, 4_000_001.0]);
        assert!(s.fraction(4_000_001.0).unwrap() - s.fraction(4_000_000.0).unwrap() > 0.5);
        // A range that was asked for stays.
        let axis = Axis { range: (Some(1.0), Some(1.0 + 1e-8)), ..Axis::default() };
        let s = Span::measured(&axis, Fit::Loose, [1.0].into_iter()).unwrap().unwrap();
        assert_eq!((s.low, s.high), (1.0, 1.0 + 1e-8));
    }

    #[test]
    fn a_logarithmic_axis_leaves_out_what_it_cannot_show() {
        let axis = Axis { scale: Scale::Log, ..Axis::default() };
        let s = Span::of(&axis, Fit::Tight, [0.0, -1.0, 1.0, 100.0].into_iter()).unwrap().unwrap();
        assert_eq!((s.low, s.high), (0.0, 2.0));
        assert_eq!(s.fraction(10.0), Some(0.5));
        assert_eq!(s.fraction(0.0), None);
        assert!(Span::of(&axis, Fit::Tight, [0.0].into_iter()).unwrap().is_none());
    }

    #[test]
    fn impossible_ranges_are_refused() {
        let both = |low, high| (Some(low), Some(high));
        for range in [
            both(1.0, 1.0),
            both(2.0, 1.0),
            both(f64::NAN, 1.0),
            both(0.0, f64::INFINITY),
            (Some(f64::NAN), None),
            (None, Some(f64::NEG_INFINITY)),
        ] {
            let axis = Axis { range, ..Axis::default() };
            assert!(Span::of(&axis, Fit::Loose, [1.0].into_iter()).is_err(), "{range:?}");
        }
        for range in [both(0.0, 1.0), (Some(-1.0), None), (None, Some(0.0))] {
            let axis = Axis { range, scale: Scale::Log, ..Axis::new("Protein", "nM") };
            let error = Span::of(&axis, Fit::Loose, [1.0].into_iter()).unwrap_err().to_string();
            assert!(error.starts_with("axis `Protein [nM]`: the range "), "{error}");
            assert!(error.contains("above zero on a logarithmic axis"), "{error}");
        }
    }
}
