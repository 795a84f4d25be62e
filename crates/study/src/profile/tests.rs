use super::*;
use crate::{Parameter, Space};
use bioxen_engine::rng::{Rng, Seed};

type Answer = Result<Vec<f64>, String>;

fn fitted(space: Vec<Parameter>, f: impl Fn(&[f64]) -> Answer + Sync) -> Fit {
    let options = least_squares::Options::default();
    least_squares::fit(&Space::new(space).unwrap(), f, &options, &StopToken::new()).unwrap()
}

#[test]
fn the_interval_of_a_linear_model_is_that_of_its_standard_error() {
    let mut rng = Rng::new(Seed::new(3));
    let x: Vec<f64> = (0..12).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| 2.0 - 0.7 * x + 0.3 * rng.normal()).collect();
    let line =
        |p: &[f64]| -> Answer { Ok(x.iter().zip(&y).map(|(x, y)| p[0] + p[1] * x - y).collect()) };
    let fit = fitted(vec![Parameter::new("a", 1.0), Parameter::new("b", 1.0)], line);
    for level in [0.68, 0.95] {
        let options = Options { level, ..Options::default() };
        for p in profiles(&fit, line, &options, &StopToken::new()).unwrap() {
            let (low, high) = fit.interval(&p.name, level).unwrap();
            assert!((p.lower.end().unwrap() - low).abs() < 1e-6, "{p:?} {low}");
            assert!((p.upper.end().unwrap() - high).abs() < 1e-6, "{p:?} {high}");
            assert_eq!((p.verdict, p.better), (Verdict::Identifiable, None));
            assert!(p.points.is_sorted_by(|a, b| a.value <= b.value));
            // A parabola.
            for point in &p.points {
                let z = (point.value - p.value) / fit.standard_error(&p.name).unwrap();
                assert!(
                    (point.rss - fit.misfit.rss - (z * fit.sigma).powi(2)).abs() < 1e-6 * point.rss
                );
            }
        }
    }
}

#[test]
fn what_the_data_do_not_tell_is_said() {
    let t: Vec<f64> = (0..10).map(|i| 0.1 * f64::from(i)).collect();
    let noise: Vec<f64> = {
        let mut r = Rng::new(Seed::new(8));
        t.iter().map(|_| 0.01 * r.normal()).collect()
    };
    // a b: one of the two.
    let product = |p: &[f64]| -> Answer {
        Ok(t.iter().zip(&noise).map(|(t, e)| p[0] * p[1] * t - 2.0 * t - e).collect())
    };
    let fit = fitted(vec![Parameter::new("a", 1.0).log(), Parameter::new("b", 1.0).log()], product);
    assert_eq!(fit.undetermined.degeneracies.len(), 1);
    for p in profiles(&fit, product, &Options::default(), &StopToken::new()).unwrap() {
        assert_eq!(p.verdict, Verdict::StructurallyNot, "{:?} {:?}", p.lower, p.upper);
        assert!(matches!((p.lower, p.upper), (Side::Open(_), Side::Open(_))));
    }
    // Saturation that is not reached: only a lower end.
    let saturating = |p: &[f64]| -> Answer {
        Ok(t.iter().zip(&noise).map(|(t, e)| p[0] * t / (1.0 + t / p[1]) - t - e).collect())
    };
    let fit =
        fitted(vec![Parameter::new("v", 1.0).log(), Parameter::new("k", 20.0).log()], saturating);
    let k = profile(&fit, saturating, "k", &Options::default(), &StopToken::new()).unwrap();
    assert_eq!(k.verdict, Verdict::PracticallyNot, "{:?} {:?}", k.lower, k.upper);
    assert!(k.lower.end().is_some_and(|l| l > 1.0) && matches!(k.upper, Side::Open(_)));
    let v = profile(&fit, saturating, "v", &Options::default(), &StopToken::new()).unwrap();
    assert_eq!(v.verdict, Verdict::Identifiable);
    assert!(v.verdict.to_string().starts_with("identifiable"));
}

#[test]
fn bounds_failures_and_stops_end_a_side() {
    let y = [0.9, 1.1, 1.0, 1.2];
    let mean = |p: &[f64]| -> Answer {
        if p[0] > 1.1 { Err("too much".into()) } else { Ok(y.iter().map(|y| p[0] - y).collect()) }
    };
    let fit = fitted(vec![Parameter::new("m", 1.0).between(0.95, 10.0)], mean);
    let p = profile(&fit, mean, "m", &Options::default(), &StopToken::new()).unwrap();
    assert_eq!(p.lower, Side::Bound(0.95));
    assert!(matches!(p.upper, Side::Fails(v) if (v - 1.1).abs() < 1e-4), "{:?}", p.upper);
    assert_eq!(p.verdict, Verdict::PracticallyNot);
    let stop = StopToken::new();
    stop.stop();
    let p = profile(&fit, mean, "m", &Options::default(), &stop).unwrap();
    assert_eq!(p.verdict, Verdict::Unknown);
    let error = |o: Options, name: &str| {
        profile(&fit, mean, name, &o, &StopToken::new()).unwrap_err().to_string()
    };
    assert!(error(Options::default(), "n").contains("unknown parameter `n`"));
    assert!(error(Options { level: 1.0, ..Options::default() }, "m").contains("the level is 1"));
    assert!(error(Options { reach: f64::NAN, ..Options::default() }, "m").contains("the reach"));
    let exact =
        fitted(vec![Parameter::new("m", 1.0)], |p: &[f64]| -> Answer { Ok(vec![p[0] - 2.0]) });
    let none = profile(
        &exact,
        |p: &[f64]| -> Answer { Ok(vec![p[0] - 2.0]) },
        "m",
        &Options::default(),
        &StopToken::new(),
    );
    assert!(none.unwrap_err().to_string().contains("nothing to estimate it from"));
}
