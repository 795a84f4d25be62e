//! Values that cross.

use std::time::Instant;

use bioxen_exchange::{Cells, Column, Table, Value};
use bioxen_rust::protocol::Why;

use super::session::Rust;

#[test]
fn values_cross_both_ways() {
    let mut rust = Rust::start();
    let rows = 1_000_000;
    let trace = Table::new([
        Column::new("time", (0..rows).map(f64::from).collect::<Vec<_>>()).in_unit("min"),
        Column::new("demo.lacZ.mrna", (0..i64::from(rows)).collect::<Vec<_>>()),
        Column::new("kind", Cells::Text(vec![None; rows as usize])),
    ]);
    let trace = trace.unwrap();
    rust.notes.variables.insert("trace".into(), trace.clone().into());
    rust.notes.variables.insert("status".into(), Value::from([("state", "running")]));
    assert_eq!(rust.value("let trace = bioxen::get(\"trace\"); trace.table()?.rows()"), "1000000");
    assert_eq!(
        rust.value("trace.column(\"lacZ.mrna\")?.wholes()?.iter().sum::<i64>()"),
        "499999500000"
    );
    let since = Instant::now();
    let both = "let since = std::time::Instant::now(); bioxen::put(\"back\", &bioxen::get(\"trace\").table()?.clone());
                since.elapsed().as_secs_f64()";
    let seconds = rust.value(both);
    println!(
        "10^6 rows there and back: {seconds} s in the cell, {:?} with compilation",
        since.elapsed()
    );
    assert_eq!(rust.notes.variables["back"], trace.into());
    assert_eq!(
        rust.value("bioxen::get(\"status\").get(\"state\")?.text()?.to_owned()"),
        "\"running\""
    );
    rust.value("bioxen::put(\"list\", vec![1.5, 2.5]); bioxen::put(\"n\", 3_i64); bioxen::put(\"none\", ());");
    assert_eq!(rust.notes.variables["list"], Value::from(vec![1.5, 2.5]));
    assert_eq!(rust.notes.variables["none"], Value::Nothing);
    let (why, message, _) = rust.fails("bioxen::get(\"nothing\")");
    assert_eq!(why, Why::Panic);
    assert!(message.contains("there is no variable `nothing`"), "{message}");
    let (_, message, _) = rust.fails("bioxen::put(\"SEED\", 1_i64);");
    assert!(message.contains("`SEED` is a constant"), "{message}");
    assert_eq!(rust.crossing(), 0, "no value stays behind its cell");
}

/// Nothing is a value, too: no columns, no rows, no text.
#[test]
fn what_is_empty_crosses_as_it_is() {
    let mut rust = Rust::start();
    let bare = Table::new([]).unwrap();
    let rowless = Table::new([
        Column::new("time", Vec::<f64>::new()).in_unit("min"),
        Column::new("demo.lacZ.mrna", Vec::<i64>::new()),
        Column::new("kind", Cells::Text(Vec::new())),
        Column::new("ready", Vec::<bool>::new()),
    ]);
    let rowless = rowless.unwrap();
    let all: [(&str, Value); 5] = [
        ("bare", bare.into()),
        ("rowless", rowless.into()),
        ("list", Value::List(Vec::new())),
        ("map", Value::Map(Default::default())),
        ("text", Value::from("")),
    ];
    for (name, value) in &all {
        rust.notes.variables.insert((*name).to_owned(), value.clone());
        rust.value(&format!("bioxen::put(\"{name}_back\", bioxen::get(\"{name}\"));"));
        assert_eq!(&rust.notes.variables[&format!("{name}_back")], value, "{name}");
    }
    let told = "let t = bioxen::get(\"rowless\"); (t.table()?.rows(), t.table()?.columns().len(), \
                t.column(\"lacZ.mrna\")?.wholes()?.len(), t.column(\"time\")?.unit.clone())";
    assert_eq!(rust.value(told), "(0, 4, 0, \"min\")");
    assert_eq!(rust.value("bioxen::get(\"bare\").table()?.rows()"), "0");
    let (why, message, _) = rust.fails("bioxen::get(\"bare\").column(\"time\")?;");
    assert_eq!(why, Why::Early);
    assert!(message.contains("time"), "{message}");
    assert_eq!(rust.crossing(), 0);
}

/// Columns of two VMs have the names of their VMs; a short name that both have is refused with both.
#[test]
fn traces_of_two_vms_stand_side_by_side() {
    let mut rust = Rust::start();
    let of = |vm: &str, first: f64| {
        let columns = [
            Column::new("time", vec![0.0, 1.0]).in_unit("min"),
            Column::new(&*format!("{vm}.lacZ.mrna"), vec![first, first + 1.0]),
        ];
        Table::new(columns).unwrap()
    };
    let both = [
        Column::new("time", vec![0.0, 1.0]).in_unit("min"),
        Column::new("a.lacZ.mrna", vec![1.0, 2.0]),
        Column::new("b.lacZ.mrna", vec![10.0, 11.0]),
    ];
    rust.notes.variables.insert("a".into(), of("a", 1.0).into());
    rust.notes.variables.insert("b".into(), of("b", 10.0).into());
    rust.notes.variables.insert("both".into(), Table::new(both).unwrap().into());
    let sums = "let (a, b) = (bioxen::get(\"a\"), bioxen::get(\"b\")); \
                let (a, b) = (a.column(\"lacZ.mrna\")?.numbers()?, b.column(\"lacZ.mrna\")?.numbers()?); \
                a.iter().zip(&b).map(|(a, b)| a + b).collect::<Vec<f64>>()";
    assert_eq!(rust.value(sums), "[11.0, 13.0]");
    let named = "let both = bioxen::get(\"both\"); both.column(\"b.lacZ.mrna\")?.numbers()?[1] - \
                 both.column(\"a.lacZ.mrna\")?.numbers()?[1]";
    assert_eq!(rust.value(named), "9.0");
    let (why, message, _) = rust.fails("both.column(\"lacZ.mrna\")?;");
    assert_eq!(why, Why::Early);
    assert!(message.contains("a.lacZ.mrna") && message.contains("b.lacZ.mrna"), "{message}");
}
