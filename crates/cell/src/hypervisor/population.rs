//! The molecules of a VM: mRNA and protein of every gene that is, or was, mapped.

mod bursts;
mod laws;
mod living;
mod opening;
mod rates;

pub use bursts::LARGEST_BURST;
pub(super) use bursts::parts as burst_parts;
pub use rates::Surroundings;
pub(super) use rates::{opened, regulated_transcription, transcription, transcription_per_copy};
pub(super) use unit::SavedUnit;
pub use unit::{Drive, GuestGene, GuestUnit, Opening};
mod simulation;
mod unit;

use super::expression::{GeneRates, UnitExpression};
use super::losses::Losses;
use super::promoter::Law;
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

/// The molecules of one VM.
#[derive(Debug, Clone)]
pub struct Population {
    /// In the order of their first genes.
    units: Vec<GuestUnit>,
    /// Unit by unit.
    genes: Vec<GuestGene>,
    /// Places in the genome, in order, and among `genes`.
    places: Vec<(usize, usize)>,
    /// What proteins do to promoters, in the present medium.
    laws: Vec<Law>,
    /// What molecules lose to proteases and small RNAs.
    losses: Losses,
    /// Rate at which an inhibitor inactivates translating ribosomes [1/h].
    inactivation_per_h: f64,
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
        Self {
            units: Vec::new(),
            genes: Vec::new(),
            places: Vec::new(),
            laws: Vec::new(),
            losses: Losses::default(),
            inactivation_per_h: 0.0,
            rng,
            simulation: None,
            fired: 0,
            compiled: 0,
        }
    }

    /// The transcription units, in the order of their first genes.
    pub fn units(&self) -> &[GuestUnit] {
        &self.units
    }

    /// The genes, unit by unit.
    pub fn genes(&self) -> &[GuestGene] {
        &self.genes
    }

    /// The gene with a place in the genome, as the first unit that carries it has it.
    pub fn gene(&self, index: usize) -> Option<&GuestGene> {
        self.place(index).map(|at| &self.genes[at])
    }

    /// The gene with a place in the genome in each unit that carries it: proteins are counted by the transcripts that
    /// they were made from.
    pub fn carried(&self, index: usize) -> impl Iterator<Item = &GuestGene> {
        let from = self.places.partition_point(|(i, _)| *i < index);
        let own = self.places[from..].iter().take_while(move |(i, _)| *i == index);
        own.map(|(_, at)| &self.genes[*at])
    }

    /// The places in the genome of all genes, in order, each once.
    pub fn indices(&self) -> impl Iterator<Item = usize> {
        let mut before = None;
        self.places.iter().map(|(index, _)| *index).filter(move |index| {
            let first = before != Some(*index);
            before = Some(*index);
            first
        })
    }

    /// The unit of the gene with a place in the genome.
    pub fn unit(&self, index: usize) -> Option<&GuestUnit> {
        self.gene(index).map(|gene| &self.units[gene.unit])
    }

    /// The places in the genome of the genes whose promoters are open, in order.
    pub fn open_genes(&self) -> impl Iterator<Item = usize> {
        let open = |index: &usize| {
            self.carried(*index).any(|gene| self.units[gene.unit].strength.is_some())
        };
        self.indices().filter(open)
    }

    /// Transcripts that carry the gene with a place among [`Self::genes`].
    pub fn mrna(&self, at: usize) -> f64 {
        self.unit_at(at).transcripts
    }

    /// For each gene its place in the genome, the transcripts that carry it, and its proteins.
    pub fn all_counts(&self) -> impl Iterator<Item = (usize, f64, f64)> {
        self.places.chunk_by(|a, b| a.0 == b.0).map(|own| {
            own.iter().fold((own[0].0, 0.0, 0.0), |(index, mrna, protein), (_, at)| {
                (index, mrna + self.mrna(*at), protein + self.genes[*at].protein)
            })
        })
    }

    /// Transcripts that carry the gene with a place in the genome, and its proteins.
    pub fn counts(&self, index: usize) -> Option<(f64, f64)> {
        self.place(index)?;
        let sum = |(mrna, protein): (f64, f64), gene: &GuestGene| {
            (mrna + self.units[gene.unit].transcripts, protein + gene.protein)
        };
        Some(self.carried(index).fold((0.0, 0.0), sum))
    }

    /// The molecules by which a gene, given by its place among [`Self::genes`], acts: its protein, or its RNA.
    pub(super) fn acting(&self, at: usize) -> f64 {
        let gene = &self.genes[at];
        if gene.is_rna() { self.units[gene.unit].transcripts } else { gene.protein }
    }

    fn unit_at(&self, gene: usize) -> &GuestUnit {
        &self.units[self.genes[gene].unit]
    }

    fn place(&self, index: usize) -> Option<usize> {
        self.places.binary_search_by_key(&index, |(i, _)| *i).ok().map(|at| self.places[at].1)
    }

    /// Continues with another random stream.
    pub fn reseed(&mut self, rng: Rng) {
        self.drop_simulation();
        self.rng = rng;
    }

    /// Takes units that were saved, in the place of what there is.
    pub(super) fn put(&mut self, units: Vec<(GuestUnit, Vec<GuestGene>)>) {
        self.drop_simulation();
        self.arrange(units);
        self.feel_losses();
    }

    /// The units with their genes.
    fn taken_apart(&self) -> Vec<(GuestUnit, Vec<GuestGene>)> {
        self.units.iter().map(|unit| (*unit, self.genes[unit.genes()].to_vec())).collect()
    }

    fn arrange(&mut self, mut all: Vec<(GuestUnit, Vec<GuestGene>)>) {
        all.retain(|(_, genes)| !genes.is_empty());
        all.sort_by(|(_, a), (_, b)| {
            a.iter().map(|gene| gene.index).cmp(b.iter().map(|gene| gene.index))
        });
        self.units.clear();
        self.genes.clear();
        for (place, (mut unit, genes)) in all.into_iter().enumerate() {
            (unit.first, unit.count) = (self.genes.len(), genes.len());
            self.units.push(unit);
            let inactivation_per_h = self.inactivation_per_h;
            let placed = genes.into_iter().map(|gene| {
                let rates = GeneRates { inactivation_per_h, ..gene.rates };
                GuestGene { unit: place, rates, ..gene }
            });
            self.genes.extend(placed);
        }
        self.number();
    }

    fn number(&mut self) {
        self.places = self.genes.iter().enumerate().map(|(at, gene)| (gene.index, at)).collect();
        self.places.sort_unstable();
    }

    /// Sets the activity of promoters that follow the medium, given by their units' places, and what they do to
    /// single genes. They are numbers, so the simulation stays.
    pub(super) fn regulate(&mut self, activities: Vec<(usize, (f64, Vec<f64>))>) {
        for (at, (activity, folds)) in activities {
            let Some(unit) = self.units.get_mut(at) else { continue };
            unit.drive.activity = activity;
            for (gene, fold) in self.genes[unit.genes()].iter_mut().zip(folds) {
                gene.fold = fold;
            }
        }
    }

    /// Feels an inhibitor that inactivates translating ribosomes at a rate [1/h]. It is a number, so the
    /// simulation stays.
    pub(super) fn inhibit(&mut self, inactivation_per_h: f64) {
        self.inactivation_per_h = inactivation_per_h;
        for gene in &mut self.genes {
            gene.rates.inactivation_per_h = inactivation_per_h;
        }
    }

    /// Makes all promoters fire in bursts of a mean size; 0 for one by one.
    pub(super) fn set_burst(&mut self, burst: f64) {
        self.drop_simulation();
        self.units.iter_mut().for_each(|unit| unit.drive.burst = burst);
    }

    /// Forgets genes from one place on, and moves those behind up.
    pub(super) fn cut(&mut self, from: usize, count: usize) {
        self.drop_simulation();
        let mut all = self.taken_apart();
        for (_, genes) in &mut all {
            genes.retain(|gene| !(from..from + count).contains(&gene.index));
            for gene in genes.iter_mut().filter(|gene| gene.index >= from) {
                gene.index -= count;
            }
        }
        self.arrange(all);
    }

    /// Makes room for genes at one place: those from there on move down. Their laws must be set anew.
    pub(super) fn make_room(&mut self, from: usize, count: usize) {
        self.drop_simulation();
        self.laws.clear();
        self.losses = Losses::default();
        for gene in self.genes.iter_mut().filter(|gene| gene.index >= from) {
            gene.index += count;
        }
        self.number();
    }

    /// Sets the copies in the reference cell of units, given by the places of their genes.
    pub(super) fn dose(&mut self, places: &std::ops::Range<usize>, dosage: f64) {
        for unit in &mut self.units {
            if places.contains(&self.genes[unit.first].index) {
                unit.dosage = Some(dosage);
            }
        }
    }

    /// The random stream at its present place.
    pub(super) fn rng(&self) -> &Rng {
        self.simulation.as_ref().map_or(&self.rng, |simulation| simulation.stepper.exact().rng())
    }

    /// Closes the promoters of the units that carry a gene; their molecules stay.
    pub fn close(&mut self, index: usize) {
        self.drop_simulation();
        let carriers: Vec<usize> = self.carried(index).map(|gene| gene.unit).collect();
        carriers.into_iter().for_each(|unit| self.units[unit].strength = None);
    }

    /// Closes all promoters and loses all mRNA.
    pub fn lose_mrna(&mut self) {
        self.drop_simulation();
        for unit in &mut self.units {
            unit.strength = None;
            unit.transcripts = 0.0;
        }
    }

    /// Takes the rates of another medium for each unit, where there are any.
    pub(super) fn recalibrate(&mut self, found: &[Option<UnitExpression>]) {
        self.drop_simulation();
        for (unit, found) in self.units.iter_mut().zip(found) {
            let Some(found) = found else { continue };
            let genes = &mut self.genes[unit.genes()];
            unit.rates = found.rates;
            for gene in genes {
                let at = found.genes.iter().position(|index| *index == gene.index);
                if let Some(rates) = at.and_then(|at| found.gene_rates.get(at)) {
                    let inactivation_per_h = self.inactivation_per_h;
                    gene.rates = GeneRates { inactivation_per_h, ..*rates };
                }
            }
        }
    }

    /// All molecules: the transcripts of each unit and then its proteins.
    pub(super) fn molecules(&self) -> impl Iterator<Item = f64> {
        self.units.iter().flat_map(|unit| {
            let proteins = self.genes[unit.genes()].iter().map(|gene| gene.protein);
            std::iter::once(unit.transcripts).chain(proteins)
        })
    }

    /// How many numbers of molecules there are.
    pub(super) fn length(&self) -> usize {
        self.units.len() + self.genes.len()
    }

    /// Sets all molecules, as another solver found them.
    pub(super) fn set_molecules(&mut self, molecules: &[f64]) {
        self.drop_simulation();
        self.take_molecules(molecules);
    }

    fn take_molecules(&mut self, molecules: &[f64]) {
        let mut molecules = molecules.iter().copied();
        let mut next = || molecules.next().unwrap_or_default();
        for unit in &mut self.units {
            unit.transcripts = next();
            self.genes[unit.genes()].iter_mut().for_each(|gene| gene.protein = next());
        }
        self.answer_to_proteins();
    }

    /// Weight of the mRNA in the competition at an elongation rate [aa/h].
    pub fn weight(&self, elongation_aa_per_h: f64) -> f64 {
        let present = self.units.iter().filter(|unit| unit.transcripts != 0.0);
        present.fold(0.0, |sum, unit| {
            let genes = self.genes[unit.genes()].iter();
            let one = genes.fold(0.0, |sum, gene| sum + gene.weight(elongation_aa_per_h));
            sum + unit.transcripts * one
        })
    }

    /// RNA that is made [nt/h] at full growth; to be multiplied with the relative growth rate.
    pub fn rna_nt_per_h(&self) -> f64 {
        self.units.iter().fold(0.0, |sum, unit| sum + transcription(unit) * unit.rates.length_nt)
    }

    /// Amino acids of the proteins that are degraded [1/h].
    pub fn decayed_aa_per_h(&self) -> f64 {
        self.genes.iter().fold(0.0, |sum, g| sum + g.protein * g.decayed_aa_per_h())
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
}
