//! A client of a session: it asks, waits for answers, and hears what everybody is told.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::connection::Channel;
use super::error::ClientError;
use super::message::{Message, new_id};
use super::news::{News, Outcome, Told};
use super::wire::{Line, Wire, Wired};

/// For a session to greet.
const GREETING: Duration = Duration::from_secs(20);
/// For subscriptions to be told, where the kernel does not tell; others do not.
const WELCOME: Duration = Duration::from_millis(500);

/// Answers that are waited for, and what became of the session.
#[derive(Default)]
struct Desk {
    waiting: HashMap<String, Sender<Message>>,
    /// Why nothing more comes.
    ended: Option<String>,
}

/// A client of a session.
pub struct Client {
    wire: Box<dyn Wire>,
    desk: Arc<Mutex<Desk>>,
    who: String,
    session: String,
}

/// An answer that is still to come.
#[derive(Debug)]
pub struct Pending {
    /// The name of the request.
    pub request: String,
    kind: String,
    answer: Receiver<Message>,
    desk: DeskHandle,
}

#[derive(Clone)]
struct DeskHandle(Arc<Mutex<Desk>>);

impl std::fmt::Debug for DeskHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Pending {
    fn drop(&mut self) {
        lock(&self.desk.0).waiting.remove(&self.request);
    }
}

impl Pending {
    /// The answer, if it comes within some time.
    ///
    /// # Errors
    /// When the session has gone.
    pub fn within(&self, time: Duration) -> Result<Option<Message>, ClientError> {
        match self.answer.recv_timeout(time) {
            Ok(message) => Ok(Some(message)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                let reason = lock(&self.desk.0).ended.clone();
                Err(ClientError::Gone { reason: reason.unwrap_or_default() })
            }
        }
    }

    /// The answer, however long it takes.
    ///
    /// # Errors
    /// When the session has gone.
    pub fn wait(&self) -> Result<Message, ClientError> {
        loop {
            if let Some(message) = self.within(Duration::from_secs(3600))? {
                return Ok(message);
            }
        }
    }

    /// The content of the answer, which says that all went well.
    ///
    /// # Errors
    /// When it says something else, or the session has gone.
    pub fn well(&self) -> Result<Value, ClientError> {
        well(&self.kind, self.wait()?)
    }

    /// How a cell ended, and what is said beside.
    ///
    /// # Errors
    /// When the session has gone.
    pub fn outcome(&self) -> Result<(Outcome, Value), ClientError> {
        Ok(Self::read(self.wait()?))
    }

    /// How a cell ended, by its answer, and what is said beside.
    pub fn read(answer: Message) -> (Outcome, Value) {
        (Outcome::of(&answer.content), answer.metadata)
    }
}

fn well(kind: &str, message: Message) -> Result<Value, ClientError> {
    let content = message.content;
    match content["status"].as_str() {
        Some("ok") => Ok(content),
        // Some kinds of replies have no status of this sort.
        Some("complete" | "incomplete" | "invalid" | "unknown") => Ok(content),
        Some("error") => {
            let text = |field: &str| content[field].as_str().unwrap_or_default().to_owned();
            Err(ClientError::Refused { kind: text("ename"), message: text("evalue") })
        }
        _ => {
            let reason = "it says nothing of how it went".to_owned();
            Err(ClientError::Answer { kind: kind.to_owned(), reason })
        }
    }
}

impl Client {
    /// A client that speaks for somebody. Waits until the session greets; gives what everybody is told from
    /// then on.
    ///
    /// # Errors
    /// When it does not greet.
    pub fn open((wire, received): Line, who: &str) -> Result<(Self, Receiver<Told>), ClientError> {
        let desk = Arc::new(Mutex::new(Desk::default()));
        let (told, news) = channel();
        let (own, to_desk) = (desk.clone(), told);
        let (welcome, welcomed) = channel();
        thread::Builder::new()
            .name("news".to_owned())
            .spawn(move || sort(&received, &own, &to_desk, &welcome))?;
        let client = Self { wire, desk, who: who.to_owned(), session: new_id() };
        let begun = Instant::now();
        let greeting = client.ask(Channel::Shell, "kernel_info_request", json!({}))?;
        // One that is busy greets on the other channel.
        let other = client.ask(Channel::Control, "kernel_info_request", json!({}))?;
        while greeting.within(Duration::from_millis(5))?.is_none()
            && other.within(Duration::from_millis(5))?.is_none()
        {
            if begun.elapsed() > GREETING {
                let reason = format!(
                    "it does not greet within {} s; it stands still, or the key of its connection file is another",
                    GREETING.as_secs()
                );
                return Err(ClientError::Gone { reason });
            }
        }
        // What is told before somebody hears is lost.
        let _ = welcomed.recv_timeout(WELCOME);
        Ok((client, news))
    }

    /// The name under which it speaks.
    pub fn who(&self) -> &str {
        &self.who
    }

