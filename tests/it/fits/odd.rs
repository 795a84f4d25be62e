//! Odd uses of fits.

use super::{Desk, desk};
use bioxen::engine::Interrupt;
use bioxen::lang::{Output, WorldOptions};

#[test]
fn odd_data_and_parameters_are_answered() {
    let mut d = desk();
    d.value("let line = |p| [1, 2, 3].map(|x| p.a * x);");
    d.all_advised(&[
        ("fit(#{a: 1.0}, line, [])", "an empty one"),
        ("fit(#{a: 1.0}, line, [1.0, 2.0, \"3\"])", "number 2"),
        ("fit(#{a: 1.0}, line, [1.0, 2.0, 3.uM])", "number 2"),
        ("fit(#{a: 1.0}, line, [1.uM, 2.uM, 3.uM])", "of the same kind"),
        ("fit(#{a: 1.0}, line, [1.0, 2.0, 1.0 / 0.0])", "finite"),
        (
            "fit(#{a: #{start: 5.0, min: 0, max: 1}}, line, [1, 2, 3])",
            "starts at 5, outside of 0 to 1",
        ),
        (
            "fit(#{a: #{start: 5.0, min: 7, max: 1}}, line, [1, 2, 3])",
            "the lower bound must be below",
        ),
        ("fit(#{a: #{start: -1.0, log: true}}, line, [1, 2, 3])", "logarithmic scale"),
        ("fit(#{a: 0.0 / 0.0}, line, [1, 2, 3])", "`a` starts at NaN"),
        ("fit(#{a: 1.0}, |p| [0.0 / 0.0, 1, 2], [1, 2, 3])", "number 1 of the result is NaN"),
        ("fit(#{a: 1.0}, |p| { throw \"no\" }, [1, 2, 3])", "no"),
        ("fit(#{a: 1.0}, |p, q| [1], [1, 2, 3])", "closure"),
        ("fit(#{a: 1.0}, |p| [1, 2, ()], [1, 2, 3])", "nothing"),
        ("fit(#{a: #{start: 1.0, own: 3}}, line, [1, 2, 3])", "own"),
        ("fit(#{a: 1.0}, line, [1, 2, 3], #{profile: 1})", "true or false"),
        ("fit(#{a: 1.0}, |p| [1.0], [1.0], #{profile: true})", "noise"),
        ("fit(#{a: 1.0}, |p| [p.a], [1.0], #{mcmc: true})", "nothing to sample"),
        ("let seen = [1]; fit(#{a: 1.0}, |p| { exit(); [1] }, [1])", "exit"),
    ]);
    // One value, and more parameters than values: there are values, and no errors.
    assert_eq!(d.value("fit(#{a: 1.0}, |p| [p.a], [3.0]).errors.a == ()"), "true");
    d.value("let f = fit(#{a: 1.0, b: 1.0, c: 1.0}, |p| [p.a + p.b * p.c], [3.0]);");
    assert!(d.number("f.rss") < 1e-12);
    assert_eq!(d.value("f.told.len() > 0 && !is_finite(f.aicc)"), "true");
    // A function that does not depend on the parameter at all.
    let told = d.value("fit(#{a: 1.0}, |p| [1, 2], [1.5, 2.5]).told.to_string()");
    assert!(told.contains("`a`"), "{told}");
    // It throws away from the start, where the fit must not go.
    d.value("let f = fit(#{a: 1.0}, |p| { if p.a > 2.5 { throw \"far\" } [1, 2, 3].map(|x| p.a * x) }, [2, 4, 6]);");
    assert!((d.number("f.values.a") - 2.0).abs() < 1e-6);
}

