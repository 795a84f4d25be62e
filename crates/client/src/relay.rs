//! A session on another machine: its messages as lines of text, through standard input and output of a
//! `bioxen attach NAME --stdio` there.
//!
//! Each line is a JSON object. The far end begins with a greeting; then both send
//! `{"channel": .., "message": ..}`. Messages carry no signatures here: who could log in is known, and the
//! key stays on the machine of the session.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};

use super::connection::Channel;
use super::error::ClientError;
use super::message::Message;
use super::wire::{Line, Wire, Wired};

/// The version of this form.
const VERSION: u32 = 1;
/// The longest line [bytes].
const LONGEST: u64 = 512 << 20;

/// What the far end says first.
#[derive(Debug, Serialize, Deserialize)]
struct Greeting {
    /// The version of the form.
    bioxen_attach: u32,
    /// The version of the program.
    version: String,
}

/// A line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Framed {
    Message { channel: Channel, message: Box<Message> },
    Beat { beat: bool },
    End { end: String },
}

/// Passes messages between a session and standard input and output, until one of them ends.
///
/// # Errors
/// When the output cannot be written.
pub fn relay(
    (wire, received): Line,
    input: impl Read + Send + 'static,
    mut output: impl Write,
) -> io::Result<()> {
    let greeting =
        Greeting { bioxen_attach: VERSION, version: env!("CARGO_PKG_VERSION").to_owned() };
    let mut tell = |line: String| {
        output.write_all(line.as_bytes())?;
        output.write_all(b"\n")?;
        output.flush()
    };
    tell(serde_json::to_string(&greeting)?)?;
    let (ended, over) = channel();
    thread::Builder::new().name("input".to_owned()).spawn(move || {
        let mut lines = BufReader::new(input);
        while let Ok(Some(line)) = next_line(&mut lines) {
            let Ok(Framed::Message { channel, message }) = serde_json::from_str(&line) else {
                continue;
            };
            if wire.send(channel, *message).is_err() {
                break;
            }
        }
        // Nobody waits any more if the session has gone first.
        let _ = ended.send(());
    })?;
    loop {
        // Looks now and then whether the input has ended.
        match received.recv_timeout(std::time::Duration::from_millis(200)) {
            Ok(Wired::Message(channel, message)) => {
                tell(serde_json::to_string(&Framed::Message { channel, message })?)?;
            }
            Ok(Wired::Beat) => tell(serde_json::to_string(&Framed::Beat { beat: true })?)?,
            Ok(Wired::End(end)) => return tell(serde_json::to_string(&Framed::End { end })?),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            Err(_) => return Ok(()),
        }
        if over.try_recv().is_ok() {
            return Ok(());
        }
    }
}

fn next_line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = from.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    String::from_utf8(line).map(Some).map_err(io::Error::other)
}

/// The near end of a relay.
pub struct Far<W> {
    out: Arc<Mutex<W>>,
}

impl<W: Write + Send + 'static> Far<W> {
    /// A wire over what a far end reads and writes. Waits for its greeting.
    ///
    /// # Errors
    /// When it does not greet, or greets in another form.
    pub fn open(input: impl Read + Send + 'static, output: W) -> Result<Line, ClientError> {
        let mut lines = BufReader::new(input);
        let gone = |reason: String| ClientError::Gone { reason };
        let first = next_line(&mut lines).map_err(|e| gone(e.to_string()))?;
        let first = first.ok_or_else(|| gone("it has ended before it greeted".to_owned()))?;
        let greeting: Greeting = serde_json::from_str(&first).map_err(|_| {
            let line: String = first.trim_end().chars().take(200).collect();
            gone(format!("it does not greet, but says: {line}"))
        })?;
        if greeting.bioxen_attach != VERSION {
            return Err(gone(format!(
                "bioxen {} there speaks form {} of attaching, and this one {VERSION}",
                greeting.version, greeting.bioxen_attach
            )));
        }
        let (incoming, received): (_, Receiver<Wired>) = channel();
        thread::Builder::new().name("relay".to_owned()).spawn(move || {
            let reason = loop {
                match next_line(&mut lines) {
                    Ok(Some(line)) => {
                        let came = match serde_json::from_str(&line) {
                            Ok(Framed::Message { channel, message }) => {
                                Wired::Message(channel, message)
                            }
                            Ok(Framed::Beat { .. }) => Wired::Beat,
                            Ok(Framed::End { end }) => break end,
                            Err(_) => break "a line of the far end cannot be read".to_owned(),
                        };
                        if incoming.send(came).is_err() {
                            return;
                        }
                    }
                    Ok(None) => break "the link has ended".to_owned(),
                    Err(error) => break error.to_string(),
                }
            };
            // Nobody listens any more if the client has gone first.
            let _ = incoming.send(Wired::End(reason));
        })?;
        Ok((Box::new(Self { out: Arc::new(Mutex::new(output)) }), received))
    }
}

impl<W: Write + Send> Wire for Far<W> {
    fn send(&self, channel: Channel, message: Message) -> Result<(), ClientError> {
        let gone = |error: io::Error| ClientError::Gone { reason: error.to_string() };
        let framed = Framed::Message { channel, message: Box::new(message) };
        let mut line = serde_json::to_string(&framed).map_err(|e| gone(e.into()))?;
        line.push('\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).map_err(gone)
    }
}
