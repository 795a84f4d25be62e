//! The adenylate pool: production and use of ATP, and how a lack of ATP slows elongation.
//!
//! ATP is a state variable of the host, produced from ADP by metabolism and used by translation,
//! RNA synthesis and maintenance. It turns over in about two seconds, so it follows its quasi-steady
//! state; as a state variable it keeps the account of every molecule.

use super::host::{HostState, Nutrient};
use super::kinetics::Kinetics;
use super::{measured, parameters as p};

/// Molecules per reference cell of 1 fL for each mM.
pub const MOLECULES_PER_MM: f64 = 6.022_140_76e5;
/// ATP of growing *E. coli* [mM] (Bennett et al., *Nat. Chem. Biol.* 5:593, 2009).
pub const ATP_MM: f64 = 9.6;
/// ADP [mM] (Bennett et al. 2009).
pub const ADP_MM: f64 = 0.56;
/// AMP [mM] (Bennett et al. 2009); kept constant, the exchange is between ATP and ADP.
pub const AMP_MM: f64 = 0.28;
/// ATP and ADP together [molecules].
pub const POOL: f64 = (ATP_MM + ADP_MM) * MOLECULES_PER_MM;
/// All adenylates [molecules].
pub const ADENYLATES: f64 = (ATP_MM + ADP_MM + AMP_MM) * MOLECULES_PER_MM;
/// ATP for each amino acid: two for charging the tRNA, two GTP for elongation.
pub const PER_AMINO_ACID: f64 = 4.0;
/// ATP for each nucleotide of RNA.
pub const PER_NUCLEOTIDE: f64 = 2.0;
/// Maintenance [mmol of ATP per g of dry mass and hour] (Feist et al., *Mol. Syst. Biol.* 3:121, 2007).
pub const MAINTENANCE_MMOL_PER_G_H: f64 = 8.39;
/// Maintenance [ATP/h]: 8.39 mmol/g/h (Feist et al., *Mol. Syst. Biol.* 3:121, 2007) for 258 fg of
/// dry mass, that of a cell with 1.19e9 aa of protein (Dennis and Bremer 2008, 60 min).
pub const MAINTENANCE: f64 = 8.39e-3 * 258e-15 * 6.022_140_76e23;
/// ADP at which production is half of its limit [molecules]. An assumption: the measured ADP, so
/// that energy metabolism runs half saturated in the reference state.
pub const ADP_HALF_SATURATION: f64 = ADP_MM * MOLECULES_PER_MM;
/// Limit of ATP production by one metabolic protein in the richest medium [1/h]: calibrated so
/// that the host at nutrient 0.5 settles at the measured 92 % of its adenylates as ATP; a test
/// repeats the calibration.
pub const CAPACITY: f64 = 40_219.6;
/// ATP at which elongation is halved [molecules]; 0.9 mM, a tenth of the normal level. An
/// assumption with [`ELONGATION_STEEPNESS`]: together they leave an unburdened host within 0.1 %
/// of the published model and stop translation only when energy runs out.
pub const ELONGATION_HALF_SATURATION: f64 = 0.9 * MOLECULES_PER_MM;
/// ATP at which what is left of maintenance is halved [molecules]; 0.09 mM, a hundredth of the normal
/// level. An assumption: a starved cell cannot use what it has not.
pub const MAINTENANCE_HALF_SATURATION: f64 = 0.09 * MOLECULES_PER_MM;
/// ATP below which maintenance gives way [molecules]; 6 mM, well above the 0.9 mM at which elongation
/// is halved. An assumption: a cell short of energy gives up maintenance before growth, so that no
/// medium has a second state in which maintenance takes all ATP. At and above it maintenance is
/// paid in full, exactly.
pub const MAINTENANCE_YIELDS_BELOW: f64 = 6.0 * MOLECULES_PER_MM;
/// Exponent with which maintenance falls below [`MAINTENANCE_YIELDS_BELOW`]; an assumption.
pub const MAINTENANCE_STEEPNESS: i32 = 4;
/// Hill coefficient of the effect of ATP on elongation.
pub const ELONGATION_STEEPNESS: i32 = 4;

/// Whether ATP acts on elongation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EnergyCoupling {
    /// Elongation falls when ATP runs out.
    #[default]
    Coupled,
    /// The published model: ATP is accounted for and changes nothing.
    Published,
}

