//! A place with an agent, as the laboratory knows it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bioxen_base::units::Time;
use bioxen_cell::factory::Infrastructure;
use bioxen_cell::hypervisor::elsewhere::Returning;
use bioxen_cell::hypervisor::{
    Hypervisor, Part, Progress, Recorder, Report, Sample, TypeFacts, VmSample,
};
use bioxen_engine::StopToken;
use bioxen_lab::{LabError, Place, Stretch, Whereabouts};
use serde_json::{Map, Value};

use super::error::RemoteError;
use super::link::{Answer, Link};
use super::protocol::{Live, Told};

/// Keys of a configuration whose values are kept from everybody.
pub(crate) const SECRETS: [&str; 2] = ["password", "passphrase"];

/// Makes links to a place.
pub trait Connect: Send + Sync {
    /// A new link.
    ///
    /// # Errors
    /// When the place cannot be reached, lets nobody in or has no agent.
    fn connect(&self) -> Result<Link, RemoteError>;
}

/// A place with an agent. A link is opened when it is needed, and kept for what comes next; several
/// threads have a link each.
pub struct RemotePlace {
    infrastructure: Infrastructure,
    key: String,
    address: String,
    uuid: Option<String>,
    reach: Map<String, Value>,
    /// Links end before what they lead to: fields are dropped in their order.
    idle: Mutex<Vec<Link>>,
    connect: Box<dyn Connect>,
}

impl fmt::Debug for RemotePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("RemotePlace");
        told.field("address", &self.address).field("infrastructure", &self.infrastructure);
        told.finish_non_exhaustive()
    }
}

impl RemotePlace {
    /// A place that is there: a first link to it is opened. Places with the same `key` are the same.
    ///
    /// # Errors
    /// As [`Connect::connect`].
    pub fn open(
        infrastructure: Infrastructure,
        (key, address): (String, String),
        uuid: Option<String>,
        connect: Box<dyn Connect>,
    ) -> Result<Self, RemoteError> {
        let (reach, idle) = (Map::new(), Mutex::default());
        let place = Self { infrastructure, key, address, uuid, reach, idle, connect };
        let link = place.connect.connect().map_err(|error| place.at(error))?;
        place.put(link);
        Ok(place)
    }

    /// A place to which there is a link already.
    pub(crate) fn linked(
        infrastructure: Infrastructure,
        (key, address): (String, String),
        uuid: Option<String>,
        connect: Box<dyn Connect>,
        link: Link,
    ) -> Self {
        let (reach, idle) = (Map::new(), Mutex::new(vec![link]));
        Self { infrastructure, key, address, uuid, reach, idle, connect }
    }

    /// Keeps what a configuration says of it, but for secrets.
    #[must_use]
    pub fn reached_by(mut self, config: &Map<String, Value>) -> Self {
        let is_shown = |(key, _): &(&String, &Value)| !SECRETS.contains(&key.as_str());
        self.reach = config.iter().filter(is_shown).map(|(k, v)| (k.clone(), v.clone())).collect();
        self
    }

    fn name(&self) -> String {
        format!("{} {}", self.infrastructure.name(), self.address)
    }

    fn at(&self, error: RemoteError) -> RemoteError {
        RemoteError::AtPlace { place: self.name(), error: Box::new(error) }
    }

    /// A link that was used before.
    fn take(&self) -> Option<Link> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put(&self, link: Link) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(link);
    }

    /// A link that works: one that has stood idle for long may have been cut, and is made anew. Whether it
    /// was used before.
    fn link(&self) -> Result<(Link, bool), RemoteError> {
        while let Some(mut link) = self.take() {
            if link.is_alive() {
                return Ok((link, true));
            }
        }
        Ok((self.connect.connect()?, false))
    }

    /// How long the other side takes to answer.
    ///
    /// # Errors
    /// When it does not.
    pub fn ping(&self) -> Result<std::time::Duration, RemoteError> {
        let (mut link, _) = self.link()?;
        let took = link.ping()?;
        self.put(link);
        Ok(took)
    }
}

impl Place for RemotePlace {
    fn infrastructure(&self) -> Infrastructure {
        self.infrastructure
    }

    fn key(&self) -> &str {
        &self.key
    }

