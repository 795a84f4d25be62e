//! Fits of functions of scripts to what was measured.

mod noise;
mod odd;
mod searches;
mod sets;
mod shown;

use crate::desk::{Desk, desk, on_any_threads};

const DECAY: &str = "let times = [0, 1, 2, 4, 6, 9];
    let measured = times.map(|t| 50.0 * exp(-0.3 * t));
    let model = |p| times.map(|t| p.start * exp(-p.rate * t));";

#[test]
fn parameters_that_made_the_data_come_back() {
    let mut d = desk();
    d.value(DECAY);
    d.value(
        "let f = fit(#{start: 1.0, rate: #{start: 2.0, min: 0.01, log: true}}, model, measured);",
    );
    assert!((d.number("f.values.start") - 50.0).abs() < 1e-5);
    assert!((d.number("f.values.rate") - 0.3).abs() < 1e-8);
    assert_eq!(d.value("f.converged"), "true");
    assert!(d.number("f.rss") < 1e-8);
    // A line has a known answer (by hand): slope 0.7 with an error of sqrt(0.02 / 3 / 2).
    d.value(
        "let l = fit(#{a: 0.0, b: 0.0}, |p| [0, 1, 2].map(|x| p.a + p.b * x), [1.0, 1.8, 2.4]);",
    );
    assert!((d.number("l.values.b") - 0.7).abs() < 1e-9);
    assert!((d.number("l.errors.b") - (0.006_666_666_666_7_f64 / 2.0).sqrt()).abs() < 1e-8);
}

/// A cell is simulated with a strength, and the fit finds it, with the laboratory as it was.
#[test]
fn a_strength_is_found_from_the_proteins_that_it_makes() {
    let mut d = desk();
    d.value(
        "let cell = quick_start_vm(\"ecoli\"); cell.set_limits(#{max_ribosomes: 3000});
        solver(\"deterministic\");
        let seen = 0;
        let grown = |p| {
            seen += 1;
            start_transcription([\"lacZ\"], #{strength: p.strength});
            let t = run(20.min);
            [5, 10, 20].map(|m| t.value_at(\"lacZ.protein\", m.min))
        };
        let start = snapshot_all();
        let measured = grown.call(#{strength: 3.0});
        restore_all(start);
        let f = fit(#{strength: #{start: 1.0, min: 0.01, max: 100.0, log: true}}, grown, measured);",
    );
    assert!((d.number("f.values.strength") - 3.0).abs() < 1e-3);
    assert_eq!(d.value("[now(), seen, cell.transcribing().len()].to_string()"), "[0 s, 1, 0]");
}

#[test]
fn the_number_of_threads_changes_no_digit() {
    on_any_threads(|| {
        let mut d = desk();
        d.value(DECAY);
        d.value(
                "fit(#{start: 1.0, rate: 1.0}, model, measured.map(|x| round(x, 0)), #{profile: true}).to_string()",
            )
    });
}

#[test]
fn what_the_data_do_not_determine_is_told() {
    let mut d = desk();
    d.value(
        "let f = fit(#{a: 1.0, b: 1.0}, |p| [1, 2, 3].map(|x| p.a * p.b * x), [2.0, 4.1, 6.0]);",
    );
    let told = d.value("f.told.to_string()");
    assert!(told.contains("`a` and `b` cannot be told apart"), "{told}");
    assert_eq!(d.value("f.errors.a == ()"), "true");
    d.value(
        "let g = fit(#{a: 1.0, c: 1.0}, |p| [1, 2, 3].map(|x| p.a * x + 0 * p.c), [2.0, 4.1, 6.0],
            #{sigma: 0.1, profile: true});",
    );
    let told = d.value("g.identifiable.to_string()");
    assert!(told.contains("\"a\": \"identifiable"), "{told}");
    assert!(told.contains("\"c\": \"structurally not identifiable"), "{told}");
}

#[test]
fn a_dose_response_has_units_and_says_what_is_wrong() {
    let mut d = desk();
    d.value(
        "let doses = [0.uM, 1.uM, 2.uM, 5.uM, 10.uM, 50.uM];
        let responses = doses.map(|x| 3.0 + 7.0 * (x / 4.uM) ** 2 / (1.0 + (x / 4.uM) ** 2));
        let h = dose_response(doses, responses);",
    );
    assert!((d.number("h.ec50 / 1.uM") - 4.0).abs() < 1e-6);
    assert!((d.number("h.n") - 2.0).abs() < 1e-6);
    assert_eq!(d.value("h.rising && h.curve.dose.len() == 100 && h.told.len() == 0"), "true");
    d.refused("dose_response([1, 2, 3], [1, 2, 3])", "at least 4");
    let error = d.wrong("dose_response([1, 2, 3, 4], [1, 2, 3])");
    assert!(error.message.contains('4') && error.message.contains('3'), "{error}");
}

#[test]
fn what_cannot_be_fitted_is_told_at_its_place() {
    let mut d = desk();
    d.value(DECAY);
    d.transcript(
        r#"
        fit(#{start: "1"}, model, measured) !! `start` of fit
        fit(#{start: #{min: 1}}, model, measured) !! needs a start
        fit(#{start: #{begin: 1}}, model, measured) !! unknown option `begin`
        fit(#{start: 1.0, rate: 1.0}, |p| [1, 2], measured) !! 2 for 6
        fit(#{start: 1.0, rate: 1.0}, |p| 3, measured) !! an array with a value
        fit(#{start: 1.0, rate: 1.0}, |p| p.rat, measured) !! no key `rat`
        fit(#{start: 1.0}, model, []) !! an empty one
        fit(#{a: 1.0}, |p| [p.a], [1.0], #{sigma: -1}) !! sigma
        fit(#{a: 1.0}, |p| [p.a], [1.0], #{levle: 0.9}) !! did you mean `level`
        fit(#{}, |p| [1], [1.0]) !! parameter
        "#,
    );
}
