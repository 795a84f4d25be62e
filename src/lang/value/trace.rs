//! What a run recorded, in the hands of a script.

use std::rc::Rc;

use super::table::Table;
use crate::engine::{Column, Trajectory};
use crate::lang::LangError;
use crate::nearest::nearest;
use crate::units::Time;

/// A recorded run.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace(pub Rc<Trajectory>);

impl Trace {
    /// From what a run recorded.
    pub fn new(trajectory: Trajectory) -> Self {
        Self(Rc::new(trajectory))
    }

    /// The column that a name stands for: its own name, or what is left of it without the VM
    /// (`lacZ.mrna`, `ribosomes`), or a gene alone for its protein.
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn column(&self, name: &str) -> Result<&Column, LangError> {
        if let Some(column) = self.0.column(name) {
            return Ok(column);
        }
        for ending in [format!(".{name}"), format!(".{name}.protein")] {
            let found: Vec<&Column> =
                self.0.columns.iter().filter(|c| c.name.ends_with(&ending)).collect();
            match found.as_slice() {
                [] => {}
                [one] => return Ok(one),
                several => {
                    return Err(LangError::AmbiguousColumn {
                        given: name.to_owned(),
                        candidates: several.iter().map(|c| c.name.clone()).collect(),
                    });
                }
            }
        }
        let all = self.0.columns.iter();
        let names = all.flat_map(|c| {
            let short = c.name.split_once('.').map_or("", |(_, rest)| rest);
            [c.name.as_str(), short, short.strip_suffix(".protein").unwrap_or(short)]
        });
        let nearest = nearest(name, names).map(str::to_owned);
        Err(LangError::UnknownColumn { given: name.to_owned(), nearest })
    }

    /// This trace and one that goes on where it ends. A gene that was not mapped in one of them had
    /// no molecules there.
    ///
    /// # Errors
    /// When the other does not begin where this one ends.
    pub fn join(&self, other: &Self) -> Result<Self, LangError> {
        let (first, second) = (&*self.0, &*other.0);
        let ends = first.times.last().copied().unwrap_or(f64::NAN);
        let begins = second.times.first().copied().unwrap_or(f64::NAN);
        if ends != begins {
            return Err(LangError::Join { ends, begins });
        }
        let mut times = first.times.clone();
        times.extend(&second.times[1..]);
        let only_first = first.columns.iter().filter(|c| second.column(&c.name).is_none());
        let order = second.columns.iter().chain(only_first);
        let columns = order
            .map(|model| {
                let absent = if model.unit == "molecules" { 0.0 } else { f64::NAN };
                let part = |trace: &Trajectory| {
                    trace
                        .column(&model.name)
                        .map_or_else(|| vec![absent; trace.times.len()], |c| c.values.clone())
                };
                let mut values = part(first);
                values.extend(&part(second)[1..]);
                Column { name: model.name.clone(), unit: model.unit.clone(), values }
            })
            .collect();
        let time_unit = first.time_unit.clone();
        let mut notes = first.notes.clone();
        notes.extend(second.notes.iter().filter(|n| !first.notes.contains(n)).cloned());
        Ok(Self::new(Trajectory { time_unit, times, columns, notes }))
    }

    /// The rows from one time to another, both included.
    ///
    /// # Errors
    /// When there are none.
    pub fn between(&self, from: Time, to: Time) -> Result<Self, LangError> {
        let trace = &*self.0;
        let inside = |t: f64| t >= from.minutes() && t <= to.minutes();
        let rows: Vec<usize> = (0..trace.times.len()).filter(|&i| inside(trace.times[i])).collect();
        if rows.is_empty() {
            return Err(LangError::NothingBetween { from, to });
        }
        let take = |values: &[f64]| rows.iter().map(|&i| values[i]).collect();
        let columns = trace
            .columns
            .iter()
            .map(|c| Column { name: c.name.clone(), unit: c.unit.clone(), values: take(&c.values) })
            .collect();
        let times = take(&trace.times);
        let (time_unit, notes) = (trace.time_unit.clone(), trace.notes.clone());
        Ok(Self::new(Trajectory { time_unit, times, columns, notes }))
    }

    /// Some columns only, under their full names.
    ///
    /// # Errors
    /// When a name stands for no column.
    pub fn select(&self, names: &[String]) -> Result<Self, LangError> {
        let columns = names.iter().map(|n| self.column(n).cloned()).collect::<Result<_, _>>()?;
        let Trajectory { time_unit, times, notes, .. } = &*self.0;
        let (time_unit, times, notes) = (time_unit.clone(), times.clone(), notes.clone());
        Ok(Self::new(Trajectory { time_unit, times, columns, notes }))
    }

