//! Packages that a document requires, and the parts of them that it uses.

use roxmltree::Node;

use crate::sbml::error::SbmlError;
use crate::sbml::xml;

/// What an element or attribute of a package means for the course of a model in time.
enum Effect {
    /// Nothing, whatever it is.
    None,
    /// Something, if it is one of these elements.
    Elements(&'static [&'static str]),
    /// Something, or nobody knows.
    Any,
}

/// Packages that are known, by the name in their namespace.
fn effect(package: &str) -> Effect {
    match package {
        // The operators of this package are those of Level 3 Version 2.
        "l3v2extendedmath" => Effect::None,
        // What a model looks like, what belongs together in it, and what limits its fluxes.
        "layout" | "render" | "groups" | "fbc" => Effect::None,
        // Without these a model is what it is without the package: ports say what others may
        // replace, and definitions of models that nobody instantiates are no part of it.
        "comp" => Effect::Elements(&["submodel", "replacedElement", "replacedBy", "deletion"]),
        // Uncertainties describe values; the random functions stand in formulas and are refused
        // there.
        "distrib" => Effect::None,
        _ => Effect::Any,
    }
}

/// Refuses a model that uses what it requires of a package that is not supported.
///
/// # Errors
/// [`SbmlError::Unsupported`] for the first such element or attribute.
pub(super) fn check(root: Node<'_, '_>, model: Node<'_, '_>) -> Result<(), SbmlError> {
    for attribute in root.attributes().filter(|a| a.name() == "required") {
        let Some(namespace) = attribute.namespace() else { continue };
        if !matches!(attribute.value().trim(), "true" | "1") {
            continue;
        }
        // Such as http://www.sbml.org/sbml/level3/version1/comp/version1.
        let package = namespace.rsplit('/').nth(1).unwrap_or(namespace);
        let effect = effect(package);
        let used = model.descendants().filter(Node::is_element).find_map(|node| {
            let name = node.tag_name();
            let own = name.namespace() == Some(namespace);
            match effect {
                Effect::None => None,
                Effect::Elements(all) => {
                    (own && all.contains(&name.name())).then(|| (node, name.name()))
                }
                Effect::Any if own => Some((node, name.name())),
                Effect::Any => node
                    .attributes()
                    .find(|a| a.namespace() == Some(namespace))
                    .map(|a| (node, a.name())),
            }
        });
        if let Some((node, name)) = used {
            let (name, package) = (xml::shorten(name), xml::shorten(package));
            return Err(SbmlError::Unsupported {
                construct: format!("`{name}` of the package `{package}`"),
                at: xml::at(node),
            });
        }
    }
    Ok(())
}
