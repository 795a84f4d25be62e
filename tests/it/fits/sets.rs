//! Fits to several data sets.

use super::desk;

/// Two decays with one rate, and scales of their own.
const TWO: &str = "let times = [0, 1, 2, 4, 6, 9];
    let noise = [0.4, -0.7, 0.2, 0.9, -0.3, 0.5];
    let wild = []; let mutant = [];
    for i in 0..6 {
        wild.push(50.0 * exp(-0.3 * times[i]) + noise[i]);
        mutant.push(20.0 * exp(-0.3 * times[i]) - noise[i]);
    }
    let decay = |a, rate| [0, 1, 2, 4, 6, 9].map(|t| a * exp(-rate * t));";

#[test]
fn two_sets_with_shared_parameters_are_one_that_is_joined() {
    let mut d = desk();
    d.value(TWO);
    d.value(
        "let two = fit(#{a: 1.0, b: 1.0, rate: 1.0},
            |p| #{wild: decay.call(p.a, p.rate), mutant: decay.call(p.b, p.rate)},
            #{wild: wild, mutant: mutant}, #{profile: true});
        let one = fit(#{a: 1.0, b: 1.0, rate: 1.0},
            |p| decay.call(p.b, p.rate) + decay.call(p.a, p.rate), mutant + wild, #{profile: true});",
    );
    for key in
        ["values", "errors", "intervals", "correlation", "rss", "sigma", "aic", "bic", "told"]
    {
        assert_eq!(
            d.value(&format!("two.{key}.to_string()")),
            d.value(&format!("one.{key}.to_string()"))
        );
    }
    assert_eq!(d.value("two.residuals.mutant + two.residuals.wild == one.residuals"), "true");
    // The same with known noise.
    d.value(
        "let two = fit(#{a: 1.0, b: 1.0, rate: 1.0},
            |p| #{wild: decay.call(p.a, p.rate), mutant: decay.call(p.b, p.rate)},
            #{wild: wild, mutant: mutant}, #{sigma: #{wild: 0.5, mutant: [1, 2, 1, 2, 1, 2]}});
        let one = fit(#{a: 1.0, b: 1.0, rate: 1.0}, |p| decay.call(p.b, p.rate) + decay.call(p.a, p.rate),
            mutant + wild, #{sigma: [1, 2, 1, 2, 1, 2] + [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]});",
    );
    for key in ["values", "errors", "rss", "aic", "sigma"] {
        assert_eq!(
            d.value(&format!("two.{key}.to_string()")),
            d.value(&format!("one.{key}.to_string()"))
        );
    }
}

#[test]
fn sets_have_parameters_of_their_own() {
    let mut d = desk();
    d.value(TWO);
    d.value(
        "let own = fit(#{a: #{start: #{wild: 30.0, mutant: 10.0}, own: [\"mutant\", \"wild\"]}, rate: 1.0},
            |p| #{wild: decay.call(p.a.wild, p.rate), mutant: decay.call(p.a.mutant, p.rate)},
            #{wild: wild, mutant: mutant});
        let flat = fit(#{a: 30.0, b: 10.0, rate: 1.0},
            |p| #{wild: decay.call(p.a, p.rate), mutant: decay.call(p.b, p.rate)},
            #{wild: wild, mutant: mutant});",
    );
    assert!((d.number("own.values.a.wild - flat.values.a")).abs() < 1e-6);
    assert!((d.number("own.errors.a.mutant - flat.errors.b")).abs() < 1e-6);
    d.transcript(
        r#"
        own.names.to_string() => ["a.mutant", "a.wild", "rate"]
        own.intervals.a.wild.len() => 2
        // All of its own is as good as fits apart.
        let apart = fit(#{a: #{start: 10.0, own: true}, rate: #{start: 1.0, own: true}},
            |p| #{wild: decay.call(p.a.wild, p.rate.wild), mutant: decay.call(p.a.mutant, p.rate.mutant)},
            #{wild: wild, mutant: mutant});
            let alone = fit(#{a: 10.0, rate: 1.0}, |p| decay.call(p.a, p.rate), wild);
        "#,
    );
    assert!((d.number("apart.values.rate.wild - alone.values.rate")).abs() < 1e-6);
}

/// Other names give another order, and else nothing.
#[test]
fn the_order_of_data_sets_changes_nothing() {
    let mut d = desk();
    d.value(TWO);
    d.value(
        "let f = |first, second| fit(#{rate: 1.0, scale: 10.0}, |p| {
                let all = #{}; all[first] = decay.call(p.scale, p.rate); all[second] = decay.call(2.5 * p.scale, p.rate);
                all
            }, { let all = #{}; all[first] = mutant; all[second] = wild; all }, #{noise: \"proportional\"});
        let ab = f.call(\"a\", \"b\"); let ba = f.call(\"b\", \"a\");",
    );
    assert!((d.number("ab.values.rate / ba.values.rate") - 1.0).abs() < 1e-8);
    assert!((d.number("ab.log_likelihood - ba.log_likelihood")).abs() < 1e-9);
    assert!((d.number("ab.sigma.a.fraction / ba.sigma.b.fraction") - 1.0).abs() < 1e-6);
}

#[test]
fn what_was_not_measured_is_left_out_and_told() {
    let mut d = desk();
    d.value(TWO);
    d.transcript(
        r#"
        let holes = wild; holes[1] = (); holes[4] = 0.0 / 0.0;
            let gaps = fit(#{a: 10.0, rate: 1.0}, |p| decay.call(p.a, p.rate), holes, #{x: times});
            let short = fit(#{a: 10.0, rate: 1.0}, |p| [0, 2, 4, 9].map(|t| p.a * exp(-p.rate * t)),
            [wild[0], wild[2], wild[3], wild[5]]);
        gaps.values == short.values && gaps.errors == short.errors => true
        gaps.told.to_string() => ["2 of the 6 values are unknown, and were left out"]
        gaps.predicted[1] == () && gaps.residuals[4] == () && gaps.predicted.len() == 6 => true
        [gaps.data.len(), gaps.data[1].index, gaps.data[1].x].to_string() => [4, 2, 2.0]
        "#,
    );
    // What is predicted there may be anything.
    d.value("fit(#{a: 10.0}, |p| [p.a, \"?\", p.a], [1.0, (), 2.0])");
    let error = d.wrong("fit(#{a: 1.0}, |p| [p.a, p.a], [(), ()])");
    assert!(error.message.contains("2 values, all unknown"), "{error}");
}

#[test]
fn tables_and_units_are_data_too() {
    let mut d = desk();
    d.transcript(
        r#"
        let t = table(#{time: [0.min, 1.min, 2.min, 4.min], gfp: [8.0.uM, 4.1.uM, (), 0.5.uM], od: [0.1, 0.2, 0.4, 1.6]});
            let f = fit(#{c: #{start: 5.uM, min: 0.uM}, k: 0.5}, |p| t["time"].map(|t| p.c * exp(-p.k * (t / 1.min))), t,
            #{y: "gfp", x: "time"});
        f.values.c > 7.uM && f.values.c < 9.uM => true
        [f.data.unit("x"), f.data.unit("measured"), f.data.len()].to_string() => ["min", "uM", 3]
        // Sets in different units have noise of their own.
        let g = fit(#{c: 5.uM, k: 0.5, start: 0.1}, |p| #{
            gfp: t["time"].map(|t| p.c * exp(-p.k * (t / 1.min))),
            od: t["time"].map(|t| p.start * exp(p.k * (t / 1.min))),
            }, t, #{y: ["od", "gfp"]});
        g.sigma.keys().to_string() => ["gfp", "od"]
        g.data[0].set + g.data[0].unit => gfpuM
        "#,
    );
    d.all_advised(&[
        ("fit(#{c: 1.0}, |p| [], t)", "which column was measured"),
        ("fit(#{c: 1.0}, |p| [], t, #{y: \"gpf\"})", "gfp"),
        ("fit(#{c: 1.0}, |p| [p.c], [1.0], #{y: \"gfp\"})", "no table"),
        (
            "fit(#{c: 1.0}, |p| #{a: [p.c], b: [p.c]}, #{a: [1.uM], b: [1.min]}, #{sigma: 2.uM})",
            "sigma",
        ),
    ]);
}

#[test]
fn what_does_not_fit_the_sets_is_named() {
    let mut d = desk();
    d.value(TWO);
    d.transcript(
        r#"
        fit(#{a: 1.0}, |p| wild, #{wild: wild}) !! a map of arrays with the names of the data sets, not an array
        fit(#{a: 1.0}, |p| #{wilt: wild}, #{wild: wild}) !! unknown data set `wilt` (did you mean `wild`?)
        fit(#{a: 1.0}, |p| #{wild: wild}, #{wild: wild, mutant: mutant}) !! none for `mutant`
        fit(#{a: 1.0}, |p| #{wild: [1]}, #{wild: wild}) !! as `wild` must be an array with a value for each
        fit(#{a: #{start: 1.0, own: ["mutand"]}}, |p| #{}, #{wild: wild, mutant: mutant}) !! did you mean `mutant`
        fit(#{a: #{start: 1.0, own: true}}, |p| wild, wild) !! one data set without a name
        fit(#{a: 1.0}, |p| #{}, #{}) !! an empty map
        fit(#{a: 1.0}, |p| #{}, #{wild: 3}) !! the values of `wild` of fit
        fit(#{a: 1.0}, |p| 3, "text") !! a map of names and arrays, or a table
        fit(#{a: 1.0}, |p| wild, wild, #{x: [1, 2]}) !! 2 for 6
        fit(#{a: 1.0}, |p| #{wild: wild}, #{wild: wild}, #{noise: #{wilt: "estimated"}}) !! did you mean `wild`
        "#,
    );
}
