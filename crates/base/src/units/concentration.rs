//! Concentrations.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Sub};

use super::short;

/// The unit in which a concentration was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConcentrationUnit {
    /// mmol/L.
    Millimolar,
    /// umol/L.
    Micromolar,
    /// nmol/L.
    Nanomolar,
}

impl ConcentrationUnit {
    /// How it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Millimolar => "mM",
            Self::Micromolar => "uM",
            Self::Nanomolar => "nM",
        }
    }

    const fn per_millimolar(self) -> f64 {
        match self {
            Self::Millimolar => 1.0,
            Self::Micromolar => 1e3,
            Self::Nanomolar => 1e6,
        }
    }
}

/// A concentration, which keeps the unit in which it was written.
///
/// # Examples
/// ```
/// use bioxen_base::units::{Concentration, ConcentrationUnit};
/// let c = Concentration::new(50.0, ConcentrationUnit::Micromolar);
/// assert_eq!(c.millimolar(), 0.05);
/// assert_eq!(c.to_string(), "50 uM");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Concentration {
    value: f64,
    unit: ConcentrationUnit,
}

impl Concentration {
    /// A number of a unit.
    pub const fn new(value: f64, unit: ConcentrationUnit) -> Self {
        Self { value, unit }
    }

    /// How many it is of its unit.
    pub const fn value(self) -> f64 {
        self.value
    }

    /// So many mmol/L in the unit that fits them: uM below 0.1 mM, nM below 0.1 uM.
    ///
    /// # Examples
    /// ```
    /// use bioxen_base::units::Concentration;
    /// assert_eq!(Concentration::fitting(-0.005).to_string(), "-5 uM");
    /// assert_eq!(Concentration::fitting(0.5).to_string(), "0.5 mM");
    /// ```
    pub fn fitting(millimolar: f64) -> Self {
        let given = Self::new(millimolar, ConcentrationUnit::Millimolar);
        let unit = match millimolar.abs() {
            small if small > 0.0 && small < 1e-4 => ConcentrationUnit::Nanomolar,
            small if small > 0.0 && small < 0.1 => ConcentrationUnit::Micromolar,
            _ => ConcentrationUnit::Millimolar,
        };
        Self::new(given.number_of(unit), unit)
    }

    /// In mmol/L.
    pub fn millimolar(self) -> f64 {
        self.value / self.unit.per_millimolar()
    }

    /// The unit in which it was written.
    pub const fn unit(self) -> ConcentrationUnit {
        self.unit
    }

    /// In a unit.
    pub fn number_of(self, unit: ConcentrationUnit) -> f64 {
        self.in_unit_of(Self { value: 0.0, unit })
    }

    fn in_unit_of(self, other: Self) -> f64 {
        if self.unit == other.unit {
            return self.value;
        }
        // The power of ten is a whole number, and so exact, one way round only.
        let (to, from) = (other.unit.per_millimolar(), self.unit.per_millimolar());
        if to > from { self.value * (to / from) } else { self.value / (from / to) }
    }
}

impl PartialEq for Concentration {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Concentration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.in_unit_of(*self))
    }
}

impl Add for Concentration {
    type Output = Self;
    /// In the unit of the first.
    fn add(self, other: Self) -> Self {
        Self { value: self.value + other.in_unit_of(self), unit: self.unit }
    }
}

impl Sub for Concentration {
    type Output = Self;
    /// In the unit of the first.
    fn sub(self, other: Self) -> Self {
        Self { value: self.value - other.in_unit_of(self), unit: self.unit }
    }
}

impl Mul<f64> for Concentration {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self { value: self.value * factor, unit: self.unit }
    }
}

impl fmt::Display for Concentration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", short(self.value), self.unit.symbol())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_concentration_agree() {
        let mm = |x| Concentration::new(x, ConcentrationUnit::Millimolar);
        let um = |x| Concentration::new(x, ConcentrationUnit::Micromolar);
        let nm = |x| Concentration::new(x, ConcentrationUnit::Nanomolar);
        assert_eq!(mm(1.0), um(1000.0));
        assert_eq!(um(1.0), nm(1000.0));
        assert!(nm(5.0) < um(1.0) && mm(1.0) > um(999.0));
        assert_eq!((um(500.0) + mm(1.0)).to_string(), "1500 uM");
        assert_eq!((mm(1.0) - um(500.0)).to_string(), "0.5 mM");
        assert_eq!((um(2.0) * 3.0).to_string(), "6 uM");
        assert_eq!(nm(50.0).number_of(ConcentrationUnit::Millimolar), 5e-5);
        assert_eq!(nm(3.0).number_of(ConcentrationUnit::Micromolar), 3e-3);
    }
}
