//! Sobol's sequence.

mod directions;

use super::{Design, sample, within};
use crate::{Range, StudyError};
use bioxen_engine::rng::{Rng, Seed};
use directions::DIRECTIONS;

/// Binary digits of each coordinate, and so of the number of points.
const BITS: usize = 32;

/// The first points of Sobol's sequence, in ranges by their scales. With a seed they are scrambled.
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::TooManyDimensions`], [`StudyError::TooManyPoints`].
///
/// # Examples
/// ```
/// use bioxen_study::{Range, design::sobol};
/// let ranges = [Range::new("x", 0.0, 1.0)?, Range::new("y", 0.0, 1.0)?];
/// let design = sobol(&ranges, 4, None)?;
/// assert_eq!(design.points, [[0.0, 0.0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn sobol(ranges: &[Range], n: usize, seed: Option<u64>) -> Result<Design, StudyError> {
    if ranges.is_empty() {
        return Err(StudyError::NoParameters { what: "a Sobol sequence" });
    }
    within("a Sobol sequence", n.saturating_mul(ranges.len()))?;
    sample::scale(ranges, Sobol::new(ranges.len(), seed)?.take(n).collect())
}

/// Sobol's sequence in the unit cube without its upper faces (I. M. Sobol', *USSR Comput. Math. Math. Phys.*
/// 7(4):86, 1967) in Gray code order (Antonov & Saleev, 19:252, 1979), with the direction numbers
/// `new-joe-kuo-6` of Joe & Kuo (*SIAM J. Sci. Comput.* 30:2635, 2008). It begins at zero, so that the first 2^m
/// points are a net; what needs no zeros asks for scrambling.
///
/// A seed scrambles it linearly (Matoušek, *J. Complex.* 14:527, 1998): each coordinate's digits are multiplied by a
/// random lower triangular matrix and shifted at random, which keeps every net a net and makes each point
/// uniform.
///
/// It ends after 2^32 points.
#[derive(Debug, Clone)]
pub struct Sobol {
    directions: Vec<[u32; BITS]>,
    shifts: Vec<u32>,
    state: Vec<u32>,
    index: u64,
}

impl Sobol {
    /// How many dimensions it can have.
    pub const MOST_DIMENSIONS: usize = DIRECTIONS.len() + 1;

    /// The start of the sequence.
    ///
    /// # Errors
    /// [`StudyError::TooManyDimensions`].
    pub fn new(dimensions: usize, seed: Option<u64>) -> Result<Self, StudyError> {
        if dimensions > Self::MOST_DIMENSIONS {
            return Err(StudyError::TooManyDimensions { dimensions, most: Self::MOST_DIMENSIONS });
        }
        let mut directions: Vec<_> = (0..dimensions).map(of_dimension).collect();
        let mut shifts = vec![0; dimensions];
        if let Some(seed) = seed {
            for (j, (numbers, shift)) in directions.iter_mut().zip(&mut shifts).enumerate() {
                let mut rng = Rng::new(Seed::new(seed).lane(j as u64));
                scramble(numbers, &mut rng);
                *shift = (rng.next_u64() >> 32) as u32;
            }
        }
        Ok(Self { directions, state: shifts.clone(), shifts, index: 0 })
    }

    /// Whether it is scrambled.
    pub fn is_scrambled(&self) -> bool {
        self.shifts.iter().any(|&s| s != 0)
    }
}

impl Iterator for Sobol {
    type Item = Vec<f64>;

    fn next(&mut self) -> Option<Vec<f64>> {
        if self.index >= 1 << BITS {
            return None;
        }
        if self.index > 0 {
            // The place of the lowest zero of the number before.
            let bit = self.index.trailing_zeros() as usize;
            for (x, numbers) in self.state.iter_mut().zip(&self.directions) {
                *x ^= numbers[bit];
            }
        }
        self.index += 1;
        Some(self.state.iter().map(|&x| f64::from(x) / 4_294_967_296.0).collect())
    }
}

/// The direction numbers of a dimension, as binary fractions, by the recurrence (2) of Joe & Kuo.
fn of_dimension(j: usize) -> [u32; BITS] {
    let mut v = [0u32; BITS];
    let Some((a, m)) = j.checked_sub(1).map(|j| DIRECTIONS[j]) else {
        for (i, v) in v.iter_mut().enumerate() {
            *v = 1 << (BITS - 1 - i);
        }
        return v;
    };
    let s = m.len();
    for i in 0..BITS {
        if i < s {
            v[i] = m[i] << (BITS - 1 - i);
            continue;
        }
        v[i] = v[i - s] ^ (v[i - s] >> s);
        for k in 1..s {
            if a >> (s - 1 - k) & 1 == 1 {
                v[i] ^= v[i - k];
            }
        }
    }
    v
}

/// Multiplies the digits of each number by one random lower triangular matrix with ones on its diagonal.
fn scramble(numbers: &mut [u32; BITS], rng: &mut Rng) {
    // Row r says which digits, of those from the first to its own, are added up for digit r.
    let rows: [u32; BITS] = std::array::from_fn(|r| {
        let own = 1u32 << (BITS - 1 - r);
        let before = !(own | (own - 1));
        own | ((rng.next_u64() >> 32) as u32 & before)
    });
    for number in numbers {
        let digit = |(r, row): (usize, &u32)| ((*number & row).count_ones() & 1) << (BITS - 1 - r);
        *number = rows.iter().enumerate().map(digit).fold(0, |sum, d| sum | d);
    }
}
