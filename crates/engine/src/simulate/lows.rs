//! Watches for what falls below its tolerance and grows again: from there on rounding decides.

/// A value below so many tolerances is low, and one so many times above that is high.
const LOW: f64 = 100.0;
const HIGH: f64 = 100.0;
/// So many steps are made before it is looked whether what is low grows.
const STEPS: usize = 4;
/// What grows at so many looks one after the other, by this power of e, would have grown for good: an
/// integrator that takes it for nothing makes steps that are too long to see it.
const LOOKS: usize = 5;
const POWER: f64 = 5.0;

/// What has been seen of one component.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// A value below this is low.
    threshold: f64,
    /// Whether it has been high, or was there from the start.
    lived: bool,
    /// The lowest value above nothing since it was high; none while it is not low.
    lowest: Option<f64>,
    /// The same of the times after which it was high again, or would have been.
    bottom: Option<f64>,
    /// At how many looks it has grown, and by which power of e.
    growing: (usize, f64),
}

/// The components of a state, step by step.
#[derive(Debug, Clone)]
pub(super) struct Lows {
    seen: Vec<Seen>,
    /// How many components are low that have lived.
    low: usize,
    /// Steps since it was looked whether they grow, and when that was.
    steps: usize,
    at: f64,
}

impl Lows {
    /// Begins with these tolerances, one for each component.
    pub(super) fn new(tolerances: impl Iterator<Item = f64>) -> Self {
        let seen = |tolerance: f64| Seen {
            threshold: LOW * tolerance,
            lived: false,
            lowest: None,
            bottom: None,
            growing: (0, 0.0),
        };
        Self { seen: tolerances.map(seen).collect(), low: 0, steps: 0, at: 0.0 }
    }

    /// Looks at the state at the start: what is there, however little, may grow.
    pub(super) fn begin(&mut self, t: f64, y: &[f64]) {
        for (seen, y) in self.seen.iter_mut().zip(y) {
            (seen.lived, seen.lowest, seen.bottom) = (*y != 0.0, None, None);
            seen.growing = (0, 0.0);
        }
        (self.steps, self.at) = (0, t);
        self.look(y);
    }

    /// Looks at the state after a step. Says whether it is time to look whether what is low grows.
    pub(super) fn look(&mut self, y: &[f64]) -> bool {
        self.low = 0;
        for (seen, y) in self.seen.iter_mut().zip(y) {
            let size = y.abs();
            if size < seen.threshold {
                if seen.lived && size > 0.0 {
                    self.low += 1;
                    seen.lowest = Some(seen.lowest.map_or(size, |lowest| lowest.min(size)));
                }
            } else if size > HIGH * seen.threshold {
                seen.lived = true;
                seen.growing = (0, 0.0);
                if let Some(lowest) = seen.lowest.take() {
                    seen.bottom = Some(seen.bottom.map_or(lowest, |bottom| bottom.min(lowest)));
                }
            }
        }
        self.steps += 1;
        self.steps >= STEPS && self.low > 0
    }

    /// Looks whether what is low moves away from zero, to either side, at these derivatives.
    pub(super) fn growth(&mut self, t: f64, y: &[f64], dy: &[f64]) {
        for ((seen, y), dy) in self.seen.iter_mut().zip(y).zip(dy) {
            let Some(lowest) = seen.lowest else { continue };
            let power = (t - self.at) * dy / y;
            if !(power > 0.0 && y.abs() < seen.threshold) {
                seen.growing = (0, 0.0);
                continue;
            }
            seen.growing = (seen.growing.0 + 1, seen.growing.1 + power);
            if seen.growing.0 >= LOOKS && seen.growing.1 > POWER {
                seen.bottom = Some(seen.bottom.map_or(lowest, |bottom| bottom.min(lowest)));
            }
        }
        (self.steps, self.at) = (0, t);
    }

    /// The components that were low and grew again, or should have, with the lowest value of each.
    pub(super) fn dips(&self) -> impl Iterator<Item = (usize, f64)> {
        let dip = |(component, seen): (usize, &Seen)| Some((component, seen.bottom?));
        self.seen.iter().enumerate().filter_map(dip)
    }

    /// The same, and those that were low to the end, where an integration has failed.
    pub(super) fn suspects(&self) -> impl Iterator<Item = (usize, f64)> {
        let low = |(component, seen): (usize, &Seen)| {
            let lowest = seen.bottom.into_iter().chain(seen.lowest).min_by(f64::total_cmp)?;
            Some((component, lowest))
        };
        self.seen.iter().enumerate().filter_map(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bottom(values: &[f64]) -> Option<f64> {
        let mut lows = Lows::new([1e-12].into_iter());
        lows.begin(0.0, &values[..1]);
        for value in &values[1..] {
            lows.look(&[*value]);
        }
        lows.dips().next().map(|(_, bottom)| bottom)
    }

    #[test]
    fn a_dip_lies_between_higher_values() {
        assert_eq!(bottom(&[1.0, 1e-12, 1e-14, 1e-3, 1e-11, 1.0]), Some(1e-14));
        assert_eq!(bottom(&[1.0, -1e-14, -1e9]), Some(1e-14));
        assert_eq!(bottom(&[1e-20, 1e-14, 1.0]), Some(1e-20));
        assert_eq!(bottom(&[0.0, 1e-14, 1.0]), None);
        assert_eq!(bottom(&[1.0, 1e-14, 1e-20]), None);
        assert_eq!(bottom(&[1.0, 0.0, 1.0]), None);
    }

    #[test]
    fn what_is_low_and_grows_has_a_dip_wherever_it_ends() {
        let growing = |rates: &[f64]| {
            let mut lows = Lows::new([1e-12].into_iter());
            lows.begin(0.0, &[1e-15]);
            for (i, rate) in rates.iter().enumerate() {
                lows.growth((i + 1) as f64, &[-1e-15], &[-1e-15 * rate]);
            }
            lows.dips().count()
        };
        assert_eq!(growing(&[2.0; 5]), 1);
        assert_eq!(growing(&[0.1; 5]), 0);
        assert_eq!(growing(&[9.0, -1.0, 9.0, 9.0, 9.0, 9.0, -1.0]), 0);
    }
}
