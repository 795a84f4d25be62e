//! Boxes and violins: what many values of one place look like together.

use crate::figure::{Series, Style};

/// The fewest values that make a box or a violin.
const FEWEST: usize = 5;
/// The places at which the density of a violin is drawn.
const PLACES: usize = 80;
/// How far the whiskers of a box reach, over its height: Tukey, *Exploratory Data Analysis*, 1977.
const WHISKERS: f64 = 1.5;

/// A box or violin, or the points that stand for one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Body {
    /// Where it stands [unit of x].
    pub(crate) x: f64,
    /// The values drawn as points: those beyond the whiskers, or all if they are few.
    pub(crate) points: Vec<f64>,
    /// What they look like together, if they are enough.
    pub(crate) shape: Option<Shape>,
}

/// The numbers of a box, and the outline of a violin.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// The ends of the whiskers; of a violin the lowest and highest value.
    pub(crate) ends: (f64, f64),
    /// The first quartile, the median and the third quartile.
    pub(crate) quartiles: [f64; 3],
    /// Values, ascending, and the density there over the highest; none for a box.
    pub(crate) outline: Vec<(f64, f64)>,
}

/// The boxes or violins of a series, from left to right; none for other styles.
pub(crate) fn bodies(series: &Series, x: &[f64], log: bool) -> Vec<Body> {
    if !matches!(series.style, Style::Box | Style::Violin) {
        return Vec::new();
    }
    let shown = |v: f64| v.is_finite() && (!log || v > 0.0);
    // There is one zero, not two with different signs.
    let mut pairs: Vec<(f64, f64)> =
        x.iter().map(|x| x + 0.0).zip(series.y.iter().copied()).collect();
    pairs.retain(|p| p.0.is_finite() && shown(p.1));
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let one = |group: &[(f64, f64)]| {
        let values: Vec<f64> = group.iter().map(|p| p.1).collect();
        body(group.first().map_or(0.0, |p| p.0), &values, series.style, log)
    };
    pairs.chunk_by(|a, b| a.0 == b.0).map(one).collect()
}

fn body(x: f64, sorted: &[f64], style: Style, log: bool) -> Body {
    if sorted.len() < FEWEST {
        return Body { x, points: sorted.to_vec(), shape: None };
    }
    let quartiles = [0.25, 0.5, 0.75].map(|p| quantile(sorted, p));
    let [first, _, third] = quartiles;
    let all = (quantile(sorted, 0.0), quantile(sorted, 1.0));
    if style == Style::Violin {
        let shape = Shape { ends: all, quartiles, outline: outline(sorted, log) };
        return Body { x, points: Vec::new(), shape: Some(shape) };
    }
    let reach = (third - first) * WHISKERS;
    let within = |v: &f64| (first - reach..=third + reach).contains(v);
    let low = sorted.iter().copied().find(within).map_or(first, |v| v.min(first));
    let high = sorted.iter().rev().copied().find(within).map_or(third, |v| v.max(third));
    let points = sorted.iter().copied().filter(|v| !(low..=high).contains(v)).collect();
    Body { x, points, shape: Some(Shape { ends: (low, high), quartiles, outline: Vec::new() }) }
}

/// The value below which a part `p` of ascending values lies: definition 7 of Hyndman and Fan, *The
/// American Statistician* 50:361 (1996), a line from the lowest to the highest value through all others.
pub(crate) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * sorted.len().saturating_sub(1) as f64;
    let at = |i: usize| sorted.get(i).or(sorted.last()).copied().unwrap_or(f64::NAN);
    let (below, part) = (place.floor() as usize, place.fract());
    let (a, b) = (at(below), at(below + 1));
    // Not the difference, which may be infinite; the same value must not come out a little different.
    if a == b { a } else { a * (1.0 - part) + b * part }
}

/// The density from the lowest to the highest of ascending values, over its highest.
fn outline(sorted: &[f64], log: bool) -> Vec<(f64, f64)> {
    let own: Vec<f64> = sorted.iter().map(|v| if log { v.log10() } else { *v }).collect();
    let (low, high) = (quantile(&own, 0.0), quantile(&own, 1.0));
    let ends = (quantile(sorted, 0.0), quantile(sorted, 1.0));
    let width = bandwidth(&own);
    if !(width > 0.0 && width.is_finite()) {
        // All the same, or too far apart for numbers: as wide everywhere.
        return vec![(ends.0, 1.0), (ends.1, 1.0)];
    }
    let last = PLACES - 1;
    let mut all: Vec<(f64, f64)> = Vec::with_capacity(PLACES);
    for i in 0..PLACES {
        let t = i as f64 / last as f64;
        let at = low * (1.0 - t) + high * t;
        let density = own.iter().map(|v| (-0.5 * ((at - v) / width).powi(2)).exp()).sum();
        let value = if log { 10f64.powf(at) } else { at };
        // Rounding must not lead beyond the values.
        all.push((value.clamp(ends.0, ends.1), density));
    }
    let highest = all.iter().map(|p| p.1).fold(f64::MIN_POSITIVE, f64::max);
    all.iter_mut().for_each(|p| p.1 /= highest);
    all
}

/// The standard deviation of the kernel: Silverman, *Density Estimation for Statistics and Data
/// Analysis*, 1986, eq. 3.31.
fn bandwidth(sorted: &[f64]) -> f64 {
    let count = sorted.len() as f64;
    let mean = sorted.iter().map(|v| v / count).sum::<f64>();
    let variance = sorted.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let quartiles = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
    let deviation = variance.sqrt();
    // Where half of the values are the same, their distance tells nothing.
    let spread = if quartiles > 0.0 { deviation.min(quartiles) } else { deviation };
    0.9 * spread * count.powf(-0.2)
}

#[cfg(test)]
mod tests;
