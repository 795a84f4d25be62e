//! A plan as its file says it.

use std::path::{Component, Path, PathBuf};

use bioxen_base::problem::{Problems, syntax};
use serde_json::Value as Json;

use crate::chosen::{Sharding, Statistics, Traces, Wanted, texts, whole};
use crate::error::BatchError;
use crate::points::Points;
use crate::slurm::Resources;

/// The most replicates of a point, which 32 bits number.
const MOST_REPLICATES: u64 = u32::MAX as u64;
/// The most rows: each has a line in the results, and all are held when they are merged.
pub(crate) const MOST_ROWS: u64 = 100_000_000;
/// The keys of a plan.
const KEYS: [&str; 12] = [
    "script",
    "seed",
    "replicates",
    "shards",
    "shard_size",
    "files",
    "outputs",
    "parameters",
    "design",
    "statistics",
    "traces",
    "slurm",
];

/// What is to be computed.
///
/// # Examples
/// ```
/// let plan = bioxen_batch::Plan::read(
///     "script = \"dose.rhai\"\nreplicates = 10\n[parameters]\ndose = [\"0.1 mM\", \"1 mM\"]",
/// )?;
/// assert_eq!((plan.points.points.len(), plan.rows()), (2, 20));
/// # Ok::<(), bioxen_batch::BatchError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The script, beside the plan or below.
    pub script: PathBuf,
    /// The seed of all random numbers.
    pub seed: u64,
    /// How often each point is run.
    pub replicates: u64,
    /// How the rows are cut into shards.
    pub sharding: Sharding,
    /// What else the script reads, beside the plan or below.
    pub files: Vec<PathBuf>,
    /// The points.
    pub points: Points,
    /// What is wanted of the script.
    pub wanted: Wanted,
    /// What is asked of Slurm.
    pub slurm: Resources,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// [`BatchError::Syntax`], and [`BatchError::Plan`] with all that is wrong.
    pub fn read(text: &str) -> Result<Self, BatchError> {
        /// The number of shards, unless the plan says otherwise.
        const SHARDS: u64 = 64;
        let read: Json = toml::from_str(text).map_err(|error| BatchError::Syntax {
            why: syntax(text, error.span().map(|span| span.start), error.message()),
        })?;
        let mut problems = Problems::default();
        let none = serde_json::Map::new();
        let map = read.as_object().unwrap_or(&none);
        problems.keys(map, "", &KEYS);
        let script = match map.get("script").map(|s| s.as_str().map(|s| within("script", s))) {
            Some(Some(Ok(path))) => path,
            Some(Some(Err(what))) => {
                problems.add("", &what);
                PathBuf::new()
            }
            Some(None) => {
                problems.add("script", "must be the name of a file, such as \"dose.rhai\"");
                PathBuf::new()
            }
            None => {
                problems.add("script", "is missing: the file that is run at each point");
                PathBuf::new()
            }
        };
        let seed = whole(map, "", "seed", 0..=i64::MAX as u64, &mut problems).unwrap_or(0);
        let replicates = whole(map, "", "replicates", 1..=MOST_REPLICATES, &mut problems);
        let sharding = Sharding::read(map, &mut problems).unwrap_or(Sharding::Shards(SHARDS));
        let mut files = Vec::new();
        for name in texts(map, "", "files", &mut problems) {
            match within("files", &name) {
                Ok(path) => files.push(path),
                Err(what) => problems.add("", &what),
            }
        }
        let outputs = texts(map, "", "outputs", &mut problems);
        let points = Points::read(map, seed, &mut problems);
        let statistics = Statistics::read(map, &mut problems);
        let traces = Traces::read(map, &mut problems);
        let slurm = Resources::read(map, &mut problems);
        let replicates = replicates.unwrap_or(1);
        let plan = Self {
            script,
            seed,
            replicates,
            sharding,
            files,
            points,
            wanted: Wanted { outputs, texts: Vec::new(), statistics, traces },
            slurm,
        };
        if plan.rows() > MOST_ROWS {
            problems.add("", &format!("the plan has {} rows, more than {MOST_ROWS}", plan.rows()));
        }
        if problems.0.is_empty() {
            Ok(plan)
        } else {
            Err(BatchError::Plan { problems: problems.0 })
        }
    }

    /// How many rows there are: each point as often as there are replicates.
    pub fn rows(&self) -> u64 {
        (self.points.points.len() as u64).saturating_mul(self.replicates)
    }
}

