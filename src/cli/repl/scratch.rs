//! `:scratch`: a private copy of a shared session, in this process; and `:merge`, which brings numbers back.

use std::path::PathBuf;
use std::{fs, io};

use bioxen::client::ClientError;
use bioxen::session::BringError;

use super::super::failure::Failure;
use super::partner::{Local, Partner, Shares};
use super::{Next, Repl, files::Entry};

/// What waits while somebody works in a copy.
pub(super) struct Around {
    /// The session of which it is a copy.
    shared: Box<dyn Partner>,
    /// What was evaluated there.
    transcript: Vec<Entry>,
}

/// The folder in which copies of this process read and write: here, or where temporary files are if nothing can
/// be written here.
pub(super) fn folder() -> PathBuf {
    let name = format!("scratch-{}", std::process::id());
    #[cfg(unix)]
    if rustix::fs::access(".", rustix::fs::Access::WRITE_OK).is_err() {
        return std::env::temp_dir().join(format!("bioxen-{name}"));
    }
    PathBuf::from(name)
}

/// Makes the folder, which nobody else enters; it must not be there yet.
fn make_folder() -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder())
}

/// Why something is not done.
const NO_COPY: &str = "you are in no scratch; :scratch makes one of a shared session";

impl Repl {
    /// Whether a private copy is talked with.
    pub(super) fn is_apart(&self) -> bool {
        self.around.is_some()
    }

    /// Makes a copy of the shared session and talks with it.
    pub(super) fn begin_scratch(&mut self) -> Result<(), Failure> {
        if self.is_apart() {
            return self.wrong("you are in a scratch already; :back leaves it");
        }
        if let Err(error) = make_folder() {
            let said = folder();
            return self.wrong(&format!("a copy needs a folder `{}`: {error}", said.display()));
        }
        let begun = self.fork_and_enter();
        if !self.is_apart() {
            let _ = fs::remove_dir(folder());
        }
        begun
    }

    fn fork_and_enter(&mut self) -> Result<(), Failure> {
        let copied = self.busy(|repl| repl.partner.shared().map(|shared| shared.fork()));
        let Some(Some(copied)) = copied.transpose()? else { return Ok(()) };
        let restored = self.session.borrow_mut().restore(&copied.checkpoint);
        if let Err(error) = restored {
            return self.wrong(&format!("the copy of the session cannot be used: {error}"));
        }
        let local = Local { session: self.session.clone(), screen: self.screen.clone() };
        let shared = std::mem::replace(&mut self.partner, Box::new(local));
        let transcript = std::mem::take(&mut self.transcript);
        self.around = Some(Around { shared, transcript });
        self.apart.set(true);
        let mut screen = self.screen.borrow_mut();
        for missing in copied.left_out {
            screen.line(&format!("The copy has no {missing}"))?;
        }
        screen.line(
            "a copy of the session that only you have: :merge NAME brings a trace or a table back, \
             :back or Ctrl-D leaves the copy",
        )?;
        let said = folder();
        Ok(screen.line(&format!("it reads and writes files in `{}` only", said.display()))?)
    }

    /// Brings a value of the copy to the shared session.
    pub(super) fn merge(&mut self, words: &str) -> Result<(), Failure> {
        let words: Vec<&str> = words.split_whitespace().collect();
        let (name, new) = match words[..] {
            [name] => (name, name),
            [name, "as", new] => (name, new),
            _ => {
                let got = match words[..] {
                    [] => String::new(),
                    _ => format!("; got `{}`", words.join(" ")),
                };
                return self.wrong(&format!("what is to be merged? :merge NAME [as NEW]{got}"));
            }
        };
        if !self.is_apart() {
            return self.wrong(NO_COPY);
        }
        let given = self.session.borrow().give(name);
        let bytes = match given {
            Ok(bytes) => bytes,
            Err(error @ BringError::Kind { .. }) => {
                return self.wrong(&format!("{error}; it stays here"));
            }
            Err(error) => return self.wrong(&error.to_string()),
        };
        let brought = self.busy(|repl| {
            let shared = repl.around.as_mut().and_then(|around| around.shared.shared());
            shared.map_or(Ok(false), |shared| shared.bring(new, &bytes))
        });
        let brought = match brought {
            // The copy is all that is left then.
            Err(Failure::Client(error)) => return self.wrong(&error.to_string()),
            brought => brought?,
        };
        let text = format!("the session has `{new}` now");
        if brought { Ok(self.screen.borrow_mut().line(&text)?) } else { Ok(()) }
    }

    /// Leaves the copy, of which nothing stays, for the session; whether there was a copy.
    pub(super) fn end_scratch(&mut self) -> Result<bool, Failure> {
        let Some(around) = self.around.take() else { return Ok(false) };
        self.partner = around.shared;
        self.transcript = around.transcript;
        self.apart.set(false);
        // Only the language of it is needed from here on.
        self.session.borrow_mut().reset()?;
        // What was written stays.
        let _ = fs::remove_dir(folder());
        self.screen.borrow_mut().line("back in the session; the copy is gone")?;
        Ok(true)
    }

    /// Leaves the copy if there is one, and else the dialogue.
    pub(super) fn step_back(&mut self) -> Result<Next, Failure> {
        let gone = self.is_apart() && self.lost_session().is_some();
        Ok(if self.end_scratch()? && !gone { Next::GoOn } else { Next::Leave })
    }

    /// Why the session cannot be gone back to, if it cannot.
    fn lost_session(&mut self) -> Option<String> {
        match self.sharing()?.people() {
            Err(Failure::Client(error @ ClientError::Gone { .. })) => Some(error.to_string()),
            _ => None,
        }
    }

    /// What can be done with a session that is shared, also while its user works in a copy.
    pub(super) fn sharing(&mut self) -> Option<&mut dyn Shares> {
        match &mut self.around {
            Some(around) => around.shared.shared(),
            None => self.partner.shared(),
        }
    }

    /// Leaves the copy because somebody says so.
    pub(super) fn go_back(&mut self) -> Result<(), Failure> {
        if self.is_apart()
            && let Some(why) = self.lost_session()
        {
            return self.wrong(&format!("{why}; the copy is all that is left (:quit ends it)"));
        }
        if self.end_scratch()? { Ok(()) } else { self.wrong(NO_COPY) }
    }
}
