//! RNA polymerases: how many the host has, what holds them, and how guests compete for them.
//!
//! Free, nonspecifically bound, paused and immature polymerases are one idle pool. Every user needs
//! polymerases in proportion to it, as every mRNA needs ribosomes in proportion to the free ones. So
//! what guests hold slows transcription from all promoters of mRNA by one factor. Stable RNA is kept:
//! its promoters are regulated (ppGpp), and have reserve as long as growth is not the fastest
//! ([`reserve`]).
//!
//! Totals are those of Dennis and Bremer, *EcoSal Plus* (2008) ([`measured::polymerases`]), in the
//! reference cell. The competition, in the form of that for ribosomes, and its quotas are our own.
//! Not modelled: sigma factors, the dynamics of ppGpp, nucleotides that run short, collisions,
//! supercoiling.

mod sharing;

use super::measured::{self, polymerases as table};
use super::parameters::CELL_MASS;

pub use sharing::{Demand, Limit, Sharing, share};

/// The most initiations at one promoter [1/min]: rrn P1 where free polymerase saturates it, which
/// starts a transcript every 0.56 s; then polymerases that have not yet cleared the promoter stand in
/// the way. From the abstract of "Maximum rrn promoter activity in *Escherichia coli* at saturating
/// concentrations of free RNA polymerase", about micrographs of rrn deletion strains.
pub const MOST_PER_MIN: f64 = 107.0;

/// The RNA polymerases of the reference cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pool {
    /// All.
    pub total: f64,
    /// Those that make the host's own mRNA.
    pub on_mrna: f64,
    /// Those that make stable RNA.
    pub on_stable_rna: f64,
}

impl Pool {
    /// Those of an unburdened cell at a growth rate [1/h].
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::polymerase::Pool;
    /// // At a doubling time of 40 min.
    /// let pool = Pool::at(1.0397);
    /// assert!((pool.total - 4136.0).abs() < 1.0 && (pool.on_mrna - 326.5).abs() < 0.1);
    /// ```
    pub fn at(growth_per_h: f64) -> Self {
        let on_mrna = CELL_MASS * measured::mrna_synthesis_per_protein(growth_per_h)
            / (3600.0 * table::mrna_speed(growth_per_h));
        let stable = CELL_MASS * table::stable_rna_synthesis_per_protein(growth_per_h);
        Self {
            total: CELL_MASS * table::per_protein(growth_per_h),
            on_mrna,
            on_stable_rna: stable / (3600.0 * table::STABLE_RNA_SPEED),
        }
    }

    /// Those that make nothing.
    pub fn idle(&self) -> f64 {
        self.total - self.on_mrna - self.on_stable_rna
    }

    /// The denominator of the competition: all over the idle ones.
    pub fn d(&self) -> f64 {
        self.total / self.idle()
    }

    /// Those that mRNA of host and guests may have.
    pub fn for_mrna(&self) -> f64 {
        self.total - self.on_stable_rna
    }
}

/// The polymerases that make so much mRNA [nt/h] at the growth rate [1/h] of the unburdened cell.
pub fn occupied(nt_per_h: f64, growth_per_h: f64) -> f64 {
    nt_per_h / (3600.0 * table::mrna_speed(growth_per_h))
}

/// The genome equivalents of DNA in the reference cell at a growth rate [1/h].
pub fn genomes(growth_per_h: f64) -> f64 {
    CELL_MASS * table::genomes_per_protein(growth_per_h)
}

/// Initiations of a promoter whose natural form fires `natural` times in some time and is made `strength`
/// times as strong, where no more than `most` can clear it: `s k / (1 + (s - 1) k / V)`. It is exactly
/// `natural` at strength 1. A weaker promoter fires in proportion: it is far from saturated.
///
/// # Examples
/// ```
/// use bioxen_cell::chassis::polymerase::cleared;
/// assert_eq!(cleared(1.0, 4.0, 200.0), 4.0);
/// assert_eq!(cleared(0.5, 4.0, 200.0), 2.0);
/// assert!(cleared(1e9, 4.0, 200.0) < 200.0);
/// ```
pub fn cleared(strength: f64, natural: f64, most: f64) -> f64 {
    if strength <= 1.0 {
        return strength * natural;
    }
    // A promoter that is said to fire more often than any can does so, and no more.
    let most = most.max(natural);
    strength * natural / (1.0 + (strength - 1.0) * natural / most)
}

/// By what factor the promoters of rRNA could become more active than they are in an unburdened cell at a
/// growth rate [1/h]: their initiations for each idle polymerase, at equal mass, in the fastest cells over
/// those here. Where guests slow transcription by more than that, regulation cannot keep stable RNA.
pub fn reserve(growth_per_h: f64) -> f64 {
    (affinity(table::fastest()) / affinity(growth_per_h)).max(1.0)
}

