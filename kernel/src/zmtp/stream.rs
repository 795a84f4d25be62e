//! Addresses, and the two kinds of connections.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::Duration;

use super::ZmtpError;
use super::peer::Door;

/// Where a socket listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// Host and port; port 0 for any free one.
    Tcp(String, u16),
    /// A socket in the file system.
    Ipc(PathBuf),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) => write!(f, "tcp://{host}:{port}"),
            Self::Ipc(path) => write!(f, "ipc://{}", path.display()),
        }
    }
}

impl Endpoint {
    /// Connects once, so that whoever waits for connections looks up.
    pub(super) fn wake(&self) {
        // One that is gone waits no more.
        let _ = match self {
            Self::Tcp(host, port) => TcpStream::connect((host.as_str(), *port)).map(drop),
            #[cfg(unix)]
            Self::Ipc(path) => UnixStream::connect(path).map(drop),
            #[cfg(not(unix))]
            Self::Ipc(_) => Ok(()),
        };
    }
}

/// A listener of either kind.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

impl Listener {
    /// Listens; gives the address with the port that it got.
    pub(super) fn bind(endpoint: &Endpoint, door: Door) -> Result<(Self, Endpoint), ZmtpError> {
        let failed = |source| ZmtpError::Bind { endpoint: endpoint.to_string(), source };
        match endpoint {
            Endpoint::Tcp(host, port) => {
                let listener = TcpListener::bind((host.as_str(), *port)).map_err(failed)?;
                let port = listener.local_addr().map_err(failed)?.port();
                Ok((Self::Tcp(listener), Endpoint::Tcp(host.clone(), port)))
            }
            #[cfg(unix)]
            Endpoint::Ipc(path) => {
                // A socket that an earlier process left; anything else stays and is in the way.
                if UnixStream::connect(path)
                    .is_err_and(|e| e.kind() == io::ErrorKind::ConnectionRefused)
                {
                    std::fs::remove_file(path).map_err(failed)?;
                }
                let listener = UnixListener::bind(path).map_err(failed)?;
                // Nobody else connects; before that, nobody else can enter the folder.
                let mode = if door.is_for_guests() { 0o660 } else { 0o600 };
                let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
                std::fs::set_permissions(path, mode).map_err(failed)?;
                Ok((Self::Unix(listener), endpoint.clone()))
            }
            #[cfg(not(unix))]
            Endpoint::Ipc(_) => Err(failed(io::ErrorKind::Unsupported.into())),
        }
    }

    pub(super) fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
            #[cfg(unix)]
            Self::Unix(listener) => Ok(Stream::Unix(listener.accept()?.0)),
        }
    }
}

/// A connection of either kind.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    /// The account of the process at the other end, by its name or number, if the system tells.
    pub(super) fn account(&self) -> Option<String> {
        match self {
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Unix(stream) => {
                use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
                let uid = getsockopt(stream, PeerCredentials).ok()?.uid();
                let user = nix::unistd::User::from_uid(uid.into()).ok().flatten();
                Some(user.map_or_else(|| format!("uid {uid}"), |user| user.name))
            }
            _ => None,
        }
    }

    /// How long a read may wait; nothing for ever.
    pub(super) fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_read_timeout(timeout),
            #[cfg(unix)]
            Self::Unix(stream) => stream.set_read_timeout(timeout),
        }
    }

    /// Ends both directions, which wakes whoever reads or writes.
    pub(super) fn close(&self) {
        // A connection that is closed already is as wanted.
        let _ = match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both),
            #[cfg(unix)]
            Self::Unix(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for &Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => (&*stream).read(buf),
            #[cfg(unix)]
            Stream::Unix(stream) => (&*stream).read(buf),
        }
    }
}

impl Write for &Stream {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => (&*stream).write(buf),
            #[cfg(unix)]
            Stream::Unix(stream) => (&*stream).write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
