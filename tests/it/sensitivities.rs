//! Which parameters matter.

use bioxen::lang::{Output, WorldOptions};

use crate::desk::{Desk, desk, on_any_threads};

#[test]
fn local_sensitivities_are_derivatives_with_units() {
    let mut d = desk();
    d.value("let s = sensitivity(#{k: 2.uM, n: 3.0}, |p| #{power: (p.k / 1.uM) ** p.n, half: p.k / 2, none: 0.0});");
    assert_eq!(d.value("s.len()"), "6");
    let row = |d: &mut Desk, p: &str, o: &str, key: &str| {
        d.value(&format!("s.filter(|r| r.parameter == \"{p}\" && r.output == \"{o}\")[0].{key}"))
    };
    let near = |text: String, x: f64| (text.parse::<f64>().unwrap() - x).abs() < 1e-4;
    assert!(near(row(&mut d, "k", "power", "unscaled"), 12.0));
    assert!(near(row(&mut d, "k", "power", "scaled"), 3.0));
    assert!(near(row(&mut d, "n", "power", "scaled"), 3.0 * 2f64.ln()));
    assert!(near(row(&mut d, "k", "half", "scaled"), 1.0));
    assert_eq!(row(&mut d, "k", "power", "unit"), "1/uM");
    assert_eq!(row(&mut d, "k", "half", "unit"), "");
    assert_eq!(row(&mut d, "n", "half", "unit"), "uM");
    assert_eq!(row(&mut d, "k", "none", "scaled"), "");
}

