//! A message that came.

use serde_json::{Map, Value};

use super::{DELIMITER, Proof, Signer, WireError};
use crate::zmtp::Caller;

/// What a message says about itself. What it does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub msg_id: String,
    /// What it asks for, such as `execute_request`.
    pub msg_type: String,
    /// Who sends it.
    pub session: String,
    /// Who sends it, as a person.
    pub username: String,
}

/// Why a message that someone with the key sent cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {part} of the message is not usable: {reason}")]
pub struct Fault {
    /// Which part: `header`, `metadata` or `content`.
    pub part: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// A message that someone with the key sent.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// To whom an answer goes.
    pub caller: Caller,
    /// What stands before the delimiter; answers carry it.
    pub route: Vec<Vec<u8>>,
    /// What its signature proves.
    pub proof: Proof,
    /// The header, word for word, as answers carry it.
    pub parent: Vec<u8>,
    /// The header.
    pub header: Header,
    /// What is asked.
    pub content: Map<String, Value>,
    /// What else is said.
    pub metadata: Map<String, Value>,
    /// Bytes that come along.
    pub buffers: Vec<Vec<u8>>,
    /// What cannot be understood.
    pub fault: Option<Fault>,
}

impl Incoming {
    /// Reads a message of frames that came over a connection.
    ///
    /// # Errors
    /// When it is no message, or nobody with the key sent it. What has a fault inside is a message.
    pub fn read(caller: Caller, frames: Vec<Vec<u8>>, signer: &Signer) -> Result<Self, WireError> {
        let count = frames.len();
        let mut frames = frames.into_iter();
        let mut route = Vec::new();
        loop {
            match frames.next() {
                None => return Err(WireError::NoDelimiter { frames: count }),
                Some(frame) if frame == DELIMITER => break,
                Some(frame) => route.push(frame),
            }
        }
        let found = frames.len();
        let mut next = || frames.next().ok_or(WireError::TooFewFrames { found });
        let signature = next()?;
        let parts = [next()?, next()?, next()?, next()?];
        let proof = signer.prove(&parts, &signature).ok_or(WireError::Signature)?;
        let [raw, _, metadata, content] = parts;
        let mut fault = None;
        let mut object = |part, bytes: &[u8]| match serde_json::from_slice(bytes) {
            Ok(Value::Object(map)) => Some(map),
            Ok(_) => {
                fault.get_or_insert(Fault { part, reason: "it is no object".into() });
                None
            }
            Err(error) => {
                fault.get_or_insert(Fault { part, reason: error.to_string() });
                None
            }
        };
        let header = object("header", &raw);
        let metadata = object("metadata", &metadata).unwrap_or_default();
        let content = object("content", &content).unwrap_or_default();
        let parent = if header.is_some() { raw } else { b"{}".to_vec() };
        let header = header.unwrap_or_default();
        let text = |key: &str| header.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
        let header = Header {
            msg_id: text("msg_id"),
            msg_type: text("msg_type"),
            session: text("session"),
            username: text("username"),
        };
        let buffers = frames.collect();
        Ok(Self { caller, route, proof, parent, header, content, metadata, buffers, fault })
    }

    /// Whether it asks for something that must not happen twice; all else may be answered again.
    pub fn acts(&self) -> bool {
        const ASKING: [&str; 6] =
            ["kernel_info", "is_complete", "complete", "inspect", "history", "comm_info"];
        let kind = self.header.msg_type.strip_suffix("_request");
        self.fault.is_none() && !kind.is_some_and(|kind| ASKING.contains(&kind))
    }

    /// A text of the content; empty when there is none.
    pub fn text(&self, key: &str) -> &str {
        self.content.get(key).and_then(Value::as_str).unwrap_or("")
    }

    /// A switch of the content.
    pub fn flag(&self, key: &str, default: bool) -> bool {
        self.content.get(key).and_then(Value::as_bool).unwrap_or(default)
    }

    /// A whole number of the content.
    pub fn integer(&self, key: &str) -> Option<i64> {
        let value = self.content.get(key)?;
        value.as_i64().or_else(|| value.as_f64().map(|x| x as i64))
    }

    /// The kind of the answer: `x_reply` to `x_request`.
    pub fn reply_type(&self) -> String {
        let kind = &self.header.msg_type;
        format!("{}_reply", kind.strip_suffix("_request").unwrap_or(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(parts: [&str; 4]) -> Vec<Vec<u8>> {
        let signature = Signer::new(b"k").sign(&parts);
        let head = [b"me".to_vec(), DELIMITER.to_vec(), signature.into_bytes()];
        head.into_iter().chain(parts.map(|p| p.as_bytes().to_vec())).collect()
    }

    fn read(parts: [&str; 4]) -> Incoming {
        Incoming::read(nobody(), frames(parts), &Signer::new(b"k")).unwrap()
    }

    fn nobody() -> Caller {
        Caller { number: 0, identity: [].into() }
    }

    #[test]
    fn missing_fields_are_empty() {
        let m = read([r#"{"msg_type":"history_request"}"#, "{}", "{}", r#"{"n":3.0}"#]);
        assert_eq!(m.route, [b"me"]);
        assert_eq!(m.reply_type(), "history_reply");
        assert_eq!(
            (m.header.msg_id.as_str(), m.integer("n"), m.flag("raw", true)),
            ("", Some(3), true)
        );
        assert_eq!(m.fault, None);
    }

    #[test]
    fn a_signature_tells_messages_apart() {
        let header = |id| format!(r#"{{"msg_type":"execute_request","msg_id":"{id}"}}"#);
        let proofs = ["1", "1", "2"].map(|id| read([&header(id), "{}", "{}", "{}"]).proof);
        assert_eq!(proofs[0], proofs[1]);
        assert_ne!(proofs[0], proofs[2]);
        assert!(matches!(proofs[0], Proof::Signed(_)));
        let unsigned = Incoming::read(nobody(), frames(["{}"; 4]), &Signer::new(b""));
        assert_eq!(unsigned.unwrap().proof, Proof::Unsigned);
        assert!(read([&header("1"), "{}", "{}", "{}"]).acts());
        for kind in ["kernel_info", "complete", "history"] {
            assert!(!read([&header("1").replace("execute", kind), "{}", "{}", "{}"]).acts());
        }
    }

    #[test]
    fn faults_leave_a_message_to_which_one_can_answer() {
        let m = read([r#"{"msg_type":"x_request"}"#, "junk", "{}", "[1"]);
        assert_eq!(m.fault.unwrap().part, "content");
        assert_eq!(m.header.msg_type, "x_request");
        let m = read(["[]", "{}", "{}", "{}"]);
        assert_eq!((m.fault.unwrap().part, m.parent.as_slice()), ("header", &b"{}"[..]));
        let deep = "[".repeat(100_000);
        assert_eq!(read(["{}", "{}", "{}", &deep]).fault.unwrap().part, "content");
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        let read = |f| Incoming::read(nobody(), f, &Signer::new(b"k"));
        assert!(matches!(read(vec![]), Err(WireError::NoDelimiter { frames: 0 })));
        let mut short = frames(["{}"; 4]);
        short.pop();
        assert!(matches!(read(short), Err(WireError::TooFewFrames { found: 4 })));
        let mut forged = frames(["{}"; 4]);
        forged[6] = b"{ }".to_vec();
        assert!(matches!(read(forged), Err(WireError::Signature)));
    }
}
