//! Programs as users write them.

mod comparators;

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use bioxen::lang::{Limits, Output, WorldOptions};
use bioxen::session::{Diagnostic, Session};

/// What a text prints, and how it ends.
fn run(text: &str) -> (Vec<String>, Result<Option<String>, Diagnostic>) {
    run_within(text, Limits::default())
}

fn run_within(text: &str, limits: Limits) -> (Vec<String>, Result<Option<String>, Diagnostic>) {
    let out = tempfile::tempdir().unwrap();
    let printed = Rc::new(RefCell::new(Vec::new()));
    let sink = printed.clone();
    let options = WorldOptions {
        out_dir: out.path().to_owned(),
        read_dir: PathBuf::from("tests/data/cases/language"),
        seed: 1,
        limits,
        ..WorldOptions::default()
    };
    let show = move |output| {
        if let Output::Text(text) = output {
            sink.borrow_mut().push(text);
        }
    };
    let mut session = Session::new(options, Box::new(show)).unwrap();
    let outcome = session.eval(text, "case.rhai").map_err(|error| *error);
    let lines = printed.borrow().clone();
    (lines, outcome)
}

fn printed(text: &str) -> Vec<String> {
    let (lines, outcome) = run(text);
    outcome.unwrap_or_else(|error| panic!("{error}"));
    lines
}

fn wrong(text: &str) -> Diagnostic {
    run(text).1.unwrap_err()
}

#[test]
fn a_variable_is_there_after_it_was_given_to_a_bare_call() {
    let lines = printed(
        "quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); run(2.min);\n\
         let name = \"lacZ\"; let all = [\"lacZ\", \"lacY\"]; const GENE = \"lacZ\"; let m = #{g: \"lacZ\"};\n\
         mrna(name); protein(name); molecules(name); start_transcription(all); stop_transcription(all);\n\
         mrna(GENE); mrna(m.g); mrna(all[0]); for g in all { protein(g); print(g); }\n\
         fn read(gene) { mrna(gene); protein(gene); gene }\n\
         print(read(name)); print([name, all, GENE, m.g]);",
    );
    assert_eq!(lines[..3], ["lacZ", "lacY", "lacZ"]);
    assert_eq!(lines[3], "[\"lacZ\", [\"lacZ\", \"lacY\"], \"lacZ\", \"lacZ\"]");
}

#[test]
fn a_function_says_that_it_does_not_see_outer_variables() {
    let text = "let cell = quick_start_vm(\"ecoli\");\n\
                fn induce(strength) { cell.start_transcription(\"lacZ\", #{strength: strength}); }\n\
                induce(2);";
    let error = wrong(text);
    assert!(
        error.message.starts_with("the function `induce` does not see `cell`"),
        "{}",
        error.message
    );
    assert_eq!(error.position, Some((2, 23)));
    assert!(error.help[0].contains("`fn induce(strength, cell) { .. }`"), "{:?}", error.help);
    assert!(error.help[1].contains("`let induce = |strength| { .. };`"), "{:?}", error.help);
    let session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    let found = session.check(text, "case.rhai").unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].message, &found[0].help), (&error.message, &error.help));
    // Both ways out work.
    printed("let n = 2; fn twice(n) { n * 2 } let thrice = |x| x * n; twice(n); thrice.call(1);");
    // A variable of an earlier text, and one that is nowhere.
    let mut session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    session.eval("let before = 1;", "cell 1").unwrap();
    let error = session.eval("fn f() { before } f()", "cell 2").unwrap_err();
    assert!(error.message.contains("does not see `before`"), "{error}");
    let error = session.eval("fn f() { nowhere }", "cell 3").unwrap_err();
    assert!(error.message.contains("no variable `nowhere`"), "{error}");
    // A text on a VM has variables of its own.
    let error = wrong("let n = 1; quick_start_vm(\"ecoli\").execute(\"n\").error.no_such");
    assert!(!error.message.is_empty());
    let lines = printed("let n = 1; print(quick_start_vm(\"ecoli\").execute(\"n\").error);");
    assert!(lines[0].contains("a text on a VM has variables of its own, and does not see `n`"));
}