    fn whereabouts(&self) -> Whereabouts {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let link = match idle.last().map(Link::agent) {
            Some(agent) => format!("open, to bioxen {} on {}", agent.version, agent.platform),
            None => "lost; made again when it is needed".to_owned(),
        };
        Whereabouts {
            address: Some(self.address.clone()),
            link: Some(link),
            uuid: self.uuid.clone(),
        }
    }

    fn reach(&self) -> Option<&Map<String, Value>> {
        Some(&self.reach)
    }

    fn live(
        &self,
        cell: &mut Hypervisor,
        stretch: Stretch,
        recorder: &mut Recorder,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<Part, LabError> {
        let told = |error: RemoteError| LabError::Place(Arc::new(error));
        let leaving = cell.leave(recorder)?;
        let (mut link, mut used) = self.link().map_err(|error| told(self.at(error)))?;
        let ids: Vec<String> = cell.vms().iter().map(|vm| vm.id().to_owned()).collect();
        let mut needed: Vec<&TypeFacts> =
            cell.vms().iter().filter_map(|vm| vm.biological_type().plugin()).collect();
        needed.sort_by(|a, b| a.sha256.cmp(&b.sha256));
        needed.dedup_by(|a, b| a.sha256 == b.sha256);
        let plugins: Vec<Arc<[u8]>> =
            needed.iter().map(|facts| Arc::clone(&facts.packed)).collect();
        let mut reached = None;
        let answer = loop {
            let answer = link.live(
                &leaving.state,
                &plugins,
                &|state| Live {
                    plugins: needed.iter().map(|facts| facts.sha256.clone()).collect(),
                    ..Live::of(state, stretch, leaving.recorded, leaving.held.clone())
                },
                &mut |told| {
                    if let Some(told) = reported(&told, stretch, &ids) {
                        reached = Some(match &told {
                            Report::Progress(progress) => progress.now,
                            Report::Sample(sample) => sample.now,
                        });
                        report(told);
                    }
                },
                stop,
            );
            // An agent that had gone before it was asked has begun nothing.
            match answer {
                Err(RemoteError::Lost { .. }) if used && reached.is_none() => {
                    drop(link);
                    let again = self.connect.connect().map_err(|error| told(self.at(error)));
                    (link, used) = (again?, false);
                }
                answer => break answer,
            }
        };
        let Answer { done, archive, rows } = match answer {
            Ok(answer) => answer,
            // The simulation has failed, as it would have here.
            Err(error @ RemoteError::Refused { .. }) => {
                self.put(link);
                return Err(told(error));
            }
            Err(error) => {
                let (place, kept) = (self.name(), cell.now());
                let (error, what) = (Box::new(error), "what was to run then");
                return Err(told(RemoteError::LostRun { place, error, kept, what, reached }));
            }
        };
        let returning = Returning { state: archive, rows, held: done.held };
        cell.come_back(returning, recorder)?;
        self.put(link);
        let failed = done.failed.into_iter().map(Into::into).collect();
        Ok(Part { completed: done.completed, failed })
    }
}

/// What a run tells, as it would have told it here.
fn reported(told: &Told, stretch: Stretch, ids: &[String]) -> Option<Report> {
    match told {
        Told::Progress { now_us, growth_per_h, events } => Some(Report::Progress(Progress {
            now: Time::from_micros(*now_us),
            start: stretch.grid.start,
            end: stretch.grid.end,
            growth_per_h: growth_per_h.0.first().copied().unwrap_or(f64::NAN),
            events: *events,
        })),
        Told::Sample { now_us, values } => {
            let (host, vms) = values.0.split_at_checked(4)?;
            let (vms, rest) = vms.as_chunks::<3>();
            if vms.len() != ids.len() || !rest.is_empty() {
                return None;
            }
            let of = |(id, [ribosomes, polymerases, atp_share]): (&String, &[f64; 3])| VmSample {
                id: id.clone(),
                ribosomes: *ribosomes,
                polymerases: *polymerases,
                atp_share: *atp_share,
            };
            Some(Report::Sample(Sample {
                now: Time::from_micros(*now_us),
                growth_per_h: host[0],
                ribosomes: host[1],
                polymerases: host[2],
                atp_percent: host[3],
                vms: ids.iter().zip(vms).map(of).collect(),
            }))
        }
        _ => None,
    }
}