fn affinity(growth_per_h: f64) -> f64 {
    let idle_per_mass = Pool::at(growth_per_h).idle() / table::mass_per_protein(growth_per_h);
    table::rrn_per_min(growth_per_h) / idle_per_mass
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chassis::{Chassis, Competition, Nutrient, Tenant, energy, host, steady};

    fn growth(doubling_min: f64) -> f64 {
        60.0 * std::f64::consts::LN_2 / doubling_min
    }

    fn close(value: f64, expected: f64, tolerance: f64) {
        assert!((value / expected - 1.0).abs() < tolerance, "{value}, expected {expected}");
    }

    #[test]
    fn the_pool_closes_at_three_growth_rates() {
        for (doubling_min, total, mrna, stable, idle, d) in [
            (100.0, 2818.0, 341.3, 107.5, 2370.0, 1.1894),
            (40.0, 4136.0, 326.5, 412.6, 3397.0, 1.2176),
            (24.0, 4958.0, 299.0, 1098.6, 3561.0, 1.3925),
        ] {
            let pool = Pool::at(growth(doubling_min));
            close(pool.total, total, 5e-4);
            close(pool.on_mrna, mrna, 5e-4);
            close(pool.on_stable_rna, stable, 5e-4);
            close(pool.idle(), idle, 5e-4);
            close(pool.d(), d, 1e-4);
            // D is one more than what all users hold, as parts of the idle ones.
            let users = (pool.on_mrna + pool.on_stable_rna) / pool.idle();
            close(1.0 + users, pool.d(), 1e-12);
        }
    }

    #[test]
    fn promoters_clear_in_a_finite_time() {
        // The promoter of tufA at nutrient 0.3, made 5 and 1000 times as strong; and half as strong.
        let most = MOST_PER_MIN * genomes(1.08742);
        close(most, 191.84, 1e-4);
        close(cleared(5.0, 4.414, most), 20.21, 1e-3);
        close(cleared(1000.0, 4.414, most), 184.025, 1e-3);
        assert_eq!(cleared(1.0, 4.414, most), 4.414);
        assert_eq!(cleared(0.5, 4.414, most), 2.207);
        // One that is said to fire more often than any can.
        assert_eq!(cleared(1.0, 300.0, most), 300.0);
        close(cleared(50.0, 300.0, most), 300.0, 1e-12);
        // Stronger is never less.
        let all: Vec<f64> = (0..400).map(|i| cleared(0.02 * f64::from(i), 50.0, 107.0)).collect();
        assert!(all.is_sorted() && all[399] < 107.0);
    }

    #[test]
    fn guests_hold_what_the_reference_says() {
        // tufA at nutrient 0.3, in its unit of 4408 nt, made 1000 times as strong.
        let growth = 1.08742;
        let need = occupied(60.0 * 184.025 * 4408.0, growth);
        let mut sharing = Sharing::default();
        let demand = Demand { need, quota: f64::INFINITY, priority: 3.0 };
        share(Pool::at(growth).for_mrna(), [demand].into_iter(), &mut sharing);
        close(sharing.speed, 0.93332, 1e-4);
        close(sharing.held.engaged[0], 250.30, 1e-3);
    }

    #[test]
    fn the_host_hardly_grows_slower_where_its_promoters_fire_a_tenth_as_often() {
        let nutrient = Nutrient::default();
        let alone = Chassis::settled(nutrient).unwrap();
        let growth = alone.rates().growth_per_h;
        let for_mrna = Pool::at(growth).for_mrna();
        let tenant =
            Tenant { polymerases: 9.0 * for_mrna, polymerases_for_mrna: for_mrna, ..Tenant::IDLE };
        let state = steady::settle(alone.conditions(), &[tenant]).unwrap();
        let mut competition = Competition::default();
        let rates = host::rates(&state, alone.conditions(), &[tenant], &mut competition);
        close(rates.transcription, 0.1, 1e-12);
        close(state.m_a / alone.state().m_a, 0.1, 1e-2);
        close(rates.growth_per_h, growth, 5e-5);
    }

    #[test]
    fn rna_is_paid_for_as_it_is_made() {
        // A third of the polymerases, and a tenant that asks for much RNA.
        let tenant = |quota| Tenant {
            rna_nt: 1e9,
            polymerases: 1000.0,
            polymerases_for_mrna: 2000.0,
            polymerase_quota: quota,
            ..Tenant::IDLE
        };
        let chassis = Chassis::settled(Nutrient::default()).unwrap();
        let used = |quota| chassis.rates_with(&[tenant(quota)]).0.atp_use_per_h;
        let alone = chassis.rates().atp_use_per_h;
        let (free, held) = (used(f64::INFINITY) - alone, used(1000.0 / 3.0) - alone);
        // x is 2/3 without a quota; with half of what it then holds, transcription is halved.
        let expected = energy::PER_NUCLEOTIDE * 1e9 * chassis.rates().growth_per_h * 2.0 / 3.0;
        close(free, expected, 1e-9);
        close(held / free, 0.5, 1e-9);
    }

    #[test]
    fn slow_cells_could_make_much_more_stable_rna() {
        let expected =
            [(100.0, 18.0), (60.0, 8.3), (40.0, 4.5), (30.0, 2.5), (24.0, 1.5), (20.0, 1.0)];
        for (doubling_min, times) in expected {
            close(reserve(growth(doubling_min)), times, 0.04);
        }
        assert_eq!(reserve(9.0), 1.0);
    }
}
