//! Statistics of the cells of a population.

use rhai::plugin::*;
use rhai::{Dynamic, Map};

use crate::api::tables::files::into_csv;
use crate::error::raise;
use crate::number::number;
use crate::{LangError, Population, RhaiResultOf};
use bioxen_base::statistics::quantile;
use bioxen_cell::cells::{Moments, Reporters};

/// The value below which a part of the cells lies.
fn below(population: &Population, name: &str, p: f64) -> RhaiResultOf<f64> {
    let mut values = population.values(name).map_err(raise)?;
    values.sort_by(f64::total_cmp);
    Ok(quantile(&values, p))
}

/// A statistic of one quantity, as `of` says.
fn statistic(
    population: &Population,
    (name, of): (&str, &str),
    statistic: impl Fn(Moments) -> f64,
) -> RhaiResultOf<f64> {
    let values = population.either(name, of).map_err(raise)?;
    Ok(statistic(Moments::of(&values)))
}

/// Statistics of the cells of a population.
#[export_module]
pub mod functions {
    /// The mean of a quantity over all cells.
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such quantity.
    ///
    /// # Example
    /// ```rhai
    /// print(population(1000).mean("size"));
    /// ```
    #[rhai_fn(global, name = "mean", pure, return_raw)]
    pub fn mean_of_cells(population: &mut Population, quantity: &str) -> RhaiResultOf<f64> {
        super::statistic(population, (quantity, "count"), |of| of.mean)
    }

    /// The squared coefficient of variation of a quantity over all cells: its variance over its squared mean;
    /// NaN where no cell has any.
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such quantity, or there is only one cell.
    ///
    /// # Example
    /// ```rhai
    /// print(population(1000).cv2("size"));
    /// ```
    #[rhai_fn(global, name = "cv2", pure, return_raw)]
    pub fn cv2_of_cells(population: &mut Population, quantity: &str) -> RhaiResultOf<f64> {
        population.several("cv2").map_err(raise)?;
        super::statistic(population, (quantity, "count"), |of| of.cv2())
    }

    /// The same of the count or of the concentration, the molecules in a cell of mean size.
    ///
    /// * `quantity` - such as `"dnaK"`
    /// * `of` - `"count"` or `"concentration"`
    ///
    /// # Errors
    /// If there is no such quantity, `of` is neither, or there is only one cell.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// print(population(100).cv2("dnaK", "concentration"));
    /// ```
    #[rhai_fn(global, name = "cv2", pure, return_raw)]
    pub fn cv2_of_either(
        population: &mut Population,
        quantity: &str,
        of: &str,
    ) -> RhaiResultOf<f64> {
        population.several("cv2").map_err(raise)?;
        super::statistic(population, (quantity, of), |of| of.cv2())
    }

    /// The Fano factor of a quantity over all cells: its variance over its mean. It is 1 for chance in cells of one size.
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such quantity, or there is only one cell.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// print(population(100).fano("dnaK.mrna"));
    /// ```
    #[rhai_fn(global, name = "fano", pure, return_raw)]
    pub fn fano_of_cells(population: &mut Population, quantity: &str) -> RhaiResultOf<f64> {
        population.several("Fano factor").map_err(raise)?;
        super::statistic(population, (quantity, "count"), |of| of.fano())
    }

    /// The correlation coefficient of two quantities over all cells; NaN where one does not vary.
    ///
    /// * `a`, `b` - such as `"dnaK"` and `"adk"`
    ///
    /// # Errors
    /// If there is no such quantity, or there is only one cell.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// print(population(100).correlation("dnaK", "size"));
    /// ```
    #[rhai_fn(global, name = "correlation", pure, return_raw)]
    pub fn correlation_of_cells(
        population: &mut Population,
        a: &str,
        b: &str,
    ) -> RhaiResultOf<f64> {
        let (a, b) = (population.find(a).map_err(raise)?, population.find(b).map_err(raise)?);
        population.several("correlation").map_err(raise)?;
        Ok(population.cells.population().correlation(a, b))
    }

    /// The noise of two reporters (Elowitz et al. 2002), each divided by its mean: `intrinsic`, what each has for
    /// itself, and `extrinsic`, what both share, the size of the cell included. Returns a map.
    ///
    /// * `a`, `b` - such as `"dnaK"` and `"adk"`
    ///
    /// # Errors
    /// If there is no such quantity, or there is only one cell.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK", "adk"]);
    /// population(200).noise("dnaK", "adk")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn noise(population: &mut Population, a: &str, b: &str) -> RhaiResultOf<Map> {
        let values = |name| population.values(name).map_err(raise);
        population.several("noise").map_err(raise)?;
        let Reporters { intrinsic, extrinsic } = Reporters::of(&values(a)?, &values(b)?);
        let mut map = Map::new();
        map.insert("intrinsic".into(), intrinsic.into());
        map.insert("extrinsic".into(), extrinsic.into());
        Ok(map)
    }

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
        let all: Vec<usize> = (0..population.cells.population().cells().len()).collect();
        let table = population.table(&all).map_err(raise)?;
        into_csv(&context, &table, path, &Map::new())
    }
}
