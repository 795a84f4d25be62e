//! Tables of a script's own results, and figures of its own numbers.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use crate::text::counted;
use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use super::results::save;
use crate::error::raise;
use crate::look::{Look, choice};
use crate::number::{kind, names};
use crate::series::{Series as Numbers, Unit};
use crate::world::with;
use crate::{FigureValue, LangError, RhaiResultOf, Table};
use bioxen_base::nearest::nearest;
use bioxen_plot::{Axis, Figure, Panel, Series, Style};

fn wrong(what: String, expected: &'static str, got: String) -> LangError {
    LangError::WrongType { what, expected, got }
}

/// A column of values: numbers or quantities of one kind, `()` where nothing is known.
fn column(name: &str, values: &[Dynamic]) -> Result<(String, Vec<f64>), LangError> {
    let unit = values.iter().find(|value| !value.is_unit()).and_then(Unit::of);
    let unit = unit.map_or(Unit::Plain, |(_, unit)| unit);
    let cell = |(row, value): (usize, &Dynamic)| {
        if value.is_unit() {
            return Ok(f64::NAN);
        }
        unit.read(value).ok_or_else(|| {
            let what = format!("`{name}` of row {row} of table (counted from 0)");
            wrong(what, "a number or a quantity of the kind of the rows before, or ()", kind(value))
        })
    };
    let values = values.iter().enumerate().map(cell).collect::<Result<_, _>>()?;
    Ok((unit.symbol().to_owned(), values))
}

/// The values of a row in the order of the names; of a map those under the names.
fn cells(number: usize, row: &Dynamic, names: &[String]) -> Result<Vec<Dynamic>, LangError> {
    if let Some(map) = row.read_lock::<Map>() {
        let strange = map.keys().find(|key| !names.iter().any(|name| name == key.as_str()));
        if let Some(key) = strange.filter(|_| number > 0) {
            let near = nearest(key, names.iter().map(String::as_str)).map(str::to_owned);
            return Err(LangError::UnknownName {
                kind: "column",
                given: key.to_string(),
                nearest: near,
                valid: names.to_vec(),
            });
        }
        // A row may lack what is not known of it.
        return Ok(names
            .iter()
            .map(|n| map.get(n.as_str()).cloned().unwrap_or_default())
            .collect());
    }
    let expected = "a map of names and values, or an array with a value for each name";
    let what = || format!("row {number} of table (counted from 0)");
    match row.read_lock::<Array>() {
        Some(array) if array.len() == names.len() => Ok(array.to_vec()),
        Some(array) => Err(wrong(
            what(),
            expected,
            format!("{} for {}", counted(array.len(), "value"), counted(names.len(), "name")),
        )),
        None => Err(wrong(what(), expected, kind(row))),
    }
}

fn tabled(rows: &[Dynamic], names: &[String]) -> Result<Table, LangError> {
    let mut columns: Vec<Vec<Dynamic>> = vec![Vec::with_capacity(rows.len()); names.len()];
    for (number, row) in rows.iter().enumerate() {
        for (column, value) in columns.iter_mut().zip(cells(number, row, names)?) {
            column.push(value);
        }
    }
    let columns: Vec<(String, Vec<f64>)> =
        names.iter().zip(&columns).map(|(n, c)| column(n, c)).collect::<Result<_, _>>()?;
    let row = |i: usize| columns.iter().map(|(_, values)| values[i]).collect();
    let headings = names.iter().zip(&columns).map(|(n, (unit, _))| (n.clone(), unit.clone()));
    Ok(Table { headings: headings.collect(), rows: (0..rows.len()).map(row).collect() })
}

/// Rows of maps under some names.
///
/// # Errors
/// When a column has values of several kinds.
pub(super) fn rows_of(rows: Vec<Map>, names: &[String]) -> Result<Table, LangError> {
    let rows: Vec<Dynamic> = rows.into_iter().map(Dynamic::from).collect();
    tabled(&rows, names)
}

/// The names of the columns of maps: the keys of the first.
fn keys(rows: &[Dynamic]) -> Result<Vec<String>, LangError> {
    let first = rows.first().map_or("an empty array".to_owned(), kind);
    match rows.first().and_then(|row| {
        row.read_lock::<Map>().map(|map| map.keys().map(ToString::to_string).collect())
    }) {
        Some(keys) => Ok(keys),
        None => {
            let expected = "an array of maps, or of arrays and then the names of their columns";
            Err(wrong("the rows of table".to_owned(), expected, first))
        }
    }
}

fn against(xs: &[Dynamic], ys: &[Dynamic], map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", map, &["x", "y", "style"])?;
    let (across, up) = (Numbers::read("plot", xs)?, Numbers::read("plot", ys)?);
    if across.values.len() != up.values.len() {
        return Err(wrong(
            "the second array of plot".to_owned(),
            "as many values as the first has",
            format!("{} for {}", up.values.len(), across.values.len()),
        ));
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

/// Tables of a script's own results, and figures of its own numbers.
#[export_module]
pub mod functions {
    /// A table with a row for each map, such as the results of a scan. The columns are the keys of the
    /// first map, in alphabetical order. Values are numbers or quantities, of one kind in each column. A
    /// value that a row lacks is unknown.
    ///
    /// * `rows` - an array of maps, such as `[#{quota: 50, mean: 12.5}, #{quota: 100, mean: 20.1}]`
    ///
    /// # Errors
    /// If a row is not a map, has a key that the first row lacks, or a value is of another kind.
    ///
    /// # Example
    /// ```rhai
    /// let rows = [];
    /// for quota in [50, 100] {
    ///     rows.push(#{quota: quota, twice: 2 * quota});
    /// }
    /// print(table(rows));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn table(rows: Array) -> RhaiResultOf<Table> {
        keys(&rows).and_then(|names| tabled(&rows, &names)).map_err(raise)
    }

    /// A table of arrays, or of maps, with the given columns in the given order.
    ///
    /// * `rows` - an array of arrays, each with a value for each name; or of maps with these keys
    /// * `names` - the names of the columns, such as `["quota", "mean"]`
    ///
    /// # Errors
    /// If a row has another number of values or an unknown key, or a value is of another kind.
    ///
    /// # Example
    /// ```rhai
    /// print(table([[1, 2.min], [3, 4.min]], ["dose", "delay"]));
    /// ```
    #[rhai_fn(global, name = "table", return_raw)]
    pub fn table_named(rows: Array, names: Dynamic) -> RhaiResultOf<Table> {
        let wanted = super::names("the names of table", &names).map_err(raise)?;
        tabled(&rows, &wanted).map_err(raise)
    }

    /// Writes a table as CSV (comma-separated values). Each column has its name, and its unit in brackets
    /// if it has one; unknown values are empty.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// table([#{dose: 1, mean: 2.5}, #{dose: 2, mean: 5.5}]).to_csv("scan.csv");
    /// run(2.min).table("host.*", 1.min).to_csv("host.csv");
    /// ```
    #[rhai_fn(global, name = "to_csv", return_raw)]
    pub fn table_to_csv(context: NativeCallContext, table: Table, path: &str) -> RhaiResultOf<()> {
        with(&context, |world| {
            if !path.to_ascii_lowercase().ends_with(".csv") {
                return Err(LangError::Ending { path: path.to_owned(), expected: ".csv" });
            }
            let text = table.to_csv(&world.stop()).ok_or(LangError::Stopped)?;
            save(world, path, &text)
        })
    }

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
        against(&xs, &ys, &Map::new()).map_err(raise)
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
        against(&xs, &ys, &options).map_err(raise)
    }
}
