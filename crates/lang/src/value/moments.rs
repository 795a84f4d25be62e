//! Means, spreads and quantiles of numbers of any size. NaN values are left out.
//!
//! If a sum or a square would overflow or underflow, the numbers are scaled towards 1 by powers of two,
//! which changes no digit.

use bioxen_base::statistics;

/// What brings the sum of any numbers into their range.
const SMALLER: f64 = 1.0 / (1_u64 << 62) as f64;

/// The sum of all, which may be a number though a part of it is beyond the largest.
pub fn total(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().sum();
    if sum.is_finite() || !values.iter().all(|x| x.is_finite()) {
        return sum;
    }
    values.iter().map(|x| x * SMALLER).sum::<f64>() / SMALLER
}

/// The mean.
pub fn mean(values: &[f64]) -> f64 {
    let finite = || values.iter().filter(|x| x.is_finite());
    let n = finite().count() as f64;
    let sum: f64 = finite().sum();
    if sum.is_finite() || n == 0.0 {
        return sum / n;
    }
    finite().map(|x| x * SMALLER).sum::<f64>() / n / SMALLER
}

/// Mean and variance (with n - 1), in two passes.
pub fn moments(values: &[f64]) -> (f64, f64) {
    let (squares, unit) = squares(values);
    (mean(values), squares * unit * unit)
}

/// The standard deviation (with n - 1), also where the variance is beyond the largest number.
pub fn sd(values: &[f64]) -> f64 {
    let (squares, unit) = squares(values);
    squares.sqrt() * unit
}

/// The variance, and of what unit it is the square.
fn squares(values: &[f64]) -> (f64, f64) {
    let mean = mean(values);
    let n = values.iter().filter(|x| x.is_finite()).count() as f64;
    if n == 0.0 {
        return (f64::NAN, 1.0);
    }
    // Halves, since a number may be further from the mean than the largest number.
    let finite = values.iter().filter(|x| x.is_finite());
    let off = || finite.clone().map(|x| x / 2.0 - mean / 2.0);
    let widest = off().fold(0.0, |widest: f64, x| widest.max(x.abs()));
    let exponent = if widest > 0.0 { widest.log2().floor().clamp(-1000.0, 1000.0) } else { 0.0 };
    let unit = 2_f64.powi(exponent as i32);
    let (sum, squares) =
        off().map(|x| x / unit).fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
    // The mean may lie between two numbers, and was rounded to one of them.
    ((squares - sum * sum / n).max(0.0) / (n - 1.0), 2.0 * unit)
}

/// The squared coefficient of variation, variance / mean².
pub fn cv2(values: &[f64]) -> f64 {
    let (mean, variance) = moments(values);
    let square = mean * mean;
    if variance.is_normal() && square.is_normal() {
        return variance / square;
    }
    let share = sd(values) / mean;
    share * share
}

/// The Fano factor, variance / mean.
pub fn fano(values: &[f64]) -> f64 {
    let (mean, variance) = moments(values);
    if variance.is_normal() {
        return variance / mean;
    }
    let sd = sd(values);
    sd * (sd / mean)
}

/// How many values are in each of `bins` bins of equal width, the least and the greatest value
/// being the ends: the edges, and the counts. Everything is in the first bin when all are equal.
pub fn counted(values: &[f64], bins: usize) -> (Vec<f64>, Vec<i64>) {
    let finite = || values.iter().copied().filter(|x| x.is_finite());
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    let mut counts = vec![0; bins];
    if low > high {
        return (vec![f64::NAN; bins + 1], counts);
    }
    // The ends may be further apart than the largest number.
    let by = if (high - low).is_finite() { 1.0 } else { SMALLER };
    let (start, width) = (low * by, (high * by - low * by) / bins as f64);
    for x in finite() {
        let place = if width > 0.0 { ((x * by - start) / width) as usize } else { 0 };
        counts[place.min(bins - 1)] += 1;
    }
    let edge = |i: usize| if i == bins { high } else { (start + i as f64 * width) / by };
    ((0..=bins).map(edge).collect(), counts)
}

/// A quantile of the finite ones of some numbers; NaN of none.
pub fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    statistics::quantile(&sorted, p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_by_hand() {
        assert_eq!(moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).0, 5.0);
        assert!((moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).1 - 32.0 / 7.0).abs() < 1e-12);
        assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), 2.5);
        assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.25), 1.75);
        assert_eq!(quantile(&[1.0, 2.0], 1.0), 2.0);
        assert!(quantile(&[], 0.5).is_nan() && mean(&[]).is_nan());
        let (edges, counts) = counted(&[0.0, 1.0, 2.0, 2.5, 4.0], 4);
        assert_eq!((edges, counts), (vec![0.0, 1.0, 2.0, 3.0, 4.0], vec![1, 1, 2, 1]));
        assert_eq!(counted(&[3.0, 3.0], 2).1, [2, 0]);
        assert!(counted(&[f64::NAN], 1).0[0].is_nan());
    }

    #[test]
    fn numbers_of_any_size_have_statistics() {
        assert_eq!(moments(&[1e16, 1e16 + 2.0]).1, 2.0);
        assert_eq!(moments(&[1e16, 1e16 + 2.0, 1e16 + 4.0]), (1e16 + 2.0, 4.0));
        assert_eq!(moments(&[1e16; 7]).1, 0.0);
        assert_eq!(mean(&[1e308, 1e308, f64::NAN]), 1e308);
        assert_eq!(total(&[1e308, 1e308, -1e308]), 1e308);
        assert!(total(&[1e308, 1e308]).is_infinite() && total(&[f64::NAN, 1.0]).is_nan());
        assert_eq!(mean(&[f64::MAX; 4]), f64::MAX);
        let root = std::f64::consts::SQRT_2;
        for size in [f64::MAX / 2.0, 1e200, 1.0, 1e-200, 1e-300] {
            let (sd, pair) = (sd(&[size, -size]) / size, [size, 3.0 * size]);
            assert!((sd / root - 1.0).abs() < 1e-15, "{size}: {sd}");
            if size < 1e300 {
                assert!((cv2(&pair) * 2.0 - 1.0).abs() < 1e-15, "{size}: {}", cv2(&pair));
                assert!((fano(&pair) / size - 1.0).abs() < 1e-15, "{size}: {}", fano(&pair));
            }
        }
        let quarter = quantile(&[-f64::MAX, f64::MAX], 0.75) / (f64::MAX / 2.0);
        assert!((quarter - 1.0).abs() < 1e-15, "{quarter}");
        let (edges, counts) = counted(&[-f64::MAX, 0.0, f64::MAX], 2);
        assert_eq!((edges, counts), (vec![-f64::MAX, 0.0, f64::MAX], vec![1, 2]));
    }
}
