//! Quantiles and histograms of numbers that are not kept.

use serde::{Deserialize, Serialize};

/// Bits of the fraction of a number that tell bins apart: 64 bins for each factor of two.
const FRACTION: u32 = 6;
/// Bits of a number that are not looked at.
const SHIFT: u32 = 52 - FRACTION;
/// The most bins on each side of zero. Where numbers spread further, bins become twice as wide.
const MOST: usize = 256;

/// How many numbers fall into each of some bins, which are as wide as the numbers are large.
///
/// A bin is 1/64 of its lower power of two: a quantile is off by 0.8 % at most over four powers of two, and by
/// twice as much each time the span doubles. Whole numbers below 128 are exact. Counts are whole, and the
/// width of bins depends on the numbers alone: sketches that are merged in any order are the same. The
/// idea of bins that grow with the number, and are joined in pairs, is that of DDSketch and UDDSketch
/// (Masson et al. 2019, PVLDB 12, 2195; Epicoco et al. 2020, IEEE Access 8, 147604).
///
/// # Examples
/// ```
/// use bioxen_batch::Sketch;
/// let mut sketch = Sketch::default();
/// (1..=99).for_each(|x| sketch.add(f64::from(x)));
/// assert_eq!(sketch.quantile(0.5), Some(50.0));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    above: Bins,
    below: Bins,
    zeros: u32,
    least: f64,
    most: f64,
    /// Whether all numbers are whole.
    whole: bool,
}

/// Counts of neighbouring bins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Bins {
    /// How often bins were joined in pairs.
    level: u8,
    /// The number of the first bin.
    first: u32,
    counts: Vec<u32>,
}

impl Default for Sketch {
    fn default() -> Self {
        Self {
            above: Bins::default(),
            below: Bins::default(),
            zeros: 0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            whole: true,
        }
    }
}

impl Bins {
    fn add(&mut self, key: u32, count: u32) {
        if self.counts.is_empty() {
            self.first = key >> self.level;
        }
        loop {
            let at = key >> self.level;
            let last = self.first + self.counts.len().saturating_sub(1) as u32;
            let (low, high) = (at.min(self.first), at.max(last));
            if (high - low) as usize >= MOST {
                self.widen();
                continue;
            }
            if at < self.first {
                let missing = (self.first - at) as usize;
                self.counts.splice(0..0, std::iter::repeat_n(0, missing));
                self.first = at;
            }
            let place = (at - self.first) as usize;
            if place >= self.counts.len() {
                // No more than is needed: there may be a million of these.
                self.counts.reserve_exact(place + 1 - self.counts.len());
                self.counts.resize(place + 1, 0);
            }
            self.counts[place] = self.counts[place].saturating_add(count);
            return;
        }
    }

    /// Joins bins in pairs.
    fn widen(&mut self) {
        let (first, level) = (self.first >> 1, self.level + 1);
        let mut counts = Vec::with_capacity(self.counts.len() / 2 + 1);
        for (place, count) in self.counts.iter().enumerate() {
            let to = (((self.first + place as u32) >> 1) - first) as usize;
            if to >= counts.len() {
                counts.resize(to + 1, 0u32);
            }
            counts[to] = counts[to].saturating_add(*count);
        }
        *self = Self { level, first, counts };
    }

    fn merge(&mut self, other: &Self) {
        while self.level < other.level && !self.counts.is_empty() {
            self.widen();
        }
        if self.counts.is_empty() {
            self.level = self.level.max(other.level);
        }
        for (key, count) in other.iter() {
            self.add(key << other.level, count);
        }
    }

    /// The numbers of bins at this level, with their counts.
    fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, u32)> {
        let numbered = self.counts.iter().enumerate();
        numbered.filter(|(_, c)| **c > 0).map(|(place, c)| (self.first + place as u32, *c))
    }

    /// The ends of a bin.
    fn ends(&self, bin: u32) -> (f64, f64) {
        let end = |bin: u64| f64::from_bits((bin << self.level) << SHIFT);
        (end(u64::from(bin)), end(u64::from(bin) + 1))
    }
}

/// The finest bin of a number above zero.
fn key(x: f64) -> u32 {
    (x.to_bits() >> SHIFT) as u32
}

impl Sketch {
    /// Takes a number; what is none, or endless, is left out.
    pub fn add(&mut self, x: f64) {
        if !x.is_finite() {
            return;
        }
        match key(x.abs()) {
            0 => self.zeros = self.zeros.saturating_add(1),
            at if x > 0.0 => self.above.add(at, 1),
            at => self.below.add(at, 1),
        }
        // Not `min`, which may give either zero.
        let x = if x == 0.0 { 0.0 } else { x };
        self.least = if x < self.least { x } else { self.least };
        self.most = if x > self.most { x } else { self.most };
        self.whole &= x.fract() == 0.0;
    }

    /// Takes all numbers of another one.
    pub fn merge(&mut self, other: &Self) {
        self.above.merge(&other.above);
        self.below.merge(&other.below);
        self.zeros = self.zeros.saturating_add(other.zeros);
        self.least = if other.least < self.least { other.least } else { self.least };
        self.most = if other.most > self.most { other.most } else { self.most };
        self.whole &= other.whole;
    }

