//! `bioxen run --watch`: runs the script again after every change.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use bioxen::engine::Interrupt;

use super::super::failure::Failure;
use super::super::interrupt;
use super::super::output::name;
use super::{RunArgs, once};

/// Time between two looks at the file.
const REFRESH: Duration = Duration::from_millis(150);

/// When a file was changed, and its size; nothing while it is not there.
type Print = Option<(SystemTime, u64)>;

fn print(file: &Path) -> Print {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// What is being run.
#[derive(Default)]
struct Now {
    script: Option<Interrupt>,
    /// The file as it was when the run began.
    began: Print,
    /// Whether the file has changed since.
    changed: bool,
    /// Whether the user has interrupted.
    ended: bool,
}

/// Runs a script now and after each of its changes, which end a run that is under way, until
/// Ctrl-C.
pub(super) fn watch(args: &RunArgs) -> Result<(), Failure> {
    let now = Arc::new(Mutex::new(Now::default()));
    let lock = |now: &Arc<Mutex<Now>>, f: &dyn Fn(&mut Now)| {
        f(&mut now.lock().unwrap_or_else(PoisonError::into_inner));
    };
    let shared = now.clone();
    interrupt::listen_once(move || {
        lock(&shared, &|now| {
            now.ended = true;
            now.script.iter().for_each(Interrupt::stop);
        });
    });
    let (shared, file) = (now.clone(), args.file.clone());
    thread::spawn(move || {
        loop {
            thread::sleep(REFRESH);
            let seen = print(&file);
            lock(&shared, &|now| {
                // A file that is not there is about to be written.
                if now.script.is_some() && seen.is_some() && seen != now.began {
                    now.changed = true;
                    now.script.iter().for_each(Interrupt::stop);
                }
            });
        }
    });
    loop {
        let began = print(&args.file);
        lock(&now, &|now| *now = Now { began, ended: now.ended, ..Now::default() });
        let outcome = once(
            args,
            &|script| {
                lock(&now, &|now| {
                    // Ctrl-C may have come before there was anything to stop.
                    if now.ended {
                        script.stop();
                    }
                    now.script = Some(script.clone());
                });
            },
            &|| !now.lock().unwrap_or_else(PoisonError::into_inner).changed,
        );
        let (ended, changed) = {
            let now = now.lock().unwrap_or_else(PoisonError::into_inner);
            (now.ended, now.changed)
        };
        if ended {
            return outcome.and(Err(over()));
        }
        let mut err = std::io::stderr();
        if !changed {
            if let Err(failure) = outcome {
                failure.tell(&mut err)?;
            }
            writeln!(err, "-- watching {}; Ctrl-C ends --", name(&args.file))?;
        }
        while print(&args.file).is_none_or(|seen| Some(seen) == began) {
            thread::sleep(REFRESH);
            if now.lock().unwrap_or_else(PoisonError::into_inner).ended {
                return Err(over());
            }
        }
        writeln!(err, "-- {} has changed --", name(&args.file))?;
    }
}

fn over() -> Failure {
    Failure::Interrupted { note: "no longer watching".to_owned() }
}
