use proptest::prelude::*;

use super::*;

/// Values with all their kinds; numbers that are none are compared by their bits.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nothing),
        any::<bool>().prop_map(Value::Truth),
        any::<i64>().prop_map(Value::Whole),
        any::<f64>().prop_map(Value::Number),
        any::<String>().prop_map(Value::Text),
        (any::<f64>(), any::<String>())
            .prop_map(|(amount, unit)| Value::Quantity(Quantity { amount, unit })),
        tables().prop_map(Value::Table),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(Value::Map),
        ]
    })
}

fn tables() -> impl Strategy<Value = Table> {
    (0_usize..5).prop_flat_map(|rows| {
        let cells = prop_oneof![
            prop::collection::vec(any::<f64>(), rows).prop_map(Cells::Number),
            prop::collection::vec(any::<i64>(), rows).prop_map(Cells::Whole),
            prop::collection::vec(any::<Option<String>>(), rows).prop_map(Cells::Text),
            prop::collection::vec(any::<Option<bool>>(), rows).prop_map(Cells::Truth),
        ];
        prop::collection::vec((any::<String>(), cells), 1..4).prop_map(|columns| {
            // Numbers make the names different.
            let named = columns.into_iter().enumerate().map(|(i, (unit, cells))| Column {
                name: format!("{i}"),
                unit,
                cells,
            });
            Table::new(named).unwrap()
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_bit_for_bit(value in values()) {
        let bytes = encode(&value).unwrap();
        let again = decode(&bytes).unwrap();
        // Not a number is no equal of itself.
        prop_assert_eq!(&encode(&again).unwrap(), &bytes);
        prop_assert_eq!(format!("{again:?}"), format!("{value:?}"));
    }

    #[test]
    fn no_part_of_a_file_is_a_value(value in values(), cut in any::<prop::sample::Index>()) {
        let bytes = encode(&value).unwrap();
        prop_assert!(decode(&bytes[..cut.index(bytes.len())]).is_err());
        let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
        prop_assert!(decode(&longer).is_err());
    }

    #[test]
    fn whatever_a_file_holds_it_is_a_value_or_an_error(
        value in values(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut bytes = encode(&value).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = decode(&bytes);
        let _ = decode(&[MAGIC.as_slice(), &noise].concat());
    }
}

#[test]
fn lengths_that_lie_take_no_memory() {
    for tag in [5, 7, 8, 9, 10] {
        let mut bytes = MAGIC.to_vec();
        bytes.push(tag);
        bytes.extend_from_slice(&u64::MAX.to_le_bytes());
        bytes.extend_from_slice(&[0xff; 40]);
        assert!(decode(&bytes).is_err(), "{tag}");
    }
    // A table of many rows and no columns.
    let mut bytes = [MAGIC.as_slice(), &[10]].concat();
    bytes.extend_from_slice(&5_u64.to_le_bytes());
    bytes.extend_from_slice(&0_u64.to_le_bytes());
    assert!(decode(&bytes).is_err());
}

#[test]
fn nesting_has_an_end() {
    let nested = |deep: usize| (1..deep).fold(Value::Nothing, |value, _| Value::List(vec![value]));
    assert_eq!(decode(&encode(&nested(DEPTH)).unwrap()).unwrap(), nested(DEPTH));
    assert!(matches!(encode(&nested(DEPTH + 1)), Err(ExchangeError::Deep { .. })));
    let mut bytes = MAGIC.to_vec();
    for _ in 0..100_000 {
        bytes.push(7);
        bytes.extend_from_slice(&1_u64.to_le_bytes());
    }
    assert!(decode(&bytes).is_err());
}

#[test]
fn a_file_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("value");
    write(&path, &Value::Whole(1)).unwrap();
    let error = write(&path, &Value::Whole(2)).unwrap_err().to_string();
    assert!(error.contains("cannot use"), "{error}");
    assert_eq!(read(&path).unwrap(), Value::Whole(1));
}

#[test]
fn tables_show_their_first_rows() {
    let table = Table::new([
        Column::new("time", (0..12).map(f64::from).collect::<Vec<_>>()).in_unit("min"),
        Column::new("strain", vec!["wild"; 12]),
    ]);
    let text = format!("{:?}", table.unwrap());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[1], lines[2]), (" time  strain", "[min]       -", "    0    wild"));
    assert_eq!((lines.len(), lines[12]), (13, "12 rows, 2 columns"));
}

#[test]
fn columns_must_fit() {
    let column = |name: &str, cells: usize| Column::new(name, vec![0.0; cells]);
    let says = |columns: [Column; 2]| Table::new(columns).unwrap_err().to_string();
    assert_eq!(says([column("a", 1), column("a", 1)]), "there are two columns `a`");
    assert_eq!(
        says([column("a", 1), column("b", 2)]),
        "the column `b` has 2 cells, the first column has 1"
    );
    let table = Table::new([column("a.lacZ.mrna", 1), column("b.lacZ.mrna", 1)]).unwrap();
    assert_eq!(
        table.column("lacZ.mrna").unwrap_err().to_string(),
        "`lacZ.mrna` stands for several columns: a.lacZ.mrna, b.lacZ.mrna"
    );
}
