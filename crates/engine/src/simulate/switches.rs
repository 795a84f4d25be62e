//! Comparisons within rates, held constant between the times at which they change.
//!
//! A rate that jumps where the state passes a threshold has no derivative there. A step across the jump fails
//! its error test; while the quantity that the rate feeds is still zero, no step is small enough. And a step
//! may miss a rate that is zero most of the time. So each such comparison becomes a parameter, and internal
//! events set it when the comparison changes. Between these events the equations are smooth, and the crossing
//! is located like those of all events.

use super::crossings::{Shape, reads_time};
use super::inline::Inliner;
use super::plan::Plan;
use bioxen_network::{
    Assignment, BinaryOp, Event, Expr, NaryOp, Network, NetworkError, Quantity, QuantityId,
    RateLaw, Role, Rule, Timing, Trigger, UnaryOp,
};

/// The most comparisons that are held; each is looked at along every step.
const MOST: usize = 100;

/// A network whose comparisons are held by parameters, which come behind its quantities.
///
/// # Errors
/// Formulas that become too long. One can do without.
pub(super) fn held(network: &Network, plan: &Plan) -> Result<Option<Network>, NetworkError> {
    // What an algebraic rule determines, and what was some time ago, have ways of their own.
    if !plan.unknowns.is_empty() || !plan.delays.is_empty() || plan.nets {
        return Ok(None);
    }
    let mut moving = vec![false; network.quantities.len()];
    plan.states.iter().for_each(|(quantity, _)| moving[*quantity] = true);
    // A jump in time alone is known in advance; what an event sets stands still in between.
    let mut holder = Holder {
        inliner: Inliner::new(network)?,
        moving,
        first: network.quantities.len(),
        all: Vec::new(),
    };
    let mut new = network.clone();
    for rule in &mut new.rules {
        let (Rule::Assignment(_, expr) | Rule::Rate(_, expr) | Rule::Algebraic(expr)) = rule;
        *expr = holder.hold(expr)?;
    }
    for reaction in &mut new.reactions {
        if let RateLaw::Expr(expr) = &mut reaction.law {
            *expr = holder.hold(expr)?;
        }
    }
    if holder.all.is_empty() || holder.all.len() > MOST {
        return Ok(None);
    }
    for (number, condition) in holder.all.into_iter().enumerate() {
        let parameter = QuantityId((holder.first + number) as u32);
        let name = format!("comparison {}", number + 1);
        new.quantities.push(Quantity { name: name.clone(), role: Role::Parameter, initial: 0.0 });
        let (yes, no) = (Expr::Const(1.0), Expr::Const(0.0));
        let truth =
            Expr::Piecewise(vec![(yes.clone(), condition.clone())], Some(Box::new(no.clone())));
        new.initial_assignments.push(Assignment::new(parameter, truth));
        let contrary = Expr::Unary(UnaryOp::Not, Box::new(condition.clone()));
        for (condition, value) in [(condition, yes), (contrary, no)] {
            new.events.push(Event {
                name: name.clone(),
                trigger: Trigger { initial_value: false, ..Trigger::after_start(condition) },
                timing: Timing {
                    delay: None,
                    // Before those of the model, which may ask for the rates.
                    priority: Some(Expr::Const(f64::INFINITY)),
                    use_values_from_trigger_time: false,
                },
                assignments: vec![Assignment::new(parameter, value)],
            });
        }
    }
    Ok(Some(new))
}

struct Holder {
    inliner: Inliner,
    moving: Vec<bool>,
    first: usize,
    all: Vec<Expr>,
}

impl Holder {
    /// An expression whose comparisons are held.
    fn hold(&mut self, expr: &Expr) -> Result<Expr, NetworkError> {
        if expr.depth() > Expr::MAX_DEPTH {
            return Ok(expr.clone());
        }
        self.inner(expr)
    }

