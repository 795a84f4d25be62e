//! Which features describe one gene.

use std::collections::HashMap;

use super::super::gene::Strand;
use super::feature::Feature;
use super::names::label;

/// The features of one gene.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) features: Vec<&'a Feature>,
    /// What features of the same place call it that have another name.
    pub(super) others: Vec<String>,
}

/// Where a feature lies: its first and last base along the strand of the chromosome.
type Site = (u64, u64, Option<Strand>);

/// Puts the features of each gene together, in the order of the file.
pub(super) fn gather(features: &[Feature]) -> Vec<Group<'_>> {
    let mut groups: Vec<Vec<&Feature>> = Vec::new();
    let mut last: HashMap<&str, usize> = HashMap::new();
    for feature in features.iter().filter(|feature| feature.gene_kind().is_some()) {
        // A name may come back elsewhere on the chromosome: that is another gene.
        let known = last.get(feature.group.as_str()).copied();
        let same = known.filter(|&index| {
            !feature.group.is_empty()
                && groups[index].last().is_some_and(|other| other.overlaps(feature))
        });
        match same {
            Some(index) => groups[index].push(feature),
            None => {
                last.insert(&feature.group, groups.len());
                groups.push(vec![feature]);
            }
        }
    }
    unite(groups)
}

/// Adds features that say only that there is a gene to what it makes, where that lies at the very
/// same place under another name.
fn unite(groups: Vec<Vec<&Feature>>) -> Vec<Group<'_>> {
    let mut makes: HashMap<Site, usize> = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        for feature in group.iter().filter(|feature| !feature.is_bare()) {
            site(feature).map(|site| makes.entry(site).or_insert(index));
        }
    }
    let mut bare: HashMap<usize, Vec<&Feature>> = HashMap::new();
    let mut united = Vec::new();
    for (index, group) in groups.into_iter().enumerate() {
        let site = group.first().and_then(|feature| site(feature));
        let at = site.and_then(|site| makes.get(&site)).copied();
        match at.filter(|_| group.iter().all(|feature| feature.is_bare())) {
            Some(at) => bare.entry(at).or_default().extend(group),
            None => united.push((index, Group { features: group, others: Vec::new() })),
        }
    }
    for (index, group) in &mut united {
        for feature in bare.remove(index).unwrap_or_default() {
            let other = label(&[feature]);
            let named = feature.has_name() && label(&group.features) != other;
            if named && !group.others.contains(&other) {
                group.others.push(other);
            }
            group.features.push(feature);
        }
    }
    united.into_iter().map(|(_, group)| group).collect()
}

fn site(feature: &Feature) -> Option<Site> {
    let (first, last) = feature.parts.first().zip(feature.parts.last())?;
    feature.unplaced.is_none().then_some((first.0, last.1, feature.strand))
}
