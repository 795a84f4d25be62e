//! Requests that must not wait for a cell: interrupt, shutdown, and questions about the kernel.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use bioxen::engine::StopToken;
use serde_json::json;

use crate::info;
use crate::post::{Channel, Post};
use crate::wire::{Incoming, Outgoing};

/// Time between two knocks at a cell that is to stop.
const KNOCK: Duration = Duration::from_millis(5);
/// How long to knock.
const KNOCKING: Duration = Duration::from_millis(500);

/// Which cell is being executed: counts up when one begins and when one ends, so it is odd inside.
#[derive(Debug, Clone, Default)]
pub struct Turn(Arc<AtomicU64>);

impl Turn {
    /// A cell begins or ends.
    pub fn next(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// What control can do to a kernel.
#[derive(Debug)]
pub struct Control {
    /// The sockets.
    pub post: Arc<Post>,
    /// Stops what is being evaluated.
    pub stop: StopToken,
    /// What is being evaluated.
    pub turn: Turn,
    /// Ends the kernel.
    pub end: Sender<()>,
}

impl Control {
    /// Answers until nobody can ask any more.
    pub fn serve(&self, inbox: &Receiver<Incoming>) {
        while let Ok(message) = inbox.recv() {
            self.post.status(&message.parent, "busy");
            let ends = self.answer(&message);
            self.post.status(&message.parent, "idle");
            if ends {
                let _ = self.end.send(());
            }
        }
    }

    /// Answers; whether the kernel ends.
    fn answer(&self, message: &Incoming) -> bool {
        let reply = |content| self.post.reply(Channel::Control, message, content);
        if let Some(fault) = &message.fault {
            reply(info::error("ProtocolError", &fault.to_string(), &[]));
            return false;
        }
        match message.header.msg_type.as_str() {
            "interrupt_request" => {
                self.interrupt();
                reply(json!({ "status": "ok" }));
            }
            "shutdown_request" => {
                self.stop.stop();
                shut_down(&self.post, Channel::Control, message);
                return true;
            }
            "kernel_info_request" => reply(info::kernel_info()),
            "debug_request" => {
                let text = "the kernel has no debugger";
                let mut content = info::error("NotSupported", text, &[]);
                // The form of a debug adapter's answer, too.
                content["type"] = "response".into();
                content["success"] = false.into();
                content["message"] = text.into();
                content["request_seq"] = message.content.get("seq").cloned().unwrap_or(0.into());
                content["command"] = message.text("command").into();
                reply(content);
            }
            other => reply(info::error("NotSupported", &unknown(other), &[])),
        }
        false
    }

    /// Stops the cell that is being executed, and only that one. A cell that has just begun has
    /// not yet taken back the last stop, so it is told until it ends.
    fn interrupt(&self) {
        let turn = self.turn.clone();
        let now = turn.now();
        if now.is_multiple_of(2) {
            return;
        }
        self.stop.stop();
        let stop = self.stop.clone();
        thread::spawn(move || {
            let start = Instant::now();
            while start.elapsed() < KNOCKING && turn.now() == now {
                stop.stop();
                thread::sleep(KNOCK);
            }
        });
    }
}

/// Says goodbye, to who asked for it and to everyone.
pub fn shut_down(post: &Post, channel: Channel, message: &Incoming) {
    let content = json!({ "status": "ok", "restart": message.flag("restart", false) });
    post.reply(channel, message, content.clone());
    post.publish(Outgoing::new("shutdown_reply", &message.parent, content));
}

/// What to say to a request of which nothing is known.
pub fn unknown(msg_type: &str) -> String {
    format!("the kernel knows no message of the kind `{msg_type}`")
}
