//! Figures of arrays and tables, and of several traces over each other.

mod branch;
mod layers;
mod over;
mod planned;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::error::raise;
use crate::look::{Look, choice};
use crate::number::kind;
use crate::series::Series as Numbers;
use crate::{FigureValue, LangError, RhaiResultOf, Table};
use bioxen_plot::{Axis, Figure, Panel, Series, Style};
use branch::branch;
use layers::{are_tables, layers};
use over::{is_several, over};
use planned::planned;

fn against(xs: &[Dynamic], ys: &[Dynamic], map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", map, &["x", "y", "style"])?;
    let (across, up) = (Numbers::read("plot", xs)?, Numbers::read("plot", ys)?);
    if across.values.len() != up.values.len() {
        return Err(LangError::WrongType {
            what: "the second array of plot".to_owned(),
            expected: "as many values as the first has",
            got: format!("{} for {}", up.values.len(), across.values.len()),
        });
    }
    let label = |key: &str| map.get(key).map_or_else(|| key.to_owned(), ToString::to_string);
    let (x, y) =
        (Axis::new(label("x"), across.unit.symbol()), Axis::new(label("y"), up.unit.symbol()));
    let of = |style| {
        Series::line(y.label.clone(), across.values.clone(), up.values.clone()).with_style(style)
    };
    let series = match choice(map, "style", &["both", "line", "points"])? {
        Some("line") => vec![of(Style::Line)],
        Some("points") => vec![of(Style::Points)],
        _ => vec![of(Style::Line), of(Style::Points)],
    };
    let title = look.title(format!("{} against {}", y.label, x.label));
    look.figure(Figure { title, panels: vec![Panel { title: None, x, y, series }] })
}

/// An array against another; or what several traces and tables say of quantities.
fn arrays(xs: &Array, ys: &Dynamic, map: &Map) -> Result<FigureValue, LangError> {
    if let Some(options) = ys.read_lock::<Map>() {
        return tables(xs, &options);
    }
    match ys.read_lock::<Array>() {
        Some(ys) if !is_several(xs) => against(xs, &ys, map),
        _ => over(xs, ys, map),
    }
}

/// Several tables over each other.
fn tables(array: &Array, options: &Map) -> Result<FigureValue, LangError> {
    if are_tables(array) {
        return layers(array, options);
    }
    Err(LangError::WrongType {
        what: "what plot draws over each other by their columns".to_owned(),
        expected: "an array of tables; of traces, plot([a, b], \"lacZ\") takes the quantity",
        got: array
            .iter()
            .find(|value| !value.is::<Table>())
            .map_or("an empty array".to_owned(), kind),
    })
}

