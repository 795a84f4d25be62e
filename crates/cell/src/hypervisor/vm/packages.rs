//! Packages of a VM: installed whole or not at all.

use std::sync::Arc;

use super::inserts::Led;
use super::{LogKind, Vm};
use crate::hypervisor::Solver;
use crate::hypervisor::error::HypervisorError;
use crate::hypervisor::expression::InternalPromoters;
use crate::hypervisor::model::RunningModel;
use crate::hypervisor::population::Control;
use crate::hypervisor::promoter::Law;
use crate::hypervisor::state::VmState;
use crate::package::{Package, PackageError, Strength, Target, resolve};
use bioxen_base::nearest::nearest;
use bioxen_base::units::Time;
use bioxen_engine::rng::{Rng, Seed};
use bioxen_engine::{EngineError, StopToken};

impl Vm {
    /// Its packages, in the order in which they were installed.
    pub fn packages(&self) -> &[Arc<Package>] {
        self.inserts.packages()
    }

    /// One of its packages.
    ///
    /// # Errors
    /// When it is not installed; the error names the nearest.
    pub fn package(&self, name: &str) -> Result<&Arc<Package>, HypervisorError> {
        self.packages().iter().find(|p| p.name == name).ok_or_else(|| {
            let installed = self.packages().iter().map(|p| p.name.as_str());
            HypervisorError::Package(PackageError::NotInstalled {
                given: name.to_owned(),
                nearest: nearest(name, installed.clone()).map(str::to_owned),
                installed: installed.map(str::to_owned).collect(),
            })
        })
    }

