//! Tables of tables: rows and columns chosen, sorted, added.

use rhai::plugin::*;
use rhai::{Array, Dynamic, EvalAltResult, FnPtr, Map, Position};

use super::column_names;
use crate::cells::{self, Rows};
use crate::error::{place, raise};
use crate::given::{Given, ends_the_script};
use crate::number::kind;
use crate::{LangError, RhaiResultOf, Table};
use bioxen_table::SortKey;

/// Names as the table wants them.
pub(super) fn strs(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// An error in a function that was called for a row.
fn in_row(to: &str, row: usize) -> impl FnOnce(Box<EvalAltResult>) -> Box<EvalAltResult> + use<'_> {
    move |mut error| {
        if ends_the_script(&error) {
            return error;
        }
        let row = format!("row {row} (counted from 0)");
        place(&mut error, &row);
        let call = format!("{to}, {row}");
        EvalAltResult::ErrorInFunctionCall(call, String::new(), error, Position::NONE).into()
    }
}

/// Tables of tables: rows and columns chosen, sorted, added.
#[export_module]
pub mod functions {
    /// The rows for which a function gives true.
    ///
    /// * `test` - a function of a row, which is a map of the columns; an unknown value is `()`
    ///
    /// # Errors
    /// If the function fails or gives something else; the error names the row.
    ///
    /// # Example
    /// ```rhai
    /// let t = table(#{dose: [1, 2, 4], gfp: [5, 12, 30]});
    /// print(t.filter(|row| row.gfp > 10));
    /// ```
    #[rhai_fn(global, name = "filter", return_raw)]
    pub fn filter_rows(
        context: NativeCallContext,
        table: Table,
        test: FnPtr,
    ) -> RhaiResultOf<Table> {
        let (given, rows) = (Given::new(&context, "filter", &test).quietly(), Rows::new(&table));
        let mut kept = Vec::with_capacity(table.rows());
        for row in 0..table.rows() {
            kept.push(given.holds(vec![rows.row(row)], &[1], None).map_err(in_row("filter", row))?);
        }
        table.masked(&kept).map_err(raise)
    }

