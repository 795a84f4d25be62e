//! Units that come in the place of others.

use std::collections::BTreeMap;

use super::super::expression::UnitExpression;
use super::{GuestGene, GuestUnit, Opening, Population, SavedUnit};

impl Population {
    /// Opens the promoters of units. What units with some of their genes have made is theirs.
    pub fn open(&mut self, units: Vec<(UnitExpression, Opening)>) {
        let fresh = units.into_iter().map(|(expression, opening)| {
            let Opening { strength, drive, folds, dosage } = opening;
            let saved = SavedUnit {
                strength: Some(strength),
                drive,
                transcripts: 0.0,
                genes: expression.genes.iter().map(|&index| (index, 0.0)).collect(),
            };
            saved.with(&expression, &folds, dosage)
        });
        let mut fresh: Vec<(GuestUnit, Vec<GuestGene>)> = fresh.collect();
        self.drop_simulation();
        let mut carriers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, (_, genes)) in fresh.iter().enumerate() {
            genes.iter().for_each(|gene| carriers.entry(gene.index).or_default().push(place));
        }
        let mut kept = Vec::new();
        for (unit, genes) in self.taken_apart() {
            let heirs = genes.iter().find_map(|gene| carriers.get(&gene.index));
            let Some(heirs) = heirs else {
                kept.push((unit, genes));
                continue;
            };
            let same = |&&place: &&usize| {
                let other = fresh[place].1.iter().map(|gene| gene.index);
                genes.iter().map(|gene| gene.index).eq(other)
            };
            let heir = heirs.iter().find(same).or(heirs.first()).copied().unwrap_or_default();
            let (heir_unit, heir_genes) = &mut fresh[heir];
            heir_unit.transcripts = heir_unit.transcripts.max(unit.transcripts);
            let mut rest = Vec::new();
            for gene in genes {
                match heir_genes.iter_mut().find(|own| own.index == gene.index) {
                    Some(own) => own.protein += gene.protein,
                    None => rest.push(gene),
                }
            }
            // What the heir does not carry is another's; what nobody carries is left to decay.
            rest.retain(|gene| {
                let other = carriers.get(&gene.index).and_then(|places| places.first());
                let Some(&place) = other else { return true };
                let own = fresh[place].1.iter_mut().find(|own| own.index == gene.index);
                own.into_iter().for_each(|own| own.protein += gene.protein);
                false
            });
            kept.push((GuestUnit { strength: None, ..unit }, rest));
        }
        kept.extend(fresh);
        self.arrange(kept);
        self.answer_to_proteins();
    }
}
