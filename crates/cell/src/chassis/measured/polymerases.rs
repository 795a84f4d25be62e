//! RNA polymerase of *E. coli* B/r against growth rate: Dennis and Bremer, *EcoSal Plus* (2008),
//! Tables 1 to 3.
//!
//! Values are linear in growth between the measurements. Beyond them the outermost count, except that
//! stable RNA is made in proportion to growth below the slowest measurement, as all RNA is
//! ([`super::rna_synthesis_per_protein`]).

use super::{between, interpolate, rate};

/// What was measured at one growth rate.
struct Row {
    doubling_min: f64,
    /// Protein [aa/cell].
    protein_aa: f64,
    /// Mass [pg/cell].
    mass_pg: f64,
    /// DNA [genome equivalents/cell].
    genomes: f64,
    /// RNA polymerases [1/cell].
    polymerases: f64,
    /// Elongation on genes of mRNA [nt/s].
    mrna_speed: f64,
    /// Initiations at one rrn gene [1/min].
    rrn_per_min: f64,
}

/// Elongation on genes of rRNA [nt/s], the same at all growth rates; same source.
pub const STABLE_RNA_SPEED: f64 = 85.0;

const TABLE: [Row; 6] = [
    row(100.0, [7.6e8, 0.226, 1.6], 1800.0, 39.0, 4.0),
    row(60.0, [1.19e9, 0.374, 2.0], 3500.0, 45.0, 10.0),
    row(40.0, [1.64e9, 0.555, 2.5], 5700.0, 50.0, 20.0),
    row(30.0, [2.15e9, 0.774, 3.0], 8400.0, 53.0, 37.0),
    row(24.0, [2.40e9, 0.921, 3.6], 10_000.0, 55.0, 54.0),
    row(20.0, [2.37e9, 1.023, 4.0], 10_200.0, 56.0, 68.0),
];

const fn row(
    doubling_min: f64,
    [protein_aa, mass_pg, genomes]: [f64; 3],
    polymerases: f64,
    mrna_speed: f64,
    rrn_per_min: f64,
) -> Row {
    Row { doubling_min, protein_aa, mass_pg, genomes, polymerases, mrna_speed, rrn_per_min }
}

fn at(growth_per_h: f64, value: impl Fn(&Row) -> f64) -> f64 {
    between(&TABLE, growth_per_h, |row| row.doubling_min, value)
}

/// The most RNA polymerases per protein [1/aa] that were found: in the fastest cells.
pub const MOST_PER_PROTEIN: f64 = 10_200.0 / 2.37e9;

/// RNA polymerases per protein [1/aa] at a growth rate [1/h].
pub fn per_protein(growth_per_h: f64) -> f64 {
    at(growth_per_h, |row| row.polymerases / row.protein_aa)
}

/// DNA per protein [genome equivalents/aa] at a growth rate [1/h].
pub fn genomes_per_protein(growth_per_h: f64) -> f64 {
    at(growth_per_h, |row| row.genomes / row.protein_aa)
}

/// Elongation on genes of mRNA [nt/s] at a growth rate [1/h].
pub fn mrna_speed(growth_per_h: f64) -> f64 {
    at(growth_per_h, |row| row.mrna_speed)
}

/// Stable RNA synthesis per protein [nt/h/aa] at a growth rate [1/h].
pub fn stable_rna_synthesis_per_protein(growth_per_h: f64) -> f64 {
    let slowest = rate(TABLE[0].doubling_min);
    let scale = (growth_per_h / slowest).clamp(0.0, 1.0);
    scale * interpolate(growth_per_h, |row| 60.0 * row.4 / row.1)
}

/// Initiations at one rrn gene [1/min] at a growth rate [1/h].
pub fn rrn_per_min(growth_per_h: f64) -> f64 {
    at(growth_per_h, |row| row.rrn_per_min)
}

/// Mass per protein [pg/aa] at a growth rate [1/h].
pub fn mass_per_protein(growth_per_h: f64) -> f64 {
    at(growth_per_h, |row| row.mass_pg / row.protein_aa)
}

/// The fastest growth that was measured [1/h].
pub fn fastest() -> f64 {
    rate(TABLE[TABLE.len() - 1].doubling_min)
}

#[cfg(test)]
mod tests {
    use super::super::mrna_synthesis_per_protein;
    use super::*;

    /// Active polymerases, and the part of them on stable RNA: the same table.
    const ACTIVE: [(f64, f64); 6] =
        [(0.155, 0.24), (0.168, 0.36), (0.176, 0.56), (0.219, 0.69), (0.282, 0.79), (0.362, 0.86)];

    #[test]
    fn polymerases_speeds_and_syntheses_of_the_table_agree() {
        for (row, (active, stable)) in TABLE.iter().zip(ACTIVE) {
            let growth = rate(row.doubling_min);
            let active = 3600.0 * active * per_protein(growth);
            let mrna = active * (1.0 - stable) * mrna_speed(growth);
            let stable = active * stable * STABLE_RNA_SPEED;
            assert!((mrna / mrna_synthesis_per_protein(growth) - 1.0).abs() < 0.03);
            assert!((stable / stable_rna_synthesis_per_protein(growth) - 1.0).abs() < 0.03);
        }
        for (doubling, expected) in [(0, 0.97289), (2, 0.98091), (4, 0.98204)] {
            let (row, (active, stable)) = (&TABLE[doubling], ACTIVE[doubling]);
            let growth = rate(row.doubling_min);
            let made = 3600.0 * per_protein(growth) * active * (1.0 - stable) * mrna_speed(growth);
            let ratio = made / mrna_synthesis_per_protein(growth);
            assert!((ratio - expected).abs() < 1e-5, "{ratio} at {} min", row.doubling_min);
        }
    }

    #[test]
    fn a_cell_at_rest_makes_no_stable_rna_and_the_ends_count_beyond() {
        assert_eq!(stable_rna_synthesis_per_protein(0.0), 0.0);
        let half = stable_rna_synthesis_per_protein(0.5 * rate(100.0));
        assert!((half / (0.5 * 60.0 * 3.5e5 / 7.6e8) - 1.0).abs() < 1e-12);
        assert_eq!(per_protein(0.0), 1800.0 / 7.6e8);
        let all = TABLE.iter().map(|row| row.polymerases / row.protein_aa);
        assert_eq!(all.fold(0.0, f64::max), MOST_PER_PROTEIN);
        assert_eq!(mrna_speed(9.0), 56.0);
        assert_eq!(genomes_per_protein(9.0), 4.0 / 2.37e9);
    }
}
