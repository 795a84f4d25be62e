//! A channel of SSH as byte streams. Both of its outputs are always taken, since the host sends neither
//! when one of them is full.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use ssh2::{BlockDirections, Channel, Session};

use super::config::SshConfig;
use crate::error::RemoteError;
use crate::transport::{Ending, How, Received, Tail, Transport};

/// How much is read at once [bytes].
const AT_ONCE: usize = 64 << 10;
/// From one sign of life of the link to the next [s].
const KEEPALIVE: u32 = 15;
/// How long is waited for a clean end.
const END: Duration = Duration::from_secs(2);

/// A channel with the agent in it.
pub(super) struct SshTransport {
    session: Session,
    stream: TcpStream,
    channel: Channel,
    /// What came while something was sent.
    early: Vec<u8>,
    said: Tail,
    kept: Instant,
    buffer: Vec<u8>,
    lost: bool,
}

impl SshTransport {
    /// Starts the agent.
    pub(super) fn start(
        session: Session,
        stream: TcpStream,
        command: &str,
        config: &SshConfig,
    ) -> Result<Self, RemoteError> {
        let failed = |error: ssh2::Error| RemoteError::Unreachable {
            address: config.address(),
            reason: format!("no command can be run there: {}", error.message()),
        };
        let mut channel = session.channel_session().map_err(failed)?;
        channel.exec(command).map_err(failed)?;
        session.set_keepalive(true, KEEPALIVE);
        session.set_blocking(false);
        Ok(Self {
            session,
            stream,
            channel,
            early: Vec::new(),
            said: Tail::default(),
            kept: Instant::now(),
            buffer: vec![0; AT_ONCE],
            lost: false,
        })
    }

    /// Waits until something can be read or, if so asked, written.
    fn wait(&self, wait: Duration, to_write: bool) {
        let directions = self.session.block_directions();
        let out =
            to_write || matches!(directions, BlockDirections::Outbound | BlockDirections::Both);
        wait_for(&self.stream, wait, out);
    }

    /// Takes all that is there of both outputs. Whether something was.
    fn pump(&mut self, into: &mut Vec<u8>) -> Result<bool, RemoteError> {
        let mut any = false;
        loop {
            let said = match self.channel.stderr().read(&mut self.buffer) {
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
                Err(error) => return Err(self.cut(&error)),
            };
            self.said.add(&self.buffer[..said]);
            let came = match self.channel.read(&mut self.buffer) {
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
                Err(error) => return Err(self.cut(&error)),
            };
            into.extend_from_slice(&self.buffer[..came]);
            any |= came > 0;
            if came + said == 0 {
                return Ok(any);
            }
        }
    }

    fn cut(&mut self, error: &dyn std::fmt::Display) -> RemoteError {
        self.lost = true;
        let how = How::Cut(error.to_string());
        RemoteError::Lost { ending: Ending { how, said: self.said.text() } }
    }

    /// How the agent ended. Where the channel was not closed in an orderly way, nothing that it says of the
    /// process counts: it says 0 of one that nobody has heard of any more.
    fn ending(&mut self) -> Ending {
        let since = Instant::now();
        let closed = loop {
            match self.channel.wait_close() {
                Ok(()) => break true,
                Err(error) if !would_block(&error) => break false,
                Err(_) if since.elapsed() > END => break false,
                Err(_) => self.wait(Duration::from_millis(20), false),
            }
        };
        self.lost |= !closed;
        let signal = self.channel.exit_signal().ok().and_then(|signal| signal.exit_signal);
        let how = match (closed, signal, self.channel.exit_status()) {
            (true, Some(signal), _) => How::Killed(signal),
            (true, None, Ok(code)) => How::Exited(code),
            _ => How::Cut("it was not closed in an orderly way".to_owned()),
        };
        Ending { how, said: self.said.text() }
    }

    fn keep_alive(&mut self) {
        if self.kept.elapsed() > Duration::from_secs(1) {
            self.kept = Instant::now();
            // One that cannot be sent now is sent next time; a lost link shows when it is read.
            let _ = self.session.keepalive_send();
        }
    }
}

impl Transport for SshTransport {
    fn send(&mut self, bytes: &[u8], patience: Duration) -> Result<(), RemoteError> {
        let (mut left, mut moved) = (bytes, Instant::now());
        while !left.is_empty() {
            match self.channel.write(left) {
                Ok(n) if n > 0 => {
                    left = &left[n..];
                    moved = Instant::now();
                    continue;
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(self.cut(&error)),
            }
            let mut early = std::mem::take(&mut self.early);
            let pumped = self.pump(&mut early);
            self.early = early;
            pumped?;
            if self.channel.eof() {
                return Err(RemoteError::Lost { ending: self.ending() });
            }
            if moved.elapsed() > patience {
                self.lost = true;
                return Err(RemoteError::Frozen { seconds: patience.as_secs() });
            }
            self.wait(Duration::from_millis(20), false);
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut Vec<u8>, wait: Duration) -> Result<Received, RemoteError> {
        let until = Instant::now() + wait;
        loop {
            if !self.early.is_empty() {
                into.append(&mut self.early);
                return Ok(Received::Bytes);
            }
            if self.pump(into)? {
                return Ok(Received::Bytes);
            }
            if self.channel.eof() {
                return Ok(Received::End(self.ending()));
            }
            self.keep_alive();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Received::Nothing);
            }
            self.wait(left, false);
        }
    }

    fn said(&mut self) -> String {
        self.said.text()
    }
}

impl Drop for SshTransport {
    fn drop(&mut self) {
        // The input of the agent ends, and so does the agent.
        let since = Instant::now();
        while !self.lost && since.elapsed() < Duration::from_millis(500) {
            match self.channel.send_eof().and_then(|()| self.channel.close()) {
                Err(error) if would_block(&error) => {
                    let mut rest = Vec::new();
                    let _ = self.pump(&mut rest);
                    self.wait(Duration::from_millis(10), false);
                }
                Ok(()) | Err(_) => break,
            }
        }
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// LIBSSH2_ERROR_EAGAIN.
fn would_block(error: &ssh2::Error) -> bool {
    error.code() == ssh2::ErrorCode::Session(-37)
}

#[cfg(unix)]
fn wait_for(stream: &TcpStream, wait: Duration, out: bool) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut flags = PollFlags::IN;
    flags.set(PollFlags::OUT, out);
    let Ok(wait) = Timespec::try_from(wait) else { return };
    // Whatever it says, what can be read or written is tried.
    let _ = poll(&mut [PollFd::new(stream, flags)], Some(&wait));
}

#[cfg(not(unix))]
fn wait_for(_: &TcpStream, wait: Duration, _: bool) {
    std::thread::sleep(wait.min(Duration::from_millis(2)));
}
