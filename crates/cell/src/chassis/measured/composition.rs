//! The measured mean cell of *E. coli* B/r against growth rate: Dennis and Bremer, *EcoSal Plus*
//! (2008, revised 2021), Tables 1 to 3.
//!
//! All numbers are of one average cell of the population, which grows and divides, so they are **per
//! cell**. The host of this program has one size, that of 60 min ([`crate::chassis::parameters`]);
//! [`Cell::size`] is the factor between the two.

use crate::chassis::parameters::CELL_MASS;

/// Nucleotides of RNA in a ribosome: 16S 1542, 23S 2904, 5S 120 (BioNumbers 101439: Bremer and Dennis
/// 1996, Table 1; Noller, *Annu. Rev. Biochem.* 53:119, 1984).
pub const RRNA_NT: f64 = 4566.0;
/// Nucleotides of a tRNA: the mean length of the 86 tRNA genes of *E. coli* K-12 (NC_000913.3).
pub const TRNA_NT: f64 = 78.45;
/// Mass of a nucleotide of RNA [Da].
pub const NUCLEOTIDE_DA: f64 = 324.0;
/// Mass of an amino acid of the mean protein [Da].
pub const AMINO_ACID_DA: f64 = 108.0;

/// The average cell at one growth rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Doubling time [min].
    pub doubling_min: f64,
    /// Protein [aa].
    pub protein_aa: f64,
    /// Ribosomes.
    pub ribosomes: f64,
    /// RNA polymerases.
    pub rna_polymerases: f64,
    /// mRNA [nt].
    pub mrna_nt: f64,
    /// tRNA [molecules].
    pub trna: f64,
    /// All RNA [nt].
    pub rna_nt: f64,
    /// Elongation rate of peptides [aa/s].
    pub elongation_aa_per_s: f64,
    /// Ribosomes that translate, as a fraction of all [1].
    pub active_ribosome_fraction: f64,
}

/// The measurements, from slow to fast growth.
#[rustfmt::skip]
pub const CELLS: [Cell; 6] = [
    of(100.0, 7.60e8, [8.0e3, 1.80e3, 1.0e6, 7.40e4, 4.30e7], 13.0),
    of( 60.0, 1.19e9, [1.5e4, 3.50e3, 2.0e6, 1.39e5, 8.10e7], 18.0),
    of( 40.0, 1.64e9, [2.6e4, 5.70e3, 2.8e6, 2.41e5, 1.40e8], 21.0),
    of( 30.0, 2.15e9, [4.4e4, 8.40e3, 4.0e6, 4.08e5, 2.38e8], 22.0),
    of( 24.0, 2.40e9, [6.1e4, 1.00e4, 4.6e6, 5.71e5, 3.33e8], 22.0),
    of( 20.0, 2.37e9, [7.3e4, 1.02e4, 4.3e6, 6.80e5, 3.96e8], 22.0),
];

const fn of(doubling_min: f64, protein_aa: f64, numbers: [f64; 5], elongation: f64) -> Cell {
    let [ribosomes, rna_polymerases, mrna_nt, trna, rna_nt] = numbers;
    Cell {
        doubling_min,
        protein_aa,
        ribosomes,
        rna_polymerases,
        mrna_nt,
        trna,
        rna_nt,
        elongation_aa_per_s: elongation,
        active_ribosome_fraction: 0.85,
    }
}

impl Cell {
    /// The average cell at a growth rate [1/h]: linear between the measurements, the outermost ones
    /// beyond them.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::measured::composition::Cell;
    /// let cell = Cell::at(60.0 * std::f64::consts::LN_2 / 60.0);
    /// assert!((cell.size() - 1.0).abs() < 1e-9 && (cell.ribosomes - 1.5e4).abs() < 1e-6);
    /// ```
    pub fn at(growth_per_h: f64) -> Self {
        let mut below = &CELLS[0];
        if growth_per_h <= below.growth_per_h() {
            return *below;
        }
        for cell in &CELLS[1..] {
            let (x0, x1) = (below.growth_per_h(), cell.growth_per_h());
            if growth_per_h <= x1 {
                return below.mixed(cell, (growth_per_h - x0) / (x1 - x0), growth_per_h);
            }
            below = cell;
        }
        *below
    }

    fn mixed(&self, other: &Self, w: f64, growth_per_h: f64) -> Self {
        let mix = |a: f64, b: f64| (1.0 - w) * a + w * b;
        Self {
            doubling_min: 60.0 * std::f64::consts::LN_2 / growth_per_h,
            protein_aa: mix(self.protein_aa, other.protein_aa),
            ribosomes: mix(self.ribosomes, other.ribosomes),
            rna_polymerases: mix(self.rna_polymerases, other.rna_polymerases),
            mrna_nt: mix(self.mrna_nt, other.mrna_nt),
            trna: mix(self.trna, other.trna),
            rna_nt: mix(self.rna_nt, other.rna_nt),
            elongation_aa_per_s: mix(self.elongation_aa_per_s, other.elongation_aa_per_s),
            active_ribosome_fraction: mix(
                self.active_ribosome_fraction,
                other.active_ribosome_fraction,
            ),
        }
    }

    /// Growth rate [1/h].
    pub fn growth_per_h(&self) -> f64 {
        60.0 * std::f64::consts::LN_2 / self.doubling_min
    }

    /// Its protein relative to that of the reference cell [1]: what turns a number per reference cell
    /// into one per cell.
    pub fn size(&self) -> f64 {
        self.protein_aa / CELL_MASS
    }

    /// RNA over protein [g/g].
    pub fn rna_protein_ratio(&self) -> f64 {
        self.rna_nt * NUCLEOTIDE_DA / (self.protein_aa * AMINO_ACID_DA)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table 1 closes within 2 %: ribosomes, tRNA and mRNA together are all RNA. So the three masses with
    /// which the host's RNA is counted are those of the table.
    #[test]
    fn the_parts_of_the_rna_are_the_whole() {
        for cell in CELLS {
            let parts = cell.ribosomes * RRNA_NT + cell.trna * TRNA_NT + cell.mrna_nt;
            assert!((parts / cell.rna_nt - 1.0).abs() < 0.02, "{}", cell.doubling_min);
        }
    }

    /// A cell has 9.3 tRNA for each ribosome at any growth rate.
    #[test]
    fn trna_goes_with_the_ribosomes() {
        for cell in CELLS {
            let each = cell.trna / cell.ribosomes;
            assert!((each / 9.3 - 1.0).abs() < 0.01, "{each}");
        }
    }

    #[test]
    fn the_ratios_are_those_that_were_published() {
        let published = [0.170, 0.204, 0.256, 0.332, 0.416, 0.501];
        for (cell, ratio) in CELLS.iter().zip(published) {
            assert!(
                (cell.rna_protein_ratio() - ratio).abs() < 6e-4,
                "{}",
                cell.rna_protein_ratio()
            );
        }
    }

    #[test]
    fn a_measurement_comes_back_and_halfway_is_the_mean() {
        for cell in CELLS {
            let got = Cell::at(cell.growth_per_h());
            assert!((got.protein_aa / cell.protein_aa - 1.0).abs() < 1e-12);
        }
        let middle = 0.5 * (CELLS[0].growth_per_h() + CELLS[1].growth_per_h());
        assert!((Cell::at(middle).ribosomes - 1.15e4).abs() < 1e-6);
        assert_eq!(Cell::at(0.0), CELLS[0]);
        assert_eq!(Cell::at(9.0), CELLS[5]);
    }
}
