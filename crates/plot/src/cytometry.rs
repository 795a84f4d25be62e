//! Cells as a flow cytometer shows them: logarithmic axes, gates, parts in percent.

use std::collections::BTreeMap;

use crate::PlotError;
use crate::body::quantile;
use crate::figure::{Axis, Figure, Panel, Scale, Series, Style};
use crate::tiles::{Rule, Side, Tile, Tiles};

/// The most bins of a decade.
const MOST: f64 = 40.0;
/// The most bins of an axis.
const BINS: f64 = 160.0;
/// The highest of whole numbers that have a bar each.
const MOST_COUNTED: f64 = 20.0;
/// From the lowest bin to that of zeros, and the width of that [decades].
const GAP: f64 = 0.12;
const ZEROS: f64 = 0.14;

/// What was measured on each cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Channel<'a> {
    /// Its name, such as a gene.
    pub name: &'a str,
    /// The unit.
    pub unit: &'a str,
    /// A value for each cell, zero or more; what is not finite is left out.
    pub values: &'a [f64],
    /// Cells of this value or more are positive.
    pub gate: Option<f64>,
}

/// The bins of an axis, with one for zeros beside them.
#[derive(Debug, Clone, PartialEq)]
struct Bins {
    /// The logarithms of the ends of the bins, ascending: one more than there are bins.
    edges: Vec<f64>,
    /// The width that bins have where nothing is against it [decades].
    width: f64,
    zeros: bool,
}

impl Bins {
    /// As wide as Freedman and Diaconis advise for the logarithms, within limits, since cells often are of two kinds. On an
    /// axis of whole numbers the ends lie between them: each bin has at least one.
    fn of(channel: &Channel) -> Result<Self, PlotError> {
        let mut logs = Vec::with_capacity(channel.values.len());
        let (mut zeros, mut whole) = (false, true);
        for value in finite(channel.values) {
            whole &= value.fract() == 0.0;
            if value > 0.0 {
                logs.push(value.log10());
            } else {
                zeros = true;
            }
        }
        if logs.is_empty() && !zeros {
            return Err(PlotError::NothingToPlot { figure: channel.name.to_owned() });
        }
        logs.sort_by(f64::total_cmp);
        let at = |p: f64| quantile(&logs, p);
        let widest = match logs.len() {
            0..50 => 4.0,
            50..500 => 8.0,
            _ => 14.0,
        };
        let advised = 2.0 * (at(0.75) - at(0.25)) / (logs.len() as f64).cbrt();
        let width =
            if advised > 0.0 { advised.clamp(1.0 / MOST, 1.0 / widest) } else { 1.0 / widest };
        // Where no cell has any, a decade to look at.
        let (low, high) = logs.first().zip(logs.last()).map_or((0.0, 1.0), |(a, b)| (*a, *b));
        // A gate is looked at, too.
        let gate = channel.gate.filter(|gate| *gate > 0.0 && gate.is_finite()).map(f64::log10);
        let (low, high) = gate.map_or((low, high), |gate| (low.min(gate), high.max(gate)));
        let width = width.max((high - low) / BINS);
        let first = (low / width).floor();
        let count = ((high / width).floor() - first + 1.0).clamp(1.0, 2.0 * BINS) as usize;
        let mut edges: Vec<f64> = (0..=count).map(|i| (first + i as f64) * width).collect();
        if whole {
            // Above a million nobody sees where a bin ends.
            let between = |edge: &mut f64| {
                if *edge < 6.0 {
                    *edge = ((10f64.powf(*edge) - 0.5).ceil().max(0.0) + 0.5).log10();
                }
            };
            edges.iter_mut().for_each(between);
            // The first bin has the lowest number, and the last the highest.
            let half = |log: f64, by: f64| (10f64.powf(log).round() + by).log10();
            if low < 6.0 && edges[0] > low {
                edges.insert(0, half(low, -0.5));
            }
            if high < 6.0 && edges[edges.len() - 1] < high {
                edges.push(half(high, 0.5));
            }
            edges.dedup_by(|b, a| *b <= *a + 1e-9);
        }
        Ok(Self { edges, width, zeros })
    }

