//! One leap, or the decision not to leap.

use super::Tau;
use super::hazard::Hazard;
use crate::EngineError;
use crate::ssa::COUNT_LIMIT;

/// A leap takes about as long for each reaction of the network as so many exact events do.
const COST: f64 = 2.0;
/// A leap must replace at least so many times the events that take as long; the paper says ten
/// events, whatever the size of the network.
const LEAST_GAIN: f64 = 2.0;
const LEAST_EVENTS: f64 = 10.0;

impl Tau {
    /// Leaps once, if that pays; whether it did.
    pub(super) fn leap(&mut self, t_end: f64) -> Result<bool, EngineError> {
        let total = self.exact.fill_propensities(&mut self.rates)?;
        let time = self.exact.time();
        self.find_critical();
        let (model, x) = (self.exact.model(), self.exact.state());
        let mut longest =
            self.bounds.longest(model, x, &self.rates, &self.critical, self.options.epsilon);
        let rest = t_end - time;
        let worth = LEAST_EVENTS.max(LEAST_GAIN * COST * self.rates.len() as f64);
        let rare = self.rare(&self.rates);
        loop {
            // Once more than half of a leap is rare events, it ends with one of them.
            let span = longest.min(rest);
            if total * span.min(1.0 / rare) < worth {
                return Ok(false);
            }
            let hazard = self.hazard(rare, span);
            let wait = self.exact.rng_mut().exponential();
            let until_rare = hazard.time(wait).filter(|&until| until <= span);
            let step = until_rare.unwrap_or(span);
            if self.fire(step, until_rare.map(|until| hazard.weight(until)))? {
                let end = if step == rest { t_end } else { time + step };
                let events = self.firings.iter().sum::<f64>() as u64;
                self.exact.jump(&self.next, end, events);
                self.leaps += 1;
                self.refusals = 0;
                return Ok(true);
            }
            // A count would have been negative.
            longest = step / 2.0;
        }
    }

    /// How far to go exactly before a leap is considered again, in events: more after each
    /// refusal.
    pub(super) fn patience(&self) -> u64 {
        /// For each reaction of the network.
        const PATIENCE: f64 = 2.0;
        const LEAST_PATIENCE: f64 = 100.0;
        /// So many times the patience doubles while leaps do not pay.
        const DOUBLINGS: u32 = 6;
        let events = LEAST_PATIENCE.max(PATIENCE * self.rates.len() as f64);
        events as u64 * (1 << self.refusals.min(DOUBLINGS))
    }

    /// Finds the reactions that could soon run out of a reactant.
    fn find_critical(&mut self) {
        let (model, x) = (self.exact.model(), self.exact.state());
        for (r, critical) in self.critical.iter_mut().enumerate() {
            let changes = model.changes.row(r).iter().filter(|c| c.delta < 0);
            let left = changes.map(|c| (x[c.species as usize] / -f64::from(c.delta)).floor());
            *critical = left.fold(f64::INFINITY, f64::min) < self.options.critical;
        }
    }

    /// The sum of the critical rates.
    fn rare(&self, rates: &[f64]) -> f64 {
        let all = rates.iter().zip(&self.critical).filter(|(_, critical)| **critical);
        // The sum of nothing is 0 here, and not -0, by which others divide.
        all.fold(0.0, |sum, (rate, _)| sum + rate)
    }

    /// How the critical rates change over a leap: from those now to those in the state that the
    /// other reactions lead to on average.
    fn hazard(&mut self, rare: f64, span: f64) -> Hazard {
        if rare == 0.0 {
            return Hazard::new(0.0, 0.0, span);
        }
        let model = self.exact.model();
        self.next.clear();
        self.next.extend_from_slice(self.exact.state());
        for (reaction, &rate) in self.rates.iter().enumerate() {
            if rate > 0.0 && !self.critical[reaction] {
                for change in model.changes.row(reaction) {
                    self.next[change.species as usize] += rate * span * f64::from(change.delta);
                }
            }
        }
        for (value, &species) in self.next.iter_mut().zip(&model.quantities.is_species) {
            if species {
                *value = value.max(0.0);
            }
        }
        self.later.copy_from_slice(&self.rates);
        let critical = (0..self.rates.len()).filter(|&r| self.critical[r] && self.rates[r] > 0.0);
        for r in critical {
            let rate = self.exact.propensity_at(r, &self.next, &mut self.stack);
            // The state on the way is no state of molecules: what has no rate there keeps its own.
            if rate.is_finite() && rate >= 0.0 {
                self.later[r] = rate;
            }
        }
        Hazard::new(rare, self.rare(&self.later), span)
    }

