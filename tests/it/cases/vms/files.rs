//! Configurations and states in files.

use std::process::Command;

use bioxen::durable::{seal, unseal};
use bioxen::genome;
use bioxen::hypervisor::Hypervisor;
use serde_json::{Value, json};

use super::desk;

/// What a configuration says makes the same VM again.
#[test]
fn a_saved_configuration_makes_the_same_vm() {
    let mut d = desk();
    let own = genome::write(&genome::shipped("syn3a").unwrap()).replacen("syn3a", "own", 1);
    d.write("genomes/mine.genome", &own);
    let text = "let a = create_bio_vm(\"a\", \"syn3a\", #{genome_file: \"genomes/mine.genome\", tpm: 40, seed: 7});
        a.save_config(\"made/a.toml\"); let b = create_from_config(\"b\", \"made/a.toml\");
        print(a.genes() == b.genes());
        b.save_config(\"b.json\"); create_from_config(\"c\", \"b.json\");
        create_bio_vm(\"d\", \"ecoli\", #{seed: 9}).save_config(\"d.toml\");";
    assert_eq!(d.run(text), ["true"]);
    let read = |name: &str| std::fs::read_to_string(d.folder.path().join(name)).unwrap();
    let config = read("made/a.toml");
    for line in ["genome_file = \"../genomes/mine.genome\"", "tpm = 40.0", "seed = 7"] {
        assert!(config.contains(line), "{line}: {config}");
    }
    let config: Value = serde_json::from_str(&read("b.json")).unwrap();
    assert_eq!(
        (&config["genome_file"], &config["seed"]),
        (&json!("genomes/mine.genome"), &json!(7))
    );
    assert!(read("d.toml").contains("seed = 9"));
    assert_eq!(d.remarks(), "");
    // Of a VM that came from a state there is no file: the genome is written, and told.
    let text =
        "a.save(\"a.vm\"); a.destroy(); let a = load_vm(\"a.vm\"); a.save_config(\"again.toml\");
        print(create_from_config(\"e\", \"again.toml\").genes() == a.genes());";
    assert_eq!(d.run(text), ["true"]);
    d.remarked("the genome is written to again.genome");
    let config = std::fs::read_to_string(d.folder.path().join("again.toml")).unwrap();
    assert!(
        config.contains("genome_file = \"again.genome\"") && config.contains("seed = 7"),
        "{config}"
    );
}

#[test]
fn a_configuration_whose_genome_is_missing_is_not_good() {
    let d = desk();
    d.write("c.toml", "biological_type = \"ecoli\"\ngenome_file = \"own.genome\"\n");
    let validate = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
        command
            .args(["config", "validate", "c.toml"])
            .current_dir(d.folder.path())
            .output()
            .unwrap()
    };
    let output = validate();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success() && text.contains("own.genome"), "{text}");
    d.write("own.genome", &genome::write(&genome::shipped("syn3a").unwrap()));
    let output = validate();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// A state says nothing that no call could have brought about.
#[test]
fn numbers_of_a_state_have_the_ranges_of_calls() {
    let mut d = desk();
    d.run(
        "let a = quick_start_vm(\"ecoli\", \"a\", #{resource_limits: \"host\"}); a.start_transcription(\"lacZ\"); \
         a.add_plasmid(\"pBR322\"); run(1.min); save_hypervisor(\"s.state\");",
    );
    let bytes = std::fs::read(d.folder.path().join("s.state")).unwrap();
    let kind = if bytes.starts_with(b"#bioxen-session ") { "session" } else { "state" };
    let (version, text) = unseal(kind, u32::MAX, &bytes).unwrap();
    let whole: Value = serde_json::from_str(text).unwrap();
    let base = if kind == "session" { "/chassis/0/state" } else { "" };
    let state = whole.pointer(base).unwrap().clone();
    for (path, wrong) in [
        ("/vms/0/units/0/assumed_tpm", json!(1e18)),
        ("/vms/0/units/0/strength", json!(1e18)),
        ("/vms/0/units/0/transcripts", json!(1e18)),
        ("/vms/0/units/0/burst", json!(1e3)),
        ("/vms/0/burst", json!(-1)),
        ("/vms/0/plasmids/0/copies", json!(1e12)),
        ("/vms/0/plasmids/0/wanted", json!(1e6)),
        ("/vms/0/uptime_us", json!(-1)),
        ("/vms/0/ordinal", json!(u64::MAX)),
        ("/vms/0/max_memory_kb", json!(1e300)),
        ("/vms/0/max_atp_percent", json!(1e3)),
        ("/clock_us", json!(i64::MAX)),
        ("/sample_us", json!(i64::MAX)),
        ("/vms_created", json!(u64::MAX)),
        ("/biomass", json!(1e300)),
        ("/host/0", json!(1e300)),
    ] {
        let mut changed = state.clone();
        *changed.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = wrong;
        let sealed = seal("state", 3, &changed.to_string());
        assert!(Hypervisor::load(&sealed).is_err(), "{path}");
    }
    let _ = version;
    assert!(Hypervisor::load(&seal("state", 3, &state.to_string())).is_ok());
}

const DECAY: &str = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
<model id="decay" TIME><listOfParameters><parameter id="x" value="8" constant="false"/></listOfParameters>
<listOfRules><rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML">
<apply><minus/><ci>x</ci></apply></math></rateRule></listOfRules></model></sbml>"#;

/// A unit of time is said once: by the model, or where it says none.
#[test]
fn the_unit_of_time_of_a_model_is_said_once() {
    let mut d = desk();
    d.write("stated.xml", &DECAY.replace("TIME", "timeUnits=\"second\""));
    d.write("decay.xml", &DECAY.replace("TIME", ""));
    d.run("let c = quick_start_vm(\"ecoli\");");
    let error = d.message("install_package(\"stated.xml\", #{time_unit: 1.min})");
    assert!(error.contains("unit of time is 1 s, and time_unit says 1 min"), "{error}");
    d.run("print(package_info(\"stated.xml\").name); print(package_info(\"decay.xml\").name);");
    d.run("install_package(\"stated.xml\", #{time_unit: 1.s}); remove_package(\"stated\");");
    d.run("install_package(\"stated.xml\");");
    let error = d.message("install_package(\"decay.xml\")");
    assert!(error.contains("install_package(\"decay.xml\", #{time_unit: 1.min})"), "{error}");
    d.run("install_package(\"decay.xml\", #{time_unit: 1.min});");
    d.refused(
        "install_package(\"gfp_reporter\", #{time_unit: 1.min})",
        "gfp_reporter is a set of genes",
    );
    d.refused(
        "install_package(\"toggle_model\", #{time_unit: 1.min})",
        "55.2 min, and time_unit says 1 min",
    );
    d.run("install_package(\"repressilator_model\", #{time_unit: 1.min});");
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(["package", "validate", "decay.xml"]).current_dir(d.folder.path());
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(text.contains("#{time_unit: 1.min}"), "{text}");
    assert!(!text.contains("minutes_per_time_unit"), "{text}");
}
