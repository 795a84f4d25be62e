//! Models beside VMs.

use std::process::{Command, Output};

use super::case;

fn script(name: &str, arguments: &[&str], out: &std::path::Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(["run", &case(name), "--out", out.to_str().unwrap()]).args(arguments);
    command.output().unwrap()
}

/// What a script prints that must be right.
fn printed(name: &str, out: &std::path::Path) -> String {
    let output = script(name, &[], out);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn a_reversible_model_lives_on_a_vm() {
    let dir = tempfile::tempdir().unwrap();
    let text = printed("reversible_package.rhai", dir.path());
    let last: Vec<f64> = text
        .lines()
        .filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        .filter_map(|line| line.split_whitespace().map(|v| v.parse().ok()).collect())
        .next_back()
        .unwrap_or_else(|| panic!("{text}"));
    // A and B are 100 together, and near their balance after ten of its times.
    assert_eq!(last[1] + last[2], 100.0, "{text}");
    assert!((10.0..60.0).contains(&last[1]), "{text}");
}

#[test]
fn a_vm_whose_model_fails_does_not_pass_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let output = script("overshooting.rhai", &[], dir.path());
    let (text, error) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{error}");
    for part in ["VM `sick` failed", "model over", "reaction `J`"] {
        assert!(error.contains(part), "no {part} in {error}");
    }
    // The others go on, and so does the script.
    assert!(text.contains("error running") && text.contains("the end"), "{text}");
    let output = script("overshooting.rhai", &["--json"], dir.path());
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["failed_vms"].as_array().unwrap().len(), 1, "{json}");
}

#[test]
fn a_species_called_ribosomes_is_no_tenant() {
    let dir = tempfile::tempdir().unwrap();
    let text = printed("pk.rhai", dir.path());
    assert!(text.contains("demo.mymodel.ribosomes"), "{text}");
    let svg = std::fs::read_to_string(dir.path().join("pk.svg")).unwrap();
    assert!(svg.contains("demo") && !svg.contains("mymodel"), "the model is drawn as a tenant");
}

#[test]
fn moles_are_not_taken_for_molecules() {
    let dir = tempfile::tempdir().unwrap();
    let output = script("moles_package.rhai", &[], dir.path());
    let text = String::from_utf8_lossy(&output.stdout);
    let notes = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{notes}");
    // 10 mol decay by 0.01 /s for 120 s, without chance.
    let last: f64 = text.trim().parse().unwrap();
    assert!((last - 10.0 * (-1.2_f64).exp()).abs() < 1e-5, "{last}");
    for part in ["the model moles: it counts", "6.0221e23 molecules", "without chance"] {
        assert!(notes.contains(part), "no {part} in {notes}");
    }
}

/// What is no number of molecules is not taken for one.
#[test]
fn parts_of_molecules_do_not_jump() {
    let model = |amount: &str| {
        format!(
            "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version2/core\" level=\"3\" version=\"2\">\
             <model id=\"m\" substanceUnits=\"item\" timeUnits=\"second\" extentUnits=\"item\">\
             <listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments>\
             <listOfSpecies><species id=\"A\" compartment=\"c\" initialAmount=\"{amount}\" \
             hasOnlySubstanceUnits=\"true\" boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies>\
             <listOfParameters><parameter id=\"k\" value=\"0.01\" constant=\"true\"/></listOfParameters>\
             <listOfReactions><reaction id=\"r\" reversible=\"false\"><listOfReactants><speciesReference \
             species=\"A\" stoichiometry=\"1\" constant=\"true\"/></listOfReactants><kineticLaw>\
             <math xmlns=\"http://www.w3.org/1998/Math/MathML\"><apply><times/><ci>k</ci><ci>A</ci></apply>\
             </math></kineticLaw></reaction></listOfReactions></model></sbml>"
        )
    };
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("part.xml"), model("100.5")).unwrap();
    std::fs::write(dir.path().join("whole.xml"), model("100")).unwrap();
    let code = "quick_start_vm(\"ecoli\", \"demo\"); install_package(\"part.xml\"); \
                install_package(\"whole.xml\"); let t = run(60.s); \
                print(t.final(\"part.A\")); print(t.final(\"whole.A\"));";
    std::fs::write(dir.path().join("s.rhai"), code).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .args(["run", "s.rhai"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let (text, notes) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let values: Vec<f64> = text.lines().map(|line| line.parse().unwrap()).collect();
    assert!((values[0] - 100.5 * (-0.6_f64).exp()).abs() < 1e-4, "{text}");
    assert_eq!(values[1].fract(), 0.0, "{text}");
    assert_eq!(notes.matches("which is no number of molecules").count(), 1, "{notes}");
    assert!(notes.contains("100.5 of `A`"), "{notes}");
}
