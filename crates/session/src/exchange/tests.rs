use super::*;

fn session(text: &str) -> Session {
    let mut session = Session::new(Default::default(), Box::new(|_| {})).unwrap();
    session.eval(text, "test").unwrap();
    session
}

#[test]
fn what_crosses_and_comes_back_is_the_same_for_the_language() {
    let mut session = session(
        r#"let values = [
            (), true, 7, 0.1, "lacZ", 'c', 5.min, 1.5.h, 3.kb, 20.percent, 50.uM, [1.5, 2.5], [[], [1, "a"]],
            #{a: 1, "b c": #{d: ()}}, table(#{dose: [1.uM, 2.uM], n: [1, 2], who: ["a", ()], ok: [true, ()]}),
        ];
        let named = #{};
        for (value, i) in values { named[`v${i}`] = value; }"#,
    );
    let value = session.value_of("named").unwrap();
    session.set_value("again", value.clone()).unwrap();
    for name in value.map().unwrap().keys() {
        let text = format!("[named.{name}, again.{name}].map(|v| `${{v}}`)");
        let shown = session.eval(&text, "test").unwrap().unwrap();
        let kinds =
            session.eval(&format!("[type_of(named.{name}), type_of(again.{name})]"), "test");
        let kinds = kinds.unwrap().unwrap();
        let halves = |text: &str| {
            let inner = &text[1..text.len() - 1];
            let half = inner.len() / 2;
            (inner[..half - 1].to_owned(), inner[half + 1..].to_owned())
        };
        let (before, after) = halves(&shown);
        assert_eq!(before, after, "{name}: {shown}");
        if name != "v5" {
            // A letter comes back as a text.
            let (before, after) = halves(&kinds);
            assert_eq!(before, after, "{name}: {kinds}");
        }
    }
    assert_eq!(session.value_of("again").unwrap(), value);
}

#[test]
fn records_are_tables_and_maps() {
    let session = session(
        r#"let vm = create_bio_vm("demo", "ecoli"); vm.start();
           let trace = run(1.min); let status = vm.status(); let many = ensemble(2, 1.min);"#,
    );
    let trace = session.value_of("trace").unwrap();
    let table = trace.table().unwrap();
    assert_eq!(
        (table.columns()[0].name.as_str(), table.columns()[0].unit.as_str()),
        ("time", "min")
    );
    assert_eq!(table.column("time").unwrap().numbers().unwrap().len(), table.rows());
    assert!(table.rows() > 1 && table.column("demo.ribosomes").is_ok());
    let status = session.value_of("status").unwrap();
    assert_eq!(status.get("id").unwrap().text().unwrap(), "demo");
    assert!(status.get("growth_rate").unwrap().number().unwrap() > 0.0);
    let many = session.value_of("many").unwrap();
    assert_eq!(many.get("repetitions").unwrap().list().unwrap().len(), 2);
}

#[test]
fn what_cannot_cross_is_named_with_its_place() {
    let mut session = session(
        r#"let vm = create_bio_vm("demo", "ecoli"); let f = |x| x; let deep = #{a: [1, |x| x]};
           const SEED = 7; let dose = 1;"#,
    );
    for (name, text) in [
        ("f", "`f` is a closure"),
        ("deep", "`deep.a[1]` is a closure"),
        ("vm", "`vm` is"),
        ("dsoe", "did you mean `dose`?"),
    ] {
        let error = session.value_of(name).unwrap_err().to_string();
        assert!(error.contains(text), "{name}: {error}");
    }
    let unit = Value::Quantity(Quantity { amount: 1.0, unit: "AU".into() });
    let before = session.variables();
    for (name, value, text) in [
        ("1a", Value::Whole(1), "cannot be the name"),
        ("let", Value::Whole(1), "cannot be the name"),
        ("a; exit()", Value::Whole(1), "cannot be the name"),
        ("", Value::Whole(1), "cannot be the name"),
        ("SEED", Value::Whole(1), "is a constant"),
        ("a", unit, "no unit of a quantity"),
        ("a", Value::from(vec![0.0; 4_000_001]), "4000001 values"),
    ] {
        let error = session.set_value(name, value).unwrap_err().to_string();
        assert!(error.contains(text), "{name}: {error}");
    }
    assert_eq!(session.variables(), before, "an error changes nothing");
}

#[test]
fn a_closure_sees_the_value_that_its_variable_was_given() {
    let mut session = session("let x = 1; let f = || x; x = 2;");
    session.set_value("x", Value::Whole(5)).unwrap();
    assert_eq!(session.eval("f.call()", "test").unwrap().as_deref(), Some("5"));
    assert_eq!(session.eval("x", "test").unwrap().as_deref(), Some("5"));
}