    /// Installs a package with all that it depends on. In a VM that runs, the transcription units
    /// are mapped at once and follow their promoters; in another they are when it starts. `find`
    /// gives packages by name; [`crate::package::shipped`] those of the catalogue. Returns what was
    /// installed, in order.
    ///
    /// # Errors
    /// When a package is installed already, does not suit the biological type, excludes another,
    /// needs one that is not there, or when packages need each other in a circle; when a name of a
    /// gene is taken, the rules of the VM forbid a gene, or the DNA does not fit. Then nothing has
    /// changed.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::factory::{Config, Infrastructure};
    /// use bioxen_cell::hypervisor::{BiologicalType, Hypervisor};
    /// use bioxen_cell::package::shipped;
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.5)?)?;
    /// let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    /// let vm = hypervisor.create(config.spec("demo")?)?;
    /// vm.start()?;
    /// vm.install_package(&shipped("gfp_reporter")?, &|name| shipped(name).ok())?;
    /// assert_eq!(vm.transcribing(), ["gfp"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn install_package(
        &mut self,
        package: &Arc<Package>,
        find: &dyn Fn(&str) -> Option<Arc<Package>>,
    ) -> Result<Vec<Arc<Package>>, HypervisorError> {
        let order = resolve(package, self.packages(), find)?;
        let mut next = self.clone();
        for package in &order {
            next.add_package(package)?;
        }
        *self = next;
        Ok(order)
    }

    fn add_package(&mut self, package: &Arc<Package>) -> Result<(), HypervisorError> {
        self.check_package(package)?;
        let first = self.gene_count();
        self.insert(package)?;
        let genes: Vec<usize> = (first..self.gene_count()).collect();
        self.check_rules(&genes)?;
        self.note(LogKind::Genome, format!("installed: {}", package.label()));
        if matches!(self.state, VmState::Running | VmState::Paused) {
            self.map_inserts(&genes)?;
        }
        Ok(())
    }

    /// Adds the genes of a package, closed, with their rates and laws.
    pub(in super::super) fn insert(
        &mut self,
        package: &Arc<Package>,
    ) -> Result<(), HypervisorError> {
        self.inserts.check_proteins(package)?;
        self.check_losses(package)?;
        let model = RunningModel::new(package, self.uptime, self.model_stream())?;
        self.models.extend(model);
        self.inserts.add(package);
        self.calibrate_inserts();
        self.feel_laws();
        let rateless =
            (self.genome.genes().len()..self.gene_count()).find(|&i| self.rates(i).is_none());
        let Some(gene) = rateless else { return Ok(()) };
        let gene = self.gene(gene).name().to_owned();
        Err(HypervisorError::NoExpression { gene })
    }

    fn check_package(&self, package: &Package) -> Result<(), HypervisorError> {
        let is = self.biological_type.base().name();
        if !package.about.types.iter().any(|t| t == is) {
            return Err(HypervisorError::Package(PackageError::WrongType {
                package: package.label(),
                types: package.about.types.clone(),
                is: is.to_owned(),
            }));
        }
        for gene in &package.construct.genes {
            let owner = match self.gene_index(&gene.name) {
                Err(_) => continue,
                Ok(index) => match self.package_of(index) {
                    Some(other) => format!("package {}", other.label()),
                    // It may be another name of a gene, in another case.
                    None => match self.gene(index).name() {
                        name if name == gene.name => format!("genome {}", self.genome.name),
                        name => format!("gene {name} of genome {}", self.genome.name),
                    },
                },
            };
            return Err(HypervisorError::Package(PackageError::NameTaken {
                package: package.label(),
                gene: gene.name.clone(),
                owner,
            }));
        }
        for guide in &package.effects.guides {
            let Target::Gene(gene) = &guide.target else { continue };
            if self.genome.index_of(gene).is_none() {
                return Err(HypervisorError::Package(PackageError::NoTarget {
                    package: package.label(),
                    gene: gene.clone(),
                    genome: self.genome.name.clone(),
                    nearest: self.genome.nearest(gene).map(str::to_owned),
                }));
            }
            if self.internal_promoters() == InternalPromoters::Separate {
                let (package, gene) = (package.label(), gene.clone());
                return Err(HypervisorError::Package(PackageError::TargetInside { package, gene }));
            }
        }
        let expression = self.calibrated()?;
        for promoter in &package.construct.promoters {
            let Strength::Native { gene, .. } = &promoter.strength else { continue };
            let index = self.genome.index_of(gene);
            if index.and_then(|i| expression.gene(i)).is_none() {
                return Err(HypervisorError::Package(PackageError::NoNative {
                    package: package.label(),
                    promoter: promoter.name.clone(),
                    gene: gene.clone(),
                    genome: self.genome.name.clone(),
                    nearest: self.genome.nearest(gene).filter(|n| n != gene).map(str::to_owned),
                }));
            }
        }
        Ok(())
    }

    /// Takes a package away, with its DNA, mRNA and proteins.
    ///
    /// # Errors
    /// When it is not installed, or another one needs it. Then nothing has changed.
    pub fn remove_package(&mut self, name: &str) -> Result<(), HypervisorError> {
        let package = Arc::clone(self.package(name)?);
        let by: Vec<String> = self
            .packages()
            .iter()
            .filter(|p| p.relations.dependencies.iter().any(|d| d.name == name))
            .map(|p| p.name.clone())
            .collect();
        if !by.is_empty() {
            let package = package.label();
            return Err(HypervisorError::Package(PackageError::Needed { package, by }));
        }
        if let Some((first, count)) = self.inserts.remove(name) {
            self.population.cut(self.genome.genes().len() + first, count);
        }
        self.models.retain(|model| model.package().name != name);
        self.feel_laws();
        self.note(LogKind::Genome, format!("removed: {}", package.label()));
        Ok(())
    }

    /// The package that a gene came with; none for a gene of the genome.
    pub fn package_of(&self, index: usize) -> Option<&Arc<Package>> {
        self.inserts.package_of(index.checked_sub(self.genome.genes().len())?)
    }

    /// The models that run beside it.
    pub fn models(&self) -> &[RunningModel] {
        &self.models
    }

    /// The random stream of the next model: it follows from the place of the VM's own.
    fn model_stream(&self) -> Rng {
        model_stream(self.population.rng(), self.models.len())
    }

    /// Gives all models streams that follow from the VM's own.
    pub(super) fn reseed_models(&mut self) {
        for (i, model) in self.models.iter_mut().enumerate() {
            model.reseed(model_stream(self.population.rng(), i));
        }
    }

    /// Lets the models live through all of their pieces that have passed. One that cannot go on
    /// freezes the VM; whether that happened.
    pub(in super::super) fn live_models(
        &mut self,
        solver: Solver,
        now: Time,
        stop: &StopToken,
    ) -> Result<bool, EngineError> {
        if self.state != VmState::Running {
            return Ok(false);
        }
        for model in &mut self.models {
            model.take_solver(solver);
            match model.advance(self.uptime, stop) {
                Ok(()) => {}
                Err(stopped @ EngineError::Stopped { .. }) => return Err(stopped),
                Err(error) => {
                    let reason = format!("model {}: {error}", model.package().name);
                    self.set_clock(now);
                    self.fail(&reason);
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Looks where the models are now, within their pieces.
    pub(in super::super) fn look_at_models(
        &mut self,
        solver: Solver,
        stop: &StopToken,
    ) -> Result<(), EngineError> {
        if self.state != VmState::Running {
            return Ok(());
        }
        let uptime = self.uptime;
        self.models.iter_mut().try_for_each(|model| {
            model.take_solver(solver);
            model.look(uptime, stop)
        })
    }

    /// Forgets where models that live were seen within their pieces; they are looked at again. Those
    /// that stand still stand where they were seen.
    pub(in super::super) fn forget_looks(&mut self, solver: Solver) {
        if self.state == VmState::Running {
            self.models.iter_mut().for_each(|model| model.forget_look(solver));
        }
    }

    /// How long it is until a piece of a model has passed; nothing without models that live.
    pub(in super::super) fn next_piece(&self) -> Option<Time> {
        let running = self.state == VmState::Running;
        self.models.iter().filter(|_| running).map(|model| model.left(self.uptime)).min()
    }

    /// Maps all genes of packages.
    pub(super) fn map_packages(&mut self) -> Result<(), HypervisorError> {
        let genes: Vec<usize> = (self.genome.genes().len()..self.gene_count()).collect();
        self.map_inserts(&genes)
    }

    fn map_inserts(&mut self, genes: &[usize]) -> Result<(), HypervisorError> {
        self.check_memory(genes)?;
        let units = genes.iter().flat_map(|&index| {
            // Units are opened once, with their first genes.
            let units = self.unit_expressions(index, None).into_iter();
            units.filter(move |unit| unit.genes.first() == Some(&index))
        });
        let units: Vec<_> = units.collect();
        self.open_units(units, Control::Regulated);
        Ok(())
    }

    /// Takes the rates of the packages' genes from the present expression.
    pub(super) fn calibrate_inserts(&mut self) {
        let Some(expression) = &self.expression else { return };
        let genome = &self.genome;
        self.inserts.calibrate(expression, |gene| {
            Some(expression.unit(genome.index_of(gene)?)?.rates.transcription_per_h)
        });
    }

    /// Takes what acts on promoters that answer to proteins from the present medium.
    pub(super) fn feel_laws(&mut self) {
        let mut laws = self.inserts.laws(self.genome.genes().len(), self.medium.as_ref());
        laws.extend(self.guided(self.operon_laws()));
        self.population.set_laws(laws);
        let base = self.genome.genes().len();
        let losses = self.inserts.losses(base, |name| self.genome.index_of(name));
        self.population.set_losses(losses);
    }

    /// Laws of promoters of the genome, and what guides do to these and to others of them.
    fn guided(&self, mut laws: Vec<Law>) -> Vec<Law> {
        let mut done: Vec<usize> = Vec::new();
        for led in self.inserts.led_genes() {
            let Some(index) = self.genome.index_of(led) else { continue };
            let Some(gene) = self.population.gene(index) else { continue };
            if done.contains(&gene.unit) {
                continue;
            }
            done.push(gene.unit);
            let unit = &self.population.units()[gene.unit];
            let members = &self.population.genes()[unit.genes()];
            let names: Vec<&str> =
                members.iter().map(|gene| self.gene(gene.index).name()).collect();
            let guides = self.inserts.guides(self.genome.genes().len(), &Led::Gene(&names));
            let own = |law: &Law| members.iter().any(|gene| gene.index == law.gene);
            let regulated = unit.drive.control == Control::Regulated;
            let known = laws.iter().position(own).map(|at| laws.swap_remove(at));
            let law = known.filter(|_| regulated).unwrap_or_else(|| {
                let expression = self.expression_of(unit);
                let held = expression.map(|e| self.unit_activity(&e, unit.drive.control).0);
                Law::held(members[0].index, held.unwrap_or(1.0))
            });
            laws.push(law.guided(guides));
        }
        laws
    }
}

fn model_stream(own: &Rng, number: usize) -> Rng {
    let [a, b, ..] = own.words();
    Rng::new(Seed::new(a ^ b.rotate_left(17)).lane(number as u64 + 1))
}

#[cfg(test)]
mod tests;
