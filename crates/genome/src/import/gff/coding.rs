//! Joins the rows of one coding sequence that have no common ID.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::super::gene::Strand;
use super::Row;

/// How many bases two stretches of one coding sequence share at most: where a ribosome slips back.
const SLIPPED: u64 = 2;

/// Joins coding rows of one parent, sequence and strand that share no ID with others, as SGD and
/// Phytozome write them. Those that lie over each other, or that are called otherwise, are coding
/// sequences of their own.
pub(super) fn join(rows: Vec<Row>) -> Vec<Row> {
    let mut keys: HashMap<&str, &str> = HashMap::new();
    for row in &rows {
        if let Some(id) = &row.id {
            keys.entry(id).or_insert(&row.feature.key);
        }
    }
    let mut found: BTreeMap<(&str, &str, bool), Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let feature = &row.feature;
        if !feature.key.eq_ignore_ascii_case("CDS") || feature.parts.len() > 1 {
            continue;
        }
        let Some(strand) = feature.strand else { continue };
        for parent in parents(row, &keys) {
            let key = (row.sequence.as_str(), parent, strand == Strand::Reverse);
            found.entry(key).or_default().push(index);
        }
    }
    // What is joined stands in the place of the first of its rows.
    let mut joined: HashMap<usize, Vec<Row>> = HashMap::new();
    let (mut gone, mut made) = (vec![false; rows.len()], HashSet::new());
    for (key, members) in &found {
        let parts: Vec<&Row> = members.iter().map(|&index| &rows[index]).collect();
        if parts.len() > 1 && apart(&parts) && alike(&parts) {
            members.iter().for_each(|&index| gone[index] = true);
            joined.entry(members[0]).or_default().push(one(&parts, key.1));
            made.insert(*key);
        }
    }
    // A stretch of several transcripts may be joined in one of them and not in another.
    for ((_, parent, _), members) in found.iter().filter(|(key, _)| !made.contains(*key)) {
        for &index in members.iter().filter(|&&index| gone[index]) {
            joined.entry(index).or_default().push(one(&[&rows[index]], parent));
        }
    }
    let mut all = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        all.extend(joined.remove(&index).unwrap_or_default());
        if !gone[index] {
            all.push(row.clone());
        }
    }
    all
}

/// The parents of a coding row that may be what it is translated from; the first where none of them
/// has a row.
fn parents<'a>(row: &'a Row, keys: &HashMap<&str, &str>) -> Vec<&'a str> {
    let key = |parent: &&String| keys.get(parent.as_str());
    let makes = |key: &str| {
        let key = key.to_ascii_lowercase();
        key.contains("gene") || key.contains("transcript") || key.ends_with("rna")
    };
    let mut known: Vec<&str> = Vec::new();
    for parent in row.parents.iter().filter(|parent| key(parent).is_some_and(|key| makes(key))) {
        if !known.contains(&parent.as_str()) {
            known.push(parent);
        }
    }
    if known.is_empty() && row.parents.iter().all(|parent| key(&parent).is_none()) {
        known.extend(row.parents.first().map(String::as_str));
    }
    known
}

/// Whether stretches do not lie over each other.
fn apart(rows: &[&Row]) -> bool {
    let mut parts: Vec<(u64, u64)> =
        rows.iter().flat_map(|row| row.feature.parts.clone()).collect();
    parts.sort_unstable();
    parts.windows(2).all(|pair| pair[0].1 < pair[1].0 + SLIPPED)
}

/// Whether no two rows are called otherwise.
fn alike(rows: &[&Row]) -> bool {
    let names: [fn(&Row) -> Option<&String>; 4] = [
        |row| row.feature.locus_tag.as_ref(),
        |row| row.feature.symbol.as_ref(),
        |row| row.feature.label.as_ref(),
        |row| row.feature.product.as_ref(),
    ];
    names.iter().all(|name| {
        let mut stated = rows.iter().filter_map(|row| name(row));
        stated.next().is_none_or(|first| stated.all(|other| other == first))
    })
}

/// One row of several.
fn one(rows: &[&Row], parent: &str) -> Row {
    let mut whole = rows[0].clone();
    whole.parents = vec![parent.to_owned()];
    for row in &rows[1..] {
        let (into, from) = (&mut whole.feature, &row.feature);
        into.parts.extend(&from.parts);
        into.phases.extend(&from.phases);
        into.open_end |= from.open_end;
        into.pseudo |= from.pseudo;
        into.table = into.table.or(from.table);
        for (name, other) in [
            (&mut into.locus_tag, &from.locus_tag),
            (&mut into.symbol, &from.symbol),
            (&mut into.label, &from.label),
            (&mut into.product, &from.product),
            (&mut into.identifier, &from.identifier),
        ] {
            if name.is_none() {
                name.clone_from(other);
            }
        }
    }
    // The IDs are those of stretches.
    whole.feature.identifier.get_or_insert_with(|| parent.to_owned());
    whole
}
