//! What VMs may use of the host, and what they do use.

mod told;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use super::factory::limits as limits_of;
use bioxen_cell::hypervisor::Resource;

use crate::number::{kilobases, number, percent};
use crate::world::on;
use crate::{LangError, RhaiResultOf, Vm};
use bioxen_base::units::Duration;
use bioxen_lab::{Usage, left, used};
pub(super) use told::reallocations;
use told::{quota, record};

/// What VMs may use of the host, and what they do use.
#[export_module]
pub mod functions {
    /// Allocates ribosomes: a quota of the host's ribosomes, which the VM never exceeds.
    ///
    /// * `count` - [ribosomes], up to the limit of the VM and the number of the host; `"host"` for no quota but
    ///   the limit of the VM
    ///
    /// # Errors
    /// If it is neither `"host"` nor a positive, finite number within the limit.
    ///
    /// # Source
    /// How mRNA competes for the ribosomes of the host: Sechkar, Perrino & Stan, *Nat. Commun.*
    /// 15:1981 (2024). The quota, and max-min fair shares of scarce ribosomes, are our own additions.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// allocate_ribosomes(60);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn allocate_ribosomes(
        context: NativeCallContext,
        vm: Vm,
        count: Dynamic,
    ) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let limit = world.lab.hypervisor().vm(&vm.id)?.limits().max_ribosomes;
            let count = quota("the count of allocate_ribosomes", &count, limit)?;
            Ok::<_, LangError>(world.lab.hypervisor_mut().allocate_ribosomes(&vm.id, count)?)
        })
    }

    /// Allocates RNA polymerases: a quota of those of the host, which the VM never exceeds. Transcription from
    /// all promoters of the VM is held back so that it does not hold more. At first a VM has no quota but what
    /// the host has.
    ///
    /// * `count` - [RNA polymerases], up to the limit of the VM and the number of the host; `"host"` for no quota
    ///   but the limit of the VM
    ///
    /// # Errors
    /// If it is neither `"host"` nor a positive, finite number within the limit.
    ///
    /// # Source
    /// RNA polymerases of the cell, those on mRNA and on stable RNA, and elongation, by growth rate: Dennis &
    /// Bremer, *EcoSal Plus* (2008), Tables 1-3. The competition for the idle ones, and the quota, are our
    /// own additions.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// allocate_polymerases(20);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn allocate_polymerases(
        context: NativeCallContext,
        vm: Vm,
        count: Dynamic,
    ) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let limit = world.lab.hypervisor().vm(&vm.id)?.limits().max_polymerases;
            let count = quota("the count of allocate_polymerases", &count, limit)?;
            Ok::<_, LangError>(world.lab.hypervisor_mut().allocate_polymerases(&vm.id, count)?)
        })
    }

    /// Allocates a share of the host's ATP production. The VM's translation is held back so that it does
    /// not use more.
    ///
    /// * `share` - [%], up to the limit of the VM
    ///
    /// # Errors
    /// If it is not a positive, finite number within the limit.
    ///
    /// # Source
    /// 4 ATP for an amino acid (two for charging, two GTP for elongation) and 2 for a nucleotide of
    /// RNA; ATP and ADP of growing cells: Bennett et al., *Nat. Chem. Biol.* 5:593 (2009).
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// allocate_atp(75);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn allocate_atp(context: NativeCallContext, vm: Vm, share: Dynamic) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let share = percent("the share of allocate_atp", &share)?;
            Ok::<_, LangError>(world.lab.hypervisor_mut().vm_mut(&vm.id)?.allocate_atp(share)?)
        })
    }

    /// Allocates memory for DNA: the total length of the transcription units that may be mapped.
    ///
    /// * `length` - [kb], up to the limit of the VM
    ///
    /// # Errors
    /// If it is not a positive, finite number within the limit, or less than what is mapped.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// allocate_memory(20.kb);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn allocate_memory(
        context: NativeCallContext,
        vm: Vm,
        length: Dynamic,
    ) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let length = kilobases("the length of allocate_memory", &length)?;
            Ok::<_, LangError>(world.lab.hypervisor_mut().vm_mut(&vm.id)?.allocate_memory(length)?)
        })
    }

    /// Sets the priority of the VM. It counts when the quotas of all VMs together exceed the host.
    ///
    /// * `priority` - 1 (first) to 5 (last)
    ///
    /// # Errors
    /// If it is not a number from 1 to 5.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// set_priority(5);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn set_priority(context: NativeCallContext, vm: Vm, priority: Dynamic) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let priority = number("the priority of set_priority", &priority)?;
            Ok::<_, LangError>(world.lab.hypervisor_mut().vm_mut(&vm.id)?.set_priority(priority)?)
        })
    }

    /// The resources that the VM uses now.
    ///
    /// Returns a record: `ribosomes` and `polymerases` engaged, `atp` as its share of the host's use [%],
    /// `memory_kb` of mapped DNA.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// run(5.min);
    /// print(resource_usage());
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn resource_usage(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Map> {
        on(&context, &vm.id, |world| used(world.lab.hypervisor(), &vm.id).map(super::record))
    }

    /// The resources that the VM could use in addition: those allocated to it and not in use. Ribosomes are
    /// also limited by what the host gives to all its guests: 90 % of those that are not for its
    /// housekeeping; RNA polymerases by those that do not make stable RNA.
    ///
    /// Returns a record: `ribosomes`, `polymerases`, `atp` [%], `memory_kb`.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// print(available_resources());
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn available_resources(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Map> {
        on(&context, &vm.id, |world| {
            let cell = world.lab.hypervisor();
            left(cell, &vm.id, used(cell, &vm.id)?).map(super::record)
        })
    }

    /// The limits of the VM: the most that can be allocated to it. The defaults are 50 ribosomes, 80 % of
    /// the ATP and 200 kb of DNA for syn3a, 100 ribosomes, 90 % and 500 kb for ecoli, 20 ribosomes, 60 %
    /// and 100 kb for minimal_cell; none but the host's own of RNA polymerases. `resource_limits` of
    /// `create_bio_vm` and `set_limits` set other limits. For a VM with the limits `"host"` they are those of
    /// the host now: all of its ribosomes and RNA polymerases, 100 % of its ATP, and 100 000 kb.
    ///
    /// Returns a record: `max_ribosomes`, `max_polymerases`, `max_atp` [%], `max_memory_kb`; also as
    /// `ribosomes`, `polymerases`, `atp`, `memory_kb`.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// print(resource_limits().max_ribosomes);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn resource_limits(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Map> {
        on(&context, &vm.id, |world| {
            let limits = *world.lab.hypervisor().vm(&vm.id)?.limits();
            let limits = limits.on_host(&world.lab.hypervisor().capacity()?);
            let all = [
                limits.max_ribosomes,
                limits.max_polymerases,
                limits.max_atp_percent,
                limits.max_memory_kb,
            ];
            let [ribosomes, polymerases, atp_percent, memory_kb] = all;
            let usage = Usage { ribosomes, polymerases, atp_percent, memory_kb };
            let mut record = super::record(usage);
            let resources =
                [Resource::Ribosomes, Resource::Polymerases, Resource::Atp, Resource::Memory];
            for (key, value) in resources.iter().zip(all) {
                record.insert(key.option().into(), Dynamic::from_float(value));
            }
            Ok::<_, LangError>(record)
        })
    }

    /// Changes the limits of an existing VM. Allocations follow: if all of the old limit was allocated, all
    /// of the new limit is; and an allocation never exceeds its new limit.
    ///
    /// * `limits` - a map of those to change: `max_ribosomes` [ribosomes], `max_polymerases` [RNA
    ///   polymerases], `max_atp` [%], `max_memory_kb` [kb]; or `"host"` for no limits but the host's own: as
    ///   many ribosomes and RNA polymerases as it has at the time, 100 % of its ATP, and 100 000 kb, more DNA
    ///   than any bacterium has. The first two may be `"host"` each
    ///
    /// # Errors
    /// If a limit is not a positive, finite number, exceeds the host, or is less than the mapped DNA. Then
    /// no limit is changed.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// set_limits(#{max_ribosomes: 500});
    /// print(get_ribosome_allocation());
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn set_limits(context: NativeCallContext, vm: Vm, limits: Dynamic) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            let now = *world.lab.hypervisor().vm(&vm.id)?.limits();
            let limits = limits_of("the limits of set_limits", &limits, now)?;
            Ok::<_, LangError>(world.lab.hypervisor_mut().set_limits(&vm.id, limits)?)
        })
    }

    /// The cell's ATP, in percent of its adenylates. All VMs of a cell share it.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Source
    /// ATP, ADP and AMP of growing cells: Bennett et al., *Nat. Chem. Biol.* 5:593 (2009);
    /// maintenance: Feist et al., *Mol. Syst. Biol.* 3:121 (2007).
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// get_atp_level()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn get_atp_level(context: NativeCallContext, vm: Vm) -> RhaiResultOf<f64> {
        on(&context, &vm.id, |world| world.lab.hypervisor().status(&vm.id).map(|s| s.atp_percent))
    }

    /// The ribosomes that are allocated to the VM.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// get_ribosome_allocation()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn get_ribosome_allocation(context: NativeCallContext, vm: Vm) -> RhaiResultOf<f64> {
        on(&context, &vm.id, |world| {
            world.lab.hypervisor().status(&vm.id).map(|status| status.allocated_ribosomes)
        })
    }

    /// The RNA polymerases that are allocated to the VM: all that the host has, unless there is a quota.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// get_polymerase_allocation()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn get_polymerase_allocation(context: NativeCallContext, vm: Vm) -> RhaiResultOf<f64> {
        on(&context, &vm.id, |world| {
            world.lab.hypervisor().status(&vm.id).map(|status| status.allocated_polymerases)
        })
    }

    /// Redistributes the allocated ribosomes among all running VMs of the cell, so that all translate at
    /// the same speed relative to the demand of their mRNA, as far as their limits allow. The total does
    /// not increase.
    ///
    /// Returns an array with a record for each VM: `id`, `before` and `after` [ribosomes],
    /// `speed_before` and `speed_after` (translation relative to that without a quota; `speed_after` is
    /// predicted), and `why` in words.
    ///
    /// # Errors
    /// If no running VM has anything to translate.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["tufA"]);
    /// run(10.min);
    /// print(optimize_allocation()[0].why);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn optimize_allocation(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            world.lab.hypervisor().vm(&vm.id)?;
            Ok::<_, LangError>(super::reallocations(
                &world.lab.hypervisor_mut().optimize_allocation()?,
            ))
        })
    }

    /// The problems of a VM, in words; empty if there is none. It reports a VM that is starved of
    /// ribosomes, or held back at its quota of ribosomes or RNA polymerases or its share of the ATP; a quota
    /// that the host cannot meet; guests that hold more RNA polymerases than the reserve of rRNA promoters; a host that starves without carbon (and what of starvation is not modelled); ATP below
    /// 30 %; a host at less than half of its growth; a lost plasmid; a failure.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// health()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn health(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let reasons = world.lab.hypervisor().status(&vm.id)?.health;
            Ok::<_, LangError>(reasons.into_iter().map(Dynamic::from).collect())
        })
    }

    /// The log of a VM: records of `time` (cell time), `kind` (`origin`, `life cycle`,
    /// `allocation`, `transcription`, `operon`, `genome`, `division` or `failure`) and `what`, the
    /// oldest first. The last 10 000 entries are kept.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// allocate_ribosomes(50);
    /// event_log()[2].what
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn event_log(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let log = world.lab.hypervisor().vm(&vm.id)?.log();
            let records = log.entries().map(|entry| {
                let mut record = Map::new();
                record.insert("time".into(), Dynamic::from(Duration::from(entry.time)));
                record.insert("kind".into(), entry.kind.name().into());
                record.insert("what".into(), entry.what.clone().into());
                Dynamic::from_map(record)
            });
            Ok::<_, LangError>(records.collect())
        })
    }
}
