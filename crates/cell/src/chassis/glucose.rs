//! Growth on glucose, which growth in other media is compared with.

use std::sync::OnceLock;

use super::energy::EnergyCoupling;
use super::{Chassis, ChassisError, Nutrient};

/// Quality of glucose minimal medium.
pub const GLUCOSE_QUALITY: f64 = 0.3;

/// Growth of the host without guests in glucose minimal medium [1/h].
///
/// # Errors
/// When no steady state is found.
///
/// # Examples
/// ```
/// use bioxen_cell::chassis::glucose::growth_on_glucose;
/// let growth = growth_on_glucose(Default::default())?;
/// assert!((growth - 1.0874).abs() < 1e-3);
/// # Ok::<(), bioxen_cell::chassis::ChassisError>(())
/// ```
pub fn growth_on_glucose(energy: EnergyCoupling) -> Result<f64, ChassisError> {
    static COUPLED: OnceLock<f64> = OnceLock::new();
    static PUBLISHED: OnceLock<f64> = OnceLock::new();
    let known = match energy {
        EnergyCoupling::Coupled => &COUPLED,
        EnergyCoupling::Published => &PUBLISHED,
    };
    if let Some(growth) = known.get() {
        return Ok(*growth);
    }
    let settled = Chassis::settled_with(Nutrient::new(GLUCOSE_QUALITY)?, energy)?;
    Ok(*known.get_or_init(|| settled.rates().growth_per_h))
}
