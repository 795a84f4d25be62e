//! The password stands in no message, no output for debugging, and no file.

use bioxen_xapi::{Client, Config, Maker, Never};
use bioxen_xapi_simulator::{Fault, Setup, Simulator};
use serde_json::json;

use crate::world::World;

/// A password that nothing else contains, with characters that JSON writes in another way.
const PASSWORD: &str = "s3cr\"et\\zebra\u{e9}";

fn world() -> World {
    let mut setup = Setup::default();
    setup.users[0].1 = PASSWORD.to_owned();
    World { pool: Simulator::start(setup).unwrap(), folder: tempfile::tempdir().unwrap() }
}

fn assert_hidden(told: &str) {
    for part in ["zebra", "s3cr", "5e551011"] {
        assert!(!told.contains(part), "{told}");
    }
}

#[test]
fn no_error_and_no_output_for_debugging_shows_it() {
    let world = world();
    let config = world.config(json!({"password": PASSWORD}));
    assert_hidden(&format!("{config:?}"));
    let client = Client::connect(&config, &Never).unwrap();
    assert_hidden(&format!("{client:?}"));
    // A pool that sends back what it was sent, in every way there is.
    let echo = |text: &str| {
        vec![
            Fault::api("INTERNAL_ERROR", &[text]),
            Fault::api(text, &["x"]),
            Fault::task("INTERNAL_ERROR", &[text]),
            Fault::Early("INTERNAL_ERROR".into(), vec![text.to_owned()]),
            Fault::Bare("INTERNAL_ERROR".into(), text.to_owned()),
            Fault::Reply(500, "text/html".into(), format!("<h1>{text}").into_bytes()),
            Fault::Reply(200, "text/html".into(), format!("<h1>{text}").into_bytes()),
            Fault::Reply(200, "application/json".into(), text.as_bytes().to_vec()),
            Fault::Raw(text.as_bytes().to_vec()),
        ]
    };
    let in_json = json!(PASSWORD).to_string();
    for text in [PASSWORD, in_json.as_str()] {
        for fault in echo(text) {
            world.pool.fault("session.login_with_password", fault.clone());
            if let Err(error) = Client::connect(&config, &Never) {
                assert_hidden(&format!("{error} {error:?}"));
            }
            world.pool.fault("Async.VM.clone", fault);
            let maker = Maker::new(&client, &world.journal(), &config);
            let error = maker.make("iso", &Never, &mut |_| {}).unwrap_err();
            assert_hidden(&format!("{error} {error:?}"));
        }
    }
    // The session is a secret, too.
    world.pool.expire_sessions();
    world.pool.fault_always("VM.get_by_name_label", Fault::Expire);
    let error = client.about(&config, &Never).unwrap_err();
    assert_hidden(&format!("{error} {error:?}"));
}

#[test]
fn no_file_of_the_journal_holds_it() {
    let world = world();
    let mut files = 0;
    let folder = world.folder.path().join("machines");
    let mut look = |_| {
        for file in std::fs::read_dir(&folder).into_iter().flatten() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert_hidden(&String::from_utf8_lossy(&bytes));
            files += 1;
        }
    };
    let config = world.config(json!({"password": PASSWORD, "vm_memory": "1GB"}));
    let client = Client::connect(&config, &Never).unwrap();
    let maker = Maker::new(&client, &world.journal(), &config);
    let mut machine = maker.make("iso", &Never, &mut look).unwrap();
    assert_hidden(&format!("{machine:?} {maker:?}"));
    // Nor does the pool: not in the machine, and not in the description of it.
    for field in ["other_config", "xenstore_data", "name_description", "name_label"] {
        assert_hidden(&world.pool.field(machine.label(), field).unwrap().to_string());
    }
    machine.destroy(&Never).unwrap();
    assert!(files > 20, "{files}");
}

#[test]
fn a_configuration_that_is_wrong_does_not_show_it() {
    let mut told = Vec::new();
    let keys = r#"username = "root""#;
    for wrong in [
        format!("{keys}\npassword = {PASSWORD}"),
        format!("{keys}\npassword = ['{PASSWORD}']"),
        format!("{keys}\nxapi_url = 'https://root:s3cr-zebra@10.0.0.1'\npassword = 'x'"),
        format!("{keys}\nxapi_url = 'https://10.0.0.1/?p=s3cr-zebra'\npassword = 'x'"),
    ] {
        let error = Config::from_toml(&wrong).unwrap_err();
        told.push(format!("{error} {error:?}"));
    }
    for told in told {
        assert_hidden(&told);
    }
}
