//! The base of all other crates of BioXen: quantities with units, suggestions of names and, with the
//! feature `files`, files that are complete or absent.

#[cfg(feature = "files")]
pub mod durable;
pub mod nearest;
pub mod pattern;
#[cfg(feature = "files")]
pub mod problem;
pub mod secret;
pub mod statistics;
pub mod units;
pub mod visible;
