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
mod tests {
    use crate::chassis::measured::polymerases::mrna_speed;
    use crate::chassis::polymerase::Pool;
    use crate::chassis::{Chassis, Nutrient, energy};
    use crate::factory::{Config, Infrastructure};
    use crate::hypervisor::{BiologicalType, Hypervisor, Limits, Solver, VmSpec};
    use bioxen_base::units::Time;
    use bioxen_engine::StopToken;

    /// At rest: the genome's strong promoters at a strength, beside a quota of one ribosome.
    fn saturated(quality: f64, genes: usize, strength: f64) -> Hypervisor {
        let mut cell = Hypervisor::new(Nutrient::new(quality).unwrap()).unwrap();
        cell.set_solver(Solver::Deterministic);
        let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
        let spec = config.spec("vm").unwrap();
        let limits = Limits { max_ribosomes: 1.0, max_memory_kb: 50_000.0, ..Limits::HOST };
        let strong = spec
            .genome
            .genes()
            .iter()
            .filter(|gene| gene.tpm.is_some_and(|tpm| tpm > 100.0))
            .take(genes);
        let names: Vec<String> = strong.map(|gene| gene.name().to_owned()).collect();
        let vm = cell.create(VmSpec { limits, ..spec }).unwrap();
        vm.start().unwrap();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        vm.start_transcription(&names, strength).unwrap();
        cell.run(Time::from_hours(60.0), &mut |_| {}, &StopToken::new()).unwrap();
        cell
    }

    /// A8: guests never keep more RNA than all polymerases for mRNA can make, however strong their promoters; many
    /// come near it.
    #[test]
    fn guests_keep_no_more_rna_than_polymerases_can_make() {
        for (quality, genes, least) in
            [(0.08, 200, 0.5), (0.3, 1, 0.0), (0.3, 200, 0.5), (1.0, 200, 0.5)]
        {
            let cell = saturated(quality, genes, 1000.0);
            let units = cell.vm("vm").unwrap().population().units();
            let nt: f64 = units.iter().map(|unit| unit.transcripts * unit.rates.length_nt).sum();
            let lost = units
                .iter()
                .map(|unit| unit.transcripts * unit.rates.length_nt * unit.rates.decay_per_h);
            let decay = lost.sum::<f64>() / nt;
            let alone = Chassis::settled(Nutrient::new(quality).unwrap()).unwrap();
            let alone = alone.rates().growth_per_h;
            let growth = cell.host_rates().growth_per_h;
            let pool = Pool::at(alone);
            let most = 3600.0 * mrna_speed(alone) * pool.for_mrna() / (decay + growth);
            assert!(nt / most <= 1.0 && nt / most > least, "{quality}, {genes}: {}", nt / most);
        }
    }

    /// A11: ATP for the RNA of guests is that of the nucleotides which replace what decays at the functional rate, not at the
    /// chemical one.
    #[test]
    fn rna_of_guests_is_paid_for_at_the_rate_at_which_it_is_made() {
        for (genes, strength) in [(1, 1.0), (20, 5.0), (200, 1000.0)] {
            let cell = saturated(0.3, genes, strength);
            let host = cell.host_rates();
            let atp = cell.chassis().state().atp;
            let charged = host.atp_use_per_h
                - energy::PER_AMINO_ACID * host.elongation_aa_per_h * host.translating
                - energy::overhead(host.growth_per_h, atp);
            let needed = |chemical: bool| -> f64 {
                let units = cell.vm("vm").unwrap().population().units().iter();
                let kept = units.map(|unit| {
                    let rates = unit.rates;
                    let decay =
                        if chemical { rates.chemical_decay_per_h } else { rates.decay_per_h };
                    unit.transcripts * rates.length_nt * (decay + host.growth_per_h)
                });
                energy::PER_NUCLEOTIDE * kept.sum::<f64>()
            };
            let ratio = charged / needed(false);
            assert!((ratio - 1.0).abs() < 5e-3, "{genes} at {strength}: {ratio}");
            let more = charged / needed(true);
            assert!(more > 1.5 && more < 2.6, "{genes} at {strength}: {more}");
        }
    }
}
