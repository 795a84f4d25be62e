//! Transcription units and bursts.

use rhai::Dynamic;
use rhai::plugin::*;

use crate::error::raise;
use crate::number::{kind, plain};
use crate::world::on;
use crate::{LangError, RhaiResultOf, Table, Vm, World};
use bioxen_cell::hypervisor::CarriedGene;
use bioxen_cell::hypervisor::expression::InternalPromoters;
use bioxen_table::Column;

/// Transcripts of a burst, fitted to FISH counts: see `bursts`.
const FITTED_BURST: f64 = 0.609;

/// The mean size of bursts that a script gives: a number, or whether there are any.
pub(super) fn burst(value: &Dynamic) -> Result<f64, LangError> {
    match value.as_bool() {
        Ok(on) => Ok(if on { FITTED_BURST } else { 0.0 }),
        Err(_) => plain(value).ok_or_else(|| LangError::WrongType {
            what: "bursts".to_owned(),
            expected: "true, false or a mean number of transcripts",
            got: kind(value),
        }),
    }
}

fn units(world: &World, vm: &Vm) -> Result<Table, LangError> {
    let genes = world.lab.hypervisor().carried_genes(&vm.id)?;
    let text = |of: fn(&CarriedGene) -> &String| -> Vec<String> {
        genes.iter().map(|gene| of(gene).clone()).collect()
    };
    let numbers = |of: fn(&CarriedGene) -> f64| -> Vec<f64> { genes.iter().map(of).collect() };
    let table = Table::new(vec![
        Column::new("unit", text(|g| &g.unit)),
        Column::new("gene", text(|g| &g.gene)),
        Column::new("transcripts", numbers(|g| g.transcripts)).in_unit("molecules"),
        Column::new("transcription", numbers(|g| g.made_per_min)).in_unit("1/min"),
        Column::new("functional_half_life", numbers(|g| g.functional_half_life_min)).in_unit("min"),
        Column::new("chemical_half_life", numbers(|g| g.chemical_half_life_min)).in_unit("min"),
        Column::new("translation_share", numbers(|g| g.share)),
        Column::new("proteins_per_transcript", numbers(|g| g.proteins_per_transcript)),
        Column::new("protein", numbers(|g| g.protein)).in_unit("molecules"),
    ])?;
    Ok(table)
}

/// Transcription units and bursts.
#[export_module]
pub mod functions {
    /// The genes that are, or were, transcribed, with their transcription units: a table with a row for each gene.
    /// One transcript carries all genes of its unit, so its number stands in the row of each.
    ///
    /// With `internal_promoters` a gene stands in the row of each unit that carries it, units are named by their genes, and
    /// transcripts and proteins of the gene are the sums over its rows.
    ///
    /// * `transcripts` [molecules]; `transcription` - how many are made [1/min]
    /// * `functional_half_life` - of being translated [min]: it decides on everything. `chemical_half_life` - of the
    ///   sequence, as RNA sequencing measures it [min]: for comparison only
    /// * `translation_share` - the translation of the gene relative to that of the transcript as a whole
    /// * `proteins_per_transcript` - in the life of one transcript, in the present host
    /// * `protein` [molecules]
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Source
    /// Units: EcoCyc, as the genome file has them. Functional lifetimes: one factor on the measured half-lives makes
    /// the RNA that is made agree with Dennis & Bremer, *EcoSal Plus* (2008).
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["thrA"]);
    /// run(20.min);
    /// transcription_units().filter(|row| row.gene == "thrB")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn transcription_units(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Table> {
        on(&context, &vm.id, |world| units(world, &vm))
    }

    /// Whether promoters inside of operons have transcripts of their own.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// internal_promoters()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn internal_promoters(context: NativeCallContext, vm: Vm) -> RhaiResultOf<bool> {
        on(&context, &vm.id, |world| {
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            Ok::<_, LangError>(vm.internal_promoters() == InternalPromoters::Separate)
        })
    }

    /// Tells promoters inside of operons apart, as far as the genome knows of them: *E. coli* has them in 280 operons.
    /// The abundances of the transcripts are those that are nearest to the abundances of the genes. What they leave
    /// open stays a factor of translation. Operons whose regulators are known stay one transcript. Otherwise an
    /// operon has one transcript.
    ///
    /// * `on_or_off` - whether they are told apart
    ///
    /// # Errors
    /// If the VM no longer exists, or has transcribed genes before.
    ///
    /// # Source
    /// Transcription units of EcoCyc 29.1, as re-tabulated by vEcoli (Covert Lab).
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// internal_promoters(true);
    /// start_transcription(["gapA"]);
    /// transcription_units()
    /// ```
    #[rhai_fn(global, name = "internal_promoters", return_raw)]
    pub fn set_internal_promoters(
        context: NativeCallContext,
        vm: Vm,
        on_or_off: bool,
    ) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let internal = match on_or_off {
                true => InternalPromoters::Separate,
                false => InternalPromoters::Ignored,
            };
            world.lab.hypervisor_mut().set_internal_promoters(&vm.id, internal)?;
            Ok::<_, LangError>(())
        })
    }

    /// How many transcripts one event of a promoter of the VM makes on average; 0 where they are made one by one, which
    /// they are unless something else is said. A promoter may have a size of its own
    /// (`start_transcription`).
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// bursts()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn bursts(context: NativeCallContext, vm: Vm) -> RhaiResultOf<f64> {
        on(&context, &vm.id, |world| Ok::<_, LangError>(world.lab.hypervisor().vm(&vm.id)?.burst()))
    }

    /// Sets how many transcripts one event of a promoter makes on average, at all promoters of the VM. The number
    /// of transcripts in a burst is geometric (0, 1, 2 ..); bursts come as much more rarely, so that no mean
    /// changes. They act under the stochastic solvers.
    ///
    /// * `size` - a number up to 5, `true` for 0.609, `false` for one by one
    ///
    /// # Errors
    /// If the VM no longer exists, or the size is not possible.
    ///
    /// # Source
    /// 0.609 is fitted: the median Fano factor of mRNA counts by FISH over 68 genes is 1.609 (Taniguchi et al.,
    /// *Science* 329:533, 2010, genes with even b numbers), and bursts of mean size `b` give `1 + b`.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// bursts(true);
    /// start_transcription(["lacZ"]);
    /// ```
    #[rhai_fn(global, name = "bursts", return_raw)]
    pub fn set_bursts(context: NativeCallContext, vm: Vm, size: Dynamic) -> RhaiResultOf<()> {
        let size = burst(&size).map_err(raise)?;
        on(&context, &vm.id, |world| {
            world.lab.hypervisor_mut().vm_mut(&vm.id)?.set_burst(size)?;
            Ok::<_, LangError>(())
        })
    }
}
