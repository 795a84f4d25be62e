//! The plug-ins that ship, in VMs on another machine: every byte is that of here.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

use crate::sshd::{BIOXEN, Sshd};

/// A script that makes its VM at `PLACE`, which is `"basic", #{` or the same of another machine.
fn run(sshd: &Sshd, folder: &str, script: &str) -> Output {
    let folder = sshd.path(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("script.rhai"), script).unwrap();
    let plugins = concat!(env!("CARGO_MANIFEST_DIR"), "/plugins");
    let mut command = Command::new(BIOXEN);
    command.args(["run", "--seed", "1", "--out", "out", "--allow-remote", "127.0.0.1"]);
    command.args(["--plugins", plugins, "script.rhai"]).current_dir(&folder);
    command.env_remove("SSH_AUTH_SOCK").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a script here and there, and compares what it prints and writes.
fn the_same(script: &str, files: &[&str]) {
    let sshd = Sshd::start();
    let config = sshd.script(json!({}));
    let here = run(&sshd, "here", &script.replace("PLACE", "\"basic\", #{"));
    assert!(here.status.success(), "{}", text(&here.stderr));
    let place = format!("\"ssh\", #{{ssh_config: {config}, ");
    let there = run(&sshd, "there", &script.replace("PLACE", &place));
    assert!(there.status.success(), "{}", text(&there.stderr));
    assert!(!here.stdout.is_empty());
    assert_eq!(text(&here.stdout), text(&there.stdout));
    let of = |folder: &str, file: &str| fs::read(sshd.path(folder).join("out").join(file)).unwrap();
    for file in files {
        assert!(of("here", file) == of("there", file), "{file}");
        assert!(of("here", file).len() > 100, "{file}");
    }
    // The state of there goes on here, under the same plug-in.
    let rest = "load_vm(\"out/cell.vm\"); run(1.min).to_csv(\"rest.csv\");";
    let name = if script.contains("phage_t7") { "phage_t7" } else { "bacillus_subtilis" };
    for folder in ["here", "there"] {
        let output = run(&sshd, folder, &format!("load_plugin(\"{name}\"); {rest}"));
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    assert!(of("here", "rest.csv") == of("there", "rest.csv"));
    assert!(Path::new(&sshd.path("there")).join("out/rest.csv").is_file());
}

#[test]
fn an_infection_by_phage_t7_is_the_same_on_another_machine() {
    let script = r#"
load_plugin("phage_t7");
let cell = create_bio_vm("cell", "ecoli", PLACE resource_limits: "host"});
cell.start();
run(1.min);
cell.infect_t7(#{t7_per_min: 20.0});
run(5.min);
print(cell.t7_polymerases());
let kept = cell.snapshot();
cell.pause();
run(30.s);
cell.resume();
solver("deterministic");
let trace = run(5.min);
print([trace.final("gp1"), trace.final("gp10A"), cell.t7_capsid_part()]);
plot(trace, ["gp1", "gp10A"], figure_style("phage_t7_print")).save("t7.svg");
trace.to_csv("trace.csv");
print(package_info("phage_t7_genes").genes.len());
print(ensemble(2, 1.min).final("gp0_3"));
cell.save("cell.vm");
"#;
    the_same(script, &["trace.csv", "t7.svg", "cell.vm"]);
}

#[test]
fn a_bacillus_is_the_same_on_another_machine() {
    let script = r#"
load_plugin("bacillus_subtilis");
let cell = create_bio_vm("cell", "bacillus_subtilis", PLACE seed: 5});
cell.start();
print(cell.subtilis_glycolysis());
let trace = run(5.min);
cell.stop_transcription(["pgk"]);
at(7.min, || cell.start_transcription(["eno"], #{strength: 0.5}));
trace += run(4.min);
solver("deterministic");
trace += run(3.min);
print(trace.final("gapA"));
print([cell.biological_type(), cell.resource_limits().max_memory_kb]);
print(clone_vm("cell", "twin").biological_type());
terminate_vm("twin");
print(sweep([0.5, 2.0], |s| { cell.start_transcription(["rpsB"], #{strength: s}); run(1.min).final("rpsB.mrna") }));
trace.to_csv("trace.csv");
cell.save("cell.vm");
"#;
    the_same(script, &["trace.csv", "cell.vm"]);
}
