//! Tables: made of a script's own values, and looked at.

pub mod files;
pub mod groups;
pub mod joining;
pub mod making;
pub mod rearranging;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Engine, Map, Module};

use crate::cells::{self, Rows};
use crate::error::raise;
use crate::number::{kind, names};
use crate::value::table_text;
use crate::world::with;
use crate::{LangError, RhaiResultOf, Table};
use bioxen_table::TableError;
use making::{of_columns, tabled, union};

/// How many rows `head` and `tail` give if none are asked for.
const FEW: i64 = 10;

/// Lets `for row in table` go through the rows.
pub fn iterate(engine: &mut Engine) {
    let mut module = Module::new();
    module.set_iter(std::any::TypeId::of::<Table>(), |value| {
        let table = value.read_lock::<Table>().map(|table| table.clone()).unwrap_or_default();
        let rows = Rows::new(&table);
        Box::new((0..table.rows()).map(move |row| rows.row(row)))
    });
    engine.register_global_module(module.into());
}

/// Rows of maps under some names.
///
/// # Errors
/// When a column has values of several kinds.
pub(crate) fn rows_of(rows: Vec<Map>, names: &[String]) -> Result<Table, LangError> {
    let rows: Vec<Dynamic> = rows.into_iter().map(Dynamic::from).collect();
    tabled(&rows, names)
}

/// A number of rows.
pub(super) fn count(what: &str, given: &Dynamic) -> Result<usize, LangError> {
    let expected = "a whole number from 0, such as 5";
    let whole = crate::number::whole(what, given, 0..=i64::MAX, expected)?;
    Ok(usize::try_from(whole).unwrap_or(usize::MAX))
}

/// The names of columns: one or several.
pub(crate) fn column_names(what: &str, given: &Dynamic) -> Result<Vec<String>, LangError> {
    let wrong = |got: String| LangError::WrongType {
        what: what.to_owned(),
        expected: "the name of a column or an array of such names, such as [\"dose\", \"gfp\"]",
        got,
    };
    match names(what, given) {
        Ok(names) if names.is_empty() => Err(wrong("an empty array".to_owned())),
        Ok(names) => Ok(names),
        Err(LangError::WrongType { got, .. }) => Err(wrong(got)),
        Err(error) => Err(error),
    }
}

/// The row of a number, from 0; from the end below zero.
fn row_of(table: &Table, number: i64) -> Result<Map, LangError> {
    let rows = i64::try_from(table.rows()).unwrap_or(i64::MAX);
    let at = if number < 0 { number.saturating_add(rows) } else { number };
    match usize::try_from(at) {
        Ok(at) if at < table.rows() => Ok(Rows::new(table).map(at)),
        _ => Err(LangError::WrongType {
            what: "the row".to_owned(),
            expected: "one that the table has, counted from 0, or from its end by -1, -2 and so on",
            got: format!("{number}: it has {}", crate::text::counted(table.rows(), "row")),
        }),
    }
}

