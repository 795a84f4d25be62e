//! Reads a table of regulation.

use bioxen_base::nearest::nearest;
use thiserror::Error;

use super::{
    CataboliteLine, Loops, RegulatedOperon, Regulator, RegulatorKind, Response, TwoStates,
};

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

const COLUMNS: usize = 8;

const KINDS: [&str; 5] = [
    "repressor",
    "corepressor",
    "activator",
    "attenuator",
    "looping:GENE:TETRAMERS:MAIN[kT]:AUXILIARY[kT]:SITES",
];

const LAWS: [&str; 3] =
    ["hill:KD[uM]:N:ACCUMULATION", "mwc:ACTIVE[uM]:INACTIVE[uM]:ENERGY[kT]:N", LINE];
const LINE: &str = "cline:LOST:LIMIT:FOLD:KD[uM]";

pub(super) fn parse(text: &str) -> Result<Vec<RegulatedOperon>, RegulationError> {
    let mut operons: Vec<RegulatedOperon> = Vec::new();
    for (line, cells) in rows(text) {
        let wrong = |fault| RegulationError { table: "regulation", line, fault };
        let (name, genes, regulator) = row(&cells).map_err(wrong)?;
        match operons.iter_mut().find(|operon| operon.name == name) {
            Some(operon) if operon.genes == genes => operon.regulators.push(regulator),
            Some(_) => return Err(wrong(RegulationFault::OtherGenes { operon: name })),
            None => operons.push(RegulatedOperon { name, genes, regulators: vec![regulator] }),
        }
    }
    Ok(operons)
}

/// The rows of a table behind its line of columns, with their numbers.
pub(super) fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let rows = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')).skip(1);
    rows.map(|(at, line)| (at + 1, line.split('\t').collect()))
}

fn row(cells: &[&str]) -> Result<(String, Vec<String>, Regulator), RegulationFault> {
    let &[name, genes, regulator, kind, effectors, log2_fold, by_gene, basis] = cells else {
        return Err(RegulationFault::Cells { given: cells.len(), expected: COLUMNS });
    };
    let fold = number(log2_fold)?;
    let (kind, gene) = regulator_kind(kind, fold)?;
    let own = |cell: &str| {
        let form = "GENE:LOG2_FOLD";
        let fault = || RegulationFault::Form { given: cell.to_owned(), form };
        let (gene, log2) = cell.split_once(':').ok_or_else(fault)?;
        Ok((gene.to_owned(), number(log2)?))
    };
    let regulator = Regulator {
        name: regulator.to_owned(),
        kind,
        gene,
        effectors: effectors.split(';').map(effector).collect::<Result<_, _>>()?,
        log2_fold: fold,
        by_gene: by_gene
            .split(',')
            .filter(|cell| !cell.is_empty())
            .map(own)
            .collect::<Result<_, _>>()?,
        basis: basis.to_owned(),
    };
    Ok((name.to_owned(), genes.split(',').map(str::to_owned).collect(), regulator))
}

pub(super) fn number(text: &str) -> Result<f64, RegulationFault> {
    let value = text.parse::<f64>().ok().filter(|x| x.is_finite());
    value.ok_or_else(|| RegulationFault::Number { given: text.to_owned() })
}

fn numbers(text: &str) -> Result<Vec<f64>, RegulationFault> {
    text.split(':').map(number).collect()
}

fn unknown(what: &'static str, given: &str, valid: &[&'static str]) -> RegulationFault {
    let word = |form: &'static str| form.split(':').next().unwrap_or(form);
    RegulationFault::Word {
        what,
        given: given.to_owned(),
        nearest: nearest(given, valid.iter().map(|form| word(form))),
        valid: valid.to_vec(),
    }
}

/// The kind of a regulator and, if it loops, its gene.
fn regulator_kind(
    text: &str,
    log2_fold: f64,
) -> Result<(RegulatorKind, Option<String>), RegulationFault> {
    let (word, rest) = text.split_once(':').unwrap_or((text, ""));
    let kind = match (word, rest) {
        ("repressor", "") => RegulatorKind::Repressor,
        ("corepressor", "") => RegulatorKind::Corepressor,
        ("activator", "") => RegulatorKind::Activator,
        ("attenuator", "") => RegulatorKind::Attenuator,
        ("looping", _) => return looping(text, rest, log2_fold),
        _ => return Err(unknown("kind of regulator", word, &KINDS)),
    };
    Ok((kind, None))
}

