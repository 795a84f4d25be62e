//! The plug-ins that ship, in VMs on another machine: every byte is that of here.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

use crate::sshd::{BIOXEN, RUN, Sshd};

/// A script that makes its VM at `PLACE`, which is `"basic", #{` or the same of another machine.
fn run(sshd: &Sshd, plugins: &Path, folder: &str, script: &str) -> Output {
    let folder = sshd.path(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("script.rhai"), script).unwrap();
    let mut command = Command::new(BIOXEN);
    command.args(RUN).arg("--plugins").arg(plugins).arg("script.rhai").current_dir(&folder);
    command.env_remove("SSH_AUTH_SOCK").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a script with a plug-in that ships here and there, and compares what it prints and writes.
fn the_same(name: &str, script: &str, files: &[&str]) {
    the_same_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins"), name, script, files);
}

/// The same with a plug-in of another folder.
fn the_same_of(plugins: &Path, name: &str, script: &str, files: &[&str]) {
    let sshd = Sshd::start();
    let run = |folder: &str, script: &str| run(&sshd, plugins, folder, script);
    let config = sshd.script(json!({}));
    let here = run("here", &script.replace("PLACE", "\"basic\", #{"));
    assert!(here.status.success(), "{}", text(&here.stderr));
    let place = format!("\"ssh\", #{{ssh_config: {config}, ");
    let there = run("there", &script.replace("PLACE", &place));
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
    for folder in ["here", "there"] {
        let output = run(folder, &format!("load_plugin(\"{name}\"); {rest}"));
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
    the_same("phage_t7", script, &["trace.csv", "t7.svg", "cell.vm"]);
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
    the_same("bacillus_subtilis", script, &["trace.csv", "cell.vm"]);
}

/// A type whose host has a medium and kinetics of its own.
#[test]
fn the_host_of_a_type_is_the_same_on_another_machine() {
    let plugins = tempfile::tempdir().unwrap();
    let folder = plugins.path().join("quick");
    fs::create_dir_all(folder.join("genomes")).unwrap();
    let shipped =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plugins/toy/genomes/toy.genome");
    fs::copy(shipped, folder.join("genomes/quick.genome")).unwrap();
    let manifest = r#"
name = "quick"
version = "1.0.0"
bioxen = ">=0.1.0"
description = "a type with a host of its own"
licence = "CC0-1.0"
sources = ["invented for tests"]

[type]
name = "quick"
base = "ecoli"
genome = "genomes/quick.genome"

[type.host]
nutrient = 0.7
medium_mm = { glucose = 0.0, lactose = 4.5 }

[type.host.parameters]
elongation_max_aa_per_s = 26.0
charging_max_per_h = 6000.0
atp_capacity_per_h = 60000.0
"#;
    fs::write(folder.join("plugin.toml"), manifest).unwrap();
    let script = r#"
load_plugin("quick");
let cell = create_bio_vm("cell", "quick", PLACE seed: 3});
cell.start();
cell.start_transcription(["big"]);
let trace = run(3.min);
print([cell.status().growth_rate, medium(), trace.final("big")]);
solver("deterministic");
trace += run(3.min);
print(trace.final("host.ribosomes"));
trace.to_csv("trace.csv");
cell.save("cell.vm");
"#;
    the_same_of(plugins.path(), "quick", script, &["trace.csv", "cell.vm"]);
}
