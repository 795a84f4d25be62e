//! `bioxen xcpng check`.

use std::io::{self, Write};

use bioxen_xapi::{Class, Client, GuestTools, Password, Template, Trust, XapiError};

use super::super::failure::Failure;
use super::super::output::name;
use super::Pool;

/// The lines of a check.
struct Lines<'a> {
    out: &'a mut dyn Write,
    bad: usize,
}

impl Lines<'_> {
    fn say(&mut self, what: &str, how: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "{what:<15} {how:<8} {text}")
    }

    fn good(&mut self, what: &str, text: &str) -> io::Result<()> {
        self.say(what, "ok", text)
    }

    fn bad(&mut self, what: &str, text: &str) -> io::Result<()> {
        self.bad += 1;
        self.say(what, "wrong", text)
    }
}

/// Says of each part of a configuration whether it is right.
pub(super) fn check(pool: &Pool, out: &mut dyn Write) -> Result<(), Failure> {
    let mut lines = Lines { out, bad: 0 };
    lines.good("configuration", &format!("the pool of {}", pool.config.pool.xapi_url))?;
    match Client::connect(&pool.config.pool, &*pool.stop) {
        Ok(client) => inside(pool, &client, &mut lines)?,
        Err(error) => refused(pool, &error, &mut lines)?,
    }
    guest(pool, &mut lines)?;
    match lines.bad {
        0 => Ok(()),
        _ if pool.stop.load(std::sync::atomic::Ordering::Relaxed) => {
            Err(Failure::Interrupted { note: "interrupted".to_owned() })
        }
        _ => Err(Failure::Reported),
    }
}

/// By what the host is known.
fn trusted(pool: &Pool) -> String {
    match &pool.config.pool.trust {
        Trust::Fingerprint(pin) => format!("its certificate is the one that is pinned, {pin}"),
        Trust::Authority(path) => {
            format!("its certificate is signed by an authority of {}", name(path))
        }
    }
}

/// How far it came, and what stopped it.
fn refused(pool: &Pool, error: &XapiError, lines: &mut Lines<'_>) -> io::Result<()> {
    let text = error.to_string();
    match error {
        XapiError::Unreachable { .. } => lines.bad("host", &text)?,
        XapiError::NotTls { .. }
        | XapiError::WrongPin { .. }
        | XapiError::Certificate { .. }
        | XapiError::Authority { .. } => lines.bad("TLS", &text)?,
        XapiError::Password(_) => lines.bad("password", &text)?,
        XapiError::Login { .. } | XapiError::Slave { .. } | XapiError::Api { .. } => {
            lines.good("TLS", &trusted(pool))?;
            lines.bad("login", &text)?;
        }
        _ => lines.bad("login", &text)?,
    }
    for what in ["template", "network", "storage", "guest tools"] {
        lines.say(what, "unknown", "the pool was not asked")?;
    }
    Ok(())
}

fn inside(pool: &Pool, client: &Client, lines: &mut Lines<'_>) -> io::Result<()> {
    let config = &pool.config.pool;
    lines.good("TLS", &trusted(pool))?;
    let from = match &config.password {
        Password::Given(_) => "password",
        Password::Env(_) => "password_env",
        Password::Command(_) => "password_command",
        Password::File(_) => "password_file",
    };
    let user = &config.username;
    lines.good("login", &format!("{user} at {}, by {from}", client.host()))?;
    for one in client.inspect(config, &*pool.stop) {
        let what = match one.class {
            Class::Template => "template",
            Class::Network => "network",
            Class::Storage => "storage",
        };
        match one.found {
            Ok(found) => lines.good(what, &format!("{} ({})", found.name, found.uuid))?,
            Err(error) => lines.bad(what, &error.to_string())?,
        }
    }
    if config.network.name.is_none() {
        lines.good("network", "that of the template")?;
    }
    if config.storage_repository.is_none() {
        lines.good("storage", "disks are cloned where the template has them")?;
    }
    match client.guest_tools(config, &*pool.stop) {
        Ok(GuestTools::Reported) => {
            lines.good("guest tools", "a guest of the template has told an address before")
        }
        Ok(GuestTools::Unknown) => {
            let which = match &config.template {
                Template::Name(name) | Template::Uuid(name) => name,
            };
            let text = format!(
                "no guest of {which} has told an address yet; whether it can is seen when a machine starts"
            );
            lines.say("guest tools", "unknown", &text)
        }
        Err(_) => lines.say("guest tools", "unknown", "there is no one template"),
    }
}

/// How guests are logged in to, as far as it can be seen from here.
fn guest(pool: &Pool, lines: &mut Lines<'_>) -> io::Result<()> {
    let ssh = &pool.config.pool.ssh;
    match &ssh.key {
        None => lines.good("SSH key", "one of the SSH agent")?,
        Some(path) => match std::fs::File::open(path) {
            Ok(_) => lines.good("SSH key", &name(path))?,
            Err(error) => lines.bad("SSH key", &format!("{}: {error}", name(path)))?,
        },
    }
    let known = match (&ssh.host.sha256, &ssh.host.known_hosts) {
        (Some(key), _) => format!("guests have the key {key}"),
        (None, Some(path)) => format!("guests must stand in {}", name(path)),
        (None, None) => {
            "guests must stand in ~/.ssh/known_hosts; host_key_sha256 is usual".to_owned()
        }
    };
    lines.good("host key", &known)
}