fn looping(
    text: &str,
    rest: &str,
    log2_fold: f64,
) -> Result<(RegulatorKind, Option<String>), RegulationFault> {
    let form = || RegulationFault::Form { given: text.to_owned(), form: KINDS[4] };
    let (gene, rest) = rest.split_once(':').ok_or_else(form)?;
    let &[tetramers, main, auxiliary, sites] = numbers(rest)?.as_slice() else {
        return Err(form());
    };
    let loops = Loops::new(tetramers, main, auxiliary, sites, log2_fold.exp2());
    let loops = loops.ok_or_else(|| RegulationFault::NoLoop {
        given: text.to_owned(),
        log2_fold: log2_fold.to_string(),
    })?;
    Ok((RegulatorKind::Looping(loops), Some(gene.to_owned())))
}

fn effector(text: &str) -> Result<(String, Response), RegulationFault> {
    let form = || RegulationFault::Form { given: text.to_owned(), form: "SUBSTANCE=LAW:NUMBERS" };
    let (name, law) = text.split_once('=').ok_or_else(form)?;
    let (law, rest) = law.split_once(':').ok_or_else(form)?;
    let at = match law {
        "hill" => 0,
        "mwc" => 1,
        "cline" => 2,
        other => return Err(unknown("law of an effector", other, &LAWS)),
    };
    let response = match (at, numbers(rest)?.as_slice()) {
        (0, &[kd_um, n, accumulation]) => Response::Hill { kd_um, n, accumulation },
        (1, &[active_um, inactive_um, energy_kt, n]) => {
            Response::TwoStates(TwoStates { active_um, inactive_um, energy_kt, n })
        }
        (2, &[lost, limit, fold, kd_um]) => {
            let range = |what, given: f64, range| RegulationFault::Range {
                what,
                given: given.to_string(),
                range,
            };
            if !(lost > 0.0 && lost <= 1.0) {
                return Err(range("the part that is lost on glucose", lost, "above 0 and up to 1"));
            }
            if !(limit > 1.0 && limit <= fold) {
                return Err(range("the limit", limit, "above 1 and up to the fold"));
            }
            Response::CataboliteLine(CataboliteLine { lost, limit, fold, kd_um })
        }
        _ => return Err(RegulationFault::Form { given: text.to_owned(), form: LAWS[at] }),
    };
    Ok((name.to_owned(), response))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(kind: &str, effectors: &str, log2_fold: &str) -> String {
        let row = format!("lac\tlacZ\tLacI\t{kind}\t{effectors}\t{log2_fold}\t\tx");
        parse(&format!("head\n{row}")).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_the_right_form() {
        let error = parse("#x\nhead\nlac\tlacZ\n").unwrap_err();
        let expected = "line 3 of the table of regulation: 2 cells in place of 8";
        assert!(error.to_string().starts_with(expected), "{error}");
        let cases = [
            ("represser", "IPTG=hill:1:1:1", "1", "did you mean `repressor`?"),
            ("repressor", "IPTG=hil:1:1:1", "1", "did you mean `hill`?"),
            ("repressor", "IPTG=hill:1:1", "1", "is to be written hill:KD[uM]:N:ACCUMULATION"),
            ("repressor", "IPTG", "1", "is to be written SUBSTANCE=LAW:NUMBERS"),
            ("repressor", "IPTG=hill:1:x:1", "1", "`x` is no number"),
            ("repressor", "IPTG=hill:1:1:1", "inf", "`inf` is no number"),
            ("activator", "cAMP=cline:1.8:18:50:52", "1", "must be above 0 and up to 1"),
            ("activator", "cAMP=cline:0.8:60:50:52", "1", "must be above 1 and up to the fold"),
            ("looping:lacI:11", "IPTG=hill:1:1:1", "10", "looping:GENE:TETRAMERS"),
            ("looping:lacI:11:-15.3:-13.9:4.6e6", "IPTG=hill:1:1:1", "3", "leaves no loop"),
        ];
        for (kind, effectors, fold, expected) in cases {
            let found = fault(kind, effectors, fold);
            assert!(found.contains(expected), "{found}");
        }
        let two =
            "h\na\tx\tR\trepressor\tc=hill:1:1:1\t1\t\ts\na\ty\tS\trepressor\tc=hill:1:1:1\t1\t\ts";
        assert!(parse(two).unwrap_err().to_string().contains("line 3"), "other genes");
    }
}
