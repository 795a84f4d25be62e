//! The program, the terminal and the user's files.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bioxen::genome;
use bioxen::lab::Lab;
use bioxen::lang::WorldOptions;
use bioxen::units::Time;

use super::super::repl::files::{history_file, startup_file};
use super::super::terminal::{self, Terminal};
use super::Check;

const PROGRAM: &str = "program";
const TERMINAL: &str = "terminal";
const FILES: &str = "files";

/// Whether BioXen itself works.
pub(super) fn program() -> Vec<Check> {
    let build = if cfg!(debug_assertions) { "debug build, slow" } else { "release build" };
    let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
    let version = format!("{} for {arch} {os}, {build}", env!("CARGO_PKG_VERSION"));
    let place = std::env::current_exe().map(|path| path.display().to_string());
    let threads = std::thread::available_parallelism().map(|n| n.to_string());
    vec![
        Check::ok(PROGRAM, "version", version),
        Check::of(PROGRAM, "executable", place),
        Check::of(PROGRAM, "threads", threads),
        Check::of(PROGRAM, "genomes", genomes()),
        Check::of(PROGRAM, "host cell", host()),
    ]
}

fn genomes() -> Result<String, genome::GenomeError> {
    let mut found = Vec::new();
    for name in genome::shipped_names() {
        found.push(format!("{name} ({} genes)", genome::shipped(name)?.genes().len()));
    }
    Ok(found.join(", "))
}

/// A cell lives for a minute.
fn host() -> Result<String, String> {
    let started = Instant::now();
    let mut lab = Lab::new(WorldOptions::default().seed).map_err(|error| error.to_string())?;
    let run = lab.run(Time::from_minutes(1.0)).map_err(|error| error.to_string())?;
    let growth = run.trace.column("host.growth_rate_per_h").and_then(|c| c.values.last().copied());
    let growth = growth.ok_or("no growth was recorded")?;
    let took = started.elapsed().as_secs_f64();
    Ok(format!("settles and grows by {growth:.3} 1/h ({took:.2} s)"))
}

/// What can be shown.
pub(super) fn terminal(terminal: &Terminal) -> Vec<Check> {
    let term = terminal::variable("TERM").unwrap_or_else(|| "not set".to_owned());
    let kind = if terminal.interactive {
        format!("TERM {term}, {} columns", terminal.columns())
    } else {
        format!("TERM {term}; input or output is no terminal")
    };
    let mut all = vec![Check::ok(TERMINAL, "kind", kind)];
    all.push(if terminal.style.colour {
        Check::ok(TERMINAL, "colours", "yes")
    } else if terminal::unwanted_colour() {
        Check::ok(TERMINAL, "colours", "no, since NO_COLOR is set")
    } else {
        Check::ok(TERMINAL, "colours", "no")
    });
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| terminal::variable(name));
    let utf8 = |name: &String| name.to_lowercase().replace('-', "").contains("utf8");
    all.push(match locale {
        Some(name) if utf8(&name) => Check::ok(TERMINAL, "characters", name),
        other => Check::missing(
            TERMINAL,
            "characters",
            other.map_or_else(|| "no locale is set".to_owned(), |name| format!("locale {name}")),
            "braille figures need UTF-8, such as LANG=C.UTF-8",
        ),
    });
    let pictures = terminal.pictures();
    all.push(match pictures {
        terminal::Pictures::Text => Check::missing(
            TERMINAL,
            "pictures",
            "braille characters",
            "kitty, Ghostty, WezTerm, iTerm2, foot and others show real ones; BIOXEN_PICTURES \
             (kitty, iterm2, sixel) insists",
        ),
        other => Check::ok(TERMINAL, "pictures", other.name()),
    });
    all
}

/// The user's own.
pub(super) fn files() -> Vec<Check> {
    let startup = startup_file();
    let present = startup.as_ref().is_some_and(|file| file.is_file());
    let startup = match startup {
        Some(file) if present => file.display().to_string(),
        Some(file) => format!("none (it would be {})", file.display()),
        None => "none".to_owned(),
    };
    vec![
        Check::ok(FILES, "startup", startup),
        match history_file() {
            Some(file) if can_write(&file) => {
                Check::ok(FILES, "history", file.display().to_string())
            }
            Some(file) => Check::missing(
                FILES,
                "history",
                format!("{} cannot be written", file.display()),
                "give its folder to this user, or set XDG_DATA_HOME",
            ),
            None => Check::missing(FILES, "history", "there is no home folder", "set HOME"),
        },
    ]
}

/// Whether a file is there to be written, or could be made. Nothing is changed.
fn can_write(file: &Path) -> bool {
    if let Ok(about) = file.metadata() {
        // A pipe would wait for somebody who reads.
        return about.is_file() && fs::OpenOptions::new().append(true).open(file).is_ok();
    }
    let above: Option<PathBuf> = file.ancestors().skip(1).find(|p| p.exists()).map(PathBuf::from);
    above.is_some_and(|p| p.is_dir() && !p.metadata().is_ok_and(|m| m.permissions().readonly()))
}
