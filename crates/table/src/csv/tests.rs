use proptest::prelude::*;

use super::*;
use crate::generate::table;
use crate::{Column, Value};

fn read(text: &str) -> CsvRead {
    Table::from_csv(text.as_bytes(), &CsvOptions::default()).unwrap()
}

fn wrong(text: &str) -> String {
    Table::from_csv(text.as_bytes(), &CsvOptions::default()).unwrap_err().to_string()
}

fn numbers(read: &CsvRead, column: &str) -> Vec<f64> {
    read.table.column(column).unwrap().numbers("a test").unwrap().to_vec()
}

/// What a file of comma separated values cannot tell apart: an empty text is missing.
fn as_csv_has_it(table: &Table) -> Table {
    let mut made = table.clone();
    for column in table.columns() {
        if let crate::Values::Text(texts) = column.values() {
            let texts: Vec<_> = texts.iter().map(|t| t.clone().filter(|t| !t.is_empty())).collect();
            made = made.with(Column::new(column.name(), texts).with_unit(column.unit())).unwrap();
        }
    }
    made
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_written_with_metadata_reads_back(t in table(), d in prop::sample::select(vec![b',', b';', b'\t'])) {
        let text = t.to_csv(CsvStyle { delimiter: d, metadata: true });
        let options = CsvOptions { separators: Separators { delimiter: Some(d), decimal: Some(Decimal::Point) }, ..CsvOptions::default() };
        let back = Table::from_csv(text.as_bytes(), &options).unwrap();
        prop_assert_eq!(&back.table, &as_csv_has_it(&t), "{}", text);
    }

    #[test]
    fn numbers_read_back_without_metadata(xs in prop::collection::vec(any::<f64>(), 1..20), n in any::<i64>()) {
        let xs: Vec<f64> = xs.into_iter().map(|x| if x.is_nan() { f64::NAN } else { x }).collect();
        let wholes = vec![n; xs.len()];
        let t = Table::new(vec![Column::new("x", xs).in_unit("s"), Column::new("n", wholes)]).unwrap();
        prop_assert_eq!(read(&t.to_csv(CsvStyle::default())).table, t);
    }

    #[test]
    fn no_text_breaks_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Table::from_csv(&bytes, &CsvOptions::default());
        let text: Vec<u8> = bytes.iter().map(|b| b"a1,;\t\"\n#.-:[]()\r"[usize::from(*b) % 16]).collect();
        let _ = Table::from_csv(&text, &CsvOptions::default());
        let relaxed = CsvOptions { ragged: Ragged::Relax, duplicates: Duplicates::Number, header: bytes.len() % 2 == 0, ..CsvOptions::default() };
        let _ = Table::from_csv(&text, &relaxed);
    }

    #[test]
    fn a_decimal_comma_reads_as_a_point(xs in prop::collection::vec((-1000_i32..1000).prop_map(|x| f64::from(x) / 8.0), 1..20)) {
        let t = Table::new(vec![Column::new("x", xs.clone()), Column::new("y", xs)]).unwrap();
        let text = t.to_csv(CsvStyle { delimiter: b';', metadata: false }).replace('.', ",");
        prop_assert_eq!(read(&text).table, t);
    }
}

#[test]
fn delimiters_are_guessed() {
    for (text, columns) in [
        ("a,b\n1,2\n", 2),
        ("a;b;c\n1,5;2;3\n", 3),
        ("a\tb\n1,5\t2;3\n", 2),
        ("a\n1\n2\n", 1),
        ("time;OD, blank\n0;1\n1;2\n", 2),
        ("a,b;c,d\n1,2,3\n4,5,6\n", 3),
    ] {
        assert_eq!(read(text).table.columns().len(), columns, "{text}");
    }
}

#[test]
fn titles_have_units() {
    let read = read("time [min],dose (mM),OD600,x [],n (see text),v (ng/mL)\n1,2,3,4,5,6\n");
    let titles: Vec<(&str, Option<&str>)> =
        read.table.columns().iter().map(|c| (c.name(), c.unit())).collect();
    assert_eq!(
        titles,
        [
            ("time", Some("min")),
            ("dose", Some("mM")),
            ("OD600", None),
            ("x", None),
            ("n (see text)", None),
            ("v", Some("ng/mL"))
        ]
    );
    assert!(read.remarks.iter().any(|r| r == "`dose (mM)`: the unit is mM."), "{:?}", read.remarks);
}

