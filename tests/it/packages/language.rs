//! Packages in scripts, and in what a session offers.

use std::fs;

use bioxen::lang::WorldOptions;
use bioxen::session::Session;

use super::mechanism::CIRCUIT;

fn session(folder: &std::path::Path) -> Session {
    let (out_dir, read_dir) = (folder.join("out"), folder.to_owned());
    Session::new(
        WorldOptions { out_dir, read_dir, seed: 1, ..WorldOptions::default() },
        Box::new(|_| {}),
    )
    .unwrap()
}

fn eval(session: &mut Session, text: &str) -> String {
    session.eval(text, "test").unwrap().unwrap_or_default()
}

fn wrong(session: &mut Session, text: &str) -> String {
    session.eval(text, "test").unwrap_err().to_string()
}

#[test]
fn files_bring_what_they_need_from_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let needs = "[dependencies]\nbase = \"^2\"\n[[gene]]\nname = \"tetX\"";
    let text = CIRCUIT.replace("[[gene]]\nname = \"tetX\"", needs);
    fs::write(folder.path().join("circuit.toml"), &text).unwrap();
    let mut session = session(folder.path());
    eval(&mut session, "let cell = quick_start_vm(\"ecoli\");");
    let error = wrong(&mut session, "install_package(\"circuit.toml\")");
    assert!(error.contains("needs `base`, which is neither installed nor"), "{error}");
    let base = CIRCUIT.replace("\"circuit\"", "\"base\"").replace("1.0.0", "2.1.0");
    let base = base.replace("tetX", "tetY").replace("target", "aim").replace("partner", "mate");
    let circle = base.replace(
        "[[gene]]\nname = \"tetY\"",
        "[dependencies]\ncircuit = \"*\"\n[[gene]]\nname = \"tetY\"",
    );
    fs::write(folder.path().join("base.toml"), circle).unwrap();
    let error = wrong(&mut session, "install_package(\"circuit.toml\")");
    assert!(error.contains("in a circle: circuit -> base -> circuit"), "{error}");
    assert_eq!(eval(&mut session, "packages().len()"), "0");
    fs::write(folder.path().join("base.toml"), base).unwrap();
    let names = "let names = install_package(\"circuit.toml\"); names[0] + \" \" + names[1]";
    assert_eq!(eval(&mut session, names), "base circuit");
    assert_eq!(
        eval(&mut session, "genes(\"tet?\").len() >= 2 && genes().contains(\"aim\")"),
        "true"
    );
    let error = wrong(&mut session, "install_package(\"../circuit.toml\")");
    assert!(error.contains("leads out of the folders from which scripts read"), "{error}");
}

#[test]
fn wrong_names_are_marked_and_the_nearest_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    eval(&mut session, "quick_start_vm(\"ecoli\");");
    let error = wrong(&mut session, "install_package(\"represilator\")");
    assert!(error.contains("did you mean `repressilator`?"), "{error}");
    assert!(error.contains("^^^"), "{error}");
    eval(&mut session, "install_package(\"repressilator\");");
    let error = wrong(&mut session, "remove_package(\"represilator\")");
    assert!(error.contains("did you mean `repressilator`?"), "{error}");
    let error = wrong(&mut session, "start_transcription([\"gfp_aaw\"])");
    assert!(error.contains("did you mean `gfp_aav`?"), "{error}");
}

#[test]
fn names_of_packages_are_completed() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    let complete = |session: &Session, text: &str| -> Vec<String> {
        let completion = session.complete(text, text.len());
        completion.items.into_iter().map(|item| item.text).collect()
    };
    eval(&mut session, "let cell = quick_start_vm(\"ecoli\");");
    assert_eq!(complete(&session, "install_package(\"gfp"), ["gfp_reporter"]);
    let toggles = complete(&session, "cell.install_package(\"toggle");
    assert_eq!(toggles, ["toggle_model", "toggle_switch"]);
    eval(&mut session, "install_package(\"gfp_reporter\");");
    assert_eq!(complete(&session, "remove_package(\""), ["gfp_reporter"]);
    assert!(complete(&session, "protein(\"gf").contains(&"gfp".to_owned()));
}

#[test]
fn an_sbml_file_is_a_package() {
    let folder = tempfile::tempdir().unwrap();
    let model = include_str!("../../../packages/repressilator_model.xml");
    fs::write(folder.path().join("ring.xml"), model).unwrap();
    let mut session = session(folder.path());
    eval(&mut session, "quick_start_vm(\"ecoli\"); install_package(\"ring.xml\");");
    assert_eq!(
        eval(&mut session, "let t = run(1.min); t[\"ring.PX\"].len() == t.times().len()"),
        "true"
    );
    assert_eq!(eval(&mut session, "package_info(\"ring.xml\").model.len()"), "6");
}
