//! The laboratory: cells by name, each with its clock and its events; runs, ensembles, snapshots.
//!
//! A [`Lab`] holds cells. A [`Cell`] is a host with its VMs ([`bioxen_cell::hypervisor::Hypervisor`])
//! and its pending events ([`Events`]). A [`Run`] simulates the current cell and hands out the actions
//! that are due on the way. This crate does not depend on scripts, figures or terminals.
//!
//! The action of an event is a value of the type `A`, which the driver of the run interprets. In Rust
//! it is a [`Call`], and a `Lab` drives its runs itself. The process language uses its own closures.
//!
//! ```
//! use bioxen_base::units::Time;
//! use bioxen_lab::Lab;
//!
//! let minutes = Time::from_minutes;
//! let mut lab = Lab::new(0)?;
//! lab.quick_start_vm("ecoli", "demo")?;
//! lab.with_vm("demo", |vm| vm.start_transcription(&["lacZ"], 1.0).map(drop))?;
//! lab.at(minutes(5.0), |lab| {
//!     lab.with_vm("demo", |vm| vm.stop_transcription(&["lacZ"]).map(drop))
//! })?;
//! let run = lab.run(minutes(10.0))?;
//! assert_eq!(run.trace.times.len(), 61);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A `use` that crosses the wall does not compile:
//! ```
//! use bioxen_cell::hypervisor::Hypervisor;
//! ```
//! ```compile_fail
//! use rhai::Engine;
//! ```
//! ```compile_fail
//! use bioxen_lang::World;
//! ```
//! ```compile_fail
//! use bioxen_plot::Figure;
//! ```
//! ```compile_fail
//! use plotters::prelude::ChartBuilder;
//! ```
//! ```compile_fail
//! use rustyline::Editor;
//! ```

mod call;
mod cells;
mod ensemble;
mod error;
mod events;
mod lab;
mod make;
mod moment;
mod parts;
mod place;
mod resources;
mod run;
mod saved;

pub use bioxen_base::pattern::matches_pattern;
pub use bioxen_cell::hypervisor::Run as RunResult;
pub use call::Call;
pub use ensemble::{MOST_VALUES, Repetition, affordable, alike, ensemble};
pub use error::LabError;
pub use events::{Event, Events, Trigger};
pub use lab::{Cell, FIRST, Lab};
pub use moment::{Moment, Snapshot, Surroundings};
pub use parts::{Parts, PartsOfCell};
pub use place::{Here, Place, Places, Stretch, Wanted, Whereabouts, here};
pub use resources::{Resources, Usage, left, used};
pub use run::{Repeated, Run, Step};
