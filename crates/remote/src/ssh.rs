//! Agents that are reached over SSH. Nothing outside of this module knows libssh2.

mod config;
mod host_key;
mod login;
mod stream;
mod upload;

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Instant;

use super::error::RemoteError;
use super::link::Link;
use super::news::News;
use super::place::Connect;
use super::protocol::Hello;
use super::transport::{How, Transport};
pub use config::{HostKey, KEYS, SshConfig};
use host_key::Kinds;
use stream::SshTransport;

/// Opens links to one host.
#[derive(Debug, Clone)]
pub struct Ssh {
    config: SshConfig,
    news: News,
}

impl Ssh {
    /// Of a configuration.
    pub fn new(config: SshConfig) -> Self {
        Self { config, news: News::default() }
    }

    /// Tells what it does there.
    #[must_use]
    pub(crate) fn telling(mut self, news: &News) -> Self {
        self.news = news.clone();
        self
    }

    /// A connection to the host.
    fn reach(&self) -> Result<TcpStream, RemoteError> {
        let SshConfig { host, port, connect, .. } = &self.config;
        let address = format!("{host}:{port}");
        let failed = |error: &dyn std::fmt::Display| RemoteError::Unreachable {
            address: address.clone(),
            reason: error.to_string(),
        };
        let found = (host.as_str(), *port).to_socket_addrs().map_err(|error| failed(&error))?;
        let (mut last, until) = (None, Instant::now() + *connect);
        for one in found {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match TcpStream::connect_timeout(&one, left) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = Some(error),
            }
        }
        Err(last.map_or_else(|| failed(&"it has no address"), |error| failed(&error)))
    }

    /// A connection on which the host has shown that it is the one that is meant.
    fn session(&self) -> Result<(ssh2::Session, TcpStream), RemoteError> {
        let kinds = self.config.host_key.kinds(&self.config.host, self.config.port)?;
        let mut first = None;
        for kind in Kinds::to_try(&kinds, &self.config.host_key) {
            match self.shake(&kind) {
                Ok(session) => return Ok(session),
                // It may have another key, which is the one that is pinned.
                Err(error @ RemoteError::ChangedHostKey { .. }) => {
                    first.get_or_insert(error);
                }
                // A kind of key that it does not have.
                Err(RemoteError::Unreachable { .. }) if first.is_some() => {}
                Err(error) => return Err(error),
            }
        }
        let host = self.config.host.clone();
        let none = || RemoteError::Unreachable { address: host, reason: "no key".to_owned() };
        Err(first.unwrap_or_else(none))
    }

    fn shake(&self, kind: &Kinds) -> Result<(ssh2::Session, TcpStream), RemoteError> {
        let SshConfig { host, port, connect, .. } = &self.config;
        let stream = self.reach()?;
        let address = format!("{host}:{port}");
        let failed = |reason: String| RemoteError::Unreachable { address: address.clone(), reason };
        let io = |error: std::io::Error| failed(error.to_string());
        stream.set_nodelay(true).map_err(io)?;
        #[cfg(unix)]
        let _ = rustix::net::sockopt::set_socket_keepalive(&stream, true);
        let own = stream.try_clone().map_err(io)?;
        let ssh = |error: ssh2::Error| failed(format!("no SSH: {}", error.message()));
        let mut session = ssh2::Session::new().map_err(ssh)?;
        session.set_timeout(u32::try_from(connect.as_millis()).unwrap_or(u32::MAX));
        if let Some(names) = kind.names() {
            session.method_pref(ssh2::MethodType::HostKey, &names).map_err(ssh)?;
        }
        session.set_tcp_stream(stream);
        session.handshake().map_err(ssh)?;
        host_key::check(&session, &self.config)?;
        Ok((session, own))
    }
}

impl Ssh {
    /// Bytes of a `bioxen attach SESSION --stdio` on the host.
    ///
    /// # Errors
    /// When the host cannot be reached or lets nobody in, or no session can have the name.
    pub fn attach(&self, session: &str) -> Result<Box<dyn Transport>, RemoteError> {
        // It becomes part of a command line.
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if session.is_empty() || session.starts_with('-') || !session.chars().all(fits) {
            return Err(RemoteError::SessionName { name: session.to_owned() });
        }
        let (ssh, stream) = self.session()?;
        login::log_in(&ssh, &self.config)?;
        let command = self.config.attaching(session);
        Ok(Box::new(SshTransport::start(ssh, stream, &command, &self.config)?))
    }

    /// A link to the program that a configuration names.
    fn link(&self, config: &SshConfig) -> Result<Link, RemoteError> {
        let (session, stream) = self.session()?;
        login::log_in(&session, config)?;
        let command = config.command();
        let transport = SshTransport::start(session, stream, &command, config)?;
        Link::open(Box::new(transport), &command, config.patience)
    }

    /// Whether what was found there is to be replaced: there is no program, or one of another version.
    fn is_to_upload(&self, found: &Result<Link, RemoteError>) -> bool {
        self.config.upload
            && match found {
                Ok(link) => link.agent().version != Hello::own().version,
                Err(RemoteError::NoAgent { ending, .. }) => {
                    matches!(ending.how, How::Exited(126 | 127))
                }
                Err(error) => matches!(error, RemoteError::OtherProtocol { .. }),
            }
    }
}

impl Connect for Ssh {
    fn connect(&self) -> Result<Link, RemoteError> {
        let found = self.link(&self.config);
        if !self.is_to_upload(&found) {
            return found;
        }
        drop(found);
        let (session, _stream) = self.session()?;
        login::log_in(&session, &self.config)?;
        let (config, told) = upload::upload(&session, &self.config)?;
        told.into_iter().for_each(|line| self.news.add(line));
        self.link(&config)
    }
}
