//! Histograms, with the theoretical distribution.

use crate::PlotError;
use crate::figure::{Axis, Figure, Panel, Series, Style};

/// The largest number of bars.
const MOST: f64 = 200.0;
/// The places at which a curve of expectation is drawn.
const PLACES: usize = 400;

/// A histogram of values as probability density, with the expected density as a curve.
///
/// The bars are as wide as Freedman and Diaconis advise (*Z. Wahrscheinlichkeitstheorie verw. Geb.* 57,
/// 453-476, 1981: twice the interquartile range over the cube root of the number of values), rounded to
/// 1, 2 or 5 times a power of ten; bars of whole numbers are whole numbers wide. The areas of all bars
/// add up to 1. Values that are not finite are left out.
///
/// `expected` is the curve's name and its density [per unit of `x`]; for whole numbers it is asked at
/// whole numbers only, as a probability mass is defined nowhere else.
///
/// # Errors
/// [`PlotError::NothingToPlot`] without a finite value.
///
/// ```
/// use bioxen_plot::{Axis, histogram};
///
/// let copies = [0.0, 1.0, 1.0, 2.0];
/// let half = |n: f64| 0.5_f64.powf(n + 1.0);
/// let figure = histogram(&copies, Axis::new("mRNA", "molecules"), "Copies", Some(("geometric", &half)))?;
/// // Two of four cells have one molecule.
/// assert_eq!(figure.panels[0].series[0].y, [0.25, 0.5, 0.25]);
/// assert_eq!(figure.panels[0].series[1].y, [0.5, 0.25, 0.125]);
/// # Ok::<(), bioxen_plot::PlotError>(())
/// ```
pub fn histogram(
    values: &[f64],
    x: Axis,
    title: &str,
    expected: Option<(&str, &dyn Fn(f64) -> f64)>,
) -> Result<Figure, PlotError> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(low), Some(high)) = (sorted.first().copied(), sorted.last().copied()) else {
        return Err(PlotError::NothingToPlot { figure: title.to_owned() });
    };
    let whole = sorted.iter().all(|v| v.fract() == 0.0 && v.abs() < 1e15);
    let width = width(&sorted, whole);
    // Bars of whole numbers are centred on them.
    let shift = if whole { 0.5 } else { 0.0 };
    let first = ((low + shift) / width).floor();
    // The width makes at most about five times as many bars; this bounds the memory should rounding fail.
    let count = (((high + shift) / width).floor() - first + 1.0).clamp(1.0, 10.0 * MOST) as usize;
    let mut heights = vec![0.0; count];
    let share = 1.0 / sorted.len() as f64 / width;
    for value in &sorted {
        let bar = ((value + shift) / width).floor() - first;
        if let Some(height) = heights.get_mut(bar as usize) {
            *height += share;
        }
    }
    let centre = |i: usize| (first + i as f64 + 0.5) * width - shift;
    let centres: Vec<f64> = (0..count).map(centre).collect();
    let bars = Series::line("simulated", centres.clone(), heights).with_style(Style::Bars);
    let mut series = vec![bars];
    // A curve needs more than one place.
    if let Some((name, density)) = expected.filter(|_| low < high) {
        let places: Vec<f64> = if whole && high - low < PLACES as f64 {
            (0..=(high - low) as usize).map(|i| low + i as f64).collect()
        } else {
            let step = (high - low) / PLACES as f64;
            (0..=PLACES).map(|i| low + i as f64 * step).collect()
        };
        let places: Vec<f64> =
            places.into_iter().map(|p| if whole { p.round() } else { p }).collect();
        let y = places.iter().map(|p| density(*p)).collect();
        series.push(Series::line(name, places, y));
    }
    let y = Axis::new("Probability density", inverse(&x.unit));
    Ok(Figure { title: title.to_owned(), panels: vec![Panel { title: None, x, y, series }] })
}

/// The unit of one over a quantity of a unit: of rates a time.
fn inverse(unit: &str) -> String {
    match unit.split_once('/') {
        None if unit.is_empty() => String::new(),
        None => format!("1/{unit}"),
        Some(("1", below)) => below.to_owned(),
        Some((above, below)) => format!("{below}/{above}"),
    }
}

/// The width of the bars for ascending values.
fn width(sorted: &[f64], whole: bool) -> f64 {
    let at = |part: f64| {
        let index = (part * (sorted.len() - 1) as f64).round() as usize;
        sorted.get(index).copied().unwrap_or(0.0)
    };
    let range = at(1.0) * 0.5 - at(0.0) * 0.5;
    let quartiles = at(0.75) * 0.5 - at(0.25) * 0.5;
    let advised = (quartiles / (sorted.len() as f64).cbrt() * 4.0).min(range);
    let least = (range / MOST * 2.0).max(f64::MIN_POSITIVE);
    let wanted = if advised > 0.0 { advised.max(least) } else { (range * 0.2).max(least) };
    if range == 0.0 {
        // One bar around the only value.
        return if whole { 1.0 } else { (at(0.0).abs() * 0.1).max(f64::MIN_POSITIVE) };
    }
    let width = round(wanted);
    if whole { width.round().max(1.0) } else { width }
}

/// The largest 1, 2 or 5 times a power of ten that is not above the value.
fn round(value: f64) -> f64 {
    let text = format!("{value:e}");
    let (digits, power) = text.split_once('e').unwrap_or(("1", "0"));
    let digits: f64 = digits.parse().unwrap_or(1.0);
    let nice = if digits >= 5.0 {
        5
    } else if digits >= 2.0 {
        2
    } else {
        1
    };
    format!("{nice}e{power}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(values: &[f64]) -> Series {
        let figure = histogram(values, Axis::new("x", ""), "", None).unwrap();
        figure.panels[0].series[0].clone()
    }

    #[test]
    fn densities_are_in_one_over_the_unit() {
        let units = ["", "molecules", "1/h", "aa/s", "%"].map(inverse);
        assert_eq!(units, ["", "1/molecules", "h", "s/aa", "1/%"]);
    }

    #[test]
    fn bars_add_up_to_one() {
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i % 97) * 0.37).collect();
        let s = bars(&values);
        let area: f64 = s.y.iter().sum::<f64>() * s.bar_width();
        assert!((area - 1.0).abs() < 1e-9, "{area}");
        assert!(s.x.len() > 5 && s.x.len() <= 401, "{}", s.x.len());
    }

    #[test]
    fn whole_numbers_have_bars_around_them() {
        let s = bars(&[3.0, 3.0, 4.0, 6.0]);
        assert_eq!((s.x, s.y), (vec![3.0, 4.0, 5.0, 6.0], vec![0.5, 0.25, 0.0, 0.25]));
    }

    #[test]
    fn odd_values_are_survived() {
        for values in [
            vec![1.5],
            vec![2.0; 9],
            vec![f64::MAX, f64::MIN],
            vec![0.0, 1e-310],
            vec![f64::NAN, 1.0],
            vec![0.0, 1e18],
            vec![1.0, 1.0, 1.0, 1.0, 1e9],
        ] {
            let s = bars(&values);
            assert!(s.x.len() <= 500, "{values:?}: {}", s.x.len());
            assert!(s.y.iter().any(|v| *v > 0.0), "{values:?}");
        }
        assert!(histogram(&[f64::NAN], Axis::default(), "", None).is_err());
    }
}