    fn inner(&mut self, expr: &Expr) -> Result<Expr, NetworkError> {
        Ok(match expr {
            Expr::Binary(BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, a, b)
                if self.turns(a, b)? =>
            {
                self.parameter(expr)
            }
            Expr::Unary(UnaryOp::Abs, a) if self.waves(expr)? => {
                let below = Expr::Unary(UnaryOp::Neg, a.clone());
                self.greater(a, &below)?
            }
            Expr::Nary(NaryOp::Max, all) if self.waves(expr)? => self.extreme(all, false)?,
            Expr::Nary(NaryOp::Min, all) if self.waves(expr)? => self.extreme(all, true)?,
            Expr::Unary(op, a) => Expr::Unary(*op, Box::new(self.inner(a)?)),
            Expr::Binary(op, a, b) => {
                Expr::Binary(*op, Box::new(self.inner(a)?), Box::new(self.inner(b)?))
            }
            Expr::Nary(op, all) => {
                let all: Result<_, _> = all.iter().map(|e| self.inner(e)).collect();
                Expr::Nary(*op, all?)
            }
            Expr::Piecewise(pieces, otherwise) => {
                let pieces: Result<_, NetworkError> =
                    pieces.iter().map(|(v, c)| Ok((self.inner(v)?, self.inner(c)?))).collect();
                let otherwise = otherwise.as_ref().map(|e| self.inner(e)).transpose()?;
                Expr::Piecewise(pieces?, otherwise.map(Box::new))
            }
            Expr::Const(_) | Expr::Quantity(_) | Expr::Time | Expr::RateOf(_) | Expr::Delay(..) => {
                expr.clone()
            }
        })
    }

    /// Whether a comparison turns at times that are not known in advance.
    fn turns(&mut self, a: &Expr, b: &Expr) -> Result<bool, NetworkError> {
        let both = Expr::Nary(NaryOp::Add, vec![a.clone(), b.clone()]);
        if remembers(&both) {
            return Ok(false);
        }
        let shape = |holder: &mut Self, e: &Expr| {
            Ok::<_, NetworkError>(Shape::of(
                &holder.inliner.apply("comparison", e)?,
                &holder.moving,
            ))
        };
        Ok(shape(self, a)?.is_none() || shape(self, b)?.is_none())
    }

    /// Whether something with a kink is a function of time that is no line.
    fn waves(&mut self, expr: &Expr) -> Result<bool, NetworkError> {
        let whole = self.inliner.apply("comparison", expr)?;
        Ok(reads_time(&whole) && !remembers(&whole) && Shape::of(&whole, &self.moving).is_none())
    }

    fn greater(&mut self, a: &Expr, b: &Expr) -> Result<Expr, NetworkError> {
        let is = Expr::Binary(BinaryOp::Gt, Box::new(a.clone()), Box::new(b.clone()));
        let is = self.parameter(&is);
        Ok(Expr::Piecewise(vec![(self.inner(a)?, is)], Some(Box::new(self.inner(b)?))))
    }

    /// The greatest or the least of several.
    fn extreme(&mut self, all: &[Expr], least: bool) -> Result<Expr, NetworkError> {
        let Some((first, rest)) = all.split_first() else {
            return Ok(Expr::Nary(NaryOp::Max, Vec::new()));
        };
        let mut found = first.clone();
        for one in rest {
            // Compared as they stand in the model; what is held within them is held below.
            let op = if least { BinaryOp::Lt } else { BinaryOp::Gt };
            let is = Expr::Binary(op, Box::new(found.clone()), Box::new(one.clone()));
            found = Expr::Piecewise(vec![(found, is)], Some(Box::new(one.clone())));
        }
        self.inner(&found)
    }

    /// Whether the parameter that holds a comparison is not zero.
    fn parameter(&mut self, condition: &Expr) -> Expr {
        let number = match self.all.iter().position(|known| known == condition) {
            Some(number) => number,
            None => {
                self.all.push(condition.clone());
                self.all.len() - 1
            }
        };
        let held = Expr::Quantity(QuantityId((self.first + number) as u32));
        Expr::Binary(BinaryOp::Gt, Box::new(held), Box::new(Expr::Const(0.5)))
    }
}

/// Whether an expression asks for a rate of change or for what was.
fn remembers(expr: &Expr) -> bool {
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if matches!(expr, Expr::Delay(..) | Expr::RateOf(_)) {
            return true;
        }
        expr.for_each_child(|child| todo.push(child));
    }
    false
}

#[cfg(test)]
mod tests;
