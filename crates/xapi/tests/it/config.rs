//! Configurations, right and wrong.

use std::os::unix::fs::PermissionsExt;

use bioxen_xapi::{Config, Never, XapiError};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

/// A configuration without a pool.
fn read(changes: Value) -> Result<Config, String> {
    let mut all = json!({
        "xapi_url": "https://10.0.0.1", "tls_fingerprint_sha256": "ab".repeat(32), "username": "root",
        "password_env": "P", "template_name": "t",
    });
    let all = all.as_object_mut().unwrap();
    for (key, value) in changes.as_object().unwrap() {
        all.remove(key);
        if !value.is_null() {
            all.insert(key.clone(), value.clone());
        }
    }
    Config::from_map(all).map_err(|error| error.to_string())
}

#[test]
fn all_keys_are_understood() {
    let config = read(json!({
        "vm_memory": "4GB", "vm_vcpus": 8, "network_uuid": "n", "storage_repository": "s",
        "expected_cidr": "10.0.0.0/24", "ssh_user": "u", "ssh_key_path": "/k", "ssh_port": 2222,
        "known_hosts": "/h", "host_key_sha256": "x", "api_timeout": 1, "task_timeout": "2 min",
        "address_timeout": "3s", "shutdown_timeout": 4, "ssh_timeout": 5, "run_timeout": "6 h", "idle_timeout": 7,
    }))
    .unwrap();
    assert_eq!((config.size.memory, config.size.processors), (Some(4 << 30), Some(8)));
    assert_eq!((config.ssh.port, config.ssh.user.as_deref()), (Some(2222), Some("u")));
    assert_eq!((config.limits.task.as_secs(), config.limits.run.as_secs()), (120, 21600));
}

#[test]
fn what_is_wrong_is_told_with_what_would_be_right() {
    for (changes, told) in [
        (json!({"vm_memmory": 1}), "vm_memmory is an unknown key (did you mean `vm_memory`?)"),
        (json!({"username": null}), "username is missing"),
        (json!({"template_name": null}), "one of `template_name`, `template_uuid` is missing"),
        (json!({"template_uuid": "u"}), "only one of `template_name`, `template_uuid`"),
        (json!({"tls_ca_file": "f"}), "only one of `tls_fingerprint_sha256`, `tls_ca_file`"),
        (
            json!({"tls_fingerprint_sha256": null}),
            "one of `tls_fingerprint_sha256`, `tls_ca_file` is missing",
        ),
        (json!({"password": "x"}), "only one of `password`"),
        (json!({"tls_fingerprint_sha256": "ab:cd"}), "64 hexadecimal digits"),
        (json!({"xapi_url": "http://10.0.0.1"}), "must begin with https"),
        (json!({"xapi_url": "10.0.0.1"}), "https://HOST"),
        (json!({"xapi_url": "https://10.0.0.1/jsonrpc"}), "nothing after the host"),
        (json!({"xapi_url": ""}), "not empty"),
        (json!({"vm_memory": "4 apples"}), "such as \"4GB\""),
        (json!({"vm_memory": "1MB"}), "between 64MB"),
        (json!({"vm_vcpus": 0}), "from 1 to 1024"),
        (json!({"vm_vcpus": 1.5}), "from 1 to 1024"),
        (json!({"ssh_port": 70000}), "from 1 to 65535"),
        (json!({"expected_cidr": "10.0.0.0"}), "10.0.0.0/24"),
        (json!({"api_timeout": "soon"}), "\"5 min\""),
        (json!({"username": 7}), "must be a text"),
    ] {
        let error = read(changes).unwrap_err();
        assert!(error.contains(told), "{error}");
    }
    // All of it at once.
    let error = read(json!({"username": null, "vm_vcpus": 0, "xx": 1})).unwrap_err();
    assert_eq!(error.matches(';').count(), 2 + 1, "{error}");
    assert!(
        Config::from_toml("xapi_url = ").unwrap_err().to_string().contains("a value is missing")
    );
}

#[test]
fn there_is_no_switch_against_checking_certificates() {
    for key in ["insecure", "tls_insecure", "verify", "allow_unauthorized", "ignore_ssl"] {
        assert!(read(json!({key: true})).unwrap_err().contains("unknown key"));
    }
}

#[test]
fn a_password_is_read_from_where_it_stands() {
    let world = World::new();
    let path = world.folder.path().join("password");
    std::fs::write(&path, format!("{PASSWORD}\nnothing else\n")).unwrap();
    let mode = |mode: u32| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let connect = |key: &str, value: &str| world.connect(json!({"password": null, key: value}));
    let file = path.to_str().unwrap();
    mode(0o600);
    connect("password_file", file).unwrap();
    connect("password_command", &format!("cat '{file}'")).unwrap();
    for open in [0o644, 0o640, 0o604] {
        mode(open);
        let error = connect("password_file", file).unwrap_err();
        assert!(error.to_string().contains("can be read by others; chmod 600"), "{error}");
    }
    for (key, value, told) in [
        ("password_env", "BIOXEN_NO_SUCH_VARIABLE", "is not set"),
        ("password_command", "exit 3", "failed"),
        ("password_command", "true", "it is empty"),
        ("password_command", "no-such-command-at-all 2>/dev/null", "failed"),
        ("password_file", "/no/such/file", "/no/such/file"),
        ("password_file", "/", "read by others"),
    ] {
        let error = connect(key, value).unwrap_err();
        assert!(matches!(error, XapiError::Password(_)), "{error:?}");
        assert!(error.to_string().contains(told), "{error}");
    }
    let error = world
        .connect(
            json!({"password": null, "password_command": "sleep 100", "api_timeout": "200 ms"}),
        )
        .unwrap_err();
    assert!(error.to_string().contains("longer than"), "{error}");
}

#[test]
fn a_file_that_holds_a_password_must_be_private() {
    let world = World::new();
    let path = world.folder.path().join("pool.toml");
    let text = |with: &str| {
        let (url, pin) = (world.pool.url(), world.pool.fingerprint());
        format!(
            "xapi_url = '{url}'\ntls_fingerprint_sha256 = '{pin}'\nusername = 'root'\n{with}\ntemplate_name = 'debian-bioxen'\n"
        )
    };
    let set = |mode: u32| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        Config::from_file(&path)
    };
    std::fs::write(&path, text(&format!("password = '{PASSWORD}'"))).unwrap();
    let error = set(0o644).unwrap_err().to_string();
    assert!(error.contains("chmod 600") && !error.contains(PASSWORD), "{error}");
    bioxen_xapi::Client::connect(&set(0o600).unwrap(), &Never).unwrap();
    std::fs::write(&path, text("password_env = 'P'")).unwrap();
    set(0o644).unwrap();
}
