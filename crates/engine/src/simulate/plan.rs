//! A network laid out for evaluation: one vector of values, and the steps that fill it in.
//!
//! The vector holds the quantities, then a place for the rate of each reaction and of each rate
//! rule, for each net rate of change that a formula asks for, and for each delayed value.

mod build;
mod moments;

use build::Builder;

use crate::EngineError;
use bioxen_network::{Network, Program, QuantityId, Trigger};

/// One place to fill in.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A formula.
    Value { place: usize, program: Program },
    /// The net rate of change of a species: places of rates with their stoichiometries.
    Net { place: usize, flows: Vec<(Factor, usize)> },
    /// The delayed value of that number.
    Delay { place: usize, number: usize },
}

impl Step {
    /// The place it fills in.
    pub(super) fn place(&self) -> usize {
        let (Step::Value { place, .. } | Step::Net { place, .. } | Step::Delay { place, .. }) =
            self;
        *place
    }
}

/// A stoichiometry.
#[derive(Debug, Clone, Copy)]
pub(super) enum Factor {
    Const(f64),
    /// The value at a place, times this.
    Place(usize, f64),
}

impl Factor {
    /// Its value.
    pub(super) fn value(self, q: &[f64]) -> f64 {
        match self {
            Factor::Const(value) => value,
            Factor::Place(place, sign) => sign * q[place],
        }
    }
}

/// A value some time ago.
#[derive(Debug, Clone)]
pub(super) struct Delay {
    pub(super) value: Program,
    pub(super) lag: Program,
    /// Where it is used.
    pub(super) name: String,
}

/// An event.
#[derive(Debug, Clone)]
pub(super) struct Happening {
    pub(super) name: String,
    pub(super) trigger: Trigger<Program>,
    pub(super) delay: Option<Program>,
    pub(super) priority: Option<Program>,
    pub(super) early: bool,
    /// Target, value and the place to multiply with.
    pub(super) assignments: Vec<(usize, Program, Option<usize>)>,
}

/// A network ready for evaluation.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The values at the start, before anything is computed; as many as there are places.
    pub(super) initial: Vec<f64>,
    /// The steps at the start, with the initial assignments.
    pub(super) first: Vec<Step>,
    /// The steps at any later time.
    pub(super) steps: Vec<Step>,
    /// Those of them that fill in quantities.
    pub(super) rules: Vec<Step>,
    /// The quantities that change continuously, with the places of their rates of change.
    pub(super) states: Vec<(usize, Vec<(Factor, usize)>)>,
    /// Places from here on hold rates of change, unless a delay fills them.
    pub(super) first_change: usize,
    pub(super) unknowns: Vec<usize>,
    pub(super) residuals: Vec<Program>,
    pub(super) delays: Vec<Delay>,
    pub(super) events: Vec<Happening>,
    /// Whether a formula asks for a rate of change.
    pub(super) nets: bool,
    /// Whether anything depends on time other than through the state.
    pub(super) timed: bool,
}

impl Plan {
    /// Lets other quantities be the state, such as those of equations made elsewhere.
    pub(super) fn set_states(&mut self, states: &[QuantityId]) {
        self.states = states.iter().map(|q| (q.index(), Vec::new())).collect();
    }

    /// Whether a quantity has a value at the start, stated or computed.
    pub(super) fn initial_is_set(&self, place: usize) -> bool {
        let computed = || self.first.iter().any(|step| step.place() == place);
        !self.initial[place].is_nan() || self.unknowns.contains(&place) || computed()
    }

    /// Lays out a network.
    ///
    /// # Errors
    /// References to nothing, rules that need each other in a circle, formulas too deep, and the
    /// rate of change of what has none.
    pub(super) fn new(network: &Network) -> Result<Self, EngineError> {
        Builder::new(network).build()
    }
}
