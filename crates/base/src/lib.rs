//! What all other crates of BioXen stand on: quantities that say their unit, suggestions of names and,
//! with the feature `files`, files that are whole or not there.

#[cfg(feature = "files")]
pub mod durable;
pub mod nearest;
pub mod pattern;
#[cfg(feature = "files")]
pub mod problem;
pub mod statistics;
pub mod units;
pub mod visible;
