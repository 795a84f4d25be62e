//! Distributions that intervals need, and quantiles of samples.

/// The natural logarithm of the gamma function for a positive number: Stirling's series (*NIST Digital
/// Library of Mathematical Functions*, 5.11.1) after the recurrence 5.5.1 has made the argument large.
pub fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 15.0 {
        shift += x.ln();
        x += 1.0;
    }
    // B_2k / (2k (2k - 1)), of which the next would be below 10^-16 here.
    let terms =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0];
    let (mut power, mut series) = (1.0 / x, 0.0);
    for term in terms {
        series += term * power;
        power /= x * x;
    }
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

/// The probability that a standard normal variable is above `x`: the series of Marsaglia (*J. Stat. Softw.*
/// 11(4), 2004) near zero, the continued fraction 26.2.14 of Abramowitz & Stegun (*Handbook of Mathematical
/// Functions*, 1964) in the tail.
pub fn normal_above(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < 0.0 {
        return 1.0 - normal_above(-x);
    }
    let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if x < 3.0 {
        let (mut term, mut sum, mut k) = (x, x, 1.0);
        while term > 1e-17 * sum {
            k += 2.0;
            term *= x * x / k;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    let fraction = (1..=80).rev().fold(x, |f, k| x + f64::from(k) / f);
    density / fraction
}

/// The value below which a standard normal variable lies with probability `p`: Newton's method on the
/// logarithm of the tail, which is concave, so that it cannot overshoot twice.
///
/// # Examples
/// ```
/// let z = bioxen_study::statistics::normal_quantile(0.975);
/// assert!((z - 1.959_963_984_540_054).abs() < 1e-12);
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    if !(p > 0.0 && p < 1.0) {
        return match p {
            0.0 => f64::NEG_INFINITY,
            1.0 => f64::INFINITY,
            _ => f64::NAN,
        };
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    // The tangent at 0 may lead so far out that nothing is left there.
    let mut x = 0.0f64;
    let most = (-2.0 * p.ln()).sqrt();
    for _ in 0..60 {
        let above = normal_above(x);
        let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let step = (above / p).ln() * above / density;
        let before = x;
        x = (x + step).min(most);
        if (x - before).abs() <= 1e-15 * (1.0 + x) {
            break;
        }
    }
    -x
}

/// The regularised incomplete beta function: the continued fraction of the *NIST Digital Library of
/// Mathematical Functions*, 8.17.22, evaluated by the modified method of Lentz.
pub fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    let tiny = 1e-300;
    let away = |v: f64| if v.abs() < tiny { tiny } else { v };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut f = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        f *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        f *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front.exp() * f / a
}

/// The value between whose negative and itself Student's t with so many degrees of freedom lies with
/// probability `level`. Infinite degrees of freedom are the normal distribution.
///
/// # Examples
/// ```
/// let t = bioxen_study::statistics::t_two_sided(0.95, 10.0);
/// assert!((t - 2.228_138_851_964_939).abs() < 1e-9);
/// ```
pub fn t_two_sided(level: f64, degrees_of_freedom: f64) -> f64 {
    if !(level > 0.0 && level < 1.0) || degrees_of_freedom.is_nan() || degrees_of_freedom <= 0.0 {
        return f64::NAN;
    }
    if degrees_of_freedom > 1e8 {
        return normal_quantile(0.5 + 0.5 * level);
    }
    let nu = degrees_of_freedom;
    // Outside of +-t lies I(nu / (nu + t^2); nu/2, 1/2), by 8.17 of the same library.
    let outside = |t: f64| incomplete_beta(nu / (nu + t * t), 0.5 * nu, 0.5);
    let (mut low, mut high) = (0.0, 1.0);
    while outside(high) > 1.0 - level && high < 1e100 {
        (low, high) = (high, 2.0 * high);
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        match outside(middle) > 1.0 - level {
            true => low = middle,
            false => high = middle,
        }
    }
    0.5 * (low + high)
}

/// The mean; not a number for none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The variance with n - 1; not a number for fewer than two.
pub fn variance(values: &[f64]) -> f64 {
    let m = mean(values);
    let sum: f64 = values.iter().map(|v| (v - m) * (v - m)).sum();
    if values.len() < 2 { f64::NAN } else { sum / (values.len() - 1) as f64 }
}

/// A quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan, *Am. Stat.* 50:361,
/// 1996) of values in ascending order; not a number for none.
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let low = at.floor() as usize;
    let high = (low + 1).min(last);
    sorted[low] + (at - low as f64) * (sorted[high] - sorted[low])
}

/// Values in ascending order.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests;
