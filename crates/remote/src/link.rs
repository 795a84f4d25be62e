//! The user's end of the protocol, over any transport.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bioxen_engine::StopToken;

use super::error::RemoteError;
use super::packed::{RowSum, State, digest};
use super::protocol::{
    AGENT, Ask, Done, Hello, LONGEST_FRAME, Live, MAJOR, Reply, Request, Told, Wrong,
};
use super::transport::{Received, Transport};

/// How much may stand before the first frame of an agent [bytes]: what a shell prints when it starts.
const BEFORE: usize = 64 << 10;
/// How long one look for something new takes; so often is looked whether the user interrupts.
const LOOK: Duration = Duration::from_millis(20);
/// An agent that was heard so long ago is still there, and has so long to say so.
const FRESH: Duration = Duration::from_secs(5);
/// How much of what is no agent is shown [letters].
const SHOWN: usize = 200;

/// How long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the agent to begin.
    pub start: Duration,
    /// For a sign of life.
    pub silence: Duration,
    /// For the end of what was interrupted.
    pub interrupt: Duration,
    /// For the end of one request.
    pub run: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(20),
            silence: Duration::from_secs(30),
            interrupt: Duration::from_secs(10),
            run: Duration::from_secs(7 * 24 * 3600),
        }
    }
}

/// What a part of a run came to: the end of it, its archive, and all rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The end.
    pub done: Done,
    /// What the cell has become.
    pub archive: Vec<u8>,
    /// Rows, each with its time [min] and then its values.
    pub rows: Vec<Vec<f64>>,
}

/// A link to an agent.
pub struct Link {
    transport: Box<dyn Transport>,
    patience: Patience,
    hello: Hello,
    /// What came and was not read yet, and how much of it has no end of a line.
    buffer: Vec<u8>,
    scanned: usize,
    /// When the agent was heard last.
    heard: Instant,
    /// The number of the last request.
    last: u64,
    /// The checksums of the cells that the agent has, as far as is known.
    known: Vec<String>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("hello", &self.hello).field("last", &self.last).finish()
    }
}

impl Link {
    /// Waits for an agent to begin. `command` is what started it.
    ///
    /// # Errors
    /// When there is none, or it speaks another protocol.
    pub fn open(
        transport: Box<dyn Transport>,
        command: &str,
        patience: Patience,
    ) -> Result<Self, RemoteError> {
        let hello = Hello::own();
        let (buffer, known) = (Vec::new(), Vec::new());
        let heard = Instant::now();
        let mut link =
            Self { transport, patience, hello, buffer, scanned: 0, heard, last: 0, known };
        let hello = link.hello(command)?;
        if hello.protocol.major != MAJOR {
            let (theirs, version) = (hello.protocol, hello.version);
            return Err(RemoteError::OtherProtocol { theirs, version });
        }
        link.hello = hello;
        Ok(link)
    }

    /// What the agent has said of itself.
    pub fn agent(&self) -> &Hello {
        &self.hello
    }

    /// The first frame of an agent; shells may print something before.
    fn hello(&mut self, command: &str) -> Result<Hello, RemoteError> {
        let since = Instant::now();
        let mut before = Vec::new();
        loop {
            while let Some(line) = self.line() {
                if let Ok(hello) = serde_json::from_slice::<Hello>(&line)
                    && hello.agent == AGENT
                {
                    return Ok(hello);
                }
                before.extend_from_slice(&line);
                before.push(b'\n');
            }
            let not = |before: &[u8]| {
                let text = String::from_utf8_lossy(before);
                let said = text.chars().map(|c| if c.is_control() { ' ' } else { c });
                RemoteError::NotAgent { said: said.take(SHOWN).collect() }
            };
            if before.len() + self.buffer.len() > BEFORE {
                before.extend_from_slice(&self.buffer);
                return Err(not(&before));
            }
            match self.transport.receive(&mut self.buffer, LOOK)? {
                Received::Bytes => {}
                Received::Nothing if since.elapsed() < self.patience.start => {}
                Received::Nothing if before.is_empty() && self.buffer.is_empty() => {
                    return Err(RemoteError::Frozen { seconds: self.patience.start.as_secs() });
                }
                Received::Nothing => {
                    before.extend_from_slice(&self.buffer);
                    return Err(not(&before));
                }
                Received::End(ending) => {
                    let command = command.to_owned();
                    return Err(RemoteError::NoAgent { command, ending });
                }
            }
        }
    }

