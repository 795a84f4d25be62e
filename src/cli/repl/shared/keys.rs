//! What is typed while a cell is waited for: commands that do not wait, and texts for later.

use std::collections::VecDeque;

/// The most that is kept of what was typed ahead [bytes].
const MOST: usize = 1 << 20;

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    Nothing,
    /// The session is to be left: `:detach`, or Ctrl-D.
    Leave,
    /// `:interrupt`.
    Interrupt {
        force: bool,
    },
    /// `:people`.
    People,
}

/// Keys of a terminal that nobody edits a line at.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Whether there is somebody at a terminal.
    listens: bool,
    begun: Vec<u8>,
    texts: VecDeque<String>,
}

impl Keys {
    pub(super) fn new(listens: bool) -> Self {
        Self { listens, ..Self::default() }
    }

    /// A text that was typed ahead.
    pub(super) fn next_text(&mut self) -> Option<String> {
        self.texts.pop_front()
    }

    /// What was typed since it was asked.
    pub(super) fn pressed(&mut self) -> Pressed {
        match self.listens.then(read).flatten() {
            None => Pressed::Nothing,
            // The end of the input is Ctrl-D at the beginning of a line.
            Some(bytes) if bytes.is_empty() && self.begun.is_empty() => Pressed::Leave,
            Some(bytes) => self.take(&bytes),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Pressed {
        self.begun.extend_from_slice(bytes);
        while let Some(end) = self.begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.begun.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line).trim().to_owned();
            match line.as_str() {
                "" => {}
                ":detach" | ":quit" | ":q" => return Pressed::Leave,
                ":interrupt" => return Pressed::Interrupt { force: false },
                ":interrupt force" => return Pressed::Interrupt { force: true },
                ":people" => return Pressed::People,
                _ => self.texts.push_back(line),
            }
        }
        self.begun.truncate(MOST);
        Pressed::Nothing
    }
}

/// What can be read at once; nothing if there is nothing.
#[cfg(unix)]
fn read() -> Option<Vec<u8>> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = std::io::stdin();
    let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    if poll(&mut ready, Some(&at_once)).ok()? == 0 || !ready[0].revents().contains(PollFlags::IN) {
        return None;
    }
    let mut bytes = vec![0; 4096];
    let count = rustix::io::read(&stdin, &mut bytes).ok()?;
    bytes.truncate(count);
    Some(bytes)
}

#[cfg(not(unix))]
fn read() -> Option<Vec<u8>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_followed_and_texts_are_kept_for_later() {
        let mut keys = Keys::default();
        assert_eq!(keys.take(b"1 + 1\n2 +"), Pressed::Nothing);
        assert_eq!(keys.take(b" 2\n:interrupt force\n"), Pressed::Interrupt { force: true });
        assert_eq!(keys.take(b":detach\n3\n"), Pressed::Leave);
        assert_eq!(keys.take(b""), Pressed::Nothing);
        assert_eq!(keys.next_text().as_deref(), Some("1 + 1"));
        assert_eq!(keys.next_text().as_deref(), Some("2 + 2"));
        assert_eq!(keys.next_text().as_deref(), Some("3"));
        assert_eq!(keys.next_text(), None);
    }
}
