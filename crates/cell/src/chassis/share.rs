//! Weighted max-min fair shares of a capacity.

/// What one claimant asks for, and its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// The most it can use.
    pub demand: f64,
    /// Its weight; higher gets more when there is not enough.
    pub weight: f64,
}

/// What each of several claimants holds of a resource, and what holds it back: `L` says what that is.
/// Reused from call to call: it allocates only when the number of claimants grows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares<L> {
    /// The throttle of each, from 0 to 1 (1: not held back).
    pub throttle: Vec<f64>,
    /// What each holds.
    pub engaged: Vec<f64>,
    /// Whether the most that they may hold had to shrink because together they exceed the host.
    pub shrunk: bool,
    /// The most that each may hold.
    pub(super) most: Vec<f64>,
    /// Whether it reaches that.
    pub(super) capped: Vec<bool>,
    /// What holds it back where it does.
    pub(super) limits: Vec<L>,
}

impl<L> Default for Shares<L> {
    fn default() -> Self {
        Self {
            throttle: Vec::new(),
            engaged: Vec::new(),
            shrunk: false,
            most: Vec::new(),
            capped: Vec::new(),
            limits: Vec::new(),
        }
    }
}

/// What one claimant holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Portion<L> {
    /// How much it holds.
    pub engaged: f64,
    /// By how much it is held back, 1 being not at all.
    pub throttle: f64,
    /// What holds it back, if something does.
    pub limit: Option<L>,
    /// Whether the most that all may hold had to shrink because together they exceed the host.
    pub shrunk: bool,
}

impl<L: Copy> Shares<L> {
    /// What one holds; nothing, and without being held back, if it takes no part.
    pub fn of(&self, one: Option<usize>) -> Portion<L> {
        let of = |all: &[f64], none| one.and_then(|at| all.get(at)).copied().unwrap_or(none);
        Portion {
            engaged: of(&self.engaged, 0.0),
            throttle: of(&self.throttle, 1.0),
            limit: one.and_then(|at| self.limits().nth(at)).flatten(),
            shrunk: self.shrunk,
        }
    }

    /// What holds each back, if something does.
    pub fn limits(&self) -> impl Iterator<Item = Option<L>> {
        self.limits.iter().zip(&self.capped).map(|(limit, capped)| capped.then_some(*limit))
    }

    /// Begins anew for `count` claimants that hold nothing and are not held back. Nothing is said of the
    /// most that they may hold.
    pub(super) fn reset(&mut self, count: usize) {
        refill(&mut self.throttle, count, 1.0);
        refill(&mut self.engaged, count, 0.0);
        self.shrunk = false;
        self.most.clear();
        refill(&mut self.capped, count, false);
        self.limits.clear();
    }

    /// Lets claimants be held back one after the other, until nobody else wants more than it may hold.
    ///
    /// `level` says how full the resource is, from what those that are held back hold and from the weight
    /// of the others together with that of the `host`; `wanted` says how much a claimant wants at that
    /// level, from its weight. Gives the level that is reached, after at most one pass for each.
    pub(super) fn cap(
        &mut self,
        host: f64,
        weights: impl Iterator<Item = f64> + Clone,
        level: impl Fn(f64, f64) -> f64,
        wanted: impl Fn(f64, f64) -> f64,
    ) -> f64 {
        loop {
            let (mut taken, mut others) = (0.0, host);
            for (i, weight) in weights.clone().enumerate() {
                if self.capped[i] {
                    taken += self.most[i];
                } else {
                    others += weight;
                }
            }
            let level = level(taken, others);
            let mut grew = false;
            for (i, weight) in weights.clone().enumerate() {
                if !self.capped[i] && wanted(level, weight) > self.most[i] {
                    self.capped[i] = true;
                    grew = true;
                }
            }
            if !grew {
                return level;
            }
        }
    }

