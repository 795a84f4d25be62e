//! From recorded numbers to figures: SVG, PNG and PDF, with units on every axis.
//!
//! A [`Figure`] holds the contents; [`Figure::to_svg`] and [`Figure::to_png`] draw it with
//! [`Options`] of size and theme. A [`Plan`] makes a figure of the columns of any table. [`time_course`] and [`resources`] make the usual figures of a
//! [`Trajectory`](bioxen_engine::trajectory::Trajectory).
//!
//! Inside, a figure is checked and measured (`chart`, `span`), laid out (`layout`, `legend`, `ticks`),
//! drawn by plotters (`draw`, `series`) on a sheet of shapes (`sheet`), and written from there (`svg`,
//! `raster`, `pdf`). The font is embedded, so figures look the same on any machine.

mod body;
mod canvas;
mod chart;
mod colormap;
mod course;
mod cytometry;
mod depict;
mod descent;
mod draw;
mod drawing;
mod error;
mod expected;
mod figure;
mod follow;
mod font;
mod genome_map;
mod heatmap;
mod histogram;
pub mod laws;
mod layout;
mod legend;
mod names;
mod naming;
mod noise;
mod options;
mod palette;
mod pdf;
mod plan;
mod raster;
mod relation;
mod series;
mod sheet;
mod span;
mod svg;
mod text;
mod ticks;
mod tiles;
mod trace;
mod unit;
mod vega;

pub use course::{Ribbon, resources, ribbons, time_course};
pub use cytometry::{Channel, cytometry, cytometry_of_two};
pub use descent::{Descent, End, Lived};
pub use drawing::Drawing;
pub use error::PlotError;
pub use expected::Expected;
pub use figure::{Axis, Figure, Panel, Scale, Series, Style};
pub use genome_map::{ColourBy, GenomeMap, MapGene};
pub use heatmap::HeatMap;
pub use histogram::histogram;
pub use noise::{GeneNoise, Measured, noise};
pub use options::{Options, Theme};
pub use plan::{AxisLook, Columns, ErrorOf, Field, Kind, Plan, PlanError, Values, over};
pub use relation::{Straight, phase, relation};
pub use tiles::{Rule, Side, Tile, Tiles};
