//! Recognises mass action in rate expressions, so that the stochastic solvers can use their fast forms
//! for it.

use super::expr::{BinaryOp, Expr, NaryOp, UnaryOp};
use super::model::{Network, QuantityId, RateLaw, Reaction, Role, Rule, Stoichiometry, Term};
use super::program::Program;

/// The most molecules of one kind in a law that is looked for.
const MAX_ORDER: u32 = 20;

impl Network {
    /// Turns rate expressions that count distinct combinations of molecules, such as `k*A*B` or
    /// `k*A*(A-1)/2`, into [`RateLaw::MassAction`]. Values of quantities that nothing changes are
    /// put in their places. Gives how many reactions were turned.
    ///
    /// The propensities stay exactly the same, up to rounding. A species that a law counts but
    /// its reaction does not change, such as an enzyme, is put on both sides of the reaction. As
    /// an ODE the result is another model if a law takes two molecules of one kind:
    /// `k*A*(A-1)/2` becomes `k*A^2/2` there.
    ///
    /// # Examples
    /// ```
    /// use bioxen_network::{Expr, NaryOp, Network, RateLaw};
    ///
    /// let mut network = Network::default();
    /// let k = network.parameter("k", 0.5);
    /// let a = network.species("a", 10.0);
    /// let law = Expr::Nary(NaryOp::Mul, vec![Expr::Quantity(k), Expr::Quantity(a)]);
    /// network.reaction("decay", &[(a, 1)], &[], RateLaw::Expr(law));
    /// assert_eq!(network.recognise_mass_action(), 1);
    /// assert_eq!(network.reactions[0].law, RateLaw::MassAction { k: 0.5, factors: vec![] });
    /// ```
    pub fn recognise_mass_action(&mut self) -> usize {
        let finder = Finder::new(self, self.fixed());
        let mut found = 0;
        for reaction in &mut self.reactions {
            if let Some(new) = finder.find(reaction) {
                *reaction = new;
                found += 1;
            }
        }
        found
    }

    /// Which quantities keep their initial value, since no reaction, rule, event or initial
    /// assignment sets them.
    pub fn fixed(&self) -> Vec<bool> {
        let mut fixed = self.fixed_after_start();
        for assignment in &self.initial_assignments {
            if let Some(flag) = fixed.get_mut(assignment.quantity.index()) {
                *flag = false;
            }
        }
        fixed
    }

    /// Which quantities keep the value they have after the initial assignments.
    pub fn fixed_after_start(&self) -> Vec<bool> {
        let mut fixed = vec![true; self.quantities.len()];
        let mut clear = |q: QuantityId| {
            if let Some(flag) = fixed.get_mut(q.index()) {
                *flag = false;
            }
        };
        self.events.iter().flat_map(|e| &e.assignments).for_each(|a| clear(a.quantity));
        self.unknowns.iter().copied().for_each(&mut clear);
        for rule in &self.rules {
            if let Rule::Assignment(q, _) | Rule::Rate(q, _) = rule {
                clear(*q);
            }
        }
        let terms = self.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
        terms.for_each(|t| clear(t.quantity));
        fixed
    }
}

/// Finds mass action in the reactions of one network.
pub struct Finder {
    fixed: Vec<bool>,
    initial: Vec<f64>,
    roles: Vec<Role>,
}

/// A product: a number, parameters, and for each species what is subtracted from it.
#[derive(Default)]
struct Product {
    number: f64,
    divisor: f64,
    factors: Vec<QuantityId>,
    counts: Vec<(QuantityId, u32)>,
}

impl Finder {
    /// Prepares for a network of which these quantities are fixed at their initial values.
    pub fn new(network: &Network, fixed: Vec<bool>) -> Self {
        Finder {
            fixed,
            initial: network.quantities.iter().map(|q| q.initial).collect(),
            roles: network.quantities.iter().map(|q| q.role).collect(),
        }
    }

