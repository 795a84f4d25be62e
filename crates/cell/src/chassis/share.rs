//! Weighted max-min fair shares of a capacity.

/// What one claimant asks for, and its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// The most it can use.
    pub demand: f64,
    /// Its weight; higher gets more when there is not enough.
    pub weight: f64,
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
