//! One integration, with its events and samples.

use super::super::crossings::{instants, same};
use super::super::events::Queue;
use super::super::history::SAMPLES;
use super::super::lows::Lows;
use super::super::record::Recorder;
use super::super::system::Equations;
use super::settle::Rest;
use super::{Deterministic, FREE_STEPS, LOOKS, MAX_RUSHED, RUSH};
use crate::ode::{Bdf, System};
use crate::{EngineError, StopToken};

pub(super) struct Run<'s> {
    pub(super) model: &'s Deterministic,
    pub(super) queue: Queue,
    pub(super) stop: &'s StopToken,
    pub(super) span: Span,
    pub(super) stack: Vec<f64>,
    pub(super) turns: Turns,
    pub(super) pace: Pace,
    /// Ends the integration where nothing changes any more; it is taken away then.
    pub(super) rest: Option<Rest>,
    /// Who is told of each step, if somebody wants to know.
    pub(super) lows: Option<&'s mut Lows>,
}

/// The times that it goes from and to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: f64,
    pub(super) end: f64,
}

/// Where triggers and rates turn.
pub(super) struct Turns {
    /// Where a trigger is known to turn within the present step.
    next: Option<f64>,
    /// The last crossing of a trigger that was gone through, and the last jump of a rate.
    crossed: f64,
    bent: f64,
}

impl Default for Turns {
    fn default() -> Self {
        Self { next: None, crossed: f64::MIN, bent: f64::MIN }
    }
}

/// How events follow each other.
pub(super) struct Pace {
    last_event: f64,
    /// How many have followed each other too fast.
    rushed: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { last_event: f64::NEG_INFINITY, rushed: 0 }
    }
}

/// Where the state between two times comes from.
pub(super) enum Path {
    Steps(Box<Bdf>),
    /// No equations: only time goes on.
    Still,
}

impl Path {
    pub(super) fn set(&self, equations: &mut Equations<'_>, t: f64) -> Result<(), EngineError> {
        if let Path::Steps(bdf) = self {
            let mut y = vec![0.0; equations.machine.plan.states.len()];
            bdf.interpolate(t, &mut y);
            equations.machine.load(&y);
        }
        equations.machine.update(t)
    }
}

