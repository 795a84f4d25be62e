//! Host and one VM as a reaction network, which other simulators can read.
//!
//! The network says the same as [`super::run`] with [`super::Solver::Deterministic`], in the form
//! of rules and reactions; a test compares the two.

mod host;

use super::Hypervisor;
use super::error::HypervisorError;
use super::expression::InternalPromoters;
use super::losses::Placed;
use super::population::{
    GuestGene, GuestUnit, Population, Surroundings, burst_parts, regulated_transcription,
    transcription,
};
use super::promoter::Law;
use super::vm::Vm;
use crate::chassis::parameters as p;
use bioxen_network::{Expr, NaryOp, Network, QuantityId, RateLaw};

/// What becomes of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostModel {
    /// Its equations, as rules.
    Dynamic,
    /// Its present growth, elongation and free ribosomes, as constants: reactions only, with mass
    /// action, for simulators that are stochastic.
    Frozen,
}

/// What the guests' reactions need of the host.
struct Shared {
    growth: Expr,
    /// Of the VM, in units of that at full growth without guests.
    transcription: Expr,
    elongation: Expr,
    ribosomes: Expr,
}

impl Hypervisor {
    /// The network of the host and one VM as they are now. Time is in hours, amounts are molecules
    /// per cell. What other VMs weigh now is kept as a constant. Models that run beside the VM are
    /// no part of it.
    ///
    /// # Errors
    /// When there is no VM of that id.
    pub fn to_network(&self, id: &str, model: HostModel) -> Result<Network, HypervisorError> {
        let vm = self.vm(id)?;
        let (rates, tenants, competition) = super::run::surroundings(&self.chassis, &self.vms);
        let position = self.vms.iter().filter(|v| v.is_live()).position(|v| v.id() == id);
        let mut network = Network::default();
        // A paused or created VM expresses nothing.
        let nothing = Population::new(vm.population().rng().clone());
        let population = if vm.is_live() { vm.population() } else { &nothing };
        let (mut transcripts, mut proteins) = (Vec::new(), Vec::new());
        for unit in population.units() {
            let name = vm.unit_name(unit);
            transcripts.push(network.species(format!("{name}.mrna"), unit.transcripts));
            for (at, gene) in unit.genes().zip(&population.genes()[unit.genes()]) {
                // What an RNA does is done by its transcripts.
                if gene.is_rna() {
                    proteins.extend(transcripts.last().copied());
                    continue;
                }
                let gene_name = vm.gene(gene.index).name();
                // Proteins of a gene in several transcripts are counted by the one that they were made from.
                let species = match population.carried(gene.index).nth(1) {
                    Some(_) => format!("{gene_name}.protein.{}", at + 1),
                    None => format!("{gene_name}.protein"),
                };
                proteins.push(network.species(species, gene.protein));
            }
        }
        let laws = population.laws_in_force();
        let losses = population.losses();
        let guests = Expressed { vm, population, transcripts, proteins, laws, losses };
        match model {
            HostModel::Frozen => {
                let ribosomes = self.chassis.state().ribosomes;
                let tenant = position.unwrap_or(tenants.len());
                let around = Surroundings::new(&rates, ribosomes, &competition, tenant);
                guests.frozen(&mut network, &around);
            }
            HostModel::Dynamic => {
                let others = || tenants.iter().enumerate().filter(|(i, _)| Some(*i) != position);
                let felt = host::Guests {
                    population,
                    transcripts: &guests.transcripts,
                    proteins: &guests.proteins,
                    laws: &guests.laws,
                    losses: &guests.losses,
                    others: others()
                        .map(|(i, t)| t.weight * competition.ribosomes.throttle[i])
                        .sum(),
                    others_decayed: others().map(|(_, t)| t.decayed_aa).sum(),
                    others_polymerases: others()
                        .map(|(i, t)| t.polymerases * competition.polymerases.held.throttle[i])
                        .sum(),
                };
                let shared = host::add(&mut network, &self.chassis, vm, &felt);
                guests.dynamic(&mut network, &shared);
            }
        }
        Ok(network)
    }
}

