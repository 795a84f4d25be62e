//! Job arrays of Slurm: what is asked of them, the script of a job, and what is still queued.

mod wait;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bioxen_base::durable;
use bioxen_base::problem::Problems;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::chosen::{texts, whole};
use crate::error::BatchError;
use crate::lock::{Run, file};
use crate::sent::quoted;

pub use wait::{Jobs, Waited, start, wait};

/// The keys of the part `slurm` of a plan.
const KEYS: [&str; 6] = ["partition", "time", "memory", "account", "modules", "throttle"];
/// How the states of tasks begin that may still write their file. One that completes has done so, or never will.
const OPEN: [&str; 6] = ["PENDING", "RUNNING", "SUSPENDED", "CONFIGURING", "REQUEUE", "RESIZING"];
/// The longest log of which the end is shown [bytes].
const LOG: u64 = 1 << 20;

/// A word that Slurm is given; without one it takes its own default.
pub type Word = Option<String>;

/// What is asked of Slurm for each shard.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resources {
    /// The partition.
    pub partition: Word,
    /// The time limit, as Slurm writes it: minutes, `hours:minutes:seconds` or `days-hours`.
    pub time: Word,
    /// The memory, as Slurm writes it: `2G`.
    pub memory: Word,
    /// The account.
    pub account: Word,
    /// Modules that are loaded before.
    pub modules: Vec<String>,
    /// How many shards run at once at the most.
    pub throttle: Option<u64>,
}

impl Resources {
    pub(crate) fn read(plan: &Map<String, Json>, problems: &mut Problems) -> Self {
        let Some(section) = problems.section(plan, "slurm", &KEYS) else { return Self::default() };
        let mut text = |key: &str| {
            let value = section.get(key)?;
            match value.as_str() {
                Some(text) => Some(text.to_owned()),
                None => {
                    problems.add(&format!("slurm.{key}"), "must be a text, such as \"2G\"");
                    None
                }
            }
        };
        let (partition, time) = (text("partition"), text("time"));
        let (memory, account) = (text("memory"), text("account"));
        let modules = texts(section, "slurm.", "modules", problems);
        let throttle = whole(section, "slurm.", "throttle", 1..=u64::MAX, problems);
        let found = Self { partition, time, memory, account, modules, throttle };
        if let Err(BatchError::Slurm(what)) = found.check() {
            problems.add("slurm", &what);
        }
        found
    }

    /// Looks whether all words are such that Slurm can be given.
    ///
    /// # Errors
    /// [`BatchError::Slurm`] with the word that is not.
    pub fn check(&self) -> Result<(), BatchError> {
        let named = [
            ("partition", &self.partition),
            ("time", &self.time),
            ("memory", &self.memory),
            ("account", &self.account),
        ];
        let named = named.into_iter().filter_map(|(key, word)| Some((key, word.as_deref()?)));
        let modules = self.modules.iter().map(|word| ("modules", word.as_str()));
        for (key, word) in named.chain(modules) {
            let fits = |c: char| c.is_ascii_alphanumeric() || "_.,:+/=@-".contains(c);
            if word.is_empty() || word.starts_with('-') || !word.chars().all(fits) {
                return Err(BatchError::Slurm(format!(
                    "{key} `{word}` holds more than letters, digits and _.,:+/=@-"
                )));
            }
        }
        Ok(())
    }

    /// The same with what stands in another one.
    pub fn with(&self, other: &Self) -> Self {
        let one = |mine: &Word, theirs: &Word| theirs.clone().or(mine.clone());
        Self {
            partition: one(&self.partition, &other.partition),
            time: one(&self.time, &other.time),
            memory: one(&self.memory, &other.memory),
            account: one(&self.account, &other.account),
            modules: if other.modules.is_empty() { &self.modules } else { &other.modules }.clone(),
            throttle: other.throttle.or(self.throttle),
        }
    }
}

/// The script of a job array for some shards. `program` is the command with its options up to the lock, such as
/// `["/usr/bin/bioxen", "shard", "--quiet"]`.
///
/// # Examples
/// ```
/// use bioxen_batch::slurm::{Resources, script};
/// let asked = Resources { partition: Some("short".into()), throttle: Some(4), ..Resources::default() };
/// let text = script(&asked, "dose", &[0, 1, 2, 7], &["bioxen".into(), "shard".into()], "lock.json");
/// assert!(text.contains("#SBATCH --array=0-2,7%4\n#SBATCH --partition=short\n"));
/// ```
pub fn script(
    asked: &Resources,
    name: &str,
    shards: &[u64],
    program: &[String],
    lock: &str,
) -> String {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(40).collect();
    let mut text = format!("#!/bin/bash\n#SBATCH --job-name=bioxen-{name}\n");
    let throttle = asked.throttle.map(|most| format!("%{most}")).unwrap_or_default();
    let mut line = |option: &str, word: &str| {
        let _ = writeln!(text, "#SBATCH --{option}={word}");
    };
    line("array", &format!("{}{throttle}", ranges(shards)));
    let words = [
        ("partition", &asked.partition),
        ("time", &asked.time),
        ("mem", &asked.memory),
        ("account", &asked.account),
    ];
    for (option, word) in words {
        if let Some(word) = word {
            line(option, word);
        }
    }
    line("ntasks", "1");
    line("cpus-per-task", "1");
    line("output", "logs/%A_%a.log");
    for module in &asked.modules {
        let _ = writeln!(text, "module load {module} || exit 1");
    }
    text.push_str("export RAYON_NUM_THREADS=1\n");
    let program: Vec<String> = program.iter().map(|word| quoted(word)).collect();
    let _ = writeln!(
        text,
        "exec {} {} --index \"$SLURM_ARRAY_TASK_ID\"",
        program.join(" "),
        quoted(lock)
    );
    text
}

