//! What front ends need of a session.

mod completions;
mod mutations;

use bioxen::engine::StopToken;
use bioxen::lang::Answer;
use bioxen::session::{Completeness, Session};

use completions::completions;

fn session() -> Session {
    Session::new(Default::default(), Box::new(|_| {})).unwrap()
}

fn with(text: &str) -> Session {
    let mut session = session();
    session.eval(text, "setup").unwrap();
    session
}

#[test]
fn what_is_at_the_cursor_is_explained() {
    let mut s = with("let cell = create_bio_vm(\"demo\", \"ecoli\"); let x = 5;");
    let help = |s: &Session, text: &str, at: usize| s.inspect(text, at, false).unwrap_or_default();
    assert!(help(&s, "run(1.min)", 1).contains("run(duration) -> Trace"));
    assert!(help(&s, "start_transcription([", 21).contains("start_transcription(genes"));
    assert!(help(&s, "x", 1).contains("integer"));
    assert!(help(&s, "cell", 0).contains("| state | created |"));
    assert!(help(&s, "f(\"lacZ\")", 4).contains("| locus tag | b0344 |"));
    assert!(help(&s, "vm(\"demo\")", 5).contains("| biological type | ecoli |"));
    let package = help(&s, "install_package(\"gfp_reporter\")", 20);
    assert!(package.contains("**gfp_reporter** (package "), "{package}");
    assert!(s.inspect("nothing_like_it", 3, true).is_none());
    assert!(s.inspect("run", 1, true).unwrap().contains("# Example"));
    assert!(!s.inspect("run", 1, false).unwrap().contains("# Example"));
    s.eval("/// Doubles a number.\nfn twice(n) { 2 * n }", "cell").unwrap();
    assert!(help(&s, "twice", 0).contains("Doubles a number."));
}

#[test]
fn results_come_in_every_form_they_have() {
    let mut s =
        with("create_bio_vm(\"demo\", \"ecoli\").start(); start_transcription([\"lacZ\"]);");
    let trace = s.eval_rich("let t = run(2.min); t", "cell").unwrap().unwrap();
    assert!(trace.text.starts_with("trace of "), "{}", trace.text);
    assert!(trace.svg(&StopToken::new()).unwrap().contains("lacZ"));
    assert_eq!(&trace.png(&StopToken::new()).unwrap()[1..4], b"PNG");
    assert!(trace.vega_lite().unwrap()["$schema"].is_string());
    let table = s.eval_rich("t.table([\"lacZ\"])", "cell").unwrap().unwrap();
    assert!(table.html(&StopToken::new()).unwrap().contains(">lacZ [molecules]</th>"));
    assert!(table.markdown.unwrap().contains("| lacZ \\[molecules\\] |"));
    let status = s.eval_rich("status()", "cell").unwrap().unwrap();
    assert!(status.html(&StopToken::new()).unwrap().contains("<td>running</td>"));
    assert!(status.markdown.unwrap().contains("| state | running |"));
    let figure = s.eval_rich("plot_resources(t)", "cell").unwrap().unwrap();
    assert!(figure.svg(&StopToken::new()).is_some() && figure.text.contains("Resources"));
    // A figure that follows its page stands in the page; one of a fixed theme need not.
    let html = figure.html(&StopToken::new()).unwrap();
    assert!(html.starts_with("<div") && html.contains("data-jp-theme-light=false"), "{html}");
    assert!(!html.contains("@font-face"));
    let dark = s.eval_rich("plot(t, [\"lacZ\"], #{theme: \"dark\"})", "cell").unwrap().unwrap();
    assert!(
        dark.html(&StopToken::new()).is_none()
            && dark.svg(&StopToken::new()).unwrap().contains("#161b22")
    );
    assert_eq!(s.eval_rich("1 + 1", "cell").unwrap().unwrap().text, "2");
    assert!(s.eval_rich("let y = 1;", "cell").unwrap().is_none());
    let map = s.eval_rich("#{a: \"<b>\"}", "cell").unwrap().unwrap();
    assert!(map.html(&StopToken::new()).unwrap().contains("&lt;b&gt;"));
}

