//! What a cell asks of the session, by way of the lines that evcxr lets it ask for.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bioxen_rust::protocol::{Answer, Forms, Told, Wish};

use crate::hex::{hex, unhex};
use crate::inbox::Control;
use crate::outlet::Outlet;

/// Time between two looks at whether the cell was interrupted.
const LOOK: Duration = Duration::from_millis(20);

/// Passes questions on and waits for the answers.
#[derive(Debug)]
pub(crate) struct Wishes {
    control: Control,
    outlet: Outlet,
    values: PathBuf,
    last: Cell<u64>,
    /// The cell that has come to its end.
    ended: Cell<Option<u64>>,
}

impl Wishes {
    pub(crate) fn new(control: Control, outlet: Outlet, folder: &Path) -> Self {
        Self {
            control,
            outlet,
            values: folder.join("values"),
            last: Cell::new(0),
            ended: Cell::new(None),
        }
    }

    pub(crate) fn control(&self) -> &Control {
        &self.control
    }

    /// Whether a cell has said that it has ended. One that has not is still running, though evcxr takes it for one
    /// that has ended.
    pub(crate) fn has_ended(&self, id: u64) -> bool {
        self.ended.get() == Some(id)
    }

    /// The line that answers a question.
    pub(crate) fn fulfil(&self, prompt: &str, password: bool) -> String {
        let words: Vec<&str> = prompt.split(' ').collect();
        let what = match words.as_slice() {
            ["bioxen", "get", name] => unhex(name).map(|name| Wish::Get { name }),
            ["bioxen", "put", name, file] => {
                unhex(name).map(|name| Wish::Put { name, file: (*file).to_owned() })
            }
            ["bioxen", "show", mime, file] => {
                let shown =
                    unhex(mime).ok_or_else(not_understood).and_then(|m| self.show(&m, file));
                return line_of(shown.map(|()| String::new()));
            }
            ["bioxen", "begin", _] => return line_of(Ok(String::new())),
            ["bioxen", "end", id] => {
                self.ended.set(id.parse().ok());
                return line_of(Ok(String::new()));
            }
            ["bioxen", "input", prompt] => {
                unhex(prompt).map(|prompt| Wish::Input { prompt, password })
            }
            // The line is as the crate `evcxr_input` wants it.
            _ => {
                let prompt = prompt.to_owned();
                return match self.ask(Wish::Input { prompt, password }) {
                    Answer::Line { text } => text,
                    _ => String::new(),
                };
            }
        };
        let Some(what) = what else { return line_of(Err(not_understood())) };
        line_of(match self.ask(what) {
            Answer::Value { file } => Ok(file),
            Answer::Line { text } => Ok(hex(&text)),
            Answer::Done => Ok(String::new()),
            Answer::Refused { message } => Err(message),
        })
    }

    fn ask(&self, what: Wish) -> Answer {
        let wish = self.last.get() + 1;
        self.last.set(wish);
        self.outlet.tell(&Told::Wish { wish, what });
        loop {
            match self.control.answers.recv_timeout(LOOK) {
                Ok((of, answer)) if of == wish => return answer,
                // The answer to a wish of a cell that was interrupted.
                Ok(_) => {}
                Err(_) if self.control.stop.is_interrupted() => {
                    return Answer::Refused { message: "interrupted".to_owned() };
                }
                Err(_) => {}
            }
        }
    }

    /// Shows what is in a file.
    fn show(&self, mime: &str, file: &str) -> Result<(), String> {
        let path = self.values.join(file);
        let content = std::fs::read(&path).map_err(|error| error.to_string())?;
        // It is removed with the folder, if not now.
        let _ = std::fs::remove_file(&path);
        let content = match String::from_utf8(content) {
            Ok(text) => text,
            Err(bytes) => STANDARD.encode(bytes.as_bytes()),
        };
        self.outlet.tell(&Told::Shown { forms: Forms::from([(mime.to_owned(), content)]) });
        Ok(())
    }
}

fn not_understood() -> String {
    "the question is not understood".to_owned()
}

fn line_of(answer: Result<String, String>) -> String {
    match answer {
        Ok(answer) => format!("ok {answer}"),
        Err(why) => format!("no {}", hex(&why)),
    }
}
