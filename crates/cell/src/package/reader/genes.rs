//! Genes and operons of a package.

use serde_json::Value;

use super::{Table, name_of, needed, positive, tables, text_of, texts, whole};
use crate::package::model::{Operon, PackagedGene, Promoter, Translation};
use bioxen_base::nearest::{hint, nearest};
use bioxen_base::problem::Problems;
use bioxen_genome::HalfLives;

/// The longest protein that is read [aa]; the longest known has 36 000.
const LONGEST_PROTEIN: u32 = 40_000;
/// The longest stretch of DNA that is read [nt].
const LONGEST_DNA: u32 = 1_000_000;

/// The numbers of a gene.
pub(super) const NUMBERS: [&str; 7] = [
    "length_aa",
    "length_nt",
    "mrna_half_life_min",
    "rna_half_life_min",
    "protein_half_life_min",
    "translation_efficiency",
    "proteins_per_mrna",
];
/// The kinds of genes.
const KINDS: [&str; 2] = ["protein", "RNA"];
/// Keys of genes that code for a protein.
const OF_PROTEINS: [&str; 5] = [
    "length_aa",
    "mrna_half_life_min",
    "protein_half_life_min",
    "translation_efficiency",
    "proteins_per_mrna",
];
const OPERON_KEYS: [&str; 4] = ["name", "promoter", "genes", "length_nt"];

/// The genes, each with its path.
pub(super) fn genes(found: &mut Problems, map: &Table) -> Vec<(String, PackagedGene)> {
    let mut all: Vec<(String, PackagedGene)> = Vec::new();
    for (path, table) in tables(found, map, "gene") {
        let gene = gene(found, table, &path);
        if all.iter().any(|(_, other)| !gene.name.is_empty() && other.name == gene.name) {
            found.add(&format!("{path}name"), &format!("is `{}`, as of another gene", gene.name));
        }
        all.push((path, gene));
    }
    all
}

fn gene(found: &mut Problems, table: &Table, path: &str) -> PackagedGene {
    let keys = [&["name", "kind", "product"], &NUMBERS[..], &["functional_class"]].concat();
    found.keys(table, path, &keys);
    let kind = table.get("kind");
    let meant = kind.and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("RNA"));
    if let Some(kind) = kind {
        found.one_of(&format!("{path}kind"), kind, &KINDS);
    }
    // What `rna` means is clear; only that it is wrong is told.
    if meant {
        return rna(found, table, path);
    }
    if table.contains_key("rna_half_life_min") {
        found.add(&format!("{path}rna_half_life_min"), "is for genes of the kind RNA");
    }
    needed(found, table, path, "length_aa");
    let length_aa = whole(found, table, path, "length_aa", 1..=LONGEST_PROTEIN).unwrap_or(1);
    let length_nt = whole(found, table, path, "length_nt", 1..=LONGEST_DNA);
    if length_nt.is_some_and(|nt| nt < 3 * length_aa) {
        let what = format!("is less than three bases for each of its {length_aa} amino acids");
        found.add(&format!("{path}length_nt"), &what);
    }
    let efficiency = positive(found, table, path, "translation_efficiency");
    let per_mrna = positive(found, table, path, "proteins_per_mrna");
    if efficiency.is_some() && per_mrna.is_some() {
        let what = "and translation_efficiency exclude each other: give one of them";
        found.add(&format!("{path}proteins_per_mrna"), what);
    }
    PackagedGene {
        name: name_of(found, table, path, "name").unwrap_or_default(),
        is_rna: false,
        product: text_of(found, table, path, "product", false).unwrap_or_default(),
        length_aa,
        length_nt: length_nt.unwrap_or(3 * (length_aa + 1)),
        half_lives: HalfLives {
            mrna_min: positive(found, table, path, "mrna_half_life_min"),
            protein_min: positive(found, table, path, "protein_half_life_min"),
        },
        translation: match per_mrna {
            Some(proteins) => Translation::ProteinsPerMrna(proteins),
            None => Translation::Efficiency(efficiency.unwrap_or(1.0)),
        },
        functional_class: text_of(found, table, path, "functional_class", false),
    }
}

