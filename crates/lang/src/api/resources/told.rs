//! Resources as scripts state and see them.

use rhai::{Array, Dynamic, Map};

use crate::LangError;
use crate::api::factory::HOST;
use crate::number::{kind, plain};
use bioxen_cell::hypervisor::Reallocation;
use bioxen_lab::Usage;

/// A map of what is used or left.
pub(super) fn record(of: Usage) -> Map {
    let rows = [
        ("ribosomes", of.ribosomes),
        ("polymerases", of.polymerases),
        ("atp", of.atp_percent),
        ("memory_kb", of.memory_kb),
    ];
    rows.into_iter().map(|(name, x)| (name.into(), Dynamic::from_float(x))).collect()
}

/// What was changed, and why.
pub(in crate::api) fn reallocations(changes: &[Reallocation]) -> Array {
    let record = |change: &Reallocation| {
        let mut map = Map::new();
        map.insert("id".into(), change.id.clone().into());
        for (key, value) in [
            ("before", change.before),
            ("after", change.after),
            ("speed_before", change.speed_before),
            ("speed_after", change.speed_after),
        ] {
            map.insert(key.into(), Dynamic::from_float(value));
        }
        let why = if change.before == change.after {
            format!("{} keeps its {:.1} ribosomes", change.id, change.after)
        } else {
            format!(
                "{}: {:.1} instead of {:.1} ribosomes, so that it translates at {:.0} % of what its \
             mRNA asks for instead of {:.0} %",
                change.id,
                change.after,
                change.before,
                100.0 * change.speed_after,
                100.0 * change.speed_before
            )
        };
        map.insert("why".into(), why.into());
        Dynamic::from_map(map)
    };
    changes.iter().map(record).collect()
}

/// How many ribosomes or RNA polymerases are allocated: a number, or `"host"` for all that the limit of the VM
/// allows.
pub(super) fn quota(what: &str, count: &Dynamic, limit: f64) -> Result<f64, LangError> {
    if count.read_lock::<rhai::ImmutableString>().is_some_and(|word| *word == HOST) {
        return Ok(limit);
    }
    plain(count).ok_or_else(|| LangError::WrongType {
        what: what.to_owned(),
        expected: "a number, or \"host\" for no quota but the limit of the VM",
        got: kind(count),
    })
}
