//! The times at which comparisons with time change their result, and at which functions of time jump.
//! They are known in advance.

mod shape;

use bioxen_network::{BinaryOp, Expr, NetworkError, Program, UnaryOp};
pub(super) use shape::{Shape, reads_time};

/// How close to a computed crossing the true one lies, relative to its size.
const NEARBY: f64 = 1e-9;
/// So many representable times on both sides of a computed crossing may be the true one.
const ULPS: i32 = 4;
/// Crossings that are closer to each other than this, relative to their size, are one.
const SAME: f64 = 16.0 * f64::EPSILON;
/// How many crossings are looked for at once.
const MOST: usize = 64;
/// How often a crossing that begins another piece of a function is taken into account.
const ROUNDS: usize = 16;

/// Functions of time that consist of lines, next to quantities that stand still meanwhile.
#[derive(Debug, Clone, Default)]
pub(super) struct Crossings {
    turns: Vec<Turn>,
    /// Whether some comparison depends on time in another way.
    pub(super) opaque: bool,
}

/// Where something turns.
#[derive(Debug, Clone)]
struct Turn {
    value: Program,
    /// Where the value is a whole number of times this; where it is zero, if there is none.
    period: Option<Program>,
    /// Whether the value is one line at all times; else each piece of it is one.
    whole: bool,
}

/// A crossing, with a time at which what turns there surely has not turned, and one at which it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bend {
    pub(super) before: f64,
    pub(super) at: f64,
    pub(super) after: f64,
}

/// Whether the value of an expression may turn or jump by itself, whatever its operands do.
pub(super) fn may_turn(expr: &Expr) -> bool {
    match expr {
        Expr::Binary(op, ..) => op.compares() || matches!(op, BinaryOp::Quotient | BinaryOp::Rem),
        Expr::Unary(op, _) => matches!(op, UnaryOp::Floor | UnaryOp::Ceil),
        _ => false,
    }
}

/// Visits expressions and all that they are made of, until one cannot be used.
pub(super) fn walk<'e>(
    exprs: impl Iterator<Item = &'e Expr>,
    mut visit: impl FnMut(&'e Expr) -> Result<(), NetworkError>,
) -> Result<(), NetworkError> {
    let mut todo: Vec<&Expr> = exprs.collect();
    while let Some(expr) = todo.pop() {
        visit(expr)?;
        expr.for_each_child(|child| todo.push(child));
    }
    Ok(())
}

