//! Random numbers in independent streams: one for each (root seed, point, replicate, lane).
//!
//! A stream is a xoshiro256++ generator (Blackman & Vigna, *ACM Trans. Math. Softw.* 47:36, 2021)
//! whose 256 bits of state are one block of the counter-based Philox4x64-10 (Salmon et al.,
//! *SC'11*, 2011). For a given root seed that block is a permutation of (point, replicate, lane),
//! so two streams never start in the same state, and any stream is reached at once, in any order
//! and on any thread.

pub(crate) mod philox;
mod variates;
mod ziggurat;

/// Which stream of random numbers a run takes.
///
/// # Examples
/// ```
/// use bioxen_engine::rng::{Rng, Seed};
///
/// let seed = Seed::new(42).replicate(7);
/// assert_eq!(Rng::new(seed).next_u64(), Rng::new(seed).next_u64());
/// assert_ne!(Rng::new(seed).next_u64(), Rng::new(seed.replicate(8)).next_u64());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Seed {
    /// What the user gave.
    pub root: u64,
    /// The point of a parameter sweep.
    pub point: u64,
    /// The repetition at that point.
    pub replicate: u64,
    /// Which of the simulators that run side by side within one repetition.
    pub lane: u64,
}

impl Seed {
    /// Point, replicate and lane 0 of a root seed.
    pub fn new(root: u64) -> Self {
        Self { root, ..Self::default() }
    }

    /// The same with another point.
    pub fn point(self, point: u64) -> Self {
        Self { point, ..self }
    }

    /// The same with another replicate.
    pub fn replicate(self, replicate: u64) -> Self {
        Self { replicate, ..self }
    }

    /// The same with another lane.
    pub fn lane(self, lane: u64) -> Self {
        Self { lane, ..self }
    }
}

/// A stream of random numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rng {
    s: [u64; 4],
}

/// The second word of the Philox key: tells these streams from other uses of the same root seed.
const DOMAIN: u64 = 0x6269_6f78_656e_2d31;

impl Rng {
    /// The start of a stream.
    pub fn new(seed: Seed) -> Self {
        let counter = [seed.point, seed.replicate, seed.lane, 0];
        let s = philox::philox4x64_10(counter, [seed.root, DOMAIN]);
        // All zero is the one state xoshiro cannot leave.
        Self { s: if s == [0; 4] { [1, 2, 3, 4] } else { s } }
    }

    /// Its state, from which [`Self::from_words`] goes on.
    pub fn words(&self) -> [u64; 4] {
        self.s
    }

    /// A stream at the place that [`Self::words`] gave; none for all zeros, which no stream has.
    pub fn from_words(words: [u64; 4]) -> Option<Self> {
        (words != [0; 4]).then_some(Self { s: words })
    }

    /// 64 random bits.
    #[inline(always)]
    pub fn next_u64(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.s;
        let result = s0.wrapping_add(s3).rotate_left(23).wrapping_add(s0);
        let s2 = s2 ^ s0;
        let s3 = s3 ^ s1;
        self.s = [s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), s3.rotate_left(45)];
        result
    }

    /// A uniform number in (0, 1], a multiple of 2^-53.
    #[inline(always)]
    pub fn uniform(&mut self) -> f64 {
        ((self.next_u64() >> 11) + 1) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A uniform number in [0, 1), a multiple of 2^-53.
    #[inline(always)]
    pub fn uniform_below_one(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A uniform whole number below `bound`, which must not be 0: the high half of a 128-bit
    /// product, so that each probability is right within 2^-64.
    #[inline(always)]
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xoshiro_gives_the_reference_sequence() {
        // The authors' C code from the state 1, 2, 3, 4.
        let mut rng = Rng { s: [1, 2, 3, 4] };
        let expected = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
            9_973_669_472_204_895_162,
            14_011_001_112_246_962_877,
            12_406_186_145_184_390_807,
            15_849_039_046_786_891_736,
            10_450_023_813_501_588_000,
        ];
        for value in expected {
            assert_eq!(rng.next_u64(), value);
        }
    }

    #[test]
    fn streams_differ_in_every_coordinate() {
        let seed = Seed::new(1);
        let others = [
            seed,
            Seed::new(2),
            seed.point(1),
            seed.replicate(1),
            seed.lane(1),
            seed.point(1).replicate(1),
        ];
        let firsts: std::collections::BTreeSet<u64> =
            others.iter().map(|&s| Rng::new(s).next_u64()).collect();
        assert_eq!(firsts.len(), others.len());
    }

    #[test]
    fn uniform_stays_within_its_interval() {
        let mut rng = Rng::new(Seed::new(3));
        let mut sum = 0.0;
        for _ in 0..100_000 {
            let (u, v) = (rng.uniform(), rng.uniform_below_one());
            assert!(u > 0.0 && u <= 1.0 && (0.0..1.0).contains(&v));
            sum += u;
        }
        // Standard error 1 / sqrt(12 n) = 0.0009.
        assert!((sum / 1e5 - 0.5).abs() < 0.004);
    }

    #[test]
    fn below_is_uniform() {
        let mut rng = Rng::new(Seed::new(4));
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[rng.below(6) as usize] += 1;
        }
        let chi2: f64 = counts.iter().map(|&c| (f64::from(c) - 1e4).powi(2) / 1e4).sum();
        assert!(chi2 < 20.5, "chi-square with 5 degrees of freedom is {chi2}"); // p = 0.001
    }
}
