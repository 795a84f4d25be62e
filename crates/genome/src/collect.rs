//! Collects what is wrong with a file.

use super::error::GenomeError;
use super::fault::Fault;

/// Collects what is wrong with a file, up to a limit.
pub(super) struct Faults<'a> {
    origin: &'a str,
    limit: usize,
    found: Vec<GenomeError>,
}

/// Where a field stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) field: &'a str,
}

impl<'a> Faults<'a> {
    /// Collects at most `limit` faults of the file called `origin`.
    pub(super) fn new(origin: &'a str, limit: usize) -> Self {
        Self { origin, limit: limit.max(1), found: Vec::new() }
    }

    /// Takes note of a fault.
    pub(super) fn add(&mut self, spot: Spot<'_>, fault: Fault) {
        self.add_error(GenomeError::Malformed {
            origin: self.origin.to_owned(),
            line: spot.line,
            column: spot.column,
            field: spot.field.to_owned(),
            fault: Box::new(fault),
        });
    }

    /// Takes note of an error that has no place in the file.
    pub(super) fn add_error(&mut self, error: GenomeError) {
        if !self.full() {
            self.found.push(error);
        }
    }

    /// The value, or `None` after taking note of why there is none.
    pub(super) fn keep<T>(&mut self, spot: Spot<'_>, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.add(spot, fault)).ok()
    }

    /// The name of the file.
    pub(super) fn origin(&self) -> &'a str {
        self.origin
    }

    /// Whether nothing was wrong so far.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether no more can be taken, so that reading on is idle.
    pub(super) fn full(&self) -> bool {
        self.found.len() >= self.limit
    }

    /// Everything found.
    pub(super) fn into_vec(self) -> Vec<GenomeError> {
        self.found
    }
}
