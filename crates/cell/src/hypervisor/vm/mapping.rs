//! Which genes of a VM are mapped and transcribed.

use std::sync::Arc;

use super::Vm;
use super::log::{LogKind, some_of};
use crate::hypervisor::error::HypervisorError;
use crate::hypervisor::expression::{Expression, Member, Transcript, UnitExpression};
use crate::hypervisor::population::{Control, Drive, GuestUnit, LARGEST_BURST, Opening};
use crate::hypervisor::state::VmState;
use bioxen_base::nearest::nearest;
use bioxen_genome::{Gene, GeneKind, TpmKind};

/// The strongest promoter, relative to the native one.
pub(in super::super) const STRONGEST: f64 = 1e4;

/// The largest abundance there is [TPM]: transcripts are counted per million.
pub(in super::super) const MOST_TPM: f64 = 1e6;

/// How promoters are opened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promoter {
    /// Strength relative to the native promoter.
    pub strength: f64,
    /// The abundance to assume for genes of which none was measured [TPM], in place of an estimate if
    /// there is one. Without either they are refused; with it even those that make no protein are
    /// transcribed.
    pub assumed_tpm: Option<f64>,
    /// Who decides on it from then on.
    pub control: Control,
    /// Transcripts that one event makes on average, 0 for one by one; if nothing is said, as the VM has it.
    pub burst: Option<f64>,
}

impl Promoter {
    /// The native promoter.
    pub const NATIVE: Self =
        Self { strength: 1.0, assumed_tpm: None, control: Control::Open, burst: None };
}

impl Vm {
    /// The genes whose promoters are open, in the order of the genome.
    pub fn transcribing(&self) -> Vec<&str> {
        self.population.open_genes().map(|index| self.gene(index).name()).collect()
    }

    /// DNA that is mapped [kb].
    pub fn resident_kb(&self) -> f64 {
        self.mapped_kb(self.population.open_genes()) + self.plasmids_kb()
    }

    /// Maps genes, with the operons they belong to, and opens their promoters at a strength
    /// relative to the native one. Returns the names of all genes opened.
    ///
    /// # Errors
    /// As [`Vm::open_promoters`].
    pub fn start_transcription(
        &mut self,
        names: &[&str],
        strength: f64,
    ) -> Result<Vec<String>, HypervisorError> {
        self.open_promoters(names, Promoter { strength, ..Promoter::NATIVE })
    }

    /// Maps genes, with the operons they belong to, and opens their promoters. Returns the names
    /// of all genes opened.
    ///
    /// # Errors
    /// When the VM does not run, a gene is unknown or codes for no protein or has no measured
    /// abundance (and none is assumed), the strength is no positive number, the assumed abundance
    /// none up to a million, or the DNA does not fit. Then nothing has changed.
    pub fn open_promoters(
        &mut self,
        names: &[&str],
        promoter: Promoter,
    ) -> Result<Vec<String>, HypervisorError> {
        self.needs_running("start_transcription")?;
        let Promoter { strength, assumed_tpm, control, .. } = promoter;
        if !(strength > 0.0 && strength <= STRONGEST) {
            return Err(HypervisorError::Strength { given: strength });
        }
        if let Some(given) = assumed_tpm.filter(|tpm| !(*tpm > 0.0 && *tpm <= MOST_TPM)) {
            return Err(HypervisorError::Abundance { given });
        }
        if !(0.0..=LARGEST_BURST).contains(&promoter.burst.unwrap_or(0.0)) {
            return Err(HypervisorError::Burst { given: promoter.burst.unwrap_or(0.0) });
        }
        self.calibrated()?;
        let named = names.iter().map(|n| self.gene_index(n)).collect::<Result<Vec<_>, _>>()?;
        let assumed =
            |i: usize| assumed_tpm.or(self.population.unit(i).and_then(|u| u.drive.assumed_tpm));
        let known = |i: usize| self.unit_expressions(i, assumed(i));
        let knows = |i: usize| known(i).iter().any(|unit| unit.genes.contains(&i));
        if let Some(&unknown) = named.iter().find(|&&i| self.is_coding(i) && !knows(i)) {
            let gene = self.gene(unknown).name().to_owned();
            return Err(HypervisorError::NoExpression { gene });
        }
        let silent = assumed_tpm.is_some();
        // Another gene of the operon of which nothing is known is left alone.
        let resolved = self.resolve_operons(names, silent)?;
        let mut units: Vec<UnitExpression> = resolved.into_iter().flat_map(known).collect();
        units.sort_by(|a, b| a.genes.cmp(&b.genes));
        units.dedup_by(|a, b| a.genes == b.genes);
        let mut genes: Vec<usize> = units.iter().flat_map(|unit| unit.genes.clone()).collect();
        genes.sort_unstable();
        genes.dedup();
        self.check_present(&genes)?;
        self.check_rules(&genes)?;
        self.check_memory(&genes)?;
        let opened = units.into_iter().map(|unit| {
            let first = unit.genes[0];
            let (activity, folds) = self.unit_activity(&unit, control);
            let assumed_tpm = assumed_tpm
                .or(self.population.unit(first).and_then(|unit| unit.drive.assumed_tpm))
                .filter(|_| !self.unit_expressions(first, None).contains(&unit));
            let (dosage, burst) = (self.dosage(first), promoter.burst.unwrap_or(self.burst));
            let drive = Drive { control, activity, burst, assumed_tpm };
            let opening = Opening { strength, drive, folds, dosage };
            (unit, opening)
        });
        let opened = opened.collect();
        self.population.open(opened);
        // A repressor among them counts from now on.
        self.feel_regulators();
        let opened: Vec<String> = genes.iter().map(|&i| self.gene(i).name().to_owned()).collect();
        let what = format!("{}: {}, strength {strength}", control.name(), some_of(&opened));
        self.note(LogKind::Transcription, what);
        Ok(opened)
    }

