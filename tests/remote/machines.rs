//! VMs on machines of a simulated pool, whose guest is the SSH server.

use std::fs;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use bioxen::engine::StopToken;
use bioxen::factory::Infrastructure;
use bioxen::lab::{Places, Wanted};
use bioxen::remote::{Allowed, RemotePlaces};
use bioxen_xapi_simulator::{Fault, Setup, Simulator};
use serde_json::{Value, json};

use crate::pool::{PASSWORD, World, entries, said, setup, telling};
use crate::sshd::signal;

#[test]
fn lac_induction_on_a_machine_of_a_pool_gives_the_same_files_byte_for_byte() {
    let world = World::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/lac_induction.rhai");
    let script = fs::read_to_string(path).unwrap();
    let there = world.create("demo", &json!({}));
    let remote = script.replace("create_bio_vm(\"demo\", \"ecoli\")", &there);
    assert_ne!(script, remote);
    for (name, script) in [("here", &script), ("there", &remote)] {
        let output = world.run(name, script);
        assert!(output.status.success(), "{name}: {}", said(&output));
    }
    for file in ["trace.csv", "resources.svg", "expression.svg"] {
        let of = |name: &str| fs::read(world.sshd.path(name).join("out").join(file)).unwrap();
        assert!(of("here") == of("there"), "{file}");
    }
    assert!(world.pool.calls().iter().any(|call| call == "Async.VM.clean_shutdown"));
    assert_eq!(world.pool.sessions(), 0);
    world.is_clean("at the end");
}

#[test]
fn a_machine_lives_as_long_as_a_vm_on_it() {
    let world = World::new();
    let (a, b, far) = (
        world.create("a", &json!({})),
        world.create("b", &json!({})),
        world
            .create("far", &json!({}))
            .replace("#{xcpng_config", "#{chassis: \"far\", xcpng_config"),
    );
    let script = format!(
        r#"
let a = {a};
{b};
create_bio_vm("c", "syn3a", "xcpng");
let one = a.status();
print([one.vm_type, one.address.contains("@127.0.0.1:"), one.link.starts_with("open")]);
print(one.uuid == vm("b").status().uuid && one.uuid == vm("c").status().uuid);
let far = {far};
print(far.status().uuid == one.uuid);
vm("a").destroy(); vm("b").destroy();
vm("c").start();
print(run(1.min).times().len() > 0);
vm("c").destroy(); vm("far").destroy();
let again = {a};
print(again.status().uuid == one.uuid);
throw "an error at the end";
"#
    );
    let output = world.run("lives", &script);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines, ["[\"xcpng\", true, true]", "true", "false", "true", "false"], "{text}");
    assert!(text.contains("an error at the end"), "{text}");
    let made = world.pool.calls().iter().filter(|call| *call == "Async.VM.clone").count();
    assert_eq!(made, 3);
    world.is_clean("at the end");
}

