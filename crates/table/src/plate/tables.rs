//! From plates to tables and back.

use std::collections::BTreeMap;

use super::{Channel, Growth, Layout, Plate, Production, Well};
use crate::column::Column;
use crate::error::TableError;
use crate::operations::{Aggregate, Statistic};
use crate::table::Table;
use crate::value::Kind;

/// The most values of a channel; more is a mistake in the times.
const MOST_CELLS: u64 = 50_000_000;

impl Plate {
    /// A tidy table: a row for each well and time, with what the layout says of the well, and a column for
    /// each channel.
    pub fn table(&self) -> Result<Table, TableError> {
        let (wells, times) = (self.wells.len(), self.times.len());
        let names: Vec<String> =
            self.wells.iter().flat_map(|w| std::iter::repeat_n(w.to_string(), times)).collect();
        let mut hours = Vec::with_capacity(wells * times);
        for _ in 0..wells {
            hours.extend(self.hours());
        }
        let mut columns = vec![Column::new("well", names)];
        columns.extend(self.layout.columns(&self.wells, times)?);
        columns.push(Column::new("time", hours).in_unit("h"));
        columns.extend(
            self.channels
                .iter()
                .map(|c| Column::new(c.name(), c.values.to_vec()).with_unit(c.unit())),
        );
        Table::new(columns)
    }

    /// From a tidy table with the columns `well` and `time`: columns of numbers are channels, or the column
    /// `channel` names them and `value` has their values. Columns of texts and truths are the layout.
    pub fn from_table(table: &Table, remarks: &mut Vec<String>) -> Result<Self, TableError> {
        let find = |word: &str| {
            let found = table.names().find(|n| n.eq_ignore_ascii_case(word)).map(str::to_owned);
            found.ok_or_else(|| TableError::unknown_column(word, table.names()))
        };
        let (well, time) = (find("well")?, find("time")?);
        if let (Ok(channel), Ok(value)) = (find("channel"), find("value")) {
            return Self::from_table(&table.wider(&channel, &value)?, remarks);
        }
        let times = table.column(&time)?;
        if times.unit().is_none() {
            remarks.push("The times say no unit; they are taken for seconds.".to_owned());
        }
        let times = if times.unit().is_some() { times.converted("s")? } else { times.clone() };
        let times = times.numbers("a time")?;
        let (mut wells, mut known): (Vec<Well>, BTreeMap<Well, usize>) =
            (Vec::new(), BTreeMap::new());
        let mut points: Vec<(usize, f64)> = Vec::with_capacity(table.rows());
        for (row, cell) in table.column(&well)?.values().iter().enumerate() {
            let Some(name) = cell.text().and_then(Well::parse) else {
                let what = format!("`{cell}` in row {} is no well such as A1 or H12", row + 1);
                return Err(TableError::read_in(0, &well, what));
            };
            if !times[row].is_finite() {
                let what = format!("the time in row {} is missing", row + 1);
                return Err(TableError::read_in(0, &time, what));
            }
            let at = *known.entry(name).or_insert_with(|| {
                wells.push(name);
                wells.len() - 1
            });
            points.push((at, times[row]));
        }
        let mut all: Vec<f64> = points.iter().map(|(_, t)| *t).collect();
        all.sort_unstable_by(f64::total_cmp);
        all.dedup();
        let cells = (wells.len() * all.len()) as u64;
        if cells > MOST_CELLS {
            let what = "values of a plate (wells times points in time)";
            return Err(TableError::TooLarge { what, has: cells, most: MOST_CELLS });
        }
        let places = places(&points, &all, &wells)?;
        let mut channels = Vec::new();
        let mut about = vec![well.as_str()];
        for column in table.columns().iter().filter(|c| c.name() != well && c.name() != time) {
            if matches!(column.kind(), Kind::Text | Kind::Truth) {
                about.push(column.name());
                continue;
            }
            let numbers = column.numbers("a channel")?;
            let mut values = vec![f64::NAN; wells.len() * all.len()];
            for (row, place) in places.iter().enumerate() {
                values[*place] = numbers[row];
            }
            channels.push(Channel::new(column.name(), column.unit(), values));
        }
        let about = table.select(&about)?.unique(&[])?;
        let layout =
            if about.columns().len() > 1 { Layout::from_table(&about)? } else { Layout::default() };
        Ok(Self { times: all.into(), wells: wells.into(), channels, layout })
    }