#[test]
fn functions_and_closures_stay_and_their_errors_name_their_text() {
    let mut s = session();
    s.eval("fn twice(n) {\n    run(n)\n}\nlet f = |n| twice(n);", "cell 1").unwrap();
    let error = s.eval("twice(5)", "cell 2").unwrap_err();
    assert_eq!((error.source_name.as_str(), error.position), ("cell 1", Some((2, 9))));
    assert!(error.line.contains("run(n)"), "{error}");
    s.eval("fn twice(n) { 2 * n }", "cell 3").unwrap();
    assert_eq!(s.eval("twice(21)", "cell 4").unwrap().as_deref(), Some("42"));
    assert_eq!(s.eval("f.call(4)", "cell 5").unwrap().as_deref(), Some("8"));
}

#[test]
fn a_chain_may_use_its_own_beginning() {
    let mut s = with("let cell = create_bio_vm(\"demo\", \"syn3a\");");
    let chain = "cell.genes().filter(|name| cell.gene(name).kind == \"CDS\").len()";
    assert_eq!(s.eval(chain, "chain").unwrap().unwrap(), "455");
    let parts = "let names = cell.genes(); names.filter(|n| cell.gene(n).kind == \"CDS\").len()";
    assert_eq!(s.eval(parts, "parts").unwrap().unwrap(), "455");
}

#[test]
fn a_key_that_a_map_has_not_is_an_error_with_the_nearest() {
    let mut s = with("let limits = #{max_ribosomes: 50};");
    let error = s.eval("limits.max_ribosome * 2", "cell").unwrap_err();
    assert_eq!(error.message, "the map has no key `max_ribosome` (did you mean `max_ribosomes`?)");
    assert_eq!((error.position, error.length), (Some((1, 8)), 12));
    let error =
        s.eval("fn f() { let m = #{\"größe\": 1}; m[\"groesse\"] } f()", "cell").unwrap_err();
    assert!(error.message.starts_with("the map has no key `groesse`"), "{}", error.message);
    s.eval("limits.more = 1; limits[\"other\"] = 2;", "cell").unwrap();
    assert_eq!(s.eval("limits.more + limits.other", "cell").unwrap().unwrap(), "3");
    assert_eq!(s.eval("\"none\" in limits", "cell").unwrap().unwrap(), "false");
}

#[test]
fn scripts_ask_through_their_front_end() {
    let mut s = session();
    let error = s.eval("input(\"gene? \")", "cell").unwrap_err();
    assert!(error.message.contains("cannot ask"), "{error}");
    s.set_input(Some(Box::new(|prompt| Answer::Line(format!("answer to {prompt}")))));
    let answer = s.eval("input(\"gene?\")", "cell").unwrap();
    assert_eq!(answer.as_deref(), Some("answer to gene?"));
    s.set_input(Some(Box::new(|_| Answer::Interrupted)));
    assert!(s.eval("input()", "cell").unwrap_err().interrupted);
}

#[test]
fn nothing_that_is_typed_is_too_strange() {
    let mut s = with("let cell = create_bio_vm(\"demo\", \"ecoli\"); let t = run(1.min);");
    let seeds = [
        "let x = t[\"lac\"]; cell.start_transcription([\"lacZ\", `é${x}`], #{strength: 2.0});",
        "fn f(a) { if a > 1 { 🧬 } else { /* b */ 'c' } } #\"raw\"# 10.min.in_hours()",
        "let a = a.b.c(d)[e].f(|x, y| x + y); #{a: #{b: [(\"",
    ];
    for text in seeds {
        let all: Vec<char> = text.chars().collect();
        for cut in 0..=all.len() {
            let part: String = all[..cut].iter().collect();
            s.is_complete(&part);
            for cursor in [0, cut / 2, cut, cut + 9] {
                let found = s.complete(&part, cursor);
                assert!(found.start <= found.end && found.end <= cut, "{part}");
                s.inspect(&part, cursor, false);
            }
            let without: String = all[cut..].iter().collect();
            s.complete(&without, 3);
            s.is_complete(&without);
        }
    }
    s.eval("1", "still alive").unwrap();
}

/// The optimiser that comes with Rhai would take 2^40 steps.
#[test]
fn branches_inside_branches_are_parsed_in_time() {
    let depth = 40;
    let text = format!("{}7{}", "switch 1 { _ => ".repeat(depth), " }".repeat(depth));
    assert_eq!(session().eval(&text, "deep").unwrap().as_deref(), Some("7"));
}

