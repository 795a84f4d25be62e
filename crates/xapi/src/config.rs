//! Where a pool is, who logs in, and what a machine is to be.

mod password;
mod read;
mod size;

pub use password::Password;

use std::path::PathBuf;
use std::time::Duration;

use bioxen_base::problem::Problem;
use reqwest::Url;
use thiserror::Error;

use crate::address::Cidr;
use crate::error::XapiError;
use crate::tls::{Fingerprint, Trusted};

/// What is wrong with a configuration: all of it.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{}", shown(.0))]
pub struct ConfigError(pub Vec<Problem>);

fn shown(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    format!("the configuration of xcpng: {}", lines.join("; "))
}

/// Which certificate is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The one with this SHA-256: `tls_fingerprint_sha256`.
    Fingerprint(Fingerprint),
    /// Those that an authority of this file (PEM) has signed: `tls_ca_file`.
    Authority(PathBuf),
}

/// The longest file of authorities [bytes].
const LONGEST_PEM: u64 = 4 << 20;

impl Trust {
    pub(crate) fn load(&self) -> Result<Trusted, XapiError> {
        match self {
            Self::Fingerprint(pin) => Ok(Trusted::Pin(*pin)),
            Self::Authority(path) => {
                let path_shown = bioxen_base::visible::path(path);
                let wrong =
                    |reason: String| XapiError::Authority { path: path_shown.clone(), reason };
                let pem = bioxen_base::durable::read(path, LONGEST_PEM)
                    .map_err(|error| wrong(error.to_string()))?;
                Trusted::authorities(&pem).map_err(wrong)
            }
        }
    }
}

/// Which template machines are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// The one of a name.
    Name(String),
    /// The one of a uuid.
    Uuid(String),
}

/// How long each kind of wait may take.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// A call of XAPI: `api_timeout`, 30 s.
    pub api: Duration,
    /// A task, such as the copy of a disk: `task_timeout`, 30 min.
    pub task: Duration,
    /// The address of a guest: `address_timeout`, 5 min.
    pub address: Duration,
    /// A clean shutdown: `shutdown_timeout`, 1 min.
    pub shutdown: Duration,
    /// A link of SSH: `ssh_timeout`, 1 min.
    pub ssh: Duration,
    /// A run in the guest: `run_timeout`, 24 h.
    pub run: Duration,
    /// Silence of the guest: `idle_timeout`, 2 min.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        Self {
            api: Duration::from_secs(30),
            task: minutes(30),
            address: minutes(5),
            shutdown: minutes(1),
            ssh: minutes(1),
            run: minutes(24 * 60),
            idle: minutes(2),
        }
    }
}

/// How a guest is logged in to. This crate carries it and does not use it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Ssh {
    /// The user: `ssh_user`.
    pub user: Option<String>,
    /// The private key: `ssh_key_path`.
    pub key: Option<PathBuf>,
    /// The port: `ssh_port`.
    pub port: Option<u16>,
    /// How the guest is known.
    pub host: HostKey,
}

/// How a guest is known to be the right one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostKey {
    /// The file of known hosts: `known_hosts`.
    pub known_hosts: Option<PathBuf>,
    /// The SHA-256 of the host's key: `host_key_sha256`.
    pub sha256: Option<String>,
}

/// How large a machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// The memory [bytes], that of the template if none: `vm_memory`.
    pub memory: Option<u64>,
    /// The processors, those of the template if none: `vm_vcpus`.
    pub processors: Option<u64>,
}

/// Where a guest is found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Net {
    /// The uuid or name of the one network, those of the template if none: `network`.
    pub name: Option<String>,
    /// The range in which the guest's address is: `expected_cidr`.
    pub expected: Option<Cidr>,
}

/// All that is needed to make machines.
///
/// | key | value |
/// |---|---|
/// | `xapi_url` | `https://HOST` or `https://HOST:PORT` |
/// | `username` | a user of the pool |
/// | one of `password`, `password_env`, `password_command`, `password_file` | the password, or where it stands |
/// | one of `tls_fingerprint_sha256`, `tls_ca_file` | which certificate is trusted |
/// | one of `template_name`, `template_uuid` | what machines are clones of |
/// | `vm_memory`, `vm_vcpus` | such as `"4GB"` (of 2^30 bytes) and `2`; those of the template otherwise |
/// | `network` (`network_uuid`, `network_name`) | the one network; those of the template otherwise |
/// | `storage_repository` | a name or uuid; then disks are copied there in place of cloned |
/// | `expected_cidr` | the range in which the guest's address is, such as `"10.0.0.0/24"` |
/// | `ssh_user`, `ssh_key_path`, `ssh_port`, `known_hosts`, `host_key_sha256` | for whoever logs in to the guest |
/// | `api_timeout`, `task_timeout`, `address_timeout`, `shutdown_timeout`, `ssh_timeout`, `run_timeout`, `idle_timeout` | seconds, or `"5 min"` |
///
/// # Examples
/// ```
/// let wrong = bioxen_xapi::Config::from_toml("xapi_urll = 'https://10.0.0.1'").unwrap_err();
/// assert!(wrong.to_string().contains("did you mean `xapi_url`?"), "{wrong}");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where the pool is.
    pub xapi_url: Url,
    /// Who logs in.
    pub username: String,
    /// The password, or where it stands.
    pub password: Password,
    /// Which certificate is trusted.
    pub trust: Trust,
    /// Which template machines are made of.
    pub template: Template,
    /// How large machines are.
    pub size: Size,
    /// Where the guest is found.
    pub network: Net,
    /// The uuid or name of the storage that disks are copied to; they are cloned if none.
    pub storage_repository: Option<String>,
    /// How the guest is logged in to.
    pub ssh: Ssh,
    /// How long each kind of wait may take.
    pub limits: Limits,
}
