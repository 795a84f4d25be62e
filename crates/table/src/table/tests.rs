use super::*;
use crate::{Column, Kind, Values};

#[test]
fn columns_have_one_length_and_unique_names() {
    let a = || Column::new("a", vec![1.0, 2.0]);
    let error = |columns| Table::new(columns).unwrap_err().to_string();
    assert_eq!(
        error(vec![a(), Column::new("b", vec![1.0])]),
        "columns of a table are of one length; `a` has 2 rows, `b` has 1"
    );
    assert_eq!(error(vec![a(), a()]), "two columns have the name `a`; names of columns are unique");
    assert_eq!(error(vec![a(), a().named("")]), "column 2 has no name");
}

#[test]
fn rows_make_columns_in_the_order_of_first_appearance() {
    let rows =
        [vec![("b", Value::from(1_i64))], vec![("a", "x".into()), ("b", 2_i64.into())], vec![]];
    let table = Table::from_rows(&rows).unwrap();
    assert_eq!(table.names().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(table.rows(), 3);
    // What lacks in whole numbers makes them numbers.
    assert_eq!(table.column("b").unwrap().kind(), Kind::Number);
    assert_eq!(
        table.row(1).cells().collect::<Vec<_>>(),
        [("b", Value::Number(2.0)), ("a", "x".into())]
    );
    let mixed = [vec![("a", Value::from(1_i64))], vec![("a", "x".into())]];
    assert_eq!(
        Table::from_rows(&mixed).unwrap_err().to_string(),
        "column `a` has cells of the kinds whole and text; the first text is in row 2"
    );
}

#[test]
fn digits_are_not_lost_silently() {
    let long = (1_i64 << 53) + 1;
    let cells = [Value::Whole(long), Value::Missing];
    let error = Values::from_cells("n", &cells).unwrap_err().to_string();
    assert!(error.starts_with("column `n`, row 1: 9007199254740993 is too long"), "{error}");
    assert_eq!(Values::from_cells("n", &cells[..1]).unwrap(), vec![long].into());
}

#[test]
fn cells_are_found_or_said_to_be_unknown() {
    let table = Table::new(vec![Column::new("x", vec![1.5])]).unwrap();
    assert_eq!(table.cell(0, "x").unwrap(), Value::Number(1.5));
    assert!(table.cell(1, "x").unwrap_err().to_string().contains("less than the number of rows"));
    assert_eq!(table.row(7).get("x"), Value::Missing);
    let many: Vec<Column> = (0..30).map(|n| Column::new(&format!("c{n}"), vec![0.0])).collect();
    let error = Table::new(many).unwrap().column("zzz").unwrap_err().to_string();
    assert!(error.ends_with("c19, and 10 more"), "{error}");
}

#[test]
fn tables_go_to_other_threads() {
    fn check<T: Send + Sync + Clone>() {}
    check::<Table>();
    check::<crate::plate::Plate>();
    check::<TableError>();
}
