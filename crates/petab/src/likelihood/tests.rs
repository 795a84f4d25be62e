use super::Noise;
use crate::tables::{Distribution, Transformation};

#[test]
fn rows_lead_down_the_objective_and_densities_are_one_in_all() {
    for transformation in [Transformation::Lin, Transformation::Log, Transformation::Log10] {
        for distribution in [Distribution::Normal, Distribution::Laplace] {
            let noise = Noise { transformation, distribution };
            let (y, m, sigma) = (1.7, 1.3, 0.2);
            // By the transformed simulation in units of the noise, and by the logarithm of the noise.
            let h = 1e-6;
            let f = |r: f64, s: f64| noise.objective(r, m, s);
            let r = noise.residual(y, m, sigma);
            let [first, second] = noise.rows(r, 1.7);
            let slope = (f(r + h, sigma) - f(r - h, sigma)) / (2.0 * h);
            assert!((first.0 * first.1 - slope).abs() < 1e-6, "{noise:?}");
            let at = |change: f64| f(r / change.exp(), sigma * change.exp());
            let slope = (at(h) - at(-h)) / (2.0 * h);
            assert!(
                (second.0 * second.1 - slope).abs() < 1e-6,
                "{noise:?}: {} {slope}",
                second.0 * second.1
            );
            // The likelihood is a density of the measurement.
            let width = 1e-3;
            let density =
                |i: i32| noise.log_likelihood(y, (f64::from(i) + 0.5) * width - 20.0, sigma).exp();
            let plain: Vec<f64> = (0..100_000).map(density).filter(|d| d.is_finite()).collect();
            let mass: f64 = plain.iter().map(|d| d * width).sum();
            assert!((mass - 1.0).abs() < 5e-3, "{noise:?}: {mass}");
        }
    }
}

#[test]
fn a_step_of_the_noise_leads_to_where_it_is_right() {
    for distribution in [Distribution::Normal, Distribution::Laplace] {
        let noise = Noise { transformation: Transformation::Lin, distribution };
        for factor in [1e-5f64, 0.3, 1.0, 4.0, 1e5] {
            let r = 0.7 / factor;
            let at = |r: f64| {
                let curvature = noise.curvature(noise.excess(r));
                let [_, (value, slope)] = noise.rows(r, curvature);
                -value * slope / curvature
            };
            // Noise that is `factor` times as large, and one residual.
            assert!((at(r) - r.ln()).abs() < 1e-3, "{distribution:?} {factor}: {}", at(r));
        }
        let fisher = if distribution == Distribution::Normal { 2.0 } else { 1.0 };
        assert_eq!(noise.curvature(1.0), fisher);
    }
}
