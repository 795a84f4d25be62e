//! The molecules of a VM: mRNA and protein of every gene that is, or was, mapped.

mod rates;

pub use rates::Surroundings;
pub(super) use rates::{opened, regulated_transcription, transcription, transcription_per_copy};
mod simulation;

use super::error::HypervisorError;
use super::expression::GeneRates;
use super::promoter::Law;
use bioxen_engine::StopToken;
use bioxen_engine::rng::Rng;
use simulation::Simulation;

/// Who decides on an open promoter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Control {
    /// It is held open, whatever its regulators say.
    #[default]
    Open,
    /// It is held shut, as far as its regulators can.
    Repressed,
    /// It follows its regulators and what is in the medium.
    Regulated,
}

impl Control {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Open, Self::Repressed, Self::Regulated];

    /// Its name, as `operons()` shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "induced",
            Self::Repressed => "repressed",
            Self::Regulated => "released",
        }
    }
}

/// How a promoter is opened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opening {
    /// Relative strength.
    pub strength: f64,
    /// Who decides on it.
    pub control: Control,
    /// What that makes of it now; 1 is fully open.
    pub activity: f64,
    /// Rates of the gene in the present medium.
    pub rates: GeneRates,
    /// The abundance assumed for it, if none was measured [TPM].
    pub assumed_tpm: Option<f64>,
    /// Copies of a gene of a plasmid in the reference cell; nothing for one of the chromosome.
    pub dosage: Option<f64>,
}

/// A gene with its molecules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuestGene {
    /// Its place in the genome.
    pub index: usize,
    /// Relative strength of its promoter; nothing while it is closed.
    pub strength: Option<f64>,
    /// Who decides on its promoter.
    pub control: Control,
    /// Activity of its promoter; 1 is fully open.
    pub activity: f64,
    /// Its rates in the present medium.
    pub rates: GeneRates,
    /// The abundance assumed for it, if none was measured [TPM].
    pub assumed_tpm: Option<f64>,
    /// Copies of a gene of a plasmid in the reference cell; nothing for one of the chromosome.
    pub dosage: Option<f64>,
    /// mRNA [molecules].
    pub mrna: f64,
    /// Protein [molecules].
    pub protein: f64,
}

/// A gene as it was saved, without the rates, which follow from the medium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SavedGene {
    pub(super) index: usize,
    pub(super) strength: Option<f64>,
    pub(super) control: Control,
    pub(super) activity: f64,
    pub(super) assumed_tpm: Option<f64>,
    pub(super) mrna: f64,
    pub(super) protein: f64,
}

impl SavedGene {
    /// The gene with its rates in the present medium and its copies on a plasmid.
    fn with(self, rates: GeneRates, dosage: Option<f64>) -> GuestGene {
        let Self { index, strength, control, activity, assumed_tpm, mrna, protein } = self;
        GuestGene { index, strength, control, activity, rates, assumed_tpm, dosage, mrna, protein }
    }
}

/// The molecules of one VM.
#[derive(Debug, Clone)]
pub struct Population {
    genes: Vec<GuestGene>,
    /// What proteins do to promoters, in the present medium.
    laws: Vec<Law>,
    rng: Rng,
    /// Built when it is needed; gone when the genes or their rates have changed.
    simulation: Option<Simulation>,
    /// Reactions that fired in simulations that are gone.
    fired: u64,
    /// Simulations that were compiled.
    compiled: u64,
}

impl Population {
    /// No molecules.
    pub fn new(rng: Rng) -> Self {
        Self { genes: Vec::new(), laws: Vec::new(), rng, simulation: None, fired: 0, compiled: 0 }
    }

    /// The genes, in the order of the genome.
    pub fn genes(&self) -> &[GuestGene] {
        &self.genes
    }

    /// The gene with a place in the genome.
    pub fn gene(&self, index: usize) -> Option<&GuestGene> {
        self.genes.binary_search_by_key(&index, |g| g.index).ok().map(|i| &self.genes[i])
    }

    /// Continues with another random stream.
    pub fn reseed(&mut self, rng: Rng) {
        self.drop_simulation();
        self.rng = rng;
    }

    /// Opens the promoter of a gene.
    pub fn open(&mut self, index: usize, opening: Opening) {
        self.drop_simulation();
        let Opening { strength, control, activity, rates, assumed_tpm, dosage } = opening;
        let place = self.genes.binary_search_by_key(&index, |g| g.index);
        let (mrna, protein) =
            place.map_or((0.0, 0.0), |at| (self.genes[at].mrna, self.genes[at].protein));
        let saved = SavedGene {
            index,
            strength: Some(strength),
            control,
            activity,
            assumed_tpm,
            mrna,
            protein,
        };
        let gene = saved.with(rates, dosage);
        match place {
            Ok(at) => self.genes[at] = gene,
            Err(at) => self.genes.insert(at, gene),
        }
        self.answer_to_proteins();
    }

