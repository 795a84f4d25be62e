//! A real OpenSSH server on loopback, without passwords, for the user of the tests alone.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");
/// Arguments that run a script whose VMs may be on this machine as on another.
pub(crate) const RUN: [&str; 7] =
    ["run", "--seed", "1", "--out", "out", "--allow-remote", "127.0.0.1"];
pub(crate) const PASSPHRASE: &str = "correct horse";
/// Where OpenSSH has its server of files.
const SFTP: &str = "/usr/lib/openssh/sftp-server";

/// A server; it ends with this.
pub(crate) struct Sshd {
    folder: TempDir,
    port: u16,
    server: Child,
}

/// Runs a program to its end.
pub(crate) fn done(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn user() -> String {
    done(Command::new("id").arg("-un")).trim().to_owned()
}

impl Sshd {
    pub(crate) fn start() -> Self {
        // It insists on being called by its absolute path.
        let program = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"];
        let program = program.into_iter().find(|path| Path::new(path).exists());
        let program = program.expect("OpenSSH's server is missing: make tools-ssh");
        if user() == "root" {
            // The folder that a start by the system would make.
            fs::create_dir_all("/run/sshd").unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, passphrase) in
            [("host", ""), ("key", ""), ("locked", PASSPHRASE), ("other", ""), ("homed", "")]
        {
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-t", "ed25519", "-C", "test", "-N", passphrase, "-f"]);
            done(command.arg(path(name)));
        }
        let public = |name: &str| fs::read_to_string(path(&format!("{name}.pub"))).unwrap();
        // One key has another home folder, in which programs may be put.
        fs::create_dir(path("home")).unwrap();
        let homed = path("homed.sh");
        let text = format!(
            "cd {home}\ncase \"$SSH_ORIGINAL_COMMAND\" in\n*sftp-server*) exec {SFTP} -d {home};;\n\
             *) exec sh -c \"$SSH_ORIGINAL_COMMAND\";;\nesac\n",
            home = path("home").display()
        );
        fs::write(&homed, text).unwrap();
        let authorized = format!(
            "{}{}command=\"sh {}\" {}",
            public("key"),
            public("locked"),
            homed.display(),
            public("homed")
        );
        fs::write(path("authorized"), authorized).unwrap();
        for _ in 0..10 {
            // Somebody else may take the port in between; then another one is tried.
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let config = format!(
                "ListenAddress 127.0.0.1\nPort {port}\nHostKey {host}\nPidFile none\n\
                 AuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\n\
                 PasswordAuthentication no\nKbdInteractiveAuthentication no\n\
                 PermitRootLogin prohibit-password\nAllowUsers {user}\nAllowTcpForwarding no\n\
                 X11Forwarding no\nPrintMotd no\nUseDNS no\nMaxStartups 100\n\
                 Subsystem sftp {SFTP}\n",
                host = path("host").display(),
                authorized = path("authorized").display(),
                user = user(),
            );
            fs::write(path("config"), config).unwrap();
            let log = fs::File::create(path("log")).unwrap();
            let mut command = Command::new(program);
            command.args(["-D", "-e", "-f"]).arg(path("config"));
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
            let mut server = command.spawn().unwrap();
            for _ in 0..200 {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    let known = format!("[127.0.0.1]:{port} {}", public("host"));
                    fs::write(path("known_hosts"), known).unwrap();
                    return Self { folder, port, server };
                }
                if !matches!(server.try_wait(), Ok(None)) {
                    break;
                }
                sleep(Duration::from_millis(25));
            }
            let _ = server.kill();
            let _ = server.wait();
        }
        panic!("sshd does not start: {}", fs::read_to_string(path("log")).unwrap_or_default());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The fingerprint of its key, as ssh-keygen prints it.
    pub(crate) fn fingerprint(&self) -> String {
        let text = done(Command::new("ssh-keygen").arg("-lf").arg(self.path("host.pub")));
        text.split_whitespace().nth(1).unwrap().to_owned()
    }

    /// How it is reached, with other keys of the configuration in the place of the usual ones; `null`
    /// leaves one out.
    pub(crate) fn config(&self, other: Value) -> serde_json::Map<String, Value> {
        let usual = json!({
            "host": "127.0.0.1",
            "ssh_port": self.port,
            "ssh_user": user(),
            "ssh_key_path": self.path("key"),
            "known_hosts": self.path("known_hosts"),
            "binary": BIOXEN,
        });
        let mut config = usual.as_object().unwrap().clone();
        config.extend(other.as_object().unwrap().clone());
        config.retain(|_, value| !value.is_null());
        config
    }

    /// The same as a map of a script.
    pub(crate) fn script(&self, other: Value) -> String {
        let config = self.config(other);
        let entry = |(key, value): (&String, &Value)| format!("{key}: {value}");
        format!("#{{{}}}", config.iter().map(entry).collect::<Vec<_>>().join(", "))
    }

    /// A program in the place of the agent.
    pub(crate) fn program(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.path(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// An agent that writes its process id to a file.
    pub(crate) fn tracked(&self) -> PathBuf {
        let pid = self.path("pid");
        self.program("tracked", &format!("echo $$ > {}; exec {BIOXEN} \"$@\"", pid.display()))
    }

    /// The process id that it has written.
    pub(crate) fn pid(&self) -> String {
        fs::read_to_string(self.path("pid")).unwrap().trim().to_owned()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Sends a signal to a process that the tests have started.
pub(crate) fn signal(name: &str, pid: &str) {
    assert!(pid.parse::<u32>().is_ok_and(|pid| pid > 1), "{pid}");
    done(Command::new("kill").args([name, pid]));
}

/// The process that has started another one.
pub(crate) fn parent(pid: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // Behind the name in brackets: the state, then the parent.
    text.rsplit(')').next().unwrap().split_whitespace().nth(1).unwrap().to_owned()
}

/// Waits until a process has ended.
pub(crate) fn ends(pid: &str) {
    for _ in 0..600 {
        if !Path::new(&format!("/proc/{pid}")).exists() {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("process {pid} lives on");
}
