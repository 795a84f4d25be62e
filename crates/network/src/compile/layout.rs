//! The place of each reaction in the sum trees, and the updates that an event has to make.

use super::hubs::{Grouping, Key};
use super::kinetics::Kinetics;
use super::table::Table;

/// Children of a node of a sum tree.
pub(crate) const LANES: usize = 16;
/// Leaves of a block: two levels of nodes.
pub(crate) const BLOCK: usize = LANES * LANES;

/// A net change of a species by one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Its index.
    pub species: u32,
    /// How many molecules more.
    pub delta: i32,
}

/// How the weight of a reaction within its group depends on the state, apart from its constant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Leaf {
    /// No reaction stands here.
    Empty,
    /// Not at all.
    Constant,
    /// One molecule of a species.
    Linear(u32),
    /// Pairs of molecules of two species, or of one.
    Pair(u32, u32),
    /// The combinations of `Layout::local`.
    Product,
    /// The whole law.
    Law,
}

/// Reactions whose propensities are a common factor times a weight of their own. The common
/// factor is `half * product(factors) * x[a] * (x[b] - shift)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub a: u32,
    pub b: u32,
    pub shift: f64,
    pub half: f64,
    pub factors: Vec<u32>,
    pub first_block: u32,
    pub blocks: u32,
    /// How many reactions stand there, without gaps.
    pub members: u32,
    /// Whether the weights are rate constants times combinations.
    pub mass_action: bool,
}

/// All an event does, when that is little: four changes of species and four updates of linear
/// leaves, each an index and a signed number of molecules in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Of species.
    pub changes: [u32; 4],
    /// Of leaves.
    pub updates: [u32; 4],
}

impl Record {
    /// The first word of a record that says nothing: the tables have to be walked.
    pub const WALK: u32 = u32::MAX;
    const WALKING: Self = Self { changes: [Self::WALK; 4], updates: [0; 4] };
    const BITS: u32 = 3;
    const BIAS: i32 = 4;

    fn word(index: u32, delta: i32) -> Option<u32> {
        let small = delta.checked_add(Self::BIAS).filter(|d| (0..8).contains(d))?;
        // The highest index is kept free for `WALK`.
        (index < (1 << (32 - Self::BITS)) - 1).then_some(index << Self::BITS | small as u32)
    }

    /// The index of a word.
    #[inline(always)]
    pub fn index(word: u32) -> usize {
        (word >> Self::BITS) as usize
    }

    /// The signed number of a word.
    #[inline(always)]
    pub fn delta(word: u32) -> i32 {
        (word & 7) as i32 - Self::BIAS
    }
}

/// The leaves of an arrangement, each list in their order.
#[derive(Debug, Clone)]
pub struct Leaves {
    /// The reactions that stand there; `u32::MAX` where none stands.
    pub reactions: Vec<u32>,
    /// What the weights of these are.
    pub kinds: Vec<Leaf>,
    /// What happens when they fire.
    pub records: Vec<Record>,
}

/// The arrangement of all reactions.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Reactions that share what changes all of them.
    pub groups: Vec<Group>,
    /// By block.
    pub group_of_block: Vec<u32>,
    /// By reaction.
    pub leaf_of: Vec<u32>,
    /// The leaves.
    pub leaves: Leaves,
    /// By reaction: reactants that were not taken out, with their orders.
    pub(crate) local: Table<(u32, u32)>,
    /// By reaction: factors that were not taken out.
    pub folded: Table<u32>,
    /// Whether there are any such factors.
    pub folds: bool,
    /// By quantity: the leaves that depend on it.
    pub dependents: Table<u32>,
    /// By quantity: the groups that carry it as a factor.
    pub users: Table<u32>,
}

impl Layout {
    /// The place after the quantities that always holds 1.
    pub(crate) fn one(quantities: usize) -> u32 {
        quantities as u32
    }

    /// The place after the quantities that takes changes which mean nothing.
    pub(crate) fn dummy(quantities: usize) -> u32 {
        quantities as u32 + 1
    }

    /// Arranges reactions as `grouping` says.
    pub(crate) fn new(
        quantities: usize,
        kinetics: &[Kinetics],
        changes: &Table<Change>,
        grouping: &Grouping,
    ) -> Self {
        let mut layout = Self {
            groups: Vec::new(),
            group_of_block: Vec::new(),
            leaf_of: vec![0; kinetics.len()],
            leaves: Leaves { reactions: Vec::new(), kinds: Vec::new(), records: Vec::new() },
            local: Table::default(),
            folded: Table::default(),
            folds: false,
            dependents: Table::default(),
            users: Table::default(),
        };
        for (key, members) in &grouping.groups {
            layout.place(quantities, key, members);
        }
        // One block that belongs to no group takes the updates which mean nothing.
        layout.group_of_block.push(layout.groups.len() as u32);
        layout.pad(layout.leaves.kinds.len() + BLOCK);
        layout.connect(quantities, kinetics, changes, grouping);
        layout.leaves.records = (0..layout.leaves.kinds.len())
            .map(|leaf| layout.record(quantities, leaf, changes))
            .collect();
        layout
    }

