//! Plasmids of *E. coli*.

use std::sync::Arc;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::number::number;
use crate::world::on;
use crate::{LangError, RhaiResultOf, Vm, World};
use bioxen_cell::hypervisor::{self, BiologicalType, HypervisorError, Plasmid};
use bioxen_genome::plasmid::{MOST_COPIES, PlasmidFacts, is_file, shipped_plasmid};
use bioxen_genome::{PlasmidOptions, Remark, telling};

/// A plasmid by its name or from a file, and what had to be assumed.
fn facts(
    world: &World,
    name: &str,
    options: PlasmidOptions,
) -> Result<(Arc<PlasmidFacts>, Vec<Remark>), LangError> {
    if !is_file(name) {
        let own = world.plugins.plasmids().find(|plasmid| plasmid.name() == name);
        let found = own.map_or_else(|| shipped_plasmid(name), |own| Ok(Arc::clone(own)));
        return Ok((found?, Vec::new()));
    }
    let path = world.readable(name)?;
    let (facts, remarks) = PlasmidFacts::open(&path, name, options)?;
    Ok((Arc::new(facts), remarks))
}

fn add(world: &mut World, vm: &Vm, name: &str, copies: Option<f64>) -> Result<(), LangError> {
    // Which VM it is goes before which plasmid.
    world.lab.hypervisor().vm(&vm.id)?.must_be(&[BiologicalType::Ecoli], "add_plasmid")?;
    // A number that cannot be is the matter of the VM, which says so.
    let possible = copies.filter(|copies| *copies > 0.0 && *copies <= MOST_COPIES);
    let options = PlasmidOptions { copies: possible, ..PlasmidOptions::default() };
    let (facts, mut remarks) = facts(world, name, options)?;
    let vm = world.lab.hypervisor_mut().vm_mut(&vm.id)?;
    vm.add_plasmid(&facts, copies).map_err(|error| match error {
        HypervisorError::NoCopies { plasmid, .. } => {
            HypervisorError::NoCopies { plasmid, given: name.to_owned() }
        }
        other => other,
    })?;
    let mut renamed = Vec::new();
    let places = vm.plasmid(facts.name())?.genes();
    for (gene, place) in facts.genome().genes().iter().zip(places) {
        let (asked, known) = (gene.name(), vm.gene(place).name());
        if asked != known {
            // The other gene of that name would be taken for it.
            remarks.iter_mut().for_each(|remark| remark.rename(asked, known));
            renamed.push(format!(
                "its gene {asked} is known as {known}, since there is another gene of that name"
            ));
        }
    }
    for note in telling(&remarks).into_iter().chain(renamed) {
        world.remark_once(format!("{name}: {note}"));
    }
    Ok(())
}

/// Copies are counted; only the deterministic solver has parts of them.
fn count(copies: f64) -> Dynamic {
    if copies.fract() == 0.0 {
        Dynamic::from_int(copies as i64)
    } else {
        Dynamic::from_float(copies)
    }
}

fn describe(vm: &hypervisor::Vm, plasmid: &Plasmid) -> Map {
    let facts = plasmid.facts();
    let genes: Array =
        plasmid.genes().map(|place| Dynamic::from(vm.gene(place).name().to_owned())).collect();
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
    /// Adds a plasmid to the VM, in its published number of copies. From now on its constitutive genes are
    /// transcribed from each copy. The plasmid takes DNA memory for all copies.
    ///
    /// Replication follows inhibitor dilution, `k = k0 / (1 + n/(v K))` for each of `n` copies in a
    /// cell of size `v` (Paulsson and Ehrenberg, *J. Mol. Biol.* 279:73, 1998; `k0` = 8.56 /h, from
    /// Brenner and Tomizawa, *PNAS* 88:405, 1991). The cell divides when it has doubled. Each copy goes to
    /// either daughter by chance, and one daughter is followed: if there were `n` copies, it has none with
    /// probability 1/2^n. A lost plasmid does not come back. The deterministic solver calculates the mean,
    /// in which no plasmid is lost.
    ///
    /// A file may be GenBank (`.gb`, `.gbk`, `.ape`), SnapGene (`.dna`), GFF3 or a `.genome` file, also
    /// compressed by gzip. The number of copies follows from the origin of replication, or is given.
    /// Selection markers are transcribed without a call, each as strongly as bla. Other promoters are not
    /// known: open their genes with `start_transcription(gene, #{tpm: 300})`, where `tpm` is the abundance
    /// from one copy [TPM]. A remark reports all assumptions. In a `.genome` file the column
    /// `x-constitutive` marks the genes that are transcribed without a call, and the keys `#x-copies` and
    /// `#x-incompatibility` give the rest; `bioxen genome import --plasmid` writes such a file.
    ///
    /// * `name` - `"pUC19"`, `"pBR322"`, `"pACYC184"`, or a file
    ///
    /// # Errors
    /// If the VM is not an *E. coli* or does not run, no such plasmid is shipped, the file is not a
    /// plasmid or does not show the number of copies, the VM has a plasmid of the same incompatibility
    /// group, or the DNA does not fit. Then nothing is changed.
    ///
    /// # Source
    /// Copies by origin: Shetty et al., *J. Biol. Eng.* 2:5 (2008); Tolia and Joshua-Tor, *Nat.
    /// Methods* 3:55 (2006); others are assumptions and say so. bla: as in the shipped plasmids.
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
    /// * `name` - the name of a plasmid, such as `"pUC19"`, or a file
    /// * `copies` - in a cell of mean size, above 0 and up to 2000
    ///
    /// # Errors
    /// As without this argument; also if `copies` is not such a number.
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

    /// Removes a plasmid from the VM. The mRNA and proteins of its genes decay at their own rates.
    ///
    /// * `name` - the name of a plasmid, such as `"pUC19"`
    ///
    /// # Errors
    /// If the VM is not an *E. coli* or does not run, or has no such plasmid.
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
            world.lab.hypervisor_mut().vm_mut(&vm.id)?.remove_plasmid(name)?;
            Ok::<_, LangError>(())
        })
    }

    /// Copies of all plasmids of the VM in the simulated cell, which is followed from birth to division. A
    /// newborn cell has fewer copies than a cell that is about to divide.
    ///
    /// # Errors
    /// If the VM is not an *E. coli*.
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
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            vm.must_be(&[BiologicalType::Ecoli], "get_plasmid_count")?;
            Ok::<_, LangError>(super::count(vm.plasmid_count()))
        })
    }

    /// Copies of one plasmid in the simulated cell; 0 if it was lost.
    ///
    /// * `name` - the name of a plasmid, such as `"pUC19"`
    ///
    /// # Errors
    /// If the VM is not an *E. coli*, or no such plasmid was added.
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
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            vm.must_be(&[BiologicalType::Ecoli], "get_plasmid_count")?;
            Ok::<_, LangError>(super::count(vm.plasmid(name)?.copies()))
        })
    }

    /// The plasmids of the VM: for each a map of `name`, `copies` in the simulated cell, `wanted` copies in
    /// a cell of mean size, `kb`, `incompatibility` group and `genes`.
    ///
    /// # Errors
    /// If the VM is not an *E. coli*.
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
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            vm.must_be(&[BiologicalType::Ecoli], "plasmids")?;
            Ok::<_, LangError>(
                vm.plasmids().map(|p| Dynamic::from(super::describe(vm, p))).collect(),
            )
        })
    }
}
