//! Sessions that end, hosts that are slaves, errors in all shapes, users who may not.

use bioxen_xapi::{Never, Step, XapiError};
use bioxen_xapi_simulator::Fault;
use serde_json::json;

use crate::world::{After, World};

#[test]
fn a_session_that_has_ended_is_renewed_once_for_each_call() {
    let world = World::new();
    for method in ["Async.VM.clone", "VM.get_record", "VM.add_to_other_config", "Async.VM.start"] {
        world.pool.fault(method, Fault::Expire);
    }
    let machine = world.make(json!({})).unwrap();
    assert_eq!(world.count("session.login_with_password"), 5);
    assert_eq!(world.pool.machines().len(), 1);
    world.ends_clean(machine);

    world.pool.fault_always("VM.get_by_name_label", Fault::Expire);
    let config = world.config(json!({}));
    let client = world.client();
    let before = world.count("VM.get_by_name_label");
    let error = client.about(&config, &Never).unwrap_err();
    assert_eq!(error.code(), Some("SESSION_INVALID"));
    assert_eq!(world.count("VM.get_by_name_label") - before, 2);
}

#[test]
fn a_slave_is_left_for_its_master_whose_certificate_is_another() {
    let world = World::with(|setup| setup.slave = true);
    assert_ne!(world.pool.master_fingerprint(), Some(world.pool.fingerprint()));
    // By its fingerprint, of which the slave tells.
    let client = world.client();
    assert!(client.host().starts_with("127.0.0.2:"), "{}", client.host());
    let mut machine = world.make(json!({})).unwrap();
    machine.destroy(&Never).unwrap();
    // By an authority, which has signed both.
    let path = world.folder.path().join("authorities.pem");
    std::fs::write(&path, world.pool.authority()).unwrap();
    let client =
        world.connect(json!({"tls_fingerprint_sha256": null, "tls_ca_file": path})).unwrap();
    assert!(client.host().starts_with("127.0.0.2:"));
}

#[test]
fn a_slave_that_does_not_tell_the_fingerprint_or_the_address_is_not_followed() {
    let world = World::new();
    let login = "session.login_with_password";
    world.pool.fault(login, Fault::api("HOST_IS_SLAVE", &["127.0.0.2"]));
    let error = world.connect(json!({})).unwrap_err();
    assert!(error.to_string().contains("does not tell the fingerprint"), "{error}");
    for master in ["", "evil.example/path", "not an address", "127.0.0.1@other"] {
        world.pool.fault(login, Fault::api("HOST_IS_SLAVE", &[master]));
        let error = world.connect(json!({})).unwrap_err();
        assert!(matches!(error, XapiError::Slave { .. }), "{error:?}");
    }
}

#[test]
fn a_master_that_is_a_slave_is_not_followed_further() {
    let world = World::with(|setup| setup.slave = true);
    // The slave answers before any fault; the master's answer is this one.
    world.pool.fault_always("pool.get_all", Fault::api("HOST_IS_SLAVE", &["127.0.0.2"]));
    let error = world.client().about(&world.config(json!({})), &Never).unwrap_err();
    assert!(
        matches!(&error, XapiError::Slave { .. }) || error.code() == Some("HOST_IS_SLAVE"),
        "{error}"
    );
}

#[test]
fn errors_are_understood_in_all_shapes() {
    let world = World::new();
    let login = "session.login_with_password";
    world.pool.fault(login, Fault::Early("HOST_STILL_BOOTING".into(), Vec::new()));
    let error = world.connect(json!({})).unwrap_err();
    assert_eq!(error.code(), Some("HOST_STILL_BOOTING"));
    assert!(error.to_string().contains("still booting"), "{error}");
    world.pool.fault(login, Fault::Bare("SESSION_AUTHENTICATION_FAILED".into(), "root".into()));
    assert!(matches!(world.connect(json!({})).unwrap_err(), XapiError::Login { .. }));
    let error = world.connect(json!({"password": "wrong"})).unwrap_err();
    assert!(error.to_string().contains("refuses the password of user `root`"), "{error}");
}

#[test]
fn a_user_whose_role_is_too_low_learns_which_one_is_needed() {
    let world = World::with(|setup| {
        setup.users.push(("admin".into(), "correct horse".into(), "vm-admin".into()));
    });
    let error = world.make(json!({"username": "reader"})).unwrap_err();
    assert_eq!(error.step, Step::Clone);
    assert!(error.to_string().contains("vm-power-admin"), "{error}");
    // Without a change of the memory, vm-admin is enough.
    let error = world.make(json!({"username": "admin", "vm_memory": "1GB"})).unwrap_err();
    assert_eq!((error.step, error.undo.failures.len()), (Step::Memory, 0));
    let machine = world.make(json!({"username": "admin"})).unwrap();
    world.ends_clean(machine);
}

#[test]
fn slow_answers_end_in_time_and_waits_end_when_asked_to() {
    let world = World::new();
    let slow = Fault::Slow(std::time::Duration::from_secs(30));
    world.pool.fault("session.login_with_password", slow.clone());
    let error = world.connect(json!({"api_timeout": "300 ms"})).unwrap_err();
    assert!(matches!(error, XapiError::Timeout { key: "api_timeout", .. }), "{error:?}");
    assert!(error.to_string().contains("`api_timeout`"), "{error}");
    world.pool.fault("session.login_with_password", slow);
    let config = world.config(json!({}));
    let error = bioxen_xapi::Client::connect(&config, &After::millis(100)).unwrap_err();
    assert!(matches!(error, XapiError::Stopped(_)), "{error:?}");
}

#[test]
fn lost_replies_to_reads_are_asked_for_once_more() {
    let world = World::new();
    world.pool.fault("VM.get_record", Fault::LoseReply);
    world.pool.fault("VM.add_to_other_config", Fault::LoseReply);
    world.pool.fault("VM.set_memory_limits", Fault::LoseRequest);
    let mut machine = world.make(json!({"vm_memory": "1GB"})).unwrap();
    assert_eq!(world.count("VM.set_memory_limits"), 2);
    machine.destroy(&Never).unwrap();
    world.pool.fault("VM.get_by_name_label", Fault::LoseReply);
    world.pool.fault("VM.get_by_name_label", Fault::LoseReply);
    let error = world.client().about(&world.config(json!({})), &Never).unwrap_err();
    assert!(matches!(error, XapiError::Lost { .. }), "{error:?}");
}
