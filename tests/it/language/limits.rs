//! What a text may use up, and that nothing it does leaves the stack.

use bioxen::engine::StopToken;
use bioxen::lang::{Limits, WorldOptions};
use bioxen::session::Session;

use super::{desk, wrong};

fn operations(most: u64) -> Limits {
    let mut limits = Limits::default();
    limits.operations.text = Some(most);
    limits
}

fn limited(limits: Limits) -> Session {
    let options = WorldOptions { limits, ..WorldOptions::default() };
    Session::new(options, Box::new(|_| {})).unwrap()
}

#[test]
fn recursion_at_the_limit_has_room_and_beyond_it_is_an_error() {
    let at = |limits: Limits, text: &str| limited(limits).eval(text, "test");
    let usual = Limits::default();
    let deep = "fn f(n) { if n == 0 { 0 } else { 1 + f(n - 1) } }";
    let last = at(usual, &format!("{deep} f({})", usual.call_depth - 1));
    assert_eq!(last.unwrap().unwrap(), (usual.call_depth - 1).to_string());
    let error = at(usual, &format!("{deep} f({})", usual.call_depth)).unwrap_err();
    assert!(error.message.contains("nested too deeply"), "{error}");
    // The deepest that can be set, in every way of nesting at once.
    let most = Limits { call_depth: 256, expression_depth: 256, ..usual };
    for (open, close) in
        [("abs(", ")"), ("[", "][0]"), ("if true { ", " } else { 0 }"), ("1 + (", ")")]
    {
        let body = format!("{}f(n - 1){}", open.repeat(18), close.repeat(18));
        let text = format!("fn f(n) {{ if n == 0 {{ 0 }} else {{ {body} }} }} f(254)");
        at(most, &text).unwrap_or_else(|e| panic!("{e}"));
        let endless = format!("fn f(n) {{ {body} }} f(0)");
        let error = at(most, &endless).unwrap_err();
        assert!(error.message.contains("nested too deeply"), "{error}");
    }
}

#[test]
fn texts_that_run_texts_recurse_within_the_stack() {
    let mut d = desk();
    d.value("let cell = quick_start_vm(\"ecoli\", \"demo\");");
    let inner = "fn f(n) { if n == 0 { 0 } else { abs(abs(abs(f(n - 1)))) } } f(60);";
    let mut text = format!("{inner} 7");
    for _ in 0..4 {
        text = format!("{inner} current_vm().execute({text:?}).value");
    }
    assert_eq!(d.value(&text), "7");
    let endless = "fn f(n) { f(n + 1) } f(0)";
    let said = d.value(&format!("cell.execute({endless:?}).error"));
    assert!(said.contains("nested too deeply") || said.contains("Stack overflow"), "{said}");
}

#[test]
fn texts_that_are_nested_deeply_are_refused_by_the_parser() {
    let d = desk();
    for around in ["(1)", "[1]", "#{a: 1}", "f(1)", "`${1}`", "{1}", "!1", "-1"] {
        let (open, close) = around.split_once('1').unwrap();
        for n in [100, 20_000] {
            let text = format!("let x = {}1{};", open.repeat(n), close.repeat(n));
            d.session.is_complete(&text);
            d.session.complete(&text, n);
            d.session.inspect(&text, n, false);
            let refused = d.session.check(&text, "test");
            assert!(refused.is_err(), "{open} {n}");
        }
    }
}

#[test]
fn values_that_are_nested_deeply_can_be_shown_and_forgotten() {
    let mut d = desk();
    // Written out, sizes and copies of it recurse.
    d.value("let a = []; for i in 0..2000 { a = [a]; } let b = a;");
    assert_eq!(d.value("a").len(), 2 * 2001);
    assert_eq!(d.value("`${a}`.len()"), "4002");
    d.value("let m = #{}; for i in 0..1000 { m = #{k: m}; }");
    assert!(d.value("m").len() > 4000);
    assert!(d.value("m.to_json()").len() > 4000);
    let rich = d.session.eval_rich("m", "test").unwrap().unwrap();
    assert!(rich.html(&StopToken::new()).is_some());
    // Functions that hold functions, without end.
    let chain = "let f = || 0; for i in 0..100000 { let before = f; f = || before; }";
    d.value(chain);
    d.value("f = 0;");
    d.value("1");
}

#[test]
fn sizes_and_operations_are_limits() {
    for (limits, text, expected) in [
        (operations(1000), "loop {}", "used up the operations"),
        (operations(1000), "fn f(n) { for i in 0..n { i; } } f(1000)", "used up the operations"),
        (Limits { string_bytes: 10, ..Limits::default() }, "\"0123456789\" + \"x\"", "too large"),
        (
            Limits { array_values: 10, ..Limits::default() },
            "let a = []; a.pad(11, 0);",
            "too large",
        ),
        (
            Limits { array_values: 10, ..Limits::default() },
            "let a = [1, 2, 3, 4, 5]; [a, a]",
            "too large",
        ),
        (
            Limits { map_keys: 2, ..Limits::default() },
            "let m = #{a: 1, b: 2}; m.c = 3; m",
            "too large",
        ),
    ] {
        let error = limited(limits).eval(text, "test").unwrap_err();
        assert!(error.message.to_lowercase().contains(expected), "{text}: {error}");
        assert!(!error.interrupted, "{text}");
    }
    // Each text has its own operations; catching errors gives none back.
    let mut session = limited(operations(2000));
    for _ in 0..5 {
        session.eval("for i in 0..100 { i; }", "test").unwrap();
    }
    let text = "loop { try { loop {} } catch { } }";
    assert!(session.eval(text, "test").unwrap_err().message.contains("used up"));
    session.eval("1", "test").unwrap();
}

#[test]
fn texts_on_a_vm_have_operations_of_their_own_which_are_also_those_of_the_whole() {
    let mut limits = Limits::default();
    limits.operations.on_vm = Some(10_000);
    let mut session = limited(limits);
    session.eval("let cell = quick_start_vm(\"ecoli\", \"demo\");", "test").unwrap();
    let result = session.eval("cell.execute(\"loop {}\").error", "test").unwrap().unwrap();
    assert!(result.contains("used up the operations"), "{result}");
    // The inner one has spent what was the outer's.
    let nested = "cell.execute(`current_vm().execute(\"loop {}\"); 1`).error";
    let result = session.eval(nested, "test").unwrap().unwrap();
    assert!(result.contains("used up the operations"), "{result}");
    // The outer text goes on, and its own are not limited.
    session.eval("for i in 0..100000 { i; }", "test").unwrap();
    limits.operations.text = Some(50_000);
    let mut session = limited(limits);
    session.eval("let cell = quick_start_vm(\"ecoli\", \"demo\");", "test").unwrap();
    let error = session.eval("loop { cell.execute(\"for i in 0..1000 { i; }\"); }", "test");
    assert!(error.unwrap_err().message.contains("used up"), "no way around the limit");
}

#[test]
fn nothing_evaluates_texts_outside_of_the_limits() {
    for text in [
        "eval(\"1\")",
        "let f = Fn(\"eval\"); f.call(\"1\")",
        "\"1\".eval()",
        "call(\"eval\", \"1\")",
    ] {
        assert!(!wrong(text).message.is_empty(), "{text}");
    }
}
