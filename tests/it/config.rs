//! Configurations in files and on the command line.

use std::fs;
use std::process::{Command, Output};

use bioxen::factory::config_file::{Format, VmConfig};
use bioxen::hypervisor::BiologicalType;
use proptest::prelude::*;

fn bioxen(folder: &std::path::Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn templates_validate_and_show_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    for biological_type in BiologicalType::ALL {
        let name = biological_type.name();
        let template = bioxen(folder.path(), &["config", "template", name]);
        fs::write(folder.path().join("my.toml"), &template.stdout).unwrap();
        let valid = bioxen(folder.path(), &["config", "validate", "my.toml"]);
        assert!(valid.status.success());
        assert_eq!(text(&valid.stdout), "my.toml: good\n");
        let shown = bioxen(folder.path(), &["config", "show", "my.toml", "--json"]);
        fs::write(folder.path().join("my.json"), &shown.stdout).unwrap();
        let again = VmConfig::load(&folder.path().join("my.json")).unwrap();
        assert_eq!(again.config, VmConfig::defaults(biological_type));
    }
}

#[test]
fn validate_tells_everything_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let wrong =
        "{\"biological_type\": \"ecoli\", \"resource_limits\": {\"max_atp\": 101}, \"sede\": 1}";
    fs::write(folder.path().join("wrong.json"), wrong).unwrap();
    fs::write(folder.path().join("broken.toml"), "biological_type = ").unwrap();
    let old = "{\"vm_type\": \"syn3a\", \"chassis_type\": \"ecoli\"}";
    fs::write(folder.path().join("old.json"), old).unwrap();
    let files = ["config", "validate", "wrong.json", "broken.toml", "old.json"];
    let found = bioxen(folder.path(), &files);
    assert_eq!(found.status.code(), Some(1));
    let printed = text(&found.stdout);
    for part in [
        "wrong.json: sede is an unknown key (did you mean `seed`?)",
        "wrong.json: resource_limits.max_atp is 101",
        "broken.toml: cannot be read",
        "old.json: note: vm_type: \"syn3a\" is an old form",
        "old.json: good",
    ] {
        assert!(printed.contains(part), "{part} is missing in:\n{printed}");
    }
    assert!(text(&found.stderr).contains("2 of 3 configurations"));
}

#[test]
fn the_schema_knows_every_key() {
    let folder = tempfile::tempdir().unwrap();
    let printed = bioxen(folder.path(), &["config", "schema"]);
    let schema: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
    let properties = schema["properties"].as_object().unwrap();
    let config = serde_json::to_value(VmConfig::defaults(BiologicalType::Syn3a)).unwrap();
    for key in config.as_object().unwrap().keys() {
        assert!(properties.contains_key(key), "{key}");
    }
    assert_eq!(schema["required"], serde_json::json!(["biological_type"]));
    assert_eq!(schema["additionalProperties"], serde_json::json!(false));
}

#[test]
fn scripts_make_vms_from_files_and_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let config = "biological_type = \"syn3a\"\nnutrient = 0.2\nseed = 9\n\
                  [resource_limits]\nmax_ribosomes = 70\n[custom_params]\nessential_only = true\n";
    fs::write(folder.path().join("mine.toml"), config).unwrap();
    let script = "let cell = create_from_config(\"mini\", \"mine.toml\");\n\
                  print(resource_limits().ribosomes);\n\
                  cell.save_config(\"again.toml\"); cell.start();\n\
                  start_transcription([\"rnmV\"]);\n";
    fs::write(folder.path().join("p.rhai"), script).unwrap();
    let run = bioxen(folder.path(), &["run", "p.rhai", "--out", "out"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stdout).starts_with("70"), "{}", text(&run.stdout));
    let why = text(&run.stderr);
    assert!(why.contains("may express essential genes only, and not rnmV"), "{why}");
    let again = VmConfig::load(&folder.path().join("out/again.toml")).unwrap().config;
    assert_eq!(again.resource_limits.max_ribosomes, 70.0);
    assert_eq!(again.custom_params.essential_only, Some(true));
    assert_eq!(again.nutrient, Some(0.2));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}", json: bool) {
        let format = if json { Format::Json } else { Format::Toml };
        drop(VmConfig::parse(&text, format, "x"));
    }

    #[test]
    fn what_is_written_reads_back(ribosomes in 1e-3..6e4_f64, atp in 1e-3..100.0_f64, seed: u32) {
        let mut config = VmConfig::defaults(BiologicalType::MinimalCell);
        config.resource_limits.max_ribosomes = ribosomes;
        config.resource_limits.max_atp = atp;
        config.seed = Some(u64::from(seed));
        for format in [Format::Toml, Format::Json] {
            let read = VmConfig::parse(&config.text(format), format, "x").unwrap();
            prop_assert_eq!(&read.config, &config);
        }
    }
}

#[test]
fn a_configuration_names_its_chassis() {
    let folder = tempfile::tempdir().unwrap();
    let config = "biological_type = \"ecoli\"\nchassis = \"rich\"\nnutrient = 0.5\n";
    fs::write(folder.path().join("rich.toml"), config).unwrap();
    let script = "let cell = create_from_config(\"b\", \"rich.toml\"); print(list_chassis()); \
                  print(current_chassis()); cell.save_config(\"again.toml\");";
    fs::write(folder.path().join("p.rhai"), script).unwrap();
    let run = bioxen(folder.path(), &["run", "p.rhai", "--out", "out"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    assert!(text(&run.stdout).starts_with("[\"ecoli\", \"rich\"]\nrich\n"), "{run:?}");
    let again = VmConfig::load(&folder.path().join("out/again.toml")).unwrap().config;
    assert_eq!((again.chassis.as_str(), again.nutrient), ("rich", Some(0.5)));
    let wrong = "biological_type = \"ecoli\"\nchassis = \"yeast\"\n";
    let error = VmConfig::parse(wrong, Format::Toml, "x").unwrap_err().to_string();
    assert!(error.contains("every chassis is an E. coli"), "{error}");
}
