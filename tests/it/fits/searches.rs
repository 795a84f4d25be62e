//! Fits that look beyond the starts, and samples.

use super::desk;
use crate::desk::on_any_threads;

/// A sine whose frequency has many local optima.
const WAVE: &str = "let xs = []; for i in 0..30 { xs.push(0.2 * i); }
    let data = xs.map(|x| 2.0 * sin(3.7 * x));
    let wave = |p| xs.map(|x| p.a * sin(p.w * x));
    let region = #{a: #{min: 0.1, max: 10.0, log: true}, w: #{min: 0.1, max: 8.0}};";

#[test]
fn searches_find_what_a_start_does_not() {
    let mut d = desk();
    d.value(WAVE);
    let near = d.number("fit(#{a: 1.0, w: 1.0}, wave, data).rss");
    assert!(near > 1.0, "{near}");
    for method in ["global", "evolution", "cma_es", "multistart"] {
        let more = if method == "multistart" { "starts: 40" } else { "evaluations: 4000" };
        d.value(&format!(
            "let f = fit(region, wave, data, #{{method: \"{method}\", {more}, seed: 3}});"
        ));
        let found = d.number("f.rss");
        if method != "cma_es" {
            assert!(
                found < 1e-8 && (d.number("f.values.w") - 3.7).abs() < 1e-6,
                "{method}: {found}"
            );
        }
    }
    assert_eq!(d.value("f.starts.number"), "40");
    assert!(d.number("f.starts.at_best") >= 1.0);
}

#[test]
fn a_seed_gives_the_same_bytes_on_any_number_of_threads() {
    on_any_threads(|| {
        let mut d = desk();
        d.value(WAVE);
        d.value("let noisy = []; for i in 0..30 { noisy.push(data[i] + 0.1 * sin(50.0 * i)); }");
        let mut all = String::new();
        for how in [
            "method: \"global\", evaluations: 2000, mcmc: #{samples: 200, burn_in: 200}",
            "method: \"cma_es\", seed: 4, noise: \"combined\", evaluations: 2000",
            "method: \"multistart\", starts: 6, profile: true",
        ] {
            d.value(&format!("let f = fit(region, wave, noisy, #{{{how}}});"));
            all += &d.value("f.to_json()");
        }
        all
    });
}

/// A mean with known noise has a normal posterior; with unknown noise it is Student's t. Tables of both quantiles.
#[test]
fn samples_of_a_linear_model_have_its_quantiles() {
    let mut d = desk();
    d.value(
        "let data = [1.0, 3.0, 2.0, 5.0, 4.0, 3.5, 2.5, 3.0];
        let how = #{samples: 8000, burn_in: 2000, seed: 1};
        let f = fit(#{m: 1.0}, |p| data.map(|x| p.m), data, #{sigma: 2.0, mcmc: how});
        let p = f.posterior[0];",
    );
    let (m, error) = (3.0, 2.0 / 8f64.sqrt());
    assert!((d.number("p.mean") - m).abs() < 0.05 * error);
    assert!((d.number("p.sd") / error - 1.0).abs() < 0.05);
    assert!((d.number("p.low") - (m - 1.959_964 * error)).abs() < 0.12 * error);
    assert!((d.number("p.high") - (m + 1.959_964 * error)).abs() < 0.12 * error);
    assert!(d.number("p.r_hat") < 1.01 && d.number("p.ess") > 1000.0);
    assert_eq!(d.value("f.samples.len()"), "32000");
    d.value(
        "let f = fit(#{m: 1.0}, |p| data.map(|x| p.m), data, #{mcmc: how}); let p = f.posterior[0];",
    );
    let error = d.number("f.errors.m");
    // Seven degrees of freedom.
    assert!((d.number("p.high") - (3.0 + 2.364_624 * error)).abs() < 0.2 * error);
    assert!((d.number("p.low") - (3.0 - 2.364_624 * error)).abs() < 0.2 * error);
}

#[test]
fn what_a_search_needs_is_told() {
    let mut d = desk();
    d.value(WAVE);
    d.transcript(
        r#"
        fit(#{a: 1.0, w: #{min: 0, max: 1}}, wave, data, #{method: "global"}) !! bounds of `a`; it lacks `min` and `max`
        fit(#{a: #{start: 1, min: 0}}, wave, data, #{method: "multistart"}) !! it lacks `max`
        fit(#{a: #{min: 0.0, max: 1.0, log: true}}, wave, data, #{method: "global"}) !! it must be above 0
        fit(region, wave, data, #{method: "globl"}) !! did you mean `global`
        fit(region, wave, data, #{method: "multistart", starts: 0}) !! starts
        fit(region, wave, data, #{method: "global", starts: 3}) !! needs the method "multistart"
        fit(#{a: 1.0, w: 1.0}, wave, data, #{evaluations: 3}) !! needs the method "global"
        fit(#{a: 1.0, w: 1.0}, wave, data, #{mcmc: 3}) !! true, or a map
        fit(#{a: 1.0, w: 1.0}, wave, data, #{mcmc: #{sample: 3}}) !! did you mean `samples`
        fit(#{a: 1.0, w: 1.0}, wave, data, #{mcmc: #{samples: 1000000}}) !! at most 1000000
        fit(region, wave, data) !! needs a start
        fit(region, wave, data, #{method: "global", evaluations: 1}) !! one generation
        "#,
    );
}