/// Figures of arrays and tables, and of several traces over each other.
#[export_module]
pub mod functions {
    /// A figure of one array against another: points, and the line through them in their order.
    ///
    /// * `xs` - values on the horizontal axis: numbers, or quantities of one kind
    /// * `ys` - as many values on the vertical axis
    ///
    /// # Errors
    /// If the arrays are not equally long, are empty, or hold something else.
    ///
    /// # Example
    /// ```rhai
    /// plot([1, 2, 3], [4.0, 5.5, 6.0]);
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_arrays(xs: Array, ys: Array) -> RhaiResultOf<FigureValue> {
        arrays(&xs, &Dynamic::from_array(ys), &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `xs` - values on the horizontal axis: numbers, or quantities of one kind
    /// * `ys` - as many values on the vertical axis
    /// * `options` - a map of:
    /// * `x`, `y` - the labels of the axes
    /// * `style` - `"both"` points and line, `"points"`, or `"line"`
    ///
    /// # Errors
    /// If the arrays are not equally long, are empty, or hold something else, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// plot([1.uM, 2.uM], [40, 55], #{x: "IPTG", y: "LacZ", title: "Dose and response"});
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_arrays_with(xs: Array, ys: Array, options: Map) -> RhaiResultOf<FigureValue> {
        arrays(&xs, &Dynamic::from_array(ys), &options).map_err(raise)
    }

    /// Several traces over each other, and measurements over the line of a model: a quantity of each trace as
    /// a line, and the column of that name of each table as points over its column `time`, or else its first in a
    /// unit of time.
    ///
    /// * `traces` - an array of traces and tables
    /// * `quantities` - a name of the traces or an array of names, such as `["lacZ", "host.ribosomes"]`
    ///
    /// # Errors
    /// If a name fits no quantity or column, units differ, or something else is in the array.
    ///
    /// # Example
    /// ```rhai
    /// let measured = table(#{time: [0.min, 1.min], "host.growth_rate_per_h": [0.9, 1.0]});
    /// plot([run(1.min), measured], "host.growth_rate_per_h");
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_over(traces: Array, quantities: Dynamic) -> RhaiResultOf<FigureValue> {
        arrays(&traces, &quantities, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `traces` - an array of traces and tables
    /// * `quantities` - a name of the traces or an array of names
    /// * `options` - a map of:
    /// * `labels` - the names of the traces and tables in the legend, in their order
    /// * `log` - `"y"` for a logarithmic axis
    ///
    /// # Errors
    /// As without options; also if an option is unknown, or there are more or fewer labels than traces.
    ///
    /// # Example
    /// ```rhai
    /// let slow = run(1.min);
    /// let fast = run(1.min);
    /// plot([slow, fast], "host.ribosomes", #{labels: ["wild type", "mutant"]});
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_over_with(
        traces: Array,
        quantities: Dynamic,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        arrays(&traces, &quantities, &options).map_err(raise)
    }

    /// Several tables over each other, such as measured points over the curve of a model. Each table has the
    /// columns that are named, or some of them; other units are converted to those of the first.
    ///
    /// * `tables` - an array of tables
    /// * `options` - those of `plot(table, options)`, and
    /// * `labels` - also an array with the names of the tables in the legend
    /// * `style` - one for all, or an array with the style of each table; by default tables of more than 60
    ///   rows are lines, and others are points
    ///
    /// # Errors
    /// If a column is in none of the tables, or does not fit its place, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let doses = logspace(1, 100, 100);
    /// let model = table(#{dose: doses, gfp: doses.map(|x| x / (x + 10))});
    /// let measured = table(#{dose: [2, 10, 50], gfp: [0.2, 0.4, 0.9], sd: [0.1, 0.1, 0.1]});
    /// plot([model, measured], #{x: "dose", y: "gfp", error: "sd", log: "x", labels: ["model", "measured"]});
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_tables(tables: Array, options: Map) -> RhaiResultOf<FigureValue> {
        arrays(&tables, &options.into(), &Map::new()).map_err(raise)
    }

    /// A figure of a table: the first column on the horizontal axis, all other columns of numbers on the
    /// vertical one; columns with different units have panels of their own. Names on the horizontal axis
    /// have bars, numbers have points and a line.
    ///
    /// # Errors
    /// If the table has no column of numbers, or no rows.
    ///
    /// # Example
    /// ```rhai
    /// plot(table(#{dose: [1.uM, 2.uM, 4.uM], gfp: [120, 310, 590]}));
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_table(table: Table) -> RhaiResultOf<FigureValue> {
        planned(&table, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `options` - a map of:
    /// * `x` - the column on the horizontal axis
    /// * `y` - a column or several
    /// * `error` - a column of distances for error bars, or one for each column of `y`, `()` for none; a pair
    ///   of columns such as `[["low", "high"]]` has their ends
    /// * `group` - a column whose values part the rows into series
    /// * `style` - `"points"`, `"line"`, `"both"`, `"bars"`, `"step"`, `"area"`, `"box"` or `"violin"`; fewer than
    ///   five values are points and no box or violin, and of points that would hide each other one is drawn
    /// * `points` - `true` adds the values to boxes and violins
    /// * `log` - `"x"`, `"y"` or `"xy"` for logarithmic axes
    /// * `x_range`, `y_range` - the ends of an axis, such as `[0, 10]`; `()` leaves an end to the data
    /// * `labels` - of the axes: `#{x: "IPTG", y: "fluorescence"}`
    /// * `legend` - `false` leaves it out
    ///
    /// # Errors
    /// If a column is unknown, or does not fit its place, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let t = table(#{strain: ["wild", "lacI"], gfp: [12.5, 80.1], sd: [2.0, 9.5]});
    /// plot(t, #{x: "strain", y: "gfp", error: "sd", style: "bars", title: "GFP"});
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_table_with(table: Table, options: Map) -> RhaiResultOf<FigureValue> {
        planned(&table, &options).map_err(raise)
    }

    /// A figure of a branch of steady states, as `continuation` gives it: stable states as a line, unstable ones
    /// dashed, and folds and other points where behaviour changes as points.
    ///
    /// * `found` - what `continuation` gives
    ///
    /// # Errors
    /// If the map is not what `continuation` gives.
    ///
    /// # Example
    /// ```rhai
    /// plot(continuation(#{quality: [0.1, 1.0]}, |p| set_nutrient(p.quality)));
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_branch(found: Map) -> RhaiResultOf<FigureValue> {
        branch(&found, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `found` - what `continuation` gives
    /// * `options` - a map of:
    /// * `y` - a quantity or several of those that were followed; by default all
    /// * `log` - `"x"`, `"y"` or `"xy"` for logarithmic axes; by default `"x"` where the branch was followed so,
    ///   and `""` otherwise
    /// * `labels` - of the axes: `#{x: "IPTG", y: "GFP"}`
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// let found = continuation(#{quality: [0.1, 1.0]}, |p| set_nutrient(p.quality));
    /// plot(found, #{labels: #{x: "quality of the medium"}, title: "Growth"});
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_branch_with(found: Map, options: Map) -> RhaiResultOf<FigureValue> {
        branch(&found, &options).map_err(raise)
    }
}
