//! Asking the user: `input("..")`.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use bioxen::engine::Interrupt;
use bioxen::lang::output::{Answer, InputHook};

use crate::messages::{ExecuteRequest, InputRequest, Request};
use crate::post::Post;
use crate::screen::{Screen, Stream};
use crate::wire::{Incoming, Outgoing};
use crate::zmtp::Caller;

/// Time between two looks at whether the user interrupted.
const LOOK: Duration = Duration::from_millis(10);
/// How long a front end that may be asked has to open its connection for questions.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whom to ask: who sent the cell, if it may be asked.
#[derive(Debug, Clone)]
struct Person {
    caller: Caller,
    route: Vec<Vec<u8>>,
    parent: Vec<u8>,
}

/// Asks whoever sent the cell.
#[derive(Debug)]
pub(super) struct Asker {
    post: Arc<Post>,
    screen: Arc<Screen>,
    interrupt: Interrupt,
    person: Rc<RefCell<Option<Person>>>,
}

impl Asker {
    pub(super) fn new(post: Arc<Post>, screen: Arc<Screen>, interrupt: Interrupt) -> Self {
        Self { post, screen, interrupt, person: Rc::default() }
    }

    /// Begins a cell.
    pub(super) fn begin(&self, message: &Incoming, request: &ExecuteRequest) {
        *self.person.borrow_mut() = request.allow_stdin.then(|| Person {
            caller: message.caller.clone(),
            route: message.route.clone(),
            parent: message.parent.clone(),
        });
    }

    /// What the session calls; takes the inbox of answers.
    pub(super) fn hook(&self, stdin: Receiver<Incoming>) -> InputHook {
        let (post, screen) = (self.post.clone(), self.screen.clone());
        let (interrupt, person) = (self.interrupt.clone(), self.person.clone());
        Box::new(move |prompt| {
            let Some(person) = person.borrow().clone() else { return Answer::Refused };
            screen.flush();
            // Answers to questions that were given up.
            while stdin.try_recv().is_ok() {}
            let content = InputRequest { prompt: prompt.to_owned(), password: false };
            let ask = || {
                let question = Outgoing::told(&person.parent, &content);
                post.ask(&person.caller, &person.route, question)
            };
            let (mut asked, mut since) = (ask(), Instant::now());
            loop {
                if interrupt.is_stopped() {
                    return Answer::Interrupted;
                }
                // Who has gone, or has not come yet, is asked when it is there.
                match &asked {
                    Some(caller) if post.listens(caller) => since = Instant::now(),
                    _ if since.elapsed() > PATIENCE => return Answer::Refused,
                    _ => asked = ask(),
                }
                match stdin.recv_timeout(LOOK) {
                    Ok(answer)
                        if answer.header.msg_type == "input_reply"
                            && asked.as_ref().is_some_and(|a| a.number == answer.caller.number) =>
                    {
                        return match answer.request {
                            Ok(Request::Input(reply)) if reply.value == "\u{4}" => Answer::End,
                            Ok(Request::Input(reply)) => Answer::Line(reply.value),
                            // There is no answer to an answer: the user reads what is wrong with it.
                            Ok(_) => Answer::Refused,
                            Err(fault) => {
                                screen.print(Stream::Err, &format!("{fault}\n"));
                                Answer::Refused
                            }
                        };
                    }
                    Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return Answer::End,
                }
            }
        })
    }
}
