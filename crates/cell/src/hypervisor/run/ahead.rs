//! Lookahead: results beyond the present, so that the place where a run is cut changes no number.
//!
//! Guests and host are coupled at whole coupling steps, and the glucose of a batch culture is updated
//! every ten seconds. A run, a sample or an event may fall in between. Then the present state is
//! computed by a look into the step, and the cell at the beginning of the step is kept. If nothing has
//! changed when the run continues, it continues from that beginning, as if it had not been interrupted.
//! If something was changed, the present becomes the beginning of a new step. The integration of a
//! deterministic run is kept in the same way.

use super::super::Hypervisor;
use super::super::archive::Fingerprint;
use super::super::error::HypervisorError;
use super::super::solver::Solver;
use super::deterministic::Integration;
use bioxen_base::units::Time;
use bioxen_engine::EngineError;

/// What is known beyond the present.
#[derive(Debug, Clone)]
pub(in super::super) enum Ahead {
    /// The present is a look into a step.
    Step(Box<Step>),
    /// The integration of host and guests, which is further than the present.
    Integration(Box<Integration>),
}

/// A step that the present looks into.
#[derive(Debug, Clone)]
pub(in super::super) struct Step {
    /// The cell at its beginning.
    pub(in super::super) base: Hypervisor,
    /// The integration over it, in a batch culture.
    integration: Option<Integration>,
    /// The present, as it was when the last run ended.
    seen: Option<Fingerprint>,
}

impl Ahead {
    /// A step of which only the beginning is known.
    pub(in super::super) fn step(base: Hypervisor, seen: Fingerprint) -> Self {
        Self::Step(Box::new(Step { base, integration: None, seen: Some(seen) }))
    }
}

impl Hypervisor {
    /// What is known beyond the present, unless the present was changed since.
    pub(in super::super) fn ahead_of_present(&self) -> Option<&Ahead> {
        self.ahead.as_ref().filter(|ahead| match ahead {
            Ahead::Step(step) => step.seen.as_ref() == Some(&Fingerprint::of(self)),
            Ahead::Integration(integration) => {
                self.solver == Solver::Deterministic
                    && self.culture.is_none()
                    && integration.goes_on_from(self)
            }
        })
    }

    /// Forgets what is known beyond the present if the present was changed since. Whatever changes
    /// something does this first, so that a change that is taken back is a change.
    pub(in super::super) fn forget_what_has_changed(&mut self) {
        if self.ahead_of_present().is_none() {
            self.ahead = None;
        }
    }

    /// Notes what the present is, at the end of a run.
    pub(super) fn note_present(&mut self) {
        if matches!(self.ahead, Some(Ahead::Step(_))) {
            let seen = Fingerprint::of(self);
            if let Some(Ahead::Step(step)) = &mut self.ahead {
                step.seen = Some(seen);
            }
        }
    }

    /// Lives on to `to` within the step that ends at `end`: all of it, from where it began, or a
    /// part of it, which is a look. `live` is given the cell at the beginning of the step.
    pub(super) fn live_within_step<T>(
        &mut self,
        (to, end): (Time, Time),
        live: impl FnOnce(&mut Self, &mut Option<Integration>) -> Result<T, HypervisorError>,
    ) -> Result<T, HypervisorError> {
        let (base, mut integration) = match self.ahead.take() {
            Some(Ahead::Step(step)) => (Some(step.base), step.integration),
            Some(Ahead::Integration(_)) | None => (None, None),
        };
        if to < end {
            let base = base.unwrap_or_else(|| {
                let mut base = self.clone();
                base.vms.iter_mut().for_each(|vm| vm.forget_looks(base.solver));
                base
            });
            let mut look = base.clone();
            look.held.clone_from(&self.held);
            let outcome = live(&mut look, &mut integration);
            if outcome.is_ok() {
                self.become_cell(look);
            }
            self.ahead = Some(Ahead::Step(Box::new(Step { base, integration, seen: None })));
            return outcome;
        }
        let Some(mut next) = base else { return live(self, &mut integration) };
        next.held.clone_from(&self.held);
        let outcome = live(&mut next, &mut integration);
        match &outcome {
            Ok(_) => self.become_cell(next),
            // Nothing has happened yet: the present stays the look that it was.
            Err(HypervisorError::Engine(EngineError::Stopped { .. })) => {
                let step = Step { base: next, integration, seen: None };
                self.ahead = Some(Ahead::Step(Box::new(step)));
            }
            Err(_) => {}
        }
        outcome
    }

    /// Is another state of this cell. How often it is recorded is none of its state.
    fn become_cell(&mut self, cell: Self) {
        let sample_every = self.sample_every;
        *self = Self { sample_every, ..cell };
    }
}
