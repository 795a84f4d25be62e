use super::*;
use bioxen::session::notebook::{SHOWING, script};

fn none() -> Magic {
    Magic::default()
}

fn says(code: &str) -> String {
    read(code).unwrap_err().evalue
}

#[test]
fn first_lines() {
    assert_eq!(read("1 % 2").unwrap(), (none(), "1 % 2".into()));
    let time = Magic { time: true, ..none() };
    assert_eq!(read("%%time\nx").unwrap(), (time.clone(), "\nx".into()));
    assert_eq!(read("\n \n%%time\n\nx").unwrap(), (time, "\n\n\n\nx".into()));
    assert_eq!(read("%%live\nx").unwrap(), (Magic { live: true, ..none() }, "\nx".into()));
    let on = Magic { vm: Some("a b".into()), ..none() };
    assert_eq!(read("%%vm  a b \nx\ny").unwrap(), (on, "\nx\ny".into()));
    let written = (Magic { file: Some("a.rhai".into()), ..none() }, "x\n".into());
    assert_eq!(read("%%writefile a.rhai\nx\n").unwrap(), written);
    assert_eq!(says("%%tme\n"), "no cell begins with `%%tme` (did you mean `%%time`?)");
    assert_eq!(says("%%vm\nx"), "`%%vm ID` is expected");
    let behind = "nothing may stand behind `%%time`; the code begins in the next line";
    assert_eq!(says("%%time 1+1"), behind);
}

#[test]
fn first_lines_combine() {
    let both = Magic { time: true, form: Some(Form::Svg), ..none() };
    assert_eq!(read("%%time\n%%svg\nx").unwrap(), (both, "\n\nx".into()));
    let asked = Magic { help: vec![("run".into(), false)], ..none() };
    assert_eq!(read("\n?run\n1+1").unwrap(), (asked, "\n\n1+1".into()));
    for (code, word) in [
        ("%%svg\n%%png\nx", "`%%png`"),
        ("%%vm a\n%%vm b\nx", "second `%%vm`"),
        ("%%time\n%%writefile a\nx", "`%%writefile` must be the first line of the cell"),
    ] {
        assert!(says(code).contains(word), "{code}: {}", says(code));
    }
}

#[test]
fn what_follows_rust_is_no_text_of_the_language() {
    let rust = Magic { rust: true, ..none() };
    let code = "\n%%rust\n!x;\n?y\n%%time\n";
    assert_eq!(read(code).unwrap(), (rust, "\n\n!x;\n?y\n%%time\n".into()));
    let timed = Magic { rust: true, time: true, ..none() };
    assert_eq!(read("%%time\n%%rust\n1").unwrap(), (timed, "\n\n1".into()));
    for (code, word) in [
        ("%%vm a\n%%rust\n1", "runs on no VM"),
        ("%%svg\n%%rust\n1", "a form of figures"),
        ("%%live\n%%rust\n1", "has no runs"),
        ("%%rust 1", "nothing may stand behind"),
        ("1\n%%rust", "must be the first line"),
    ] {
        assert!(says(code).contains(word), "{code}: {}", says(code));
    }
    assert_eq!(rust_begins("%%time\n%%rust\nlet é = 1;"), Some(14));
    assert_eq!((rust_begins("%%time\nx\n%%rust\n"), rust_begins("%%rust")), (None, Some(6)));
}

#[test]
fn lines_that_must_be_first_are_not_passed_over() {
    for (code, line) in [
        ("// c\n?run", "`?run` in line 2"),
        ("1+1\n?run", "`?run` in line 2"),
        ("// c\n%%time\n1", "`%%time` in line 2"),
        ("%%svg\nlet a = 1;\n%%vm b\na", "`%%vm` in line 3"),
        ("1\n%%writefile a", "`%%writefile` in line 2"),
    ] {
        let text = says(code);
        assert!(text.starts_with(line) && text.contains("first line of the cell"), "{text}");
    }
    for code in ["let s = `\n%%time\n?run\n`;", "%%writefile a\n1\n?run", "/*\n?run\n*/"] {
        assert!(read(code).is_ok(), "{code}");
    }
}

#[test]
fn what_ipython_takes_has_a_pointer() {
    for (code, word) in [
        ("%who", "variables()"),
        ("%lsmagic", "%%writefile"),
        ("%time run(1)", "`%%time` is for a cell"),
        ("!ls", "shell"),
        ("\n!pip install x", "shell"),
    ] {
        assert!(says(code).contains(word), "{code}: {}", says(code));
    }
    for code in ["!true", "!x && y", "!done", "!f(1)", "a\n% b", "! x"] {
        assert!(read(code).is_ok(), "{code}");
    }
}

#[test]
fn scripts_know_them_all() {
    let (showing, acting): (Vec<_>, Vec<_>) =
        NAMES.iter().partition(|(name, more)| more.is_empty() && *name != "%%rust");
    assert_eq!(showing.iter().map(|(n, _)| *n).collect::<Vec<_>>(), SHOWING);
    for (name, _) in acting {
        assert!(script(&format!("{name} x\n"), "n").is_err(), "{name}");
    }
    assert!(NAMES.iter().all(|(name, more)| HOW_TO_ASK.contains(&format!("`{name}{more}`"))));
}

#[test]
fn questions() {
    let help = |name: &str, detail| Some((name.to_owned(), detail));
    assert_eq!(question("trace.mean?"), help("trace.mean", false));
    for code in ["?run", "? run", "run ?", "?run;", "?run()", "run?"] {
        assert_eq!(question(code), help("run", false), "{code}");
    }
    for code in [" run?? ", "??run", "?? run"] {
        assert_eq!(question(code), help("run", true), "{code}");
    }
    assert_eq!(question("?%%vm"), help("%%vm", false));
    assert_eq!(question("?"), help("", false));
    for code in ["", "a ? b", "?run?", "\"why?\"", "run???", "a?b", "???", "()"] {
        assert_eq!(question(code), None, "{code}");
    }
}

#[test]
fn typing() {
    assert_eq!(complete("%%r", 3).unwrap(), (0, vec!["%%rust"]));
    assert_eq!(complete("%%t", 3).unwrap(), (0, vec!["%%time"]));
    assert_eq!(complete("\n%%time\n%%v", 11).unwrap(), (8, vec!["%%vega", "%%vm"]));
    assert_eq!(complete("1;\n%%v", 6), None);
    assert_eq!(complete("%", 1).unwrap().1.len(), NAMES.len());
    assert_eq!(complete("%%vm x", 6), None);
    assert_eq!(vm_begun("%%vm  ab\n1", 7), Some((6, "a".into())));
    assert_eq!(vm_begun("%%vm ab\n1", 9), None);
    assert_eq!(vm_begun("%%vmx", 5), None);
    assert_eq!(complete("ru", 2), None);
    assert_eq!(without("%%é\nx", false), "   \nx");
    assert_eq!(without("?run\n%%é\nx\n%%é", false), "?run\n   \nx\n%%é");
    assert_eq!(without("?run\n%%é\nx\n?b", true), "    \n   \nx\n?b");
}
