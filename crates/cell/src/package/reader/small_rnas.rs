//! RNAs that pair with transcripts.

use super::{Known, MOST_LINKS, Table, needed, tables, text_of};
use crate::package::model::SmallRna;
use bioxen_base::problem::Problems;

const KEYS: [&str; 3] = ["rna", "gene", "rate"];

/// The small RNAs. Genes of other packages may be part of them if there are any; their targets may be of the genome.
pub(super) fn small_rnas(found: &mut Problems, map: &Table, known: &Known<'_>) -> Vec<SmallRna> {
    let mut all: Vec<SmallRna> = Vec::new();
    for (path, table) in tables(found, map, "small_rna") {
        let Some(pair) = small_rna(found, table, &path, known) else { continue };
        if all.iter().any(|other| other.rna == pair.rna && other.gene == pair.gene) {
            let what = format!("pairs `{}` with `{}` once more", pair.rna, pair.gene);
            found.add(path.trim_end_matches('.'), &what);
        }
        all.push(pair);
    }
    if all.len() > MOST_LINKS {
        found.add("small_rna", &format!("there are more than {MOST_LINKS} pairs"));
    }
    all
}

fn small_rna(
    found: &mut Problems,
    table: &Table,
    path: &str,
    known: &Known<'_>,
) -> Option<SmallRna> {
    found.keys(table, path, &KEYS);
    for key in KEYS {
        needed(found, table, path, key);
    }
    let rna = text_of(found, table, path, "rna", false);
    let target = text_of(found, table, path, "gene", false);
    let some = |x: f64| (0.0..=1e6).contains(&x);
    let rate = found.number(table, path, "rate", "from 0 to a million", some);
    if let Some(name) = &rna {
        match known.gene(name) {
            Some(gene) if !gene.is_rna => {
                let what = format!(
                    "is `{name}`, which makes a protein; a small RNA is a gene of the kind RNA"
                );
                found.add(&format!("{path}rna"), &what);
            }
            None if !known.depends => {
                let near = known.near(name, true);
                let what =
                    format!("is `{name}`, and this package has no such gene of the kind RNA{near}");
                found.add(&format!("{path}rna"), &what);
            }
            _ => {}
        }
    }
    if let Some(name) =
        target.as_deref().filter(|name| known.gene(name).is_some_and(|gene| gene.is_rna))
    {
        let what = format!("is `{name}`, which has no mRNA to pair with: it is of the kind RNA");
        found.add(&format!("{path}gene"), &what);
    }
    Some(SmallRna { rna: rna?, gene: target?, rate_per_min: rate? })
}
