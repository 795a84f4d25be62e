//! Shows the value of a line that is not assigned to a variable.

use bioxen::lang::value::table_text;
use bioxen::lang::value::{mean, significant};
use bioxen::lang::{Table, Trace};

use super::markdown;

/// The most quantities of a trace that are shown.
const QUANTITIES: usize = 24;
/// The most characters of a value that a terminal shows.
const LONGEST: usize = 4000;
/// The eighths of a cell.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A trace: what `head` says, and a line for each quantity, with the course between its first and
/// last value if `sparks`.
pub(super) fn trace(trace: &Trace, head: &str, width: usize, sparks: bool) -> Vec<String> {
    let columns = &trace.0.columns;
    let shown = &columns[..columns.len().min(QUANTITIES)];
    let rows: Vec<[String; 4]> = shown
        .iter()
        .map(|column| {
            let end = |value: Option<&f64>| value.map_or_else(String::new, |v| significant(*v));
            let unit =
                if column.unit.is_empty() { String::new() } else { format!("[{}]", column.unit) };
            [column.name.clone(), unit, end(column.values.first()), end(column.values.last())]
        })
        .collect();
    let wide = |i: usize| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let (mut name, mut unit, first, last) = (wide(0), wide(1), wide(2), wide(3));
    // A narrow terminal goes without units, then with shorter names.
    let numbers = first + last + 4 + if sparks { 6 } else { 2 };
    if name + unit + numbers + 4 > width {
        unit = 0;
    }
    if name + numbers + 2 > width {
        name = width.saturating_sub(numbers + 2).max(8);
    }
    let used = name + 2 + if unit > 0 { unit + 2 } else { 0 } + first + last + 4;
    let cells = width.saturating_sub(used).clamp(6, 40);
    let mut lines = markdown::fold(head, width);
    for (row, column) in rows.iter().zip(shown) {
        let mut line = format!("  {:<name$}  ", cut_front(&row[0], name));
        if unit > 0 {
            line.push_str(&format!("{:<unit$}  ", row[1]));
        }
        let course = if sparks { spark(&column.values, cells) } else { "..".to_owned() };
        line.push_str(&format!("{:>first$} {course} {}", row[2], row[3]));
        lines.push(line);
    }
    if columns.len() > shown.len() {
        lines.push(format!("  and {} more; names() lists them", columns.len() - shown.len()));
    }
    lines
}

/// The course of values in so many cells: the mean of each share, from the least to the greatest.
fn spark(values: &[f64], cells: usize) -> String {
    let known = || values.iter().copied().filter(|v| v.is_finite());
    let (low, high) =
        (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let cells = cells.min(values.len());
    // What does not change in the digits that are shown does not change in the picture.
    let changes = high > low && significant(high) != significant(low);
    (0..cells)
        .map(|i| {
            let part = &values[i * values.len() / cells..(i + 1) * values.len() / cells];
            let known: Vec<f64> = part.iter().copied().filter(|v| v.is_finite()).collect();
            if known.is_empty() {
                return ' ';
            }
            let middle = mean(&known);
            // Halves, since the ends may be further apart than the largest number.
            let [middle, low, high] = [middle, low, high].map(|x| x / 2.0);
            let place = if changes { (middle - low) / (high - low) } else { 0.0 };
            BLOCKS[((place * 7.0).round() as usize).min(7)]
        })
        .collect()
}

/// Names and values, the values behind each other.
pub(super) fn record(rows: &[(String, String)], width: usize) -> Vec<String> {
    let name = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let name = name.min(width / 2);
    rows.iter().map(|(key, value)| format!("{:<name$}  {value}", cut(key, name))).collect()
}

/// Records below their keys; what is too long for the width is cut.
pub(super) fn list(head: &[String], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let all = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let widest = |i: usize| {
        let of = |row: &[String]| row.get(i).map_or(0, |text| text.chars().count());
        all().map(of).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(widest).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(text, &wide)| {
            let one_line = text.replace(['\n', '\t'], " ");
            format!("{one_line:<wide$}")
        });
        cut(cells.collect::<Vec<_>>().join("  ").trim_end(), width)
    };
    all().map(line).collect()
}