impl Crossings {
    /// Collects the comparisons and the jumps in some expressions. `moving` says of each quantity
    /// whether it changes continuously or in jumps that are not announced.
    ///
    /// # Errors
    /// [`NetworkError::TooDeep`].
    pub(super) fn new<'e>(
        exprs: impl Iterator<Item = &'e Expr>,
        moving: &[bool],
    ) -> Result<Self, NetworkError> {
        let mut crossings = Crossings::default();
        walk(exprs, |expr| crossings.look_at(expr, moving))?;
        Ok(crossings)
    }

    fn look_at(&mut self, expr: &Expr, moving: &[bool]) -> Result<(), NetworkError> {
        let one = Expr::Const(1.0);
        let (value, period, shapes) = match expr {
            Expr::Binary(op, a, b) if op.compares() => {
                let difference = Expr::Binary(BinaryOp::Sub, a.clone(), b.clone());
                (difference, None, [Shape::of(a, moving), Shape::of(b, moving)])
            }
            Expr::Unary(UnaryOp::Floor | UnaryOp::Ceil, a) => {
                ((**a).clone(), Some(&one), [Shape::of(a, moving), Some(Shape::CONSTANT)])
            }
            Expr::Binary(BinaryOp::Quotient | BinaryOp::Rem, a, b) => {
                let period = Shape::of(b, moving).filter(|shape| *shape == Shape::CONSTANT);
                ((**a).clone(), Some(&**b), [Shape::of(a, moving), period])
            }
            _ => return Ok(()),
        };
        match shapes {
            [Some(a), Some(b)] if a == Shape::CONSTANT && b == Shape::CONSTANT => {}
            [Some(a), Some(b)] => self.turns.push(Turn {
                value: Program::compile(&value)?,
                period: period.map(Program::compile).transpose()?,
                whole: !a.pieces && !b.pieces,
            }),
            _ => self.opaque |= reads_time(expr),
        }
        Ok(())
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty() && !self.opaque
    }

    /// The first crossing after `from`, but for one that is the same as `from` up to rounding.
    #[cfg(test)]
    fn next(&self, from: f64, q: &[f64], stack: &mut Vec<f64>) -> Option<f64> {
        self.next_beyond(from, same(from), q, stack)
    }

    /// The first crossing after `least`, which is `from` or hardly later.
    pub(super) fn next_beyond(
        &self,
        from: f64,
        least: f64,
        q: &[f64],
        stack: &mut Vec<f64>,
    ) -> Option<f64> {
        let mut edge = f64::INFINITY;
        for turn in self.turns.iter().filter(|turn| turn.whole) {
            edge = edge.min(turn.after(from, least, (0.0, 1.0), q, stack));
        }
        // Up to the edge each piece is a line; where it turns itself is a nearer edge.
        for _ in 0..ROUNDS {
            let width = if edge.is_finite() { edge - from } else { from.abs().max(1.0) };
            let probes = (from + 0.25 * width, from + 0.75 * width);
            // What lies at `from` itself is found there but for the rounding of the line.
            let least = least.max(from + SAME * width);
            let others = self.turns.iter().filter(|turn| !turn.whole);
            let nearest = others.map(|turn| turn.after(from, least, probes, q, stack));
            let nearest = nearest.fold(edge, f64::min);
            if nearest == edge {
                break;
            }
            edge = nearest;
        }
        edge.is_finite().then_some(edge)
    }

    /// The first crossing that is not before `from` up to rounding, nor the same as `known`.
    pub(super) fn next_bend(
        &self,
        from: f64,
        known: f64,
        q: &[f64],
        stack: &mut Vec<f64>,
    ) -> Option<Bend> {
        let here = if from == 0.0 { from } else { beside(from, -ULPS - 1) };
        let at = self.next_beyond(from, here.max(same(known)), q, stack)?;
        Some(Bend { before: beside(at, -ULPS), at, after: beside(at, ULPS) })
    }

    /// Adds the crossings after `from` and up to `to`, each with moments before and after it.
    /// Gives the last of them if there are more than are looked for at once.
    pub(super) fn between(
        &self,
        from: f64,
        to: f64,
        q: &[f64],
        stack: &mut Vec<f64>,
        times: &mut Vec<f64>,
    ) -> Option<f64> {
        let (mut at, mut least) = (from, from);
        for _ in 0..MOST {
            let next = self.next_beyond(at, least, q, stack);
            at = next.filter(|&next| next <= beside(to, ULPS))?;
            least = same(at);
            let nearby = NEARBY * at.abs().max(f64::MIN_POSITIVE);
            let around = [at - nearby, at + nearby].into_iter().chain(instants(at));
            times.extend(around.filter(|&time| time > from && time <= to));
        }
        Some(at.min(to))
    }
}

impl Turn {
    /// The first turn after `from`, and beyond `least`, of the line through the values at two times;
    /// infinite if there is none.
    fn after(
        &self,
        from: f64,
        least: f64,
        probes: (f64, f64),
        q: &[f64],
        stack: &mut Vec<f64>,
    ) -> f64 {
        let (t0, t1) = probes;
        let v0 = self.value.eval(t0, q, stack);
        let slope = (self.value.eval(t1, q, stack) - v0) / (t1 - t0);
        let later = |t: f64| t.is_finite() && t > least;
        let Some(period) = &self.period else {
            let t = t0 - v0 / slope;
            return if later(t) { t } else { f64::INFINITY };
        };
        let period = period.eval(0.0, q, stack);
        let now = (v0 + slope * (from - t0)) / period;
        let direction = (slope / period).signum();
        let mut number = if direction > 0.0 { now.floor() } else { now.ceil() };
        // Rounding may put the first one or two before `from`.
        for _ in 0..4 {
            let t = t0 + (number * period - v0) / slope;
            if later(t) {
                return t;
            }
            number += direction;
        }
        f64::INFINITY
    }
}

