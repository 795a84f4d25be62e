//! What a run recorded, in the hands of a script.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::LangError;
use bioxen_base::nearest::nearest;
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{HypervisorError, Present};
use bioxen_engine::trajectory::Kind;
use bioxen_engine::{Column, Note, Trajectory};
use bioxen_table::{Column as Cells, Table};

/// A recorded run.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace(pub Arc<Trajectory>);

impl Trace {
    /// From what a run recorded.
    pub fn new(trajectory: Trajectory) -> Self {
        Self(Arc::new(trajectory))
    }

    /// The column that a name stands for: its own name, or what is left of it without the VM
    /// (`lacZ.mrna`, `ribosomes`), or either without `.protein` (`demo.lacZ`, `lacZ`).
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn column(&self, name: &str) -> Result<&Column, LangError> {
        let whole = || self.0.column(name).or_else(|| self.0.column(&format!("{name}.protein")));
        if let Some(column) = whole() {
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
        let clear = self.clear_names();
        let nearest = nearest(name, clear.iter().map(|(name, _)| *name)).map(str::to_owned);
        Err(LangError::UnknownColumn { given: name.to_owned(), nearest })
    }

    /// All names that stand for exactly one column, each with its column: the short ones where they
    /// are clear, then the whole ones.
    pub fn clear_names(&self) -> Vec<(&str, &Column)> {
        let columns = &self.0.columns;
        let whole: HashSet<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        let mut endings: HashMap<&str, usize> = HashMap::with_capacity(columns.len());
        for column in columns {
            for ending in endings_of(&column.name) {
                *endings.entry(ending).or_default() += 1;
            }
        }
        // A name is tried in the same order as `column` tries it.
        let is_whole = |name: &str| whole.contains(name);
        let once = |name: &str| endings.get(name) == Some(&1);
        let mut found: Vec<(&str, &Column)> = Vec::with_capacity(2 * columns.len());
        for column in columns {
            for ending in endings_of(&column.name) {
                let taken = is_whole(ending) || is_whole(&format!("{ending}.protein"));
                let bare = ending.strip_suffix(".protein");
                let bare = bare.filter(|b| {
                    let other = is_whole(b) || endings.contains_key(b);
                    !taken && !other && once(ending)
                });
                found.extend(bare.map(|bare| (bare, column)));
                if !taken && once(ending) {
                    found.push((ending, column));
                }
            }
        }
        for column in columns {
            let bare = column.name.strip_suffix(".protein").filter(|bare| !is_whole(bare));
            found.extend(bare.map(|bare| (bare, column)));
            found.push((&column.name, column));
        }
        found
    }

    /// This trace and one that goes on where it ends. A gene that its VM had not mapped in one of them had
    /// no molecules there; of a VM that was not there nothing is known.
    ///
    /// # Errors
    /// When the other does not begin where this one ends.
    pub fn join(&self, other: &Self) -> Result<Self, LangError> {
        let (first, second) = (&*self.0, &*other.0);
        let ends = first.times.last().copied().unwrap_or(f64::NAN);
        let begins = second.times.first().copied().unwrap_or(f64::NAN);
        if ends != begins {
            let (ends, begins) = (Time::from_minutes(ends), Time::from_minutes(begins));
            return Err(LangError::Join { ends, begins });
        }
        let mut times = first.times.clone();
        times.extend(&second.times[1..]);
        let of = |trace: &'_ Trajectory| -> HashMap<String, usize> {
            trace.columns.iter().enumerate().map(|(i, c)| (c.name.clone(), i)).collect()
        };
        let places = (of(first), of(second));
        let only_first = first.columns.iter().filter(|c| !places.1.contains_key(&c.name));
        let order = second.columns.iter().chain(only_first);
        let vms = (Present::of(first), Present::of(second));
        let columns = order
            .map(|model| {
                let mut values = Vec::with_capacity(times.len());
                match places.0.get(&model.name) {
                    Some(&at) => values.extend(&first.columns[at].values),
                    None => values.resize(first.times.len(), vms.0.absent(model)),
                }
                match places.1.get(&model.name) {
                    Some(&at) => values.extend(&second.columns[at].values[1..]),
                    None => values.resize(times.len(), vms.1.absent(model)),
                }
                model.with(values)
            })
            .collect();
        let time_unit = first.time_unit.clone();
        let mut notes = notes_of_a_part(first);
        for note in notes_of_a_part(second) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
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
        let columns = trace.columns.iter().map(|c| c.with(take(&c.values))).collect();
        let times = take(&trace.times);
        let whole = rows.len() == trace.times.len();
        let notes = if whole { trace.notes.clone() } else { notes_of_a_part(trace) };
        let time_unit = trace.time_unit.clone();
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

    /// Some columns at every sample, or every so often and at the last sample. Between samples a quantity
    /// is on the line between them; counts of single molecules stay what they were last.
    ///
    /// # Errors
    /// When a name stands for no column, or the interval is not positive or shorter than that between
    /// samples, of which there is nothing to be told.
    pub fn table(&self, names: &[String], every: Option<Time>) -> Result<Table, LangError> {
        let columns: Vec<&Column> =
            names.iter().map(|n| self.column(n)).collect::<Result<_, _>>()?;
        let unit = self.0.time_unit.as_str();
        let due = every.map(|step| self.due(step)).transpose()?;
        let times = due.as_ref().unwrap_or(&self.0.times);
        let mut made = vec![Cells::new("time", times.clone()).in_unit(unit)];
        for (name, column) in names.iter().zip(&columns) {
            let counted = is_count(column);
            let at = |t: f64| match counted {
                true => Ok(self.last_at(column, t)),
                false => self.value_at(column, Time::from_minutes(t)),
            };
            let values = match &due {
                None => column.values.clone(),
                Some(times) => times.iter().map(|t| at(*t)).collect::<Result<_, _>>()?,
            };
            made.push(Cells::new(name, values).in_unit(&column.unit));
        }
        Ok(Table::new(made)?)
    }

    /// All quantities as a table, with a row for each sample.
    ///
    /// # Errors
    /// When two have one name.
    pub fn whole_table(&self) -> Result<Table, LangError> {
        let time = Cells::new("time", self.0.times.clone()).in_unit(&self.0.time_unit);
        let others = self.0.columns.iter();
        let others = others.map(|c| Cells::new(&c.name, c.values.clone()).in_unit(&c.unit));
        Ok(Table::new(std::iter::once(time).chain(others).collect())?)
    }

    /// The times from the first to the last sample, every so often and the last [min].
    fn due(&self, step: Time) -> Result<Vec<f64>, LangError> {
        if step <= Time::ZERO {
            let what = "an interval of table";
            return Err(HypervisorError::Duration { what, given: step }.into());
        }
        let (start, end) = self.ends();
        let gaps = self.0.times.len().saturating_sub(1).max(1);
        // In the mean, since the last sample of a run may be close to the one before.
        let apart =
            Time::from_micros((end - start).micros() / i64::try_from(gaps).unwrap_or(i64::MAX));
        if step < apart {
            return Err(LangError::TableInterval { interval: step, apart });
        }
        let count = (end - start).micros() / step.micros();
        let at = |n: i64| (start + Time::from_micros(n * step.micros())).minutes();
        let mut due: Vec<f64> = (0..=count).map(at).collect();
        if (end - start).micros() % step.micros() != 0 {
            due.push(end.minutes());
        }
        Ok(due)
    }

    /// The value of the last sample that is not after a time [min].
    fn last_at(&self, column: &Column, t: f64) -> f64 {
        let behind = self.0.times.partition_point(|x| *x <= t + 1e-9);
        column.values.get(behind.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }
}

/// Whether a quantity was counted, molecule by molecule: it is a whole number at every sample.
fn is_count(column: &Column) -> bool {
    let counted = matches!(column.kind, Kind::Mrna | Kind::Protein | Kind::Copies);
    counted && column.values.iter().all(|x| x.is_nan() || x.fract() == 0.0)
}

/// The notes of a trace that becomes a part of another, or of which a part is taken: they say of which
/// time they tell.
fn notes_of_a_part(trace: &Trajectory) -> Vec<Note> {
    let ends = trace.times.first().zip(trace.times.last());
    let span = ends.map(|(&from, &to)| {
        format!(" (in the run from {} to {})", Time::from_minutes(from), Time::from_minutes(to))
    });
    let told = |note: &Note| match &span {
        Some(span) if !note.of_a_part => {
            Note { text: format!("{}{span}", note.text), of_a_part: true, ..note.clone() }
        }
        _ => note.clone(),
    };
    trace.notes.iter().map(told).collect()
}

/// What is left of a name after each of its dots.
fn endings_of(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('.').map(|(at, _)| &name[at + 1..]).filter(|ending| !ending.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_engine::StopToken;

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
                    ..Column::default()
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
    fn every_clear_name_stands_for_its_column() {
        let columns: Vec<(&str, &str, &[f64])> = [
            "host.ribosomes",
            "a.ribosomes",
            "a.lacZ.protein",
            "a.lacZ.mrna",
            "b.lacZ.protein",
            "b.lacZ.mrna",
            "b.gfp.protein",
            "b.model.lacZ",
            "lacZ.x.protein",
            "lacZ.protein.protein",
            "protein.gfp.mrna",
            "b.ribosomes.protein",
        ]
        .into_iter()
        .map(|name| (name, "molecules", &[0.0][..]))
        .collect();
        let t = trace(&[0.0], &columns);
        let clear = t.clear_names();
        for (name, column) in &clear {
            assert_eq!(t.column(name).unwrap().name, column.name, "{name}");
        }
        for name in ["a.lacZ", "b.lacZ", "gfp", "b.gfp", "x", "a.lacZ.mrna", "b.model.lacZ"] {
            assert!(clear.iter().any(|(clear, _)| *clear == name), "{name}");
        }
        assert_eq!(t.column("a.lacZ").unwrap().name, "a.lacZ.protein");
        let error = t.column("lacZ.mrna").unwrap_err();
        let LangError::AmbiguousColumn { candidates, .. } = error else { panic!("{error}") };
        assert!(candidates.iter().all(|name| t.column(name).unwrap().name == *name));
    }

    #[test]
    fn joined_traces_have_every_row_once() {
        let first = trace(&[0.0, 1.0], &[("host.x", "1/h", &[1.0, 2.0])]);
        let second = trace(
            &[1.0, 2.0],
            &[("a.g.mrna", "molecules", &[0.0, 5.0]), ("host.x", "1/h", &[2.0, 3.0])],
        );
        let joined = first.join(&second).unwrap();
        // Of a VM that was not there nothing is known.
        assert_eq!(
            joined.to_csv(&StopToken::new()).unwrap(),
            b"time_min,a.g.mrna,host.x\n0,,1\n1,,2\n2,5,3\n"
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
        let column = |table: &Table, name: &str| table.column(name).unwrap().clone();
        assert_eq!(column(&table, "time"), Cells::new("time", vec![0.0, 2.0, 3.0]).in_unit("min"));
        let x = Cells::new("host.x", vec![1.0, 3.0, 4.0]).in_unit("1/h");
        assert_eq!(column(&table, "host.x"), x);
        assert_eq!(t.table(&[], None).unwrap().rows(), 4);
        let every = |minutes| t.table(&["host.x".into()], Some(Time::from_minutes(minutes)));
        let x = Cells::new("host.x", vec![1.0, 2.25, 3.5, 4.0]).in_unit("1/h");
        assert_eq!(column(&every(1.25).unwrap(), "host.x"), x);
        let error = every(0.5).unwrap_err().to_string();
        assert!(error.contains("of 30 s is shorter than the 1 min between samples"), "{error}");
        assert!(every(0.0).is_err() && every(-5.0).is_err());
    }
}
