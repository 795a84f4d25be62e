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

impl Span {
    /// The span of an axis for these values: the one asked for, or else one that shows all of them.
    /// `None` if there is no value to show.
    pub(crate) fn of(
        axis: &Axis,
        fit: Fit,
        values: impl Iterator<Item = f64>,
    ) -> Result<Option<Self>, PlotError> {
        let log = axis.scale == Scale::Log;
        if let Some((low, high)) = axis.range {
            let valid = low.is_finite() && high.is_finite() && low < high && (!log || low > 0.0);
            if !valid {
                return Err(PlotError::Range { axis: axis.label.clone(), low, high, log });
            }
            let (low, high) = if log { (low.log10(), high.log10()) } else { (low, high) };
            return Ok(Some(Self { low, high, scale: axis.scale }.opened()));
        }
        let mut ends: Option<(f64, f64)> = None;
        for value in values.filter_map(|v| shown(v, axis.scale)) {
            let (low, high) = ends.unwrap_or((value, value));
            ends = Some((low.min(value), high.max(value)));
        }
        let Some((low, high)) = ends else { return Ok(None) };
        let span = Self { low, high, scale: axis.scale };
        Ok(Some(if log { span.aired(fit) } else { span.with_zero(fit).aired(fit) }.opened()))
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
    fn opened(self) -> Self {
        let largest = self.low.abs().max(self.high.abs());
        let width = self.high * 0.5 - self.low * 0.5;
        if width > largest * 1e-9 && width >= f64::MIN_POSITIVE {
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
        Self { low: low.max(f64::MIN), high: (self.high + by).min(f64::MAX), ..self }
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
        for range in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            let axis = Axis { range: Some(range), ..Axis::default() };
            assert!(Span::of(&axis, Fit::Loose, [1.0].into_iter()).is_err(), "{range:?}");
        }
        let axis = Axis { range: Some((0.0, 1.0)), scale: Scale::Log, ..Axis::default() };
        assert!(Span::of(&axis, Fit::Loose, [1.0].into_iter()).is_err());
    }
}
