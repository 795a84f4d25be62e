//! `bioxen run`: run a script.

mod parameters;
mod report;
mod watch;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use bioxen::engine::{Interrupt, StopToken};
use bioxen::lang::files::write_inside;
use bioxen::lang::{FrontEnd, Limits, Output, Trace, WorldOptions};
use bioxen::permissions::{Closing, Permissions};
use bioxen::session::{Diagnostic, Display, Session};
use clap::Args;
use serde_json::json;

use super::ask::Keyboard;
use super::failure::Failure;
use super::interrupt;
use super::output::{apart, name};
use super::progress::Bar;
use super::source::{self, Source};
use parameters::ParameterArgs;
use report::Record;

/// The most text that is kept for --json and --report [bytes].
const KEPT: u64 = 256 << 20;

/// Run a script
///
/// The script prints to standard output and writes its files into the output folder. Ctrl-C ends the
/// script cleanly: the record of an interrupted run is written to interrupted.csv. input(..) asks at
/// the terminal, or reads a line of standard input.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen run scripts/lac_induction.rhai
  bioxen run my_protocol.rhai --seed 42 --out results
  bioxen run my_protocol.rhai --report report.html
  bioxen run my_protocol.rhai --watch
  bioxen run my_protocol.rhai --help-params
  bioxen run my_protocol.rhai --set dose=1.mM --set runs=5
  bioxen run my_protocol.rhai --params values.toml --json
  bioxen run my_protocol.rhai --allow-write ../figures --max-operations 1000000
  echo 'print(supported_biological_types())' | bioxen run -

Exit codes: 0 the script ran, 1 it failed or a VM could no longer be simulated, 2 the call was
wrong, 130 interrupted (143 and 129 after SIGTERM and SIGHUP); n after exit(n).")]
pub(crate) struct RunArgs {
    /// The script; - for standard input
    file: PathBuf,
    /// Seed of all random streams; the same seed gives the same result
    #[arg(long, default_value_t = 0, value_parser = bioxen::options::seed)]
    seed: u64,
    /// Folder for the files that the script writes
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Print one JSON object: `value` as JSON and as `text`, parameters, output, remarks, files, VMs, error
    #[arg(long)]
    json: bool,
    /// Print only what the script prints
    #[arg(long, short)]
    quiet: bool,
    /// Write one HTML page with the script, its conditions and everything it showed; the page needs no
    /// network, and the same script and seed give the same bytes
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Replace the file of --report even if it is not a report
    #[arg(long, requires = "report")]
    force: bool,
    /// Run again whenever the script changes, until Ctrl-C
    #[arg(long, short)]
    watch: bool,
    #[command(flatten)]
    parameters: ParameterArgs,
    #[command(flatten)]
    permissions: Permissions,
}

/// What a script has shown so far.
struct Shown {
    bar: Bar,
    json: bool,
    quiet: bool,
    out_dir: PathBuf,
    lines: Vec<String>,
    remarks: Vec<String>,
    files: Vec<PathBuf>,
    /// The numbers of figures by those of what was shown.
    figures: BTreeMap<u64, usize>,
    /// Everything in order, if a report is wanted.
    record: Option<Record>,
    /// The first output that could not be written.
    failed: Option<Failure>,
    /// Ends the script, of which nobody could see any more.
    interrupt: Interrupt,
}

impl Shown {
    fn take(&mut self, output: Output) {
        match output {
            Output::Progress(progress) => self.bar.update(progress),
            Output::Points { done, of } => self.bar.points(done, of),
            Output::RunEnded => self.bar.clear(),
            Output::Text(text) => self.text(text),
            Output::Remark(text) => self.remark(&text),
            Output::File(path) => self.file(path),
            Output::Display { id, value, .. } => self.display(id, *value),
            _ => {}
        }
    }

    /// A figure goes into a file, into the same one when it is updated; anything else is a line.
    fn display(&mut self, id: u64, value: Display) {
        match &value.figure {
            None => self.line(value.text.clone()),
            Some(figure) => {
                let next = self.figures.len() + 1;
                let number = self.figures.entry(id).or_insert(next);
                let name = format!("figure-{number}.svg");
                let outcome = figure.encode(&name, &self.interrupt.token());
                match outcome.and_then(|bytes| write_inside(&self.out_dir, &name, &bytes)) {
                    Ok(path) => self.wrote(path),
                    // The script says it, too.
                    Err(error) if error.is_interrupt() => {}
                    Err(error) => self.fail(error.into()),
                }
            }
        }
        self.record.iter_mut().for_each(|r| r.display(id, value.clone()));
    }

