//! The ticks of an axis and their numbers.
//!
//! Ticks lie at whole multiples of 1, 2 or 5 times a power of ten, of 15, 30 or 60 for times; they are
//! computed and printed as whole numbers, so that no rounding shows.

use crate::figure::{Axis, Scale};
use crate::span::Span;

/// The marks of an axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Ticks {
    /// Where each mark lies, from 0 to 1, and its number.
    pub(crate) marks: Vec<(f64, String)>,
    /// The power of ten that the numbers are to be multiplied by.
    pub(crate) power: i32,
}

impl Ticks {
    /// About `wanted` marks for an axis, or one for each of its names.
    pub(crate) fn of(axis: &Axis, span: &Span, wanted: usize) -> Self {
        if axis.is_named() {
            return Self::named(axis, span);
        }
        let wanted = wanted.clamp(2, 20);
        let of = |wanted| match span.scale {
            Scale::Linear => linear(span, Step::choose(axis, span, wanted)),
            Scale::Log => logarithmic(span, wanted).with_zero(axis, span),
        };
        // One mark tells no distance.
        let more = (wanted..=20).map(of).find(|ticks| ticks.marks.len() > 1);
        more.unwrap_or_else(|| of(wanted))
    }

    fn named(axis: &Axis, span: &Span) -> Self {
        let places = axis.categories.iter().enumerate();
        let marks = places.map(|(i, name)| (span.place(i as f64), name.clone()));
        Self { marks: marks.filter(|m| (0.0..=1.0).contains(&m.0)).collect(), power: 0 }
    }

    /// The same with a mark for zero, and none so near to it that it would seem to be on the scale.
    fn with_zero(mut self, axis: &Axis, span: &Span) -> Self {
        let Some(place) = axis.zero.and_then(|zero| span.fraction(zero)) else { return self };
        if (0.0..=1.0).contains(&place) {
            let free = place + 0.1 / (span.high - span.low).max(0.1);
            // There is no half of a molecule.
            let one = span.fraction(0.9).filter(|_| axis.is_of_things()).unwrap_or(free);
            let free = free.max(one);
            self.marks.retain(|mark| mark.0 > free);
            self.marks.insert(0, (place, "0".to_owned()));
        }
        self
    }

    /// The same with at most `most` marks, and none longer than `cut` makes it.
    pub(crate) fn short(mut self, most: usize, cut: impl Fn(&str) -> String) -> Self {
        let every = self.marks.len().div_ceil(most.max(1)).max(1);
        self.marks = self.marks.into_iter().step_by(every).collect();
        self.marks.iter_mut().for_each(|m| m.1 = cut(&m.1));
        self
    }

    /// The axis' label, with the power of ten in front of the unit.
    pub(crate) fn label(&self, axis: &Axis) -> String {
        if self.power == 0 {
            return axis.text();
        }
        let unit = format!("10{} {}", superscript(self.power), axis.unit);
        Axis::new(axis.label.clone(), unit.trim_end()).text()
    }
}

/// The distance of two marks: `digits` times ten to the `power`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    digits: i64,
    power: i32,
}

impl Step {
    fn value(self) -> f64 {
        decimal(self.digits, self.power)
    }

    fn choose(axis: &Axis, span: &Span, wanted: usize) -> Self {
        // Halves, as the difference of two huge values may be infinite.
        let least = (span.high * 0.5 - span.low * 0.5) / wanted as f64 * 2.0;
        // A step that is too small by rounding only is the right one.
        let least = (least * (1.0 - 1e-9)).clamp(f64::MIN_POSITIVE, f64::MAX);
        for digits in clock(&axis.unit) {
            let step = Self { digits: *digits, power: 0 };
            if least >= 1.0 && step.value() >= least {
                return step;
            }
        }
        let (digits, power) = nice_step(least);
        let step = Self { digits, power };
        if axis.counts() && step.power < 0 { Self { digits: 1, power: 0 } } else { step }
    }
}

/// The least 1, 2 or 5 times a power of ten that is not below a positive value: its digit and power.
pub(crate) fn nice_step(least: f64) -> (i64, i32) {
    let power = exponent(least);
    let digit = [1, 2, 5].into_iter().find(|d| decimal(*d, power) >= least);
    digit.map_or((1, power + 1), |d| (d, power))
}

/// Steps that suit a unit of time, beyond the powers of ten.
fn clock(unit: &str) -> &'static [i64] {
    match unit {
        "min" | "s" => &[1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 300, 360, 600, 720, 1440],
        "h" => &[1, 2, 3, 4, 6, 12, 24, 48, 72, 96, 120, 168],
        _ => &[],
    }
}