impl Run<'_> {
    pub(super) fn integrate(
        &mut self,
        equations: &mut Equations<'_>,
        options: crate::ode::Options,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), EngineError> {
        let mut t = self.span.start;
        let max_step = options.max_step;
        let mut path = match equations.machine.plan.states.len() {
            0 => Path::Still,
            _ => Path::Steps(Box::new(Bdf::new(t, &equations.machine.state(), options))),
        };
        if let Some(lows) = &mut self.lows {
            lows.begin(t, &equations.machine.state());
        }
        while t < self.span.end {
            if self.stop.is_stopped() {
                return Err(EngineError::Stopped { time: t });
            }
            let mut limit =
                self.queue.next_due().map_or(self.span.end, |due| due.min(self.span.end));
            let q = &equations.machine.q;
            // A step may end just before a crossing; one that was gone through does not count again.
            let least = t.max(same(self.turns.crossed));
            let turn = self.model.triggers.next_beyond(t, least, q, &mut self.stack);
            let kink = self.model.kinks.next_bend(t, self.turns.bent, q, &mut self.stack);
            limit = turn.iter().fold(limit, |limit, &at| limit.min(at));
            let waits = turn.is_some() || kink.is_some() || self.queue.next_due().is_some();
            if !waits && t > self.span.start && self.rests(equations, &mut path, t)? {
                return Ok(());
            }
            if let Some(lag) = self.shortest_lag(equations, t)? {
                limit = limit.min((t + lag).max(t + (self.span.end - t) * 1e-7));
            }
            let kink = kink.filter(|kink| kink.before <= limit);
            let reached = match &mut path {
                // Neither step that ends at a jump nor one that begins there knows both sides.
                Path::Steps(_) if kink.is_some_and(|kink| kink.before <= t) => {
                    kink.map_or(limit, |kink| kink.after)
                }
                Path::Still => {
                    let free = max_step.unwrap_or(f64::INFINITY).min(self.span.end / FREE_STEPS);
                    let next = t + free.max(self.span.end * 1e-9);
                    if next < limit { next } else { limit }
                }
                Path::Steps(bdf) => {
                    bdf.step(equations, Some(kink.map_or(limit, |kink| kink.before)))?;
                    if let Some(lows) = &mut self.lows
                        && lows.look(bdf.y())
                    {
                        let mut dy = vec![0.0; bdf.y().len()];
                        if equations.rhs(bdf.t(), bdf.y(), &mut dy).is_ok() {
                            lows.growth(bdf.t(), bdf.y(), &dy);
                        }
                    }
                    match kink.filter(|kink| kink.before == bdf.t()) {
                        Some(kink) => kink.after,
                        None => bdf.t(),
                    }
                }
            };
            self.turns.next = turn.filter(|&turn| turn <= reached);
            t = self.pass(equations, &mut path, t, reached, recorder)?;
            if let Some(turn) = self.turns.next.filter(|&turn| same(t) >= turn) {
                self.turns.crossed = turn;
            }
            if let (Path::Steps(bdf), Some(kink)) = (&mut path, kink.filter(|k| k.after <= t)) {
                self.turns.bent = kink.at;
                bdf.restart(t, &equations.machine.state());
            }
        }
        Ok(())
    }

    /// Whether the state is steady, where that is asked; brings it there.
    fn rests(
        &mut self,
        equations: &mut Equations<'_>,
        path: &mut Path,
        t: f64,
    ) -> Result<bool, EngineError> {
        let Some(rest) = &mut self.rest else { return Ok(false) };
        if let Path::Steps(bdf) = path {
            let Some(y) = rest.look(equations, (self.span.start, t), bdf.y())? else {
                return Ok(false);
            };
            bdf.restart(t, &y);
        }
        self.rest = None;
        path.set(equations, t)?;
        Ok(true)
    }

    /// Refuses events that follow each other in ever shorter times.
    fn watch(&mut self, t: f64) -> Result<(), EngineError> {
        let rushed = t - self.pace.last_event < RUSH * (self.span.end - self.span.start);
        self.pace.rushed = if rushed { self.pace.rushed + 1 } else { 0 };
        self.pace.last_event = t;
        if self.pace.rushed <= MAX_RUSHED {
            return Ok(());
        }
        let reason = "events follow each other in ever shorter times";
        Err(EngineError::StepFailure { time: t, step: 0.0, reason })
    }

    /// The shortest lag at this time, which no step should exceed.
    fn shortest_lag(
        &self,
        equations: &mut Equations<'_>,
        t: f64,
    ) -> Result<Option<f64>, EngineError> {
        let plan = equations.machine.plan;
        let mut shortest: Option<f64> = None;
        for delay in &plan.delays {
            let lag = equations.machine.lag(delay, t)?;
            if lag > 0.0 {
                shortest = Some(shortest.map_or(lag, |s| s.min(lag)));
            }
        }
        Ok(shortest)
    }

    /// Goes along a step: records, and lets events happen. Gives the time reached, which an
    /// event may have cut short.
    fn pass(
        &mut self,
        equations: &mut Equations<'_>,
        path: &mut Path,
        from: f64,
        to: f64,
        recorder: &mut Recorder<'_>,
    ) -> Result<f64, EngineError> {
        let mut t = from;
        while t < to {
            let limit = self.queue.next_due().map_or(to, |due| due.min(to)).max(t);
            let next = self.change(equations, path, t, limit)?.unwrap_or(limit);
            self.remember(equations, path, t, next)?;
            while let Some(at) = recorder.next().filter(|&at| at < next) {
                path.set(equations, at)?;
                recorder.record(at, &equations.machine.q);
            }
            path.set(equations, next)?;
            let happened = self.queue.process(&mut equations.machine, next, self.stop)?;
            recorder.record(next, &equations.machine.q);
            t = next;
            if happened {
                self.watch(t)?;
                equations.tell();
                if let Path::Steps(bdf) = path {
                    bdf.restart(t, &equations.machine.state());
                }
                return Ok(t);
            }
        }
        Ok(t)
    }

    /// The first time after `from`, up to `to`, at which a trigger has changed.
    fn change(
        &self,
        equations: &mut Equations<'_>,
        path: &Path,
        from: f64,
        to: f64,
    ) -> Result<Option<f64>, EngineError> {
        if equations.machine.plan.events.is_empty() {
            return Ok(None);
        }
        let mut changed = |t: f64| -> Result<bool, EngineError> {
            path.set(equations, t)?;
            Ok(self.queue.has_changed(&mut equations.machine, t))
        };
        let mut before = from;
        let looks = (1..LOOKS).map(|look| from + (to - from) * look as f64 / LOOKS as f64);
        // A trigger such as `rem(time, 12) == 0` holds for a moment only.
        let ends =
            self.turns.next.filter(|&turn| turn <= to).into_iter().flat_map(instants).chain([to]);
        for t in looks.chain(ends) {
            if t <= before {
                continue;
            }
            if changed(t)? {
                return super::super::events::bisect(before, t, &mut changed).map(Some);
            }
            before = t;
        }
        Ok(None)
    }

    /// Keeps what delays will ask for.
    fn remember(
        &self,
        equations: &mut Equations<'_>,
        path: &Path,
        from: f64,
        to: f64,
    ) -> Result<(), EngineError> {
        let plan = equations.machine.plan;
        if plan.delays.is_empty() {
            return Ok(());
        }
        let mut samples = vec![[0.0; SAMPLES]; plan.delays.len()];
        for place in 0..SAMPLES {
            let t = from + (to - from) * place as f64 / (SAMPLES - 1) as f64;
            path.set(equations, t)?;
            for (delay, samples) in plan.delays.iter().zip(&mut samples) {
                samples[place] = equations.machine.eval(&delay.value, t);
            }
        }
        equations.machine.history.push(to, samples);
        Ok(())
    }
}
