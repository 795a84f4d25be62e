//! The division of the RNA polymerases among the host's mRNA and the guests.

use crate::chassis::competition::TENANTS_LIMIT;
use crate::chassis::share::{Claim, Shares, max_min};

/// What one guest asks of the polymerases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Those that it would hold in an unburdened cell.
    pub need: f64,
    /// The most that it may hold; infinite when not limited.
    pub quota: f64,
    /// Weight in the division of what is scarce, 1 to 5.
    pub priority: f64,
}

/// How polymerases are shared. Reused from call to call: it allocates only when the number of guests
/// grows.
#[derive(Debug, Clone, PartialEq)]
pub struct Sharing {
    /// Transcription of mRNA at every promoter of host and guests, relative to that without guests: `x`.
    pub speed: f64,
    /// What each guest holds.
    pub held: Shares<Limit>,
}

impl Default for Sharing {
    fn default() -> Self {
        Self { speed: 1.0, held: Shares::default() }
    }
}

/// What holds a guest back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Its quota.
    Quota,
    /// The host, which cannot meet all quotas.
    Host,
}

impl Sharing {
    /// Transcription of a guest relative to that of an unburdened cell: what the others leave, times its
    /// own throttle.
    pub fn of(&self, guest: usize) -> f64 {
        self.speed * self.held.throttle.get(guest).copied().unwrap_or(1.0)
    }
}

/// Divides the polymerases that mRNA may have: all but those on stable RNA (`T - A_s`) where that is
/// kept, all (`T`) where stable RNA competes like the rest. With `C` the guests at their quotas `q`:
///
/// `x = (available - sum of q in C) / (available + sum of the others' A)`
///
/// and the throttle of a guest in `C` is `q / (A x)`. `C` grows until nobody else exceeds its quota,
/// which takes at most one pass for each guest. Without guests `x` is exactly 1.
///
/// # Examples
/// ```
/// use bioxen_cell::chassis::polymerase::{Demand, Pool, Sharing, share};
/// let available = Pool::at(1.0397).for_mrna();
/// let mut sharing = Sharing::default();
/// let guest = Demand { need: 1000.0, quota: 200.0, priority: 3.0 };
/// share(available, [guest].into_iter(), &mut sharing);
/// assert!((sharing.held.engaged[0] - 200.0).abs() < 1e-9);
/// assert!((sharing.speed - 0.94628).abs() < 1e-5);
/// ```
pub fn share(available: f64, demands: impl Iterator<Item = Demand> + Clone, out: &mut Sharing) {
    let count = demands.clone().count();
    let Sharing { speed, held } = out;
    *speed = 1.0;
    held.reset(count);
    held.limits.resize(count, Limit::Quota);
    held.most.extend(demands.clone().map(|demand| demand.quota));
    if count == 0 {
        return;
    }
    shrink(available, demands.clone(), held);
    let needs = demands.clone().map(|demand| demand.need);
    let speed_of = |taken: f64, need: f64| (available - taken) / (available + need);
    *speed = held.cap(0.0, needs, speed_of, |speed, need| speed * need);
    for (i, demand) in demands.enumerate() {
        let wanted = *speed * demand.need;
        held.settle(i, wanted, |quota| quota / wanted);
    }
}

