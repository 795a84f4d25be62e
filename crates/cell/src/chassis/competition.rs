//! The division of the ribosomes: host and guest mRNA compete through one denominator, and a tenant's
//! engaged ribosomes never exceed its cap. RNA polymerases are divided first, in the same way
//! ([`super::polymerase`]).

use super::energy::{PER_AMINO_ACID, PER_NUCLEOTIDE};
use super::parameters::{CELL_MASS, HOUSEKEEPING};
use super::polymerase::{Demand, Limit, Sharing, occupied, share};
use super::share::{Claim, Shares, max_min};

/// The part of the host's ribosomes that tenants may hold together at most. The host keeps the
/// rest: without ribosomes of its own it would die.
pub const TENANTS_LIMIT: f64 = 0.9;

/// One guest genome as the host feels it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tenant {
    /// Weight of its mRNA in the competition: the sum of `m * rho / k` over its genes.
    pub weight: f64,
    /// RNA it would make beside no guests while the cell grows by a factor of e [nt]: times the growth
    /// rate and its share of transcription, the rate.
    pub rna_nt: f64,
    /// RNA polymerases it would hold beside no guests.
    pub polymerases: f64,
    /// The most RNA polymerases it may hold; infinite when not limited.
    pub polymerase_quota: f64,
    /// RNA polymerases that mRNA of host and guests may have in the medium: the same for all tenants.
    pub polymerases_for_mrna: f64,
    /// Amino acids of its proteins that are degraded [1/h].
    pub decayed_aa: f64,
    /// The most ribosomes it may hold; infinite when not limited.
    pub quota: f64,
    /// The most of the host's ATP production it may use, as a fraction; 1 when not limited.
    pub atp_share: f64,
    /// Weight in the division of what is scarce, 1 to 5.
    pub priority: f64,
}

impl Tenant {
    /// One that has nothing and is not limited.
    pub const IDLE: Self = Self {
        weight: 0.0,
        rna_nt: 0.0,
        polymerases: 0.0,
        polymerase_quota: f64::INFINITY,
        polymerases_for_mrna: 1.0,
        decayed_aa: 0.0,
        quota: f64::INFINITY,
        atp_share: 1.0,
        priority: 1.0,
    };

    /// Takes so much RNA that is made at the growth of the unburdened host [nt/h], and that growth [1/h].
    pub fn transcribe(&mut self, nt_per_h: f64, unburdened_growth_per_h: f64) {
        self.rna_nt = nt_per_h / unburdened_growth_per_h;
        self.polymerases = occupied(nt_per_h, unburdened_growth_per_h);
    }
}

/// What holds a tenant back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Its quota of ribosomes.
    Ribosomes,
    /// Its share of ATP.
    Atp,
    /// The host, which cannot meet all quotas of ribosomes.
    Host,
    /// Its quota of RNA polymerases.
    Polymerases,
    /// The host, which cannot meet all quotas of RNA polymerases.
    HostPolymerases,
}

impl Bound {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Ribosomes, Self::Atp, Self::Host, Self::Polymerases, Self::HostPolymerases];

    /// Its name in output for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ribosomes => "ribosomes",
            Self::Atp => "atp",
            Self::Host => "host",
            Self::Polymerases => "polymerases",
            Self::HostPolymerases => "host_polymerases",
        }
    }
}

/// The outcome of the competition. Reused from call to call: it allocates only when the number of
/// tenants grows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Competition {
    /// The denominator `D`; `ribosomes / D` are free.
    pub d: f64,
    /// The ribosomes of the tenants.
    pub ribosomes: Shares<Bound>,
    /// How RNA polymerases are shared.
    pub polymerases: Sharing,
}

impl Competition {
    /// What holds the translation of each tenant back, if something does.
    pub fn bounds(&self) -> impl Iterator<Item = Option<Bound>> {
        self.ribosomes.limits()
    }

    /// What holds the transcription of each tenant back, if something does.
    pub fn transcription_bounds(&self) -> impl Iterator<Item = Option<Bound>> {
        let bound = |limit| match limit {
            Limit::Quota => Bound::Polymerases,
            Limit::Host => Bound::HostPolymerases,
        };
        self.polymerases.held.limits().map(move |limit| limit.map(bound))
    }
}

