use super::*;
use crate::least_squares;

fn square(d: usize, low: f64, high: f64) -> Vec<Range> {
    (0..d).map(|i| Range::new(format!("x{i}"), low, high).unwrap()).collect()
}

fn rosenbrock(p: &[f64]) -> Result<f64, String> {
    Ok(p.windows(2).map(|w| 100.0 * (w[1] - w[0] * w[0]).powi(2) + (1.0 - w[0]).powi(2)).sum())
}

/// Ten local minima along each axis.
fn rastrigin(p: &[f64]) -> Result<f64, String> {
    let one = |x: &f64| x * x - 10.0 * (2.0 * std::f64::consts::PI * x).cos() + 10.0;
    Ok(p.iter().map(one).sum())
}

fn options(method: Method, seed: u64) -> Options {
    Options { method, seed, most_evaluations: 60_000, ..Options::default() }
}

const BOTH: [Method; 2] = [Method::DifferentialEvolution, Method::CmaEs];

#[test]
fn curved_valleys_and_many_minima_are_solved() {
    for method in BOTH {
        for seed in 0..3 {
            let stop = StopToken::new();
            let valley =
                minimise(&square(4, -3.0, 3.0), rosenbrock, &options(method, seed), &stop).unwrap();
            assert!(valley.value < 1e-8, "{method:?} {seed}: {valley:?}");
            let many =
                minimise(&square(2, -4.0, 5.0), rastrigin, &options(method, seed), &stop).unwrap();
            assert!(many.value < 1e-6, "{method:?} {seed}: {} {}", many.value, many.ended);
        }
    }
}

#[test]
fn bounds_hold_and_may_be_the_answer() {
    for method in BOTH {
        let ranges = [
            Range::new("a", 0.5, 2.0).unwrap(),
            Range::new("b", 1e-3, 1e3).unwrap().log().unwrap(),
        ];
        let objective = |p: &[f64]| match p[0] < 0.5 || p[0] > 2.0 || p[1] < 1e-3 || p[1] > 1e3 {
            true => panic!("{p:?} is outside"),
            false => Ok::<_, String>(p[0] + (p[1].ln() - 2.0).powi(2)),
        };
        let best = minimise(&ranges, objective, &options(method, 1), &StopToken::new()).unwrap();
        assert!((best.values[0] - 0.5).abs() < 1e-6, "{method:?} {best:?}");
        assert!((best.values[1].ln() - 2.0).abs() < 1e-3, "{method:?} {best:?}");
    }
}

#[test]
fn what_fails_never_wins() {
    for method in BOTH {
        let objective = |p: &[f64]| match p[0] {
            x if x < -0.5 => Ok(f64::NAN),
            x if x < 0.0 => Err("negative"),
            x if x > 2.9 => Ok(f64::NEG_INFINITY),
            x => Ok((x - 1.0).abs()),
        };
        let best =
            minimise(&square(1, -3.0, 3.0), objective, &options(method, 1), &StopToken::new())
                .unwrap();
        assert!((best.values[0] - 1.0).abs() < 1e-6, "{best:?}");
        assert!(best.failures.failed > 0 && best.failures.first.is_some());
        let few = Options { most_evaluations: 100, ..options(method, 1) };
        let none = minimise(
            &square(1, 0.0, 1.0),
            |_: &[f64]| Err::<f64, _>("broken"),
            &few,
            &StopToken::new(),
        );
        let message = none.unwrap_err().to_string();
        assert!(message.contains("failed at all") && message.contains("broken"), "{message}");
    }
}

#[test]
fn a_stop_keeps_the_best_so_far() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    for method in BOTH {
        let (stop, calls) = (StopToken::new(), AtomicUsize::new(0));
        let objective = |p: &[f64]| {
            if calls.fetch_add(1, Ordering::Relaxed) > 200 {
                stop.stop();
            }
            rosenbrock(p)
        };
        let best = minimise(&square(3, -3.0, 3.0), objective, &options(method, 1), &stop).unwrap();
        assert_eq!(best.ended, Ended::Stopped);
        assert_eq!(rosenbrock(&best.values), Ok(best.value));
        let nothing = minimise(&square(3, -3.0, 3.0), rosenbrock, &options(method, 1), &stop);
        assert_eq!(nothing.unwrap_err(), StudyError::Stopped);
    }
}

#[test]
fn many_starts_find_what_one_does_not() {
    // A sine of unknown frequency: one local minimum for each wave.
    let t: Vec<f64> = (0..40).map(f64::from).collect();
    let residuals = |p: &[f64]| match p[0] > 1.9 {
        true => Err("too fast".to_owned()),
        false => Ok(t.iter().map(|t| (p[0] * t).sin() - (0.83 * t).sin()).collect()),
    };
    let ranges = [Range::new("omega", 0.01, 2.0).unwrap()];
    let settings = least_squares::Options::default();
    let many = multi_start(&ranges, residuals, 60, 3, &settings, &StopToken::new()).unwrap();
    assert!((many.best.values[0] - 0.83).abs() < 1e-8, "{:?}", many.best);
    assert!(
        many.starts.is_sorted_by(|a, b| a.rss <= b.rss) && many.at_best >= 1 && many.at_best < 60
    );
    assert!(many.starts.iter().any(|s| s.outcome.is_err()));
    assert!(multi_start(&ranges, residuals, 0, 3, &settings, &StopToken::new()).is_err());
}
