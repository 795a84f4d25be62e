//! A sweep of a script that is cut into shards, on one machine or on a cluster.
//!
//! A [`Plan`] is read from a file. [`lock::freeze`] copies everything that the script reads into a folder and
//! writes a [`Lock`]: the points, the replicates, the seed, the checksums. Points and replicates have one
//! fixed order, and the random numbers of a [`Row`] come from the seed, the point and the replicate alone. A
//! shard is a slice of that order: [`shard::run`] writes one sealed file, whole or not at all, and [`merge()`]
//! joins all of them. So any number of workers, and any cut into shards, gives the same bytes.
//!
//! This crate knows no language: a [`Model`] evaluates a row.

mod chosen;
mod error;
pub mod lock;
mod merge;
mod model;
mod moments;
mod plan;
mod points;
mod remarks;
mod rows;
mod sent;
mod setting;
pub mod shard;
mod sketch;
mod sketches;
pub mod slurm;
mod spread;
mod status;
mod summary;
mod writing;

pub use chosen::{Sharding, Statistics, Traces, Wanted};
pub use error::BatchError;
pub use lock::{Lock, Prepared, Row, Run, SENT};
pub use merge::{Merged, merge};
pub use model::{Cell, Model, Outcome, Output, Samples, Stopped, check};
pub use plan::Plan;
pub use points::Points;
pub use rows::{Gave, Remarks, rows};
pub use sent::{commands, program};
pub use setting::Setting;
pub use sketch::Sketch;
pub use status::{Found, Shards, Status, status};
pub use summary::{Axes, Chosen, Curve, Named, Point, Shown, Summary, summary};