/// A path that stays in the folder of the plan.
fn within(key: &str, text: &str) -> Result<PathBuf, String> {
    let path = Path::new(text);
    let is_inside =
        path.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if text.is_empty() || !is_inside {
        return Err(format!(
            "{key} names `{text}`: files lie beside the plan or in folders below it, since all of them travel with it"
        ));
    }
    let path: PathBuf = path.components().filter(|c| matches!(c, Component::Normal(_))).collect();
    if path.as_os_str().is_empty() {
        return Err(format!("{key} names the folder of the plan itself; name the files in it"));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Setting;

    fn read(text: &str) -> Plan {
        Plan::read(&format!("script = \"a.rhai\"\n{text}")).unwrap()
    }

    fn wrong(text: &str) -> String {
        Plan::read(&format!("script = \"a.rhai\"\n{text}")).unwrap_err().to_string()
    }

    #[test]
    fn the_last_name_varies_fastest() {
        let plan = read("[parameters]\nb = [1, 2]\na = [\"1 mM\", \"2 mM\"]\nc = true");
        assert_eq!(plan.points.names, ["a", "b", "c"]);
        assert_eq!(plan.points.describe(1), "a = 1 mM, b = 2, c = true");
        assert_eq!(plan.rows(), 4);
    }

    #[test]
    fn ranges_keep_the_unit_of_their_lower_end() {
        let plan = read("[parameters]\nd = {from = \"100 uM\", to = \"1 mM\", steps = 4}");
        assert_eq!(plan.points.points[3], [Setting::Text("1000.0 uM".into())]);
        let plan = read(
            "[design]\nkind = \"sobol\"\npoints = 8\n[parameters]\nd = {from = 1, to = 2}\ne = 5",
        );
        assert_eq!((plan.points.points.len(), plan.points.points[7].len()), (8, 2));
    }

    #[test]
    fn what_is_wrong_is_told_with_what_would_be_right() {
        for (text, told) in [
            ("replicate = 3", "replicate is an unknown key (did you mean `replicates`?)"),
            ("replicates = 0", "replicates is 0, and must be a whole number, from 1"),
            ("replicates = 1.5", "must be a whole number"),
            ("shards = 3\nshard_size = 2", "give one of them"),
            ("shards = 3000", "from 1 to 1000"),
            ("files = [\"../x\"]", "files lie beside the plan"),
            ("files = [\".\"]", "names the folder of the plan itself"),
            ("[parameters]\na = [1.0, inf]", "give finite numbers"),
            ("[parameters]\na = [\"1 uM\", 5]", "has a unit at some of its values only"),
            ("[parameters]\na = []", "parameters.a has no values"),
            ("[parameters]\na = {from = 1, to = \"2 mM\", steps = 2}", "a unit at one end only"),
            ("[parameters]\na = {from = \"1 mM\", to = \"2 h\", steps = 2}", "h"),
            ("[parameters]\na = {from = 1, to = 2}", "has no `steps`"),
            ("[design]\nkind = \"sobel\"", "did you mean `sobol`?"),
            ("[design]\nkind = \"zip\"\n[parameters]\na = [1, 2]\nb = [1, 2, 3]", "has 2 values"),
            ("[design]\nkind = \"sobol\"", "design.points is missing"),
            ("[statistics]\nquantiles = [2]", "from 0 to 1"),
            ("[slurm]\npartitoin = \"x\"", "did you mean `partition`?"),
            ("seed = ", "line 2"),
        ] {
            assert!(wrong(text).contains(told), "{text}: {}", wrong(text));
        }
        assert!(Plan::read("seed = 1").unwrap_err().to_string().contains("script is missing"));
    }
}
