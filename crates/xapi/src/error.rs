//! What can go wrong with a pool, said so that its user can act.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use bioxen_base::nearest::hint;
use thiserror::Error;

use crate::client::PowerState;
use crate::journal::JournalError;
use crate::secret::{Secret, hide_in};
use crate::tls::Fingerprint;

mod explain;

/// A class of what is chosen by name or uuid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A template of machines.
    Template,
    /// A network.
    Network,
    /// A storage repository.
    Storage,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Template => "template",
            Self::Network => "network",
            Self::Storage => "storage repository",
        })
    }
}

/// Why something with the pool did not work. No message shows a password or a session.
#[derive(Debug, Error, Clone)]
#[non_exhaustive]
pub enum XapiError {
    /// There is no link.
    #[error("cannot reach {host}: {reason}")]
    Unreachable {
        /// The host.
        host: String,
        /// Why.
        reason: String,
    },
    /// It answers without TLS.
    #[error(
        "{host} answers plain text in place of TLS: the port is not that of HTTPS (usually 443), or something \
         between does not speak TLS; the password was not sent"
    )]
    NotTls {
        /// The host.
        host: String,
    },
    /// Its certificate is another one.
    #[error(
        "the certificate of {host} has the SHA-256 {found}, and {expected} is expected; the password was not \
         sent. If the certificate was renewed, read the new one on the host itself: openssl x509 -in \
         /etc/xensource/xapi-ssl.pem -noout -fingerprint -sha256"
    )]
    WrongPin {
        /// The host.
        host: String,
        /// What the configuration says.
        expected: Fingerprint,
        /// What it has.
        found: Fingerprint,
    },
    /// Its certificate is not trusted.
    #[error(
        "the certificate of {host} is not trusted: {reason}{}; the password was not sent. Name the authority \
         that signed it in `tls_ca_file`, or its own SHA-256 in `tls_fingerprint_sha256`",
        shown(found)
    )]
    Certificate {
        /// The host.
        host: String,
        /// Why.
        reason: String,
        /// Its SHA-256.
        found: Option<Fingerprint>,
    },
    /// The link ended before the whole reply was there: whether the call was carried out is not known.
    #[error("the link to {host} ended before the reply to {call} was there ({reason})")]
    Lost {
        /// The host.
        host: String,
        /// The method.
        call: String,
        /// How.
        reason: String,
    },
    /// It took too long.
    #[error("{what} took longer than {}; `{key}` sets the limit", seconds(limit))]
    Timeout {
        /// What.
        what: String,
        /// How long it may take.
        limit: Duration,
        /// The key of the configuration.
        key: &'static str,
    },
    /// The answer is no answer of XAPI.
    #[error("{host} does not answer {call} as XAPI does: {what}")]
    NotXapi {
        /// The host.
        host: String,
        /// The method.
        call: String,
        /// What is wrong.
        what: String,
    },
    /// The pool refuses a call.
    #[error("{call}: {}", explain::explain(code, params))]
    Api {
        /// The method.
        call: String,
        /// The code, such as `VM_BAD_POWER_STATE`.
        code: String,
        /// Its parameters.
        params: Vec<String>,
    },
    /// The user name or the password is wrong.
    #[error("{host} refuses the password of user `{user}`")]
    Login {
        /// The host.
        host: String,
        /// The user name.
        user: String,
    },
    /// The password cannot be read.
    #[error("the password cannot be read: {0}")]
    Password(String),
    /// The file of authorities cannot be used.
    #[error("`tls_ca_file` {path}: {reason}")]
    Authority {
        /// Where.
        path: String,
        /// Why.
        reason: String,
    },
    /// The host is a slave, and where the master is cannot be trusted.
    #[error("{host} is a slave of a pool whose master is {master}: {reason}")]
    Slave {
        /// The host.
        host: String,
        /// The master.
        master: String,
        /// Why it cannot be followed.
        reason: String,
    },
    /// There is none of a name.
    #[error("the pool has no {class} `{name}`{}{}", hint(nearest.as_deref()), listed(valid))]
    None {
        /// What was looked for.
        class: Class,
        /// The name or uuid.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
        /// What there is.
        valid: Vec<String>,
    },
    /// There are several of a name.
    #[error("the pool has {} {class}s `{name}`; choose one by its uuid: {}", uuids.len(), uuids.join(", "))]
    Many {
        /// What was looked for.
        class: Class,
        /// The name.
        name: String,
        /// All of them.
        uuids: Vec<String>,
    },
    /// It is there, and is no template.
    #[error("{uuid} is no template, but {found}")]
    NoTemplate {
        /// Its uuid.
        uuid: String,
        /// What it is.
        found: &'static str,
    },
    /// A task was cancelled by somebody.
    #[error("the task of {call} was cancelled")]
    Cancelled {
        /// The method.
        call: String,
    },
    /// The guest tells no address.
    #[error(
        "the machine runs, but told no address within {} ({}); the template needs the guest tools \
         (xe-guest-utilities), and its network an address for it; `address_timeout` sets the limit",
        seconds(limit),
        seen_text(seen, expected.as_deref())
    )]
    NoAddress {
        /// How long it was waited for.
        limit: Duration,
        /// What it told.
        seen: Vec<IpAddr>,
        /// The range that is expected.
        expected: Option<String>,
    },
    /// It ended while something was waited for.
    #[error("the machine is {state} while {what} is waited for; did its system fail to boot?")]
    Ended {
        /// How it is.
        state: PowerState,
        /// What was waited for.
        what: &'static str,
    },
    /// It is not ours.
    #[error("the machine {uuid} was not made here, and is left alone")]
    NotOurs {
        /// Its uuid.
        uuid: String,
    },
    /// It was asked to stop.
    #[error("stopped while waiting for {0}")]
    Stopped(String),
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl XapiError {
    /// The code of XAPI, such as `HANDLE_INVALID`, if it is one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Api { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether the call may have been carried out although there is no reply.
    pub(crate) fn is_uncertain(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Stopped(_) | Self::NotXapi { .. })
            || matches!(self, Self::Timeout { key: "api_timeout", .. })
    }

    /// Whether the link is to blame.
    pub(crate) fn is_link(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Unreachable { .. })
            || matches!(self, Self::Timeout { key: "api_timeout", .. })
    }

    /// Whether what was named is gone.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.code(), Some("HANDLE_INVALID" | "UUID_INVALID"))
    }
}

