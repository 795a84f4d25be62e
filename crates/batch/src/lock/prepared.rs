//! Freezing a plan: reading all inputs, and writing them beside the lock.

use std::fs;
use std::io;
use std::path::Path;

use bioxen_base::durable;

use super::{FILE, FORMAT, Input, LARGEST, Lock, Run, file, inputs, sum};
use crate::chosen::MOST_SHARDS;
use crate::error::BatchError;
use crate::plan::Plan;
use crate::writing::check_parameters;

/// The most files of a plan.
const MOST_FILES: usize = 10_000;

/// A file that the script reads, with its contents.
type Read = (Input, Vec<u8>);

/// A plan with all its inputs, of which no folder knows yet.
#[derive(Debug, Clone)]
pub struct Prepared {
    lock: Lock,
    inputs: Vec<Read>,
}

impl Prepared {
    /// Reads the script and the files of a plan, which stand in a folder. A file that is a folder stands for all
    /// files in it.
    ///
    /// # Errors
    /// [`BatchError::File`], and [`BatchError::Plan`] or [`BatchError::Outputs`] for a plan that cannot be.
    pub fn read(plan: &Plan, beside: &Path, version: &str) -> Result<Self, BatchError> {
        let mut inputs = Vec::new();
        for name in std::iter::once(&plan.script).chain(&plan.files) {
            collect(beside, name, &mut inputs)?;
        }
        Self::new(plan, inputs, version)
    }

    /// Of contents; the first is the script.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn new(
        plan: &Plan,
        inputs: Vec<(String, Vec<u8>)>,
        version: &str,
    ) -> Result<Self, BatchError> {
        check_parameters(&plan.points.names)?;
        let mut all: Vec<Read> = Vec::new();
        for (name, bytes) in inputs {
            if !all.iter().any(|(known, _)| known.name == name) {
                let (size, sha256) = (bytes.len() as u64, sum(&bytes));
                all.push((Input { name, bytes: size, sha256 }, bytes));
            }
        }
        let shards = plan.sharding.cut(plan.rows());
        let mut lock = Lock {
            format: FORMAT,
            version: version.to_owned(),
            identity: String::new(),
            script: all.first().map(|(input, _)| input.name.clone()).unwrap_or_default(),
            seed: plan.seed,
            replicates: plan.replicates,
            rows: plan.rows(),
            shards,
            inputs: all.iter().map(|(input, _)| input.clone()).collect(),
            wanted: plan.wanted.clone(),
            slurm: plan.slurm.clone(),
            points: plan.points.clone(),
        };
        if lock.shards.count > MOST_SHARDS {
            return Err(BatchError::Outputs(format!(
                "{} shards are more than {MOST_SHARDS}: a job array of Slurm holds no more unless its MaxArraySize \
                 was raised; take shards of {} rows or more",
                lock.shards.count,
                lock.rows.div_ceil(MOST_SHARDS)
            )));
        }
        lock.identity = lock.identified();
        Ok(Self { lock, inputs: all })
    }

    /// The checksum of all that decides the results.
    pub fn identity(&self) -> &str {
        &self.lock.identity
    }

    /// Writes all of it into a folder, which is made. A folder that holds the same sweep already is taken up
    /// again.
    ///
    /// # Errors
    /// [`BatchError::File`], [`BatchError::Other`].
    pub fn freeze(self, folder: &Path) -> Result<Run, BatchError> {
        let Self { lock, inputs: all } = self;
        let path = folder.join(FILE);
        // A lock of which nothing came may be replaced: a plan or a script that was wrong is mended.
        let is_open = path.exists() && is_untouched(folder);
        if path.exists() && !is_open {
            return same(Run::open(&path, &lock.version)?, &lock);
        }
        if !path.exists()
            && let Some(other) = stranger(folder)
        {
            let name = other.to_string_lossy().into_owned();
            return Err(BatchError::Taken { folder: folder.to_owned(), name });
        }
        let frozen = inputs(folder, &lock.identity);
        for (input, bytes) in &all {
            let to = frozen.join(&input.name);
            let parent = to.parent().unwrap_or(&frozen);
            fs::create_dir_all(parent).map_err(file("cannot make the folder", parent))?;
            durable::publish(&to, bytes).map_err(file("cannot write", &to))?;
        }
        for name in ["shards", "logs"] {
            let made = folder.join(name);
            fs::create_dir_all(&made).map_err(file("cannot make the folder", &made))?;
        }
        let mut text = serde_json::to_vec_pretty(&lock).unwrap_or_default();
        text.push(b'\n');
        let written = match is_open {
            true => durable::publish(&path, &text),
            false => durable::create(&path, &text),
        };
        match written {
            Ok(()) => Ok(Run { folder: folder.to_owned(), lock }),
            // Somebody else was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                same(Run::open(&path, &lock.version)?, &lock)
            }
            Err(source) => Err(file("cannot write", &path)(source)),
        }
    }
}

