//! From the best value outwards.

use super::{Options, Point, Profile, Side, Verdict};
use crate::evaluate::Residuals;
use crate::least_squares::{self, Fit};
use crate::linear::dot;
use crate::{Scale, StudyError};
use bioxen_engine::StopToken;

struct Walk<'a> {
    fit: &'a Fit,
    residuals: Residuals<'a>,
    index: usize,
    options: &'a Options,
    stop: &'a StopToken,
    /// The rise, as a multiple of the noise, that ends the interval.
    limit: f64,
}

pub(super) fn run(
    fit: &Fit,
    residuals: Residuals<'_>,
    index: usize,
    options: &Options,
    stop: &StopToken,
) -> Result<Profile, StudyError> {
    let limit = fit.t(options.level);
    let walk = Walk { fit, residuals, index, options, stop, limit };
    let (lower, mut points, low_rise) = walk.side(-1.0)?;
    let (upper, above, high_rise) = walk.side(1.0)?;
    points.reverse();
    points.push(Point {
        value: fit.values[index],
        rss: fit.misfit.rss,
        values: fit.values.clone(),
    });
    points.extend(above);
    let best = points.iter().min_by(|a, b| a.rss.total_cmp(&b.rss));
    // More than the fit's own tolerance could be.
    let noise = 1e-6 * (fit.sigma * limit).powi(2);
    let better = best.filter(|p| p.rss < fit.misfit.rss - noise).cloned();
    Ok(Profile {
        name: fit.space.names()[index].to_owned(),
        value: fit.values[index],
        lower,
        upper,
        threshold: fit.misfit.rss + (fit.sigma * limit).powi(2),
        points,
        verdict: Verdict::of((lower, low_rise / limit), (upper, high_rise / limit)),
        better,
    })
}