fn shown(found: &Option<Fingerprint>) -> String {
    found.as_ref().map(|f| format!(" (its SHA-256 is {f})")).unwrap_or_default()
}

/// A duration in seconds.
pub(crate) fn seconds(limit: &Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}

/// The most names that a message lists.
const MOST_NAMES: usize = 20;

fn listed(valid: &[String]) -> String {
    if valid.is_empty() {
        return String::new();
    }
    let more = if valid.len() > MOST_NAMES { ", .." } else { "" };
    let names: Vec<&str> = valid.iter().take(MOST_NAMES).map(String::as_str).collect();
    format!("; valid: {}{more}", names.join(", "))
}

fn seen_text(seen: &[IpAddr], expected: Option<&str>) -> String {
    let told = if seen.is_empty() {
        "nothing was told".to_owned()
    } else {
        let all: Vec<String> = seen.iter().map(IpAddr::to_string).collect();
        format!("told: {}", all.join(", "))
    };
    expected.map_or(told.clone(), |range| format!("{told}; expected: one of {range}"))
}

impl XapiError {
    /// Without a secret, should the pool have sent it back.
    pub(crate) fn hiding(mut self, secret: &Secret) -> Self {
        match &mut self {
            Self::NotXapi { what: text, .. }
            | Self::Lost { reason: text, .. }
            | Self::Unreachable { reason: text, .. } => *text = hide_in(secret, text),
            Self::Api { code, params, .. } => {
                *code = hide_in(secret, code);
                for param in params {
                    *param = hide_in(secret, param);
                }
            }
            _ => {}
        }
        self
    }
}
