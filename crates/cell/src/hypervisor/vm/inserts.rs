//! The genes that a VM has beside its genome: those of its packages.
//!
//! Their numbers follow those of the genome, package by package.

use std::sync::Arc;

use crate::chassis::polymerase::MOST_PER_MIN;
use crate::hypervisor::expression::{Expression, GeneRates, UnitExpression, UnitRates};
use crate::hypervisor::promoter::{GuidedLaw, Law};
use crate::package::{Guide, Operon, Package, PackageError, PackagedGene, Strength, Target};
use bioxen_base::nearest::nearest;
use bioxen_genome::Gene;
use bioxen_genome::regulation::Concentrations;

/// The packages of a VM and their genes.
#[derive(Debug, Clone, Default)]
pub(super) struct Inserts {
    packages: Vec<Arc<Package>>,
    genes: Vec<Insert>,
}

/// To what a guide leads.
pub(super) enum Led<'a> {
    /// A promoter of a package, both by their places.
    Promoter { package: usize, place: usize },
    /// The promoter from which some genes of the genome are transcribed.
    Gene(&'a [&'a str]),
}

/// A gene of a package.
#[derive(Debug, Clone)]
struct Insert {
    facts: Gene,
    package: usize,
    place: usize,
    /// Its unit's and its own, once the VM's expression is calibrated.
    rates: Option<(UnitRates, GeneRates)>,
}

impl Inserts {
    pub(super) fn packages(&self) -> &[Arc<Package>] {
        &self.packages
    }

    /// The genes, in the order of their numbers.
    pub(super) fn genes(&self) -> impl Iterator<Item = &Gene> {
        self.genes.iter().map(|insert| &insert.facts)
    }

    pub(super) fn gene(&self, number: usize) -> Option<&Gene> {
        self.genes.get(number).map(|insert| &insert.facts)
    }

    pub(super) fn number_of(&self, name: &str) -> Option<usize> {
        self.genes().position(|gene| gene.name() == name)
    }

    /// The package that a gene came with.
    pub(super) fn package_of(&self, number: usize) -> Option<&Arc<Package>> {
        self.packages.get(self.genes.get(number)?.package)
    }

    pub(super) fn rates(&self, number: usize) -> Option<&GeneRates> {
        self.genes.get(number)?.rates.as_ref().map(|(_, gene)| gene)
    }

    /// The unit of a gene; `base` is the number of the first of these genes in the VM.
    pub(super) fn unit(&self, number: usize, base: usize) -> Option<UnitExpression> {
        let (operon, first) = self.operon(number)?;
        let mut genes: Vec<usize> = operon.genes.iter().map(|place| first + place).collect();
        genes.sort_unstable();
        let rates = |gene: &usize| self.genes.get(*gene)?.rates;
        let all: Vec<(UnitRates, GeneRates)> = genes.iter().filter_map(rates).collect();
        let (unit, _) = *all.first()?;
        let of_genes = all.into_iter().map(|(_, gene)| gene).collect();
        genes.iter_mut().for_each(|gene| *gene += base);
        Some(UnitExpression::alike(genes, unit, of_genes))
    }

    pub(super) fn add(&mut self, package: &Arc<Package>) {
        let at = self.packages.len();
        for (place, gene) in package.construct.genes.iter().enumerate() {
            let operon = package.operon_of(place).map(|o| o.name.as_str());
            let class = gene.functional_class.as_deref();
            let facts = if gene.is_rna {
                Gene::inserted_rna(&gene.name, gene.length_nt)
            } else {
                Gene::inserted(&gene.name, gene.length_nt, gene.length_aa)
            };
            let facts = facts.described(&gene.product, class, operon).living(gene.half_lives);
            self.genes.push(Insert { facts, package: at, place, rates: None });
        }
        self.packages.push(Arc::clone(package));
    }

    /// Takes a package away; gives the number of its first gene and how many there were.
    pub(super) fn remove(&mut self, name: &str) -> Option<(usize, usize)> {
        let at = self.packages.iter().position(|package| package.name == name)?;
        let first = self.genes.iter().take_while(|insert| insert.package < at).count();
        let count = self.packages.remove(at).construct.genes.len();
        self.genes.drain(first..first + count);
        for insert in &mut self.genes[first..] {
            insert.package -= 1;
        }
        Some((first, count))
    }

    /// Computes all rates anew.
    pub(super) fn calibrate(
        &mut self,
        expression: &Expression,
        native: impl Fn(&str) -> Option<f64>,
    ) {
        for insert in &mut self.genes {
            let package = &self.packages[insert.package];
            let Some(operon) = package.operon_of(insert.place) else { continue };
            let promoter = &package.construct.promoters[operon.promoter];
            let opened_per_h = match &promoter.strength {
                Strength::MrnaPerMin(per_min) => Some(60.0 * per_min),
                Strength::Native { gene, times } => native(gene).map(|per_h| times * per_h),
            };
            let genes: Vec<&PackagedGene> =
                operon.genes.iter().map(|&place| &package.construct.genes[place]).collect();
            let at = operon.genes.iter().position(|&place| place == insert.place);
            insert.rates = opened_per_h.zip(at).and_then(|(opened_per_h, at)| {
                let (mut unit, rates) = expression.packaged(&genes, opened_per_h);
                if let Some(copies) = promoter.copies {
                    unit.most_per_h = 60.0 * MOST_PER_MIN * copies;
                }
                Some((unit, *rates.get(at)?))
            });
        }
    }

