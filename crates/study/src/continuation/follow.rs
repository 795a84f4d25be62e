//! Going along the curve.

use super::curve::{Curve, Given, Known, Place, Rates};
use super::{Branch, Direction, Ended, Ends, Kind, Options, Point, Special};
use crate::StudyError;
use crate::linear::{dot, norm};
use bioxen_engine::StopToken;

/// Tangents of neighbouring points differ by less than this cosine says: folds are seen, and other branches not
/// jumped to.
const STRAIGHT: f64 = 0.9;

/// A branch beyond a corner changes by less than so many units for each unit of the parameter.
const STEEP: f64 = 100.0;
/// Where the tangent goes less than so much in the direction of the parameter, there is a fold: an eigenvalue that
/// passes zero there is that of the fold, even if rounding puts it beside.
const ACROSS: f64 = 1e-2;

pub(super) fn run(
    rates: Rates<'_>,
    (given, known): (Given<'_>, Known<'_>),
    start: &[f64],
    parameter: f64,
    options: &Options,
    stop: &StopToken,
) -> Result<Branch, StudyError> {
    let curve = Curve {
        rates,
        given,
        known,
        units: units(start, parameter, options)?,
        tolerance: options.tolerance,
    };
    let mut at = start.to_vec();
    at.push(parameter);
    let u: Vec<f64> = at.iter().zip(&curve.units).map(|(y, s)| y / s).collect();
    rates(start, parameter).map_err(|reason| StudyError::StartFails {
        at: format!("{start:?}, parameter {parameter}"),
        reason,
    })?;
    let none = |reason| StudyError::NoAnswer { what: "the continuation", reason };
    let n = start.len();
    // Onto the curve at this parameter; near a fold at right angles to the curve.
    let mut across = vec![0.0; n];
    across.push(1.0);
    let u = match curve.correct(&u, &across) {
        Ok((u, _)) => u,
        Err(_) => {
            let tangent = curve.tangent(&u, None).map_err(none)?;
            curve.correct(&u, &tangent).map_err(none)?.0
        }
    };
    let mut tangent = curve.tangent(&u, None).map_err(none)?;
    if tangent[n] < 0.0 {
        tangent.iter_mut().for_each(|t| *t = -*t);
    }
    let first = curve.point(&u).map_err(none)?;
    let up = Place { u, tangent };
    let mut down = up.clone();
    down.tangent.iter_mut().for_each(|t| *t = -*t);
    let go = |place: &Place| Walk { curve: &curve, options, stop }.go(place, &first);
    let nothing = || (Vec::new(), Vec::new(), Ended::NotFollowed);
    let (after, specials_after, last_end) = match options.direction {
        Direction::Down => nothing(),
        _ => go(&up),
    };
    let (mut points, mut specials, first_end) = match options.direction {
        Direction::Up => nothing(),
        _ if last_end == Ended::Closed => nothing(),
        _ => go(&down),
    };
    // What was found going down is turned round.
    let before = points.len();
    points.reverse();
    specials.reverse();
    specials.iter_mut().for_each(|s: &mut Special| s.after = before - 1 - s.after);
    points.push(first);
    points.extend(after);
    specials.extend(specials_after.into_iter().map(|s| Special { after: s.after + before, ..s }));
    Ok(Branch { points, specials, ends: Ends { first: first_end, last: last_end } })
}

fn units(start: &[f64], parameter: f64, options: &Options) -> Result<Vec<f64>, StudyError> {
    let (low, high) = options.parameter;
    let name = || "the parameter".to_owned();
    if !(low.is_finite() && high.is_finite()) {
        return Err(StudyError::NoBounds { name: name(), low, high });
    }
    if low >= high {
        return Err(StudyError::BadRange { name: name(), low, high });
    }
    if !(low..=high).contains(&parameter) {
        return Err(StudyError::BadStart { name: name(), value: parameter, low, high });
    }
    let positive = [
        ("the first step", options.first_step),
        ("the largest step", options.largest_step),
        ("the smallest step", options.smallest_step),
        ("the tolerance", options.tolerance),
    ];
    let given = options.units.iter().flatten().map(|&u| ("a unit", u));
    for (setting, value) in positive.into_iter().chain(given) {
        if !(value > 0.0 && value.is_finite()) {
            return Err(StudyError::BadSetting { setting, value, rule: "it must be above 0" });
        }
    }
    let mut units = match &options.units {
        Some(units) if units.len() != start.len() => {
            return Err(StudyError::Lengths {
                left: "the units".into(),
                left_length: units.len(),
                right: "the start".into(),
                right_length: start.len(),
            });
        }
        Some(units) => units.clone(),
        None => start.iter().map(|v| v.abs().max(1.0)).collect(),
    };
    units.push(high - low);
    Ok(units)
}

struct Walk<'a> {
    curve: &'a Curve<'a>,
    options: &'a Options,
    stop: &'a StopToken,
}

/// What a step leads to.
enum Step {
    /// The last point, which stands on the end of the range.
    End(Point),
    /// The next point, found in so many steps of Newton.
    On { place: Place, point: Point, steps: usize },
}

