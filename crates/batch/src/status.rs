//! How far a sweep is.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::error::ShardError;
use crate::lock::Run;
use crate::shard::load;

/// A shard that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its number.
    pub shard: u64,
    /// Why.
    pub why: String,
}

/// The numbers of shards, from the lowest to the highest.
pub type Shards = Vec<u64>;

/// How far a sweep is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// How many shards there are.
    pub shards: u64,
    /// How many rows there are.
    pub rows: u64,
    /// Those that are there.
    pub done: Shards,
    /// Those that are queued or run.
    pub running: Shards,
    /// Those that are not there.
    pub missing: Shards,
    /// Those that are there and cannot be used.
    pub wrong: Vec<Found>,
    /// How many rows of the shards that are there failed.
    pub rows_failed: u64,
}

impl Status {
    /// Whether all shards are there.
    pub fn is_complete(&self) -> bool {
        self.done.len() as u64 == self.shards
    }

    /// What has to be computed.
    pub fn wanted(&self) -> Shards {
        let mut all = self.missing.clone();
        all.extend(self.wrong.iter().map(|found| found.shard));
        all.sort_unstable();
        all
    }
}

/// Looks at all shards. `running` are those that somebody works at.
pub fn status(run: &Run, running: &BTreeSet<u64>) -> Status {
    let lock = run.lock();
    let mut found = Status {
        shards: lock.shards.count,
        rows: lock.rows,
        done: Vec::new(),
        running: Vec::new(),
        missing: Vec::new(),
        wrong: Vec::new(),
        rows_failed: 0,
    };
    for shard in 0..lock.shards.count {
        match load(run, shard) {
            Ok(body) => {
                found.done.push(shard);
                found.rows_failed += body.failed();
            }
            Err(_) if running.contains(&shard) => found.running.push(shard),
            Err(ShardError::Missing) => found.missing.push(shard),
            Err(why) => found.wrong.push(Found { shard, why: why.to_string() }),
        }
    }
    found
}