/// Solves the competition in closed form. With `C` the set of tenants at their caps `q`:
///
/// `D = (1 + (S_host + sum of the others' S) / (1 - phi_q)) / (1 - sum of q in C / (R (1 - phi_q)))`
///
/// and the throttle of a capped tenant is `q D / (R S)`. `C` grows until nobody else exceeds its
/// cap, which takes at most one pass for each tenant.
pub fn compete(
    ribosomes: f64,
    elongation_aa_per_h: f64,
    host_weight: f64,
    atp_production_per_h: f64,
    tenants: &[Tenant],
    out: &mut Competition,
) {
    let own = 1.0 - HOUSEKEEPING;
    out.ribosomes.reset(tenants.len());
    out.d = 1.0 + host_weight / own;
    let demand = |t: &Tenant| Demand {
        need: t.polymerases,
        quota: t.polymerase_quota,
        priority: t.priority,
    };
    let for_mrna = tenants.first().map_or(0.0, |t| t.polymerases_for_mrna);
    share(for_mrna, tenants.iter().map(demand), &mut out.polymerases);
    if tenants.is_empty() {
        return;
    }
    // RNA follows growth, and growth follows from the outcome: the growth that the host would
    // have alone is an upper bound that needs no iteration.
    let growth = elongation_aa_per_h * ribosomes * (1.0 - 1.0 / out.d) / CELL_MASS;
    let Competition { d, ribosomes: held, polymerases } = out;
    held.most.extend(tenants.iter().enumerate().map(|(i, t)| {
        // The share of ATP, as ribosomes: what is left of it after paying for RNA.
        let atp = t.atp_share * atp_production_per_h
            - PER_NUCLEOTIDE * polymerases.of(i) * t.rna_nt * growth;
        let by_atp = if t.atp_share >= 1.0 {
            f64::INFINITY
        } else {
            atp.max(0.0) / (PER_AMINO_ACID * elongation_aa_per_h).max(f64::MIN_POSITIVE)
        };
        let bound = if by_atp < t.quota { Bound::Atp } else { Bound::Ribosomes };
        held.limits.push(bound);
        t.quota.min(by_atp)
    }));
    shrink(ribosomes, host_weight, tenants, held);
    let weights = tenants.iter().map(|t| t.weight);
    let d_of = |taken: f64, weight: f64| (1.0 + weight / own) / (1.0 - taken / (ribosomes * own));
    *d = held.cap(host_weight, weights, d_of, |d, weight| ribosomes * weight / d);
    for (i, t) in tenants.iter().enumerate() {
        held.settle(i, ribosomes * t.weight / *d, |cap| cap * *d / (ribosomes * t.weight));
    }
}

