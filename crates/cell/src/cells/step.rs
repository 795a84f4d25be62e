//! One coupling step of all cells.

use super::cell::{Cell, Habits};
use super::error::CellsError;
use super::guests::{Guests, Rates};
use super::population::{CellPopulation, Mode};
use super::tree::Fate;
use bioxen_base::units::Time;
use bioxen_engine::StopToken;
use bioxen_engine::rng::Rng;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// What cells feel of the host in a step.
pub enum Around<'a> {
    /// All the same.
    Shared(&'a Rates),
    /// Each its own, by its place among the cells; the function fills in the rates.
    Own(&'a (dyn Fn(usize, &mut Rates) + Sync)),
}

/// What has become of places among the cells in a step, in this order; who keeps something for each cell
/// does the same with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    /// A daughter of the cell at the first place has taken the second, which may be a new one.
    pub copies: Vec<(usize, usize)>,
    /// The places that were kept, when half of a colony has left.
    pub kept: Option<Vec<usize>>,
}

/// A division that is due: the part of the step at which it is, the number of the cell, and its place. Parts
/// from 0 to 1 have the order of their bits.
type Due = Reverse<(u64, u64, usize)>;

/// The part of a step at which a cell is, and its place.
#[derive(Clone, Copy)]
struct At {
    part: f64,
    place: usize,
}

/// What is still to be done in a step, and what was done.
struct Pending {
    due: BinaryHeap<Due>,
    moves: Moves,
    /// The place whose host the cell at a place has, where that is another.
    hosts: BTreeMap<usize, usize>,
}

/// What stays the same for all cells in a step.
pub(super) struct Leg<'a> {
    pub(super) guests: &'a Guests,
    pub(super) habits: Habits,
    around: &'a Around<'a>,
    hours: f64,
}

/// Cells below which threads cost more than they save.
const FOR_A_THREAD: usize = 64;

impl CellPopulation {
    /// Lives on for one step, in which the host stands still.
    ///
    /// # Errors
    /// A rate that is none, more molecules than can be counted, or the stop token is set. Then the population
    /// is not to be used any more.
    pub fn step(
        &mut self,
        step: Time,
        around: &Around<'_>,
        stop: &StopToken,
    ) -> Result<Moves, CellsError> {
        if stop.is_stopped() {
            return Err(CellsError::Stopped { hours: self.clock.hours() });
        }
        let guests = std::sync::Arc::clone(&self.guests);
        if let Around::Shared(rates) = around {
            rates.check(&guests)?;
        }
        let leg = Leg { guests: &guests, habits: self.habits, around, hours: step.hours() };
        let due: BinaryHeap<Due> = self.live_all(&leg)?.into();
        let mut pending = Pending { due, moves: Moves::default(), hosts: BTreeMap::new() };
        while let Some(Reverse((part, id, place))) = pending.due.pop() {
            // A cell that has left does not divide any more.
            if self.cells[place].id == id {
                let at = At { part: f64::from_bits(part), place };
                self.divide(&leg, at, &mut pending)?;
            }
        }
        self.clock = self.clock + step;
        self.thin(&mut pending.moves);
        Ok(pending.moves)
    }

