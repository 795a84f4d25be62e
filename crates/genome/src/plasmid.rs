//! Plasmids: small replicons with their own genes and their own number of copies.
//!
//! A plasmid is written as a genome file (`genomes/README.md`) with three keys of its own,
//! `#x-copies`, `#x-incompatibility` and `#x-lac-operators`. Its `tpm` is that of one copy, and the column
//! `x-constitutive` is `yes` for genes that are transcribed without a call.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::error::GenomeError;
use super::file::read;
use super::import::{ImportOptions, PlasmidOptions, Remark, open};
use super::index::Genome;
use bioxen_base::nearest::nearest;

/// The key of the copies in a cell of mean size.
pub(super) const COPIES: &str = "x-copies";
/// The key of the incompatibility group.
pub(super) const GROUP: &str = "x-incompatibility";
/// The key of the operators on one copy that Lac repressor binds.
pub(super) const OPERATORS: &str = "x-lac-operators";
/// The column that says which genes are transcribed without being asked for.
pub(super) const CONSTITUTIVE: &str = "x-constitutive";

/// The most copies that are accepted.
pub const MOST_COPIES: f64 = 2000.0;

/// The most operators on one copy that are accepted: arrays for microscopy have 256.
const MOST_OPERATORS: f64 = 1000.0;

/// What is known of a plasmid.
#[derive(Debug, Clone, PartialEq)]
pub struct PlasmidFacts {
    genome: Arc<Genome>,
    copies: Option<f64>,
    incompatibility: String,
    operators: f64,
    constitutive: Vec<bool>,
}

/// Why a genome file is no plasmid.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlasmidError {
    /// There is no such plasmid.
    #[error("unknown plasmid `{given}`{}; shipped are: {}; a file has an ending, such as .gb, .dna or .genome", bioxen_base::nearest::hint(.nearest.as_deref()), .known.join(", "))]
    Unknown {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All there are.
        known: Vec<&'static str>,
    },
    /// It says a number of copies that cannot be.
    #[error("plasmid `{name}`: `#x-copies: {given}` is no number above 0 up to 2000")]
    Copies {
        /// The plasmid.
        name: String,
        /// What was given.
        given: String,
    },
    /// It says a number of operators that cannot be.
    #[error("plasmid `{name}`: `#x-lac-operators: {given}` is no number from 0 to 1000")]
    Operators {
        /// The plasmid.
        name: String,
        /// What was given.
        given: String,
    },
    /// A value that is neither yes nor no.
    #[error("plasmid `{name}`: x-constitutive of {gene} is `{given}`; it is yes, no or empty")]
    Constitutive {
        /// The plasmid.
        name: String,
        /// The gene.
        gene: String,
        /// What was given.
        given: String,
    },
    /// The genome file is at fault.
    #[error("{reason}")]
    Genome {
        /// What is wrong with it.
        reason: String,
    },
}

impl PlasmidFacts {
    /// A plasmid from the text of its file.
    ///
    /// # Errors
    /// When it is no genome file, or a value cannot be.
    pub fn read(text: &[u8], origin: &str) -> Result<Self, PlasmidError> {
        let genome = read(text, origin)
            .map_err(|e: GenomeError| PlasmidError::Genome { reason: e.to_string() })?;
        Self::of(genome)
    }

    /// A plasmid from a file of any format that [`super::open`] knows, and what was assumed.
    /// `origin` is what the file is called in messages.
    ///
    /// # Errors
    /// When the file cannot be read, or a value cannot be.
    pub fn open(
        path: &Path,
        origin: &str,
        options: PlasmidOptions,
    ) -> Result<(Self, Vec<Remark>), GenomeError> {
        let options = ImportOptions { plasmid: Some(options), ..ImportOptions::default() };
        let imported = open(path, origin, &options)?;
        Ok((Self::of(imported.genome)?, imported.remarks))
    }

    fn of(genome: Genome) -> Result<Self, PlasmidError> {
        let name = genome.name.clone();
        let key = |wanted: &str| {
            let found = genome.metadata.extra.iter().find(|(key, _)| key == wanted);
            found.map(|(_, value)| value.as_str())
        };
        let number = |given: &str| {
            let copies = given.parse().ok();
            let copies = copies.filter(|copies| *copies > 0.0 && *copies <= MOST_COPIES);
            let (name, given) = (name.clone(), given.to_owned());
            copies.ok_or(PlasmidError::Copies { name, given })
        };
        let copies = key(COPIES).map(number).transpose()?;
        let operators = key(OPERATORS).map_or(Ok(0.0), |given| {
            let number = given.parse().ok().filter(|n| (0.0..=MOST_OPERATORS).contains(n));
            let (name, given) = (name.clone(), given.to_owned());
            number.ok_or(PlasmidError::Operators { name, given })
        })?;
        // A plasmid that names no group is compatible with all but itself.
        let incompatibility = key(GROUP).unwrap_or(&name).to_owned();
        let column = genome.extra_columns().iter().position(|c| c == CONSTITUTIVE);
        let mut constitutive = Vec::with_capacity(genome.genes().len());
        for gene in genome.genes() {
            let value = column.and_then(|c| gene.extra.get(c)?.as_deref());
            constitutive.push(match value {
                Some("yes") => true,
                None | Some("" | "no") => false,
                Some(given) => {
                    let (gene, given) = (gene.name().to_owned(), given.to_owned());
                    return Err(PlasmidError::Constitutive { name, gene, given });
                }
            });
        }
        Ok(Self { genome: Arc::new(genome), copies, incompatibility, operators, constitutive })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.genome.name
    }

