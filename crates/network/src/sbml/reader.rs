//! From a document to a network: first the ids, then the formulas.

mod algebraic;
mod declare;
mod elements;
mod events;
mod packages;
mod reactions;
mod rules;
mod units;

use std::borrow::Cow;
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
    mentioned: HashSet<Cow<'a, str>>,
    /// Ids that initial assignments set, or somebody else.
    initialised: HashSet<&'a str>,
    /// Ids that somebody else sets at the start.
    open: HashSet<&'a str>,
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
pub(super) fn read(document: &Document<'_>, open: &[&str]) -> Result<Model, SbmlError> {
    let root = document.root_element();
    let level = level(root)?;
    let Some(model) = xml::child(root, "model") else {
        return Err(SbmlError::NotSbml {
            reason: "there is no <model> in it".to_owned(),
            at: xml::at(root),
        });
    };
    packages::check(root, model)?;
    elements::check(root, model)?;
    let mut reader = Reader {
        model,
        level,
        out: Model::default(),
        table: Table::default(),
        formulas: MathReader::new(document.input_text().len()),
        mentioned: HashSet::new(),
        initialised: HashSet::new(),
        open: HashSet::new(),
        event_targets: HashSet::new(),
        reacting: HashSet::new(),
        has_algebraic: false,
    };
    reader.out.id = model.attribute("id").unwrap_or_default().to_owned();
    reader.out.units.time_s = units::time_unit_s(model, level);
    reader.out.units.molecules = units::molecules_per_unit(model, level);
    reader.survey(open);
    reader.constraints();
    reader.own_units();
    reader.declare()?;
    reader.sizes();
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
    fn survey(&mut self, open: &[&str]) {
        let model = self.model;
        let formulas = model.descendants().filter(|n| n.is_element());
        let names = formulas.filter(|n| n.tag_name().name() == "ci");
        self.mentioned.extend(names.map(xml::text));
        let set = |node: &Node<'_, '_>| xml::math(*node).is_some();
        let first = xml::items(model, "listOfInitialAssignments", "initialAssignment");
        self.initialised.extend(first.filter(set).filter_map(|node| node.attribute("symbol")));
        let ids = model.descendants().filter_map(|node| node.attribute("id"));
        self.open.extend(ids.filter(|id| open.contains(id)));
        self.initialised.extend(&self.open);
        for event in xml::items(model, "listOfEvents", "event") {
            let all = xml::items(event, "listOfEventAssignments", "eventAssignment");
            let targets = all.filter(set).filter_map(|node| node.attribute("variable"));
            self.event_targets.extend(targets);
        }
        for reaction in xml::items(model, "listOfReactions", "reaction") {
            for list in ["listOfReactants", "listOfProducts"] {
                let references = xml::items(reaction, list, "speciesReference");
                self.reacting.extend(references.filter_map(|node| node.attribute("species")));
            }
        }
        self.has_algebraic = xml::items(model, "listOfRules", "algebraicRule").any(|n| set(&n));
    }

    /// Tells where a rate is stated in units of its own, as the first versions of Level 2 have it.
    fn own_units(&mut self) {
        let laws = xml::items(self.model, "listOfReactions", "reaction")
            .filter_map(|reaction| xml::child(reaction, "kineticLaw"));
        let events = xml::items(self.model, "listOfEvents", "event");
        let mut own = laws.chain(events).filter(|node| {
            ["timeUnits", "substanceUnits"].iter().any(|name| node.has_attribute(*name))
        });
        if let Some(first) = own.next() {
            self.out.remarks.push(format!(
                "the <{}> at {} states units of its own, which are not converted: it is read in the \
                 units of the model",
                first.tag_name().name(),
                xml::at(first)
            ));
        }
    }

    /// Tells which compartments have a size that the document does not state.
    fn sizes(&mut self) {
        let known = |node: &Node<'_, '_>| {
            let id = node.attribute("id").unwrap_or_default();
            node.has_attribute("size")
                || node.attribute("spatialDimensions").is_some_and(|n| n.trim() == "0")
                || self.initialised.contains(id)
                || self.table.ruled.contains_key(id)
        };
        let all = xml::items(self.model, "listOfCompartments", "compartment");
        let mut sizeless = all.filter(|node| !known(node)).filter_map(|node| node.attribute("id"));
        let Some(first) = sizeless.next() else { return };
        let which = match sizeless.count() {
            0 => format!("the compartment `{first}` states no size: it is"),
            more => format!("{} compartments, `{first}` first, state no size: each is", more + 1),
        };
        self.out.remarks.push(format!(
            "{which} taken as 1, so that amounts and concentrations are the same numbers"
        ));
    }

    /// Tells what of the document is not looked at.
    fn constraints(&mut self) {
        let mut all = xml::items(self.model, "listOfConstraints", "constraint");
        let Some(first) = all.next() else { return };
        let (count, at) = (1 + all.count(), xml::at(first));
        let which = match count {
            1 => format!("the constraint at {at} is"),
            count => format!("the {count} constraints, the first at {at}, are"),
        };
        self.out.remarks.push(format!(
            "{which} not watched: a simulation goes on, without a word, where a constraint does not hold"
        ));
    }
}