    /// All cells to the end of the step or to their division; which of them are due, and when.
    fn live_all(&mut self, leg: &Leg<'_>) -> Result<Vec<Due>, CellsError> {
        let n = self.cells.len();
        let threads = self.plan.threads.clamp(1, n.div_ceil(FOR_A_THREAD).max(1));
        let stride = leg.guests.stride();
        if threads == 1 {
            return leg.live_all(0, &mut self.cells, &mut self.counts);
        }
        let share = n.div_ceil(threads);
        let cells = self.cells.chunks_mut(share);
        // Without molecules there is nothing to share out.
        let mut rest = self.counts.as_mut_slice();
        let parts = cells.enumerate().map(|(i, cells)| {
            let (counts, behind) = std::mem::take(&mut rest).split_at_mut(cells.len() * stride);
            rest = behind;
            (i * share, cells, counts)
        });
        let parts: Vec<_> = parts.collect();
        let results = std::thread::scope(|scope| {
            let handles: Vec<_> = parts
                .into_iter()
                .map(|(first, cells, counts)| {
                    scope.spawn(move || leg.live_all(first, cells, counts))
                })
                .collect();
            let joined = handles.into_iter().map(|handle| match handle.join() {
                Ok(due) => due,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            joined.collect::<Vec<_>>()
        });
        let mut due = Vec::new();
        for result in results {
            due.extend(result?);
        }
        Ok(due)
    }

    /// The division of a cell at a part of the step, and what becomes of the daughters.
    fn divide(&mut self, leg: &Leg<'_>, at: At, pending: &mut Pending) -> Result<(), CellsError> {
        let At { part, place } = at;
        let now = self.clock.hours() + part * leg.hours;
        let stride = leg.guests.stride();
        let range = place * stride..(place + 1) * stride;
        let ids = [self.next_id, self.next_id + 1];
        self.next_id += 2;
        let streams = [self.stream(ids[0]), self.stream(ids[1])];
        let mother = &mut self.cells[place];
        let (daughters, q) = mother.divide(now, &leg.habits, ids, streams);
        let first = share_out(leg.guests, &self.counts[range.clone()], q, &mut mother.rng);
        let whole = &self.counts[range.clone()];
        let second: Vec<u32> = whole.iter().zip(&first).map(|(n, k)| n - k).collect();
        let second = keep_loci(leg.guests, whole, second);
        let of = leg.guests.first_protein()..leg.guests.first_replicon();
        if let Some(tree) = &mut self.tree {
            let mother = &self.cells[place];
            tree.end(mother, Fate::Divided, now, &self.counts[range.clone()][of.clone()]);
            tree.put(&daughters[0], Some(mother.id), &first[of.clone()]);
            tree.put(&daughters[1], Some(mother.id), &second[of.clone()]);
        }
        self.divisions += 1;
        let [one, other] = daughters;
        let n = self.cells.len();
        // Where the second daughter goes; and whether the first stays.
        let (goes, leaves) = match self.plan.mode {
            Mode::Colony => (n, None),
            Mode::MotherMachine => {
                let second = self.rng.next_u64() >> 63 == 1;
                if second { (place, Some(place)) } else { (usize::MAX, None) }
            }
            Mode::Moran => match self.rng.below(n as u64 + 1) as usize {
                at if at == n => (usize::MAX, None),
                at => (at, Some(at)),
            },
        };
        if self.plan.mode != Mode::MotherMachine {
            self.grown += (1.0 / n as f64).ln_1p();
        }
        self.counts[range.clone()].copy_from_slice(&first);
        self.cells[place] = one;
        if goes == usize::MAX {
            if let Some(tree) = &mut self.tree {
                tree.end(&other, Fate::Left, now, &second[of]);
            }
            return self.go_on(leg, at, pending);
        }
        if let (Some(at), Some(tree)) = (leaves, &mut self.tree) {
            let counts = &self.counts[at * stride..(at + 1) * stride];
            tree.end(&self.cells[at], Fate::Left, now, &counts[of]);
        }
        if goes == n {
            self.cells.push(other);
            self.counts.extend_from_slice(&second);
        } else {
            self.cells[goes] = other;
            self.counts[goes * stride..(goes + 1) * stride].copy_from_slice(&second);
        }
        if goes != place {
            pending.moves.copies.push((place, goes));
            let host = pending.hosts.get(&place).copied().unwrap_or(place);
            pending.hosts.insert(goes, host);
            self.go_on(leg, At { part, place: goes }, pending)?;
        }
        self.go_on(leg, at, pending)
    }

    /// A newborn cell from its birth to the end of the step, or to its own division.
    fn go_on(&mut self, leg: &Leg<'_>, at: At, pending: &mut Pending) -> Result<(), CellsError> {
        let At { part, place } = at;
        let stride = leg.guests.stride();
        let counts = &mut self.counts[place * stride..(place + 1) * stride];
        let mut own = Rates::default();
        let host = pending.hosts.get(&place).copied().unwrap_or(place);
        let rates = leg.rates(host, &mut own);
        let at = leg.live(&mut self.cells[place], counts, rates, part)?;
        pending.due.extend(at.map(|at| Reverse((at.to_bits(), self.cells[place].id, place))));
        Ok(())
    }

    /// Lets half of a colony leave, by chance, when it has become too large.
    fn thin(&mut self, moves: &mut Moves) {
        let n = self.cells.len();
        if self.plan.mode != Mode::Colony || n <= self.plan.most {
            return;
        }
        let keep = (self.plan.most / 2).max(1);
        let mut places: Vec<usize> = (0..n).collect();
        for i in 0..keep {
            let other = i + self.rng.below((n - i) as u64) as usize;
            places.swap(i, other);
        }
        let now = self.clock.hours();
        let stride = self.guests.stride();
        let of = self.guests.first_protein()..self.guests.first_replicon();
        if let Some(tree) = &mut self.tree {
            for &place in &places[keep..] {
                let counts = &self.counts[place * stride..(place + 1) * stride];
                tree.end(&self.cells[place], Fate::Left, now, &counts[of.clone()]);
            }
        }
        places.truncate(keep);
        places.sort_unstable();
        self.cells = places.iter().map(|&place| self.cells[place].clone()).collect();
        let counts = places.iter().flat_map(|&p| &self.counts[p * stride..(p + 1) * stride]);
        self.counts = counts.copied().collect();
        self.weight *= n as f64 / keep as f64;
        moves.kept = Some(places);
    }
}

impl Leg<'_> {
    fn rates<'a>(&'a self, place: usize, own: &'a mut Rates) -> &'a Rates {
        match self.around {
            Around::Shared(rates) => rates,
            Around::Own(fill) => {
                fill(place, own);
                own
            }
        }
    }

    /// Cells that follow each other from a place on.
    fn live_all(
        &self,
        first: usize,
        cells: &mut [Cell],
        counts: &mut [u32],
    ) -> Result<Vec<Due>, CellsError> {
        let stride = self.guests.stride();
        let mut due = Vec::new();
        let mut own = Rates::default();
        for (i, cell) in cells.iter_mut().enumerate() {
            let counts = &mut counts[i * stride..(i + 1) * stride];
            let rates = self.rates(first + i, &mut own);
            if let Some(at) = self.live(cell, counts, rates, 0.0)? {
                due.push(Reverse((at.to_bits(), cell.id, first + i)));
            }
        }
        Ok(due)
    }

    /// A cell from a part of the step on, to its end or to its division; at which part that is.
    fn live(
        &self,
        cell: &mut Cell,
        counts: &mut [u32],
        rates: &Rates,
        from: f64,
    ) -> Result<Option<f64>, CellsError> {
        let pace = cell.pace(&self.habits);
        let left = (1.0 - from) * self.hours;
        let grown = rates.growth_per_h * pace * left;
        let divides = cell.divides_within(grown);
        let hours = left * divides.unwrap_or(1.0);
        let grown = rates.growth_per_h * pace * hours;
        let middle = cell.size * (0.5 * grown).exp();
        self.molecules(cell, counts, rates, (pace, hours, middle))?;
        match divides {
            Some(part) => {
                cell.size = cell.size.max(cell.divides_at);
                // It must stay a part of the step, however it was rounded.
                Ok(Some((from + (1.0 - from) * part).clamp(from, 1.0)))
            }
            None => {
                cell.size *= grown.exp();
                let whole = rates.growth_per_h.max(0.0) * self.hours;
                let noise = &self.habits.noise;
                cell.wander(&self.habits, (noise.clock.kept(whole), noise.capacity.kept(whole)));
                Ok(None)
            }
        }
    }
}

/// What comes into the first daughter: each molecule by chance, copies of the chromosome in halves.
fn share_out(guests: &Guests, whole: &[u32], q: f64, rng: &mut Rng) -> Vec<u32> {
    let known = guests.first_locus();
    let chance = whole[..known].iter().map(|&n| rng.binomial(f64::from(n), q) as u32);
    let mut first: Vec<u32> = chance.collect();
    first.extend(whole[known..].iter().map(|&n| (n / 2).max(1)));
    first
}

/// Each daughter has a chromosome, even if it was not replicated in time.
fn keep_loci(guests: &Guests, whole: &[u32], mut second: Vec<u32>) -> Vec<u32> {
    let known = guests.first_locus();
    for (n, &all) in second[known..].iter_mut().zip(&whole[known..]) {
        *n = (all / 2).max(1);
    }
    second
}
