//! Where so few molecules of a regulator decide that a solution without chance misleads.
//!
//! The deterministic solver takes two and a half molecules for two and a half. In a cell there are two, three
//! or none, and the mean over such cells is another one, since promoters do not answer in proportion.

use super::Hypervisor;
use super::promoter::Law;
use super::vm::Vm;

/// Fewer are few: at five the numbers of a Poisson distribution scatter by 45 %. An assumption.
const FEW: f64 = 5.0;
/// What a regulator must change of an activity to decide it. An assumption.
const DECIDES: f64 = 0.2;

/// A promoter that few molecules of a regulator decide on.
#[derive(Debug, Clone, PartialEq)]
pub struct FewRegulators {
    /// The VM.
    pub vm: String,
    /// The gene of the promoter.
    pub promoter: String,
    /// The gene of the regulator.
    pub regulator: String,
    /// Those that there are: proteins, or, where tetramers bind, tetramers.
    pub molecules: f64,
}

impl Hypervisor {
    /// Where few molecules of a regulator that is made decide on a promoter at the present numbers; each regulator
    /// of a VM once.
    pub fn few_regulators(&self) -> Vec<FewRegulators> {
        let mut all: Vec<FewRegulators> = Vec::new();
        for vm in self.vms.iter().filter(|vm| vm.is_live()) {
            for found in of(vm) {
                let known = |other: &FewRegulators| {
                    other.vm == found.vm && other.regulator == found.regulator
                };
                if !all.iter().any(known) {
                    all.push(found);
                }
            }
        }
        all
    }
}

fn of(vm: &Vm) -> impl Iterator<Item = FewRegulators> {
    let population = vm.population();
    let genes = population.genes();
    let name = |at: usize| vm.gene(genes[at].index).name().to_owned();
    let found = population.laws_in_force().into_iter().filter_map(move |(unit, law)| {
        let (regulator, molecules) = decided_by_few(&law, |at| population.acting(at))?;
        Some(FewRegulators {
            vm: vm.id().to_owned(),
            promoter: name(population.units()[unit].genes().start),
            regulator: name(regulator),
            molecules,
        })
    });
    found.collect::<Vec<_>>().into_iter()
}

/// The first regulator of which there are few, and without which the activity would be another one.
fn decided_by_few(law: &Law, protein: impl Fn(usize) -> f64) -> Option<(usize, f64)> {
    let present = law.activity(&protein);
    law.amounts(&protein).into_iter().find(|&(gene, molecules)| {
        let without = law.activity(|at| if at == gene { 0.0 } else { protein(at) });
        let decides = (present - without).abs() > DECIDES * present.max(without);
        molecules < FEW && decides
    })
}

#[cfg(test)]
mod tests;