    /// The reaction with a mass-action law, if its expression is one.
    pub fn find(&self, reaction: &Reaction) -> Option<Reaction> {
        let RateLaw::Expr(expr) = &reaction.law else { return None };
        let mut product = Product { number: 1.0, divisor: 1.0, ..Product::default() };
        self.collect(expr, false, &mut product)?;
        let mut taken = whole(&reaction.reactants)?;
        let (mut more_reactants, mut ways) = (Vec::new(), 1.0);
        product.counts.sort_unstable();
        for group in product.counts.chunk_by(|a, b| a.0 == b.0) {
            let (quantity, order) = (group[0].0, group.len() as u32);
            if !group.iter().map(|&(_, less)| less).eq(0..order) {
                return None;
            }
            ways *= (1..=order).map(f64::from).product::<f64>();
            let reacting = taken.iter_mut().find(|(q, _)| *q == quantity);
            let missing = order.checked_sub(reacting.map_or(0, |(_, n)| std::mem::take(n)))?;
            if missing > 0 {
                let stoichiometry = Stoichiometry::Const(f64::from(missing));
                more_reactants.push(Term { quantity, stoichiometry });
            }
        }
        // A reactant that the law does not count would run out.
        if taken.iter().any(|&(_, n)| n > 0) {
            return None;
        }
        // Where the law divides by the number of ways, nothing is rounded.
        let k = product.number * (ways / product.divisor);
        if !(k >= 0.0 && k.is_finite()) {
            return None;
        }
        let both = |own: &[Term]| own.iter().chain(&more_reactants).copied().collect();
        Some(Reaction {
            name: reaction.name.clone(),
            reactants: both(&reaction.reactants),
            products: both(&reaction.products),
            law: RateLaw::MassAction { k, factors: product.factors },
            reversible: false,
        })
    }

    /// Adds the factors of an expression, or divides by them.
    fn collect(&self, expr: &Expr, divide: bool, product: &mut Product) -> Option<()> {
        if let Some(value) = self.value(expr) {
            let number = if divide { &mut product.divisor } else { &mut product.number };
            *number *= value;
            return Some(());
        }
        match expr {
            Expr::Quantity(q) if !divide => {
                match self.roles.get(q.index())? {
                    Role::Species => product.counts.push((*q, 0)),
                    Role::Parameter => product.factors.push(*q),
                }
                Some(())
            }
            Expr::Nary(NaryOp::Mul, all) => {
                all.iter().try_for_each(|e| self.collect(e, divide, product))
            }
            Expr::Binary(BinaryOp::Div, a, b) => {
                self.collect(a, divide, product)?;
                self.collect(b, !divide, product)
            }
            Expr::Binary(BinaryOp::Sub, a, b) if !divide => {
                let Expr::Quantity(q) = **a else { return None };
                self.less(q, self.value(b)?, product)
            }
            Expr::Nary(NaryOp::Add, all) if !divide => match &all[..] {
                [Expr::Quantity(q), other] | [other, Expr::Quantity(q)] => {
                    self.less(*q, -self.value(other)?, product)
                }
                _ => None,
            },
            Expr::Unary(UnaryOp::Neg, inner) => {
                product.number = -product.number;
                self.collect(inner, divide, product)
            }
            _ => None,
        }
    }

    /// A factor of a species less a whole number.
    fn less(&self, q: QuantityId, number: f64, product: &mut Product) -> Option<()> {
        let species = *self.roles.get(q.index())? == Role::Species;
        let whole = number.fract() == 0.0 && (0.0..f64::from(MAX_ORDER)).contains(&number);
        (species && whole).then(|| product.counts.push((q, number as u32)))
    }

    /// The value of an expression that nothing changes.
    fn value(&self, expr: &Expr) -> Option<f64> {
        match expr {
            Expr::Const(value) => Some(*value),
            Expr::Quantity(q) if !*self.fixed.get(q.index())? => None,
            Expr::Quantity(q) => Some(self.initial[q.index()]),
            Expr::Time | Expr::Delay(..) | Expr::RateOf(_) => None,
            _ => {
                let mut todo = vec![expr];
                while let Some(expr) = todo.pop() {
                    match expr {
                        Expr::Quantity(q) if *self.fixed.get(q.index())? => {}
                        Expr::Quantity(_) | Expr::Time | Expr::Delay(..) | Expr::RateOf(_) => {
                            return None;
                        }
                        _ => expr.for_each_child(|child| todo.push(child)),
                    }
                }
                let program = Program::compile(expr).ok()?;
                Some(program.eval(0.0, &self.initial, &mut Vec::new()))
            }
        }
    }
}

