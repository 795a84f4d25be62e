//! The contents of a figure, independent of the way of drawing: panels, axes and series.

use std::collections::BTreeSet;

use crate::PlotError;
use crate::naming::per_reference_cell;
use bioxen_engine::trajectory::Column;

/// A picture of one or more panels, stacked from top to bottom.
///
/// Panels whose x axes agree in label, unit and scale share one x range, and only the lowest of them
/// is labelled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// The title above all panels; none if empty.
    pub title: String,
    /// The panels, from top to bottom.
    pub panels: Vec<Panel>,
}

/// One coordinate system and what is drawn in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// A heading above the panel.
    pub title: Option<String>,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The data, drawn in this order, the first at the back, markers in front of all.
    pub series: Vec<Series>,
}

/// An axis. Its label is printed as `label [unit]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// What is measured, without the unit.
    pub label: String,
    /// The unit, such as `min`, `molecules` or `1/h`; empty for a pure number.
    pub unit: String,
    /// How values map to places.
    pub scale: Scale,
    /// The lowest and highest value shown; an end that is absent is chosen from the data.
    ///
    /// Rounding is not blown up to look like an effect: on a y axis, and where colours tell values,
    /// data that differ by less than about a millionth of their size get a range of a tenth of that
    /// size to either side, where they look flat. A range that is given here is kept.
    pub range: (Option<f64>, Option<f64>),
    /// The names of the places 0, 1, 2 and so on, in this order. Without any, the axis has numbers;
    /// with some, its scale is linear and places between the names are allowed.
    pub categories: Vec<String>,
    /// Where zeros lie on a logarithmic axis, which has no place for them [unit]. The data must have
    /// this value in place of 0; the axis says `0` there, and no numbers below or near it.
    pub zero: Option<f64>,
}

impl Axis {
    /// A linear axis whose range follows the data.
    ///
    /// ```
    /// let axis = bioxen_plot::Axis::new("Time", "min");
    /// assert_eq!(axis.text(), "Time [min]");
    /// ```
    pub fn new(label: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { label: label.into(), unit: unit.into(), ..Self::default() }
    }

    /// An axis of a column: its name, and of which cell it counts molecules.
    pub fn of(column: &Column) -> Self {
        Self::new(per_reference_cell(&column.name, column), column.unit.clone())
    }

    /// An axis whose places are names, from left to right or from the foot upwards.
    ///
    /// ```
    /// let axis = bioxen_plot::Axis::named("Strain", ["wild type", "mutant"]);
    /// assert_eq!(axis.categories.len(), 2);
    /// ```
    pub fn named<N: Into<String>>(
        label: impl Into<String>,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        let categories = names.into_iter().map(Into::into).collect();
        Self { label: label.into(), categories, ..Self::default() }
    }

    /// Whether its places are names.
    pub(crate) fn is_named(&self) -> bool {
        !self.categories.is_empty()
    }

    /// An error if a name is there twice.
    pub(crate) fn check_names(&self) -> Result<(), PlotError> {
        let mut seen = BTreeSet::new();
        match self.categories.iter().find(|name| !seen.insert(name.as_str())) {
            Some(twice) => {
                Err(PlotError::CategoryTwice { axis: self.text(), category: twice.clone() })
            }
            None => Ok(()),
        }
    }

    /// The scale that it is drawn with.
    pub(crate) fn drawn_scale(&self) -> Scale {
        if self.is_named() { Scale::Linear } else { self.scale }
    }

    /// The label with its unit in brackets.
    pub fn text(&self) -> String {
        match (self.label.is_empty(), self.unit.is_empty()) {
            (_, true) => self.label.clone(),
            (true, false) => format!("[{}]", self.unit),
            (false, false) => format!("{} [{}]", self.label, self.unit),
        }
    }

    /// Whether the values are numbers of things: shown from zero, with whole-numbered ticks.
    pub(crate) fn counts(&self) -> bool {
        !self.is_named() && self.scale == Scale::Linear && self.is_of_things()
    }

    /// Whether its unit is something that is counted.
    pub(crate) fn is_of_things(&self) -> bool {
        const COUNTED: [&str; 9] = [
            "molecules",
            "copies",
            "ribosomes",
            "polymerases",
            "genes",
            "cells",
            "runs",
            "proteins",
            "mRNAs",
        ];
        COUNTED.contains(&self.unit.as_str())
    }
}

