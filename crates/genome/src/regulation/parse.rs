//! Reads a table of regulation.

mod fault;

use std::ops::RangeInclusive;

use bioxen_base::nearest::nearest;

pub use fault::{RegulationError, RegulationFault};

use super::{
    CataboliteLine, Loops, RegulatedOperon, Regulator, RegulatorKind, Response, TwoStates,
};

const HEADER: [&str; 8] =
    ["operon", "genes", "regulator", "kind", "effectors", "log2_fold", "by_gene", "basis"];

/// The largest binary logarithm of a fold: a promoter that is shut more is shut.
const MOST_LOG2: f64 = 40.0;
/// The most sites that bind together.
const MOST_SITES: f64 = 20.0;

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
    let wrong = |line, fault| RegulationError { table: "regulation", line, fault };
    frame(text).map_err(|(line, fault)| wrong(line, fault))?;
    for (line, cells) in rows(text) {
        let wrong = |fault| wrong(line, fault);
        let (name, genes, regulator) = row(&cells).map_err(wrong)?;
        let shared = operons.iter().filter(|other| other.name != name).find_map(|other| {
            let gene = genes.iter().find(|gene| other.genes.contains(gene))?;
            Some((gene.clone(), other.name.clone()))
        });
        if let Some((gene, first)) = shared {
            return Err(wrong(RegulationFault::TwoOperons { gene, first, second: name }));
        }
        match operons.iter_mut().find(|operon| operon.name == name) {
            Some(operon) if operon.genes == genes => operon.regulators.push(regulator),
            Some(_) => return Err(wrong(RegulationFault::OtherGenes { operon: name })),
            None => operons.push(RegulatedOperon { name, genes, regulators: vec![regulator] }),
        }
    }
    Ok(operons)
}

/// Looks at what is around the rows: the line of columns, and where they stand the version and the number of rows.
fn frame(text: &str) -> Result<(), (usize, RegulationFault)> {
    let mut columns = None;
    let mut count = 0;
    for (at, line) in text.lines().enumerate() {
        let at = at + 1;
        if let Some(given) = line.strip_prefix("#bioxen-regulation") {
            if !matches!(given.trim(), "1" | "2") {
                return Err((at, RegulationFault::Version { given: given.trim().to_owned() }));
            }
        } else if let Some(given) = line.strip_prefix("#end") {
            if given.trim().parse() != Ok(count) {
                let given = given.trim().to_owned();
                return Err((at, RegulationFault::End { given, rows: count }));
            }
        } else if line.starts_with('#') {
        } else if columns.is_none() {
            if !line.split('\t').eq(HEADER) {
                return Err((at, RegulationFault::Header));
            }
            columns = Some(at);
        } else {
            count += 1;
        }
    }
    let last = text.lines().count().max(1);
    match columns {
        None => Err((last, RegulationFault::Header)),
        Some(_) if count == 0 => Err((last, RegulationFault::NoRows)),
        Some(_) => Ok(()),
    }
}

/// The rows of a table behind its line of columns, with their numbers.
pub(super) fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let rows = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')).skip(1);
    rows.map(|(at, line)| (at + 1, line.split('\t').collect()))
}

fn row(cells: &[&str]) -> Result<(String, Vec<String>, Regulator), RegulationFault> {
    let &[name, genes, regulator, kind, effectors, log2_fold, by_gene, basis] = cells else {
        return Err(RegulationFault::Cells { given: cells.len(), expected: HEADER.len() });
    };
    let named = [("operon", name), ("genes", genes), ("regulator", regulator)];
    if let Some((what, _)) = named.into_iter().find(|(_, cell)| cell.trim().is_empty()) {
        return Err(RegulationFault::Empty { what });
    }
    let genes: Vec<String> = genes.split(',').map(str::to_owned).collect();
    once("gene", genes.iter().map(String::as_str))?;
    let fold = log2(log2_fold)?;
    let (kind, gene) = regulator_kind(kind, fold)?;
    let own = |cell: &str| {
        let form = "GENE:LOG2_FOLD";
        let fault = || RegulationFault::Form { given: cell.to_owned(), form };
        let (gene, fold) = cell.split_once(':').ok_or_else(fault)?;
        if !genes.iter().any(|other| other == gene) {
            let (gene, operon) = (gene.to_owned(), name.to_owned());
            return Err(RegulationFault::OtherGene { gene, operon });
        }
        Ok((gene.to_owned(), log2(fold)?))
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
    once("effector", regulator.effectors.iter().map(|(name, _)| name.as_str()))?;
    once("gene of `by_gene`", regulator.by_gene.iter().map(|(gene, _)| gene.as_str()))?;
    Ok((name.to_owned(), genes, regulator))
}

/// Refuses what stands twice, and what has no name.
fn once<'a>(
    what: &'static str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), RegulationFault> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if name.trim().is_empty() {
            return Err(RegulationFault::Empty { what });
        }
        if seen.contains(&name) {
            return Err(RegulationFault::Twice { what, given: name.to_owned() });
        }
        seen.push(name);
    }
    Ok(())
}

/// The binary logarithm of a fold. What a regulator does is its kind; the fold says how much of it.
fn log2(text: &str) -> Result<f64, RegulationFault> {
    within("the binary logarithm of a fold", number(text)?, 0.0..=MOST_LOG2, "from 0 to 40")
}

fn within(
    what: &'static str,
    given: f64,
    range: RangeInclusive<f64>,
    told: &'static str,
) -> Result<f64, RegulationFault> {
    if range.contains(&given) {
        return Ok(given);
    }
    Err(RegulationFault::Range { what, given: given.to_string(), range: told })
}

/// A concentration at which half is bound [uM].
fn half(what: &'static str, given: f64) -> Result<f64, RegulationFault> {
    within(what, given, 1e-9..=1e9, "from 1e-9 to 1e9 uM")
}

/// How many sites bind together.
fn sites(given: f64) -> Result<f64, RegulationFault> {
    within("the number of sites", given, 0.1..=MOST_SITES, "from 0.1 to 20")
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
        (0, &[kd_um, n, accumulation]) => Response::Hill {
            kd_um: half("Kd", kd_um)?,
            n: sites(n)?,
            accumulation: within("the accumulation", accumulation, 1e-6..=1e6, "from 1e-6 to 1e6")?,
        },
        (1, &[active_um, inactive_um, energy_kt, n]) => Response::TwoStates(TwoStates {
            active_um: half("Kd of the active state", active_um)?,
            inactive_um: half("Kd of the inactive state", inactive_um)?,
            energy_kt: within("the energy", energy_kt, -50.0..=50.0, "from -50 to 50 kT")?,
            n: sites(n)?,
        }),
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
            let kd_um = half("Kd", kd_um)?;
            Response::CataboliteLine(CataboliteLine { lost, limit, fold, kd_um })
        }
        _ => return Err(RegulationFault::Form { given: text.to_owned(), form: LAWS[at] }),
    };
    Ok((name.to_owned(), response))
}

#[cfg(test)]
mod tests;