impl Hypervisor {
    /// What [`Self::to_network`] leaves out or takes as constant, in words.
    ///
    /// # Errors
    /// When there is no VM of that id.
    pub fn left_out_of_network(
        &self,
        id: &str,
        model: HostModel,
    ) -> Result<Vec<String>, HypervisorError> {
        let vm = self.vm(id)?;
        let mut all = Vec::new();
        if !vm.is_live() {
            all.push(format!("VM `{id}` does not run: the model has the host alone"));
        }
        let others: Vec<&str> =
            self.vms.iter().filter(|v| v.is_live() && v.id() != id).map(Vm::id).collect();
        if !others.is_empty() {
            all.push(format!(
                "the other VMs ({}) are no part of the model: what they weigh now is a constant",
                others.join(", ")
            ));
        }
        if self.culture.is_some() {
            all.push(
                "the batch culture is no part of the model: the medium is taken as it is now, and \
                 nothing uses it up"
                    .to_owned(),
            );
        }
        if vm.internal_promoters() == InternalPromoters::Separate {
            all.push(
                "proteins of genes in several transcripts are counted by the transcript that they were made \
                 from (`gapA.protein.1`, `gapA.protein.2`): their sum is that of the gene"
                    .to_owned(),
            );
        }
        let plasmids: Vec<&str> = vm.plasmids().map(|p| p.facts().name()).collect();
        if !plasmids.is_empty() {
            all.push(format!(
                "the copies of plasmids ({}) are taken as they are now",
                plasmids.join(", ")
            ));
        }
        let models: Vec<&str> = vm.models().iter().map(|m| m.package().name.as_str()).collect();
        if !models.is_empty() {
            all.push(format!(
                "models that run beside the VM ({}) are no part of the model",
                models.join(", ")
            ));
        }
        let mut molecules = vm.population().molecules();
        if model == HostModel::Frozen && molecules.any(|count| count.fract() != 0.0) {
            all.push(
                "the amounts are means, as a deterministic run gives them, and no whole numbers; exact \
                 simulators want those: solver(\"stochastic\") before the run gives them"
                    .to_owned(),
            );
        }
        Ok(all)
    }
}

/// The units of a VM in the exported network.
struct Expressed<'a> {
    vm: &'a Vm,
    population: &'a Population,
    /// Of each unit.
    transcripts: Vec<QuantityId>,
    /// Of each gene.
    proteins: Vec<QuantityId>,
    /// Promoters that answer to proteins, by the places of their units.
    laws: Vec<(usize, Law)>,
    /// What molecules lose to proteases and small RNAs.
    losses: Placed,
}