/// How the values of an axis map to places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Equal distances for equal differences.
    #[default]
    Linear,
    /// Equal distances for equal ratios; values of zero and below are left out.
    Log,
}

/// One curve, ribbon, area, cloud of points or row of bars, boxes or violins.
///
/// A value that is not finite makes a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// The horizontal values.
    pub x: Vec<f64>,
    /// The vertical values, as many as `x`.
    pub y: Vec<f64>,
    /// How the values are drawn.
    pub style: Style,
    /// The lower and upper bounds of a ribbon around the curve, each as many as `x`.
    pub band: Option<(Vec<f64>, Vec<f64>)>,
    /// Whether to dash the line, as for a reference or a prediction.
    pub dashed: bool,
    /// The lower and upper ends of an error bar at each value, not distances from it [unit of y], each
    /// as many as `x`. An end that is not finite is left out; on a logarithmic axis an end at or below
    /// zero lies beyond every picture, so that the bar runs to the axis and has no cap there.
    pub error: Option<(Vec<f64>, Vec<f64>)>,
    /// Series of one panel with the same key have the same colour, as measurements and the curve of
    /// their model. If empty, the name is the key.
    pub key: String,
    /// Whether the legend leaves it out.
    pub unlisted: bool,
    /// Whether it is grey and behind all others: a background to compare with, such as what was measured
    /// on many genes, or a threshold.
    pub muted: bool,
}

impl Series {
    /// A curve.
    ///
    /// ```
    /// let s = bioxen_plot::Series::line("mean", vec![0.0, 1.0], vec![3.0, 4.0]);
    /// assert_eq!(s.style, bioxen_plot::Style::Line);
    /// ```
    pub fn line(name: impl Into<String>, x: Vec<f64>, y: Vec<f64>) -> Self {
        Self { name: name.into(), x, y, ..Self::default() }
    }

    /// The same series with error bars from the values of `low` to those of `high` [unit of y].
    pub fn with_error(mut self, low: Vec<f64>, high: Vec<f64>) -> Self {
        self.error = Some((low, high));
        self
    }

    /// What decides on its colour.
    pub(crate) fn key(&self) -> &str {
        if self.key.is_empty() { &self.name } else { &self.key }
    }

    /// The width of its bars, in units of x: the smallest distance of two different values, or 1.
    pub(crate) fn bar_width(&self) -> f64 {
        let mut x: Vec<f64> = self.x.iter().copied().filter(|v| v.is_finite()).collect();
        x.sort_by(f64::total_cmp);
        let gaps =
            x.windows(2).map(|p| p.iter().rev().copied().reduce(|b, a| b - a).unwrap_or(0.0));
        let least = gaps.filter(|g| *g > 0.0 && g.is_finite()).fold(f64::INFINITY, f64::min);
        if least.is_finite() { least } else { 1.0 }
    }

    /// The same series, drawn in another style.
    pub fn with_style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

/// How a series' values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Straight lines from value to value.
    #[default]
    Line,
    /// Each value holds until the next.
    Step,
    /// A filled area, stacked on the areas before it in the same panel.
    Area,
    /// A marker at each value.
    Points,
    /// A bar from zero to each value, centred on its x and as wide as the smallest distance of two. On
    /// an axis of names the bars of several series stand side by side.
    Bars,
    /// A box for all values of one x: from the first to the third quartile with a line at the median,
    /// and whiskers to the last values within 1.5 times that height (Tukey, *Exploratory Data
    /// Analysis*, 1977). Values beyond are points. Quartiles are those of Hyndman and Fan's definition
    /// 7 (*The American Statistician* 50:361, 1996), R's default. Fewer than five values are points.
    /// Boxes of several series stand side by side.
    Box,
    /// The density of all values of one x, as a shape from the lowest to the highest of them, with a
    /// line at the median and one along the quartiles. The kernel is a Gauss curve as wide as
    /// Silverman advises (*Density Estimation*, 1986, eq. 3.31: 0.9 times the lesser of the standard
    /// deviation and the interquartile range over 1.34, over the fifth root of the number of values);
    /// on a logarithmic axis it is that of the logarithms. Fewer than five values are points.
    Violin,
}

impl Style {
    /// Whether on an axis of names it stands beside others of its kind.
    pub(crate) fn stands(self) -> bool {
        matches!(self, Self::Bars | Self::Box | Self::Violin)
    }
}
