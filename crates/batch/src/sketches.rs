//! Many sketches, which stay packed as they were read until somebody changes them.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::sketch::Sketch;

/// The sketches of a column, one for each time. A million of them take five times as much when they are open.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sketches {
    /// To be changed.
    Open(Vec<Sketch>),
    /// As they were read.
    Packed {
        /// How many there are.
        count: usize,
        /// One behind the other.
        bytes: Vec<u8>,
    },
}

impl Sketches {
    /// So many empty ones.
    pub(crate) fn new(count: usize) -> Self {
        Self::Open(vec![Sketch::default(); count])
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Open(all) => all.len(),
            Self::Packed { count, .. } => *count,
        }
    }

    /// All of them, to be changed. What was packed and is damaged is empty.
    pub(crate) fn open(&mut self) -> &mut [Sketch] {
        if let Self::Packed { .. } = self {
            let mut all = Vec::with_capacity(self.len());
            self.each(|sketch| all.push(sketch.clone()));
            all.resize(self.len(), Sketch::default());
            *self = Self::Open(all);
        }
        match self {
            Self::Open(all) => all,
            Self::Packed { .. } => &mut [],
        }
    }

    /// Calls a function with each. Gives whether all could be read.
    pub(crate) fn each(&self, mut f: impl FnMut(&Sketch)) -> bool {
        match self {
            Self::Open(all) => {
                all.iter().for_each(f);
                true
            }
            Self::Packed { count, bytes } => {
                let mut rest = bytes.as_slice();
                for _ in 0..*count {
                    let Ok((sketch, after)) = postcard::take_from_bytes::<Sketch>(rest) else {
                        return false;
                    };
                    rest = after;
                    f(&sketch);
                }
                rest.is_empty()
            }
        }
    }

    /// Takes all numbers of others, each in its place.
    pub(crate) fn merge(&mut self, other: &Self) {
        let mut own = self.open().iter_mut();
        other.each(|theirs| {
            if let Some(own) = own.next() {
                own.merge(theirs);
            }
        });
    }
}

impl Serialize for Sketches {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let packed = match self {
            Self::Packed { count, bytes } => return (count, bytes).serialize(serializer),
            Self::Open(all) => all,
        };
        let mut bytes = Vec::new();
        for sketch in packed {
            let one = postcard::to_allocvec(sketch).map_err(S::Error::custom)?;
            bytes.extend_from_slice(&one);
        }
        (packed.len(), bytes).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Sketches {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (count, bytes): (usize, Vec<u8>) = Deserialize::deserialize(deserializer)?;
        // None takes less than a byte.
        if count > bytes.len() {
            return Err(D::Error::custom("sketches are missing"));
        }
        Ok(Self::Packed { count, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_the_same_when_it_is_opened() {
        let mut open = Sketches::new(3);
        for (place, sketch) in open.open().iter_mut().enumerate() {
            (0..50).for_each(|x| sketch.add(f64::from(x * (place as i32 - 1)) * 1.7));
        }
        let bytes = postcard::to_allocvec(&open).unwrap();
        let mut packed: Sketches = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(postcard::to_allocvec(&packed).unwrap(), bytes);
        let mut merged = open.clone();
        merged.merge(&packed);
        open.merge(&open.clone());
        assert_eq!(merged, open);
        assert!(packed.each(|_| {}) && packed.open().len() == 3);
        let cut = Sketches::Packed { count: 3, bytes: bytes[..bytes.len() - 1].to_vec() };
        assert!(!cut.each(|_| {}));
    }
}
