use super::*;
use crate::Parameter;
use bioxen_engine::rng::{Rng, Seed};

fn space(d: usize) -> Space {
    Space::new((0..d).map(|i| Parameter::new(format!("x{i}"), 0.5)).collect()).unwrap()
}

fn long(seed: u64) -> Options {
    Options { steps: 40_000, warm_up: 5_000, thinning: 4, seed, ..Options::default() }
}

#[test]
fn a_normal_distribution_has_its_moments() {
    // Scales that differ by 1000, and a correlation of 0.95.
    let (s, rho) = ([1.0, 1000.0], 0.95);
    let density = |p: &[f64]| {
        let (a, b) = ((p[0] - 3.0) / s[0], (p[1] + 50.0) / s[1]);
        Ok::<_, String>(-0.5 * (a * a - 2.0 * rho * a * b + b * b) / (1.0 - rho * rho))
    };
    let samples = sample(&space(2), density, &long(5), &StopToken::new()).unwrap();
    for (d, (mean, sd)) in samples.diagnostics.iter().zip([(3.0, s[0]), (-50.0, s[1])]) {
        assert!(d.r_hat < 1.01 && d.ess_bulk > 1500.0 && d.ess_tail > 1000.0, "{d:?}");
        assert!((d.mean - mean).abs() < 4.0 * d.mcse, "{d:?}");
        assert!((d.sd / sd - 1.0).abs() < 0.08, "{d:?}");
        assert!((d.q975 - mean - 1.96 * sd).abs() < 0.15 * sd, "{d:?}");
    }
    let (a, b) = (samples.of("x0").unwrap(), samples.of("x1").unwrap());
    let (ma, mb) = (statistics::mean(&a), statistics::mean(&b));
    let covariance: f64 =
        a.iter().zip(&b).map(|(a, b)| (a - ma) * (b - mb)).sum::<f64>() / a.len() as f64;
    assert!((covariance / (s[0] * s[1]) - rho).abs() < 0.1);
    assert!(samples.chains.iter().all(|c| (0.1..0.5).contains(&c.acceptance)));
    assert!((samples.best.0[0] - 3.0).abs() < 0.3);
    assert!(samples.of("x9").unwrap_err().to_string().contains("valid: x0, x1"));
}

#[test]
fn a_banana_has_its_moments() {
    // y = (x0, x1 - x0^2 / 2) is normal: x1 has the mean 1/2 and the variance 1/4 + 1/2.
    let density = |p: &[f64]| {
        let y = p[1] - 0.5 * p[0] * p[0];
        Ok::<_, String>(-0.5 * (p[0] * p[0] + 4.0 * y * y))
    };
    let samples = sample(&space(2), density, &long(9), &StopToken::new()).unwrap();
    for (d, (mean, sd)) in samples.diagnostics.iter().zip([(0.0, 1.0), (0.5, 0.75f64.sqrt())]) {
        assert!(d.r_hat < 1.02 && (d.mean - mean).abs() < 5.0 * d.mcse, "{d:?}");
        assert!((d.sd / sd - 1.0).abs() < 0.1, "{d:?}");
    }
}

#[test]
fn a_logarithmic_scale_changes_steps_and_not_the_distribution() {
    // Exponential with mean 2 between 0 and infinity, with both scales.
    for log in [false, true] {
        let x = Parameter::new("x", 1.0).between(0.0, f64::INFINITY);
        let space = Space::new(vec![if log { x.log() } else { x }]).unwrap();
        let density = |p: &[f64]| Ok::<_, String>(-0.5 * p[0]);
        let d = sample(&space, density, &long(2), &StopToken::new()).unwrap().diagnostics[0];
        assert!((d.mean - 2.0).abs() < 5.0 * d.mcse && (d.sd - 2.0).abs() < 0.2, "{log} {d:?}");
        assert!((d.median - 2.0 * 2f64.ln()).abs() < 0.1);
    }
}

#[test]
fn chains_that_disagree_are_told() {
    let mut rng = Rng::new(Seed::new(1));
    let mut chain =
        |mean: f64, n: usize| -> Vec<f64> { (0..n).map(|_| mean + rng.normal()).collect() };
    let alike = diagnose(&[chain(0.0, 1000), chain(0.0, 1000), chain(0.0, 1000)]);
    assert!(alike.r_hat < 1.01 && (2500.0..4000.0).contains(&alike.ess_bulk), "{alike:?}");
    assert!((alike.mcse * 3000f64.sqrt() - 1.0).abs() < 0.2);
    let apart = diagnose(&[chain(0.0, 1000), chain(1.0, 1000)]);
    assert!(apart.r_hat > 1.05 && apart.ess_bulk < 100.0, "{apart:?}");
    // One that drifts disagrees with itself.
    let drift: Vec<f64> =
        chain(0.0, 1000).iter().enumerate().map(|(i, v)| v + i as f64 / 250.0).collect();
    assert!(diagnose(&[drift]).r_hat > 1.2);
    // An autoregression of 0.9 is worth (1 - 0.9) / (1 + 0.9) of its length.
    let mut v = 0.0;
    let slow: Vec<f64> = chain(0.0, 100_000)
        .iter()
        .map(|e| {
            v = 0.9 * v + e;
            v
        })
        .collect();
    let d = diagnose(&[slow]);
    assert!((d.ess_bulk / (100_000.0 / 19.0) - 1.0).abs() < 0.15, "{d:?}");
    let still = diagnose(&[vec![1.0; 100], vec![1.0; 100]]);
    assert!(still.r_hat.is_nan() && still.ess_bulk.is_nan() && still.mean == 1.0);
}

#[test]
fn what_fails_has_no_probability() {
    let density = |p: &[f64]| match p[0] {
        x if x < 0.0 => Err("negative"),
        x if x > 2.0 => Ok(f64::NAN),
        x => Ok(-x),
    };
    let short = Options { steps: 500, warm_up: 500, ..Options::default() };
    let samples = sample(&space(1), density, &short, &StopToken::new()).unwrap();
    assert!(samples.of("x0").unwrap().iter().all(|x| (0.0..=2.0).contains(x)));
    assert!(samples.failures.failed > 0 && samples.failures.first.is_some());
    let (low, high) = samples.interval("x0", 0.9).unwrap();
    assert!(0.0 < low && low < high && high < 2.0);
    let none = sample(
        &space(1),
        |_: &[f64]| Ok::<_, String>(f64::NEG_INFINITY),
        &short,
        &StopToken::new(),
    );
    assert!(none.unwrap_err().to_string().contains("density is 0"));
    let none = Options { chains: 0, ..Options::default() };
    assert!(sample(&space(1), density, &none, &StopToken::new()).is_err());
    let stop = StopToken::new();
    stop.stop();
    assert_eq!(sample(&space(1), density, &short, &stop).unwrap_err(), StudyError::Stopped);
}
