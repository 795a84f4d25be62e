use super::*;
use crate::Parameter;
use bioxen_engine::rng::{Rng, Seed};
use proptest::prelude::*;

type Answer = Result<Vec<f64>, String>;

fn run(space: Vec<Parameter>, f: impl Fn(&[f64]) -> Answer + Sync, options: &Options) -> Fit {
    fit(&Space::new(space).unwrap(), f, options, &StopToken::new()).unwrap()
}

fn noisy_line(seed: u64, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut rng = Rng::new(Seed::new(seed));
    let x: Vec<f64> = (0..n).map(|i| i as f64).collect();
    let y = x.iter().map(|x| 1.0 + 2.0 * x + rng.normal()).collect();
    (x, y)
}

proptest! {
    /// A straight line in closed form, its errors too, with all kinds of derivatives and from any start.
    #[test]
    fn a_line_is_that_of_the_textbook(seed: u64, n in 4usize..40, a in -1e3..1e3f64, b in -1e3..1e3f64) {
        let (x, y) = noisy_line(seed, n);
        let line = |p: &[f64]| -> Answer { Ok(x.iter().zip(&y).map(|(x, y)| p[0] + p[1] * x - y).collect()) };
        let count = n as f64;
        let (mx, my) = (x.iter().sum::<f64>() / count, y.iter().sum::<f64>() / count);
        let sxx: f64 = x.iter().map(|x| (x - mx).powi(2)).sum();
        let slope = x.iter().zip(&y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>() / sxx;
        let rss: f64 = x.iter().zip(&y).map(|(x, y)| (y - my - slope * (x - mx)).powi(2)).sum();
        let s2 = rss / (count - 2.0);
        for differences in [Differences::Forward, Differences::Central, Differences::Automatic] {
            let options = Options { differences, ..Options::default() };
            let found = run(vec![Parameter::new("a", a), Parameter::new("b", b)], line, &options);
            prop_assert!(found.ended.is_optimum(), "{}", found.ended);
            // Half of the digits of a derivative, and fewer where a parameter is near zero.
            let slack = if differences == Differences::Forward { 1e-2 } else { 1e-6 };
            prop_assert!((found.values[1] - slope).abs() < 0.1 * slack, "{differences:?} {found:?} {slope}");
            prop_assert!((found.values[0] - (my - slope * mx)).abs() < slack);
            prop_assert!((found.errors.standard[1] / (s2 / sxx).sqrt() - 1.0).abs() < slack);
            let corner = (s2 * (1.0 / count + mx * mx / sxx)).sqrt();
            prop_assert!((found.errors.standard[0] / corner - 1.0).abs() < slack);
            let correlation = -mx / (mx * mx + sxx / count).sqrt();
            prop_assert!((found.errors.correlation[(0, 1)] - correlation).abs() < slack);
            prop_assert_eq!(found.degrees_of_freedom, n - 2);
        }
    }

    /// With bounds the optimum is where no allowed move is better (Karush, Kuhn and Tucker).
    #[test]
    fn bounds_hold_and_the_rest_is_best(low in -3.0..3.0f64, width in 0.1..3.0f64, seed in 0u64..50) {
        let (x, y) = noisy_line(seed, 12);
        let line = |p: &[f64]| -> Answer { Ok(x.iter().zip(&y).map(|(x, y)| p[0] + p[1] * x - y).collect()) };
        let (high, middle) = (low + width, low + 0.4 * width);
        let space = vec![Parameter::new("a", middle).between(low, high), Parameter::new("b", 0.0)];
        let found = run(space, line, &Options::default());
        prop_assert!(found.ended.is_optimum() && found.values[0] >= low && found.values[0] <= high);
        let free = run(vec![Parameter::new("a", 0.0), Parameter::new("b", 0.0)], line, &Options::default());
        prop_assert!((found.values[0] - free.values[0].clamp(low, high)).abs() < 1e-6, "{:?} {:?}", found.values, free.values);
        prop_assert_eq!(found.undetermined.at_bounds.is_empty(), found.errors.standard[0].is_finite());
        // A parameter at a bound was fitted, too.
        prop_assert_eq!(found.degrees_of_freedom, 10);
    }
}

#[test]
fn a_logarithmic_scale_finds_the_same() {
    let t: Vec<f64> = (0..30).map(|i| 0.2 * f64::from(i)).collect();
    let mut rng = Rng::new(Seed::new(5));
    let y: Vec<f64> = t.iter().map(|t| 5.0 * (-0.7 * t).exp() + 0.05 * rng.normal()).collect();
    let decay = |p: &[f64]| -> Answer {
        Ok(t.iter().zip(&y).map(|(t, y)| p[0] * (-p[1] * t).exp() - y).collect())
    };
    let linear =
        run(vec![Parameter::new("a", 1.0), Parameter::new("k", 0.1)], decay, &Options::default());
    // From six powers of ten away, which a linear scale does not survive.
    let log = run(
        vec![Parameter::new("a", 1.0).log(), Parameter::new("k", 1e-6).log()],
        decay,
        &Options::default(),
    );
    for i in 0..2 {
        assert!((linear.values[i] / log.values[i] - 1.0).abs() < 1e-8);
        assert!((linear.errors.standard[i] / log.errors.standard[i] - 1.0).abs() < 1e-6);
    }
    assert!((linear.errors.covariance[(0, 1)] / log.errors.covariance[(0, 1)] - 1.0).abs() < 1e-5);
    let (low, high) = log.interval("k", 0.95).unwrap();
    assert!(low > 0.0 && low < 0.7 && 0.7 < high);
    // Derivatives by hand are by the values themselves.
    let by_hand = fit_with_jacobian(
        &log.space,
        decay,
        |p: &[f64]| {
            Ok(Matrix::from_rows(
                &t.iter()
                    .map(|t| {
                        let e = (-p[1] * t).exp();
                        vec![e, -p[0] * t * e]
                    })
                    .collect::<Vec<_>>(),
            ))
        },
        &Options::default(),
        &StopToken::new(),
    )
    .unwrap();
    assert!(
        (by_hand.values[1] / log.values[1] - 1.0).abs() < 1e-8
            && by_hand.evaluations < log.evaluations
    );
}

#[test]
fn what_cannot_be_told_apart_is_said() {
    let (x, y) = noisy_line(1, 10);
    let sum = |p: &[f64]| -> Answer {
        Ok(x.iter().zip(&y).map(|(x, y)| p[0] + p[1] + p[2] * x - y).collect())
    };
    let names = |s: [f64; 3]| {
        ["a", "b", "slope"].iter().zip(s).map(|(n, s)| Parameter::new(*n, s)).collect::<Vec<_>>()
    };
    let found = run(names([1.0, 3.0, 1.0]), sum, &Options::default());
    assert!(found.ended.is_optimum(), "{}", found.ended);
    assert_eq!(found.undetermined.degeneracies.len(), 1);
    let words = found.undetermined.degeneracies[0].to_string();
    assert!(
        words.contains("`a` and `b` cannot be told apart") && words.contains("1.000 : -1.000"),
        "{words}"
    );
    assert!(found.errors.standard[0].is_nan() && found.errors.standard[1].is_nan());
    // The slope is as certain as without the confusion.
    let line =
        |p: &[f64]| -> Answer { Ok(x.iter().zip(&y).map(|(x, y)| p[0] + p[1] * x - y).collect()) };
    let clear = run(
        vec![Parameter::new("a", 1.0), Parameter::new("slope", 1.0)],
        line,
        &Options::default(),
    );
    let ratio = found.sigma / clear.sigma;
    assert!((found.errors.standard[2] / clear.errors.standard[1] / ratio - 1.0).abs() < 1e-6);
    let unused = |p: &[f64]| -> Answer { Ok(y.iter().map(|y| p[0] + 0.0 * p[1] - y).collect()) };
    let found = run(
        vec![Parameter::new("m", 1.0), Parameter::new("idle", 4.0)],
        unused,
        &Options::default(),
    );
    assert_eq!(
        found.undetermined.degeneracies[0].to_string(),
        "`idle` changes nothing that was measured"
    );
    assert_eq!(found.values[1], 4.0);
    // More parameters than data.
    let found = run(
        names([0.0, 0.0, 0.0]),
        |p: &[f64]| -> Answer { Ok(vec![p[0] + p[1] * p[2] - 3.0]) },
        &Options::default(),
    );
    assert!(found.misfit.rss < 1e-18 && found.errors.standard.iter().all(|s| s.is_nan()));
}

#[test]
fn what_fails_is_never_taken() {
    let y = [1.0, 2.0, 4.0];
    let f = |p: &[f64]| -> Answer {
        match p[0] {
            v if v > 5.0 => Err("too large".into()),
            v if v > 4.0 => Ok(vec![f64::NAN; 3]),
            v => Ok(y.iter().map(|y| v.exp().min(1e3) - y).collect()),
        }
    };
    let found = run(vec![Parameter::new("k", -6.0)], f, &Options::default());
    assert!(
        found.ended.is_optimum() && (found.values[0] - (7.0f64 / 3.0).ln()).abs() < 1e-7,
        "{found:?}"
    );
    let error = |f: fn(&[f64]) -> Answer, o: &Options| {
        fit(&Space::new(vec![Parameter::new("k", 1.0)]).unwrap(), f, o, &StopToken::new())
            .unwrap_err()
            .to_string()
    };
    assert!(
        error(|_| Err("broken".into()), &Options::default())
            .contains("at the start (k = 1): broken")
    );
    assert!(
        error(|_| Ok(vec![1.0, f64::NAN]), &Options::default())
            .contains("number 2 of the result is NaN")
    );
    assert!(error(|_| Ok(vec![]), &Options::default()).contains("at least 1 data"));
    assert!(
        error(
            |p| if p[0] == 1.0 { Ok(vec![1.0]) } else { Err("lonely".into()) },
            &Options::default()
        )
        .contains("lonely")
    );
    assert!(
        error(|p| Ok(p.to_vec()), &Options { tolerance: f64::NAN, ..Options::default() })
            .contains("tolerance is NaN")
    );
}

#[test]
fn exact_and_stopped_fits_say_so() {
    let exact = run(
        vec![Parameter::new("k", 1.0)],
        |p: &[f64]| -> Answer { Ok(vec![p[0] - 2.0, 2.0 * p[0] - 4.0]) },
        &Options::default(),
    );
    assert!(
        exact.ended.is_optimum() && exact.values[0] == 2.0 && exact.misfit.rss == 0.0,
        "{exact:?}"
    );
    let stop = StopToken::new();
    stop.stop();
    let space = Space::new(vec![Parameter::new("k", 1.0)]).unwrap();
    let found = fit(
        &space,
        |p: &[f64]| -> Answer { Ok(vec![p[0].exp() - 9.0]) },
        &Options::default(),
        &stop,
    )
    .unwrap();
    assert_eq!((found.ended, found.values[0]), (Ended::Stopped, 1.0));
    let few = Options { most_iterations: 2, ..Options::default() };
    let rosenbrock = |p: &[f64]| -> Answer { Ok(vec![10.0 * (p[1] - p[0] * p[0]), 1.0 - p[0]]) };
    let start = || vec![Parameter::new("x", -1.2), Parameter::new("y", 1.0)];
    assert_eq!(run(start(), rosenbrock, &few).ended, Ended::MostIterations);
    let whole = run(start(), rosenbrock, &Options::default());
    assert!((whole.values[0] - 1.0).abs() < 1e-9 && whole.ended.is_optimum(), "{whole:?}");
    // A bound in the way, and beyond a parameter at zero.
    let mut walled = start();
    walled[0] = Parameter::new("x", -1.2).between(-2.0, 0.5);
    let walled = run(walled, rosenbrock, &Options::default());
    assert!(
        (walled.values[0] - 0.5).abs() < 1e-12 && (walled.values[1] - 0.25).abs() < 1e-6,
        "{walled:?}"
    );
    assert_eq!(walled.undetermined.at_bounds, ["x"]);
}

#[test]
fn known_noise_is_not_estimated() {
    let (x, y) = noisy_line(2, 20);
    let line =
        |p: &[f64]| -> Answer { Ok(x.iter().zip(&y).map(|(x, y)| p[0] + p[1] * x - y).collect()) };
    let space = || vec![Parameter::new("a", 1.0), Parameter::new("b", 1.0)];
    let estimated = run(space(), line, &Options::default());
    let known = run(space(), line, &Options { sigma: Sigma::Known, ..Options::default() });
    assert!(
        (estimated.errors.standard[0] / known.errors.standard[0] / estimated.sigma - 1.0).abs()
            < 1e-9
    );
    // The likelihood of unit noise, and of the best.
    let n = 20.0f64;
    assert!(
        (known.criteria.aic - (known.misfit.rss + n * (2.0 * std::f64::consts::PI).ln() + 4.0))
            .abs()
            < 1e-9
    );
    let best = n * ((2.0 * std::f64::consts::PI * estimated.misfit.rss / n).ln() + 1.0);
    assert!(
        (estimated.criteria.aic - best - 6.0).abs() < 1e-9
            && (estimated.criteria.bic - best - 3.0 * n.ln()).abs() < 1e-9
    );
}

#[test]
fn a_model_of_few_digits_is_fitted_to_them() {
    let t: Vec<f64> = (0..30).map(|i| 0.2 * f64::from(i)).collect();
    let mut rng = Rng::new(Seed::new(6));
    let y: Vec<f64> =
        t.iter().map(|t| 5.0 * (-0.7 * t).exp() + 1.0 + 0.05 * rng.normal()).collect();
    let exact = |p: &[f64], t: f64| p[0] * (-p[1] * t).exp() + p[2];
    let space = || ["a", "k", "c"].map(|n| Parameter::new(n, 2.0).log()).to_vec();
    let whole = run(
        space(),
        |p: &[f64]| -> Answer { Ok(t.iter().zip(&y).map(|(t, y)| exact(p, *t) - y).collect()) },
        &Options::default(),
    );
    for precision in [1e-4f64, 1e-6, 1e-8] {
        // What a solver leaves is no smooth function of the parameters.
        let rough = |p: &[f64]| -> Answer {
            let error =
                |t: f64| precision * (1e6 * (p[0] + 3.0 * p[1] + t) / precision.sqrt()).sin();
            Ok(t.iter().zip(&y).map(|(t, y)| exact(p, *t) * (1.0 + error(*t)) - y).collect())
        };
        for differences in [Differences::Automatic, Differences::Central, Differences::Forward] {
            let options = Options { precision, differences, ..Options::default() };
            let found = run(space(), rough, &options);
            assert!(found.ended.is_optimum(), "{precision} {differences:?}: {}", found.ended);
            for i in 0..3 {
                let off = (found.values[i] - whole.values[i]).abs() / whole.errors.standard[i];
                assert!(off < 0.1, "{precision} {differences:?}: {off}");
                assert!((found.errors.standard[i] / whole.errors.standard[i] - 1.0).abs() < 0.1);
            }
            assert!(found.evaluations < 300, "{precision} {differences:?}: {}", found.evaluations);
        }
    }
}

/// With the size of the noise as a parameter, the likelihood has the optimum of the squares.
#[test]
fn a_scored_fit_agrees_with_least_squares() {
    use crate::linear::Matrix;
    let t: Vec<f64> = (0..12).map(|i| 0.4 * f64::from(i)).collect();
    let y: Vec<f64> = t
        .iter()
        .enumerate()
        .map(|(i, t)| 5.0 * (-0.7 * t).exp() + 0.05 * ((i * 7 % 5) as f64 - 2.0))
        .collect();
    let two = vec![Parameter::new("a", 1.0), Parameter::new("k", 1.0).log()];
    let plain = |p: &[f64]| {
        Ok::<_, String>(t.iter().zip(&y).map(|(t, y)| p[0] * (-p[1] * t).exp() - y).collect())
    };
    let stop = StopToken::new();
    let squares =
        fit(&Space::new(two.clone()).unwrap(), plain, &Options::default(), &stop).unwrap();
    let score = |p: &[f64]| {
        let (mut rows, mut f) = (Vec::new(), 0.0);
        for r in plain(p)? {
            let r = r / p[2];
            f += r * r + 2.0 * p[2].ln();
            rows.extend([r, (1.0 - r * r) * 0.5f64.sqrt()]);
        }
        Ok::<_, String>((rows, f))
    };
    let jacobian = |p: &[f64]| {
        let mut rows = Vec::new();
        for t in &t {
            let e = (-p[1] * t).exp();
            rows.push(vec![e / p[2], -p[0] * t * e / p[2], 0.0]);
            rows.push(vec![0.0, 0.0, 2f64.sqrt() / p[2]]);
        }
        Ok::<_, String>(Matrix::from_rows(&rows))
    };
    // From where the noise is several times too large.
    for start in [0.5, 5.0] {
        let mut all = two.clone();
        all.push(Parameter::new("s", start).log());
        let options = Options { sigma: Sigma::Known, ..Options::default() };
        let scored =
            fit_scored(&Space::new(all).unwrap(), score, jacobian, &options, &stop).unwrap();
        assert!(scored.ended.is_optimum(), "{}", scored.ended);
        let sigma = scored.values[2];
        for j in 0..2 {
            assert!((scored.values[j] / squares.values[j] - 1.0).abs() < 1e-6, "{scored:?}");
            // Both know the noise: the one divides by the data, the other by the degrees of freedom.
            let ratio = scored.errors.standard[j] / squares.errors.standard[j];
            assert!((ratio - sigma / squares.sigma).abs() < 1e-4, "{ratio}");
        }
        assert!((sigma * sigma * 12.0 / squares.misfit.rss - 1.0).abs() < 1e-6);
        assert!((scored.errors.standard[2] / sigma - 24f64.sqrt().recip()).abs() < 1e-6);
    }
}
