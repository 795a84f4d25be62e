//! The watched cell: it runs on its own thread and sends updates.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bioxen::durable;
use bioxen::engine::Interrupt;
use bioxen::hypervisor::{Sample, VmSample, VmStatus};
use bioxen::lang::files::LARGEST;
use bioxen::lang::{LangError, Output, WorldOptions};
use bioxen::session::Session;
use bioxen::units::Time;

use super::super::failure::Failure;
use super::super::output::name;
use super::super::source;

/// How long the cell sleeps before it looks whether it may go on.
const NAP: Duration = Duration::from_millis(10);

/// One thing that happened.
#[derive(Debug)]
pub(super) enum News {
    /// The resources at a sample.
    Sample(Sample),
    /// A line that was printed.
    Line(String),
    /// Cell time [min], and all VMs.
    Status(f64, Vec<Row>),
    /// It is over, with the error if it failed.
    Ended(Option<String>),
}

/// A VM as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// What it has of the resources.
    pub(super) has: VmSample,
    pub(super) state: String,
    pub(super) phase: String,
}

/// What holds the cell back: a pause, or a speed.
#[derive(Debug, Default)]
pub(super) struct Gate {
    paused: AtomicBool,
    ended: AtomicBool,
    /// Minutes of cell time in a second; 0 for no limit.
    speed: AtomicU32,
}

impl Gate {
    pub(super) fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    pub(super) fn set_speed(&self, speed: u32) {
        self.speed.store(speed, Ordering::Relaxed);
    }

    fn open(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Waits as long as the cell must after so much cell time [min].
    fn wait(&self, minutes: f64) {
        let began = Instant::now();
        while !self.open() {
            let speed = f64::from(self.speed.load(Ordering::Relaxed));
            let due = if speed > 0.0 { minutes / speed } else { 0.0 };
            let over = began.elapsed().as_secs_f64() >= due;
            if over && !self.paused.load(Ordering::Relaxed) {
                return;
            }
            thread::sleep(NAP);
        }
    }
}

/// A cell under way.
pub(super) struct Feed {
    pub(super) news: Receiver<News>,
    pub(super) gate: Arc<Gate>,
    session: Arc<Mutex<Option<Interrupt>>>,
}

impl Feed {
    /// What somebody else tells, and nobody here holds back.
    pub(super) fn of(news: Receiver<News>) -> Self {
        Self { news, gate: Arc::default(), session: Arc::default() }
    }

    /// Tells the cell to end; it is not waited for.
    pub(super) fn end(&self) {
        self.gate.ended.store(true, Ordering::Relaxed);
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        session.iter().for_each(Interrupt::stop);
    }
}

/// What is to be watched.
#[derive(Debug)]
pub(super) struct Job {
    what: What,
    name: String,
    options: WorldOptions,
}

/// Where the cell comes from.
#[derive(Debug)]
enum What {
    /// The text of a script, which is watched until it ends.
    Script(String),
    /// The contents of a saved state, which lives on.
    State(Vec<u8>),
}

impl Job {
    /// A script, if the file ends in `.rhai`, or else a saved state.
    pub(super) fn new(file: &Path, options: WorldOptions) -> Result<Self, Failure> {
        let is_script = file.as_os_str() == "-" || file.extension().is_some_and(|e| e == "rhai");
        let options = |folder: PathBuf| WorldOptions { read_dir: folder, ..options };
        if is_script {
            let source = source::read(file)?;
            let options = options(source.folder);
            return Ok(Self { what: What::Script(source.text), name: source.name, options });
        }
        if !file.is_file() {
            let message =
                format!("cannot read `{}`: give a script (.rhai) or a saved state", name(file));
            return Err(Failure::Usage { message });
        }
        let state = durable::read(file, LARGEST).map_err(|error| Failure::Usage {
            message: format!("cannot read `{}`: {error}", name(file)),
        })?;
        let options = options(PathBuf::from("."));
        Ok(Self { what: What::State(state), name: name(file), options })
    }

    /// Starts it; with `once`, a state does not live on.
    pub(super) fn start(self, once: bool) -> Feed {
        let (tell, news) = channel();
        let gate = Arc::new(Gate::default());
        let session = Arc::new(Mutex::new(None));
        let (worker_gate, worker_session) = (gate.clone(), session.clone());
        thread::spawn(move || {
            let error = self.live(&tell, &worker_gate, &worker_session, once).err();
            // Nobody listens any more if the user has left.
            let _ = tell.send(News::Ended(error));
        });
        Feed { news, gate, session }
    }

    fn live(
        self,
        tell: &Sender<News>,
        gate: &Arc<Gate>,
        interrupt: &Mutex<Option<Interrupt>>,
        once: bool,
    ) -> Result<(), String> {
        let (sink_tell, sink_gate) = (tell.clone(), gate.clone());
        let mut last = 0.0;
        let sink = move |output| {
            let news = match output {
                Output::Sample(sample) => {
                    let now = sample.now.minutes();
                    let passed = if now > last { now - last } else { 0.0 };
                    last = now;
                    let _ = sink_tell.send(News::Sample(sample));
                    sink_gate.wait(passed);
                    return;
                }
                Output::Text(line) | Output::Remark(line) => News::Line(line),
                Output::Display { value, .. } if value.figure.is_none() => News::Line(value.text),
                Output::File(path) => News::Line(format!("wrote {}", name(&path))),
                _ => return,
            };
            let _ = sink_tell.send(news);
        };
        let mut session = Session::new(self.options, Box::new(sink)).map_err(|e| e.to_string())?;
        // Who leaves before the first step means it, too; nothing is evaluated afterwards.
        session.begin_turn();
        *interrupt.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.interrupt());
        match self.what {
            What::Script(text) => {
                let outcome = session.eval(&text, &self.name);
                if gate.open() {
                    return Ok(());
                }
                outcome.map_err(|e| e.to_string())?;
                let _ = tell.send(status(&session));
                Ok(())
            }
            What::State(bytes) => {
                let told = |error: LangError| format!("error: {error}");
                session.bring_back(&bytes, &self.name).map_err(told)?;
                // One sample of the state as it is.
                let step = if once { Time::from_seconds(1.0) } else { Time::from_minutes(1.0) };
                loop {
                    let outcome = session.live(step);
                    if gate.open() {
                        return Ok(());
                    }
                    outcome.map_err(told)?;
                    let _ = tell.send(status(&session));
                    if once {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// All VMs with their phases.
fn status(session: &Session) -> News {
    let row = |vm: VmStatus| Row {
        phase: session.growth_phase(&vm.id).unwrap_or_default().to_owned(),
        has: VmSample {
            id: vm.id,
            ribosomes: vm.engaged_ribosomes,
            polymerases: vm.engaged_polymerases,
            atp_share: 0.0,
        },
        state: vm.state,
    };
    News::Status(session.time_and_seed().0, session.statuses().into_iter().map(row).collect())
}
