//! A branch as a map for scripts.

use std::collections::HashMap;
use std::sync::Arc;

use rhai::{Array, Dynamic, Map};

use super::{Axis, bits};
use crate::LangError;
use crate::steady::EVENTS;
use bioxen_base::units::short;
use bioxen_study::continuation::{Branch, Ended, Kind, Point};
use bioxen_study::newton::Stability;
use bioxen_table::{Column, Table};

/// What was found, and what it is of.
pub(super) struct Found<'a> {
    pub(super) axis: &'a Axis,
    pub(super) branch: &'a Branch,
    /// The name that is shown, the full name and the unit of each quantity.
    pub(super) named: &'a [(String, String, String)],
    /// The quantities at each point.
    pub(super) seen: &'a HashMap<Vec<u64>, Vec<f64>>,
    /// Whether a run leads to the first state.
    pub(super) reached: bool,
    /// Whether there are events to come.
    pub(super) events: bool,
}

/// A row of the table: a point, and what is special at it.
type Row<'a> = (&'a Point, Option<Kind>);

impl Found<'_> {
    /// All that there is to say.
    pub(super) fn told(&self) -> Result<Map, LangError> {
        let folds: Array =
            self.branch.folds().map(|s| self.give(&s.point)).collect::<Result<_, _>>()?;
        let of: Array = self.named.iter().map(|(name, ..)| name.as_str().into()).collect();
        let map = [
            ("table", Dynamic::from(self.table()?)),
            ("points", Dynamic::from(self.points()?)),
            ("folds", folds.into()),
            ("parameter", self.axis.name.as_str().into()),
            ("of", of.into()),
            ("log", self.axis.log.into()),
            ("told", self.remarks().into()),
        ];
        Ok(map.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    fn give(&self, point: &Point) -> Result<Dynamic, LangError> {
        self.axis.unit.give(self.axis.value(point.parameter))
    }

    /// The value of the parameter at a point, in words.
    fn at(&self, point: &Point) -> String {
        let value = short(self.axis.value(point.parameter));
        format!("{value} {}", self.axis.unit.symbol()).trim_end().to_owned()
    }

    /// The points of the branch, those where behaviour changes in their places.
    fn rows(&self) -> Vec<Row<'_>> {
        let mut specials = self.branch.specials.iter().peekable();
        let mut rows = Vec::new();
        for (i, point) in self.branch.points.iter().enumerate() {
            rows.push((point, None));
            while let Some(special) = specials.next_if(|s| s.after == i) {
                rows.push((&special.point, Some(special.kind)));
            }
        }
        rows
    }

    /// The columns of the parameter and the quantities.
    fn values(&self, rows: &[Row<'_>]) -> Vec<Column> {
        let parameter =
            rows.iter().map(|(p, _)| self.axis.value(p.parameter)).collect::<Vec<f64>>();
        let unit = self.axis.unit.symbol();
        let mut columns = vec![in_unit(Column::new(&self.axis.name, parameter), unit)];
        for (i, (name, _, unit)) in self.named.iter().enumerate() {
            let one = |(p, _): &Row<'_>| {
                let row = self.seen.get(&bits(&p.values, p.parameter));
                row.and_then(|row| row.get(i)).copied().unwrap_or(f64::NAN)
            };
            let values: Vec<f64> = rows.iter().map(one).collect();
            columns.push(in_unit(Column::new(name, values), unit));
        }
        columns
    }

    fn table(&self) -> Result<Table, LangError> {
        let rows = self.rows();
        let mut columns = self.values(&rows);
        // A point where behaviour changes has that of those before it.
        let (mut stable, mut branch, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        let (mut is, mut number) = (None, 0_i64);
        for (point, kind) in &rows {
            let now = point.stability == Stability::Stable;
            if kind.is_none() && is != Some(now) {
                (is, number) = (Some(now), number + 1);
            }
            stable.push(is.unwrap_or(now));
            branch.push(number.max(1));
            kinds.push(kind.map(|kind| Arc::from(kind.to_string())));
        }
        columns.push(Column::new("stable", stable));
        columns.push(Column::new("branch", branch));
        columns.push(Column::new("special", kinds));
        Ok(Table::new(columns)?)
    }

    /// Where behaviour changes.
    fn points(&self) -> Result<Table, LangError> {
        let rows: Vec<Row<'_>> =
            self.rows().into_iter().filter(|(_, kind)| kind.is_some()).collect();
        let kinds: Vec<String> = rows.iter().flat_map(|(_, k)| k.map(|k| k.to_string())).collect();
        let mut columns = vec![Column::new("special", kinds)];
        columns.extend(self.values(&rows));
        Ok(Table::new(columns)?)
    }

    /// What is to be known besides.
    fn remarks(&self) -> Array {
        let mut told: Array = Vec::new();
        if !self.reached {
            told.push(
                "a run does not come to the first state: the branch begins at one that it leaves"
                    .into(),
            );
        }
        let ends = [
            (&self.branch.ends.first, self.branch.points.first()),
            (&self.branch.ends.last, self.branch.points.last()),
        ];
        for (end, point) in ends {
            if let (Ended::Closed | Ended::MostPoints | Ended::SmallestStep(_), Some(point)) =
                (end, point)
            {
                told.push(format!("the branch ends at {}: {end}", self.at(point)).into());
            }
        }
        for special in self.branch.specials.iter().filter(|s| s.kind == Kind::Branch) {
            let at = self.at(&special.point);
            told.push(format!("another branch crosses at {at}, and is not followed").into());
        }
        if self.events {
            told.push(EVENTS.into());
        }
        told
    }
}

fn in_unit(column: Column, unit: &str) -> Column {
    if unit.is_empty() { column } else { column.in_unit(unit) }
}