/// The latest time that is the same as another up to rounding.
pub(super) fn same(time: f64) -> f64 {
    time + SAME * time.abs()
}

/// The representable times next to a computed crossing, in order.
pub(super) fn instants(at: f64) -> impl Iterator<Item = f64> {
    (-ULPS..=ULPS).map(move |steps| beside(at, steps))
}

/// The representable number so many steps above another.
fn beside(at: f64, steps: i32) -> f64 {
    (0..steps.abs()).fold(at, |t, _| if steps > 0 { t.next_up() } else { t.next_down() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_network::{NaryOp, QuantityId};

    fn binary(op: BinaryOp, a: Expr, b: f64) -> Expr {
        Expr::Binary(op, Box::new(a), Box::new(Expr::Const(b)))
    }

    /// The crossings up to a time, without what rounding adds to them.
    fn all(expr: &Expr, to: f64) -> Vec<f64> {
        let crossings = Crossings::new([expr].into_iter(), &[]).unwrap();
        assert!(!crossings.opaque);
        let mut found = vec![0.0];
        while let Some(next) = crossings.next(found[found.len() - 1], &[], &mut Vec::new()) {
            if next > to + 1e-9 {
                break;
            }
            found.push(next);
        }
        found.iter().skip(1).map(|time| (time * 1e9).round() / 1e9).collect()
    }

    #[test]
    fn linear_comparisons_are_solved() {
        let wait = Expr::Nary(NaryOp::Add, vec![Expr::Quantity(QuantityId(0)), Expr::Const(1.5)]);
        let expr = Expr::Binary(BinaryOp::Ge, Box::new(Expr::Time), Box::new(wait));
        let crossings = Crossings::new([&expr].into_iter(), &[false]).unwrap();
        let mut times = Vec::new();
        let more = crossings.between(0.0, 100.0, &[24.0], &mut Vec::new(), &mut times);
        assert_eq!((times.contains(&25.5), more), (true, None));
        times.clear();
        crossings.between(26.0, 100.0, &[24.0], &mut Vec::new(), &mut times);
        assert!(times.is_empty());
        assert_eq!(crossings.next(0.0, &[24.0], &mut Vec::new()), Some(25.5));
        assert_eq!(crossings.next(25.5, &[24.0], &mut Vec::new()), None);
        assert!(Crossings::new([&expr].into_iter(), &[true]).unwrap().opaque);
    }

    #[test]
    fn jumps_and_the_turns_between_them_are_found_in_order() {
        let rem = || binary(BinaryOp::Rem, Expr::Time, 12.0);
        assert_eq!(all(&binary(BinaryOp::Eq, rem(), 0.0), 40.0), [12.0, 24.0, 36.0]);
        // A pulse that lasts 3 of every 12.
        let pulse = binary(BinaryOp::Lt, rem(), 3.0);
        assert_eq!(all(&pulse, 28.0), [3.0, 12.0, 15.0, 24.0, 27.0]);
        // The floor of a remainder: jumps at 5 and 10 of every 12.
        let floor = Expr::Unary(UnaryOp::Floor, Box::new(binary(BinaryOp::Div, rem(), 5.0)));
        assert_eq!(all(&floor, 24.0), [5.0, 10.0, 12.0, 17.0, 22.0, 24.0]);
        // Backwards in time.
        let back = Expr::Binary(
            BinaryOp::Quotient,
            Box::new(binary(BinaryOp::Sub, Expr::Unary(UnaryOp::Neg, Box::new(Expr::Time)), 1.0)),
            Box::new(Expr::Const(4.0)),
        );
        assert_eq!(all(&back, 12.0), [3.0, 7.0, 11.0]);
    }

    #[test]
    fn many_crossings_are_looked_for_in_parts() {
        let fast = Expr::Unary(UnaryOp::Floor, Box::new(Expr::Time));
        let crossings = Crossings::new([&fast].into_iter(), &[]).unwrap();
        let mut times = Vec::new();
        let last = crossings.between(0.0, 1e6, &[], &mut Vec::new(), &mut times);
        assert_eq!(last, Some(MOST as f64));
    }
}
