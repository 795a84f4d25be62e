//! Genomes: the shipped ones, and the reader of the format.

mod cli;
mod format;
mod import;
mod legacy;
mod mutated;
mod shipped;
