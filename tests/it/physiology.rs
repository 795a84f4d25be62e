//! The host and its guests against published numbers.

mod before;
mod culture;
mod export;
mod guests;
mod host;
mod inhibition;
mod lac;
mod leaping;
mod operons;
mod plasmids;
mod polymerases;
mod transcripts;
mod validation;
