//! Events in cell time.

use super::{desk, interrupted_at};

/// What a text prints.
fn printed(text: &str) -> Vec<String> {
    let mut desk = desk();
    if let Err(error) = desk.session.eval(text, "test") {
        panic!("{error}");
    }
    desk.printed.take()
}

#[test]
fn events_happen_in_the_order_of_time_and_then_of_setting() {
    let text = "
        at(2.min, || print(`c ${now()}`));
        every(1.min, || print(`a ${now()}`));
        at(2.min, || print(`d ${now()}`));
        at(15.s, || print(`b ${now()}`));
        run(2.min);";
    assert_eq!(printed(text), ["b 15 s", "a 1 min", "c 2 min", "a 2 min", "d 2 min"]);
}

#[test]
fn events_are_cancelled_also_from_inside() {
    let text = "
        let count = 0;
        let tick = every(1.min, || { count += 1; if count == 3 { tick.cancel(); } });
        run(10.min);
        print(count);
        print(tick.cancel());";
    // A closure sees what was there when it was made: the handle is not.
    let mut desk = desk();
    assert!(desk.session.eval(text, "test").is_err());
    let text = "
        let count = 0;
        let handles = #{};
        handles.tick = every(1.min, || { count += 1; if count == 3 { handles.tick.cancel(); } });
        run(10.min);
        print(count);
        print(handles.tick.cancel());
        let other = at(20.min, || print(\"never\"));
        print(other.cancel());
        run(20.min);";
    assert_eq!(printed(text), ["3", "false", "true"]);
}

#[test]
fn a_condition_calls_once_each_time_it_becomes_true() {
    let text = "
        let high = 0;
        when(|| now() > 1.min && now() < 2.min || now() > 3.min, || { high += 1; });
        run(5.min);
        print(high);";
    assert_eq!(printed(text), ["2"]);
}

#[test]
fn genes_open_when_an_event_says() {
    let mut desk = desk();
    let text = "
        create_bio_vm(\"demo\", \"ecoli\").start();
        at(65.s, || start_transcription([\"lacZ\"]));
        let t = run(10.min);
        let mrna = t[\"lacZ.mrna\"];";
    desk.session.eval(text, "test").unwrap();
    assert_eq!(desk.value("mrna.extract(0..7).reduce(|sum, x| sum + x, 0.0)"), "0.0");
    assert_ne!(desk.value("mrna.reduce(|sum, x| sum + x, 0.0)"), "0.0");
    // Samples stay on the grid that began with the run.
    assert_eq!(desk.value("t.times().len()"), "61");
    assert_eq!(desk.value("t.times()[7] * 6.0"), "7.0");
}

#[test]
fn an_event_that_does_nothing_changes_nothing() {
    let run = |events: &str| {
        let mut desk = desk();
        let setup = "create_bio_vm(\"demo\", \"ecoli\").start(); start_transcription([\"lacZ\"]);";
        desk.session.eval(setup, "test").unwrap();
        desk.session.eval(events, "test").unwrap();
        desk.session.eval("run(5.min).to_csv(\"t.csv\")", "test").unwrap();
        std::fs::read(desk.folder.path().join("t.csv")).unwrap()
    };
    assert_eq!(run(""), run("every(30.s, || ()); when(|| false, || ()); at(3.min, || ());"));
}

#[test]
fn a_run_ends_when_its_condition_holds() {
    let mut desk = desk();
    desk.transcript(
        r#"
        run_until(|| now() >= 1.min, 1.h); now().in_minutes() => 1.0
        run_until(|| false, 1.min); now().in_minutes() => 2.0
        run_until(|| true, 1.min).times() => [2.0]
        "#,
    );
}

#[test]
fn errors_of_events_tell_where_they_were_set_and_when_they_happened() {
    let mut desk = desk();
    desk.session.eval("let x = 1;\nat(1.min, || vm(\"nobody\"));", "cell 1").unwrap();
    let error = desk.session.eval("let y = 2;\n\nrun(5.min);", "cell 2").unwrap_err();
    insta::assert_snapshot!(error.to_string(), @r#"
    error: there is no VM `nobody`
     --> cell 1:2:17
      |
    2 | at(1.min, || vm("nobody"));
      |                 ^^^^^^^^
      |
      = note: in the event at(1 min), set in line 2, at 1 min of cell time, during the run at cell 2:3:1
      = help: `?vm` tells more (docs/reference.md#factory-vm)
    "#);
    assert_eq!(desk.value("now()"), "1 min");
    // The next run is not disturbed by the one that failed.
    desk.value("run(1.min)");
}

#[test]
fn what_cannot_be_an_event_is_explained() {
    for (text, expected) in [
        ("run(2.min); at(1.min, || ())", "it is 2 min of cell time already"),
        ("at(10, || ())", "the time of at must be a time"),
        ("every(0.s, || ())", "give a positive time"),
        ("at(1.min, || run(1.min)); run(2.min)", "a run is under way"),
        ("when(|| 5, || ()); run(2.min)", "must be true or false, not the plain number 5"),
        ("run_until(|| \"x\", 2.min)", "must be true or false, not the string"),
        ("at(1.min, 5)", "`at` cannot be called with"),
        ("at(1.min, |a| a); run(2.min)", ""),
    ] {
        let error = desk().session.eval(text, "test").unwrap_err();
        assert!(error.message.contains(expected), "{text}: {error}");
    }
}

#[test]
fn an_endless_event_can_be_interrupted() {
    let mut session = interrupted_at(1);
    let text = "at(1.min, || { print(1); loop {} }); run(2.min)";
    let error = session.eval(text, "test").unwrap_err();
    assert!(error.interrupted);
    assert_eq!(session.take_interrupted().unwrap().times.len(), 7);
    session.eval("run(1.min)", "test").unwrap();
}

#[test]
fn events_set_events() {
    let text = "
        at(1.min, || {
            print(`a ${now()}`);
            at(now(), || print(`at once ${now()}`));
            let tick = every(30.s, || print(`tick ${now()}`));
            at(now() + 1.min, || tick.cancel());
        });
        run(3.min);";
    assert_eq!(printed(text), ["a 1 min", "at once 1 min", "tick 1.5 min", "tick 2 min"]);
}

#[test]
fn a_condition_that_is_none_is_shown_where_it_is_written() {
    let mut d = desk();
    d.value("let n = 1;\nwhen(|| n + 1, || print(n));");
    let error = d.session.eval("run(1.min);", "protocol.rhai").unwrap_err();
    assert!(error.message.contains("must be true or false, not the plain number 2"), "{error}");
    assert_eq!((error.source_name.as_str(), error.position), ("test", Some((2, 6))), "{error}");
    assert!(error.trace[0].what.contains("when(..), set in line 2"), "{error}");
}
