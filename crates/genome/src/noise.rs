//! Proteins and transcripts that were counted in single cells, gene by gene.
//!
//! The facts of *E. coli* ship inside the binary (`genomes/ecoli.noise`): Table S6 of Taniguchi et al.,
//! *Science* 329:533 (2010).

use std::sync::OnceLock;

use bioxen_base::nearest::nearest;
use thiserror::Error;

/// A gene whose proteins were counted in single cells.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredNoise {
    /// The locus tag, as the source has it.
    pub locus_tag: String,
    /// The symbol, as the source has it; some have other names today.
    pub symbol: String,
    /// Its protein.
    pub protein: MeasuredProtein,
    /// Its transcripts.
    pub mrna: MeasuredMrna,
}

/// What was measured of the transcripts of a gene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredMrna {
    /// Where they were counted by fluorescence in situ hybridisation.
    pub counted: Option<MeasuredTranscripts>,
    /// How many there are by sequencing RNA [copies/cell].
    pub rnaseq_mean: Option<f64>,
    /// Lifetime of one [min].
    pub lifetime_min: Option<f64>,
}

/// The molecules of a protein that were counted in single cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredProtein {
    /// Their mean over the cells [copies/cell].
    pub mean: f64,
    /// Variance over squared mean.
    pub noise: f64,
    /// Scale `b` of the gamma distribution that was fitted to them: its variance over its mean.
    pub burst: f64,
}

/// Transcripts of a gene that were counted in single cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredTranscripts {
    /// Their mean over the cells [copies/cell].
    pub mean: f64,
    /// Variance over squared mean.
    pub noise: f64,
    /// Correlation coefficient of protein and transcripts over the cells.
    pub with_protein: Option<f64>,
}

impl MeasuredTranscripts {
    /// Variance over mean.
    pub fn fano(&self) -> f64 {
        self.mean * self.noise
    }
}

/// What is wrong with a table of counts in single cells.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("line {line} of the table of noise: {fault}")]
pub struct NoiseError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: NoiseFault,
}

/// What is wrong with a line.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum NoiseFault {
    /// The first line does not name the format.
    #[error("the table does not begin with `{FORMAT}`")]
    Format,
    /// A column is not known.
    #[error("`{given}` is not column {at}; this is `{expected}`{}", .nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?")))]
    Column {
        /// Which column, counted from 1.
        at: usize,
        /// What stands there.
        given: String,
        /// What it should be.
        expected: &'static str,
        /// The nearest name of a column.
        nearest: Option<&'static str>,
    },
    /// A row has too many or too few cells.
    #[error("{given} cells in place of {}; single tabs separate them", COLUMNS.len())]
    Cells {
        /// How many there are.
        given: usize,
    },
    /// A number is none, is missing, or is out of its range.
    #[error("{column} is `{given}`; it must be {range}")]
    Number {
        /// The column.
        column: &'static str,
        /// What stands there.
        given: String,
        /// What it can be.
        range: &'static str,
    },
    /// Two rows have the same locus tag.
    #[error("{locus_tag} is there twice")]
    Twice {
        /// The locus tag.
        locus_tag: String,
    },
}

const FORMAT: &str = "#bioxen-noise 1";

const COLUMNS: [&str; 10] = [
    "locus_tag",
    "symbol",
    "protein_mean[copies/cell]",
    "protein_noise",
    "protein_burst",
    "mrna_mean[copies/cell]",
    "mrna_noise",
    "mrna_rnaseq_mean[copies/cell]",
    "mrna_lifetime[min]",
    "protein_mrna_correlation",
];

/// What was counted in single cells of *E. coli*: 1018 genes by locus tag, 137 of them with transcripts.
///
/// # Errors
/// When the file inside the binary is damaged, which a test rules out.
///
/// # Examples
/// ```
/// use bioxen_genome::noise::shipped_noise;
/// let adk = shipped_noise()?.iter().find(|gene| gene.symbol == "adk").unwrap();
/// assert!(adk.protein.noise < 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shipped_noise() -> Result<&'static [MeasuredNoise], NoiseError> {
    static SHIPPED: OnceLock<Result<Vec<MeasuredNoise>, NoiseError>> = OnceLock::new();
    let text = include_str!("../../../genomes/ecoli.noise");
    SHIPPED.get_or_init(|| parse(text)).as_deref().map_err(Clone::clone)
}

fn parse(text: &str) -> Result<Vec<MeasuredNoise>, NoiseError> {
    let at_line = |line| move |fault| NoiseError { line, fault };
    let mut lines = text.lines().zip(1..);
    if lines.next().is_none_or(|(first, _)| first != FORMAT) {
        return Err(at_line(1)(NoiseFault::Format));
    }
    let mut lines = lines.filter(|(text, _)| !text.starts_with('#'));
    let (head, line) = lines.next().unwrap_or(("", 2));
    columns(head).map_err(at_line(line))?;
    let mut genes: Vec<MeasuredNoise> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (text, line) in lines {
        let gene = row(text).map_err(at_line(line))?;
        if !seen.insert(gene.locus_tag.clone()) {
            return Err(at_line(line)(NoiseFault::Twice { locus_tag: gene.locus_tag }));
        }
        genes.push(gene);
    }
    Ok(genes)
}

/// Checks the line that names the columns.
fn columns(head: &str) -> Result<(), NoiseFault> {
    let given: Vec<&str> = head.split('\t').collect();
    for (at, expected) in COLUMNS.into_iter().enumerate() {
        let found = given.get(at).copied().unwrap_or_default();
        if found != expected {
            return Err(NoiseFault::Column {
                at: at + 1,
                given: found.to_owned(),
                expected,
                nearest: nearest(found, COLUMNS),
            });
        }
    }
    if given.len() > COLUMNS.len() {
        return Err(NoiseFault::Cells { given: given.len() });
    }
    Ok(())
}

