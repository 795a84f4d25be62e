//! Many repetitions of one simulation, and their statistics.
//!
//! Repetition `r` uses the random stream `r`, and sums are formed in the order of the repetitions. So
//! the result is the same bit for bit on any number of threads.

mod moments;

use super::rng::{Rng, Seed};
use super::trajectory::{Simulator, check_grid, known};
use super::{EngineError, StopToken};
use bioxen_base::statistics::quantile;
use bioxen_network::QuantityId;
use moments::Moments;
use rayon::prelude::*;

/// Repetitions that one thread takes at a time. It does not depend on the number of threads, since
/// their sums are then put together in order.
const CHUNK: usize = 16;
/// The most threads that are started: more than machines have processors, and few enough that each has
/// its stack.
pub const MOST_THREADS: usize = 1024;
/// Values that may wait to be put together, over all threads.
const WAITING: usize = 1 << 22;

/// What to repeat, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<'a> {
    /// How many repetitions.
    pub runs: usize,
    /// Root, point and lane of the streams of random numbers; the replicate counts from the one
    /// given here.
    pub seed: Seed,
    /// How many threads; 0 for as many as there are processors. No more are started than there is
    /// work for, and than [`MOST_THREADS`].
    pub threads: usize,
    /// The times, ascending.
    pub grid: &'a [f64],
    /// Which quantities.
    pub quantities: &'a [QuantityId],
    /// Which quantiles, each in 0 to 1. They need the memory of all values; moments do not.
    pub quantiles: &'a [f64],
}

/// Statistics of one quantity over the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The quantity's name.
    pub name: String,
    /// The mean at each time.
    pub mean: Vec<f64>,
    /// The standard deviation at each time, of the population from which the runs are a sample
    /// (with n - 1); NaN for a single run.
    pub sd: Vec<f64>,
    /// For each quantile asked for, its value at each time, by linear interpolation between order
    /// statistics (type 7 of Hyndman & Fan, *Am. Stat.* 50:361, 1996).
    pub quantiles: Vec<Vec<f64>>,
}

/// Statistics of all quantities asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble {
    /// The times.
    pub times: Vec<f64>,
    /// One for each quantity.
    pub summaries: Vec<Summary>,
}

/// Runs a simulation many times from where it stands. `progress` hears how many runs are done.
///
/// # Errors
/// [`EngineError::BadGrid`], [`bioxen_network::NetworkError::UnknownQuantity`]; and of the runs
/// that fail, the error of the first.
///
/// # Examples
/// ```
/// use bioxen_engine::ensemble::{Plan, ensemble};
/// use bioxen_engine::rng::{Rng, Seed};
/// use bioxen_engine::ssa::Ssa;
/// use bioxen_engine::StopToken;
/// use bioxen_network::{Compiled, Network, RateLaw};
///
/// let mut network = Network::default();
/// let m = network.species("m", 1000.0);
/// network.reaction("lose", &[(m, 1)], &[], RateLaw::MassAction { k: 1.0, factors: vec![] });
/// let ssa = Ssa::new(Compiled::new(&network)?.into(), Rng::new(Seed::default()))?;
/// let plan = Plan {
///     runs: 200,
///     seed: Seed::new(1),
///     threads: 0,
///     grid: &[0.0, 1.0],
///     quantities: &[m],
///     quantiles: &[0.5],
/// };
/// let result = ensemble(&ssa, &plan, &StopToken::new(), &mut |_| {})?;
/// let m = &result.summaries[0];
/// assert!((m.mean[1] - 1000.0 / std::f64::consts::E).abs() < 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ensemble<S: Simulator>(
    start: &S,
    plan: &Plan<'_>,
    stop: &StopToken,
    progress: &mut (dyn FnMut(usize) + Send),
) -> Result<Ensemble, EngineError> {
    check_grid(plan.grid)?;
    let names = plan
        .quantities
        .iter()
        .map(|&id| known(start.model(), id).map(str::to_owned))
        .collect::<Result<Vec<_>, _>>()?;
    // Without a pool of its own, the work is done by the caller's threads.
    let threads = threads(plan.threads, plan.runs.div_ceil(CHUNK) as u64);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let mut run = || all(start, plan, stop, progress);
    let (moments, values) = match pool {
        Ok(pool) => pool.install(run)?,
        Err(_) => run()?,
    };
    let rows = plan.grid.len();
    let summaries = names.into_iter().enumerate().map(|(q, name)| {
        let cells = q * rows..(q + 1) * rows;
        let sorted = cells.clone().map(|cell| sorted_cell(&values, cell, plan.runs));
        let sorted: Vec<Vec<f64>> =
            if plan.quantiles.is_empty() { Vec::new() } else { sorted.collect() };
        Summary {
            name,
            mean: moments.means(cells.clone()),
            sd: moments.deviations(cells),
            quantiles: plan
                .quantiles
                .iter()
                .map(|&p| sorted.iter().map(|cell| quantile(cell, p)).collect())
                .collect(),
        }
    });
    Ok(Ensemble { times: plan.grid.to_vec(), summaries: summaries.collect() })
}

