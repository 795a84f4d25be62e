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
        (", #{ssh_config: #{host: [1]}}", "a text, a number or a time"),
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
