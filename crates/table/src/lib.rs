//! Tables of typed columns with units: their files, their operations, and plate-reader data.
//!
//! A [`Table`] is made of [`Column`]s of one length. Nothing changes a table: operations make others, and
//! share what stays. Files are texts and bytes; whoever calls reads and writes them.
//!
//! ```
//! use bioxen_table::{Aggregate, CsvOptions, SortKey, Statistic, Table};
//!
//! let text = "strain,time [h],OD\nb,0,0.1\na,0,0.1\nb,1,0.3\n";
//! let table = Table::from_csv(text.as_bytes(), &CsvOptions::default())?.table;
//! let greatest = table
//!     .group(&["strain"])?
//!     .aggregate(&[Aggregate::new("OD", Statistic::Max)])?
//!     .sort(&[SortKey::up("strain")])?;
//! assert_eq!(greatest.cell(1, "OD_max")?.number(), Some(0.3));
//! # Ok::<(), bioxen_table::TableError>(())
//! ```

#![forbid(unsafe_code)]

mod column;
mod csv;
mod error;
mod json;
mod keys;
mod meta;
mod operations;
#[cfg(feature = "parquet")]
mod parquet;
pub mod plate;
mod render;
pub mod statistics;
mod table;
pub mod units;
mod value;

#[cfg(test)]
#[allow(dead_code)]
mod generate;

pub use crate::column::{Column, Values};
pub use crate::csv::{
    CsvOptions, CsvRead, CsvStyle, Decimal, Duplicates, Encoding, Limits, Ragged, Separators,
};
pub use error::TableError;
pub use json::JsonForm;
pub use meta::Meta;
pub use operations::{Aggregate, Direction, Grouped, Join, SortKey, Statistic};
pub use render::{Extract, grouped};
pub use table::{Row, Table};
pub use value::{Kind, Value};
