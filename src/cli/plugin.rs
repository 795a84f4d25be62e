//! `bioxen plugin`: folders that bring a biological type, packages, functions and styles.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bioxen::engine::Interrupt;
use bioxen::lang::plugins::Loaded;
use bioxen::lang::{LangError, Output, WorldOptions};
use bioxen::permissions::plugin_folders;
use bioxen::plugin::{self, Plugin};
use bioxen::session::Session;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::failure::Failure;
use super::interrupt;
use super::output::name;

/// Make, list, check and try plug-ins
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen plugin new my_plugin
  bioxen plugin check my_plugin
  bioxen plugin test my_plugin
  bioxen plugin list --plugins plugins

A plug-in is a folder with plugin.toml; docs/plugins.md tells how to write one. Nothing is ever downloaded.")]
pub(crate) struct PluginArgs {
    #[command(subcommand)]
    command: PluginCommand,
}

#[derive(Debug, Subcommand)]
enum PluginCommand {
    /// Write a plug-in to begin with into a new folder
    #[command(after_help = "Examples:
  bioxen plugin new my_plugin
  bioxen plugin new plugins/my_plugin

The last part of the path is the name of the plug-in: small letters, digits and _.")]
    New {
        /// The folder, which must not be there yet
        folder: PathBuf,
    },
    /// List the plug-ins in folders where load_plugin looks for them
    #[command(after_help = "Examples:
  bioxen plugin list --plugins plugins
  bioxen plugin list --plugins ~/plugins --json")]
    List {
        /// Folder with plug-ins in it, besides those of BIOXEN_PLUGINS; repeatable
        #[arg(long, value_name = "DIR")]
        plugins: Vec<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Report all problems of plug-ins
    #[command(after_help = "Examples:
  bioxen plugin check my_plugin
  bioxen plugin check my_plugin --plugins plugins
  bioxen plugin check plugins/* --json

A plug-in is read and loaded, with those that it needs; nothing of it is run.")]
    Check {
        /// Folders of plug-ins
        #[arg(required = true)]
        folders: Vec<PathBuf>,
        /// Folder in which plug-ins that are needed are looked for, besides those of BIOXEN_PLUGINS; repeatable
        #[arg(long, value_name = "DIR")]
        plugins: Vec<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check plug-ins, then run their tests and the examples of their functions
    #[command(after_help = "Examples:
  bioxen plugin test my_plugin
  bioxen plugin test plugins/phage_t7 --plugins plugins

Each script of tests/ and each example runs in a session of its own, in which the plug-in is loaded; what
raises an error fails. Files go to a temporary folder.

Exit codes: 0 all is well, 1 something failed.")]
    Test {
        /// Folders of plug-ins
        #[arg(required = true)]
        folders: Vec<PathBuf>,
        /// Folder in which plug-ins that are needed are looked for, besides those of BIOXEN_PLUGINS; repeatable
        #[arg(long, value_name = "DIR")]
        plugins: Vec<PathBuf>,
    },
}

/// Does what the arguments say.
pub(crate) fn run(args: &PluginArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.command {
        PluginCommand::New { folder } => new(folder, out),
        PluginCommand::List { plugins, json } => list(&plugin_folders(plugins), *json, out),
        PluginCommand::Check { folders, plugins, json } => {
            check(folders, &plugin_folders(plugins), *json, out)
        }
        PluginCommand::Test { folders, plugins } => test(folders, &plugin_folders(plugins), out),
    }
}

fn new(folder: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    let named = folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let files = plugin::write_new(folder, &named)
        .map_err(|error| Failure::Usage { message: error.to_string() })?;
    for file in files {
        writeln!(out, "wrote {}", name(&file))?;
    }
    let folder = name(folder);
    writeln!(out, "try it: bioxen plugin test {folder}")?;
    Ok(())
}

/// A session in which nothing is loaded.
fn session() -> Result<Session, Failure> {
    Ok(Session::new(WorldOptions::default(), Box::new(|_| {}))?)
}

fn record(loaded: &Loaded) -> Value {
    let (plugin, manifest) = (&loaded.plugin, loaded.plugin.manifest());
    json!({
        "name": manifest.name,
        "version": manifest.version.to_string(),
        "bioxen": manifest.bioxen.to_string(),
        "description": manifest.description,
        "licence": manifest.licence,
        "sources": manifest.sources,
        "requires": manifest.requires.iter()
            .map(|(name, versions)| (name.clone(), Value::from(versions.to_string())))
            .collect::<serde_json::Map<_, _>>(),
        "sha256": plugin.sha256(),
        "types": plugin.type_facts().iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
        "packages": plugin.packages().iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
        "plasmids": plugin.plasmids().iter().map(|p| p.name()).collect::<Vec<_>>(),
        "functions": loaded.functions.iter().map(|f| f.doc.signature()).collect::<Vec<_>>(),
        "styles": plugin.styles().iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
    })
}

fn list(folders: &[PathBuf], json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let session = session()?;
    let mut found = Vec::new();
    for folder in folders {
        let failed = |e: std::io::Error| Failure::Usage {
            message: format!("cannot read the folder `{}`: {e}", name(folder)),
        };
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.join(plugin::MANIFEST).symlink_metadata().is_ok() {
                found.push((path.clone(), session.read_plugin(&path)));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    if json {
        let records = found.iter().map(|(path, read)| {
            let mut one = match read {
                Ok(loaded) => record(loaded),
                Err(error) => json!({ "problems": lines(error) }),
            };
            one["folder"] = name(path).into();
            one
        });
        let records: Vec<Value> = records.collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&records)?)?;
        return Ok(());
    }
    if found.is_empty() {
        writeln!(out, "no plug-ins; give folders with --plugins or in BIOXEN_PLUGINS")?;
    }
    for (path, read) in &found {
        match read {
            Ok(loaded) => {
                let about = &loaded.plugin.manifest().description;
                writeln!(out, "{}  {}  {about}", loaded.plugin.label(), name(path))?;
            }
            Err(error) => writeln!(out, "{}: cannot be used: {error}", name(path))?,
        }
    }
    Ok(())
}

/// Everything that is wrong, one line for each.
fn lines(error: &LangError) -> Vec<String> {
    match error {
        LangError::Plugin(error) => error.lines(),
        error => vec![error.to_string()],
    }
}

/// Reads a plug-in, and loads it with those that it needs.
fn loaded(reader: &Session, folder: &Path, plugins: &[PathBuf]) -> Result<Loaded, Vec<String>> {
    let loaded = reader.read_plugin(folder).map_err(|error| lines(&error))?;
    let options = WorldOptions {
        plugins: plugins.to_vec(),
        load: vec![folder.to_owned()],
        ..WorldOptions::default()
    };
    let session =
        Session::new(options, Box::new(|_| {})).map_err(|error| vec![error.to_string()])?;
    // What its functions call is looked up, as in a script.
    let mut problems = Vec::new();
    for script in loaded.plugin.functions() {
        let found = session.check(&script.text, &script.path).err().unwrap_or_default();
        problems.extend(found.iter().map(|problem| {
            let line = problem.position.map_or(String::new(), |(line, _)| format!(" line {line}:"));
            format!("{}:{line} {}", script.path, problem.message)
        }));
    }
    if problems.is_empty() { Ok(loaded) } else { Err(problems) }
}

fn check(
    folders: &[PathBuf],
    plugins: &[PathBuf],
    json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let session = session()?;
    let mut wrong = 0;
    for folder in folders {
        let (problems, notes) = match loaded(&session, folder, plugins) {
            Ok(loaded) => (Vec::new(), vec![summary(&loaded)]),
            Err(problems) => (problems, Vec::new()),
        };
        wrong += usize::from(!problems.is_empty());
        super::config::tell(&name(folder), &problems, &notes, json, out)?;
    }
    super::config::all_can_be_used(wrong, folders.len(), "plug-ins")
}

/// What a plug-in brings, in a line.
fn summary(loaded: &Loaded) -> String {
    let plugin: &Plugin = &loaded.plugin;
    let parts = [
        (plugin.type_facts().iter().count(), "biological type"),
        (plugin.packages().len(), "package"),
        (plugin.plasmids().len(), "plasmid"),
        (loaded.functions.len(), "function"),
        (plugin.styles().len(), "style"),
        (plugin.tests().len(), "test"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    let sum = plugin.sha256().get(..12).unwrap_or_default();
    let brings = if told.is_empty() { "nothing".to_owned() } else { told.join(", ") };
    format!("{} brings {brings} (sha256 {sum})", plugin.label())
}

fn test(folders: &[PathBuf], plugins: &[PathBuf], out: &mut dyn Write) -> Result<(), Failure> {
    let reader = session()?;
    let stopper = Stopper::default();
    let (interrupted, running) = (Arc::clone(&stopper.interrupted), Arc::clone(&stopper.running));
    // The folder of a test goes also when the user does not wait for its end.
    interrupt::listen_once(move || {
        interrupted.store(true, Ordering::Relaxed);
        running.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(Interrupt::stop);
    });
    let (mut passed, mut failed) = (0, 0);
    for folder in folders {
        let loaded = match loaded(&reader, folder, plugins) {
            Ok(loaded) => loaded,
            Err(problems) => {
                for line in problems {
                    writeln!(out, "{}: {line}", name(folder))?;
                }
                failed += 1;
                continue;
            }
        };
        writeln!(out, "{}: {}", name(folder), summary(&loaded))?;
        let tests = loaded.plugin.tests().iter().map(|s| (s.path.clone(), s.text.to_string()));
        let examples = loaded.functions.iter().filter_map(|function| {
            let example = function.doc.example()?;
            Some((format!("example of {}", function.doc.name), example.to_owned()))
        });
        for (what, text) in tests.chain(examples) {
            // Said before it runs: one that never ends is known by its name.
            write!(out, "{}: {what}: ", name(folder))?;
            out.flush()?;
            match tried(folder, plugins, (&what, &text), &stopper)? {
                None => passed += 1,
                Some(why) => {
                    failed += 1;
                    writeln!(out, "failed\n{why}")?;
                    continue;
                }
            }
            writeln!(out, "good")?;
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    if failed == 0 {
        return Ok(());
    }
    Err(Failure::Config { message: format!("{failed} of the tests failed") })
}

/// What stops the test that runs.
#[derive(Default)]
struct Stopper {
    interrupted: Arc<AtomicBool>,
    running: Arc<Mutex<Option<Interrupt>>>,
}

/// A new folder for the files of a test, which goes with this value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Self> {
        // A number that nobody else can know: the keys of such a hasher come from the system's generator.
        let number = RandomState::new().hash_one(std::process::id());
        let path = std::env::temp_dir().join(format!("bioxen-plugin-{number:016x}"));
        let mut folder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a script in a session of its own; gives what went wrong.
fn tried(
    folder: &Path,
    plugins: &[PathBuf],
    (what, text): (&str, &str),
    Stopper { interrupted, running }: &Stopper,
) -> Result<Option<String>, Failure> {
    let files = Folder::new()?;
    let options = WorldOptions {
        out_dir: files.0.clone(),
        read_dir: files.0.clone(),
        plugins: plugins.to_vec(),
        load: vec![folder.to_owned()],
        ..WorldOptions::default()
    };
    let mut session = match Session::new(options, Box::new(|_: Output| {})) {
        Ok(session) => session,
        Err(error) => return Ok(Some(error.to_string())),
    };
    // Who interrupts before the test has begun means it, too.
    session.begin_turn();
    *running.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.interrupt());
    let ended = || interrupted.load(Ordering::Relaxed);
    let outcome = if ended() { Ok(None) } else { session.eval(text, what) };
    if ended() {
        return Err(Failure::Interrupted { note: "interrupted".to_owned() });
    }
    let failures: Vec<String> = session.failures().iter().map(ToString::to_string).collect();
    Ok(match outcome {
        Err(diagnostic) => Some(diagnostic.to_string()),
        Ok(_) if !failures.is_empty() => Some(failures.join("\n")),
        Ok(_) if session.exited() => {
            Some("error: it ends by exit(), and what stands behind that was not tried".to_owned())
        }
        Ok(_) => None,
    })
}
