//! The language: its documentation runs, and its mistakes are explained.

mod chassis;
mod command;
mod display;
mod events;
mod groups;
mod imports;
mod inhibitors;
mod interrupts;
mod kinds;
mod limits;
mod numbers;
mod plasmids;
mod registry;
mod reports;
mod results;
mod standard;
mod units;

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::engine::Interrupt;
use bioxen::lang::catalogue::FnForm;
use bioxen::lang::{Answer, Output, WorldOptions};
use bioxen::session::{Diagnostic, Session};

use crate::desk::Desk;

/// A desk at which `lacZ` is the answer to every question.
fn desk() -> Desk {
    // Examples load what ships.
    let plugins = vec!["plugins".into()];
    let mut desk = Desk::with(WorldOptions { seed: 1, plugins, ..WorldOptions::default() });
    desk.session.set_input(Some(Box::new(|_| Answer::Line("lacZ".to_owned()))));
    desk
}

/// A session that is interrupted by what it prints: at the first line, or a later one.
fn interrupted_at(line: usize) -> Session {
    let (stop, mut printed) = (Rc::new(RefCell::new(None::<Interrupt>)), 0);
    let asked = stop.clone();
    let sink = move |output| {
        if let Output::Text(_) = output {
            printed += 1;
            if printed == line {
                asked.borrow().iter().for_each(Interrupt::stop);
            }
        }
    };
    let session = Session::new(WorldOptions::default(), Box::new(sink)).unwrap();
    *stop.borrow_mut() = Some(session.interrupt());
    session
}

fn wrong(text: &str) -> Diagnostic {
    *desk().session.eval(text, "protocol.rhai").unwrap_err()
}

#[test]
fn every_function_is_documented_with_an_example_that_runs() {
    let functions = desk().session.catalogue().functions().to_vec();
    assert!(functions.len() > 40);
    for function in functions {
        if function.form == FnForm::Operator
            || function.name.starts_with("to_") && function.documentation.is_empty()
            || function.name == "id"
        {
            continue;
        }
        let name = &function.name;
        assert!(!function.documentation.is_empty(), "{name} has no documentation");
        let example = function.example().unwrap_or_else(|| panic!("{name} has no example"));
        if let Err(error) = desk().session.eval(example, name) {
            panic!("the example of {name} fails:\n{error}");
        }
    }
}

