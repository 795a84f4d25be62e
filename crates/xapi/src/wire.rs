//! Calls over HTTPS: no redirects, no proxies, bounded in time and size.

use std::error::Error;
use std::io::{self, Read};
use std::sync::PoisonError;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use bioxen_base::visible::visible;
use reqwest::Url;
use reqwest::blocking::{Client as Http, Response};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use rustls::CertificateError;

use crate::error::XapiError;
use crate::stop::{LOOK, Stop};
use crate::tls::{PinMismatch, Seen, Trusted};

/// Asks a slave for the SHA-256 of its master's certificate, and holds the answer.
const ASK: &str = "x-xenapi-request-host-certificate-thumbprint";
const TOLD: &str = "x-xenapi-response-host-certificate-thumbprint";

/// The longest reply that is read [bytes].
const LONGEST: usize = 16 << 20;
/// The most characters of a wrong answer that are quoted.
const QUOTE: usize = 80;
/// The longest wait for a link.
const CONNECT: Duration = Duration::from_secs(10);

/// A link to one host.
#[derive(Debug)]
pub(crate) struct Wire {
    http: Http,
    url: Url,
    trusted: Trusted,
    seen: Seen,
}

/// A call: its method for messages, what is sent, and how long it may take.
#[derive(Debug)]
pub(crate) struct Sent<'a> {
    pub(crate) call: &'a str,
    pub(crate) body: String,
    pub(crate) limit: Duration,
    /// How long the reply is still waited for after the wait is to stop: of a call that begins something, so that
    /// it can be ended.
    pub(crate) patience: Duration,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) body: Vec<u8>,
    /// The SHA-256 of the master's certificate, of a slave.
    pub(crate) master: Option<String>,
}

/// How an answer was not to be had.
enum Failed {
    Http(reqwest::Error),
    Read(io::Error),
    TooLong,
    TooLate,
    Status(u16, String, Vec<u8>),
}

impl Wire {
    /// To the host of a URL.
    pub(crate) fn new(url: &Url, trusted: &Trusted, api: Duration) -> Result<Self, XapiError> {
        let host = host_of(url);
        let wrong = |reason: String| XapiError::Unreachable { host: host.clone(), reason };
        let (config, seen) = trusted.config().map_err(wrong)?;
        let http = Http::builder()
            .tls_backend_preconfigured(config)
            .https_only(true)
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT.min(api))
            .pool_idle_timeout(Duration::from_secs(20))
            .build()
            .map_err(|error| wrong(innermost(&error)))?;
        let mut url = url.clone();
        url.set_path("/jsonrpc");
        Ok(Self { http, url, trusted: trusted.clone(), seen })
    }

    /// The host and its port.
    pub(crate) fn host(&self) -> String {
        host_of(&self.url)
    }

    /// Sends a call and waits for the answer. The wait ends when it is asked to.
    pub(crate) fn send(&self, sent: Sent<'_>, stop: &dyn Stop) -> Result<Got, XapiError> {
        let Sent { call, body, limit, patience } = sent;
        let (http, url) = (self.http.clone(), self.url.clone());
        let (tell, told) = channel();
        let end = Instant::now() + limit;
        let begun = thread::Builder::new().name("xapi".to_owned()).spawn(move || {
            // Nobody listens any more when the wait has ended.
            let _ = tell.send(exchange(&http, url, body, end));
        });
        if let Err(error) = begun {
            return Err(XapiError::Unreachable { host: self.host(), reason: error.to_string() });
        }
        // The exchange knows its end itself; this is for a resolver of names that does not.
        let last = end + Duration::from_secs(1);
        let mut stopped: Option<Instant> = None;
        loop {
            if stop.is_stopped() && stopped.get_or_insert_with(Instant::now).elapsed() >= patience {
                return Err(XapiError::Stopped(call.to_owned()));
            }
            match told.recv_timeout(LOOK) {
                Ok(Ok(got)) => return Ok(got),
                Ok(Err(failed)) => return Err(self.failure(call, limit, failed)),
                Err(RecvTimeoutError::Timeout) if Instant::now() < last => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(self.failure(call, limit, Failed::TooLate));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let reason = "the exchange broke off".to_owned();
                    return Err(XapiError::Lost {
                        host: self.host(),
                        call: call.to_owned(),
                        reason,
                    });
                }
            }
        }
    }

    fn failure(&self, call: &str, limit: Duration, failed: Failed) -> XapiError {
        let (host, call) = (self.host(), call.to_owned());
        match failed {
            Failed::TooLate => XapiError::Timeout { what: call, limit, key: "api_timeout" },
            Failed::TooLong => {
                let what = format!("its reply is longer than {} MB", LONGEST >> 20);
                XapiError::NotXapi { host, call, what }
            }
            Failed::Read(error) => XapiError::Lost { host, call, reason: innermost(&error) },
            Failed::Status(status, kind, start) => {
                XapiError::NotXapi { host, call, what: wrong_answer(status, &kind, &start) }
            }
            Failed::Http(error) => self.broken(host, call, limit, &error),
        }
    }

    fn broken(
        &self,
        host: String,
        call: String,
        limit: Duration,
        error: &reqwest::Error,
    ) -> XapiError {
        if !error.is_connect() {
            return if error.is_timeout() {
                XapiError::Timeout { what: call, limit, key: "api_timeout" }
            } else {
                XapiError::Lost { host, call, reason: innermost(error) }
            };
        }
        let found = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match (tls_error(error), &self.trusted, found) {
            (Some(rustls::Error::InvalidMessage(_)), ..) => XapiError::NotTls { host },
            (
                Some(rustls::Error::InvalidCertificate(CertificateError::Other(other))),
                Trusted::Pin(expected),
                Some(found),
            ) if other.0.is::<PinMismatch>() => {
                XapiError::WrongPin { host, expected: *expected, found }
            }
            (Some(rustls::Error::InvalidCertificate(reason)), _, found) => {
                XapiError::Certificate { host, reason: reason.to_string(), found }
            }
            _ if error.is_timeout() => {
                let reason = format!("no answer within {} s", CONNECT.min(limit).as_secs_f64());
                XapiError::Unreachable { host, reason }
            }
            _ if ended_early(error) => {
                let reason = "it ended the link before TLS was agreed upon; is the port that of HTTPS \
                              (usually 443)?";
                XapiError::Unreachable { host, reason: reason.to_owned() }
            }
            _ => XapiError::Unreachable { host, reason: innermost(error) },
        }
    }
}

