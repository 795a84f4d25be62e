//! What an agent reads: frames of bounded length, and interrupts at once.

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::SyncSender;
use std::time::Instant;

use bioxen_engine::StopToken;

use super::{Job, Shared, held};
use crate::protocol::{Ask, LONGEST_FRAME, Request, Wrong};

/// How much is read at once [bytes].
const AT_ONCE: usize = 64 << 10;

/// One line.
#[derive(Debug, PartialEq)]
enum Line {
    Whole(Vec<u8>),
    TooLong,
    End,
}

/// Reads one line of bounded length; what is longer is skipped to its end.
fn line(input: &mut impl BufRead, longest: usize) -> Line {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let Ok(buffer) = input.fill_buf() else { return Line::End };
        if buffer.is_empty() {
            // A line without an end was cut off.
            return Line::End;
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        if line.len() + part.len() > longest {
            too_long = true;
            line = Vec::new();
        } else if !too_long {
            line.extend_from_slice(part);
        }
        let used = end.map_or(buffer.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            return if too_long { Line::TooLong } else { Line::Whole(line) };
        }
    }
}

/// Reads until the input ends.
pub(super) fn read<W: Write>(
    input: impl Read,
    shared: &Shared<W>,
    requests: &SyncSender<(Request, StopToken)>,
) {
    let mut input = BufReader::with_capacity(AT_ONCE, input);
    loop {
        match line(&mut input, LONGEST_FRAME) {
            Line::End => break,
            Line::TooLong => {
                let message = format!("a frame has up to {LONGEST_FRAME} bytes");
                shared.refuse(0, Wrong::Frame, message);
            }
            Line::Whole(line) if line.iter().all(u8::is_ascii_whitespace) => {}
            Line::Whole(line) => match serde_json::from_slice::<Request>(&line) {
                Err(error) => shared.refuse(0, Wrong::Frame, format!("no request: {error}")),
                Ok(Request { id, ask: Ask::Interrupt }) => {
                    // One that comes too late ends nothing.
                    if let Some(job) = held(&shared.job).as_ref().filter(|job| job.id == id) {
                        job.stop.stop();
                    }
                }
                Ok(request) => {
                    let (id, stop) = (request.id, StopToken::new());
                    let mut job = held(&shared.job);
                    if job.is_some() {
                        drop(job);
                        shared.refuse(id, Wrong::Busy, "one request at a time");
                        continue;
                    }
                    let since = Instant::now();
                    *job = Some(Job { id, stop: stop.clone(), since, late: false });
                    drop(job);
                    if requests.send((request, stop)).is_err() {
                        break;
                    }
                }
            },
        }
    }
    shared.leave();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_and_what_is_cut_off_is_none() {
        let mut input = BufReader::with_capacity(3, b"abc\n123456\n\nlast".as_slice());
        let mut next = || line(&mut input, 5);
        assert_eq!(next(), Line::Whole(b"abc".to_vec()));
        assert_eq!(next(), Line::TooLong);
        assert_eq!(next(), Line::Whole(Vec::new()));
        assert_eq!(next(), Line::End);
    }
}
