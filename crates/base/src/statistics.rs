//! The one definition of a quantile.

/// A quantile of sorted numbers, by linear interpolation between order statistics: type 7 of Hyndman
/// & Fan, *Am. Stat.* 50:361 (1996), the default of R and NumPy. NaN of no numbers.
///
/// # Examples
/// ```
/// use bioxen_base::statistics::quantile;
/// assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
/// assert!(quantile(&[], 0.5).is_nan());
/// ```
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    if p.is_nan() {
        return f64::NAN;
    }
    let place = p.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    between(sorted[below], sorted[above], place - below as f64)
}

/// The median; it sorts the numbers. NaN of no numbers.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(values, 0.5)
}

/// The number at a share of the way from one number to another, which may be further apart than the
/// largest number.
pub fn between(from: f64, to: f64, share: f64) -> f64 {
    let way = to - from;
    if way.is_finite() { from + share * way } else { from * (1.0 - share) + to * share }
}
