//! Splits net rates into the two directions of a reaction, since a jump process counts the events of
//! each direction: `a - b` events a minute vary less than `a` events forwards and `b` backwards.

use super::expr::{BinaryOp, Expr, NaryOp, UnaryOp};
use super::model::{Network, QuantityId, RateLaw, Reaction, Role, Stoichiometry, Term};
use super::program::Program;

/// The most terms of a sum that is taken apart.
const MOST_TERMS: usize = 64;
/// Amounts at which it is tried whether a rate falls below zero [molecules].
const LEVELS: [f64; 5] = [1.0, 1e2, 1e4, 1e6, 1e8];
/// A net rate that is negative by less than this part of both directions is negative by rounding.
const ROUNDING: f64 = 1e-9;

/// Hardly any molecules.
const TRACE: f64 = 1e-6;
/// The highest power that is taken as a product.
const HIGHEST: f64 = 8.0;

/// What a jump process makes of a reaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Directions {
    /// It goes one way.
    One,
    /// It goes both ways: the reaction with one rate, and its reverse with the other.
    Both(Box<[Reaction; 2]>),
    /// Its rate falls below zero, and is no difference of two rates that stop when what they take
    /// is missing.
    Unknown,
}

/// Takes net rates apart in one network.
pub struct Splitter<'n> {
    network: &'n Network,
    fixed: &'n [bool],
}

/// A part of a sum; the second field is never negative.
struct Part {
    negative: bool,
    value: Expr,
}

impl Part {
    /// The same without factors that stand above and below a fraction: in `k * a * (1 - b / a)` the way
    /// back is `k * b`, also where there is no `a`.
    fn cancelled(self) -> Self {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        factors(&self.value, &mut above, &mut below);
        let before = above.len();
        above.retain(|factor| match below.iter().position(|other| other == factor) {
            Some(place) => {
                below.swap_remove(place);
                false
            }
            None => true,
        });
        if above.len() == before {
            return self;
        }
        let product = |all: Vec<&Expr>| match all.as_slice() {
            [] => Expr::Const(1.0),
            [only] => (*only).clone(),
            _ => Expr::Nary(NaryOp::Mul, all.into_iter().cloned().collect()),
        };
        let value = match (product(above), below.is_empty()) {
            (above, true) => above,
            (above, false) => {
                Expr::Binary(BinaryOp::Div, Box::new(above), Box::new(product(below)))
            }
        };
        Self { value, ..self }
    }
}

/// The factors of an expression, above and below the line.
fn factors<'e>(expr: &'e Expr, above: &mut Vec<&'e Expr>, below: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Nary(NaryOp::Mul, all) => all.iter().for_each(|e| factors(e, above, below)),
        Expr::Binary(BinaryOp::Div, a, b) => {
            factors(a, above, below);
            factors(b, below, above);
        }
        Expr::Binary(BinaryOp::Pow, base, power) => match **power {
            Expr::Const(n) if n.fract() == 0.0 && (1.0..=HIGHEST).contains(&n) => {
                (0..n as usize).for_each(|_| above.push(base));
            }
            _ => above.push(expr),
        },
        _ => above.push(expr),
    }
}

impl<'n> Splitter<'n> {
    /// For reactions over the quantities of `network`, of which these keep their initial value.
    pub fn new(network: &'n Network, fixed: &'n [bool]) -> Self {
        Self { network, fixed }
    }

