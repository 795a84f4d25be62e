//! Figures of cells that descend from each other.

use rhai::Map;
use rhai::plugin::*;

use crate::error::raise;
use crate::look::{Look, choice};
use crate::value::{Of, descended};
use crate::{FigureValue, LangError, Population, RhaiResultOf, Table};
use bioxen_plot::Descent;

/// Which figure.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Lineage,
    Kymograph,
}

/// A figure of the cells that `cells` gives.
fn drawn(
    kind: Kind,
    (gene, options): (&str, &Map),
    cells: impl FnOnce(&str, Of) -> Result<Descent, LangError>,
) -> RhaiResultOf<FigureValue> {
    let made = || {
        let function = match kind {
            Kind::Lineage => "plot_lineage",
            Kind::Kymograph => "plot_kymograph",
        };
        let look = Look::read(function, options, &["of"])?;
        let of = choice(options, "of", &Of::NAMES)?.map(Of::named).unwrap_or_default();
        let cells = cells(gene, of)?;
        let tiles = match kind {
            Kind::Lineage => cells.lineage(&look.title(format!("Lineage: {gene}"))),
            Kind::Kymograph => cells.kymograph(&look.title(format!("Lines of descent: {gene}"))),
        };
        look.figure(tiles?)
    };
    made().map_err(raise)
}

/// Figures of cells that descend from each other.
#[export_module]
pub mod functions {
    /// The tree of all cells that there were in a population, coloured by a gene: time from left to right, a stroke for each
    /// cell, a branch at each division with the first daughter above. A small bar ends cells that left the
    /// population. Each cell is known at its birth and at its end; in between the colours are interpolated. Up to 4000 cells are drawn; the figure
    /// says which are left out.
    ///
    /// * `gene` - such as `"dnaK"`, or `"size"`
    ///
    /// # Errors
    /// If there is no such gene, or the population keeps no tree.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let cells = population(3, #{mode: "colony"});
    /// cells.run(2.h);
    /// plot_lineage(cells, "dnaK");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_lineage(population: Population, gene: &str) -> RhaiResultOf<FigureValue> {
        plot_lineage_with(population, gene, Map::new())
    }

    /// The same with options: those of every figure, and
    ///
    /// * `gene` - such as `"dnaK"`, or `"size"`
    /// * `options` - a map of:
    /// * `of` - `"count"` (by default) or `"concentration"`: molecules in a cell of mean size
    ///
    /// # Errors
    /// As without options, or if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let cells = population(3);
    /// cells.run(2.h);
    /// plot_lineage(cells, "dnaK", #{of: "concentration"});
    /// ```
    #[rhai_fn(global, name = "plot_lineage", return_raw)]
    pub fn plot_lineage_with(
        population: Population,
        gene: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        drawn(Kind::Lineage, (gene, &options), |gene, of| population.descended(gene, of))
    }

    /// The tree of the cells of a table, as `tree()` and `lineage(id)` of a population make it; rows may be left out.
    ///
    /// * `gene` - such as `"dnaK"`, or `"size"`: a column, with another for the time of birth
    ///
    /// # Errors
    /// If the table is no tree, or has no such columns.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let cells = population(3);
    /// cells.run(2.h);
    /// plot_lineage(cells.tree().filter(|cell| cell.fate != "left"), "dnaK");
    /// ```
    #[rhai_fn(global, name = "plot_lineage", return_raw)]
    pub fn plot_lineage_table(table: Table, gene: &str) -> RhaiResultOf<FigureValue> {
        plot_lineage_table_with(table, gene, Map::new())
    }

    /// The same with options: those of every figure, and
    ///
    /// * `gene` - such as `"dnaK"`, or `"size"`: a column, with another for the time of birth
    /// * `options` - a map of:
    /// * `of` - `"count"` (by default) or `"concentration"`: molecules in a cell of mean size
    ///
    /// # Errors
    /// As without options, or if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let cells = population(3);
    /// cells.run(2.h);
    /// plot_lineage(cells.tree(), "size", #{title: "Sizes"});
    /// ```
    #[rhai_fn(global, name = "plot_lineage", return_raw)]
    pub fn plot_lineage_table_with(
        table: Table,
        gene: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        drawn(Kind::Lineage, (gene, &options), |gene, of| descended(&table, gene, of))
    }

    /// The lines of descent of the cells that live, as of a mother machine: time from left to right, a row for each line, the
    /// cells as bars coloured by a gene. A cell that several lines have in common is as high as all of them. Each
    /// cell is known at its birth and at its end; in between the colours are interpolated. Up to 300 lines are
    /// drawn; the figure says which.
    ///
    /// * `gene` - such as `"dnaK"`, or `"size"`
    ///
    /// # Errors
    /// If there is no such gene, or the population keeps no tree.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let lines = population(10, #{mode: "mother_machine"});
    /// lines.run(3.h);
    /// plot_kymograph(lines, "dnaK");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_kymograph(population: Population, gene: &str) -> RhaiResultOf<FigureValue> {
        plot_kymograph_with(population, gene, Map::new())
    }

    /// The same with options: those of every figure, and
    ///
    /// * `gene` - such as `"dnaK"`, or `"size"`
    /// * `options` - a map of:
    /// * `of` - `"count"` (by default) or `"concentration"`: molecules in a cell of mean size
    ///
    /// # Errors
    /// As without options, or if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let lines = population(10, #{mode: "mother_machine"});
    /// lines.run(3.h);
    /// plot_kymograph(lines, "dnaK", #{of: "concentration"});
    /// ```
    #[rhai_fn(global, name = "plot_kymograph", return_raw)]
    pub fn plot_kymograph_with(
        population: Population,
        gene: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        drawn(Kind::Kymograph, (gene, &options), |gene, of| population.descended(gene, of))
    }

    /// The lines of descent of a table, as `tree()` and `lineage(id)` of a population make it.
    ///
    /// * `gene` - such as `"dnaK"`, or `"size"`: a column, with another for the time of birth
    ///
    /// # Errors
    /// If the table is no tree, or has no such columns.
    ///
    /// # Example
    /// ```rhai
    /// let lines = population(5, #{mode: "mother_machine"});
    /// lines.run(3.h);
    /// plot_kymograph(lines.tree(), "size");
    /// ```
    #[rhai_fn(global, name = "plot_kymograph", return_raw)]
    pub fn plot_kymograph_table(table: Table, gene: &str) -> RhaiResultOf<FigureValue> {
        plot_kymograph_table_with(table, gene, Map::new())
    }

    /// The same with options: those of every figure, and
    ///
    /// * `gene` - such as `"dnaK"`, or `"size"`: a column, with another for the time of birth
    /// * `options` - a map of:
    /// * `of` - `"count"` (by default) or `"concentration"`: molecules in a cell of mean size
    ///
    /// # Errors
    /// As without options, or if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let lines = population(5, #{mode: "mother_machine"});
    /// lines.run(3.h);
    /// plot_kymograph(lines.tree(), "size", #{title: "Sizes"});
    /// ```
    #[rhai_fn(global, name = "plot_kymograph", return_raw)]
    pub fn plot_kymograph_table_with(
        table: Table,
        gene: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        drawn(Kind::Kymograph, (gene, &options), |gene, of| descended(&table, gene, of))
    }
}
