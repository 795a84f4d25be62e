//! An agent that is a child process, reached by its pipes.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::error::RemoteError;
use super::transport::{Ending, How, Received, Tail, Transport};

/// How much is read at once [bytes].
const AT_ONCE: usize = 64 << 10;
/// How long is waited for the end of a process whose output has ended.
const END: Duration = Duration::from_secs(2);

/// The pipes of a child process. The process ends with it.
pub struct ChildTransport {
    child: Child,
    /// Bytes to be written, by a thread that may wait for a process that takes nothing.
    write: Option<SyncSender<Vec<u8>>>,
    written: Receiver<std::io::Result<()>>,
    read: Receiver<Vec<u8>>,
    said: Arc<Mutex<Tail>>,
}

impl ChildTransport {
    /// Starts a command.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Result<Self, RemoteError> {
        let name = command.get_program().to_string_lossy().into_owned();
        let failed = |e: &dyn std::fmt::Display| RemoteError::Start {
            command: name.clone(),
            reason: e.to_string(),
        };
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().map_err(|e| failed(&e))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(failed(&"it has no pipes"));
        };
        let (write, to_write) = mpsc::sync_channel::<Vec<u8>>(1);
        let (tell, written) = mpsc::channel();
        thread::spawn(move || write_all(stdin, &to_write, &tell));
        let (give, read) = mpsc::sync_channel(16);
        thread::spawn(move || pump(stdout, &mut |bytes| give.send(bytes.to_vec()).is_ok()));
        let said = Arc::new(Mutex::new(Tail::default()));
        let tail = Arc::clone(&said);
        thread::spawn(move || {
            pump(stderr, &mut |bytes| {
                tail.lock().unwrap_or_else(PoisonError::into_inner).add(bytes);
                true
            });
        });
        Ok(Self { child, write: Some(write), written, read, said })
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn ending(&mut self) -> Ending {
        let since = Instant::now();
        let status = loop {
            match self.child.try_wait() {
                Ok(None) if since.elapsed() < END => thread::sleep(Duration::from_millis(5)),
                Ok(status) => break status,
                Err(_) => break None,
            }
        };
        let cut = || How::Cut("its output has ended".to_owned());
        let how = status.map_or_else(cut, how);
        Ending { how, said: self.said() }
    }
}

fn write_all(
    mut stdin: ChildStdin,
    to_write: &Receiver<Vec<u8>>,
    tell: &mpsc::Sender<std::io::Result<()>>,
) {
    for bytes in to_write {
        let outcome = stdin.write_all(&bytes).and_then(|()| stdin.flush());
        let failed = outcome.is_err();
        if tell.send(outcome).is_err() || failed {
            return;
        }
    }
}

fn pump(mut from: impl Read, take: &mut dyn FnMut(&[u8]) -> bool) {
    let mut buffer = vec![0; AT_ONCE];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(n) if take(&buffer[..n]) => {}
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => return,
        }
    }
}

#[cfg(unix)]
fn how(status: ExitStatus) -> How {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => How::Exited(code),
        (None, Some(signal)) => How::Killed(signal.to_string()),
        (None, None) => How::Cut(status.to_string()),
    }
}

#[cfg(not(unix))]
fn how(status: ExitStatus) -> How {
    status.code().map_or_else(|| How::Cut(status.to_string()), How::Exited)
}

impl Transport for ChildTransport {
    fn send(&mut self, bytes: &[u8], patience: Duration) -> Result<(), RemoteError> {
        let sent = self.write.as_ref().is_some_and(|write| write.send(bytes.to_vec()).is_ok());
        let told = if sent { self.written.recv_timeout(patience) } else { Ok(Err(gone())) };
        match told {
            Ok(Ok(())) => Ok(()),
            Err(RecvTimeoutError::Timeout) => {
                Err(RemoteError::Frozen { seconds: patience.as_secs() })
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                Err(RemoteError::Lost { ending: self.ending() })
            }
        }
    }

    fn receive(&mut self, into: &mut Vec<u8>, wait: Duration) -> Result<Received, RemoteError> {
        match self.read.recv_timeout(wait) {
            Ok(bytes) => {
                into.extend_from_slice(&bytes);
                Ok(Received::Bytes)
            }
            Err(RecvTimeoutError::Timeout) => Ok(Received::Nothing),
            Err(RecvTimeoutError::Disconnected) => Ok(Received::End(self.ending())),
        }
    }

    fn said(&mut self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).text()
    }
}

fn gone() -> std::io::Error {
    std::io::ErrorKind::BrokenPipe.into()
}

impl Drop for ChildTransport {
    fn drop(&mut self) {
        // Its input ends, and so does the agent; one that stands still is ended.
        drop(self.write.take());
        let since = Instant::now();
        while since.elapsed() < Duration::from_millis(200) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