    /// Lets the reactions fire for a step, at the end of which one critical reaction fires if
    /// `rare` says so, and how far its rate is then from the first to the last of the leap. False
    /// if a count would be negative.
    fn fire(&mut self, step: f64, rare: Option<f64>) -> Result<bool, EngineError> {
        /// The leap in two halves of Anderson and Koyama, with their theta at 1/2: the second half goes
        /// on at `AFTER` times the rates in the middle less `BEFORE` times those at the start.
        const HALF: f64 = 0.5;
        const AFTER: f64 = 2.0;
        const BEFORE: f64 = 1.0;
        let chosen = rare.and_then(|weight| self.choose(weight));
        self.draw(HALF * step, |_, rate, _| rate);
        if !self.try_firings()? {
            return Ok(false);
        }
        std::mem::swap(&mut self.first, &mut self.firings);
        self.exact.fill_propensities_at(&self.next, &mut self.later)?;
        self.draw(HALF * step, |r, rate, later| AFTER * later[r] - BEFORE * rate);
        for (firing, first) in self.firings.iter_mut().zip(&self.first) {
            *firing += first;
        }
        if let Some(r) = chosen {
            self.firings[r] = 1.0;
        }
        self.try_firings()
    }

    /// Draws how often the reactions that are not critical fire in a time; `rate` makes the mean
    /// rate of a reaction from its number, its rate at the start and the later rates.
    fn draw(&mut self, time: f64, rate: impl Fn(usize, f64, &[f64]) -> f64) {
        let rng = self.exact.rng_mut();
        for (r, firing) in self.firings.iter_mut().enumerate() {
            let mean = if self.critical[r] { 0.0 } else { rate(r, self.rates[r], &self.later) };
            *firing = if mean > 0.0 { rng.poisson(mean * time) } else { 0.0 };
        }
    }

    /// Which of the critical reactions fires.
    fn choose(&mut self, weight: f64) -> Option<usize> {
        let (rates, later, critical) = (&self.rates, &self.later, &self.critical);
        let rate = |r: usize| rates[r] + weight * (later[r] - rates[r]);
        let candidates = || (0..rates.len()).filter(|&r| critical[r] && rates[r] > 0.0);
        let total: f64 = candidates().map(rate).sum();
        let mut target = self.exact.rng_mut().uniform_below_one() * total;
        let mut chosen = None;
        for r in candidates() {
            chosen = Some(r);
            if target < rate(r) {
                break;
            }
            target -= rate(r);
        }
        chosen
    }

    /// The state after the firings, unless a count would be negative.
    fn try_firings(&mut self) -> Result<bool, EngineError> {
        let model = self.exact.model();
        self.next.clear();
        self.next.extend_from_slice(self.exact.state());
        for (reaction, &firings) in self.firings.iter().enumerate() {
            if firings > 0.0 {
                for change in model.changes.row(reaction) {
                    self.next[change.species as usize] += firings * f64::from(change.delta);
                }
            }
        }
        for (id, (&value, &species)) in
            self.next.iter().zip(&model.quantities.is_species).enumerate()
        {
            if species && value < 0.0 {
                return Ok(false);
            }
            if species && value >= COUNT_LIMIT {
                let quantity = model.quantities.names[id].clone();
                let time = self.exact.time();
                return Err(EngineError::PopulationOverflow { quantity, value, time });
            }
        }
        Ok(true)
    }
}