    /// How many there are.
    fn count(&self) -> usize {
        self.edges.len().saturating_sub(1).max(1)
    }

    /// The bin of a value; none for zero.
    fn bin(&self, value: f64) -> Option<usize> {
        let log = value.log10();
        let after = self.edges.partition_point(|edge| *edge <= log);
        (value > 0.0).then(|| after.saturating_sub(1).min(self.count() - 1))
    }

    /// The logarithms of the ends of a bin; of that of zeros for none.
    fn logs(&self, bin: Option<usize>) -> (f64, f64) {
        let at = |i: usize| self.edges.get(i).copied().unwrap_or_default();
        match bin {
            Some(bin) => (at(bin), at(bin + 1)),
            None => (at(0) - GAP - ZEROS, at(0) - GAP),
        }
    }

    /// The ends of a bin.
    fn ends(&self, bin: Option<usize>) -> (f64, f64) {
        let (from, to) = self.logs(bin);
        (10f64.powf(from), 10f64.powf(to))
    }

    /// The axis, from the zeros to the last bin with some air.
    fn axis(&self, channel: &Channel) -> Axis {
        let last = self.ends(Some(self.count() - 1)).1;
        let (from, to) = self.logs(None);
        let first = if self.zeros { 10f64.powf(from) } else { self.ends(Some(0)).0 };
        let air = 10f64.powf(0.06);
        Axis {
            scale: Scale::Log,
            range: (Some(first / air), Some(last * air)),
            zero: self.zeros.then(|| 10f64.powf((from + to) / 2.0)),
            ..Axis::new(channel.name, channel.unit)
        }
    }
}

/// The finite values.
fn finite(values: &[f64]) -> impl Iterator<Item = f64> + '_ {
    values.iter().copied().filter(|value| value.is_finite())
}

/// A histogram of the cells over a logarithmic axis. Whole numbers up to 20 have a bar each on a linear axis. Else cells with nothing have a bar of their own at the
/// left, over a 0, and the heading tells how many they are; with a gate it tells how many are positive.
/// Bins of single molecules are wider than others; their height is that of so many cells in a bin of the
/// usual width, so that areas compare.
///
/// # Errors
/// [`PlotError::NothingToPlot`] without a finite value.
///
/// ```
/// use bioxen_plot::{Channel, Options, cytometry};
///
/// let cells = [0.0, 90.0, 110.0, 130.0];
/// let channel = Channel { name: "gfp", unit: "molecules", values: &cells, gate: Some(100.0) };
/// let figure = cytometry(&channel, "Cells")?;
/// let heading = figure.panels[0].title.clone().unwrap();
/// assert_eq!(heading, "4 cells; 1 of them (25 %) have none, at 0; 2 (50 %) are positive: gfp of 100 or more");
/// # Ok::<(), bioxen_plot::PlotError>(())
/// ```
pub fn cytometry(channel: &Channel, title: &str) -> Result<Figure, PlotError> {
    if let Some(highest) = few(channel) {
        return Ok(counted(channel, highest, title));
    }
    let bins = Bins::of(channel)?;
    let mut numbers = vec![0.0; bins.count()];
    let (mut zeros, mut positive, mut all) = (0, 0, 0);
    for value in finite(channel.values) {
        all += 1;
        positive += usize::from(channel.gate.is_some_and(|gate| value >= gate));
        match bins.bin(value).and_then(|bin| numbers.get_mut(bin)) {
            Some(number) => *number += 1.0,
            None => zeros += 1,
        }
    }
    let (mut x, mut y) = (Vec::new(), Vec::new());
    let mut step = |(from, to): (f64, f64), number: f64| {
        x.extend([from, to]);
        y.extend([number; 2]);
    };
    if zeros > 0 {
        let ends = bins.ends(None);
        step((ends.0, ends.0), 0.0);
        step(ends, zeros as f64);
        step((ends.1, ends.1), 0.0);
    }
    let first = bins.ends(Some(0)).0;
    step((first, first), 0.0);
    for (bin, number) in numbers.iter().enumerate() {
        // Wide bins have more cells only because they are wide.
        let (from, to) = bins.logs(Some(bin));
        step(bins.ends(Some(bin)), number * bins.width / (to - from));
    }
    let last = bins.ends(Some(bins.count() - 1)).1;
    step((last, last), 0.0);
    let axes = (bins.axis(channel), format!("Cells in {:.2} decades", bins.width));
    let area = Series::line(channel.name, x, y).with_style(Style::Area);
    Ok(framed(channel, (area, axes), [all, zeros, positive], title))
}