/// Tables: made of a script's own values, and looked at.
#[export_module]
pub mod functions {
    /// A table with a row for each map, such as the results of a scan. The columns are the keys of all maps,
    /// those of the first in alphabetical order and then what others add. Values are numbers, quantities of
    /// one kind, strings or truth values; a value that a row lacks, or that is `()`, is unknown.
    ///
    /// * `rows` - an array of maps, such as `[#{quota: 50, mean: 12.5}, #{quota: 100, mean: 20.1}]`
    ///
    /// # Errors
    /// If a row is not a map, or a value is of another kind than those above it.
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
        union(&rows).and_then(|names| tabled(&rows, &names)).map_err(raise)
    }

    /// A table of columns: a map of names and arrays of one length, in alphabetical order. Quantities give a
    /// column its unit.
    ///
    /// * `columns` - such as `#{dose: [1.uM, 2.uM], strain: ["wild", "lacI"]}`
    ///
    /// # Errors
    /// If an entry is not an array, the lengths differ, or a column has values of several kinds.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{dose: [1.uM, 2.uM, 4.uM], gfp: [120.5, 310.0, ()]}));
    /// ```
    #[rhai_fn(global, name = "table", return_raw)]
    pub fn table_of_columns(columns: Map) -> RhaiResultOf<Table> {
        of_columns(&columns, None).map_err(raise)
    }

    /// A table with the given columns in the given order: of arrays of values, of maps with these keys, or of
    /// a map of columns.
    ///
    /// * `rows` - an array of arrays, each with a value for each name; an array of maps; or a map of arrays
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
    pub fn table_named(rows: Dynamic, names: Dynamic) -> RhaiResultOf<Table> {
        let wanted = super::names("the names of table", &names).map_err(raise)?;
        if let Some(map) = rows.read_lock::<Map>() {
            return of_columns(&map, Some(&wanted)).map_err(raise);
        }
        match rows.read_lock::<Array>() {
            Some(rows) => tabled(&rows, &wanted).map_err(raise),
            None => Err(raise(LangError::WrongType {
                what: "the rows of table".to_owned(),
                expected: "an array of arrays or of maps, or a map of arrays",
                got: kind(&rows),
            })),
        }
    }

    /// The names of the columns.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1, 2], gfp: [3, 4]}).columns()
    /// ```
    #[rhai_fn(global, pure)]
    pub fn columns(table: &mut Table) -> Array {
        table.names().map(|name| Dynamic::from(name.to_owned())).collect()
    }

    /// The number of rows.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1, 2, 3]}).len()
    /// ```
    #[rhai_fn(global, pure)]
    pub fn len(table: &mut Table) -> i64 {
        i64::try_from(table.rows()).unwrap_or(i64::MAX)
    }

    /// The values of a column: quantities if its unit is one of the language's, else numbers, strings or
    /// truth values; `()` where nothing is known.
    ///
    /// * `column` - its name
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1.uM, 2.uM]})["dose"]
    /// ```
    #[rhai_fn(global, pure, index_get, return_raw)]
    pub fn column(table: &mut Table, column: &str) -> RhaiResultOf<Array> {
        table.column(column).map(cells::values).map_err(raise)
    }

    /// A row as a map of its columns; the first is row 0, and the last row -1.
    ///
    /// * `row` - its number
    ///
    /// # Errors
    /// If there is no such row.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1, 2], gfp: [30, 40]})[1]
    /// ```
    #[rhai_fn(global, pure, index_get, return_raw)]
    pub fn at(table: &mut Table, row: i64) -> RhaiResultOf<Map> {
        row_of(table, row).map_err(raise)
    }

    /// The same as `table[number]`: a row as a map of its columns.
    ///
    /// * `number` - from 0; -1 is the last
    ///
    /// # Errors
    /// If there is no such row.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1, 2], gfp: [30, 40]}).row(0).gfp
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn row(table: &mut Table, number: Dynamic) -> RhaiResultOf<Map> {
        let expected = "a whole number, such as 0";
        let number =
            crate::number::whole("the number of row", &number, i64::MIN..=i64::MAX, expected);
        number.and_then(|number| row_of(table, number)).map_err(raise)
    }

    /// All rows as an array of maps. `for row in table { .. }` goes through them without the array.
    ///
    /// # Errors
    /// If there are more values than an array may have.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1, 2], gfp: [30, 40]}).rows().map(|row| row.gfp / row.dose)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn rows(context: NativeCallContext, table: Table) -> RhaiResultOf<Array> {
        let most = with(&context, |world| Ok::<_, LangError>(world.options.limits.array_values))?;
        let has = table.rows().saturating_mul(table.columns().len() + 1);
        if most > 0 && has > most {
            let what = "values of the rows as an array; `for row in table` goes through them";
            let (has, most) = (has as u64, most as u64);
            return Err(raise(TableError::TooLarge { what, has, most }));
        }
        let rows = Rows::new(&table);
        Ok((0..table.rows()).map(|row| rows.row(row)).collect())
    }

    /// The unit of a column as a string; `()` if it has none.
    ///
    /// * `column` - its name
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1.uM, 2.uM]}).unit("dose")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn unit(table: &mut Table, column: &str) -> RhaiResultOf<Dynamic> {
        let column = table.column(column).map_err(raise)?;
        Ok(column.unit().map_or(Dynamic::UNIT, |unit| Dynamic::from(unit.to_owned())))
    }

    /// The first ten rows.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{n: linspace(1, 100, 100)}).head());
    /// ```
    #[rhai_fn(global, pure)]
    pub fn head(table: &mut Table) -> Table {
        table.head(usize::try_from(FEW).unwrap_or(0))
    }

    /// The first rows.
    ///
    /// * `count` - how many, at most
    ///
    /// # Errors
    /// If the number is not whole, or below zero.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{n: [1, 2, 3]}).head(2));
    /// ```
    #[rhai_fn(global, pure, name = "head", return_raw)]
    pub fn head_of(table: &mut Table, count: Dynamic) -> RhaiResultOf<Table> {
        super::count("the count of head", &count).map(|n| table.head(n)).map_err(raise)
    }

    /// The last ten rows.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{n: linspace(1, 100, 100)}).tail());
    /// ```
    #[rhai_fn(global, pure)]
    pub fn tail(table: &mut Table) -> Table {
        table.tail(usize::try_from(FEW).unwrap_or(0))
    }

    /// The last rows.
    ///
    /// * `count` - how many, at most
    ///
    /// # Errors
    /// If the number is not whole, or below zero.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{n: [1, 2, 3]}).tail(2));
    /// ```
    #[rhai_fn(global, pure, name = "tail", return_raw)]
    pub fn tail_of(table: &mut Table, count: Dynamic) -> RhaiResultOf<Table> {
        super::count("the count of tail", &count).map(|n| table.tail(n)).map_err(raise)
    }

    /// A table about a table, with a row for each column: its unit and kind, how many values are known and
    /// how many are missing, and of numbers the mean, the standard deviation, the extremes and the quartiles.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [10, 20, 40]}).describe());
    /// ```
    #[rhai_fn(global, pure)]
    pub fn describe(table: &mut Table) -> Table {
        // The names of its columns differ, so that nothing can go wrong.
        table.describe().unwrap_or_default()
    }

    #[rhai_fn(global, name = "==")]
    pub fn equal(a: Table, b: Table) -> bool {
        a.columns() == b.columns() && a.rows() == b.rows()
    }
    #[rhai_fn(global, name = "!=")]
    pub fn unequal(a: Table, b: Table) -> bool {
        !equal(a, b)
    }
    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn table_to_string(table: &mut Table) -> String {
        table_text(table)
    }
}