/// Numbers as Slurm writes them: `0-4,7`.
fn ranges(numbers: &[u64]) -> String {
    let mut parts: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => parts.push((number, number)),
        }
    }
    let one = |(first, last): (u64, u64)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    parts.into_iter().map(one).collect::<Vec<_>>().join(",")
}

/// Submits some shards. Gives the number of the job.
///
/// # Errors
/// [`BatchError::Slurm`] with what Slurm says, [`BatchError::File`].
pub fn submit(
    run: &Run,
    asked: &Resources,
    shards: &[u64],
    program: &[String],
) -> Result<String, BatchError> {
    asked.check()?;
    let folder = absolute(run.folder())?;
    // Slurm expands both in the path of a log.
    if let Some(sign) = folder.to_string_lossy().chars().find(|c| matches!(c, '%' | '\\')) {
        return Err(BatchError::Slurm(format!(
            "the folder `{}` holds `{sign}`, which Slurm replaces by something else; take another folder",
            folder.display()
        )));
    }
    let name = folder.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let lock = folder.join(crate::lock::FILE);
    let text = script(asked, &name, shards, program, &lock.to_string_lossy());
    let path = folder.join("submit.sh");
    durable::publish(&path, text.as_bytes()).map_err(file("cannot write", &path))?;
    let mut sbatch = Command::new("sbatch");
    sbatch.arg("--parsable").arg(&path).current_dir(&folder);
    let told = told("sbatch", &mut sbatch)?;
    // With several clusters the name of one stands behind the number.
    let job = told.trim().split(';').next().unwrap_or_default().to_owned();
    if job.is_empty() || !job.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BatchError::Slurm(format!(
            "sbatch gave no number of a job, but `{}`",
            told.trim()
        )));
    }
    let jobs = folder.join("jobs");
    fs::create_dir_all(&jobs).map_err(file("cannot make the folder", &jobs))?;
    let note = jobs.join(&job);
    durable::publish(&note, text.as_bytes()).map_err(file("cannot write", &note))?;
    Ok(job)
}

/// The jobs of a sweep that Slurm still knows, and their shards that are queued or run.
///
/// # Errors
/// [`BatchError::Slurm`] if `squeue` cannot be asked.
pub fn queued(run: &Run) -> Result<BTreeSet<(String, u64)>, BatchError> {
    let Ok(entries) = fs::read_dir(run.folder().join("jobs")) else { return Ok(BTreeSet::new()) };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let jobs: Vec<String> = names.filter(|n| n.bytes().all(|b| b.is_ascii_digit())).collect();
    let mut found = BTreeSet::new();
    for job in jobs {
        let mut squeue = Command::new("squeue");
        squeue.args(["--noheader", "--array", "--format=%K %T", "--jobs", &job]);
        // A job that has ended long ago is no longer known, which squeue calls an invalid number.
        let told = match told("squeue", &mut squeue) {
            Ok(told) => told,
            Err(BatchError::Slurm(why)) if why.contains("Invalid job id") => continue,
            Err(error) => return Err(error),
        };
        let one = |line: &str| {
            let (shard, state) = line.trim().split_once(' ')?;
            let is_open = OPEN.iter().any(|open| state.starts_with(open));
            Some((job.clone(), shard.parse().ok()?)).filter(|_| is_open)
        };
        found.extend(told.lines().filter_map(one));
    }
    Ok(found)
}

/// The end of what a shard wrote in a job.
pub fn log(run: &Run, job: &str, shard: u64) -> Option<String> {
    let path = run.folder().join("logs").join(format!("{job}_{shard}.log"));
    let text = durable::read_text(&path, LOG).ok()?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines.len().saturating_sub(3);
    (!lines.is_empty()).then(|| lines[last..].join(" | "))
}

fn absolute(folder: &Path) -> Result<PathBuf, BatchError> {
    folder.canonicalize().map_err(file("cannot find", folder))
}

/// What a program of Slurm prints.
fn told(name: &str, command: &mut Command) -> Result<String, BatchError> {
    let done = command.output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => BatchError::Slurm(format!(
            "there is no command `{name}`; run this where jobs are submitted, or use --on local or --on print"
        )),
        _ => BatchError::Slurm(format!("`{name}` cannot be started: {error}")),
    })?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(BatchError::Slurm(format!("`{name}` says: {}", said.trim())));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_slurm_reads_them() {
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
        assert_eq!(ranges(&[3]), "3");
    }

    #[test]
    fn no_word_leaves_its_line() {
        for word in ["a b", "a\n#SBATCH --x", "$(x)", "", "--wrap=x", "`x`", "a;b", "a'b"] {
            let asked = Resources { account: Some(word.into()), ..Resources::default() };
            assert!(asked.check().is_err(), "{word:?}");
            let asked = Resources { modules: vec![word.into()], ..Resources::default() };
            assert!(asked.check().is_err(), "{word:?}");
        }
        let asked = Resources { time: Some("1-02:00:00".into()), ..Resources::default() };
        assert!(asked.check().is_ok());
    }
}
