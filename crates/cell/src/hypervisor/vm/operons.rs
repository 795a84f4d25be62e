//! Operons under the control of their regulators, or by hand.

use std::sync::Arc;

use super::{LogKind, Promoter, Vm};
use crate::hypervisor::biology::BiologicalType;
use crate::hypervisor::error::HypervisorError;
use crate::hypervisor::expression::UnitExpression;
use crate::hypervisor::medium::Medium;
use crate::hypervisor::plasmid::Plasmid;
use crate::hypervisor::population::Control;
use crate::hypervisor::promoter::{Law, LoopedLaw, Permease};
use bioxen_base::nearest::nearest;
use bioxen_genome::regulation::{Circumstances, REFERENCE, RegulatedOperon};

/// The gene of the permease that brings inducers of lac in.
const PERMEASE: &str = "lacY";

/// The state of a regulated operon in a VM.
#[derive(Debug, Clone, PartialEq)]
pub struct OperonStatus {
    /// Its name.
    pub name: String,
    /// Its genes, in the order of transcription.
    pub genes: Vec<String>,
    /// Its regulators, in words.
    pub regulators: Vec<String>,
    /// Who decides on its promoter; nothing while it is not mapped.
    pub control: Option<Control>,
    /// Activity that its regulators would give its first gene in the present medium; 1 is open.
    pub regulated_activity: f64,
    /// Activity of its first gene now; nothing while it is not mapped.
    pub activity: Option<f64>,
    /// What tells how strong its open promoter is.
    pub strength: OpenStrength,
}

/// What tells how strong the open promoter of an operon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenStrength {
    /// The amount of its protein.
    Protein,
    /// The abundance of its transcripts.
    Transcripts,
    /// Transcripts that are too few to be measured: it is not known.
    Noise,
}

impl OpenStrength {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Protein => "from the amount of protein",
            Self::Transcripts => "from the abundance of transcripts",
            Self::Noise => "not measured: too few transcripts",
        }
    }
}

/// Below this abundance of a unit [TPM] that of its genes is noise: TPM of units of 5 to 30 tell as much
/// of Schmidt's proteins as of the other genes of the unit, below 5 nothing.
const MEASURED_TPM: f64 = 5.0;

