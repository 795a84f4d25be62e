//! What single cells have, as figures need it: from a population, or from a table.

use super::has_concentration;
use crate::{LangError, Population};
use bioxen_base::nearest::nearest;
use bioxen_cell::cells::Quantity;
use bioxen_table::Table;

/// Molecules of a cell, or in a cell of mean size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Of {
    /// Molecules of the cell.
    #[default]
    Count,
    /// Divided by the size of the cell, whose mean over a growing population is 1.
    Concentration,
}

impl Of {
    /// The names of both.
    pub const NAMES: [&str; 2] = ["count", "concentration"];

    /// The one of a name.
    pub fn named(name: &str) -> Self {
        if name == Self::NAMES[1] { Self::Concentration } else { Self::Count }
    }

    /// How an axis calls a quantity, and its unit.
    pub fn axis(self, name: &str, unit: Option<&str>) -> (String, String) {
        let unit = unit.unwrap_or_default();
        match self {
            Self::Count => (name.to_owned(), unit.to_owned()),
            Self::Concentration if unit.is_empty() => (format!("{name} over size"), String::new()),
            Self::Concentration => (name.to_owned(), format!("{unit} in a cell of mean size")),
        }
    }

    /// A value of a cell of some size.
    pub fn value(self, count: f64, size: f64) -> f64 {
        match self {
            Self::Count => count,
            Self::Concentration => count / size,
        }
    }
}

/// A quantity of each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellValues {
    /// How an axis calls it.
    pub label: String,
    /// Its unit; empty if it has none.
    pub unit: String,
    /// A value for each cell.
    pub values: Vec<f64>,
}

/// The unit of a quantity.
pub fn unit(quantity: Quantity) -> Option<&'static str> {
    match quantity {
        Quantity::Size => None,
        Quantity::Transcripts(_) | Quantity::Protein(_) => Some("molecules"),
        Quantity::Copies(_) | Quantity::Gene(_) => Some("copies"),
    }
}

impl CellValues {
    /// A quantity of the cells of a population.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn of_population(cells: &Population, name: &str, of: Of) -> Result<Self, LangError> {
        let found = cells.cells.find(name)?;
        let population = cells.cells.population();
        let values = match of {
            Of::Count => population.values(found.quantity),
            Of::Concentration => {
                has_concentration(found.quantity)?;
                population.concentrations(found.quantity)
            }
        };
        let (label, unit) = of.axis(&found.name, unit(found.quantity));
        Ok(Self { label, unit, values })
    }

    /// A column of a table with a row for each cell.
    ///
    /// # Errors
    /// When there is no such column, or it has no numbers.
    pub fn of_table(table: &Table, name: &str, of: Of) -> Result<Self, LangError> {
        let column = table.column(name)?;
        let numbers = column.numbers("a figure of cells")?;
        let values = match of {
            Of::Count => numbers.to_vec(),
            Of::Concentration => {
                let sizes = table.column("size")?.numbers("concentrations")?;
                numbers.iter().zip(sizes.iter()).map(|(n, size)| n / size).collect()
            }
        };
        let (label, unit) = of.axis(column.name(), column.unit());
        Ok(Self { label, unit, values })
    }
}

/// A fate by its name.
///
/// # Errors
/// When it is none.
pub(super) fn fate(given: &str) -> Result<bioxen_plot::End, LangError> {
    const NAMES: [&str; 3] = ["alive", "divided", "left"];
    match given {
        "alive" => Ok(bioxen_plot::End::Alive),
        "divided" => Ok(bioxen_plot::End::Divided),
        "left" => Ok(bioxen_plot::End::Left),
        _ => Err(LangError::UnknownName {
            kind: "fate",
            given: given.to_owned(),
            nearest: nearest(given, NAMES).map(str::to_owned),
            valid: NAMES.map(str::to_owned).to_vec(),
        }),
    }
}
