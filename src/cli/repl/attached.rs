//! A dialogue with a session that others share.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use bioxen::client::{Client, Told};
use bioxen::engine::Interrupt;
use bioxen::lang::WorldOptions;
use bioxen::session::Session;

use super::super::ask::Keyboard;
use super::super::failure::Failure;
use super::super::interrupt::Wish;
use super::super::terminal::{Pictures, Terminal, is_dumb};
use super::Repl;
use super::helper::Help;
use super::phase::Phases;
use super::screen::Screen;
use super::shared::{Presses, Shared};
use super::talk::Talk;

/// Talks with a session until the user leaves or it ends.
pub(crate) fn attach(
    client: Client,
    told: Receiver<Told>,
    plain: bool,
    pictures: Option<Pictures>,
    history: bool,
) -> Result<(), Failure> {
    let terminal = Terminal::find(plain, pictures);
    let (dialogue, dumb) = (terminal.interactive, is_dumb());
    let screen = Rc::new(RefCell::new(Screen::new(terminal)));
    let (phase, presses, interrupt) = (Phases::new(), Presses::default(), Interrupt::new());
    let (pressed, questions) = (presses.clone(), interrupt.clone());
    let heed = move |wish| {
        // When the terminal goes, the session goes on.
        if wish == Wish::End {
            return false;
        }
        pressed.press();
        questions.stop();
        true
    };
    phase.listen(heed, dialogue, None);
    let keyboard = dialogue.then(|| Rc::new(RefCell::new(Keyboard::new(interrupt.clone()))));
    let client = Arc::new(client);
    let mut shared =
        Shared::new(client.clone(), told, screen.clone(), keyboard.clone(), (presses, interrupt))?;
    let greeting = if dialogue { shared.greeting() } else { Vec::new() };
    // What the language is, is known here; what there is in the session, the session is asked.
    let session = Session::new(WorldOptions::default(), Box::new(|_| {}))?;
    let session = Rc::new(RefCell::new(session));
    let mut repl = Repl::new(Box::new(shared), session.clone(), screen.clone(), phase, keyboard);
    if dialogue {
        screen.borrow_mut().lines(&greeting)?;
    }
    if !dialogue || dumb {
        return repl.pipe(dialogue);
    }
    let style = screen.borrow().terminal.style;
    let help = Help { session, style, asked: Some(client) };
    repl.converse(Talk { help, history, startup: false, greets: false })
}
