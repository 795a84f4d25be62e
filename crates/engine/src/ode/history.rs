//! The past of a solution: the Taylor coefficients of the interpolating polynomial.

use super::coefficients::MAX_ORDER;

/// Components are handled in blocks of this many, so that one pass over the state updates all its
/// derivatives from the cache, and so that the compiler may use vector instructions.
pub(super) const LANES: usize = 4;

/// `h^j y^(j) / j!` of a few components.
#[derive(Debug, Clone, Copy)]
struct Block([[f64; LANES]; MAX_ORDER + 1]);

/// The interpolating polynomial of the last step, at its end.
///
/// The vectors that it takes and gives are padded to a multiple of [`LANES`].
#[derive(Debug, Clone)]
pub(super) struct History {
    blocks: Vec<Block>,
    /// The step in which the coefficients are expressed.
    pub(super) h: f64,
    pub(super) order: usize,
    /// The lengths of the last steps, the last one first.
    past: [f64; MAX_ORDER + 1],
}

/// The length of a padded vector.
pub(super) fn padded(dim: usize) -> usize {
    dim.next_multiple_of(LANES)
}

impl History {
    /// Of order 1: the value and `h` times its derivative.
    pub(super) fn new(y: &[f64], dy: &[f64], h: f64) -> Self {
        let mut blocks = vec![Block([[0.0; LANES]; MAX_ORDER + 1]); y.len().div_ceil(LANES)];
        for ((block, y), dy) in blocks.iter_mut().zip(y.chunks(LANES)).zip(dy.chunks(LANES)) {
            for (i, (y, dy)) in y.iter().zip(dy).enumerate() {
                block.0[0][i] = *y;
                block.0[1][i] = h * dy;
            }
        }
        Self { blocks, h, order: 1, past: [h; MAX_ORDER + 1] }
    }

    /// The distances of the last points from the end of a next step `h`, in units of it.
    pub(super) fn distances(&self, h: f64) -> [f64; MAX_ORDER + 1] {
        let mut xi = [1.0; MAX_ORDER + 1];
        let mut back = h;
        for (xi, past) in xi[1..].iter_mut().zip(&self.past) {
            back += past;
            *xi = back / h;
        }
        xi
    }

    /// The step before the last one.
    pub(super) fn step_before(&self) -> f64 {
        self.past[1]
    }

    /// Extrapolates over a step `h`: the value into `y` and `h` times its derivative into `hdy`.
    pub(super) fn predict(&self, h: f64, y: &mut [f64], hdy: &mut [f64]) {
        match self.order {
            1 => self.predict_order::<1>(h, y, hdy),
            2 => self.predict_order::<2>(h, y, hdy),
            3 => self.predict_order::<3>(h, y, hdy),
            4 => self.predict_order::<4>(h, y, hdy),
            _ => self.predict_order::<MAX_ORDER>(h, y, hdy),
        }
    }

    /// The order is known to the compiler, so that a block's coefficients stay in registers.
    #[expect(clippy::needless_range_loop, reason = "short loops that are unrolled")]
    fn predict_order<const Q: usize>(&self, h: f64, y: &mut [f64], hdy: &mut [f64]) {
        let powers = self.powers(h);
        let (y, _) = y.as_chunks_mut::<LANES>();
        let (hdy, _) = hdy.as_chunks_mut::<LANES>();
        for ((block, y), hdy) in self.blocks.iter().zip(y).zip(hdy) {
            let (mut value, mut slope) = (block.0[0], [0.0; LANES]);
            for j in 1..=Q {
                for i in 0..LANES {
                    let term = block.0[j][i] * powers[j];
                    value[i] += term;
                    slope[i] += term * j as f64;
                }
            }
            *y = value;
            *hdy = slope;
        }
    }

    /// Moves on by a step `h` whose result differs by `e` from the prediction.
    pub(super) fn advance(&mut self, h: f64, l: &[f64; MAX_ORDER + 1], e: &[f64]) {
        match self.order {
            1 => self.advance_order::<1>(h, l, e),
            2 => self.advance_order::<2>(h, l, e),
            3 => self.advance_order::<3>(h, l, e),
            4 => self.advance_order::<4>(h, l, e),
            _ => self.advance_order::<MAX_ORDER>(h, l, e),
        }
        self.past.copy_within(..MAX_ORDER, 1);
        self.past[0] = h;
        self.h = h;
    }