impl Expressed<'_> {
    /// A part of the transcription of the unit with a place, if its promoter answers to proteins.
    fn answer(&self, (at, part): (usize, f64), relative: Expr) -> Option<RateLaw> {
        let (_, law) = self.laws.iter().find(|(of, _)| *of == at)?;
        let unit = (&self.population.units()[at], part);
        let activity = law.expr(|i| Expr::Quantity(self.proteins[i]));
        Some(regulated_transcription(unit, activity, relative))
    }

    /// The genes of a unit with their names and proteins.
    fn genes(&self, unit: &GuestUnit) -> impl Iterator<Item = (&GuestGene, String, QuantityId)> {
        let translated = unit.genes().filter(|at| !self.population.genes()[*at].is_rna());
        translated.map(|at| {
            let (gene, name) = self.named(at);
            (gene, name, self.proteins[at])
        })
    }

    /// What molecules lose to proteases and small RNAs.
    fn losses(&self, network: &mut Network) {
        for queue in &self.losses.queues {
            for &gene in &queue.substrates {
                let rate = queue.law(gene, |gene| self.proteins[gene]);
                let (_, name) = self.named(gene);
                let name = format!("{name}.protein.{}", queue.name);
                network.reaction(name, &[(self.proteins[gene], 1)], &[], rate);
            }
        }
        for pair in &self.losses.pairs {
            let both = [(self.transcripts[pair.rna], 1), (self.transcripts[pair.target], 1)];
            let unit = |at: usize| self.vm.unit_name(&self.population.units()[at]);
            let name = format!("{}.pairs.{}", unit(pair.rna), unit(pair.target));
            let law = RateLaw::MassAction { k: pair.per_h, factors: Vec::new() };
            network.reaction(name, &both, &[], law);
        }
    }

    /// A gene with its name.
    fn named(&self, at: usize) -> (&GuestGene, String) {
        let gene = &self.population.genes()[at];
        let name = self.vm.gene(gene.index).name();
        match self.population.carried(gene.index).nth(1) {
            Some(_) => (gene, format!("{name}.{}", at + 1)),
            None => (gene, name.to_owned()),
        }
    }

    /// Reactions with mass action, in constant surroundings.
    fn frozen(&self, network: &mut Network, around: &Surroundings) {
        let law = |k: f64| RateLaw::MassAction { k, factors: Vec::new() };
        let relative = around.transcription * around.growth_per_h / self.vm.unburdened_growth();
        for (at, unit) in self.population.units().iter().enumerate() {
            let (name, mrna) = (self.vm.unit_name(unit), self.transcripts[at]);
            for (size, part) in burst_parts(unit.drive.burst) {
                let made = self.answer((at, part), number(relative));
                let made = made.unwrap_or_else(|| law(part * relative * transcription(unit)));
                let name = match size {
                    1 => format!("{name}.transcription"),
                    size => format!("{name}.transcription.{size}"),
                };
                network.reaction(name, &[], &[(mrna, size)], made);
            }
            let lost = unit.rates.decay_per_h + around.growth_per_h;
            network.reaction(format!("{name}.mrna.loss"), &[(mrna, 1)], &[], law(lost));
            for (gene, name, protein) in self.genes(unit) {
                let name = name.as_str();
                let made = gene.translation(around.elongation_aa_per_h) * around.ribosomes;
                let products = [(mrna, 1), (protein, 1)];
                let (once, name_of) = ([(mrna, 1)], format!("{name}.translation"));
                network.reaction(name_of, &once, &products, law(made));
                let lost = gene.rates.protein_decay_per_h + around.growth_per_h;
                network.reaction(format!("{name}.protein.loss"), &[(protein, 1)], &[], law(lost));
            }
        }
        self.losses(network);
    }

    /// Reactions beside the equations of the host.
    fn dynamic(&self, network: &mut Network, shared: &Shared) {
        let law = RateLaw::Expr;
        let loss = |decay: f64, of: QuantityId| {
            mul([add([number(decay), shared.growth.clone()]), Expr::Quantity(of)])
        };
        for (at, unit) in self.population.units().iter().enumerate() {
            let (name, mrna) = (self.vm.unit_name(unit), self.transcripts[at]);
            let growth = shared.transcription.clone();
            let made = self.answer((at, 1.0), growth.clone());
            let made = made.unwrap_or_else(|| law(mul([number(transcription(unit)), growth])));
            network.reaction(format!("{name}.transcription"), &[], &[(mrna, 1)], made);
            let lost = law(loss(unit.rates.decay_per_h, mrna));
            network.reaction(format!("{name}.mrna.loss"), &[(mrna, 1)], &[], lost);
            for (gene, name, protein) in self.genes(unit) {
                let name = name.as_str();
                // eps / n * rho / k with k = (k_off + eps / n) / k_on.
                let eps_per_length = div(shared.elongation.clone(), number(gene.rates.length_aa));
                let made = mul([
                    eps_per_length,
                    weight(gene, &shared.elongation),
                    shared.ribosomes.clone(),
                    Expr::Quantity(mrna),
                ]);
                let products = [(mrna, 1), (protein, 1)];
                let (once, name_of) = ([(mrna, 1)], format!("{name}.translation"));
                network.reaction(name_of, &once, &products, law(made));
                let lost = law(loss(gene.rates.protein_decay_per_h, protein));
                network.reaction(format!("{name}.protein.loss"), &[(protein, 1)], &[], lost);
            }
        }
        self.losses(network);
    }
}

/// Weight of one mRNA at an elongation rate.
fn weight(gene: &GuestGene, elongation: &Expr) -> Expr {
    div(
        number(gene.fold * gene.rates.rho),
        dissociation(elongation, gene.rates.length_aa, gene.rates.inactivation_per_h),
    )
}

/// Apparent dissociation constant of mRNA and ribosome.
fn dissociation(elongation: &Expr, length_aa: f64, inactivation_per_h: f64) -> Expr {
    let off = number(p::RIBOSOME_OFF + inactivation_per_h);
    let bound = add([off, div(elongation.clone(), number(length_aa))]);
    div(bound, number(p::RIBOSOME_ON))
}

fn number(x: f64) -> Expr {
    Expr::Const(x)
}

fn add<const N: usize>(terms: [Expr; N]) -> Expr {
    Expr::Nary(NaryOp::Add, terms.into())
}

fn mul<const N: usize>(factors: [Expr; N]) -> Expr {
    Expr::Nary(NaryOp::Mul, factors.into())
}

fn div(a: Expr, b: Expr) -> Expr {
    Expr::Binary(bioxen_network::BinaryOp::Div, Box::new(a), Box::new(b))
}

fn sub(a: Expr, b: Expr) -> Expr {
    Expr::Binary(bioxen_network::BinaryOp::Sub, Box::new(a), Box::new(b))
}
