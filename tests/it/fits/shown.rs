//! How fits are shown.

use super::{Desk, desk};

const LINE: &str = "let xs = [1, 2, 3, 4];
    let f = fit(#{a: 1.0, b: 0.0}, |p| xs.map(|x| p.a * x + p.b), [1.1, 1.9, 3.2, 3.9], #{x: xs});";

/// A desk with the fit of a line, `f`.
fn with_line() -> Desk {
    let mut d = desk();
    d.value(LINE);
    d
}

#[test]
fn a_fit_shows_as_its_report() {
    let mut d = with_line();
    let text = d.value("f");
    assert!(text.starts_with("Fit of 2 parameters to 4 values\nConverged: "), "{text}");
    assert!(
        text.contains("\na   ")
            && text.contains("Noise: constant, estimated")
            && text.contains("AIC ")
    );
    assert_eq!(d.value("`${f}`"), text);
    let display = d.session.eval_rich("f", "test").unwrap().unwrap();
    let markdown = display.markdown.clone().unwrap();
    assert!(markdown.starts_with("### Fit of 2 parameters to 4 values\n\n"), "{markdown}");
    assert!(markdown.contains("| a |") && markdown.contains("95 % intervals"), "{markdown}");
    assert_eq!(d.value("f.report"), markdown.clone());
    let html = display.html(&bioxen::engine::StopToken::new()).unwrap();
    assert!(html.starts_with("<div class=\"bioxen-fit\"><h4>Fit of"), "{html}");
}

#[test]
fn properties_are_those_of_a_map() {
    let mut d = with_line();
    d.transcript(
        r#"
        f.values.a == f["values"]["a"] && "errors" in f && !("x" in f) => true
        f.to_map().values == f.values && type_of(f) == "Fit" => true
        let m = f.to_map(); m.values.a = 7; m.values.a != f.values.a => true
        f.valus !! did you mean `values`
        f.values = 1 !! a fit cannot be changed
        // JSON of the language and of programs.
        parse_json(f.to_json()).values.a == f.values.a => true
        parse_json(f.to_json()).table[0].parameter => a
        "#,
    );
    d.value("f");
    let json = d.session.last_json();
    assert!(json["values"]["a"].is_number() && json["converged"] == true, "{json}");
}

#[test]
fn a_figure_has_points_over_the_model() {
    let mut d = with_line();
    d.value("let figure = plot(f, #{labels: #{x: \"dose\"}, title: \"Line\"});");
    assert!(d.value("figure").contains("Line"));
    d.value("plot(f)");
    let error = d.wrong("plot(f, #{labls: 1})");
    assert!(error.message.contains("did you mean `labels`"), "{error}");
    d.value("plot(fit(#{a: 1.0}, |p| #{m: [p.a], n: [p.a * 1.uM]}, #{m: [1.0], n: [2.uM]}, #{sigma: #{m: 1, n: 1.uM}}))");
}