#[test]
fn comments_at_the_top_are_knowledge() {
    let read = read(
        "\u{feff}# seed: 18446744073709551615\n# plate reader of the third floor\n#medium: LB\n\na,b\n# 1,2\n",
    );
    let meta = read.table.meta();
    assert_eq!(meta.seed, Some(u64::MAX));
    assert_eq!(meta.get("note").unwrap(), "plate reader of the third floor");
    assert_eq!(meta.get("medium").unwrap(), "LB");
    assert_eq!(read.table.cell(0, "a").unwrap(), Value::from("# 1"));
    assert_eq!(read.lines, [6]);
}

#[test]
fn titles_may_stand_behind_the_sign_of_a_comment() {
    let found = read("# seed: 3\n# from, the second floor\n## time [s],OD\n0,0.5\n1,0.75\n");
    assert_eq!(found.table.names().collect::<Vec<_>>(), ["time", "OD"]);
    assert_eq!(found.lines, [4, 5]);
    assert_eq!(found.table.meta().get("note").unwrap(), "from, the second floor");
    assert_eq!(read("# a;b\nx;y\n1;2\n").table.names().collect::<Vec<_>>(), ["x", "y"]);
}

#[test]
fn missing_values_are_told_from_strong_signals() {
    let read = read("x,y,z\n1,1.5,a\nNA,OVRFLW,n/a\nnan,>4.0,b\n-,.,\n");
    assert_eq!(numbers(&read, "x")[0], 1.0);
    assert!(numbers(&read, "x")[1..].iter().all(|x| x.is_nan()));
    assert!(numbers(&read, "y")[1..].iter().all(|x| x.is_nan()));
    let missing: Vec<bool> =
        (0..4).map(|r| read.table.column("z").unwrap().values().is_missing(r)).collect();
    assert_eq!(missing, [false, true, false, true]);
    let remark = "`y`: 2 cells above what the instrument can measure, the first in line 3, taken as missing.";
    assert!(read.remarks.iter().any(|r| r == remark), "{:?}", read.remarks);
}

#[test]
fn kinds_follow_the_cells() {
    let read =
        read("w,n,t,b,id,date,mixed\n1,1,a,TRUE,007,2020-01-02,1\n2,2.5,b,false,12,2020-01-03,x\n");
    let kinds: Vec<Kind> = read.table.columns().iter().map(Column::kind).collect();
    use Kind::*;
    assert_eq!(kinds, [Whole, Number, Text, Truth, Text, Text, Text]);
    assert!(read.remarks.iter().any(|r| r.contains("`007`")));
    let options = CsvOptions { kinds: vec![("id".into(), Kind::Whole)], ..CsvOptions::default() };
    let forced = Table::from_csv(b"id\n007\n", &options).unwrap();
    assert_eq!(forced.table.cell(0, "id").unwrap(), Value::Whole(7));
    let error = Table::from_csv(b"id,x\n7,1\nx,2\n", &options).unwrap_err().to_string();
    assert_eq!(error, "line 3, column `id`: `x` is no whole number");
    let error = Table::from_csv(b"ids\n7\n", &options).unwrap_err().to_string();
    assert_eq!(error, "unknown column `id` (did you mean `ids`?); valid: ids");
}

#[test]
fn long_whole_numbers_keep_their_digits() {
    let text = "a,b\n9007199254740993,9007199254740993\n1,NA\n";
    let table = read(text).table;
    assert_eq!(table.cell(0, "a").unwrap(), Value::Whole(9_007_199_254_740_993));
    assert_eq!(table.cell(0, "b").unwrap(), Value::from("9007199254740993"));
}

#[test]
fn times_become_numbers() {
    let found = read("t,u [min],v\n0:00:30,0:01:30,0:01\n1:00:00.5,NA,0:02\n");
    assert_eq!(numbers(&found, "t"), [30.0, 3600.5]);
    assert_eq!(found.table.column("t").unwrap().unit(), Some("s"));
    assert_eq!(numbers(&found, "u")[0], 1.5);
    assert_eq!(found.table.column("v").unwrap().kind(), Kind::Text);
    assert_eq!(read("t\n0:00:30\nx\n").table.column("t").unwrap().kind(), Kind::Text);
}

#[test]
fn a_few_cells_that_are_no_numbers_are_told() {
    let remarks = read("x\n1\n2\n3\n4\n5 (?)\n").remarks;
    assert_eq!(
        remarks,
        ["`x` is a text, since `5 (?)` in line 6 is no number; 4 of its cells are."]
    );
}

