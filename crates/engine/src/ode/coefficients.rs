//! The coefficients of one step, from the order and the distances of the last points.

/// The highest order; from the sixth on the method is of little use for stiff equations.
pub(super) const MAX_ORDER: usize = 5;

/// The coefficients for one step of a given order.
///
/// With `xi_i = (t_n - t_{n-i})/h` the corrector differs from the predictor by `e * L(x)`, `x =
/// (t - t_n)/h`, where `L(x) = (1 + x/xi*) * prod_{i<q} (1 + x/xi_i)` keeps the last `q - 1` values
/// and `xi*` is such that `L'(0) = 1 + 1/2 + .. + 1/q`, as if all steps were equal: that is the
/// fixed leading coefficient (Jackson and Sacks-Davis 1980).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Coefficients {
    /// The coefficients of `L`, the constant first.
    pub(super) l: [f64; MAX_ORDER + 1],
    /// The error of this step, per norm of the correction `e`.
    pub(super) error: f64,
    /// The error that a step of one order less would have, per norm of the last derivative.
    pub(super) error_lower: f64,
    /// The error that a step of one order more would have, per norm of the scaled change of `e`.
    pub(super) error_higher: f64,
    /// Makes the corrections of two steps comparable: `e` is about `h^(q+1) y^(q+1)` over this.
    pub(super) scale: f64,
}

impl Coefficients {
    /// For order `q` and the distances `xi[i - 1] = xi_i`, `i` from 1 to `q + 1`.
    ///
    /// The constants of the errors are those of the variable-step formulas in Brown, Byrne and
    /// Hindmarsh (1989), section 2.
    pub(super) fn new(q: usize, xi: &[f64; MAX_ORDER + 1]) -> Self {
        let order = q as f64;
        let equal: f64 = (1..=q).map(|i| 1.0 / i as f64).sum();
        let kept: f64 = xi[..q - 1].iter().map(|xi| xi.recip()).sum();
        let actual = kept + xi[q - 1].recip();

        let mut l = [0.0; MAX_ORDER + 1];
        l[0] = 1.0;
        let inverses = xi[..q - 1].iter().map(|xi| xi.recip()).chain([equal - kept]);
        for (degree, inverse) in inverses.enumerate() {
            for i in (0..=degree).rev() {
                l[i + 1] += l[i] * inverse;
            }
        }

        let product: f64 = xi[..q - 1].iter().product();
        let a1 = 1.0 + actual - equal;
        let a2 = 1.0 + order * a1;
        let equal_lower = equal - order.recip();
        let error_lower =
            if q == 1 { 1.0 } else { (product * (1.0 + kept - equal_lower) / equal_lower).abs() };
        let equal_higher = equal + (order + 1.0).recip();
        let next = xi[q];
        let a7 = (1.0 + actual + next.recip() - equal_higher) / a2;
        Self {
            l,
            error: (a1 / (equal * a2)).abs(),
            error_lower,
            error_higher: (a7 * next / ((order + 2.0) * equal_higher)).abs(),
            scale: (a2 * product * xi[q - 1]).abs(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EQUAL: [f64; MAX_ORDER + 1] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

    /// With equal steps, Gear's Nordsieck coefficients (Gear 1971, table 11.1), scaled so that
    /// the first is 1.
    #[test]
    fn equal_steps_give_gears_coefficients() {
        let gear: [&[f64]; MAX_ORDER] = [
            &[1.0, 1.0],
            &[2.0 / 3.0, 1.0, 1.0 / 3.0],
            &[6.0 / 11.0, 1.0, 6.0 / 11.0, 1.0 / 11.0],
            &[24.0 / 50.0, 1.0, 35.0 / 50.0, 10.0 / 50.0, 1.0 / 50.0],
            &[120.0 / 274.0, 1.0, 225.0 / 274.0, 85.0 / 274.0, 15.0 / 274.0, 1.0 / 274.0],
        ];
        for (i, gear) in gear.iter().enumerate() {
            let l = Coefficients::new(i + 1, &EQUAL).l;
            for (j, want) in gear.iter().enumerate() {
                assert!((l[j] - want / gear[0]).abs() < 1e-14, "order {}: {l:?}", i + 1);
            }
        }
    }

    /// The error of the formula of order q is `h^(q+1) y^(q+1) / ((q+1) * (1 + 1/2 + .. + 1/q))`
    /// and `e` is `h^(q+1) y^(q+1)`, up to signs.
    #[test]
    fn equal_steps_give_the_known_error_constants() {
        let mut harmonic = 0.0;
        for q in 1..=MAX_ORDER {
            harmonic += 1.0 / q as f64;
            let c = Coefficients::new(q, &EQUAL);
            assert!((c.error - 1.0 / ((q + 1) as f64 * harmonic)).abs() < 1e-14);
        }
    }

    #[test]
    fn the_polynomial_vanishes_at_the_kept_points() {
        let xi = [1.0, 1.7, 3.1, 3.6, 5.0, 5.2];
        let c = Coefficients::new(4, &xi);
        for x in &xi[..3] {
            let value = c.l.iter().rev().fold(0.0, |sum, l| sum * -x + l);
            assert!(value.abs() < 1e-12, "{value}");
        }
        assert!((c.l[1] - 25.0 / 12.0).abs() < 1e-14);
    }
}