/// Whether the other side left in the middle.
fn ended_early(error: &(dyn Error + 'static)) -> bool {
    let mut at = Some(error);
    while let Some(error) = at {
        if error
            .downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == io::ErrorKind::UnexpectedEof)
        {
            return true;
        }
        at = error.source();
    }
    false
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// One request and its answer.
fn exchange(http: &Http, url: Url, body: String, end: Instant) -> Result<Got, Failed> {
    let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    let request = http.post(url).timeout(left).header(CONTENT_TYPE, "application/json");
    let request = request.header("accept", "application/json").header(ASK, "sha-256:master");
    let response = request.body(body).send().map_err(Failed::Http)?;
    let header = |name: &str| {
        let value = response.headers().get(name).and_then(|v| v.to_str().ok());
        value.map(str::to_owned)
    };
    let (status, kind) = (response.status().as_u16(), header(CONTENT_TYPE.as_str()));
    let (master, moved) = (header(TOLD), header(LOCATION.as_str()));
    let body = read(response, end)?;
    let kind = kind.unwrap_or_default();
    let looks_like_markup = body.trim_ascii_start().first() == Some(&b'<');
    if status != 200 || looks_like_markup {
        let told = moved.filter(|_| (300..400).contains(&status)).unwrap_or(kind);
        return Err(Failed::Status(status, told, body));
    }
    Ok(Got { body, master })
}

/// The body, as long as it is not too long and does not take too long.
fn read(mut response: Response, end: Instant) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    let mut chunk = [0; 16 << 10];
    loop {
        if Instant::now() >= end {
            return Err(Failed::TooLate);
        }
        match response.read(&mut chunk) {
            Ok(0) => return Ok(body),
            Ok(count) => body.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) if Instant::now() >= end => return Err(Failed::TooLate),
            Err(error) => return Err(Failed::Read(error)),
        }
        if body.len() > LONGEST {
            return Err(Failed::TooLong);
        }
    }
}

/// What is wrong with an answer that is none of JSON-RPC.
fn wrong_answer(status: u16, kind: &str, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * QUOTE)]);
    let start: String = text.trim_start().chars().take(QUOTE).collect();
    let quoted = if start.is_empty() { String::new() } else { format!(": `{}`", visible(&start)) };
    let lower = start.to_ascii_lowercase();
    if (300..400).contains(&status) {
        return format!(
            "it redirects to `{}` (status {status}), which is not followed; name the host itself in \
             `xapi_url`",
            visible(kind)
        );
    }
    if status != 200 {
        return format!("its status is {status}{quoted}");
    }
    if lower.starts_with("<?xml") || lower.starts_with("<methodresponse") || kind == "text/xml" {
        return format!("it answers XML, as versions too old for JSON-RPC do{quoted}");
    }
    format!("it answers a page (HTML); is something else at this address?{quoted}")
}

/// The error of TLS within an error.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // An error of input and output hides what it holds from `source`.
        if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            let inner: &(dyn Error + 'static) = inner;
            if let Some(found) = tls_error(inner) {
                return Some(found);
            }
        }
        at = error.source();
    }
    None
}

/// The cause of a cause.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut at = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}
