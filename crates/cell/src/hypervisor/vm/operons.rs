//! Operons under the control of their regulators, or by hand.

use std::sync::Arc;

use super::{LogKind, Promoter, Vm};
use crate::hypervisor::biology::BiologicalType;
use crate::hypervisor::error::HypervisorError;
use crate::hypervisor::expression::UnitExpression;
use crate::hypervisor::medium::Medium;
use crate::hypervisor::population::Control;
use bioxen_base::nearest::nearest;
use bioxen_genome::regulation::{
    ReferenceMedium, RegulatedOperon, operon_of_gene, shipped_regulation,
};

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
}

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
                control: first.map(|(_, unit)| unit.control),
                regulated_activity: operon.activity(gene, self.medium.as_ref()),
                activity: first.map(|(_, unit)| unit.activity),
            }
        };
        Ok(self.regulation("operons")?.iter().map(describe).collect())
    }

    fn regulation(
        &self,
        wanted: &'static str,
    ) -> Result<&'static [RegulatedOperon], HypervisorError> {
        self.must_be(&[BiologicalType::Ecoli], wanted)?;
        Ok(shipped_regulation().unwrap_or_default())
    }

    /// Refuses what only other biological types can do.
    pub fn must_be(
        &self,
        types: &'static [BiologicalType],
        wanted: &'static str,
    ) -> Result<(), HypervisorError> {
        if types.contains(&self.biological_type) {
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
        match self.biological_type {
            BiologicalType::Ecoli => {
                operon_of_gene(gene).map_or(1.0, |o| o.activity(gene, &ReferenceMedium))
            }
            BiologicalType::Syn3a | BiologicalType::MinimalCell => 1.0,
        }
    }

    /// Activity of a gene's promoter under a control, in the present medium; 1 is open.
    fn promoter_activity(&self, index: usize, control: Control) -> f64 {
        let gene = self.gene(index).name();
        let operon = match self.biological_type {
            BiologicalType::Ecoli => operon_of_gene(gene),
            BiologicalType::Syn3a | BiologicalType::MinimalCell => None,
        };
        match (operon, control) {
            (None, _) | (_, Control::Open) => 1.0,
            (Some(operon), Control::Repressed) => operon.shut(gene),
            (Some(operon), Control::Regulated) => operon.activity(gene, self.medium.as_ref()),
        }
    }

    /// Feels another medium.
    pub(in super::super) fn feel_medium(&mut self, medium: &Arc<Medium>) {
        self.medium = Arc::clone(medium);
        self.population.inhibit(medium.inhibition().inactivation_per_h());
        // What a control does to single genes may differ between media as well, and closed ones count, so that
        // it does not matter which came first.
        let units = self.population.units().iter().enumerate();
        let activities = units.filter_map(|(at, unit)| {
            let first = self.population.genes()[unit.genes().start].index;
            if self.package_of(first).is_some() || unit.control != Control::Regulated {
                return None;
            }
            let expression = self.expression_of(unit)?;
            Some((at, self.unit_activity(&expression, unit.control)))
        });
        let activities = activities.collect();
        self.population.regulate(activities);
        self.feel_laws();
    }
}
