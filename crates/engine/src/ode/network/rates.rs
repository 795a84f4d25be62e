//! The rates of all reactions and the derivatives they make.

mod compile;

use compile::{as_pair, compile, program};

use crate::EngineError;
use crate::ode::sparse::dot;
use bioxen_network::{Network, Role, Rule, Stoichiometry};

use super::laws::Law;
use super::layout::{Assigned, Changes, Layout};

/// `k * q[a] * q[b]`; fewer factors are filled up with the place that holds 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) k: f64,
    pub(super) a: u32,
    pub(super) b: u32,
}

/// A stoichiometry that is a quantity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Varying {
    pub(super) component: u32,
    pub(super) rate: u32,
    pub(super) place: u32,
    pub(super) sign: f64,
}

/// A quantity that changes by a rule, or one that a rule determines, with its derivatives.
#[derive(Debug, Clone)]
pub(super) struct Ruled {
    pub(super) place: u32,
    pub(super) law: Law,
}

/// For each component: which rates change it and by how much, as far as that is constant.
#[derive(Debug, Clone, Default)]
pub(super) struct NetChanges {
    /// Where each component begins, and where the last ends.
    pub(super) starts: Vec<u32>,
    pub(super) rates: Vec<u32>,
    pub(super) changes: Vec<f64>,
}

/// What rules determine.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// Components that change by a rule.
    pub(super) rates: Vec<Ruled>,
    assigned: Vec<Assigned>,
    /// The derivatives of those `assigned` that change with the state.
    pub(super) assigned_laws: Vec<Ruled>,
}

/// The rates: pairs first, the other laws behind them.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    pub(super) pairs: Vec<Pair>,
    pub(super) laws: Vec<Law>,
    /// The reaction behind each rate.
    reactions: Vec<u32>,
    names: Vec<String>,
    pub(super) values: Vec<f64>,
    pub(super) net: NetChanges,
    pub(super) varying: Vec<Varying>,
    pub(super) rules: Rules,
    pub(super) stack: Vec<f64>,
}

impl Rates {
    pub(super) fn new(network: &Network, layout: &Layout) -> Result<Self, EngineError> {
        let (mut pairs, mut laws) = (Vec::new(), Vec::new());
        let (mut pair_reactions, mut law_reactions) = (Vec::new(), Vec::new());
        for (number, reaction) in network.reactions.iter().enumerate() {
            let law = compile(reaction, layout)?;
            match as_pair(&law, layout.one()) {
                Some(pair) => {
                    pairs.push(pair);
                    pair_reactions.push(number as u32);
                }
                None => {
                    laws.push(law);
                    law_reactions.push(number as u32);
                }
            }
        }
        let mut reactions = pair_reactions;
        reactions.append(&mut law_reactions);
        let mut rates = Self {
            values: vec![0.0; reactions.len()],
            pairs,
            laws,
            names: network.reactions.iter().map(|r| r.name.clone()).collect(),
            reactions,
            net: NetChanges::default(),
            varying: Vec::new(),
            rules: Rules {
                rates: Vec::new(),
                assigned: layout.assigned.clone(),
                assigned_laws: Vec::new(),
            },
            stack: Vec::new(),
        };
        rates.add_stoichiometry(network, layout);
        rates.add_rules(network, layout)?;
        Ok(rates)
    }

    fn add_stoichiometry(&mut self, network: &Network, layout: &Layout) {
        let mut rows: Vec<Vec<(u32, f64)>> = vec![Vec::new(); layout.dim()];
        let mut changeable: Vec<bool> =
            network.quantities.iter().map(|q| q.role == Role::Species).collect();
        for rule in &network.rules {
            if let Rule::Rate(id, _) = rule {
                changeable[id.index()] = false;
            }
        }
        for (rate, &number) in self.reactions.iter().enumerate() {
            let reaction = &network.reactions[number as usize];
            let sides = [(-1.0, &reaction.reactants), (1.0, &reaction.products)];
            for (sign, term) in sides.into_iter().flat_map(|(s, ts)| ts.iter().map(move |t| (s, t)))
            {
                // Reactions change neither parameters nor what a rule determines.
                let Some(component) = layout.place(term.quantity) else { continue };
                if component as usize >= layout.dim() || !changeable[term.quantity.index()] {
                    continue;
                }
                match term.stoichiometry {
                    Stoichiometry::Const(n) => {
                        rows[component as usize].push((rate as u32, sign * n));
                    }
                    Stoichiometry::Quantity(id) => {
                        if let Some(place) = layout.place(id) {
                            self.varying.push(Varying {
                                component,
                                rate: rate as u32,
                                place,
                                sign,
                            });
                        }
                    }
                }
            }
        }
        self.net.starts.push(0);
        for mut row in rows {
            row.sort_by_key(|(rate, _)| *rate);
            let first = self.net.rates.len();
            for (rate, change) in row {
                if self.net.rates[first..].last() == Some(&rate) {
                    if let Some(last) = self.net.changes.last_mut() {
                        *last += change;
                    }
                } else {
                    self.net.rates.push(rate);
                    self.net.changes.push(change);
                }
            }
            let mut kept = first;
            for at in first..self.net.changes.len() {
                if self.net.changes[at] != 0.0 {
                    self.net.changes[kept] = self.net.changes[at];
                    self.net.rates[kept] = self.net.rates[at];
                    kept += 1;
                }
            }
            self.net.changes.truncate(kept);
            self.net.rates.truncate(kept);
            self.net.starts.push(kept as u32);
        }
    }

