//! The place of each quantity: first the components, then all given or computed quantities.

use crate::EngineError;
use bioxen_network::{
    Expr, External, Network, NetworkError, Program, QuantityId, Role, Rule, Stoichiometry,
};

use super::order;

/// An error for what this solver cannot do.
pub(super) fn unsupported(construct: &'static str, name: &str) -> EngineError {
    EngineError::Unsupported { solver: "ODE", construct, name: name.to_owned() }
}

/// A quantity that an assignment rule determines.
#[derive(Debug, Clone)]
pub(super) struct Assigned {
    pub(super) place: u32,
    pub(super) program: Program,
    /// The number of its rule.
    pub(super) rule: usize,
    pub(super) changes: Changes,
}

/// What a quantity changes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changes {
    Never,
    /// Only with time.
    WithTime,
    /// With a component, so that it is an unknown of the linear systems.
    WithState,
}

/// The places of the quantities.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Each component's quantity.
    states: Vec<QuantityId>,
    /// Each quantity's place; one more place holds the number 1.
    places: Vec<u32>,
    /// In an order in which they can be evaluated.
    pub(super) assigned: Vec<Assigned>,
    /// Whether a place is a component or the target of a rule.
    determined: Vec<bool>,
}

impl Layout {
    pub(super) fn new(network: &Network) -> Result<Self, EngineError> {
        check_references(network)?;
        let count = network.quantities.len();
        let mut is_state: Vec<bool> =
            network.quantities.iter().map(|q| q.role == Role::Species).collect();
        let mut is_determined = is_state.clone();
        let mut has_rule = vec![false; count];
        for rule in &network.rules {
            if let Rule::Assignment(id, _) | Rule::Rate(id, _) = rule {
                let id = id.index();
                if std::mem::replace(&mut has_rule[id], true) {
                    let name = network.quantities[id].name.clone();
                    return Err(NetworkError::DuplicateName { name }.into());
                }
                is_state[id] = matches!(rule, Rule::Rate(..));
                is_determined[id] = true;
            }
        }
        let states: Vec<QuantityId> =
            (0..count).filter(|&id| is_state[id]).map(|id| QuantityId(id as u32)).collect();
        let others = (0..count).filter(|&id| !is_state[id]);
        let mut places = vec![0; count];
        let mut determined = vec![false; count];
        for (place, id) in states.iter().map(|id| id.index()).chain(others).enumerate() {
            places[id] = place as u32;
            determined[place] = is_determined[id];
        }
        let mut layout = Self { states, places, assigned: Vec::new(), determined };
        layout.assigned = layout.assignments(network)?;
        Ok(layout)
    }

    /// The assignment rules, compiled and sorted.
    fn assignments(&self, network: &Network) -> Result<Vec<Assigned>, EngineError> {
        let mut assigned = Vec::new();
        for (rule, content) in network.rules.iter().enumerate() {
            let Rule::Assignment(id, expr) = content else { continue };
            let name = &network.quantities[id.index()].name;
            let program = self.compile(name, expr)?;
            let place = self.places[id.index()];
            assigned.push(Assigned { place, program, rule, changes: Changes::Never });
        }
        let nodes: Vec<(u32, &Program)> = assigned.iter().map(|a| (a.place, &a.program)).collect();
        let sorted = order::sort(self.places.len(), &nodes).map_err(|circle| {
            let at_place = |place: u32| self.places.iter().position(|&p| p == place).unwrap_or(0);
            let name = |place: u32| network.quantities[at_place(place)].name.clone();
            NetworkError::Cycle { cycle: circle.into_iter().map(name).collect() }
        })?;
        let mut slots: Vec<Option<Assigned>> = assigned.into_iter().map(Some).collect();
        let mut assigned: Vec<Assigned> =
            sorted.into_iter().filter_map(|at| slots[at].take()).collect();
        let mut changes = vec![Changes::Never; self.places.len()];
        changes[..self.dim()].fill(Changes::WithState);
        for a in &mut assigned {
            let inputs = a.program.inputs();
            let with = |what| inputs.iter().any(|input| changes[input.index()] == what);
            a.changes = if with(Changes::WithState) {
                Changes::WithState
            } else if a.program.depends_on_time() || with(Changes::WithTime) {
                Changes::WithTime
            } else {
                Changes::Never
            };
            changes[a.place as usize] = a.changes;
        }
        Ok(assigned)
    }

    /// Compiles an expression to a program over the places.
    pub(super) fn compile(&self, context: &str, expr: &Expr) -> Result<Program, NetworkError> {
        let refuse = &mut |_: External<'_>| None;
        let program = Program::compile_with(context, expr, refuse)?;
        check_inputs(context, &program, self.places.len())?;
        Ok(program.renumber(|id| self.places[id as usize]))
    }

    /// Compiles a derivative of an expression that [`Layout::compile`] has accepted.
    pub(super) fn compile_derivative(&self, expr: &Expr) -> Result<Program, NetworkError> {
        let program = Program::compile_derived(expr)?;
        Ok(program.renumber(|id| self.places[id as usize]))
    }

    pub(super) fn dim(&self) -> usize {
        self.states.len()
    }

    pub(super) fn states(&self) -> &[QuantityId] {
        &self.states
    }

    pub(super) fn place(&self, id: QuantityId) -> Option<u32> {
        self.places.get(id.index()).copied()
    }

    /// Whether a component or a rule determines this place.
    pub(super) fn is_determined(&self, place: u32) -> bool {
        self.determined.get(place as usize).copied().unwrap_or(true)
    }

    /// The place that holds the number 1.
    pub(super) fn one(&self) -> u32 {
        self.places.len() as u32
    }

    /// Brings values from the network's order into the layout's.
    pub(super) fn arrange(&self, values: &[f64]) -> Vec<f64> {
        let mut q = vec![1.0; self.places.len() + 1];
        for (value, &place) in values.iter().zip(&self.places) {
            q[place as usize] = *value;
        }
        q
    }

    /// Brings values from the layout's order into the network's.
    pub(super) fn collect(&self, q: &[f64], out: &mut [f64]) {
        for (out, &place) in out.iter_mut().zip(&self.places) {
            *out = q[place as usize];
        }
    }
}

/// Every quantity that an expression reads exists.
pub(super) fn check_inputs(
    context: &str,
    program: &Program,
    count: usize,
) -> Result<(), NetworkError> {
    match program.inputs().last() {
        Some(id) if id.index() >= count => Err(unknown(context, *id, count)),
        _ => Ok(()),
    }
}

fn unknown(context: &str, id: QuantityId, count: usize) -> NetworkError {
    NetworkError::UnknownQuantity { context: context.to_owned(), id: id.index(), count }
}

/// Every quantity outside of expressions exists.
fn check_references(network: &Network) -> Result<(), NetworkError> {
    let count = network.quantities.len();
    let check = |context: &str, id: QuantityId| {
        if id.index() < count { Ok(()) } else { Err(unknown(context, id, count)) }
    };
    for reaction in &network.reactions {
        for term in reaction.reactants.iter().chain(&reaction.products) {
            check(&reaction.name, term.quantity)?;
            if let Stoichiometry::Quantity(id) = term.stoichiometry {
                check(&reaction.name, id)?;
            }
        }
    }
    for rule in &network.rules {
        if let Rule::Assignment(id, _) | Rule::Rate(id, _) = rule {
            check("rule", *id)?;
        }
    }
    network.initial_assignments.iter().try_for_each(|a| check("initial assignment", a.quantity))
}
