//! The plasmids of a VM.

use std::sync::Arc;

use super::{LogKind, Vm};
use crate::hypervisor::biology::BiologicalType;
use crate::hypervisor::cycle::CellCycle;
use crate::hypervisor::error::HypervisorError;
use crate::hypervisor::expression::UnitExpression;
use crate::hypervisor::plasmid::{Plasmid, half_for};
use crate::hypervisor::population::{Control, Drive, Opening};
use crate::hypervisor::state::VmState;
use bioxen_engine::rng::{Rng, Seed};
use bioxen_genome::Genome;
use bioxen_genome::plasmid::{MOST_COPIES, PlasmidFacts};

/// The lanes of random streams that belong to plasmids; those of genes are below.
const PLASMID_LANES: u64 = 1 << 63;

/// The stream of the plasmids of a VM.
pub(super) fn plasmid_rng(seed: Seed, ordinal: u64) -> Rng {
    Rng::new(seed.lane(PLASMID_LANES | ordinal))
}

/// A genome with the genes of plasmids behind those of the chromosome.
pub(in super::super) fn with_plasmids<'a>(
    chromosome: &Arc<Genome>,
    plasmids: impl Iterator<Item = &'a PlasmidFacts>,
) -> Result<Arc<Genome>, HypervisorError> {
    let mut whole = Arc::clone(chromosome);
    for facts in plasmids {
        let next = whole.with_replicon(facts.genome()).ok_or_else(|| {
            let (plasmid, genome) = (facts.name().to_owned(), chromosome.name.clone());
            HypervisorError::PlasmidGenes { plasmid, genome }
        })?;
        whole = Arc::new(next);
    }
    Ok(whole)
}

/// Whether a plasmid is one that was taken out: its genes are known then. What is said of its copies
/// may differ.
fn returns(gone: &Plasmid, facts: &PlasmidFacts) -> bool {
    gone.wanted.is_none()
        && gone.facts.name() == facts.name()
        && gone.facts.length_kb() == facts.length_kb()
        && gone.facts.genome().genes() == facts.genome().genes()
}

