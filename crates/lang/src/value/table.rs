//! A table of numbers.

use std::fmt;

/// Columns of numbers with headings.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name and unit of each column.
    pub headings: Vec<(String, String)>,
    /// Rows, each as long as `headings`.
    pub rows: Vec<Vec<f64>>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(|x| significant(*x)).collect()).collect();
        let width = |column: usize| {
            let (name, unit) = &self.headings[column];
            let cells = cells.iter().filter_map(|row| row.get(column)).map(String::len);
            cells.chain([name.chars().count(), unit_label(unit).chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.headings.len()).map(width).collect();
        let line = |f: &mut fmt::Formatter<'_>, cells: &mut dyn Iterator<Item = &str>| {
            let padded: Vec<String> =
                cells.zip(&widths).map(|(cell, &w)| format!("{cell:>w$}")).collect();
            write!(f, "{}", padded.join("  "))
        };
        line(f, &mut self.headings.iter().map(|(name, _)| name.as_str()))?;
        writeln!(f)?;
        let units: Vec<String> = self.headings.iter().map(|(_, unit)| unit_label(unit)).collect();
        line(f, &mut units.iter().map(String::as_str))?;
        for row in &cells {
            writeln!(f)?;
            line(f, &mut row.iter().map(String::as_str))?;
        }
        Ok(())
    }
}

fn unit_label(unit: &str) -> String {
    if unit.is_empty() { "-".to_owned() } else { format!("[{unit}]") }
}

/// A number to four significant digits; whole numbers whole.
pub fn significant(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if !x.is_finite() {
        return x.to_string();
    }
    if x.fract() == 0.0 && x.abs() < 1e15 {
        return format!("{x:.0}");
    }
    let magnitude = x.abs().log10().floor() as i32;
    if !(-4..9).contains(&magnitude) {
        return format!("{x:.3e}");
    }
    let text = format!("{x:.*}", usize::try_from(3 - magnitude).unwrap_or(0));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(significant(0.0), "0");
        assert_eq!(significant(12_345.0), "12345");
        assert_eq!(significant(12_345.678), "12346");
        assert_eq!(significant(1.087_4), "1.087");
        assert_eq!(significant(0.010_001), "0.01");
        assert_eq!(significant(1.5e-7), "1.500e-7");
        assert_eq!(significant(-2.5), "-2.5");
        assert_eq!(significant(f64::NAN), "NaN");
    }

    #[test]
    fn columns_line_up() {
        let table = Table {
            headings: vec![
                ("time".into(), "min".into()),
                ("lacZ.protein".into(), "molecules".into()),
            ],
            rows: vec![vec![0.0, 0.0], vec![10.0, 123.0]],
        };
        assert_eq!(
            table.to_string(),
            " time  lacZ.protein\n[min]   [molecules]\n    0             0\n   10           123"
        );
    }
}
