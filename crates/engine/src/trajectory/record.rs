//! Recording a simulation in progress.

use super::{Column, Trajectory};
use crate::rng::Rng;
use crate::{EngineError, StopToken};
use bioxen_network::{Compiled, NetworkError, QuantityId};

/// A simulation of a network that can go on and be looked at. A clone goes on by itself.
pub trait Simulator: Clone + Send + Sync {
    /// The compiled network.
    fn model(&self) -> &Compiled;

    /// The present time, in the network's own unit.
    fn time(&self) -> f64;

    /// All quantities in the network's order.
    fn state(&self) -> &[f64];

    /// Runs until exactly `t_end`.
    ///
    /// # Errors
    /// When a stop is asked for, or a rate or a count is none.
    fn advance(&mut self, t_end: f64, stop: &StopToken) -> Result<(), EngineError>;

    /// The stream of random numbers.
    fn rng_mut(&mut self) -> &mut Rng;
}

/// Makes a simulator of what has its own methods under the same names.
macro_rules! simulates {
    ($own:ty) => {
        impl $crate::Simulator for $own {
            fn model(&self) -> &bioxen_network::Compiled {
                self.model()
            }

            fn time(&self) -> f64 {
                self.time()
            }

            fn state(&self) -> &[f64] {
                self.state()
            }

            fn advance(
                &mut self,
                t_end: f64,
                stop: &$crate::StopToken,
            ) -> Result<(), $crate::EngineError> {
                self.advance(t_end, stop)
            }

            fn rng_mut(&mut self) -> &mut $crate::rng::Rng {
                self.rng_mut()
            }
        }
    };
}

pub(crate) use simulates;

/// A trajectory that is being recorded on a grid. Memory is what the chosen quantities at the
/// times of the grid take, and no more.
///
/// # Examples
/// ```
/// use bioxen_engine::rng::{Rng, Seed};
/// use bioxen_engine::ssa::Ssa;
/// use bioxen_engine::{Recorder, StopToken};
/// use bioxen_network::{Compiled, Network, RateLaw};
///
/// let mut network = Network::default();
/// let m = network.species("m", 100.0);
/// network.reaction("lose", &[(m, 1)], &[], RateLaw::MassAction { k: 1.0, factors: vec![] });
/// let mut ssa = Ssa::new(Compiled::new(&network)?.into(), Rng::new(Seed::new(1)))?;
///
/// let grid = [0.0, 1.0, 2.0];
/// let mut recorder = Recorder::new(ssa.model(), &grid, &[m])?;
/// recorder.run(&mut ssa, &StopToken::new(), &mut |_| {})?;
/// let trajectory = recorder.finish();
/// assert_eq!(trajectory.columns[0].values[0], 100.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Recorder<'g> {
    grid: &'g [f64],
    quantities: Vec<usize>,
    trajectory: Trajectory,
}

impl<'g> Recorder<'g> {
    /// Prepares a recording of some quantities at the times of `grid`, which must ascend.
    ///
    /// # Errors
    /// [`EngineError::BadGrid`] if the times do not ascend or are not finite, and
    /// [`NetworkError::UnknownQuantity`].
    pub fn new(
        model: &Compiled,
        grid: &'g [f64],
        quantities: &[QuantityId],
    ) -> Result<Self, EngineError> {
        check_grid(grid)?;
        let columns = quantities
            .iter()
            .map(|&id| {
                let name = known(model, id)?.to_owned();
                let values = Vec::with_capacity(grid.len());
                Ok(Column { name, values, ..Column::default() })
            })
            .collect::<Result<_, EngineError>>()?;
        let trajectory =
            Trajectory { columns, times: Vec::with_capacity(grid.len()), ..Trajectory::default() };
        let quantities = quantities.iter().map(|id| id.index()).collect();
        Ok(Self { grid, quantities, trajectory })
    }

    /// Runs to the end of the grid, or goes on after a stop. Times before the simulation's own
    /// are recorded with its present state. `progress` hears after each time which part of the
    /// grid is done, from 0 to 1.
    ///
    /// # Errors
    /// Those of [`Simulator::advance`]. What was recorded before is kept.
    pub fn run<S: Simulator>(
        &mut self,
        simulator: &mut S,
        stop: &StopToken,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        while let Some(&at) = self.grid.get(self.trajectory.times.len()) {
            simulator.advance(at, stop)?;
            self.trajectory.times.push(at);
            let state = simulator.state();
            for (column, &quantity) in self.trajectory.columns.iter_mut().zip(&self.quantities) {
                column.values.push(state[quantity]);
            }
            progress(self.trajectory.times.len() as f64 / self.grid.len() as f64);
        }
        Ok(())
    }

