//! Values that cross between a BioXen session and programs in other languages: numbers, quantities, texts,
//! lists, maps and tables of typed columns. [`file`] says what form they have on the way.
//!
//! Rust cells compile this crate when they start. So it is small, and nothing but the standard library comes
//! with it.
//!
//! # Examples
//! ```
//! use bioxen_exchange::{Column, Table, Value};
//! let table = Table::new([
//!     Column::new("time", vec![0.0, 1.0]).in_unit("min"),
//!     Column::new("demo.lacZ.mrna", vec![0_i64, 3]),
//! ])?;
//! assert_eq!(table.column("mrna")?.numbers()?, [0.0, 3.0]);
//! let value = Value::from(table);
//! assert_eq!(value.number().unwrap_err().to_string(), "it is a table, not a number");
//! # Ok::<(), bioxen_exchange::ExchangeError>(())
//! ```

pub mod file;

mod convert;
mod error;
mod table;
mod value;

pub use error::ExchangeError;
pub use table::{Cells, Column, Table};
pub use value::{Quantity, Value};
