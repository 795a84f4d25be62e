//! Who is let in where.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use bioxen::units::Time;
use serde_json::{Value, json};

use crate::sshd::{BIOXEN, PASSPHRASE, Sshd, done};
use crate::{here, lab, open, refused};

#[test]
fn a_key_lets_in_plain_and_encrypted_and_the_numbers_are_those_of_here() {
    let sshd = Sshd::start();
    let locked = sshd.path("locked");
    let command = sshd.program("passphrase", &format!("echo '{PASSPHRASE}'"));
    for other in [
        json!({}),
        json!({"known_hosts": null, "host_key_sha256": sshd.fingerprint()}),
        json!({"ssh_key_path": locked, "passphrase": PASSPHRASE}),
        json!({"ssh_key_path": locked, "passphrase_command": command}),
    ] {
        let place = open(&sshd.config(other.clone())).unwrap_or_else(|e| panic!("{other}: {e}"));
        let run = lab(Some(place)).run(Time::from_minutes(2.0)).unwrap();
        assert_eq!(run, here(2.0), "{other}");
    }
}

#[test]
fn who_has_no_key_that_fits_is_told_which_one_was_tried() {
    let sshd = Sshd::start();
    let locked = sshd.path("locked");
    let nowhere = sshd.path("nowhere");
    for (other, said) in [
        (json!({"ssh_key_path": sshd.path("other")}), "lets nobody in with the key"),
        (json!({"ssh_key_path": locked}), "or it is encrypted: give passphrase_env"),
        (json!({"ssh_key_path": locked, "passphrase": "wrong"}), "its passphrase is another"),
        (json!({"ssh_key_path": nowhere}), "it cannot be read"),
        (json!({"ssh_key_path": sshd.path("config")}), "it is no private key"),
        (
            json!({"ssh_key_path": locked, "passphrase_env": "NO_SUCH_NAME"}),
            "no variable NO_SUCH_NAME",
        ),
        (json!({"ssh_user": "nobody"}), "nobody@127.0.0.1 lets nobody in"),
        (json!({"ssh_port": 1}), "cannot be reached"),
    ] {
        let error = refused(&sshd.config(other.clone()));
        assert!(error.contains(said), "{other}: {error}");
        assert!(!error.contains("wrong\""), "{error}");
    }
}

#[test]
fn a_host_is_never_trusted_in_silence() {
    let sshd = Sshd::start();
    let known = sshd.path("known_hosts");
    let right = fs::read_to_string(&known).unwrap();
    let other = fs::read_to_string(sshd.path("other.pub")).unwrap();
    let name = right.split_whitespace().next().unwrap();
    let config = |other: Value| sshd.config(other);
    // Another key of the same kind is known.
    fs::write(&known, format!("{name} {other}")).unwrap();
    let changed = refused(&config(json!({})));
    assert!(changed.contains("is not the one that is known"), "{changed}");
    assert!(changed.contains(&sshd.fingerprint()), "{changed}");
    // Nothing is known; and nothing is learned.
    fs::write(&known, "").unwrap();
    for _ in 0..2 {
        let unknown = refused(&config(json!({})));
        assert!(unknown.contains("is not known: it has SHA256:"), "{unknown}");
        assert!(unknown.contains(&sshd.fingerprint()), "{unknown}");
    }
    assert_eq!(fs::read_to_string(&known).unwrap(), "");
    let missing = refused(&config(json!({"known_hosts": sshd.path("nowhere")})));
    assert!(missing.contains("is not known"), "{missing}");
    // The right key, revoked.
    fs::write(&known, format!("@revoked {right}{right}")).unwrap();
    assert!(refused(&config(json!({}))).contains("is not the one that is known"));
    // A name that is hashed, among lines that are none.
    fs::write(&known, &right).unwrap();
    done(Command::new("ssh-keygen").arg("-q").arg("-Hf").arg(&known));
    let hashed = fs::read_to_string(&known).unwrap();
    assert!(hashed.starts_with("|1|"), "{hashed}");
    fs::write(&known, format!("# mine\nnonsense\n{name} ssh-rsa AAAA\n{hashed}")).unwrap();
    open(&config(json!({}))).unwrap();
    let wrong = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let pinned = refused(&config(json!({"known_hosts": null, "host_key_sha256": wrong})));
    assert!(pinned.contains("is not the one that is known"), "{pinned}");
}

/// An SSH agent; it ends with this.
struct Keys(Child);

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_ssh_agent_lets_in_and_says_what_is_missing() {
    let sshd = Sshd::start();
    let socket = sshd.path("agent");
    let mut command = Command::new("ssh-agent");
    command.arg("-D").arg("-a").arg(&socket).stdout(Stdio::null());
    let _keys = Keys(command.spawn().unwrap());
    for _ in 0..200 {
        if socket.exists() {
            break;
        }
        sleep(Duration::from_millis(25));
    }
    let script = sshd.path("keys.rhai");
    let config = sshd.script(json!({"ssh_key_path": null}));
    let text = format!(
        "create_bio_vm(\"demo\", \"ecoli\", \"ssh\", #{{ssh_config: {config}}}).start();\n\
         run(1.min);\nprint(status().address);"
    );
    fs::write(&script, text).unwrap();
    let run = |socket: Option<&std::path::Path>| {
        let mut command = Command::new(BIOXEN);
        command.args(["run", "--allow-remote", "127.0.0.1"]).arg(&script);
        command.current_dir(sshd.path("")).env_remove("SSH_AUTH_SOCK");
        if let Some(socket) = socket {
            command.env("SSH_AUTH_SOCK", socket);
        }
        let output = command.output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    assert!(run(None).contains("no SSH agent is there"), "{}", run(None));
    assert!(run(Some(&socket)).contains("it has no keys"), "{}", run(Some(&socket)));
    let add = |name: &str| {
        done(Command::new("ssh-add").arg("-q").arg(sshd.path(name)).env("SSH_AUTH_SOCK", &socket));
    };
    // A key that does not fit comes first.
    add("other");
    add("key");
    let let_in = run(Some(&socket));
    assert!(let_in.contains("@127.0.0.1:"), "{let_in}");
}
