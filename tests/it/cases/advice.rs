//! What is said of texts that are wrong: in the words of the language, and so that it helps.

use bioxen::lang::WorldOptions;
use bioxen::session::{Diagnostic, Session};

fn session() -> Session {
    Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap()
}

fn wrong(text: &str) -> Diagnostic {
    *session().eval(text, "case.rhai").unwrap_err()
}

#[test]
fn what_is_said_helps() {
    for (text, message, help) in [
        ("Fn(\"nix\").call()", "there is no function `nix`", ""),
        ("Fn(\"runn\").call(1.min)", "there is no function `runn` (did you mean `run`?)", ""),
        ("Fn(\"\").call()", "a function has a name, and this one has none", "Fn(\"run\")"),
        ("fn twice(x) { 2 * x } 3.twice()", "`twice` takes one argument, not 0", "`twice(3)`"),
        ("div(-9223372036854775807 - 1, -1)", "div(-9223372036854775808, -1) is beyond", ""),
        ("range(0, 10, 0)", "a range cannot go on by steps of 0", "range(0, 10, 2)"),
        ("-(-9223372036854775807 - 1)", "the result of -(-9223372036854775808) is too large", ""),
        ("mean([1, \"a\"])", "entry 1 of the array given to mean must be a number", ""),
        ("sum([1.min, \"a\"])", "entry 1 of the array given to sum must be a number", ""),
        ("sum([9223372036854775807, 1])", "the result of sum is beyond the largest", ""),
        ("let x = 99999999999999999999;", "`99999999999999999999` is too large for a whole", ".0"),
        ("quick_start_vm(\"ecoli\"); at(5.min, stop())", "`at` cannot be called", "`|| stop()`"),
        ("\"ab\".set(0, \"x\")", "`set` cannot be called with", "single quotes"),
        ("type_of()", "`type_of` takes one argument, not 0", ""),
        ("print \"a\"", "`print` is a function and is called with brackets", "print(\"a\")"),
        ("catch (e) {}", "`catch` must follow the `}` of a `try`", ""),
        ("let x = 1; else { 2 }", "`else` must follow the `}` of an `if`", ""),
        ("let if = 5;", "`if` is a word of the language and cannot be a name", "my_if"),
        ("fn f() { global::X } f()", "there is no constant `X` outside of the function", "const X"),
        ("print(1, 2)", "`print` takes no or one argument, not 2", "${a} and ${b}"),
        (
            "let cell = quick_start_vm(\"ecoli\"); cell.allocate_ribosomes()",
            "`allocate_ribosomes` takes one argument, not 0",
            "",
        ),
        ("parse_int(\"x\")", "`x` is no whole number", ""),
        ("parse_int(\"1\", 99)", "the base must be a whole number from 2 to 36", ""),
        ("parse_float(\"\")", "`` is no number", ""),
        ("let s = \"a\"; loop { s += s; }", "this string would become too large", "--max-string"),
        ("let a = [1]; loop { a += a; }", "this array would become too large", "--max-array"),
        ("fn f() { f() } f()", "functions are nested too deeply", "--max-call-depth"),
    ] {
        let error = wrong(text);
        assert!(error.message.starts_with(message), "{text}: {error}");
        assert!(help.is_empty() || error.help.iter().any(|h| h.contains(help)), "{text}: {error}");
    }
}

#[test]
fn numbers_at_the_ends_are_right() {
    for (text, value) in [
        ("(-9223372036854775807 - 1) % -1", "0"),
        ("let x = -9223372036854775807 - 1; x %= -1; x", "0"),
        ("7 % 3", "1"),
        ("-7 % 3", "-1"),
        ("cumsum([])", "[]"),
        ("mean([9223372036854775807, 9223372036854775807])", "9.223372036854776e18"),
        ("9223372036854775807", "9223372036854775807"),
        ("parse_int(\" -42 \")", "-42"),
        ("parse_int(\"ff\", 16)", "255"),
        ("parse_float(\"1e3\")", "1000.0"),
    ] {
        let given = session().eval(text, "case.rhai").unwrap();
        assert_eq!(given.as_deref(), Some(value), "{text}");
    }
    assert!(wrong("7 % 0").message.contains("divided by zero"));
}

#[test]
fn a_check_sees_what_is_written_out_wrongly() {
    for (text, message) in [
        ("run(10.minutes);", "a number has no unit `minutes` (did you mean `min`?)"),
        ("run(10);", "`run` takes a time, such as 10.min"),
        ("every(2.5, || 1);", "`every` takes a time, such as 2.5.min"),
        (
            "solver(\"determinstic\");",
            "`determinstic` is no solver (did you mean `deterministic`?)",
        ),
        ("install_package(\"gfp\");", "there is no package `gfp`"),
        ("at(5.min, |x| x);", "the closure given to `at` has a parameter"),
    ] {
        let found = session().check(text, "case.rhai").expect_err(text);
        assert!(found[0].message.starts_with(message), "{text}: {}", found[0].message);
    }
    let right = "quick_start_vm(\"ecoli\"); run(10.min); at(5.min, || 1); let x = 3; every(1.s, || print(x));\n\
                 solver(\"deterministic\"); install_package(\"gfp_reporter\"); let y = 2.5.min.minutes; 3.abs();";
    let found = session().check(right, "case.rhai");
    assert!(found.is_ok(), "{found:?}");
}
