//! A caught error reads as one that nobody catches, and so does that of a text on a VM.

use bioxen::lang::{Limits, Operations, WorldOptions};
use bioxen::session::Session;
use bioxen::session::lex::{Kind, lex};

use super::super::diagnostics::{FOREIGN, programs};

fn session() -> (Session, tempfile::TempDir) {
    let out = tempfile::tempdir().unwrap();
    let options = WorldOptions {
        out_dir: out.path().to_owned(),
        read_dir: "tests/diagnostics".into(),
        seed: 1,
        limits: Limits {
            operations: Operations { text: Some(200_000), on_vm: Some(100_000) },
            ..Limits::default()
        },
        ..WorldOptions::default()
    };
    (Session::new(options, Box::new(|_| {})).unwrap(), out)
}

/// The functions that a text defines, and the text with blanks in their place, since a function
/// cannot stand in a block.
fn parted(text: &str) -> (String, String) {
    let mut rest: Vec<char> = text.chars().collect();
    let mut functions = vec![' '; rest.len()];
    let tokens = lex(&rest);
    let (mut depth, mut start) = (0_i32, None);
    let all = rest.clone();
    for token in &tokens {
        match token.kind {
            Kind::Word if depth == 0 && token.text(&all) == "fn" => start = Some(token.start),
            Kind::Open(_) => depth += 1,
            Kind::Close(bracket) => {
                depth -= 1;
                if depth == 0
                    && bracket == '}'
                    && let Some(from) = start.take()
                {
                    functions[from..token.end].copy_from_slice(&all[from..token.end]);
                    rest[from..token.end].fill(' ');
                }
            }
            _ => {}
        }
    }
    let lines = all.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(i, _)| i);
    for i in lines {
        (rest[i], functions[i]) = ('\n', '\n');
    }
    (functions.into_iter().collect(), rest.into_iter().collect())
}

/// What a text tells when it catches its own error.
fn caught(name: &str, text: &str) -> String {
    let (mut session, _out) = session();
    let (functions, rest) = parted(text);
    let name = format!("{name}.rhai");
    if let Err(error) = session.eval(&functions, &name) {
        return error.message;
    }
    let wrapped = format!(
        "let told = (); try {{ {rest}\n}} catch (wrong) {{ told = if type_of(wrong) == \"map\" {{ \
         `${{wrong}}` }} else {{ `${{wrong.message}}` }} }} told"
    );
    match session.eval(&wrapped, &name) {
        Ok(told) => told.unwrap_or_default(),
        Err(error) => error.message,
    }
}

