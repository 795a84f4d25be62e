//! The loop over events.

use super::{CHANGES, COLUMNS, Flat, ROWS};
use crate::EngineError;
use crate::rng::Rng;
use crate::ssa::{COUNT_LIMIT, World, overflow};
use bioxen_network::Compiled;
use wide::{f64x2, i64x2};

/// How a stretch of events ends.
enum End {
    /// There were as many as asked for.
    Spent,
    /// The end of the time comes first.
    Reached,
    /// The propensities have no finite sum.
    NoRate,
    /// A count is too great after the event at a place.
    TooMany(usize),
    /// More is to be done after the event at a place.
    Unusual(usize),
}

/// Constants and counts of reactants in the order of the places.
struct Table<const SECOND: usize, const FILLED: usize> {
    k: [f64x2; FILLED],
    a: [f64x2; FILLED],
    b: [f64x2; SECOND],
}

impl Flat {
    /// Some events; whether the end was reached.
    pub(in crate::ssa) fn run(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
        budget: usize,
    ) -> Result<bool, EngineError> {
        // A loop of its own for each shape of the table, which the compiler unrolls; the shapes
        // are those of `build`.
        let budget = budget.div_ceil(1 + self.laws.len());
        match (self.second, self.filled) {
            (1, 4) => self.run_shaped::<1, 4>(model, world, rng, t_end, budget),
            (4, 4) => self.run_shaped::<4, 4>(model, world, rng, t_end, budget),
            (2, 8) => self.run_shaped::<2, 8>(model, world, rng, t_end, budget),
            (8, 8) => self.run_shaped::<8, 8>(model, world, rng, t_end, budget),
            (4, 16) => self.run_shaped::<4, 16>(model, world, rng, t_end, budget),
            (16, 16) => self.run_shaped::<16, 16>(model, world, rng, t_end, budget),
            (8, ROWS) => self.run_shaped::<8, ROWS>(model, world, rng, t_end, budget),
            _ => self.run_shaped::<ROWS, ROWS>(model, world, rng, t_end, budget),
        }
    }

    #[inline(never)]
    fn run_shaped<const SECOND: usize, const FILLED: usize>(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
        budget: usize,
    ) -> Result<bool, EngineError> {
        self.evaluate_laws(model, world)?;
        let mut table = self.table::<SECOND, FILLED>(world);
        let mut left = budget;
        while left > 0 {
            let before = world.events;
            let end = self.stretch(&mut table, world, rng, t_end, left);
            left = left.saturating_sub((world.events - before) as usize);
            match end {
                End::Spent => break,
                End::Reached => return Ok(true),
                End::NoRate => return Err(self.culprit(model, world)),
                End::TooMany(place) => {
                    return Err(overflow(model, world, self.reactions[place] as usize));
                }
                End::Unusual(place) => {
                    self.finish(model, world, place)?;
                    table.k = self.constants();
                }
            }
        }
        Ok(false)
    }

    fn constants<const FILLED: usize>(&self) -> [f64x2; FILLED] {
        std::array::from_fn(|row| f64x2::from(self.k[row]))
    }

    fn table<const SECOND: usize, const FILLED: usize>(
        &self,
        world: &World,
    ) -> Table<SECOND, FILLED> {
        let places = |row: usize| std::array::from_fn::<usize, COLUMNS, _>(|c| c * FILLED + row);
        let a = |place: usize| world.x[self.a[place] as usize];
        let b = |place: usize| world.x[self.b[place] as usize] - self.shift[place];
        Table {
            k: self.constants(),
            a: std::array::from_fn(|row| f64x2::from(places(row).map(a))),
            b: std::array::from_fn(|row| f64x2::from(places(row).map(b))),
        }
    }

    /// Events until one is unusual.
    #[inline(always)]
    fn stretch<const SECOND: usize, const FILLED: usize>(
        &self,
        table: &mut Table<SECOND, FILLED>,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
        budget: usize,
    ) -> End {
        let changes_a = self.changes_a.as_chunks::<FILLED>().0;
        let changes_b = self.changes_b.as_chunks::<SECOND>().0;
        let (k, mut a, mut b) = (table.k, table.a, table.b);
        // Copies that stay in registers.
        let mut stream = rng.clone();
        let mut time = world.time;
        let mut events = 0;
        let end = loop {
            if events == budget as u64 {
                break End::Spent;
            }
            let mut sums: [f64x2; FILLED] = std::array::from_fn(|row| k[row] * a[row]);
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum *= b;
            }
            // Sums down each column, including the row itself, in a few steps.
            let mut step = 1;
            while step < FILLED {
                for row in (step..FILLED).rev() {
                    sums[row] += sums[row - step];
                }
                step *= 2;
            }
            let columns = sums[FILLED - 1].to_array();
            let sum = columns[0] + columns[1];
            let next = time + stream.exponential() / sum;
            // Not a number if the sum is neither.
            if !(next <= t_end && sum < f64::INFINITY) {
                break if sum < f64::INFINITY { End::Reached } else { End::NoRate };
            }
            // Not 0, so that it does not fall on a reaction that cannot happen.
            let target = stream.uniform() * sum;
            let target = f64x2::from([target, target - columns[0]]);
            // So many propensities end before the target, column by column.
            let mut before = i64x2::from([0, 0]);
            for row in sums {
                // A lane that is less has all bits set, which is -1.
                let less = row.simd_lt(target).to_array().map(|lane| lane.to_bits() as i64);
                before -= i64x2::from(less);
            }
            let before = before.to_array();
            let place = (before[0] + before[1]) as usize;
            let (Some(change_a), Some(change_b), Some(event)) =
                (changes_a.get(place), changes_b.get(place), self.events.get(place))
            else {
                // Rounding took the target beyond the end.
                continue;
            };
            // Nothing can happen, for ever.
            if sum == 0.0 {
                break End::Reached;
            }
            for (a, change) in a.iter_mut().zip(change_a) {
                *a += *change;
            }
            for (b, change) in b.iter_mut().zip(change_b) {
                *b += *change;
            }
            time = next;
            events += 1;
            let mut most = 0.0f64;
            for (&species, delta) in event.species.iter().zip(event.delta) {
                let count = &mut world.x[species as usize];
                *count += delta;
                most = most.max(*count);
            }
            if most >= COUNT_LIMIT {
                break End::TooMany(place);
            }
            if self.unusual {
                break End::Unusual(place);
            }
        };
        (table.a, table.b) = (a, b);
        *rng = stream;
        world.time = time;
        world.events += events;
        end
    }

    /// What is seldom needed after an event: changes beyond the fourth, and other laws.
    fn finish(
        &mut self,
        model: &Compiled,
        world: &mut World,
        place: usize,
    ) -> Result<(), EngineError> {
        let reaction = self.reactions[place] as usize;
        for change in model.changes.row(reaction).iter().skip(CHANGES) {
            let count = &mut world.x[change.species as usize];
            *count += f64::from(change.delta);
            if *count >= COUNT_LIMIT {
                return Err(overflow(model, world, reaction));
            }
        }
        self.evaluate_laws(model, world)
    }
}
