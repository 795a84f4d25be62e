//! The laws of growth that follow from the host's equations, at steady state.
//!
//! No formula is used here: each point is the result of a settled host.

use super::{
    Chassis, ChassisError, Competition, Conditions, Kinetics, Nutrient, Tenant, energy, host,
    steady,
};

/// The growth law: growth rate [1/h] and ribosomal protein as a fraction of all protein [1] in
/// `count` media from 0.08 (poor glycerol) to 1, equally far apart in the logarithm.
///
/// # Errors
/// When a host does not settle.
///
/// # Examples
/// ```
/// use bioxen_cell::chassis::laws;
/// let points = laws::growth_law(5)?;
/// assert_eq!(points.len(), 5);
/// // Faster cells have more ribosomes.
/// assert!(points.windows(2).all(|p| p[0].0 < p[1].0 && p[0].1 < p[1].1));
/// # Ok::<(), bioxen_cell::chassis::ChassisError>(())
/// ```
pub fn growth_law(count: usize) -> Result<Vec<(f64, f64)>, ChassisError> {
    growth_law_of(Kinetics::PUBLISHED, count)
}

/// The same of a host with other kinetics.
///
/// # Errors
/// When it does not settle.
pub fn growth_law_of(kinetics: Kinetics, count: usize) -> Result<Vec<(f64, f64)>, ChassisError> {
    const POOREST: f64 = 0.08;
    let last = count.saturating_sub(1).max(1) as f64;
    (0..count)
        .map(|i| {
            let quality = POOREST * (1.0 / POOREST).powf(i as f64 / last);
            let nutrient = Nutrient::new(quality.min(1.0))?;
            let rates = Chassis::settled_under(Conditions { kinetics, ..nutrient.into() })?.rates();
            Ok((rates.growth_per_h, rates.ribosome_fraction))
        })
        .collect()
}

/// The burden line: unneeded protein as a fraction of all protein [1] and the growth rate relative
/// to that without it [1], in at most `count` steps. The unneeded protein is made by a tenant without
/// quota, whose mRNA weighs more from step to step, up to twice the host's.
///
/// The line ends early where ATP falls below 70 %, or the host does not settle: beyond, maintenance
/// gives way to growth, which is an assumption.
///
/// # Errors
/// When the host alone does not settle.
///
/// # Examples
/// ```
/// use bioxen_cell::chassis::{Nutrient, laws};
/// let points = laws::burden(Nutrient::default(), 20)?;
/// assert_eq!(points[0], (0.0, 1.0));
/// assert!(points.windows(2).all(|p| p[1].0 > p[0].0 && p[1].1 < p[0].1));
/// # Ok::<(), bioxen_cell::chassis::ChassisError>(())
/// ```
pub fn burden(nutrient: Nutrient, count: usize) -> Result<Vec<(f64, f64)>, ChassisError> {
    burden_under(nutrient.into(), count)
}

/// The same under all conditions of a host.
///
/// # Errors
/// When the host alone does not settle.
pub fn burden_under(conditions: Conditions, count: usize) -> Result<Vec<(f64, f64)>, ChassisError> {
    /// Weight of the heaviest tenant's mRNA, in that of the host's own.
    const HEAVIEST: f64 = 2.0;
    /// The lowest level of ATP on the line [%].
    const LEAST_ATP: f64 = 70.0;
    let alone = Chassis::settled_under(conditions)?.rates();
    let last = count.saturating_sub(1).max(1) as f64;
    let mut points = Vec::new();
    for i in 0..count {
        let weight = alone.host_weight * HEAVIEST * i as f64 / last;
        let tenant = Tenant { weight, ..Tenant::IDLE };
        let Ok(state) = steady::settle(conditions, &[tenant]) else { break };
        if i > 0 && energy::percent(&state) < LEAST_ATP {
            break;
        }
        let mut competition = Competition::default();
        let rates = host::rates(&state, conditions, &[tenant], &mut competition);
        // At steady state a protein's share of synthesis is its share of the mass.
        let engaged = competition.ribosomes.engaged.first().copied().unwrap_or(0.0);
        points.push((engaged / rates.translating, rates.growth_per_h / alone.growth_per_h));
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_burden_line_is_straight_as_far_as_it_goes() {
        for (quality, least) in [(0.08, 0.1), (0.3, 0.28), (1.0, 0.33)] {
            let points = burden(Nutrient::new(quality).unwrap(), 25).unwrap();
            let last = points[points.len() - 1].0;
            assert!(last > least && last < 0.41, "{quality}: {points:?}");
            for (x, y) in points {
                // Growth would be nothing at 0.41, all that housekeeping leaves.
                assert!((y - (1.0 - x / 0.41)).abs() < 0.015, "{quality}: {x} {y}");
            }
        }
    }

    #[test]
    fn few_points_are_no_trouble() {
        assert!(growth_law(0).unwrap().is_empty());
        assert_eq!(growth_law(1).unwrap().len(), 1);
        assert_eq!(burden(Nutrient::default(), 1).unwrap(), [(0.0, 1.0)]);
    }
}