impl Walk<'_> {
    /// The points after the first, what is special between them, counted from the first, and the end.
    fn go(&self, start: &Place, first: &Point) -> (Vec<Point>, Vec<Special>, Ended) {
        let (mut points, mut specials) = (Vec::new(), Vec::new());
        let (mut place, mut here) = (start.clone(), first.clone());
        let mut step = self.options.first_step.min(self.options.largest_step);
        let mut gone = 0.0;
        let mut reason = String::new();
        loop {
            if self.stop.is_stopped() {
                return (points, specials, Ended::Stopped);
            }
            if points.len() >= self.options.most_points {
                return (points, specials, Ended::MostPoints);
            }
            if step < self.options.smallest_step {
                if let Some((next, point)) = self.corner(&place) {
                    points.push(point.clone());
                    (place, here) = (next, point);
                    step = self.options.first_step.min(self.options.largest_step);
                    continue;
                }
                return (points, specials, Ended::SmallestStep(reason));
            }
            let (next, point, steps) = match self.go_on(&place, step) {
                Ok(Step::On { place, point, steps }) => (place, point, steps),
                Ok(Step::End(point)) => {
                    let after = points.len();
                    self.special(&place, step, &here, &point, after, false, &mut specials);
                    points.push(point);
                    return (points, specials, Ended::Parameter);
                }
                Err(why) => {
                    reason = why;
                    step *= 0.5;
                    continue;
                }
            };
            let n = place.u.len() - 1;
            let fold = next.tangent[n] * place.tangent[n] < 0.0;
            self.special(&place, step, &here, &point, points.len(), fold, &mut specials);
            gone += step;
            let closed = gone > 4.0 * step && points.len() > 3 && passes(&place, &next, start);
            if closed {
                points.push(first.clone());
                return (points, specials, Ended::Closed);
            }
            points.push(point.clone());
            (place, here) = (next, point);
            if steps <= 3 {
                let size = place.u.iter().fold(0.0, |m: f64, u| m.max(u.abs()));
                step = (1.5 * step).min(self.options.largest_step * size.max(1.0));
            }
        }
    }

    /// What a step of this length leads to.
    fn go_on(&self, place: &Place, step: f64) -> Result<Step, String> {
        let n = place.u.len() - 1;
        if let Some(end) = self.beyond(place.u[n] + step * place.tangent[n]) {
            // The model need not know what is beyond the end: the last point stands on it.
            return self.to_end(place, step, end).map(Step::End);
        }
        let (next, steps) = self.reach(place, step)?;
        if let Some(end) = self.beyond(next.u[n]) {
            // The last point stands on the end of the range.
            return self.at_end(place, &next, end).map(Step::End);
        }
        let point = self.curve.point(&next.u)?;
        Ok(Step::On { place: next, point, steps })
    }

    /// The point a step along the curve.
    fn reach(&self, place: &Place, step: f64) -> Result<(Place, usize), String> {
        let ahead: Vec<f64> =
            place.u.iter().zip(&place.tangent).map(|(u, t)| u + step * t).collect();
        let (u, steps) = self.curve.correct(&ahead, &place.tangent)?;
        let off: Vec<f64> = u.iter().zip(&ahead).map(|(a, b)| a - b).collect();
        // What turns by less than that is never so far from its tangent.
        if norm(&off) > step {
            return Err("the branch jumps".into());
        }
        let tangent = self.curve.tangent(&u, Some(&place.tangent))?;
        match dot(&tangent, &place.tangent) >= STRAIGHT {
            true => Ok((Place { u, tangent }, steps)),
            false => Err("the branch turns too sharply".into()),
        }
    }

    /// A point beyond a corner, where something that limits the model begins or ends: a little further in the parameter.
    fn corner(&self, place: &Place) -> Option<(Place, Point)> {
        let n = place.u.len() - 1;
        let mut across = vec![0.0; n];
        across.push(1.0);
        [1e-6, 1e-5, 1e-4, 1e-3].into_iter().find_map(|further| {
            let mut ahead = place.u.clone();
            ahead[n] += further * place.tangent[n].signum();
            let (u, _) = self.curve.correct(&ahead, &across).ok()?;
            let chord: Vec<f64> = u.iter().zip(&place.u).map(|(a, b)| a - b).collect();
            let length = norm(&chord);
            // What lies far away is another branch.
            if length > STEEP * further {
                return None;
            }
            let chord: Vec<f64> = chord.iter().map(|c| c / length).collect();
            let tangent = self.curve.tangent(&u, Some(&chord)).ok()?;
            let next = Place { u, tangent };
            if dot(&next.tangent, &chord) < STRAIGHT || self.beyond(next.u[n]).is_some() {
                return None;
            }
            let point = self.curve.point(&next.u).ok()?;
            Some((next, point))
        })
    }

    /// The end of the range that a value of the parameter lies beyond, all in units.
    fn beyond(&self, p: f64) -> Option<f64> {
        let unit = self.curve.units.last().copied().unwrap_or(1.0);
        let (low, high) = (self.options.parameter.0 / unit, self.options.parameter.1 / unit);
        if p > high { Some(high) } else { (p < low).then_some(low) }
    }

    /// The point at the end of the range, which a step goes beyond.
    fn to_end(&self, place: &Place, step: f64, end: f64) -> Result<Point, String> {
        let n = place.u.len() - 1;
        let part = (end - place.u[n]) / place.tangent[n];
        let mut ahead: Vec<f64> =
            place.u.iter().zip(&place.tangent).map(|(u, t)| u + part * t).collect();
        ahead[n] = end;
        let mut across = vec![0.0; n];
        across.push(1.0);
        let (u, _) = self.curve.correct(&ahead, &across)?;
        let off: Vec<f64> = u.iter().zip(&ahead).map(|(a, b)| a - b).collect();
        if norm(&off) > step {
            return Err("the branch jumps".into());
        }
        let tangent = self.curve.tangent(&u, Some(&place.tangent))?;
        match dot(&tangent, &place.tangent) >= STRAIGHT {
            true => self.curve.point(&u),
            false => Err("the branch turns too sharply".into()),
        }
    }

    fn at_end(&self, place: &Place, next: &Place, end: f64) -> Result<Point, String> {
        let n = place.u.len() - 1;
        let part = ((end - place.u[n]) / (next.u[n] - place.u[n])).clamp(0.0, 1.0);
        let mut u: Vec<f64> =
            place.u.iter().zip(&next.u).map(|(a, b)| a + part * (b - a)).collect();
        u[n] = end;
        let mut across = vec![0.0; n];
        across.push(1.0);
        self.curve.point(&self.curve.correct(&u, &across)?.0)
    }

    /// What is special within a step.
    #[allow(clippy::too_many_arguments)]
    fn special(
        &self,
        place: &Place,
        step: f64,
        here: &Point,
        next: &Point,
        after: usize,
        fold: bool,
        specials: &mut Vec<Special>,
    ) {
        let n = place.u.len() - 1;
        if fold {
            let sign = place.tangent[n].signum();
            let side = |place: &Place, _: &Point| place.tangent[n] * sign;
            if let Some((point, _)) = self.locate(place, step, &side) {
                specials.push(Special { kind: Kind::Fold, point, after });
            }
        }
        let (a, b) = (growing(here), growing(next));
        let (Some(a), Some(b)) = (a, b) else { return };
        let crossed = a.abs_diff(b);
        if crossed == 0 || (fold && crossed == 1) {
            return;
        }
        let kind = if crossed == 1 { Kind::Branch } else { Kind::Hopf };
        let side = |_: &Place, point: &Point| if growing(point) == Some(a) { 1.0 } else { -1.0 };
        if let Some((point, along)) = self.locate(place, step, &side)
            && !(kind == Kind::Branch && along.abs() < ACROSS)
        {
            specials.push(Special { kind, point, after });
        }
    }

    /// Where a measure passes zero within a step, at whose beginning it is above zero, and how much the curve goes along
    /// the parameter there.
    fn locate(
        &self,
        place: &Place,
        step: f64,
        measure: &dyn Fn(&Place, &Point) -> f64,
    ) -> Option<(Point, f64)> {
        let (mut low, mut high) = ((0.0, None), (step, None));
        let mut found = None;
        for round in 0..60 {
            // The secant, and now and then the middle, so that both ends come nearer.
            let at = match (low.1, high.1, round % 3) {
                (Some(a), Some(b), 0 | 1) => low.0 + (high.0 - low.0) * (a / (a - b)),
                _ => 0.5 * (low.0 + high.0),
            };
            let Ok((there, _)) = self.reach(place, at) else { break };
            let Ok(point) = self.curve.point(&there.u) else { break };
            let value: f64 = measure(&there, &point);
            match value > 0.0 {
                true => low = (at, Some(value)),
                false => high = (at, Some(value)),
            }
            found = Some((point, there.tangent[there.u.len() - 1]));
            if high.0 - low.0 <= 1e-12 * step.max(1.0) || value.abs() <= 1e-13 {
                break;
            }
        }
        found
    }
}

/// In how many directions a disturbance grows; none where eigenvalues were not found.
fn growing(point: &Point) -> Option<usize> {
    point.eigenvalues.as_ref().map(|e| e.iter().filter(|v| v.re > 0.0).count())
}

/// Whether the start lies between two points, and the curve goes the same way there.
fn passes(place: &Place, next: &Place, start: &Place) -> bool {
    let chord: Vec<f64> = next.u.iter().zip(&place.u).map(|(a, b)| a - b).collect();
    let to: Vec<f64> = start.u.iter().zip(&place.u).map(|(a, b)| a - b).collect();
    let length = norm(&chord);
    let part = dot(&to, &chord) / (length * length);
    let off: Vec<f64> = to.iter().zip(&chord).map(|(t, c)| t - part * c).collect();
    (0.0..=1.0).contains(&part)
        && norm(&off) <= 0.5 * length
        && dot(&next.tangent, &start.tangent) > STRAIGHT * STRAIGHT
}