    /// Its genes, as those of a genome.
    pub fn genome(&self) -> &Arc<Genome> {
        &self.genome
    }

    /// Copies in a cell of mean size, if its file says how many.
    pub fn copies(&self) -> Option<f64> {
        self.copies
    }

    /// Plasmids of the same group cannot be kept together.
    pub fn incompatibility(&self) -> &str {
        &self.incompatibility
    }

    /// Operators on one copy that Lac repressor binds.
    pub fn lac_operators(&self) -> f64 {
        self.operators
    }

    /// Length of one copy [kb].
    pub fn length_kb(&self) -> f64 {
        f64::from(self.genome.metadata.length_nt) / 1000.0
    }

    /// Whether a gene, by its place on the plasmid, is transcribed without being asked for.
    pub fn is_constitutive(&self, place: usize) -> bool {
        self.constitutive.get(place).is_some_and(|yes| *yes)
    }
}

/// Whether the name of a plasmid is that of a file: it has a folder or an ending.
pub fn is_file(name: &str) -> bool {
    name.contains(['.', '/', '\\'])
}

const SHIPPED: [(&str, &str); 3] = [
    ("pUC19", include_str!("../../../genomes/plasmids/pUC19.genome")),
    ("pBR322", include_str!("../../../genomes/plasmids/pBR322.genome")),
    ("pACYC184", include_str!("../../../genomes/plasmids/pACYC184.genome")),
];

/// The names of the plasmids inside the binary.
pub fn shipped_plasmids() -> [&'static str; 3] {
    SHIPPED.map(|(name, _)| name)
}

/// A plasmid inside the binary.
///
/// # Errors
/// When there is none of that name; the error names the nearest.
///
/// # Examples
/// ```
/// use bioxen_genome::plasmid::shipped_plasmid;
/// let vector = shipped_plasmid("pBR322")?;
/// assert_eq!(vector.copies(), Some(17.5));
/// assert_eq!(vector.genome().gene("bla").and_then(|g| g.protein_length), Some(286));
/// # Ok::<(), bioxen_genome::plasmid::PlasmidError>(())
/// ```
pub fn shipped_plasmid(name: &str) -> Result<Arc<PlasmidFacts>, PlasmidError> {
    static READ: [OnceLock<Arc<PlasmidFacts>>; 3] = [const { OnceLock::new() }; 3];
    let Some(at) = SHIPPED.iter().position(|(known, _)| *known == name) else {
        let known = shipped_plasmids();
        let nearest = nearest(name, known.iter().copied()).map(str::to_owned);
        let known = known.to_vec();
        return Err(PlasmidError::Unknown { given: name.to_owned(), nearest, known });
    };
    if let Some(facts) = READ[at].get() {
        return Ok(Arc::clone(facts));
    }
    let facts = Arc::new(PlasmidFacts::read(SHIPPED[at].1.as_bytes(), name)?);
    Ok(Arc::clone(READ[at].get_or_init(|| facts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipped;

    #[test]
    fn all_shipped_plasmids_are_whole_and_known_by_their_names() {
        for name in shipped_plasmids() {
            let facts = shipped_plasmid(name).unwrap();
            assert_eq!(facts.name(), name);
            for gene in facts.genome().genes() {
                let codons = gene.place.length_nt / 3;
                assert_eq!(gene.protein_length, Some(codons - 1), "{name} {}", gene.name());
            }
        }
        // pUC19 has the lac promoter with its operator in front of lacZ_alpha.
        let operators =
            shipped_plasmids().map(|name| shipped_plasmid(name).unwrap().lac_operators());
        assert_eq!(operators, [1.0, 0.0, 0.0]);
        let error = shipped_plasmid("pUC18").unwrap_err().to_string();
        assert!(error.contains("did you mean `pUC19`?"), "{error}");
    }

    /// The strength of bla stands on that of lac, 5.7 times as strong (Deuschle 1986).
    #[test]
    fn bla_is_a_fraction_of_the_open_lac_promoter() {
        let lac = shipped("ecoli").unwrap().gene("lacZ").unwrap().tpm.unwrap() / 0.001;
        let bla = shipped_plasmid("pUC19").unwrap().genome().gene("bla").unwrap().tpm.unwrap();
        assert!((lac / bla / 5.7 - 1.0).abs() < 1e-3, "{}", lac / bla);
    }

    #[test]
    fn what_is_missing_or_impossible_is_said() {
        let text = SHIPPED[1].1;
        let read = |from: &str, to: &str| {
            let changed = text.replace(from, to);
            assert_ne!(changed, text);
            PlasmidFacts::read(changed.as_bytes(), "x").unwrap_err().to_string()
        };
        let without = text.replace("#x-copies: 17.5\n", "");
        assert_eq!(PlasmidFacts::read(without.as_bytes(), "x").unwrap().copies(), None);
        assert!(read("#x-copies: 17.5", "#x-copies: -1").contains("above 0"));
        let many = read("#x-copies: 17.5", "#x-copies: 17.5\n#x-lac-operators: many");
        assert!(many.contains("no number from 0 to 1000"), "{many}");
        assert!(read("\tyes", "\tmaybe").contains("it is yes, no or empty"));
        assert!(read("#end 3", "#end 4").contains(" 4"));
    }
}
