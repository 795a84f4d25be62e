//! Unique names.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::SystemTime;

/// So many words of 16 hexadecimal digits. Good for names, not for secrets: the randomness is that
/// of the standard library's hash maps, seeded by the operating system.
pub fn random_hex(words: usize) -> String {
    let word = |i: usize| {
        let state = RandomState::new();
        state.hash_one((i, std::process::id(), SystemTime::now()))
    };
    (0..words).map(|i| format!("{:016x}", word(i))).collect()
}

/// A name in the form of a random UUID.
pub fn random_uuid() -> String {
    let hex = random_hex(2);
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ() {
        assert_ne!(random_uuid(), random_uuid());
        assert_eq!(random_uuid().len(), 36);
        assert_eq!(random_hex(1).len(), 16);
    }
}
