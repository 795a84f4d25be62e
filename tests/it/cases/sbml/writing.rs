//! Models that are written and read again do the same.

use bioxen::network::sbml::{Model, Style, read, write};

use super::{close, end, integrate, math, model};

fn again(model: &Model) -> (String, Model) {
    let text = write(&model.network, &Style::default()).unwrap();
    let back = read(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    (text, back)
}

fn same(model: &Model, until: f64) {
    let grid: Vec<f64> = (0..=20).map(|i| until * f64::from(i) / 20.0).collect();
    let (text, back) = again(model);
    let (first, second) = (integrate(model, &grid), integrate(&back, &grid));
    // Quantities of the reader's making have names that are no ids.
    let plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    for column in first.columns.iter().filter(|column| plain(&column.name)) {
        let other = second.column(&column.name).unwrap_or_else(|| panic!("no {}", column.name));
        for ((a, b), t) in column.values.iter().zip(&other.values).zip(&grid) {
            // A species that is written as a concentration is recorded as its amount all the same.
            assert!(
                close(*a, *b, 1e-6) || (a - b).abs() < 1e-9,
                "{} at {t}: {a} {b}\n{text}",
                column.name
            );
        }
    }
}

/// A volume that grows, and an event that sets a concentration in it; its values are those of the
/// time at which it fires, it acts one later.
fn growing(early: bool) -> String {
    let event = format!(
        "<event id=\"e\" useValuesFromTriggerTime=\"{early}\"><trigger initialValue=\"false\" \
         persistent=\"true\">{}</trigger><delay>{}</delay><listOfEventAssignments>\
         <eventAssignment variable=\"S\">{}</eventAssignment></listOfEventAssignments></event>",
        math("<apply><geq/><ci>C</ci><cn>2</cn></apply>"),
        math("<cn>1</cn>"),
        math("<apply><plus/><ci>C</ci><ci>S</ci></apply>"),
    );
    format!(
        "<listOfCompartments><compartment id=\"C\" size=\"1\" spatialDimensions=\"3\" constant=\"false\"/>\
         </listOfCompartments><listOfSpecies><species id=\"S\" compartment=\"C\" initialAmount=\"4\" \
         hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies>\
         <listOfRules><rateRule variable=\"C\">{}</rateRule></listOfRules><listOfReactions>\
         <reaction id=\"J\" reversible=\"false\"><listOfReactants><speciesReference species=\"S\" \
         stoichiometry=\"1\" constant=\"true\"/></listOfReactants><kineticLaw>{}</kineticLaw></reaction>\
         </listOfReactions><listOfEvents>{event}</listOfEvents>",
        math("<cn>1</cn>"),
        math("<apply><times/><cn>0</cn><ci>S</ci></apply>"),
    )
}

#[test]
fn a_concentration_is_set_in_the_volume_of_its_moment() {
    // It fires at t = 1, when C = 2 and S = 4/2; set to 4 in a volume of 3.
    let early = model(&growing(true));
    let amount = end(&integrate(&early, &[0.0, 3.0]), "S");
    assert!(close(amount, 12.0, 1e-6), "{amount}");
    let late = model(&growing(false));
    let amount = end(&integrate(&late, &[0.0, 3.0]), "S");
    assert!(close(amount, (3.0 + 4.0 / 3.0) * 3.0, 1e-6), "{amount}");
    for model in [early, late] {
        same(&model, 3.0);
        let (_, back) = again(&model);
        same(&back, 3.0);
    }
}

#[test]
fn constants_stay_constant() {
    let content = format!(
        "<listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments>\
         <listOfSpecies><species id=\"S\" compartment=\"c\" initialAmount=\"3\" hasOnlySubstanceUnits=\"true\" \
         boundaryCondition=\"false\" constant=\"true\"/></listOfSpecies>\
         <listOfParameters><parameter id=\"p\" constant=\"true\"/><parameter id=\"q\" value=\"1\" constant=\"false\"/>\
         <parameter id=\"r\" value=\"5\" constant=\"true\"/></listOfParameters>\
         <listOfInitialAssignments><initialAssignment symbol=\"p\">{}</initialAssignment></listOfInitialAssignments>\
         <listOfRules><algebraicRule>{}</algebraicRule></listOfRules>",
        math("<apply><times/><cn>2</cn><ci>r</ci></apply>"),
        // p + S - q = 0 determines q, which is the only one that is not constant.
        math("<apply><minus/><apply><plus/><ci>p</ci><ci>S</ci></apply><ci>q</ci></apply>")
    );
    let model = model(&content);
    assert_eq!(end(&integrate(&model, &[0.0, 1.0]), "q"), 13.0);
    let (text, _) = again(&model);
    for id in ["p", "r", "S"] {
        let line = text.lines().find(|line| line.contains(&format!("id=\"{id}\""))).unwrap();
        assert!(line.contains(" constant=\"true\""), "{line}");
    }
    same(&model, 1.0);
}

#[test]
fn our_own_models_do_the_same_when_written_and_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/models");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "xml") {
            continue;
        }
        let model = read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        same(&model, 5.0);
        count += 1;
    }
    assert!(count > 3);
}
