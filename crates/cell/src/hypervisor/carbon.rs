//! What feeds the host: the carbon sources of the medium.
//!
//! [`Hypervisor::set_nutrient`] sets the quality of the medium with plenty of its carbon source. Uptake
//! saturates (Monod, *Annu. Rev. Microbiol.* 3:371, 1949), so the effective quality is
//!
//! ```text
//! quality * min(1, max over sources of S / (K + S), over the same at 22.2 mM glucose)
//! ```
//!
//! In the medium of a new chassis this is exactly `quality`. Without any source the cell has only its
//! reserves: it starves. The kind of source does not change the quality, which only `set_nutrient` sets;
//! [`Source::quality`] is the value that would fit the source.

use super::Hypervisor;
use super::medium::Medium;
use bioxen_genome::regulation::{Concentrations, REFERENCE_GLUCOSE_MM};

/// Concentration at which uptake is half of its limit [mM]: 4 mg/L of glucose (Monod 1949); that of
/// the other sources is not known as well and assumed to be the same.
pub const HALF_SATURATION_MM: f64 = 0.0222;
/// Biomass made of glucose [g/mmol]: half a gram of dry mass for a gram, the textbook value of
/// aerobic growth; an assumption. Other sources yield as much for each carbon atom; an assumption.
pub const YIELD_G_PER_MMOL: f64 = 0.09;
/// What a starved cell turns over of its own, relative to the full quality of the medium: an
/// assumption. It keeps the cell able to begin anew and is a growth of less than 1e-4 /h at quality
/// 0.3, which is none.
const RESERVES: f64 = 5e-5;
/// A cell that can take up less than this part of what it could starves.
const STARVED: f64 = 0.05;

/// What *E. coli* K-12 can live on alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Source {
    /// Its name in a medium.
    pub name: &'static str,
    /// Carbon atoms of one molecule.
    pub carbons: f64,
    /// Growth on it alone relative to growth on glucose, where it is known here.
    pub growth: Option<f64>,
    /// The quality of the medium at which this host grows by that much less than at 0.3, which is
    /// glucose.
    pub quality: Option<f64>,
}

/// All there are, in the order in which a batch culture uses them: glucose first.
///
/// Growth relative to glucose, 0.98/h: xylose 0.75, glycerol 0.69, galactose 0.50, acetate 0.46
/// (strain NCM3722; Dai et al., *Nat. Microbiol.* 2:16231, 2016), arabinose 0.85 (Mori et al., *Mol.
/// Syst. Biol.* 17:e9536, 2021), succinate 0.45 (Erickson et al., *Nature* 551:119, 2017). Strains
/// differ by up to a factor of two in galactose and succinate.
pub const SOURCES: [Source; 10] = [
    Source { name: "glucose", carbons: 6.0, growth: Some(1.0), quality: Some(0.3) },
    Source { name: "lactose", carbons: 12.0, growth: None, quality: None },
    Source { name: "maltose", carbons: 12.0, growth: None, quality: None },
    Source { name: "arabinose", carbons: 5.0, growth: Some(0.85 / 0.98), quality: Some(0.25) },
    Source { name: "xylose", carbons: 5.0, growth: Some(0.75 / 0.98), quality: Some(0.21) },
    Source { name: "glycerol", carbons: 3.0, growth: Some(0.69 / 0.98), quality: Some(0.19) },
    Source { name: "rhamnose", carbons: 6.0, growth: None, quality: None },
    Source { name: "galactose", carbons: 6.0, growth: Some(0.50 / 0.98), quality: Some(0.13) },
    Source { name: "acetate", carbons: 2.0, growth: Some(0.46 / 0.98), quality: Some(0.12) },
    Source { name: "succinate", carbons: 4.0, growth: Some(0.45 / 0.98), quality: Some(0.12) },
];

fn saturation(mm: f64) -> f64 {
    mm / (mm + HALF_SATURATION_MM)
}

impl Source {
    /// Biomass made of it [g/mmol].
    pub fn yield_g_per_mmol(&self) -> f64 {
        YIELD_G_PER_MMOL * self.carbons / 6.0
    }
}