/// Caps that together exceed what tenants may hold shrink to weighted max-min fair shares.
fn shrink(ribosomes: f64, host_weight: f64, tenants: &[Tenant], held: &mut Shares<Bound>) {
    let own = 1.0 - HOUSEKEEPING;
    let capacity = TENANTS_LIMIT * ribosomes * own;
    let asked: f64 = held.most.iter().sum();
    if asked <= capacity {
        return;
    }
    // Nobody can use more than it would get if it were alone with the host.
    let claims: Vec<Claim> = tenants
        .iter()
        .zip(&held.most)
        .map(|(t, &cap)| {
            let alone = ribosomes * t.weight / (1.0 + (host_weight + t.weight) / own);
            Claim { demand: cap.min(alone), weight: t.priority }
        })
        .collect();
    if claims.iter().map(|c| c.demand).sum::<f64>() <= capacity {
        return;
    }
    held.shrunk = true;
    let caps = held.most.iter_mut().zip(&mut held.limits);
    for ((cap, bound), share) in caps.zip(max_min(capacity, &claims)) {
        if share < *cap {
            (*cap, *bound) = (share, Bound::Host);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tenant(weight: f64, quota: f64) -> Tenant {
        Tenant { weight, quota, ..Tenant::IDLE }
    }

    fn solve(ribosomes: f64, host: f64, tenants: &[Tenant]) -> Competition {
        let mut out = Competition::default();
        compete(ribosomes, 60_000.0, host, 8e9, tenants, &mut out);
        out
    }

    #[test]
    fn without_caps_the_weights_decide() {
        // D = 1 + (4.1 + 0.82 + 1.64) / 0.41 = 17
        let out = solve(1700.0, 4.1, &[tenant(0.82, f64::INFINITY), tenant(1.64, f64::INFINITY)]);
        assert!((out.d - 17.0).abs() < 1e-12);
        assert!((out.ribosomes.engaged[0] - 82.0).abs() < 1e-9);
        assert!((out.ribosomes.engaged[1] - 164.0).abs() < 1e-9);
        assert_eq!(out.ribosomes.throttle, [1.0, 1.0]);
    }

    #[test]
    fn a_capped_tenant_holds_exactly_its_cap() {
        // D = (1 + 4.1/0.41) / (1 - 41/(1000*0.41)) = 11/0.9
        let out = solve(1000.0, 4.1, &[tenant(0.82, 41.0)]);
        assert!((out.d - 11.0 / 0.9).abs() < 1e-12);
        assert!((out.ribosomes.engaged[0] - 41.0).abs() < 1e-9);
        // The throttled weight in the open formula gives the same denominator.
        let open = 1.0 + (4.1 + out.ribosomes.throttle[0] * 0.82) / 0.41;
        assert!((open - out.d).abs() < 1e-9);
    }

    #[test]
    fn ribosomes_are_conserved() {
        let r = 20_000.0;
        let out = solve(r, 30.0, &[tenant(3.0, 100.0), tenant(2.0, 1e9), tenant(0.0, 50.0)]);
        let throttled = 30.0 + out.ribosomes.throttle[0] * 3.0 + out.ribosomes.throttle[1] * 2.0;
        let housekeeping = r / out.d * throttled * HOUSEKEEPING / (1.0 - HOUSEKEEPING);
        let total =
            r / out.d + r * 30.0 / out.d + housekeeping + out.ribosomes.engaged.iter().sum::<f64>();
        assert!((total / r - 1.0).abs() < 1e-12, "{total}");
    }

    #[test]
    fn quotas_beyond_the_host_shrink_by_priority() {
        let heavy = |priority| Tenant { priority, ..tenant(1e4, 1e6) };
        let out = solve(10_000.0, 30.0, &[heavy(1.0), heavy(4.0)]);
        assert!(out.ribosomes.shrunk);
        assert!((out.ribosomes.engaged[1] / out.ribosomes.engaged[0] - 4.0).abs() < 1e-9);
        let held: f64 = out.ribosomes.engaged.iter().sum();
        assert!((held - 0.9 * 0.41 * 10_000.0).abs() < 1e-6);
        assert!(out.d.is_finite() && out.d > 0.0);
    }

    fn tenants() -> impl Strategy<Value = Vec<Tenant>> {
        let one = (0.0..1e4_f64, 1.0..2e4_f64, 1_u8..=5);
        let tenant = |(weight, quota, priority)| Tenant {
            priority: f64::from(priority),
            ..tenant(weight, quota)
        };
        prop::collection::vec(one.prop_map(tenant), 1..7)
    }

    proptest! {
        /// No tenant holds more than its quota; what tenants may hold is used up while somebody
        /// could use more; and more priority never means less.
        #[test]
        fn ribosomes_are_divided_fairly(all in tenants(), raised in 0_usize..7) {
            let (ribosomes, host) = (10_000.0, 30.0);
            let out = solve(ribosomes, host, &all);
            let capacity = TENANTS_LIMIT * (1.0 - HOUSEKEEPING) * ribosomes;
            let held: f64 = out.ribosomes.engaged.iter().sum();
            prop_assert!(held <= capacity * (1.0 + 1e-9), "{held} of {capacity}");
            for (t, engaged) in all.iter().zip(&out.ribosomes.engaged) {
                prop_assert!(*engaged <= t.quota * (1.0 + 1e-9), "{engaged} of {}", t.quota);
            }
            // Whoever is held back is at its quota, unless the shares shrank; then nothing is left.
            let held = out.ribosomes.engaged.iter().zip(&out.ribosomes.throttle);
            for (t, (engaged, throttle)) in all.iter().zip(held) {
                let at_quota = *engaged > t.quota * (1.0 - 1e-9);
                prop_assert!(*throttle > 1.0 - 1e-9 || at_quota || out.ribosomes.shrunk);
            }
            let i = raised % all.len();
            let mut more = all.clone();
            more[i].priority += 1.0;
            let after = solve(ribosomes, host, &more);
            prop_assert!(after.ribosomes.engaged[i] >= out.ribosomes.engaged[i] * (1.0 - 1e-9));
        }
    }

    #[test]
    fn a_share_of_atp_caps_ribosomes() {
        // 0.3 % of 8e9 ATP/h at 4 ATP per amino acid and 60 000 aa/h: 100 ribosomes.
        let t = Tenant { atp_share: 0.003, ..tenant(5.0, 1e6) };
        let out = solve(20_000.0, 30.0, &[t]);
        assert!((out.ribosomes.engaged[0] - 100.0).abs() < 1e-9);
    }
}
