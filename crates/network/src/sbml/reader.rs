//! From a document to a network: first what the ids stand for, then the formulas.

mod algebraic;
mod declare;
mod events;
mod packages;
mod reactions;
mod rules;
mod units;

use std::collections::HashSet;

use roxmltree::{Document, Node};

use super::error::SbmlError;
use super::math::MathReader;
use super::table::Table;
use super::{Model, xml};

/// The state of the reader.
struct Reader<'a, 'i> {
    model: Node<'a, 'i>,
    level: (u32, u32),
    out: Model,
    table: Table<'a>,
    formulas: MathReader<'a, 'i>,
    /// Ids in any formula.
    mentioned: HashSet<&'a str>,
    /// Ids that initial assignments set.
    initialised: HashSet<&'a str>,
    /// Ids that events set.
    event_targets: HashSet<&'a str>,
    /// Species that take part in reactions.
    reacting: HashSet<&'a str>,
    /// Whether there are algebraic rules.
    has_algebraic: bool,
}

/// Reads a parsed document.
///
/// # Errors
/// See [`super::read`].
pub(super) fn read(document: &Document<'_>) -> Result<Model, SbmlError> {
    let root = document.root_element();
    let level = level(root)?;
    let Some(model) = xml::child(root, "model") else {
        return Err(SbmlError::NotSbml {
            reason: "there is no <model> in it".to_owned(),
            at: xml::at(root),
        });
    };
    packages::check(root, model)?;
    let mut reader = Reader {
        model,
        level,
        out: Model::default(),
        table: Table::default(),
        formulas: MathReader::new(document.input_text().len()),
        mentioned: HashSet::new(),
        initialised: HashSet::new(),
        event_targets: HashSet::new(),
        reacting: HashSet::new(),
        has_algebraic: false,
    };
    reader.out.id = model.attribute("id").unwrap_or_default().to_owned();
    reader.out.time_unit_s = units::time_unit_s(model, level);
    reader.out.molecules_per_unit = units::molecules_per_unit(model, level);
    reader.survey();
    reader.declare()?;
    reader.initial_assignments()?;
    reader.rules()?;
    reader.reactions()?;
    reader.events()?;
    Ok(reader.out)
}

/// Level and version.
fn level(root: Node<'_, '_>) -> Result<(u32, u32), SbmlError> {
    let not = |reason: String| SbmlError::NotSbml { reason, at: xml::at(root) };
    if root.tag_name().name() != "sbml" {
        return Err(not(format!("the root element is <{}>", xml::shorten(root.tag_name().name()))));
    }
    let number = |name: &'static str| -> Result<u32, SbmlError> {
        let text = xml::required(root, name)?.trim();
        text.parse().map_err(|_| not(format!("the {name} is `{}`", xml::shorten(text))))
    };
    match (number("level")?, number("version")?) {
        found @ ((2, 1..=5) | (3, 1..=2)) => Ok(found),
        (level, version) => Err(SbmlError::Unsupported {
            construct: format!("SBML Level {level} Version {version}"),
            at: xml::at(root),
        }),
    }
}

impl<'a> Reader<'a, '_> {
    /// Collects what the declarations need to know about the rest of the document.
    fn survey(&mut self) {
        for node in self.model.descendants().filter(|n| n.is_element()) {
            match node.tag_name().name() {
                "ci" => {
                    self.mentioned.insert(node.text().unwrap_or_default().trim());
                }
                "initialAssignment" if xml::math(node).is_some() => {
                    self.initialised.extend(node.attribute("symbol"));
                }
                "eventAssignment" if xml::math(node).is_some() => {
                    self.event_targets.extend(node.attribute("variable"));
                }
                "speciesReference" => self.reacting.extend(node.attribute("species")),
                "algebraicRule" => self.has_algebraic |= xml::math(node).is_some(),
                _ => {}
            }
        }
    }
}
