//! The axis for plotters: from 0 to 1, with marks where [`crate::ticks`] puts them.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

use crate::ticks::Ticks;

/// An axis from 0 to 1.
pub(crate) struct Unit {
    marks: Vec<f64>,
}

impl Unit {
    /// An axis with these marks.
    pub(crate) fn new(ticks: &Ticks) -> Self {
        Self { marks: ticks.marks.iter().map(|m| m.0).collect() }
    }
}

impl Ranged for Unit {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let (from, to) = (f64::from(limit.0), f64::from(limit.1));
        (from + value * (to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.marks.clone() }
    }

    fn range(&self) -> Range<f64> {
        0.0..1.0
    }
}