    /// Some columns every so often, and always the last row.
    ///
    /// # Errors
    /// When a name stands for no column.
    pub fn table(&self, names: &[String], every: Option<Time>) -> Result<Table, LangError> {
        let columns: Vec<&Column> =
            names.iter().map(|n| self.column(n)).collect::<Result<_, _>>()?;
        let times = &self.0.times;
        let step = every.map_or(0.0, |t| t.minutes());
        let start = times.first().copied().unwrap_or(0.0);
        let mut due = start;
        let mut rows = Vec::new();
        for (i, &t) in times.iter().enumerate() {
            if t + 1e-9 < due && i + 1 < times.len() {
                continue;
            }
            rows.push(std::iter::once(t).chain(columns.iter().map(|c| c.values[i])).collect());
            due = if step > 0.0 {
                start + ((t - start) / step + 1e-9).floor() * step + step
            } else {
                t
            };
        }
        let mut headings = vec![("time".to_owned(), self.0.time_unit.clone())];
        headings.extend(names.iter().zip(&columns).map(|(n, c)| (n.clone(), c.unit.clone())));
        Ok(Table { headings, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::StopToken;

    fn trace(times: &[f64], columns: &[(&str, &str, &[f64])]) -> Trace {
        Trace::new(Trajectory {
            time_unit: "min".into(),
            times: times.to_vec(),
            columns: columns
                .iter()
                .map(|(name, unit, values)| Column {
                    name: (*name).into(),
                    unit: (*unit).into(),
                    values: values.to_vec(),
                })
                .collect(),
            notes: Vec::new(),
        })
    }

    #[test]
    fn short_names_are_understood() {
        let t = trace(
            &[0.0],
            &[
                ("demo.lacZ.mrna", "molecules", &[1.0]),
                ("demo.lacZ.protein", "molecules", &[2.0]),
                ("host.ribosomes", "ribosomes", &[3.0]),
                ("demo.ribosomes", "ribosomes", &[4.0]),
            ],
        );
        assert_eq!(t.column("lacZ").unwrap().values, [2.0]);
        assert_eq!(t.column("lacZ.mrna").unwrap().values, [1.0]);
        assert_eq!(t.column("demo.ribosomes").unwrap().values, [4.0]);
        assert!(matches!(t.column("ribosomes"), Err(LangError::AmbiguousColumn { .. })));
        let error = t.column("lacz").unwrap_err();
        assert!(error.to_string().contains("(did you mean `lacZ`?)"), "{error}");
    }

    #[test]
    fn joined_traces_have_every_row_once() {
        let first = trace(&[0.0, 1.0], &[("host.x", "1/h", &[1.0, 2.0])]);
        let second = trace(
            &[1.0, 2.0],
            &[("a.g.mrna", "molecules", &[0.0, 5.0]), ("host.x", "1/h", &[2.0, 3.0])],
        );
        let joined = first.join(&second).unwrap();
        assert_eq!(
            joined.to_csv(&StopToken::new()).unwrap(),
            b"time_min,a.g.mrna,host.x\n0,0,1\n1,0,2\n2,5,3\n"
        );
        assert!(matches!(second.join(&first), Err(LangError::Join { .. })));
    }

    #[test]
    fn a_part_of_a_trace_has_both_its_ends() {
        let t = trace(&[0.0, 1.0, 2.0, 3.0], &[("host.x", "1/h", &[1.0, 2.0, 3.0, 4.0])]);
        let part = t.between(Time::from_minutes(1.0), Time::from_minutes(2.0)).unwrap();
        assert_eq!(part.0.times, [1.0, 2.0]);
        assert_eq!(part.0.columns[0].values, [2.0, 3.0]);
        assert!(t.between(Time::from_minutes(4.0), Time::from_minutes(9.0)).is_err());
    }

    #[test]
    fn tables_take_rows_at_intervals_and_the_last() {
        let t = trace(&[0.0, 1.0, 2.0, 3.0], &[("host.x", "1/h", &[1.0, 2.0, 3.0, 4.0])]);
        let table = t.table(&["host.x".into()], Some(Time::from_minutes(2.0))).unwrap();
        assert_eq!(table.rows, [[0.0, 1.0], [2.0, 3.0], [3.0, 4.0]]);
        assert_eq!(t.table(&[], None).unwrap().rows.len(), 4);
    }
}
