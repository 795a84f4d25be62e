//! Comms: lines over which widgets and dashboards talk with the kernel.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

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
#[derive(Debug)]
pub(super) struct Comms {
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
    pub(super) fn send(&self, data: &Value) {
        for (id, target) in lock(&self.open).iter() {
            if *target == Target::Monitor {
                let content = json!({ "comm_id": id, "data": data });
                self.post.publish(Outgoing::new("comm_msg", b"{}", content));
            }
        }
    }

    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        lock(&self.open).values().any(|t| *t == Target::Monitor)
    }
}

impl Comms {
    pub(super) fn new(post: Arc<Post>) -> Self {
        Self { open: Arc::default(), post }
    }

    pub(super) fn monitors(&self) -> Monitors {
        Monitors { open: self.open.clone(), post: self.post.clone() }
    }

    /// Opens a comm; one with an unknown target is closed at once, as the protocol has it.
    pub(super) fn open(&self, message: &Incoming) {
        let id = message.text("comm_id");
        let name = message.text("target_name");
        let target = Target::ALL.into_iter().find(|t| t.name() == name);
        let mut open = lock(&self.open);
        let room = open.len() < MOST && !id.is_empty();
        if let (Some(target), true) = (target, room) {
            open.insert(id.to_owned(), target);
            drop(open);
            if target == Target::Echo {
                self.send(message, "comm_msg", id);
            }
            return;
        }
        drop(open);
        let content = json!({ "comm_id": id, "data": {
            "error": format!("no comm can be opened at `{name}`; there are {}",
                Target::ALL.map(Target::name).join(", ")),
        } });
        self.post.publish(Outgoing::new("comm_close", &message.parent, content));
    }

    /// Takes a message; one for a comm that is not open says nothing to anyone.
    pub(super) fn message(&self, message: &Incoming) {
        let id = message.text("comm_id");
        if lock(&self.open).get(id) == Some(&Target::Echo) {
            self.send(message, "comm_msg", id);
        }
    }

    /// Closes a comm.
    pub(super) fn close(&self, message: &Incoming) {
        lock(&self.open).remove(message.text("comm_id"));
    }

    /// The comms of a target, or all.
    pub(super) fn info(&self, target: &str) -> Value {
        let open = lock(&self.open);
        let wanted = open.iter().filter(|(_, t)| target.is_empty() || t.name() == target);
        let comms: Map<String, Value> =
            wanted.map(|(id, t)| (id.clone(), json!({ "target_name": t.name() }))).collect();
        json!({ "status": "ok", "comms": comms })
    }

    /// Sends a message's data and buffers back.
    fn send(&self, message: &Incoming, kind: &str, id: &str) {
        let data = message.content.get("data").cloned().unwrap_or_else(|| json!({}));
        let content = json!({ "comm_id": id, "data": data });
        let mut answer = Outgoing::new(kind, &message.parent, content);
        answer.buffers.clone_from(&message.buffers);
        self.post.publish(answer);
    }
}
