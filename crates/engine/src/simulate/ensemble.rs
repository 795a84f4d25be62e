//! Means and standard deviations over many runs.

use rayon::prelude::*;

use super::stochastic::Stochastic;
use crate::rng::Seed;
use crate::{EngineError, StopToken};

/// How many runs at most are summed up before their sums are merged.
const CHUNK: u64 = 64;

/// Means and squares of how many values of tables may wait to be merged, over all threads.
const WAITING: usize = 1 << 24;

/// How many runs are summed up before their sums are merged. It depends on the number of runs
/// alone, and the sums are merged in order, so that the result does not depend on the threads; and
/// few runs have shares enough for many threads.
fn chunk(runs: u64) -> u64 {
    runs.div_ceil(64).clamp(1, CHUNK)
}

/// The pool of threads that so many runs are simulated on: as many as are asked for, 0 for as many as
/// there are processors, but no more than there is work for, and than
/// [`MOST_THREADS`](crate::ensemble::MOST_THREADS).
///
/// # Errors
/// When the system starts no thread.
pub fn pool(asked: usize, runs: u64) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    let threads = crate::ensemble::threads(asked, runs.div_ceil(chunk(runs)));
    rayon::ThreadPoolBuilder::new().num_threads(threads).build()
}

/// How the values of a row follow from the time and all quantities.
pub type Row<'f> = &'f (dyn Fn(f64, &[f64], &mut [f64]) + Sync);

/// Means and standard deviations of all quantities at all times of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// The number of runs.
    pub runs: u64,
    /// The reactions that happened in all runs together.
    pub events: u64,
    width: usize,
    mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Statistics {
    fn new(rows: usize, width: usize) -> Self {
        // Made twice and not copied: what is not used yet takes no memory and no time.
        let (mean, squares) = (vec![0.0; rows * width], vec![0.0; rows * width]);
        Statistics { runs: 0, events: 0, width, mean, squares }
    }

    /// The mean of a quantity at the time of that row.
    pub fn mean(&self, row: usize, quantity: usize) -> Option<f64> {
        self.mean.get(self.place(row, quantity)?).copied()
    }

    /// The standard deviation, with `runs - 1` as divisor; 0 for one run.
    pub fn sd(&self, row: usize, quantity: usize) -> Option<f64> {
        let squares = self.squares.get(self.place(row, quantity)?)?;
        Some((squares / self.runs.saturating_sub(1).max(1) as f64).sqrt())
    }

    fn place(&self, row: usize, quantity: usize) -> Option<usize> {
        (quantity < self.width).then_some(row * self.width + quantity)
    }

    /// Takes one row of the run of that number, counted from 1 (Welford, Technometrics 4:419,
    /// 1962).
    fn add(&mut self, run: u64, row: usize, values: &[f64]) {
        let places = row * self.width..(row + 1) * self.width;
        let sums = self.mean[places.clone()].iter_mut().zip(&mut self.squares[places]);
        for ((mean, squares), &value) in sums.zip(values) {
            let off = value - *mean;
            *mean += off / run as f64;
            *squares += off * (value - *mean);
        }
    }

    /// Takes over the sums of other runs (Chan, Golub and LeVeque 1979).
    fn merge(&mut self, other: &Statistics) {
        let (a, b) = (self.runs as f64, other.runs as f64);
        let both = a + b;
        let sums = self.mean.iter_mut().zip(&mut self.squares);
        for ((mean, squares), (m, s)) in sums.zip(other.mean.iter().zip(&other.squares)) {
            let off = m - *mean;
            *mean += off * b / both;
            *squares += s + off * off * a * b / both;
        }
        self.runs += other.runs;
        self.events += other.events;
    }
}

impl Stochastic {
    /// Many runs, with one stream of random numbers each, on the threads of the present pool.
    /// The result is the same for any number of threads.
    ///
    /// # Errors
    /// The first error of any run.
    pub fn ensemble(
        &self,
        seed: Seed,
        runs: u64,
        grid: &[f64],
        stop: &StopToken,
    ) -> Result<Statistics, EngineError> {
        let all = |_: f64, q: &[f64], out: &mut [f64]| out.copy_from_slice(q);
        self.ensemble_of((self.names().len(), &all), seed, runs, grid, stop)
    }

    /// The same of other values: how many, and how they follow from the time and all quantities
    /// (written into the last argument).
    ///
    /// # Errors
    /// The first error of any run.
    pub fn ensemble_of(
        &self,
        (width, values): (usize, Row<'_>),
        seed: Seed,
        runs: u64,
        grid: &[f64],
        stop: &StopToken,
    ) -> Result<Statistics, EngineError> {
        let mut total = Statistics::new(grid.len(), width);
        let chunk = chunk(runs);
        // A few for each thread, one that is done early has something left to take; fewer of long
        // tables, whose sums would fill the memory.
        let most = (WAITING / (grid.len() * width).max(1)).max(1);
        let batch = (4 * rayon::current_num_threads()).min(most) as u64;
        let chunks = runs.div_ceil(chunk);
        let mut done = 0;
        while done < chunks {
            let next = (done + batch).min(chunks);
            let sums: Vec<Statistics> = (done..next)
                .into_par_iter()
                .map(|number| {
                    let first = number * chunk;
                    let mut sums = Statistics::new(grid.len(), width);
                    let mut of_row = vec![0.0; width];
                    for run in first..(first + chunk).min(runs) {
                        let seed = seed.replicate(run);
                        sums.runs += 1;
                        let number = sums.runs;
                        let mut add = |row: usize, q: &[f64]| {
                            values(grid[row], q, &mut of_row);
                            sums.add(number, row, &of_row);
                        };
                        let events = self.run(seed, grid, stop, &mut add)?;
                        sums.events += events;
                    }
                    Ok(sums)
                })
                .collect::<Result<_, EngineError>>()?;
            sums.iter().for_each(|sums| total.merge(sums));
            done = next;
        }
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_runs_are_shared_out_too() {
        assert_eq!([0, 1, 2, 64, 65, 1000, 10_000].map(chunk), [1, 1, 1, 1, 2, 16, 64]);
    }

    #[test]
    fn sums_in_parts_are_those_of_the_whole() {
        let values = [3.0, 5.0, 8.0, 1.0, 4.0];
        let mut whole = Statistics::new(1, 1);
        let (mut first, mut second) = (whole.clone(), whole.clone());
        for (i, value) in values.into_iter().enumerate() {
            whole.runs += 1;
            whole.add(whole.runs, 0, &[value]);
            let part = if i < 2 { &mut first } else { &mut second };
            part.runs += 1;
            part.add(part.runs, 0, &[value]);
        }
        first.merge(&second);
        assert!((first.mean(0, 0).unwrap() - 4.2).abs() < 1e-15);
        // Squares of the deviations: 1.44 + 0.64 + 14.44 + 10.24 + 0.04 = 26.8.
        assert!((first.sd(0, 0).unwrap() - (26.8_f64 / 4.0).sqrt()).abs() < 1e-15);
        assert_eq!(whole.mean(0, 1), None);
    }
}
