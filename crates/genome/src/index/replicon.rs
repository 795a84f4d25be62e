//! A genome with further replicons beside its chromosome.

use super::{Gene, Genome, lookup};
use crate::operons::{Unit, operons};

impl Genome {
    /// The same genome with the genes of a further replicon behind its own, whose places in
    /// [`Genome::genes`] stay. A symbol that leads to a gene already stays with that gene; the new
    /// one is known by its locus tag, which gets the replicon's name before it where it is taken.
    /// Nothing if that is taken, too.
    pub fn with_replicon(&self, replicon: &Self) -> Option<Self> {
        let mut whole = self.clone();
        let first = whole.genes.len();
        for gene in &replicon.genes {
            let mut gene = gene.clone();
            if self.exact.contains_key(&gene.locus_tag) {
                let own = format!("{}_", replicon.name);
                if gene.locus_tag.starts_with(&own) {
                    return None;
                }
                gene.locus_tag = format!("{own}{}", gene.locus_tag);
                let same = |other: &Gene| other.locus_tag == gene.locus_tag;
                if self.exact.contains_key(&gene.locus_tag) || replicon.genes.iter().any(same) {
                    return None;
                }
            }
            gene.names.symbol = gene.names.symbol.filter(|symbol| !self.exact.contains_key(symbol));
            gene.names.synonyms.retain(|name| !self.exact.contains_key(name));
            gene.operon = gene.operon.map(|name| format!("{}_{name}", replicon.name));
            gene.extra = Vec::new();
            whole.genes.push(gene);
        }
        whole.exact = lookup(&whole.genes, str::to_owned);
        for (index, gene) in whole.genes.iter_mut().enumerate() {
            let found = gene.names.symbol.as_deref().and_then(|symbol| whole.exact.get(symbol));
            gene.names.symbol_is_unique = found.is_some_and(|found| found.gene == Some(index));
        }
        for (name, unit) in operons(&replicon.metadata, &replicon.genes) {
            let genes: Vec<usize> = unit.genes.iter().map(|&index| first + index).collect();
            let name = format!("{}_{name}", replicon.name);
            whole.operons.push((name, Unit { genes, length: unit.length }));
        }
        whole.unit_of = vec![None; whole.genes.len()];
        for (place, (_, unit)) in whole.operons.iter().enumerate() {
            for &gene in &unit.genes {
                whole.unit_of[gene] = Some(place);
            }
        }
        whole.alone = (0..whole.genes.len()).collect();
        whole.folded = std::sync::OnceLock::new();
        Some(whole)
    }
}

#[cfg(test)]
mod tests {
    use crate::plasmid::shipped_plasmid;
    use crate::shipped;

    #[test]
    fn a_replicon_comes_behind_the_chromosome() {
        let ecoli = shipped("ecoli").unwrap();
        let vector = shipped_plasmid("pBR322").unwrap();
        let whole = ecoli.with_replicon(vector.genome()).unwrap();
        assert_eq!(whole.genes().len(), ecoli.genes().len() + 3);
        assert_eq!(whole.index_of("lacZ"), ecoli.index_of("lacZ"));
        assert_eq!(whole.index_of("bla"), Some(ecoli.genes().len() + 2));
        assert_eq!(whole.genes()[ecoli.genes().len()].name(), "tetA");
        let lac = whole.operon_of(whole.index_of("lacZ").unwrap());
        assert_eq!(lac, ecoli.operon_of(ecoli.index_of("lacZ").unwrap()));
        assert!(whole.with_replicon(vector.genome()).is_none(), "twice the same locus tags");
        // Two vectors with a tetA each: both are known by their locus tags.
        let both = whole.with_replicon(shipped_plasmid("pACYC184").unwrap().genome()).unwrap();
        assert!(both.index_of("pACYC184_tetA").is_some());
        assert_eq!(both.index_of("tetA"), whole.index_of("tetA"));
        // cat crosses the origin of its plasmid.
        assert_eq!(both.gene("cat").unwrap().place.length_nt, 660);
    }
}
