//! What an agent does with cells.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bioxen_cell::hypervisor::elsewhere::rows;
use bioxen_cell::hypervisor::{ArchiveError, Hypervisor, HypervisorError, Report, Sample};
use bioxen_engine::StopToken;
use bioxen_plugin::{Bundle, Plugin};

use crate::packed::{Packed, RowSum, State, digest};
use crate::protocol::{Done, Failed, Live, Told, Wrong};

/// How many cells are kept.
const KEPT: usize = 8;
/// How many values of rows are sent at once.
const AT_ONCE: usize = 64 << 10;
/// Progress is told no more often than this.
const OFTEN: Duration = Duration::from_millis(100);

/// Cells that were here before, the latest last, by the checksums of their archives.
#[derive(Default)]
pub(super) struct Cells {
    kept: Vec<(String, Hypervisor)>,
    /// The checksums of the plug-ins that were sent.
    plugins: BTreeSet<String>,
}

/// Why a cell did not live on.
struct Refused(Wrong, String);

impl Refused {
    fn state(error: &ArchiveError) -> Self {
        let own = env!("CARGO_PKG_VERSION");
        Self(
            Wrong::State,
            format!("BioXen {own} on the other machine cannot read the cell: {error}"),
        )
    }

    fn failed(error: &HypervisorError) -> Self {
        Self(Wrong::Failed, error.to_string())
    }
}

impl Cells {
    /// Lets a cell live on. Gives the last reply.
    pub(super) fn live(
        &mut self,
        live: &Live,
        tell: &mut dyn FnMut(Told),
        stop: &StopToken,
    ) -> Told {
        match self.lived(live, tell, stop) {
            Ok(done) => Told::Done(Box::new(done)),
            Err(Refused(kind, message)) => Told::Error { kind, message },
        }
    }

    /// Takes in a plug-in, under the same rules as one of a folder. Gives the last reply.
    pub(super) fn take_plugin(&mut self, sent: &State) -> Told {
        let wrong = |message: String| Told::Error { kind: Wrong::State, message };
        let Some(packed) = sent.archive() else {
            return wrong("the plug-in does not fit its checksum".to_owned());
        };
        let plugin = Bundle::unpack(&packed).and_then(|bundle| Plugin::of(bundle, "sent"));
        let kept = plugin.map_err(|e| e.to_string()).and_then(|plugin| {
            let kept = plugin.biological_type().map_err(|e| e.to_string());
            kept.map(|_| plugin.sha256().to_owned())
        });
        match kept {
            Ok(sha256) => {
                self.plugins.insert(sha256);
                Told::Pong
            }
            Err(why) => {
                let own = env!("CARGO_PKG_VERSION");
                wrong(format!("BioXen {own} on the other machine cannot read the plug-in: {why}"))
            }
        }
    }

    /// The cell of a state, which is here no longer.
    fn take(&mut self, state: &State) -> Result<Hypervisor, Refused> {
        if let Some(at) = self.kept.iter().position(|(known, _)| *known == state.sha256) {
            return Ok(self.kept.remove(at).1);
        }
        if state.deflated.is_none() {
            return Err(Refused(Wrong::NeedState, "the cell is not here".to_owned()));
        }
        let archive = state.archive();
        let archive = archive.ok_or_else(|| {
            Refused(Wrong::State, "the cell does not fit its checksum".to_owned())
        })?;
        Hypervisor::load(&archive).map_err(|error| Refused::state(&error))
    }

    fn lived(
        &mut self,
        live: &Live,
        tell: &mut dyn FnMut(Told),
        stop: &StopToken,
    ) -> Result<Done, Refused> {
        if let Some(needed) = live.plugins.iter().find(|sum| !self.plugins.contains(*sum)) {
            return Err(Refused(Wrong::NeedPlugin, format!("the plug-in {needed} is not here")));
        }
        let mut cell = self.take(&live.state)?;
        let stretch = live.stretch();
        let sound = stretch.grid.start <= cell.now()
            && cell.now() < stretch.target
            && stretch.target <= stretch.grid.end;
        if !sound {
            return Err(Refused(Wrong::Frame, "the run is not one of this cell".to_owned()));
        }
        let mut recorder = cell.recorder(None).map_err(|error| Refused::failed(&error))?;
        if live.recorded {
            recorder.go_on_after(cell.now().minutes());
        }
        cell.set_held(live.held.clone());
        let mut teller = Teller { tell, last: None, waiting: None };
        let lived = cell.go_on(
            stretch.grid,
            stretch.target,
            &mut recorder,
            &mut |report| teller.report(&report),
            stop,
        );
        teller.finish();
        let part = lived.map_err(|error| Refused::failed(&error))?;
        let (rows, sha256) = send_rows(&recorder.finish(), tell);
        let archive = cell.save().map_err(|error| Refused::state(&error))?;
        let state = State::whole(&archive).map_err(|e| Refused(Wrong::Internal, e.to_string()))?;
        let held = cell.held().clone();
        self.keep(digest(&archive), cell);
        let failed = part.failed.into_iter().map(Failed::from).collect();
        Ok(Done { rows, sha256, completed: part.completed, failed, held, state })
    }

    fn keep(&mut self, digest: String, cell: Hypervisor) {
        if self.kept.len() >= KEPT {
            self.kept.remove(0);
        }
        self.kept.push((digest, cell));
    }
}

/// Sends all rows, and gives their number and checksum.
fn send_rows(trace: &bioxen_engine::Trajectory, tell: &mut dyn FnMut(Told)) -> (u64, String) {
    let mut sum = RowSum::default();
    let (mut values, mut count) = (Vec::new(), 0);
    let mut send = |values: &mut Vec<f64>, count: &mut usize| {
        let packed = Packed(std::mem::take(values));
        let rows = std::mem::take(count);
        sum.add(&packed, rows);
        if rows > 0 {
            tell(Told::Rows { rows, values: packed });
        }
    };
    for row in rows(trace) {
        values.extend(row);
        count += 1;
        if values.len() >= AT_ONCE {
            send(&mut values, &mut count);
        }
    }
    send(&mut values, &mut count);
    sum.finish()
}

/// Tells how far a run is: each sample, and from time to time the progress.
struct Teller<'a> {
    tell: &'a mut dyn FnMut(Told),
    last: Option<Instant>,
    waiting: Option<Told>,
}

impl Teller<'_> {
    fn report(&mut self, report: &Report) {
        match report {
            Report::Progress(progress) => {
                let told = Told::Progress {
                    now_us: progress.now.micros(),
                    growth_per_h: Packed(vec![progress.growth_per_h]),
                    events: progress.events,
                };
                if self.last.is_none_or(|last| last.elapsed() >= OFTEN) {
                    self.last = Some(Instant::now());
                    self.waiting = None;
                    (self.tell)(told);
                } else {
                    self.waiting = Some(told);
                }
            }
            Report::Sample(sample) => {
                let Sample { now, growth_per_h, ribosomes, polymerases, atp_percent, vms } = sample;
                let host = [*growth_per_h, *ribosomes, *polymerases, *atp_percent];
                let of_vms = vms.iter().flat_map(|vm| [vm.ribosomes, vm.polymerases, vm.atp_share]);
                let values = Packed(host.into_iter().chain(of_vms).collect());
                (self.tell)(Told::Sample { now_us: now.micros(), values });
            }
        }
    }

    /// Tells how far it came, if that has not been told.
    fn finish(self) {
        if let Some(told) = self.waiting {
            (self.tell)(told);
        }
    }
}