    /// The next whole line that has come.
    fn line(&mut self) -> Option<Vec<u8>> {
        let end = self.buffer[self.scanned..].iter().position(|byte| *byte == b'\n');
        let Some(end) = end else {
            self.scanned = self.buffer.len();
            return None;
        };
        let rest = self.buffer.split_off(self.scanned + end + 1);
        let mut line = std::mem::replace(&mut self.buffer, rest);
        self.scanned = 0;
        line.pop();
        Some(line)
    }

    /// The next reply, waited for no longer than a look.
    fn reply(&mut self) -> Result<Option<Reply>, RemoteError> {
        loop {
            while let Some(line) = self.line() {
                self.heard = Instant::now();
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                let reply = serde_json::from_slice(&line);
                return reply.map(Some).map_err(|e| RemoteError::Damaged { what: e.to_string() });
            }
            if self.buffer.len() > LONGEST_FRAME {
                let what = format!("a frame has more than {LONGEST_FRAME} bytes");
                return Err(RemoteError::Damaged { what });
            }
            match self.transport.receive(&mut self.buffer, LOOK)? {
                Received::Bytes => self.heard = Instant::now(),
                Received::Nothing => {
                    let quiet = self.heard.elapsed();
                    if quiet > self.patience.silence {
                        return Err(RemoteError::Frozen { seconds: quiet.as_secs() });
                    }
                    return Ok(None);
                }
                Received::End(ending) => return Err(RemoteError::Lost { ending }),
            }
        }
    }

    fn send(&mut self, request: &Request) -> Result<(), RemoteError> {
        let damaged = |e: serde_json::Error| RemoteError::Damaged { what: e.to_string() };
        let mut line = serde_json::to_vec(request).map_err(damaged)?;
        line.push(b'\n');
        self.transport.send(&line, self.patience.silence)
    }

    /// Asks for something, and gives its last reply; `tell` learns the others. When it is stopped, the
    /// agent is asked to end it.
    fn ask(
        &mut self,
        ask: Ask,
        tell: &mut dyn FnMut(Told) -> Result<(), RemoteError>,
        stop: &StopToken,
    ) -> Result<Told, RemoteError> {
        self.last += 1;
        let id = self.last;
        self.send(&Request { id, ask })?;
        let (begun, mut asked) = (Instant::now(), None);
        self.heard = begun;
        loop {
            if asked.is_none() && (stop.is_stopped() || begun.elapsed() > self.patience.run) {
                asked = Some(Instant::now());
                self.send(&Request { id, ask: Ask::Interrupt })?;
            }
            let waited = asked.map(|asked: Instant| asked.elapsed());
            if let Some(waited) = waited.filter(|waited| *waited > self.patience.interrupt) {
                return Err(RemoteError::Frozen { seconds: waited.as_secs() });
            }
            let Some(Reply { id: of, told }) = self.reply()? else { continue };
            match told {
                Told::Error { kind, message } if of == id || of == 0 => {
                    return Err(RemoteError::Refused { kind, message });
                }
                Told::Beat | Told::Later => {}
                _ if of != id => {
                    let what = format!("an answer to request {of}, and {id} was asked");
                    return Err(RemoteError::Damaged { what });
                }
                last @ (Told::Pong | Told::Done(_)) => return Ok(last),
                other => tell(other)?,
            }
        }
    }

    /// Whether the agent is there; one that was heard just now is.
    pub fn is_alive(&mut self) -> bool {
        if self.heard.elapsed() < FRESH {
            return true;
        }
        let patience = self.patience;
        self.patience.silence = patience.silence.min(FRESH);
        let alive = self.ping().is_ok();
        self.patience = patience;
        alive
    }

