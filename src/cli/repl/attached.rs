//! A dialogue with a session that others share.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use bioxen::client::{Client, Told};
use bioxen::engine::Interrupt;
use bioxen::lang::{FrontEnd, WorldOptions};
use bioxen::permissions::Permissions;
use bioxen::session::Session;

use super::super::ask::Keyboard;
use super::super::failure::Failure;
use super::super::interrupt::Wish;
use super::super::terminal::is_dumb;
use super::helper::Help;
use super::phase::Phases;
use super::scratch;
use super::screen::Screen;
use super::shared::{Presses, Shared};
use super::talk::Talk;
use super::{DialogueArgs, Repl};

/// Talks with a session until the user leaves or it ends.
pub(crate) fn attach(
    client: Client,
    told: Receiver<Told>,
    args: &DialogueArgs,
) -> Result<(), Failure> {
    let terminal = args.terminal();
    let (dialogue, dumb) = (terminal.interactive, is_dumb());
    let screen = Rc::new(RefCell::new(Screen::new(terminal).guarded()));
    let (phase, presses, interrupt) = (Phases::new(), Presses::default(), Interrupt::new());
    let session = session(&screen)?;
    let (pressed, questions) = (presses.clone(), interrupt.clone());
    let evaluation = session.borrow().interrupt();
    let heed = move |wish| {
        // When the terminal goes, the session goes on.
        if wish == Wish::End {
            return false;
        }
        pressed.press();
        questions.stop();
        evaluation.stop();
        true
    };
    phase.listen(heed, dialogue, None);
    let keyboard = dialogue.then(|| Rc::new(RefCell::new(Keyboard::new(interrupt.clone()))));
    if let Some(keyboard) = keyboard.clone() {
        let questions = interrupt.clone();
        session.borrow_mut().set_input(Some(Box::new(move |prompt| {
            questions.begin();
            keyboard.borrow_mut().ask(prompt)
        })));
    }
    let client = Arc::new(client);
    let mut shared =
        Shared::new(client.clone(), told, screen.clone(), keyboard.clone(), (presses, interrupt))?;
    let greeting = if dialogue { shared.greeting() } else { Vec::new() };
    let mut repl = Repl::new(Box::new(shared), session.clone(), screen.clone(), phase, keyboard);
    if dialogue {
        screen.borrow_mut().lines(&greeting)?;
    }
    if !dialogue || dumb {
        return repl.pipe(dialogue);
    }
    let style = screen.borrow().terminal.style;
    let help = Help { session, style, asked: Some(client), apart: repl.apart.clone() };
    repl.converse(Talk::shared(help, !args.no_history))
}

/// The session of this process: what the language is, is known here, while the shared session is asked what
/// there is. A copy of the shared one lives here, too. What others have put into it must not reach the files of
/// this user, so it reads and writes in a folder of its own only.
fn session(screen: &Rc<RefCell<Screen>>) -> Result<Rc<RefCell<Session>>, Failure> {
    let permissions = Permissions::default();
    let folder = scratch::folder();
    let options = WorldOptions {
        out_dir: folder.clone(),
        read_dir: folder,
        allowed: permissions.allowed(FrontEnd::Command),
        limits: permissions.limits(),
        ..WorldOptions::default()
    };
    let sink = screen.clone();
    let session = Session::new(options, Box::new(move |output| sink.borrow_mut().take(output)))?;
    Ok(Rc::new(RefCell::new(session)))
}
