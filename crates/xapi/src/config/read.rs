//! Configurations from tables and files, with all that is wrong in them.

use std::path::Path;

use bioxen_base::durable::{in_home, is_open_to_others};
use bioxen_base::problem::{Problem, Problems, syntax};
use bioxen_base::visible::visible;
use reqwest::Url;
use serde_json::{Map, Value};

use super::{
    Config, ConfigError, HostKey, Limits, Net, Password, Size, Ssh, Template, Trust, size,
};
use crate::secret::Secret;

/// The valid keys.
const KEYS: [&str; 29] = [
    "xapi_url",
    "username",
    "password",
    "password_env",
    "password_command",
    "password_file",
    "tls_fingerprint_sha256",
    "tls_ca_file",
    "template_name",
    "template_uuid",
    "vm_memory",
    "vm_vcpus",
    "network_uuid",
    "network_name",
    "network",
    "storage_repository",
    "expected_cidr",
    "ssh_user",
    "ssh_key_path",
    "ssh_port",
    "known_hosts",
    "host_key_sha256",
    "api_timeout",
    "task_timeout",
    "address_timeout",
    "shutdown_timeout",
    "ssh_timeout",
    "run_timeout",
    "idle_timeout",
];

/// The longest file of a configuration [bytes].
const LONGEST: u64 = 1 << 20;

/// A table that is read, and what is wrong in it.
struct Reader<'a> {
    map: &'a Map<String, Value>,
    beside: &'a [&'a str],
    problems: Problems,
}

impl Config {
    /// A configuration from a table of keys and values.
    ///
    /// # Errors
    /// With all that is wrong: unknown keys, missing ones, values that do not fit. A wrong value of a password is
    /// never shown.
    pub fn from_map(map: &Map<String, Value>) -> Result<Self, ConfigError> {
        Self::from_map_beside(map, &[])
    }

    /// The same from a table that holds keys for somebody else as well.
    ///
    /// # Errors
    /// As [`Config::from_map`].
    pub fn from_map_beside(map: &Map<String, Value>, beside: &[&str]) -> Result<Self, ConfigError> {
        let mut reader = Reader { map, beside, problems: Problems::default() };
        let config = reader.config();
        match config {
            Some(config) if reader.problems.0.is_empty() => Ok(config),
            _ => Err(ConfigError(reader.problems.0)),
        }
    }

    /// A configuration from a text of TOML.
    ///
    /// # Errors
    /// As [`Config::from_map`], and when it is no TOML.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let one = |what: &str| ConfigError(vec![Problem::new("", what)]);
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            one(&syntax(text, error.span().map(|span| span.start), error.message()))
        })?;
        let value = serde_json::to_value(table).map_err(|error| one(&error.to_string()))?;
        Self::from_map(value.as_object().unwrap_or(&Map::new()))
    }

    /// A configuration from a file of TOML. A file that others can read must hold no password.
    ///
    /// # Errors
    /// As [`Config::from_toml`], and when it cannot be read or shows a password.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let shown = bioxen_base::visible::path(path);
        let one = |what: &str| ConfigError(vec![Problem::new(&shown, what)]);
        let text = bioxen_base::durable::read_text(path, LONGEST)
            .map_err(|error| one(&format!("cannot be read: {error}")))?;
        let config = Self::from_toml(&text)?;
        if matches!(config.password, Password::Given(_)) && is_open_to_others(path) {
            return Err(one(&format!(
                "holds a password and can be read by others; chmod 600 {shown}"
            )));
        }
        Ok(config)
    }
}