impl EnergyCoupling {
    /// The factor on elongation at `atp` [molecules].
    pub fn elongation_factor(self, atp: f64) -> f64 {
        match self {
            Self::Published => 1.0,
            Self::Coupled => {
                let ratio = (atp.max(0.0) / ELONGATION_HALF_SATURATION).powi(ELONGATION_STEEPNESS);
                ratio / (1.0 + ratio)
            }
        }
    }
}

/// Production of ATP [1/h] by `p_a` metabolic proteins at `atp` [molecules].
///
/// There is never more ATP than [`POOL`]. A solver may overshoot it within its tolerance; the law goes
/// on smoothly there and leads back, where a kink would hold up every step.
pub fn production(kinetics: &Kinetics, p_a: f64, nutrient: Nutrient, atp: f64) -> f64 {
    let adp = POOL - atp;
    kinetics.atp_capacity_per_h * p_a * nutrient.value() * adp / (adp.abs() + ADP_HALF_SATURATION)
}

/// Use of ATP by maintenance [1/h] at `atp` [molecules]; it falls when ATP is short, and without
/// ATP there is none.
pub fn maintenance(kinetics: &Kinetics, atp: f64) -> f64 {
    let atp = atp.max(0.0);
    let left = (atp / MAINTENANCE_HALF_SATURATION).powi(ELONGATION_STEEPNESS);
    let paid = (atp / MAINTENANCE_YIELDS_BELOW).powi(MAINTENANCE_STEEPNESS).min(1.0);
    kinetics.maintenance_atp_per_h * left / (1.0 + left) * paid
}

/// Use of ATP by the host's own RNA synthesis and maintenance [1/h] at a growth rate [1/h] and
/// `atp` [molecules].
pub fn overhead(kinetics: &Kinetics, growth_per_h: f64, atp: f64) -> f64 {
    let nt = measured::rna_synthesis_per_protein(growth_per_h) * p::CELL_MASS;
    PER_NUCLEOTIDE * nt + maintenance(kinetics, atp)
}

/// ATP as a percentage of all adenylates.
pub fn percent(state: &HostState) -> f64 {
    100.0 * state.atp / ADENYLATES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_level_is_92_percent() {
        assert!((100.0 * ATP_MM * MOLECULES_PER_MM / ADENYLATES - 91.954).abs() < 0.001);
    }

    #[test]
    fn elongation_is_untouched_at_the_normal_level_and_halved_at_the_half_saturation() {
        let normal = EnergyCoupling::Coupled.elongation_factor(ATP_MM * MOLECULES_PER_MM);
        assert!(normal > 0.999 && normal < 1.0);
        let half = EnergyCoupling::Coupled.elongation_factor(ELONGATION_HALF_SATURATION);
        assert!((half - 0.5).abs() < 1e-12);
        assert_eq!(EnergyCoupling::Coupled.elongation_factor(-1.0), 0.0);
        assert_eq!(EnergyCoupling::Published.elongation_factor(0.0), 1.0);
    }

    #[test]
    fn production_needs_adp() {
        let rich = Nutrient::new(1.0).unwrap();
        assert_eq!(production(&Kinetics::PUBLISHED, 1e6, rich, POOL), 0.0);
        let half = production(&Kinetics::PUBLISHED, 1e6, rich, POOL - ADP_HALF_SATURATION);
        assert!((half / (CAPACITY * 1e6) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn maintenance_is_full_at_6_mm_and_nothing_without_atp() {
        // What the half saturation at 0.09 mM alone leaves.
        let left = |mm: f64| (mm / 0.09).powi(4) / (1.0 + (mm / 0.09).powi(4));
        for mm in [6.0, 8.0, 9.6] {
            let paid = maintenance(&Kinetics::PUBLISHED, mm * MOLECULES_PER_MM) / MAINTENANCE;
            assert!((paid - left(mm)).abs() < 1e-12, "{mm}: {paid}");
        }
        let half = maintenance(&Kinetics::PUBLISHED, 3.0 * MOLECULES_PER_MM) / MAINTENANCE;
        assert!((half - left(3.0) / 16.0).abs() < 1e-12, "{half}");
        assert_eq!(maintenance(&Kinetics::PUBLISHED, 0.0), 0.0);
        assert_eq!(maintenance(&Kinetics::PUBLISHED, -1.0), 0.0);
    }

    #[test]
    fn the_calibration_can_be_repeated() {
        let chassis = crate::chassis::Chassis::settled(Nutrient::new(0.5).unwrap()).unwrap();
        assert!((percent(chassis.state()) - 91.954).abs() < 0.001);
    }
}
