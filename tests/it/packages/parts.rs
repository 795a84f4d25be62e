//! What tells a package's contents tells its guides, proteases and small RNAs, with units.

use std::fs;
use std::process::Command;

use super::language::{beside, eval};

/// Two genes with one protease, a small RNA and two guides, all with numbers of their own.
pub(super) const PARTS: &str = r#"
name = "parts"
version = "1.2.0"
description = "one of each part"
licence = "CC0-1.0"
sources = ["an example"]
types = ["ecoli"]
gene = [
    { name = "first", length_aa = 249 },
    { name = "second", length_aa = 249 },
    { name = "cas", length_aa = 1368 },
    { name = "sg", kind = "RNA", length_nt = 100, rna_half_life_min = 4.0 },
    { name = "small", kind = "RNA", length_nt = 90, rna_half_life_min = 10.0 },
]
promoter = [{ name = "P", mrna_per_min = 2.0 }, { name = "Q", mrna_per_min = 1.5 }]
operon = [
    { name = "both", promoter = "P", genes = ["first", "second"] },
    { name = "cas", promoter = "Q", genes = ["cas"] },
    { name = "guide", promoter = "Q", genes = ["sg"] },
    { name = "small", promoter = "Q", genes = ["small"] },
]
parameter = [{ name = "queue", default = 300.0, unit = "molecules" }]
[[guide]]
rna = "sg"
protein = "cas"
promoter = "P"
max_fold = 50.0
half = 10.0
kd = 20.0
[[guide]]
rna = "sg"
protein = "cas"
gene = "lacZ"
max_fold = 100.0
half = 11.0
kd = 21.0
[[protease]]
name = "ClpXP"
molecules = 100.0
kcat_per_min = 0.5
km = "queue"
substrates = ["first", "lacZ"]
[[small_rna]]
rna = "small"
gene = "second"
rate = 0.02
"#;

#[test]
fn what_a_package_has_is_listed_with_units() {
    let (_folder, mut session) = beside("parts.toml", PARTS);
    eval(&mut session, "quick_start_vm(\"ecoli\");");
    eval(&mut session, "let of = package_info(\"parts.toml\");");
    let lists = [
        ("of.guides.map(|g| g.rna + \" \" + g.protein)", "[\"sg cas\", \"sg cas\"]"),
        ("of.guides[0].promoter", "P"),
        ("of.guides[1].gene", "lacZ"),
        ("[\"gene\" in of.guides[0], \"promoter\" in of.guides[1]]", "[false, false]"),
        (
            "of.guides.map(|g| [g.max_fold, g.half, g.kd])",
            "[[50.0, 10.0, 20.0], [100.0, 11.0, 21.0]]",
        ),
        ("of.guides[0].units.half", "molecules"),
        ("of.guides[0].units.kd", "molecules"),
        ("of.guides[0].units.keys().len()", "3"),
        ("of.proteases.map(|p| p.name)", "[\"ClpXP\"]"),
        ("let p = of.proteases[0]; [p.molecules, p.kcat_per_min, p.km]", "[100.0, 0.5, 300.0]"),
        ("of.proteases[0].substrates", "[\"first\", \"lacZ\"]"),
        ("of.proteases[0].units.kcat_per_min", "1/min"),
        ("of.proteases[0].units.km", "molecules"),
        (
            "let s = of.small_rnas[0]; [s.rna, s.gene, s.rate, s.units.rate]",
            "[\"small\", \"second\", 0.02, \"1/min\"]",
        ),
        ("package_info(\"gfp_reporter\").guides", "[]"),
        ("package_info(\"repressilator_model\").proteases", "[]"),
    ];
    for (text, expected) in lists {
        assert_eq!(eval(&mut session, text), expected, "{text}");
    }
    // An installed one is told with the values that it was given.
    eval(&mut session, "install_package(\"parts.toml\", #{queue: 7.0});");
    assert_eq!(eval(&mut session, "package_info(\"parts\").proteases[0].km"), "7.0");
    assert_eq!(eval(&mut session, "packages()[0].small_rnas.len()"), "1");
    assert_eq!(eval(&mut session, "package_catalogue()[0].small_rnas.len()"), "0");
}

#[test]
fn help_for_a_package_lists_what_it_has() {
    let (_folder, mut session) = beside("parts.toml", PARTS);
    let help = |session: &bioxen::session::Session, text: &str| session.inspect(text, 17, false);
    eval(&mut session, "quick_start_vm(\"ecoli\");");
    let text = "remove_package(\"parts\")";
    let before = help(&session, text).unwrap_or_default();
    assert!(!before.contains("ClpXP"), "{before}");
    eval(&mut session, "install_package(\"parts.toml\");");
    let told = help(&session, text).unwrap();
    for line in [
        "**parts** (package 1.2.0): one of each part",
        "* operon both: first, second from P",
        "* guide sg leads cas to promoter P; max_fold = 50, half = 10 molecules, kd = 20 molecules",
        "* guide sg leads cas to the promoter of lacZ; max_fold = 100",
        "* protease ClpXP degrades first, lacZ; molecules = 100, kcat_per_min = 0.5 1/min, km = 300 molecules",
        "* small RNA small pairs with transcripts of second; rate = 0.02 1/min",
        "* parameter queue = 300 molecules, a finite number",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let ships = session.inspect("install_package(\"toggle_switch\")", 20, false).unwrap();
    assert!(ships.contains("* operon high: tetR_toggle, gfp_toggle from Ptrc_2"), "{ships}");
}

#[test]
fn the_command_lists_it_in_words_and_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parts.toml");
    fs::write(&file, PARTS).unwrap();
    let info = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
        let output = command.args(["package", "info"]).arg(&file).args(more).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let text = info(&[]);
    for line in [
        "guide         sg leads cas to the promoter of lacZ; max_fold = 100, half = 11 molecules, kd = 21 molecules\n",
        "protease      ClpXP degrades first, lacZ; molecules = 100, kcat_per_min = 0.5 1/min, km = 300 molecules\n",
        "small RNA     small pairs with transcripts of second; rate = 0.02 1/min\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let record: serde_json::Value = serde_json::from_str(&info(&["--json"])).unwrap();
    assert_eq!(record["guides"][1]["gene"], "lacZ");
    assert_eq!(record["guides"][1]["units"]["kd"], "molecules");
    assert_eq!(record["proteases"][0]["substrates"][1], "lacZ");
    assert_eq!(record["proteases"][0]["units"]["kcat_per_min"], "1/min");
    assert_eq!(record["small_rnas"][0]["rate"], 0.02);
}