impl Walk<'_> {
    /// One side: what ends it, its points outwards, and the largest rise.
    fn side(&self, sign: f64) -> Result<(Side, Vec<Point>, f64), StudyError> {
        let p = &self.fit.space.parameters()[self.index];
        let centre = p.scale.inner(self.fit.values[self.index]);
        let bounds = self.fit.space.inner_bounds()[self.index];
        let bound = if sign > 0.0 { bounds.1 } else { bounds.0 };
        let error =
            self.fit.errors.standard[self.index] / p.scale.slope(self.fit.values[self.index]);
        let (size, far) = match p.scale {
            Scale::Log => (1.0, self.options.reach.ln()),
            Scale::Linear => {
                let size = if centre == 0.0 { 1.0 } else { centre.abs() };
                (
                    size,
                    1e-3 * self.options.reach
                        * if error.is_finite() { size.max(error) } else { size },
                )
            }
        };
        let mut step =
            if error.is_finite() && error > 0.0 { 0.3 * self.limit * error } else { 0.1 * size };
        step = step.min(0.25 * far);
        let mut points: Vec<Point> = Vec::new();
        let (mut here, mut rise, mut most) = (centre, 0.0, 0.0f64);
        let mut values = self.fit.values.clone();
        let mut before: Option<(f64, Vec<f64>)> = None;
        let outer = |z: f64| p.scale.outer(z).max(p.low).min(p.high);
        if (bound - centre) * sign <= 0.0 {
            return Ok((Side::Bound(outer(centre)), points, most));
        }
        loop {
            if self.stop.is_stopped() {
                return Ok((Side::Stopped(outer(here)), points, most));
            }
            if points.len() >= self.options.most_points || (here - centre).abs() >= far {
                return Ok((Side::Open(outer(here)), points, most));
            }
            let wanted = here + sign * step;
            let at_bound = (bound - wanted) * sign <= 0.0;
            let next = if at_bound { bound } else { wanted };
            let start = self.ahead(&values, before.as_ref(), here, next);
            let Some(point) = self.at(next, &start).or_else(|| self.at(next, &values)) else {
                step *= 0.5;
                if step <= 1e-6 * (size + here.abs()) {
                    return Ok((Side::Fails(outer(here)), points, most));
                }
                continue;
            };
            let reached = self.rise(&point);
            // A step that rises by much is taken again in parts, unless it ends the interval, which is looked at below.
            if reached >= self.limit {
                let end = self.cross((here, rise, &values), (next, reached, &point.values));
                points.push(point);
                let found = end.map_or(Side::Stopped(outer(here)), |end| Side::End(end.value));
                if let Side::End(_) = found
                    && let Some(last) = points.pop()
                {
                    points.extend(self.last_two(found, last));
                }
                return Ok((found, points, reached.max(most)));
            }
            if reached - rise < 0.1 * self.limit {
                step *= 2.0;
            } else if reached - rise > 0.3 * self.limit {
                step *= 0.6;
            }
            before = Some((here, std::mem::replace(&mut values, point.values.clone())));
            (here, rise) = (next, reached);
            most = most.max(reached);
            points.push(point);
            if at_bound {
                return Ok((Side::Bound(outer(here)), points, most));
            }
        }
    }

    /// The end itself, and what lies beyond it.
    fn last_two(&self, end: Side, beyond: Point) -> Vec<Point> {
        let threshold = self.fit.misfit.rss + (self.fit.sigma * self.limit).powi(2);
        match end {
            Side::End(value) => {
                let mut values = beyond.values.clone();
                values[self.index] = value;
                let point = self
                    .at(self.fit.space.parameters()[self.index].scale.inner(value), &beyond.values)
                    .unwrap_or(Point { value, rss: threshold, values });
                vec![point, beyond]
            }
            _ => vec![beyond],
        }
    }

    /// Where the others will be, if they go on as they went.
    fn ahead(
        &self,
        values: &[f64],
        before: Option<&(f64, Vec<f64>)>,
        here: f64,
        next: f64,
    ) -> Vec<f64> {
        let Some((z, old)) = before else { return values.to_vec() };
        let part = (next - here) / (here - z);
        let (a, b) = (self.fit.space.inner(old), self.fit.space.inner(values));
        let moved: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b + part * (b - a)).collect();
        let moved = self.fit.space.outer(&moved);
        if moved.iter().all(|v| v.is_finite()) { moved } else { values.to_vec() }
    }

    /// How much worse a point fits, as a multiple of the noise.
    fn rise(&self, point: &Point) -> f64 {
        (point.rss - self.fit.misfit.rss).max(0.0).sqrt() / self.fit.sigma
    }

    /// The others fitted with the parameter at `z`, from `start`; none where that fails.
    fn at(&self, z: f64, start: &[f64]) -> Option<Point> {
        let space = &self.fit.space;
        let p = &space.parameters()[self.index];
        let value = p.scale.outer(z).max(p.low).min(p.high);
        let whole = |others: &[f64]| {
            let mut x = others.to_vec();
            x.insert(self.index, value);
            x
        };
        let mut others = start.to_vec();
        others.remove(self.index);
        if others.is_empty() {
            let r = (self.residuals)(&[value]).ok()?;
            let rss = dot(&r, &r);
            return rss.is_finite().then(|| Point { value, rss, values: vec![value] });
        }
        let rest = space.without(self.index).and_then(|s| s.starting_at(&others)).ok()?;
        let residuals = |x: &[f64]| (self.residuals)(&whole(x));
        let fit = least_squares::fit(&rest, residuals, &self.options.fit, self.stop).ok()?;
        Some(Point { value, rss: fit.misfit.rss, values: whole(&fit.values) })
    }

    /// Where the rise is what ends the interval, between two points: false position, with the weight of an end that stays
    /// halved (the Illinois method: Dowell & Jarratt, *BIT* 11:168, 1971).
    fn cross(&self, low: (f64, f64, &[f64]), high: (f64, f64, &[f64])) -> Option<Point> {
        let (mut a, mut fa, mut start) = (low.0, low.1 - self.limit, low.2.to_vec());
        let (mut b, mut fb) = (high.0, high.1 - self.limit);
        let mut last = None;
        for _ in 0..60 {
            if self.stop.is_stopped() {
                return last;
            }
            let c = (a * fb - b * fa) / (fb - fa);
            let c = if (c - a) * (c - b) < 0.0 { c } else { 0.5 * (a + b) };
            let Some(point) = self.at(c, &start) else {
                // No fit here: what can be fitted ends before.
                (b, fb) = (c, fb.max(1.0));
                continue;
            };
            let f = self.rise(&point) - self.limit;
            start.clone_from(&point.values);
            last = Some(point);
            if f.abs() <= 1e-8 * self.limit || (b - a).abs() <= 1e-12 * (a.abs() + b.abs()) {
                break;
            }
            if f > 0.0 {
                (b, fb, fa) = (c, f, 0.5 * fa);
            } else {
                (a, fa, fb) = (c, f, 0.5 * fb);
            }
        }
        last
    }
}
