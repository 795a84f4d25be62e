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
    ask(b"\x1b[c")
}

/// The colour of the background (OSC 11), as a terminal with pictures tells it. What follows is a
/// question that every terminal answers, so that nothing is waited for in vain.
pub(super) fn background() -> Option<Vec<u8>> {
    ask(b"\x1b]11;?\x1b\\\x1b[c")
}

/// Asks, and reads until the device attributes come.
fn ask(question: &[u8]) -> Option<Vec<u8>> {
    let before = Modes::now()?;
    let mut silent = before.0.clone();
    silent.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    silent.special_codes[SpecialCodeIndex::VMIN] = 0;
    silent.special_codes[SpecialCodeIndex::VTIME] = 0;
    tcsetattr(stdin(), OptionalActions::Now, &silent).ok()?;
    let answer = if readable(Duration::ZERO) { None } else { Some(answer(question)) };
    before.restore();
    answer
}

fn answer(question: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    if write(stdout(), question) != Ok(question.len()) {
        return found;
    }
    let end = Instant::now() + PATIENCE;
    while found.len() < LONGEST && !is_whole(&found) {
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

/// Whether an answer ends in device attributes, such as `ESC [ ? 1 ; 2 c`.
fn is_whole(found: &[u8]) -> bool {
    let start = found.windows(3).rposition(|part| part == b"\x1b[?");
    start.is_some_and(|start| found[start..].contains(&b'c'))
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