    fn text(&mut self, text: String) {
        self.record.iter_mut().for_each(|r| r.text(&text));
        self.line(text);
    }

    fn line(&mut self, text: String) {
        self.bar.clear();
        if self.json {
            self.lines.push(text);
        } else if let Err(error) = writeln!(io::stdout(), "{text}") {
            self.fail(error.into());
        }
    }

    fn remark(&mut self, text: &str) {
        self.bar.clear();
        self.record.iter_mut().for_each(|r| r.remark(text));
        if self.json {
            self.remarks.push(text.to_owned());
        }
        if !self.quiet {
            // A note that nobody can read is no reason to fail.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    fn file(&mut self, path: PathBuf) {
        self.record.iter_mut().for_each(|r| r.file(&path));
        self.wrote(path);
    }

    fn wrote(&mut self, path: PathBuf) {
        self.bar.clear();
        if !self.quiet && !self.json {
            // A note that nobody can read is no reason to fail.
            let _ = writeln!(io::stderr(), "wrote {}", name(&path));
        }
        if !self.files.contains(&path) {
            self.files.push(path);
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.failed.get_or_insert(failure);
        self.interrupt.stop();
    }
}

/// Does what the arguments say.
pub(crate) fn run(args: &RunArgs) -> Result<(), Failure> {
    if args.parameters.is_help() {
        let source = source::read(&args.file)?;
        let session = Session::new(WorldOptions::default(), Box::new(|_| {}))?;
        return parameters::list(&session, &source, args.json, &mut io::stdout());
    }
    if !args.watch {
        return once(args, &|script| interrupt::listen_once(move || script.stop()), &|| true);
    }
    if args.file.as_os_str() == "-" {
        let message = "standard input cannot be watched; give a file".to_owned();
        return Err(Failure::Usage { message });
    }
    watch::watch(args)
}

/// Runs the script: `started` gets what stops it, `keep` says whether an interrupted run is to be
/// kept.
fn once(
    args: &RunArgs,
    started: &dyn Fn(Interrupt),
    keep: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let source = source::read(&args.file)?;
    if args.out.exists() && !args.out.is_dir() {
        let message = format!("`{}` is not a folder; give one with --out", name(&args.out));
        return Err(Failure::Usage { message });
    }
    if let Some(path) = &args.report {
        apart(path, [args.file.as_path()])?;
        report::check(path, args.force)?;
    }
    let terminal = io::stderr().is_terminal() && !args.quiet && !args.json;
    let shown = Rc::new(RefCell::new(Shown {
        bar: Bar::new(terminal),
        json: args.json,
        quiet: args.quiet,
        out_dir: args.out.clone(),
        lines: Vec::new(),
        remarks: Vec::new(),
        files: Vec::new(),
        figures: BTreeMap::new(),
        record: args.report.as_ref().map(|_| Record::default()),
        failed: None,
        interrupt: Interrupt::new(),
    }));
    let places = args.permissions.places();
    let _closing = Closing::of(&places);
    let options = WorldOptions {
        out_dir: args.out.clone(),
        read_dir: source.folder.clone(),
        allowed: args.permissions.allowed(FrontEnd::Command),
        seed: args.seed,
        limits: Limits {
            shown_bytes: (args.json || args.report.is_some()).then_some(KEPT),
            ..args.permissions.limits()
        },
        places: Some(places),
        plugins: args.permissions.plugins(),
        load: args.permissions.load(),
    };
    let sink = shown.clone();
    let mut session = Session::new(options, Box::new(move |o| sink.borrow_mut().take(o)))?;
    args.parameters.set(&mut session, &source)?;
    shown.borrow_mut().interrupt = session.interrupt();
    // Who interrupts before the script has begun means it, too.
    session.begin_turn();
    started(session.interrupt());
    if args.file.as_os_str() != "-" {
        let mut keyboard = Keyboard::new(session.interrupt());
        session.set_input(Some(Box::new(move |prompt| keyboard.ask(prompt))));
    }
    let outcome = match &args.report {
        None => session.eval(&source.text, &source.name),
        Some(path) => reported(path, args, (&source, &mut session), &shown)?,
    };
    shown.borrow_mut().bar.clear();
    if let Some(failure) = shown.borrow_mut().failed.take() {
        return Err(failure);
    }
    let kept = match &outcome {
        Err(diagnostic) if diagnostic.interrupted && keep() => {
            Some(interrupted(&mut session, args)?)
        }
        _ => None,
    };
    if args.json {
        shown.borrow_mut().files.extend(kept.and_then(|kept| kept.1));
        return tell(args, &source, &session, &shown.borrow(), outcome);
    }
    let failures = session.failures();
    match outcome {
        Ok(_) if !failures.is_empty() => Err(Failure::Vms(failures)),
        Ok(_) => ended(args, &source, &session),
        Err(diagnostic) if diagnostic.interrupted => {
            let note = kept.map_or_else(|| "interrupted".to_owned(), |kept| kept.0);
            Err(Failure::Interrupted { note })
        }
        Err(diagnostic) => Err(Failure::Script(diagnostic)),
    }
}

/// How a script ends that did not fail.
fn ended(args: &RunArgs, source: &Source, session: &Session) -> Result<(), Failure> {
    match session.exit_code() {
        None => args.parameters.check_asked(session, source),
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Exit(code)),
    }
}

/// Keeps what an interrupted run recorded. Gives what is said of it, and the file.
fn interrupted(
    session: &mut Session,
    args: &RunArgs,
) -> Result<(String, Option<PathBuf>), Failure> {
    let (minutes, _) = session.time_and_seed();
    let said = format!("interrupted at {minutes:.2} min of cell time");
    if let Some(csv) = session.take_interrupted_points() {
        let path = write_inside(&args.out, "interrupted.csv", csv.as_bytes())?;
        return Ok((
            format!("interrupted; the points of the sweep that were done are in {}", name(&path)),
            Some(path),
        ));
    }
    let Some(trajectory) = session.take_interrupted() else { return Ok((said, None)) };
    // The interrupt has done its work.
    let csv = Trace::new(trajectory).to_csv(&StopToken::new()).unwrap_or_default();
    let path = write_inside(&args.out, "interrupted.csv", &csv)?;
    let said = format!("{said}; what the run had recorded is in {}", name(&path));
    Ok((said, Some(path)))
}

/// Runs the script and writes the report, also of a script that fails.
fn reported(
    path: &Path,
    args: &RunArgs,
    (source, session): (&Source, &mut Session),
    shown: &RefCell<Shown>,
) -> Result<Result<Option<String>, Box<Diagnostic>>, Failure> {
    let outcome = session.eval_rich(&source.text, &source.name);
    let mut record = shown.borrow_mut().record.take().unwrap_or_default();
    let (outcome, error) = match outcome {
        Ok(value) => {
            let text = value.as_ref().map(|v| v.text.clone());
            value.into_iter().for_each(|v| record.value(v));
            (Ok(text), None)
        }
        Err(diagnostic) => (Err(diagnostic.clone()), Some(diagnostic)),
    };
    report::write(path, (source, session), (&record, &args.out), error.as_deref(), args.force)?;
    shown.borrow_mut().wrote(path.to_owned());
    Ok(outcome)
}

fn tell(
    args: &RunArgs,
    source: &Source,
    session: &Session,
    shown: &Shown,
    outcome: Result<Option<String>, Box<Diagnostic>>,
) -> Result<(), Failure> {
    let (now_min, seed) = session.time_and_seed();
    // Of a script that failed the session has no value.
    let (value, text, error) = match &outcome {
        Ok(text) => (session.last_json(), text.clone(), None),
        Err(diagnostic) => (serde_json::Value::Null, None, Some(diagnostic)),
    };
    let failures = session.failures();
    let report = json!({
        "script": source.name,
        "version": env!("CARGO_PKG_VERSION"),
        "seed": seed,
        // JSON is text: of a path that is none, the nearest.
        "out": args.out.to_string_lossy(),
        "parameters": session.parameters_json(),
        "now_min": now_min,
        "value": value,
        "text": text,
        "output": shown.lines,
        "remarks": shown.remarks,
        "files": shown.files.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
        "vms": session.statuses(),
        "failed_vms": failures.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "error": error.map(|d| d.json()),
    });
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
    writeln!(out)?;
    out.flush()?;
    match outcome {
        Ok(_) if !failures.is_empty() => Err(Failure::Reported),
        Ok(_) => ended(args, source, session),
        Err(diagnostic) if diagnostic.interrupted => {
            Err(Failure::Interrupted { note: "interrupted".to_owned() })
        }
        Err(_) => Err(Failure::Reported),
    }
}
