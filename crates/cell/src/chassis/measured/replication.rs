//! Replication of the chromosome of *E. coli* B/r against growth rate: Dennis and Bremer, *EcoSal Plus*
//! (2008, revised 2021), Tables 1 to 3.

use super::between;
use std::f64::consts::LN_2;

/// `(doubling time [min], C [min], D [min])`: how long a fork takes from the origin to the terminus, and
/// from there to the division.
const PERIODS: [(f64, f64, f64); 6] = [
    (100.0, 67.0, 30.0),
    (60.0, 60.0, 27.0),
    (40.0, 51.0, 25.0),
    (30.0, 44.0, 24.0),
    (24.0, 38.0, 23.0),
    (20.0, 33.0, 22.0),
];

/// The C and D periods [h] at a growth rate [1/h]: linear between the measurements, the outermost values
/// beyond them.
pub fn periods_h(growth_per_h: f64) -> (f64, f64) {
    let of = |value: fn(&(f64, f64, f64)) -> f64| {
        between(&PERIODS, growth_per_h, |row| row.0, value) / 60.0
    };
    (of(|row| row.1), of(|row| row.2))
}

/// The same in generations. Where nothing grows, nothing is replicated.
pub fn generations(growth_per_h: f64) -> (f64, f64) {
    let growth = growth_per_h.max(0.0);
    let (c, d) = periods_h(growth);
    (c * growth / LN_2, d * growth / LN_2)
}

#[cfg(test)]
mod tests {
    use super::super::rate;
    use super::*;

    /// The theory of Cooper and Helmstetter, *J. Mol. Biol.* 31:519 (1968), gives the origins and the DNA that the
    /// same table has for each growth rate: `2^((C + D)/T)` and
    /// `(2^((C + D)/T) - 2^(D/T)) / (C/T ln 2)`.
    #[test]
    fn origins_and_dna_of_the_table_follow_from_its_periods() {
        let counted = [(100.0, 2.0, 1.6), (60.0, 2.7, 2.0), (40.0, 3.8, 2.5), (30.0, 4.9, 3.0)];
        for (doubling_min, origins, genomes) in counted {
            let (c, d) = generations(rate(doubling_min));
            let all = (c + d).exp2();
            assert!((all / origins - 1.0).abs() < 0.04, "{doubling_min}: {all}");
            let dna = (all - d.exp2()) / (c * LN_2);
            assert!((dna / genomes - 1.0).abs() < 0.04, "{doubling_min}: {dna}");
        }
        assert_eq!(generations(-1.0), (0.0, 0.0));
    }
}