/// For no program is there anything to tell.
fn none_is_wrong(told: impl Fn(&str, &str) -> Option<String>) {
    let wrong: Vec<String> =
        programs().iter().filter_map(|(name, text)| told(name, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn caught_errors_read_as_uncaught_ones() {
    none_is_wrong(|name, text| {
        let (mut session, _out) = session();
        let Err(uncaught) = session.eval(text, &format!("{name}.rhai")) else { return None };
        // What cannot be read as a script cannot be caught by it.
        if session.check(text, name).is_err_and(|all| {
            all.iter().any(|d| d.message == uncaught.message && d.position == uncaught.position)
        }) {
            return None;
        }
        let caught = caught(name, text);
        (caught != uncaught.message)
            .then(|| format!("{name}\n  uncaught: {}\n  caught:   {caught}", uncaught.message))
    });
}

#[test]
fn errors_of_texts_on_a_vm_read_as_those_of_the_session() {
    none_is_wrong(|name, text| {
        // These are about what the session has current, or how deeply it is nested.
        let elsewhere = [
            "current",
            "event",
            "imports",
            "import",
            "display",
            "text_on",
            "executed",
            "endless",
            "left",
            "recursion",
            "deep",
            "inside_a_run",
        ];
        if elsewhere.iter().any(|word| name.contains(word)) {
            return None;
        }
        let (mut plain, _out) = session();
        plain.eval("quick_start_vm(\"syn3a\", \"runner\");", "before").unwrap();
        let Err(uncaught) = plain.eval(text, name) else { return None };
        let (mut session, _out) = session();
        session.eval("let runner = quick_start_vm(\"syn3a\", \"runner\");", "before").unwrap();
        let quoted = format!(
            "\"{}\"",
            text.replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
                .replace('\t', "\\t")
        );
        let told = session.eval(&format!("runner.execute({quoted}).error"), name);
        let told = match told {
            Ok(told) => told.unwrap_or_default(),
            Err(error) => error.message,
        };
        let bare = told.split_once(": ").filter(|(line, _)| line.starts_with("line "));
        let bare = bare.map_or(told.as_str(), |(_, rest)| rest);
        (!bare.starts_with(&uncaught.message))
            .then(|| format!("{name}\n  session: {}\n  on a VM: {told}", uncaught.message))
    });
}

/// What `check` finds before a program runs is what goes wrong in it, at the same place.
#[test]
fn check_and_evaluation_agree() {
    none_is_wrong(|name, text| {
        let (mut session, _out) = session();
        let found = session.check(text, name).err().unwrap_or_default();
        let Err(told) = session.eval(text, name) else { return None };
        let agrees = found.is_empty() || found.iter().any(|d| d.position == told.position);
        let all: Vec<String> = found.iter().map(ToString::to_string).collect();
        (!agrees).then(|| format!("{name}\n  check: {}\n  run: {told}", all.join("\n")))
    });
}

/// Every kind of error that Rhai notices by itself, as a script can cause it.
const NOTICED: [&str; 40] = [
    "ensemble(2, 1.min).to_csv(1)",
    "nothing_of_this_name(1, [])",
    "[1].nothing_of_this_name()",
    "#{a: 1}.b",
    "let m = #{a: 1}; m.b.c",
    "[1, 2][9]",
    "\"abc\"[9]",
    "[][0]",
    "\"\"[0]",
    "5[70]",
    "5.minutes",
    "(1.min).hours",
    "1 + ()",
    "\"a\" - 1",
    "1.min + 3.kb",
    "1 << \"a\"",
    "if 1 { 2 }",
    "while () {}",
    "for x in 5 {}",
    "!5",
    "-\"a\"",
    "9223372036854775807 + 1",
    "1 / 0",
    "1 % 0",
    "to_int(\"x\")",
    "parse_int(\"x\")",
    "parse_float(\"x\")",
    "parse_json(\"{\")",
    "const C = [1]; C.push(2)",
    "const C = 1; C += 1",
    "let f = |x| x; f.call()",
    "let f = 5; f.call()",
    "Fn(\"nothing_of_this_name\").call(1)",
    "call(5)",
    "throw \"a text\"",
    "[1, \"a\", ()].sort()",
    "[1].map(\"x\")",
    "vm(\"none\")",
    "run(1)",
    "[1, 2].map(|x| x.nothing)",
];

#[test]
fn no_error_of_the_language_shows_names_of_its_making() {
    let mut wrong = Vec::new();
    for text in NOTICED {
        let (mut session, _out) = session();
        let uncaught = session
            .eval(text, "noticed.rhai")
            .map_or_else(|e| e.message, |v| v.unwrap_or_default());
        let (mut session, _out) = self::session();
        let wrapped =
            format!("let told = (); try {{ {text}; }} catch (e) {{ told = e.message; }} told");
        let caught = match session.eval(&wrapped, "noticed.rhai") {
            Ok(told) => told.unwrap_or_default(),
            Err(error) => error.message,
        };
        if uncaught != caught {
            wrong.push(format!("{text}\n  uncaught: {uncaught}\n  caught:   {caught}"));
        }
        for foreign in FOREIGN.iter().chain(&[
            "Function not found",
            "Data type",
            "Unknown property",
            "incorrect",
            "std::",
            "rhai",
        ]) {
            if caught.contains(foreign) {
                wrong.push(format!("{text} says {foreign}: {caught}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn errors_are_caught_in_every_place_where_a_script_stands() {
    let (mut session, _out) = session();
    let expected = "there is no function `slip`";
    session
        .eval(
            "fn risky() { slip(1) } fn told() { try { risky() } catch (e) { return e.message; } }",
            "a",
        )
        .unwrap();
    for text in [
        "told()",
        "let out = (); try { slip(1) } catch (wrong) { out = `${wrong}`; } out",
        "let out = (); try { [1].map(|x| slip(x)) } catch (wrong) { out = wrong.message; } out",
        "let f = || { try { risky() } catch (err) { return err.message; } }; f.call()",
        "let out = (); try { slip(1) } catch (e) { let keep = || e.message; out = keep.call(); } out",
        "let out = (); try { try { slip(1) } catch (e) { throw e; } } catch (again) { out = again.message; } out",
        "let out = (); try { try { slip(1) } catch (e) { throw; } } catch (again) { out = again.message; } out",
        "let out = (); try { try { slip(1) } catch { throw; } } catch (again) { out = again.message; } out",
        "let out = []; for i in 0..3 { try { slip(i) } catch (e) { out.push(e.message); } } out[2]",
        "let out = (); at(now() + 1.s, || { try { slip(1) } catch (e) { out = e.message; } }); run(2.s); out",
        "quick_start_vm(\"ecoli\", \"v\"); vm(\"v\").execute(\"let o = 1; try { slip(1) } catch (e) { o = e.message; } o\").value",
    ] {
        let told = session.eval(text, "b").unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(told.as_deref(), Some(expected), "{text}");
    }
    let kind =
        session.eval("let out = (); try { slip(1) } catch (e) { out = type_of(e); } out", "c");
    assert_eq!(kind.unwrap().as_deref(), Some("Error"));
    // What a script throws comes as it was thrown.
    let thrown = session.eval(
        "let out = (); try { throw #{error: `ErrorX`, code: 4} } catch (e) { out = e.code; } out",
        "d",
    );
    assert_eq!(thrown.unwrap().as_deref(), Some("4"));
}
