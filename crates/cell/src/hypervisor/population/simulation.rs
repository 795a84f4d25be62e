//! The stochastic simulation of a VM's genes, exact or by leaps.

use std::sync::Arc;

use super::super::error::HypervisorError;
use super::super::losses::Placed;
use super::super::promoter::Law;
use super::{
    Control, GuestGene, GuestUnit, Surroundings, bursts, regulated_transcription, transcription,
};
use bioxen_engine::rng::Rng;
use bioxen_engine::ssa::Ssa;
use bioxen_engine::tau::{Options, Tau};
use bioxen_engine::{EngineError, StopToken};
use bioxen_network::compile::Compiled;
use bioxen_network::{Expr, Network, QuantityId, RateLaw, ReactionId};

/// How the reactions are gone through.
#[derive(Debug, Clone)]
pub(super) enum Stepper {
    /// One by one.
    Exact(Box<Ssa>),
    /// Many at once where that pays.
    Leaping(Box<Tau>),
}

impl Stepper {
    fn leaping(exact: Ssa) -> Self {
        Self::Leaping(Box::new(Tau::from_exact(exact, Options::default())))
    }

    pub(super) fn is_leaping(&self) -> bool {
        matches!(self, Self::Leaping(_))
    }

    /// The simulation that holds the state.
    pub(super) fn exact(&self) -> &Ssa {
        match self {
            Self::Exact(ssa) => ssa,
            Self::Leaping(tau) => tau.exact(),
        }
    }

    pub(super) fn exact_mut(&mut self) -> &mut Ssa {
        match self {
            Self::Exact(ssa) => ssa,
            Self::Leaping(tau) => tau.exact_mut(),
        }
    }

    /// Lives on for a time [h]. Each such span begins at zero: what was lived before, and when,
    /// changes neither what happens nor how it is rounded.
    pub(super) fn advance(&mut self, hours: f64, stop: &StopToken) -> Result<(), EngineError> {
        self.exact_mut().set_time(0.0);
        match self {
            Self::Exact(ssa) => ssa.advance(hours, stop),
            Self::Leaping(tau) => {
                // A cell that was saved in between must go on as this one does.
                tau.consider_leaping();
                tau.advance(hours, stop)
            }
        }
    }
}

/// The reactions of all genes, ready to be simulated.
#[derive(Debug, Clone)]
pub(super) struct Simulation {
    pub(super) stepper: Stepper,
    transcription: QuantityId,
    growth: QuantityId,
    ribosomes: QuantityId,
    translations: Vec<ReactionId>,
    /// Transcription that changes without a new simulation, that of units of plasmids and of operons
    /// that follow the medium: places of the units, parts of their transcription, and reactions.
    adjusted: Vec<(usize, f64)>,
    adjusted_transcriptions: Vec<ReactionId>,
    /// The same of units that are held open: what opens them may depend on the medium. With the activity that they have.
    open: Vec<(usize, f64, f64)>,
    open_transcriptions: Vec<ReactionId>,
    constants: Vec<f64>,
    /// The numbers of the laws in force, which change without a new simulation.
    numbers: Vec<QuantityId>,
    /// Whether the laws have other numbers by now.
    pub(super) outdated: bool,
}

