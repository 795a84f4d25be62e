//! What can be wrong with a table of regulation.

use thiserror::Error;

/// What is wrong with a table of regulation, or with one of levels.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("line {line} of the table of {table}: {fault}")]
pub struct RegulationError {
    /// Which table: `regulation` or `levels`.
    pub table: &'static str,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: RegulationFault,
}

/// What is wrong with a line.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum RegulationFault {
    /// A row has too many or too few cells.
    #[error("{given} cells in place of {expected}; single tabs separate them")]
    Cells {
        /// How many there are.
        given: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A number is none.
    #[error("`{given}` is no number")]
    Number {
        /// What stands there.
        given: String,
    },
    /// A number is out of its range.
    #[error("{what} is {given}; it must be {range}")]
    Range {
        /// What it is.
        what: &'static str,
        /// What stands there.
        given: String,
        /// What it can be.
        range: &'static str,
    },
    /// A word is not known.
    #[error("`{given}` is no {what}{}; there are: {}", did_you_mean(.nearest), .valid.join(", "))]
    Word {
        /// What it should be.
        what: &'static str,
        /// What stands there.
        given: String,
        /// The nearest word that is known.
        nearest: Option<&'static str>,
        /// All of them, as they are written.
        valid: Vec<&'static str>,
    },
    /// A word has not the numbers that it needs.
    #[error("`{given}` is to be written {form}")]
    Form {
        /// What stands there.
        given: String,
        /// How it is written.
        form: &'static str,
    },
    /// A loop is not stronger than its main operator.
    #[error("a fold of 2^{log2_fold} leaves no loop beside the main operator of `{given}`")]
    NoLoop {
        /// What stands there.
        given: String,
        /// The fold of the row.
        log2_fold: String,
    },
    /// The line of columns is another.
    #[error("the columns must be {}, separated by single tabs", super::HEADER.join(", "))]
    Header,
    /// The table has another version of its format.
    #[error("version {given} of the format is not known; this program reads versions 1 and 2")]
    Version {
        /// What stands there.
        given: String,
    },
    /// The table ends with another number of rows than it has.
    #[error("`#end {given}` ends a table with {rows} rows; something is missing")]
    End {
        /// What stands there.
        given: String,
        /// How many there are.
        rows: usize,
    },
    /// There is nothing in it.
    #[error("there are no rows")]
    NoRows,
    /// A cell must not be empty.
    #[error("the cell of the {what} is empty")]
    Empty {
        /// Which cell.
        what: &'static str,
    },
    /// Something stands twice.
    #[error("the {what} {given} stands there twice")]
    Twice {
        /// What it is.
        what: &'static str,
        /// What stands there.
        given: String,
    },
    /// A fold of its own of a gene that the operon does not have.
    #[error("`by_gene` names {gene}, which the operon {operon} does not have")]
    OtherGene {
        /// The gene.
        gene: String,
        /// The operon.
        operon: String,
    },
    /// A gene is in two operons.
    #[error("the gene {gene} is in the operons {first} and {second}; one of them controls it")]
    TwoOperons {
        /// The gene.
        gene: String,
        /// The operon of the rows before.
        first: String,
        /// The operon of the row.
        second: String,
    },
    /// The operon of a row is not that of the rows before.
    #[error("operon {operon} has other genes than in the rows before")]
    OtherGenes {
        /// The operon.
        operon: String,
    },
}

fn did_you_mean(nearest: &Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |word| format!("; did you mean `{word}`?"))
}
