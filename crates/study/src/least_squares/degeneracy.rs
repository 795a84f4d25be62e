//! What the data do not determine, in words.

use std::fmt::{self, Display};

/// A change of parameters that changes no residual.
#[derive(Debug, Clone, PartialEq)]
pub struct Degeneracy {
    /// The parameters that change.
    pub names: Vec<String>,
    /// By how much each does, relative to the first; in relative changes for those on a logarithmic scale.
    pub direction: Vec<f64>,
}

impl Degeneracy {
    /// Of a direction, those that matter in it.
    pub(crate) fn new(names: &[&str], direction: &[f64]) -> Self {
        let largest = direction.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let parts: Vec<(usize, f64)> = direction
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, v)| v.abs() > 1e-4 * largest)
            .collect();
        let first = parts.first().map_or(1.0, |p| p.1);
        Self {
            names: parts.iter().map(|p| names[p.0].to_owned()).collect(),
            direction: parts.iter().map(|p| p.1 / first).collect(),
        }
    }
}

impl Display for Degeneracy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<String> = self.names.iter().map(|n| format!("`{n}`")).collect();
        match quoted.as_slice() {
            [] => f.write_str("nothing changes"),
            [one] => write!(f, "{one} changes nothing that was measured"),
            [start @ .., last] => {
                let ratio: Vec<String> = self.direction.iter().map(|d| format!("{d:.3}")).collect();
                write!(
                    f,
                    "{} and {last} cannot be told apart: no residual changes when they change together as {}",
                    start.join(", "),
                    ratio.join(" : ")
                )
            }
        }
    }
}

/// What a fit leaves open.
#[derive(Debug, Clone, PartialEq)]
pub struct Undetermined {
    /// Parameters that stand at a bound beyond which the fit would be better.
    pub at_bounds: Vec<String>,
    /// What the data do not determine.
    pub degeneracies: Vec<Degeneracy>,
}