#[test]
fn caught_errors_are_in_plain_words() {
    let lines = printed(
        "try { ensemble(2, 1.min).to_csv(1); } catch (e) { print(e.message); }\n\
         print(quick_start_vm(\"ecoli\", \"c\").execute(\"y\").error);\n\
         print(vm(\"c\").execute(\"let a = 1;\\nlet b = a.nothing();\").error);\n\
         print(vm(\"c\").execute(\"let a = (1;\").error);",
    );
    assert!(!lines[0].contains("not found") && !lines[0].contains('&'), "{lines:?}");
    assert_eq!(lines[1], "line 1: there is no variable `y`");
    assert_eq!(lines[2], "line 2: an integer has no method `nothing`");
    assert_eq!(lines[3], "line 1: `)` is missing: this `(` is never closed");
}

#[test]
fn advice_on_names_of_a_trace_never_leads_in_a_circle() {
    let setups = [
        "quick_start_vm(\"ecoli\", \"a\"); start_transcription([\"lacZ\", \"lacI\"]);",
        "quick_start_vm(\"ecoli\", \"a\"); quick_start_vm(\"ecoli\", \"b\"); \
         broadcast(\"*\", || start_transcription(\"lacZ\"));",
        "quick_start_vm(\"ecoli\", \"a\"); quick_start_vm(\"syn3a\", \"b\"); \
         quick_start_vm(\"ecoli\", \"lacZ\"); \
         for id in [\"a\", \"lacZ\"] { vm(id).start_transcription([\"lacZ\", \"lacY\"]); \
         vm(id).install_package(\"gfp_reporter\"); } \
         vm(\"b\").start_transcription(vm(\"b\").coding_genes()[0]);",
    ];
    for setup in setups {
        let (lines, outcome) = run(&format!(
            "{setup} let t = run(20.s); print(t.names().len());\n\
            let words = []; for name in t.names() {{ words.push(name); let parts = name.split(\".\");\n\
              for i in 0..parts.len() {{ for j in i..parts.len() {{ let word = \"\"; for k in i..=j {{ word += (if k > i {{ \".\" }} else {{ \"\" }}) + parts[k]; }} words.push(word); }} }} }}\n\
            words.sort(); words.dedup();\n\
            for name in t.names() {{ t.final(name); }}\n\
            for word in words {{ try {{ t.final(word); }} catch (e) {{ print(`${{word}}: ${{e.message}}`); \
              let advice = e.message.split(\"`\"); for i in 3..advice.len() {{ if i % 2 == 1 {{ t.final(advice[i]); }} }}\n\
              if e.message.contains(\"could be any of \") {{ let all = e.message.split(\"could be any of \")[1].split(\"; say\")[0].split(\" and \")[0];\n\
                for name in all.split(\", \") {{ t.final(name); }} }} }} }}"
        ));
        outcome.unwrap_or_else(|error| panic!("{setup}\n{lines:?}\n{error}"));
        assert!(lines[0].parse::<usize>().unwrap() > 5, "{lines:?}");
    }
    let lines = printed(
        "quick_start_vm(\"ecoli\", \"a\"); quick_start_vm(\"ecoli\", \"b\");\n\
         broadcast(\"*\", || start_transcription(\"lacZ\"));\n\
         let t = run(1.min); print(t.final(\"a.lacZ\") == t.final(\"a.lacZ.protein\"));\n\
         try { t.final(\"lacZ\"); } catch (e) { print(e.message); }",
    );
    let told = "`lacZ` could be any of a.lacZ.protein, b.lacZ.protein; say which";
    assert_eq!(lines, ["true", told]);
}

