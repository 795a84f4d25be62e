//! Amounts of protein that were measured for repressed operons.
//!
//! The transcripts of a repressed operon are too few to be measured well, so the strength of its open
//! promoter and the ratios of its proteins cannot come from them (`genomes/ecoli.levels`).

use std::sync::OnceLock;

use super::parse::{RegulationError, RegulationFault, number, rows};

/// The amounts of the proteins of an operon whose promoter is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The operon.
    pub operon: String,
    /// The gene of which the amount is known.
    pub gene: String,
    /// Mass of its protein in that of all, with the promoter fully open.
    pub fraction: f64,
    /// Other genes and their proteins for each of the first, in molecules.
    pub others: Vec<(String, f64)>,
}

impl Level {
    /// Proteins of a gene for each of the first; nothing for a gene of another operon.
    pub fn relative(&self, gene: &str) -> Option<f64> {
        if self.gene == gene {
            return Some(1.0);
        }
        self.others.iter().find(|(name, _)| name == gene).map(|(_, relative)| *relative)
    }
}

const COLUMNS: usize = 5;

/// What is known of the amounts in *E. coli*.
///
/// # Errors
/// When the file inside the binary is damaged, which a test rules out.
///
/// # Examples
/// ```
/// use bioxen_genome::regulation::shipped_levels;
/// assert_eq!(shipped_levels()?[0].relative("lacY"), Some(0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shipped_levels() -> Result<&'static [Level], RegulationError> {
    static SHIPPED: OnceLock<Result<Vec<Level>, RegulationError>> = OnceLock::new();
    let text = include_str!("../../../../genomes/ecoli.levels");
    SHIPPED.get_or_init(|| parse(text)).as_deref().map_err(Clone::clone)
}

/// What is known of the amounts of an operon.
pub fn level_of_operon(operon: &str) -> Option<&'static Level> {
    shipped_levels().unwrap_or_default().iter().find(|level| level.operon == operon)
}

fn parse(text: &str) -> Result<Vec<Level>, RegulationError> {
    let mut levels: Vec<Level> = Vec::new();
    for (line, cells) in rows(text) {
        let wrong = |fault| RegulationError { table: "levels", line, fault };
        let &[operon, gene, fraction, relative, _source] = cells.as_slice() else {
            let (given, expected) = (cells.len(), COLUMNS);
            return Err(wrong(RegulationFault::Cells { given, expected }));
        };
        let range = |what, given: &str, range| {
            wrong(RegulationFault::Range { what, given: given.to_owned(), range })
        };
        let relative_to_first = number(relative).map_err(wrong)?;
        if relative_to_first <= 0.0 {
            return Err(range("the number of proteins for each of the first", relative, "above 0"));
        }
        match levels.iter_mut().find(|level| level.operon == operon) {
            Some(level) => level.others.push((gene.to_owned(), relative_to_first)),
            None => {
                let part = number(fraction).map_err(wrong)?;
                if !(part > 0.0 && part < 1.0) {
                    return Err(range("the part of all protein", fraction, "between 0 and 1"));
                }
                levels.push(Level {
                    operon: operon.to_owned(),
                    gene: gene.to_owned(),
                    fraction: part,
                    others: Vec::new(),
                });
            }
        }
    }
    Ok(levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proteins_of_lac_are_those_that_were_counted() {
        let lac = level_of_operon("lac").unwrap();
        assert_eq!((lac.gene.as_str(), lac.fraction), ("lacZ", 0.05));
        assert_eq!(lac.relative("lacZ"), Some(1.0));
        // 8 500 subunits beside 75 000.
        assert!((lac.relative("lacA").unwrap() - 8_500.0 / 75_000.0).abs() < 5e-4);
        assert_eq!(lac.relative("tufA"), None);
        assert!(level_of_operon("trp").is_none());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let fault = |row: &str| parse(&format!("head\n{row}")).unwrap_err().to_string();
        assert!(fault("lac\tlacZ\t0.05").contains("3 cells in place of 5"));
        assert!(fault("lac\tlacZ\t1.5\t1\tx").contains("must be between 0 and 1"));
        assert!(fault("lac\tlacZ\t0.05\t-1\tx").contains("must be above 0"));
        assert!(fault("lac\tlacZ\t\t1\tx").starts_with("line 2 of the table of levels"));
    }
}
