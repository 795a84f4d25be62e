//! Proteases and small RNAs of the packages of a VM.

use super::Vm;
use super::inserts::Inserts;
use crate::hypervisor::losses::{Losses, Pair, Queue};
use crate::package::{Package, PackageError, Protease, SmallRna};
use bioxen_base::nearest::nearest;

/// What a gene must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// One that makes a protein, which is degraded, or whose mRNA is paired with.
    Protein,
    /// One whose RNA is not translated.
    Rna,
}

impl Inserts {
    /// What the molecules of the VM lose to proteases and small RNAs; `base` is the number of the first gene of a
    /// package, and `native` gives those of the genome. What takes nothing is left out.
    pub(super) fn losses(&self, base: usize, native: impl Fn(&str) -> Option<usize>) -> Losses {
        let place =
            |name: &str| self.number_of(name).map(|number| base + number).or_else(|| native(name));
        let mut losses = Losses::default();
        let proteases = self.packages().iter().flat_map(|package| &package.effects.proteases);
        for protease in proteases.filter(|protease| protease.most_per_h() > 0.0) {
            let known = losses.queues.iter().position(|queue| queue.name == protease.name);
            let at = known.unwrap_or_else(|| {
                let (name, most_per_h) = (protease.name.clone(), protease.most_per_h());
                let queue = Queue { name, most_per_h, km: protease.km, substrates: Vec::new() };
                losses.queues.push(queue);
                losses.queues.len() - 1
            });
            for gene in protease.substrates.iter().filter_map(|name| place(name)) {
                // A protein that two packages name waits once.
                let substrates = &mut losses.queues[at].substrates;
                if !substrates.contains(&gene) {
                    substrates.push(gene);
                }
            }
        }
        let small_rnas = self.packages().iter().flat_map(|package| &package.effects.small_rnas);
        for small_rna in small_rnas.filter(|small_rna| small_rna.rate_per_min > 0.0) {
            if let (Some(rna), Some(target)) = (place(&small_rna.rna), place(&small_rna.gene)) {
                let per_h = 60.0 * small_rna.rate_per_min;
                losses.pairs.push(Pair { rna, target, per_h });
            }
        }
        losses
    }
}

impl Vm {
    /// Refuses proteases and small RNAs of a package that act on what is not there, or that packages do not agree
    /// on. The package itself is not installed yet.
    pub(super) fn check_losses(&self, package: &Package) -> Result<(), PackageError> {
        for protease in &package.effects.proteases {
            let others = self.packages().iter();
            let known =
                others.flat_map(|other| other.effects.proteases.iter().map(move |of| (other, of)));
            let mut known = known.filter(|(_, known)| known.name == protease.name);
            if let Some((other, known)) = known.find(|(_, of)| of.numbers() != protease.numbers()) {
                let of = |package: &Package, protease: &Protease| {
                    format!("{} has {}", package.label(), protease.numbers())
                };
                return Err(PackageError::ProteaseClash {
                    protease: protease.name.clone(),
                    own: of(package, protease),
                    other: of(other, known),
                });
            }
            let by = format!("protease `{}` of package {}", protease.name, package.label());
            for gene in &protease.substrates {
                self.check_gene(package, &by, gene, Wanted::Protein)?;
            }
        }
        for small_rna in &package.effects.small_rnas {
            let same =
                |other: &&SmallRna| (&other.rna, &other.gene) == (&small_rna.rna, &small_rna.gene);
            let mut others = self.packages().iter();
            if let Some(other) =
                others.find(|other| other.effects.small_rnas.iter().any(|o| same(&o)))
            {
                return Err(PackageError::PairTaken {
                    package: package.label(),
                    rna: small_rna.rna.clone(),
                    gene: small_rna.gene.clone(),
                    other: other.label(),
                });
            }
            let by = format!("small RNA `{}` of package {}", small_rna.rna, package.label());
            self.check_gene(package, &by, &small_rna.rna, Wanted::Rna)?;
            self.check_gene(package, &by, &small_rna.gene, Wanted::Protein)?;
        }
        Ok(())
    }

    fn check_gene(
        &self,
        package: &Package,
        by: &str,
        name: &str,
        wanted: Wanted,
    ) -> Result<(), PackageError> {
        let needed = package.relations.dependencies.iter().filter_map(|needed| {
            self.packages()
                .iter()
                .find(|p| p.name == needed.name)
                .map(|p| p.construct.genes.as_slice())
        });
        let packaged =
            || std::iter::once(package.construct.genes.as_slice()).chain(needed.clone()).flatten();
        let native = self.genome.index_of(name).filter(|_| wanted == Wanted::Protein);
        let is_rna = match packaged().find(|gene| gene.name == name) {
            Some(gene) => gene.is_rna,
            None => match native {
                Some(index) => !self.genome.genes()[index].is_coding(),
                None => {
                    let of_packages = packaged().map(|gene| gene.name.as_str());
                    let near = nearest(name, of_packages);
                    let near = near.or_else(|| self.genome.nearest(name));
                    return Err(PackageError::NoSuchGene {
                        by: by.to_owned(),
                        gene: name.to_owned(),
                        genome: self.genome.name.clone(),
                        nearest: near.filter(|near| *near != name).map(str::to_owned),
                    });
                }
            },
        };
        let makes = match (wanted, is_rna) {
            (Wanted::Protein, true) => "no protein",
            (Wanted::Rna, false) => "a protein; a small RNA is a gene of the kind RNA",
            _ => return Ok(()),
        };
        let (by, gene, makes) = (by.to_owned(), name.to_owned(), makes.to_owned());
        Err(PackageError::WrongGene { by, gene, makes })
    }
}

#[cfg(test)]
mod tests;
