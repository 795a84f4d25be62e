//! What a plan chooses beside its points: how it is cut, what is computed, what is kept.

use bioxen_base::problem::Problems;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::lock::Cut;

/// The most shards. Slurm's MaxArraySize is 1001 unless somebody has set it.
pub(crate) const MOST_SHARDS: u64 = 1000;
/// The most bytes that kept traces take unless the plan says otherwise [bytes].
const TRACE_BYTES: u64 = 100_000_000;
/// The quantiles that are computed unless the plan says otherwise.
const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// The most quantiles, each of which is a column.
const MOST_QUANTILES: usize = 100;

/// How rows are cut into shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharding {
    /// Into so many, nearly equal ones.
    Shards(u64),
    /// Into shards of so many rows.
    Size(u64),
}

impl Sharding {
    /// How so many rows are cut.
    pub(crate) fn cut(self, rows: u64) -> Cut {
        match self {
            Self::Shards(count) => Cut { count: count.clamp(1, rows.max(1)), size: None },
            Self::Size(size) => Cut { count: rows.div_ceil(size.max(1)), size: Some(size.max(1)) },
        }
    }
}

/// What is wanted of a script, and what is made of all it gives.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Wanted {
    /// What the script must give; empty for whatever it gives.
    pub outputs: Vec<String>,
    /// The parameters that are texts, whatever they look like: `5 cells`. The plan does not say; the script does.
    pub texts: Vec<String>,
    /// What is computed of all replicates.
    pub statistics: Statistics,
    /// Which traces are kept whole.
    pub traces: Traces,
}

/// What is computed of all replicates of a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// Quantiles, each from 0 to 1.
    pub quantiles: Vec<f64>,
    /// The outputs whose histograms are wanted.
    pub histograms: Vec<String>,
}

impl Default for Statistics {
    fn default() -> Self {
        Self { quantiles: QUANTILES.to_vec(), histograms: Vec::new() }
    }
}

/// Which traces are kept whole, beside their statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traces {
    /// Those of the first so many replicates of each point.
    pub keep: u64,
    /// What they may take together, with eight bytes for each number [bytes].
    pub max_bytes: u64,
}

impl Default for Traces {
    fn default() -> Self {
        Self { keep: 0, max_bytes: TRACE_BYTES }
    }
}

impl Sharding {
    pub(crate) fn read(plan: &Map<String, Json>, problems: &mut Problems) -> Option<Self> {
        let size = whole(plan, "", "shard_size", 1..=u64::MAX, problems).map(Self::Size);
        let shards = whole(plan, "", "shards", 1..=MOST_SHARDS, problems).map(Self::Shards);
        if size.is_some() && shards.is_some() {
            problems.add("shards", "stands beside `shard_size`; give one of them");
        }
        shards.or(size)
    }
}

impl Statistics {
    pub(crate) fn read(plan: &Map<String, Json>, problems: &mut Problems) -> Self {
        let mut found = Self::default();
        let valid = ["quantiles", "histograms"];
        let Some(section) = problems.section(plan, "statistics", &valid) else { return found };
        if let Some(given) = section.get("quantiles") {
            let numbers = given.as_array().and_then(|all| {
                let fits = |x: &Json| x.as_f64().filter(|x| (0.0..=1.0).contains(x));
                all.iter().map(fits).collect::<Option<Vec<f64>>>()
            });
            match numbers {
                Some(mut numbers) if numbers.len() <= MOST_QUANTILES => {
                    numbers.sort_by(f64::total_cmp);
                    numbers.dedup();
                    found.quantiles = numbers;
                }
                _ => problems.add(
                    "statistics.quantiles",
                    "must be a list of at most 100 numbers from 0 to 1, such as [0.05, 0.5, 0.95]",
                ),
            }
        }
        found.histograms = texts(section, "statistics.", "histograms", problems);
        found
    }
}

impl Traces {
    pub(crate) fn read(plan: &Map<String, Json>, problems: &mut Problems) -> Self {
        let mut found = Self::default();
        let Some(section) = problems.section(plan, "traces", &["keep", "max_bytes"]) else {
            return found;
        };
        if let Some(keep) = whole(section, "traces.", "keep", 0..=u64::MAX, problems) {
            found.keep = keep;
        }
        if let Some(most) = whole(section, "traces.", "max_bytes", 1..=u64::MAX, problems) {
            found.max_bytes = most;
        }
        found
    }
}

/// A whole number within limits.
pub(crate) fn whole(
    map: &Map<String, Json>,
    path: &str,
    key: &str,
    range: std::ops::RangeInclusive<u64>,
    problems: &mut Problems,
) -> Option<u64> {
    let value = map.get(key)?;
    let found = value.as_u64().filter(|n| range.contains(n));
    if found.is_none() {
        let limits = match *range.end() {
            u64::MAX => format!("{} or more", range.start()),
            end => format!("from {} to {end}", range.start()),
        };
        problems.add(
            &format!("{path}{key}"),
            &format!("is {value}, and must be a whole number, {limits}"),
        );
    }
    found
}

/// A list of texts; what is not there is empty.
pub(crate) fn texts(
    map: &Map<String, Json>,
    path: &str,
    key: &str,
    problems: &mut Problems,
) -> Vec<String> {
    let Some(value) = map.get(key) else { return Vec::new() };
    let found = value
        .as_array()
        .and_then(|all| all.iter().map(|v| v.as_str().map(str::to_owned)).collect());
    found.unwrap_or_else(|| {
        problems.add(&format!("{path}{key}"), "must be a list of texts");
        Vec::new()
    })
}