/// Something in a folder that no sweep has put there.
fn stranger(folder: &Path) -> Option<std::ffi::OsString> {
    let ours = |name: &str| {
        ["shards", "logs", "jobs", "submit.sh"].contains(&name)
            || name.starts_with("inputs-")
            || name.starts_with(".bioxen-")
    };
    let names = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name());
    let mut names: Vec<_> = names.filter(|name| !name.to_str().is_some_and(ours)).collect();
    names.sort();
    names.into_iter().next()
}

/// Whether a sweep has neither shards nor jobs.
fn is_untouched(folder: &Path) -> bool {
    let is_empty = |name: &str| match fs::read_dir(folder.join(name)) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    is_empty("shards") && is_empty("jobs")
}

/// Reads a file, or all files of a folder, sorted by their names.
fn collect(beside: &Path, name: &Path, all: &mut Vec<(String, Vec<u8>)>) -> Result<(), BatchError> {
    let path = beside.join(name);
    if !path.is_dir() {
        let bytes = durable::read(&path, LARGEST).map_err(file("cannot read", &path))?;
        all.push((name.to_string_lossy().replace('\\', "/"), bytes));
        return Ok(());
    }
    let entries = fs::read_dir(&path).map_err(file("cannot read the folder", &path))?;
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    for inside in names {
        let inside = name.join(inside);
        if all.len() >= MOST_FILES {
            return Err(BatchError::Outputs(format!(
                "the files of the plan are more than {MOST_FILES}; name those that the script reads"
            )));
        }
        // A link may lead anywhere, and in a circle.
        if beside.join(&inside).symlink_metadata().is_ok_and(|about| about.is_symlink()) {
            return Err(BatchError::Outputs(format!(
                "`{}` is a link; the folders of a plan hold files alone",
                beside.join(&inside).display()
            )));
        }
        collect(beside, &inside, all)?;
    }
    Ok(())
}

/// Freezes a plan into a folder, which is made. A folder that holds the same sweep already is taken up again.
///
/// # Errors
/// Those of [`Prepared::read`] and [`Prepared::freeze`].
pub fn freeze(plan: &Plan, beside: &Path, folder: &Path, version: &str) -> Result<Run, BatchError> {
    Prepared::read(plan, beside, version)?.freeze(folder)
}

/// A run that is there, if it is of the same sweep.
fn same(there: Run, wanted: &Lock) -> Result<Run, BatchError> {
    let (old, other) = (&there.lock, |what: &str| {
        Err(BatchError::Other { folder: there.folder.clone(), what: what.to_owned() })
    });
    if old.identity == wanted.identity {
        return match old.shards == wanted.shards {
            true => Ok(there),
            false => other("the same plan, cut into other shards"),
        };
    }
    let changed = wanted.inputs.iter().find(|input| !old.inputs.contains(input));
    if let Some(input) = changed {
        return other(&format!("`{}` has changed since", input.name));
    }
    if old.points != wanted.points {
        return other("the plan has other points now");
    }
    if (old.seed, old.replicates) != (wanted.seed, wanted.replicates) {
        return other("the plan has another seed or another number of replicates now");
    }
    other("the plan has changed since")
}
