//! Noise of fits: of known size, estimated, following what is predicted.

use super::{Desk, desk};
use crate::desk::cells;

/// A decay over two decades, with noise of 3 % and a good generator of none.
const DATA: &str = "let times = []; for i in 0..40 { times.push(0.1 * i); }
    let wave = |i| sin(12.9898 * i) + sin(78.233 * i + 1.0);
    let data = []; for i in 0..40 { data.push(90.0 * exp(-times[i]) * (1.0 + 0.03 * wave.call(i))); }
    let model = |p| times.map(|t| p.a * exp(-p.k * t));";

fn close(d: &mut Desk, left: &str, right: &str, slack: f64) {
    let (a, b) = (d.number(left), d.number(right));
    assert!((a / b - 1.0).abs() < slack, "{left} = {a}, {right} = {b}");
}

#[test]
fn proportional_noise_is_to_first_order_that_of_logarithms() {
    let mut d = desk();
    d.value(DATA);
    d.value(
        "let f = fit(#{a: 1.0, k: 0.5}, model, data, #{noise: \"proportional\"});
        let l = fit(#{a: 1.0, k: 0.5}, |p| times.map(|t| ln(p.a) - p.k * t), data.map(|x| ln(x)));",
    );
    close(&mut d, "f.values.a", "l.values.a", 2e-3);
    close(&mut d, "f.values.k", "l.values.k", 2e-3);
    close(&mut d, "f.sigma.fraction", "l.sigma", 0.05);
    close(&mut d, "f.errors.k", "l.errors.k", 0.06);
    // The likelihood is the whole one: that of the logarithms with the change of variables.
    close(&mut d, "f.log_likelihood", "l.log_likelihood - sum(data.map(|x| ln(x)))", 1e-2);
    close(&mut d, "f.aic", "6 - 2 * f.log_likelihood", 1e-12);
}

#[test]
fn known_sizes_are_those_of_sigma() {
    let mut d = desk();
    d.value(DATA);
    d.transcript(
        r#"
        let a = fit(#{a: 1.0, k: 0.5}, model, data, #{sigma: 2.0});
            let b = fit(#{a: 1.0, k: 0.5}, model, data, #{noise: "constant", sigma: 2.0});
            let c = fit(#{a: 1.0, k: 0.5}, model, data, #{noise: #{constant: 2.0}});
            let e = fit(#{a: 1.0, k: 0.5}, model, data);
            let g = fit(#{a: 1.0, k: 0.5}, model, data, #{noise: "estimated"});
        a.to_map() == b.to_map() || a.values == b.values && a.aic == b.aic => true
        a.values == c.values && a.errors == c.errors && a.aic == c.aic => true
        e.values == g.values && e.errors == g.errors && e.sigma == g.sigma => true
        // A fraction that is known needs no estimate; small constants beside it change nothing.
        let p = fit(#{a: 1.0, k: 0.5}, model, data, #{noise: #{fraction: 3.percent}});
            let q = fit(#{a: 1.0, k: 0.5}, model, data, #{noise: #{fraction: 0.03, constant: 1e-6}});
        "#,
    );
    close(&mut d, "p.values.k", "q.values.k", 1e-6);
    close(&mut d, "p.errors.k", "q.errors.k", 1e-4);
    assert_eq!(d.value("p.sigma.fraction"), "0.03");
}

#[test]
fn sizes_of_each_set_are_estimated_and_told() {
    let mut d = desk();
    d.value(DATA);
    d.value(
        "let rough = data.map(|x| x); for i in 0..40 { rough[i] += 5.0 * wave.call(7 * i + 3); }
        let f = fit(#{a: 1.0, k: 0.5}, |p| #{fine: model.call(p), rough: model.call(p)}, #{fine: data, rough: rough},
            #{noise: #{fine: \"combined\", rough: \"estimated\"}, profile: true});",
    );
    assert!((d.number("f.sigma.rough") - 5.0).abs() < 1.0);
    d.transcript(
        r#"
        f.sigma.fine.keys().to_string() => ["constant", "fraction"]
        f.table.len() => 5
        f.names[4] => noise.rough.constant
        "#,
    );
    assert!(d.value("f.noise.to_string()").contains("of `rough`: constant, estimated: "));
    // At the best size the residuals have a mean square of 1.
    assert!((d.number("sum(f.residuals.rough.map(|r| r * r))") / 40.0 - 1.0).abs() < 1e-3);
}

#[test]
fn wrong_noise_is_told() {
    let mut d = desk();
    d.value(DATA);
    for [noise, said] in cells(
        r#"
        noise: "proportinal" | did you mean `proportional`
        noise: "constant" | needs its size
        noise: "proportional", sigma: 2.0 | left out
        noise: #{constant: -1} | a constant above 0
        noise: #{constant: 1.uM} | a constant above 0
        noise: #{fraction: "many"} | a fraction above 0
        noise: #{} | an empty map
        noise: #{konstant: 1} | unknown option `konstant`
        noise: 3 | "estimated"
        noise: "proportional", sigma: #{a: 1} | left out
        "#,
    ) {
        let error = d.wrong(&format!("fit(#{{a: 1.0, k: 0.5}}, model, data, #{{{noise}}})"));
        assert!(error.message.contains(said), "{noise}: {error}");
    }
    // Noise that follows a prediction of nothing has no size.
    let error =
        d.wrong("fit(#{a: 1.0}, |p| [p.a, 0 * p.a], [1.0, 0.1], #{noise: \"proportional\"})");
    assert!(error.message.contains("must be above 0 (the prediction is 0"), "{error}");
}

#[test]
fn a_model_that_meets_its_data_has_no_noise() {
    let mut d = desk();
    d.value("let f = fit(#{a: 1.0, b: 0.0}, |p| #{x: [p.a, p.a], y: [p.b, p.b, p.b]}, #{x: [2.0, 2.0], y: [1.0, 2.0, 3.0]},
        #{noise: #{x: \"estimated\", y: \"estimated\"}});");
    assert!(
        (d.number("f.values.a") - 2.0).abs() < 1e-6 && (d.number("f.values.b") - 2.0).abs() < 1e-6
    );
    let told = d.value("f.told.to_string()");
    assert!(told.contains("`noise.x.constant` vanishes"), "{told}");
}