fn row(text: &str) -> Result<MeasuredNoise, NoiseFault> {
    let cells: Vec<&str> = text.split('\t').collect();
    if cells.len() != COLUMNS.len() {
        return Err(NoiseFault::Cells { given: cells.len() });
    }
    let optional = |at: usize, range: &'static str, fits: fn(f64) -> bool| {
        let given = cells[at];
        if given.is_empty() {
            return Ok(None);
        }
        let value = given.parse::<f64>().ok().filter(|value| value.is_finite() && fits(*value));
        let column = COLUMNS[at];
        let fault = || NoiseFault::Number { column, given: given.to_owned(), range };
        value.map(Some).ok_or_else(fault)
    };
    let required = |at: usize| {
        let range = "a number above 0";
        let missing = NoiseFault::Number { column: COLUMNS[at], given: String::new(), range };
        optional(at, range, |value| value > 0.0)?.ok_or(missing)
    };
    let above = |at: usize| optional(at, "a number above 0, or empty", |value| value > 0.0);
    let counted = match above(5)? {
        Some(mean) => Some(MeasuredTranscripts {
            mean,
            noise: required(6)?,
            with_protein: optional(9, "a number from -1 to 1, or empty", |r| r.abs() <= 1.0)?,
        }),
        None => None,
    };
    Ok(MeasuredNoise {
        locus_tag: cells[0].to_owned(),
        symbol: cells[1].to_owned(),
        protein: MeasuredProtein { mean: required(2)?, noise: required(3)?, burst: required(4)? },
        mrna: MeasuredMrna {
            counted,
            rnaseq_mean: optional(7, "a number, zero or more, or empty", |value| value >= 0.0)?,
            lifetime_min: above(8)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn median(mut values: Vec<f64>) -> f64 {
        values.sort_by(f64::total_cmp);
        bioxen_base::statistics::quantile(&values, 0.5)
    }

    #[test]
    fn the_shipped_genes_are_those_of_the_source() {
        let genes = shipped_noise().unwrap();
        assert_eq!(genes.len(), 1018);
        assert_eq!(genes.iter().filter(|gene| gene.mrna.counted.is_some()).count(), 137);
        let dnak = genes.iter().find(|gene| gene.locus_tag == "b0014").unwrap();
        assert_eq!((dnak.symbol.as_str(), dnak.protein.mean), ("dnaK", 2435.911));
        assert_eq!((dnak.protein.noise, dnak.protein.burst), (0.131, 353.058));
        assert!((dnak.mrna.counted.unwrap().fano() - 2.459).abs() < 2e-3);
        assert_eq!(dnak.mrna.counted.unwrap().with_protein, Some(-0.046));
        assert_eq!((dnak.mrna.rnaseq_mean, dnak.mrna.lifetime_min), (Some(0.4948), Some(4.71)));
    }

    #[test]
    fn the_noise_of_abundant_proteins_has_a_floor_and_that_of_rare_ones_is_of_chance() {
        let genes = shipped_noise().unwrap();
        let abundant = genes.iter().filter(|gene| gene.protein.mean > 100.0);
        let floor = median(abundant.map(|gene| gene.protein.noise).collect());
        assert!((floor - 0.147).abs() < 5e-4, "{floor}");
        let rare = genes.iter().filter(|gene| (1.0..3.0).contains(&gene.protein.mean));
        let fano = median(rare.map(|gene| gene.protein.noise * gene.protein.mean).collect());
        assert!((fano - 1.32).abs() < 5e-3, "{fano}");
    }

    #[test]
    fn most_genes_are_those_of_the_genome() {
        let genome = crate::shipped("ecoli").unwrap();
        let missing: Vec<&str> = shipped_noise()
            .unwrap()
            .iter()
            .map(|gene| &*gene.locus_tag)
            .filter(|tag| genome.gene(tag).is_none())
            .collect();
        assert_eq!(missing, ["b0542", "b0725", "b1371", "b4467"]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let head = COLUMNS.join("\t");
        let fault =
            |row: &str| parse(&format!("{FORMAT}\n# x\n{head}\n{row}")).unwrap_err().to_string();
        assert_eq!(
            fault("b1\tx\t1"),
            "line 4 of the table of noise: 3 cells in place of 10; single tabs separate them"
        );
        assert!(
            fault("b1\tx\t0\t1\t1\t\t\t\t\t")
                .ends_with("protein_mean[copies/cell] is `0`; it must be a number above 0")
        );
        assert!(fault("b1\tx\t1\tNaN\t1\t\t\t\t\t").contains("protein_noise is `NaN`"));
        assert!(fault("b1\tx\t1\t1\t1\t1\t\t\t\t").contains("mrna_noise is ``"));
        assert!(fault("b1\tx\t1\t1\t1\t1\t1\t\t\t1.5").contains("from -1 to 1"));
        let good = "b1\tx\t1\t1\t1\t\t\t\t\t";
        assert!(
            fault(&format!("{good}\n{good}"))
                .contains("line 5 of the table of noise: b1 is there twice")
        );
        let text = |text: &str| parse(text).unwrap_err().to_string();
        assert!(text("").contains("does not begin with `#bioxen-noise 1`"));
        assert!(text(&format!("{FORMAT}\nlocus_tag\tsymbl")).contains("did you mean `symbol`?"));
    }
}
