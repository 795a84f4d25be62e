//! The composition of the medium: substances that act on promoters, feed the host
//! ([`super::carbon`]) or inhibit its translation ([`crate::chassis::inhibition`]).

use std::collections::BTreeMap;

use super::carbon::SOURCES;
use super::error::HypervisorError;
use crate::chassis::Inhibition;
use crate::chassis::inhibition::{self, CHLORAMPHENICOL, INHIBITORS};
use bioxen_base::nearest::nearest;
use bioxen_genome::regulation::{Concentrations, REFERENCE_GLUCOSE_MM, substances};

/// The highest concentration that is accepted [mM]: about that of pure water.
const MOST_MM: f64 = 55_000.0;

/// Concentrations of what acts on regulators or feeds the host [mM].
#[derive(Debug, Clone, PartialEq)]
pub struct Medium {
    millimolar: BTreeMap<String, f64>,
}

impl Default for Medium {
    /// The medium of the measured abundances: 22.2 mM (0.4 %) glucose, nothing else that acts.
    fn default() -> Self {
        Self { millimolar: BTreeMap::from([("glucose".to_owned(), REFERENCE_GLUCOSE_MM)]) }
    }
}

impl Concentrations for Medium {
    fn millimolar(&self, substance: &str) -> f64 {
        self.millimolar.get(substance).copied().unwrap_or(0.0)
    }
}

impl Medium {
    /// Nothing that acts.
    pub fn empty() -> Self {
        Self { millimolar: BTreeMap::new() }
    }

    /// All that can be in a medium, in alphabetical order: what acts on a regulator, what feeds the
    /// host, and what inhibits its translation.
    pub fn known() -> Vec<&'static str> {
        let mut known = substances();
        known.extend(SOURCES.iter().map(|source| source.name));
        known.extend(INHIBITORS);
        known.sort_unstable();
        known.dedup();
        known
    }

    /// What is there, by name: `(substance, concentration [mM])`.
    pub fn substances(&self) -> impl Iterator<Item = (&str, f64)> {
        self.millimolar.iter().map(|(name, mm)| (name.as_str(), *mm))
    }

    /// How it inhibits the host's translation.
    pub fn inhibition(&self) -> Inhibition {
        Inhibition::chloramphenicol(1000.0 * self.millimolar(CHLORAMPHENICOL))
    }

    /// Takes away what was used [mM], as far as it is there.
    pub(super) fn use_up(&mut self, substance: &str, millimolar: f64) {
        if let Some(present) = self.millimolar.get_mut(substance) {
            *present = (*present - millimolar).max(0.0);
        }
    }

    /// Sets the concentration of a substance [mM].
    ///
    /// # Errors
    /// If the substance neither acts on a regulator, feeds the host nor inhibits it, or the concentration is negative,
    /// not a number or more than can be dissolved.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::hypervisor::Medium;
    /// let mut medium = Medium::default();
    /// medium.set("IPTG", 1.0)?;
    /// let error = medium.set("iptg", 1.0).unwrap_err().to_string();
    /// assert!(error.contains("did you mean `IPTG`?"), "{error}");
    /// # Ok::<(), bioxen_cell::hypervisor::HypervisorError>(())
    /// ```
    pub fn set(&mut self, substance: &str, millimolar: f64) -> Result<(), HypervisorError> {
        let known = Self::known();
        if !known.contains(&substance) {
            return Err(HypervisorError::UnknownSubstance {
                given: substance.to_owned(),
                nearest: nearest(substance, known.iter().copied()).map(str::to_owned),
                known: known.into_iter().map(str::to_owned).collect(),
            });
        }
        let most = if INHIBITORS.contains(&substance) { inhibition::MOST_MM } else { MOST_MM };
        if !(0.0..=most).contains(&millimolar) {
            return Err(HypervisorError::Concentration {
                substance: substance.to_owned(),
                given: millimolar,
                most,
            });
        }
        if millimolar == 0.0 {
            self.millimolar.remove(substance);
        } else {
            self.millimolar.insert(substance.to_owned(), millimolar);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_concentration_changes_nothing() {
        let mut medium = Medium::default();
        for wrong in [-1.0, f64::NAN, f64::INFINITY, 1e6] {
            assert!(matches!(
                medium.set("glucose", wrong),
                Err(HypervisorError::Concentration { .. })
            ));
        }
        assert_eq!(medium, Medium::default());
        medium.set("glucose", 0.0).unwrap();
        assert_eq!(medium.substances().count(), 0);
    }

    #[test]
    fn an_inhibitor_is_in_the_medium_as_all_else_is() {
        let mut medium = Medium::default();
        assert_eq!(medium.inhibition(), Inhibition::default());
        medium.set(CHLORAMPHENICOL, 0.004).unwrap();
        assert!((medium.inhibition().inactivation_per_h() - 1.417_44).abs() < 1e-12);
        let error = medium.set(CHLORAMPHENICOL, 11.0).unwrap_err().to_string();
        assert!(error.contains("at most 10 mM"), "{error}");
        let error = medium.set("IPTG", 1e6).unwrap_err().to_string();
        assert!(error.contains("at most 55000 mM"), "{error}");
        medium.set(CHLORAMPHENICOL, 0.0).unwrap();
        assert_eq!(medium, Medium::default());
    }
}
