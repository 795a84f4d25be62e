//! What the host's state says in the terms in which cells are measured: numbers per cell, RNA over
//! protein, the fraction of ribosomes that translate.
//!
//! The host's equations count molecules in a reference cell of one size ([`parameters::CELL_MASS`]),
//! and all of its ribosomes translate. Real cells are larger the faster they grow, and about 85 % of
//! their ribosomes translate, each faster. [`Composition`] translates; nothing here acts on the host.

use super::host::{HostRates, HostState};
use super::measured::composition::{AMINO_ACID_DA, Cell, NUCLEOTIDE_DA, RRNA_NT, TRNA_NT};
use super::{measured, parameters as p};

/// tRNA molecules for each ribosome: 9.2 to 9.4 at all growth rates (Dennis and Bremer 2008). The
/// host's own tRNA is that which takes part in its charging cycle, a quarter to a half of it.
pub const TRNA_PER_RIBOSOME: f64 = 9.3;

/// `(elongation rate of the unburdened host, measured elongation rate)` [aa/s] at the growth rates of
/// Dennis and Bremer (2008). A test settles the hosts again.
const ELONGATION: [(f64, f64); 6] = [
    (12.045, 13.0),
    (14.561, 18.0),
    (16.583, 21.0),
    (17.887, 22.0),
    (18.734, 22.0),
    (19.275, 22.0),
];

/// The composition of a host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Composition {
    /// Growth rate [1/h].
    pub growth_per_h: f64,
    /// Protein of the average cell at this growth rate over that of the reference cell [1]: a number
    /// per reference cell times this is a number per cell. Measured in unburdened cells without
    /// antibiotics; below 0.42/h and above 2.08/h the outermost measurement.
    pub cell_size: f64,
    /// Ribosomes per cell, those inactivated among them. Predicted but for the cell's size.
    pub ribosomes: f64,
    /// Ribosomes per cell that an inhibitor has inactivated.
    pub inactivated: f64,
    /// RNA polymerases per cell: measured, as a function of growth.
    pub rna_polymerases: f64,
    /// Protein per cell [aa]: measured, as a function of growth.
    pub protein_aa: f64,
    /// mRNA per cell [nt]: measured, as a function of growth; the genes' transcripts are calibrated on
    /// it.
    pub mrna_nt: f64,
    /// RNA over protein [g/g]: the host's ribosomes with their RNA and the tRNA that goes with them,
    /// and the measured mRNA.
    pub rna_protein_ratio: f64,
    /// The fraction of all ribosomes that makes the host's protein if each elongates as fast as was
    /// measured [1].
    pub active_ribosome_fraction: f64,
    /// Elongation rate that goes with it [aa/s].
    pub active_elongation_aa_per_s: f64,
}

impl Composition {
    /// That of a host beside its guests.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::{Chassis, Composition, Nutrient};
    /// let host = Chassis::settled(Nutrient::default())?;
    /// let cell = Composition::of(host.state(), &host.rates());
    /// assert!(cell.cell_size > 1.3 && cell.cell_size < 1.5);
    /// assert!((cell.active_ribosome_fraction - 0.85).abs() < 0.1);
    /// # Ok::<(), bioxen_cell::chassis::ChassisError>(())
    /// ```
    pub fn of(state: &HostState, rates: &HostRates) -> Self {
        let growth = rates.growth_per_h;
        let cell = Cell::at(growth);
        let size = cell.size();
        let ribosomes = state.ribosomes + rates.inactivated;
        let mrna_nt = measured::mrna_per_protein(growth) * p::CELL_MASS;
        let rna_nt = ribosomes * (RRNA_NT + TRNA_PER_RIBOSOME * TRNA_NT) + mrna_nt;
        let elongation = rates.elongation_aa_per_h / 3600.0;
        let relative = relative_elongation(elongation);
        Self {
            growth_per_h: growth,
            cell_size: size,
            ribosomes: ribosomes * size,
            inactivated: rates.inactivated * size,
            rna_polymerases: cell.rna_polymerases,
            protein_aa: cell.protein_aa,
            mrna_nt: mrna_nt * size,
            rna_protein_ratio: rna_nt * NUCLEOTIDE_DA / (p::CELL_MASS * AMINO_ACID_DA),
            active_ribosome_fraction: rates.translating / ribosomes * relative,
            active_elongation_aa_per_s: elongation / relative,
        }
    }
}

