//! Lines of standard input. Waiting for a line ends on a request to stop.

use std::io;
use std::sync::{Mutex, PoisonError};

use bioxen::engine::StopToken;

/// What was read behind the last line that was given.
static PENDING: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// What came of waiting for a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line with its end, which the last one may lack.
    Whole(Vec<u8>),
    /// There is nothing more.
    End,
    /// It would be longer than it may.
    TooLong,
    /// The token was set.
    Stopped,
}

/// The next line of at most so many bytes.
///
/// # Errors
/// When standard input cannot be read.
pub(crate) fn next(most: usize, stop: Option<&StopToken>) -> io::Result<Line> {
    let mut pending = PENDING.lock().unwrap_or_else(PoisonError::into_inner);
    // How far it was searched for an end.
    let mut seen = 0;
    loop {
        if let Some(at) = pending[seen..].iter().position(|byte| *byte == b'\n') {
            let rest = pending.split_off(seen + at + 1);
            let line = std::mem::replace(&mut *pending, rest);
            return Ok(if line.len() > most { Line::TooLong } else { Line::Whole(line) });
        }
        seen = pending.len();
        if seen > most {
            pending.clear();
            return Ok(Line::TooLong);
        }
        match more(&mut pending, stop)? {
            More::Stopped => return Ok(Line::Stopped),
            More::Bytes => {}
            More::End if pending.is_empty() => return Ok(Line::End),
            More::End => return Ok(Line::Whole(std::mem::take(&mut *pending))),
        }
    }
}

enum More {
    Bytes,
    End,
    Stopped,
}

/// Reads what is there, and waits for it in short steps.
#[cfg(unix)]
fn more(pending: &mut Vec<u8>, stop: Option<&StopToken>) -> io::Result<More> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::{Errno, read};
    use rustix::stdio::stdin;
    const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
    let mut bytes = [0; 1 << 16];
    loop {
        if stop.is_some_and(StopToken::is_stopped) {
            return Ok(More::Stopped);
        }
        let input = stdin();
        match poll(&mut [PollFd::new(&input, PollFlags::IN)], Some(&LOOK)) {
            Ok(0) | Err(Errno::INTR) => continue,
            _ => {}
        }
        match read(input, &mut bytes) {
            Ok(0) => return Ok(More::End),
            Ok(count) => {
                pending.extend_from_slice(&bytes[..count]);
                return Ok(More::Bytes);
            }
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(unix))]
fn more(pending: &mut Vec<u8>, stop: Option<&StopToken>) -> io::Result<More> {
    use std::io::BufRead;
    let mut input = io::stdin().lock();
    let count = {
        let bytes = input.fill_buf()?;
        pending.extend_from_slice(bytes);
        bytes.len()
    };
    input.consume(count);
    Ok(match count {
        _ if stop.is_some_and(StopToken::is_stopped) => More::Stopped,
        0 => More::End,
        _ => More::Bytes,
    })
}
