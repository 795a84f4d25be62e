//! When the first of the rare events happens, at a rate that changes along the leap.

/// A rate that goes evenly from one value to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hazard {
    first: f64,
    last: f64,
    span: f64,
}

impl Hazard {
    /// The rate is `first` at 0 and `last` at `span`, which must be finite.
    pub(super) fn new(first: f64, last: f64, span: f64) -> Self {
        Self { first, last, span }
    }

    /// How much of the way from the first to the last rate lies behind at a time.
    pub(super) fn weight(self, time: f64) -> f64 {
        (time / self.span).clamp(0.0, 1.0)
    }

    /// When the rate has added up to `wait`; none if that is not within the span.
    pub(super) fn time(self, wait: f64) -> Option<f64> {
        let Self { first, last, span } = self;
        if HALF * (first + last) * span < wait {
            return None;
        }
        // first s + (last - first) s^2 / (2 span) = wait, solved without cancellation.
        let root = (first * first + 2.0 * (last - first) / span * wait).max(0.0).sqrt();
        let time = 2.0 * wait / (first + root);
        time.is_finite().then_some(time.min(span))
    }
}

const HALF: f64 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_adds_up_to_the_wait() {
        for (first, last) in [(2.0, 2.0), (2.0, 4.0), (4.0, 1.0), (3.0, 0.0)] {
            let hazard = Hazard::new(first, last, 0.5);
            for wait in [1e-9, 0.1, 0.4, 0.7] {
                let whole = 0.5 * (first + last) * 0.5;
                match hazard.time(wait) {
                    None => assert!(whole < wait),
                    Some(s) => {
                        let sum = first * s + (last - first) * hazard.weight(s) * s / 2.0;
                        assert!((sum - wait).abs() < 1e-12, "{first} {last} {wait}");
                    }
                }
            }
        }
        assert_eq!(Hazard::new(0.0, 0.0, 1.0).time(0.1), None);
    }
}