    /// Sets the activity of promoters that follow the medium, given by the places of their genes. It
    /// is a number, so the simulation stays.
    pub fn regulate(&mut self, activities: &[(usize, f64)]) {
        for &(index, activity) in activities {
            let Ok(at) = self.genes.binary_search_by_key(&index, |g| g.index) else { continue };
            self.genes[at].activity = activity;
        }
    }

    /// Takes other laws for promoters that answer to proteins.
    pub(super) fn set_laws(&mut self, laws: Vec<Law>) {
        if self.laws != laws {
            self.drop_simulation();
            self.laws = laws;
        }
        self.answer_to_proteins();
    }

    /// Forgets genes from one place on, and moves those behind up.
    pub(super) fn cut(&mut self, from: usize, count: usize) {
        self.drop_simulation();
        self.genes.retain(|gene| !(from..from + count).contains(&gene.index));
        for gene in self.genes.iter_mut().filter(|gene| gene.index >= from) {
            gene.index -= count;
        }
    }

    /// Makes room for genes at one place: those from there on move down. Their laws must be set anew.
    pub(super) fn make_room(&mut self, from: usize, count: usize) {
        self.drop_simulation();
        self.laws.clear();
        for gene in self.genes.iter_mut().filter(|gene| gene.index >= from) {
            gene.index += count;
        }
    }

    /// Sets the copies in the reference cell of genes, given by their places.
    pub(super) fn dose(&mut self, places: std::ops::Range<usize>, dosage: f64) {
        let from = self.genes.partition_point(|g| g.index < places.start);
        for gene in self.genes[from..].iter_mut().take_while(|g| g.index < places.end) {
            gene.dosage = Some(dosage);
        }
    }

    /// The laws in force: those of open promoters that are left to their regulators. Each comes with
    /// the place of its gene among [`Self::genes`], and has such places for the genes of proteins.
    pub(super) fn laws_in_force(&self) -> Vec<(usize, Law)> {
        self.laws_of(|gene| gene.strength.is_some())
    }

    /// The laws of promoters that are left to their regulators, of some genes.
    fn laws_of(&self, wanted: impl Fn(&GuestGene) -> bool) -> Vec<(usize, Law)> {
        let place = |index: usize| self.genes.binary_search_by_key(&index, |g| g.index).ok();
        let in_force = self.laws.iter().filter_map(|law| {
            let at = place(law.gene)?;
            let gene = &self.genes[at];
            let follows = gene.control == Control::Regulated && wanted(gene);
            follows.then(|| (at, law.renumbered(place)))
        });
        in_force.collect()
    }

    /// Brings activities up to date with the proteins.
    fn answer_to_proteins(&mut self) {
        if self.laws.is_empty() {
            return;
        }
        // Those of closed promoters as well, so that it does not matter what closed first.
        for (at, law) in self.laws_of(|_| true) {
            self.genes[at].activity = law.activity(|i| self.genes[i].protein);
        }
    }

    /// Adds a gene that was saved; those of lower places are there already.
    pub(super) fn put(&mut self, gene: SavedGene, rates: GeneRates, dosage: Option<f64>) {
        self.drop_simulation();
        self.genes.push(gene.with(rates, dosage));
    }

    /// The random stream at its present place.
    pub(super) fn rng(&self) -> &Rng {
        self.simulation.as_ref().map_or(&self.rng, |simulation| simulation.stepper.exact().rng())
    }

    /// Closes the promoter of a gene; its molecules stay.
    pub fn close(&mut self, index: usize) {
        self.drop_simulation();
        if let Ok(at) = self.genes.binary_search_by_key(&index, |g| g.index) {
            self.genes[at].strength = None;
        }
    }

    /// Closes all promoters and loses all mRNA.
    pub fn lose_mrna(&mut self) {
        self.drop_simulation();
        for gene in &mut self.genes {
            gene.strength = None;
            gene.mrna = 0.0;
        }
    }

    /// Takes the rates of another medium, where there are any.
    pub(super) fn recalibrate(&mut self, rates: impl Fn(&GuestGene) -> Option<GeneRates>) {
        self.drop_simulation();
        for gene in &mut self.genes {
            if let Some(rates) = rates(gene) {
                gene.rates = rates;
            }
        }
    }

