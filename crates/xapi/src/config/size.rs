//! Sizes of memory, and durations, as users write them.

use std::time::Duration;

use serde_json::Value;

/// The number at the start of a text, and its unit.
fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    Some((number, text[end..].trim()))
}

/// The least memory of a machine [bytes]: what small Linux systems boot with.
const LEAST: f64 = 64.0 * 1048576.0;
/// The most [bytes].
const MOST: f64 = 32.0 * 1099511627776.0;

/// A number and its unit, which a plain number does not have.
fn parts(value: &Value) -> Option<(f64, &str)> {
    match value {
        Value::Number(number) => Some((number.as_f64().unwrap_or(f64::NAN), "")),
        Value::String(text) => split(text),
        _ => None,
    }
}

/// A size of memory [bytes]: `"4GB"`, `"512 MB"` (units are powers of 1024, as hypervisors count), or bytes.
pub(super) fn memory(value: &Value) -> Result<u64, String> {
    let form = "must be a size such as \"4GB\" or \"512MB\", between 64MB and 32TB";
    let wrong = || format!("is {value}, and {form}");
    let (number, unit) = parts(value).ok_or_else(wrong)?;
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" | "kib" | "k" => 1024.0,
        "mb" | "mib" | "m" => 1048576.0,
        "gb" | "gib" | "g" => 1073741824.0,
        "tb" | "tib" | "t" => 1099511627776.0,
        _ => return Err(wrong()),
    };
    let bytes = number * factor;
    if (LEAST..=MOST).contains(&bytes) {
        // Pools count memory in pages; whole mebibytes are always pages.
        Ok((bytes / 1048576.0).round() as u64 * 1048576)
    } else {
        Err(wrong())
    }
}

/// A duration: seconds, or a text such as `"90 s"`, `"5 min"`, `"2 h"`.
pub(super) fn duration(value: &Value) -> Result<Duration, String> {
    let form = "must be a time such as \"5 min\", or a number of seconds, between 1 ms and 30 days";
    let wrong = || format!("is {value}, and {form}");
    let (number, unit) = parts(value).ok_or_else(wrong)?;
    let factor = match unit {
        "ms" => 0.001,
        "" | "s" | "sec" => 1.0,
        "min" | "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let seconds = number * factor;
    if (0.001..=30.0 * 86400.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sizes_are_powers_of_1024() {
        for (given, bytes) in [
            (json!("4GB"), 4 << 30),
            (json!("4 GiB"), 4 << 30),
            (json!("0.5 gb"), 512 << 20),
            (json!("512MB"), 512 << 20),
            (json!(2147483648_u64), 2 << 30),
        ] {
            assert_eq!(memory(&given), Ok(bytes), "{given}");
        }
        for wrong in [
            json!("4"),
            json!("GB"),
            json!("-4GB"),
            json!("1e9GB"),
            json!(null),
            json!("4 Gx"),
            json!(""),
        ] {
            assert!(memory(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_have_units_or_are_seconds() {
        for (given, seconds) in [
            (json!(30), 30.0),
            (json!("5 min"), 300.0),
            (json!("250ms"), 0.25),
            (json!("1.5h"), 5400.0),
        ] {
            assert_eq!(duration(&given), Ok(Duration::from_secs_f64(seconds)), "{given}");
        }
        for wrong in [json!(0), json!(-1), json!("soon"), json!("5 years"), json!([]), json!(1e300)]
        {
            assert!(duration(&wrong).is_err(), "{wrong}");
        }
    }
}
