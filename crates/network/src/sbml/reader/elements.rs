//! Elements that a reader would silently ignore: misspelt, in the wrong place, or of another namespace.

use roxmltree::Node;

use crate::sbml::error::SbmlError;
use crate::sbml::table::closest;
use crate::sbml::xml;

/// What may stand in an element of SBML, beside notes, annotations and what packages add; nothing for
/// one whose contents are of no concern. Levels 2 and 3 together.
fn contents(element: &str) -> Option<&'static [&'static str]> {
    Some(match element {
        "sbml" => &["model"],
        "model" => &[
            "listOfFunctionDefinitions",
            "listOfUnitDefinitions",
            "listOfCompartmentTypes",
            "listOfSpeciesTypes",
            "listOfCompartments",
            "listOfSpecies",
            "listOfParameters",
            "listOfInitialAssignments",
            "listOfRules",
            "listOfConstraints",
            "listOfReactions",
            "listOfEvents",
        ],
        "listOfFunctionDefinitions" => &["functionDefinition"],
        "listOfUnitDefinitions" => &["unitDefinition"],
        "unitDefinition" => &["listOfUnits"],
        "listOfUnits" => &["unit"],
        "listOfCompartments" => &["compartment"],
        "listOfSpecies" => &["species"],
        "listOfParameters" => &["parameter"],
        "listOfLocalParameters" => &["localParameter"],
        "listOfInitialAssignments" => &["initialAssignment"],
        "listOfRules" => &["assignmentRule", "rateRule", "algebraicRule"],
        "listOfConstraints" => &["constraint"],
        "listOfReactions" => &["reaction"],
        "reaction" => &["listOfReactants", "listOfProducts", "listOfModifiers", "kineticLaw"],
        "listOfReactants" | "listOfProducts" => &["speciesReference"],
        "listOfModifiers" => &["modifierSpeciesReference"],
        "speciesReference" => &["stoichiometryMath"],
        "kineticLaw" => &["listOfLocalParameters", "listOfParameters"],
        "listOfEvents" => &["event"],
        "event" => &["trigger", "delay", "priority", "listOfEventAssignments"],
        "listOfEventAssignments" => &["eventAssignment"],
        _ => return None,
    })
}

/// Refuses elements of SBML where SBML does not have them, and those that are called as SBML's and
/// belong to another namespace.
///
/// # Errors
/// [`SbmlError::Misplaced`] for the first.
pub(super) fn check(root: Node<'_, '_>, model: Node<'_, '_>) -> Result<(), SbmlError> {
    let core = model.tag_name().namespace();
    let mut todo = vec![root];
    while let Some(parent) = todo.pop() {
        let Some(known) = contents(parent.tag_name().name()) else { continue };
        for child in parent.children().filter(Node::is_element) {
            let (name, namespace) = (child.tag_name().name(), child.tag_name().namespace());
            match (namespace == core, known.contains(&name)) {
                (true, true) => todo.push(child),
                (false, true) => return Err(foreign(child, namespace)),
                (true, false) if !matches!(name, "notes" | "annotation" | "math") => {
                    return Err(unknown(child, parent, known));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn foreign(node: Node<'_, '_>, namespace: Option<&str>) -> SbmlError {
    let whose = match namespace {
        Some(namespace) => format!("is of the namespace `{}`", xml::shorten(namespace)),
        None => "is of no namespace".to_owned(),
    };
    SbmlError::Misplaced {
        element: xml::shorten(node.tag_name().name()),
        problem: format!("{whose}, and not of that of the model, so that SBML would not read it"),
        nearest: None,
        at: xml::at(node),
    }
}

fn unknown(node: Node<'_, '_>, parent: Node<'_, '_>, known: &[&'static str]) -> SbmlError {
    let name = node.tag_name().name();
    SbmlError::Misplaced {
        element: xml::shorten(name),
        problem: format!("is nothing that SBML has in <{}>", parent.tag_name().name()),
        nearest: closest(name, known.iter().copied()),
        at: xml::at(node),
    }
}
