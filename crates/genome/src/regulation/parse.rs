//! Reads a table of regulation.

use thiserror::Error;

use super::{RegulatedOperon, Regulator, RegulatorKind, Response};

/// What is wrong with a table of regulation.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("line {line} of the table of regulation: {what}")]
pub struct RegulationError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

const COLUMNS: usize = 9;

pub(super) fn parse(text: &str) -> Result<Vec<RegulatedOperon>, RegulationError> {
    let mut operons: Vec<RegulatedOperon> = Vec::new();
    let rows = text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')).skip(1);
    for (at, line) in rows {
        let wrong = |what: String| RegulationError { line: at + 1, what };
        let cells: Vec<&str> = line.split('\t').collect();
        let &[name, genes, regulator, kind, effectors, log2_fold, by_gene, reference, basis] =
            cells.as_slice()
        else {
            return Err(wrong(format!("{} cells in place of {COLUMNS}", cells.len())));
        };
        let number = |text: &str| {
            let value = text.parse::<f64>().ok().filter(|x| x.is_finite());
            value.ok_or_else(|| wrong(format!("`{text}` is no number")))
        };
        let kind = match kind {
            "repressor" => RegulatorKind::Repressor,
            "corepressor" => RegulatorKind::Corepressor,
            "activator" => RegulatorKind::Activator,
            "attenuator" => RegulatorKind::Attenuator,
            other => return Err(wrong(format!("`{other}` is no kind of regulator"))),
        };
        let regulator = Regulator {
            name: regulator.to_owned(),
            kind,
            effectors: effectors
                .split(';')
                .map(|e| effector(e).ok_or_else(|| wrong(format!("`{e}` is no effector"))))
                .collect::<Result<_, _>>()?,
            log2_fold: number(log2_fold)?,
            by_gene: by_gene
                .split(',')
                .filter(|cell| !cell.is_empty())
                .map(|cell| {
                    let pair = cell.split_once(':');
                    let (gene, log2) =
                        pair.ok_or_else(|| wrong(format!("`{cell}` is not gene:number")))?;
                    Ok((gene.to_owned(), number(log2)?))
                })
                .collect::<Result<_, _>>()?,
            basis: basis.to_owned(),
        };
        let reference = if reference.is_empty() { None } else { Some(number(reference)?) };
        match operons.iter_mut().find(|operon| operon.name == name) {
            Some(operon) => {
                operon.reference = operon.reference.or(reference);
                operon.regulators.push(regulator);
            }
            None => operons.push(RegulatedOperon {
                name: name.to_owned(),
                genes: genes.split(',').map(str::to_owned).collect(),
                reference,
                regulators: vec![regulator],
            }),
        }
    }
    Ok(operons)
}

fn effector(text: &str) -> Option<(String, Response)> {
    let (name, law) = text.split_once('=')?;
    let (law, numbers) = law.split_once(':')?;
    let numbers: Vec<f64> = numbers.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let response = match (law, numbers.as_slice()) {
        ("hill", &[kd_um, n, accumulation]) => Response::Hill { kd_um, n, accumulation },
        ("mwc", &[active_um, inactive_um, energy_kt, n]) => {
            Response::TwoStates { active_um, inactive_um, energy_kt, n }
        }
        ("crp", &[glucose_um, kd_um]) => Response::CatabolitePressure { glucose_um, kd_um },
        _ => return None,
    };
    Some((name.to_owned(), response))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let error = parse("#x\nhead\nlac\tlacZ\n").unwrap_err();
        assert_eq!(error.to_string(), "line 3 of the table of regulation: 2 cells in place of 9");
        let row = "lac\tlacZ\tLacI\tgenie\tIPTG=hill:1:1:1\t10\t\t\tx";
        assert!(parse(&format!("head\n{row}")).unwrap_err().what.contains("genie"));
    }
}
