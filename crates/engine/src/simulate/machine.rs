//! The values of a network at one time. All values that follow from the state are computed here.

use super::history::History;
use super::plan::{Delay, Plan, Step};
use crate::EngineError;
use crate::ode::DenseLu;
use bioxen_network::{Program, QuantityId};

/// Iterations before the algebraic rules are given up.
const MAX_ITERATIONS: usize = 100;
/// How many delays within delays are followed to before the start.
const BEFORE: usize = 2;
/// A change of an unknown that no longer matters, relative to its size.
const CONVERGED: f64 = 1e-11;

/// The values of a plan's places.
#[derive(Debug, Clone)]
pub(super) struct Machine<'p> {
    pub(super) plan: &'p Plan,
    /// The values at the start, before anything is computed.
    initial: Vec<f64>,
    pub(super) q: Vec<f64>,
    pub(super) history: History,
    /// Whether rates are left out.
    pub(super) light: bool,
    stack: Vec<f64>,
}

impl<'p> Machine<'p> {
    /// The values at time `t`, the start: initial assignments are made.
    ///
    /// # Errors
    /// Algebraic rules without a solution.
    pub(super) fn start(plan: &'p Plan, t: f64) -> Result<Self, EngineError> {
        Self::start_at(plan, t, &[])
    }

    /// The same with other values of some quantities; what is computed at the start stays so.
    ///
    /// # Errors
    /// Those of [`Self::start`].
    pub(super) fn start_at(
        plan: &'p Plan,
        t: f64,
        values: &[(QuantityId, f64)],
    ) -> Result<Self, EngineError> {
        let mut initial = plan.initial.clone();
        for &(quantity, value) in values {
            if let Some(place) = initial.get_mut(quantity.index()) {
                *place = value;
            }
        }
        let mut machine = Machine {
            plan,
            q: initial.clone(),
            initial,
            history: History::new(t, plan.delays.len()),
            light: false,
            stack: Vec::new(),
        };
        // Delayed values of the start, and algebraic unknowns, may themselves be needed by what
        // comes earlier in the order: repeat until both have passed through.
        let passes = 1 + plan.delays.len().min(50) + usize::from(!plan.unknowns.is_empty());
        for _ in 0..passes {
            machine.run(&plan.first, t)?;
            machine.solve(t)?;
        }
        machine.update(t)?;
        let values = plan.delays.iter().map(|d| machine.eval(&d.value, t)).collect();
        machine.history.begin(values);
        Ok(machine)
    }

    /// Sets the state.
    pub(super) fn load(&mut self, y: &[f64]) {
        for ((quantity, _), &value) in self.plan.states.iter().zip(y) {
            self.q[*quantity] = value;
        }
    }

    /// The state.
    pub(super) fn state(&self) -> Vec<f64> {
        self.plan.states.iter().map(|(quantity, _)| self.q[*quantity]).collect()
    }

    /// The rates of change of the state.
    pub(super) fn change(&self, dy: &mut [f64]) {
        for ((_, flows), dy) in self.plan.states.iter().zip(dy) {
            *dy = flows.iter().map(|&(factor, rate)| factor.value(&self.q) * self.q[rate]).sum();
        }
    }

    /// Computes everything that follows from the state at time `t`.
    ///
    /// # Errors
    /// Algebraic rules without a solution, lags that are negative or not a number.
    pub(super) fn update(&mut self, t: f64) -> Result<(), EngineError> {
        self.run(if self.light { &self.plan.rules } else { &self.plan.steps }, t)?;
        self.solve(t)
    }

    /// The value of a formula at time `t`.
    pub(super) fn eval(&mut self, program: &Program, t: f64) -> f64 {
        program.eval(t, &self.q, &mut self.stack)
    }

    /// Whether a formula is true at time `t`.
    pub(super) fn holds(&mut self, program: &Program, t: f64) -> bool {
        let value = self.eval(program, t);
        value != 0.0 && !value.is_nan()
    }

    fn run(&mut self, steps: &'p [Step], t: f64) -> Result<(), EngineError> {
        for step in steps {
            match step {
                Step::Value { place, program } => self.q[*place] = self.eval(program, t),
                Step::Net { place, flows } => {
                    self.q[*place] =
                        flows.iter().map(|&(f, rate)| f.value(&self.q) * self.q[rate]).sum();
                }
                Step::Delay { place, number } => {
                    self.q[*place] = self.delayed(&self.plan.delays[*number], *number, t)?;
                }
            }
        }
        Ok(())
    }

    fn delayed(&mut self, delay: &Delay, number: usize, t: f64) -> Result<f64, EngineError> {
        let lag = self.lag(delay, t)?;
        if lag == 0.0 {
            return Ok(self.eval(&delay.value, t));
        }
        match self.history.value(number, t - lag) {
            Some(value) => Ok(value),
            None => Ok(self.before(number, t - lag, BEFORE)),
        }
    }

