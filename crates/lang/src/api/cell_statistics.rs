//! More statistics of the cells of a population.

use rhai::plugin::*;
use rhai::{Dynamic, Map};

use crate::api::tables::files::into_csv;
use crate::error::raise;
use crate::number::number;
use crate::{LangError, Population, RhaiResultOf};
use bioxen_base::statistics::quantile;
use bioxen_cell::cells::Moments;

/// The value below which a part of the cells lies.
fn below(population: &Population, name: &str, p: f64) -> RhaiResultOf<f64> {
    let mut values = population.values(name).map_err(raise)?;
    values.sort_by(f64::total_cmp);
    Ok(quantile(&values, p))
}

/// Statistics of the cells of a population.
#[export_module]
pub mod functions {
    /// The standard deviation of a quantity over all cells: of all, not of a sample, as in `cv2`.
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such quantity.
    ///
    /// # Example
    /// ```rhai
    /// print(population(1000).sd("size"));
    /// ```
    #[rhai_fn(global, name = "sd", pure, return_raw)]
    pub fn sd_of_cells(population: &mut Population, quantity: &str) -> RhaiResultOf<f64> {
        let values = population.values(quantity).map_err(raise)?;
        Ok(Moments::of(&values).variance.sqrt())
    }

    /// The median of a quantity over all cells.
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such quantity.
    ///
    /// # Example
    /// ```rhai
    /// print(population(1000).median("size"));
    /// ```
    #[rhai_fn(global, name = "median", pure, return_raw)]
    pub fn median_of_cells(population: &mut Population, quantity: &str) -> RhaiResultOf<f64> {
        below(population, quantity, 0.5)
    }

    /// The value of a quantity below which a part of the cells lies, as in `run`.
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    /// * `p` - the part, from 0 to 1
    ///
    /// # Errors
    /// If there is no such quantity, or the part is not from 0 to 1.
    ///
    /// # Example
    /// ```rhai
    /// print(population(1000).quantile("size", 0.95));
    /// ```
    #[rhai_fn(global, name = "quantile", pure, return_raw)]
    pub fn quantile_of_cells(
        population: &mut Population,
        quantity: &str,
        p: Dynamic,
    ) -> RhaiResultOf<f64> {
        let part = number("the part of quantile", &p).map_err(raise)?;
        if !(0.0..=1.0).contains(&part) {
            return Err(raise(LangError::WrongType {
                what: "the part of quantile".to_owned(),
                expected: "a number from 0 to 1",
                got: part.to_string(),
            }));
        }
        below(population, quantity, part)
    }

    /// Writes the cells into a CSV file in the output folder, as `cells().to_csv(path)`.
    ///
    /// * `path` - a name that ends in `.csv`
    ///
    /// # Errors
    /// If the file cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// population(10).to_csv("cells.csv");
    /// ```
    #[rhai_fn(global, name = "to_csv", pure, return_raw)]
    pub fn cells_to_csv(
        context: NativeCallContext,
        population: &mut Population,
        path: &str,
    ) -> RhaiResultOf<()> {
        let all: Vec<usize> = (0..population.0.population().cells().len()).collect();
        let table = population.table(&all).map_err(raise)?;
        into_csv(&context, &table, path, &Map::new())
    }
}
