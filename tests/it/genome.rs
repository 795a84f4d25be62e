//! Genomes: the shipped ones, and the reader of the format.

#![allow(clippy::unwrap_used, clippy::panic)]

mod format;
mod import;
mod legacy;
mod shipped;
