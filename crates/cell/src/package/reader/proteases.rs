//! Proteases that proteins share.

use super::{Known, MOST_LINKS, Table, name_of, needed, tables, texts};
use crate::package::model::Protease;
use bioxen_base::problem::Problems;

const KEYS: [&str; 5] = ["name", "molecules", "kcat_per_min", "km", "substrates"];

/// The proteases. Genes that are not of this package may be those of another, or of the genome.
pub(super) fn proteases(found: &mut Problems, map: &Table, known: &Known<'_>) -> Vec<Protease> {
    let mut all: Vec<Protease> = Vec::new();
    for (path, table) in tables(found, map, "protease") {
        let Some(protease) = protease(found, table, &path, known) else { continue };
        if all.iter().any(|other| other.name == protease.name) {
            let what = format!("is `{}`, as of another protease", protease.name);
            found.add(&format!("{path}name"), &what);
        }
        all.push(protease);
    }
    if all.len() > MOST_LINKS {
        found.add("protease", &format!("there are more than {MOST_LINKS} proteases"));
    }
    all
}

fn protease(
    found: &mut Problems,
    table: &Table,
    path: &str,
    known: &Known<'_>,
) -> Option<Protease> {
    found.keys(table, path, &KEYS);
    let name = name_of(found, table, path, "name");
    for key in ["molecules", "kcat_per_min", "km"] {
        needed(found, table, path, key);
    }
    let some = |x: f64| (0.0..=1e6).contains(&x);
    let molecules = found.number(table, path, "molecules", "from 0 to a million", some);
    let kcat_per_min = found.number(table, path, "kcat_per_min", "from 0 to a million", some);
    // So small that nothing divides by zero where nothing waits.
    let measurable = |x: f64| (1e-6..=1e6).contains(&x);
    let km = found.number(table, path, "km", "from 0.000001 to a million", measurable);
    let substrates = texts(found, table, path, "substrates", true);
    if table.get("substrates").and_then(|given| given.as_array()).is_some_and(Vec::is_empty) {
        found.add(&format!("{path}substrates"), "has no gene");
    }
    for (i, name) in substrates.iter().enumerate() {
        let path = format!("{path}substrates[{i}]");
        if substrates[..i].contains(name) {
            found.add(&path, &format!("is `{name}`, which stands in this list already"));
        }
        if known.gene(name).is_some_and(|gene| gene.is_rna) {
            found.add(&path, &format!("is `{name}`, which makes an RNA and no protein"));
        }
    }
    Some(Protease {
        name: name?,
        molecules: molecules?,
        kcat_per_min: kcat_per_min?,
        km: km?,
        substrates,
    })
}