impl Vm {
    /// Brings a plasmid in. Its constitutive genes are transcribed from now on, and whenever the VM
    /// starts again; DNA memory is kept for all its copies.
    ///
    /// * `copies` - in a cell of mean size that grows as the medium allows; the published number if
    ///   nothing is said
    ///
    /// # Errors
    /// When the VM is no *E. coli* or does not run, has the plasmid or one of the same
    /// incompatibility group, the copies are no number above 0 up to 2000, the cell grows too fast
    /// to keep a plasmid, or the DNA does not fit. Then nothing has changed.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::factory::{Config, Infrastructure};
    /// use bioxen_genome::plasmid::shipped_plasmid;
    /// use bioxen_cell::hypervisor::{BiologicalType, Hypervisor};
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.3)?)?;
    /// let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    /// let vm = hypervisor.create(config.spec("demo")?)?;
    /// vm.start()?;
    /// vm.add_plasmid(&shipped_plasmid("pBR322")?, None)?;
    /// // A newborn cell has ln 2 times as many as one of mean size.
    /// assert_eq!(vm.plasmid_count(), 12.0);
    /// assert_eq!(vm.transcribing(), ["tetA", "bla"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_plasmid(
        &mut self,
        facts: &Arc<PlasmidFacts>,
        copies: Option<f64>,
    ) -> Result<(), HypervisorError> {
        self.must_be(&[BiologicalType::Ecoli], "add_plasmid")?;
        self.needs_running("add_plasmid")?;
        let no_copies = || {
            let plasmid = facts.name().to_owned();
            HypervisorError::NoCopies { given: plasmid.clone(), plasmid }
        };
        let copies = copies.or(facts.copies()).ok_or_else(no_copies)?;
        if !(copies > 0.0 && copies <= MOST_COPIES) {
            return Err(HypervisorError::Copies { given: copies });
        }
        let group = facts.incompatibility();
        let rival = self.plasmids().find(|p| p.facts.incompatibility() == group);
        if let Some(rival) = rival {
            return Err(HypervisorError::Incompatible {
                plasmid: facts.name().to_owned(),
                present: rival.facts.name().to_owned(),
                group: group.to_owned(),
            });
        }
        let growth = self.unburdened_growth();
        let half =
            half_for(copies, growth).ok_or(HypervisorError::TooFast { growth_per_h: growth })?;
        let needed = copies * facts.length_kb();
        self.check_room(facts.name(), needed)?;
        let known = self.plasmids.iter().position(|p| returns(p, facts));
        let at = match known {
            Some(at) => at,
            None => {
                self.check_names(facts)?;
                let whole = with_plasmids(&self.genome, std::iter::once(facts.as_ref()))?;
                let expression =
                    self.calibrated()?.with_replicon(&whole, self.genome.genes().len());
                let (facts, first_gene) = (Arc::clone(facts), self.genome.genes().len());
                // The genes of packages come behind those of all replicons.
                self.population.make_room(first_gene, facts.genome().genes().len());
                (self.genome, self.expression) = (whole, Some(Arc::new(expression)));
                self.feel_laws();
                self.plasmids.push(Plasmid { facts, first_gene, wanted: None, half, copies: 0.0 });
                self.plasmids.len() - 1
            }
        };
        let plasmid = &mut self.plasmids[at];
        plasmid.facts = Arc::clone(facts);
        (plasmid.wanted, plasmid.half) = (Some(copies), half);
        plasmid.copies = (copies * self.size).round().max(1.0);
        let there = plasmid.copies;
        self.open_constitutive(at);
        self.note(LogKind::Genome, format!("plasmid {}: {there} copies", facts.name()));
        Ok(())
    }

    /// Takes a plasmid out. What its genes made decays in its own time.
    ///
    /// # Errors
    /// When the VM is no *E. coli* or does not run, or has no such plasmid. Then nothing has
    /// changed.
    pub fn remove_plasmid(&mut self, name: &str) -> Result<(), HypervisorError> {
        self.must_be(&[BiologicalType::Ecoli], "remove_plasmid")?;
        self.needs_running("remove_plasmid")?;
        let at = self.plasmid_place(name)?;
        for gene in self.plasmids[at].genes() {
            self.population.close(gene);
        }
        (self.plasmids[at].wanted, self.plasmids[at].copies) = (None, 0.0);
        self.dose();
        self.note(LogKind::Genome, format!("plasmid {name} removed"));
        Ok(())
    }

    /// The plasmids, in the order in which they came, also those that were lost since.
    pub fn plasmids(&self) -> impl Iterator<Item = &Plasmid> {
        self.plasmids.iter().filter(|p| p.wanted.is_some())
    }

    /// A plasmid by its name.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn plasmid(&self, name: &str) -> Result<&Plasmid, HypervisorError> {
        Ok(&self.plasmids[self.plasmid_place(name)?])
    }

    /// The plasmids that are there, by their places, with their copies in a cell of mean size.
    pub(in super::super) fn copies_per_size(&self) -> Vec<(usize, f64)> {
        let all = self.plasmids.iter().enumerate().filter(|(_, p)| p.wanted.is_some());
        all.map(|(at, p)| (at, p.copies / self.size)).collect()
    }

    /// Copies of all plasmids in the cell that is followed.
    pub fn plasmid_count(&self) -> f64 {
        self.plasmids().map(Plasmid::copies).sum()
    }

    /// Refuses genes whose names are those of genes of packages.
    fn check_names(&self, facts: &PlasmidFacts) -> Result<(), HypervisorError> {
        let mut genes = facts.genome().genes().iter();
        match genes.find(|gene| self.inserts.number_of(gene.name()).is_some()) {
            None => Ok(()),
            Some(_) => Err(HypervisorError::PlasmidGenes {
                plasmid: facts.name().to_owned(),
                genome: self.genome.name.clone(),
            }),
        }
    }

    fn plasmid_place(&self, name: &str) -> Result<usize, HypervisorError> {
        let there = |p: &Plasmid| p.wanted.is_some() && p.facts.name() == name;
        self.plasmids.iter().position(there).ok_or_else(|| {
            let names = || self.plasmids().map(|p| p.facts.name());
            HypervisorError::UnknownPlasmid {
                id: self.id.clone(),
                given: name.to_owned(),
                nearest: bioxen_base::nearest::nearest(name, names()).map(str::to_owned),
                known: names().map(str::to_owned).collect(),
            }
        })
    }

    /// All that ever came in, with those that were removed: their genes keep their places.
    pub(in super::super) fn all_plasmids(&self) -> &[Plasmid] {
        &self.plasmids
    }

    /// The random stream of the plasmids.
    pub(in super::super) fn plasmid_words(&self) -> [u64; 4] {
        self.plasmid_rng.words()
    }

    /// DNA that is kept for plasmids [kb]; that of a VM that is not mapped takes no room.
    pub(super) fn plasmids_kb(&self) -> f64 {
        match self.state {
            VmState::Created | VmState::Stopped => 0.0,
            VmState::Running | VmState::Paused | VmState::Error => self.all_plasmids_kb(),
        }
    }

    fn all_plasmids_kb(&self) -> f64 {
        self.plasmids.iter().map(Plasmid::resident_kb).sum()
    }

    /// Refuses to start when the plasmids do not fit any more.
    pub(super) fn check_plasmids_fit(&self) -> Result<(), HypervisorError> {
        let (needed, allocated) = (self.all_plasmids_kb(), self.allocation.memory_kb);
        if needed <= allocated {
            return Ok(());
        }
        let (genes, resident) = ("its plasmids".to_owned(), 0.0);
        Err(HypervisorError::OutOfMemory { genes, needed, resident, allocated })
    }

    fn check_room(&self, what: &str, needed: f64) -> Result<(), HypervisorError> {
        let resident = self.resident_kb();
        if needed > 0.0 && resident + needed > self.allocation.memory_kb {
            return Err(HypervisorError::OutOfMemory {
                genes: what.to_owned(),
                needed,
                resident,
                allocated: self.allocation.memory_kb,
            });
        }
        Ok(())
    }

    /// The plasmid that a gene lies on, if it lies on one.
    pub(super) fn plasmid_of(&self, gene: usize) -> Option<&Plasmid> {
        self.plasmids.iter().find(|p| p.genes().contains(&gene))
    }

    /// Copies of a gene of a plasmid in the reference cell; nothing for one of the chromosome.
    pub(in super::super) fn dosage(&self, gene: usize) -> Option<f64> {
        self.plasmid_of(gene).map(|p| p.copies / self.size)
    }

    /// Opens what is transcribed by itself.
    pub(super) fn open_constitutive_genes(&mut self) {
        for at in 0..self.plasmids.len() {
            if self.plasmids[at].wanted.is_some() {
                self.open_constitutive(at);
            }
        }
    }

    fn open_constitutive(&mut self, at: usize) {
        let plasmid = &self.plasmids[at];
        let first = plasmid.first_gene;
        let genes: Vec<usize> =
            plasmid.genes().filter(|i| plasmid.facts.is_constitutive(i - first)).collect();
        let units = genes.into_iter().flat_map(|index| self.unit_expressions(index, None));
        let mut units: Vec<UnitExpression> = units.collect();
        units.sort_by(|a, b| a.genes.cmp(&b.genes));
        units.dedup_by(|a, b| a.genes == b.genes);
        self.open_units(units, Control::Open);
        self.dose();
        // A repressor among them counts from now on.
        self.feel_regulators();
    }

    /// Opens promoters of native strength.
    pub(super) fn open_units(&mut self, units: Vec<UnitExpression>, control: Control) {
        let opened = units.into_iter().map(|unit| {
            let dosage = unit.genes.first().and_then(|&gene| self.dosage(gene));
            let drive = Drive { control, activity: 1.0, burst: self.burst, assumed_tpm: None };
            let folds = vec![1.0; unit.genes.len()];
            let opening = Opening { strength: 1.0, drive, folds, dosage };
            (unit, opening)
        });
        let opened = opened.collect();
        self.population.open(opened);
    }

    /// Tells the genes of the plasmids how many copies there are.
    fn dose(&mut self) {
        for plasmid in &self.plasmids {
            self.population.dose(&plasmid.genes(), plasmid.copies / self.size);
        }
        // Their operators take repressor away.
        if self.plasmids.iter().any(|plasmid| plasmid.facts.lac_operators() > 0.0) {
            self.feel_regulators();
        }
    }

    /// Makes copies for a time [h].
    pub(in super::super) fn replicate(&mut self, hours: f64) {
        if self.state == VmState::Running {
            for plasmid in &mut self.plasmids {
                plasmid.replicate(hours, self.size, &mut self.plasmid_rng);
            }
        }
    }

    /// Goes on as one of the two daughters of the cell.
    pub(in super::super) fn divide(&mut self) {
        if self.state != VmState::Running {
            return;
        }
        for at in 0..self.plasmids.len() {
            let plasmid = &mut self.plasmids[at];
            let before = plasmid.copies;
            if before == 0.0 {
                continue;
            }
            plasmid.divide(&mut self.plasmid_rng);
            let (name, after) = (plasmid.facts.name().to_owned(), plasmid.copies);
            let what = match after {
                0.0 => format!("plasmid {name} lost: the other daughter has all {before} copies"),
                _ => format!("plasmid {name}: {after} of {before} copies in this daughter"),
            };
            self.note(LogKind::Division, what);
        }
    }

    /// Learns how large the cell is. One that does not run keeps what it has: its copies are those of
    /// a cell of that size, until it goes on.
    pub(in super::super) fn set_cycle(&mut self, cycle: CellCycle) {
        if self.state == VmState::Running || self.plasmids.is_empty() {
            self.size = cycle.size();
            if !self.plasmids.is_empty() {
                self.dose();
            }
        }
    }

    /// Learns in which cell it will go on. Its copies are then copies in this one, so that none is
    /// made or lost by the change of cells, and the mean does what each of the chances does.
    pub(in super::super) fn meet_cell(&mut self, cycle: CellCycle) {
        self.met = Some(cycle.size());
        self.set_cycle(cycle);
    }

    /// Goes on in the cell that it has met.
    pub(super) fn join_cell(&mut self) {
        if let Some(size) = self.met {
            self.size = size;
            self.dose();
        }
    }

    /// Size of the cell to which its copies belong.
    pub(in super::super) fn cell_size(&self) -> f64 {
        self.size
    }

    /// Copies in a cell of mean size of all plasmids that are replicated, those that are gone too.
    pub(in super::super) fn plasmid_densities(&self) -> Vec<f64> {
        match self.state {
            VmState::Running => self.plasmids.iter().map(|p| p.copies / self.size).collect(),
            _ => Vec::new(),
        }
    }

    /// Sets them, as the deterministic solver found them, in a cell of some size.
    pub(in super::super) fn set_plasmid_densities(&mut self, densities: &[f64], size: f64) {
        if self.state != VmState::Running {
            return;
        }
        self.size = size;
        for (plasmid, density) in self.plasmids.iter_mut().zip(densities) {
            plasmid.copies = density * self.size;
        }
        self.dose();
    }
}
