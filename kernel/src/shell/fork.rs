//! Copies of the session for its people, and what they bring back from them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Shell;
use super::lasting::reason;
use super::present::Failure;
use crate::messages::{CellState, ExecuteInput, Forked, Nothing, Reply};
use crate::screen::Stream;
use crate::wire::Incoming;

impl Shell {
    /// Answers with a copy of the session.
    pub(super) fn fork(&self, message: &Incoming) {
        let session = &self.session;
        match catch_unwind(AssertUnwindSafe(|| session.checkpoint())) {
            Ok(Ok(made)) => {
                let left_out = made.left_out.iter().map(reason).collect();
                let checkpoint = STANDARD.encode(made.bytes);
                self.reply(message, &Reply::Ok(Forked { checkpoint, left_out }));
            }
            Ok(Err(error)) => self.reply(message, &Reply::error("ForkError", error.to_string())),
            Err(_) => {
                let text = "BioXen has made a mistake inside";
                self.reply(message, &Reply::error("ForkError", text));
            }
        }
    }

    /// Takes a value into the session, in the sight of everybody.
    pub(super) fn bring(&mut self, message: &Incoming, name: &str, value: &str) {
        let brought = self.brought(name, value);
        let what = match brought {
            Ok(what) => what,
            // Nothing has changed, and nobody else needs to know.
            Err(failure) => {
                return self.reply(message, &Reply::<Nothing>::Error(failure.content()));
            }
        };
        self.count += 1;
        let (count, code) = (self.count, format!(":merge {name}"));
        let (screen, together) = (self.around.screen.clone(), self.around.together.clone());
        self.note(&message.who(), &code);
        together.begin(message, &code, Some(count), || {});
        screen.begin(&message.parent, false);
        screen.show(&ExecuteInput { code, execution_count: count });
        screen.print(Stream::Out, &format!("{name}: {what}\n"));
        screen.flush();
        together.end(CellState::Ok, || {});
        self.report();
        self.reply(message, &Reply::done());
    }

    fn brought(&mut self, name: &str, value: &str) -> Result<String, Failure> {
        let failed = |text: String| Failure::new("MergeError", text);
        let bytes = STANDARD.decode(value).map_err(|e| failed(format!("no Base64: {e}")))?;
        self.session.receive(name, &bytes).map_err(|error| failed(error.to_string()))
    }
}
