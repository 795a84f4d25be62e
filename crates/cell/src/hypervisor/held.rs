//! Which VMs were held back during a run, by which limit, and for what share of the time.

mod written;

use serde::{Deserialize, Serialize, Serializer};

use super::vm::Vm;
use crate::chassis::{Bound, Competition};
use written::Written;

/// A VM that got fewer ribosomes than its mRNA could have held, or fewer RNA polymerases than its promoters
/// could have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeldBack {
    /// Its id.
    pub vm: String,
    /// What held it back.
    #[serde(serialize_with = "name")]
    pub by: Bound,
    /// Its quota [ribosomes or RNA polymerases] or its share of ATP [%], the last if it changed.
    pub limit: f64,
    /// The most that may be allocated to it, in the same unit: its limit, the last if it changed.
    #[serde(skip)]
    pub most: f64,
    /// The part of the time of the run, from 0 to 1; told to programs as to scripts [%].
    #[serde(serialize_with = "percent")]
    pub share: f64,
    /// The ribosomes or RNA polymerases it held, as a part of what it would have held; the mean of that
    /// time.
    pub speed: f64,
}

fn percent<S: Serializer>(share: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(100.0 * share)
}

fn name<S: Serializer>(by: &Bound, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(by.name())
}

/// For how long VMs were held back during a run, or several.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Held {
    /// The time looked at [us]: whole numbers, so that no order of adding them matters.
    whole: f64,
    spans: Vec<Span>,
}

/// One VM held back by one thing.
#[derive(Debug, Clone, PartialEq)]
struct Span {
    vm: String,
    by: Bound,
    limit: f64,
    most: f64,
    /// For how long [us].
    time: f64,
    /// The throttle, integrated over that time [us].
    throttle: f64,
}

impl Span {
    fn extend(&mut self, (limit, most): (f64, f64), time: f64, throttle: f64) {
        (self.limit, self.most) = (limit, most);
        self.time += time;
        self.throttle += throttle;
    }
}

impl Held {
    /// Takes in a stretch of time [us] with the same competition among the live VMs.
    pub(super) fn add(&mut self, micros: f64, vms: &[Vm], competition: &Competition) {
        self.whole += micros;
        let live = || vms.iter().filter(|vm| vm.is_live());
        let translation = live().zip(competition.bounds()).zip(&competition.ribosomes.throttle);
        let polymerases = &competition.polymerases;
        let transcription =
            live().zip(competition.transcription_bounds()).zip(&polymerases.held.throttle);
        let mut hint = 0;
        for ((vm, bound), throttle) in translation.chain(transcription) {
            let Some(by) = bound else { continue };
            let (given, limits) = (vm.allocation(), vm.limits());
            let (limit, most) = match by {
                Bound::Ribosomes | Bound::Host => (given.ribosomes, limits.max_ribosomes),
                Bound::Polymerases | Bound::HostPolymerases => {
                    (given.polymerases, limits.max_polymerases)
                }
                Bound::Atp => (given.atp_percent, limits.max_atp_percent),
            };
            let (time, throttle) = (micros, throttle * micros);
            // Usually the same VMs are held back again, in the same order.
            let same = |s: &Span| s.by == by && s.vm == vm.id();
            let known = self.spans.get(hint).is_some_and(same).then_some(hint);
            let at = known.or_else(|| self.spans.iter().position(same));
            hint = at.unwrap_or(self.spans.len()) + 1;
            match at {
                Some(at) => self.spans[at].extend((limit, most), time, throttle),
                None => {
                    let vm = vm.id().to_owned();
                    self.spans.push(Span { vm, by, limit, most, time, throttle });
                }
            }
        }
    }

    /// Takes in what came of another run.
    pub fn merge(&mut self, other: &Self) {
        self.whole += other.whole;
        for span in &other.spans {
            match self.spans.iter_mut().find(|s| s.by == span.by && s.vm == span.vm) {
                Some(known) => known.extend((span.limit, span.most), span.time, span.throttle),
                None => self.spans.push(span.clone()),
            }
        }
    }

    /// The VMs that were held back, in the order in which that began.
    pub fn list(&self) -> Vec<HeldBack> {
        let of = |span: &Span| HeldBack {
            vm: span.vm.clone(),
            by: span.by,
            limit: span.limit,
            most: span.most,
            share: (span.time / self.whole).min(1.0),
            speed: span.throttle / span.time,
        };
        self.spans.iter().filter(|span| span.time > 0.0).map(of).collect()
    }
}
