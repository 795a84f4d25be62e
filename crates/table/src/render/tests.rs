use super::*;
use crate::Column;
use crate::generate::table;
use proptest::prelude::*;

fn sample(rows: usize) -> Table {
    Table::new(vec![
        Column::new("t", (0..rows).map(|t| t as f64 / 2.0).collect::<Vec<_>>()).in_unit("h"),
        Column::new("a|<b>", vec!["*x*"; rows]),
    ])
    .unwrap()
}

#[test]
fn the_first_and_last_rows_are_shown() {
    let text = sample(1000).to_text(Extract { head: 2, tail: 1 });
    let expected = "t [h]  a|<b>\n-----  -----\n  0    *x*\n  0.5  *x*\n  …    …\n499.5  *x*\n1 000 rows, 2 columns\n";
    assert_eq!(text, expected);
}

#[test]
fn markdown_is_escaped() {
    let expected = "| t [h] | a\\|\\<b> |\n| ---: | :--- |\n| 0 | \\*x\\* |\n\n1 row, 2 columns\n";
    assert_eq!(sample(1).to_markdown(Extract::default()).replace("\\[", "["), expected);
}

#[test]
fn html_is_escaped() {
    let html = sample(1).to_html(Extract::default());
    assert!(html.contains("<th>a|&lt;b&gt;</th>"), "{html}");
    assert!(html.contains("<td style=\"text-align:right\">0</td><td>*x*</td>"), "{html}");
    assert!(html.ends_with("<p>1 row, 2 columns</p>\n"), "{html}");
}

#[test]
fn points_stand_below_each_other() {
    let x = Column::new("x", vec![1.25, -10.0, f64::NAN, 1e-9, 0.1 + 0.2, f64::INFINITY]);
    let text = Table::new(vec![x]).unwrap().to_text(Extract::default());
    assert_eq!(text, "     x\n------\n  1.25\n-10\n NA\n  1e-9\n  0.3\ninf\n6 rows, 1 column\n");
    assert_eq!(
        (grouped(0), grouped(999), grouped(1000)),
        ("0".into(), "999".into(), "1 000".into())
    );
}

proptest! {
    #[test]
    fn every_row_is_one_line(t in table()) {
        let all = Extract { head: 100, tail: 0 };
        let lines = t.rows() + 3;
        prop_assert_eq!(t.to_text(all).lines().count(), lines);
        prop_assert_eq!(t.to_markdown(all).lines().count(), lines + 1);
        prop_assert_eq!(t.to_html(all).matches("<tr>").count(), t.rows() + 1);
        prop_assert!(!t.to_html(all).contains("<script"));
    }
}