    /// The operon of a gene, and the number of the first gene of its package.
    pub(super) fn operon(&self, number: usize) -> Option<(&Operon, usize)> {
        let insert = self.genes.get(number)?;
        let operon = self.packages[insert.package].operon_of(insert.place)?;
        Some((operon, number - insert.place))
    }

    /// What acts on the promoters in a medium. `base` is the number of the first of these genes in
    /// the VM.
    pub(super) fn laws(&self, base: usize, medium: &dyn Concentrations) -> Vec<Law> {
        let law = |(number, insert): (usize, &Insert)| {
            let (operon, first) = self.operon(number)?;
            // All genes of an operon have one promoter.
            if operon.genes.iter().min() != Some(&(number - first)) {
                return None;
            }
            let promoter = &self.packages[insert.package].construct.promoters[operon.promoter];
            let law = Law::new(base + number, promoter, medium, |name| {
                self.number_of(name).map(|number| base + number)
            });
            let led = Led::Promoter { package: insert.package, place: operon.promoter };
            let guides = self.guides(base, &led);
            match law {
                law if guides.is_empty() => law,
                Some(law) => Some(law.guided(guides)),
                None => Some(Law::held(base + number, 1.0).guided(guides)),
            }
        };
        self.genes.iter().enumerate().filter_map(law).collect()
    }

    /// What guides do to the promoter of the operon of a gene, or to that of a gene of the genome if there is
    /// such a target.
    pub(super) fn guides(&self, base: usize, of: &Led<'_>) -> Vec<GuidedLaw> {
        let place = |name: &str| self.number_of(name).map(|number| base + number);
        let all =
            self.packages.iter().enumerate().flat_map(|(at, package)| {
                package.effects.guides.iter().map(move |guide| (at, guide))
            });
        let all: Vec<(usize, &Guide)> = all.collect();
        let hits = |(at, guide): &&(usize, &Guide)| match (&guide.target, of) {
            (Target::Promoter(promoter), Led::Promoter { package, place }) => {
                at == package && promoter == place
            }
            (Target::Gene(gene), Led::Gene(names)) => names.contains(&gene.as_str()),
            _ => false,
        };
        let law = |(_, guide): &(usize, &Guide)| {
            let same = all.iter().filter(|(_, other)| other.protein == guide.protein);
            // A guide with several targets is one RNA.
            let mut others: Vec<(usize, f64)> = Vec::new();
            for (_, other) in same.filter(|(_, other)| other.rna != guide.rna) {
                if let Some(rna) = place(&other.rna)
                    && others.iter().all(|(known, _)| *known != rna)
                {
                    others.push((rna, other.kd));
                }
            }
            Some(GuidedLaw {
                protein: place(&guide.protein)?,
                rna: place(&guide.rna)?,
                kd: guide.kd,
                others,
                max_fold: guide.max_fold,
                half: guide.half,
            })
        };
        all.iter().filter(hits).filter_map(law).collect()
    }

    /// The genes of the genome to whose promoters guides lead.
    pub(super) fn led_genes(&self) -> impl Iterator<Item = &str> {
        let guides = self.packages.iter().flat_map(|package| &package.effects.guides);
        guides.filter_map(|guide| match &guide.target {
            Target::Gene(gene) => Some(gene.as_str()),
            Target::Promoter(_) => None,
        })
    }

    /// Refuses proteins that act on a promoter and are made neither by a package nor by one that it
    /// depends on.
    pub(super) fn check_proteins(&self, package: &Package) -> Result<(), PackageError> {
        let needed = package.relations.dependencies.iter().filter_map(|d| {
            self.packages.iter().find(|p| p.name == d.name).map(|p| p.construct.genes.as_slice())
        });
        let names: Vec<&str> = std::iter::once(package.construct.genes.as_slice())
            .chain(needed)
            .flatten()
            .map(|gene| gene.name.as_str())
            .collect();
        for promoter in &package.construct.promoters {
            for regulator in &promoter.regulators {
                let crate::package::Source::Protein(protein) = &regulator.source else { continue };
                if !names.contains(&protein.as_str()) {
                    return Err(PackageError::NoProtein {
                        package: package.label(),
                        promoter: promoter.name.clone(),
                        protein: protein.clone(),
                        nearest: nearest(protein, names.iter().copied()).map(str::to_owned),
                    });
                }
            }
        }
        for guide in &package.effects.guides {
            for gene in [&guide.rna, &guide.protein] {
                if !names.contains(&gene.as_str()) {
                    return Err(PackageError::NoGuideGene {
                        package: package.label(),
                        gene: gene.clone(),
                        nearest: nearest(gene, names.iter().copied()).map(str::to_owned),
                    });
                }
            }
        }
        Ok(())
    }
}
