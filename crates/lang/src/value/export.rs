//! A trace as the text of a file. A long export can be interrupted.

use std::io::{self, Write};

use serde::Serialize;

use super::ensemble::Ensemble;
use super::trace::Trace;
use bioxen_engine::{StopToken, Trajectory};

/// Bytes that are written between two looks at whether they are still wanted.
const CHUNK: usize = 1 << 16;

impl Trace {
    /// As comma-separated values: first column `time_min`, then one for each quantity; what is not
    /// known is empty. Numbers are written so that reading gives the same number. Nothing if `stop`
    /// is set before the end.
    pub fn to_csv(&self, stop: &StopToken) -> Option<Vec<u8>> {
        Wanted::write(stop, |file| {
            write_head(file, "", &self.0)?;
            write_rows(file, "", &self.0)
        })
    }

    /// As JSON; what is not known is null. Nothing if `stop` is set before the end.
    pub fn to_json(&self, stop: &StopToken) -> Option<Vec<u8>> {
        let trace = &*self.0;
        let columns = trace.columns.iter();
        let whole = Whole {
            columns: columns
                .map(|c| Quantity { name: &c.name, unit: &c.unit, values: &c.values })
                .collect(),
            time_unit: &trace.time_unit,
            times: &trace.times,
        };
        Wanted::write(stop, |file| Ok(serde_json::to_writer(file, &whole)?))
    }
}

/// The names of the columns, behind those that stand before.
fn write_head(file: &mut impl Write, before: &str, trace: &Trajectory) -> io::Result<()> {
    write!(file, "{before}time_{}", trace.time_unit)?;
    for column in &trace.columns {
        write!(file, ",{}", column.name)?;
    }
    writeln!(file)
}

/// A line for each time, behind what stands before each.
fn write_rows(file: &mut impl Write, before: &str, trace: &Trajectory) -> io::Result<()> {
    for (i, t) in trace.times.iter().enumerate() {
        write!(file, "{before}{t}")?;
        for column in &trace.columns {
            let value = column.values[i];
            if value.is_nan() { write!(file, ",")? } else { write!(file, ",{value}")? }
        }
        writeln!(file)?;
    }
    Ok(())
}

impl Ensemble {
    /// As comma-separated values, the repetitions below each other: `repetition`, from 0,
    /// `time_min`, then a column for each quantity; as of a trace. Nothing if it is stopped.
    pub fn to_csv(&self, stop: &StopToken) -> Option<Vec<u8>> {
        Wanted::write(stop, |file| {
            write_head(file, "repetition,", &self.runs[0])?;
            for (number, run) in self.runs.iter().enumerate() {
                write_rows(file, &format!("{number},"), run)?;
            }
            Ok(())
        })
    }

    /// As JSON: `columns` with `name`, `unit` and `values`, an array for each repetition;
    /// `repetitions`, `time_unit`, `times`. What is not known is null. Nothing if it is stopped.
    pub fn to_json(&self, stop: &StopToken) -> Option<Vec<u8>> {
        let first = &self.runs[0];
        let of = |place: usize| -> Vec<&[f64]> {
            self.runs.iter().map(|run| run.columns[place].values.as_slice()).collect()
        };
        let columns = first.columns.iter().enumerate();
        let whole = WholeEnsemble {
            columns: columns
                .map(|(i, c)| Quantities { name: &c.name, unit: &c.unit, values: of(i) })
                .collect(),
            repetitions: self.runs.len(),
            time_unit: &first.time_unit,
            times: &first.times,
        };
        Wanted::write(stop, |file| Ok(serde_json::to_writer(file, &whole)?))
    }
}

/// An ensemble in a file.
#[derive(Serialize)]
struct WholeEnsemble<'t> {
    columns: Vec<Quantities<'t>>,
    repetitions: usize,
    time_unit: &'t str,
    times: &'t [f64],
}

/// A quantity of an ensemble in a file.
#[derive(Serialize)]
struct Quantities<'t> {
    name: &'t str,
    unit: &'t str,
    values: Vec<&'t [f64]>,
}

/// A trace in a file.
#[derive(Serialize)]
struct Whole<'t> {
    columns: Vec<Quantity<'t>>,
    time_unit: &'t str,
    times: &'t [f64],
}

/// A quantity in a file.
#[derive(Serialize)]
struct Quantity<'t> {
    name: &'t str,
    unit: &'t str,
    values: &'t [f64],
}

/// Takes what is written as long as it is wanted.
struct Wanted<'s> {
    bytes: Vec<u8>,
    /// How much there will be at the next look.
    look: usize,
    stop: &'s StopToken,
}

impl<'s> Wanted<'s> {
    /// What is written; nothing if that is not wanted to its end.
    fn write(
        stop: &'s StopToken,
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> Option<Vec<u8>> {
        let mut file = Self { bytes: Vec::new(), look: 0, stop };
        content(&mut file).ok()?;
        Some(file.bytes)
    }
}

impl Write for Wanted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() >= self.look {
            if self.stop.is_stopped() {
                // Not of the kind `Interrupted`, after which a writer tries again.
                return Err(io::Error::other("not wanted any more"));
            }
            self.look = self.bytes.len() + CHUNK;
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_engine::{Column, Trajectory};

    fn trace(rows: usize) -> Trace {
        let values = (0..rows).map(|i| if i == 1 { f64::NAN } else { i as f64 / 2.0 }).collect();
        let columns = vec![Column {
            name: "a \"b\"".into(),
            unit: "1/h".into(),
            values,
            ..Column::default()
        }];
        let times = (0..rows).map(|i| i as f64).collect();
        Trace::new(Trajectory { time_unit: "min".into(), times, columns, notes: Vec::new() })
    }

    fn text(file: Option<Vec<u8>>) -> String {
        String::from_utf8(file.unwrap()).unwrap()
    }

    #[test]
    fn files_hold_every_value() {
        let stop = StopToken::new();
        let expected = "time_min,a \"b\"\n0,0\n1,\n2,1\n";
        assert_eq!(text(trace(3).to_csv(&stop)), expected);
        let expected = r#"{"columns":[{"name":"a \"b\"","unit":"1/h","values":[0.0,null,1.0]}],"time_unit":"min","times":[0.0,1.0,2.0]}"#;
        assert_eq!(text(trace(3).to_json(&stop)), expected);
        let long = trace(3 * CHUNK + 1);
        let read: serde_json::Value =
            serde_json::from_slice(&long.to_json(&stop).unwrap()).unwrap();
        assert_eq!(read["columns"][0]["values"].as_array().unwrap().len(), 3 * CHUNK + 1);
        assert_eq!(read["times"][3 * CHUNK], (3 * CHUNK) as f64);
        assert_eq!(text(long.to_csv(&stop)).lines().count(), 3 * CHUNK + 2);
    }

    #[test]
    fn what_is_not_wanted_any_more_is_given_up() {
        let stop = StopToken::new();
        stop.stop();
        assert!(trace(3).to_csv(&stop).is_none() && trace(3).to_json(&stop).is_none());
    }
}
