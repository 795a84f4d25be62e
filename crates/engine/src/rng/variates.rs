//! Random variables other than the uniform one.

use super::Rng;

/// Above this mean, rejection is faster than inversion.
const INVERSION_LIMIT: f64 = 10.0;

impl Rng {
    /// A standard normal variable (Marsaglia's polar method, *SIAM Rev.* 6:260, 1964).
    pub fn normal(&mut self) -> f64 {
        loop {
            let x = 2.0 * self.uniform() - 1.0;
            let y = 2.0 * self.uniform() - 1.0;
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                return x * (-2.0 * s.ln() / s).sqrt();
            }
        }
    }

    /// A Poisson variable.
    ///
    /// Inversion for a small mean; else Hörmann's transformed rejection PTRS (*Insur. Math.
    /// Econ.* 12:39, 1993), with the probabilities by Loader's saddle-point expansion so that they
    /// stay accurate for large means. A mean that is not positive, or not a number, gives 0.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        if mean.is_nan() || mean <= 0.0 {
            return 0.0;
        }
        if mean < INVERSION_LIMIT {
            let mut left = self.uniform_below_one();
            let mut term = (-mean).exp();
            let mut n = 0.0;
            // Beyond 200 the terms are below the smallest uniform number.
            while left >= term && n < 200.0 {
                left -= term;
                n += 1.0;
                term *= mean / n;
            }
            return n;
        }
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.024_83 * b;
        let inv_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let v_r = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
            if us >= 0.07 && v <= v_r {
                return k;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            if (v * inv_alpha / (a / (us * us) + b)).ln() <= ln_poisson(k, mean) {
                return k;
            }
        }
    }

    /// A binomial variable: how many of `n` trials of probability `p` succeed.
    ///
    /// Inversion for a small mean; else Hörmann's transformed rejection BTRS (*J. Stat. Comput.
    /// Simul.* 46:101, 1993), with Loader's probabilities. `p` is taken into [0, 1]; `n` is
    /// rounded down.
    pub fn binomial(&mut self, n: f64, p: f64) -> f64 {
        let n = n.floor();
        if n.is_nan() || n <= 0.0 || p.is_nan() || p <= 0.0 {
            return 0.0;
        }
        if p >= 1.0 {
            return n;
        }
        if p > 0.5 {
            return n - self.binomial(n, 1.0 - p);
        }
        if n * p < INVERSION_LIMIT {
            return self.binomial_by_inversion(n, p);
        }
        let spread = (n * p * (1.0 - p)).sqrt();
        let b = 1.15 + 2.53 * spread;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let c = n * p + 0.5;
        let v_r = 0.92 - 4.2 / b;
        let alpha = (2.83 + 5.1 / b) * spread;
        // This hat is scaled to the probability of the mode.
        let at_mode = ln_binomial(((n + 1.0) * p).floor(), n, p);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + c).floor();
            if us >= 0.07 && v <= v_r {
                return k;
            }
            if k < 0.0 || k > n {
                continue;
            }
            if (v * alpha / (a / (us * us) + b)).ln() <= ln_binomial(k, n, p) - at_mode {
                return k;
            }
        }
    }

    fn binomial_by_inversion(&mut self, n: f64, p: f64) -> f64 {
        let odds = p / (1.0 - p);
        let mut left = self.uniform_below_one();
        let mut term = (n * (-p).ln_1p()).exp();
        let mut k = 0.0;
        while left >= term && k < n && k < 200.0 {
            left -= term;
            k += 1.0;
            term *= odds * (n - k + 1.0) / k;
        }
        k
    }
}

/// `ln(k!) - ln(sqrt(2 pi k) (k/e)^k)`, the error of Stirling's formula.
fn stirling_error(k: f64) -> f64 {
    /// From the exact factorials.
    const SMALL: [f64; 16] = [
        0.0,
        0.081_061_466_795_327_26,
        0.041_340_695_955_409_29,
        0.027_677_925_684_998_34,
        0.020_790_672_103_765_09,
        0.016_644_691_189_821_19,
        0.013_876_128_823_070_75,
        0.011_896_709_945_891_77,
        0.010_411_265_261_972_09,
        0.009_255_462_182_712_733,
        0.008_330_563_433_362_87,
        0.007_573_675_487_951_841,
        0.006_942_840_107_209_53,
        0.006_408_994_188_004_207,
        0.005_951_370_112_758_848,
        0.005_554_733_551_962_801,
    ];
    if k < 16.0 {
        return SMALL[k as usize];
    }
    let k2 = k * k;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * k2)) / k2) / k2) / k
}

/// `x ln(x/m) + m - x` without cancellation (C. Loader, "Fast and accurate computation of binomial
/// probabilities", 2000).
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() < 0.1 * (x + m) {
        let v = (x - m) / (x + m);
        let mut sum = (x - m) * v;
        let mut term = 2.0 * x * v;
        for j in 1..1000 {
            term *= v * v;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        return sum;
    }
    x * (x / m).ln() + m - x
}

