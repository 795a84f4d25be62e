//! Copies of a plasmid: their replication, and their partition between daughters.
//!
//! Replication is controlled by inhibitor dilution with hyperbolic inhibition (Paulsson and
//! Ehrenberg, *J. Mol. Biol.* 279:73, 1998): an inhibitor that is short-lived, RNA I in ColE1,
//! follows the copies, so that each of `n` copies is replicated at the rate
//!
//! ```text
//! k = k_0 / (1 + (n / v) / K)
//! ```
//!
//! with `v` the size of the cell. `k_0` is how often the primer RNA II is made, and would prime
//! without inhibitor: Brenner and Tomizawa (*PNAS* 88:405, 1991) found 7 nM of it with a half-life
//! of 2 min, which is 7 ln 2 / 2 min for the 17 copies of a wild-type plasmid. `K` follows from the
//! number of copies asked for, at the growth rate of the medium at that time: `k = lambda`. So copies
//! fall with growth, from 0.6 to 2.5 doublings an hour by a factor of 5.3; Lin-Chao and Bremer (*Mol.
//! Gen. Genet.* 203:143, 1986) measured 4.2 for pBR322, which was not used here. For plasmids whose control is another the same law is an
//! assumption, and so is that copies come into daughters by chance alone.

use std::sync::Arc;

use bioxen_engine::rng::Rng;
use bioxen_genome::plasmid::PlasmidFacts;

/// Replications of one copy without inhibitor [1/h]: 7 ln 2 / (1/30 h) / 17.
pub const MOST_REPLICATIONS_PER_H: f64 = 8.56;

/// A plasmid in a VM.
#[derive(Debug, Clone, PartialEq)]
pub struct Plasmid {
    pub(super) facts: Arc<PlasmidFacts>,
    /// Place of its first gene among the genes of the VM.
    pub(super) first_gene: usize,
    /// Copies that were asked for in a cell of mean size; nothing once it was removed.
    pub(super) wanted: Option<f64>,
    /// Copies for a cell of mean size at which replication is half of its most.
    pub(super) half: f64,
    /// Copies in the cell that is followed.
    pub(super) copies: f64,
}

impl Plasmid {
    /// What is known of it.
    pub fn facts(&self) -> &PlasmidFacts {
        &self.facts
    }

    /// Its copies in the cell that is followed; the deterministic solver gives their mean.
    pub fn copies(&self) -> f64 {
        self.copies
    }

    /// The copies in a cell of mean size that were asked for.
    pub fn wanted(&self) -> f64 {
        self.wanted.unwrap_or(0.0)
    }

    /// Whether it was lost in a division.
    pub fn is_lost(&self) -> bool {
        self.wanted.is_some() && self.copies == 0.0
    }

    /// DNA that is kept for it [kb]: that of all copies that were asked for.
    pub(super) fn resident_kb(&self) -> f64 {
        self.wanted() * self.facts.length_kb()
    }

    /// The places of its genes among those of the VM.
    pub fn genes(&self) -> std::ops::Range<usize> {
        self.first_gene..self.first_gene + self.facts.genome().genes().len()
    }

    /// Becomes a number of copies where the deterministic solver has left a mean, by chance, so that the
    /// mean stays.
    fn become_whole(&mut self, rng: &mut Rng) {
        let part = self.copies.fract();
        if part > 0.0 {
            self.copies = self.copies.floor() + f64::from(u8::from(rng.uniform() < part));
        }
    }

    /// Makes copies for a time [h] in a cell of some size, one by one.
    pub(super) fn replicate(&mut self, hours: f64, size: f64, rng: &mut Rng) {
        self.become_whole(rng);
        if self.copies < 1.0 {
            return;
        }
        let mut left = hours;
        loop {
            let rate = self.copies * replication_per_h(self.copies / size, self.half);
            left += rng.uniform().ln() / rate;
            if left.is_nan() || left < 0.0 {
                return;
            }
            self.copies += 1.0;
        }
    }

    /// Keeps what comes into one of two daughters.
    pub(super) fn divide(&mut self, rng: &mut Rng) {
        self.copies = daughter(self.copies, rng);
    }
}

/// Copies that come into a daughter of a cell with `copies`, each by chance.
pub fn daughter(copies: f64, rng: &mut Rng) -> f64 {
    rng.binomial(copies.round(), 0.5)
}

/// Replications of one copy [1/h] at a number of copies in a cell of mean size.
pub(super) fn replication_per_h(copies: f64, half: f64) -> f64 {
    MOST_REPLICATIONS_PER_H / (1.0 + copies / half)
}

/// How that changes with the number of copies [1/h].
pub(super) fn replication_slope(copies: f64, half: f64) -> f64 {
    -MOST_REPLICATIONS_PER_H / (half * (1.0 + copies / half).powi(2))
}

