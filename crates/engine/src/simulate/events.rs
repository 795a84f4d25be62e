//! Events: when they fire, how they wait, and in which order they are carried out.
//!
//! L3V2 section 4.12: an event fires when its trigger turns from false to true; it is carried out
//! after its delay, unless it is not persistent and its trigger has turned false by then. Of those
//! due at one time the one with the highest priority goes first, ties are broken at random, and
//! all triggers and priorities are looked at again after each.

use super::machine::Machine;
use crate::{EngineError, StopToken};

/// How many events may follow each other without time going on.
const MAX_CASCADE: usize = 100_000;
/// How many events may wait at once.
const MAX_WAITING: usize = 100_000;

/// An event that has fired and waits.
#[derive(Debug, Clone)]
struct Pending {
    event: usize,
    due: f64,
    /// The values to set, if they are those of the time of firing.
    values: Option<Vec<f64>>,
}

/// The triggers as last seen and the events that wait.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    truth: Vec<bool>,
    pending: Vec<Pending>,
    random: u64,
}

impl Queue {
    /// The triggers before the start.
    pub(super) fn new(machine: &Machine<'_>, seed: u64) -> Self {
        let truth = machine.plan.events.iter().map(|e| e.trigger.initial_value).collect();
        Queue { truth, pending: Vec::new(), random: seed }
    }

    /// When the next waiting event is due.
    pub(super) fn next_due(&self) -> Option<f64> {
        self.pending.iter().map(|p| p.due).min_by(f64::total_cmp)
    }

    /// Whether any trigger now differs from when it was last seen.
    pub(super) fn has_changed(&self, machine: &mut Machine<'_>, t: f64) -> bool {
        let plan = machine.plan;
        plan.events
            .iter()
            .zip(&self.truth)
            .any(|(e, &was)| machine.holds(&e.trigger.condition, t) != was)
    }

    /// Lets events fire and carries out those that are due. Gives whether any was carried out.
    ///
    /// # Errors
    /// Delays that are negative or not a number, events that fire each other without end, too many
    /// that wait, and the stop token.
    pub(super) fn process(
        &mut self,
        machine: &mut Machine<'_>,
        t: f64,
        stop: &StopToken,
    ) -> Result<bool, EngineError> {
        self.fire(machine, t)?;
        let mut count = 0;
        while let Some(number) = self.choose(machine, t) {
            let pending = self.pending.swap_remove(number);
            carry_out(machine, t, pending)?;
            self.fire(machine, t)?;
            count += 1;
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: t });
            }
            if count > MAX_CASCADE {
                return Err(EngineError::StepFailure {
                    time: t,
                    step: 0.0,
                    reason: "events fire each other without end",
                });
            }
        }
        Ok(count > 0)
    }

    /// Looks at all triggers.
    fn fire(&mut self, machine: &mut Machine<'_>, t: f64) -> Result<(), EngineError> {
        let plan = machine.plan;
        for (event, happening) in plan.events.iter().enumerate() {
            let now = machine.holds(&happening.trigger.condition, t);
            let before = std::mem::replace(&mut self.truth[event], now);
            if now && !before {
                let delay = happening.delay.as_ref().map_or(0.0, |d| machine.eval(d, t));
                if delay.is_nan() || delay < 0.0 {
                    return Err(EngineError::BadDelay {
                        name: happening.name.clone(),
                        delay,
                        time: t,
                    });
                }
                if self.pending.len() >= MAX_WAITING {
                    return Err(EngineError::StepFailure {
                        time: t,
                        step: 0.0,
                        reason: "more than 100 000 events wait",
                    });
                }
                let values = happening.early.then(|| values(machine, event, t));
                self.pending.push(Pending { event, due: t + delay, values });
            }
            if !now && !happening.trigger.persistent {
                self.pending.retain(|p| p.event != event);
            }
        }
        Ok(())
    }

    /// Which of the waiting events goes next.
    fn choose(&mut self, machine: &mut Machine<'_>, t: f64) -> Option<usize> {
        let plan = machine.plan;
        let mut best: Vec<usize> = Vec::new();
        let mut highest = f64::NEG_INFINITY;
        for (number, pending) in self.pending.iter().enumerate() {
            if pending.due > t {
                continue;
            }
            let priority = &plan.events[pending.event].priority;
            let priority = priority.as_ref().map_or(f64::NEG_INFINITY, |p| machine.eval(p, t));
            let priority = if priority.is_nan() { f64::NEG_INFINITY } else { priority };
            if priority > highest {
                highest = priority;
                best.clear();
            }
            if priority == highest {
                best.push(number);
            }
        }
        match best.len() {
            0 => None,
            1 => Some(best[0]),
            // Comparisons that are held; their order is nothing to be chosen.
            _ if highest == f64::INFINITY => Some(best[0]),
            n => Some(best[(self.draw() % n as u64) as usize]),
        }
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// The first time, to the last bit, at which something has changed that had not at `low` and has
/// at `high`.
///
/// # Errors
/// Those of `changed`.
pub(super) fn bisect(
    mut low: f64,
    mut high: f64,
    changed: &mut dyn FnMut(f64) -> Result<bool, EngineError>,
) -> Result<f64, EngineError> {
    loop {
        let middle = low + 0.5 * (high - low);
        if middle <= low || middle >= high {
            return Ok(high);
        }
        if changed(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
}

fn values(machine: &mut Machine<'_>, event: usize, t: f64) -> Vec<f64> {
    let plan = machine.plan;
    plan.events[event].assignments.iter().map(|(_, p, _)| machine.eval(p, t)).collect()
}

fn carry_out(machine: &mut Machine<'_>, t: f64, pending: Pending) -> Result<(), EngineError> {
    let plan = machine.plan;
    let values = match pending.values {
        Some(values) => values,
        None => values(machine, pending.event, t),
    };
    // The amount that goes with a concentration is that in the volume as it was before.
    let sizes: Vec<f64> = plan.events[pending.event]
        .assignments
        .iter()
        .map(|(_, _, scale)| scale.map_or(1.0, |size| machine.q[size]))
        .collect();
    let assignments = &plan.events[pending.event].assignments;
    for (((target, _, _), value), size) in assignments.iter().zip(values).zip(sizes) {
        machine.q[*target] = value * size;
    }
    machine.update(t)
}
