//! A trace as the text of a file; a long one takes a while, and may be given up.

use std::fmt::Write;

use serde_json::json;

use super::trace::Trace;
use crate::engine::StopToken;

/// Values that are written between two looks at whether they are still wanted.
const CHUNK: usize = 8192;

impl Trace {
    /// As comma-separated values: first column `time_min`, then one for each quantity; what is not
    /// known is empty. Numbers are written so that reading gives the same number. Nothing if `stop`
    /// is set before the end.
    pub fn to_csv(&self, stop: &StopToken) -> Option<String> {
        let trace = &*self.0;
        let mut text = format!("time_{}", trace.time_unit);
        for column in &trace.columns {
            text.push(',');
            text.push_str(&column.name);
        }
        text.push('\n');
        let rows = CHUNK.div_ceil(trace.columns.len() + 1);
        for (i, t) in trace.times.iter().enumerate() {
            if i % rows == 0 && stop.is_stopped() {
                return None;
            }
            // Writing to a string cannot fail.
            let _ = write!(text, "{t}");
            for column in &trace.columns {
                let value = column.values[i];
                if value.is_nan() {
                    text.push(',');
                } else {
                    let _ = write!(text, ",{value}");
                }
            }
            text.push('\n');
        }
        Some(text)
    }

    /// As JSON; what is not known is null. Nothing if `stop` is set before the end.
    pub fn to_json(&self, stop: &StopToken) -> Option<String> {
        let mut text = String::from("{\"columns\":[");
        for (i, column) in self.0.columns.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            let (name, unit) = (json!(column.name), json!(column.unit));
            let _ = write!(text, "{comma}{{\"name\":{name},\"unit\":{unit},\"values\":");
            numbers(&mut text, &column.values, stop)?;
            text.push('}');
        }
        let _ = write!(text, "],\"time_unit\":{},\"times\":", json!(self.0.time_unit));
        numbers(&mut text, &self.0.times, stop)?;
        text.push('}');
        Some(text)
    }
}

/// An array of numbers as JSON.
fn numbers(text: &mut String, values: &[f64], stop: &StopToken) -> Option<()> {
    text.push('[');
    for (i, chunk) in values.chunks(CHUNK).enumerate() {
        if stop.is_stopped() {
            return None;
        }
        if i > 0 {
            text.push(',');
        }
        let part = json!(chunk).to_string();
        text.push_str(&part[1..part.len() - 1]);
    }
    text.push(']');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Column, Trajectory};

    fn trace(rows: usize) -> Trace {
        let values = (0..rows).map(|i| if i == 1 { f64::NAN } else { i as f64 / 2.0 }).collect();
        let columns = vec![Column { name: "a \"b\"".into(), unit: "1/h".into(), values }];
        let times = (0..rows).map(|i| i as f64).collect();
        Trace::new(Trajectory { time_unit: "min".into(), times, columns })
    }

    #[test]
    fn files_hold_every_value() {
        let stop = StopToken::new();
        let expected = "time_min,a \"b\"\n0,0\n1,\n2,1\n";
        assert_eq!(trace(3).to_csv(&stop).unwrap(), expected);
        let expected = r#"{"columns":[{"name":"a \"b\"","unit":"1/h","values":[0.0,null,1.0]}],"time_unit":"min","times":[0.0,1.0,2.0]}"#;
        assert_eq!(trace(3).to_json(&stop).unwrap(), expected);
        let long = trace(3 * CHUNK + 1);
        let read: serde_json::Value = serde_json::from_str(&long.to_json(&stop).unwrap()).unwrap();
        assert_eq!(read["columns"][0]["values"].as_array().unwrap().len(), 3 * CHUNK + 1);
        assert_eq!(read["times"][3 * CHUNK], json!((3 * CHUNK) as f64));
        assert_eq!(long.to_csv(&stop).unwrap().lines().count(), 3 * CHUNK + 2);
    }

    #[test]
    fn what_is_not_wanted_any_more_is_given_up() {
        let stop = StopToken::new();
        stop.stop();
        assert!(trace(3).to_csv(&stop).is_none() && trace(3).to_json(&stop).is_none());
    }
}
