use proptest::prelude::*;

use crate::generate::table;
use crate::{Column, JsonForm, Kind, Limits, Table, Value};

fn read(text: &str) -> Result<Table, crate::TableError> {
    Table::from_json(text.as_bytes(), Limits::default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_written_reads_back(t in table()) {
        prop_assert_eq!(read(&t.to_json(JsonForm::Full)).unwrap(), t);
    }

    #[test]
    fn cells_read_back_from_plain_forms(t in table()) {
        let columns = read(&t.to_json(JsonForm::Columns)).unwrap();
        for (name, column) in t.names().zip(t.columns()) {
            for row in 0..t.rows() {
                let (before, after) = (column.values().get(row), columns.cell(row, name).unwrap());
                let infinite = before.number().is_some_and(f64::is_infinite);
                prop_assert_eq!(after, if infinite { Value::Missing } else { before });
            }
        }
        // A table without rows has no names in a list of rows.
        if t.rows() > 0 {
            prop_assert_eq!(read(&t.to_json(JsonForm::Rows)).unwrap(), columns);
        }
    }

    #[test]
    fn no_text_breaks_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = Table::from_json(&bytes, Limits::default());
    }
}

#[test]
fn plain_forms_of_others_are_read() {
    let t = read(r#"[{"b": 1.5, "a": null}, {"a": "x", "c": true, "b": 2}]"#).unwrap();
    assert_eq!(t.names().collect::<Vec<_>>(), ["b", "a", "c"]);
    assert_eq!(t.column("b").unwrap().kind(), Kind::Number);
    assert_eq!(t.cell(0, "c").unwrap(), Value::Missing);
    let t = read(r#"{"z": [1, 2], "y": ["p", null]}"#).unwrap();
    assert_eq!(t.column("z").unwrap(), &Column::new("z", vec![1_i64, 2]));
}

#[test]
fn what_is_wrong_is_said() {
    for (text, part) in [
        ("7", "a list of rows or an object of columns is needed"),
        ("[1]", "row 1 is no object"),
        (r#"[{"a": [1]}]"#, "`a` in row 1 is a list"),
        (r#"{"a": [1], "b": [1, 2]}"#, "`a` has 1 rows, `b` has 2"),
        (r#"[{"a": 1}, {"a": "x"}]"#, "kinds whole and text; the first text is in row 2"),
        (r#"[{"a": 1, "a": 2}]"#, "two columns have the name `a`"),
        (r#"{"bioxen_table": 2}"#, "only version 1"),
        (r#"{"bioxen_table": 1, "colums": []}"#, "did you mean `columns`?"),
        (
            r#"{"bioxen_table": 1, "columns": [{"name": "a", "kind": "whole", "values": [null]}]}"#,
            "row 1: the cell",
        ),
        ("[{\"a\": 1},\n", "line 2"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}
