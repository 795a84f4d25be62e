//! A plan that is frozen: copies of all inputs with their checksums, and one fixed order of rows.

mod prepared;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bioxen_base::durable;
use bioxen_engine::rng::{Rng, Seed};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::chosen::Wanted;
use crate::error::{BatchError, ShardError};
use crate::points::Points;
use crate::slurm::Resources;
pub use prepared::{Prepared, freeze};

/// The format of locks and shards.
pub const FORMAT: u32 = 1;
/// The name of the lock in its folder.
pub const FILE: &str = "lock.json";
/// The name of the script where it is none, but a function that a session has sent: its rows have no seeds of
/// their own.
pub const SENT: &str = "sweep.checkpoint";
/// The largest plan, and the largest file that a script reads [bytes].
const LARGEST: u64 = 1 << 30;
/// The largest lock [bytes]: a million points of some parameters.
const LARGEST_LOCK: u64 = 1 << 30;
/// A lane of its own, so that no simulator uses the same random numbers.
const LANE: u64 = u64::MAX;

/// A file that the script reads, or the script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path in the folder of inputs.
    pub name: String,
    /// Its size [bytes].
    pub bytes: u64,
    /// Its checksum.
    pub sha256: String,
}

/// How the rows are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// How many shards there are.
    pub count: u64,
    /// How many rows each has, the last one perhaps fewer; nothing if they are nearly equal.
    pub size: Option<u64>,
}

impl Cut {
    /// The first row of a shard.
    fn first(self, index: u64, rows: u64) -> u64 {
        match self.size {
            Some(size) => index.saturating_mul(size).min(rows),
            // With more digits than a product of two numbers can have.
            None => (u128::from(index) * u128::from(rows) / u128::from(self.count.max(1))) as u64,
        }
    }

    /// Whether so many rows can be cut so.
    fn fits(self, rows: u64) -> bool {
        match self.size {
            Some(size) => size > 0 && rows.div_ceil(size) == self.count,
            None => (1..=rows).contains(&self.count),
        }
    }
}

/// Everything that decides the results, and how the work is cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lock {
    /// The format of the lock.
    pub format: u32,
    /// The version of BioXen.
    pub version: String,
    /// The checksum of all that decides the results; the cut into shards does not.
    pub identity: String,
    /// The name of the script among the inputs.
    pub script: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// How often each point is run.
    pub replicates: u64,
    /// How many rows there are.
    pub rows: u64,
    /// How they are cut.
    pub shards: Cut,
    /// The script and what it reads.
    pub inputs: Vec<Input>,
    /// What is wanted of the script.
    #[serde(flatten)]
    pub wanted: Wanted,
    /// What is asked of Slurm.
    pub slurm: Resources,
    /// The points.
    pub points: Points,
}

/// One evaluation of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 0.
    pub number: u64,
    /// The number of its point, from 0.
    pub point: u64,
    /// The number of its replicate, from 0.
    pub replicate: u64,
    /// Its seed: `bioxen run --seed` gives the same random numbers.
    pub seed: u64,
}

/// A lock in its folder.
#[derive(Debug, Clone)]
pub struct Run {
    folder: PathBuf,
    lock: Lock,
}

/// What the identity is the checksum of.
#[derive(Serialize)]
struct Identified<'a> {
    format: u32,
    version: &'a str,
    script: &'a str,
    seed: u64,
    replicates: u64,
    inputs: &'a [Input],
    #[serde(flatten)]
    wanted: &'a Wanted,
    points: &'a Points,
}

impl Lock {
    /// What the identity should be.
    fn identified(&self) -> String {
        let all = Identified {
            format: self.format,
            version: &self.version,
            script: &self.script,
            seed: self.seed,
            replicates: self.replicates,
            inputs: &self.inputs,
            wanted: &self.wanted,
            points: &self.points,
        };
        sum(&serde_json::to_vec(&all).unwrap_or_default())
    }

    /// A row by its number.
    pub fn row(&self, number: u64) -> Row {
        let (point, replicate) = (number / self.replicates, number % self.replicates);
        let seed = match (point, replicate) {
            (0, 0) => self.seed,
            // Seeds are whole numbers of the language, which have a sign.
            _ => {
                let seed = Seed::new(self.seed).point(point).replicate(replicate).lane(LANE);
                Rng::new(seed).next_u64() >> 1
            }
        };
        Row { number, point, replicate, seed }
    }

    /// The first row of a shard and how many it has.
    ///
    /// # Errors
    /// [`BatchError::NoShard`].
    pub fn rows_of(&self, index: u64) -> Result<(u64, u64), BatchError> {
        if index >= self.shards.count {
            return Err(BatchError::NoShard { index, count: self.shards.count });
        }
        let first = self.shards.first(index, self.rows);
        Ok((first, self.shards.first(index + 1, self.rows) - first))
    }
}

impl Run {
    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The lock.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Where the lock is.
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Where the inputs are.
    pub fn inputs(&self) -> PathBuf {
        inputs(&self.folder, &self.lock.identity)
    }