    fn place(&mut self, quantities: usize, key: &Key, members: &[u32]) {
        let one = Self::one(quantities);
        let (a, b, shift, half) = match *key.hubs {
            [(s, 2)] => (s, s, 1.0, 0.5),
            [(s, _)] => (s, one, 0.0, 1.0),
            [(s, _), (t, _), ..] => (s, t, 0.0, 1.0),
            [] => (one, one, 0.0, 1.0),
        };
        let first = self.leaves.kinds.len();
        for &reaction in members {
            self.leaf_of[reaction as usize] = self.leaves.reactions.len() as u32;
            self.leaves.reactions.push(reaction);
        }
        self.leaves.kinds.resize(self.leaves.reactions.len(), Leaf::Constant);
        self.pad(self.leaves.kinds.len().next_multiple_of(BLOCK));
        let blocks = (self.leaves.kinds.len() - first) / BLOCK;
        self.group_of_block.extend((0..blocks).map(|_| self.groups.len() as u32));
        self.groups.push(Group {
            a,
            b,
            shift,
            half,
            factors: key.factors.clone(),
            first_block: (first / BLOCK) as u32,
            blocks: blocks as u32,
            members: members.len() as u32,
            mass_action: key.mass_action,
        });
    }

    fn pad(&mut self, leaves: usize) {
        self.leaves.kinds.resize(leaves, Leaf::Empty);
        self.leaves.reactions.resize(leaves, u32::MAX);
    }

    /// Fills in what each leaf depends on.
    fn connect(
        &mut self,
        quantities: usize,
        kinetics: &[Kinetics],
        changes: &Table<Change>,
        grouping: &Grouping,
    ) {
        let mut dependents = Vec::new();
        for (reaction, law) in kinetics.iter().enumerate() {
            let leaf = self.leaf_of[reaction];
            let hubs = &grouping.hubs_of(reaction).hubs;
            let mut inputs: Vec<u32> = grouping.folded(reaction).to_vec();
            if let Kinetics::MassAction(reactants) = law {
                let local: Vec<(u32, u32)> = reactants
                    .iter()
                    .copied()
                    .filter(|(s, _)| !hubs.iter().any(|(h, _)| h == s))
                    .collect();
                self.leaves.kinds[leaf as usize] = match *local {
                    [] => Leaf::Constant,
                    [(s, 1)] => Leaf::Linear(s),
                    [(s, 2)] => Leaf::Pair(s, s),
                    [(s, 1), (t, 1)] => Leaf::Pair(s, t),
                    _ => Leaf::Product,
                };
                inputs.extend(local.iter().map(|&(s, _)| s));
                self.local.push(local);
            } else {
                self.leaves.kinds[leaf as usize] = Leaf::Law;
                inputs.extend(law.inputs());
                // It stops when a reactant is missing.
                let taken = changes.row(reaction).iter().filter(|c| c.delta < 0);
                inputs.extend(taken.map(|c| c.species));
                self.local.push([]);
            }
            self.folds |= !grouping.folded(reaction).is_empty();
            self.folded.push(grouping.folded(reaction).iter().copied());
            inputs.sort_unstable();
            inputs.dedup();
            dependents.extend(inputs.into_iter().map(|q| (q, leaf)));
        }
        self.dependents = Table::collect(quantities, &dependents);
        let users: Vec<(u32, u32)> = self
            .groups
            .iter()
            .enumerate()
            .flat_map(|(g, group)| group.factors.iter().map(move |&q| (q, g as u32)))
            .collect();
        self.users = Table::collect(quantities, &users);
    }

    /// The record of a leaf's reaction, or the order to walk the tables.
    fn record(&self, quantities: usize, leaf: usize, changes: &Table<Change>) -> Record {
        let reaction = self.leaves.reactions[leaf];
        if reaction == u32::MAX {
            return Record::WALKING;
        }
        self.short_record(quantities, changes.row(reaction as usize)).unwrap_or(Record::WALKING)
    }

    fn short_record(&self, quantities: usize, changes: &[Change]) -> Option<Record> {
        let last_leaf = self.leaves.kinds.len() as u32 - 1;
        let mut record = Record {
            changes: [Record::word(Self::dummy(quantities), 0)?; 4],
            updates: [Record::word(last_leaf, 0)?; 4],
        };
        let mut updates = record.updates.iter_mut();
        if changes.len() > record.changes.len() {
            return None;
        }
        for (slot, change) in record.changes.iter_mut().zip(changes) {
            *slot = Record::word(change.species, change.delta)?;
            for &leaf in self.dependents.row(change.species as usize) {
                if !matches!(self.leaves.kinds[leaf as usize], Leaf::Linear(_)) {
                    return None;
                }
                *updates.next()? = Record::word(leaf, change.delta)?;
            }
        }
        Some(record)
    }
}
