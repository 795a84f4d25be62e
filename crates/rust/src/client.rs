//! The process of Rust cells, in the hands of a front end.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bioxen_exchange::file;

use crate::folder::Folder;
use crate::host::{Host, Line};
use crate::protocol::{Answer, Ask, End, Item, Stage, Told, Unable, VERSION, Wish};
use crate::{RustError, find};

/// Time between two looks at whether the user interrupted.
const LOOK: Duration = Duration::from_millis(20);
/// Time between two notes of how long something takes.
const NOTE: Duration = Duration::from_millis(200);
/// How long a process that was interrupted may take to say so; after that it is ended.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a process that is no longer needed may take to end by itself.
const FAREWELL: Duration = Duration::from_secs(2);
/// The last lines that the process said about itself, for who wants to know why it ended.
const LAST_LINES: usize = 12;

/// What stands at the end of an error message of the process itself.
type Said = Arc<Mutex<VecDeque<String>>>;

/// A process in which Rust cells run, one after the other. Variables, functions and crates of a cell are there
/// for those after it. The process and its folder end with this value.
#[derive(Debug)]
pub struct RustCells {
    program: PathBuf,
    child: Child,
    stdin: Option<ChildStdin>,
    told: Receiver<Told>,
    said: Said,
    /// Closed once the process has nothing more to say about itself.
    silent: Receiver<()>,
    folder: Folder,
    /// The number of the last cell or question.
    last: u64,
    /// The number of the last value that crossed.
    values: u64,
    /// What it does at the moment, since when, and when the host was told.
    stage: Option<(Stage, Instant, Instant)>,
}

impl RustCells {
    /// Starts the program that [`find()`] finds, and waits until it can take cells. The host is told how long
    /// that takes.
    ///
    /// # Errors
    /// When the program or Rust's tools are missing, or the user interrupts.
    pub fn start(host: &mut dyn Host) -> Result<Self, RustError> {
        Self::start_program(&find()?, host)
    }

