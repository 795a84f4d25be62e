//! An outgoing message.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use serde::Serialize;

use super::{DELIMITER, PROTOCOL, Signer, ids, timestamp};
use crate::messages::{OutgoingHeader, Told, written};

/// A message before it is framed.
#[derive(Debug, Clone)]
pub struct Outgoing<'a> {
    /// Its kind, such as `stream`.
    pub msg_type: &'a str,
    /// The header of what it answers, word for word; `{}` for nothing.
    pub parent: &'a [u8],
    /// What is said beside the content, as it is sent.
    pub metadata: Vec<u8>,
    /// What it says, as it is sent.
    pub content: Vec<u8>,
    /// Bytes that go along.
    pub buffers: Vec<Vec<u8>>,
}

impl<'a> Outgoing<'a> {
    /// A message of some kind, without buffers.
    pub fn new(msg_type: &'a str, parent: &'a [u8], content: &(impl Serialize + ?Sized)) -> Self {
        let metadata = b"{}".to_vec();
        Self { msg_type, parent, metadata, content: written(content), buffers: Vec::new() }
    }

    /// The same, with something beside the content.
    pub fn with_metadata(self, metadata: &(impl Serialize + ?Sized)) -> Self {
        Self { metadata: written(metadata), ..self }
    }

    /// A message of the kind that its content has.
    pub fn told<T: Told>(parent: &'a [u8], content: &T) -> Self {
        Self::new(T::MSG_TYPE, parent, content)
    }
}

/// Frames and signs messages.
#[derive(Debug)]
pub struct Writer {
    signer: Signer,
    session: String,
    next: AtomicU64,
}

impl Writer {
    /// A writer with a session of its own.
    pub fn new(signer: Signer) -> Self {
        Self { signer, session: ids::random_uuid(), next: AtomicU64::new(0) }
    }

    /// The name of this kernel's session.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// What verifies signatures.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The frames of a message, after those in `route`.
    pub fn frames(&self, route: &[Vec<u8>], message: Outgoing<'_>) -> Vec<Vec<u8>> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let header = OutgoingHeader {
            msg_id: format!("{}_{number}", self.session),
            msg_type: message.msg_type,
            username: "kernel",
            session: &self.session,
            date: timestamp(SystemTime::now()),
            version: PROTOCOL,
        };
        let parts = [written(&header), message.parent.to_vec(), message.metadata, message.content];
        let signature = self.signer.sign(&parts).into_bytes();
        let route = route.iter().cloned();
        let head = route.chain([DELIMITER.to_vec(), signature]);
        head.chain(parts).chain(message.buffers).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Incoming;
    use super::*;
    use crate::messages::{InputReply, Request};

    #[test]
    fn what_is_written_can_be_read() {
        let writer = Writer::new(Signer::new(b"key"));
        let content = InputReply { value: "é\u{1}".to_owned() };
        let mut message = Outgoing::new("input_reply", br#"{"msg_id":"1"}"#, &content);
        message.buffers = vec![vec![0, 255]];
        let frames = writer.frames(&[b"you".to_vec()], message);
        assert_eq!(frames[4], br#"{"msg_id":"1"}"#);
        let door = crate::zmtp::Door::Own;
        let nobody = crate::zmtp::Caller { number: 0, identity: [].into(), door, account: None };
        let read = Incoming::read(nobody, frames, writer.signer()).unwrap();
        assert_eq!(read.header.session, writer.session());
        assert_eq!(read.header.msg_type, "input_reply");
        assert_eq!(read.request, Ok(Request::Input(content)));
        assert_eq!(read.buffers, [[0, 255]]);
    }
}
