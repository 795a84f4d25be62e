//! Certificates, and what answers in place of XAPI.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use bioxen_xapi::XapiError;
use bioxen_xapi_simulator::Fault;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

fn authority(world: &World, text: &str) -> Value {
    let path = world.folder.path().join("authority.pem");
    std::fs::write(&path, text).unwrap();
    json!({"tls_fingerprint_sha256": null, "tls_ca_file": path})
}

#[test]
fn a_pin_or_an_authority_is_trusted() {
    let world = World::new();
    world.connect(json!({})).unwrap();
    let colons: Vec<String> = world
        .pool
        .fingerprint()
        .as_bytes()
        .chunks(2)
        .map(|p| String::from_utf8_lossy(p).to_uppercase())
        .collect();
    world.connect(json!({"tls_fingerprint_sha256": colons.join(":")})).unwrap();
    world.connect(authority(&world, &world.pool.authority())).unwrap();
}

#[test]
fn a_wrong_pin_and_a_wrong_authority_are_refused_before_the_password_goes() {
    let (world, other) = (World::new(), World::new());
    let error =
        world.connect(json!({"tls_fingerprint_sha256": other.pool.fingerprint()})).unwrap_err();
    let XapiError::WrongPin { expected, found, .. } = &error else { panic!("{error}") };
    assert_eq!(found.to_string().replace(':', "").to_lowercase(), world.pool.fingerprint());
    assert_eq!(expected.to_string().replace(':', "").to_lowercase(), other.pool.fingerprint());
    let error = world.connect(authority(&world, &other.pool.authority())).unwrap_err();
    assert!(matches!(&error, XapiError::Certificate { found: Some(_), .. }), "{error:?}");
    assert!(error.to_string().contains("tls_ca_file"), "{error}");
    assert!(world.pool.calls().is_empty());
    for text in
        ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
    {
        let error = world.connect(authority(&world, text)).unwrap_err();
        assert!(matches!(error, XapiError::Authority { .. }), "{error:?}");
    }
}

#[test]
fn the_right_certificate_without_its_key_is_refused() {
    // A pin alone could be shown by anyone who has seen the certificate.
    let world = World::with(|setup| setup.stolen = true);
    for changes in [json!({}), authority(&world, &world.pool.authority())] {
        let error = world.connect(changes).unwrap_err();
        assert!(matches!(error, XapiError::Certificate { .. }), "{error:?}");
    }
    assert!(world.pool.calls().is_empty());
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let world = World::new();
    let mut changes = authority(&world, &world.pool.authority());
    changes["xapi_url"] = json!(world.pool.url().replace("127.0.0.1", "localhost"));
    let error = world.connect(changes).unwrap_err();
    assert!(matches!(error, XapiError::Certificate { .. }), "{error:?}");
}

#[test]
fn plain_http_in_place_of_tls_is_said() {
    let world = World::with(|setup| setup.tls = false);
    let error = world.connect(json!({})).unwrap_err();
    assert!(matches!(error, XapiError::NotTls { .. }), "{error:?}");
    assert!(error.to_string().contains("plain text in place of TLS"), "{error}");
}

#[test]
fn other_answers_than_those_of_xapi_are_said() {
    let world = World::new();
    let page = "<!DOCTYPE html><html><title>Xen Orchestra</title>";
    let cases: [(Fault, &str); 7] = [
        (Fault::Reply(200, "text/html".into(), page.into()), "a page (HTML)"),
        (
            Fault::Reply(200, "text/xml".into(), "<?xml version=\"1.0\"?><methodResponse>".into()),
            "answers XML",
        ),
        (Fault::Reply(500, "text/html".into(), "internal error".into()), "status is 500"),
        (Fault::Reply(404, "text/html".into(), page.into()), "status is 404"),
        (Fault::Reply(200, "application/json".into(), "{\"result\"".into()), "its JSON"),
        (Fault::Reply(200, "application/json".into(), "[".repeat(100_000).into()), "its JSON"),
        (Fault::Reply(302, "text/html".into(), Vec::new()), "redirects"),
    ];
    for (fault, told) in cases {
        world.pool.fault("session.login_with_password", fault);
        let error = world.connect(json!({})).unwrap_err();
        assert!(matches!(error, XapiError::NotXapi { .. }), "{error:?}");
        assert!(error.to_string().contains(told), "{error}");
    }
    world
        .pool
        .fault("session.login_with_password", Fault::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()));
    let error = world.connect(json!({})).unwrap_err();
    assert!(matches!(error, XapiError::Lost { .. }), "{error:?}");
}

#[test]
fn a_reply_that_is_too_long_is_not_read_to_its_end() {
    let world = World::new();
    let long = vec![b' '; 17 << 20];
    world
        .pool
        .fault("session.login_with_password", Fault::Reply(200, "application/json".into(), long));
    let error = world.connect(json!({})).unwrap_err();
    assert!(error.to_string().contains("longer than 16 MB"), "{error}");
}

#[test]
fn nobody_listens_or_nobody_answers() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    // It takes the link and never says a word.
    let error = world.connect(json!({"xapi_url": url, "api_timeout": "200 ms"})).unwrap_err();
    assert!(
        matches!(error, XapiError::Unreachable { .. } | XapiError::Timeout { .. }),
        "{error:?}"
    );
    drop(listener);
    let error = world.connect(json!({"xapi_url": url})).unwrap_err();
    assert!(matches!(error, XapiError::Unreachable { .. }), "{error:?}");
}

#[test]
fn a_server_that_speaks_first_or_drips_ends_in_time() {
    let world = World::new();
    for first in ["", "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", "220 mail ready\r\n"]
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut link, _) = listener.accept().unwrap();
            // The other side may leave at any moment.
            let _ = link.write_all(first.as_bytes());
            let _ = link.read(&mut [0; 1000]);
        });
        let error = world.connect(json!({"xapi_url": url, "api_timeout": 1})).unwrap_err();
        let is_plain = matches!(error, XapiError::NotTls { .. });
        assert_eq!(is_plain, !first.is_empty(), "{error:?}");
        assert!(!error.to_string().contains(PASSWORD));
    }
}
