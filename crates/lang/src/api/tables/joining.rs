//! Tables joined, below each other, and turned.

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use super::column_names;
use super::rearranging::strs;
use crate::error::raise;
use crate::look::choice;
use crate::number::{kind, only};
use crate::{LangError, RhaiResultOf, Table};
use bioxen_table::Join;

/// A table as it must be among others.
fn tables(what: &str, given: &[Dynamic]) -> Result<Vec<Table>, LangError> {
    let one = |(number, value): (usize, &Dynamic)| {
        let table = value.read_lock::<Table>().map(|table| table.clone());
        table.ok_or_else(|| LangError::WrongType {
            what: format!("value {number} of {what} (counted from 0)"),
            expected: "a table",
            got: kind(value),
        })
    };
    given.iter().enumerate().map(one).collect()
}

fn joined(table: &Table, other: &Table, keys: &Dynamic, map: &Map) -> Result<Table, LangError> {
    only("join", map, &["how", "suffix"])?;
    let keys = column_names("the keys of join", keys)?;
    let how = match choice(map, "how", &["inner", "left"])? {
        Some("left") => Join::Left,
        _ => Join::Inner,
    };
    let suffix = map.get("suffix").map_or_else(|| "_right".to_owned(), ToString::to_string);
    Ok(table.join(other, &strs(&keys), how, &suffix)?)
}

fn lengthened(table: &Table, columns: &Dynamic, map: &Map) -> Result<Table, LangError> {
    only("longer", map, &["names", "values"])?;
    let columns = column_names("the columns of longer", columns)?;
    let word = |key: &str, usual: &str| map.get(key).map_or(usual.to_owned(), ToString::to_string);
    let (names, values) = (word("names", "name"), word("values", "value"));
    Ok(table.longer(&strs(&columns), &names, &values)?)
}

/// Tables joined, below each other, and turned.
#[export_module]
pub mod functions {
    /// Every row with every row of another table that has the same values in some columns. Rows without a
    /// partner are left out. A column of the other table whose name is there already gets the ending `_right`.
    ///
    /// * `other` - a table with these columns, too
    /// * `keys` - a name or several
    ///
    /// # Errors
    /// If one of the tables has no such column, or the kinds or units of the columns differ.
    ///
    /// # Example
    /// ```rhai
    /// let measured = table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]});
    /// let strains = table(#{strain: ["a", "b"], plasmid: ["none", "pUC19"]});
    /// print(measured.join(strains, "strain"));
    /// ```
    #[rhai_fn(global, name = "join", return_raw)]
    pub fn join_tables(table: Table, other: Table, keys: Dynamic) -> RhaiResultOf<Table> {
        joined(&table, &other, &keys, &Map::new()).map_err(raise)
    }

    /// The same with options.
    ///
    /// * `other` - a table with these columns, too
    /// * `keys` - a name or several
    /// * `options` - a map of:
    /// * `how` - `"inner"`, or `"left"`: rows without a partner stay, with unknown values
    /// * `suffix` - the ending of names that are there already
    ///
    /// # Errors
    /// As without options; also if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let measured = table(#{strain: ["a", "c"], gfp: [5, 12]});
    /// let strains = table(#{strain: ["a", "b"], plasmid: ["none", "pUC19"]});
    /// print(measured.join(strains, "strain", #{how: "left"}));
    /// ```
    #[rhai_fn(global, name = "join", return_raw)]
    pub fn join_tables_with(
        table: Table,
        other: Table,
        keys: Dynamic,
        options: Map,
    ) -> RhaiResultOf<Table> {
        joined(&table, &other, &keys, &options).map_err(raise)
    }

    /// The rows of several tables below each other; columns go together by their names, and what a table
    /// does not have is unknown in its rows. `a + b` is the same of two.
    ///
    /// * `tables` - an array of tables
    ///
    /// # Errors
    /// If columns of one name have other kinds or units, or something is not a table.
    ///
    /// # Example
    /// ```rhai
    /// let monday = table(#{gfp: [1, 2]});
    /// print(concat([monday, table(#{gfp: [3], od: [0.5]})]));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn concat(tables: Array) -> RhaiResultOf<Table> {
        let tables = super::tables("concat", &tables).map_err(raise)?;
        Table::concat(&tables).map_err(raise)
    }

    /// The rows of two tables below each other; see `concat`.
    ///
    /// # Errors
    /// If columns of one name have other kinds or units.
    ///
    /// # Example
    /// ```rhai
    /// (table(#{gfp: [1, 2]}) + table(#{gfp: [3]})).len()
    /// ```
    #[rhai_fn(global, name = "+", return_raw)]
    pub fn below(a: Table, b: Table) -> RhaiResultOf<Table> {
        Table::concat(&[a, b]).map_err(raise)
    }

    /// A row for each value of some columns: the column `name` says in which column it was, and `value` has
    /// it. The other columns stay.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column, or they are of several kinds.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{well: ["A1", "A2"], od: [0.1, 0.2], gfp: [10, 20]}).longer(["od", "gfp"]));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn longer(table: Table, columns: Dynamic) -> RhaiResultOf<Table> {
        lengthened(&table, &columns, &Map::new()).map_err(raise)
    }

    /// The same with other names of the two columns.
    ///
    /// * `columns` - a name or several
    /// * `options` - a map of:
    /// * `names` - the name of the column of names
    /// * `values` - the name of the column of values
    ///
    /// # Errors
    /// As without options; also if an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let t = table(#{well: ["A1", "A2"], od: [0.1, 0.2], gfp: [1.5, 2.5]});
    /// print(t.longer(["od", "gfp"], #{names: "channel", values: "signal"}));
    /// ```
    #[rhai_fn(global, name = "longer", return_raw)]
    pub fn longer_with(table: Table, columns: Dynamic, options: Map) -> RhaiResultOf<Table> {
        lengthened(&table, &columns, &options).map_err(raise)
    }

    /// A column for each name in a column, with the values of another: rows that are equal in all other
    /// columns become one.
    ///
    /// * `names` - the column that has the names
    /// * `values` - the column that has the values
    ///
    /// # Errors
    /// If there is no such column, or two rows give the same cell.
    ///
    /// # Example
    /// ```rhai
    /// let t = table(#{well: ["A1", "A1"], name: ["od", "gfp"], value: [0.1, 1.5]});
    /// print(t.wider("name", "value"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn wider(table: Table, names: &str, values: &str) -> RhaiResultOf<Table> {
        table.wider(names, values).map_err(raise)
    }
}