#[test]
fn a_word_in_a_string_is_no_use_of_a_gene() {
    let lines = printed(
        "let m = create_bio_vm(\"m\", \"minimal_cell\"); m.start(); let bad = \"JCVISYN3A_0029\";\n\
         let r = m.execute(\"print(\\\"\" + bad + \"\\\"); let name = `\" + bad + \"`; name.len()\");\n\
         print(r.output); print(r.error); print(r.value);\n\
         try { m.execute(\"print(1); start_transcription([`dnaA`, `\" + bad + \"`])\"); } \
         catch (e) { print(e.message); }\n\
         print(m.execute(\"let g = `\" + bad + \"`; start_transcription(g)\").error);\n\
         print(m.transcribing());",
    );
    assert_eq!(lines[..3], ["[\"JCVISYN3A_0029\"]", "", "14"]);
    assert!(lines[3].ends_with("and not JCVISYN3A_0029"), "{lines:?}");
    assert!(lines[4].ends_with("and not JCVISYN3A_0029"), "{lines:?}");
    assert_eq!(lines[5], "[]");
}

#[test]
fn quantities_in_errors_have_digits_that_mean_something() {
    let error = wrong(
        "create_bio_vm(\"demo\", \"ecoli\").start();\nat(100.s, || mrna(\"none\"));\nrun(5.min);",
    );
    assert!(error.to_string().contains("event at(100 s), set in line 2, at 100 s"), "{error}");
    let digits = |text: &str| {
        let runs = text.split(|c: char| !c.is_ascii_digit());
        runs.map(str::len).max().unwrap_or(0)
    };
    for text in [
        "run(100.s); at(10.s, || 1);",
        "run(100.s) + run(100.s).between(130.s, 200.s);",
        "run(100.s).between(1000.s, 2000.s);",
        "every(-100.s, || 1);",
        "run(-0.1.s * 3);",
        "run(0.1 + 0.2);",
        "quick_start_vm(\"ecoli\"); allocate_ribosomes(-(0.1 + 0.2));",
        "quick_start_vm(\"ecoli\"); allocate_memory((1.0 / 3.0 + 1000).kb);",
        "quick_start_vm(\"ecoli\"); start_transcription(\"lacZ\", #{strength: -1.0 / 3.0});",
        "set_nutrient(4.0 / 3.0);",
        "medium(#{lactose: (-1.0 / 3.0).mM});",
        "start_batch(-1.0 / 3.0);",
        "(1.0 / 3.0).mM + 1.min;",
        "(100.0 / 3.0).percent < 1.kb;",
        "(100.s).percent;",
        "let t = run(500.s); t.nothing(100.s);",
    ] {
        let error = wrong(text);
        assert!(digits(&error.message) <= 12, "{text}: {}", error.message);
        assert!(!error.message.contains("666666666"), "{text}: {}", error.message);
    }
    let trace = printed("print(run(100.s));");
    assert_eq!(trace, ["trace of 9 quantities at 11 times from 0 to 1.667 min"]);
}

#[test]
fn a_closure_that_is_not_called_as_it_is_written_is_told_with_its_caller() {
    let text =
        "create_bio_vms(\"colony_{}\", 2, \"syn3a\");\nbroadcast(\"colony_*\", |vm| vm.start());";
    let error = wrong(text);
    let expected = "the closure given to `broadcast` has one parameter, and is called with no value: \
                    it is written `|| ..`";
    assert_eq!(error.message, expected);
    assert_eq!(error.position, Some((2, 1)));
    // What a closure has caught does not count.
    printed(
        "let n = 2; create_bio_vms(\"c_{}\", 2, \"syn3a\"); broadcast(\"c_*\", || set_priority(n));",
    );
    let error = wrong("let n = 2; quick_start_vm(); broadcast(\"*\", |vm| vm.set_priority(n));");
    assert_eq!(error.message, expected);
    // Events say so when they are set.
    for set in
        ["at(1.s, |x| x)", "every(1.s, |x| x)", "when(|x| true, || 1)", "when(|| true, |x| 1)"]
    {
        let error = wrong(&format!("let n = 1;\n{set};"));
        let to = set.split('(').next().unwrap();
        assert!(error.message.contains(&format!("given to `{to}` has one parameter")), "{error}");
        assert_eq!(error.position, Some((2, 1)), "{error}");
    }
    assert!(wrong("run_until(|x| true, 1.min)").message.contains("given to `run_until`"));
    let error = wrong("let f = |a| a; f.call(1, 2)");
    assert!(!error.message.contains("``"), "{error}");
}

