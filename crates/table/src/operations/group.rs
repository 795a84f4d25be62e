//! Groups of rows and what is calculated of them.

use crate::column::{Column, Values};
use crate::error::TableError;
use crate::keys::Groups;
use crate::statistics as stat;
use crate::table::Table;

/// What is calculated of the cells of a group. What is missing is left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// The mean; see [`stat::mean`].
    Mean,
    /// The standard deviation of a sample; see [`stat::sd`].
    Sd,
    /// The standard error of the mean; see [`stat::sem`].
    Sem,
    /// The median.
    Median,
    /// A quantile, from 0 to 1; see [`stat::quantile`].
    Quantile(f64),
    /// The smallest.
    Min,
    /// The greatest.
    Max,
    /// The sum.
    Sum,
    /// How many are not missing; of any kind.
    Count,
    /// The first that is not missing; of any kind.
    First,
    /// The last that is not missing; of any kind.
    Last,
}

impl Statistic {
    /// The words of all but the quantile.
    pub const WORDS: [(&'static str, Self); 10] = [
        ("mean", Self::Mean),
        ("sd", Self::Sd),
        ("sem", Self::Sem),
        ("median", Self::Median),
        ("min", Self::Min),
        ("max", Self::Max),
        ("sum", Self::Sum),
        ("count", Self::Count),
        ("first", Self::First),
        ("last", Self::Last),
    ];

    /// The statistic of a word: `mean`, or `q25`, which is the quantile 0.25.
    pub fn of_word(word: &str) -> Result<Self, TableError> {
        if let Some((_, found)) = Self::WORDS.iter().find(|(w, _)| *w == word) {
            return Ok(*found);
        }
        let percent = word.strip_prefix('q').and_then(|p| p.parse::<f64>().ok());
        match percent {
            Some(p) if (0.0..=100.0).contains(&p) => Ok(Self::Quantile(p / 100.0)),
            _ => Err(TableError::unknown_word(
                "statistic",
                word,
                Self::WORDS.iter().map(|(w, _)| *w).chain(["q25"]),
            )),
        }
    }

    /// Its word.
    pub fn word(self) -> String {
        match self {
            Self::Quantile(p) => format!("q{}", bioxen_base::units::short(p * 100.0)),
            other => Self::WORDS
                .iter()
                .find(|(_, s)| *s == other)
                .map(|(word, _)| (*word).to_owned())
                .unwrap_or_default(),
        }
    }

    fn of(self, numbers: &[f64]) -> f64 {
        match self {
            Self::Mean => stat::mean(numbers),
            Self::Sd => stat::sd(numbers),
            Self::Sem => stat::sem(numbers),
            Self::Median => stat::median(numbers),
            Self::Quantile(p) => stat::quantile(numbers, p),
            Self::Min => stat::min(numbers),
            Self::Max => stat::max(numbers),
            Self::Sum => stat::sum(numbers),
            // These three are not of numbers only and are done apart.
            Self::Count | Self::First | Self::Last => stat::count(numbers) as f64,
        }
    }
}

/// A statistic of a column, and the name of the column that it makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// The column.
    pub column: String,
    /// What is calculated.
    pub statistic: Statistic,
    /// The name of the result.
    pub name: String,
}

impl Aggregate {
    /// A statistic of a column; its name is `OD_mean` for the mean of `OD`.
    pub fn new(column: &str, statistic: Statistic) -> Self {
        let name = format!("{column}_{}", statistic.word());
        Self { column: column.to_owned(), statistic, name }
    }

    /// The same under another name.
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }
}

/// A table in groups.
#[derive(Debug)]
pub struct Grouped {
    table: Table,
    keys: Vec<Column>,
    groups: Groups,
}

impl Table {
    /// In groups of rows that say the same in these columns; without columns all rows are one group. What
    /// is missing makes a group of its own.
    ///
    /// # Examples
    /// ```
    /// use bioxen_table::{Aggregate, Column, Statistic, Table};
    /// let table = Table::new(vec![
    ///     Column::new("strain", vec!["b", "a", "b"]),
    ///     Column::new("rate", vec![1.0, 5.0, 2.0]).in_unit("1/h"),
    /// ])?;
    /// let means = table.group(&["strain"])?.aggregate(&[Aggregate::new("rate", Statistic::Mean)])?;
    /// assert_eq!(means.column("strain")?, &Column::new("strain", vec!["b", "a"]));
    /// assert_eq!(means.column("rate_mean")?, &Column::new("rate_mean", vec![1.5, 5.0]).in_unit("1/h"));
    /// # Ok::<(), bioxen_table::TableError>(())
    /// ```
    pub fn group(&self, keys: &[&str]) -> Result<Grouped, TableError> {
        let columns = self.all(keys)?;
        let groups = Groups::new(&columns, self.rows());
        let keys = columns.into_iter().cloned().collect();
        Ok(Grouped { table: self.clone(), keys, groups })
    }
}

impl Grouped {
    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.groups.first.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.groups.first.is_empty()
    }

    /// The table of each group, in the order in which the groups are first seen.
    pub fn tables(&self) -> Vec<Table> {
        self.groups.members().iter().map(|rows| self.table.taken(rows)).collect()
    }

    /// A row for each group, in the order in which they are first seen: the keys, then the statistics.
    pub fn aggregate(&self, aggregates: &[Aggregate]) -> Result<Table, TableError> {
        let members = self.groups.members();
        let mut columns: Vec<Column> =
            self.keys.iter().map(|c| c.with_values(c.values().taken(&self.groups.first))).collect();
        for aggregate in aggregates {
            let column = self.table.column(&aggregate.column)?;
            columns.push(calculate(column, aggregate, &members)?);
        }
        Table::checked(columns, members.len(), self.table.meta().clone())
    }
}

fn calculate(
    column: &Column,
    aggregate: &Aggregate,
    members: &[Vec<usize>],
) -> Result<Column, TableError> {
    let values = column.values();
    let there = |rows: &[usize]| rows.iter().filter(|r| !values.is_missing(**r)).count() as i64;
    let made: Values = match aggregate.statistic {
        Statistic::Count => {
            let counts: Vec<i64> = members.iter().map(|rows| there(rows)).collect();
            return Ok(Column::new(&aggregate.name, counts));
        }
        Statistic::First | Statistic::Last => {
            let wanted: Vec<Option<usize>> = members
                .iter()
                .map(|rows| {
                    let mut known = rows.iter().filter(|r| !values.is_missing(**r));
                    let found = if aggregate.statistic == Statistic::First {
                        known.next()
                    } else {
                        known.next_back()
                    };
                    found.copied()
                })
                .collect();
            values.taken_or_missing(column.name(), &wanted)?
        }
        Statistic::Quantile(p) if !(0.0..=1.0).contains(&p) => {
            return Err(TableError::Range {
                what: "a quantile",
                range: "between 0 and 1",
                given: p.to_string(),
            });
        }
        statistic => {
            let numbers = column.numbers(&format!("`{}`", statistic.word()))?;
            let of_group = |rows: &Vec<usize>| {
                statistic.of(&rows.iter().map(|row| numbers[*row]).collect::<Vec<_>>())
            };
            members.iter().map(of_group).collect::<Vec<f64>>().into()
        }
    };
    Ok(Column::new(&aggregate.name, made).with_unit(column.unit()))
}