    /// Sets the molecules of all genes, mRNA and protein in turn, as another solver found them.
    pub(super) fn set_molecules(&mut self, molecules: &[f64]) {
        self.drop_simulation();
        for (gene, pair) in self.genes.iter_mut().zip(molecules.chunks_exact(2)) {
            (gene.mrna, gene.protein) = (pair[0], pair[1]);
        }
        self.answer_to_proteins();
    }

    /// Weight of the mRNA in the competition at an elongation rate [aa/h].
    pub fn weight(&self, elongation_aa_per_h: f64) -> f64 {
        self.genes
            .iter()
            .filter(|g| g.mrna != 0.0)
            .fold(0.0, |sum, g| sum + g.mrna * g.rates.weight(elongation_aa_per_h))
    }

    /// RNA that is made [nt/h] at full growth; to be multiplied with the relative growth rate.
    pub fn rna_nt_per_h(&self) -> f64 {
        self.genes.iter().fold(0.0, |sum, g| sum + transcription(g) * g.rates.length_nt)
    }

    /// Amino acids of the proteins that are degraded [1/h].
    pub fn decayed_aa_per_h(&self) -> f64 {
        self.genes.iter().fold(0.0, |sum, g| sum + g.protein * g.rates.decayed_aa_per_h())
    }

    /// Reactions that have fired.
    pub fn events(&self) -> u64 {
        self.fired
            + self.simulation.as_ref().map_or(0, |simulation| simulation.stepper.exact().events())
    }

    /// Simulations that were compiled so far. What changes only a number compiles none.
    pub fn compiled(&self) -> u64 {
        self.compiled
    }

    /// Lives on for a time [h] in constant surroundings, stochastically: exactly, or by leaps where
    /// they pay. It has no clock: time that passes without this call does not pass for it.
    ///
    /// # Errors
    /// When the stop token is set, or a population cannot be counted any more.
    pub fn advance(
        &mut self,
        hours: f64,
        around: &Surroundings,
        unburdened_growth_per_h: f64,
        leaping: bool,
        stop: &StopToken,
    ) -> Result<(), HypervisorError> {
        if self.genes.is_empty() {
            return Ok(());
        }
        if self.simulation.as_ref().is_some_and(|s| s.stepper.is_leaping() != leaping) {
            self.drop_simulation();
        }
        let mut simulation = match self.simulation.take() {
            Some(simulation) => simulation,
            None => {
                self.compiled += 1;
                let laws = self.laws_in_force();
                Simulation::new(&self.genes, &laws, self.rng.clone(), leaping)?
            }
        };
        simulation.feel(&self.genes, around, unburdened_growth_per_h)?;
        let outcome = simulation.stepper.advance(hours, stop);
        let state = simulation.stepper.exact().state();
        for (gene, pair) in self.genes.iter_mut().zip(state.chunks_exact(2)) {
            (gene.mrna, gene.protein) = (pair[0], pair[1]);
        }
        self.simulation = Some(simulation);
        self.answer_to_proteins();
        Ok(outcome?)
    }

    /// The same as far as a part of the time, from 0 to 1. One by one, that is where the whole of
    /// it comes past; between the two ends of leaps counts are interpolated.
    ///
    /// # Errors
    /// Those of [`Self::advance`].
    pub(super) fn look_into(
        &mut self,
        (hours, part): (f64, f64),
        around: &Surroundings,
        unburdened_growth_per_h: f64,
        leaping: bool,
    ) -> Result<(), HypervisorError> {
        let stop = StopToken::new();
        if !leaping {
            return self.advance(part * hours, around, unburdened_growth_per_h, leaping, &stop);
        }
        let pairs = |genes: &[GuestGene]| -> Vec<f64> {
            genes.iter().flat_map(|gene| [gene.mrna, gene.protein]).collect()
        };
        let before = pairs(&self.genes);
        self.advance(hours, around, unburdened_growth_per_h, leaping, &stop)?;
        let between = pairs(&self.genes).into_iter().zip(before);
        let between: Vec<f64> = between.map(|(b, a)| (a + part * (b - a)).round()).collect();
        self.set_molecules(&between);
        Ok(())
    }

    /// Forgets the compiled simulation but not its place in the random stream.
    fn drop_simulation(&mut self) {
        if let Some(mut simulation) = self.simulation.take() {
            self.rng = simulation.stepper.exact_mut().rng_mut().clone();
            self.fired += simulation.stepper.exact().events();
        }
    }
}
