//! Tables as text.

use std::fmt::Write;

use bioxen_base::visible::visible;
use bioxen_table::{Column, Table, Value, grouped};

/// The most rows that are written out; of a longer table the first and the last are.
const MOST_ROWS: usize = 1000;
/// The first rows that are shown of a long table.
const HEAD: usize = 20;
/// The last rows that are shown of a long table.
const TAIL: usize = 10;
/// The most characters of a cell.
const WIDEST: usize = 60;

/// A cell as people read it: numbers to four significant digits, texts on one line, `NA` where nothing is
/// known.
pub fn cell_text(value: &Value) -> String {
    match value {
        Value::Missing => "NA".to_owned(),
        Value::Number(x) => significant(*x),
        Value::Whole(n) => n.to_string(),
        Value::Truth(truth) => truth.to_string(),
        Value::Text(text) => {
            let line = visible(text).replace(['\n', '\t', '\r'], " ");
            match line.char_indices().nth(WIDEST) {
                Some((at, _)) => format!("{}…", &line[..at]),
                None => line,
            }
        }
    }
}

/// Which rows of a table are shown: all, or the first and the last, and how many are left out between.
pub fn shown_rows(rows: usize, most: usize, head: usize, tail: usize) -> Vec<Result<usize, usize>> {
    if rows <= most {
        return (0..rows).map(Ok).collect();
    }
    let last = rows - tail..rows;
    (0..head).map(Ok).chain([Err(rows - head - tail)]).chain(last.map(Ok)).collect()
}

/// A table as text: names, units, then the rows; numbers stand at the right.
///
/// ```
/// use bioxen_lang::value::table_text;
/// use bioxen_table::{Column, Table};
///
/// let table = Table::new(vec![
///     Column::new("strain", vec!["wild", "lacI"]),
///     Column::new("growth", vec![1.25, 0.5]).in_unit("1/h"),
/// ])?;
/// assert_eq!(table_text(&table), "strain  growth\n-        [1/h]\nwild      1.25\nlacI       0.5");
/// # Ok::<(), bioxen_table::TableError>(())
/// ```
pub fn table_text(table: &Table) -> String {
    let rows = shown_rows(table.rows(), MOST_ROWS, HEAD, TAIL);
    let columns: Vec<Vec<String>> = table.columns().iter().map(|c| cells(c, &rows)).collect();
    let numeric: Vec<bool> = table.columns().iter().map(|c| c.kind().is_numeric()).collect();
    let width = |cells: &Vec<String>| cells.iter().map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = columns.iter().map(width).collect();
    let mut text = String::new();
    // The two lines of the head are before the rows.
    for line in 0..rows.len() + 2 {
        if line > 0 {
            text.push('\n');
        }
        if let Some(Err(left_out)) = line.checked_sub(2).and_then(|at| rows.get(at)) {
            // Writing to a string cannot fail.
            let _ = write!(text, "… {} rows …", grouped(*left_out));
            continue;
        }
        let mut row = String::new();
        for (at, cells) in columns.iter().enumerate() {
            let gap = if at > 0 { "  " } else { "" };
            let (cell, width) = (&cells[line], widths[at]);
            let _ = if numeric[at] {
                write!(row, "{gap}{cell:>width$}")
            } else {
                write!(row, "{gap}{cell:<width$}")
            };
        }
        text.push_str(row.trim_end());
    }
    text
}

/// Name, unit, and the cells of these rows.
fn cells(column: &Column, rows: &[Result<usize, usize>]) -> Vec<String> {
    let name = cell_text(&column.name().into());
    let head = [name, unit_label(column.unit().unwrap_or_default())];
    let of = |row: &Result<usize, usize>| {
        row.map_or_else(|_| String::new(), |row| cell_text(&column.values().get(row)))
    };
    head.into_iter().chain(rows.iter().map(of)).collect()
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
        let table = Table::new(vec![
            Column::new("time", vec![0.0, 10.0]).in_unit("min"),
            Column::new("lacZ.protein", vec![0.0, 123.0]).in_unit("molecules"),
        ]);
        assert_eq!(
            table_text(&table.unwrap()),
            " time  lacZ.protein\n[min]   [molecules]\n    0             0\n   10           123"
        );
    }

    #[test]
    fn long_tables_lose_their_middle() {
        let numbers: Vec<i64> = (0..12_345).collect();
        let text = table_text(&Table::new(vec![Column::new("n", numbers)]).unwrap());
        assert_eq!(text.lines().count(), 33);
        assert!(text.contains("   19\n… 12 315 rows …\n12335\n"), "{text}");
    }
}