/// The highest of whole numbers, if all are so few that each has a place on an axis.
fn few(channel: &Channel) -> Option<usize> {
    let fits = |value: f64| value.fract() == 0.0 && (0.0..=MOST_COUNTED).contains(&value);
    let mut values = finite(channel.values);
    let highest = values.try_fold(None, |highest: Option<f64>, value| {
        fits(value).then(|| Some(highest.map_or(value, |known| known.max(value))))
    });
    highest.flatten().map(|highest| highest as usize)
}

/// A bar for each number from zero on.
fn counted(channel: &Channel, highest: usize, title: &str) -> Figure {
    let mut numbers = vec![0_usize; highest + 1];
    for value in finite(channel.values) {
        if let Some(number) = numbers.get_mut(value as usize) {
            *number += 1;
        }
    }
    let all = numbers.iter().sum();
    let positive = |gate: f64| finite(channel.values).filter(|value| *value >= gate).count();
    let seen = [all, numbers[0], channel.gate.map_or(0, positive)];
    let x = (0..numbers.len()).map(|n| n as f64).collect();
    let y = numbers.iter().map(|n| *n as f64).collect();
    // A gate is looked at, too.
    let last = channel.gate.filter(|gate| gate.is_finite()).unwrap_or(0.0).max(highest as f64);
    let axis =
        Axis { range: (Some(-0.5), Some(last + 0.5)), ..Axis::new(channel.name, channel.unit) };
    let bars = Series::line(channel.name, x, y).with_style(Style::Bars);
    framed(channel, (bars, (axis, "Cells".to_owned())), seen, title)
}

/// The histogram with its gate and heading: of how many cells, those with nothing, and those that are positive.
fn framed(
    channel: &Channel,
    (bars, (x, label)): (Series, (Axis, String)),
    [all, zeros, positive]: [usize; 3],
    title: &str,
) -> Figure {
    let highest = bars.y.iter().copied().fold(0.0, f64::max);
    let mut series = vec![Series { unlisted: true, ..bars }];
    let mut heading = if all == 1 { "1 cell".to_owned() } else { format!("{all} cells") };
    if zeros > 0 {
        heading += &format!("; {zeros} of them ({}) have none, at 0", percent(zeros, all));
    }
    let unknown = channel.values.len() - all;
    if unknown > 0 {
        heading += &format!("; {unknown} without a number are left out");
    }
    if let Some(gate) = channel.gate {
        let line = Series::line("gate", vec![gate; 2], vec![0.0, highest * 1.04]);
        series.push(Series { dashed: true, unlisted: true, muted: true, ..line });
        let name = channel.name;
        heading += &format!(
            "; {positive} ({}) are positive: {name} of {gate} or more",
            percent(positive, all)
        );
    }
    let panel = Panel { title: Some(heading), x, y: Axis::new(label, "cells"), series };
    Figure { title: title.to_owned(), panels: vec![panel] }
}

