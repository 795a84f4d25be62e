//! Statistics of numbers. What is not a number is missing, and left out by all of them.

fn known(numbers: &[f64]) -> impl Iterator<Item = f64> + Clone {
    numbers.iter().copied().filter(|x| !x.is_nan())
}

/// How many there are.
pub fn count(numbers: &[f64]) -> usize {
    known(numbers).count()
}

/// The sum, by compensated summation (A. Neumaier, ZAMM 54:39-51, 1974): the error does not grow with the
/// number of summands. Of nothing it is 0.
///
/// # Examples
/// ```
/// assert_eq!(bioxen_table::statistics::sum(&[1e100, 1.0, -1e100]), 1.0);
/// ```
pub fn sum(numbers: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for x in known(numbers) {
        let next = sum + x;
        lost += if sum.abs() >= x.abs() { (sum - next) + x } else { (x - next) + sum };
        sum = next;
    }
    // Where the sum is infinite, the correction is not a number.
    if lost.is_finite() { sum + lost } else { sum }
}

/// The arithmetic mean; of nothing it is missing.
pub fn mean(numbers: &[f64]) -> f64 {
    sum(numbers) / count(numbers) as f64
}

/// The standard deviation of a sample: the square root of the sum of squared distances from the mean,
/// divided by n - 1. Of less than two numbers it is missing.
pub fn sd(numbers: &[f64]) -> f64 {
    let n = count(numbers);
    if n < 2 {
        return f64::NAN;
    }
    let mean = mean(numbers);
    if !mean.is_finite() {
        return f64::NAN;
    }
    let squares: Vec<f64> = known(numbers).map(|x| (x - mean) * (x - mean)).collect();
    (sum(&squares) / (n - 1) as f64).sqrt()
}

/// The standard error of the mean: the standard deviation divided by the square root of n.
pub fn sem(numbers: &[f64]) -> f64 {
    sd(numbers) / (count(numbers) as f64).sqrt()
}

/// The median: the quantile 0.5.
pub fn median(numbers: &[f64]) -> f64 {
    quantile(numbers, 0.5)
}

/// A quantile, `p` from 0 to 1, by definition 7 of R. J. Hyndman and Y. Fan, Sample quantiles in
/// statistical packages, The American Statistician 50:361-365 (1996), which R, NumPy and spreadsheets
/// have as their default: linear between the order statistics, of which number `(n - 1) p + 1` is meant.
/// Of nothing, or for another `p`, it is missing.
///
/// # Examples
/// ```
/// use bioxen_table::statistics::quantile;
/// assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.25), 1.75);
/// ```
pub fn quantile(numbers: &[f64], p: f64) -> f64 {
    let mut sorted: Vec<f64> = known(numbers).collect();
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    sorted.sort_unstable_by(f64::total_cmp);
    let place = (sorted.len() - 1) as f64 * p;
    let below = place.floor() as usize;
    let part = place - place.floor();
    let low = sorted[below];
    match sorted.get(below + 1) {
        // Equal neighbours, infinite ones among them, have nothing between them.
        Some(high) if part > 0.0 && *high != low => low + part * (high - low),
        _ => low,
    }
}

/// The smallest; of nothing it is missing.
pub fn min(numbers: &[f64]) -> f64 {
    known(numbers).fold(f64::NAN, f64::min)
}

/// The greatest; of nothing it is missing.
pub fn max(numbers: &[f64]) -> f64 {
    known(numbers).fold(f64::NAN, f64::max)
}