#[test]
fn rows_of_other_lengths_are_errors_with_their_line() {
    assert_eq!(
        wrong("a,b\n1,2\n\"x\ny\",3\n1,2,3\n"),
        "line 5: 3 fields, but there should be 2 columns: `3` stands behind the last, `b`"
    );
    assert_eq!(
        wrong("a,b\n1,2\n1\n"),
        "line 3: 1 field, but there should be 2 columns: `b` is the first that lacks"
    );
    let options = CsvOptions { ragged: Ragged::Relax, ..CsvOptions::default() };
    let read = Table::from_csv(b"a,b\n1,2,3\n4\n", &options).unwrap();
    assert_eq!(read.table.rows(), 2);
    assert_eq!(read.remarks.len(), 2);
    // Separators at the ends of all lines are a habit of instruments.
    let trailing = super::Table::from_csv(b"a,b,\n1,2,\n", &CsvOptions::default()).unwrap();
    assert_eq!(trailing.table.columns().len(), 2);
}

#[test]
fn lines_are_those_of_the_file() {
    for end in ["\n", "\r\n"] {
        let text = ["# x", "", "a,b", "1,2", "", "", "\"3", "\",4", "5,6", ""].join(end);
        assert_eq!(read(&text).lines, [4, 7, 9], "{text:?}");
        assert!(wrong(&(text + "7")).starts_with("line 10: 1 field"));
    }
}

#[test]
fn names_are_unique() {
    assert_eq!(wrong("a,b,a\n1,2,3\n"), "line 1: columns 1 and 3 both have the name `a`");
    let options = CsvOptions { duplicates: Duplicates::Number, ..CsvOptions::default() };
    let read = Table::from_csv(b"a,a_2,a\n1,2,3\n", &options).unwrap();
    assert_eq!(read.table.names().collect::<Vec<_>>(), ["a", "a_2", "a_3"]);
}

#[test]
fn encodings_are_told() {
    let text = "a,b\n1,é\n";
    let utf16 = |units: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(units)).collect()
    };
    for bytes in [utf16(u16::to_le_bytes, [0xff, 0xfe]), utf16(u16::to_be_bytes, [0xfe, 0xff])] {
        assert_eq!(
            Table::from_csv(&bytes, &CsvOptions::default()).unwrap().table,
            read(text).table
        );
    }
    let latin = b"a,b\n1,\xe9\n";
    let error = Table::from_csv(latin, &CsvOptions::default()).unwrap_err().to_string();
    assert!(error.starts_with("line 2: the byte 0xe9 is not UTF-8"), "{error}");
    let options = CsvOptions { encoding: Encoding::Latin1, ..CsvOptions::default() };
    assert_eq!(Table::from_csv(latin, &options).unwrap().table, read(text).table);
    assert!(wrong("a,b\n1,\0\n").starts_with("line 2: a zero byte"));
    assert_eq!(read("a,b\r1,2\r3,4\r").table.rows(), 2);
}

#[test]
fn a_quote_that_never_closes_is_an_error() {
    assert_eq!(
        wrong("a,b\n1,\"x\n2,y\n3,z\n"),
        "line 2: a quote (\") is opened in this row and never closed"
    );
    assert_eq!(read("a,b\n1,5\" pipe\n").table.cell(0, "b").unwrap(), Value::from("5\" pipe"));
}

#[test]
fn limits_hold() {
    let small = |bytes, rows, columns| CsvOptions {
        limits: Limits { bytes, rows, columns },
        ..CsvOptions::default()
    };
    let text = b"a,b\n1,2\n3,4\n";
    assert!(Table::from_csv(text, &small(12, 2, 2)).is_ok());
    for options in [small(11, 2, 2), small(12, 1, 2), small(12, 2, 1)] {
        let error = Table::from_csv(text, &options).unwrap_err();
        assert!(matches!(error, TableError::TooLarge { .. }), "{error}");
    }
}

#[test]
fn nothing_is_a_table_without_columns() {
    for text in ["", "\n\n", "# seed: 1\n"] {
        assert_eq!((read(text).table.rows(), read(text).table.columns().len()), (0, 0), "{text:?}");
    }
    assert_eq!((read("a,b\n").table.rows(), read("a,b\n").table.columns().len()), (0, 2));
}
