//! Statistics of the columns of tables, of all rows and by groups.

use rhai::Dynamic;
use rhai::plugin::*;

use super::column_names;
use super::rearranging::strs;
use crate::cells::{quantity, unit_of_column};
use crate::error::raise;
use crate::value::Grouped;
use crate::{LangError, RhaiResultOf, Table};
use bioxen_table::{Aggregate, Column, Statistic, statistics as stat};

/// A statistic of a column that needs some known values: a number, or a quantity where the language has its
/// unit.
fn of(
    table: &Table,
    function: &'static str,
    column: &str,
    needs: usize,
    f: impl Fn(&[f64]) -> f64,
) -> RhaiResultOf<Dynamic> {
    let column = table.column(column).map_err(raise)?;
    let numbers = column.numbers(&format!("`{function}`")).map_err(raise)?;
    let has = stat::count(&numbers);
    if has < needs {
        return Err(raise(LangError::TooFew { function, needs, has }));
    }
    Ok(quantity(f(&numbers), unit_of_column(column)))
}

/// One statistic of some columns by groups.
fn each(
    grouped: &Grouped,
    function: &str,
    columns: &Dynamic,
    which: Statistic,
) -> RhaiResultOf<Table> {
    let wanted = column_names(&format!("the columns of {function}"), columns).map_err(raise)?;
    let wanted: Vec<Aggregate> = wanted.iter().map(|name| Aggregate::new(name, which)).collect();
    aggregated(grouped, &grouped.table, &wanted).map_err(raise)
}

fn aggregated(grouped: &Grouped, table: &Table, wanted: &[Aggregate]) -> Result<Table, LangError> {
    Ok(table.group(&grouped.key_names())?.aggregate(wanted)?)
}

fn summed_up(grouped: &Grouped, columns: &Dynamic, words: &[String]) -> Result<Table, LangError> {
    let columns = column_names("the columns of summary", columns)?;
    let mut wanted = Vec::new();
    for column in &columns {
        for word in words {
            let made = Aggregate::new(
                column,
                Statistic::of_word(if word == "n" { "count" } else { word })?,
            );
            wanted.push(made.named(&format!("{column}_{word}")));
        }
    }
    aggregated(grouped, &grouped.table, &wanted)
}