/// A gene whose RNA acts by itself.
fn rna(found: &mut Problems, table: &Table, path: &str) -> PackagedGene {
    for key in OF_PROTEINS {
        if table.contains_key(key) {
            found.add(
                &format!("{path}{key}"),
                "is for genes of proteins, and this one is of the kind RNA",
            );
        }
    }
    needed(found, table, path, "length_nt");
    needed(found, table, path, "rna_half_life_min");
    PackagedGene {
        name: name_of(found, table, path, "name").unwrap_or_default(),
        is_rna: true,
        product: text_of(found, table, path, "product", false).unwrap_or_default(),
        length_aa: 0,
        length_nt: whole(found, table, path, "length_nt", 1..=LONGEST_DNA).unwrap_or(1),
        half_lives: HalfLives {
            mrna_min: positive(found, table, path, "rna_half_life_min"),
            protein_min: None,
        },
        translation: Translation::Efficiency(1.0),
        functional_class: text_of(found, table, path, "functional_class", false),
    }
}

/// The operons, in which each gene stands once.
pub(super) fn operons(
    found: &mut Problems,
    map: &Table,
    genes: &[(String, PackagedGene)],
    promoters: &[Promoter],
) -> Vec<Operon> {
    let mut taken = vec![false; genes.len()];
    let mut all: Vec<Operon> = Vec::new();
    for (path, table) in tables(found, map, "operon") {
        found.keys(table, &path, &OPERON_KEYS);
        let name = name_of(found, table, &path, "name").unwrap_or_default();
        if all.iter().any(|other| !name.is_empty() && other.name == name) {
            found.add(&format!("{path}name"), &format!("is `{name}`, as of another operon"));
        }
        let promoter = needed(found, table, &path, "promoter").and_then(Value::as_str);
        let names = promoters.iter().map(|p| p.name.as_str());
        let at = promoter.and_then(|p| names.clone().position(|name| name == p));
        if let Some(given) = promoter.filter(|_| at.is_none()) {
            let near = hint(nearest(given, names));
            let what = format!("is `{given}`, and there is no such promoter{near}");
            found.add(&format!("{path}promoter"), &what);
        }
        let mut members = Vec::new();
        let given = texts(found, table, &path, "genes", true);
        if given.is_empty() {
            found.add(&format!("{path}genes"), "has no gene");
        }
        for (i, given) in given.iter().enumerate() {
            let path = format!("{path}genes[{i}]");
            let names = genes.iter().map(|(_, gene)| gene.name.as_str());
            match names.clone().position(|name| name == given) {
                Some(gene) if taken[gene] => {
                    found.add(&path, &format!("is `{given}`, which stands in an operon already"));
                }
                Some(gene) => {
                    taken[gene] = true;
                    members.push(gene);
                }
                None => {
                    let near = hint(nearest(given, names));
                    found.add(&path, &format!("is `{given}`, and there is no such gene{near}"));
                }
            }
        }
        if members.len() > 1 && members.iter().any(|&i| genes[i].1.is_rna) {
            let what = "has a gene of the kind RNA, which must stand alone in its operon: how a longer \
                        transcript is cut is not simulated";
            found.add(&format!("{path}genes"), what);
        }
        let own: u32 = members.iter().map(|&i| genes[i].1.length_nt).fold(0, u32::saturating_add);
        let length = whole(found, table, &path, "length_nt", 1..=LONGEST_DNA);
        if length.is_some_and(|length| length < own) {
            let what = format!("is less than the {own} nt of its genes");
            found.add(&format!("{path}length_nt"), &what);
        }
        let length_nt = length.unwrap_or(own);
        all.push(Operon { name, promoter: at.unwrap_or(0), genes: members, length_nt });
    }
    for ((path, gene), taken) in genes.iter().zip(&taken) {
        if !taken {
            let what =
                format!("`{}` stands in no operon, so that nothing transcribes it", gene.name);
            found.add(path.trim_end_matches('.'), &what);
        }
    }
    all
}
