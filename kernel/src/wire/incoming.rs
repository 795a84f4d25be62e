//! An incoming message.

use serde_json::{Map, Value};

use super::{DELIMITER, Proof, Signer, WireError};
use crate::messages::{BioxenRequest, Fault, Header, Nothing, Request, object};
use crate::zmtp::Caller;

/// The longest name of a person [characters].
const LONGEST_NAME: usize = 64;
/// The name of those who say none, as pages of JupyterLab do.
const NOBODY: &str = "anonymous";

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
    /// What is asked, or why it cannot be understood.
    pub request: Result<Request, Fault>,
    /// Bytes that come along.
    pub buffers: Vec<Vec<u8>>,
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
        let header = object::<Header>("header", &raw);
        // Answers carry the header of any object, be its fields as they may.
        let whole = header.is_ok() || serde_json::from_slice::<Map<String, Value>>(&raw).is_ok();
        let parent = if whole { raw } else { b"{}".to_vec() };
        let (header, fault) = match header {
            Ok(header) => (header, None),
            Err(fault) => (Header::default(), Some(fault)),
        };
        let request = match fault {
            Some(fault) => Err(fault),
            None => object::<Nothing>("metadata", &metadata)
                .and_then(|_| Request::read(&header.msg_type, &content)),
        };
        let buffers = frames.collect();
        Ok(Self { caller, route, proof, parent, header, request, buffers })
    }

    /// Whether it asks for something that must not happen twice; all else may be answered again.
    pub fn acts(&self) -> bool {
        !matches!(
            self.request,
            Err(_)
                | Ok(Request::KernelInfo
                    | Request::IsComplete(_)
                    | Request::Complete(_)
                    | Request::Inspect(_)
                    | Request::History(_)
                    | Request::CommInfo(_)
                    | Request::Bioxen(
                        BioxenRequest::People
                            | BioxenRequest::Log { .. }
                            | BioxenRequest::Vms
                            | BioxenRequest::State
                            | BioxenRequest::Fork
                    ))
        )
    }

    /// A guest says under which name it comes; its account stands first, and cannot be another's. So does the
    /// user's own name where there are guests.
    pub fn name_truly(&mut self, own: Option<&str>) {
        if let Some(account) = self.caller.account.as_deref().or(own) {
            let said = self.who();
            let own = said == account || said == NOBODY;
            let name = if own { account.to_string() } else { format!("{account} ({said})") };
            // All that is told of the message to others says so, too.
            if let Ok(mut header) = serde_json::from_slice::<Map<String, Value>>(&self.parent) {
                header.insert("username".to_owned(), name.clone().into());
                self.parent = Value::Object(header).to_string().into_bytes();
            }
            self.header.username = name;
        }
    }

    /// Who sends it, as a person: a name on one line.
    pub fn who(&self) -> String {
        let printable = self.header.username.chars().filter(|c| !c.is_control());
        let name: String = printable.take(LONGEST_NAME).collect();
        let name = name.trim();
        if name.is_empty() { NOBODY.to_owned() } else { name.to_owned() }
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
    use crate::messages::HistoryRequest;
    use crate::zmtp::Door;

    fn frames(parts: [&str; 4]) -> Vec<Vec<u8>> {
        let signature = Signer::new(b"k").sign(&parts);
        let head = [b"me".to_vec(), DELIMITER.to_vec(), signature.into_bytes()];
        head.into_iter().chain(parts.map(|p| p.as_bytes().to_vec())).collect()
    }

    fn read(parts: [&str; 4]) -> Incoming {
        Incoming::read(nobody(), frames(parts), &Signer::new(b"k")).unwrap()
    }

    fn nobody() -> Caller {
        Caller { number: 0, identity: [].into(), door: Door::Own, account: None }
    }

    #[test]
    fn missing_fields_are_empty() {
        let m = read([r#"{"msg_type":"history_request"}"#, "{}", "{}", r#"{"n":3.0}"#]);
        assert_eq!(m.route, [b"me"]);
        assert_eq!(m.reply_type(), "history_reply");
        let asked = HistoryRequest { n: Some(3), ..HistoryRequest::default() };
        assert_eq!((m.header.msg_id.as_str(), m.request), ("", Ok(Request::History(asked))));
    }

    #[test]
    fn people_have_a_name_on_one_line() {
        for (username, who) in [
            ("ada", "ada"),
            (" \\u001b[2Jb\\nen ", "[2Jben"),
            ("", "anonymous"),
            ("\\n", "anonymous"),
        ] {
            let header = format!(r#"{{"msg_type":"x","username":"{username}"}}"#);
            assert_eq!(read([&header, "{}", "{}", "{}"]).who(), who);
        }
        let long = format!(r#"{{"username":"{}"}}"#, "é".repeat(1000));
        assert_eq!(read([&long, "{}", "{}", "{}"]).who().chars().count(), LONGEST_NAME);
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
        assert!(read([&header("1"), "{}", "{}", r#"{"code":""}"#]).acts());
        for kind in ["kernel_info", "complete", "history"] {
            assert!(
                !read([&header("1").replace("execute", kind), "{}", "{}", r#"{"code":""}"#]).acts()
            );
        }
    }

    #[test]
    fn faults_leave_a_message_to_which_one_can_answer() {
        let m = read([r#"{"msg_type":"x_request"}"#, "junk", "{}", "[1"]);
        assert_eq!(m.request.unwrap_err().part, "content");
        assert_eq!(m.header.msg_type, "x_request");
        let m = read(["[]", "{}", "{}", "{}"]);
        assert_eq!((m.request.unwrap_err().part, m.parent.as_slice()), ("header", &b"{}"[..]));
        let m = read([r#"{"msg_id":3}"#, "{}", "{}", "{}"]);
        let fault = m.request.unwrap_err().to_string();
        assert!(fault.contains("header") && fault.contains("`msg_id`"), "{fault}");
        assert_eq!(m.parent.as_slice(), br#"{"msg_id":3}"#);
        let deep = "[".repeat(100_000);
        assert_eq!(read(["{}", "{}", "{}", &deep]).request.unwrap_err().part, "content");
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