#[test]
fn a_fit_works_wherever_it_is_called() {
    let mut d = Desk::with(WorldOptions::default());
    d.write(
        "shapes.rhai",
        "fn line(p) { [1, 2, 3].map(|x| p.a * x) }
         fn fitted(data) { fit(#{a: 1.0}, |p| line(p), data).values.a }",
    );
    d.value("import \"shapes\" as shapes;");
    assert!((d.number("shapes::fitted([2, 4, 6])") - 2.0).abs() < 1e-9);
    d.value("fn inner(data) { fit(#{a: 1.0}, |p| [1, 2, 3].map(|x| p.a * x), data) }");
    assert!((d.number("inner([3, 6, 9]).values.a") - 3.0).abs() < 1e-9);
    assert!((d.number("(|data| inner(data).values.a).call([4, 8, 12])") - 4.0).abs() < 1e-9);
    // At the points of a sweep, and within the function of another fit.
    d.value("let s = sweep([1, 2, 5], |k| inner([k, 2 * k, 3 * k]).values.a);");
    assert!((d.number("s[\"result\"][2]") - 5.0).abs() < 1e-9);
    d.value("let s = sweep([1, 2], |k| inner([k, 2 * k, 3 * k]).values);");
    assert!((d.number("s[\"a\"][1]") - 2.0).abs() < 1e-9);
    d.value("let f = fit(#{b: 1.0}, |p| [inner([p.b, 2 * p.b, 3 * p.b]).values.a], [7.0]);");
    assert!((d.number("f.values.b") - 7.0).abs() < 1e-6);
}

/// A function that uses all threads itself must not wait for those that wait for it.
#[test]
fn the_function_may_use_all_threads() {
    let mut d = desk();
    d.value(
        "quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]);
        let f = fit(#{a: 1.0, b: 0.0, c: 0.0}, |p| {
            let e = ensemble(3, 20.s);
            let n = e.repetition(0).times().len();
            [1, 2, 3, 4].map(|x| p.a * x + p.b + p.c * x * x)
        }, [2, 4, 6, 9]);",
    );
    assert_eq!(d.value("f.converged"), "true");
}

#[test]
fn nothing_in_the_laboratory_is_changed() {
    let mut d = desk();
    d.value(
        "let cell = quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); solver(\"deterministic\"); run(1.min);
        let seen = 0; let given = #{a: #{start: 1.0, own: true}}; let data = #{x: [1.0, (), 3.0]};
        let f = fit(given, |p| { seen += 1; stop_transcription([\"lacZ\"]); run(1.s); #{x: [p.a.x, 1, 2 * p.a.x]} }, data,
            #{mcmc: #{samples: 20, burn_in: 20, chains: 2}, method: \"local\"});
        let s = sensitivity(#{k: 1.0}, |p| { seen += 1; run(1.s); p.k });
        let m = morris(#{k: [1.0, 2.0]}, |p| { seen += 1; run(1.s); p.k }, #{trajectories: 2});",
    );
    assert_eq!(
        d.value(
            "[now(), seen, cell.transcribing().len(), given.a.start, data.x[1] == ()].to_string()"
        ),
        "[1 min, 0, 3, 1.0, true]"
    );
}

/// The user leaves while it is sampled: the fit ends, and the next text works.
#[test]
fn an_interrupt_ends_samples_and_searches() {
    for how in ["mcmc: #{samples: 100000, chains: 2}", "method: \"global\", evaluations: 10000000"]
    {
        let slot: std::rc::Rc<std::cell::RefCell<Option<Interrupt>>> = std::rc::Rc::default();
        let (hand, mut seen) = (slot.clone(), 0);
        let mut d = Desk::heard(WorldOptions::default(), move |output| {
            if let Output::Points { .. } = output {
                seen += 1;
                if seen == 20 {
                    hand.borrow().as_ref().unwrap().stop();
                }
            }
        });
        *slot.borrow_mut() = Some(d.session.interrupt());
        d.value("let w = |p| [1, 2, 3, 4].map(|x| sin(p.a * x) + p.b);");
        let text = format!(
            "fit(#{{a: #{{start: 1.0, min: 0, max: 100}}, b: #{{start: 0.0, min: -1, max: 1}}}}, w, [0.1, 0.4, 0.2, 0.3], #{{{how}}})"
        );
        let error = d.wrong(&text);
        assert!(error.interrupted, "{how}: {error}");
        assert_eq!(d.value("1 + 1"), "2");
    }
}

/// What the function said where it failed, and data that lie further from the model than their noise explains.
#[test]
fn failures_and_misfits_are_told() {
    let mut d = desk();
    let failing = "fit(#{s: #{start: 5.0, min: 0.1, max: 50.0}}, |p| { if p.s > 6.0 { throw \"too much\"; } [p.s, 2 * p.s] }, [10.0, 20.0]).told";
    let told = d.value(failing);
    assert!(told.contains("the function failed at ") && told.contains("too much"), "{told}");
    let told = d.value(
        "fit(#{a: 1.0}, |p| [p.a, p.a, p.a, p.a], [1.0, 9.0, 2.0, 8.0], #{sigma: 0.1}).told",
    );
    assert!(told.contains("times as far from the model as their noise explains"), "{told}");
    let told = d.value(
        "fit(#{a: 1.0}, |p| [p.a, p.a, p.a, p.a], [1.0, 1.01, 0.99, 1.0], #{sigma: 5.0}).told",
    );
    assert!(told.contains("`sigma` may be too large"), "{told}");
    assert_eq!(
        d.value(
            "fit(#{a: 1.0}, |p| [p.a, p.a, p.a, p.a], [1.0, 1.1, 0.9, 1.05], #{sigma: 0.1}).told"
        ),
        "[]"
    );
    // A parameter at its bound was fitted, too: two numbers, with the noise.
    let aic =
        "fit(#{a: #{start: 1.0, max: 2.0}}, |p| [p.a, p.a, p.a, p.a], [3.0, 3.1, 3.2, 2.9]).aic";
    assert_eq!(d.value(&format!("round({aic}, 6)")), "15.786926");
}
