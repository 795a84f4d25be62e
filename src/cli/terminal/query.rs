//! Questions to the terminal itself.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{read, write};
use rustix::stdio::{stdin, stdout};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use rustix::termios::{tcgetattr, tcgetwinsize, tcsetattr};

/// How long an answer is waited for: also one that comes over a slow line.
const PATIENCE: Duration = Duration::from_millis(250);
/// The longest answer that is read [bytes].
const LONGEST: usize = 256;

/// How a terminal reads its keys, to be put back in the end.
pub(crate) struct Modes(Termios);

impl Modes {
    /// The modes of standard input now; nothing where it is no terminal.
    pub(crate) fn now() -> Option<Self> {
        tcgetattr(stdin()).ok().map(Self)
    }

    /// Puts them back.
    pub(crate) fn restore(&self) {
        // Nothing is left to be done for a terminal that is gone.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
    }
}

/// The primary device attributes (DA1), which every terminal since the VT100 tells. Empty if none
/// come; nothing if the terminal cannot be asked now, since somebody is typing.
pub(super) fn device_attributes() -> Option<Vec<u8>> {
    let before = Modes::now()?;
    let mut silent = before.0.clone();
    silent.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    silent.special_codes[SpecialCodeIndex::VMIN] = 0;
    silent.special_codes[SpecialCodeIndex::VTIME] = 0;
    tcsetattr(stdin(), OptionalActions::Now, &silent).ok()?;
    let answer = if readable(Duration::ZERO) { None } else { Some(answer()) };
    before.restore();
    answer
}

fn answer() -> Vec<u8> {
    let mut found = Vec::new();
    let question = b"\x1b[c";
    if write(stdout(), question) != Ok(question.len()) {
        return found;
    }
    let end = Instant::now() + PATIENCE;
    while found.len() < LONGEST && !found.ends_with(b"c") {
        let mut bytes = [0; 64];
        if !readable(end.saturating_duration_since(Instant::now())) {
            break;
        }
        match read(stdin(), &mut bytes) {
            Ok(count) if count > 0 => found.extend_from_slice(&bytes[..count]),
            _ => break,
        }
    }
    found
}

fn readable(patience: Duration) -> bool {
    let patience = Timespec::try_from(patience).ok();
    poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], patience.as_ref()).is_ok_and(|n| n > 0)
}

/// Width and height of a character [pixels], if the terminal tells.
pub(super) fn cell() -> Option<(usize, usize)> {
    let size = tcgetwinsize(stdout()).ok()?;
    let width = usize::from(size.ws_xpixel).checked_div(usize::from(size.ws_col))?;
    let height = usize::from(size.ws_ypixel).checked_div(usize::from(size.ws_row))?;
    (width > 0 && height > 0 && width < 200).then_some((width, height))
}
