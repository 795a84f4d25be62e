//! The host beside the equations of its authors.

use super::{Origin, Outcome, Row, Section};
use bioxen::chassis::{Chassis, Nutrient, parameters as p};

pub(crate) const SECTION: Section = Section {
    title: "The host is the published one",
    about: "The equations of Sechkar, Perrino & Stan, *Nat. Commun.* 15:1981 (2024), were solved twice with \
            other code. The host of the program, with its ATP, meets them within 0.1 %.",
    rows,
    figures: &[],
    quick: true,
};

/// `(nutrient quality, growth [1/h], ribosomal mass fraction, elongation [aa/s])`.
const REFERENCE: [(f64, f64, f64, f64); 4] = [
    (0.08, 0.35458, 0.064992, 11.3045),
    (0.2, 0.789861, 0.107518, 15.2216),
    (0.5, 1.55217, 0.175358, 18.3400),
    (1.0, 2.25865, 0.240366, 19.4696),
];

fn rows() -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for (quality, growth, fraction, elongation) in REFERENCE {
        let host = Chassis::settled(Nutrient::new(quality)?)?;
        let r = host.rates();
        for (what, expected, found) in [
            ("growth [1/h]", growth, r.growth_per_h),
            ("ribosomal protein [fraction]", fraction, r.ribosome_fraction),
            ("elongation [aa/s]", elongation, r.elongation_aa_per_h / 3600.0),
        ] {
            let what = format!("{what} at nutrient {quality}");
            rows.push(Row::near("host", what, expected, found, 1e-3).of(Origin::Exact));
        }
        if quality == 0.5 {
            let s = host.state();
            let made = p::METABOLIC_LENGTH * s.p_a + p::RIBOSOME_LENGTH * s.ribosomes;
            let whole = p::CELL_MASS * (1.0 - p::HOUSEKEEPING);
            let what = "protein that housekeeping leaves [aa]";
            rows.push(Row::near("A8", what, whole, made, 1e-6).of(Origin::Exact));
        }
    }
    Ok(rows)
}
