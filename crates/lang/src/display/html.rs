//! Tables as HTML. They have no colours but classes, which notebooks style by their theme.

use std::fmt::Write;

use bioxen_base::visible::visible;
use bioxen_table::grouped;
use sha2::{Digest, Sha256};

use crate::Table;
use crate::value::{cell_text, shown_rows};

/// The most records that are written out.
const MOST_RECORDS: usize = 200;
/// The most rows of a table that are written out below those that are seen at once.
const MOST_ROWS: usize = 1000;
/// The most rows of a table that is shown as a whole.
const WHOLE: usize = 30;
/// The first rows that are seen of a longer table.
const HEAD: usize = 10;
/// The last rows that are seen of a longer table.
const TAIL: usize = 5;

/// Sorts the rows of a table by the column whose heading is clicked, upwards and then downwards; what is no number
/// comes behind numbers. Where scripts are taken out, the table reads the same and stays in its order.
const SORT: &str = "const h=event.target.closest('thead th');if(h){const b=this.tBodies[0],i=h.cellIndex,\
s=h.getAttribute('aria-sort')==='ascending'?-1:1,v=r=>r.cells[i].textContent,\
n=r=>v(r)===''?NaN:Number(v(r).replace(/\\s/g,''));[...b.rows].sort((p,q)=>{const x=n(p),y=n(q),\
m=Number.isNaN(x),k=Number.isNaN(y);return m||k?m-k||s*v(p).localeCompare(v(q)):s*(x-y)}).forEach(r=>b.append(r));\
for(const o of h.parentNode.cells)o.removeAttribute('aria-sort');\
h.setAttribute('aria-sort',s>0?'ascending':'descending')}";

/// The SHA-256 of the script of a table, by which a page with a policy allows it and no other.
pub fn table_script_digest() -> [u8; 32] {
    Sha256::digest(SORT.as_bytes()).into()
}

/// A text without markup, and without what HTML cannot hold.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// Names and values, a row each.
pub(super) fn records(facts: &[(impl AsRef<str>, String)]) -> String {
    let mut html = String::from("<table class=\"dataframe bioxen-record\"><tbody>");
    for (name, value) in facts {
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
            escape(name.as_ref()),
            escape(value)
        );
    }
    html.push_str("</tbody></table>");
    html
}

/// Records, a row each, below their keys: the first of so many.
pub(super) fn list(head: &[String], records: &[Vec<String>], count: usize) -> String {
    let mut html = String::from("<table class=\"dataframe bioxen-table\"><thead><tr>");
    for name in head {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(name));
    }
    html.push_str("</tr></thead><tbody>");
    for record in records.iter().take(MOST_RECORDS) {
        let cells: Vec<String> = record.iter().map(|c| format!("<td>{}</td>", escape(c))).collect();
        let _ = write!(html, "<tr>{}</tr>", cells.concat());
    }
    if count > MOST_RECORDS {
        let (more, columns) = (count - MOST_RECORDS, head.len());
        let _ = write!(html, "<tr><td colspan=\"{columns}\">… {more} rows …</td></tr>");
    }
    html.push_str("</tbody></table>");
    html
}

/// A table: short ones as a whole, of longer ones the first and last rows, and all, up to a bound, in a
/// part that unfolds. Tables with all their rows are sorted by a click on a heading.
pub(crate) fn table(table: &Table) -> String {
    let rows = table.rows();
    let mut html = part(table, &shown_rows(rows, WHOLE, HEAD, TAIL));
    if rows > WHOLE {
        let words = match rows > MOST_ROWS {
            true => format!("The first {} of {} rows", grouped(MOST_ROWS), grouped(rows)),
            false => format!("All {} rows", grouped(rows)),
        };
        let all: Vec<Result<usize, usize>> = (0..rows.min(MOST_ROWS)).map(Ok).collect();
        let _ = write!(
            html,
            "<details class=\"bioxen-all-rows\"><summary>{words}</summary>{}</details>",
            part(table, &all)
        );
    }
    html
}

/// Some rows of a table.
fn part(table: &Table, rows: &[Result<usize, usize>]) -> String {
    let sorts = rows.len() > 1 && rows.iter().all(Result::is_ok);
    let (sort, look) = match sorts {
        true => (format!(" onclick=\"{SORT}\""), " title=\"a click sorts the rows\""),
        false => (String::new(), ""),
    };
    let mut html = format!("<table class=\"dataframe bioxen-table\"{sort}><thead><tr>");
    for column in table.columns() {
        let title = escape(&visible(&column.title()));
        let _ = write!(html, "<th scope=\"col\"{look}>{title}</th>");
    }
    html.push_str("</tr></thead><tbody>");
    for row in rows {
        match row {
            Err(n) => {
                let (n, columns) = (grouped(*n), table.columns().len());
                let _ = write!(html, "<tr><td colspan=\"{columns}\">… {n} rows …</td></tr>");
            }
            Ok(row) => {
                html.push_str("<tr>");
                for column in table.columns() {
                    let cell = escape(&cell_text(&column.values().get(*row)));
                    // Notebooks put cells to the right, as numbers stand.
                    let left =
                        if column.kind().is_numeric() { "" } else { " style=\"text-align:left\"" };
                    let _ = write!(html, "<td{left}>{cell}</td>");
                }
                html.push_str("</tr>");
            }
        }
    }
    html.push_str("</tbody></table>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_table::Column;

    #[test]
    fn nothing_in_a_value_becomes_markup() {
        let html = records(&[("<b>", "a & \"b\"".to_owned())]);
        assert!(html.contains("&lt;b&gt;") && html.contains("a &amp; &quot;b&quot;"), "{html}");
    }

    #[test]
    fn long_tables_unfold() {
        let numbers =
            |n: i64| Table::new(vec![Column::new("n", (0..n).collect::<Vec<_>>()).in_unit("s")]);
        let html = table(&numbers(1234).unwrap());
        assert!(html.contains("<th scope=\"col\">n [s]</th>") && html.contains("… 1 219 rows …"));
        // What lacks rows is not sorted.
        assert_eq!(html.matches("onclick").count(), 1);
        assert!(html.contains("<summary>The first 1 000 of 1 234 rows</summary>"), "{html}");
        assert_eq!(html.matches("<tr>").count(), 17 + 1 + 1000 - 1 + 1);
        let (seen, all) = html.split_once("<details").unwrap();
        assert!(seen.contains("<td>9</td>") && seen.contains("<td>1229</td>"));
        assert!(!seen.contains("<td>10</td>") && all.contains("<td>999</td>"));
        let short = table(&numbers(30).unwrap());
        assert!(!short.contains("details") && short.contains("<td>29</td>"));
        let names = Table::new(vec![Column::new("<b>", vec!["a & b"])]).unwrap();
        assert!(table(&names).contains("&lt;b&gt;") && table(&names).contains("a &amp; b"));
    }
}