fn ln_poisson(k: f64, mean: f64) -> f64 {
    if k == 0.0 {
        return -mean;
    }
    -stirling_error(k) - deviance(k, mean) - 0.5 * (std::f64::consts::TAU * k).ln()
}

fn ln_binomial(k: f64, n: f64, p: f64) -> f64 {
    if k == 0.0 {
        return n * (-p).ln_1p();
    }
    if k == n {
        return n * p.ln();
    }
    let rest = n - k;
    stirling_error(n)
        - stirling_error(k)
        - stirling_error(rest)
        - deviance(k, n * p)
        - deviance(rest, n * (1.0 - p))
        + 0.5 * (n / (std::f64::consts::TAU * k * rest)).ln()
}

#[cfg(test)]
mod tests {
    use super::super::Seed;
    use super::*;

    fn moments(n: usize, mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let values: Vec<f64> = (0..n).map(|_| draw()).collect();
        let mean = values.iter().sum::<f64>() / n as f64;
        let var = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n as f64 - 1.0);
        (mean, var)
    }

    /// Mean and variance within 4.5 standard errors; the fourth moment is taken as near normal.
    fn check(mean: f64, var: f64, draw: impl FnMut() -> f64) {
        let n = 40_000;
        let (m, v) = moments(n, draw);
        let root = (n as f64).sqrt();
        assert!((m - mean).abs() < 4.5 * var.sqrt() / root + 1e-12, "mean {m}, not {mean}");
        let kurtosis_excess = 1.0 / var.max(0.02);
        let se = var * (2.0 + kurtosis_excess).sqrt() / root;
        assert!((v - var).abs() < 4.5 * se + 1e-12, "variance {v}, not {var}");
    }

    #[test]
    fn poisson_has_mean_and_variance_alike() {
        let mut rng = Rng::new(Seed::new(5));
        for mean in [0.03, 1.0, 9.9, 10.1, 35.0, 1e4, 1e9] {
            check(mean, mean, || rng.poisson(mean));
        }
        assert_eq!(rng.poisson(0.0), 0.0);
        assert_eq!(rng.poisson(f64::NAN), 0.0);
    }

    #[test]
    fn binomial_has_its_mean_and_variance() {
        let mut rng = Rng::new(Seed::new(6));
        for (n, p) in [(1.0, 0.5), (40.0, 0.1), (40.0, 0.5), (1e4, 0.3), (100.0, 0.97), (1e12, 0.5)]
        {
            check(n * p, n * p * (1.0 - p), || rng.binomial(n, p));
        }
        assert_eq!(rng.binomial(7.0, 1.0), 7.0);
        assert_eq!(rng.binomial(7.0, 0.0), 0.0);
    }

    #[test]
    fn rejection_follows_the_whole_distribution() {
        let mut rng = Rng::new(Seed::new(7));
        let n = 200_000;
        let mut poisson = [0u32; 40];
        let mut binomial = [0u32; 40];
        for _ in 0..n {
            poisson[(rng.poisson(12.0) as usize).min(39)] += 1;
            binomial[rng.binomial(39.0, 0.35) as usize] += 1;
        }
        let chi2 = |counts: &[u32; 40], ln_p: &dyn Fn(f64) -> f64| {
            (3..25)
                .map(|k| {
                    let expected = f64::from(n) * ln_p(f64::from(k)).exp();
                    (f64::from(counts[k as usize]) - expected).powi(2) / expected
                })
                .sum::<f64>()
        };
        // 22 cells: chi-square exceeds 54 with probability 2e-4.
        assert!(chi2(&poisson, &|k| ln_poisson(k, 12.0)) < 54.0);
        assert!(chi2(&binomial, &|k| ln_binomial(k, 39.0, 0.35)) < 54.0);
    }

    #[test]
    fn probabilities_are_those_of_the_textbook() {
        // e^-2 2^3/3! and C(10, 4) 0.3^4 0.7^6.
        assert!((ln_poisson(3.0, 2.0).exp() - 0.180_447_044_315_483_6).abs() < 1e-14);
        assert!((ln_binomial(4.0, 10.0, 0.3).exp() - 0.200_120_949).abs() < 1e-14);
    }

    #[test]
    fn normal_and_exponential_have_unit_variance() {
        let mut rng = Rng::new(Seed::new(8));
        let (m, v) = moments(40_000, || rng.normal());
        assert!(m.abs() < 0.0225 && (v - 1.0).abs() < 0.032);
        let (m, v) = moments(40_000, || rng.exponential());
        assert!((m - 1.0).abs() < 0.0225 && (v - 1.0).abs() < 0.064);
    }
}