impl Simulation {
    pub(super) fn new(
        units: &[GuestUnit],
        genes: &[GuestGene],
        (laws, losses): (&[(usize, Law)], &Placed),
        rng: Rng,
        leaping: bool,
    ) -> Result<Self, HypervisorError> {
        let mut network = Network::default();
        // Species come first, the transcripts of each unit and then its proteins, so that the state can be
        // read back in this order.
        let (mut transcripts, mut proteins) = (Vec::new(), Vec::new());
        for unit in units {
            let own = &genes[unit.genes()];
            let name = format!("{}.mrna", own[0].index);
            transcripts.push(network.species(name, whole(unit.transcripts)));
            for gene in own {
                let name = format!("{}.protein", gene.index);
                proteins.push(network.species(name, whole(gene.protein)));
            }
        }
        // The molecules by which each gene acts on promoters.
        let of_gene = |(gene, protein): (&GuestGene, &QuantityId)| {
            if gene.is_rna() { transcripts[gene.unit] } else { *protein }
        };
        let acting: Vec<QuantityId> = genes.iter().zip(&proteins).map(of_gene).collect();
        let transcription_factor = network.parameter("relative_growth", 0.0);
        let growth = network.parameter("growth", 0.0);
        let ribosomes = network.parameter("ribosomes", 0.0);
        let mut numbers = Vec::new();
        let mut answers = Vec::with_capacity(laws.len());
        for (at, answer) in laws {
            let activity = answer.written(|i| Expr::Quantity(acting[i]), &mut |number| {
                let name = format!("law.{}", numbers.len());
                let number = network.parameter(name, number);
                numbers.push(number);
                Expr::Quantity(number)
            });
            answers.push((*at, activity));
        }
        let law =
            |k: f64, factors: &[QuantityId]| RateLaw::MassAction { k, factors: factors.to_vec() };
        let mut translations = Vec::with_capacity(genes.len());
        let (mut adjusted, mut adjusted_transcriptions) = (Vec::new(), Vec::new());
        let (mut open, mut open_transcriptions) = (Vec::new(), Vec::new());
        for (at, (unit, &mrna)) in units.iter().zip(&transcripts).enumerate() {
            let i = genes[unit.genes().start].index;
            let made = transcription(unit);
            let law_of = answers.iter().find(|(of, _)| *of == at);
            let follows = unit.drive.control == Control::Regulated && law_of.is_none();
            let is_adjusted = unit.strength.is_some() && (unit.dosage.is_some() || follows);
            for (size, part) in bursts::parts(unit.drive.burst) {
                let made = match law_of {
                    Some((_, activity)) => {
                        let growth = Expr::Quantity(transcription_factor);
                        Some(regulated_transcription((unit, part), activity.clone(), growth))
                    }
                    None => (made > 0.0 || is_adjusted)
                        .then(|| law(part * made, &[transcription_factor])),
                };
                let Some(made) = made else { continue };
                let name = match size {
                    1 => format!("{i}.transcription"),
                    size => format!("{i}.transcription.{size}"),
                };
                let reaction = network.reaction(name, &[], &[(mrna, size)], made);
                if is_adjusted {
                    adjusted.push((at, part));
                    adjusted_transcriptions.push(reaction);
                } else if law_of.is_none() {
                    open.push((at, part, unit.drive.activity));
                    open_transcriptions.push(reaction);
                }
            }
            let decay = law(unit.rates.decay_per_h, &[]);
            network.reaction(format!("{i}.mrna.decay"), &[(mrna, 1)], &[], decay);
            network.reaction(format!("{i}.mrna.dilution"), &[(mrna, 1)], &[], law(1.0, &[growth]));
            for (gene, &protein) in genes[unit.genes()].iter().zip(&proteins[unit.genes()]) {
                let i = gene.index;
                translations.push(network.reaction(
                    format!("{i}.translation"),
                    &[(mrna, 1)],
                    &[(mrna, 1), (protein, 1)],
                    law(0.0, &[ribosomes]),
                ));
                if gene.rates.protein_decay_per_h > 0.0 {
                    let decay = law(gene.rates.protein_decay_per_h, &[]);
                    network.reaction(format!("{i}.protein.decay"), &[(protein, 1)], &[], decay);
                }
                let dilution = law(1.0, &[growth]);
                network.reaction(format!("{i}.protein.dilution"), &[(protein, 1)], &[], dilution);
            }
        }
        for queue in &losses.queues {
            for &gene in &queue.substrates {
                let name = format!("{}.protein.{}", genes[gene].index, queue.name);
                let rate = queue.law(gene, |gene| proteins[gene]);
                network.reaction(name, &[(proteins[gene], 1)], &[], rate);
            }
        }
        for pair in &losses.pairs {
            let (rna, mrna) = (transcripts[pair.rna], transcripts[pair.target]);
            let first = |unit: usize| genes[units[unit].genes().start].index;
            let name = format!("{}.pairs.{}", first(pair.rna), first(pair.target));
            network.reaction(name, &[(rna, 1), (mrna, 1)], &[], law(pair.per_h, &[]));
        }
        let compiled = Compiled::new(&network).map_err(EngineError::from)?;
        let ssa = Ssa::new(Arc::new(compiled), rng)?;
        Ok(Self {
            stepper: if leaping { Stepper::leaping(ssa) } else { Stepper::Exact(Box::new(ssa)) },
            transcription: transcription_factor,
            growth,
            ribosomes,
            constants: vec![0.0; translations.len()],
            translations,
            adjusted,
            adjusted_transcriptions,
            open,
            open_transcriptions,
            numbers,
            outdated: false,
        })
    }

    /// Takes the numbers of laws that are like those that it was made with.
    pub(super) fn obey(&mut self, laws: &[(usize, Law)]) -> Result<(), HypervisorError> {
        let ssa = self.stepper.exact_mut();
        let values = laws.iter().flat_map(|(_, law)| law.numbers());
        for (number, value) in self.numbers.iter().zip(values) {
            ssa.set(*number, value)?;
        }
        self.outdated = false;
        Ok(())
    }

    /// Takes what the guests feel of the host during the next step.
    pub(super) fn feel(
        &mut self,
        units: &[GuestUnit],
        genes: &[GuestGene],
        around: &Surroundings,
        unburdened_growth_per_h: f64,
    ) -> Result<(), HypervisorError> {
        let ssa = self.stepper.exact_mut();
        let relative = around.growth_per_h / unburdened_growth_per_h;
        ssa.set(self.transcription, relative * around.transcription)?;
        ssa.set(self.growth, around.growth_per_h)?;
        ssa.set(self.ribosomes, around.ribosomes)?;
        for (constant, gene) in self.constants.iter_mut().zip(genes) {
            *constant = gene.translation(around.elongation_aa_per_h);
        }
        ssa.set_rates(&self.translations, &self.constants)?;
        if !self.adjusted.is_empty() {
            let rate = |&(at, part): &(usize, f64)| part * transcription(&units[at]);
            let rates: Vec<f64> = self.adjusted.iter().map(rate).collect();
            ssa.set_rates(&self.adjusted_transcriptions, &rates)?;
        }
        for ((at, part, activity), reaction) in self.open.iter_mut().zip(&self.open_transcriptions)
        {
            let unit = &units[*at];
            if *activity != unit.drive.activity {
                ssa.set_rates(&[*reaction], &[*part * transcription(unit)])?;
                *activity = unit.drive.activity;
            }
        }
        Ok(())
    }
}

/// A count; the deterministic solver leaves fractions, which a molecule cannot have.
fn whole(count: f64) -> f64 {
    count.round().max(0.0)
}
