//! `bioxen top`: the use of resources while a script or a saved state runs.

mod attached;
mod feed;
mod model;
mod view;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bioxen::lang::WorldOptions;
use bioxen::permissions::{self, Closing};
use clap::Args;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use serde_json::json;

use super::failure::Failure;
use super::interrupt;
use feed::{Feed, Job, News};
use model::{Model, Phase};

/// Time between two looks at keys and news.
const REFRESH: Duration = Duration::from_millis(50);

/// Watch the resources: VMs, ribosomes, ATP, growth, phase
///
/// Runs a script, or continues a saved state (of save or save_hypervisor), and shows the resources
/// meanwhile. Keys: q quits, space pauses, + and - change the speed, s sorts the VMs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen top scripts/two_tenants.rhai
  bioxen top my_protocol.rhai --seed 3 --speed 60
  bioxen top out/all.state
  bioxen top my_protocol.rhai --json
  bioxen top out/flask.state --plugin my_plugin
  bioxen top --attach lab

Exit codes: 0 all went well, 1 the script failed, 2 the call was wrong.")]
pub(crate) struct TopArgs {
    /// The script, which ends in .rhai, or a saved state
    #[arg(required_unless_present = "attach")]
    file: Option<PathBuf>,
    /// Watch a session that runs elsewhere: its name, or a connection file
    #[arg(long, value_name = "SESSION", conflicts_with_all = ["file", "seed", "out", "speed"])]
    attach: Option<String>,
    /// Seed of all random streams of the script
    #[arg(long, default_value_t = 0, value_parser = bioxen::options::seed)]
    seed: u64,
    /// Folder for the files that the script writes
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Machine on which the script may run VMs, as it names it, or * for all; repeatable
    #[arg(long, value_name = "HOST")]
    allow_remote: Vec<String>,
    /// Folder of a plug-in that the script or the saved state finds loaded; repeatable
    #[arg(long, value_name = "DIR")]
    plugin: Vec<PathBuf>,
    /// Folder in which load_plugin looks for plug-ins by their names, besides those of BIOXEN_PLUGINS; repeatable
    #[arg(long, value_name = "DIR")]
    plugins: Vec<PathBuf>,
    /// Most minutes of cell time per second; 0 for as fast as possible
    #[arg(long, value_name = "N", default_value_t = 10,
          value_parser = bioxen::options::whole::<u32>(0..=1_000_000))]
    speed: u32,
    /// Print the resources at the end of the script, or those of the saved state, and end
    #[arg(long)]
    once: bool,
    /// The same as --once, but as JSON
    #[arg(long)]
    json: bool,
}

/// Does what the arguments say.
pub(crate) fn run(args: &TopArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let places = permissions::places(&args.allow_remote);
    let _closing = Closing::of(&places);
    let watched = match (&args.attach, &args.file) {
        (Some(session), _) => Watched::Session(session.clone()),
        (None, Some(file)) => {
            let options = WorldOptions {
                out_dir: args.out.clone(),
                seed: args.seed,
                places: Some(places),
                plugins: permissions::plugin_folders(&args.plugins),
                load: args.plugin.clone(),
                ..WorldOptions::default()
            };
            let job = Job::new(file, options)?;
            Watched::Job(file.display().to_string(), Box::new(job))
        }
        // The command line asks for one of them.
        (None, None) => return Ok(()),
    };
    if args.once || args.json {
        return once(args, watched, out);
    }
    if !(io::stdout().is_terminal() && io::stdin().is_terminal()) {
        let message = "top draws on a terminal, and here is none; --once and --json print a \
                       snapshot"
            .to_owned();
        return Err(Failure::Usage { message });
    }
    live(args, watched)
}

/// What is watched.
enum Watched {
    /// A file, by its name.
    Job(String, Box<Job>),
    /// A session that runs elsewhere.
    Session(String),
}

impl Watched {
    fn begin(self, speed: u32, once: bool) -> Result<(Model, Feed), Failure> {
        Ok(match self {
            Self::Job(name, job) => (Model::new(&name, speed), job.start(once)),
            Self::Session(session) => {
                let mut model = Model::new(&session, 0);
                model.attached = true;
                (model, attached::watch(&session, once)?)
            }
        })
    }
}

/// Everything at once, without a terminal.
fn once(args: &TopArgs, watched: Watched, out: &mut dyn Write) -> Result<(), Failure> {
    let (mut model, feed) = watched.begin(0, true)?;
    while let Ok(news) = feed.news.recv() {
        model.take(news);
        if let Phase::Ended(_) = model.phase {
            break;
        }
    }
    if let Phase::Ended(Some(error)) = &model.phase {
        return Err(Failure::Top { message: error.clone() });
    }
    if args.json {
        let last = model.samples.back();
        let value = json!({
            "file": model.name,
            "now_min": model.now_min(),
            "growth_rate_per_h": last.map(|s| s.growth_per_h),
            "ribosomes": last.map(|s| s.ribosomes),
            "polymerases": last.map(|s| s.polymerases),
            "atp_percent": last.map(|s| s.atp_percent),
            "vms": model.rows().iter().map(|row| json!({
                "id": row.has.id, "state": row.state, "ribosomes": row.has.ribosomes,
                "polymerases": row.has.polymerases,
                "atp_share_percent": row.has.atp_share, "phase": row.phase,
            })).collect::<Vec<_>>(),
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&value)?)?;
        return Ok(());
    }
    writeln!(out, "{}", model.host())?;
    for row in model.rows() {
        let line = format!(
            "{:<16}  {:>8.0} ribosomes  {:>5.1} % ATP  {:<10}  {}",
            row.has.id, row.has.ribosomes, row.has.atp_share, row.state, row.phase
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// On the terminal, until the user leaves. The terminal is given back whatever happens: `try_init`
/// also sees to a panic.
fn live(args: &TopArgs, watched: Watched) -> Result<(), Failure> {
    let (mut model, feed) = watched.begin(args.speed, false)?;
    let ended = Arc::new(AtomicBool::new(false));
    let asked = ended.clone();
    interrupt::listen(move |_| asked.store(true, Ordering::Relaxed));
    let mut screen = ratatui::try_init()?;
    feed.gate.set_speed(model.speed());
    let outcome = (|| -> io::Result<()> {
        while !ended.load(Ordering::Relaxed) {
            while let Ok(news) = feed.news.try_recv() {
                model.take(news);
            }
            screen.draw(|frame| view::draw(frame, &model))?;
            if event::poll(REFRESH)? && pressed(&event::read()?, &mut model) {
                break;
            }
            feed.gate.set_speed(model.speed());
            feed.gate.set_paused(model.paused);
        }
        Ok(())
    })();
    feed.end();
    ratatui::try_restore()?;
    outcome?;
    if ended.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted { note: "ended by a signal".to_owned() });
    }
    match model.phase {
        Phase::Ended(Some(message)) => Err(Failure::Top { message }),
        _ => Ok(()),
    }
}

/// Follows a key; whether the user leaves.
fn pressed(event: &Event, model: &mut Model) -> bool {
    let Event::Key(key) = event else { return false };
    if key.kind == KeyEventKind::Release {
        return false;
    }
    match key.code {
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return true,
        KeyCode::Char('q') | KeyCode::Esc => return true,
        KeyCode::Char('s') => model.sort = model.sort.next(),
        // Whoever only looks holds nothing back.
        _ if model.attached => {}
        KeyCode::Char(' ') => model.paused = !model.paused,
        KeyCode::Char('+' | '=') => model.faster(),
        KeyCode::Char('-') => model.slower(),
        _ => {}
    }
    false
}