    /// Closes the promoters of genes, with the operons they belong to, and unmaps their DNA. mRNA
    /// and proteins decay in their own time. Returns the names of all genes closed.
    ///
    /// # Errors
    /// When the VM does not run, or a gene is unknown or not being transcribed. Then nothing has
    /// changed.
    pub fn stop_transcription(&mut self, names: &[&str]) -> Result<Vec<String>, HypervisorError> {
        self.needs_running("stop_transcription")?;
        let mut genes = self.resolve_operons(names, true)?;
        genes.retain(|&i| self.is_coding(i) || self.population.gene(i).is_some());
        for name in names {
            let index = self.gene_index(name)?;
            if self.population.unit(index).is_none_or(|unit| unit.strength.is_none()) {
                return Err(HypervisorError::NotTranscribing {
                    id: self.id.clone(),
                    gene: (*name).to_owned(),
                    transcribing: self.transcribing().into_iter().map(str::to_owned).collect(),
                });
            }
        }
        for &index in &genes {
            self.population.close(index);
        }
        self.feel_regulators();
        let closed: Vec<String> = genes.iter().map(|&i| self.gene(i).name().to_owned()).collect();
        self.note(LogKind::Transcription, format!("closed: {}", some_of(&closed)));
        Ok(closed)
    }

    /// Whether a gene can be transcribed: it makes a protein, its expression is known, and no rule of
    /// the VM speaks against it or a gene that is transcribed with it.
    pub fn can_transcribe(&self, index: usize) -> bool {
        self.is_expressed(index) && self.objection(index).is_none()
    }

    fn is_expressed(&self, index: usize) -> bool {
        self.is_coding(index) && self.rates(index).is_some()
    }

