//! The series in the legend, and the space that it needs. A legend stands beside or below its panel,
//! never on the data.

use crate::chart::{Chart, Trace};
use crate::figure::Style;
use crate::font::{Fonts, Weight};
use crate::layout::{LINE, SMALL};

/// The length of the sample of a line or area [px], and the air after it.
pub(crate) const SAMPLE: f64 = 20.0;
pub(crate) const SAMPLE_GAP: f64 = 7.0;
/// From the axis to a legend below it [px].
pub(crate) const LEGEND_GAP: f64 = 10.0;
/// The largest number of series named one by one.
const MOST: usize = 12;
/// The air between two entries in a row [px].
const BETWEEN: f64 = 16.0;

/// The legend of a panel.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Legend {
    pub(crate) entries: Vec<Entry>,
    /// The number of series that are not named.
    pub(crate) more: usize,
    /// The width of the widest entry [px].
    widest: f64,
    rows: usize,
}

/// A line of the legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// Which of the panel's series it names.
    pub(crate) place: usize,
    /// Another series of the same name that it stands for, too.
    pub(crate) also: Option<usize>,
    /// The name, shortened to fit.
    pub(crate) text: String,
    /// Where it stands, from the legend's upper left corner [px]: to its left end, to its middle.
    pub(crate) at: (f64, f64),
}

impl Legend {
    /// A legend at the right of a panel, at most `most` px wide.
    pub(crate) fn beside(chart: &Chart, most: f64, fonts: &Fonts) -> Self {
        let mut legend = Self::named(chart, most, fonts);
        legend.column(fonts);
        legend
    }

    /// A legend below a panel, in rows as wide as `width` px.
    pub(crate) fn below(chart: &Chart, width: f64, fonts: &Fonts) -> Self {
        let mut legend = Self::named(chart, width * 0.6, fonts);
        let (mut x, mut row) = (0.0, 0);
        for entry in &mut legend.entries {
            let own = SAMPLE + SAMPLE_GAP + fonts.width(&entry.text, SMALL, Weight::Regular);
            if x > 0.0 && x + own > width {
                (x, row) = (0.0, row + 1);
            }
            entry.at = (x, (row as f64 + 0.5) * LINE);
            x += own + BETWEEN;
        }
        legend.rows = if legend.entries.is_empty() { 0 } else { row + 1 + legend.rest_rows() };
        legend
    }

    /// The width of a legend at the side; zero if there is none.
    pub(crate) fn width(&self) -> f64 {
        self.widest
    }

    /// The height of a legend below.
    pub(crate) fn height(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.rows as f64 * LINE + LEGEND_GAP + 4.0 }
    }

    /// The middle of the line that tells how many are not named [px].
    pub(crate) fn rest(&self) -> f64 {
        (self.rows as f64 - 0.5) * LINE
    }

    /// What tells how many are not named.
    pub(crate) fn rest_text(&self) -> String {
        format!("+{} more", self.more)
    }

    /// Names fewer, so that a legend at the side has at most `rows` rows.
    pub(crate) fn shorten(&mut self, rows: usize, fonts: &Fonts) {
        if self.rows <= rows {
            return;
        }
        let keep = rows.saturating_sub(1).max(1);
        self.more += self.entries.len().saturating_sub(keep);
        self.entries.truncate(keep);
        self.column(fonts);
    }

    fn named(chart: &Chart, most: f64, fonts: &Fonts) -> Self {
        let listed = chart.listed();
        let mut places: Vec<(&Trace, Option<usize>)> =
            listed.iter().map(|(t, also)| (*t, also.map(|a| a.place))).collect();
        // One name that the axis or the heading already tells needs no legend.
        let told = |name: &str| {
            name.is_empty()
                || name == chart.panel.y.label
                || chart.panel.title.as_deref() == Some(name)
        };
        let name = |entry: &(&Trace, Option<usize>)| entry.0.series.name.clone();
        let one = places.windows(2).all(|pair| matches!(pair, [a, b] if name(a) == name(b)));
        if one && places.iter().all(|p| told(&p.0.series.name)) {
            return Self::default();
        }
        let count = places.len();
        if places.iter().all(|p| p.0.series.style == Style::Area) {
            // From top to bottom, as the areas lie on each other.
            places.reverse();
        }
        if count > MOST {
            // Those that stand out are named.
            let highest = |t: &Trace| {
                let finite = t.series.y.iter().copied().filter(|v| v.is_finite());
                finite.fold(f64::NEG_INFINITY, f64::max)
            };
            places.sort_by(|a, b| highest(b.0).total_cmp(&highest(a.0)));
            places.truncate(MOST - 1);
        }
        let room = most - SAMPLE - SAMPLE_GAP;
        let names: Vec<&str> = places.iter().map(|p| p.0.series.name.as_str()).collect();
        let texts = shorten(&names, room, fonts);
        let more = count - places.len();
        let entry = |((trace, also), text): ((&Trace, Option<usize>), String)| Entry {
            place: trace.place,
            also,
            text,
            at: (0.0, 0.0),
        };
        let entries = places.into_iter().zip(texts).map(entry).collect();
        Self { entries, more, widest: 0.0, rows: 0 }
    }

    fn column(&mut self, fonts: &Fonts) {
        self.widest = 0.0;
        for (row, entry) in self.entries.iter_mut().enumerate() {
            entry.at = (0.0, (row as f64 + 0.5) * LINE);
            let own = SAMPLE + SAMPLE_GAP + fonts.width(&entry.text, SMALL, Weight::Regular);
            self.widest = self.widest.max(own);
        }
        if self.more > 0 {
            let rest = fonts.width(&self.rest_text(), SMALL, Weight::Regular);
            self.widest = self.widest.max(SAMPLE + SAMPLE_GAP + rest);
        }
        self.rows = if self.entries.is_empty() { 0 } else { self.entries.len() + self.rest_rows() };
    }

    fn rest_rows(&self) -> usize {
        usize::from(self.more > 0)
    }
}

