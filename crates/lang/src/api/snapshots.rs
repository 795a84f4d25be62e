//! States that are kept in memory: of a VM, and of everything.

use rhai::plugin::*;

use crate::world::with;
use crate::{LangError, Moment, Output, RhaiResultOf, Snapshot, Vm};

/// States that are kept in memory: of a VM, and of everything.
#[export_module]
pub mod functions {
    /// Keeps the state of the VM in memory: molecules, promoters, allocations, plasmids, packages with
    /// their models, and the position in its random stream. The host and other VMs are not part of it:
    /// `snapshot_all` keeps everything.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm("ecoli", "demo");
    /// let before = cell.snapshot();
    /// cell.start_transcription(["lacZ"]);
    /// cell.restore(before);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn snapshot(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Snapshot> {
        with(&context, |world| world.lab.snapshot(&vm.id))
    }

    /// Restores a kept state of the VM. Cell time does not go back: the host, its medium and all other VMs
    /// stay as they are now. A remark says so if they differ from those at the time of the snapshot. If
    /// they are the same, the VM repeats its run: bit for bit with the stochastic solvers, and within the
    /// tolerance (1e-7) with the deterministic one. To restore everything, as for each value of a scan, use
    /// `snapshot_all` and `restore_all`.
    ///
    /// * `snapshot` - the result of `snapshot`
    ///
    /// # Errors
    /// If the snapshot is of another VM.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm("ecoli", "demo");
    /// let before = cell.snapshot();
    /// cell.stop();
    /// cell.restore(before);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn restore(context: NativeCallContext, vm: Vm, snapshot: Snapshot) -> RhaiResultOf<()> {
        with(&context, |world| {
            let differences = world.lab.restore(&vm.id, &snapshot)?;
            if !differences.is_empty() {
                let text = format!(
                    "VM `{}` meets another host than it left at {}: {}; restore puts back the VM \
                     alone, snapshot_all and restore_all everything",
                    vm.id,
                    snapshot.taken,
                    differences.join(", ")
                );
                world.show(Output::Remark(text));
            }
            Ok::<_, LangError>(())
        })
    }

    /// Keeps the whole state in memory: all chassis with their hosts, media, cultures, cell times and
    /// positions in the cell cycle, all VMs, random streams, solvers, sampling intervals, pending events,
    /// and which chassis and VM are the current ones. Variables of the script are not part of it.
    ///
    /// # Example
    /// ```rhai
    /// let cell = quick_start_vm("ecoli", "demo");
    /// let start = snapshot_all();
    /// let rows = [];
    /// for strength in [0.1, 1.0, 10.0] {
    ///     restore_all(start);
    ///     cell.start_transcription("lacZ", #{strength: strength});
    ///     rows.push(#{strength: strength, lacZ: run(10.min).final("lacZ")});
    /// }
    /// table(rows).to_csv("scan.csv");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn snapshot_all(context: NativeCallContext) -> RhaiResultOf<Moment> {
        with(&context, |world| Ok::<_, LangError>(Moment(world.lab.keep().into())))
    }

    /// Restores a whole state that was kept. The same calls then give, bit for bit, the same results as
    /// after `snapshot_all`, with every solver. Chassis, VMs and events that were made later are gone, and
    /// those that were removed are back. Cell time is that of the kept state.
    ///
    /// * `moment` - the result of `snapshot_all`
    ///
    /// # Errors
    /// If a run is in progress.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli", "demo");
    /// let start = snapshot_all();
    /// run(10.min);
    /// restore_all(start);
    /// print(now());
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn restore_all(context: NativeCallContext, moment: Moment) -> RhaiResultOf<()> {
        with(&context, |world| world.lab.restore_all(&moment.0))
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn snapshot_to_string(snapshot: &mut Snapshot) -> String {
        format!("snapshot of VM `{}` at {}", snapshot.vm.id(), snapshot.taken)
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn moment_to_string(moment: &mut Moment) -> String {
        format!("snapshot of everything: {}", moment.0.told())
    }
}
