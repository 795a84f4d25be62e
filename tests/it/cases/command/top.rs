//! `bioxen top` of what has not run, and of what cannot be read.

use std::fs;

use super::{bioxen, refusal};

#[test]
fn vms_that_have_not_run_are_shown() {
    let home = tempfile::tempdir().unwrap();
    let script = "create_bio_vm(\"a\", \"ecoli\"); create_bio_vm(\"b\", \"syn3a\").start();";
    fs::write(home.path().join("s.rhai"), script).unwrap();
    let output = bioxen(home.path(), &["top", "s.rhai", "--json", "--once"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let states: Vec<(&str, &str)> = told["vms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vm| (vm["id"].as_str().unwrap(), vm["state"].as_str().unwrap()))
        .collect();
    assert_eq!(states.len(), 2, "{told}");
    assert!(
        states.contains(&("b", "running")) && states.iter().any(|(id, _)| *id == "a"),
        "{told}"
    );
}

/// The reason is told, and no script that the user has not written.
#[test]
fn a_state_that_cannot_be_read_is_told_with_the_reason() {
    let home = tempfile::tempdir().unwrap();
    let script = "quick_start_vm(\"ecoli\", \"a\").save(\"a.vm\"); save_hypervisor(\"all.state\");";
    fs::write(home.path().join("s.rhai"), script).unwrap();
    assert!(bioxen(home.path(), &["run", "s.rhai"]).status.success());
    let out = home.path().join("out");
    for (name, whole) in [("a.vm", "a"), ("all.state", "a")] {
        let output = bioxen(&out, &["top", name, "--once"]);
        assert!(String::from_utf8(output.stdout).unwrap().contains(whole), "{name}");
        let mut bytes = fs::read(out.join(name)).unwrap();
        let last = bytes.len() - 3;
        bytes[last] ^= 1;
        fs::write(out.join("bad"), &bytes).unwrap();
        fs::write(out.join("cut"), &bytes[..last]).unwrap();
        for (file, reason) in [("bad", "its checksum is not"), ("cut", "cut off")] {
            let (code, told) = refusal(&out, &["top", file, "--once"]);
            assert_eq!(code, Some(1), "{told}");
            assert!(told.contains(reason), "{name} {file}: {told}");
            assert!(!told.contains("try {") && !told.contains("load_"), "{told}");
        }
    }
    fs::write(out.join("m.xml"), "<sbml/>").unwrap();
    let (_, told) = refusal(&out, &["top", "m.xml", "--json"]);
    assert!(told.contains("`m.xml` cannot be loaded") && !told.contains("try"), "{told}");
}
