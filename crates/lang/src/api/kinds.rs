//! What only some biological types can do.

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::world::on;
use crate::{LangError, Output, RhaiResultOf, Vm, World};
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{BiologicalType, Hypervisor, MinimalFunction, Solver};
use bioxen_genome::Essentiality;

/// What the numbers of the result mean.
const COST_ONLY: &str = "growth and protein are what expression costs the host; no function of any \
                         gene is modelled, so nothing here says that the cell would live without the \
                         genes that were shut";
/// For how long the effect of a change is measured [h].
const MEASURED_HOURS: f64 = 1.0;

/// Growth of the host [1/h] and protein that the VM makes of essential genes [molecules] within an
/// hour, in a copy of the cell that nothing else changes.
fn measure(world: &World, id: &str) -> Result<(f64, f64), LangError> {
    let mut copy = world.lab.hypervisor().clone();
    copy.set_solver(Solver::Deterministic);
    let before = essential_protein(&copy, id)?;
    copy.run(Time::from_hours(MEASURED_HOURS), &mut |_| {}, &world.stop())?;
    Ok((copy.host_rates().growth_per_h, essential_protein(&copy, id)? - before))
}

fn essential_protein(hypervisor: &Hypervisor, id: &str) -> Result<f64, LangError> {
    let vm = hypervisor.vm(id)?;
    let genes = vm.population().genes().iter();
    Ok(genes
        .filter(|g| vm.gene(g.index).part.essentiality == Some(Essentiality::Essential))
        .map(|g| g.protein)
        .sum())
}

const OPTIMIZE: &str = "optimize_minimal_metabolism";

fn optimize(world: &mut World, id: &str) -> Result<Map, LangError> {
    let vm = world.lab.hypervisor().vm(id)?;
    vm.must_be(&[BiologicalType::Syn3a], OPTIMIZE)?;
    vm.needs_running(OPTIMIZE)?;
    let kept = world.lab.hypervisor().clone();
    let outcome = restrict(world, id);
    if outcome.is_err() {
        *world.lab.hypervisor_mut() = kept;
    }
    outcome
}

fn restrict(world: &mut World, id: &str) -> Result<Map, LangError> {
    let vm = world.lab.hypervisor().vm(id)?;
    let dispensable: Vec<String> = vm
        .transcribing()
        .into_iter()
        .filter(|name| {
            let gene = vm.genome().gene(name);
            gene.is_some_and(|g| g.part.essentiality != Some(Essentiality::Essential))
        })
        .map(str::to_owned)
        .collect();
    let quasi = dispensable.iter().filter(|name| {
        let gene = vm.genome().gene(name);
        gene.is_some_and(|g| g.part.essentiality == Some(Essentiality::QuasiEssential))
    });
    let quasi = quasi.count();
    let before = measure(world, id)?;
    if !dispensable.is_empty() {
        let names: Vec<&str> = dispensable.iter().map(String::as_str).collect();
        world.lab.hypervisor_mut().vm_mut(id)?.stop_transcription(&names)?;
    }
    // Without anything to translate yet there is nothing to divide.
    let rebalanced = world.lab.hypervisor_mut().optimize_allocation().unwrap_or_default();
    let after = measure(world, id)?;
    let mut record = Map::new();
    let closed: Array = dispensable.into_iter().map(Dynamic::from).collect();
    let shut = closed.len();
    record.insert("closed".into(), closed.into());
    record.insert("quasi_essential".into(), Dynamic::from_int(quasi as i64));
    record.insert("note".into(), COST_ONLY.into());
    if shut > 0 {
        let text = format!(
            "optimize_minimal_metabolism shut {shut} genes, {quasi} of them quasi-essential (without \
             them Syn3A grows slowly): {COST_ONLY}"
        );
        world.show(Output::Remark(text));
    }
    record.insert("rebalanced".into(), super::resources::reallocations(&rebalanced).into());
    for (key, value) in [
        ("growth_before", before.0),
        ("growth_after", after.0),
        ("essential_protein_before", before.1),
        ("essential_protein_after", after.1),
    ] {
        record.insert(key.into(), Dynamic::from_float(value));
    }
    Ok(record)
}

/// What only some biological types can do.
#[export_module]
pub mod functions {
    /// Restricts a Syn3A to its essential genes: it closes the promoters of all other genes (Breuer et
    /// al., *eLife* 8:e36842, 2019) and redistributes the allocated ribosomes. The effect is measured on
    /// copies of the cell in deterministic runs of one hour.
    ///
    /// **The functions of genes are not modelled, only the cost of their expression.** The closed genes
    /// include quasi-essential ones (113 of the 455), without which Syn3A hardly grows. So a faster host
    /// means cheaper expression, not a better cell.
    ///
    /// Returns a record: `closed` (names of genes), `quasi_essential` (how many of these are
    /// quasi-essential), `note` (the meaning of the numbers), `rebalanced` (as from
    /// `optimize_allocation`), `growth_before` and `growth_after` of the *host* [1/h] after that hour, and
    /// `essential_protein_before` and `essential_protein_after`, the protein that the VM makes from its
    /// essential genes in that hour [molecules]. A remark says the same.
    ///
    /// # Errors
    /// If the VM is not a Syn3A or does not run.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "syn3a").start();
    /// start_transcription(["dnaA", "rnmV"]);
    /// run(5.min);
    /// print(optimize_minimal_metabolism().closed);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn optimize_minimal_metabolism(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Map> {
        on(&context, &vm.id, |world| super::optimize(world, &vm.id))
    }

    /// The functions of a minimal cell and their genes: a map from `dna_replication`,
    /// `protein_synthesis`, `energy_production` and `membrane_maintenance` to names of genes. A call or a
    /// text that uses another gene is refused before it runs.
    ///
    /// The classes are those of the annotation (Hutchison et al., *Science* 351:aad6253, 2016;
    /// Breuer et al., *eLife* 8:e36842, 2019); their assignment to the four functions is ours.
    ///
    /// # Errors
    /// If the VM is not a minimal cell.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "minimal_cell");
    /// get_minimal_functions().dna_replication.len()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn get_minimal_functions(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Map> {
        on(&context, &vm.id, |world| {
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            vm.must_be(&[BiologicalType::MinimalCell], "get_minimal_functions")?;
            let genes = |function: MinimalFunction| -> Array {
                let genes = vm.genome().genes().iter();
                let serving = genes.filter(|g| MinimalFunction::of(g) == Some(function));
                serving.map(|g| Dynamic::from(g.name().to_owned())).collect()
            };
            let rows = MinimalFunction::ALL.map(|f| (f.name().into(), genes(f).into()));
            Ok::<_, LangError>(rows.into_iter().collect())
        })
    }
}
