//! Random variables that only cells need.

use bioxen_engine::rng::Rng;

/// A coefficient of variation that is none.
const NO_SCATTER: f64 = 1e-6;

/// A Gamma variable of mean 1 with a coefficient of variation of at most 1 (Marsaglia & Tsang, *ACM Trans. Math.
/// Softw.* 26:363, 2000).
pub(super) fn gamma(cv: f64, rng: &mut Rng) -> f64 {
    // Less could not be told from none, and its shape is no number.
    if cv <= NO_SCATTER {
        return 1.0;
    }
    let shape = 1.0 / (cv * cv);
    shaped(shape, rng) / shape
}

/// A Gamma variable of a shape of at least 1 and the scale 1.
pub(super) fn shaped(shape: f64, rng: &mut Rng) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = rng.normal();
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && rng.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// The part of the size that the first daughter takes.
pub(super) fn part(cv: f64, rng: &mut Rng) -> f64 {
    if cv <= 0.0 { 0.5 } else { (0.5 * (1.0 + cv * rng.normal())).clamp(0.2, 0.8) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_engine::rng::Seed;

    #[test]
    fn gamma_has_mean_one_its_scatter_and_its_skew() {
        let mut rng = Rng::new(Seed::new(1));
        for cv in [0.05, 0.167, 0.5, 1.0] {
            let n = 200_000;
            let all: Vec<f64> = (0..n).map(|_| gamma(cv, &mut rng)).collect();
            let power =
                |k: i32| all.iter().map(|v| (v - 1.0_f64).powi(k)).sum::<f64>() / f64::from(n);
            let mean = 1.0 + power(1);
            assert!((mean - 1.0).abs() < 4.0 * cv / f64::from(n).sqrt(), "{cv}: mean {mean}");
            assert!((power(2) / (cv * cv) - 1.0).abs() < 0.03, "{cv}: variance {}", power(2));
            // The skew of a Gamma variable is twice its coefficient of variation.
            let skew = power(3) / power(2).powf(1.5);
            assert!((skew - 2.0 * cv).abs() < 0.12, "{cv}: skew {skew}");
        }
        assert_eq!(gamma(0.0, &mut rng), 1.0);
    }
}
