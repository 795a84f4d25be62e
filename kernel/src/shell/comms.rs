//! Comms: lines over which widgets and dashboards talk with the kernel.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::messages::{
    CommInfo, CommMessage, CommOpen, CommRefused, CommTarget, MonitorData, MonitorMessage, Refusal,
};
use crate::post::Post;
use crate::sync::lock;
use crate::wire::{Incoming, Outgoing};

/// Most comms that are open at once.
const MOST: usize = 1024;

/// What is at our end of a comm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Sends back what it gets.
    Echo,
    /// Gets samples of the host and the status of VMs.
    Monitor,
}

impl Target {
    const ALL: [Self; 2] = [Self::Echo, Self::Monitor];

    fn name(self) -> &'static str {
        match self {
            Self::Echo => "bioxen.echo",
            Self::Monitor => "bioxen.monitor",
        }
    }
}

/// The comms that are open.
#[derive(Debug, Clone)]
pub struct Comms {
    open: Arc<Mutex<BTreeMap<String, Target>>>,
    post: Arc<Post>,
}

/// Those that want samples; for whoever has some.
#[derive(Debug, Clone)]
pub(super) struct Monitors {
    open: Arc<Mutex<BTreeMap<String, Target>>>,
    post: Arc<Post>,
}

impl Monitors {
    /// Sends a sample to all of them.
    pub(super) fn send(&self, data: &MonitorData) {
        for (id, target) in lock(&self.open).iter() {
            if *target == Target::Monitor {
                let content = MonitorMessage { comm_id: id, data };
                self.post.publish(Outgoing::told(b"{}", &content));
            }
        }
    }

    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        lock(&self.open).values().any(|t| *t == Target::Monitor)
    }
}

impl Comms {
    /// None yet.
    pub fn new(post: Arc<Post>) -> Self {
        Self { open: Arc::default(), post }
    }

    pub(super) fn monitors(&self) -> Monitors {
        Monitors { open: self.open.clone(), post: self.post.clone() }
    }

    /// Opens a comm; one with an unknown target is closed at once, as the protocol has it.
    pub(crate) fn open(&self, message: &Incoming, request: &CommOpen) {
        let CommOpen { comm_id: id, target_name: name, data } = request;
        let target = Target::ALL.into_iter().find(|t| t.name() == name.as_str());
        let mut open = lock(&self.open);
        let room = open.len() < MOST && !id.is_empty();
        if let (Some(target), true) = (target, room) {
            open.insert(id.clone(), target);
            drop(open);
            if target == Target::Echo {
                self.send(message, id, data);
            }
            return;
        }
        drop(open);
        let names = Target::ALL.map(Target::name).join(", ");
        let error = format!("no comm can be opened at `{name}`; there are {names}");
        let content = CommRefused { comm_id: id.clone(), data: Refusal { error } };
        self.post.publish(Outgoing::told(&message.parent, &content));
    }

    /// Takes a message; one for a comm that is not open says nothing to anyone.
    pub(super) fn message(&self, message: &Incoming, request: &CommMessage) {
        if lock(&self.open).get(&request.comm_id) == Some(&Target::Echo) {
            self.send(message, &request.comm_id, &request.data);
        }
    }

    /// Closes a comm.
    pub(super) fn close(&self, id: &str) {
        lock(&self.open).remove(id);
    }

    /// The comms of a target, or all.
    pub(super) fn info(&self, target: &str) -> CommInfo {
        let open = lock(&self.open);
        let wanted = open.iter().filter(|(_, t)| target.is_empty() || t.name() == target);
        let told = |t: &Target| CommTarget { target_name: t.name().to_owned() };
        CommInfo { comms: wanted.map(|(id, t)| (id.clone(), told(t))).collect() }
    }

    /// Sends a message's data and buffers back.
    fn send(&self, message: &Incoming, id: &str, data: &Value) {
        let content = CommMessage { comm_id: id.to_owned(), data: data.clone() };
        let mut answer = Outgoing::told(&message.parent, &content);
        answer.buffers.clone_from(&message.buffers);
        self.post.publish(answer);
    }
}