    /// Where the script is.
    pub fn script(&self) -> PathBuf {
        self.inputs().join(&self.lock.script)
    }

    /// Where a shard is, or will be.
    pub fn shard(&self, index: u64) -> PathBuf {
        self.folder.join("shards").join(format!("{index:06}.shard"))
    }

    /// Opens the lock of a folder, or the lock itself.
    ///
    /// # Errors
    /// [`BatchError::File`], [`BatchError::Lock`] for one that was changed or is of another version.
    pub fn open(path: &Path, version: &str) -> Result<Self, BatchError> {
        let path = if path.is_dir() { path.join(FILE) } else { path.to_owned() };
        let text = durable::read_text(&path, LARGEST_LOCK).map_err(file("cannot read", &path))?;
        let wrong = |why: String| BatchError::Lock { path: path.clone(), why };
        let lock: Lock = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if lock.format != FORMAT {
            return Err(wrong(format!("its format is {}, and this is {FORMAT}", lock.format)));
        }
        if lock.version != version {
            return Err(wrong(format!(
                "BioXen {} locked it, and this is {version}; use that version, or lock the plan anew",
                lock.version
            )));
        }
        if lock.identified() != lock.identity {
            return Err(wrong(
                "it was changed after it was written; lock the plan anew".to_owned(),
            ));
        }
        let rows = (lock.points.points.len() as u64).checked_mul(lock.replicates);
        let fits = rows == Some(lock.rows) && lock.replicates > 0 && lock.shards.fits(lock.rows);
        if !fits {
            return Err(wrong("its numbers of rows and shards do not fit together".to_owned()));
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Self { folder, lock })
    }

    /// Holds the inputs against their checksums.
    ///
    /// # Errors
    /// [`BatchError::Input`] with the name of the one that differs.
    pub fn check_inputs(&self) -> Result<(), BatchError> {
        for input in &self.lock.inputs {
            let path = self.inputs().join(&input.name);
            let wrong = |why: String| BatchError::Input { name: input.name.clone(), why };
            let bytes = durable::read(&path, LARGEST).map_err(|error| wrong(error.to_string()))?;
            if bytes.len() as u64 != input.bytes || sum(&bytes) != input.sha256 {
                return Err(wrong("its contents were changed".to_owned()));
            }
        }
        Ok(())
    }

    /// Puts a shard that cannot be used out of the way; its file gets the ending `.wrong`.
    ///
    /// # Errors
    /// [`BatchError::File`].
    pub fn set_aside(&self, index: u64) -> Result<(), BatchError> {
        let path = self.shard(index);
        match fs::rename(&path, path.with_extension("shard.wrong")) {
            // Somebody else did it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            moved => moved.map_err(file("cannot move", &path)),
        }
    }

    /// The shards that are not there, or wrong.
    pub fn wrong(&self) -> Vec<(u64, ShardError)> {
        let look = |index| crate::shard::look(self, index).err().map(|why| (index, why));
        (0..self.lock.shards.count).filter_map(look).collect()
    }
}

fn inputs(folder: &Path, identity: &str) -> PathBuf {
    folder.join(format!("inputs-{}", identity.get(..12).unwrap_or(identity)))
}

/// The checksum of bytes.
pub(crate) fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An error of a file.
pub(crate) fn file<'a>(
    doing: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> BatchError + 'a {
    move |source| BatchError::File { doing, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use serde_json::to_string;

    use super::*;
    use crate::Plan;

    #[test]
    fn what_is_wanted_stands_among_the_keys_of_a_lock_and_of_its_checksum() {
        let plan = Plan::read(
            "script = \"a.rhai\"\noutputs = [\"y\"]\n[parameters]\nk = [1.5, 2]\n[traces]\nkeep = 1",
        );
        let inputs = vec![("a.rhai".to_owned(), b"1".to_vec())];
        let folder = tempfile::tempdir().unwrap();
        let prepared = Prepared::new(&plan.unwrap(), inputs, "1.0").unwrap();
        let run = prepared.freeze(&folder.path().join("a.sweep")).unwrap();
        let text = fs::read_to_string(run.path()).unwrap();
        let keys: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("  \"")?.split_once('"').map(|(key, _)| key))
            .collect();
        let expected = [
            "format version identity script seed replicates rows shards inputs",
            "outputs texts statistics traces slurm points",
        ];
        assert_eq!(keys.join(" "), expected.join(" "));
        let lock = run.lock();
        let (inputs, wanted) = (to_string(&lock.inputs), &lock.wanted);
        let (statistics, traces) = (to_string(&wanted.statistics), to_string(&wanted.traces));
        let identified = format!(
            r#"{{"format":1,"version":"1.0","script":"a.rhai","seed":0,"replicates":1,"inputs":{},"outputs":["y"],"texts":[],"statistics":{},"traces":{},"points":{}}}"#,
            inputs.unwrap(),
            statistics.unwrap(),
            traces.unwrap(),
            to_string(&lock.points).unwrap()
        );
        assert_eq!(lock.identity, sum(identified.as_bytes()));
        assert_eq!(Run::open(&run.path(), "1.0").unwrap().lock(), lock);
    }
}