    /// The name of this client, which what belongs to its requests carries.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When the session has gone.
    pub fn ask(
        &self,
        channel: Channel,
        kind: &str,
        content: Value,
    ) -> Result<Pending, ClientError> {
        let message = Message::new(kind, &self.who, &self.session, content);
        let request = message.header.msg_id.clone();
        let (sender, answer) = std::sync::mpsc::channel();
        {
            let mut desk = lock(&self.desk);
            if let Some(reason) = &desk.ended {
                return Err(ClientError::Gone { reason: reason.clone() });
            }
            desk.waiting.insert(request.clone(), sender);
        }
        let desk = DeskHandle(self.desk.clone());
        let pending = Pending { request, kind: kind.to_owned(), answer, desk };
        self.wire.send(channel, message)?;
        Ok(pending)
    }

    /// Has a text evaluated.
    ///
    /// # Errors
    /// When the session has gone.
    pub fn execute(&self, code: &str, may_ask: bool) -> Result<Pending, ClientError> {
        let content = json!({
            "code": code, "silent": false, "store_history": true, "user_expressions": {},
            "allow_stdin": may_ask, "stop_on_error": true,
        });
        self.ask(Channel::Shell, "execute_request", content)
    }

    /// Answers a question of a cell.
    ///
    /// # Errors
    /// When the session has gone.
    pub fn answer(&self, value: &str) -> Result<(), ClientError> {
        let content = json!({"value": value, "status": "ok"});
        let message = Message::new("input_reply", &self.who, &self.session, content);
        self.wire.send(Channel::Stdin, message)
    }

    /// Ends what is evaluated; that of others only with `force`.
    ///
    /// # Errors
    /// When the session refuses, or has gone.
    pub fn interrupt(&self, force: bool) -> Result<(), ClientError> {
        self.ask(Channel::Control, "interrupt_request", json!({"force": force}))?.well()?;
        Ok(())
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When it has gone already.
    pub fn shut_down(&self) -> Result<(), ClientError> {
        let content = json!({"restart": false});
        self.ask(Channel::Control, "shutdown_request", content)?.well()?;
        Ok(())
    }

    /// Who is there, what runs and what waits; answered while a cell runs.
    ///
    /// # Errors
    /// When the session cannot say, as kernels of others cannot, or has gone.
    pub fn people(&self) -> Result<Value, ClientError> {
        self.ask(Channel::Control, "bioxen_request", json!({"ask": "people"}))?.well()
    }

    /// The last cells with what they showed; answered while a cell runs.
    ///
    /// # Errors
    /// As [`Self::people`].
    pub fn log(&self, last: usize) -> Result<Value, ClientError> {
        self.ask(Channel::Control, "bioxen_request", json!({"ask": "log", "last": last}))?.well()
    }

    /// The VMs between two cells; answered while a cell runs.
    ///
    /// # Errors
    /// As [`Self::people`].
    pub fn vms(&self) -> Result<Value, ClientError> {
        self.ask(Channel::Control, "bioxen_request", json!({"ask": "vms"}))?.well()
    }

    /// Has samples of runs and the VMs between two cells told from now on, as [`News::Comm`].
    ///
    /// # Errors
    /// When the session has gone.
    pub fn watch(&self) -> Result<(), ClientError> {
        let content = json!({"comm_id": new_id(), "target_name": "bioxen.monitor", "data": {}});
        let message = Message::new("comm_open", &self.who, &self.session, content);
        self.wire.send(Channel::Control, message)
    }

    /// Lets those in who can read a connection file.
    ///
    /// # Errors
    /// When the session refuses, or has gone.
    pub fn share(&self, file: &Path) -> Result<(), ClientError> {
        let content = json!({"ask": "share", "file": file});
        self.ask(Channel::Control, "bioxen_request", content)?.well()?;
        Ok(())
    }

    /// Lets them in no more, and parts with them; whether the session was shared.
    ///
    /// # Errors
    /// When the session refuses, or has gone.
    pub fn unshare(&self) -> Result<bool, ClientError> {
        let told =
            self.ask(Channel::Control, "bioxen_request", json!({"ask": "unshare"}))?.well()?;
        Ok(told["was_shared"] == true)
    }

    /// VMs, variables and time, when all that was asked before is done.
    ///
    /// # Errors
    /// As [`Self::people`].
    pub fn state(&self) -> Result<Value, ClientError> {
        self.ask(Channel::Shell, "bioxen_request", json!({"ask": "state"}))?.well()
    }
}

/// Gives answers to those who wait for them, and tells everything else.
fn sort(received: &Receiver<Wired>, desk: &Mutex<Desk>, told: &Sender<Told>, welcome: &Sender<()>) {
    let mut reason = "its wire has ended".to_owned();
    while let Ok(came) = received.recv() {
        match came {
            Wired::Beat => {}
            Wired::End(why) => {
                reason = why;
                break;
            }
            Wired::Message(Channel::Shell | Channel::Control, message) => {
                let asked = lock(desk).waiting.remove(&message.parent_header.msg_id);
                if let Some(asked) = asked {
                    // Whoever has given up does not need it.
                    let _ = asked.send(*message);
                }
            }
            Wired::Message(channel, message) => {
                let Some(one) = Told::of(channel, *message) else { continue };
                match one.news {
                    News::Welcome => drop(welcome.send(())),
                    // Nobody may listen.
                    _ => drop(told.send(one)),
                }
            }
        }
    }
    let mut desk = lock(desk);
    desk.ended = Some(reason);
    desk.waiting.clear();
}