/// How many cells have how much of two things: the number of cells in each bin as colour, on logarithmic
/// axes with places for zeros. With gates, the corners tell the part of each quadrant.
///
/// # Errors
/// [`PlotError::NothingToPlot`] without a cell in which both are finite; [`PlotError::LengthMismatch`] if
/// not all cells have both.
pub fn cytometry_of_two(x: &Channel, y: &Channel, title: &str) -> Result<Tiles, PlotError> {
    let (expected, found) = (x.values.len(), y.values.len());
    if expected != found {
        let series = y.name.to_owned();
        return Err(PlotError::LengthMismatch { series, what: "y", expected, found });
    }
    let both = |pair: &(&f64, &f64)| pair.0.is_finite() && pair.1.is_finite();
    let (across, up): (Vec<f64>, Vec<f64>) = x.values.iter().zip(y.values).filter(both).unzip();
    let (x, y) = (Channel { values: &across, ..*x }, Channel { values: &up, ..*y });
    let bins = (Bins::of(&x)?, Bins::of(&y)?);
    let mut numbers: BTreeMap<(Option<usize>, Option<usize>), usize> = BTreeMap::new();
    let mut quadrants: BTreeMap<(bool, bool), usize> = BTreeMap::new();
    let positive = |gate: Option<f64>, value: f64| gate.is_some_and(|gate| value >= gate);
    for (a, b) in across.iter().zip(&up) {
        *numbers.entry((bins.0.bin(*a), bins.1.bin(*b))).or_default() += 1;
        *quadrants.entry((positive(x.gate, *a), positive(y.gate, *b))).or_default() += 1;
    }
    let all = across.len();
    let tile = |(&(a, b), &number): (&(Option<usize>, Option<usize>), &usize)| Tile {
        x: bins.0.ends(a),
        y: bins.1.ends(b),
        value: (number as f64, number as f64),
        name: if number == 1 { "1 cell".to_owned() } else { format!("{number} cells") },
    };
    let (along, upwards) = (bins.0.axis(&x), bins.1.axis(&y));
    let ends = |axis: &Axis| (axis.range.0.unwrap_or(1.0), axis.range.1.unwrap_or(1.0));
    let ((left, right), (foot, top)) = (ends(&along), ends(&upwards));
    let gates = [
        x.gate.map(|gate| vec![(gate, foot), (gate, top)]),
        y.gate.map(|gate| vec![(left, gate), (right, gate)]),
    ];
    let sides = |gate: Option<f64>| if gate.is_some() { vec![false, true] } else { vec![] };
    let corner = |a: Option<bool>, b: Option<bool>| {
        let sign = |side: bool| if side { "+" } else { "−" };
        let names = [
            a.map(|s| format!("{}{}", x.name, sign(s))),
            b.map(|s| format!("{}{}", y.name, sign(s))),
        ];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let number = quadrants.get(&(a.unwrap_or(false), b.unwrap_or(false))).copied().unwrap_or(0);
        (
            a.unwrap_or(false),
            b.unwrap_or(true),
            format!("{} {}", names.join(" "), percent(number, all)),
        )
    };
    let corners = match (x.gate, y.gate) {
        (None, None) => Vec::new(),
        (Some(_), None) => sides(x.gate).into_iter().map(|a| corner(Some(a), None)).collect(),
        (None, Some(_)) => sides(y.gate).into_iter().map(|b| corner(None, Some(b))).collect(),
        (Some(_), Some(_)) => [(false, true), (true, true), (false, false), (true, false)]
            .map(|(a, b)| corner(Some(a), Some(b)))
            .to_vec(),
    };
    let mut note = if all == 1 { "1 cell".to_owned() } else { format!("{all} cells") };
    for (channel, values) in [(&x, &across), (&y, &up)] {
        let zeros = values.iter().filter(|value| **value <= 0.0).count();
        if zeros > 0 {
            note += &format!("; {zeros} ({}) have no {}, at 0", percent(zeros, all), channel.name);
        }
    }
    let unknown = expected - all;
    if unknown > 0 {
        note += &format!("; {unknown} without two numbers are left out");
    }
    // Many cells lie in few bins: logarithms of their numbers show those with few, too.
    let most = numbers.values().copied().max().unwrap_or(1);
    let scale = if most >= 50 { Scale::Log } else { Scale::Linear };
    Ok(Tiles {
        title: title.to_owned(),
        note,
        x: along,
        side: Side::Numbers(upwards),
        value: Axis { scale, ..Axis::new("Cells in a bin", "cells") },
        tiles: numbers.iter().map(tile).collect(),
        lines: gates.into_iter().flatten().map(|through| Rule { through, dashed: true }).collect(),
        corners,
        thickest: None,
    })
}

/// A part in percent, to three figures where it is small.
fn percent(part: usize, all: usize) -> String {
    let percent = 100.0 * part as f64 / all.max(1) as f64;
    let text = if percent > 0.0 && percent < 1.0 {
        format!("{percent:.2}")
    } else {
        format!("{percent:.1}").trim_end_matches(".0").to_owned()
    };
    format!("{text} %")
}

#[cfg(test)]
mod tests;
