use proptest::prelude::*;

use crate::generate::table;
use crate::{Column, Limits, Meta, Table};

fn read(bytes: &[u8]) -> Result<Table, crate::TableError> {
    Table::from_parquet(bytes, Limits::default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_reads_back(t in table()) {
        let bytes = t.to_parquet().unwrap();
        prop_assert_eq!(&read(&bytes).unwrap(), &t);
        prop_assert_eq!(t.to_parquet().unwrap(), bytes);
    }

    #[test]
    fn damaged_files_are_errors_or_tables(t in table(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = t.to_parquet().unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= byte;
        if cut {
            bytes.truncate(at);
        }
        let limits = Limits { rows: 10_000, ..Limits::default() };
        let _ = Table::from_parquet(&bytes, limits);
    }
}

#[test]
fn several_groups_of_rows_are_one_table() {
    let n = (1 << 20) + 17;
    let t = Table::new(vec![
        Column::new("x", (0..n).map(f64::from).collect::<Vec<f64>>()).in_unit("min"),
        Column::new("n", (0..i64::from(n)).collect::<Vec<i64>>()),
    ])
    .unwrap()
    .with_meta(Meta {
        seed: Some(3),
        version: Some("0.1".into()),
        script: Some("abc".into()),
        ..Meta::default()
    });
    assert_eq!(read(&t.to_parquet().unwrap()).unwrap(), t);
}

#[test]
fn what_is_no_parquet_is_said() {
    let error = read(b"a,b\n1,2\n").unwrap_err().to_string();
    assert!(error.starts_with("no table in Parquet that can be read: "), "{error}");
}

#[test]
fn a_list_that_says_too_much_is_refused() {
    let file = |footer: &[u8]| -> Vec<u8> {
        let length = (footer.len() as u32).to_le_bytes();
        [b"PAR1", footer, &length, b"PAR1"].concat()
    };
    // Field 2 is a list of structures, two thousand million of them.
    let error = read(&file(&[0x15, 2, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0])).unwrap_err();
    assert_eq!(error.to_string(), "no table in Parquet that can be read: its footer is damaged");
    let deep = [[0x1c_u8; 100].as_slice(), &[0; 101]].concat();
    assert!(read(&file(&deep)).is_err());
}