/// Quotas that together exceed what guests may hold shrink to weighted max-min fair shares. A guest
/// without a quota takes part in the competition alone.
fn shrink(available: f64, demands: impl Iterator<Item = Demand>, held: &mut Shares<Limit>) {
    // The host keeps a part, as it does of its ribosomes.
    let capacity = TENANTS_LIMIT * available;
    let finite = |quota: &f64| quota.is_finite();
    if held.most.iter().copied().filter(finite).sum::<f64>() <= capacity {
        return;
    }
    let limited: Vec<(usize, Demand)> =
        demands.enumerate().filter(|(_, demand)| demand.quota.is_finite()).collect();
    // Nobody can use more than it would get if it were alone with the host.
    let claim = |(_, demand): &(usize, Demand)| {
        let alone = available * demand.need / (available + demand.need);
        Claim { demand: demand.quota.min(alone), weight: demand.priority }
    };
    let claims: Vec<Claim> = limited.iter().map(claim).collect();
    if claims.iter().map(|claim| claim.demand).sum::<f64>() <= capacity {
        return;
    }
    held.shrunk = true;
    for ((i, _), share) in limited.into_iter().zip(max_min(capacity, &claims)) {
        if share < held.most[i] {
            (held.most[i], held.limits[i]) = (share, Limit::Host);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pool;
    use super::*;
    use proptest::prelude::*;

    /// A doubling time of 40 min.
    const GROWTH: f64 = 1.039_720_770_839_917_9;

    fn demand(need: f64, quota: f64) -> Demand {
        Demand { need, quota, priority: 3.0 }
    }

    fn solve(available: f64, demands: &[Demand]) -> Sharing {
        let mut out = Sharing::default();
        share(available, demands.iter().copied(), &mut out);
        out
    }

    fn close(value: f64, expected: f64) {
        assert!((value / expected - 1.0).abs() < 1e-4, "{value}, expected {expected}");
    }

    #[test]
    fn a_load_meets_the_reference_where_stable_rna_is_kept() {
        let pool = Pool::at(GROWTH);
        for (need, x, guest, native, idle) in [
            (100.0, 0.97384, 97.38, 317.99, 3308.0),
            (1000.0, 0.78829, 788.29, 257.40, 2677.7),
            (10_000.0, 0.27131, 2713.15, 88.59, 921.6),
        ] {
            let out = solve(pool.for_mrna(), &[demand(need, f64::INFINITY)]);
            close(out.speed, x);
            close(out.held.engaged[0], guest);
            close(out.speed * pool.on_mrna, native);
            close(out.speed * pool.idle(), idle);
            // All are accounted for.
            let sum =
                pool.on_stable_rna + out.held.engaged[0] + out.speed * (pool.on_mrna + pool.idle());
            assert!((sum / pool.total - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_load_meets_the_reference_where_stable_rna_shares() {
        let pool = Pool::at(GROWTH);
        for (need, x, guest, stable) in [
            (100.0, 0.97639, 97.64, 402.85),
            (1000.0, 0.80529, 805.29, 332.26),
            (10_000.0, 0.29258, 2925.83, 120.72),
        ] {
            let out = solve(pool.total, &[demand(need, f64::INFINITY)]);
            close(out.speed, x);
            close(out.held.engaged[0], guest);
            close(out.speed * pool.on_stable_rna, stable);
        }
    }

    #[test]
    fn a_quota_meets_the_reference() {
        let pool = Pool::at(GROWTH);
        let out = solve(pool.for_mrna(), &[demand(1000.0, 200.0)]);
        close(out.speed, 0.94628);
        close(out.held.throttle[0], 0.21135);
        assert!((out.held.engaged[0] - 200.0).abs() < 1e-9);
        assert_eq!(out.held.limits().next(), Some(Some(Limit::Quota)));
    }

    #[test]
    fn half_of_what_a_guest_holds_halves_its_transcription() {
        let available = Pool::at(GROWTH).for_mrna();
        let free = solve(available, &[demand(300.0, f64::INFINITY)]);
        let halved = solve(available, &[demand(300.0, 0.5 * free.held.engaged[0])]);
        assert!((halved.of(0) / free.of(0) - 0.5).abs() < 1e-12);
        // What it leaves is there for the others.
        assert!(halved.speed > free.speed);
    }

    #[test]
    fn without_guests_nothing_changes_at_all() {
        assert_eq!(solve(3723.4, &[]), Sharing::default());
        assert_eq!(solve(3723.4, &[demand(0.0, 5.0)]).speed.to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn quotas_beyond_the_host_shrink_by_priority() {
        let heavy = |priority| Demand { priority, ..demand(1e6, 3000.0) };
        let both = [heavy(1.0), heavy(4.0)];
        let out = solve(3000.0, &both);
        assert!(out.held.shrunk);
        assert!((out.held.engaged[1] / out.held.engaged[0] - 4.0).abs() < 1e-9);
        assert!((out.held.engaged.iter().sum::<f64>() - 0.9 * 3000.0).abs() < 1e-6);
        assert!(out.held.limits().all(|limit| limit == Some(Limit::Host)));
    }

    fn guests() -> impl Strategy<Value = Vec<Demand>> {
        let quota = prop_oneof![Just(f64::INFINITY), 0.1..1e4_f64];
        let one = (0.0..1e5_f64, quota, 1_u8..=5);
        let guest = |(need, quota, priority)| Demand { need, quota, priority: f64::from(priority) };
        prop::collection::vec(one.prop_map(guest), 1..7)
    }

    proptest! {
        /// None is made or lost; guests together never hold all; no guest exceeds its quota; and
        /// whoever is held back is at its quota, unless the quotas shrank.
        #[test]
        fn polymerases_are_conserved_and_quotas_kept(all in guests(), growth in 0.0..3.0_f64) {
            let pool = Pool::at(growth);
            let available = pool.for_mrna();
            let out = solve(available, &all);
            let held: f64 = out.held.engaged.iter().sum();
            prop_assert!(out.speed > 0.0 && out.speed <= 1.0, "{}", out.speed);
            prop_assert!(held < available, "{held} of {available}");
            prop_assert!(((held + out.speed * available) / available - 1.0).abs() < 1e-9);
            for (i, guest) in all.iter().enumerate() {
                prop_assert!(out.held.engaged[i] <= guest.quota * (1.0 + 1e-12));
                let at_quota = out.held.engaged[i] >= guest.quota * (1.0 - 1e-9);
                prop_assert!(out.held.throttle[i] > 1.0 - 1e-9 || at_quota || out.held.shrunk);
            }
        }

        /// The order of the guests does not matter.
        #[test]
        fn the_order_does_not_matter(all in guests(), by in 0_usize..7) {
            let by = by % all.len();
            let mut turned = all.clone();
            turned.rotate_left(by);
            let (a, b) = (solve(3000.0, &all), solve(3000.0, &turned));
            let same = |x: f64, y: f64| (x - y).abs() <= 1e-9 * x.abs().max(1e-9);
            prop_assert!(same(a.speed, b.speed));
            for i in 0..all.len() {
                let j = (i + all.len() - by) % all.len();
                prop_assert!(same(a.held.throttle[i], b.held.throttle[j]), "{:?} {:?}", a, b);
                prop_assert!(same(a.held.engaged[i], b.held.engaged[j]));
            }
        }

        /// More priority never means less.
        #[test]
        fn priority_never_hurts(all in guests(), raised in 0_usize..7) {
            let i = raised % all.len();
            let before = solve(3000.0, &all);
            let mut more = all.clone();
            more[i].priority += 1.0;
            let after = solve(3000.0, &more);
            prop_assert!(after.held.engaged[i] >= before.held.engaged[i] * (1.0 - 1e-9));
        }
    }
}
