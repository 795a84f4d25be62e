//! Tables as Apache Parquet, which pandas, R and DuckDB read. Numbers are DOUBLE, whole numbers INT64,
//! texts strings, truths BOOLEAN; what is missing is null. What is known of the table, and the units of its
//! columns, are key-value pairs of the file.

mod footer;
mod read;
mod write;

use crate::error::TableError;

/// Before the keys of what is known of a table.
const META: &str = "bioxen.meta.";
/// Before the names of columns, of which the pair says the unit.
const UNIT: &str = "bioxen.unit.";

fn wrong(what: impl std::fmt::Display) -> TableError {
    TableError::Format { format: "table in Parquet", what: what.to_string() }
}

#[cfg(test)]
mod tests;
