use super::*;
use crate::{Range, StudyError};
use bioxen_engine::StopToken;
use std::f64::consts::PI;

fn cube(d: usize, low: f64, high: f64) -> Vec<Range> {
    (0..d).map(|i| Range::new(format!("x{}", i + 1), low, high).unwrap()).collect()
}

/// Ishigami & Homma (1990) with a = 7 and b = 0.1.
fn ishigami(x: &[f64]) -> Result<f64, String> {
    Ok(x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin())
}

fn near(found: &Sobol, first: &[f64], total: &[f64], slack: f64) {
    for (i, index) in found.indices.iter().enumerate() {
        assert!((index.first - first[i]).abs() < slack, "{index:?} {}", first[i]);
        assert!((index.total - total[i]).abs() < slack, "{index:?} {}", total[i]);
        assert!(index.first_interval.0 <= index.first && index.first <= index.first_interval.1);
        assert!(index.total_interval.0 <= index.total && index.total <= index.total_interval.1);
    }
}

#[test]
fn the_ishigami_function_has_its_indices() {
    let options = SobolOptions { samples: 1 << 14, ..SobolOptions::default() };
    let found = sobol(&cube(3, -PI, PI), ishigami, &options, &StopToken::new()).unwrap();
    // The integrals of Ishigami & Homma.
    let (a, b) = (7.0f64, 0.1f64);
    let v1 = 0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2);
    let v2 = a * a / 8.0;
    let v13 = b * b * PI.powi(8) * 8.0 / 225.0;
    let v = v1 + v2 + v13;
    near(&found, &[v1 / v, v2 / v, 0.0], &[(v1 + v13) / v, v2 / v, v13 / v], 0.01);
    assert!((found.variance / v - 1.0).abs() < 0.01 && (found.mean - a / 2.0).abs() < 0.02);
    assert_eq!((found.calls.count, found.used), (5 << 14, 1 << 14));
    // Intervals hold the truth and are about as wide as the errors.
    let one = &found.indices[0];
    assert!(one.total_interval.0 < (v1 + v13) / v && (v1 + v13) / v < one.total_interval.1);
    assert!(one.total_interval.1 - one.total_interval.0 < 0.05);
}

#[test]
fn the_g_function_and_a_plane_have_theirs() {
    // Saltelli & Sobol (1995): the variance is a product.
    let a = [0.0, 1.0, 4.5, 9.0, 99.0];
    let g = |x: &[f64]| {
        Ok::<_, String>(
            x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product(),
        )
    };
    let v: Vec<f64> = a.iter().map(|a| 1.0 / 3.0 / (1.0 + a).powi(2)).collect();
    let product: f64 = v.iter().map(|v| 1.0 + v).product();
    let first: Vec<f64> = v.iter().map(|v| v / (product - 1.0)).collect();
    let total: Vec<f64> = v.iter().map(|v| v * product / (1.0 + v) / (product - 1.0)).collect();
    let options = SobolOptions { samples: 1 << 13, seed: 4, ..SobolOptions::default() };
    near(&sobol(&cube(5, 0.0, 1.0), g, &options, &StopToken::new()).unwrap(), &first, &total, 0.01);
    // Without interaction first order and total are the same, and add up to 1; the mean is no matter.
    let c = [1.0, 2.0, 3.0];
    let plane = |x: &[f64]| Ok::<_, String>(1e6 + x.iter().zip(c).map(|(x, c)| c * x).sum::<f64>());
    let parts: Vec<f64> = c.iter().map(|c| c * c / 14.0).collect();
    let found = sobol(&cube(3, -1.0, 1.0), plane, &options, &StopToken::new()).unwrap();
    near(&found, &parts, &parts, 0.01);
}

#[test]
fn screening_ranks_what_matters() {
    let linear = |x: &[f64]| Ok::<_, String>(2.0 * x[0] - 5.0 * x[1] + 0.0 * x[2]);
    let found = morris(&cube(3, 0.0, 2.0), linear, 20, 1, &StopToken::new()).unwrap();
    for (effect, slope) in found.effects.iter().zip([2.0, -5.0, 0.0]) {
        assert!(
            (effect.mu - 2.0 * slope).abs() < 1e-12
                && (effect.mu_star - 2.0 * f64::abs(slope)).abs() < 1e-12
        );
        assert!(effect.sigma < 1e-12 && effect.count == 20);
    }
    assert_eq!(found.calls.count, 80);
    // An interaction shows as spread; effects that cancel still matter.
    let found = morris(&cube(3, -PI, PI), ishigami, 400, 1, &StopToken::new()).unwrap();
    let x3 = &found.effects[2];
    assert!(x3.mu.abs() < 0.3 * x3.mu_star && x3.sigma > x3.mu_star);
    // On a logarithmic scale an effect is that of the whole range, by ratios.
    let k = [Range::new("k", 1e-3, 1e3).unwrap().log().unwrap()];
    let found =
        morris(&k, |x: &[f64]| Ok::<_, String>(x[0].log10()), 5, 1, &StopToken::new()).unwrap();
    assert!((found.effects[0].mu - 6.0).abs() < 1e-12);
}

