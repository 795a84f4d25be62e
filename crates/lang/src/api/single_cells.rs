//! Figures of what single cells have.

mod pictures;

use rhai::Map;
use rhai::plugin::*;

use crate::error::raise;
use crate::{FigureValue, Population, RhaiResultOf, Table};
use pictures::{histogram, noise, one, two};

/// Figures of what single cells have.
#[export_module]
pub mod functions {
    /// The cells as a flow cytometer shows them: how many have how much of a gene, on a logarithmic axis. Cells
    /// with none have a bar of their own over a 0. Whole numbers up to 20 have a bar each on a linear axis.
    ///
    /// * `gene` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such gene.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// plot_cytometry(population(200), "dnaK");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_cytometry(population: Population, gene: &str) -> RhaiResultOf<FigureValue> {
        one(&population, gene, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `gene` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    /// * `options` - a map of:
    /// * `gate` - a number: cells with so much or more are positive, and the figure tells how many they are
    /// * `of` - `"count"` (by default) or `"concentration"`: molecules in a cell of mean size
    ///
    /// # Errors
    /// If there is no such gene, an option is unknown, or the gate is not above 0.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// plot_cytometry(population(200), "dnaK", #{gate: 1500.0});
    /// ```
    #[rhai_fn(global, name = "plot_cytometry", return_raw)]
    pub fn plot_cytometry_with(
        population: Population,
        gene: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        one(&population, gene, &options).map_err(raise)
    }

    /// How many cells have how much of two genes: the number of cells as colour, on logarithmic axes with places for 0.
    ///
    /// * `gene` - the one to the right, such as `"dnaK"`; `names()` lists them
    /// * `other` - the one upwards
    ///
    /// # Errors
    /// If there is no such gene.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK", "adk"]);
    /// plot_cytometry(population(200), "dnaK", "adk");
    /// ```
    #[rhai_fn(global, name = "plot_cytometry", return_raw)]
    pub fn plot_cytometry_two(
        population: Population,
        gene: &str,
        other: &str,
    ) -> RhaiResultOf<FigureValue> {
        two(&population, (gene, other), &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `gene` - the one to the right, such as `"dnaK"`; `names()` lists them
    /// * `other` - the one upwards
    /// * `options` - a map of:
    /// * `gate` - a number for both genes, or an array of one for each, `()` for none: the corners tell
    ///   the part of each quadrant
    /// * `of` - `"count"` (by default) or `"concentration"`: molecules in a cell of mean size
    ///
    /// # Errors
    /// If there is no such gene, an option is unknown, or a gate is not above 0.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK", "adk"]);
    /// plot_cytometry(population(200), "dnaK", "adk", #{gate: [1500, 800]});
    /// ```
    #[rhai_fn(global, name = "plot_cytometry", return_raw)]
    pub fn plot_cytometry_two_with(
        population: Population,
        gene: &str,
        other: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        two(&population, (gene, other), &options).map_err(raise)
    }

    /// The same of a table with a row for each cell, such as those of `sample(n)` and `cells()`, or measured ones.
    ///
    /// * `gene` - a column, such as `"dnaK"`
    ///
    /// # Errors
    /// If there is no such column, it has no numbers, or some are below zero. What is no number is left out, and told.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// plot_cytometry(population(200).sample(100), "dnaK");
    /// ```
    #[rhai_fn(global, name = "plot_cytometry", return_raw)]
    pub fn plot_cytometry_table(table: Table, gene: &str) -> RhaiResultOf<FigureValue> {
        one(&table, gene, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `gene` - a column, such as `"dnaK"`
    /// * `options` - a map of:
    /// * `gate` - a number: cells with so much or more are positive, and the figure tells how many they are
    /// * `of` - `"count"` (by default) or `"concentration"`: divided by the column `size`
    ///
    /// # Errors
    /// If there is no such column, an option is unknown, or the gate is not above 0.
    ///
    /// # Example
    /// ```rhai
    /// let measured = table(#{gfp: [0, 120, 340, 95, 210]});
    /// plot_cytometry(measured, "gfp", #{gate: 100});
    /// ```
    #[rhai_fn(global, name = "plot_cytometry", return_raw)]
    pub fn plot_cytometry_table_with(
        table: Table,
        gene: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        one(&table, gene, &options).map_err(raise)
    }

    /// The same of two columns of a table with a row for each cell.
    ///
    /// * `gene` - the column to the right
    /// * `other` - the column upwards
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// let measured = table(#{gfp: [0, 120, 340, 95], rfp: [11, 60, 210, 30]});
    /// plot_cytometry(measured, "gfp", "rfp");
    /// ```
    #[rhai_fn(global, name = "plot_cytometry", return_raw)]
    pub fn plot_cytometry_table_two(
        table: Table,
        gene: &str,
        other: &str,
    ) -> RhaiResultOf<FigureValue> {
        two(&table, (gene, other), &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `gene` - the column to the right
    /// * `other` - the column upwards
    /// * `options` - a map of:
    /// * `gate` - a number for both, or an array of one for each, `()` for none: the corners tell the part of each quadrant
    /// * `of` - `"count"` (by default) or `"concentration"`: divided by the column `size`
    ///
    /// # Errors
    /// If there is no such column, an option is unknown, or a gate is not above 0.
    ///
    /// # Example
    /// ```rhai
    /// let measured = table(#{gfp: [0, 120, 340, 95], rfp: [11, 60, 210, 30]});
    /// plot_cytometry(measured, "gfp", "rfp", #{gate: [100, 50]});
    /// ```
    #[rhai_fn(global, name = "plot_cytometry", return_raw)]
    pub fn plot_cytometry_table_two_with(
        table: Table,
        gene: &str,
        other: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        two(&table, (gene, other), &options).map_err(raise)
    }

    /// The noise of all proteins of a population against their means: the squared coefficient of variation (CV², variance over squared mean) on
    /// logarithmic axes, with the line 1/mean of pure chance (Poisson), and behind them, in grey, 1018 proteins
    /// measured in cells of *E. coli* (Taniguchi et al., Science 329:533, 2010). Whether those were corrected
    /// for the sizes of the cells is not known here.
    ///
    /// # Errors
    /// If no genes are transcribed.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK", "adk", "lacZ"]);
    /// plot_noise(population(200));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_noise(population: Population) -> RhaiResultOf<FigureValue> {
        noise(&population, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `options` - a map of:
    /// * `of` - `"count"` (by default) or `"concentration"`: molecules in a cell of mean size
    /// * `measured` - whether to show the measured proteins; by default `true`
    ///
    /// # Errors
    /// If no genes are transcribed, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK", "adk", "lacZ"]);
    /// plot_noise(population(200), #{of: "concentration"});
    /// ```
    #[rhai_fn(global, name = "plot_noise", return_raw)]
    pub fn plot_noise_with(population: Population, options: Map) -> RhaiResultOf<FigureValue> {
        noise(&population, &options).map_err(raise)
    }

    /// A histogram of a quantity over all cells of a population, on an axis of equal steps; `plot_cytometry` has
    /// a logarithmic one. The curve is as in the histogram of an ensemble, from the mean and the variance of the
    /// cells: cells of different sizes have no pure chance.
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such quantity.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// plot_histogram(population(200), "dnaK.mrna");
    /// ```
    #[rhai_fn(global, name = "plot_histogram", return_raw)]
    pub fn plot_histogram_cells(
        population: Population,
        quantity: &str,
    ) -> RhaiResultOf<FigureValue> {
        histogram(&population, quantity, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    /// * `options` - a map of:
    /// * `curve` - `"auto"`, `"poisson"`, `"negative_binomial"` or `"none"`
    /// * `mean`, `variance` - of the curve, instead of those of the cells
    ///
    /// # Errors
    /// If there is no such quantity, an option is unknown, or there is no such curve.
    ///
    /// # Example
    /// ```rhai
    /// plot_histogram(population(200), "size", #{curve: "none"});
    /// ```
    #[rhai_fn(global, name = "plot_histogram", return_raw)]
    pub fn plot_histogram_cells_with(
        population: Population,
        quantity: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        histogram(&population, quantity, &options).map_err(raise)
    }
}