    /// The rows sorted by columns, the least first; a `-` before a name sorts the greatest first. Rows that
    /// are equal keep their order, and unknown values come last.
    ///
    /// * `columns` - a name or several, such as `"dose"` or `["strain", "-dose"]`
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["b", "a", "a"], dose: [1, 2, 3]}).sort(["strain", "-dose"]));
    /// ```
    #[rhai_fn(global, name = "sort", return_raw)]
    pub fn sort_rows(table: Table, columns: Dynamic) -> RhaiResultOf<Table> {
        let columns = column_names("the columns of sort", &columns).map_err(raise)?;
        let key = |name: &'_ String| -> (bool, usize) {
            let down = !table.has(name) && name.starts_with('-');
            (down, usize::from(down))
        };
        let keys: Vec<SortKey<'_>> = columns
            .iter()
            .map(|name| match key(name) {
                (true, from) => SortKey::down(&name[from..]),
                (false, _) => SortKey::up(name),
            })
            .collect();
        table.sort(&keys).map_err(raise)
    }

    /// Some columns only, in the order in which they are named.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{a: [1, 2], b: [3, 4], c: [5, 6]}).select(["c", "a"]));
    /// ```
    #[rhai_fn(global, name = "select", return_raw)]
    pub fn select_columns(table: Table, columns: Dynamic) -> RhaiResultOf<Table> {
        let columns = column_names("the columns of select", &columns).map_err(raise)?;
        table.select(&strs(&columns)).map_err(raise)
    }

    /// All columns but some.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{a: [1, 2], b: [3, 4]}).drop("a"));
    /// ```
    #[rhai_fn(global, name = "drop", return_raw)]
    pub fn drop_columns(table: Table, columns: Dynamic) -> RhaiResultOf<Table> {
        let columns = column_names("the columns of drop", &columns).map_err(raise)?;
        table.drop(&strs(&columns)).map_err(raise)
    }

    /// The same table with other names of columns.
    ///
    /// * `names` - a map of old names and new ones, such as `#{od: "OD600"}`
    ///
    /// # Errors
    /// If there is no such column, or a name is there twice.
    ///
    /// # Example
    /// ```rhai
    /// table(#{od: [0.1, 0.2]}).rename(#{od: "OD600"}).columns()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn rename(table: Table, names: Map) -> RhaiResultOf<Table> {
        let new: Vec<(String, String)> = names
            .iter()
            .map(|(old, new)| {
                let expected = "a string, such as #{old: \"new\"}";
                let what = format!("the new name of `{old}`");
                let word = new.clone().into_string();
                let wrong = |_| LangError::WrongType { what, expected, got: kind(new) };
                Ok((old.to_string(), word.map_err(wrong)?))
            })
            .collect::<Result<_, LangError>>()
            .map_err(raise)?;
        let pairs: Vec<(&str, &str)> = new.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        table.rename(&pairs).map_err(raise)
    }

    /// With another column, or a new one in the place of that of the same name, whose values a function
    /// gives for each row. (`with` alone is a word that Rhai keeps for itself.)
    ///
    /// * `name` - that of the column
    /// * `values` - a function of a row, which is a map of the columns
    ///
    /// # Errors
    /// If the function fails, or gives values of several kinds; the error names the row.
    ///
    /// # Example
    /// ```rhai
    /// let t = table(#{gfp: [120, 310], od: [0.4, 0.5]});
    /// print(t.with_column("per_od", |row| row.gfp / row.od));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn with_column(
        context: NativeCallContext,
        table: Table,
        name: &str,
        values: FnPtr,
    ) -> RhaiResultOf<Table> {
        let given = Given::new(&context, "with_column", &values).quietly();
        let rows = Rows::new(&table);
        let mut made = Vec::with_capacity(table.rows());
        for row in 0..table.rows() {
            let value = given.call_with(vec![rows.row(row)], &[1], None);
            made.push(value.map_err(in_row("with_column", row))?);
        }
        let column = cells::column("with_column", name, &made).map_err(raise)?;
        table.with(column).map_err(raise)
    }

    /// The same with an array of values, one for each row, or with one value that all rows get.
    ///
    /// * `name` - that of the column
    /// * `values` - an array, or a number, quantity, string or truth value
    ///
    /// # Errors
    /// If the array has another length, or values of several kinds.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{gfp: [120, 310]}).with_column("strain", "wild type").with_column("t", [1.min, 2.min]));
    /// ```
    #[rhai_fn(global, name = "with_column", return_raw)]
    pub fn with_values(table: Table, name: &str, values: Dynamic) -> RhaiResultOf<Table> {
        let all = match values.read_lock::<Array>() {
            Some(array) => array.clone(),
            None => vec![values.clone(); table.rows()],
        };
        let column = cells::column("with_column", name, &all).map_err(raise)?;
        table.with(column).map_err(raise)
    }

    /// A column in another unit of the same quantity: times, concentrations, shares, and rates such as
    /// `1/h`.
    ///
    /// * `column` - its name
    /// * `unit` - such as `"h"`
    ///
    /// # Errors
    /// If there is no such column, or its unit cannot become the other.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{time: [0.min, 90.min]}).converted("time", "h"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn converted(table: Table, column: &str, unit: &str) -> RhaiResultOf<Table> {
        table.converted(column, unit).map_err(raise)
    }

    /// The same values of a column, said to be in a unit, of which the table knew nothing or something wrong.
    /// An empty string takes the unit away.
    ///
    /// * `column` - its name
    /// * `unit` - any unit, such as `"AU"`
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [120, 310]}).in_unit("gfp", "AU").unit("gfp")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn in_unit(table: Table, column: &str, unit: &str) -> RhaiResultOf<Table> {
        let column = table.column(column).map_err(raise)?.clone();
        table.with(column.in_unit(unit)).map_err(raise)
    }

    /// What a function gives for each row, as an array.
    ///
    /// * `function` - a function of a row, which is a map of the columns; an unknown value is `()`
    ///
    /// # Errors
    /// If the function fails; the error names the row.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [120, 310], od: [0.4, 0.5]}).map(|row| row.gfp / row.od)
    /// ```
    #[rhai_fn(global, name = "map", return_raw)]
    pub fn map_rows(
        context: NativeCallContext,
        table: Table,
        function: FnPtr,
    ) -> RhaiResultOf<Array> {
        let given = Given::new(&context, "map", &function).quietly();
        let rows = Rows::new(&table);
        (0..table.rows())
            .map(|row| {
                let value = given.call_with(vec![rows.row(row)], &[1], None);
                value.map_err(in_row("map", row))
            })
            .collect()
    }

    /// The rows that differ: of rows that say the same, the first.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "a", "b"], dose: [1, 1, 1]}).unique());
    /// ```
    #[rhai_fn(global, name = "unique")]
    pub fn unique_rows(table: Table) -> Table {
        // Only the name of a column can be wrong.
        table.unique(&[]).unwrap_or(table)
    }

    /// The rows that differ in some columns: of rows that say the same there, the first.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "a", "b"], dose: [1, 2, 1]}).unique("strain"));
    /// ```
    #[rhai_fn(global, name = "unique", return_raw)]
    pub fn unique_in(table: Table, columns: Dynamic) -> RhaiResultOf<Table> {
        let columns = column_names("the columns of unique", &columns).map_err(raise)?;
        table.unique(&strs(&columns)).map_err(raise)
    }
}
