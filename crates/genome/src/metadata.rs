//! The metadata of a genome file.

use std::fmt;

use super::clean::plain_text;
use super::gene::words;

words! {
    /// Whether the chromosome is closed.
    Topology {
        /// Closed: a gene may cross the origin.
        Circular = "circular",
        /// With two ends.
        Linear = "linear",
    }
}

/// What a genome file says of its facts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statements {
    /// Where the facts come from, one statement each.
    pub sources: Vec<String>,
    /// Under which terms they may be used, one statement each.
    pub licences: Vec<String>,
    /// What a user of the facts should know.
    pub notes: Vec<String>,
}

impl Statements {
    /// Those of a file that was imported and says nothing of its terms.
    pub(super) fn imported(origin: &str) -> Self {
        let sources = vec![plain_text(&format!("imported from {origin}"))];
        Self { sources, licences: vec!["not stated".to_owned()], notes: Vec::new() }
    }
}

/// The places between which a chromosome is replicated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Landmarks {
    /// Where the replication begins [nt], counted from 1.
    pub origin: Option<u32>,
    /// Where its two forks meet [nt]; halfway around from the origin if nothing is said.
    pub terminus: Option<u32>,
}

/// What a genome file says about itself, from its `#key: value` lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// The organism, in words.
    pub organism: String,
    /// Accession of the sequence record; empty if there is none.
    pub accession: String,
    /// Length of the chromosome [nt].
    pub length_nt: u32,
    /// Whether the chromosome is closed.
    pub topology: Topology,
    /// NCBI number of the genetic code.
    pub translation_table: u8,
    /// What it says of its facts.
    pub statements: Statements,
    /// Where the chromosome is replicated.
    pub replication: Landmarks,
    /// Keys that start with `x-`, with their values, in the order of the file.
    pub extra: Vec<(String, String)>,
}
