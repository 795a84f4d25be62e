//! What every VM can do. Each function is also a bare one that acts on the current VM.

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use super::genes::fitting as fitting_genes;
use super::transcripts::burst;
use crate::error::raise;
use crate::number::{kind, names, number, only};
use crate::world::{on, with};
use crate::{LangError, Output, RhaiResultOf, Status, Vm, World};
use bioxen_base::nearest::nearest;
use bioxen_base::units::{Duration, Time};
use bioxen_cell::hypervisor::{Control, HeldBack, Promoter};

fn strings(names: impl IntoIterator<Item = String>) -> Array {
    names.into_iter().map(Dynamic::from).collect()
}

fn open(
    world: &mut World,
    vm: &Vm,
    genes: &Dynamic,
    promoter: Promoter,
) -> Result<Array, LangError> {
    let genes = names("the genes of start_transcription", genes)?;
    let (genes, left_out) = fitting_genes(world.lab.hypervisor().vm(&vm.id)?, genes, false)?;
    let genes: Vec<&str> = genes.iter().map(String::as_str).collect();
    let machine = world.lab.hypervisor_mut().vm_mut(&vm.id)?;
    let opened = machine.open_promoters(&genes, promoter)?;
    let told: Vec<String> = left_out.iter().map(|left| left.told(machine)).collect();
    told.into_iter().for_each(|text| world.show(Output::Remark(text)));
    Ok(strings(opened))
}

fn entries(status: &Status) -> Vec<(&'static str, Dynamic)> {
    let s = &status.0;
    let number = Dynamic::from_float;
    let place = [("address", &s.address), ("link", &s.link), ("uuid", &s.uuid)];
    let place = place.into_iter().filter_map(|(name, of)| Some((name, of.clone()?.into())));
    let mut all = vec![
        ("id", s.id.clone().into()),
        ("biological_type", s.biological_type.clone().into()),
        ("vm_type", s.vm_type.clone().into()),
        ("state", s.state.clone().into()),
        ("uptime", Dynamic::from(Duration::from(Time::from_minutes(s.uptime_min)))),
        ("atp_percent", number(s.atp_percent)),
        ("atp_allocation", number(s.atp_allocation)),
        ("allocated_ribosomes", number(s.allocated_ribosomes)),
        ("engaged_ribosomes", number(s.engaged_ribosomes)),
        ("allocated_polymerases", number(s.allocated_polymerases)),
        ("engaged_polymerases", number(s.engaged_polymerases)),
        ("transcription_percent", number(s.transcription_percent)),
        ("memory_kb_used", number(s.memory_kb_used)),
        ("memory_kb_limit", number(s.memory_kb_limit)),
        ("growth_rate", number(s.growth_rate_per_h)),
        ("active_ribosome_fraction", number(s.active_ribosome_fraction)),
        ("rna_protein_ratio", number(s.rna_protein_ratio)),
        ("cell_size", number(s.cell_size)),
        ("transcribing", strings(s.transcribing.iter().cloned()).into()),
        ("health", strings(s.health.iter().cloned()).into()),
        ("held_back", s.held_back.iter().map(held_back).collect::<Array>().into()),
    ];
    all.extend(place);
    all
}

/// The keys of a status.
pub fn status_keys(status: &Status) -> Vec<&'static str> {
    entries(status).into_iter().map(|(name, _)| name).collect()
}

/// What held a VM back, as a record.
fn held_back(held: &HeldBack) -> Dynamic {
    let mut record = Map::new();
    record.insert("by".into(), held.by.name().into());
    record.insert("limit".into(), Dynamic::from_float(held.limit));
    record.insert("share".into(), Dynamic::from_float(100.0 * held.share));
    record.insert("speed".into(), Dynamic::from_float(held.speed));
    Dynamic::from_map(record)
}

