//! A session with a pool.

mod calls;
mod find;
mod handle;
mod inspect;
mod tasks;

pub use calls::PowerState;
pub(crate) use find::Chosen;
pub use find::{About, Named};
pub(crate) use handle::{Handle, Task, Vdi, Vm};
pub use inspect::{GuestTools, Inspected};
pub(crate) use tasks::Job;

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};

use crate::config::{Config, Limits};
use crate::error::XapiError;
use crate::reply::{self, Refusal, Typed};
use crate::secret::Secret;
use crate::stop::{Never, Stop};
use crate::tls::{Fingerprint, Trusted};
use crate::wire::{Got, Sent, Wire};

/// The version of the interface that is asked for, and how the client calls itself.
const API: &str = "1.0";
const ORIGINATOR: &str = concat!("bioxen/", env!("CARGO_PKG_VERSION"));

/// How long the reply to a call that begins something is waited for when all is to stop.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the end of a session may take.
const GOODBYE: Duration = Duration::from_secs(3);

/// A session with a pool. Copies share it; the last one ends it.
///
/// A call whose session has ended is repeated once in a new one. A host that is a slave is left for its master,
/// once for each call. A call whose reply was lost is repeated once if it changes nothing that counts twice.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    url: Url,
    username: String,
    password: Secret,
    limits: Limits,
    trusted: Trusted,
    state: Mutex<State>,
    ids: AtomicU64,
}

#[derive(Debug, Clone)]
struct State {
    wire: Arc<Wire>,
    session: Option<Secret>,
}

/// Whether a call may be repeated when its reply was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    Safe,
    Never,
}

/// What a call failed with, and who the master is if that is why.
struct Refused {
    error: XapiError,
    master: Option<String>,
}

impl Client {
    /// Logs in.
    ///
    /// # Errors
    /// When the host cannot be reached, is not the one that is trusted, or refuses the user.
    pub fn connect(config: &Config, stop: &dyn Stop) -> Result<Self, XapiError> {
        let password = config.password.read(config.limits.api, stop)?;
        let trusted = config.trust.load()?;
        let wire = Wire::new(&config.xapi_url, &trusted, config.limits.api)?;
        let client = Self(Arc::new(Inner {
            url: config.xapi_url.clone(),
            username: config.username.clone(),
            password,
            limits: config.limits.clone(),
            trusted,
            state: Mutex::new(State { wire: Arc::new(wire), session: None }),
            ids: AtomicU64::new(1),
        }));
        client.0.log_in(stop)?;
        Ok(client)
    }

