//! Faults that a test scripts.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// What goes wrong with a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// It is answered with an error of XAPI, and not carried out.
    Api(String, Vec<String>),
    /// It is accepted, and its task fails.
    Task(String, Vec<String>),
    /// It is accepted, and its task does not end, until it is cancelled or [all are](crate::Simulator::end_tasks).
    Hang,
    /// It is carried out, and the link ends before the reply.
    LoseReply,
    /// The link ends before it is carried out.
    LoseRequest,
    /// It is carried out, and the reply takes so long.
    Slow(Duration),
    /// It is not carried out; the reply has this status, type and body.
    Reply(u16, String, Vec<u8>),
    /// It is not carried out; these bytes are sent in place of an answer of HTTP.
    Raw(Vec<u8>),
    /// It is carried out; in the reply, a number of bytes that follow from a seed are changed.
    Damage(u64),
    /// The session has ended.
    Expire,
    /// An early error: the list of the error itself, and no id.
    Early(String, Vec<String>),
    /// The error as JSON-RPC with its data as one text.
    Bare(String, String),
}

impl Fault {
    /// An error of XAPI.
    pub fn api(code: &str, params: &[&str]) -> Self {
        Self::Api(code.to_owned(), params.iter().map(|p| (*p).to_owned()).collect())
    }

    /// A task that fails.
    pub fn task(code: &str, params: &[&str]) -> Self {
        Self::Task(code.to_owned(), params.iter().map(|p| (*p).to_owned()).collect())
    }
}

/// The faults that wait.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    next: HashMap<String, VecDeque<Fault>>,
    always: HashMap<String, Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, method: &str, fault: Fault) {
        self.next.entry(method.to_owned()).or_default().push_back(fault);
    }

    pub(crate) fn always(&mut self, method: &str, fault: Fault) {
        self.always.insert(method.to_owned(), fault);
    }

    /// What goes wrong with a call now.
    pub(crate) fn take(&mut self, method: &str) -> Option<Fault> {
        for name in [method, "*"] {
            if let Some(fault) = self.next.get_mut(name).and_then(VecDeque::pop_front) {
                return Some(fault);
            }
            if let Some(fault) = self.always.get(name) {
                return Some(fault.clone());
            }
        }
        None
    }
}

/// Bytes with some of them changed; which follows from a seed.
pub(crate) fn damage(bytes: &mut Vec<u8>, seed: u64) {
    // The steps of a linear congruential generator (Knuth's MMIX constants).
    let mut state = seed;
    let mut next = |bound: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound.max(1)
    };
    for _ in 0..=next(6) {
        let at = next(bytes.len());
        match next(5) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), b"{}[]\",:\\0\n"[next(10)]),
            2 => {
                let copy: Vec<u8> = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend_from_slice(&copy);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = next(256) as u8;
                }
            }
        }
    }
}