/// How many of each species are taken, if these are whole numbers.
fn whole(terms: &[Term]) -> Option<Vec<(QuantityId, u32)>> {
    let mut counts: Vec<(QuantityId, u32)> = Vec::with_capacity(terms.len());
    for term in terms {
        let Stoichiometry::Const(n) = term.stoichiometry else { return None };
        if n.fract() != 0.0 || !(0.0..=f64::from(MAX_ORDER)).contains(&n) {
            return None;
        }
        match counts.iter_mut().find(|(q, _)| *q == term.quantity) {
            Some((_, count)) => *count += n as u32,
            None => counts.push((term.quantity, n as u32)),
        }
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(id: QuantityId) -> Expr {
        Expr::Quantity(id)
    }

    fn sub(a: Expr, b: f64) -> Expr {
        Expr::Binary(BinaryOp::Sub, Box::new(a), Box::new(Expr::Const(b)))
    }

    fn div(a: Expr, b: Expr) -> Expr {
        Expr::Binary(BinaryOp::Div, Box::new(a), Box::new(b))
    }

    fn mul(all: Vec<Expr>) -> Expr {
        Expr::Nary(NaryOp::Mul, all)
    }

    fn network() -> (Network, QuantityId, QuantityId, QuantityId) {
        let mut network = Network::default();
        let k = network.parameter("k", 3.0);
        let a = network.species("a", 10.0);
        let b = network.species("b", 10.0);
        (network, k, a, b)
    }

    #[test]
    fn pairs_are_found() {
        let (mut network, k, a, b) = network();
        let law = div(mul(vec![q(k), q(a), sub(q(a), 1.0)]), Expr::Const(2.0));
        network.reaction("pair", &[(a, 2)], &[(b, 1)], RateLaw::Expr(law));
        assert_eq!(network.recognise_mass_action(), 1);
        assert_eq!(network.reactions[0].law, RateLaw::MassAction { k: 3.0, factors: vec![] });
    }

    #[test]
    fn a_catalyst_is_put_on_both_sides() {
        let (mut network, k, a, b) = network();
        network.reaction("x", &[(a, 1)], &[], RateLaw::Expr(mul(vec![q(b), q(k), q(a)])));
        network.reaction("touch b", &[(b, 1)], &[], RateLaw::Expr(q(b)));
        assert_eq!(network.recognise_mass_action(), 2);
        let reaction = &network.reactions[0];
        assert_eq!(reaction.reactants.len(), 2);
        assert_eq!(reaction.products[0].quantity, b);
    }

    #[test]
    fn other_laws_are_left_alone() {
        let (mut network, k, a, b) = network();
        let laws = [
            mul(vec![q(k), q(a), q(a)]),
            mul(vec![q(k), q(b)]),
            div(q(k), q(a)),
            mul(vec![q(a), sub(q(a), 2.0)]),
            mul(vec![Expr::Const(-1.0), q(a)]),
            Expr::Nary(NaryOp::Add, vec![q(a), q(b)]),
        ];
        for (i, law) in laws.into_iter().enumerate() {
            network.reaction(i.to_string(), &[(a, 1)], &[(b, 1)], RateLaw::Expr(law));
        }
        assert_eq!(network.recognise_mass_action(), 0);
    }

    #[test]
    fn what_changes_stays_a_factor() {
        let (mut network, k, a, _) = network();
        let law = Expr::Nary(NaryOp::Mul, vec![q(k), q(a)]);
        network.reaction("x", &[(a, 1)], &[], RateLaw::Expr(law));
        network.rules.push(Rule::Assignment(k, Expr::Time));
        assert_eq!(network.recognise_mass_action(), 1);
        assert_eq!(network.reactions[0].law, RateLaw::MassAction { k: 1.0, factors: vec![k] });
    }
}