    /// The mean, the standard deviation and the number of the wells that say the same in a column of the
    /// layout, for each time and channel: `OD_mean`, `OD_sd`, `OD_n`. Wells that are left out do not count.
    pub fn by(&self, column: &str) -> Result<Table, TableError> {
        self.layout.check_column(column)?;
        let kept: Vec<bool> = self
            .wells
            .iter()
            .flat_map(|w| {
                let counts =
                    self.layout.is_included(*w) && !self.layout.get(*w, column).is_missing();
                std::iter::repeat_n(counts, self.times.len())
            })
            .collect();
        let mut wanted = Vec::new();
        for channel in &self.channels {
            wanted.push(Aggregate::new(channel.name(), Statistic::Mean));
            wanted.push(Aggregate::new(channel.name(), Statistic::Sd));
            let n = Aggregate::new(channel.name(), Statistic::Count);
            wanted.push(n.named(&format!("{}_n", channel.name())));
        }
        self.table()?.masked(&kept)?.group(&[column, "time"])?.aggregate(&wanted)
    }

    /// Growth rates with what the layout says of their wells; without blanks and wells that are left out.
    pub fn growth_table(&self, growth: &[Growth]) -> Result<Table, TableError> {
        let kept: Vec<&Growth> = growth.iter().filter(|g| self.counts(g.well)).collect();
        let of = |number: fn(&Growth) -> f64| kept.iter().map(|g| number(g)).collect::<Vec<f64>>();
        let mut columns = self.about(&kept.iter().map(|g| g.well).collect::<Vec<_>>())?;
        columns.push(Column::new("rate", of(|g| g.rate)).in_unit("1/h"));
        columns.push(Column::new("r_squared", of(|g| g.r_squared)));
        columns.push(Column::new("from", of(|g| g.from)).in_unit("h"));
        columns.push(Column::new("to", of(|g| g.to)).in_unit("h"));
        Table::new(columns)
    }

    /// Production rates with what the layout says of their wells; without blanks and wells that are left
    /// out.
    pub fn production_table(&self, production: &[Production]) -> Result<Table, TableError> {
        let kept: Vec<&Production> = production.iter().filter(|p| self.counts(p.well)).collect();
        let of =
            |number: fn(&Production) -> f64| kept.iter().map(|p| number(p)).collect::<Vec<f64>>();
        let mut columns = self.about(&kept.iter().map(|p| p.well).collect::<Vec<_>>())?;
        columns.push(Column::new("rate", of(|p| p.rate)).in_unit("AU/OD/h"));
        columns.push(Column::new("from", of(|p| p.from)).in_unit("h"));
        columns.push(Column::new("to", of(|p| p.to)).in_unit("h"));
        Table::new(columns)
    }

    fn counts(&self, well: Well) -> bool {
        self.layout.is_included(well) && !self.layout.is_blank(well)
    }

    fn about(&self, wells: &[Well]) -> Result<Vec<Column>, TableError> {
        let names: Vec<String> = wells.iter().map(Well::to_string).collect();
        let mut columns = vec![Column::new("well", names)];
        columns.extend(self.layout.columns(wells, 1)?);
        Ok(columns)
    }
}

/// Where the value of each row goes.
fn places(
    points: &[(usize, f64)],
    times: &[f64],
    wells: &[Well],
) -> Result<Vec<usize>, TableError> {
    let mut taken: Vec<Option<usize>> = vec![None; wells.len() * times.len()];
    let mut places = Vec::with_capacity(points.len());
    for (row, (well, time)) in points.iter().enumerate() {
        let at = times.binary_search_by(|t| t.total_cmp(time)).unwrap_or_default();
        let place = well * times.len() + at;
        if let Some(first) = taken[place] {
            return Err(TableError::Repeats {
                column: "value".to_owned(),
                place: format!("the well is {} and the time {time} s", wells[*well]),
                first: first + 1,
                second: row + 1,
            });
        }
        taken[place] = Some(row);
        places.push(place);
    }
    Ok(places)
}