/// What is configured, how the pool is, a call that fails, and what is told.
type Case = (Value, Setup, Option<(&'static str, Option<Fault>)>, &'static str);

#[test]
fn what_fails_is_told_and_nothing_is_left() {
    let other = Simulator::start(Setup::default()).unwrap();
    let api = |code: &str| Some(Fault::api(code, &[]));
    let cases: Vec<Case> = vec![
        (json!({"template_name": "debian-bioxn"}), setup(), None, "did you mean `debian-bioxen`?"),
        (
            json!({}),
            Setup { templates: vec!["debian-bioxen".to_owned(); 2], ..setup() },
            None,
            "the pool has 2 templates `debian-bioxen`",
        ),
        (
            json!({"tls_fingerprint_sha256": "00".repeat(32)}),
            setup(),
            None,
            "password was not sent",
        ),
        (
            json!({"tls_fingerprint_sha256": null, "tls_ca_file": "/CA"}),
            setup(),
            None,
            "is not trusted",
        ),
        (json!({}), Setup { tls: false, ..setup() }, None, "plain text in place of TLS"),
        (json!({"username": "reader"}), setup(), None, "role does not allow"),
        (json!({"vm_memory": "64GB"}), setup(), None, "memory"),
        (json!({}), setup(), Some(("Async.VM.start", api("NO_HOSTS_AVAILABLE"))), "starting"),
        (json!({"address_timeout": 0.5}), telling(None), None, "told no address"),
        // Loopback is no address of a guest by itself.
        (json!({"address_timeout": 0.5, "expected_cidr": null}), setup(), None, "told: 127.0.0.1"),
        (json!({"binary": "/nowhere/bioxen"}), setup(), None, "it was destroyed again"),
        (json!({"ssh_port": 1, "ssh_timeout": 1}), setup(), None, "it was destroyed again"),
        (json!({"xapi_url": "https://192.0.2.1"}), setup(), None, "--allow-remote 192.0.2.1"),
        (json!({"binary": "x; y"}), setup(), None, "binary: must be a path"),
    ];
    for (other_keys, setup, fault, named) in cases {
        let mut world = World::of(setup);
        let ca = world.sshd.path("ca.pem");
        fs::write(&ca, other.authority()).unwrap();
        let mut keys = other_keys.clone();
        if keys.get("tls_ca_file").is_some() {
            keys["tls_ca_file"] = json!(ca);
        }
        if let Some((method, Some(fault))) = fault {
            world.pool.fault(method, fault);
        }
        let output = world.run("fails", &world.create("iso", &keys));
        let text = said(&output);
        assert_eq!(output.status.code(), Some(1), "{other_keys}: {text}");
        assert!(text.contains(named), "{other_keys}: {text}");
        assert!(!text.contains(PASSWORD), "{text}");
        world.is_clean(&other_keys.to_string());
        // It is the configuration that was wrong, or the pool, and not the state here.
        world.pool = Simulator::start(crate::pool::setup()).unwrap();
        let again = world.run("again", &world.create("iso", &json!({})));
        assert!(again.status.success(), "{other_keys}: {}", said(&again));
    }
}

#[test]
fn no_machine_is_made_for_a_vm_that_cannot_be() {
    let world = World::new();
    let call = world.create("iso", &json!({}));
    let limits = "#{resource_limits: #{max_ribosomes: 1e9}, xcpng_config";
    let near = "create_bio_vm(\"near\", \"ecoli\");\n";
    for (name, script, said) in [
        ("limits", call.replace("#{xcpng_config", limits), "exceeds the host"),
        ("elsewhere", format!("{near}{call}"), "runs on basic"),
        ("basic", call.replace("\"xcpng\"", "\"basic\""), "is for VMs of the type `xcpng`"),
    ] {
        let output = world.run(name, &script);
        let text = crate::pool::said(&output);
        assert!(!output.status.success() && text.contains(said), "{name}: {text}");
    }
    assert_eq!(world.pool.calls(), Vec::<String>::new());
}

#[test]
fn what_a_link_loses_is_found_again() {
    let world = World::new();
    world.pool.fault("Async.VM.clone", Fault::LoseReply);
    world.pool.fault("VM.set_memory_limits", Fault::Expire);
    world.pool.fault("Async.VM.start", Fault::LoseReply);
    let output = world.run("lost", &(world.create("iso", &json!({})) + ".start(); run(1.min);"));
    assert!(output.status.success(), "{}", said(&output));
    let clones = world.pool.calls().iter().filter(|call| *call == "Async.VM.clone").count();
    assert_eq!(clones, 1);
    world.is_clean("at the end");
}

#[test]
fn a_machine_that_cannot_be_destroyed_is_told_and_can_be_collected() {
    let world = World::new();
    let config = world.file(&json!({}));
    let config = config.to_str().unwrap();
    world
        .pool
        .fault_always("Async.VM.destroy", Fault::api("INTERNAL_ERROR", &["the disk is on fire"]));
    for (name, rest) in [("called", ".destroy(); print(\"after\")"), ("end", "; print(\"after\")")]
    {
        let output = world.run(name, &(world.create("iso", &json!({})) + rest));
        let text = said(&output);
        assert!(
            text.contains("could not be destroyed") && text.contains("disk is on fire"),
            "{text}"
        );
        assert!(text.contains("bioxen xcpng gc") && text.contains("after"), "{text}");
    }
    let failing = json!({"binary": "/nowhere/bioxen"});
    let text = said(&world.run("both", &world.create("iso", &failing)));
    assert!(text.contains("exit code 127") && text.contains("disk is on fire"), "{text}");
    assert_eq!(world.pool.machines().len(), 3);
    let (good, text) = world.xcpng(&["gc", config, "--yes"]);
    assert!(!good && text.contains("not destroyed: "), "{text}");
    world.pool.heal();
    let (good, text) = world.xcpng(&["list", config]);
    assert!(good && text.matches("its process has ended").count() == 3, "{text}");
    let (good, text) = world.xcpng(&["gc", config]);
    assert!(good && text.contains("would be destroyed") && text.contains("--yes"), "{text}");
    assert_eq!(world.pool.machines().len(), 3);
    let (good, text) = world.xcpng(&["gc", config, "--yes"]);
    assert!(good && text.matches(": destroyed").count() == 3, "{text}");
    world.is_clean("collected");
    assert_eq!(world.xcpng(&["list", config]), (true, "no machines\n".to_owned()));
}

#[test]
fn a_killed_process_leaves_nothing_that_gc_does_not_find() {
    let slow = || Fault::Slow(Duration::from_secs(20));
    for step in [
        "Async.VM.clone",
        "VM.add_to_other_config",
        "VM.set_memory_limits",
        "Async.VM.provision",
        "Async.VM.start",
        "VM_guest_metrics.get_networks",
        "running",
    ] {
        let world = World::new();
        let config = world.file(&json!({}));
        let config = config.to_str().unwrap();
        world.pool.fault(step, slow());
        let script = world.create("iso", &json!({})) + ".start(); run(500.h);";
        let mut process = world.begin("killed", &script);
        if step == "running" {
            world.called("VM_guest_metrics.get_networks");
            sleep(Duration::from_secs(2));
            let (good, text) = world.xcpng(&["gc", config, "--yes"]);
            assert!(good && text.contains("kept, in use"), "{text}");
        } else {
            world.called(step);
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let (good, json) = world.xcpng(&["list", config, "--json"]);
        let listed: Value = serde_json::from_str(&json).unwrap();
        assert!(
            good && listed[0]["whose"] == "ended" && listed[0]["vm"] == "iso",
            "{step}: {json}"
        );
        assert_eq!(listed.as_array().unwrap().len(), 1, "{step}: {json}");
        let (good, text) = world.xcpng(&["gc", config, "--yes"]);
        assert!(good && text.contains(": destroyed"), "{step}: {text}");
        world.is_clean(step);
    }
}

#[test]
fn an_interrupt_while_a_machine_is_made_undoes_it() {
    let world = World::of(telling(None));
    let process = world.begin("interrupted", &world.create("iso", &json!({})));
    world.called("Async.VM.start");
    signal("-INT", &process.id().to_string());
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    world.is_clean("interrupted");
}

#[test]
fn one_machine_that_hangs_does_not_block_another() {
    let world = World::new();
    let config = world.config(&json!({"password_env": null, "password": PASSWORD}));
    let places = RemotePlaces::new(Allowed::hosts(["*".to_owned()]));
    let places = Arc::new(places.with_journal(Some(world.state().join("bioxen/machines"))));
    let stop = StopToken::new();
    let open = |chassis: &str, stop: &StopToken| {
        let wanted =
            Wanted { infrastructure: Infrastructure::Xcpng, config: &config, chassis, vm: chassis };
        places.open(wanted, &mut |_| {}, stop)
    };
    world.pool.fault("Async.VM.start", Fault::Hang);
    std::thread::scope(|scope| {
        let hanging = scope.spawn(|| open("hangs", &stop).map(drop));
        world.called("Async.VM.start");
        let place = open("works", &StopToken::new()).unwrap();
        let mut lab = crate::lab_at(place);
        assert!(lab.run(bioxen::units::Time::from_minutes(1.0)).unwrap().completed);
        assert_eq!(world.pool.machines().len(), 2);
        assert!(!hanging.is_finished());
        stop.stop();
        let error = hanging.join().unwrap().unwrap_err().to_string();
        assert!(error.contains("stopped while"), "{error}");
        assert_eq!(world.pool.machines().len(), 1);
        lab.destroy("demo").unwrap();
    });
    world.is_clean("after the last VM");
    assert_eq!(places.news(), Vec::<String>::new());
}

#[test]
fn the_password_is_seen_nowhere() {
    let world = World::new();
    let keys = json!({"password_env": null, "password": PASSWORD});
    let call = world.create("iso", &keys);
    // A message shows the line of a call; the secret stands in another one.
    let (map, rest) = call.split_once("#{xcpng_config: ").unwrap();
    let script = format!(
        "let pool = {};\nlet cell = {map}#{{xcpng_config: pool}});\ncell.start(); run(1.min);\n\
         print(cell.status()); cell.save_config(\"c.toml\"); cell.save(\"c.vm\"); save_hypervisor(\"all.state\");\n\
         cell.start();\nrun(500.h);",
        rest.strip_suffix("})").unwrap()
    );
    let begun = script.replace("cell.start();\nrun(500.h)", "run(500.h)");
    let process = world.begin("begun", &begun);
    world.called("VM_guest_metrics.get_networks");
    sleep(Duration::from_secs(2));
    for id in fs::read_dir("/proc").unwrap() {
        let id = id.unwrap().path();
        let line = fs::read(id.join("cmdline")).map_or_else(|_| String::new(), |b| lossy(&b));
        assert!(!line.contains(PASSWORD), "{line}");
    }
    let mut seen = String::new();
    let machine = world.pool.machines().remove(0);
    for field in ["other_config", "name_description", "xenstore_data"] {
        seen += &world.pool.field(&machine, field).unwrap_or_default().to_string();
    }
    let files = entries(&world.state());
    assert!(!files.is_empty());
    seen += &files.iter().map(|file| lossy(&fs::read(file).unwrap())).collect::<String>();
    assert!(!seen.contains(PASSWORD), "{seen}");
    signal("-INT", &process.id().to_string());
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    // One that fails on a wrong state of a VM, and one that fails on the pool.
    let failing = world.run("failing", &script);
    world.pool.fault_always("Async.VM.start", Fault::api("INTERNAL_ERROR", &[PASSWORD]));
    let refused = world.run("refused", &script);
    assert!(!failing.status.success() && !refused.status.success());
    for (name, output) in [("begun", output), ("failing", failing), ("refused", refused)] {
        let mut seen = said(&output);
        if let Ok(files) = fs::read_dir(world.sshd.path(name).join("out")) {
            seen +=
                &files.map(|f| lossy(&fs::read(f.unwrap().path()).unwrap())).collect::<String>();
        }
        assert!(!seen.contains(PASSWORD), "{name}: {seen}");
    }
    world.is_clean("at the end");
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_check_says_each_line() {
    let world = World::new();
    let check = |other: Value| world.xcpng(&["check", world.file(&other).to_str().unwrap()]);
    let (good, text) = check(json!({}));
    assert!(good, "{text}");
    for line in [
        "configuration   ok",
        "TLS             ok       its certificate is the one that is pinned",
        "login           ok       root at 127.0.0.1:",
        "template        ok       debian-bioxen (",
        "network         ok       that of the template",
        "storage         ok       disks are cloned",
        "guest tools     ok",
        "SSH key         ok",
        "host key        ok",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    for (other, said) in [
        (json!({"tls_fingerprint_sha256": "00".repeat(32)}), "TLS             wrong"),
        (json!({"xapi_url": "https://127.0.0.1:1"}), "host            wrong    cannot reach"),
        (json!({"username": "nobody"}), "login           wrong"),
        (json!({"password_env": "NOT_SET"}), "password        wrong"),
        (json!({"template_name": "debian"}), "template        wrong"),
        (json!({"network_name": "nowhere"}), "network         wrong"),
        (json!({"storage_repository": "nowhere"}), "storage         wrong"),
        (json!({"ssh_key_path": "/nowhere"}), "SSH key         wrong"),
        (json!({"usrname": "root"}), "did you mean `username`?"),
    ] {
        let (good, text) = check(other.clone());
        assert!(!good && text.contains(said), "{other}: {text}");
        assert!(!text.contains(PASSWORD), "{text}");
    }
    let path = world.sshd.path("open.toml");
    let open = format!("biological_type = \"ecoli\"\n[xcpng_config]\npassword = \"{PASSWORD}\"\n");
    fs::write(&path, open).unwrap();
    let (good, text) = world.xcpng(&["check", path.to_str().unwrap()]);
    assert!(!good && text.contains("chmod 600") && !text.contains(PASSWORD), "{text}");
    fs::write(&path, "biological_type = \"ecoli\"\n").unwrap();
    let (good, text) = world.xcpng(&["check", path.to_str().unwrap()]);
    assert!(!good && text.contains("no table [xcpng_config]"), "{text}");
    world.is_clean("a check changes nothing");
}
