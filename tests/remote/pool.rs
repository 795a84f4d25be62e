//! A simulated pool whose guests are the SSH server of a test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use bioxen_xapi_simulator::{Guest, Setup, Simulator};
use serde_json::{Map, Value, json};

use crate::sshd::{BIOXEN, RUN, Sshd};

/// The password of the simulated pool. No other secret of the tests has its words: one test looks for it in the
/// lines of all processes, and others run beside it.
pub(crate) const PASSWORD: &str = "staple of one pool";

/// A pool, the server that is its guest, and the folder of those who use it.
pub(crate) struct World {
    pub(crate) sshd: Sshd,
    pub(crate) pool: Simulator,
}

/// A pool whose guests tell an address, or none.
pub(crate) fn telling(address: Option<&str>) -> Setup {
    let user = |name: &str, role: &str| (name.to_owned(), PASSWORD.to_owned(), role.to_owned());
    Setup {
        users: vec![user("root", "pool-admin"), user("reader", "read-only")],
        guest: Guest { address: address.map(str::to_owned), ..Guest::default() },
        ..Setup::default()
    }
}

pub(crate) fn setup() -> Setup {
    telling(Some("127.0.0.1"))
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of(setup())
    }

    pub(crate) fn of(setup: Setup) -> Self {
        Self { sshd: Sshd::start(), pool: Simulator::start(setup).unwrap() }
    }

    /// A configuration, with other keys in the place of the usual ones; `null` leaves one out.
    pub(crate) fn config(&self, other: &Value) -> Map<String, Value> {
        let mut config = self.sshd.config(json!({"host": null}));
        let pool = json!({
            "xapi_url": self.pool.url(),
            "tls_fingerprint_sha256": self.pool.fingerprint(),
            "username": "root",
            "password_env": "POOL_PASSWORD",
            "template_name": "debian-bioxen",
            "vm_memory": "1GB",
            // Loopback is no address of a guest, unless it is expected.
            "expected_cidr": "127.0.0.0/8",
        });
        for (key, value) in
            [pool.as_object().unwrap(), other.as_object().unwrap()].into_iter().flatten()
        {
            match value {
                Value::Null => config.remove(key),
                value => config.insert(key.clone(), value.clone()),
            };
        }
        config
    }

    /// The call that makes a VM on a machine of the pool.
    pub(crate) fn create(&self, id: &str, other: &Value) -> String {
        let entry = |(key, value): (&String, &Value)| format!("{key}: {value}");
        let config = self.config(other);
        let map = config.iter().map(entry).collect::<Vec<_>>().join(", ");
        format!("create_bio_vm(\"{id}\", \"ecoli\", \"xcpng\", #{{xcpng_config: #{{{map}}}}})")
    }

    /// A configuration file that only its owner can read.
    pub(crate) fn file(&self, other: &Value) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let all = json!({
            "biological_type": "ecoli", "vm_type": "xcpng", "xcpng_config": self.config(other),
        });
        let path = self.sshd.path("far.json");
        fs::write(&path, all.to_string()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.sshd.path("state")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(BIOXEN);
        command.env("XDG_STATE_HOME", self.state()).env("POOL_PASSWORD", PASSWORD);
        command.env_remove("SSH_AUTH_SOCK").current_dir(self.sshd.path(""));
        command
    }

    fn running(&self, name: &str, script: &str) -> Command {
        let folder = self.sshd.path(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("script.rhai"), script).unwrap();
        let mut command = self.command();
        command.args(RUN).arg("script.rhai").current_dir(&folder);
        command
    }

    /// Runs a script in a folder of its own.
    pub(crate) fn run(&self, name: &str, script: &str) -> Output {
        self.running(name, script).output().unwrap()
    }

    /// The same, and does not wait.
    pub(crate) fn begin(&self, name: &str, script: &str) -> Child {
        let mut command = self.running(name, script);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// A command about the pool: whether it went well, and what it says.
    pub(crate) fn xcpng(&self, args: &[&str]) -> (bool, String) {
        let output = self.command().arg("xcpng").args(args).output().unwrap();
        (output.status.success(), said(&output))
    }

    /// Waits until a method was called.
    pub(crate) fn called(&self, method: &str) {
        for _ in 0..1200 {
            if self.pool.calls().iter().any(|call| call == method) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("{method} was never called: {:?}", self.pool.calls());
    }

    /// Nothing is left: no machine, no disk, no session, no entry of the journal.
    pub(crate) fn is_clean(&self, when: &str) {
        assert_eq!(self.pool.machines(), Vec::<String>::new(), "{when}");
        assert_eq!(self.pool.disks(), Vec::<String>::new(), "{when}");
        assert_eq!(entries(&self.state()), Vec::<PathBuf>::new(), "{when}");
    }
}

/// The files of the journal.
pub(crate) fn entries(state: &Path) -> Vec<PathBuf> {
    let Ok(files) = fs::read_dir(state.join("bioxen/machines")) else { return Vec::new() };
    files.map(|file| file.unwrap().path()).collect()
}

/// All that a program has printed.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}