    /// The host that it talks to, with its port unless that is 443: the master, if the first was a slave.
    pub fn host(&self) -> String {
        self.0.state().wire.host()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// A call that may be repeated: it reads, or it sets what it says.
    pub(crate) fn ask<T: Typed>(
        &self,
        method: &str,
        params: Vec<Value>,
        stop: &dyn Stop,
    ) -> Result<T, XapiError> {
        self.call(Repeat::Safe, method, params, stop)
    }

    /// A call.
    pub(crate) fn call<T: Typed>(
        &self,
        repeat: Repeat,
        method: &str,
        params: Vec<Value>,
        stop: &dyn Stop,
    ) -> Result<T, XapiError> {
        let value = self.0.call(repeat, method, &params, stop)?;
        T::typed(&value).ok_or_else(|| XapiError::NotXapi {
            host: self.host(),
            call: method.to_owned(),
            what: format!("{} is expected", T::EXPECTED),
        })
    }

    /// An error that the pool told, without the secrets of this session.
    pub(crate) fn hide(&self, error: XapiError) -> XapiError {
        let session = self.0.state().session.clone();
        self.0.hide(error, session.as_ref())
    }

    /// What is wrong with an answer.
    pub(crate) fn not_xapi(&self, call: &str, what: &str) -> XapiError {
        XapiError::NotXapi { host: self.host(), call: call.to_owned(), what: what.to_owned() }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(
        &self,
        repeat: Repeat,
        method: &str,
        params: &[Value],
        stop: &dyn Stop,
    ) -> Result<Value, XapiError> {
        let (mut renewed, mut moved, mut repeated) = (false, false, false);
        loop {
            let known = self.state().session.clone();
            let session = match known {
                Some(session) => session,
                None => self.log_in(stop)?,
            };
            let mut all = vec![json!(session.reveal())];
            all.extend_from_slice(params);
            let patience = if repeat == Repeat::Never { PATIENCE } else { Duration::ZERO };
            let refused = match self.send(method, &all, (self.limits.api, patience), stop) {
                Ok(value) => return Ok(value),
                Err(refused) => refused,
            };
            match refused.error.code() {
                Some("SESSION_INVALID") if !renewed => {
                    renewed = true;
                    self.forget(&session);
                }
                Some("HOST_IS_SLAVE") if !moved => {
                    moved = true;
                    self.follow(&refused)?;
                }
                _ if repeat == Repeat::Safe && refused.error.is_link() && !repeated => {
                    repeated = true;
                }
                _ => return Err(refused.error),
            }
        }
    }

    /// An error without the password and a session.
    fn hide(&self, error: XapiError, session: Option<&Secret>) -> XapiError {
        let error = error.hiding(&self.password);
        match session {
            Some(session) => error.hiding(session),
            None => error,
        }
    }

    /// The session has ended, unless another thread has begun a new one meanwhile.
    fn forget(&self, session: &Secret) {
        let mut state = self.state();
        if state.session.as_ref() == Some(session) {
            state.session = None;
        }
    }

    fn log_in(&self, stop: &dyn Stop) -> Result<Secret, XapiError> {
        let params =
            [json!(self.username), json!(self.password.reveal()), json!(API), json!(ORIGINATOR)];
        let mut moved = false;
        loop {
            let method = "session.login_with_password";
            let refused = match self.send(method, &params, (self.limits.api, PATIENCE), stop) {
                Ok(Value::String(session)) => {
                    let session = Secret::new(session);
                    self.state().session = Some(session.clone());
                    return Ok(session);
                }
                Ok(_) => {
                    let (host, call) = (self.state().wire.host(), method.to_owned());
                    return Err(XapiError::NotXapi { host, call, what: "no session".to_owned() });
                }
                Err(refused) => refused,
            };
            match refused.error.code() {
                Some("SESSION_AUTHENTICATION_FAILED") => {
                    let host = self.state().wire.host();
                    return Err(XapiError::Login { host, user: self.username.clone() });
                }
                Some("HOST_IS_SLAVE") if !moved => {
                    moved = true;
                    self.follow(&refused)?;
                }
                _ => return Err(refused.error),
            }
        }
    }

    /// Goes to the master, with the same port. Its certificate is another one: a slave that is trusted by its
    /// fingerprint tells that of the master; an authority has signed both.
    fn follow(&self, refused: &Refused) -> Result<(), XapiError> {
        let host = self.state().wire.host();
        let master = match &refused.error {
            XapiError::Api { params, .. } => params.first().cloned().unwrap_or_default(),
            _ => String::new(),
        };
        let wrong = |reason: &str| XapiError::Slave {
            host: host.clone(),
            master: bioxen_base::visible::visible(&master).into_owned(),
            reason: reason.to_owned(),
        };
        let Ok(address) = master.parse::<IpAddr>() else {
            return Err(wrong("that is no address; name the master in `xapi_url`"));
        };
        let mut url = self.url.clone();
        url.set_ip_host(address).map_err(|()| wrong("it cannot be named"))?;
        let trusted = match &self.trusted {
            Trusted::Pin(_) => {
                let told = refused.master.as_deref().and_then(|t| t.parse::<Fingerprint>().ok());
                let told = told.ok_or_else(|| {
                    wrong(
                        "the slave does not tell the fingerprint of the master's certificate; name the \
                         master in `xapi_url` and its fingerprint in `tls_fingerprint_sha256`",
                    )
                })?;
                Trusted::Pin(told)
            }
            authority => authority.clone(),
        };
        let wire = Arc::new(Wire::new(&url, &trusted, self.limits.api)?);
        *self.state() = State { wire, session: None };
        Ok(())
    }

    /// Sends a call as it is, with its limit and its patience.
    fn send(
        &self,
        method: &str,
        params: &[Value],
        (limit, patience): (Duration, Duration),
        stop: &dyn Stop,
    ) -> Result<Value, Refused> {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let body = json!({"jsonrpc": "2.0", "method": method, "params": params, "id": id});
        let State { wire, session } = self.state().clone();
        let hide = |error| self.hide(error, session.as_ref());
        let sent = Sent { call: method, body: body.to_string(), limit, patience };
        let Got { body, master } =
            wire.send(sent, stop).map_err(|error| Refused { error: hide(error), master: None })?;
        let call = method.to_owned();
        reply::read(&body, id).map_err(|refusal| {
            let error = match refusal {
                Refusal::Api { code, params } => XapiError::Api { call, code, params },
                Refusal::Bad(what) => XapiError::NotXapi { host: wire.host(), call, what },
            };
            Refused { error: hide(error), master }
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let session = self.state().session.take();
        if let Some(session) = session {
            // A session that is not ended ends by itself after a day.
            let limit = GOODBYE.min(self.limits.api);
            let params = [json!(session.reveal())];
            let _ = self.send("session.logout", &params, (limit, limit), &Never);
        }
    }
}
