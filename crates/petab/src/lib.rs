//! Parameter estimation problems in the PEtab format, version 1: read, checked, simulated and fitted.
//!
//! The format is that of the PEtab data format specification, version 1
//! (<https://petab.readthedocs.io/en/latest/v1/documentation_data_format.html>).
//!
//! * [`Petab::read`] reads the YAML file, the tables and the models. What is wrong with any of them is told at once.
//! * [`Petab::evaluate`] simulates all conditions and gives the likelihood of the measurements.
//! * [`Petab::fit`] looks for the parameters that are most likely.
//!
//! Architecture invariant: this crate touches no file; whoever calls it reads them. It never prints and reads no clock.

#![forbid(unsafe_code)]

mod check;
mod courses;
mod error;
mod evaluate;
mod fit;
mod form;
pub mod formula;
mod likelihood;
mod parameter;
mod prior;
mod problem;
mod report;
mod scope;
mod tables;
mod tsv;
mod write;
mod yaml;

pub use courses::{Bounds, Wish};
pub use error::PetabError;
pub use evaluate::{Evaluated, Options, Point};
pub use fit::{End, Estimates, FitOptions, Fitted, Found, REACHED, Run};
pub use formula::FormulaError;
pub use parameter::{Parameter, ParameterScale};
pub use prior::{Prior, PriorKind};
pub use problem::{Petab, Read};
pub use tables::{Distribution, Transformation};
