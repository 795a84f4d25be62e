//! Finds the hubs: the species that are factored out of the sums, and the groups of their reactions.

use super::Arrangement;
use super::kinetics::Kinetics;
use super::layout::Change;
use super::table::Table;
use std::collections::BTreeMap;

/// A species that fewer reactions share is not worth a group.
const LEAST_FAN_OUT: usize = 4;
/// At least so many leaf updates must be saved per event, on average over the reactions.
const LEAST_BENEFIT: f64 = 1.0;
/// A second hub must leave groups of at least so many reactions.
const LEAST_PAIRED: usize = 4;
/// Every event looks at each group.
const MOST_GROUPS: usize = 48;
/// Rate constants within one group span at most so many powers of two, so that each keeps its
/// precision in the group's whole-number sums.
const MAGNITUDE: i32 = 16;

/// What the reactions of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// At most two molecules: hub species with their orders.
    pub(crate) hubs: Vec<(u32, u32)>,
    pub(crate) factors: Vec<u32>,
    pub(crate) mass_action: bool,
    /// How many times 2^-16 their rate constants are below the greatest.
    magnitude: i32,
}

/// The reactions in groups.
pub(crate) struct Grouping {
    pub(crate) groups: Vec<(Key, Vec<u32>)>,
    keys: Vec<Key>,
    folded: Vec<Vec<u32>>,
}

impl Grouping {
    /// What is taken out of a reaction.
    pub(crate) fn hubs_of(&self, reaction: usize) -> &Key {
        &self.keys[reaction]
    }

    /// The factors that stay with a reaction.
    pub(crate) fn folded(&self, reaction: usize) -> &[u32] {
        &self.folded[reaction]
    }
}

/// Finds the hubs and groups the reactions.
pub(crate) fn group(
    quantities: usize,
    kinetics: &[Kinetics],
    factors: &Table<u32>,
    changes: &Table<Change>,
    k: &[f64],
    arrangement: Arrangement,
) -> Grouping {
    let mut rank = match arrangement {
        Arrangement::Ungrouped => Vec::new(),
        _ => candidates(quantities, kinetics, changes),
    };
    let mut fold = arrangement == Arrangement::Ungrouped;
    loop {
        let mut keys = keys(quantities, kinetics, factors, &rank, fold);
        pair_off(&mut keys);
        let count = members(&keys).len();
        if count > MOST_GROUPS && (!rank.is_empty() || !fold) {
            // Half of the hubs go; when none is left, the factors.
            fold = rank.is_empty();
            rank.truncate(rank.len() / 2);
            continue;
        }
        split_magnitudes(&mut keys, k, count);
        let folded = keys
            .iter()
            .enumerate()
            .map(|(r, key)| if key.factors.is_empty() { factors.row(r).to_vec() } else { vec![] })
            .collect();
        let groups = members(&keys).into_iter().map(|(key, m)| (key.clone(), m)).collect();
        return Grouping { groups, keys, folded };
    }
}

/// Species worth taking out, the most useful first.
fn candidates(quantities: usize, kinetics: &[Kinetics], changes: &Table<Change>) -> Vec<u32> {
    let mut fan_out = vec![0usize; quantities];
    let mut changers = vec![0usize; quantities];
    for (reaction, law) in kinetics.iter().enumerate() {
        if let Kinetics::MassAction(reactants) = law {
            for &(s, n) in reactants.iter() {
                fan_out[s as usize] += usize::from(n <= 2);
            }
        }
        for change in changes.row(reaction) {
            changers[change.species as usize] += 1;
        }
    }
    // An event changes the species with about this probability, and would then update its fan-out.
    let saved = |s: usize| fan_out[s] as f64 * changers[s] as f64 / kinetics.len() as f64;
    let mut rank: Vec<u32> = (0..quantities)
        .filter(|&s| fan_out[s] >= LEAST_FAN_OUT && saved(s) >= LEAST_BENEFIT)
        .map(|s| s as u32)
        .collect();
    rank.sort_by(|&s, &t| saved(t as usize).total_cmp(&saved(s as usize)).then(s.cmp(&t)));
    rank
}

fn keys(
    quantities: usize,
    kinetics: &[Kinetics],
    factors: &Table<u32>,
    rank: &[u32],
    fold: bool,
) -> Vec<Key> {
    let mut order = vec![usize::MAX; quantities];
    for (i, &s) in rank.iter().enumerate() {
        order[s as usize] = i;
    }
    let key = |(reaction, law): (usize, &Kinetics)| {
        let mut hubs: Vec<(u32, u32)> = Vec::new();
        if let Kinetics::MassAction(reactants) = law {
            let mut found: Vec<(u32, u32)> =
                reactants.iter().copied().filter(|r| order[r.0 as usize] != usize::MAX).collect();
            found.sort_by_key(|r| order[r.0 as usize]);
            for (s, n) in found {
                if hubs.iter().map(|h| h.1).sum::<u32>().saturating_add(n) <= 2 {
                    hubs.push((s, n));
                }
            }
        }
        let mut shared = if fold { Vec::new() } else { factors.row(reaction).to_vec() };
        shared.sort_unstable();
        let mass_action = matches!(law, Kinetics::MassAction(_));
        Key { hubs, factors: shared, mass_action, magnitude: 0 }
    };
    kinetics.iter().enumerate().map(key).collect()
}

/// Takes the second hub back where it would leave tiny groups.
fn pair_off(keys: &mut [Key]) {
    let tiny: Vec<u32> = members(keys)
        .into_iter()
        .filter(|(key, m)| key.hubs.len() > 1 && m.len() < LEAST_PAIRED)
        .flat_map(|(_, m)| m)
        .collect();
    for reaction in tiny {
        keys[reaction as usize].hubs.truncate(1);
    }
}

/// Sets apart the reactions of a group whose rate constants are far below the others'.
fn split_magnitudes(keys: &mut [Key], k: &[f64], count: usize) {
    if count > MOST_GROUPS {
        return;
    }
    let mut split = Vec::new();
    for (key, members) in members(keys) {
        let greatest = members.iter().map(|&r| k[r as usize]).fold(0.0, f64::max);
        if !key.mass_action || !greatest.is_finite() {
            continue;
        }
        for r in members {
            let k = k[r as usize];
            if k > 0.0 {
                split.push((r, ((greatest / k).log2().min(2000.0) as i32) / MAGNITUDE));
            }
        }
    }
    for (reaction, magnitude) in split {
        keys[reaction as usize].magnitude = magnitude;
    }
}

/// The reactions of each key, in ascending order.
fn members(keys: &[Key]) -> BTreeMap<&Key, Vec<u32>> {
    let mut groups: BTreeMap<&Key, Vec<u32>> = BTreeMap::new();
    for (reaction, key) in keys.iter().enumerate() {
        groups.entry(key).or_default().push(reaction as u32);
    }
    groups
}