/// How many threads are started for so many pieces of work where so many are asked for, 0 for as many as
/// there are processors.
pub(crate) fn threads(asked: usize, pieces: u64) -> usize {
    let asked = match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        asked => asked,
    };
    let pieces = usize::try_from(pieces).unwrap_or(usize::MAX);
    asked.min(pieces).clamp(1, MOST_THREADS)
}

/// Moments of all cells (quantity by quantity), and their values if quantiles are asked for.
type Part = (Moments, Vec<Vec<f64>>);

/// All runs.
fn all<S: Simulator>(
    start: &S,
    plan: &Plan<'_>,
    stop: &StopToken,
    progress: &mut (dyn FnMut(usize) + Send),
) -> Result<Part, EngineError> {
    let cells = plan.grid.len() * plan.quantities.len();
    let keep = !plan.quantiles.is_empty();
    let mut moments = Moments::new(cells);
    let mut values = Vec::new();
    let chunks = plan.runs.div_ceil(CHUNK);
    let threads = rayon::current_num_threads();
    // How much is done before it is put together has no influence on the result.
    let wave = (WAITING / (2 * cells).max(1)).clamp(threads, 64 * threads);
    for first in (0..chunks).step_by(wave) {
        let results: Vec<Result<Part, EngineError>> = (first..(first + wave).min(chunks))
            .into_par_iter()
            .map(|chunk| {
                let runs = chunk * CHUNK..((chunk + 1) * CHUNK).min(plan.runs);
                let mut moments = Moments::new(cells);
                let mut values = Vec::new();
                for run in runs {
                    let row = one(start, plan, run as u64, stop)?;
                    moments.push(&row);
                    if keep {
                        values.push(row);
                    }
                }
                Ok((moments, values))
            })
            .collect();
        for result in results {
            let (part, more) = result?;
            moments.merge(&part);
            values.extend(more);
        }
        progress(((first + wave) * CHUNK).min(plan.runs));
    }
    Ok((moments, values))
}

/// One run: the values by quantity and time.
fn one<S: Simulator>(
    start: &S,
    plan: &Plan<'_>,
    run: u64,
    stop: &StopToken,
) -> Result<Vec<f64>, EngineError> {
    let mut simulator = start.clone();
    *simulator.rng_mut() = Rng::new(plan.seed.replicate(plan.seed.replicate.wrapping_add(run)));
    let rows = plan.grid.len();
    let mut values = vec![0.0; rows * plan.quantities.len()];
    for (row, &at) in plan.grid.iter().enumerate() {
        simulator.advance(at, stop)?;
        let state = simulator.state();
        for (q, id) in plan.quantities.iter().enumerate() {
            values[q * rows + row] = state[id.index()];
        }
    }
    Ok(values)
}

fn sorted_cell(values: &[Vec<f64>], cell: usize, runs: usize) -> Vec<f64> {
    let mut sorted = Vec::with_capacity(runs);
    sorted.extend(values.iter().map(|row| row[cell]));
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::{MOST_THREADS, quantile, threads};

    #[test]
    fn no_more_threads_are_started_than_there_is_work_for() {
        assert_eq!(
            [(3, 100), (3, 2), (100_000, 2), (5, 0)].map(|(t, n)| threads(t, n)),
            [3, 2, 2, 1]
        );
        assert_eq!(threads(100_000, u64::MAX), MOST_THREADS);
        assert!((1..=4).contains(&threads(0, 4)));
    }

    #[test]
    fn quantiles_interpolate_between_order_statistics() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.0), 1.0);
        assert_eq!(quantile(&sorted, 0.5), 3.0);
        assert_eq!(quantile(&sorted, 0.25), 1.75);
        assert_eq!(quantile(&sorted, 1.0), 8.0);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