impl Medium {
    /// The source that feeds best, glucose before the others.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::hypervisor::Medium;
    /// assert_eq!(Medium::default().carbon_source().map(|s| s.name), Some("glucose"));
    /// assert!(Medium::empty().carbon_source().is_none());
    /// ```
    pub fn carbon_source(&self) -> Option<&'static Source> {
        let present = SOURCES.iter().filter(|s| self.millimolar(s.name) > 0.0);
        // The first of those that feed equally well.
        present.fold(None, |best: Option<&Source>, source| match best {
            Some(b) if self.millimolar(b.name) >= self.millimolar(source.name) => best,
            _ => Some(source),
        })
    }

    /// Uptake of the best source relative to that of glucose in a new chassis, at most 1.
    pub fn uptake(&self) -> f64 {
        let best = self.carbon_source().map_or(0.0, |s| self.millimolar(s.name));
        (saturation(best) / saturation(REFERENCE_GLUCOSE_MM)).min(1.0)
    }

    /// Growth that catabolite repression feels in this medium, relative to that on glucose. `relative` is
    /// that of the unburdened cell with plenty of its source.
    ///
    /// Of each source it is `relative`, but no more than the growth on that source alone where it is
    /// known and not glucose, times the saturation of its uptake; of several it is the largest. So
    /// glucose represses beside any other source, and glycerol does not repress like glucose because
    /// the quality of the medium is set high. (Wanner et al., *J. Bacteriol.* 136:947, 1978: the degree
    /// goes with the catabolites in the medium.) That repression falls with uptake as growth does is an
    /// assumption.
    pub fn repressing_growth(&self, relative: f64) -> f64 {
        let full = saturation(REFERENCE_GLUCOSE_MM);
        let of = |source: &Source| {
            let most = match source.growth {
                Some(growth) if source.name != "glucose" => growth,
                _ => f64::INFINITY,
            };
            let uptake = (saturation(self.millimolar(source.name)) / full).min(1.0);
            relative.min(most) * uptake
        };
        SOURCES.iter().map(of).fold(0.0, f64::max)
    }

    /// Whether cells in it starve.
    pub fn starves(&self) -> bool {
        self.uptake() < STARVED
    }

    /// The biomass that all its carbon can become [g/L].
    pub(super) fn food_g_per_l(&self) -> f64 {
        SOURCES.iter().map(|s| self.millimolar(s.name) * s.yield_g_per_mmol()).sum()
    }

    /// Takes away what makes so much biomass [g/L], glucose first, as far as there is any.
    pub(super) fn feed(&mut self, mut biomass_g_per_l: f64) {
        for source in &SOURCES {
            let present = self.millimolar(source.name);
            if biomass_g_per_l <= 0.0 || present <= 0.0 {
                continue;
            }
            let used = (biomass_g_per_l / source.yield_g_per_mmol()).min(present);
            self.use_up(source.name, used);
            biomass_g_per_l -= used * source.yield_g_per_mmol();
        }
    }
}

impl Hypervisor {
    /// Makes the host feel how much carbon there is, and what inhibits its translation.
    pub(super) fn feel_medium(&mut self) {
        let part = self.medium.uptake().max(RESERVES);
        self.chassis.set_nutrient(self.full_quality.diluted(part));
        self.chassis.set_inhibition(self.medium.inhibition());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chassis::{Chassis, Nutrient};

    #[test]
    fn the_qualities_of_sources_are_those_of_their_growth() {
        let growth = |q: f64| Chassis::settled(Nutrient::new(q).unwrap()).unwrap().rates();
        let glucose = growth(0.3).growth_per_h;
        for source in SOURCES {
            let (Some(relative), Some(quality)) = (source.growth, source.quality) else { continue };
            let found = growth(quality).growth_per_h / glucose;
            // Two digits are given.
            assert!((found / relative - 1.0).abs() < 0.04, "{}: {found}", source.name);
        }
    }

    #[test]
    fn uptake_is_full_in_a_new_chassis_and_nothing_without_carbon() {
        assert_eq!(Medium::default().uptake(), 1.0);
        assert_eq!(Medium::empty().uptake(), 0.0);
        let mut medium = Medium::default();
        for (added, mm) in [("lactose", 30.0), ("IPTG", 1.0), ("glucose", 55.0)] {
            medium.set(added, mm).unwrap();
            assert_eq!(medium.uptake(), 1.0, "{added}");
        }
        let mut last = 1.0;
        for mm in [22.2, 2.0, 0.1, 0.0222, 1e-3, 1e-9, 0.0] {
            let mut poor = Medium::default();
            poor.set("glucose", mm).unwrap();
            assert!(poor.uptake() <= last && poor.uptake() >= 0.0, "{mm}");
            last = poor.uptake();
        }
        // Nothing else of a medium is food.
        for other in ["IPTG", "cAMP", "tryptophan", "aTc"] {
            let mut medium = Medium::empty();
            medium.set(other, 10.0).unwrap();
            assert!(medium.starves() && medium.uptake() == 0.0, "{other}");
        }
    }

    #[test]
    fn glucose_represses_beside_other_sources_and_they_alone_less() {
        let at = |sources: &[(&str, f64)], relative: f64| {
            let mut medium = Medium::empty();
            for (name, mm) in sources {
                medium.set(name, *mm).unwrap();
            }
            medium.repressing_growth(relative)
        };
        assert_eq!(Medium::default().repressing_growth(1.0), 1.0);
        assert_eq!(Medium::default().repressing_growth(1.3), 1.3);
        assert_eq!(Medium::default().repressing_growth(0.4), 0.4);
        // Growth on glycerol is 0.69 against 0.98 /h, whatever the quality of the medium.
        let glycerol = at(&[("glycerol", 30.0)], 1.0);
        assert!((glycerol - 0.69 / 0.98).abs() < 1e-12, "{glycerol}");
        assert_eq!(at(&[("glycerol", 30.0)], 0.5), 0.5);
        assert_eq!(at(&[("glycerol", 30.0), ("glucose", 22.2)], 1.0), 1.0);
        assert_eq!(at(&[], 1.0), 0.0);
        // Half of the uptake at 22.2 uM.
        let half = at(&[("glucose", HALF_SATURATION_MM)], 1.0);
        assert!((half - 0.5).abs() < 1e-3, "{half}");
    }

    #[test]
    fn all_carbon_becomes_biomass() {
        let mut medium = Medium::default();
        medium.set("glucose", 1.0).unwrap();
        medium.set("lactose", 1.0).unwrap();
        medium.feed(0.09 + 0.09);
        assert_eq!(medium.millimolar("glucose"), 0.0);
        assert!((medium.millimolar("lactose") - 0.5).abs() < 1e-12);
        medium.feed(1.0);
        assert_eq!(medium.millimolar("lactose"), 0.0);
    }
}