    /// The same with a certain program.
    ///
    /// # Errors
    /// When it cannot be started, is of another version, Rust's tools are missing, or the user interrupts.
    pub fn start_program(program: &Path, host: &mut dyn Host) -> Result<Self, RustError> {
        let folder = Folder::new()?;
        let mut command = Command::new(program);
        command.arg(folder.path());
        command.env("BIOXEN_RUST_FOLDER", folder.path());
        // What evcxr makes is removed with the folder, and no settings of its own are asked.
        command.env("EVCXR_TMPDIR", folder.work()).env("EVCXR_CONFIG_DIR", folder.work());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // An interrupt of the terminal is for the front end, which passes it on.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let failed = |source| RustError::File { path: program.to_owned(), source };
        let mut child = command.spawn().map_err(failed)?;
        let (sender, told) = mpsc::channel();
        let said = Said::default();
        let (speaks, silent) = mpsc::channel();
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            let said = said.clone();
            thread::spawn(move || hear(out, &sender));
            thread::spawn(move || {
                note(err, &said);
                drop(speaks);
            });
        }
        let stdin = child.stdin.take();
        let program = program.to_owned();
        let mut cells = Self {
            program,
            child,
            stdin,
            told,
            said,
            silent,
            folder,
            last: 0,
            values: 0,
            stage: None,
        };
        cells.set_stage(Some(Stage::Starting), host);
        let begun = cells.wait_until_ready(host);
        cells.set_stage(None, host);
        begun.map(|()| cells)
    }

    /// Runs a cell. What it prints and shows is told to the host while it runs; the value of its last expression
    /// is in what is given.
    ///
    /// # Errors
    /// When the process has ended; another can be started then. What is wrong with the cell is no error, but an
    /// end of it.
    pub fn execute(
        &mut self,
        name: &str,
        code: &str,
        colour: bool,
        host: &mut dyn Host,
    ) -> Result<End, RustError> {
        if let Err(gone) = self.folder.mend() {
            self.end();
            return Err(gone);
        }
        let id = self.next();
        let (name, code) = (name.to_owned(), code.to_owned());
        self.send(&Ask::Execute { id, name, code, colour });
        let ended = self.until(id, host, |told| match told {
            Told::Ended { id: of, end } if of == id => Some(end),
            _ => None,
        });
        self.set_stage(None, host);
        self.folder.tidy();
        ended
    }

    /// What could stand at a place of a text [bytes], and which part of it that would replace.
    ///
    /// # Errors
    /// When the process has ended, or the user interrupts.
    pub fn complete(
        &mut self,
        code: &str,
        position: usize,
        host: &mut dyn Host,
    ) -> Result<(std::ops::Range<usize>, Vec<Item>), RustError> {
        let id = self.next();
        self.send(&Ask::Complete { id, code: code.to_owned(), position });
        self.until(id, host, |told| match told {
            Told::Completed { id: of, start, end, items } if of == id => Some((start..end, items)),
            _ => None,
        })
    }

    /// What stands at a place of a text [bytes]: as text, and as a part of a page.
    ///
    /// # Errors
    /// When the process has ended, or the user interrupts.
    pub fn inspect(
        &mut self,
        code: &str,
        position: usize,
        host: &mut dyn Host,
    ) -> Result<Option<(String, String)>, RustError> {
        let id = self.next();
        self.send(&Ask::Inspect { id, code: code.to_owned(), position });
        self.until(id, host, |told| match told {
            Told::Inspected { id: of, found } if of == id => Some(found),
            _ => None,
        })
    }

    /// The number of the process, which those that compile and run cells descend from.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// The folder in which values cross, and in which cells are compiled.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn send(&mut self, ask: &Ask) {
        let Some(stdin) = &mut self.stdin else { return };
        let Ok(mut line) = serde_json::to_string(ask) else { return };
        line.push('\n');
        // A process that has ended is noticed by who waits for its answer.
        let _ = stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush());
    }

    fn wait_until_ready(&mut self, host: &mut dyn Host) -> Result<(), RustError> {
        loop {
            if host.is_stopped() {
                return Err(RustError::Interrupted);
            }
            match self.hear(host)? {
                Some(Told::Hello { version }) if version != VERSION => {
                    let path = self.program.clone();
                    return Err(RustError::Version { path, found: version, expected: VERSION });
                }
                Some(Told::Ready) => return Ok(()),
                Some(Told::Unable { reason }) => return Err(unable(reason)),
                _ => {}
            }
        }
    }

    /// Tells the host all that comes, until what is waited for has come.
    fn until<T>(
        &mut self,
        id: u64,
        host: &mut dyn Host,
        mut wanted: impl FnMut(Told) -> Option<T>,
    ) -> Result<T, RustError> {
        let mut stopped: Option<Instant> = None;
        loop {
            match stopped {
                None if host.is_stopped() => {
                    stopped = Some(Instant::now());
                    self.send(&Ask::Interrupt { id });
                }
                Some(since) if since.elapsed() > PATIENCE => {
                    self.end();
                    return Err(self.died());
                }
                _ => {}
            }
            match self.hear(host)? {
                Some(Told::Wish { wish, what }) => self.fulfil(wish, what, host),
                Some(told) => {
                    if let Some(found) = wanted(told) {
                        return Ok(found);
                    }
                }
                None => {}
            }
        }
    }

    /// The next message, if one comes soon. What is for the host alone is told to it.
    fn hear(&mut self, host: &mut dyn Host) -> Result<Option<Told>, RustError> {
        let told = match self.told.recv_timeout(LOOK) {
            Ok(told) => told,
            Err(RecvTimeoutError::Disconnected) => return Err(self.died()),
            Err(RecvTimeoutError::Timeout) => {
                if let Some((stage, since, noted)) = &mut self.stage
                    && noted.elapsed() >= NOTE
                {
                    *noted = Instant::now();
                    host.stage(Some(*stage), since.elapsed());
                }
                return Ok(None);
            }
        };
        match told {
            Told::Printed { stream, text } => host.print(stream, &text),
            Told::Shown { forms } => host.show(forms),
            Told::Stage { stage } => self.set_stage(Some(stage), host),
            told => return Ok(Some(told)),
        }
        Ok(None)
    }

    fn set_stage(&mut self, stage: Option<Stage>, host: &mut dyn Host) {
        if self.stage.is_some() || stage.is_some() {
            self.stage = stage.map(|stage| (stage, Instant::now(), Instant::now()));
            host.stage(stage, Duration::ZERO);
        }
    }

    fn fulfil(&mut self, wish: u64, what: Wish, host: &mut dyn Host) {
        let answer = match what {
            Wish::Get { name } => host.get(&name).and_then(|value| {
                self.values += 1;
                let name = format!("get-{}", self.values);
                let path = self.folder.value(&name).ok_or("a value has no file")?;
                file::write(&path, &value).map_err(|error| error.to_string())?;
                Ok(Answer::Value { file: name })
            }),
            Wish::Put { name, file: value } => self.take(&value).and_then(|value| {
                host.put(&name, value)?;
                Ok(Answer::Done)
            }),
            Wish::Input { prompt, password } => match host.ask(&prompt, password) {
                Line::Text(text) => Ok(Answer::Line { text }),
                Line::Nobody => Err("nobody can be asked".to_owned()),
            },
        };
        let answer = answer.unwrap_or_else(|message| Answer::Refused { message });
        self.send(&Ask::Answer { wish, answer });
    }

    /// Reads a value that a cell has written.
    fn take(&self, name: &str) -> Result<bioxen_exchange::Value, String> {
        let path =
            self.folder.value(name).ok_or_else(|| format!("`{name}` is no file of a value"))?;
        let value = file::read(&path).map_err(|error| error.to_string());
        // What cannot be removed now is removed with the folder.
        let _ = fs::remove_file(&path);
        value
    }

    /// Why the process is gone.
    fn died(&mut self) -> RustError {
        let status = match self.child.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        // What it has said may still be on its way; a child of it may keep the way open.
        let _ = self.silent.recv_timeout(FAREWELL);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: String = said.iter().map(|line| format!("\n{line}")).collect();
        RustError::Died { status, said: lines }
    }

    /// Ends the process and all that descend from it.
    fn end(&mut self) {
        self.stdin = None;
        #[cfg(unix)]
        if let Some(group) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            // Whoever is gone already cannot be ended.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
    }
}

impl Drop for RustCells {
    /// The process ends when it has nothing more to read; one that does not is ended.
    fn drop(&mut self) {
        self.stdin = None;
        let since = Instant::now();
        while since.elapsed() < FAREWELL {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(LOOK),
                _ => break,
            }
        }
        self.end();
        let _ = self.child.wait();
    }
}

fn unable(reason: Unable) -> RustError {
    match reason {
        Unable::Toolchain { program } if program == "cc" => RustError::NoLinker { program },
        Unable::Toolchain { program } => RustError::NoToolchain { program },
        Unable::Other { message } => RustError::Unable { message },
    }
}

/// Passes on what a process tells, until it ends.
fn hear(out: ChildStdout, sender: &Sender<Told>) {
    for line in BufReader::new(out).lines() {
        let Ok(line) = line else { return };
        // What is no message is nobody's.
        let Ok(told) = serde_json::from_str(&line) else { continue };
        if sender.send(told).is_err() {
            return;
        }
    }
}

/// Keeps the last that a process says about itself.
fn note(err: ChildStderr, said: &Said) {
    for line in BufReader::new(err).lines().map_while(Result::ok) {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() == LAST_LINES {
            said.pop_front();
        }
        said.push_back(line);
    }
}