    #[expect(clippy::needless_range_loop, reason = "short loops that are unrolled")]
    fn advance_order<const Q: usize>(&mut self, h: f64, l: &[f64; MAX_ORDER + 1], e: &[f64]) {
        let powers = self.powers(h);
        for (block, e) in self.blocks.iter_mut().zip(e.as_chunks::<LANES>().0) {
            let mut z = [[0.0; LANES]; MAX_ORDER + 1];
            for j in 0..=Q {
                for i in 0..LANES {
                    z[j][i] = block.0[j][i] * powers[j];
                }
            }
            // Pascal's triangle moves the polynomial's origin by one step.
            for first in 0..Q {
                for j in (first..Q).rev() {
                    for i in 0..LANES {
                        z[j][i] += z[j + 1][i];
                    }
                }
            }
            for j in 0..=Q {
                for i in 0..LANES {
                    block.0[j][i] = z[j][i] + l[j] * e[i];
                }
            }
        }
    }

    /// Raises the order by one, from the correction of the step just made.
    ///
    /// What is added, `a * x^2 * prod_{i<q} (x + xi_i)`, keeps the present value and derivative
    /// and the last `q - 1` values; `a` makes the polynomial also meet the value before those,
    /// which the predictor met and which the correction has moved it away from.
    pub(super) fn raise_order(&mut self, e: &[f64]) {
        let q = self.order;
        let xi = self.present_distances();
        let equal: f64 = (1..=q).map(|i| 1.0 / i as f64).sum();
        let actual: f64 = xi[..q].iter().map(|xi| xi.recip()).sum();
        let a = (equal - actual) / xi[..q].iter().product::<f64>();
        let d = monic(&xi[..q - 1]);
        for (block, e) in self.blocks.iter_mut().zip(e.as_chunks::<LANES>().0) {
            block.0[q + 1] = [0.0; LANES];
            for (z, d) in block.0[2..=q + 1].iter_mut().zip(&d[2..]) {
                z.iter_mut().zip(e).for_each(|(z, e)| *z += a * d * e);
            }
        }
        self.order = q + 1;
    }

    /// Lowers the order by one: the polynomial gives up the oldest value that it meets.
    pub(super) fn lower_order(&mut self) {
        let q = self.order;
        let d = monic(&self.present_distances()[..q.saturating_sub(2)]);
        for block in &mut self.blocks {
            let last = block.0[q];
            for (z, d) in block.0[..q].iter_mut().zip(&d).skip(2) {
                z.iter_mut().zip(&last).for_each(|(z, last)| *z -= d * last);
            }
        }
        self.order = q - 1;
    }

    /// The coefficient of the polynomial's highest power, in the unit of a step `h`.
    pub(super) fn highest(&self, out: &mut [f64]) {
        for (block, out) in self.blocks.iter().zip(out.as_chunks_mut::<LANES>().0) {
            *out = block.0[self.order];
        }
    }

    /// The present value, of as many components as `out` is long.
    pub(super) fn value(&self, out: &mut [f64]) {
        let values = self.blocks.iter().flat_map(|block| &block.0[0]);
        out.iter_mut().zip(values).for_each(|(out, value)| *out = *value);
    }

    /// The value at `s` steps after the end of the last step, of as many components as `out` has.
    pub(super) fn interpolate(&self, s: f64, out: &mut [f64]) {
        let value = |block: &Block| {
            let mut value = block.0[self.order];
            for z in block.0[..self.order].iter().rev() {
                value.iter_mut().zip(z).for_each(|(value, z)| *value = *value * s + z);
            }
            value
        };
        let (whole, rest) = out.as_chunks_mut::<LANES>();
        for (block, out) in self.blocks.iter().zip(&mut *whole) {
            *out = value(block);
        }
        if let Some(block) = self.blocks.get(whole.len()) {
            rest.iter_mut().zip(value(block)).for_each(|(out, value)| *out = value);
        }
    }

