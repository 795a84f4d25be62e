//! Units that are known, and how they are converted.
//!
//! Minute, hour and day are the units outside the SI that are accepted with it (BIPM, The International
//! System of Units, 9th edition 2019, chapter 4: 60 s, 3600 s, 86 400 s), the prefixes milli, micro, nano
//! and pico those of its chapter 3. M is mol/L.

use bioxen_base::nearest::nearest;

use crate::error::TableError;

/// What a unit measures; only units of one can be converted into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Times.
    Time,
    /// Events or growth per time.
    Rate,
    /// Amounts of substance per volume.
    Concentration,
    /// Shares of a whole.
    Share,
}

/// A unit: its symbol, what it measures, and how many of the smallest of its dimension it has. All are
/// whole numbers, so that a conversion is one exact multiplication or division.
const KNOWN: [(&str, Dimension, f64); 16] = [
    ("s", Dimension::Time, 1e3),
    ("min", Dimension::Time, 6e4),
    ("h", Dimension::Time, 3.6e6),
    ("d", Dimension::Time, 8.64e7),
    ("ms", Dimension::Time, 1.0),
    ("1/d", Dimension::Rate, 1.0),
    ("1/h", Dimension::Rate, 24.0),
    ("1/min", Dimension::Rate, 1440.0),
    ("1/s", Dimension::Rate, 86_400.0),
    ("pM", Dimension::Concentration, 1.0),
    ("nM", Dimension::Concentration, 1e3),
    ("uM", Dimension::Concentration, 1e6),
    ("mM", Dimension::Concentration, 1e9),
    ("M", Dimension::Concentration, 1e12),
    ("%", Dimension::Share, 1.0),
    ("1", Dimension::Share, 100.0),
];

/// Other ways to write the same.
const ALIASES: [(&str, &str); 12] = [
    ("sec", "s"),
    ("secs", "s"),
    ("seconds", "s"),
    ("mins", "min"),
    ("minutes", "min"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hours", "h"),
    ("h^-1", "1/h"),
    ("min^-1", "1/min"),
    ("s^-1", "1/s"),
    ("days", "d"),
];

/// A unit as it is compared: both signs of micro are `u`, and other words for one unit are its symbol.
fn plain(unit: &str) -> String {
    let unit = unit.trim().replace(['\u{b5}', '\u{3bc}'], "u");
    ALIASES
        .iter()
        .find(|(alias, _)| *alias == unit)
        .map_or(unit, |(_, symbol)| (*symbol).to_owned())
}

/// What a unit measures, if it is known.
pub fn dimension(unit: &str) -> Option<Dimension> {
    find(unit).map(|(_, dimension, _)| dimension)
}

/// Whether two ways to write a unit mean the same.
///
/// # Examples
/// ```
/// use bioxen_table::units::are_same;
/// assert!(are_same("µM", "uM") && are_same("sec", "s") && !are_same("s", "min"));
/// ```
pub fn are_same(one: &str, other: &str) -> bool {
    one == other || plain(one) == plain(other)
}

fn find(unit: &str) -> Option<(&'static str, Dimension, f64)> {
    let unit = plain(unit);
    KNOWN.into_iter().find(|(symbol, _, _)| *symbol == unit)
}

/// How numbers of one unit become numbers of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor {
    times: f64,
    over: f64,
}

impl Factor {
    /// A number in the other unit.
    pub fn of(self, x: f64) -> f64 {
        // One of both is 1, so that nothing is rounded twice.
        x * self.times / self.over
    }
}

/// How a column's numbers become numbers of another unit.
pub fn factor(column: &str, from: Option<&str>, to: &str) -> Result<Factor, TableError> {
    let fail = |nearest: Option<&str>, reason: String| TableError::NotConvertible {
        column: column.to_owned(),
        from: from.map(str::to_owned),
        to: to.to_owned(),
        nearest: nearest.map(str::to_owned),
        reason,
    };
    let known = KNOWN.map(|(symbol, _, _)| symbol);
    let Some(given) = from else {
        return Err(fail(None, "it says no unit".to_owned()));
    };
    if are_same(given, to) {
        return Ok(Factor { times: 1.0, over: 1.0 });
    }
    let Some((_, dimension, here)) = find(given) else {
        return Err(fail(None, format!("known units: {}", known.join(", "))));
    };
    let fitting = || KNOWN.iter().filter(|(_, d, _)| *d == dimension).map(|(symbol, _, _)| *symbol);
    match find(to) {
        Some((_, other, there)) if other == dimension => Ok(if here >= there {
            Factor { times: here / there, over: 1.0 }
        } else {
            Factor { times: 1.0, over: there / here }
        }),
        _ => {
            let fits: Vec<&str> = fitting().collect();
            Err(fail(nearest(to, fitting()), format!("fitting units: {}", fits.join(", "))))
        }
    }
}

/// Words that stand in parentheses behind a name because they are units; what else stands there is a
/// part of the name.
const ATOMS: [&str; 56] = [
    "s",
    "sec",
    "min",
    "h",
    "hr",
    "hrs",
    "d",
    "ms",
    "us",
    "M",
    "mM",
    "uM",
    "nM",
    "pM",
    "mol",
    "mmol",
    "umol",
    "nmol",
    "g",
    "kg",
    "mg",
    "ug",
    "ng",
    "pg",
    "L",
    "l",
    "mL",
    "ml",
    "uL",
    "ul",
    "m",
    "cm",
    "mm",
    "um",
    "nm",
    "%",
    "°C",
    "C",
    "K",
    "AU",
    "a.u.",
    "au",
    "RFU",
    "RLU",
    "OD",
    "OD600",
    "nt",
    "bp",
    "kb",
    "aa",
    "copies",
    "cells",
    "cell",
    "molecules",
    "rpm",
    "1",
];

/// Whether a text reads as a unit: known words joined by `/`, `*` and powers.
pub(crate) fn reads_as_unit(text: &str) -> bool {
    let text = text.trim().replace(['\u{b5}', '\u{3bc}'], "u");
    !text.is_empty()
        && text.split(['/', '*', '·']).all(|atom| {
            let atom = atom.split('^').next().unwrap_or_default().trim();
            ATOMS.contains(&atom)
        })
}