    /// Asks for a sign of life. Gives how long it took.
    ///
    /// # Errors
    /// When none comes.
    pub fn ping(&mut self) -> Result<Duration, RemoteError> {
        let begun = Instant::now();
        match self.ask(Ask::Ping, &mut |_| Ok(()), &StopToken::new())? {
            Told::Pong => Ok(begun.elapsed()),
            _ => Err(RemoteError::Damaged { what: "a ping was answered by a run".to_owned() }),
        }
    }

    /// Lets a cell live on; `live` gives the request, given its state. `tell` learns how far it is. Plug-ins that the
    /// cell needs are sent, packed, if the agent does not have them.
    ///
    /// # Errors
    /// When the agent refuses, the link is lost, or what came is incomplete or damaged.
    pub fn live(
        &mut self,
        archive: &[u8],
        plugins: &[Arc<[u8]>],
        live: &dyn Fn(State) -> Live,
        tell: &mut dyn FnMut(Told),
        stop: &StopToken,
    ) -> Result<Answer, RemoteError> {
        match self.live_once(archive, live, tell, stop) {
            Err(RemoteError::Refused { kind: Wrong::NeedPlugin, .. }) if !plugins.is_empty() => {}
            outcome => return outcome,
        }
        for plugin in plugins {
            let state = State::whole(plugin);
            let state = state.map_err(|e| RemoteError::Damaged { what: e.to_string() })?;
            match self.ask(Ask::Plugin(Box::new(state)), &mut |_| Ok(()), stop)? {
                Told::Pong => {}
                _ => {
                    let what = "a plug-in was answered by a run".to_owned();
                    return Err(RemoteError::Damaged { what });
                }
            }
        }
        self.live_once(archive, live, tell, stop)
    }

    fn live_once(
        &mut self,
        archive: &[u8],
        live: &dyn Fn(State) -> Live,
        tell: &mut dyn FnMut(Told),
        stop: &StopToken,
    ) -> Result<Answer, RemoteError> {
        let sum = digest(archive);
        if let Some(at) = self.known.iter().position(|known| *known == sum) {
            self.known.remove(at);
            match self.lived(live(State::known(archive)), tell, stop) {
                Err(RemoteError::Refused { kind: Wrong::NeedState, .. }) => {}
                outcome => return outcome,
            }
        }
        let state = State::whole(archive);
        let state = state.map_err(|e| RemoteError::Damaged { what: e.to_string() })?;
        self.lived(live(state), tell, stop)
    }

    fn lived(
        &mut self,
        live: Live,
        tell: &mut dyn FnMut(Told),
        stop: &StopToken,
    ) -> Result<Answer, RemoteError> {
        let damaged = |what: &str| RemoteError::Damaged { what: what.to_owned() };
        let (mut sum, mut all) = (RowSum::default(), Vec::new());
        let mut take = |told: Told| {
            let Told::Rows { rows, values } = told else {
                tell(told);
                return Ok(());
            };
            let width = values.0.len().checked_div(rows).unwrap_or_default();
            if width == 0 || width * rows != values.0.len() {
                return Err(damaged("rows of different lengths"));
            }
            sum.add(&values, rows);
            all.extend(values.0.chunks_exact(width).map(<[f64]>::to_vec));
            Ok(())
        };
        let Told::Done(done) = self.ask(Ask::Live(Box::new(live)), &mut take, stop)? else {
            return Err(damaged("a run was answered by a sign of life"));
        };
        if sum.finish() != (done.rows, done.sha256.clone()) {
            return Err(damaged("some of its rows are missing, or are others than were sent"));
        }
        let archive = done.state.archive();
        let archive = archive.ok_or_else(|| damaged("the cell does not fit its checksum"))?;
        self.known.push(done.state.sha256.clone());
        Ok(Answer { done: *done, archive, rows: all })
    }
}