    /// What has been recorded.
    pub fn finish(self) -> Trajectory {
        self.trajectory
    }
}

/// Records some quantities at the times of `grid` in one go; see [`Recorder`].
///
/// # Errors
/// Those of [`Recorder::new`] and [`Recorder::run`].
pub fn record<S: Simulator>(
    simulator: &mut S,
    grid: &[f64],
    quantities: &[QuantityId],
    stop: &StopToken,
) -> Result<Trajectory, EngineError> {
    let mut recorder = Recorder::new(simulator.model(), grid, quantities)?;
    recorder.run(simulator, stop, &mut |_| {})?;
    Ok(recorder.finish())
}

/// The name of a quantity.
pub(crate) fn known(model: &Compiled, id: QuantityId) -> Result<&str, EngineError> {
    let count = model.quantity_count();
    let context = || "the quantities to record".to_owned();
    model.quantity_name(id).ok_or_else(|| {
        NetworkError::UnknownQuantity { context: context(), id: id.index(), count }.into()
    })
}

/// The times ascend and are finite.
pub(crate) fn check_grid(grid: &[f64]) -> Result<(), EngineError> {
    let bad = grid.iter().zip(grid.iter().skip(1)).position(|(a, b)| a > b || b.is_nan());
    let place = match bad {
        Some(i) => Some(i + 1),
        None => grid.iter().position(|t| !t.is_finite()),
    };
    match place {
        Some(place) => Err(EngineError::BadGrid { place, time: grid[place] }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;
    use crate::ssa::Ssa;
    use bioxen_network::{Network, RateLaw};

    fn decay() -> (Ssa, QuantityId) {
        let mut n = Network::default();
        let x = n.species("x", 50.0);
        n.reaction("lose", &[(x, 1)], &[], RateLaw::MassAction { k: 1.0, factors: vec![] });
        let model = Compiled::new(&n).expect("compiles").into();
        (Ssa::new(model, Rng::new(Seed::new(1))).expect("starts"), x)
    }

    #[test]
    fn columns_hold_the_state_at_the_grid() {
        let (mut ssa, x) = decay();
        let mut parts = Vec::new();
        let grid = [0.0, 0.5, 0.5, 100.0];
        let mut recorder = Recorder::new(ssa.model(), &grid, &[x, x]).expect("is valid");
        recorder.run(&mut ssa, &StopToken::new(), &mut |p| parts.push(p)).expect("runs");
        let trajectory = recorder.finish();
        assert_eq!(trajectory.times, grid);
        let values = &trajectory.columns[1].values;
        assert_eq!((values[0], values[3]), (50.0, 0.0));
        assert!(values[1] == values[2] && values[1] < 50.0);
        assert_eq!(parts, [0.25, 0.5, 0.75, 1.0]);
    }

    #[test]
    fn what_was_recorded_before_a_stop_is_kept() {
        let (mut ssa, x) = decay();
        let stop = StopToken::new();
        let grid = [0.0, 0.1, 0.2];
        let mut recorder = Recorder::new(ssa.model(), &grid, &[x]).expect("is valid");
        let same = stop.clone();
        let stopped = recorder.run(&mut ssa, &stop, &mut |p| {
            if p > 0.5 {
                same.stop();
            }
        });
        assert!(matches!(stopped, Err(EngineError::Stopped { .. })));
        let stop = StopToken::new();
        recorder.run(&mut ssa, &stop, &mut |_| {}).expect("goes on");
        let (mut whole, _) = decay();
        assert_eq!(recorder.finish(), record(&mut whole, &grid, &[x], &stop).expect("runs"));
    }

    #[test]
    fn bad_requests_are_refused() {
        let (ssa, x) = decay();
        for (grid, at) in [(vec![0.0, 2.0, 1.0], 2), (vec![f64::NAN], 0), (vec![0.0, f64::NAN], 1)]
        {
            match Recorder::new(ssa.model(), &grid, &[x]) {
                Err(EngineError::BadGrid { place, .. }) => assert_eq!(place, at),
                other => panic!("{other:?}"),
            }
        }
        assert!(Recorder::new(ssa.model(), &[0.0], &[QuantityId(7)]).is_err());
    }
}