    /// Lets one hold what it wants, or the most that it may where it is held back. Its throttle follows
    /// from that.
    pub(super) fn settle(&mut self, one: usize, wanted: f64, throttle: impl FnOnce(f64) -> f64) {
        let most = self.most[one];
        if self.capped[one] {
            // To the digit the most: what is left of it is nothing.
            self.engaged[one] = most.min(wanted);
            self.throttle[one] = throttle(most).min(1.0);
        } else {
            self.engaged[one] = wanted;
        }
    }
}

fn refill<T: Copy>(list: &mut Vec<T>, count: usize, value: T) {
    list.clear();
    list.resize(count, value);
}

/// Divides `capacity` so that no claim gets more than its demand, nothing is left over while a
/// claim is unmet, and unmet claims get shares in proportion to their weights (max-min fairness;
/// Bertsekas and Gallager, *Data Networks*, 1992, section 6.5.2).
///
/// # Examples
/// ```
/// use bioxen_cell::chassis::share::{Claim, max_min};
/// let claims = [Claim { demand: 10.0, weight: 1.0 }, Claim { demand: 90.0, weight: 1.0 }];
/// assert_eq!(max_min(60.0, &claims), [10.0, 50.0]);
/// ```
pub fn max_min(capacity: f64, claims: &[Claim]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..claims.len()).collect();
    // Whoever is content with the smallest share of a weight is served first.
    order.sort_by(|&a, &b| {
        let level = |i: usize| claims[i].demand / claims[i].weight;
        level(a).total_cmp(&level(b)).then(a.cmp(&b))
    });
    let mut left = capacity.max(0.0);
    let mut weights: f64 = claims.iter().map(|c| c.weight).sum();
    let mut shares = vec![0.0; claims.len()];
    for i in order {
        let share = (left * claims[i].weight / weights).min(claims[i].demand).max(0.0);
        shares[i] = share;
        left -= share;
        weights -= claims[i].weight;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weights_decide_what_is_scarce() {
        let claims = [Claim { demand: 90.0, weight: 1.0 }, Claim { demand: 90.0, weight: 2.0 }];
        assert_eq!(max_min(60.0, &claims), [20.0, 40.0]);
    }

    #[test]
    fn plenty_gives_everybody_what_was_asked() {
        let claims = [Claim { demand: 3.0, weight: 5.0 }, Claim { demand: 4.0, weight: 1.0 }];
        assert_eq!(max_min(100.0, &claims), [3.0, 4.0]);
        assert_eq!(max_min(100.0, &[]), Vec::<f64>::new());
    }

    proptest! {
        #[test]
        fn a_higher_priority_never_means_less(
            capacity in 0.0..1e5f64,
            raw in prop::collection::vec((0.0..1e5f64, 1u8..=5), 1..8),
            raised in 0usize..8,
        ) {
            let mut claims: Vec<Claim> =
                raw.iter().map(|&(demand, w)| Claim { demand, weight: f64::from(w) }).collect();
            let i = raised % claims.len();
            let before = max_min(capacity, &claims)[i];
            claims[i].weight += 1.0;
            let after = max_min(capacity, &claims)[i];
            prop_assert!(after >= before - 1e-9 * (1.0 + capacity), "{after} after {before}");
        }

        #[test]
        fn shares_are_fair(
            capacity in 0.0..1e5f64,
            raw in prop::collection::vec((0.0..1e5f64, 1u8..=5), 1..8),
        ) {
            let claims: Vec<Claim> =
                raw.iter().map(|&(demand, w)| Claim { demand, weight: f64::from(w) }).collect();
            let shares = max_min(capacity, &claims);
            let total: f64 = shares.iter().sum();
            let wanted: f64 = claims.iter().map(|c| c.demand).sum();
            prop_assert!((total - wanted.min(capacity)).abs() < 1e-6 * (1.0 + capacity));
            for (i, a) in claims.iter().enumerate() {
                prop_assert!(shares[i] <= a.demand);
                for (j, b) in claims.iter().enumerate() {
                    // A higher priority never gets less, unless it asked for less.
                    if a.weight >= b.weight && a.demand >= b.demand {
                        prop_assert!(shares[i] >= shares[j] - 1e-9 * (1.0 + capacity));
                    }
                }
            }
        }
    }
}
