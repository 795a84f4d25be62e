//! What is refused, and what the error says.

use bioxen::network::sbml::{SbmlError, read};

use super::{document, math, model, read_content, text};

fn message(content: &str) -> String {
    read_content(content).unwrap_err().to_string()
}

const LIST: &str = "<listOfParameters><parameter id='k_deg' value='1' constant='false'/>\
                    <parameter id='x' constant='false'/></listOfParameters>";

fn rule(formula: &str) -> String {
    format!(
        "{LIST}<listOfRules><assignmentRule variable='x'>{}</assignmentRule></listOfRules>",
        math(formula)
    )
}

#[test]
fn places_are_told() {
    let text = "<?xml version='1.0'?>\n<sbml level='3' version='2' \
                xmlns='http://www.sbml.org/sbml/level3/version2/core'>\n  <model>\n   \
                <listOfParameters>\n    <parameter id='p' value='12,5'/>\n";
    let text = format!("{text}</listOfParameters></model></sbml>");
    let error = read(&text).unwrap_err().to_string();
    assert_eq!(error, "`12,5` at line 5, column 23 is not a number that 64 bits can hold");
}

#[test]
fn unknown_ids_get_a_suggestion() {
    let error = message(&rule("<ci>kdeg</ci>"));
    assert!(error.contains("`kdeg`") && error.contains("did you mean `k_deg`?"), "{error}");
    let error = message(&rule("<apply><ci>f</ci><ci>x</ci></apply>"));
    assert!(error.contains("`f`") && error.contains("a function"), "{error}");
    let species = "<listOfSpecies><species id='S' compartment='cel' hasOnlySubstanceUnits='true' \
                   boundaryCondition='false' constant='false'/></listOfSpecies>";
    let cell = "<listOfCompartments><compartment id='cell' constant='true'/></listOfCompartments>";
    let error = message(&format!("{cell}{species}"));
    assert!(error.contains("a compartment") && error.contains("did you mean `cell`?"), "{error}");
}

#[test]
fn ids_are_unique() {
    let error =
        message("<listOfParameters><parameter id='p'/><parameter id='p'/></listOfParameters>");
    assert!(error.contains("`p`") && error.contains("used twice"), "{error}");
}

#[test]
fn circles_are_named() {
    let function = |id: &str, calls: &str| {
        let body = format!("<lambda><apply><ci>{calls}</ci></apply></lambda>");
        format!("<functionDefinition id='{id}'>{}</functionDefinition>", math(&body))
    };
    let functions = function("f", "g") + function("g", "f").as_str();
    let error = message(&format!(
        "<listOfFunctionDefinitions>{functions}</listOfFunctionDefinitions>{}",
        rule("<apply><ci>f</ci></apply>")
    ));
    assert!(error.contains("f -> g -> f"), "{error}");

    let set = |id: &str, from: &str| {
        let formula = math(&format!("<ci>{from}</ci>"));
        format!("<assignmentRule variable='{id}'>{formula}</assignmentRule>")
    };
    let rules = set("x", "k_deg") + set("k_deg", "x").as_str();
    let circle = read_content(&format!("{LIST}<listOfRules>{rules}</listOfRules>")).unwrap();
    let stop = bioxen::engine::StopToken::new();
    let settings = bioxen::engine::simulate::Settings::default();
    let run = bioxen::engine::simulate::deterministic(&circle.network, &[1.0], &settings, &stop);
    let error = run.unwrap_err().to_string();
    assert!(error.contains("circle") && error.contains("k_deg -> "), "{error}");
}