/// What every VM can do.
#[export_module]
pub mod functions {
    /// Starts the VM: from then on genes can be transcribed.
    ///
    /// # Errors
    /// If the VM runs already or is paused.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn start(context: NativeCallContext, vm: Vm) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| world.lab.hypervisor_mut().vm_mut(&vm.id)?.start())
    }

    /// Stops the VM: all mRNA is lost and the DNA is unmapped.
    ///
    /// # Errors
    /// If the VM was not started.
    ///
    /// # Example
    /// ```rhai
    /// let cell = create_bio_vm("demo", "ecoli");
    /// cell.start();
    /// cell.stop();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn stop(context: NativeCallContext, vm: Vm) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| world.lab.hypervisor_mut().vm_mut(&vm.id)?.stop())
    }

    /// Pauses the VM: no reaction fires, the ribosomes go back to the host, and everything is kept.
    ///
    /// # Errors
    /// If the VM does not run.
    ///
    /// # Example
    /// ```rhai
    /// let cell = create_bio_vm("demo", "ecoli");
    /// cell.start();
    /// cell.pause();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn pause(context: NativeCallContext, vm: Vm) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| world.lab.hypervisor_mut().vm_mut(&vm.id)?.pause())
    }

    /// Continues a VM after a pause.
    ///
    /// # Errors
    /// If the VM is not paused.
    ///
    /// # Example
    /// ```rhai
    /// let cell = create_bio_vm("demo", "ecoli");
    /// cell.start();
    /// cell.pause();
    /// cell.resume();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn resume(context: NativeCallContext, vm: Vm) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| world.lab.hypervisor_mut().vm_mut(&vm.id)?.resume())
    }

    /// Removes the VM, whatever its state.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").destroy();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn destroy(context: NativeCallContext, vm: Vm) -> RhaiResultOf<()> {
        with(&context, |world| world.destroy(&vm.id))
    }

    /// Maps genes, together with their operons, and opens their promoters, regardless of their regulators.
    /// Returns the names of all genes opened.
    ///
    /// * `genes` - a name or an array of names; `*` in a name matches any characters, as in
    ///   `"lac*"`, and `?` matches one
    ///
    /// # Errors
    /// If the VM does not run, a gene is unknown or makes no protein, or the DNA does not fit
    /// into the allocated memory. Then nothing is mapped.
    ///
    /// # Source
    /// Abundances and half-lives of transcripts: measurements that the genome files name (`#source`
    /// lines in `genomes/`). mRNA for each protein of *E. coli*: Dennis & Bremer, *EcoSal Plus*
    /// (2008). mRNA of Syn3A: Fu et al., *J. Phys. Chem. B* (2025); its half-life: Thornburg et al.,
    /// *Cell* 185:345 (2022). Proteins per mRNA: for *E. coli* the whole native genome loads the ribosomes
    /// as much as the host's own expression does; for Syn3A and the minimal cell the whole genome makes as
    /// many proteins as were counted in its own cell (77 421; Breuer et al., *eLife* 8:e36842, 2019).
    /// Degradation of proteins: `genomes/README.md` says which half-lives are used.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["lacZ"]);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn start_transcription(
        context: NativeCallContext,
        vm: Vm,
        genes: Dynamic,
    ) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| open(world, &vm, &genes, Promoter::NATIVE))
    }

    /// The same with options.
    ///
    /// * `genes` - a name or an array of names; `*` in a name matches any characters, as in
    ///   `"lac*"`, and `?` matches one
    /// * `options` - a map of:
    /// * `strength` - of the promoter, relative to the native one
    /// * `tpm` - the abundance to assume for genes without a measured one [TPM]; without it they are
    ///   refused. Genes that make no protein are then transcribed, but not translated.
    ///
    /// * `regulated` - `true` leaves the promoter to its operon's regulators and the `medium`;
    ///   otherwise it is held open, regardless of them
    ///
    /// * `bursts` - how many transcripts one event of the promoter makes on average: a number up to 5, `true` for
    ///   the fitted 0.609, `false` for one by one; as the VM has it if nothing is said. See `bursts`.
    ///
    /// # Errors
    /// As without options; also if the strength or the abundance is not a positive number, the bursts are not
    /// possible, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["lacZ"], #{strength: 2.0});
    /// ```
    #[rhai_fn(global, name = "start_transcription", return_raw)]
    pub fn start_transcription_with(
        context: NativeCallContext,
        vm: Vm,
        genes: Dynamic,
        options: Map,
    ) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            only("start_transcription", &options, &["strength", "tpm", "regulated", "bursts"])?;
            let regulated = options.get("regulated").map_or(Ok(false), |value| {
                value.as_bool().map_err(|_| LangError::WrongType {
                    what: "regulated".to_owned(),
                    expected: "true or false",
                    got: kind(value),
                })
            })?;
            let control = if regulated { Control::Regulated } else { Control::Open };
            let strength = options.get("strength").map_or(Ok(1.0), |s| number("strength", s))?;
            let assumed_tpm = options.get("tpm").map(|t| number("tpm", t)).transpose()?;
            let burst = options.get("bursts").map(burst).transpose()?;
            open(world, &vm, &genes, Promoter { strength, assumed_tpm, control, burst })
        })
    }

    /// Closes the promoters of genes, together with their operons, and unmaps their DNA. Their mRNA and
    /// proteins decay at their own rates. Returns the names of all genes closed.
    ///
    /// * `genes` - a name or an array of names; `*` in a name matches any characters, as in
    ///   `"lac*"`, and `?` matches one
    ///
    /// # Errors
    /// If the VM does not run, or a gene is unknown or not being transcribed.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["lacZ"]);
    /// stop_transcription(["lacZ"]);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn stop_transcription(
        context: NativeCallContext,
        vm: Vm,
        genes: Dynamic,
    ) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let genes = names("the genes of stop_transcription", &genes)?;
            let (genes, _) = fitting_genes(world.lab.hypervisor().vm(&vm.id)?, genes, true)?;
            let genes: Vec<&str> = genes.iter().map(String::as_str).collect();
            let vm = world.lab.hypervisor_mut().vm_mut(&vm.id)?;
            Ok::<_, LangError>(strings(vm.stop_transcription(&genes)?))
        })
    }

    /// The names of the genes whose promoters are open.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["lacZ"]);
    /// transcribing()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn transcribing(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let open = world.lab.hypervisor().vm(&vm.id)?.transcribing();
            Ok::<_, LangError>(strings(open.into_iter().map(str::to_owned)))
        })
    }

    /// The status of the VM; prints as a table.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// print(status());
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn status(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Status> {
        on(&context, &vm.id, |world| world.lab.status(&vm.id).map(Status))
    }

    /// The biological type of the VM: `"syn3a"`, `"ecoli"` or `"minimal_cell"`.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").biological_type()
    /// ```
    #[rhai_fn(global, name = "biological_type", name = "get_biological_type", return_raw)]
    pub fn biological_type(context: NativeCallContext, vm: Vm) -> RhaiResultOf<String> {
        on(&context, &vm.id, |world| {
            world.lab.hypervisor().vm(&vm.id).map(|v| v.biological_type().name().to_owned())
        })
    }

    /// The infrastructure on which the VM runs: `"basic"` or `"ssh"`.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").vm_type()
    /// ```
    #[rhai_fn(global, name = "vm_type", name = "get_vm_type", return_raw)]
    pub fn vm_type(context: NativeCallContext, vm: Vm) -> RhaiResultOf<String> {
        on(&context, &vm.id, |world| world.lab.status(&vm.id).map(|s| s.vm_type))
    }

    #[rhai_fn(global, get = "id", pure)]
    pub fn get_id(vm: &mut Vm) -> String {
        vm.id.clone()
    }
    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn vm_to_string(vm: &mut Vm) -> String {
        format!("VM `{}`", vm.id)
    }
    /// One entry of a status: `id`, `biological_type`, `vm_type`, `state`, `uptime` (a time),
    /// `atp_percent` [%] of the cell, `atp_allocation` [%], `allocated_ribosomes`,
    /// `engaged_ribosomes`, `allocated_polymerases`, `engaged_polymerases`, `transcription_percent` (from
    /// each promoter of the VM, relative to that without guests and quotas [%]), `memory_kb_used` [kb], `memory_kb_limit` [kb],
    /// `growth_rate` of the host [1/h], `active_ribosome_fraction`, `rna_protein_ratio` [g/g] and `cell_size` of
    /// the host (see `cell_composition`), `transcribing` and `health` (arrays), and `held_back`: records of what
    /// held the VM back in the last run, with `by` (`ribosomes`, `polymerases`, `atp`, or `host` or
    /// `host_polymerases` if the host cannot meet all quotas), `limit` [ribosomes, RNA polymerases or %],
    /// `share` of the time of the run [%], and `speed`: the ribosomes or polymerases that it held in that
    /// time, relative to those that it could have held. A VM on another machine also has `address` and `link`.
    /// Also as `status.state`.
    ///
    /// # Errors
    /// If there is no such entry.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// status().state
    /// ```
    #[rhai_fn(global, index_get, return_raw)]
    pub fn status_entry(status: &mut Status, name: &str) -> RhaiResultOf<Dynamic> {
        let entries = super::entries(status);
        let names: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
        let found = entries.iter().find(|(entry, _)| *entry == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| {
            raise(LangError::UnknownName {
                kind: "entry of a status",
                given: name.to_owned(),
                nearest: nearest(name, names.iter().copied()).map(str::to_owned),
                valid: names.iter().map(|n| (*n).to_owned()).collect(),
            })
        })
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn status_to_string(status: &mut Status) -> String {
        status.to_string()
    }
}
