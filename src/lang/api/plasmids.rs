//! Plasmids of *E. coli*.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use std::sync::Arc;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::genome::plasmid::{PlasmidFacts, shipped_plasmid};
use crate::hypervisor::{BiologicalType, Plasmid};
use crate::lang::chassis::on;
use crate::lang::number::number;
use crate::lang::{LangError, RhaiResultOf, Vm, World};

fn facts(world: &World, name: &str) -> Result<Arc<PlasmidFacts>, LangError> {
    if !name.ends_with(".genome") {
        return Ok(shipped_plasmid(name)?);
    }
    let text = world.read(name)?;
    Ok(Arc::new(PlasmidFacts::read(&text, name)?))
}

fn add(world: &mut World, vm: &Vm, name: &str, copies: Option<f64>) -> Result<(), LangError> {
    // Which VM it is goes before which plasmid.
    world.hypervisor.vm(&vm.id)?.must_be(&[BiologicalType::Ecoli], "add_plasmid")?;
    let facts = facts(world, name)?;
    Ok(world.hypervisor.vm_mut(&vm.id)?.add_plasmid(&facts, copies)?)
}

/// Copies are counted; only the deterministic solver has parts of them.
fn count(copies: f64) -> Dynamic {
    if copies.fract() == 0.0 {
        Dynamic::from_int(copies as i64)
    } else {
        Dynamic::from_float(copies)
    }
}

fn describe(plasmid: &Plasmid) -> Map {
    let facts = plasmid.facts();
    let genes: Array =
        facts.genome().genes().iter().map(|g| Dynamic::from(g.name().to_owned())).collect();
    let mut map = Map::new();
    map.insert("name".into(), facts.name().to_owned().into());
    map.insert("copies".into(), count(plasmid.copies()));
    map.insert("wanted".into(), Dynamic::from_float(plasmid.wanted()));
    map.insert("kb".into(), Dynamic::from_float(facts.length_kb()));
    map.insert("incompatibility".into(), facts.incompatibility().to_owned().into());
    map.insert("genes".into(), genes.into());
    map
}

/// Plasmids of *E. coli*.
#[export_module]
pub mod functions {
    /// Brings a plasmid into the VM, in its published number of copies. Its constitutive genes are
    /// transcribed from now on, from each copy; DNA memory is kept for all copies.
    ///
    /// Copies are made under inhibitor dilution, `k = k0 / (1 + n/(v K))` for each of `n` copies in a
    /// cell of size `v` (Paulsson and Ehrenberg, *J. Mol. Biol.* 279:73, 1998; `k0` = 8.56 /h, from
    /// Brenner and Tomizawa, *PNAS* 88:405, 1991). The cell divides when it has doubled; each copy
    /// comes into either daughter by chance, and one daughter is followed: with `n` copies she has
    /// none with probability 1/2^n. What is lost does not come back. The deterministic solver gives
    /// the mean, in which nothing is lost.
    ///
    /// * `name` - `"pUC19"`, `"pBR322"`, `"pACYC184"`, or a `.genome` file with the lines
    ///   `#x-copies` and `#x-incompatibility`
    ///
    /// # Errors
    /// When the VM is no *E. coli* or does not run, no such plasmid is shipped, the file is no
    /// plasmid, one of the same incompatibility group is there, or the DNA does not fit. Then
    /// nothing has changed.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// add_plasmid("pBR322");
    /// run(10.min).final("pBR322.copies")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn add_plasmid(context: NativeCallContext, vm: Vm, name: &str) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| super::add(world, &vm, name, None))
    }

    /// The same with another number of copies.
    ///
    /// * `name` - the name of a plasmid, such as `"pUC19"`
    /// * `copies` - in a cell of mean size, above 0 and up to 2000
    ///
    /// # Errors
    /// As without; and when the copies are no such number.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// add_plasmid("pUC19", 50);
    /// get_plasmid_count()
    /// ```
    #[rhai_fn(global, name = "add_plasmid", return_raw)]
    pub fn add_plasmid_copies(
        context: NativeCallContext,
        vm: Vm,
        name: &str,
        copies: Dynamic,
    ) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let copies = number("the copies of add_plasmid", &copies)?;
            super::add(world, &vm, name, Some(copies))
        })
    }

    /// Takes a plasmid out of the VM. What its genes made decays in its own time.
    ///
    /// * `name` - the name of a plasmid, such as `"pUC19"`
    ///
    /// # Errors
    /// When the VM is no *E. coli* or does not run, or has no such plasmid.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// add_plasmid("pACYC184");
    /// remove_plasmid("pACYC184");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn remove_plasmid(context: NativeCallContext, vm: Vm, name: &str) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            world.hypervisor.vm_mut(&vm.id)?.remove_plasmid(name)?;
            Ok::<_, LangError>(())
        })
    }

    /// Copies of all plasmids of the VM in the cell that is followed. A newborn cell has fewer than
    /// one that is about to divide.
    ///
    /// # Errors
    /// When the VM is no *E. coli*.
    ///
    /// # Source
    /// The control of copies: Paulsson & Ehrenberg, *J. Mol. Biol.* 279:73 (1998); see
    /// `add_plasmid`.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// add_plasmid("pBR322", 20);
    /// get_plasmid_count()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn get_plasmid_count(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Dynamic> {
        on(&context, &vm.id, |world| {
            let vm = world.hypervisor.vm(&vm.id)?;
            vm.must_be(&[BiologicalType::Ecoli], "get_plasmid_count")?;
            Ok::<_, LangError>(super::count(vm.plasmid_count()))
        })
    }

    /// Copies of one plasmid in the cell that is followed; 0 when it was lost.
    ///
    /// * `name` - the name of a plasmid, such as `"pUC19"`
    ///
    /// # Errors
    /// When the VM is no *E. coli*, or no such plasmid was brought in.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// add_plasmid("pBR322");
    /// get_plasmid_count("pBR322")
    /// ```
    #[rhai_fn(global, name = "get_plasmid_count", return_raw)]
    pub fn get_plasmid_count_of(
        context: NativeCallContext,
        vm: Vm,
        name: &str,
    ) -> RhaiResultOf<Dynamic> {
        on(&context, &vm.id, |world| {
            let vm = world.hypervisor.vm(&vm.id)?;
            vm.must_be(&[BiologicalType::Ecoli], "get_plasmid_count")?;
            Ok::<_, LangError>(super::count(vm.plasmid(name)?.copies()))
        })
    }

    /// The plasmids of the VM: for each a map of `name`, `copies` in the cell that is followed,
    /// `wanted` copies in a cell of mean size, `kb`, `incompatibility` group and `genes`.
    ///
    /// # Errors
    /// When the VM is no *E. coli*.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// add_plasmid("pBR322");
    /// plasmids()[0].genes
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plasmids(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let vm = world.hypervisor.vm(&vm.id)?;
            vm.must_be(&[BiologicalType::Ecoli], "plasmids")?;
            Ok::<_, LangError>(vm.plasmids().map(|p| Dynamic::from(super::describe(p))).collect())
        })
    }
}