#[test]
fn what_is_not_supported_is_named() {
    let package = "<sbml xmlns='http://www.sbml.org/sbml/level3/version2/core' level='3' version='2' \
                   xmlns:comp='http://www.sbml.org/sbml/level3/version1/comp/version1' \
                   comp:required='true'><model><comp:listOfSubmodels><comp:submodel/>\
                   </comp:listOfSubmodels></model></sbml>";
    let error = read(package).unwrap_err();
    assert!(matches!(&error, SbmlError::Unsupported { .. }), "{error}");
    assert!(error.to_string().contains("`submodel` of the package `comp`"), "{error}");
    assert!(read(&package.replace("'true'", "'false'")).is_ok());

    let fast =
        "<listOfReactions><reaction id='r' reversible='false' fast='true'/></listOfReactions>";
    let error = message(fast);
    assert!(error.contains("the fast reaction `r`"), "{error}");

    let one = "<sbml xmlns='http://www.sbml.org/sbml/level1' level='1' version='2'><model/></sbml>";
    assert!(read(one).unwrap_err().to_string().contains("SBML Level 1 Version 2"));
    assert!(read("<html/>").unwrap_err().to_string().contains("root element is <html>"));

    let error = message(&rule(
        "<apply><csymbol definitionURL='http://example.org/normal'>normal</csymbol></apply>",
    ));
    assert!(error.contains("http://example.org/normal"), "{error}");
    let error = message(&rule("<apply><diff/><ci>x</ci></apply>"));
    assert!(error.contains("<diff>"), "{error}");
}

#[test]
fn formulas_are_checked() {
    for (formula, part) in [
        ("<apply><divide/><cn>1</cn></apply>", "wrong number of operands"),
        ("<apply><max/></apply>", "at least one operand"),
        ("<cn type='rational'>1</cn>", "of the type the element states"),
        ("<cn>1e400</cn>", "64 bits"),
        ("<cn type='e-notation'>1<sep/>999999999999</cn>", "64 bits"),
        ("<cn>nan</cn>", "64 bits"),
        ("<ci>x</ci><ci>x</ci>", "one formula only"),
        ("<piecewise><piece><cn>1</cn></piece></piecewise>", "a value and a condition"),
        ("<apply/>", "it is empty"),
    ] {
        let error = message(&rule(formula));
        assert!(error.contains(part), "{formula}: {error}");
    }
}

#[test]
fn nothing_is_determined_twice() {
    let one = math("<cn>1</cn>");
    let rate = format!("<rateRule variable='x'>{one}</rateRule>");
    let error = message(&format!("{LIST}<listOfRules>{rate}{rate}</listOfRules>"));
    assert!(error.contains("`x`") && error.contains("second rule"), "{error}");
    let initial = format!(
        "<listOfInitialAssignments><initialAssignment symbol='x'>{one}</initialAssignment>\
         </listOfInitialAssignments>"
    );
    let error = message(&(rule("<cn>1</cn>") + initial.as_str()));
    assert!(error.contains("assignment rule as well"), "{error}");
    let constant = "<listOfParameters><parameter id='c' value='1' constant='true'/>\
                    </listOfParameters>";
    let algebraic = math("<ci>c</ci>");
    let error = message(&format!(
        "{constant}<listOfRules><algebraicRule>{algebraic}</algebraicRule></listOfRules>"
    ));
    assert!(error.contains("determined by something else"), "{error}");
}

#[test]
fn every_truncation_is_refused() {
    let whole = text("delayed_event");
    let end = whole.rfind("</sbml>").unwrap();
    for cut in (0..end).filter(|&c| whole.is_char_boundary(c)) {
        assert!(read(&whole[..cut]).is_err(), "cut at {cut}");
    }
    assert!(model("delayed_event").network.events.len() == 2);
}

#[test]
fn level_two_has_its_defaults() {
    let text = document(
        "<listOfCompartments><compartment id='c' size='2'/></listOfCompartments>\
         <listOfSpecies><species id='S' compartment='c' initialConcentration='3'/></listOfSpecies>\
         <listOfReactions><reaction id='r'><listOfReactants><speciesReference species='S'>\
         <stoichiometryMath><math xmlns='http://www.w3.org/1998/Math/MathML'><cn>2</cn></math>\
         </stoichiometryMath></speciesReference></listOfReactants><kineticLaw>\
         <math xmlns='http://www.w3.org/1998/Math/MathML'><ci>k</ci></math>\
         <listOfParameters><parameter id='k' value='0.5'/></listOfParameters></kineticLaw>\
         </reaction></listOfReactions>",
    )
    .replace(
        "level3/version2/core\" level=\"3\" version=\"2\"",
        "level2/version4\" level=\"2\" version=\"4\"",
    );
    let run = super::integrate(&read(&text).unwrap(), &[0.0, 3.0], 0);
    assert_eq!(super::column(&run, "S")[0], 6.0);
    assert!((super::column(&run, "S")[1] - 3.0).abs() < 1e-9);
}
