//! Functions of scripts that sort.

use super::*;

#[test]
fn a_comparator_that_fails_says_where() {
    let error = wrong("let a = [#{n: 3}, #{n: 1}, #{n: 2}];\na.sort(|x, y| x.m - y.m);");
    assert_eq!(error.message, "the map has no key `m`");
    assert_eq!(error.position, Some((2, 17)), "{error}");
    let error = wrong("let a = [5, 3, 4, 1, 2];\na.sort(|x, y| compare(x, y));");
    assert!(error.message.starts_with("there is no function `compare`"), "{error}");
    assert_eq!(error.position, Some((2, 15)), "{error}");
    let error = wrong("[2, 1].sort(|x, y| throw `no`)");
    assert_eq!(error.message, "no");
    for given in ["\"a\"", "()", "[]", "0.0 / 0.0"] {
        let error = wrong(&format!("[2, 1].sort(|x, y| {given})"));
        assert!(error.message.contains("must give a number"), "{error}");
    }
}

#[test]
fn comparators_may_give_numbers_of_every_kind_and_truth_values() {
    for comparator in
        ["x - y", "(x - y) / 10", "if x < y { -1 } else { 1 }", "x < y", "x <= y", "(x - y).min"]
    {
        let text = format!("let b = [3.5, 1.5, 2.5, 1.5]; b.sort(|x, y| {comparator}); print(b);");
        assert_eq!(printed(&text), ["[1.5, 1.5, 2.5, 3.5]"], "{comparator}");
    }
    let lines = printed(
        "let t = [2.min, 30.s, 1.h]; t.sort(); print(t); t.sort_desc(); print(t);\n\
         let n = [2, 1.5, -1]; n.sort(); print(n); print([\"b\", \"a\"].order());\n\
         let failed = [1, \"a\"]; try { failed.sort(); } catch (e) { print(failed); }",
    );
    let expected = ["[30 s, 2 min, 1 h]", "[1 h, 2 min, 30 s]", "[-1, 1.5, 2]"];
    assert_eq!(lines[..3], expected);
    assert_eq!(lines[3..], ["[\"a\", \"b\"]", "[1, \"a\"]"]);
    assert!(wrong("[1.0, 0.0 / 0.0, 2.0].sort()").message.contains("NaN"));
    // Rhai would take the text for the name of a function, and call it.
    assert_eq!(printed("print([\"gene\", \"mean\"].index_of(\"mean\"));"), ["1"]);
}

#[test]
fn a_comparator_without_an_end_meets_the_limit() {
    let mut limits = Limits::default();
    limits.operations.text = Some(300_000);
    let text =
        "let a = []; let i = 0; while i < 500 { a.push(i); i += 1 } a.sort(|x, y| { loop {} });";
    let error = run_within(text, limits).1.unwrap_err();
    assert!(error.message.contains("used up the operations"), "{error}");
    // As deep as functions may be nested, and no deeper.
    let text = "fn deep(n) { [2, 1].sort(|x, y| { deep(n + 1); 0 }); } deep(0);";
    assert!(wrong(text).message.contains("nested too deeply"));
}
