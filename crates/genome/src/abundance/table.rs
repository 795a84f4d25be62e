//! Tables of abundances: a gene and its TPM on each line, with a tab, comma or blanks between them.

use std::collections::HashMap;
use std::path::Path;

use thiserror::Error;

use super::super::error::{GenomeError, excerpt};
use super::super::file::{read_bytes, utf8};
use super::super::index::Genome;
use bioxen_base::nearest::hint;

/// The most TPM there are: transcripts are counted per million.
const MOST_TPM: f64 = 1e6;

/// Abundances by gene, each with its line.
#[derive(Debug, Clone, PartialEq)]
pub struct AbundanceTable {
    origin: String,
    rows: Vec<(usize, String, f64)>,
}

/// What can be wrong with a table of abundances.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableError {
    /// A line is not a gene and a number.
    #[error("{origin}:{line}: `{found}` is no gene and its TPM with a tab between them")]
    Row {
        /// The file.
        origin: String,
        /// The line, counted from 1.
        line: usize,
        /// What is there.
        found: String,
    },
    /// A gene stands there twice.
    #[error("{origin}:{line}: {gene} has an abundance already, on line {first}")]
    Twice {
        /// The file.
        origin: String,
        /// The line, counted from 1.
        line: usize,
        /// The gene.
        gene: String,
        /// The line before.
        first: usize,
    },
    /// The genome has no such gene.
    #[error("{origin}:{line}: the genome has no gene `{gene}`{}", hint(.nearest.as_deref()))]
    Gene {
        /// The file.
        origin: String,
        /// The line, counted from 1.
        line: usize,
        /// The gene.
        gene: String,
        /// The nearest there is.
        nearest: Option<String>,
    },
    /// There is nothing in it.
    #[error("{origin}: has no gene; each line is a gene and its TPM with a tab between them")]
    Empty {
        /// The file.
        origin: String,
    },
    /// No abundance.
    #[error(
        "`{given}` is no abundance; say auto, uniform, none, a number of TPM above 0 up to 1000000, or a table of genes and TPM"
    )]
    Abundance {
        /// What was given.
        given: String,
    },
}

/// A number of TPM that genes can have.
pub(super) fn abundance(text: &str) -> Result<f64, TableError> {
    let tpm = text.parse().ok().filter(|tpm| *tpm > 0.0 && *tpm <= MOST_TPM);
    tpm.ok_or_else(|| TableError::Abundance { given: excerpt(text) })
}

impl AbundanceTable {
    /// Reads a table. Lines that start with `#`, blank ones and a first line of titles are skipped.
    ///
    /// # Errors
    /// When a line is no gene and a number from 0 to a million, a gene stands there twice, or there is
    /// none.
    ///
    /// ```
    /// use bioxen_genome::AbundanceTable;
    /// assert!(AbundanceTable::read("gene\ttpm\nalpha\t120\n", "mine.tsv").is_ok());
    /// let error = AbundanceTable::read("alpha\tmany\nbeta\t3", "mine.tsv").unwrap_err();
    /// assert!(error.to_string().starts_with("mine.tsv:1: "));
    /// ```
    pub fn read(text: &str, origin: &str) -> Result<Self, TableError> {
        let mut rows: Vec<(usize, String, f64)> = Vec::new();
        let mut first: HashMap<String, usize> = HashMap::new();
        let origin = origin.to_owned();
        let mut titles = true;
        for (index, line) in text.lines().enumerate() {
            let (line, number) = (line.trim(), index + 1);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let between = |c: char| c == '\t' || c == ',' || c == ';' || c == ' ';
            let fields: Vec<&str> =
                line.split(between).map(str::trim).filter(|f| !f.is_empty()).collect();
            let row = match fields[..] {
                [gene, tpm] => tpm
                    .parse()
                    .ok()
                    .filter(|tpm| (0.0..=MOST_TPM).contains(tpm))
                    .map(|tpm| (gene, tpm)),
                _ => None,
            };
            let says_tpm = line.to_lowercase().contains("tpm");
            let Some((gene, tpm)) = row else {
                if std::mem::take(&mut titles) && says_tpm {
                    continue;
                }
                return Err(TableError::Row { origin, line: number, found: excerpt(line) });
            };
            titles = false;
            if let Some(first) = first.insert(gene.to_owned(), number) {
                return Err(TableError::Twice {
                    origin,
                    line: number,
                    gene: gene.to_owned(),
                    first,
                });
            }
            rows.push((number, gene.to_owned(), tpm));
        }
        if rows.is_empty() {
            return Err(TableError::Empty { origin });
        }
        Ok(Self { origin, rows })
    }

    /// Reads a table from a file. `origin` is what it is called in messages.
    ///
    /// # Errors
    /// When the file cannot be read or is no text, and as [`AbundanceTable::read`].
    pub fn open(path: &Path, origin: &str) -> Result<Self, GenomeError> {
        let bytes = read_bytes(path)?;
        Ok(Self::read(utf8(&bytes, origin)?, origin)?)
    }

    /// The genes of a genome with their abundances.
    pub(in super::super) fn resolve(
        &self,
        genome: &Genome,
    ) -> Result<Vec<(usize, f64)>, GenomeError> {
        let place = |(line, gene, tpm): &(usize, String, f64)| {
            let index = genome.index_of(gene).ok_or_else(|| TableError::Gene {
                origin: self.origin.clone(),
                line: *line,
                gene: excerpt(gene),
                nearest: genome.nearest(gene).map(str::to_owned),
            })?;
            Ok((index, *tpm))
        };
        self.rows.iter().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_with_their_separators() {
        let rows = |text: &str| AbundanceTable::read(text, "t").map(|table| table.rows);
        assert_eq!(
            rows("a\t1\nb,2\n\n# c 3\nd 4.5e1"),
            Ok(vec![(1, "a".into(), 1.0), (2, "b".into(), 2.0), (5, "d".into(), 45.0)])
        );
        assert_eq!(rows("gene\ttpm[TPM]\na\t0"), Ok(vec![(2, "a".into(), 0.0)]));
        for (text, line) in [
            ("a\tx", 1),
            ("a\t-1", 1),
            ("a\tNaN", 1),
            ("a\t1\nb", 2),
            ("gene\ttpm\nb\ttpm", 2),
            ("a\t1\t2", 1),
        ] {
            assert!(
                matches!(rows(text), Err(TableError::Row { line: found, .. }) if found == line),
                "{text}"
            );
        }
        assert!(matches!(rows("a\t1\na\t2"), Err(TableError::Twice { first: 1, .. })));
        assert!(matches!(rows("# nothing"), Err(TableError::Empty { .. })));
        assert!(abundance("0").is_err() && abundance("NaN").is_err() && abundance("50").is_ok());
    }
}