#[test]
fn all_mistakes_of_a_script_are_told_at_once() {
    let text = "let a = 1\nlet b = a + one;\nlet c = (2;\nprint(two);\nlet d = c + b;\nrum(1.min);\n\
                let e = [1 2];\nstart(1, 2);\n";
    let problems = session().check(text, "script").unwrap_err();
    let lines: Vec<_> = problems.iter().map(|p| p.position.unwrap().0).collect();
    // The bracket of line 3 is never closed, so that nothing is known of what follows it.
    assert!(lines.starts_with(&[1, 2, 3]), "{problems:?}");
    let text = text.replace("(2;", "2;");
    let problems = session().check(&text, "script").unwrap_err();
    let told: Vec<_> =
        problems.iter().map(|p| (p.position.unwrap().0, p.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (1, "`;` is missing after this statement"),
            (2, "there is no variable `one`"),
            (4, "there is no variable `two`"),
            (6, "there is no function `rum` (did you mean `run`?)"),
            (7, "`,` is missing before `2`"),
            (8, "`start` takes 0 or 1 arguments, not 2"),
        ]
    );
}

#[test]
fn what_is_open_wants_more_and_what_is_wrong_does_not() {
    let s = session();
    let more = |text: &str, blanks: usize| {
        let expected = Completeness::Incomplete { indent: " ".repeat(blanks) };
        assert_eq!(s.is_complete(text), expected, "{text}");
    };
    more("/* a /* b */", 0);
    more("let s = #\"raw", 0);
    more("let s = \"a\\", 0);
    more("print(`a ${f(", 0);
    more("let f = |x|", 4);
    more("if now() > 1.min { 1 } else", 4);
    for text in ["cell", "1.min", "#\"raw\"#", "`a ${1 + 1}`", "/* /* */ */", "let f = |x| x;"] {
        assert_eq!(s.is_complete(text), Completeness::Complete, "{text}");
    }
    for text in ["let x = 1 2", "fn 5() {}", ") + 1", "for x 1..2 {}"] {
        assert_eq!(s.is_complete(text), Completeness::Invalid, "{text}");
    }
}

#[test]
fn a_long_dialogue_leaves_nothing_behind() {
    let mut s = session();
    for i in 0..500 {
        let text = format!("let x = {i}; let f = |a| a + {i}; fn g(a) {{ a + {i} }} f.call(1)");
        let value = s.eval(&text, "cell").unwrap();
        assert_eq!(value, Some((i + 1).to_string()));
    }
    assert_eq!(completions(&s, "|").iter().filter(|name| *name == "x").count(), 1);
    assert_eq!(s.eval("f.call(1) + g(1) + x", "cell").unwrap().as_deref(), Some("1499"));
    // Closures live on in functions, in closures and in values.
    s.eval(
        "fn h(a) { let k = |x| [x, a].map(|y| y + a); k.call(1) } let m = #{f: |b| h(b)};",
        "cell",
    )
    .unwrap();
    s.eval("fn other(a) { a }", "cell").unwrap();
    assert_eq!(s.eval("m.f.call(2)", "cell").unwrap().as_deref(), Some("[3, 4]"));
    assert_eq!(s.eval("Fn(\"other\").call(h(1).len())", "cell").unwrap().as_deref(), Some("2"));
}

/// A closure for each of many texts: those that are held work, wherever they are held.
#[test]
fn closures_live_as_long_as_something_holds_them() {
    let mut s = session();
    let held = "let one = |x| x + 1; let many = [#{deep: [|x| x + 2]}];
        fn named(x) { let inner = |y| { let last = |z| z + 3; last.call(y) }; inner.call(x) }
        let n = 4; let caught = |x| one.call(x) + n;
        let around = []; let f = || around; around = [f];
        every(1.min, || print(n)); when(|| now() > 5.s, || print(`when`));";
    s.eval(held, "cell").unwrap();
    for i in 0..400 {
        let text = format!("let gone = |a| [a, {i}].map(|b| b + {i}); gone.call(1)[1]");
        assert_eq!(s.eval(&text, "cell").unwrap(), Some((2 * i).to_string()));
    }
    let text = "[one.call(0), many[0].deep[0].call(0), named(0), caught.call(0)]";
    assert_eq!(s.eval(text, "cell").unwrap().as_deref(), Some("[1, 2, 3, 5]"));
    assert_eq!(s.eval("run(2.min).times().len() > 0", "cell").unwrap().as_deref(), Some("true"));
    assert_eq!(s.eval("gone.call(1)", "cell").unwrap().as_deref(), Some("[400, 798]"));
    let text = "let own = around[0]; type_of(own.call())";
    assert_eq!(s.eval(text, "cell").unwrap().as_deref(), Some("array"));
}
