//! From a column for each quantity to a row for each value, and back.

use std::sync::Arc;

use crate::column::{Column, Values};
use crate::error::{TableError, shown};
use crate::keys::Groups;
use crate::table::Table;
use crate::value::{Kind, Value};

impl Table {
    /// A row for each cell of these columns: one column says the name of the column it was in, another its
    /// value. The other columns stay. All have one unit, which stays.
    pub fn longer(
        &self,
        columns: &[&str],
        names_to: &str,
        values_to: &str,
    ) -> Result<Self, TableError> {
        let chosen = self.all(columns)?;
        let Some(first) = chosen.first() else {
            return Err(TableError::Nothing { doing: "making a table longer", what: "column" });
        };
        let mut kind = first.kind();
        for column in &chosen {
            kind = kind.with(column.kind()).ok_or_else(|| TableError::WrongKind {
                column: column.name().to_owned(),
                is: column.kind(),
                doing: format!("going into one column with `{}`", first.name()),
                wanted: wanted(first.kind()),
            })?;
        }
        let mut unit = first.unit().map(str::to_owned);
        for column in &chosen {
            unit = unit.or(first.same_unit(column, "going into one column")?);
        }
        let width = chosen.len();
        let rows: Vec<usize> =
            (0..self.rows()).flat_map(|row| std::iter::repeat_n(row, width)).collect();
        let mut made: Vec<Column> = self
            .columns()
            .iter()
            .filter(|c| !columns.contains(&c.name()))
            .map(|c| c.with_values(c.values().taken(&rows)))
            .collect();
        let names: Vec<Arc<str>> = chosen.iter().map(|c| c.name().into()).collect();
        let labels: Vec<Option<Arc<str>>> =
            (0..rows.len()).map(|at| Some(names[at % width].clone())).collect();
        let cells: Vec<Value> = (0..self.rows())
            .flat_map(|row| chosen.iter().map(move |c| c.values().get(row)))
            .collect();
        made.push(Column::new(names_to, labels));
        made.push(
            Column::new(values_to, Values::of_kind(values_to, kind, &cells)?)
                .with_unit(unit.as_deref()),
        );
        Self::checked(made, rows.len(), self.meta().clone())
    }

    /// A column for each name that a column says, with the values of another: the rows that say the same in
    /// all other columns become one. What is not said is missing.
    pub fn wider(&self, names_from: &str, values_from: &str) -> Result<Self, TableError> {
        let (names, values) = (self.column(names_from)?, self.column(values_from)?);
        let ids: Vec<&Column> = self
            .columns()
            .iter()
            .filter(|c| c.name() != names_from && c.name() != values_from)
            .collect();
        let rows = Groups::new(&ids, self.rows());
        let labels = Groups::new(&[names], self.rows());
        let mut places: Vec<Vec<Option<usize>>> =
            vec![vec![None; rows.first.len()]; labels.first.len()];
        for row in 0..self.rows() {
            let place = &mut places[labels.of[row]][rows.of[row]];
            if let Some(first) = *place {
                let said: Vec<String> = ids
                    .iter()
                    .map(|c| {
                        format!("`{}` is {}", c.name(), shown(&c.values().get(row).to_string()))
                    })
                    .collect();
                return Err(TableError::Repeats {
                    column: names.values().get(row).to_string(),
                    place: if said.is_empty() {
                        "nothing tells rows apart".into()
                    } else {
                        said.join(" and ")
                    },
                    first: first + 1,
                    second: row + 1,
                });
            }
            *place = Some(row);
        }
        let mut made: Vec<Column> =
            ids.iter().map(|c| c.with_values(c.values().taken(&rows.first))).collect();
        for (place, first) in places.iter().zip(&labels.first) {
            let name = names.values().get(*first).to_string();
            let cells = values.values().taken_or_missing(&name, place)?;
            made.push(values.with_values(cells).named(&name));
        }
        Self::checked(made, rows.first.len(), self.meta().clone())
    }
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Number | Kind::Whole => "numbers",
        Kind::Text => "texts",
        Kind::Truth => "truths",
    }
}
