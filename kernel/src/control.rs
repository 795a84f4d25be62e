//! Requests that must not wait for a cell: interrupt, shutdown, and questions about the kernel.

use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex};

use bioxen::engine::StopToken;
use serde::Serialize;

use crate::info;
use crate::messages::{Debugged, Reply, Request, ShutDown, ShutdownRequest, State};
use crate::post::{Channel, Post};
use crate::sync::lock;
use crate::wire::{Incoming, Outgoing};

/// Which cell is being executed. Odd inside of a cell, even between two.
#[derive(Debug, Clone, Default)]
pub struct Turn(Arc<Mutex<u64>>);

impl Turn {
    /// What follows may be interrupted.
    pub fn begin(&self) {
        let mut turn = lock(&self.0);
        *turn += (*turn + 1) % 2;
    }

    /// Nothing is to be interrupted any more.
    pub fn end(&self) {
        let mut turn = lock(&self.0);
        *turn += *turn % 2;
    }

    /// The number of the cell that is being executed.
    fn cell(&self) -> Option<u64> {
        Some(*lock(&self.0)).filter(|turn| !turn.is_multiple_of(2))
    }

    /// Stops a cell unless it has ended, so that its end is the end of all stops; whether it had
    /// not.
    fn stop(&self, cell: u64, stop: &StopToken) -> bool {
        let turn = lock(&self.0);
        let inside = *turn == cell;
        if inside {
            stop.stop();
        }
        inside
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
            self.post.status(&message.parent, State::Busy);
            let ends = self.answer(&message);
            self.post.status(&message.parent, State::Idle);
            if ends {
                let _ = self.end.send(());
            }
        }
    }

    /// Answers; whether the kernel ends.
    fn answer(&self, message: &Incoming) -> bool {
        match &message.request {
            Err(fault) => self.reply(message, &Reply::error("ProtocolError", fault.to_string())),
            Ok(Request::Interrupt) => {
                self.interrupt();
                self.reply(message, &Reply::done());
            }
            Ok(Request::Shutdown(request)) => {
                self.stop.stop();
                shut_down(&self.post, Channel::Control, message, request);
                return true;
            }
            Ok(Request::KernelInfo) => self.reply(message, &info::kernel_info()),
            Ok(Request::Debug(request)) => {
                let text = "the kernel has no debugger".to_owned();
                let answer = Debugged {
                    outcome: Reply::error("NotSupported", text.clone()),
                    kind: "response".to_owned(),
                    success: false,
                    message: text,
                    request_seq: request.seq.clone().unwrap_or_else(|| 0.into()),
                    command: request.command.clone(),
                };
                self.reply(message, &answer);
            }
            Ok(_) => {
                let text = unknown(&message.header.msg_type);
                self.reply(message, &Reply::error("NotSupported", text));
            }
        }
        false
    }

    fn reply(&self, message: &Incoming, content: &impl Serialize) {
        self.post.reply(Channel::Control, message, content);
    }

    /// Stops the cell that is being executed, and only that one. The session has taken back what was
    /// asked before when the turn began, so that asking once is enough.
    fn interrupt(&self) {
        if let Some(cell) = self.turn.cell() {
            self.turn.stop(cell, &self.stop);
        }
    }
}

/// Says goodbye, to who asked for it and to everyone.
pub fn shut_down(post: &Post, channel: Channel, message: &Incoming, request: &ShutdownRequest) {
    let content = Reply::Ok(ShutDown { restart: request.restart });
    post.reply(channel, message, &content);
    post.publish(Outgoing::told(&message.parent, &content));
}

/// What to say to a request of which nothing is known.
pub fn unknown(msg_type: &str) -> String {
    format!("the kernel knows no message of the kind `{msg_type}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_has_ended_is_not_stopped() {
        let (turn, stop) = (Turn::default(), StopToken::new());
        assert_eq!(turn.cell(), None);
        turn.begin();
        turn.begin();
        assert_eq!(turn.cell(), Some(1));
        assert!(turn.stop(1, &stop) && stop.is_stopped());
        stop.reset();
        turn.end();
        turn.end();
        assert!(!turn.stop(1, &stop));
        turn.begin();
        assert!(!turn.stop(1, &stop) && !stop.is_stopped());
        assert_eq!(turn.cell(), Some(3));
    }
}