    fn add_rules(&mut self, network: &Network, layout: &Layout) -> Result<(), EngineError> {
        for rule in &network.rules {
            if let Rule::Rate(id, expr) = rule {
                let name = &network.quantities[id.index()].name;
                let place = layout.place(*id).unwrap_or(layout.one());
                self.rules.rates.push(Ruled { place, law: program(name, expr, layout)? });
            }
        }
        for assigned in self.rules.assigned.iter().filter(|a| a.changes == Changes::WithState) {
            if let Rule::Assignment(id, expr) = &network.rules[assigned.rule] {
                let name = &network.quantities[id.index()].name;
                let law = program(name, expr, layout)?;
                self.rules.assigned_laws.push(Ruled { place: assigned.place, law });
            }
        }
        Ok(())
    }

    /// Evaluates the assigned quantities that change with neither state nor time.
    pub(super) fn assign_constants(&self, q: &mut [f64], stack: &mut Vec<f64>) {
        for a in self.rules.assigned.iter().filter(|a| a.changes == Changes::Never) {
            q[a.place as usize] = a.program.eval(0.0, q, stack);
        }
    }

    /// Takes over a state and evaluates what is determined by it.
    pub(super) fn set_state(&mut self, t: f64, y: &[f64], q: &mut [f64]) {
        q[..y.len()].copy_from_slice(y);
        for a in self.rules.assigned.iter().filter(|a| a.changes != Changes::Never) {
            q[a.place as usize] = a.program.eval(t, q, &mut self.stack);
        }
    }

    /// Evaluates all rates.
    pub(super) fn evaluate(&mut self, t: f64, q: &[f64]) {
        let (pairs, laws) = self.values.split_at_mut(self.pairs.len());
        for (value, pair) in pairs.iter_mut().zip(&self.pairs) {
            *value = pair.k * q[pair.a as usize] * q[pair.b as usize];
        }
        for (value, law) in laws.iter_mut().zip(&self.laws) {
            *value = law.rate(t, q, &mut self.stack);
        }
    }

    /// Names the reaction whose rate is not finite.
    pub(super) fn check(&self, t: f64) -> Result<(), EngineError> {
        let mut sums = [0.0; 8];
        let (values, rest) = self.values.as_chunks::<8>();
        for values in values {
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
        if sums.iter().chain(rest).sum::<f64>().is_finite() {
            return Ok(());
        }
        match self.values.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(EngineError::BadRate {
                reaction: self.names[self.reactions[at] as usize].clone(),
                rate: self.values[at],
                time: t,
            }),
            None => Ok(()),
        }
    }

    /// Writes the derivatives of all components, from the rates evaluated last.
    pub(super) fn derivatives(&mut self, t: f64, q: &[f64], dy: &mut [f64]) {
        for (dy, bounds) in dy.iter_mut().zip(self.net.starts.windows(2)) {
            let row = bounds[0] as usize..bounds[1] as usize;
            *dy = dot(&self.net.changes[row.clone()], &self.net.rates[row], &self.values);
        }
        for v in &self.varying {
            dy[v.component as usize] += v.sign * q[v.place as usize] * self.values[v.rate as usize];
        }
        for rule in &self.rules.rates {
            dy[rule.place as usize] = rule.law.rate(t, q, &mut self.stack);
        }
    }

    /// Brings the rates into the network's order.
    pub(super) fn collect(&self, out: &mut [f64]) {
        for (&reaction, value) in self.reactions.iter().zip(&self.values) {
            if let Some(out) = out.get_mut(reaction as usize) {
                *out = *value;
            }
        }
    }
}