    /// What speaks against the transcription of a gene that could be expressed, if something does.
    pub fn objection(&self, index: usize) -> Option<&'static str> {
        if !self.is_expressed(index) {
            return None;
        }
        let unit = self.unit(index).0.into_iter().filter(|&i| self.is_expressed(i));
        unit.map(|i| self.rules.objection(self.gene(i))).find_map(|objection| objection)
    }

    /// The number of a gene, of the genome or of a package.
    ///
    /// # Errors
    /// When there is no such gene; the error names the nearest.
    pub fn gene_index(&self, name: &str) -> Result<usize, HypervisorError> {
        let inserted = || Some(self.genome.genes().len() + self.inserts.number_of(name)?);
        self.genome.index_of(name).or_else(inserted).ok_or_else(|| {
            let same = self.genome.all_named(name);
            if same.len() > 1 {
                let genes = same.iter().map(|&i| self.gene(i).name().to_owned()).collect();
                return HypervisorError::SharedName { gene: name.to_owned(), genes };
            }
            let inserted = nearest(name, self.inserts.genes().map(Gene::name));
            HypervisorError::UnknownGene {
                id: self.id.clone(),
                genome: self.genome.name.clone(),
                gene: name.to_owned(),
                nearest: inserted.or_else(|| self.genome.nearest(name)).map(str::to_owned),
            }
        })
    }

    /// The genes that are transcribed with one, itself included, and the length of that stretch
    /// [nt].
    fn unit(&self, index: usize) -> (Vec<usize>, u32) {
        let base = self.genome.genes().len();
        match index.checked_sub(base).and_then(|number| self.inserts.operon(number)) {
            Some((operon, first)) => {
                let genes = operon.genes.iter().map(|place| base + first + place);
                (genes.collect(), operon.length_nt)
            }
            None => (
                self.genome.operon_of(index).to_vec(),
                self.genome.transcription_unit_length(index),
            ),
        }
    }

    /// The expression of a unit that is, or was, mapped, in the present medium.
    pub(in super::super) fn expression_of(&self, unit: &GuestUnit) -> Option<UnitExpression> {
        let genes = &self.population.genes()[unit.genes()];
        let own = |e: &UnitExpression| e.genes.iter().copied().eq(genes.iter().map(|g| g.index));
        self.unit_expressions(genes.first()?.index, unit.drive.assumed_tpm).into_iter().find(own)
    }

    /// The expression of the units of the operon of a gene in the present medium, as far as it is known, with an
    /// abundance assumed for genes of which none was measured.
    pub(in super::super) fn unit_expressions(
        &self,
        index: usize,
        assumed_tpm: Option<f64>,
    ) -> Vec<UnitExpression> {
        let base = self.genome.genes().len();
        if index >= base {
            return self.inserts.unit(index - base, base).into_iter().collect();
        }
        let Some(expression) = &self.expression else { return Vec::new() };
        if assumed_tpm.is_some() && !self.is_measured(index) {
            return self.assumed_unit(expression, index, assumed_tpm).into_iter().collect();
        }
        if expression.units_of(index).nth(1).is_none()
            && let Some(only) = expression.unit(index)
            && only.genes.len() == self.genome.operon_of(index).len()
        {
            return vec![only.clone()];
        }
        let genes = self.genome.operon_of(index).iter();
        let all = genes.flat_map(|&gene| expression.units_of(gene)).map(|(unit, _)| unit.clone());
        let mut units: Vec<UnitExpression> = all.collect();
        units.sort_by(|a, b| a.genes.cmp(&b.genes));
        units.dedup_by(|a, b| a.genes == b.genes);
        units
    }

    /// Whether the abundances of all genes of the operon of a gene were measured.
    fn is_measured(&self, index: usize) -> bool {
        let estimated = |gene: &Gene| !matches!(gene.tpm_kind, None | Some(TpmKind::Measured));
        let (genes, _) = self.unit(index);
        let mut coding = genes.iter().filter(|&&i| self.gene(i).kind == GeneKind::Cds);
        coding.all(|&i| self.gene(i).tpm.is_some() && self.is_coding(i) && !estimated(self.gene(i)))
    }

    /// The one unit of the operon of a gene, with an abundance assumed for genes of which none was measured.
    fn assumed_unit(
        &self,
        expression: &Expression,
        index: usize,
        assumed_tpm: Option<f64>,
    ) -> Option<UnitExpression> {
        let assumed = assumed_tpm?;
        // What the user says goes before an estimate, not before what was measured.
        let estimated = |gene: &Gene| !matches!(gene.tpm_kind, None | Some(TpmKind::Measured));
        let (mut genes, _) = self.unit(index);
        genes.sort_unstable();
        genes.retain(|&i| self.gene(i).kind == GeneKind::Cds);
        let members: Vec<Member> = genes
            .into_iter()
            .map(|index| {
                let gene = self.gene(index);
                let known = gene.tpm.filter(|_| self.is_coding(index) && !estimated(gene));
                match known {
                    Some(tpm) => Member { index, tpm, reference: self.reference_activity(index) },
                    None => Member { index, tpm: assumed, reference: 1.0 },
                }
            })
            .collect();
        let whole = (!members.is_empty()).then(|| Transcript::whole(&self.genome, members))?;
        Some(expression.assumed(&self.genome, &whole))
    }

    pub(super) fn calibrated(&self) -> Result<Arc<Expression>, HypervisorError> {
        self.expression
            .clone()
            .ok_or_else(|| HypervisorError::NoAbundances { genome: self.genome.name.clone() })
    }

    /// Refuses what only a running VM can do, in the name of the call that wants it.
    ///
    /// # Errors
    /// When it does not run.
    pub fn needs_running(&self, wanted: &'static str) -> Result<(), HypervisorError> {
        let remedy = if self.state == VmState::Paused { "resume" } else { "start" };
        if self.state == VmState::Running {
            return Ok(());
        }
        Err(HypervisorError::NotRunning { id: self.id.clone(), state: self.state, wanted, remedy })
    }

    /// The genes of all operons that the named genes belong to, in the order of the genome; those
    /// that make no protein only if they are wanted.
    fn resolve_operons(&self, names: &[&str], silent: bool) -> Result<Vec<usize>, HypervisorError> {
        if names.is_empty() {
            return Err(HypervisorError::NoGenes);
        }
        let wanted = |i: usize| self.is_coding(i) || (silent && self.gene(i).kind == GeneKind::Cds);
        let mut genes = Vec::new();
        for name in names {
            let index = self.gene_index(name)?;
            if !wanted(index) {
                return Err(HypervisorError::NotCoding {
                    gene: (*name).to_owned(),
                    kind: self.gene(index).kind.to_string(),
                });
            }
            genes.extend(self.unit(index).0.into_iter().filter(|&i| wanted(i)));
        }
        genes.sort_unstable();
        genes.dedup();
        Ok(genes)
    }

    fn is_coding(&self, index: usize) -> bool {
        let gene = self.gene(index);
        gene.kind == GeneKind::Cds && gene.protein_length.is_some()
    }

    /// Refuses what the rules of the VM forbid, all genes at once.
    pub(super) fn check_rules(&self, genes: &[usize]) -> Result<(), HypervisorError> {
        let against = |i: &usize| Some((*i, self.rules.objection(self.gene(*i))?));
        let forbidden: Vec<(usize, &'static str)> = genes.iter().filter_map(against).collect();
        let Some(&(_, rule)) = forbidden.first() else { return Ok(()) };
        Err(HypervisorError::Forbidden {
            id: self.id.clone(),
            genes: forbidden.iter().map(|(i, _)| self.gene(*i).name().to_owned()).collect(),
            rule,
        })
    }

    pub(super) fn check_memory(&self, genes: &[usize]) -> Result<(), HypervisorError> {
        let all = self.population.open_genes().chain(genes.iter().copied());
        let resident = self.resident_kb();
        let total = self.mapped_kb(all) + self.plasmids_kb();
        if total <= self.allocation.memory_kb {
            return Ok(());
        }
        let names: Vec<&str> = genes.iter().map(|&i| self.gene(i).name()).collect();
        Err(HypervisorError::OutOfMemory {
            genes: if names.len() <= 6 {
                names.join(", ")
            } else {
                format!("{} genes", names.len())
            },
            needed: total - resident,
            resident,
            allocated: self.allocation.memory_kb,
        })
    }

    /// Refuses genes of plasmids that are gone.
    fn check_present(&self, genes: &[usize]) -> Result<(), HypervisorError> {
        for &gene in genes {
            if let Some(plasmid) = self.plasmid_of(gene).filter(|p| p.copies() == 0.0) {
                let (gene, plasmid) = (self.gene(gene).name().to_owned(), plasmid.facts().name());
                return Err(HypervisorError::PlasmidGone { gene, plasmid: plasmid.to_owned() });
            }
        }
        Ok(())
    }

    /// Length of the transcription units of genes of the chromosome [kb], each counted once.
    fn mapped_kb(&self, genes: impl Iterator<Item = usize>) -> f64 {
        let on_plasmid = |i: &usize| self.plasmid_of(*i).is_some();
        let mut units: Vec<usize> = genes
            .filter(|i| !on_plasmid(i))
            .map(|i| self.unit(i).0.first().copied().unwrap_or(i))
            .collect();
        units.sort_unstable();
        units.dedup();
        let nt: u64 = units.iter().map(|&i| u64::from(self.unit(i).1)).sum();
        nt as f64 / 1000.0
    }
}
