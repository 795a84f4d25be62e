//! Cells that are interrupted, and cells that answer what they should not.

use bioxen_exchange::{Column, Table, Value};
use bioxen_rust::protocol::Why;

use super::session::{Rust, Stop};

#[test]
fn an_interrupt_ends_the_cell_and_says_what_is_lost() {
    let mut rust = Rust::start();
    rust.value("let kept = 1; let other = 2; fn three() -> i32 { 3 }");
    rust.notes.stop = Some(Stop::Compiling);
    let (why, _, rendered) = rust.fails("println!(\"never\"); kept");
    rust.notes.stop = None;
    assert_eq!((why, rust.notes.out.as_str()), (Why::Interrupted, ""));
    assert!(rendered.contains("Rust has all its variables"), "{rendered}");
    assert_eq!(rust.value("kept + other"), "3");
    rust.notes.stop = Some(Stop::Printed("now"));
    let (why, _, rendered) = rust.fails("println!(\"now\"); loop {}");
    rust.notes.stop = None;
    assert_eq!(why, Why::Interrupted);
    assert!(rendered.contains("the variables `kept` and `other` of Rust are lost"), "{rendered}");
    assert_eq!(rust.value("three()"), "3");
    let (_, _, rendered) = rust.fails("kept");
    assert!(rendered.contains("kept"), "{rendered}");
    assert_eq!(rust.value("let kept = three(); kept"), "3");
}

#[test]
fn no_cell_gets_the_answer_of_another() {
    let mut rust = Rust::start();
    rust.value("let kept = 1;");
    let (why, _, rendered) = rust.fails("println!(\"EVCXR_EXECUTION_COMPLETE\"); 8");
    assert_eq!(why, Why::Died);
    assert!(rendered.contains("out of step") && rendered.contains("`kept`"), "{rendered}");
    assert_eq!((rust.value("9"), rust.value("10")), ("9".into(), "10".into()));
    // Both halves of a cell that forks come to its end.
    let fork = "{ unsafe extern \"C\" { fn fork() -> i32; } unsafe { fork() }; } 11";
    rust.run(fork);
    assert_eq!((rust.value("12"), rust.value("13")), ("12".into(), "13".into()));
    // A program that a cell has started outlives neither an interrupt nor keeps it from its end.
    rust.value("std::process::Command::new(\"sleep\").arg(\"900\").spawn()?.id()");
    rust.notes.stop = Some(Stop::Printed("now"));
    let (why, ..) = rust.fails("println!(\"now\"); loop {}");
    rust.notes.stop = None;
    assert_eq!(why, Why::Interrupted);
    let (_, _, rendered) = rust.fails("return;");
    assert!(!rendered.contains("unreachable"), "a warning is no error: {rendered}");
    rust.value(":clear");
    assert_eq!(rust.value("bioxen::try_get(\"no\").is_err()"), "true");
}

/// However often: what is interrupted on its way is not there, nothing of it stays, and the next value comes whole.
#[test]
fn an_interrupt_in_the_middle_of_a_big_value_leaves_none_or_a_whole_one() {
    let rows = 1_000_000;
    let big = |first: f64| -> Value {
        let numbers: Vec<f64> = (0..rows).map(|i| first + f64::from(i)).collect();
        Table::new([Column::new("time", numbers).in_unit("min")]).unwrap().into()
    };
    let mut rust = Rust::start();
    rust.notes.variables.insert("big".into(), big(0.0));
    rust.value("fn made() -> bioxen::Table { \
                bioxen::Table::new([bioxen::Column::new(\"time\", (0..1_000_000).map(f64::from).collect::<Vec<_>>()).in_unit(\"min\")]).unwrap() }");
    for code in [
        "loop { bioxen::get(\"big\"); }",
        "loop { bioxen::put(\"new\", made()); }",
        "loop { bioxen::put(\"new\", bioxen::get(\"big\")); }",
    ] {
        rust.value("let kept = 1;");
        rust.notes.stop = Some(Stop::Crossing);
        let (why, _, rendered) = rust.fails(code);
        rust.notes.stop = None;
        assert_eq!(why, Why::Interrupted, "{rendered}");
        assert!(rendered.contains("`kept`"), "{rendered}");
        if let Some(new) = rust.notes.variables.remove("new") {
            assert!(new == big(0.0), "a part of a value is none");
        }
        assert!(rust.notes.variables["big"] == big(0.0));
        assert_eq!(
            rust.value("bioxen::get(\"big\").column(\"time\")?.numbers()?.len()"),
            "1000000"
        );
        rust.value("bioxen::put(\"new\", made());");
        assert!(rust.notes.variables.remove("new") == Some(big(0.0)));
        assert_eq!(rust.crossing(), 0, "nothing stays of what was interrupted: {code}");
    }
}