/// Statistics of the columns of tables, of all rows and by groups.
#[export_module]
pub mod functions {
    /// The rows of a table in groups: those with the same values in some columns. `mean`, `sd`, `sem`,
    /// `median`, `min`, `max`, `count` and `summary` of the groups give a table with a row for each, in the
    /// order in which they first appear.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column.
    ///
    /// # Example
    /// ```rhai
    /// let t = table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]});
    /// print(t.group("strain").mean("gfp"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn group(table: Table, columns: Dynamic) -> RhaiResultOf<Grouped> {
        let keys = column_names("the columns of group", &columns).map_err(raise)?;
        let count = table.group(&strs(&keys)).map_err(raise)?.len();
        Ok(Grouped { table, keys, count })
    }

    /// The mean of columns in each group, as the column `gfp_mean` for `gfp`; unknown values are left out.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]}).group("strain").mean("gfp"));
    /// ```
    #[rhai_fn(global, pure, name = "mean", return_raw)]
    pub fn mean_of_groups(groups: &mut Grouped, columns: Dynamic) -> RhaiResultOf<Table> {
        each(groups, "mean", &columns, Statistic::Mean)
    }

    /// The standard deviation of columns in each group, as of a sample (with n - 1), as the column `gfp_sd`
    /// for `gfp`.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]}).group("strain").sd("gfp"));
    /// ```
    #[rhai_fn(global, pure, name = "sd", return_raw)]
    pub fn sd_of_groups(groups: &mut Grouped, columns: Dynamic) -> RhaiResultOf<Table> {
        each(groups, "sd", &columns, Statistic::Sd)
    }

    /// The standard error of the mean of columns in each group, as the column `gfp_sem` for `gfp`.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]}).group("strain").sem("gfp"));
    /// ```
    #[rhai_fn(global, pure, name = "sem", return_raw)]
    pub fn sem_of_groups(groups: &mut Grouped, columns: Dynamic) -> RhaiResultOf<Table> {
        each(groups, "sem", &columns, Statistic::Sem)
    }

    /// The median of columns in each group, as the column `gfp_median` for `gfp`.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]}).group("strain").median("gfp"));
    /// ```
    #[rhai_fn(global, pure, name = "median", return_raw)]
    pub fn median_of_groups(groups: &mut Grouped, columns: Dynamic) -> RhaiResultOf<Table> {
        each(groups, "median", &columns, Statistic::Median)
    }

    /// The least value of columns in each group, as the column `gfp_min` for `gfp`.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]}).group("strain").min("gfp"));
    /// ```
    #[rhai_fn(global, pure, name = "min", return_raw)]
    pub fn min_of_groups(groups: &mut Grouped, columns: Dynamic) -> RhaiResultOf<Table> {
        each(groups, "min", &columns, Statistic::Min)
    }

    /// The greatest value of columns in each group, as the column `gfp_max` for `gfp`.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]}).group("strain").max("gfp"));
    /// ```
    #[rhai_fn(global, pure, name = "max", return_raw)]
    pub fn max_of_groups(groups: &mut Grouped, columns: Dynamic) -> RhaiResultOf<Table> {
        each(groups, "max", &columns, Statistic::Max)
    }

    /// The number of rows of each group, as the column `count`.
    ///
    /// # Errors
    /// If a column of the groups has the name `count`.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]}).group("strain").count());
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn count(groups: &mut Grouped) -> RhaiResultOf<Table> {
        // A column that is known in every row, of a name that a file cannot give.
        let rows = Column::new("\u{0}rows", vec![1_i64; groups.table.rows()]);
        let counted = Aggregate::new(rows.name(), Statistic::Count).named("count");
        let table = groups.table.with(rows).map_err(raise)?;
        aggregated(groups, &table, &[counted]).map_err(raise)
    }

    /// Mean, standard deviation and number of the known values of columns in each group: `gfp_mean`,
    /// `gfp_sd` and `gfp_n` for `gfp`.
    ///
    /// * `columns` - a name or several
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// print(table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]}).group("strain").summary("gfp"));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn summary(groups: &mut Grouped, columns: Dynamic) -> RhaiResultOf<Table> {
        let words = ["mean", "sd", "n"].map(str::to_owned);
        summed_up(groups, &columns, &words).map_err(raise)
    }

    /// Statistics of your choice of columns in each group.
    ///
    /// * `columns` - a name or several
    /// * `statistics` - a word or several: `"mean"`, `"sd"`, `"sem"`, `"median"`, `"min"`, `"max"`, `"sum"`,
    ///   `"n"`, `"first"`, `"last"`, or a percentile such as `"q25"`
    ///
    /// # Errors
    /// If there is no such column or statistic, or the column has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// let t = table(#{strain: ["a", "b", "a"], gfp: [5, 12, 7]});
    /// print(t.group("strain").summary("gfp", ["median", "q90"]));
    /// ```
    #[rhai_fn(global, pure, name = "summary", return_raw)]
    pub fn summary_of(
        groups: &mut Grouped,
        columns: Dynamic,
        statistics: Dynamic,
    ) -> RhaiResultOf<Table> {
        let words = column_names("the statistics of summary", &statistics).map_err(raise)?;
        summed_up(groups, &columns, &words).map_err(raise)
    }

    /// The mean of a column; unknown values are left out.
    ///
    /// * `column` - its name
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// table(#{dose: [1.uM, 2.uM, ()]}).mean("dose")
    /// ```
    #[rhai_fn(global, pure, name = "mean", return_raw)]
    pub fn mean_of_column(table: &mut Table, column: &str) -> RhaiResultOf<Dynamic> {
        of(table, "mean", column, 1, stat::mean)
    }

    /// The standard deviation of a column, as of a sample (with n - 1).
    ///
    /// * `column` - its name
    ///
    /// # Errors
    /// If there is no such column, or it has fewer than two numbers.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [5, 12, 7]}).sd("gfp")
    /// ```
    #[rhai_fn(global, pure, name = "sd", return_raw)]
    pub fn sd_of_column(table: &mut Table, column: &str) -> RhaiResultOf<Dynamic> {
        of(table, "sd", column, 2, stat::sd)
    }

    /// The median of a column.
    ///
    /// * `column` - its name
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [5, 12, 7]}).median("gfp")
    /// ```
    #[rhai_fn(global, pure, name = "median", return_raw)]
    pub fn median_of_column(table: &mut Table, column: &str) -> RhaiResultOf<Dynamic> {
        of(table, "median", column, 1, stat::median)
    }

    /// A quantile of a column, by linear interpolation between its values in order.
    ///
    /// * `column` - its name
    /// * `share` - from 0 to 1, such as `0.9`
    ///
    /// # Errors
    /// If there is no such column, it has no numbers, or the share is not from 0 to 1.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [5, 12, 7]}).quantile("gfp", 0.9)
    /// ```
    #[rhai_fn(global, pure, name = "quantile", return_raw)]
    pub fn quantile_of_column(
        table: &mut Table,
        column: &str,
        share: Dynamic,
    ) -> RhaiResultOf<Dynamic> {
        let share = crate::api::statistics::share_of(&share)?;
        of(table, "quantile", column, 1, |numbers| stat::quantile(numbers, share))
    }

    /// The least value of a column.
    ///
    /// * `column` - its name
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [5, 12, 7]}).min("gfp")
    /// ```
    #[rhai_fn(global, pure, name = "min", return_raw)]
    pub fn min_of_column(table: &mut Table, column: &str) -> RhaiResultOf<Dynamic> {
        of(table, "min", column, 1, stat::min)
    }

    /// The greatest value of a column.
    ///
    /// * `column` - its name
    ///
    /// # Errors
    /// If there is no such column, or it has no numbers.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [5, 12, 7]}).max("gfp")
    /// ```
    #[rhai_fn(global, pure, name = "max", return_raw)]
    pub fn max_of_column(table: &mut Table, column: &str) -> RhaiResultOf<Dynamic> {
        of(table, "max", column, 1, stat::max)
    }

    /// The sum of a column.
    ///
    /// * `column` - its name
    ///
    /// # Errors
    /// If there is no such column, or it is not of numbers.
    ///
    /// # Example
    /// ```rhai
    /// table(#{gfp: [5, 12, 7]}).sum("gfp")
    /// ```
    #[rhai_fn(global, pure, name = "sum", return_raw)]
    pub fn sum_of_column(table: &mut Table, column: &str) -> RhaiResultOf<Dynamic> {
        of(table, "sum", column, 0, stat::sum)
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn groups_to_string(groups: &mut Grouped) -> String {
        groups.to_string()
    }
}