impl Vm {
    /// Takes operons into the hand, or leaves them to their regulators, and maps them. Returns the
    /// names of all genes concerned.
    ///
    /// # Errors
    /// When the VM is no *E. coli* or does not run, an operon is unknown, or the DNA does not fit.
    /// Then nothing has changed.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::factory::{Config, Infrastructure};
    /// use bioxen_cell::hypervisor::{BiologicalType, Control, Hypervisor};
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.5)?)?;
    /// let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    /// let vm = hypervisor.create(config.spec("demo")?)?;
    /// vm.start()?;
    /// assert_eq!(vm.manage_operons(&["lac"], Control::Regulated)?.len(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn manage_operons(
        &mut self,
        names: &[&str],
        control: Control,
    ) -> Result<Vec<String>, HypervisorError> {
        let known = self.regulation("manage_operons")?;
        self.needs_running("manage_operons")?;
        let mut genes = Vec::new();
        for name in names {
            let operon = known.iter().find(|o| o.name == *name);
            let operon = operon.ok_or_else(|| HypervisorError::UnknownOperon {
                given: (*name).to_owned(),
                nearest: nearest(name, known.iter().map(|o| o.name.as_str())).map(str::to_owned),
                known: known.iter().map(|o| o.name.clone()).collect(),
            })?;
            // Attenuator peptides without measured expression are not mapped.
            let usable = |gene: &&String| {
                let index = self.genome.index_of(gene);
                index.is_some_and(|i| self.expression.as_ref().is_some_and(|e| e.gene(i).is_some()))
            };
            genes.extend(operon.genes.iter().filter(usable).map(String::as_str));
        }
        let opened = self.open_promoters(&genes, Promoter { control, ..Promoter::NATIVE })?;
        self.note(LogKind::Operon, format!("{}: {}", control.name(), names.join(", ")));
        Ok(opened)
    }

    /// All regulated operons and how they stand.
    ///
    /// # Errors
    /// When the VM is no *E. coli*.
    pub fn operons(&self) -> Result<Vec<OperonStatus>, HypervisorError> {
        let describe = |operon: &RegulatedOperon| {
            let first = operon.genes.iter().find_map(|gene| {
                let index = self.genome.index_of(gene)?;
                let unit = self.population.unit(index).filter(|unit| unit.strength.is_some())?;
                Some((index, unit))
            });
            let main = operon.genes.iter().find(|g| self.genome.index_of(g).is_some());
            let gene =
                first.map_or_else(|| main.map_or("", String::as_str), |(i, _)| self.gene(i).name());
            OperonStatus {
                name: operon.name.clone(),
                genes: operon.genes.clone(),
                regulators: operon.regulators.iter().map(|r| r.name.clone()).collect(),
                control: first.map(|(_, unit)| unit.drive.control),
                regulated_activity: self.regulated_activity(operon, gene),
                strength: self.open_strength(operon),
                activity: first.map(|(_, unit)| unit.drive.activity),
            }
        };
        Ok(self.regulation("operons")?.iter().map(describe).collect())
    }

    /// Activity that the regulators of an operon would give a gene now.
    fn regulated_activity(&self, operon: &RegulatedOperon, gene: &str) -> f64 {
        let law = self.operon_laws().into_iter().find(|law| self.gene(law.gene).name() == gene);
        let protein = |index: usize| self.population.gene(index).map_or(0.0, |gene| gene.protein);
        law.map_or_else(
            || operon.activity(gene, &self.circumstances()),
            |law| law.activity(protein),
        )
    }

    fn open_strength(&self, operon: &RegulatedOperon) -> OpenStrength {
        if self.biological_type.level_of_operon(&operon.name).is_some() {
            return OpenStrength::Protein;
        }
        let tpm = operon.genes.iter().find_map(|gene| {
            self.expression.as_ref()?.abundance_tpm(self.chromosome.index_of(gene)?)
        });
        match tpm {
            Some(tpm) if tpm >= MEASURED_TPM => OpenStrength::Transcripts,
            _ => OpenStrength::Noise,
        }
    }

    fn regulation(
        &self,
        wanted: &'static str,
    ) -> Result<&'static [RegulatedOperon], HypervisorError> {
        self.must_be(&[BiologicalType::Ecoli], wanted)?;
        Ok(self.biological_type.regulation())
    }

    /// Refuses what only other biological types can do.
    pub fn must_be(
        &self,
        types: &'static [BiologicalType],
        wanted: &'static str,
    ) -> Result<(), HypervisorError> {
        if types.contains(&self.biological_type.base()) {
            return Ok(());
        }
        Err(HypervisorError::WrongType {
            id: self.id.clone(),
            is: self.biological_type,
            wanted,
            types: types.iter().map(|t| t.name()).collect(),
        })
    }

    /// Activity of a unit's promoter under a control, in the present medium, 1 being open; and by how much that
    /// control acts on each of its genes.
    pub(super) fn unit_activity(&self, unit: &UnitExpression, control: Control) -> (f64, Vec<f64>) {
        unit.activity(|index| self.promoter_activity(index, control))
    }

    /// Activity of a gene's promoter where abundances were measured; 1 is open.
    pub(super) fn reference_activity(&self, index: usize) -> f64 {
        let gene = self.gene(index).name();
        self.operon_of(index).map_or(1.0, |operon| operon.activity(gene, &REFERENCE))
    }

    /// The regulated operon of a gene of the chromosome.
    fn operon_of(&self, index: usize) -> Option<&'static RegulatedOperon> {
        let own = index < self.chromosome.genes().len();
        own.then(|| self.biological_type.operon_of_gene(self.gene(index).name())).flatten()
    }

    /// The genes of its chromosome that lie in regulated operons, in order.
    fn regulated_genes(&self) -> &[usize] {
        self.regulated.get_or_init(|| {
            let all = 0..self.chromosome.genes().len();
            all.filter(|&index| self.operon_of(index).is_some()).collect()
        })
    }

    /// Activity of a gene's promoter under a control, in the present medium; 1 is open.
    fn promoter_activity(&self, index: usize, control: Control) -> f64 {
        let gene = self.gene(index).name();
        let Some(operon) = self.operon_of(index) else { return 1.0 };
        match control {
            Control::Open => operon.open(gene, &self.circumstances()),
            Control::Repressed => operon.shut(gene),
            Control::Regulated => operon.activity(gene, &self.circumstances()),
        }
    }

    /// What the regulators of its operons feel. A repressor that loops is there as in the wild type; where
    /// it is not, a law says so.
    fn circumstances(&self) -> Circumstances<'_> {
        let relative = self.expression.as_ref().map_or(1.0, |e| e.relative_growth);
        // The mean of the copies counts as long as there are any: their number changes with every division, and how
        // often somebody looks must change nothing.
        let copies = |p: &Plasmid| p.wanted.filter(|_| p.copies() > 0.0).unwrap_or(0.0);
        let operators = self.plasmids().map(|p| copies(p) * p.facts().lac_operators());
        Circumstances {
            growth: self.medium.repressing_growth(relative),
            cyclase: self.strain.cyclase,
            operators: operators.sum::<f64>(),
            ..Circumstances::of_wild_type(self.medium.as_ref())
        }
    }

    /// The laws of operons that loop shut by a repressor which the VM expresses: from the repressor's own
    /// gene, or from plasmids. While its own gene is not expressed, the mean of the wild type stands for it.
    pub(super) fn operon_laws(&self) -> Vec<Law> {
        let law = |operon: &RegulatedOperon| {
            let mapped = operon.genes.iter().find_map(|gene| {
                let index = self.chromosome.index_of(gene)?;
                self.population.unit(index).map(|_| (index, gene))
            });
            let (first, gene) = mapped?;
            let (looped, repressor) = operon.looped(gene, &self.circumstances())?;
            let own = self.chromosome.index_of(repressor)?;
            let native = self.expression.as_ref()?.native_proteins(own)?;
            let open = |index: &usize| {
                self.population.unit(*index).is_some_and(|unit| unit.strength.is_some())
            };
            let genes: Vec<usize> = std::iter::once(own)
                .filter(open)
                .chain(self.on_plasmids(repressor).filter(|i| self.population.gene(*i).is_some()))
                .collect();
            let constant = if genes.first() == Some(&own) { 0.0 } else { 1.0 };
            let permease = self.permease(operon);
            let law = LoopedLaw { looped, constant, genes, native, permease };
            let acted_on = law.proteins().next().is_some();
            acted_on.then(|| Law::looped(first, law))
        };
        self.biological_type.regulation().iter().filter_map(law).collect()
    }

    /// The permease of an operon that brings its inducer in, if the strain counts it and the VM has it.
    fn permease(&self, operon: &RegulatedOperon) -> Option<Permease> {
        let name = operon.genes.iter().find(|name| *name == PERMEASE)?;
        let gain = Some(self.strain.permease_gain).filter(|gain| *gain > 0.0)?;
        let gene = self.chromosome.index_of(name)?;
        self.population.gene(gene)?;
        let native = self.expression.as_ref()?.native_proteins(gene)?;
        let opened = operon.open(name, &self.circumstances());
        let full = native / self.reference_activity(gene) * opened;
        Some(Permease { gene, gain, full })
    }

    /// Genes of plasmids that are copies of one of the chromosome, by the name that it has in the file.
    fn on_plasmids<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        let own = self.chromosome.genes().len();
        let all = self.genome.genes().iter().enumerate().skip(own);
        all.filter(move |(_, gene)| gene.names.symbol.as_deref() == Some(name))
            .map(|(index, _)| index)
    }

    /// Feels another medium.
    pub(in super::super) fn feel_medium(&mut self, medium: &Arc<Medium>) {
        self.medium = Arc::clone(medium);
        self.population.inhibit(medium.inhibition().inactivation_per_h());
        self.feel_regulators();
    }

    /// Brings all promoters up to date with what acts on them.
    pub(super) fn feel_regulators(&mut self) {
        // What a control does to single genes may differ between media as well, and closed ones count, so that
        // it does not matter which came first.
        let units = self.population.units().iter().enumerate();
        let activities = units.filter_map(|(at, unit)| {
            let first = self.population.genes()[unit.genes().start].index;
            self.regulated_genes().binary_search(&first).ok()?;
            let expression = self.expression_of(unit)?;
            Some((at, self.unit_activity(&expression, unit.drive.control)))
        });
        let activities = activities.collect();
        self.population.regulate(activities);
        self.feel_laws();
    }
}
