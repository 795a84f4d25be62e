//! The Jacobian of a network, bordered by the quantities that rules determine.
//!
//! With `z = g(y, z)` the assigned quantities, the matrix of the implicit equations is
//!
//! ```text
//! | I - gamma f_y    -gamma f_z |
//! |     -g_y           I - g_z  |
//! ```
//!
//! so that no derivative through `z` is ever multiplied out. A rate that depends on many unknowns
//! and changes many components is treated as such a `z` as well.

mod build;

use super::layout::Layout;
use super::rates::Rates;
use crate::EngineError;

/// What a stoichiometry that varies adds to an entry.
#[derive(Debug, Clone, Copy)]
enum Varying {
    /// `sign * q[place] * slopes[source]`
    Slope { place: u32, sign: f64, source: u32 },
    /// `sign * rate`
    Rate { rate: u32, sign: f64 },
}

/// The derivatives of all rates, rules and assignments, and how they make up the entries.
#[derive(Debug, Clone)]
pub(super) struct Jacobian {
    /// The number of components.
    dim: usize,
    /// With what is eliminated.
    extended: usize,
    /// Rows and columns of the matrix: the diagonal, then the Jacobian's entries, sorted.
    coordinates: Vec<(u32, u32)>,
    /// For each entry of the Jacobian, where its terms begin.
    starts: Vec<u32>,
    /// The terms: `coefficients * slopes[sources]`.
    sources: Vec<u32>,
    coefficients: Vec<f64>,
    varying: Vec<(u32, Varying)>,
    /// The derivatives of the pairs, two each; of the laws, rate rules and assignments; and 1.
    slopes: Vec<f64>,
    /// Where among the slopes each of those laws begins.
    law_starts: Vec<u32>,
    /// The Jacobian's entries.
    values: Vec<f64>,
    /// How many of them are in the rows of components.
    component_entries: usize,
}

impl Jacobian {
    pub(super) fn new(layout: &Layout, rates: &Rates) -> Result<Self, EngineError> {
        build::build(layout, rates)
    }

    /// The number of unknowns, eliminated ones included.
    pub(super) fn extended(&self) -> usize {
        self.extended
    }

    /// Rows and columns of the matrix, in the order of [`Jacobian::matrix`].
    pub(super) fn coordinates(&self) -> &[(u32, u32)] {
        &self.coordinates
    }

    /// Evaluates the entries; the rates must have been evaluated.
    pub(super) fn evaluate(&mut self, t: f64, q: &[f64], rates: &mut Rates) {
        let (pairs, _) = self.slopes.as_chunks_mut::<2>();
        for (slopes, pair) in pairs.iter_mut().zip(&rates.pairs) {
            *slopes = [pair.k * q[pair.b as usize], pair.k * q[pair.a as usize]];
        }
        let ruled =
            rates.rules.rates.iter().chain(&rates.rules.assigned_laws).map(|ruled| &ruled.law);
        for (law, bounds) in rates.laws.iter().chain(ruled).zip(self.law_starts.windows(2)) {
            let slopes = &mut self.slopes[bounds[0] as usize..bounds[1] as usize];
            law.slopes(t, q, &mut rates.stack, slopes);
        }
        for (value, bounds) in self.values.iter_mut().zip(self.starts.windows(2)) {
            let range = bounds[0] as usize..bounds[1] as usize;
            let terms = self.sources[range.clone()].iter().zip(&self.coefficients[range]);
            *value = terms.map(|(&source, c)| c * self.slopes[source as usize]).sum();
        }
        for (entry, term) in &self.varying {
            self.values[*entry as usize] += match *term {
                Varying::Slope { place, sign, source } => {
                    sign * q[place as usize] * self.slopes[source as usize]
                }
                Varying::Rate { rate, sign } => sign * rates.values[rate as usize],
            };
        }
    }

    /// Writes the numbers of the matrix of the implicit equations.
    pub(super) fn matrix(&self, gamma: f64, out: &mut [f64]) {
        let (diagonal, own) = out.split_at_mut(self.extended);
        diagonal.fill(1.0);
        let (components, eliminated) = own.split_at_mut(self.component_entries);
        let (component_values, eliminated_values) = self.values.split_at(self.component_entries);
        components.iter_mut().zip(component_values).for_each(|(out, value)| *out = -gamma * value);
        eliminated.iter_mut().zip(eliminated_values).for_each(|(out, value)| *out = -value);
    }

    /// Writes `df/dy` row by row, what is eliminated multiplied out.
    pub(super) fn dense(&self, out: &mut [f64]) {
        let dim = self.dim;
        let mut eliminated = vec![0.0; (self.extended - dim) * dim];
        let own = self.coordinates[self.extended..].iter().zip(&self.values);
        // An eliminated unknown depends on components and earlier eliminated ones only.
        for (&(row, column), value) in own.clone().skip(self.component_entries) {
            let (before, row) = eliminated.split_at_mut((row as usize - dim) * dim);
            add(column as usize, dim, *value, before, &mut row[..dim]);
        }
        out.fill(0.0);
        for (&(row, column), value) in own.take(self.component_entries) {
            let row = &mut out[row as usize * dim..][..dim];
            add(column as usize, dim, *value, &eliminated, row);
        }
    }
}

/// Adds an entry to a dense row; `eliminated` has the rows of the eliminated unknowns.
fn add(column: usize, dim: usize, value: f64, eliminated: &[f64], row: &mut [f64]) {
    if column < dim {
        row[column] += value;
    } else {
        let through = &eliminated[(column - dim) * dim..][..dim];
        row.iter_mut().zip(through).for_each(|(row, through)| *row += value * through);
    }
}
