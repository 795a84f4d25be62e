use super::*;
use proptest::prelude::*;

#[test]
fn gamma_of_whole_numbers_is_the_factorial() {
    let mut factorial = 1.0f64;
    for n in 1..30 {
        assert!(
            (ln_gamma(f64::from(n)) - factorial.ln()).abs() < 2e-13 * (1.0 + factorial.ln()),
            "{n}"
        );
        factorial *= f64::from(n);
    }
    // Gamma(1/2) = sqrt(pi).
    assert!((ln_gamma(0.5) - 0.5 * std::f64::consts::PI.ln()).abs() < 1e-14);
}

#[test]
fn beta_and_t_in_closed_form() {
    // I_x(1, b) = 1 - (1 - x)^b, and I_x(a, 1) = x^a.
    for x in [0.01, 0.3, 0.77, 0.999] {
        assert!((incomplete_beta(x, 1.0, 3.5) - (1.0 - (1.0f64 - x).powf(3.5))).abs() < 1e-14);
        assert!((incomplete_beta(x, 2.5, 1.0) - x.powf(2.5)).abs() < 1e-14);
    }
    // Student's t with one degree of freedom is Cauchy's, with two it has t = q sqrt(2 / (1 - q^2)).
    for level in [0.5, 0.9, 0.95, 0.999] {
        let cauchy = (0.5 * std::f64::consts::PI * level).tan();
        assert!((t_two_sided(level, 1.0) / cauchy - 1.0).abs() < 1e-11);
        let two = level * (2.0 / (1.0 - level * level)).sqrt();
        assert!((t_two_sided(level, 2.0) / two - 1.0).abs() < 1e-11);
        let normal = normal_quantile(0.5 + 0.5 * level);
        assert!((t_two_sided(level, 1e7) / normal - 1.0).abs() < 1e-6);
    }
    assert!(t_two_sided(1.0, 3.0).is_nan() && t_two_sided(0.9, f64::NAN).is_nan());
}

#[test]
fn quantiles_of_samples() {
    assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.25), 1.5);
    assert_eq!(quantile(&[7.0], 0.9), 7.0);
    assert!(quantile(&[], 0.5).is_nan());
    assert_eq!((mean(&[1.0, 3.0]), variance(&[1.0, 3.0])), (2.0, 2.0));
}

proptest! {
    #[test]
    fn normal_quantiles_come_back(x in -8.0..8.0f64) {
        let p = normal_above(-x);
        let back = normal_quantile(p);
        // Near 1 a probability has few digits left.
        let slack = 4e-16 / ((-0.5 * x * x).exp() * 0.4) + 1e-12;
        prop_assert!((back - x).abs() < slack, "{} {}", x, back);
    }
}