impl Reader<'_> {
    fn config(&mut self) -> Option<Config> {
        self.problems.keys(self.map, "", &[&KEYS, self.beside].concat());
        let xapi_url = self.url();
        let username = self.needed("username");
        let password = self.password();
        let trust = self.trust();
        let template = self.template();
        let size = Size {
            memory: self.read("vm_memory", size::memory),
            processors: self.number("vm_vcpus", 1, 1024),
        };
        let network = self.either(&["network_uuid", "network_name", "network"], false);
        let storage_repository = self.text("storage_repository");
        let expected = self.parsed("expected_cidr");
        let ssh = Ssh {
            user: self.text("ssh_user"),
            key: self.text("ssh_key_path").map(|text| in_home(&text)),
            port: self.number("ssh_port", 1, 65535).and_then(|p| u16::try_from(p).ok()),
            host: HostKey {
                known_hosts: self.text("known_hosts").map(|text| in_home(&text)),
                sha256: self.text("host_key_sha256"),
            },
        };
        let usual = Limits::default();
        let mut limit = |key: &str, usual| self.read(key, size::duration).unwrap_or(usual);
        let limits = Limits {
            api: limit("api_timeout", usual.api),
            task: limit("task_timeout", usual.task),
            address: limit("address_timeout", usual.address),
            shutdown: limit("shutdown_timeout", usual.shutdown),
            ssh: limit("ssh_timeout", usual.ssh),
            run: limit("run_timeout", usual.run),
            idle: limit("idle_timeout", usual.idle),
        };
        Some(Config {
            xapi_url: xapi_url?,
            username: username?,
            password: password?,
            trust: trust?,
            template: template?,
            size,
            network: Net { name: network.map(|(_, value)| value), expected },
            storage_repository,
            ssh,
            limits,
        })
    }

    /// A value that is read by a function, if the key is there.
    fn read<T>(&mut self, key: &str, read: impl Fn(&Value) -> Result<T, String>) -> Option<T> {
        match read(self.map.get(key)?) {
            Ok(value) => Some(value),
            Err(what) => {
                self.problems.add(key, &what);
                None
            }
        }
    }

    /// A text that is not empty, if the key is there.
    fn text(&mut self, key: &str) -> Option<String> {
        let is_secret = key.starts_with("password");
        self.read(key, |value| match value.as_str() {
            Some(text) if !text.is_empty() && !text.contains('\0') => Ok(text.to_owned()),
            _ if is_secret => Err("must be a text that is not empty".to_owned()),
            _ => Err(format!(
                "is {}, and must be a text that is not empty",
                visible(&value.to_string())
            )),
        })
    }

    fn needed(&mut self, key: &str) -> Option<String> {
        if !self.map.contains_key(key) {
            self.problems.add(key, "is missing");
        }
        self.text(key)
    }

    fn parsed<T: std::str::FromStr<Err: ToString>>(&mut self, key: &str) -> Option<T> {
        let text = self.text(key)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problems.add(key, &ToString::to_string(&error));
                None
            }
        }
    }

    fn number(&mut self, key: &str, least: u64, most: u64) -> Option<u64> {
        self.read(key, |value| {
            let number = value.as_u64().filter(|n| (least..=most).contains(n));
            number.ok_or_else(|| {
                format!("is {value}, and must be a whole number from {least} to {most}")
            })
        })
    }

    /// The one of some keys that is there.
    fn either(&mut self, keys: &[&'static str], needed: bool) -> Option<(&'static str, String)> {
        let given: Vec<&&'static str> =
            keys.iter().filter(|k| self.map.contains_key(**k)).collect();
        let all = keys.join("`, `");
        match given.as_slice() {
            [] if needed => self.problems.add("", &format!("one of `{all}` is missing")),
            [] => {}
            [key] => return Some((key, self.text(key)?)),
            _ => self.problems.add("", &format!("only one of `{all}` can be given")),
        }
        None
    }

    fn url(&mut self) -> Option<Url> {
        let text = self.needed("xapi_url")?;
        let form = "write it as `https://HOST` or `https://HOST:PORT`";
        let url = match Url::parse(&text) {
            Ok(url) => url,
            Err(_) => {
                self.problems.add("xapi_url", &format!("is no URL; {form}"));
                return None;
            }
        };
        // What it holds besides may be a password, and is not shown.
        let wrong = if !url.username().is_empty() || url.password().is_some() {
            "holds a user or a password; give them as `username` and `password_env`"
        } else if url.scheme() == "http" {
            "must begin with https: the password does not go over a link that others can read"
        } else if url.scheme() != "https" || url.host_str().is_none_or(str::is_empty) {
            "is no HTTPS URL of a host"
        } else if !matches!(url.path(), "" | "/")
            || url.query().is_some()
            || url.fragment().is_some()
        {
            "must hold nothing after the host and port"
        } else {
            return Some(url);
        };
        self.problems.add("xapi_url", &format!("{wrong}; {form}"));
        None
    }

    fn password(&mut self) -> Option<Password> {
        let keys = ["password", "password_env", "password_command", "password_file"];
        let (key, text) = self.either(&keys, true)?;
        Some(match key {
            "password" => Password::Given(Secret::new(text)),
            "password_env" => Password::Env(text),
            "password_command" => Password::Command(text),
            _ => Password::File(in_home(&text)),
        })
    }

    fn trust(&mut self) -> Option<Trust> {
        let keys = ["tls_fingerprint_sha256", "tls_ca_file"];
        match self.either(&keys, true)? {
            ("tls_ca_file", text) => Some(Trust::Authority(in_home(&text))),
            (key, _) => self.parsed(key).map(Trust::Fingerprint),
        }
    }

    fn template(&mut self) -> Option<Template> {
        Some(match self.either(&["template_name", "template_uuid"], true)? {
            ("template_uuid", uuid) => Template::Uuid(uuid),
            (_, name) => Template::Name(name),
        })
    }
}