/// Ishigami & Homma (1990) with a = 7 and b = 0.1, whose indices are integrals that can be solved.
#[test]
fn the_ishigami_function_has_its_indices() {
    let mut d = desk();
    d.value(
        "let pi = 3.141592653589793;
        let region = #{a: [-pi, pi], b: [-pi, pi], c: [-pi, pi]};
        let ishigami = |x| sin(x.a) + 7 * sin(x.b) ** 2 + 0.1 * x.c ** 4 * sin(x.a);
        let s = sobol_indices(region, ishigami, #{samples: 2048, seed: 1});
        let m = morris(region, ishigami, #{trajectories: 50, levels: 8});",
    );
    let pi = std::f64::consts::PI;
    let v1 = 0.5 * (1.0 + 0.1 * pi.powi(4) / 5.0).powi(2);
    let (v2, v13) = (49.0 / 8.0, 0.01 * pi.powi(8) * 8.0 / 225.0);
    let v = v1 + v2 + v13;
    for (row, first, total) in [(0, v1 / v, (v1 + v13) / v), (1, v2 / v, v2 / v), (2, 0.0, v13 / v)]
    {
        for (key, right) in [("first", first), ("total", total)] {
            let found = d.number(&format!("s[{row}].{key}"));
            assert!((found - right).abs() < 0.04, "{row} {key}: {found} for {right}");
            let (low, high) = (
                d.number(&format!("s[{row}].{key}_low")),
                d.number(&format!("s[{row}].{key}_high")),
            );
            assert!(low < found && found < high && high - low < 0.2);
        }
    }
    // Screening sees that the third acts only together with the first.
    assert!(d.number("m[2].mu_star") > 1.0 && d.number("m[2].sigma") > 1.0);
}

#[test]
fn a_plane_has_effects_of_its_slopes() {
    let mut d = desk();
    d.value(
        "let m = morris(#{a: [0.0, 2.0], b: [1.min, 3.min], c: [0.1, 10.0]},
        |p| #{y: 3.0 * p.a - p.b / 1.min, z: 2 * p.b}, #{log: [\"c\"], trajectories: 5});",
    );
    assert!((d.number("m[0].mu") - 6.0).abs() < 1e-9 && (d.number("m[2].mu") + 2.0).abs() < 1e-9);
    assert_eq!(d.value("m[3].unit"), "min");
    assert!((d.number("m[3].mu_star") - 4.0).abs() < 1e-9 && d.number("m[4].mu_star") == 0.0);
}

#[test]
fn the_number_of_threads_changes_no_digit() {
    on_any_threads(|| {
        let mut d = desk();
        d.value(
            "quick_start_vm(\"ecoli\");
                let f = |p| {
                    start_transcription([\"lacZ\"], #{strength: 5 * p.b});
                    #{u: run(20.s).final(\"lacZ.mrna\") + p.a, v: p.a / p.b}
                };",
        );
        [
            "morris(#{a: [0.0, 1.0], b: [1.0, 2.0]}, f, #{trajectories: 4})",
            "sobol_indices(#{a: [0.0, 1.0], b: [1.0, 2.0]}, f, #{samples: 8})",
            "sensitivity(#{a: 1.0, b: 2.0}, f)",
        ]
        .map(|text| d.value(&format!("let t = {text}; t.markdown()")))
        .concat()
    });
}

#[test]
fn errors_name_the_point_or_what_would_be_right() {
    let mut d = desk();
    let error = d.wrong("morris(#{k: [1.0, 2.0]}, |p| { if p.k > 1.5 { throw \"far\" } p.k })");
    let all = format!("{error}");
    assert!(all.contains("far") && all.contains("k = "), "{all}");
    d.all_advised(&[
        ("sensitivity(#{}, |p| 1)", "at least one parameter"),
        ("sensitivity(#{k: \"1\"}, |p| 1)", "`k` of sensitivity"),
        ("sensitivity(#{k: 1.0}, |p| \"x\")", "a number or a quantity"),
        ("sensitivity(#{k: 1.0}, |p| [1])", "an array"),
        ("sensitivity(#{k: 1.0}, |p| #{})", "an empty map"),
        ("sensitivity(#{k: 1.0}, |p| 0.0 / 0.0)", "a finite number"),
        ("sensitivity(#{k: 1.0}, |p| p.k, #{step: 2})", "below 1"),
        ("sensitivity(#{k: 1.0}, |p| if p.k > 1.0 { 1.uM } else { 1.0 })", "of one kind"),
        ("sensitivity(#{k: 1.0}, |p| if p.k > 1.0 { #{a: 1} } else { #{b: 1} })", "the same keys"),
        ("morris(#{k: [2.0, 1.0]}, |p| p.k)", "the lower bound must be below"),
        ("morris(#{k: 1.0}, |p| p.k)", "an array of two numbers"),
        ("morris(#{}, |p| 1)", "at least one parameter"),
        ("morris(#{k: [1.0, 2.0]}, |p| p.k, #{levels: 3})", "an even number"),
        ("morris(#{k: [1.0, 2.0]}, |p| p.k, #{trajektories: 3})", "did you mean `trajectories`"),
        ("morris(#{k: [1.0, 2.0]}, |p| p.k, #{log: [\"q\"]})", "unknown parameter `q`"),
        ("morris(#{k: [0.0, 2.0]}, |p| p.k, #{log: true})", "it must be above 0"),
        ("sobol_indices(#{k: [1.0, 2.0]}, |p| 3)", "nothing varies it"),
        ("sobol_indices(#{k: [1.0, 2.0]}, |p| #{a: p.k, b: 1})", "`b`: the output is 1 everywhere"),
        ("sobol_indices(#{k: [1.0, 2.0]}, |p| p.k, #{samples: 1})", "from 4"),
        ("sobol_indices(#{k: [1.0, 2.0]}, |p| p.k, #{level: 2})", "below 1"),
        ("sobol(#{k: [1.0, 2.0]}, |p| p.k)", "`sobol_indices(ranges, function)`"),
        ("sobol_indeces(#{k: [1.0, 2.0]}, |p| p.k)", "sobol_indices"),
    ]);
}

/// What the front end learns, and an error of the kind of a result at the first point.
#[test]
fn progress_is_told_and_wrong_kinds_at_once() {
    let seen = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let hand = seen.clone();
    let mut d = Desk::heard(WorldOptions::default(), move |output| {
        if let Output::Points { done, of } = output {
            hand.borrow_mut().push((*done, *of));
        }
    });
    d.value("morris(#{k: [1.0, 2.0]}, |p| p.k, #{trajectories: 3})");
    assert_eq!(seen.borrow().last(), Some(&(6, 6)));
    seen.borrow_mut().clear();
    for (function, said) in [
        ("|x| [x]", "an array"),
        ("|x| #{a: [x]}", "as `a`"),
        ("|x| #{value: x}", "under another name"),
        ("|x| run(1.s)", "a trace"),
    ] {
        let error = d.wrong(&format!("sweep(0..10000, {function})"));
        assert!(error.message.contains(said), "{function}: {error}");
    }
    assert!(seen.borrow().len() < 1000, "{}", seen.borrow().len());
    let error = d.wrong("sweep(0..5000, |x| if x < 3 { x } else { \"a\" })");
    assert!(error.message.contains("of the kind that it gave at the points before"), "{error}");
    assert!(error.to_string().contains("value = 3"), "{error}");
    d.value("sweep(0..4, |x| if x < 2 { () } else { x })");
}

/// Who catches an error learns the row, whoever has raised it; what a script throws stays as it is.
#[test]
fn caught_errors_know_the_row() {
    let mut d = desk();
    d.value("let t = table(#{a: [1, 2, 3]});");
    let rows = [
        ("t.filter(|r| r.a < 2 || r.b)", 1),
        ("t.filter(|r| if r.a == 3 { vm(\"nobody\") } else { true })", 2),
        ("t.with_column(\"b\", |r| if r.a == 2 { vm(\"nobody\") } else { 1 })", 1),
    ];
    for (text, row) in rows {
        let said = format!(", at row {row} (counted from 0)");
        let message =
            d.value(&format!("let m = \"\"; try {{ {text}; }} catch (e) {{ m = e.message; }} m"));
        assert!(message.ends_with(&said), "{text}: {message}");
        // What is not caught tells it with what was called, once.
        let error = d.wrong(text);
        assert!(!error.message.contains(" at "), "{error}");
    }
    let thrown = "let m = 0; try { t.filter(|r| { throw 7 }); } catch (e) { m = e; } m";
    assert_eq!(d.value(thrown), "7");
}
