//! Tables for tests of relations.

use std::sync::Arc;

use proptest::prelude::*;

use crate::{Column, Meta, Table, Value, Values};

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<f64>().prop_map(|x| if x.is_nan() { f64::NAN } else { x }),
        2 => (-1000_i32..1000).prop_map(|x| f64::from(x) / 8.0),
        1 => Just(f64::NAN),
        1 => prop_oneof![Just(0.0), Just(-0.0), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(5e-324)],
    ]
}

/// Texts that files must not lose: quotes, separators, line ends, words for nothing, numbers.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c ,;\"\t\n\r#'é🧬|<&]{1,6}",
        2 => prop::sample::select(vec!["NA", "nan", "-", ".", "007", "1", "1.5", "1,5", "true", "0:01:00", " ", "#", "\"", "\n", "inf", "kinds", "//", "a: b"])
            .prop_map(str::to_owned),
        1 => "[a-zA-Z]{1,8}",
    ]
}

pub(crate) fn values(rows: usize) -> impl Strategy<Value = Values> {
    let texts = prop::collection::vec(prop::option::weighted(0.8, text()), rows);
    prop_oneof![
        prop::collection::vec(number(), rows).prop_map(Values::from),
        prop::collection::vec(any::<i64>(), rows).prop_map(Values::from),
        texts.prop_map(|v| v
            .into_iter()
            .map(|t| t.map(Arc::from))
            .collect::<Vec<Option<Arc<str>>>>()
            .into()),
        prop::collection::vec(any::<Option<bool>>(), rows).prop_map(Values::from),
    ]
}

/// Names without spaces at their ends, which files do not keep.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-d]{1,2}",
        1 => "[a-z#\"][a-z ,;()\\[\\]#\"]{0,5}[a-z)\\]#\"]",
        1 => prop::sample::select(vec!["a (mM)", "b [s]", "x []", "OD600", "1", "é|🧬"]).prop_map(str::to_owned),
    ]
}

fn unit() -> impl Strategy<Value = Option<String>> {
    prop::option::of(
        prop::sample::select(vec!["s", "min", "uM", "1/h", "AU/OD/h", "%", "a b"])
            .prop_map(str::to_owned),
    )
}

fn meta() -> impl Strategy<Value = Meta> {
    let pairs = prop::collection::vec((prop_oneof!["[b-z]{1,6}", text()], text()), 0..3);
    (any::<Option<u64>>(), prop::option::of("[0-9.]{1,5}"), pairs).prop_map(
        |(seed, version, pairs)| {
            let mut meta = Meta { seed, version, ..Meta::default() };
            for (key, value) in pairs {
                if key != "seed" {
                    meta.set(&key, &value);
                }
            }
            meta
        },
    )
}

/// A table of any kinds of columns.
pub(crate) fn table() -> impl Strategy<Value = Table> {
    (0_usize..8)
        .prop_flat_map(|rows| {
            let column = (name(), unit(), values(rows));
            (prop::collection::vec(column, 1..5), meta(), Just(rows))
        })
        .prop_map(|(columns, meta, rows)| {
            let mut kept: Vec<Column> = Vec::new();
            for (name, unit, values) in columns {
                if kept.iter().all(|c| c.name() != name) {
                    kept.push(Column::new(&name, values).with_unit(unit.as_deref()));
                }
            }
            Table::checked(kept, rows, meta).unwrap()
        })
}

/// A small table to group and to join: a text, a whole number, a number.
pub(crate) fn keyed() -> impl Strategy<Value = Table> {
    let row = ("[a-c]", 0_i64..3, prop::option::weighted(0.9, -50_i32..50));
    prop::collection::vec(row, 0..30).prop_map(|rows| {
        Table::new(vec![
            Column::new("key", rows.iter().map(|r| r.0.clone()).collect::<Vec<_>>()),
            Column::new("level", rows.iter().map(|r| r.1).collect::<Vec<_>>()),
            Column::new(
                "x",
                rows.iter()
                    .map(|r| r.2.map_or(f64::NAN, |x| f64::from(x) / 4.0))
                    .collect::<Vec<_>>(),
            )
            .in_unit("min"),
        ])
        .unwrap()
    })
}

/// All cells of a row, to compare.
pub(crate) fn cells(table: &Table, row: usize) -> Vec<Value> {
    table.columns().iter().map(|c| c.values().get(row)).collect()
}