#[test]
fn local_sensitivities_are_derivatives() {
    let model = |p: &[f64]| Ok::<_, String>(vec![p[0] * p[1].powi(3), p[1] / p[0], p[2], 0.0]);
    let found = local(&["a", "b", "c"], &[2.0, 3.0, 0.0], model).unwrap();
    let expected = [[27.0, 54.0, 0.0], [-0.75, 0.5, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]];
    let scaled = [[1.0, 3.0, 0.0], [-1.0, 1.0, 0.0]];
    for (i, row) in expected.iter().enumerate() {
        for (j, value) in row.iter().enumerate() {
            assert!((found.unscaled[(i, j)] - value).abs() < 1e-8);
            assert!(i > 1 || (found.scaled[(i, j)] - scaled[i][j]).abs() < 1e-9);
        }
    }
    assert!(found.scaled[(3, 0)].is_nan());
    assert!(local(&["a"], &[1.0], |_: &[f64]| Err::<Vec<f64>, _>("no")).is_err());
    // One side fails: the other is used.
    let edge = |p: &[f64]| if p[0] > 1.0 { Err("beyond") } else { Ok(vec![2.0 * p[0]]) };
    assert!((local(&["a"], &[1.0], edge).unwrap().unscaled[(0, 0)] - 2.0).abs() < 1e-8);
}

#[test]
fn failures_are_named_and_left_out() {
    let model = |x: &[f64]| match x[0] > 0.9 {
        true => Err("too large"),
        false => Ok(x[0] + x[1]),
    };
    let found =
        sobol(&cube(2, 0.0, 1.0), model, &SobolOptions::default(), &StopToken::new()).unwrap();
    assert!(found.used < 1024 && !found.calls.failures.is_empty());
    assert!(
        found.calls.failures[0].to_string().contains("too large")
            && found.calls.failures[0].at.starts_with("x1 = 0.9")
    );
    assert!(found.indices.iter().all(|i| i.first.is_finite() && i.total.is_finite()));
    let found = morris(&cube(2, 0.0, 1.0), model, 10, 1, &StopToken::new()).unwrap();
    assert!(found.effects[0].count < 10 && !found.calls.failures.is_empty());
    let never = |_: &[f64]| Err::<f64, _>("never");
    let options = SobolOptions::default();
    for error in [
        sobol(&cube(2, 0.0, 1.0), never, &options, &StopToken::new()).unwrap_err(),
        morris(&cube(2, 0.0, 1.0), never, 3, 1, &StopToken::new()).unwrap_err(),
    ] {
        assert!(matches!(error, StudyError::AllFail { .. }), "{error}");
    }
    let constant = |_: &[f64]| Ok::<_, String>(0.1);
    let error = sobol(&cube(2, 0.0, 1.0), constant, &options, &StopToken::new()).unwrap_err();
    assert!(error.to_string().contains("the output is 0.1"), "{error}");
    assert!(sobol(&cube(65, 0.0, 1.0), constant, &options, &StopToken::new()).is_err());
    assert!(morris(&[], constant, 3, 1, &StopToken::new()).is_err());
}

#[test]
fn a_stencil_agrees_with_derivatives_and_asks_once() {
    let model = |p: &[f64]| vec![p[0].powi(3) * p[1], p[0] + p[2]];
    let at = [2.0, 5.0, 0.0];
    let stencil = Stencil::new(&["a", "b", "c"], &at, 1e-4).unwrap();
    assert_eq!(stencil.design().len(), 7);
    let values: Vec<Vec<f64>> = stencil.design().points.iter().map(|p| model(p)).collect();
    let found = stencil.local(&values).unwrap();
    let same = local(&["a", "b", "c"], &at, |p| Ok::<_, String>(model(p))).unwrap();
    for i in 0..2 {
        for j in 0..3 {
            assert!((found.unscaled[(i, j)] - same.unscaled[(i, j)]).abs() < 1e-5, "{i} {j}");
        }
    }
    assert!((found.scaled[(0, 0)] - 3.0).abs() < 1e-6 && found.scaled[(1, 2)] == 0.0);
    assert!(Stencil::new(&["a"], &[f64::NAN], 0.1).is_err());
    assert!(Stencil::new(&["a"], &[1.0], 0.0).is_err() && Stencil::new(&[], &[], 0.1).is_err());
    assert!(stencil.local(&values[1..]).is_err());
}

#[test]
fn a_plane_has_the_same_effects_on_any_levels() {
    let ranges = cube(3, 0.0, 2.0);
    for levels in [2, 4, 6, 10] {
        let screening = Screening::new(&ranges, 7, levels, 5).unwrap();
        let points = &screening.design().points;
        let values: Vec<_> = points.iter().map(|p| Some(p[0] - 3.0 * p[1])).collect();
        let effects = screening.effects(&values);
        assert!((effects[0].mu - 2.0).abs() < 1e-9 && effects[0].sigma < 1e-9, "{levels}");
        assert!((effects[1].mu + 6.0).abs() < 1e-9 && (effects[1].mu_star - 6.0).abs() < 1e-9);
        assert!(effects[2].mu_star < 1e-9 && effects[2].count == 7);
    }
    assert!(Screening::new(&ranges, 7, 3, 5).is_err() && Screening::new(&ranges, 7, 0, 5).is_err());
}