/// A table, in parts that fit the width; each begins with the first column.
pub(super) fn table(table: &Table, width: usize) -> Vec<String> {
    let whole = table_text(table);
    let widest = whole.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let names: Vec<&str> = table.names().collect();
    let columns = names.len();
    if widest <= width || columns < 3 {
        return whole.lines().map(str::to_owned).collect();
    }
    let mut lines: Vec<String> = Vec::new();
    let mut from = 1;
    while from < columns {
        let part = |to: usize| {
            let picked: Vec<&str> = names.iter().take(1).chain(&names[from..to]).copied().collect();
            // The names are those of the table.
            table.select(&picked).map(|part| table_text(&part)).unwrap_or_default()
        };
        let fits = |text: &str| text.lines().all(|line| line.chars().count() <= width);
        let (mut to, mut text) = (from + 1, part(from + 1));
        while to < columns {
            let wider = part(to + 1);
            if !fits(&wider) {
                break;
            }
            (to, text) = (to + 1, wider);
        }
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(text.lines().map(str::to_owned));
        from = to;
    }
    lines
}

/// A text that is not longer than a terminal should show; an array is broken between its values.
pub(super) fn short(text: &str, width: usize) -> Vec<String> {
    let cut = text.char_indices().nth(LONGEST).map(|(at, _)| at);
    let shown = cut.map_or_else(|| text.to_owned(), |at| format!("{}…", &text[..at]));
    let mut lines = if shown.starts_with('[') && !shown.contains("  ") {
        markdown::fold(&shown, width)
    } else {
        vec![shown]
    };
    if cut.is_some() {
        let all = text.chars().count();
        lines.push(format!("({all} characters; print(..) shows them all)"));
    }
    lines
}

/// The end of a text, which tells the quantities of a gene apart.
fn cut_front(text: &str, most: usize) -> String {
    let all = text.chars().count();
    if all <= most {
        return text.to_owned();
    }
    std::iter::once('…').chain(text.chars().skip(all - most.saturating_sub(1))).collect()
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen::engine::{Column as Recorded, Trajectory};
    use bioxen::table::Column;

    #[test]
    fn a_spark_goes_from_the_least_to_the_greatest() {
        assert_eq!(spark(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8), "▁▂▃▄▅▆▇█");
        assert_eq!(spark(&[5.0, 5.0], 8), "▁▁");
        assert_eq!(spark(&[5.0, 5.000_01], 8), "▁▁");
        assert_eq!(spark(&[0.0, 0.0, 7.0, 7.0], 2), "▁█");
        assert_eq!(spark(&[0.0, f64::NAN, 1.0], 3), "▁ █");
        assert_eq!(spark(&[], 8), "");
    }

    #[test]
    fn a_trace_fits_its_terminal() {
        let column = |name: &str| Recorded {
            name: name.into(),
            unit: "molecules".into(),
            values: (0..100).map(f64::from).collect(),
            ..Recorded::default()
        };
        let columns = vec![column("demo.lacZ.mrna"), column("demo.a_long_name.protein")];
        let times = (0..100).map(f64::from).collect();
        let trace_of =
            Trace::new(Trajectory { time_unit: "min".into(), times, columns, notes: Vec::new() });
        for width in [40, 80, 200] {
            let lines = trace(&trace_of, "trace", width, true);
            assert_eq!(lines.len(), 3);
            assert!(lines.iter().all(|l| l.chars().count() <= width), "{lines:?}");
            assert!(lines[1].contains('▁') && lines[1].ends_with("█ 99"), "{lines:?}");
        }
        assert!(trace(&trace_of, "trace", 80, true)[1].contains("[molecules]"));
        assert!(trace(&trace_of, "trace", 80, false)[1].contains("0 .. 99"));
    }

    #[test]
    fn a_wide_table_is_shown_in_parts() {
        let columns = (0..6).map(|i| Column::new(&format!("quantity{i}"), vec![f64::from(i)]));
        let wide = Table::new(columns.collect()).unwrap();
        let lines = table(&wide, 32);
        assert!(lines.iter().all(|l| l.chars().count() <= 32), "{lines:?}");
        let heads: Vec<&String> = lines.iter().filter(|l| l.contains("quantity")).collect();
        assert_eq!(heads.len(), 3);
        assert!(heads.iter().all(|l| l.starts_with("quantity0")), "{heads:?}");
        assert_eq!(table(&wide, 80).len(), 3);
    }

    #[test]
    fn records_line_up_below_their_keys() {
        let text = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let rows = [text(&["dose", "50 uM"]), text(&["x", "a\nlong one"])];
        let lines = list(&text(&["name", "value"]), &rows, 12);
        assert_eq!(lines, ["name  value", "dose  50 uM", "x     a lon…"]);
    }

    #[test]
    fn long_values_say_how_long_they_are() {
        assert_eq!(short("abc", 80), ["abc"]);
        let lines = short(&"é".repeat(5000), 80);
        assert!(lines[0].ends_with("é…"));
        assert_eq!(lines[1], "(5000 characters; print(..) shows them all)");
        assert_eq!(short("[\"a\", \"b\", \"c\"]", 10), ["[\"a\", \"b\",", "  \"c\"]"]);
    }
}
