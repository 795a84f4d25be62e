use super::*;
use crate::least_squares::{Options, fit};
use crate::{Parameter, Space};
use bioxen_engine::StopToken;
use bioxen_engine::rng::{Rng, Seed};
use proptest::prelude::*;

proptest! {
    /// Twice the likelihood and the sum of squares differ by a constant, wherever the predictions are.
    #[test]
    fn residuals_and_likelihood_agree(
        measured in prop::collection::vec(0.5..9.0f64, 4), p in prop::collection::vec(0.5..9.0f64, 8),
        a in 0.1..3.0f64, b in 0.1..3.0f64
    ) {
        let both = Noise::ConstantAndProportional { constant: a, fraction: b };
        for noise in [Noise::Constant(a), Noise::Proportional(b), both, Noise::PerPoint(vec![a, b, a, b])] {
            let differ = |p: &[f64]| {
                let squares: f64 = noise.residuals(p, &measured, 1.3).unwrap().iter().map(|r| r * r).sum();
                2.0 * noise.negative_log_likelihood(p, &measured).unwrap() - squares
            };
            prop_assert!((differ(&p[..4]) - differ(&p[4..])).abs() < 1e-9);
            prop_assert_eq!(noise.sigma(), Sigma::Known);
        }
    }
}

#[test]
fn proportional_noise_is_fitted_with_the_model() {
    // 10 exp(-k t) with 15 % noise, whose size is a parameter of the fit.
    let mut rng = Rng::new(Seed::new(12));
    let t: Vec<f64> = (0..400).map(|i| 0.01 * f64::from(i)).collect();
    let y: Vec<f64> =
        t.iter().map(|t| 10.0 * (-0.8 * t).exp() * (1.0 + 0.15 * rng.normal())).collect();
    let predict = |p: &[f64]| t.iter().map(|t| p[0] * (-p[1] * t).exp()).collect::<Vec<_>>();
    let residuals = |p: &[f64]| Noise::Proportional(p[2]).residuals(&predict(p), &y, 1.0);
    let space = Space::new(vec![
        Parameter::new("a", 3.0).log(),
        Parameter::new("k", 0.3).log(),
        Parameter::new("fraction", 0.5).log(),
    ])
    .unwrap();
    let options = Options { sigma: Sigma::Known, ..Options::default() };
    let found = fit(&space, residuals, &options, &StopToken::new()).unwrap();
    assert!(found.ended.is_optimum(), "{}", found.ended);
    assert!(
        (found.values[1] - 0.8).abs() < 0.04 && (found.values[2] - 0.15).abs() < 0.02,
        "{:?}",
        found.values
    );
    // It is the minimum of the likelihood.
    let nll =
        |p: &[f64]| Noise::Proportional(p[2]).negative_log_likelihood(&predict(p), &y).unwrap();
    for j in 0..3 {
        for factor in [0.99, 1.01] {
            let mut p = found.values.clone();
            p[j] *= factor;
            assert!(nll(&p) > nll(&found.values), "{j} {factor}");
        }
    }
}

#[test]
fn an_estimated_deviation_is_the_best_one() {
    let (p, m) = ([1.0, 2.0, 3.0], [1.5, 1.5, 3.5]);
    let estimated = Noise::Estimated.negative_log_likelihood(&p, &m).unwrap();
    let at = |s: f64| Noise::Constant(s).negative_log_likelihood(&p, &m).unwrap();
    assert!((at(0.5) - estimated).abs() < 1e-12 && at(0.45) > estimated && at(0.55) > estimated);
    assert_eq!(Noise::Estimated.residuals(&p, &m, 1.0).unwrap(), [-0.5, 0.5, -0.5]);
}

#[test]
fn noise_without_meaning_is_told() {
    let message = |n: Noise| n.residuals(&[0.0, 1.0], &[1.0, 1.0], 1.0).unwrap_err().to_string();
    assert!(message(Noise::Proportional(0.1)).contains("measurement 1 is 0"));
    assert!(message(Noise::Constant(f64::NAN)).contains("NaN"));
    assert!(message(Noise::PerPoint(vec![1.0])).contains("has 1 values"));
    assert!(message(Noise::Constant(1e-12)).contains("too far below"));
    assert!(Noise::Estimated.deviations(&[1.0]).is_err());
    assert!(Noise::Constant(1.0).negative_log_likelihood(&[1.0], &[]).is_err());
}