#[test]
fn texts_of_every_editor_are_read() {
    let text = "\u{feff}let cell = create_bio_vm(\"demo\", \"ecoli\");\r\nprint(1);\r\nlet long = `a\r\nb`;\r\nprint(long.len());\r\n";
    assert_eq!(printed(text), ["1", "3"]);
    let session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    session.check(text, "case.rhai").unwrap();
    // Places are those that the editor shows.
    let error = wrong("\u{feff}slip(1);\r\n");
    assert_eq!(error.position, Some((1, 1)), "{error}");
    let error = wrong("\u{feff}print(1);\r\n  slip(1);\r\n");
    assert_eq!((error.position, error.line.as_str()), (Some((2, 3)), "  slip(1);"));
    for (strange, named) in [
        ("let\u{a0}x = 1;", "a no-break space (U+00A0)"),
        ("let x\u{200b} = 1;", "a zero-width space (U+200B)"),
        ("let x = 1;\u{feff}\nlet y = 2;", "a byte order mark"),
        ("print(\u{2018}a\u{2019});", "no quote of this language"),
        ("print(\u{201c}a\u{201d});", "no quote of this language"),
        ("let x = 5 \u{2212} 3;", "a minus sign of typography (U+2212)"),
        ("let x = 5 \u{2013} 3;", "a dash (U+2013)"),
        ("let x = 1 \u{2264} 2;", "a sign for less or equal"),
        ("let x = 2 \u{d7} 3;", "a multiplication sign"),
        ("let x = \u{ff08}1);", "a full-width sign"),
        ("let x = \u{200e}1;", "the direction of writing"),
        ("let x = 1\u{3000}+ 2;", "an ideographic space"),
    ] {
        let error = wrong(strange);
        assert!(error.message.contains(named), "{strange:?}: {error}");
        assert!(!error.help.is_empty(), "{error}");
    }
    // In a string they are what they are.
    assert_eq!(printed("print(\"a\u{a0}b\".len());"), ["3"]);
}

#[test]
fn imported_texts_and_texts_on_a_vm_are_read_as_any_other() {
    let lines = printed(
        "import \"marked\" as marked; print(marked::twice(21));\n\
         print(quick_start_vm(\"ecoli\").execute(\"\u{feff}let a = 1;\\r\\na + 1\").value);",
    );
    assert_eq!(lines, ["42", "2"]);
}

#[test]
fn what_cannot_be_compared_is_an_error_and_not_false() {
    for pair in [
        "run(10.s) > 3",
        "\"a\" < 3",
        "3 >= \"a\"",
        "[1] < 2",
        "[1] < [2]",
        "() < 1",
        "1 > ()",
        "#{} <= #{}",
        "true > 1",
        "quick_start_vm() > 1",
        "1.min > \"a\"",
        "\"a\" > 1.min",
    ] {
        let error = wrong(pair);
        assert!(error.message.contains("cannot be applied to"), "{pair}: {error}");
    }
    let lines = printed(
        "print([1 < 2, 1 < 1.5, 2.5 >= 2, \"a\" < \"b\", 'b' > 'a', \"b\" > 'a', false < true, \
         1.min < 90.s, 9007199254740993 > 9007199254740992, 3 <= 3]);\n\
         let nan = 0.0 / 0.0; print([nan < 1, nan > 1, nan <= nan, 1 >= nan]);\n\
         let x = (); print([x == (), x == 1, 1 != \"1\", [1] == [1.0]]);",
    );
    assert!(!lines[0].contains("false"), "{lines:?}");
    assert!(!lines[1].contains("true"), "{lines:?}");
    assert_eq!(lines[2], "[true, false, true, true]");
}

