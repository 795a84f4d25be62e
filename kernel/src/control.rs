//! Requests that must not wait for a cell: interrupt, shutdown, and questions about the kernel.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use bioxen::engine::Interrupt;
use serde::Serialize;

use crate::info;
use crate::messages::{
    BioxenRequest, Debugged, Reply, Request, ShutDown, ShutdownRequest, State, Unshared,
};
use crate::post::{Channel, Post};
use crate::shell::Comms;
use crate::together::Together;
use crate::wire::{Connection, Incoming, Outgoing};
use crate::zmtp::{Door, Endpoint};

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
            Ok(Request::Bioxen(BioxenRequest::Share { file })) => self.share(message, file),
            Ok(Request::Bioxen(BioxenRequest::Unshare)) => self.unshare(message),
            Ok(Request::Bioxen(request)) => {
                answer_about(&self.post, &self.together, Channel::Control, message, request);
            }
            // A dashboard that comes while a cell runs sees what is left of the run.
            Ok(Request::CommOpen(request)) => self.comms.open(message, request),
            Ok(Request::Shutdown(_)) if message.caller.door.is_for_guests() => {
                self.reply(message, &guests_may_not("ends"));
            }
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

    /// Lets a group in.
    fn share(&self, message: &Incoming, file: &Path) {
        let opened = match message.caller.door {
            Door::Group(_) => Err(guests_may_not("shares")),
            Door::Own if !self.together.is_session() => {
                let text = "only a session is shared; `bioxen session start NAME` starts one";
                Err(Reply::error("NotSupported", text))
            }
            Door::Own => group_file(file).and_then(|mut connection| {
                let opened = self.post.open_for_a_group(&mut connection);
                self.together.shared_with_a_group();
                opened.map_err(|e| Reply::error("ShareError", e.to_string()))
            }),
        };
        self.reply(message, &opened.map_or_else(|refused| refused, |()| Reply::done()));
    }

    /// Lets the group in no more.
    fn unshare(&self, message: &Incoming) {
        if message.caller.door.is_for_guests() {
            return self.reply(message, &guests_may_not("shares"));
        }
        let was_shared = self.post.shut_the_group_out();
        // What guests have begun ends, and what waits of them is dropped.
        self.together.end_what_is_unwelcome(
            |caller| self.post.is_welcome(caller),
            || {
                self.evaluation.stop();
            },
        );
        self.reply(message, &Reply::Ok(Unshared { was_shared }));
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
    match request {
        BioxenRequest::People => {
            post.reply(channel, message, &Reply::Ok(together.people(&message.who())))
        }
        BioxenRequest::Log { last } => {
            post.reply(channel, message, &Reply::Ok(together.log(*last)));
        }
        BioxenRequest::Vms => post.reply(channel, message, &Reply::Ok(together.vms())),
        BioxenRequest::State | BioxenRequest::Fork | BioxenRequest::Bring { .. } => {
            let text = "this is asked on the shell channel, in order with cells";
            post.reply(channel, message, &Reply::error("NotSupported", text));
        }
        BioxenRequest::Share { .. } | BioxenRequest::Unshare => {
            let text = "this is asked on the control channel";
            post.reply(channel, message, &Reply::error("NotSupported", text));
        }
    }
}

/// What to say to a guest who asks for more than a guest may.
pub(crate) fn guests_may_not(does: &str) -> Reply {
    Reply::error("NotYours", format!("only who has started the session {does} it"))
}

/// A connection file through which a group may come in: its folder is the user's, nobody else enters it, and
/// its key is a new one.
fn group_file(file: &Path) -> Result<Connection, Reply> {
    let refused = |text: String| Reply::error("ShareError", text);
    let connection = Connection::read(file).map_err(|e| refused(e.to_string()))?;
    let said = bioxen::visible::path(file);
    if !connection.endpoints().iter().all(|one| matches!(one, Endpoint::Ipc(_))) {
        return Err(refused(format!("{said} has no sockets of the file system")));
    }
    if connection.key().is_empty() {
        return Err(refused(format!("{said} has no key")));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let folder = file.parent().unwrap_or(Path::new("."));
        let found = std::fs::symlink_metadata(folder).map_err(|e| refused(e.to_string()))?;
        let own = nix::unistd::geteuid().as_raw();
        if !found.is_dir() || found.uid() != own || found.mode() & 0o027 != 0 {
            let text = "is no folder of yours that a group can read and nobody else";
            return Err(refused(format!("{} {text}", bioxen::visible::path(folder))));
        }
    }
    Ok(connection)
}

/// What to say to a request of which nothing is known.
pub fn unknown(msg_type: &str) -> String {
    format!("the kernel knows no message of the kind `{msg_type}`")
}
