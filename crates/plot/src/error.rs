//! What can go wrong between data and picture.

use std::convert::Infallible;

use plotters::drawing::DrawingAreaErrorKind;

use bioxen_engine::StopToken;

/// Why a figure could not be made. Nothing was drawn or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// No panel, no series, or not one finite value.
    #[error("nothing to plot in `{figure}`: it holds no finite value")]
    NothingToPlot {
        /// The figure's title.
        figure: String,
    },
    /// The trajectory has no such column.
    #[error("no column `{name}` in the trajectory{}", bioxen_base::nearest::hint(nearest.as_deref()))]
    UnknownColumn {
        /// The name asked for.
        name: String,
        /// The most similar name there is.
        nearest: Option<String>,
    },
    /// Arrays that belong together differ in length.
    #[error("series `{series}`: {what} has {found} values, but x has {expected}")]
    LengthMismatch {
        /// The series' name.
        series: String,
        /// Which array: `y`, `the lower band`, `the upper error` and so on.
        what: &'static str,
        /// The number of x values.
        expected: usize,
        /// The number of values in that array.
        found: usize,
    },
    /// An axis range that spans nothing.
    #[error(
        "axis `{axis}`: the range {} is not valid; it must be finite and ascending{}",
        bounds(*low, *high),
        if *log { ", and above zero on a logarithmic axis" } else { "" }
    )]
    Range {
        /// The axis' label.
        axis: String,
        /// The lower end asked for, if any.
        low: Option<f64>,
        /// The upper end asked for, if any.
        high: Option<f64>,
        /// Whether the axis is logarithmic.
        log: bool,
    },
    /// An axis of names with a name that is there twice.
    #[error("axis `{axis}`: the category `{category}` is there twice")]
    CategoryTwice {
        /// The axis' label.
        axis: String,
        /// The name.
        category: String,
    },
    /// The plan of a figure asks for what its columns do not have.
    #[error(transparent)]
    Plan(#[from] crate::PlanError),
    /// Stacked areas must share their x values, or there is nothing to add up.
    #[error("area `{series}` cannot be stacked on `{below}`: their x values differ")]
    StackGrid {
        /// The series that does not fit.
        series: String,
        /// The series under it.
        below: String,
    },
    /// Parameters that no such distribution has.
    #[error(
        "there is no {name} distribution of mean {mean} and variance {variance}: it needs {needs}"
    )]
    Distribution {
        /// Its name.
        name: &'static str,
        /// What it needs.
        needs: &'static str,
        /// The mean asked for.
        mean: f64,
        /// The variance asked for.
        variance: f64,
    },
    /// A gene that does not lie on its genome.
    #[error("gene `{gene}` lies at {start} to {end}, but positions run from 1 to {length}")]
    GenePlace {
        /// The gene's name.
        gene: String,
        /// Its first position [bp].
        start: u64,
        /// Its last position [bp].
        end: u64,
        /// The genome's length [bp].
        length: u64,
    },
    /// Cells that are no trees.
    #[error("cell {cell} {problem}, which no tree of cells has")]
    Descent {
        /// The cell's number.
        cell: u64,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A picture too large to make, or too small for what it holds.
    #[error(
        "a picture of {width} x {height} px (scale {scale}) is not possible here: {holds} it must be at least {least_width} x {least_height} px, and at most {most} pixels after scaling"
    )]
    Size {
        /// The width asked for [px].
        width: u32,
        /// The height asked for or needed [px].
        height: u32,
        /// The pixels of a PNG per px.
        scale: f64,
        /// The smallest width that this figure can have [px].
        least_width: u32,
        /// The smallest height that this figure can have [px].
        least_height: u32,
        /// For what it needs so much.
        holds: String,
        /// The largest number of pixels.
        most: u64,
    },
    /// The embedded font could not be read: the program was built wrongly.
    #[error("the embedded font {file} cannot be read")]
    Font {
        /// The font's file.
        file: &'static str,
    },
    /// The drawing library refused a step.
    #[error("drawing failed: {source}")]
    Draw {
        /// Its reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody has stopped the drawing.
    #[error("the drawing was interrupted")]
    Interrupted,
    /// The picture could not be packed as PNG.
    #[error("packing the picture as PNG failed: {source}")]
    Encode {
        /// The packer's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The ends of a range in words.
fn bounds(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("from {low}"),
        (None, Some(high)) => format!("to {high}"),
        (None, None) => "of all values".to_owned(),
    }
}

impl PlotError {
    /// The same; a range of an axis without a label gets this name.
    pub(crate) fn on_axis(mut self, name: &str) -> Self {
        if let Self::Range { axis, .. } = &mut self
            && axis.is_empty()
        {
            name.clone_into(axis);
        }
        self
    }

    /// An error if somebody has stopped the drawing.
    pub(crate) fn unless_stopped(stop: &StopToken) -> Result<(), Self> {
        if stop.is_stopped() { Err(Self::Interrupted) } else { Ok(()) }
    }
}

impl From<DrawingAreaErrorKind<Infallible>> for PlotError {
    fn from(error: DrawingAreaErrorKind<Infallible>) -> Self {
        Self::Draw { source: Box::new(error) }
    }
}
