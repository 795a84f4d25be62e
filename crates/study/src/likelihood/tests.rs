use super::*;
use crate::statistics::normal_quantile;
use bioxen_engine::rng::{Rng, Seed};

fn stop() -> StopToken {
    StopToken::new()
}

fn noise(n: usize, seed: u64) -> Vec<f64> {
    let mut rng = Rng::new(Seed::new(seed));
    let uniform = |rng: &mut Rng| (rng.below(1 << 30) as f64 + 0.5) / (1u64 << 30) as f64;
    (0..n).map(|_| normal_quantile(uniform(&mut rng))).collect()
}

/// Two groups with one mean and two sizes of noise; the answer satisfies the equations of the likelihood.
#[test]
fn each_group_has_its_own_noise() {
    let e = noise(60, 1);
    let y: Vec<f64> =
        e.iter().enumerate().map(|(i, e)| 5.0 + if i < 30 { 0.1 } else { 2.0 } * e).collect();
    let model = |p: &[f64]| {
        let deviations = (0..60).map(|i| if i < 30 { p[1] } else { p[2] }).collect();
        Ok::<_, String>(Expected { values: vec![p[0]; 60], deviations })
    };
    // Starts far too large and far too small.
    let space = Space::new(vec![
        Parameter::new("m", 1.0),
        Parameter::new("a", 30.0).log(),
        Parameter::new("b", 0.5).log(),
    ])
    .unwrap();
    let fit = fit(&space, &y, model, &Options::default(), &stop()).unwrap();
    assert!(fit.ended.is_optimum(), "{}", fit.ended);
    let (m, a, b) = (fit.values[0], fit.values[1], fit.values[2]);
    let rms = |part: &[f64]| (part.iter().map(|y| (y - m).powi(2)).sum::<f64>() / 30.0).sqrt();
    assert!((a / rms(&y[..30]) - 1.0).abs() < 1e-6 && (b / rms(&y[30..]) - 1.0).abs() < 1e-6);
    let sum = |part: &[f64]| part.iter().sum::<f64>();
    let weighted =
        (sum(&y[..30]) / (a * a) + sum(&y[30..]) / (b * b)) / (30.0 / (a * a) + 30.0 / (b * b));
    assert!((m - weighted).abs() < 1e-8);
    // Fisher's information by hand.
    let error = (30.0 / (a * a) + 30.0 / (b * b)).powf(-0.5);
    assert!((fit.errors.standard[0] / error - 1.0).abs() < 1e-4);
    assert!((fit.errors.standard[1] / (a / 60f64.sqrt()) - 1.0).abs() < 1e-4);
    // Profiles have the likelihood's own ends; that of the mean is nearly the normal one.
    let how = profile::Options::default();
    let profiles = profiles(&fit, &y, model, &how, &stop()).unwrap();
    assert!(profiles.iter().all(|p| p.verdict == profile::Verdict::Identifiable));
    let end = profiles[0].upper.end().unwrap();
    assert!(((end - m) / (1.96 * error) - 1.0).abs() < 0.05, "{end}");
    let deviance = |p: &[f64]| model(p).unwrap().deviance(&y).unwrap();
    let at = profiles[2].points.last().unwrap();
    assert!(deviance(&at.values) > deviance(&fit.values));
    // The whole likelihood counts.
    assert!((fit.criteria.aic - deviance(&fit.values) - 6.0).abs() < 1e-9);
}

#[test]
fn proportional_noise_is_nearly_that_of_logarithms() {
    let e = noise(200, 3);
    let x: Vec<f64> = (0..200).map(|i| f64::from(i) * 0.02).collect();
    let y: Vec<f64> = x.iter().zip(&e).map(|(x, e)| 20.0 * (-x).exp() * (1.0 + 0.02 * e)).collect();
    let model = |p: &[f64]| {
        let values: Vec<f64> = x.iter().map(|x| p[0] * (-p[1] * x).exp()).collect();
        let deviations = values.iter().map(|v| p[2] * v.abs()).collect();
        Ok::<_, String>(Expected { values, deviations })
    };
    let space = Space::new(vec![
        Parameter::new("a", 1.0).log(),
        Parameter::new("k", 0.2),
        Parameter::new("f", 0.5).log(),
    ])
    .unwrap();
    let fit = fit(&space, &y, model, &Options::default(), &stop()).unwrap();
    let logs = |p: &[f64]| {
        Ok::<_, String>(x.iter().zip(&y).map(|(x, y)| p[0].ln() - p[1] * x - y.ln()).collect())
    };
    let space = Space::new(vec![Parameter::new("a", 1.0).log(), Parameter::new("k", 0.2)]).unwrap();
    let other = least_squares::fit(&space, logs, &Options::default(), &stop()).unwrap();
    assert!((fit.values[0] / other.values[0] - 1.0).abs() < 1e-3);
    assert!((fit.values[1] / other.values[1] - 1.0).abs() < 1e-3);
    assert!((fit.values[2] / other.sigma - 1.0).abs() < 0.03);
    assert!((fit.errors.standard[1] / other.errors.standard[1] - 1.0).abs() < 0.05);
}

#[test]
fn noise_of_nothing_is_told() {
    let model =
        |p: &[f64]| Ok::<_, String>(Expected { values: vec![p[0]; 2], deviations: vec![0.0; 2] });
    let space = Space::new(vec![Parameter::new("m", 1.0)]).unwrap();
    let error = fit(&space, &[1.0, 2.0], model, &Options::default(), &stop()).unwrap_err();
    assert!(error.to_string().contains("the noise of measurement 1 is 0"), "{error}");
}