    /// The distances of the last points from the present one, in units of the present step.
    fn present_distances(&self) -> [f64; MAX_ORDER + 1] {
        let mut back = 0.0;
        self.past.map(|past| {
            back += past;
            back / self.h
        })
    }

    /// The factors that express the coefficients in a step `h`.
    fn powers(&self, h: f64) -> [f64; MAX_ORDER + 1] {
        let mut powers = [1.0; MAX_ORDER + 1];
        for j in 1..=MAX_ORDER {
            powers[j] = powers[j - 1] * (h / self.h);
        }
        powers
    }
}

/// The coefficients of `x^2 * prod (x + xi_i)`.
fn monic(xi: &[f64]) -> [f64; MAX_ORDER + 1] {
    let mut d = [0.0; MAX_ORDER + 1];
    d[2] = 1.0;
    for (added, xi) in xi.iter().enumerate() {
        for j in (2..=added + 3).rev() {
            d[j] = d[j] * xi + d[j - 1];
        }
    }
    d
}

#[cfg(test)]
mod tests {
    use super::super::coefficients::Coefficients;
    use super::*;

    fn at(history: &History, s: f64) -> f64 {
        let mut out = [0.0];
        history.interpolate(s, &mut out);
        out[0]
    }

    /// Makes steps with corrections out of the blue, raising the order after some of them, and
    /// checks after each that the polynomial meets the past values that it should.
    fn walk(steps: &[f64], raise_after: &[usize]) -> History {
        let mut history = History::new(&[1.0], &[0.3], 0.1);
        let (mut y, mut hdy) = ([0.0; LANES], [0.0; LANES]);
        let mut values = vec![1.0];
        for (n, &h) in steps.iter().enumerate() {
            let c = Coefficients::new(history.order, &history.distances(h));
            history.predict(h, &mut y, &mut hdy);
            let mut e = [0.0; LANES];
            e[0] = 0.1 * (1.7 * n as f64).sin();
            history.advance(h, &c.l, &e);
            values.push(y[0] + e[0]);
            check(&history, &values, &steps[..=n], history.order - 1);
            if raise_after.contains(&n) {
                history.raise_order(&e);
                check(&history, &values, &steps[..=n], history.order - 1);
            }
        }
        history
    }

    fn check(history: &History, values: &[f64], steps: &[f64], back: usize) {
        let mut s = 0.0;
        for i in 0..=back {
            let want = values[values.len() - 1 - i];
            assert!((at(history, s) - want).abs() < 1e-10, "{i} back: {} {want}", at(history, s));
            s -= steps[steps.len() - 1 - i] / history.h;
        }
    }

    const STEPS: [f64; 12] = [0.1, 0.2, 0.15, 0.1, 0.12, 0.2, 0.1, 0.3, 0.1, 0.1, 0.2, 0.15];

    #[test]
    fn past_values_are_kept_while_step_and_order_change() {
        let history = walk(&STEPS, &[1, 3, 6, 9]);
        assert_eq!(history.order, MAX_ORDER);
    }

    #[test]
    fn lowering_the_order_keeps_value_derivative_and_recent_points() {
        let mut history = walk(&STEPS, &[1, 3, 6]);
        assert_eq!(history.order, 4);
        let before_last = -1.0 - STEPS[10] / STEPS[11];
        let slope = |history: &History| history.blocks[0].0[1][0];
        let want = (at(&history, 0.0), slope(&history), at(&history, -1.0));
        let want_before_last = at(&history, before_last);
        history.lower_order();
        assert_eq!(history.order, 3);
        assert_eq!((want.0, want.1), (at(&history, 0.0), slope(&history)));
        assert!((want.2 - at(&history, -1.0)).abs() < 1e-12);
        assert!((want_before_last - at(&history, before_last)).abs() < 1e-12);
    }

    #[test]
    fn the_step_may_change_at_any_time() {
        let history = walk(&STEPS[..3], &[1]);
        let (mut y, mut hdy) = ([0.0; LANES], [0.0; LANES]);
        history.predict(0.05, &mut y, &mut hdy);
        assert!((at(&history, 0.05 / STEPS[2]) - y[0]).abs() < 1e-14);
    }
}
