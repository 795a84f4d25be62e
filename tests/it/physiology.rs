//! The host and its guests against published numbers.

mod culture;
mod export;
mod guests;
mod host;
mod operons;
mod plasmids;
mod validation;
