//! The times at which functions of the solution change their signs.

use super::Bdf;

/// A change of sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Root {
    /// The first time, to the finder's resolution, at which the sign has changed.
    pub time: f64,
    /// Which function.
    pub index: usize,
    /// Whether the function is now positive or zero; before it was negative.
    pub rising: bool,
}

/// Looks for changes of sign along an integration, on the interpolating polynomials of its steps.
///
/// A function counts as negative, or as positive or zero. It need not be continuous: a condition
/// may be given as -1 and 1. What changes its sign twice within one of the parts into which a
/// step is divided is not seen.
///
/// # Examples
/// ```
/// use bioxen_engine::ode::{Bdf, DenseSystem, Options, RootFinder};
///
/// // When has an exponential fallen to a half?
/// let mut system = DenseSystem::new(1, |_t: f64, y: &[f64], dy: &mut [f64]| {
///     dy[0] = -y[0];
///     Ok(())
/// });
/// let mut bdf = Bdf::new(0.0, &[1.0], Options::default());
/// let mut finder = RootFinder::new(1, |_t: f64, y: &[f64], g: &mut [f64]| g[0] = y[0] - 0.5);
/// finder.start(bdf.t(), bdf.y());
/// let root = loop {
///     bdf.step(&mut system, None)?;
///     if let Some(root) = finder.next(&bdf) {
///         break root;
///     }
/// };
/// assert!((root.time - 2f64.ln()).abs() < 1e-5 && !root.rising);
/// # Ok::<(), bioxen_engine::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RootFinder<G> {
    functions: G,
    /// How far the search has come.
    t: f64,
    /// Which functions are not negative there.
    signs: Vec<bool>,
    values: Vec<f64>,
    y: Vec<f64>,
}

/// Into how many parts a step is divided.
const PARTS: u32 = 4;
/// The resolution, relative to the length of the step and to the time.
const RESOLUTION: f64 = 1e-14;

impl<G: FnMut(f64, &[f64], &mut [f64])> RootFinder<G> {
    /// For `count` functions of time and state, which `functions` writes into its last argument.
    pub fn new(count: usize, functions: G) -> Self {
        let (signs, values) = (vec![false; count], vec![0.0; count]);
        Self { functions, t: f64::NEG_INFINITY, signs, values, y: Vec::new() }
    }

    /// Begins at a time and state; again after [`Bdf::restart`].
    pub fn start(&mut self, t: f64, y: &[f64]) {
        self.t = t;
        self.y.clear();
        self.y.extend_from_slice(y);
        (self.functions)(t, y, &mut self.values);
        self.signs.iter_mut().zip(&self.values).for_each(|(sign, g)| *sign = *g >= 0.0);
    }

    /// The next change of sign up to the end of the integrator's last step, if there is one. To be
    /// called until there is none before the next step is made; of changes at the same time each
    /// is given.
    pub fn next(&mut self, bdf: &Bdf) -> Option<Root> {
        let (mut from, to) = (self.t.max(bdf.t_before()), bdf.t());
        let part = (to - from) / f64::from(PARTS);
        // The first part has no length, for what happens together with the last root.
        for i in 0..=PARTS {
            let until = if i == PARTS { to } else { from.max(to - f64::from(PARTS - i) * part) };
            if self.first_change(bdf, until).is_some() {
                let time = self.bisect(bdf, from, until);
                let index = self.first_change(bdf, time)?;
                self.t = time;
                self.signs[index] = !self.signs[index];
                return Some(Root { time, index, rising: self.signs[index] });
            }
            from = until;
        }
        self.t = to;
        None
    }

    /// The first function whose sign at this time is not the one noted.
    fn first_change(&mut self, bdf: &Bdf, t: f64) -> Option<usize> {
        bdf.interpolate(t, &mut self.y);
        (self.functions)(t, &self.y, &mut self.values);
        self.signs.iter().zip(&self.values).position(|(sign, g)| *sign != (*g >= 0.0))
    }

    /// The first time of any change between two times of which only the later shows one.
    fn bisect(&mut self, bdf: &Bdf, mut from: f64, mut to: f64) -> f64 {
        let resolution = RESOLUTION * (to - from).max(to.abs());
        while to - from > resolution {
            let middle = from + 0.5 * (to - from);
            if middle <= from || middle >= to {
                break;
            }
            if self.first_change(bdf, middle).is_some() {
                to = middle;
            } else {
                from = middle;
            }
        }
        to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ode::{DenseSystem, Options};

    #[test]
    fn all_changes_of_sign_are_found_in_order() {
        let mut system = DenseSystem::new(2, |_t: f64, y: &[f64], dy: &mut [f64]| {
            dy.copy_from_slice(&[y[1], -y[0]]);
            Ok(())
        });
        let options = Options { rtol: 1e-10, atol: 1e-12, ..Options::default() };
        let mut bdf = Bdf::new(0.0, &[0.0, 1.0], options);
        // The sine, the cosine as a mere condition, and the sine once more.
        let mut finder = RootFinder::new(3, |_t: f64, y: &[f64], g: &mut [f64]| {
            g.copy_from_slice(&[y[0], if y[1] > 0.0 { 1.0 } else { -1.0 }, -y[0]]);
        });
        finder.start(bdf.t(), bdf.y());
        let mut roots = Vec::new();
        while bdf.t() < 10.0 {
            bdf.step(&mut system, Some(10.0)).unwrap();
            while let Some(root) = finder.next(&bdf) {
                roots.push(root);
            }
        }
        let half = std::f64::consts::FRAC_PI_2;
        // Both sines are zero at the start, which is not negative.
        let want = [
            (0.0, 2, false),
            (half, 1, false),
            (2.0 * half, 0, false),
            (2.0 * half, 2, true),
            (3.0 * half, 1, true),
            (4.0 * half, 0, true),
            (4.0 * half, 2, false),
            (5.0 * half, 1, false),
            (6.0 * half, 0, false),
            (6.0 * half, 2, true),
        ];
        assert_eq!(roots.len(), want.len(), "{roots:?}");
        for (root, (time, index, rising)) in roots.iter().zip(want) {
            assert!((root.time - time).abs() < 1e-7, "{root:?}, {time}");
            assert_eq!((root.index, root.rising), (index, rising), "{root:?}");
        }
    }

    #[test]
    fn a_bouncing_ball_restarts_at_each_bounce() {
        // Fallen from 1 with g = 2 it bounces after 1, and after 2 more with its speed unchanged.
        let mut system = DenseSystem::new(2, |_t: f64, y: &[f64], dy: &mut [f64]| {
            dy.copy_from_slice(&[y[1], -2.0]);
            Ok(())
        });
        let mut bdf = Bdf::new(0.0, &[1.0, 0.0], Options::default());
        let mut finder = RootFinder::new(1, |_t: f64, y: &[f64], g: &mut [f64]| g[0] = -y[0]);
        finder.start(0.0, bdf.y());
        let mut bounces = Vec::new();
        while bounces.len() < 3 {
            bdf.step(&mut system, None).unwrap();
            if let Some(root) = finder.next(&bdf).filter(|root| root.rising) {
                let mut y = [0.0; 2];
                bdf.interpolate(root.time, &mut y);
                let up = [1e-12, -y[1]];
                bdf.restart(root.time, &up);
                finder.start(root.time, &up);
                bounces.push(root.time);
            }
        }
        for (bounce, want) in bounces.iter().zip([1.0, 3.0, 5.0]) {
            assert!((bounce - want).abs() < 1e-4, "{bounces:?}");
        }
    }
}