    /// How many numbers there are.
    pub fn count(&self) -> u64 {
        let of = |bins: &Bins| bins.counts.iter().map(|&c| u64::from(c)).sum::<u64>();
        of(&self.above) + of(&self.below) + u64::from(self.zeros)
    }

    /// The least number.
    pub fn min(&self) -> Option<f64> {
        (self.least <= self.most).then_some(self.least)
    }

    /// The largest number.
    pub fn max(&self) -> Option<f64> {
        (self.least <= self.most).then_some(self.most)
    }

    /// The number below which a part of all lie, between the two nearest (definition 7 of Hyndman & Fan 1996, The
    /// American Statistician 50, 361).
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let last = self.count().checked_sub(1)?;
        if !(0.0..=1.0).contains(&p) {
            return None;
        }
        let place = p * last as f64;
        let (rank, part) = (place.floor() as u64, place.fract());
        let (mut before, mut below) = (0, None);
        for (low, high, count) in self.histogram() {
            before += count;
            if rank < before && below.is_none() {
                below = Some(self.ranked(rank, last, low, high));
            }
            if let Some(below) = below {
                if part == 0.0 || rank >= last {
                    return Some(below);
                }
                if rank + 1 < before {
                    let above = self.ranked(rank + 1, last, low, high);
                    return Some(below + (above - below) * part);
                }
            }
        }
        self.max()
    }

    /// The number of a rank that lies in a bin; the first and the last are known.
    fn ranked(&self, rank: u64, last: u64, low: f64, high: f64) -> f64 {
        match rank {
            0 => self.least,
            _ if rank == last => self.most,
            _ => self.within(low, high),
        }
    }

    /// What stands for the numbers of a bin.
    fn within(&self, low: f64, high: f64) -> f64 {
        let middle = 0.5 * low + 0.5 * high;
        let inside = if self.whole {
            // A bin holds its end that is nearer to zero.
            let nearest = middle.round();
            if low >= 0.0 {
                if nearest >= high { low.ceil() } else { nearest.max(low.ceil()) }
            } else if nearest <= low {
                high.floor()
            } else {
                nearest.min(high.floor())
            }
        } else {
            middle
        };
        inside.clamp(self.least, self.most)
    }

    /// The lower end, the upper end and the count of each bin that is not empty, from the lowest to the highest.
    pub fn histogram(&self) -> Vec<(f64, f64, u64)> {
        let mut all = Vec::new();
        for (bin, count) in self.below.iter().rev() {
            let (near, far) = self.below.ends(bin);
            all.push((-far, -near, u64::from(count)));
        }
        if self.zeros > 0 {
            all.push((0.0, 0.0, u64::from(self.zeros)));
        }
        for (bin, count) in self.above.iter() {
            let (near, far) = self.above.ends(bin);
            all.push((near, far, u64::from(count)));
        }
        all
    }

    /// What it takes [bytes].
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + 4 * (self.above.counts.capacity() + self.below.counts.capacity())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(numbers: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        numbers.iter().for_each(|x| sketch.add(*x));
        sketch
    }

    #[test]
    fn small_whole_numbers_are_exact() {
        for n in 1..128u32 {
            let numbers: Vec<f64> = (0..=2 * n).map(f64::from).collect();
            let shown: Vec<f64> = numbers.iter().map(|x| x / 2.0).collect();
            assert_eq!(of(&shown[..2]).count(), 2);
            if n < 8 {
                assert_eq!(of(&numbers).quantile(0.5), Some(f64::from(n)), "{n}");
            }
            assert_eq!(of(&[f64::from(n); 3]).quantile(0.5), Some(f64::from(n)), "{n}");
        }
        let sketch = of(&[-3.0, -3.0, -2.0, 0.0, 0.0, 5.0, 7.0]);
        let quantiles = [0.0, 0.25, 0.5, 0.75, 5.0 / 6.0, 1.0].map(|p| sketch.quantile(p).unwrap());
        assert_eq!(quantiles, [-3.0, -2.5, 0.0, 2.5, 5.0, 7.0]);
    }

    proptest! {
        #[test]
        fn any_cut_and_any_order_give_the_same(
            numbers in prop::collection::vec(prop_oneof![
                any::<f64>(), -1e3..1e3f64, (0..100i32).prop_map(f64::from)
            ], 0..200),
            cut in any::<prop::sample::Index>(),
        ) {
            let at = cut.index(numbers.len() + 1);
            let (left, right) = (of(&numbers[..at]), of(&numbers[at..]));
            let (mut one, mut other) = (left.clone(), right.clone());
            one.merge(&right);
            other.merge(&left);
            let whole = of(&numbers);
            prop_assert_eq!(&one, &whole);
            prop_assert_eq!(&other, &whole);
            let mut backwards = numbers.clone();
            backwards.reverse();
            prop_assert_eq!(&of(&backwards), &whole);
        }

        #[test]
        fn quantiles_are_as_near_as_is_said(
            numbers in prop::collection::vec(1.0..15.9f64, 1..300), p in 0.0..1.0f64,
        ) {
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            let place = p * (sorted.len() - 1) as f64;
            let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
            let exact = below + (above - below) * place.fract();
            let found = of(&numbers).quantile(p).unwrap();
            prop_assert!((found / exact - 1.0).abs() <= 0.008, "{} {}", found, exact);
        }
    }
}
