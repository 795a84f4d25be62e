//! The process language: Rhai with functions for biology.
//!
//! Every function is declared once, in a module of [`api`], with its documentation; registration,
//! checking and help come from that declaration through the [`catalogue`]. Functions work on a
//! [`World`], which a session owns.

#[allow(
    missing_docs,
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unwrap_used,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]
pub mod api;
pub mod branches;
pub mod catalogue;
pub mod caught;
pub mod cells;
pub mod checkpoint;
pub mod definitions;
pub mod display;
pub mod engine;
pub mod error;

pub mod execution;
pub mod files;
pub mod fitting;
pub mod format;
pub mod front_end;
pub mod given;
mod held;
pub mod imports;
pub mod later;
pub mod limits;
pub mod look;
pub mod memory;
pub mod nesting;
pub mod number;
pub mod off;
pub mod output;
pub mod parameters;
pub mod plugins;
pub mod quantity;
pub mod reading;
pub mod reference;
pub mod repeat;
pub mod running;
pub mod scripted;
pub mod series;
pub mod shared;
mod studying;
pub mod sweep;

pub mod stack;
pub mod steady;
pub mod text;
pub mod value;
pub mod world;

pub use bioxen_lab::Snapshot;
pub use catalogue::{Catalogue, FnDoc, Parameter};
pub use display::Display;
pub use error::LangError;
pub use files::Allowed;
pub use front_end::FrontEnd;
pub use held::held_back;
pub use limits::{Limits, Operations};
pub use output::{Answer, InputHook, Output};
pub use scripted::Moment;
pub use value::{
    DisplayHandle, Ensemble, EventHandle, FigureValue, Fit, Grouped, Plate, Population, Status,
    Table, Trace, Vm,
};
pub use world::{Shared, World, WorldOptions};

use rhai::EvalAltResult;

/// What a native function returns. The name is one that the documentation of functions shows as
/// the value's own type.
pub type RhaiResultOf<T> = Result<T, Box<EvalAltResult>>;
