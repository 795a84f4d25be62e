//! Requests that must not wait for a cell: interrupt, shutdown, and questions about the kernel.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use bioxen::engine::Interrupt;
use serde::Serialize;

use crate::info;
use crate::messages::{
    Ask, BioxenRequest, Debugged, Reply, Request, ShutDown, ShutdownRequest, State,
};
use crate::post::{Channel, Post};
use crate::shell::Comms;
use crate::together::Together;
use crate::wire::{Incoming, Outgoing};

/// What control can do to a kernel.
#[derive(Debug)]
pub struct Control {
    /// The sockets.
    pub post: Arc<Post>,
    /// Lines to widgets and dashboards.
    pub comms: Comms,
    /// Stops what is being evaluated.
    pub evaluation: Interrupt,
    /// Who is there, and what runs.
    pub together: Arc<Together>,
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
            Ok(Request::Interrupt(request)) => {
                let stop = || self.evaluation.stop();
                let allowed = self.together.interrupt(&message.who(), request.force, stop);
                let refused = |text| Reply::error("NotYours", text);
                self.reply(message, &allowed.map_or_else(refused, |()| Reply::done()));
            }
            Ok(Request::Bioxen(request)) => {
                answer_about(&self.post, &self.together, Channel::Control, message, request);
            }
            // A dashboard that comes while a cell runs sees what is left of the run.
            Ok(Request::CommOpen(request)) => self.comms.open(message, request),
            Ok(Request::Shutdown(request)) => {
                self.evaluation.stop();
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
}

/// Says goodbye, to who asked for it and to everyone.
pub fn shut_down(post: &Post, channel: Channel, message: &Incoming, request: &ShutdownRequest) {
    let content = Reply::Ok(ShutDown { restart: request.restart });
    post.reply(channel, message, &content);
    post.publish(Outgoing::told(&message.parent, &content));
}

/// Answers what can be known while a cell is executed.
pub(crate) fn answer_about(
    post: &Post,
    together: &Together,
    channel: Channel,
    message: &Incoming,
    request: &BioxenRequest,
) {
    match request.ask {
        Ask::People => post.reply(channel, message, &Reply::Ok(together.people(&message.who()))),
        Ask::Log => post.reply(channel, message, &Reply::Ok(together.log(request.last))),
        Ask::Vms => post.reply(channel, message, &Reply::Ok(together.vms())),
        Ask::State => {
            let text = "`state` is asked on the shell channel, in order with cells";
            post.reply(channel, message, &Reply::error("NotSupported", text));
        }
    }
}

/// What to say to a request of which nothing is known.
pub fn unknown(msg_type: &str) -> String {
    format!("the kernel knows no message of the kind `{msg_type}`")
}
