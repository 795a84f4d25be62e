//! Host and one VM as a reaction network, which other simulators can read.
//!
//! The network says the same as [`super::run`] with [`super::Solver::Deterministic`], in the form
//! of rules and reactions; a test compares the two.

mod host;

use super::Hypervisor;
use super::error::HypervisorError;
use super::population::{GuestGene, Surroundings, regulated_transcription, transcription};
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
    relative_growth: Expr,
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
        let throttle = position.map_or(0.0, |i| competition.throttle[i]);
        let mut network = Network::default();
        // A paused or created VM expresses nothing.
        let genes = if vm.is_live() { vm.population().genes() } else { &[] };
        let species: Vec<(QuantityId, QuantityId)> = genes
            .iter()
            .map(|g| {
                let name = vm.gene(g.index).name();
                let mrna = network.species(format!("{name}.mrna"), g.mrna);
                (mrna, network.species(format!("{name}.protein"), g.protein))
            })
            .collect();
        let laws = if vm.is_live() { vm.population().laws_in_force() } else { Vec::new() };
        let answers = Answers { laws: &laws, species: &species };
        match model {
            HostModel::Frozen => {
                let ribosomes = self.chassis.state().ribosomes;
                let around = Surroundings::new(&rates, ribosomes, throttle);
                let relative = around.growth_per_h / vm.unburdened_growth();
                for (at, gene) in genes.iter().enumerate() {
                    let name = vm.gene(gene.index).name();
                    let made = answers.transcription(at, gene, number(relative));
                    let made = made.unwrap_or(RateLaw::MassAction {
                        k: relative * transcription(gene),
                        factors: Vec::new(),
                    });
                    frozen_gene(&mut network, name, gene, species[at], &around, made);
                }
            }
            HostModel::Dynamic => {
                let others = || tenants.iter().enumerate().filter(|(i, _)| Some(*i) != position);
                let guests = host::Guests {
                    genes,
                    species: &species,
                    laws: &laws,
                    others: others().map(|(i, t)| t.weight * competition.throttle[i]).sum(),
                    others_decayed: others().map(|(_, t)| t.decayed_aa).sum(),
                };
                let shared = host::add(&mut network, &self.chassis, vm, &guests);
                for (at, gene) in genes.iter().enumerate() {
                    let name = vm.gene(gene.index).name();
                    let growth = shared.relative_growth.clone();
                    let made = answers.transcription(at, gene, growth.clone());
                    let plain = || RateLaw::Expr(mul([number(transcription(gene)), growth]));
                    let made = made.unwrap_or_else(plain);
                    dynamic_gene(&mut network, name, gene, species[at], &shared, made);
                }
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
        let part = |g: &GuestGene| g.mrna.fract() != 0.0 || g.protein.fract() != 0.0;
        if model == HostModel::Frozen && vm.population().genes().iter().any(part) {
            all.push(
                "the amounts are means, as a deterministic run gives them, and no whole numbers; exact \
                 simulators want those: solver(\"stochastic\") before the run gives them"
                    .to_owned(),
            );
        }
        Ok(all)
    }
}

/// What proteins do to promoters, in the exported network.
struct Answers<'a> {
    laws: &'a [(usize, Law)],
    species: &'a [(QuantityId, QuantityId)],
}

impl Answers<'_> {
    /// Transcription of the gene with a place, if its promoter answers to proteins.
    fn transcription(&self, at: usize, gene: &GuestGene, relative: Expr) -> Option<RateLaw> {
        let (_, law) = self.laws.iter().find(|(of, _)| *of == at)?;
        Some(regulated_transcription(gene, law, relative, self.species))
    }
}

fn frozen_gene(
    network: &mut Network,
    name: &str,
    gene: &GuestGene,
    (mrna, protein): (QuantityId, QuantityId),
    around: &Surroundings,
    made: RateLaw,
) {
    let law = |k: f64| RateLaw::MassAction { k, factors: Vec::new() };
    let r = &gene.rates;
    network.reaction(format!("{name}.transcription"), &[], &[(mrna, 1)], made);
    let lost = r.mrna_decay_per_h + around.growth_per_h;
    network.reaction(format!("{name}.mrna.loss"), &[(mrna, 1)], &[], law(lost));
    let translated = r.translation(around.elongation_aa_per_h) * around.ribosomes;
    let products = [(mrna, 1), (protein, 1)];
    network.reaction(format!("{name}.translation"), &[(mrna, 1)], &products, law(translated));
    let lost = r.protein_decay_per_h + around.growth_per_h;
    network.reaction(format!("{name}.protein.loss"), &[(protein, 1)], &[], law(lost));
}

fn dynamic_gene(
    network: &mut Network,
    name: &str,
    gene: &GuestGene,
    (mrna, protein): (QuantityId, QuantityId),
    shared: &Shared,
    made: RateLaw,
) {
    let r = &gene.rates;
    let law = RateLaw::Expr;
    network.reaction(format!("{name}.transcription"), &[], &[(mrna, 1)], made);
    let loss = |decay: f64, of: QuantityId| {
        mul([add([number(decay), shared.growth.clone()]), Expr::Quantity(of)])
    };
    let lost = law(loss(r.mrna_decay_per_h, mrna));
    network.reaction(format!("{name}.mrna.loss"), &[(mrna, 1)], &[], lost);
    // eps / n * rho / k with k = (k_off + eps / n) / k_on.
    let eps_per_length = div(shared.elongation.clone(), number(r.length_aa));
    let translated = mul([
        eps_per_length,
        weight(gene, &shared.elongation),
        shared.ribosomes.clone(),
        Expr::Quantity(mrna),
    ]);
    let products = [(mrna, 1), (protein, 1)];
    network.reaction(format!("{name}.translation"), &[(mrna, 1)], &products, law(translated));
    let lost = law(loss(r.protein_decay_per_h, protein));
    network.reaction(format!("{name}.protein.loss"), &[(protein, 1)], &[], lost);
}

/// Weight of one mRNA at an elongation rate.
fn weight(gene: &GuestGene, elongation: &Expr) -> Expr {
    let r = &gene.rates;
    div(number(r.rho), dissociation(elongation, r.length_aa))
}

/// Apparent dissociation constant of mRNA and ribosome.
fn dissociation(elongation: &Expr, length_aa: f64) -> Expr {
    let bound = add([number(p::RIBOSOME_OFF), div(elongation.clone(), number(length_aa))]);
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
