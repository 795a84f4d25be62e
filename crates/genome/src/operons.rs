//! Which genes are transcribed together, in what order, and how long that transcript is.

use std::collections::BTreeMap;

use super::gene::{Gene, Strand};
use super::metadata::{Metadata, Topology};

/// Genes transcribed from one promoter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    /// Their indices, in the order of transcription.
    pub(super) genes: Vec<usize>,
    /// From the first base of the first to the last of the last [nt].
    pub(super) length: u32,
}

/// The operons, in order of their names.
pub(super) fn operons(metadata: &Metadata, genes: &[Gene]) -> Vec<(String, Unit)> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, gene) in genes.iter().enumerate() {
        if let Some(operon) = &gene.operon {
            members.entry(operon).or_default().push(index);
        }
    }
    let unit = |(name, members): (&str, _)| (name.to_owned(), unit(metadata, genes, members));
    members.into_iter().map(unit).collect()
}

/// Brings the genes of an operon in order. On a circular genome an operon may cross the origin:
/// it is taken to begin behind the widest stretch that none of its genes touches.
pub(super) fn unit(metadata: &Metadata, genes: &[Gene], mut members: Vec<usize>) -> Unit {
    let round = u64::from(metadata.length_nt);
    let from = |index: usize| u64::from(genes[index].place.start) - 1;
    let to = |index: usize| from(index) + u64::from(genes[index].place.length_nt);
    members.sort_by_key(|&index| (from(index), to(index), index));
    let last = members.iter().map(|&index| to(index)).max().unwrap_or(0);
    let first = members.first().map_or(0, |&index| from(index));
    let (mut origin, mut length) = (first, last - first);
    if metadata.topology == Topology::Circular {
        let mut reach = last.saturating_sub(round);
        let mut widest = (first + round).saturating_sub(last);
        length = round - widest;
        for &index in &members {
            let gap = from(index).saturating_sub(reach);
            // The stretch before the first gene goes on before the origin: counted above.
            if gap > widest && index != members[0] {
                (widest, origin, length) = (gap, from(index), round - gap);
            }
            reach = reach.max(to(index));
        }
    }
    let along = |position: u64| (position + round - origin) % round.max(1);
    let forward = members.first().is_none_or(|&index| genes[index].place.strand == Strand::Forward);
    members.sort_by_key(|&index| (along(from(index)), index));
    if !forward {
        let end = |index: usize| along(from(index)) + u64::from(genes[index].place.length_nt);
        members.sort_by_key(|&index| (std::cmp::Reverse(end(index)), index));
    }
    Unit { genes: members, length: u32::try_from(length).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use super::super::gene::Place;
    use super::super::metadata::{Landmarks, Statements};
    use super::*;

    /// A genome of 1000 bp whose genes lie at the given places, all in one operon.
    fn unit_of(topology: Topology, strand: Strand, places: &[(u32, u32)]) -> Unit {
        let metadata = Metadata {
            organism: String::new(),
            accession: String::new(),
            length_nt: 1000,
            topology,
            translation_table: 11,
            statements: Statements::default(),
            replication: Landmarks::default(),
            extra: vec![],
        };
        let gene = |&(start, end): &(u32, u32)| {
            let length = if start <= end { end - start + 1 } else { 1000 - start + 1 + end };
            let mut gene = Gene::at(Place { start, end, strand, length_nt: length });
            gene.operon = Some("o".into());
            gene
        };
        let genes: Vec<Gene> = places.iter().map(gene).collect();
        operons(&metadata, &genes).remove(0).1
    }

    /// The unit of genes on a circle, which is the same from the other strand with its genes in reverse.
    fn both_ways(places: &[(u32, u32)], mut genes: [usize; 3], length: u32) -> Unit {
        let forward = unit_of(Topology::Circular, Strand::Forward, places);
        assert_eq!(forward, Unit { genes: genes.to_vec(), length });
        genes.reverse();
        let reverse = unit_of(Topology::Circular, Strand::Reverse, places);
        assert_eq!(reverse, Unit { genes: genes.to_vec(), length });
        forward
    }

    #[test]
    fn a_unit_runs_from_its_first_to_its_last_base() {
        let places = [(101, 200), (301, 400), (211, 290)];
        let forward = both_ways(&places, [0, 2, 1], 300);
        let linear = unit_of(Topology::Linear, Strand::Forward, &places);
        assert_eq!(linear, forward);
    }

    #[test]
    fn a_unit_may_cross_the_origin() {
        // 901..1000, 951..50 (crossing), 61..100: 200 bp from 901 round to 100.
        let places = [(61, 100), (901, 1000), (951, 50)];
        both_ways(&places, [1, 2, 0], 200);
        // Without a crossing gene: 991..1000 and 1..10.
        let unit = unit_of(Topology::Circular, Strand::Forward, &[(1, 10), (991, 1000)]);
        assert_eq!(unit, Unit { genes: vec![1, 0], length: 20 });
        let unit = unit_of(Topology::Linear, Strand::Forward, &[(1, 10), (991, 1000)]);
        assert_eq!(unit, Unit { genes: vec![0, 1], length: 1000 });
    }

    #[test]
    fn one_gene_is_as_long_as_itself() {
        let unit = unit_of(Topology::Circular, Strand::Reverse, &[(901, 100)]);
        assert_eq!(unit, Unit { genes: vec![0], length: 200 });
        let unit = unit_of(Topology::Circular, Strand::Forward, &[(1, 1000), (5, 10)]);
        assert_eq!(unit, Unit { genes: vec![0, 1], length: 1000 });
    }
}
