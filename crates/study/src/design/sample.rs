//! Latin hypercubes.

use super::{Design, within};
use crate::{Range, StudyError};
use bioxen_engine::rng::{Rng, Seed};

/// Points of which each coordinate has one in each of `n` equal parts of its range, by its scale; within a part
/// at random (McKay, Beckman & Conover, *Technometrics* 21:239, 1979).
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::TooManyPoints`].
///
/// # Examples
/// ```
/// use bioxen_study::{Range, design::latin_hypercube};
/// let ranges = [Range::new("k", 0.1, 10.0)?.log()?, Range::new("n", 1.0, 4.0)?];
/// let design = latin_hypercube(&ranges, 8, 42)?;
/// assert_eq!(design, latin_hypercube(&ranges, 8, 42)?);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn latin_hypercube(ranges: &[Range], n: usize, seed: u64) -> Result<Design, StudyError> {
    if ranges.is_empty() {
        return Err(StudyError::NoParameters { what: "a Latin hypercube" });
    }
    scale(ranges, unit_latin_hypercube(n, ranges.len(), seed)?)
}

/// The same in the unit cube of `d` dimensions, without its upper faces.
///
/// # Errors
/// [`StudyError::TooManyPoints`].
pub fn unit_latin_hypercube(n: usize, d: usize, seed: u64) -> Result<Vec<Vec<f64>>, StudyError> {
    within("a Latin hypercube", n.saturating_mul(d.max(1)))?;
    let mut points = vec![vec![0.0; d]; n];
    for j in 0..d {
        let mut rng = Rng::new(Seed::new(seed).lane(j as u64));
        let mut parts: Vec<usize> = (0..n).collect();
        // Fisher and Yates.
        for i in (1..n).rev() {
            parts.swap(i, rng.below(i as u64 + 1) as usize);
        }
        for (point, part) in points.iter_mut().zip(parts) {
            let value = (part as f64 + rng.uniform_below_one()) / n as f64;
            // The quotient may round up to the next part, of which the last is outside.
            point[j] = value.min(((part + 1) as f64 / n as f64).next_down());
        }
    }
    Ok(points)
}

/// From the unit cube into ranges.
pub(crate) fn scale(ranges: &[Range], unit: Vec<Vec<f64>>) -> Result<Design, StudyError> {
    let names: Vec<String> = ranges.iter().map(|r| r.name().to_owned()).collect();
    if let Some((_, name)) = names.iter().enumerate().find(|(i, n)| names[..*i].contains(n)) {
        return Err(StudyError::SameName { name: name.clone() });
    }
    let points =
        unit.iter().map(|u| ranges.iter().zip(u).map(|(r, &f)| r.at(f)).collect()).collect();
    Ok(Design { names, points })
}
