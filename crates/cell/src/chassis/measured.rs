//! Measured composition of *E. coli* B/r against growth rate: Dennis and Bremer, *EcoSal Plus*
//! (2008), Tables 1 to 3: per protein here, per cell in [`composition`]; of RNA polymerase in
//! [`polymerases`]; of replication in [`replication`]; and, in [`growth`], what others measured of growth.

pub mod composition;
pub mod growth;
pub mod polymerases;
pub mod replication;

/// `(doubling time [min], protein [aa/cell], mRNA [nt/cell], synthesis of mRNA and of stable RNA
/// [nt/min/cell])`.
const TABLE: [(f64, f64, f64, f64, f64); 6] = [
    (100.0, 7.6e8, 1.0e6, 5.1e5, 3.5e5),
    (60.0, 1.19e9, 2.0e6, 1.02e6, 1.1e6),
    (40.0, 1.64e9, 2.8e6, 1.35e6, 2.9e6),
    (30.0, 2.15e9, 4.0e6, 1.82e6, 6.5e6),
    (24.0, 2.40e9, 4.6e6, 1.99e6, 1.13e7),
    (20.0, 2.37e9, 4.3e6, 1.79e6, 1.61e7),
];

/// Ribosomal protein as a fraction of all protein against doubling time [min], same source.
pub const RIBOSOME_FRACTION: [(f64, f64); 6] =
    [(100.0, 0.077), (60.0, 0.092), (40.0, 0.116), (30.0, 0.150), (24.0, 0.188), (20.0, 0.227)];

/// mRNA per protein [nt/aa] at a growth rate [1/h]: linear between the measurements, the
/// outermost values beyond them.
pub fn mrna_per_protein(growth_per_h: f64) -> f64 {
    interpolate(growth_per_h, |row| row.2 / row.1)
}

/// mRNA synthesis per protein [nt/h/aa] at a growth rate [1/h]: linear between the measurements, the
/// outermost values beyond them.
pub fn mrna_synthesis_per_protein(growth_per_h: f64) -> f64 {
    interpolate(growth_per_h, |row| 60.0 * row.3 / row.1)
}

/// RNA synthesis per protein [nt/h/aa] at a growth rate [1/h]. Below the slowest measurement it
/// falls in proportion to growth, to nothing at rest.
pub fn rna_synthesis_per_protein(growth_per_h: f64) -> f64 {
    let slowest = rate(TABLE[0].0);
    let scale = (growth_per_h / slowest).clamp(0.0, 1.0);
    scale * interpolate(growth_per_h, |row| 60.0 * (row.3 + row.4) / row.1)
}

/// The points between which [`rna_synthesis_per_protein`] is linear: growth rate [1/h] and
/// synthesis [nt/h/aa].
pub fn rna_synthesis_nodes() -> [(f64, f64); 6] {
    TABLE.map(|row| (rate(row.0), 60.0 * (row.3 + row.4) / row.1))
}

fn rate(doubling_min: f64) -> f64 {
    60.0 * std::f64::consts::LN_2 / doubling_min
}

fn interpolate(growth_per_h: f64, value: impl Fn(&(f64, f64, f64, f64, f64)) -> f64) -> f64 {
    between(&TABLE, growth_per_h, |row| row.0, value)
}

/// A value at a growth rate [1/h]: linear between the rows, which come in the order of growth, the
/// outermost values beyond them.
fn between<Row>(
    rows: &[Row; 6],
    growth_per_h: f64,
    doubling_min: impl Fn(&Row) -> f64,
    value: impl Fn(&Row) -> f64,
) -> f64 {
    let mut below = &rows[0];
    if growth_per_h <= rate(doubling_min(below)) {
        return value(below);
    }
    for row in &rows[1..] {
        let (x0, x1) = (rate(doubling_min(below)), rate(doubling_min(row)));
        if growth_per_h <= x1 {
            let w = (growth_per_h - x0) / (x1 - x0);
            return (1.0 - w) * value(below) + w * value(row);
        }
        below = row;
    }
    value(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measurements_themselves_come_back() {
        assert!((mrna_per_protein(rate(60.0)) - 2.0e6 / 1.19e9).abs() < 1e-15);
        let nt = rna_synthesis_per_protein(rate(40.0)) * 1.64e9 / 60.0;
        assert!((nt - 4.25e6).abs() < 1.0);
    }

    #[test]
    fn halfway_between_two_measurements_is_their_mean() {
        let middle = 0.5 * (rate(100.0) + rate(60.0));
        let mean = 0.5 * (1.0e6 / 7.6e8 + 2.0e6 / 1.19e9);
        assert!((mrna_per_protein(middle) - mean).abs() < 1e-12);
    }

    #[test]
    fn a_cell_at_rest_makes_no_rna() {
        assert_eq!(rna_synthesis_per_protein(0.0), 0.0);
        assert_eq!(mrna_per_protein(9.0), 4.3e6 / 2.37e9);
    }
}