/// The names, cut to at most `room` px. One that is too long first loses the parts between dots that all
/// share at their ends, so that what tells them apart remains; one that fits stays whole.
fn shorten(names: &[&str], room: f64, fonts: &Fonts) -> Vec<String> {
    let cut = |name: &str| fonts.elide(name, SMALL, Weight::Regular, room);
    let fits = |name: &&str| fonts.width(name, SMALL, Weight::Regular) <= room;
    if names.len() < 2 || names.iter().all(fits) {
        return names.iter().map(|n| cut(n)).collect();
    }
    let parts: Vec<Vec<&str>> = names.iter().map(|n| n.split('.').collect()).collect();
    let shortest = parts.iter().map(Vec::len).min().unwrap_or(0);
    let shared = |at: &dyn Fn(&Vec<&str>) -> Option<String>| {
        parts.windows(2).all(|p| matches!(p, [a, b] if at(a) == at(b)))
    };
    let from_start = |i: usize| shared(&|p| p.get(i).map(|s| (*s).to_owned()));
    let from_end = |i: usize| shared(&|p| p.iter().rev().nth(i).map(|s| (*s).to_owned()));
    let head = (0..shortest.saturating_sub(1)).take_while(|i| from_start(*i)).count();
    let most = shortest.saturating_sub(1 + head);
    let tail = (0..most).take_while(|i| from_end(*i)).count();
    let own = |p: &Vec<&str>| {
        let (before, after) = (if head > 0 { "…" } else { "" }, if tail > 0 { "…" } else { "" });
        let middle = p.get(head..p.len() - tail).unwrap_or_default().join(".");
        cut(&format!("{before}{middle}{after}"))
    };
    let one = |(name, p): (&&str, &Vec<&str>)| if fits(name) { cut(name) } else { own(p) };
    names.iter().zip(&parts).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_what_tells_them_apart() {
        let fonts = Fonts::get().unwrap();
        let names = ["a_long_machine_name.lacZ.protein", "a_long_machine_name.lacY.protein"];
        assert_eq!(shorten(&names, 500.0, fonts), names);
        assert_eq!(shorten(&names, 100.0, fonts), ["…lacZ…", "…lacY…"]);
        let mixed =
            shorten(&["demo.lacZ.protein", "a_very_long_machine.lacY.protein"], 110.0, fonts);
        assert_eq!(mixed[0], "demo.lacZ.protein");
        assert!(mixed[1].contains('…'), "{mixed:?}");
        assert_eq!(shorten(&["a.b.c", "a.b.c"], 10.0, fonts).len(), 2);
        let alone = shorten(&["a_long_machine_name.lacZ.protein"], 100.0, fonts);
        assert!(alone[0].starts_with("a_lo") && alone[0].ends_with("tein"), "{alone:?}");
    }
}
