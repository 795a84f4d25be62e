//! What is known of the transcripts that a VM has now.

use super::Hypervisor;
use super::error::HypervisorError;
use super::expression::InternalPromoters;
use super::population::{Surroundings, transcription};

/// A gene that is, or was, mapped, with the transcripts that carry it.
#[derive(Debug, Clone, PartialEq)]
pub struct CarriedGene {
    /// Its name.
    pub gene: String,
    /// The name of its transcription unit.
    pub unit: String,
    /// Transcripts of the unit [molecules].
    pub transcripts: f64,
    /// Transcripts of the unit that are made [1/min].
    pub made_per_min: f64,
    /// After this time half of the transcripts are translated no more [min], apart from dilution by growth.
    pub functional_half_life_min: f64,
    /// After this time half of their sequence is lost [min], as it is measured; it decides on nothing here.
    pub chemical_half_life_min: f64,
    /// Its translation relative to that of the transcript as a whole.
    pub share: f64,
    /// Proteins that are made from one transcript in its life, in the present host.
    pub proteins_per_transcript: f64,
    /// Protein [molecules].
    pub protein: f64,
}

impl Hypervisor {
    /// Tells promoters inside of the operons of a VM apart, or not. That is decided before anything is transcribed.
    ///
    /// # Errors
    /// When there is no VM of that id, or it has, or had, genes mapped. Then nothing has changed.
    pub fn set_internal_promoters(
        &mut self,
        id: &str,
        internal: InternalPromoters,
    ) -> Result<(), HypervisorError> {
        let settled = self.settled(self.full_nutrient())?;
        let vm = self.vm_mut(id)?;
        if vm.internal_promoters() == internal {
            return Ok(());
        }
        if !vm.population().units().is_empty() {
            return Err(HypervisorError::TranscribedBefore { id: id.to_owned() });
        }
        vm.take_internal_promoters(internal, &settled)
    }

    /// The genes that are, or were, mapped in a VM with the transcripts that carry them, unit by unit.
    ///
    /// # Errors
    /// When there is no VM of that id.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::factory::{Config, Infrastructure};
    /// use bioxen_cell::hypervisor::{BiologicalType, Hypervisor};
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.3)?)?;
    /// let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    /// let vm = hypervisor.create(config.spec("demo")?)?;
    /// vm.start()?;
    /// vm.start_transcription(&["thrA"], 1.0)?;
    /// let carried = hypervisor.carried_genes("demo")?;
    /// assert_eq!(carried.len(), 4);
    /// assert!(carried.iter().all(|gene| gene.unit == "thr" && gene.made_per_min > 1.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn carried_genes(&self, id: &str) -> Result<Vec<CarriedGene>, HypervisorError> {
        let vm = self.vm(id)?;
        let (rates, _, competition) = super::run::surroundings(&self.chassis, &self.vms);
        let position = self.vms.iter().filter(|v| v.is_live()).position(|v| v.id() == id);
        let tenant = position.unwrap_or(usize::MAX);
        let ribosomes = self.chassis.state().ribosomes;
        let around = Surroundings::new(&rates, ribosomes, &competition, tenant);
        let population = vm.population();
        let relative = match vm.is_live() {
            true => around.transcription * around.growth_per_h / vm.unburdened_growth(),
            false => 0.0,
        };
        let half_life_min = |per_h: f64| 60.0 * std::f64::consts::LN_2 / per_h;
        let of_unit = |unit: &super::population::GuestUnit| {
            let (name, unit) = (vm.unit_name(unit), *unit);
            let genes = &population.genes()[unit.genes()];
            genes.iter().map(move |gene| CarriedGene {
                gene: vm.gene(gene.index).name().to_owned(),
                unit: name.clone(),
                transcripts: unit.transcripts,
                made_per_min: relative * transcription(&unit) / 60.0,
                functional_half_life_min: half_life_min(unit.rates.decay_per_h),
                chemical_half_life_min: half_life_min(unit.rates.chemical_decay_per_h),
                share: gene.fold * gene.rates.share,
                proteins_per_transcript: gene.translation(around.elongation_aa_per_h)
                    * around.ribosomes
                    / (unit.rates.decay_per_h + around.growth_per_h),
                protein: gene.protein,
            })
        };
        Ok(population.units().iter().flat_map(of_unit).collect())
    }
}

#[cfg(test)]
mod tests;