    /// The directions of a reaction that is no mass action and whose law has all rules put into it.
    pub fn split(&self, reaction: &Reaction) -> Directions {
        let RateLaw::Expr(expr) = &reaction.law else { return Directions::One };
        if expr.depth() > Expr::MAX_DEPTH {
            return Directions::One;
        }
        let parts = self.parts(expr).map(|parts| parts.into_iter().map(Part::cancelled).collect());
        let parts: Option<Vec<Part>> = parts;
        if parts.as_ref().is_some_and(|parts| parts.iter().all(|part| !part.negative)) {
            return Directions::One;
        }
        let Some((takes, makes)) = self.sides(reaction) else { return Directions::One };
        // Where nothing runs out, such as where something makes itself, a rate below zero need not
        // be within reach.
        let cannot = takes.is_empty() && !reaction.reversible;
        if cannot || !self.falls_below(expr, parts.as_deref(), &takes, &makes) {
            return Directions::One;
        }
        let Some(parts) = parts else { return Directions::Unknown };
        let (back, forth): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|p| p.negative);
        let (forth, back) = (total(forth), total(back));
        if !self.stops_without(&back, &makes) || !self.stops_without(&forth, &takes) {
            return Directions::Unknown;
        }
        let way = |name: String, from: &[Term], to: &[Term], rate: Expr| Reaction {
            name,
            reactants: from.to_vec(),
            products: to.to_vec(),
            law: RateLaw::Expr(rate),
            reversible: false,
        };
        let Reaction { name, reactants, products, .. } = reaction;
        Directions::Both(Box::new([
            way(name.clone(), reactants, products, forth),
            way(format!("{name} (backward)"), products, reactants, back),
        ]))
    }

    /// What becomes less and what becomes more; none if that is not known in advance.
    fn sides(&self, reaction: &Reaction) -> Option<(Vec<QuantityId>, Vec<QuantityId>)> {
        let mut net: Vec<(QuantityId, f64)> = Vec::new();
        for (terms, sign) in [(&reaction.reactants, -1.0), (&reaction.products, 1.0)] {
            for term in terms {
                let Stoichiometry::Const(n) = term.stoichiometry else { return None };
                match net.iter_mut().find(|(q, _)| *q == term.quantity) {
                    Some((_, sum)) => *sum += sign * n,
                    None => net.push((term.quantity, sign * n)),
                }
            }
        }
        let which = |sign: f64| {
            net.iter().filter(|(_, n)| n * sign > 0.0).map(|(q, _)| *q).collect::<Vec<_>>()
        };
        Some((which(-1.0), which(1.0)))
    }

    /// Whether a rate is negative where what the reaction takes is missing and what it makes is
    /// there. What is negative by rounding does not count.
    fn falls_below(
        &self,
        expr: &Expr,
        parts: Option<&[Part]>,
        takes: &[QuantityId],
        makes: &[QuantityId],
    ) -> bool {
        let mut stack = Vec::new();
        if let Some(parts) = parts {
            let compiled = parts.iter().map(|part| {
                Program::compile(&part.value).ok().map(|program| (part.negative, program))
            });
            let Some(parts) = compiled.collect::<Option<Vec<_>>>() else { return false };
            return self.states(makes, takes).any(|x| {
                let (mut sum, mut size) = (0.0, 0.0);
                for (negative, program) in &parts {
                    let value = program.eval(0.0, &x, &mut stack);
                    size += value.abs();
                    sum += if *negative { -value } else { value };
                }
                sum < -ROUNDING * size
            });
        }
        let Ok(program) = Program::compile(expr) else { return false };
        self.states(makes, takes).any(|mut x| {
            let value = program.eval(0.0, &x, &mut stack);
            if !value.is_nan() {
                return value < 0.0;
            }
            // Where something is divided by what is missing: where hardly any of it is there.
            for q in takes {
                if let Some(slot) = x.get_mut(q.index()) {
                    *slot = TRACE;
                }
            }
            program.eval(0.0, &x, &mut stack) < 0.0
        })
    }

    /// Whether a rate is zero wherever one of these is missing.
    fn stops_without(&self, rate: &Expr, missing: &[QuantityId]) -> bool {
        let Ok(program) = Program::compile(rate) else { return false };
        let mut stack = Vec::new();
        missing
            .iter()
            .all(|one| self.states(&[], &[*one]).all(|x| program.eval(0.0, &x, &mut stack) == 0.0))
    }

    /// States to try: all species at some level, or as they are at the start but for `present`,
    /// which are at that level; and `missing` at 0.
    fn states(
        &self,
        present: &[QuantityId],
        missing: &[QuantityId],
    ) -> impl Iterator<Item = Vec<f64>> {
        let (present, missing) = (present.to_vec(), missing.to_vec());
        let quantities = &self.network.quantities;
        LEVELS.into_iter().flat_map(|level| [(level, true), (level, false)]).map(
            move |(level, all)| {
                let mut x: Vec<f64> = quantities
                    .iter()
                    .map(|q| if all && q.role == Role::Species { level } else { q.initial })
                    .collect();
                let mut set = |q: &QuantityId, value: f64| {
                    if let Some(slot) = x.get_mut(q.index()) {
                        *slot = value;
                    }
                };
                present.iter().for_each(|q| set(q, level));
                missing.iter().for_each(|q| set(q, 0.0));
                x
            },
        )
    }

    /// An expression as a sum of parts that are not negative; none if that is not seen.
    fn parts(&self, expr: &Expr) -> Option<Vec<Part>> {
        let one = |value: Expr| Some(vec![Part { negative: false, value }]);
        let parts = match expr {
            Expr::Const(value) if *value < 0.0 => {
                vec![Part { negative: true, value: Expr::Const(-value) }]
            }
            Expr::Quantity(q) if self.is_negative(*q) => {
                let value = Expr::Unary(UnaryOp::Neg, Box::new(expr.clone()));
                vec![Part { negative: true, value }]
            }
            Expr::Unary(UnaryOp::Neg, inner) => negated(self.parts(inner)?),
            Expr::Binary(BinaryOp::Sub, a, b) => {
                // The second molecule of a pair, as in `a * (a - 1)`.
                let pair = |b: &Expr| matches!(b, Expr::Const(n) if *n > 0.0 && n.fract() == 0.0);
                if self.is_species(a) && pair(b) {
                    return one(expr.clone());
                }
                let mut parts = self.parts(a)?;
                parts.extend(negated(self.parts(b)?));
                parts
            }
            Expr::Nary(NaryOp::Add, all) => {
                let all: Option<Vec<_>> = all.iter().map(|e| self.parts(e)).collect();
                all?.into_iter().flatten().collect()
            }
            Expr::Nary(NaryOp::Mul, all) => self.product(all)?,
            Expr::Binary(BinaryOp::Div, a, b) => {
                let below = self.parts(b)?;
                let negative = below.first().is_some_and(|part| part.negative);
                if below.iter().any(|part| part.negative != negative) {
                    return None;
                }
                let below = total(below);
                let above = self.parts(a)?.into_iter().map(|part| Part {
                    negative: part.negative != negative,
                    value: Expr::Binary(
                        BinaryOp::Div,
                        Box::new(part.value),
                        Box::new(below.clone()),
                    ),
                });
                above.collect()
            }
            Expr::Piecewise(pieces, otherwise) => {
                let values: Option<Vec<Vec<Part>>> = pieces
                    .iter()
                    .map(|(v, _)| v)
                    .chain(otherwise.as_deref())
                    .map(|v| self.parts(v))
                    .collect();
                let values = values?;
                if !values.iter().flatten().any(|part| part.negative) {
                    return one(expr.clone());
                }
                [false, true].map(|negative| self.piecewise(&values, pieces, negative)).into()
            }
            _ => return one(expr.clone()),
        };
        (parts.len() <= MOST_TERMS).then_some(parts)
    }

    /// A product of which at most one factor has parts of both signs.
    fn product(&self, factors: &[Expr]) -> Option<Vec<Part>> {
        let (mut negative, mut plain, mut mixed) = (false, Vec::new(), None);
        for factor in factors {
            let parts = self.parts(factor)?;
            let below = parts.iter().filter(|part| part.negative).count();
            if below == 0 {
                plain.push(factor.clone());
            } else if below == parts.len() {
                negative = !negative;
                plain.push(total(parts));
            } else if mixed.replace(parts).is_some() {
                return None;
            }
        }
        let parts =
            mixed.unwrap_or_else(|| vec![Part { negative: false, value: Expr::Const(1.0) }]);
        let times = |value: Expr| {
            let mut all = plain.clone();
            if value != Expr::Const(1.0) || all.is_empty() {
                all.push(value);
            }
            Expr::Nary(NaryOp::Mul, all)
        };
        let parts = parts.into_iter();
        Some(
            parts
                .map(|part| Part { negative: part.negative != negative, value: times(part.value) })
                .collect(),
        )
    }

    /// The parts of one sign of a piecewise expression.
    fn piecewise(&self, values: &[Vec<Part>], pieces: &[(Expr, Expr)], negative: bool) -> Part {
        let of_sign = |parts: &Vec<Part>| {
            let parts = parts.iter().filter(|part| part.negative == negative);
            total(parts.map(|part| Part { negative, value: part.value.clone() }).collect())
        };
        let conditions = pieces.iter().map(|(_, condition)| condition.clone());
        let otherwise = values.get(pieces.len()).map(|parts| Box::new(of_sign(parts)));
        let pieces = values.iter().map(of_sign).zip(conditions).collect();
        Part { negative, value: Expr::Piecewise(pieces, otherwise) }
    }

    fn is_species(&self, expr: &Expr) -> bool {
        let Expr::Quantity(q) = expr else { return false };
        self.network.quantities.get(q.index()).is_some_and(|q| q.role == Role::Species)
    }

    /// Whether a quantity is a negative number at all times.
    fn is_negative(&self, q: QuantityId) -> bool {
        self.fixed.get(q.index()) == Some(&true)
            && self.network.quantities.get(q.index()).is_some_and(|q| q.initial < 0.0)
    }
}

fn negated(parts: Vec<Part>) -> Vec<Part> {
    let turn = |part: Part| Part { negative: !part.negative, ..part };
    parts.into_iter().map(turn).collect()
}

/// The sum of parts, whatever their signs.
fn total(parts: Vec<Part>) -> Expr {
    let mut values: Vec<Expr> = parts.into_iter().map(|part| part.value).collect();
    match (values.pop(), values.is_empty()) {
        (None, _) => Expr::Const(0.0),
        (Some(only), true) => only,
        (Some(last), false) => {
            values.push(last);
            Expr::Nary(NaryOp::Add, values)
        }
    }
}

#[cfg(test)]
mod tests;
