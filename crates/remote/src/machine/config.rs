//! What a configuration says of a pool, and of the guests in it.

use bioxen_xapi::Config;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::error::RemoteError;
use crate::place::SECRETS;
use crate::ssh::SshConfig;

/// Keys that say how guests are logged in to, which the pool knows nothing of.
const OF_GUESTS: [&str; 5] =
    ["binary", "passphrase", "passphrase_env", "passphrase_command", "upload"];
/// Keys that both know.
const OF_BOTH: [&str; 5] =
    ["ssh_user", "ssh_key_path", "ssh_port", "known_hosts", "host_key_sha256"];

/// A pool, and how its guests are reached.
#[derive(Debug, Clone)]
pub struct MachineConfig {
    /// The pool, and what a machine is to be.
    pub pool: Config,
    /// As for a host that is reached by SSH, without its address.
    guest: Map<String, Value>,
    /// What tells two configurations apart.
    digest: String,
}

impl MachineConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    /// All that is wrong with the pool, or the first thing that is wrong with the guests.
    pub fn read(map: &Map<String, Value>) -> Result<Self, RemoteError> {
        let pool = Config::from_map_beside(map, &OF_GUESTS)?;
        let known = |key: &&str| map.contains_key(*key);
        let mut guest: Map<String, Value> = OF_BOTH
            .into_iter()
            .chain(OF_GUESTS)
            .filter(known)
            .map(|key| (key.to_owned(), map[key].clone()))
            .collect();
        for (key, limit) in [
            ("connect_timeout", pool.limits.ssh),
            ("start_timeout", pool.limits.ssh),
            ("silence_timeout", pool.limits.idle),
            ("run_timeout", pool.limits.run),
        ] {
            guest.insert(key.to_owned(), json!(limit.as_secs_f64().max(0.1)));
        }
        let mut digest = Sha256::new();
        for (key, value) in map.iter().filter(|(key, _)| !SECRETS.contains(&key.as_str())) {
            digest.update(format!("{key}={value}\n"));
        }
        let digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let config = Self { pool, guest, digest };
        // What is wrong with it is told before anything is made.
        config.guest("0.0.0.0")?;
        Ok(config)
    }

    /// The host that is talked to, as it is allowed.
    pub fn host(&self) -> String {
        let host = self.pool.xapi_url.host_str().unwrap_or_default();
        host.trim_start_matches('[').trim_end_matches(']').to_owned()
    }

    /// What makes two places the same: a cell has a machine of its own.
    pub(crate) fn key_of_place(&self, chassis: &str) -> String {
        format!("xcpng {} {chassis} {}", self.host(), self.digest)
    }

    /// How a guest is reached.
    pub(crate) fn guest(&self, address: &str) -> Result<SshConfig, RemoteError> {
        let mut map = self.guest.clone();
        map.insert("host".to_owned(), json!(address));
        SshConfig::read(&map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(other: &Value) -> Result<MachineConfig, String> {
        let mut map = json!({
            "xapi_url": "https://[fd00::1]:8443",
            "tls_fingerprint_sha256": "00".repeat(32),
            "username": "root",
            "password": "correct horse",
            "template_name": "debian",
            "ssh_user": "me",
        });
        for (key, value) in other.as_object().unwrap() {
            map[key] = value.clone();
        }
        MachineConfig::read(map.as_object().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_guest_is_reached_as_the_configuration_says() {
        let read =
            config(&json!({"idle_timeout": "3 min", "binary": "/opt/bioxen", "ssh_port": 2222}));
        let read = read.unwrap();
        let guest = read.guest("10.0.0.5").unwrap();
        assert_eq!(guest.address(), "me@10.0.0.5:2222");
        assert_eq!(guest.patience.silence.as_secs(), 180);
        assert_eq!(guest.command(), "/opt/bioxen agent --stdio");
        assert_eq!(read.host(), "fd00::1");
    }

    #[test]
    fn what_is_wrong_is_told_before_anything_is_made() {
        for (other, said) in [
            (json!({"binary": "x; y"}), "binary: must be a path"),
            (json!({"host_key_sha256": "x"}), "43 letters"),
            (json!({"templat_name": "x"}), "did you mean `template_name`?"),
            (json!({"binry": "x"}), "did you mean `binary`?"),
            (json!({"vm_vcpus": 0}), "vm_vcpus"),
        ] {
            let error = config(&other).unwrap_err();
            assert!(error.contains(said), "{other}: {error}");
        }
    }

    #[test]
    fn a_place_is_known_by_its_cell_and_its_configuration_without_secrets() {
        let key = |other, chassis| config(&other).unwrap().key_of_place(chassis);
        let one = key(json!({}), "ecoli");
        assert_eq!(one, key(json!({"password": "another"}), "ecoli"));
        assert_ne!(one, key(json!({}), "far"));
        assert_ne!(one, key(json!({"vm_vcpus": 2}), "ecoli"));
        assert!(!format!("{:?}", config(&json!({})).unwrap()).contains("horse"));
    }
}
