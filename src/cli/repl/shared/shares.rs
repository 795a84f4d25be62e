//! What only a session can do that others share.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bioxen::client::{Channel, ClientError};
use serde_json::{Value, json};

use super::super::super::failure::Failure;
use super::super::partner::{Copied, Shares};
use super::router::Printer;
use super::{LOOK, Shared, WAITING, log};

/// What is asked with this kind.
const KIND: &str = "bioxen_request";

impl Shared {
    /// The answer to what is done between two cells; nothing if the user does not wait for it.
    fn in_turn(&self, content: Value, if_left: &str) -> Result<Option<Value>, Failure> {
        self.presses.forget();
        let pending = self.client.ask(Channel::Shell, KIND, content)?;
        let (begun, mut told) = (Instant::now(), false);
        loop {
            if let Some(answer) = pending.within(LOOK)? {
                return match answer.content["status"].as_str() {
                    Some("ok") => Ok(Some(answer.content)),
                    _ => {
                        let text = |field: &str| {
                            answer.content[field].as_str().unwrap_or_default().to_owned()
                        };
                        let (kind, message) = (text("ename"), text("evalue"));
                        Err(ClientError::Refused { kind, message }.into())
                    }
                };
            }
            if self.presses.take() > 0 {
                self.screen.borrow_mut().note(if_left)?;
                return Ok(None);
            }
            if !told && begun.elapsed() > WAITING {
                told = true;
                self.tell_who_runs()?;
            }
        }
    }

    /// Says for whom one waits.
    fn tell_who_runs(&self) -> Result<(), Failure> {
        let asked = self.client.ask(Channel::Control, KIND, json!({"ask": "people"}))?;
        let Some(people) = asked.within(Duration::from_secs(5))? else { return Ok(()) };
        let running = &people.content["running"];
        if running.is_object() {
            let text = format!("waiting: {}; Ctrl-C waits no longer", log::running(running));
            self.screen.borrow_mut().note(&text)?;
        }
        Ok(())
    }
}

impl Shares for Shared {
    fn people(&self) -> Result<Vec<String>, Failure> {
        Ok(log::people(&self.client.people()?, self.client.who()))
    }

    fn log(&self, last: usize) -> Result<Vec<String>, Failure> {
        Ok(log::entries(&self.client.log(last)?))
    }

    fn interrupt(&self, force: bool) -> Result<(), Failure> {
        Ok(self.client.interrupt(force)?)
    }

    fn fork(&mut self) -> Result<Option<Copied>, Failure> {
        let Some(told) = self.in_turn(json!({"ask": "fork"}), "no copy was made")? else {
            return Ok(None);
        };
        let checkpoint = STANDARD.decode(told["checkpoint"].as_str().unwrap_or_default());
        let checkpoint = checkpoint.map_err(|error| ClientError::Answer {
            kind: KIND.to_owned(),
            reason: format!("no Base64: {error}"),
        })?;
        let left_out = told["left_out"].as_array().into_iter().flatten();
        let left_out = left_out.filter_map(|text| text.as_str().map(str::to_owned)).collect();
        Ok(Some(Copied { checkpoint, left_out }))
    }

    fn bring(&mut self, name: &str, value: &[u8]) -> Result<bool, Failure> {
        let content = json!({"ask": "bring", "name": name, "value": STANDARD.encode(value)});
        let if_left = format!("`{name}` goes to the session when what runs there has ended");
        Ok(self.in_turn(content, &if_left)?.is_some())
    }

    fn hear(&mut self, printer: Printer) {
        self.router.print_with(printer);
    }
}
