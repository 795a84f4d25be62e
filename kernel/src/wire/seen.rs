//! The messages that were already accepted, to find copies.

use std::collections::{BTreeSet, VecDeque};

/// Most that are remembered, as ipykernel remembers.
const MOST: usize = 1 << 16;

/// What tells one signed message from another: half of its signature, which nobody can choose who
/// does not have the key.
pub type Digest = [u8; 16];

/// The last messages that were taken. One that comes again is a copy that someone without the key
/// has recorded, or one that something between has sent twice.
#[derive(Debug, Default)]
pub struct Seen {
    all: BTreeSet<Digest>,
    order: VecDeque<Digest>,
}

impl Seen {
    /// Whether a message comes for the first time.
    ///
    /// # Examples
    /// ```
    /// let mut seen = bioxen_kernel::wire::Seen::default();
    /// assert!(seen.is_new([7; 16]));
    /// assert!(!seen.is_new([7; 16]));
    /// ```
    pub fn is_new(&mut self, digest: Digest) -> bool {
        if !self.all.insert(digest) {
            return false;
        }
        self.order.push_back(digest);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.all.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_has_an_end() {
        let mut seen = Seen::default();
        let digest = |i: usize| {
            let mut digest = [0; 16];
            digest[..8].copy_from_slice(&i.to_le_bytes());
            digest
        };
        for i in 0..MOST + 10 {
            assert!(seen.is_new(digest(i)));
        }
        assert_eq!((seen.all.len(), seen.order.len()), (MOST, MOST));
        assert!(seen.is_new(digest(3)), "too long ago");
        assert!(!seen.is_new(digest(MOST)));
    }
}
