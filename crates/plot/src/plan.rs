//! Figures of the columns of a table.

mod build;
mod error;
mod over;

use crate::figure::{Figure, Scale, Style};

pub use error::PlanError;
pub use over::over;

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The unit of its values; empty for pure numbers and names.
    pub unit: String,
    /// A value for each row.
    pub values: Values,
}

impl Field {
    /// A column of numbers in a unit; what is missing is `NaN`.
    pub fn numbers(name: impl Into<String>, unit: impl Into<String>, values: Vec<f64>) -> Self {
        Self { name: name.into(), unit: unit.into(), values: Values::Numbers(values) }
    }

    /// A column of names.
    pub fn names<N: Into<String>>(
        name: impl Into<String>,
        values: impl IntoIterator<Item = N>,
    ) -> Self {
        let values = Values::Names(values.into_iter().map(Into::into).collect());
        Self { name: name.into(), unit: String::new(), values }
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        match &self.values {
            Values::Numbers(values) => values.len(),
            Values::Names(names) => names.len(),
        }
    }
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers.
    Numbers(Vec<f64>),
    /// Names, which become places on an axis or series of their own.
    Names(Vec<String>),
}

/// What the values of a figure look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// [`Style::Line`].
    #[default]
    Line,
    /// [`Style::Points`].
    Points,
    /// A line with a marker at each value.
    Both,
    /// [`Style::Step`].
    Step,
    /// [`Style::Area`].
    Area,
    /// [`Style::Bars`].
    Bars,
    /// [`Style::Box`].
    Box,
    /// [`Style::Violin`].
    Violin,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Line,
        Self::Points,
        Self::Both,
        Self::Step,
        Self::Area,
        Self::Bars,
        Self::Box,
        Self::Violin,
    ];

    /// The name, and the styles of the series that it is made of, from back to front.
    fn facts(self) -> (&'static str, &'static [Style]) {
        match self {
            Self::Line => ("line", &[Style::Line]),
            Self::Points => ("points", &[Style::Points]),
            Self::Both => ("both", &[Style::Line, Style::Points]),
            Self::Step => ("step", &[Style::Step]),
            Self::Area => ("area", &[Style::Area]),
            Self::Bars => ("bars", &[Style::Bars]),
            Self::Box => ("box", &[Style::Box]),
            Self::Violin => ("violin", &[Style::Violin]),
        }
    }

    fn name(self) -> &'static str {
        self.facts().0
    }

    /// The kind of a name: `line`, `points`, `both`, `step`, `area`, `bars`, `box` or `violin`.
    ///
    /// # Errors
    /// [`PlanError::UnknownKind`] with the nearest name.
    ///
    /// ```
    /// use bioxen_plot::Kind;
    ///
    /// assert_eq!(Kind::of_name("violin")?, Kind::Violin);
    /// assert!(Kind::of_name("bar").unwrap_err().to_string().contains("did you mean `bars`?"));
    /// # Ok::<(), bioxen_plot::PlanError>(())
    /// ```
    pub fn of_name(name: &str) -> Result<Self, PlanError> {
        let names = || Self::ALL.map(Self::name);
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            PlanError::UnknownKind {
                name: name.to_owned(),
                nearest: bioxen_base::nearest::nearest(name, names()).map(str::to_owned),
                valid: names().join(", "),
            }
        })
    }

    /// The styles of the series that it is made of, from back to front.
    fn styles(self) -> &'static [Style] {
        self.facts().1
    }

    /// Whether it shows many values of one place together.
    fn gathers(self) -> bool {
        matches!(self, Self::Box | Self::Violin)
    }
}

/// The columns that the error bars of a column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorOf {
    /// The column has no error bars.
    None,
    /// A column of distances to both sides, such as standard deviations.
    Distance(String),
    /// Two columns with the lower and the upper ends, such as a confidence interval.
    Ends(String, String),
}

/// Which columns of a table are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// The column of places: numbers or names. Without it rows are numbered from 1, and boxes and
    /// violins stand above the names of their columns.
    pub x: Option<String>,
    /// The columns of values, at least one.
    pub y: Vec<String>,
    /// The error bars of each column of `y`, in their order; none if empty.
    pub error: Vec<ErrorOf>,
    /// A column whose values part the rows into series.
    pub group: Option<String>,
}

/// What an axis looks like, whichever columns it is of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AxisLook {
    /// The label, in place of the columns' names; units stay.
    pub label: Option<String>,
    /// Whether it is logarithmic.
    pub scale: Scale,
    /// Its ends; those that are absent are chosen from the data.
    pub range: (Option<f64>, Option<f64>),
}

/// Which columns of a table make a figure, and how.
///
/// Columns of y with different units have panels of their own above one x axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The title; none if empty.
    pub title: String,
    /// The columns that are drawn.
    pub columns: Columns,
    /// What the values look like.
    pub style: Kind,
    /// Whether boxes and violins have a point for each value, too. The points lie side by side in a
    /// way that depends on the order of the rows only.
    pub points: bool,
    /// The horizontal axis.
    pub x: AxisLook,
    /// The vertical axis of every panel.
    pub y: AxisLook,
    /// Whether series are named.
    pub legend: bool,
    /// Whether the bars of another table will stand beside these ([`over`]).
    pub beside: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            title: String::new(),
            columns: Columns::default(),
            style: Kind::default(),
            points: false,
            x: AxisLook::default(),
            y: AxisLook::default(),
            legend: true,
            beside: false,
        }
    }
}

impl Plan {
    /// The figure of these columns.
    ///
    /// # Errors
    /// [`PlanError`] if a column is missing or does not fit. Ranges and what is drawn are checked where
    /// the figure is drawn.
    ///
    /// ```
    /// use bioxen_plot::{Columns, ErrorOf, Field, Kind, Options, Plan};
    ///
    /// let table = [
    ///     Field::names("strain", ["wild type", "mutant"]),
    ///     Field::numbers("growth", "1/h", vec![1.7, 1.1]),
    ///     Field::numbers("sd", "1/h", vec![0.1, 0.2]),
    /// ];
    /// let columns = Columns {
    ///     x: Some("strain".into()),
    ///     y: vec!["growth".into()],
    ///     error: vec![ErrorOf::Distance("sd".into())],
    ///     ..Columns::default()
    /// };
    /// let plan = Plan { columns, style: Kind::Bars, ..Plan::default() };
    /// let figure = plan.figure(&table)?;
    /// assert_eq!(figure.panels[0].x.categories, ["wild type", "mutant"]);
    /// assert!(figure.to_svg(&Options::default()).unwrap().contains("growth [1/h]"));
    /// # Ok::<(), bioxen_plot::PlanError>(())
    /// ```
    pub fn figure(&self, fields: &[Field]) -> Result<Figure, PlanError> {
        build::figure(self, fields)
    }
}

#[cfg(test)]
mod tests;