#[test]
fn a_bare_call_acts_on_the_current_vm() {
    let mut desk = desk();
    let text = "
        create_bio_vm(\"a\", \"ecoli\").start();
        create_bio_vm(\"b\", \"ecoli\").start();
        start_transcription([\"lacZ\"]);
        attach(\"b\");
        start_transcription([\"araB\"]);
        print(vm(\"a\").transcribing());
        print(transcribing());
    ";
    desk.session.eval(text, "test").unwrap();
    let printed = desk.printed.borrow();
    assert!(printed[0].contains("lacZ") && !printed[0].contains("araB"), "{printed:?}");
    assert!(printed[1].contains("araB") && !printed[1].contains("lacZ"), "{printed:?}");
}

#[test]
fn integers_are_numbers() {
    let text = "let c = create_bio_vm(\"demo\", \"ecoli\"); c.allocate_atp(75); c.allocate_atp(75.5); \
                c.allocate_ribosomes(60); c.allocate_memory(20); c.allocate_memory(20.5.kb); \
                set_nutrient(1); run(1.min); run(1.5.min) ";
    desk().session.eval(text, "test").unwrap();
}

#[test]
fn variables_stay_from_one_text_to_the_next() {
    let mut desk = desk();
    desk.session.eval("let x = 41;", "one").unwrap();
    assert_eq!(desk.session.eval("x + 1", "two").unwrap().as_deref(), Some("42"));
}

#[test]
fn a_wrong_gene_is_marked_and_the_nearest_named() {
    let error = wrong(
        "create_bio_vm(\"demo\", \"ecoli\").start();\nstart_transcription([\"lacY\", \"lacz2\"]);",
    );
    insta::assert_snapshot!(error.to_string(), @r#"
    error: VM `demo` (ecoli) has no gene `lacz2` (did you mean `lacZ`?)
     --> protocol.rhai:2:30
      |
    2 | start_transcription(["lacY", "lacz2"]);
      |                              ^^^^^^^
      |
      = help: `?start_transcription` tells more (docs/reference.md#machine-start_transcription)
    "#);
}

#[test]
fn a_wrong_biological_type_is_marked() {
    let error = wrong("let cell = create_bio_vm(\"demo\", \"e_coli\");");
    insta::assert_snapshot!(error.to_string(), @r#"
    error: unknown biological type `e_coli` (did you mean `ecoli`?); valid: syn3a, ecoli, minimal_cell
     --> protocol.rhai:1:34
      |
    1 | let cell = create_bio_vm("demo", "e_coli");
      |                                  ^^^^^^^^
      |
      = help: `?create_bio_vm` tells more (docs/reference.md#factory-create_bio_vm)
    "#);
}

#[test]
fn a_number_is_no_time() {
    let error = wrong("run(10);");
    insta::assert_snapshot!(error.to_string(), @r"
    error: the duration of run must be a time, such as 10.min, 30.s or 2.h, not the plain number 10
     --> protocol.rhai:1:5
      |
    1 | run(10);
      |     ^^
      |
      = help: `?run` tells more (docs/reference.md#populations-run or #time-run)
    ");
}

#[test]
fn a_time_is_no_memory() {
    let error = wrong("create_bio_vm(\"demo\", \"ecoli\");\nallocate_memory(5.min);");
    insta::assert_snapshot!(error.to_string(), @r"
    error: the length of allocate_memory must be a DNA length, such as 20 or 20.kb, not the time 5 min
     --> protocol.rhai:2:17
      |
    2 | allocate_memory(5.min);
      |                 ^^^^^
      |
      = help: `?allocate_memory` tells more (docs/reference.md#resources-allocate_memory)
    ");
}

#[test]
fn minutes_and_kilobases_do_not_add_up() {
    let error = wrong("let x = 5.min + 3.kb;");
    insta::assert_snapshot!(error.to_string(), @r"
    error: `+` cannot be applied to the time 5 min and the DNA length 3 kb; both must be of one kind
     --> protocol.rhai:1:15
      |
    1 | let x = 5.min + 3.kb;
      |               ^
    ");
}

#[test]
fn unknown_units_functions_and_variables_are_named() {
    let message = wrong("run(10.minuts)").message;
    assert_eq!(message, "an integer has no property `minuts` (did you mean `min`?)");
    let message = wrong("create_bio_vn(\"a\", \"ecoli\")").message;
    assert_eq!(message, "there is no function `create_bio_vn` (did you mean `create_bio_vm`?)");
    let message = wrong("let cell = 1; print(cel);").message;
    assert!(message.starts_with("there is no variable `cel`"), "{message}");
    let help = wrong("create_bio_vm(\"a\")").help.join(" ");
    assert!(help.contains("it is called as create_bio_vm(id, biological_type)"), "{help}");
}

#[test]
fn a_bare_call_without_a_vm_says_how_to_get_one() {
    assert!(wrong("start()").message.contains("create_bio_vm"));
}

#[test]
fn errors_in_functions_tell_the_way() {
    let error = wrong("fn work(x) {\n    run(x);\n}\n\nwork(5);");
    assert_eq!(error.position, Some((2, 9)));
    assert_eq!(error.trace.len(), 1);
    assert_eq!(error.trace[0].what, "the function `work`");
    assert_eq!(error.trace[0].position, Some((5, 1)));
}

/// The status of the VM before and after a call that must fail.
fn unchanged(call: &str, expected: &str) {
    let mut desk = desk();
    let setup = "create_bio_vm(\"demo\", \"ecoli\").start(); allocate_memory(10); \
                 start_transcription([\"lacZ\"]); run(1.min);";
    desk.session.eval(setup, "setup").unwrap();
    let before = desk.session.statuses();
    let error = desk.session.eval(call, "test").unwrap_err();
    assert!(error.message.contains(expected), "{call}: {}", error.message);
    assert_eq!(desk.session.statuses(), before, "{call} changed something");
}

#[test]
fn a_failed_call_changes_nothing() {
    for (call, expected) in [
        ("allocate_ribosomes(-5)", "negative"),
        ("allocate_ribosomes(0.0 / 0.0)", "NaN is no amount"),
        ("allocate_ribosomes(1e300 * 1e300)", "inf is no amount"),
        ("allocate_ribosomes(0)", "starve"),
        ("allocate_ribosomes(101)", "exceed the VM's limit of 100"),
        (
            "allocate_ribosomes(\"many\")",
            "must be a number, or \"host\" for no quota but the limit of the VM, not the string \"many\"",
        ),
        ("allocate_atp(-1)", "negative"),
        ("allocate_atp(91)", "exceed the VM's limit of 90"),
        ("allocate_memory(-1)", "negative"),
        ("allocate_memory(501)", "exceed the VM's limit of 500"),
        ("allocate_memory(1)", "less than the 5.06 kb in use"),
        ("set_priority(6)", "6 is no priority"),
        ("start_transcription([\"lacZ\", \"nosuchgene\"])", "has no gene `nosuchgene`"),
        ("start_transcription([\"thrA\", \"hisG\"])", "kb of DNA memory more"),
        ("start_transcription([\"rrsA\"])", "no protein-coding gene"),
        ("start_transcription([\"araB\"], #{strength: -1})", "strength of -1"),
        ("start_transcription([\"araB\"], #{strenght: 1})", "did you mean `strength`?"),
        ("start_transcription([])", "no gene was named"),
        ("start_transcription([1])", "a name or an array of names"),
        ("stop_transcription([\"araB\"])", "is not being transcribed; these are: "),
        ("start()", "state running, in which it cannot start"),
        ("resume()", "cannot resume"),
        ("create_bio_vm(\"demo\", \"ecoli\")", "there is a VM `demo` already"),
        ("create_bio_vm(\"host\", \"ecoli\")", "name of the chassis"),
        ("create_bio_vm(\"a b\", \"ecoli\")", "letters, digits"),
        ("create_bio_vm(\"x\", \"ecoli\", \"xcpng\")", "xcpng_config"),
        ("create_bio_vm(\"x\", \"ecoli\", \"basik\")", "did you mean `basic`?"),
        ("create_bio_vm(\"x\", \"ecoli\", \"basic\", #{nutrient: 0.9})", "cannot bring its own"),
        (
            "create_bio_vm(\"x\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 1e9}})",
            "exceeds the host",
        ),
        (
            "create_bio_vm(\"x\", \"ecoli\", \"basic\", #{resource_limit: 1})",
            "did you mean `resource_limits`?",
        ),
        (
            "create_bio_vm(\"x\", \"ecoli\", \"basic\", #{genome_file: \"none.genome\"})",
            "none.genome",
        ),
        ("vm(\"dmeo\")", "did you mean `demo`?"),
        ("run(-5.min)", "give a positive time"),
        ("run(0.s)", "give a positive time"),
        ("run(10.kb)", "must be a time"),
        ("sample_every(0.s)", "give a positive time"),
        ("set_nutrient(2)", "not possible"),
        ("solver(\"stochastik\")", "did you mean `stochastic`?"),
        ("seed(-1)", "zero or more"),
        ("1e30.min", "a time must be"),
    ] {
        unchanged(call, expected);
    }
}

#[test]
fn a_sample_rate_that_would_fill_the_memory_is_refused() {
    let error = wrong("sample_every(0.001.s); run(100000.h);");
    assert!(error.message.contains("more than can be recorded"), "{}", error.message);
}

#[test]
fn files_stay_in_the_output_folder() {
    let mut desk = desk();
    desk.session.eval("let t = run(1.min); t.to_csv(\"a/trace.csv\");", "test").unwrap();
    assert!(desk.folder.path().join("a/trace.csv").is_file());
    for path in ["../x.csv", "/tmp/x.csv", "a/../../x.csv"] {
        let call = format!("t.to_csv(\"{path}\")");
        let error = desk.session.eval(&call, "test").unwrap_err();
        assert!(error.message.contains("leads out of the output folder"), "{}", error.message);
    }
    let error = desk.session.eval("plot_resources(t).save(\"x.bmp\")", "test").unwrap_err();
    assert!(error.message.contains(".svg, .png, .pdf or .json"), "{}", error.message);
}

#[test]
fn no_script_escapes_its_limits() {
    for (text, expected) in [
        ("fn f(x) { f(x + 1) } f(0)", "nested too deeply"),
        ("let s = \"x\"; loop { s += s; }", "too large"),
        ("let a = []; a.pad(100000000, 0);", "too large"),
        ("eval(\"1\")", "eval"),
        ("import \"../other\" as o;", "cannot be imported"),
    ] {
        let message = wrong(text).message.to_lowercase();
        assert!(message.contains(expected), "{text}: {message}");
    }
    let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(!wrong(&deep).message.is_empty());
}

#[test]
fn checking_finds_what_running_would() {
    let check = |text: &str| -> Vec<String> {
        let found = desk().session.check(text, "p").err().unwrap_or_default();
        found.into_iter().map(|d| d.message).collect()
    };
    assert_eq!(check("let c = create_bio_vm(\"d\", \"ecoli\"); c.start(); run(1.min);"), [""; 0]);
    assert_eq!(
        check("create_bio_vm(\"d\", \"ecoli\"); start_transcription([\"lacQ\"]);"),
        ["no genome of this script has a gene `lacQ` (did you mean `lacA`?)"]
    );
    // Whatever makes the VM, and with whatever options.
    for made in [
        "quick_start_vm(\"ecoli\");",
        "quick_start_vm(\"ecoli\", \"d\", #{resource_limits: \"host\"});",
        "create_bio_vm(\"d\", \"ecoli\", #{seed: 5});",
        "create_bio_vms(\"d_{}\", 2, \"ecoli\");",
        "quick_start_vm(); quick_start_vm(\"ecoli\", \"d\");",
    ] {
        assert_eq!(check(&format!("{made} start_transcription(\"lacQ\");")).len(), 1, "{made}");
        assert_eq!(check(&format!("{made} start_transcription(\"lac*\");")), [""; 0], "{made}");
    }
    for unknown in [
        "create_bio_vm(\"d\", \"ecoli\", #{genome_file: \"my.genome\"});",
        "let options = #{}; quick_start_vm(\"ecoli\", \"d\", options);",
        "create_from_config(\"d\", \"my.toml\");",
    ] {
        assert_eq!(
            check(&format!("{unknown} start_transcription(\"own\");")),
            [""; 0],
            "{unknown}"
        );
    }
    assert_eq!(check("quick_start_vm(\"ecolli\");").len(), 1);
    assert_eq!(check("strat();"), ["there is no function `strat` (did you mean `start`?)"]);
    assert_eq!(check("package_catalogue(1);"), ["`package_catalogue` takes no arguments, not 1"]);
    assert_eq!(check("create_bio_vm(\"d\", \"yeast\");").len(), 1);
    assert!(check("print(x)")[0].contains("no variable `x`"));
    assert!(check("let x = (1 + ;")[0].len() > 5);
    assert!(check("fn mine(a) { a } mine(1); let f = |x| x; f.call(2);").is_empty());
}

#[test]
fn the_reference_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference.md");
    let present = std::fs::read_to_string(path).unwrap();
    let desk = desk();
    let functions = desk.session.catalogue();
    let now = bioxen::lang::reference::markdown(functions);
    assert!(present == now, "docs/reference.md is stale; write it with `bioxen docs`");
    for function in functions.functions().iter().filter(|f| !f.documentation.is_empty()) {
        let signature = function.signature();
        assert!(now.contains(&signature), "{signature} is in no topic of the reference");
    }
}