    /// A delayed value at a time before the start: nothing changes there, and formulas hold as
    /// they do at the start, initial assignments among them (as the SBML Test Suite has it).
    /// Delays within delays are followed back `depth` times.
    fn before(&mut self, number: usize, t: f64, depth: usize) -> f64 {
        let plan = self.plan;
        let mut q = self.initial.clone();
        for &unknown in &plan.unknowns {
            q[unknown] = self.q[unknown];
        }
        let present = std::mem::replace(&mut self.q, q);
        for step in &plan.first {
            let (place, value) = match step {
                Step::Value { place, .. } if *place >= plan.first_change => (*place, 0.0),
                Step::Value { place, program } => (*place, self.eval(program, t)),
                Step::Net { place, .. } => (*place, 0.0),
                Step::Delay { place, number } => {
                    let delay = &plan.delays[*number];
                    let lag = self.eval(&delay.lag, t);
                    let value = match depth {
                        0 => self.eval(&delay.value, t),
                        _ => self.before(*number, t - lag, depth - 1),
                    };
                    (*place, value)
                }
            };
            self.q[place] = value;
        }
        let value = self.eval(&plan.delays[number].value, t);
        self.q = present;
        value
    }

    /// How far back a delayed value lies.
    ///
    /// # Errors
    /// When it is negative or not a number.
    pub(super) fn lag(&mut self, delay: &Delay, t: f64) -> Result<f64, EngineError> {
        let lag = self.eval(&delay.lag, t);
        // A lag that is not yet known at the start is none.
        if lag >= 0.0 || lag.is_nan() && self.history.is_empty() {
            return Ok(if lag.is_nan() { 0.0 } else { lag });
        }
        Err(EngineError::BadDelay { name: delay.name.clone(), delay: lag, time: t })
    }

    /// Finds the values of the unknowns at which all algebraic rules hold (Newton's method with
    /// differences, shortened where it overshoots).
    fn solve(&mut self, t: f64) -> Result<(), EngineError> {
        let plan = self.plan;
        if plan.unknowns.is_empty() {
            return Ok(());
        }
        let here: Vec<f64> = plan.unknowns.iter().map(|&u| self.q[u]).collect();
        for guess in [None, Some(1.0), Some(0.0), Some(-1.0)] {
            for (&unknown, &value) in plan.unknowns.iter().zip(&here) {
                self.q[unknown] = match guess {
                    None if value.is_nan() => 1.0,
                    None => value,
                    Some(guess) => guess,
                };
            }
            if self.newton(t)? {
                return Ok(());
            }
        }
        Err(EngineError::StepFailure {
            time: t,
            step: 0.0,
            reason: "the algebraic rules have no solution nearby, or more than one",
        })
    }

    fn residuals(&mut self, t: f64) -> Result<Vec<f64>, EngineError> {
        let plan = self.plan;
        self.run(&plan.steps, t)?;
        Ok(plan.residuals.iter().map(|r| r.eval(t, &self.q, &mut self.stack)).collect())
    }

    fn newton(&mut self, t: f64) -> Result<bool, EngineError> {
        let plan = self.plan;
        let n = plan.unknowns.len();
        let mut residual = self.residuals(t)?;
        for _ in 0..MAX_ITERATIONS {
            if !residual.iter().all(|r| r.is_finite()) {
                return Ok(false);
            }
            if residual.iter().all(|&r| r == 0.0) {
                return Ok(true);
            }
            let mut matrix = vec![0.0; n * n];
            for (column, &unknown) in plan.unknowns.iter().enumerate() {
                let value = self.q[unknown];
                let there = value + f64::EPSILON.cbrt() * value.abs().max(1e-6);
                self.q[unknown] = there;
                let moved = self.residuals(t)?;
                self.q[unknown] = value;
                for row in 0..n {
                    matrix[row * n + column] = (moved[row] - residual[row]) / (there - value);
                }
            }
            let Some(lu) = DenseLu::new(matrix, n) else { return Ok(false) };
            let mut step = residual.clone();
            lu.solve(&mut step);
            let start: Vec<f64> = plan.unknowns.iter().map(|&u| self.q[u]).collect();
            let mut length = 1.0;
            loop {
                for ((&unknown, &value), &step) in plan.unknowns.iter().zip(&start).zip(&step) {
                    self.q[unknown] = value - length * step;
                }
                let moved = self.residuals(t)?;
                if norm(&moved) <= norm(&residual) || length < 1e-6 {
                    residual = moved;
                    break;
                }
                length *= 0.5;
            }
            let small = start.iter().zip(&step).all(|(v, s)| s.abs() <= CONVERGED * v.abs());
            if small && length == 1.0 {
                return Ok(true);
            }
            if small || length < 1e-6 {
                // No shorter residual exists: rounding is all that is left.
                return Ok(small);
            }
        }
        Ok(false)
    }
}

fn norm(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().map(|v| v * v).sum();
    if sum.is_nan() { f64::INFINITY } else { sum }
}
