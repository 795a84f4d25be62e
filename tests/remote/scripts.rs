//! Scripts whose VMs are on another machine.

use std::fs;
use std::process::{Command, Output};

use serde_json::json;

use crate::sshd::{BIOXEN, Sshd};

fn run(sshd: &Sshd, name: &str, script: &str, allowed: &str) -> Output {
    let folder = sshd.path(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("script.rhai"), script).unwrap();
    let mut command = Command::new(BIOXEN);
    command.args(["run", "--seed", "1", "--out", "out", "--allow-remote", allowed, "script.rhai"]);
    command.current_dir(&folder).env_remove("SSH_AUTH_SOCK").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn lac_induction_over_ssh_gives_the_same_files_byte_for_byte() {
    let sshd = Sshd::start();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/lac_induction.rhai");
    let script = fs::read_to_string(path).unwrap();
    let config = sshd.script(json!({}));
    let place = format!("create_bio_vm(\"demo\", \"ecoli\", \"ssh\", #{{ssh_config: {config}}})");
    let remote = script.replace("create_bio_vm(\"demo\", \"ecoli\")", &place);
    assert_ne!(script, remote);
    for (output, name) in [
        (run(&sshd, "here", &script, "127.0.0.1"), "here"),
        (run(&sshd, "there", &remote, "127.0.0.1"), "there"),
    ] {
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
    }
    for file in ["trace.csv", "resources.svg", "expression.svg"] {
        let of = |name: &str| fs::read(sshd.path(name).join("out").join(file)).unwrap();
        assert!(of("here") == of("there"), "{file}");
    }
}

#[test]
fn every_line_but_the_first_stays_the_same() {
    let sshd = Sshd::start();
    let config = sshd.script(json!({}));
    let first = |kind: &str, chassis: &str| match kind {
        "ssh" => format!("\"ssh\", #{{ssh_config: {config}, chassis: \"{chassis}\"}}"),
        _ => format!("\"basic\", #{{chassis: \"{chassis}\"}}"),
    };
    let script = |kind: &str| {
        format!(
            r#"
let a = create_bio_vm("a", "ecoli", {one});
create_bio_vm("b", "syn3a", {one}).start();
create_bio_vms("more_{{}}", 2, "minimal_cell");
create_bio_vm("c", "ecoli", {two}).start();
a.start();
a.start_transcription(["lacZ", "rpoD"]);
at(2.min, || vm("a").allocate_ribosomes(20));
let seen = [];
every(1.min, || {{ seen.push(vm("a").protein("lacZ")); }});
let trace = run(5.min);
let kept = a.snapshot();
a.pause();
trace += run(1.min);
a.resume();
a.restore(kept);
solver("deterministic");
trace += run(3.min);
trace += run_until(|| now() >= 12.min, 30.min);
print(trace.times().len());
print(seen);
print(a.status().engaged_ribosomes);
let many = ensemble(4, 1.min);
print(many.final("lacZ"));
print(sweep([10, 60, 90], |n| {{ vm("a").allocate_ribosomes(n); run(1.min).final("a.ribosomes") }}));
use_chassis("two");
run(2.min);
print(vm("c").status().uptime);
"#,
            one = first(kind, "ecoli"),
            two = first(kind, "two"),
        )
    };
    let (own, other) = (
        run(&sshd, "basic", &script("basic"), "127.0.0.1"),
        run(&sshd, "ssh", &script("ssh"), "127.0.0.1"),
    );
    assert_eq!(text(&own.stdout), text(&other.stdout), "{}", text(&other.stderr));
    assert!(!own.stdout.is_empty(), "{}", text(&own.stderr));
}

#[test]
fn what_the_user_has_not_allowed_is_refused() {
    let sshd = Sshd::start();
    let config = sshd.script(json!({}));
    let script = format!("create_bio_vm(\"demo\", \"ecoli\", \"ssh\", #{{ssh_config: {config}}});");
    let refused = run(&sshd, "refused", &script, "other.example.org");
    let said = text(&refused.stderr);
    assert!(!refused.status.success() && said.contains("--allow-remote 127.0.0.1"), "{said}");
    for (config, named) in [
        ("", "ssh_config"),
        (", #{}", "ssh_config"),
        (", #{ssh_config: #{hosts: 1}}", "did you mean `host`?"),
        (", #{ssh_config: #{host: [1]}}", "a text, a number, a time, true or false"),
    ] {
        let script = format!("create_bio_vm(\"demo\", \"ecoli\", \"ssh\"{config});");
        let said = text(&run(&sshd, "wrong", &script, "*").stderr);
        assert!(said.contains(named), "{config}: {said}");
    }
    let basic = "create_bio_vm(\"demo\", \"ecoli\", \"basic\", #{ssh_config: #{}});";
    let said = text(&run(&sshd, "basic", basic, "*").stderr);
    assert!(said.contains("is for VMs of the type `ssh`"), "{said}");
}

#[test]
fn the_examples_of_the_page_run() {
    let sshd = Sshd::start();
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/remote.md")).unwrap();
    let named = "#{host: \"lab.example.org\", ssh_user: \"me\"}";
    let blocks = page.split("```rhai\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut run_so_far = 0;
    for block in blocks {
        assert!(block.contains(named), "{block}");
        let output =
            run(&sshd, "page", &block.replace(named, &sshd.script(json!({}))), "127.0.0.1");
        assert!(output.status.success(), "{block}{}", text(&output.stderr));
        run_so_far += 1;
    }
    assert_eq!(run_so_far, 2);
}

#[test]
fn the_agent_says_what_it_speaks() {
    let output = Command::new(BIOXEN).args(["agent", "--version", "--json"]).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["protocol"]["major"], bioxen::remote::protocol::MAJOR);
    let output = Command::new(BIOXEN).arg("agent").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn no_secret_is_seen() {
    let sshd = Sshd::start();
    let secret = crate::sshd::PASSPHRASE;
    let locked = sshd.path("locked");
    let right = sshd.script(json!({"ssh_key_path": locked, "passphrase": secret}));
    let wrong = sshd.script(json!({"ssh_key_path": sshd.path("other"), "passphrase": secret}));
    for (name, config) in [("right", right), ("wrong", wrong)] {
        // A message shows the line of a call; the secret stands in another one.
        let script = format!(
            "let key = {config};\nlet cell = create_bio_vm(\"demo\", \"ecoli\", \"ssh\", #{{ssh_config: key}});\n\
             cell.start(); run(1.min); print(cell.status()); cell.save_config(\"c.toml\");\n\
             cell.save(\"c.vm\"); save_hypervisor(\"all.state\");"
        );
        let output = run(&sshd, name, &script, "127.0.0.1");
        let mut seen = text(&output.stdout) + text(&output.stderr).as_str();
        if let Ok(files) = fs::read_dir(sshd.path(name).join("out")) {
            for file in files {
                seen += text(&fs::read(file.unwrap().path()).unwrap()).as_str();
            }
        }
        assert!(!seen.contains(secret), "{seen}");
        assert_eq!(output.status.success(), name == "right", "{seen}");
    }
}

#[test]
fn a_sweep_over_two_hosts_gives_the_numbers_of_here() {
    let sshd = Sshd::start();
    let key = sshd.fingerprint();
    let config = |host: &str| {
        sshd.script(json!({"host": host, "known_hosts": null, "host_key_sha256": key}))
    };
    let script = |create: &str| {
        format!(
            r#"
let hosts = [{}, {}];
let all = sweep([0, 1], |i| {{
    let cell = {create};
    cell.start();
    start_transcription(["lacZ"]);
    run(3.min).final("lacZ")
}});
print(all);
"#,
            config("127.0.0.1"),
            config("localhost"),
        )
    };
    let own = run(&sshd, "basic", &script("create_bio_vm(\"a\", \"ecoli\")"), "*");
    let call = "create_bio_vm(\"a\", \"ecoli\", \"ssh\", #{ssh_config: hosts[i]})";
    let other = run(&sshd, "ssh", &script(call), "*");
    assert!(own.status.success(), "{}", text(&own.stderr));
    assert_eq!(text(&own.stdout), text(&other.stdout), "{}", text(&other.stderr));
    // One of them alone would not do.
    let refused = run(&sshd, "refused", &script(call), "127.0.0.1");
    assert!(
        text(&refused.stderr).contains("--allow-remote localhost"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn a_saved_configuration_makes_the_vm_on_its_machine_again() {
    let sshd = Sshd::start();
    let config = sshd.script(json!({}));
    let script = format!(
        r#"
let cell = create_bio_vm("a", "ecoli", "ssh", #{{ssh_config: {config}, seed: 7}});
cell.start();
cell.save_config("a.toml");
let address = cell.status().address;
cell.destroy();
let again = create_from_config("a", "a.toml");
again.start();
print([again.status().vm_type, again.status().address == address]);
"#
    );
    let output = run(&sshd, "saved", &script, "127.0.0.1");
    assert_eq!(text(&output.stdout), "[\"ssh\", true]\n", "{}", text(&output.stderr));
    let saved = fs::read_to_string(sshd.path("saved").join("out/a.toml")).unwrap();
    assert!(saved.contains("vm_type = \"ssh\"") && saved.contains("[ssh_config]"), "{saved}");
    // The command that runs saved states and scripts in the terminal knows the machine as well.
    let watched = sshd.path("saved/watched.rhai");
    fs::write(&watched, script).unwrap();
    let mut top = Command::new(BIOXEN);
    top.args(["top", "--json", "--speed", "0", "--allow-remote", "127.0.0.1", "watched.rhai"]);
    let output = top.current_dir(sshd.path("saved")).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let config = Command::new(BIOXEN)
        .args(["config", "validate", "out/a.toml"])
        .current_dir(sshd.path("saved"))
        .output()
        .unwrap();
    assert!(config.status.success(), "{}", text(&config.stderr));
}

#[test]
fn an_interrupted_run_keeps_what_it_has_reached() {
    let sshd = Sshd::start();
    let folder = sshd.path("interrupted");
    fs::create_dir_all(&folder).unwrap();
    let config = sshd.script(json!({"binary": sshd.tracked()}));
    let script = format!(
        "create_bio_vm(\"a\", \"ecoli\", \"ssh\", #{{ssh_config: {config}}}).start();\n\
         run(1.min); print(\"begun\"); run(500.h);"
    );
    fs::write(folder.join("script.rhai"), script).unwrap();
    let mut command = Command::new(BIOXEN);
    command.args(["run", "--allow-remote", "127.0.0.1", "script.rhai"]).current_dir(&folder);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut line = String::new();
    let mut printed = std::io::BufReader::new(process.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut printed, &mut line).unwrap();
    assert_eq!(line, "begun\n");
    // The second run is under way once it has recorded something.
    std::thread::sleep(std::time::Duration::from_secs(2));
    crate::sshd::signal("-INT", &process.id().to_string());
    let output = process.wait_with_output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("interrupted at") && said.contains("interrupted.csv"), "{said}");
    let kept = fs::read_to_string(folder.join("out/interrupted.csv")).unwrap();
    assert!(kept.lines().count() > 2, "{kept}");
    crate::sshd::ends(&sshd.pid());
}

#[test]
fn the_program_is_put_there_when_its_user_wishes_that() {
    use std::os::unix::fs::PermissionsExt as _;
    let sshd = Sshd::start();
    let home = sshd.path("home");
    // The program that is sent, without what is for debugging: less has to be read.
    let own = sshd.path("bin/bioxen");
    fs::create_dir_all(sshd.path("bin")).unwrap();
    let stripped = Command::new("strip").arg("-o").arg(&own).arg(BIOXEN).status();
    if !stripped.is_ok_and(|status| status.success()) {
        fs::copy(BIOXEN, &own).unwrap();
    }
    let run = |name: &str, other: serde_json::Value| {
        let mut config = json!({"binary": "/nowhere/bioxen", "ssh_key_path": sshd.path("homed")});
        config.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        let script = sshd.path(&format!("{name}.rhai"));
        let text = format!(
            "let cell = create_bio_vm(\"a\", \"ecoli\", \"ssh\", #{{ssh_config: {}}});\n\
             cell.start(); run(1.min); print(cell.status().link);",
            sshd.script(config)
        );
        fs::write(&script, text).unwrap();
        let mut command = Command::new(&own);
        command.args(["run", "--allow-remote", "*"]).arg(&script).current_dir(sshd.path(""));
        command.env_remove("SSH_AUTH_SOCK").output().unwrap()
    };
    let there = || -> Vec<std::path::PathBuf> {
        let folder = home.join(".cache/bioxen/bin");
        fs::read_dir(folder)
            .map_or_else(|_| Vec::new(), |all| all.map(|f| f.unwrap().path()).collect())
    };
    let refused = run("refused", json!({}));
    assert!(text(&refused.stderr).contains("exit code 127"), "{}", text(&refused.stderr));
    assert!(there().is_empty());
    let upload = json!({"upload": true});
    let first = run("first", upload.clone());
    let said = text(&first.stderr);
    assert!(text(&first.stdout).starts_with("open, to bioxen"), "{said}");
    assert!(said.contains("was put on"), "{said}");
    let [put] = there().try_into().unwrap();
    assert_eq!(fs::read(&put).unwrap(), fs::read(&own).unwrap());
    for path in [put.as_path(), put.parent().unwrap()] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o700);
    }
    let second = run("second", upload.clone());
    let said = text(&second.stderr);
    assert!(text(&second.stdout).starts_with("open, to bioxen"), "{said}");
    assert!(!said.contains("was put on"), "{said}");
    // One that is damaged is not run.
    fs::write(&put, "#!/bin/sh\necho damaged\n").unwrap();
    let third = run("third", upload.clone());
    let said = text(&third.stderr);
    assert!(text(&third.stdout).starts_with("open, to bioxen"), "{said}");
    let [again] = there().try_into().unwrap();
    assert_eq!(fs::read(&again).unwrap(), fs::read(&own).unwrap());
    // An agent of another version is one that is replaced by the own.
    let hello = "{\"agent\":\"bioxen-agent\",\"protocol\":{\"major\":0,\"minor\":0},\
                 \"version\":\"0.0.1\",\"platform\":\"any\"}";
    let older = sshd.program("older", &format!("echo '{hello}'; exec sleep 60"));
    fs::remove_file(&put).unwrap();
    let fourth = run("fourth", json!({"upload": true, "binary": older}));
    assert!(text(&fourth.stdout).starts_with("open, to bioxen"), "{}", text(&fourth.stderr));
}
