//! Requests that are answered in order, on the thread of the session.

mod ask;
mod assist;
pub mod comms;
mod execute;
mod fork;
mod lasting;
mod live;
mod magic;
mod present;
mod progress;
mod records;
mod rust;
mod state;

use std::cell::{Cell, OnceCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use bioxen::engine::{Interrupt, StopToken};
use bioxen::lang::{Allowed, LangError, Output};
use bioxen::session::Session;
use serde::Serialize;

use crate::control::{answer_about, guests_may_not, shut_down, unknown};
use crate::history::History;
use crate::info;
use crate::keep::Keeper;
use crate::messages::{BioxenRequest, ClearOutput, Nothing, Reply, Request, State, Updated};
use crate::post::{Channel, Post};
use crate::screen::{Screen, Stream};
use crate::serve::Settings;
use crate::together::Together;
use crate::wire::{Incoming, random_hex};
use ask::Asker;
pub use comms::Comms;
pub use present::Form;
use progress::Meter;

/// What a shell needs of the rest of the kernel.
#[derive(Debug)]
pub struct Surroundings {
    /// The sockets.
    pub post: Arc<Post>,
    /// Where cells show something.
    pub screen: Arc<Screen>,
    /// Who is there, and what runs.
    pub together: Arc<Together>,
    /// Lines to widgets and dashboards.
    pub comms: Comms,
    /// Requests.
    pub inbox: Receiver<Incoming>,
    /// Ends the kernel.
    pub end: Sender<()>,
    /// Keeps a durable session.
    pub(crate) keeper: Option<Keeper>,
    /// Tells what whoever started the kernel should know.
    pub tell: fn(&str),
}

/// What the first line of a cell asks for beside.
#[derive(Debug, Default)]
struct Wishes {
    /// How figures are sent.
    form: Cell<Form>,
    /// The same, of cells that do not say.
    usual: Form,
    /// Whether a figure of the resources follows runs.
    live: Cell<bool>,
    /// What interrupts the session, once it is there.
    interrupt: OnceCell<Interrupt>,
    /// What the names of displays begin with; those of another kernel begin with something else.
    name: OnceCell<String>,
}

impl Wishes {
    /// Ends what is drawn at the moment.
    fn stop(&self) -> StopToken {
        self.interrupt.get_or_init(Interrupt::new).token()
    }

    fn name(&self) -> &str {
        self.name.get_or_init(|| format!("display-{}", random_hex(4)))
    }
}

/// A session and who talks with it.
pub struct Shell {
    around: Surroundings,
    session: Session,
    history: History,
    comms: Comms,
    asker: Asker,
    wishes: Rc<Wishes>,
    /// Where cells may write and read.
    allowed: Allowed,
    /// Requests that came while others were looked for.
    waiting: VecDeque<Incoming>,
    /// The number of the last cell.
    count: i64,
    /// What the next cell shows first.
    remark: Option<String>,
    /// What the last checkpoint does not have.
    left_out: Vec<String>,
    /// Whether nobody has waited with the next message yet.
    is_new: bool,
    /// Whether a guest has sent the cell that is executed.
    for_a_guest: bool,
    /// The cells of Rust.
    rust: rust::Rust,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Shell {
    /// A shell with a new session. Stays on the thread on which it is made.
    ///
    /// # Errors
    /// When the host cell does not settle.
    pub fn new(
        around: Surroundings,
        stdin: Receiver<Incoming>,
        history: History,
        settings: &Settings,
    ) -> Result<(Self, Interrupt), LangError> {
        let comms = around.comms.clone();
        let form = settings.figures;
        let wishes = Rc::new(Wishes { form: Cell::new(form), usual: form, ..Wishes::default() });
        let screen = around.screen.clone();
        let mut meter = Meter::new(screen.clone(), comms.monitors());
        let wished = wishes.clone();
        let sink = move |output| show(&screen, &mut meter, &wished, output);
        let mut session = Session::new(settings.world.clone(), Box::new(sink))?;
        let interrupt = session.interrupt();
        let _ = wishes.interrupt.set(interrupt.clone());
        let asker = Asker::new(around.post.clone(), around.screen.clone(), interrupt.clone());
        session.set_input(Some(asker.hook(stdin)));
        let mut shell = Self {
            around,
            session,
            history,
            comms,
            asker,
            wishes,
            allowed: settings.world.allowed.clone(),
            waiting: VecDeque::new(),
            count: 0,
            remark: None,
            left_out: Vec::new(),
            is_new: true,
            for_a_guest: false,
            rust: rust::Rust::new(settings.rust),
        };
        shell.restore();
        Ok((shell, interrupt))
    }

    /// Answers until nobody can ask any more.
    pub fn serve(&mut self) {
        self.around.post.status(b"{}", State::Starting);
        while let Some(message) = self.next() {
            if !self.around.post.is_welcome(&message.caller) {
                self.around.together.dropped(&message);
                continue;
            }
            self.around.post.status(&message.parent, State::Busy);
            let given_up = self.answer(&message);
            self.around.screen.flush();
            self.around.post.status(&message.parent, State::Idle);
            for cell in given_up {
                self.abort(&cell);
            }
        }
        self.keep();
    }

    /// Answers one message; gives the cells that are not to be executed after it.
    fn answer(&mut self, message: &Incoming) -> Vec<Incoming> {
        match &message.request {
            Err(fault) => self.reply(message, &Reply::error("ProtocolError", fault.to_string())),
            Ok(Request::Execute(request)) => return self.execute(message, request),
            Ok(Request::KernelInfo) => self.reply(message, &info::kernel_info()),
            Ok(Request::IsComplete(request)) => self.is_complete(message, &request.code),
            Ok(Request::Complete(request)) => self.complete(message, request),
            Ok(Request::Inspect(request)) => self.inspect(message, request),
            Ok(Request::History(request)) => self.recall(message, request),
            Ok(Request::CommOpen(request)) => {
                self.comms.open(message, request);
                self.report();
            }
            Ok(Request::CommMessage(request)) => self.comms.message(message, request),
            Ok(Request::CommClose(request)) => self.comms.close(&request.comm_id),
            Ok(Request::CommInfo(request)) => {
                self.reply(message, &Reply::Ok(self.comms.info(&request.target_name)));
            }
            Ok(Request::Shutdown(_)) if message.caller.door.is_for_guests() => {
                self.reply(message, &guests_may_not("ends"));
            }
            Ok(Request::Shutdown(request)) => {
                shut_down(&self.around.post, Channel::Shell, message, request);
                let _ = self.around.end.send(());
            }
            Ok(Request::Interrupt(_)) => self.reply(message, &Reply::done()),
            Ok(Request::Bioxen(BioxenRequest::State)) => self.state(message),
            Ok(Request::Bioxen(BioxenRequest::Fork)) => self.fork(message),
            Ok(Request::Bioxen(BioxenRequest::Bring { name, value })) => {
                self.bring(message, name, value);
            }
            Ok(Request::Bioxen(request)) => {
                let around = &self.around;
                answer_about(&around.post, &around.together, Channel::Shell, message, request);
            }
            Ok(_) => {
                let text = unknown(&message.header.msg_type);
                self.reply(message, &Reply::error("NotSupported", text));
            }
        }
        Vec::new()
    }

    fn reply(&self, message: &Incoming, content: &impl Serialize) {
        self.around.post.reply(Channel::Shell, message, content);
    }

    /// Takes the cells of a client that wait out of the queue.
    fn take_queued_cells(&mut self, client: &str) -> Vec<Incoming> {
        self.waiting.extend(self.around.inbox.try_iter());
        let is_cell = |m: &Incoming| {
            matches!(m.request, Ok(Request::Execute(_))) && m.header.session == client
        };
        let (cells, others): (VecDeque<_>, _) =
            std::mem::take(&mut self.waiting).into_iter().partition(is_cell);
        self.waiting = others;
        Vec::from(cells)
    }

    /// Answers a cell that is not executed.
    fn abort(&self, message: &Incoming) {
        if let Ok(Request::Execute(request)) = &message.request {
            self.around.together.abort(message, &request.code);
        }
        self.around.post.status(&message.parent, State::Busy);
        // It has no number: it is as if it had not been sent.
        self.reply(message, &Reply::<Nothing>::Aborted);
        self.around.post.status(&message.parent, State::Idle);
    }
}

/// Shows what a running script tells.
fn show(screen: &Screen, meter: &mut Meter, wishes: &Wishes, output: Output) {
    match output {
        Output::Text(text) => screen.print(Stream::Out, &(text + "\n")),
        Output::Remark(text) => screen.print(Stream::Err, &(text + "\n")),
        Output::Clear { wait } => screen.show(&ClearOutput { wait }),
        Output::File(path) => {
            screen.print(Stream::Out, &format!("written: {}\n", bioxen::visible::path(&path)));
        }
        Output::Display { id, update, value } => {
            // A value whose drawing is interrupted is not shown; the cell ends at its next step.
            if let Some(shown) = present::bundle(&value, wishes.form.get(), &wishes.stop()) {
                let shown = shown.named(format!("{}-{id}", wishes.name()));
                // What takes the place of another does not add to it.
                if update {
                    screen.show(&Updated(shown));
                } else {
                    screen.show_counted(shown);
                }
            }
        }
        Output::Progress(progress) => meter.update(&progress),
        Output::Sample(sample) => {
            meter.sample(&sample, wishes.live.get().then(|| wishes.form.get()))
        }
        Output::Points { done, of } => meter.points(done, of),
        Output::RunEnded => meter.end(),
    }
}