fn linear(span: &Span, step: Step) -> Ticks {
    // No choice of step gives more; this bounds the work should rounding fail.
    const MOST: usize = 50;
    let size = step.value();
    // A mark that misses an end by rounding still belongs to the axis.
    let slack = 1e-6;
    let first = (span.low / size - slack).ceil();
    let last = (span.high / size + slack).floor();
    let power = power_of(span.low.abs().max(span.high.abs()));
    let mut marks = Vec::new();
    let mut at = first;
    while at <= last && marks.len() < MOST {
        let place = span.place(at * size).clamp(0.0, 1.0);
        marks.push((place, decimal_text(at as i128 * i128::from(step.digits), step.power - power)));
        at += 1.0;
    }
    // Where neighbours cannot be told apart any more, numbers repeat: better none.
    marks.dedup_by(|a, b| a.0 <= b.0 || a.1 == b.1);
    Ticks { marks, power }
}

fn logarithmic(span: &Span, wanted: usize) -> Ticks {
    let (first, last) = (span.low.floor() as i32, span.high.ceil() as i32);
    let decades = span.high - span.low;
    let digits: &[i64] = if decades < 1.0 {
        &[1, 2, 3, 4, 5, 6, 7, 8, 9]
    } else if decades <= 2.5 {
        &[1, 2, 5]
    } else {
        &[1]
    };
    let stride = (decades / wanted as f64).ceil().max(1.0) as i32;
    let powers = span.low < -3.5 || span.high > 6.0;
    let mut marks = Vec::new();
    for power in (first..=last).filter(|p| p.rem_euclid(stride) == 0) {
        for d in digits {
            let at = f64::from(power) + (*d as f64).log10();
            if at < span.low - 1e-9 || at > span.high + 1e-9 {
                continue;
            }
            let text = match (powers, d) {
                (false, _) => decimal_text(i128::from(*d), power),
                (true, 1) => format!("10{}", superscript(power)),
                (true, _) => format!("{d}×10{}", superscript(power)),
            };
            marks.push((*d, span.place(at).clamp(0.0, 1.0), text));
        }
    }
    Ticks { marks: spread(marks, 0.8 / wanted as f64), power: 0 }
}

/// The marks of a part of a decade that are not too near to one that is rounder.
fn spread(marks: Vec<(i64, f64, String)>, least: f64) -> Vec<(f64, String)> {
    const ROUND_FIRST: [i64; 9] = [1, 2, 5, 3, 4, 6, 8, 7, 9];
    if marks.iter().all(|mark| matches!(mark.0, 1 | 2 | 5)) {
        return marks.into_iter().map(|(_, at, text)| (at, text)).collect();
    }
    let mut kept: Vec<(f64, String)> = Vec::new();
    for digit in ROUND_FIRST {
        for (_, at, text) in marks.iter().filter(|mark| mark.0 == digit) {
            if kept.iter().all(|(other, _)| (at - other).abs() >= least) {
                kept.push((*at, text.clone()));
            }
        }
    }
    kept.sort_by(|a, b| a.0.total_cmp(&b.0));
    kept
}

/// The power of ten to take out of numbers up to `largest`: a multiple of three, and none between a
/// hundredth and a million.
fn power_of(largest: f64) -> i32 {
    if largest == 0.0 || (1e-2..1e6).contains(&largest) {
        return 0;
    }
    exponent(largest).div_euclid(3) * 3
}

/// The decimal exponent of a positive number, exactly.
fn exponent(value: f64) -> i32 {
    // The logarithm may be off by one next to a power of ten; the printed form is not.
    format!("{value:e}").split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0)
}

/// The float nearest to `digits` times ten to the `power`.
pub(crate) fn decimal(digits: i64, power: i32) -> f64 {
    format!("{digits}e{power}").parse().unwrap_or(f64::MAX)
}

/// Prints `digits` times ten to the `power` without an exponent, thousands apart.
pub(crate) fn decimal_text(digits: i128, power: i32) -> String {
    let sign = if digits < 0 { "−" } else { "" };
    let mut figures = digits.unsigned_abs().to_string();
    if power >= 0 && digits != 0 {
        figures.push_str(&"0".repeat(power.unsigned_abs() as usize));
        return format!("{sign}{}", thousands(&figures));
    }
    let decimals = if power < 0 { power.unsigned_abs() as usize } else { 0 };
    let missing = (decimals + 1).saturating_sub(figures.len());
    figures.insert_str(0, &"0".repeat(missing));
    let (whole, rest) = figures.split_at(figures.len() - decimals);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{rest}", thousands(whole))
}

/// Narrow spaces between groups of three figures, as ISO 80000-1 has them.
fn thousands(figures: &str) -> String {
    let mut text = String::new();
    for (i, figure) in figures.chars().enumerate() {
        if i > 0 && (figures.len() - i).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(figure);
    }
    text
}

/// A whole number as an exponent.
fn superscript(value: i32) -> String {
    const FIGURES: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise =
        |c: char| c.to_digit(10).and_then(|d| FIGURES.get(d as usize)).copied().unwrap_or('⁻');
    value.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests;
