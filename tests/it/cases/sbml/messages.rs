//! What is said of a model that cannot be simulated is true of it and of the solver, and can be followed.

use super::{document, math};

/// What `bioxen sbml run` says of a model.
fn told(content: &str, solver: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("m.xml");
    std::fs::write(&file, content).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(["sbml", "run"]).arg(&file).args(["--t-end", "1", "--solver", solver]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn reaction(stoichiometry: &str, rate: &str) -> String {
    document(&format!(
        "<listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments>\
         <listOfSpecies><species id=\"A\" compartment=\"c\" initialAmount=\"10\" hasOnlySubstanceUnits=\"true\" \
         boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies>\
         <listOfReactions><reaction id=\"r\" reversible=\"false\"><listOfProducts>\
         <speciesReference species=\"A\" stoichiometry=\"{stoichiometry}\" constant=\"true\"/></listOfProducts>\
         <kineticLaw>{}</kineticLaw></reaction></listOfReactions>",
        math(rate)
    ))
}

#[test]
fn a_stoichiometry_is_told_for_what_it_is() {
    for (given, expected) in [
        ("1e18", "a stoichiometry above 1000000000"),
        ("1e300", "a stoichiometry above 1000000000"),
        ("-1", "a negative stoichiometry"),
        ("0.5", "a stoichiometry that is not a whole number"),
    ] {
        for solver in ["ssa", "tau"] {
            let told = told(&reaction(given, "<cn>1</cn>"), solver);
            assert!(told.contains(expected) && told.contains("--solver ode may do"), "{told}");
            assert!(!told.contains("exact stochastic"), "{solver}: {told}");
        }
    }
}

#[test]
fn a_rate_is_told_with_the_rule_that_it_breaks() {
    let zero = "<apply><divide/><cn>1</cn><cn>0</cn></apply>";
    let told_of = told(&reaction("1", zero), "ode");
    assert!(told_of.contains("rates must be finite") && !told_of.contains("negative"), "{told_of}");
    let negative = told(&reaction("1", "<apply><minus/><cn>1</cn></apply>"), "ssa");
    assert!(negative.contains("negative") || negative.contains("below zero"), "{negative}");
}

/// No solver takes a negative delay, and none is advised.
#[test]
fn a_negative_delay_is_wrong_for_every_solver() {
    let event = format!(
        "<listOfParameters><parameter id=\"p\" value=\"0\" constant=\"false\"/></listOfParameters>\
         <listOfEvents><event id=\"e\" useValuesFromTriggerTime=\"true\">\
         <trigger initialValue=\"false\" persistent=\"true\">{}</trigger><delay>{}</delay>\
         <listOfEventAssignments><eventAssignment variable=\"p\">{}</eventAssignment>\
         </listOfEventAssignments></event></listOfEvents>",
        math(&format!("<apply><gt/>{}<cn>0.5</cn></apply>", super::TIME)),
        math("<apply><minus/><cn>1</cn></apply>"),
        math("<cn>1</cn>"),
    );
    for solver in ["ssa", "tau", "ode"] {
        let told = told(&document(&event), solver);
        assert!(told.contains("the delay of `e` is -1") && !told.contains("may do"), "{told}");
    }
}

#[test]
fn a_file_that_was_cut_off_is_told_with_its_end() {
    let whole = reaction("1", "<cn>1</cn>").replace("<listOf", "\n<listOf");
    for part in [whole.len() / 2, whole.len() - 8] {
        let cut = &whole[..part];
        let told = told(cut, "ssa");
        let line = cut.matches('\n').count() + 1;
        assert!(told.contains(&format!("line {line}, column")), "{told}");
        assert!(!told.contains("end of stream"), "{told}");
    }
    let end = &whole[..whole.rfind("</model>").unwrap()];
    assert!(told(end, "ssa").contains("the file ends too early"), "{}", told(end, "ssa"));
}