/// The host's elongation rate [aa/s] over the measured one: linear between the measurements, the same as
/// at the outermost beyond them. It follows elongation and not growth, so that a burden or an
/// antibiotic, which slow growth alone, do not change it.
fn relative_elongation(elongation: f64) -> f64 {
    let mut below = ELONGATION[0];
    if elongation <= below.0 {
        return below.0 / below.1;
    }
    for node in &ELONGATION[1..] {
        if elongation <= node.0 {
            let w = (elongation - below.0) / (node.0 - below.0);
            return elongation / ((1.0 - w) * below.1 + w * node.1);
        }
        below = *node;
    }
    below.0 / below.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chassis::measured::composition::CELLS;
    use crate::chassis::{Chassis, Nutrient};

    /// The unburdened host that grows at a rate [1/h].
    fn growing(growth_per_h: f64) -> Chassis {
        let (mut low, mut high) = (0.05f64, 1.0f64);
        for _ in 0..40 {
            let middle = (low * high).sqrt();
            let host = Chassis::settled(Nutrient::new(middle).unwrap()).unwrap();
            if host.rates().growth_per_h < growth_per_h { low = middle } else { high = middle }
        }
        Chassis::settled(Nutrient::new(low).unwrap()).unwrap()
    }

    /// The nodes; and with them three targets, none of which was used: all ribosomes but a seventh are
    /// active (measured 0.85 at all growth rates), ribosomes per cell within 20 %, RNA over protein
    /// within 12 %.
    #[test]
    fn unburdened_hosts_are_composed_as_measured() {
        for (cell, (elongation, measured)) in CELLS.iter().zip(ELONGATION) {
            let host = growing(cell.growth_per_h());
            let rates = host.rates();
            assert!((rates.elongation_aa_per_h / 3600.0 - elongation).abs() < 1e-3);
            assert_eq!(measured, cell.elongation_aa_per_s);
            let own = Composition::of(host.state(), &rates);
            let at = format!("{} min: {own:?}", cell.doubling_min);
            let active = own.active_ribosome_fraction / cell.active_ribosome_fraction;
            assert!((active - 1.0).abs() < 0.09, "{at}");
            assert!((own.ribosomes / cell.ribosomes - 1.0).abs() < 0.2, "{at}");
            assert!((own.rna_protein_ratio / cell.rna_protein_ratio() - 1.0).abs() < 0.12, "{at}");
            // What is measured is handed on as it is.
            assert!((own.mrna_nt / cell.mrna_nt - 1.0).abs() < 1e-9, "{at}");
            assert!((own.protein_aa / cell.protein_aa - 1.0).abs() < 1e-9, "{at}");
        }
    }

    /// Active ribosomes times their elongation is the host's own translation.
    #[test]
    fn the_active_fraction_makes_the_same_protein() {
        for quality in [0.05, 0.08, 0.3, 0.5, 1.0] {
            let host = Chassis::settled(Nutrient::new(quality).unwrap()).unwrap();
            let (state, rates) = (host.state(), host.rates());
            let own = Composition::of(state, &rates);
            let active = own.active_ribosome_fraction * state.ribosomes;
            let made = active * own.active_elongation_aa_per_s * 3600.0;
            assert!((made / (rates.growth_per_h * p::CELL_MASS) - 1.0).abs() < 1e-12);
            assert!(own.active_ribosome_fraction < 1.0);
        }
    }

    #[test]
    fn elongation_is_continuous_at_its_nodes_and_defined_at_rest() {
        for (model, measured) in ELONGATION {
            for near in [model * (1.0 - 1e-9), model * (1.0 + 1e-9)] {
                assert!((near / relative_elongation(near) - measured).abs() < 1e-6);
            }
        }
        assert!(relative_elongation(0.0) > 0.9);
    }
}