/// The copies at half of the most replication that lead to `wanted` copies at a growth rate [1/h];
/// nothing if a cell that grows so fast cannot keep a plasmid.
pub(super) fn half_for(wanted: f64, growth_per_h: f64) -> Option<f64> {
    let half = wanted / (MOST_REPLICATIONS_PER_H / growth_per_h - 1.0);
    (half.is_finite() && half > 0.0).then_some(half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_engine::rng::Seed;
    use bioxen_genome::plasmid::shipped_plasmid;

    /// Target A6: of n copies a daughter has n/2 with the variance n/4, and the probability that
    /// one of the two has none is 2 (1/2)^n.
    #[test]
    fn copies_come_into_daughters_by_chance() {
        let mut rng = Rng::new(Seed::new(1));
        let divisions = 10_000;
        for n in [1.0, 3.0, 6.0, 40.0, 200.0] {
            let (mut sum, mut squares, mut without) = (0.0, 0.0, 0.0);
            for _ in 0..divisions {
                let k = daughter(n, &mut rng);
                sum += k;
                squares += (k - n / 2.0).powi(2);
                without += f64::from(u8::from(k == 0.0 || k == n));
            }
            let runs = f64::from(divisions);
            let error = (n / 4.0 / runs).sqrt();
            assert!((sum / runs - n / 2.0).abs() < 4.0 * error, "{n}: mean {}", sum / runs);
            // The variance of (k - n/2)^2 for a binomial is n^2/8 - n/8, 0 for a single copy.
            let error = ((n * n - n) / 8.0 / runs).sqrt();
            let variance = squares / runs;
            assert!((variance - n / 4.0).abs() <= 4.0 * error, "{n}: variance {variance}");
            let p = 2.0 * 0.5_f64.powf(n);
            let error = (p * (1.0 - p).max(0.0) / runs).sqrt();
            assert!((without / runs - p).abs() <= 4.0 * error + 1e-12, "{n}: {}", without / runs);
        }
    }

    #[test]
    fn copies_are_made_at_the_rate_of_the_law() {
        let facts = shipped_plasmid("pBR322").unwrap();
        let mut rng = Rng::new(Seed::new(2));
        let half = half_for(17.5, 1.0).unwrap();
        assert!((17.5 * replication_per_h(17.5, half) - 17.5).abs() < 1e-9, "k = lambda");
        let runs = 20_000;
        let mut made = 0.0;
        for _ in 0..runs {
            let facts = Arc::clone(&facts);
            let mut p = Plasmid { facts, first_gene: 0, wanted: Some(17.5), half, copies: 20.0 };
            p.replicate(0.001, 1.2, &mut rng);
            made += p.copies - 20.0;
        }
        // 20 copies in a cell of 1.2: 20 * 8.56 / (1 + 16.667 / 2.3148) * 0.001 = 0.020878 by hand.
        let expected = 0.020_878 * f64::from(runs);
        assert!((made - expected).abs() < 4.0 * expected.sqrt(), "{made} beside {expected}");
    }

    #[test]
    fn a_mean_becomes_a_number_and_stays_the_mean() {
        let facts = shipped_plasmid("pUC19").unwrap();
        let mut rng = Rng::new(Seed::new(4));
        let runs = 20_000;
        let mut sum = 0.0;
        for _ in 0..runs {
            let facts = Arc::clone(&facts);
            let mut p = Plasmid { facts, first_gene: 0, wanted: Some(4.0), half: 1.0, copies: 3.3 };
            p.replicate(0.0, 1.0, &mut rng);
            assert!(p.copies == 3.0 || p.copies == 4.0);
            sum += p.copies;
        }
        let error = (0.3_f64 * 0.7 / f64::from(runs)).sqrt();
        assert!((sum / f64::from(runs) - 3.3).abs() < 4.0 * error);
    }

    #[test]
    fn the_slope_is_that_of_the_rate() {
        let (c, half, h) = (20.0, 3.0, 1e-5);
        let slope = (replication_per_h(c + h, half) - replication_per_h(c - h, half)) / (2.0 * h);
        assert!((slope - replication_slope(c, half)).abs() < 1e-8);
        assert_eq!(half_for(10.0, 9.0), None);
    }

    #[test]
    fn what_is_lost_stays_lost() {
        let facts = shipped_plasmid("pUC19").unwrap();
        let mut rng = Rng::new(Seed::new(3));
        let mut p = Plasmid { facts, first_gene: 0, wanted: Some(1.0), half: 0.2, copies: 0.0 };
        p.replicate(100.0, 1.0, &mut rng);
        p.divide(&mut rng);
        assert!(p.is_lost());
    }
}
