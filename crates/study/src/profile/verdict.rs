//! What a profile says, in words.

use std::fmt::{self, Display};

/// What ends an interval on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Side {
    /// Beyond this value the fit is worse than the noise allows.
    End(f64),
    /// At its bound, which is this value, the fit is still good enough.
    Bound(f64),
    /// As far as this value, which was the last one tried, the fit is still good enough.
    Open(f64),
    /// Beyond this value no fit was possible.
    Fails(f64),
    /// A stop was asked for at this value.
    Stopped(f64),
}

impl Side {
    /// The end of the interval, where there is one.
    pub fn end(self) -> Option<f64> {
        match self {
            Self::End(value) => Some(value),
            _ => None,
        }
    }
}

/// Whether the data determine a parameter (Raue et al. 2009).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The interval has two ends.
    Identifiable,
    /// The interval has one end or none, though the fit has a best value: the data are too few or too noisy.
    PracticallyNot,
    /// All values fit alike: what is measured does not depend on the parameter, or others make up for it.
    StructurallyNot,
    /// The profile was not finished.
    Unknown,
}

/// Profiles that rise by less than this part of what ends an interval are flat.
const FLAT: f64 = 1e-3;

impl Verdict {
    /// By both sides, and how far each rises, relative to what ends an interval.
    pub(super) fn of(lower: (Side, f64), upper: (Side, f64)) -> Self {
        let sides = [lower.0, upper.0];
        if sides.iter().any(|s| matches!(s, Side::Stopped(_))) {
            return Self::Unknown;
        }
        if sides.iter().all(|s| s.end().is_some()) {
            return Self::Identifiable;
        }
        let flat = lower.1.max(upper.1) < FLAT;
        // Where no fit is possible on either side, nothing was seen that could be called flat.
        let seen = sides.iter().any(|s| matches!(s, Side::Open(_) | Side::Bound(_)));
        if flat && seen { Self::StructurallyNot } else { Self::PracticallyNot }
    }
}

impl Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identifiable => "identifiable: the interval has two ends",
            Self::PracticallyNot => {
                "practically not identifiable: the data are too few or too noisy to end the interval"
            }
            Self::StructurallyNot => {
                "structurally not identifiable: all values fit alike, since nothing measured depends on it or other parameters make up for it"
            }
            Self::Unknown => "unknown: the profile was not finished",
        })
    }
}