/// What stands in the brackets happens once, and a key that is not there is not made.
#[test]
fn something_is_added_to_a_key_that_is_calculated() {
    let lines = printed(
        "let n = [0]; fn key(n) { n[0] += 1; print(`key ${n[0]}`); \"a\" }\n\
         let m = #{a: 1, inner: #{a: 5}}; let v = [1, 2]; let k = \"a\";\n\
         m[key(n)] += 1; m.inner[key(n)] *= 2; m[k + \"\"] += 1; m[`${k}`] -= 10;\n\
         v[key(n).len()] += 5; v[1 - 2] += 1; print(m); print(v);\n\
         for (change, i) in [|| m[key(n) + \"x\"] += 1, || m.inner[k + \"x\"] -= 1] {\n\
             try { change.call() } catch (e) { print(e.message) }\n\
         }\n\
         print(m)",
    );
    let map = "#{\"a\": -7, \"inner\": #{\"a\": 10}}";
    assert_eq!(lines[..3], ["key 1", "key 1", "key 1"], "{lines:?}");
    assert_eq!(lines[3..5], [map, "[1, 8]"]);
    assert!(lines[6].starts_with("the map has no key `ax`"), "{lines:?}");
    assert!(lines[7].starts_with("the map has no key `ax`"), "{lines:?}");
    assert_eq!(lines[8], map);
    let found = wrong("let m = #{abc: 1};\nlet one = 1; m[\"ab\" + \"d\"] += one;");
    assert!(found.message.starts_with("the map has no key `abd` (did you mean `abc`?)"), "{found}");
    assert_eq!(found.line, "let one = 1; m[\"ab\" + \"d\"] += one;");
    // A map of functions and texts of any length stay what they are.
    assert_eq!(
        printed(
            "let m = #{a: #{}}; let n = m; m[\"a\"][\"b\"] = 1; m[\"a\"][\"\" + \"b\"] += 1; print([m, n])"
        ),
        ["[#{\"a\": #{\"b\": 2}}, #{\"a\": #{}}]"]
    );
}

#[test]
fn debug_tells_the_column_of_the_text_as_it_is_written() {
    let out = Rc::new(RefCell::new(Vec::new()));
    let sink = out.clone();
    let show = move |output| {
        if let Output::Remark(text) = output {
            sink.borrow_mut().push(text);
        }
    };
    let mut session = Session::new(WorldOptions::default(), Box::new(show)).unwrap();
    let loops = "let f = []; for e in [1] { f.push(|| e); } debug(f.len());";
    for text in [
        loops.to_owned(),
        format!("fn later() {{ {loops} }}"),
        "    later();".to_owned(),
        "let m = #{a: 1}; m.a += 1; debug(m.a);".to_owned(),
        "create_bio_vm(\"v\", \"ecoli\"); vm(\"v\").execute(`let g = 1; for e in [1] { || e; } debug(2);`);"
            .to_owned(),
    ] {
        session.eval(&text, "case").unwrap();
    }
    let places: Vec<String> =
        out.borrow().iter().map(|line| line.split(": ").next().unwrap().to_owned()).collect();
    let column = |text: &str| text.find("debug").unwrap() + 1;
    let at = |column: usize| format!("line 1, position {column}");
    let vm = column("let g = 1; for e in [1] { || e; } debug(2);");
    let expected = [at(column(loops)), at(column(loops) + 13), at(28), at(vm)];
    assert_eq!(places, expected, "{:?}", out.borrow());
}
