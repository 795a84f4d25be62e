//! The units of time and substance of a model.

use roxmltree::Node;

use super::super::xml;

/// Molecules in a mole: exact since 2019 (BIPM, The International System of Units, 9th edition).
const AVOGADRO: f64 = 6.022_140_76e23;

/// How long the model's unit of time is [s]; nothing if it does not say, or if it is no time.
///
/// Level 2 calls it `time`, a second unless defined otherwise; Level 3 names it in the model's
/// attribute `timeUnits` (section 4.2.2).
pub(super) fn time_unit_s(model: Node<'_, '_>, (level, _): (u32, u32)) -> Option<f64> {
    let name = if level == 2 { "time" } else { model.attribute("timeUnits")?.trim() };
    match definition(model, name) {
        None => (name == "second" || level == 2).then_some(1.0),
        Some(defined) => measure(defined, "second"),
    }
}

/// How many molecules a unit of substance is, if the document says so in as many words. In Level 2 a substance
/// is counted in moles unless it is defined otherwise, which most documents do not mean.
///
/// Species may say it for themselves, in place of the model or other than it; then it is the unit of
/// the first that is not counted in molecules.
pub(super) fn molecules_per_unit(model: Node<'_, '_>, (level, _): (u32, u32)) -> Option<f64> {
    let name = if level == 2 { Some("substance") } else { model.attribute("substanceUnits") };
    let of = |name: &str| substance(model, name.trim());
    let common = name.and_then(of);
    let mut stated = Vec::new();
    for species in xml::items(model, "listOfSpecies", "species") {
        let yes = |name: &str| matches!(species.attribute(name).map(str::trim), Some("true" | "1"));
        if yes("boundaryCondition") || yes("constant") {
            continue;
        }
        stated.extend(species.attribute("substanceUnits").map_or(common, of));
    }
    let other = stated.iter().copied().find(|&n| !crate::sbml::is_a_molecule(n));
    other.or(stated.first().copied()).or(common)
}

/// How many molecules a unit of substance is that is called so.
fn substance(model: Node<'_, '_>, name: &str) -> Option<f64> {
    match (definition(model, name), name) {
        (Some(defined), _) => measure(defined, "mole")
            .map(|moles| moles * AVOGADRO)
            .or_else(|| measure(defined, "item")),
        (None, "mole") => Some(AVOGADRO),
        (None, "item") => Some(1.0),
        (None, _) => None,
    }
}

/// The definition of a unit in the document.
fn definition<'a, 'i>(model: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    let list = xml::child(model, "listOfUnitDefinitions")?;
    list.children().find(|unit| unit.is_element() && unit.attribute("id") == Some(name))
}

/// How much of a base unit a defined unit is; nothing if it is something else.
fn measure(defined: Node<'_, '_>, base: &str) -> Option<f64> {
    let units = xml::child(defined, "listOfUnits")?;
    let (mut size, mut power) = (1.0, 0.0);
    for unit in units.children().filter(Node::is_element) {
        let number = |name: &str, otherwise: f64| {
            unit.attribute(name).map_or(Some(otherwise), |text| text.trim().parse().ok())
        };
        let (scale, multiplier) = (number("scale", 0.0)?, number("multiplier", 1.0)?);
        let exponent = number("exponent", 1.0)?;
        match unit.attribute("kind")? {
            kind if kind == base => power += exponent,
            "dimensionless" => {}
            // A number without a dimension (L3V2 section 4.4.2).
            "avogadro" => size *= AVOGADRO.powf(exponent),
            _ => return None,
        }
        size *= (multiplier * 10_f64.powf(scale)).powf(exponent);
    }
    (power == 1.0 && size.is_finite() && size > 0.0).then_some(size)
}

#[cfg(test)]
mod tests {
    use crate::sbml::{is_a_molecule, read};

    fn unit(level: &str, attributes: &str, definitions: &str) -> Option<f64> {
        let text =
            format!("<sbml {level}><model id=\"m\" {attributes}>{definitions}</model></sbml>");
        read(&text).unwrap().units.time_s
    }

    #[test]
    fn minutes_and_seconds_are_understood() {
        let (two, three) = ("level=\"2\" version=\"4\"", "level=\"3\" version=\"1\"");
        let define = |id: &str, unit: &str| {
            format!(
                "<listOfUnitDefinitions><unitDefinition id=\"{id}\"><listOfUnits>{unit}\
                 </listOfUnits></unitDefinition></listOfUnitDefinitions>"
            )
        };
        let minute = "<unit kind=\"second\" multiplier=\"60\" scale=\"0\" exponent=\"1\"/>";
        assert_eq!(unit(two, "", ""), Some(1.0));
        assert_eq!(unit(two, "", &define("time", minute)), Some(60.0));
        assert_eq!(unit(three, "", ""), None);
        assert_eq!(unit(three, "timeUnits=\"second\"", ""), Some(1.0));
        assert_eq!(unit(three, "timeUnits=\"min\"", &define("min", minute)), Some(60.0));
        let none = "<unit kind=\"dimensionless\" multiplier=\"1\" scale=\"0\" exponent=\"1\"/>";
        assert_eq!(unit(three, "timeUnits=\"tau\"", &define("tau", none)), None);
    }

    #[test]
    fn substance_is_in_moles_or_in_molecules_where_it_says_so() {
        let of = |level: &str, attributes: &str, definitions: &str| {
            let text =
                format!("<sbml {level}><model id=\"m\" {attributes}>{definitions}</model></sbml>");
            read(&text).unwrap().units.molecules
        };
        let (two, three) = ("level=\"2\" version=\"4\"", "level=\"3\" version=\"1\"");
        let define = |id: &str, kind: &str| {
            format!(
                "<listOfUnitDefinitions><unitDefinition id=\"{id}\"><listOfUnits><unit kind=\"{kind}\" \
                 multiplier=\"1\" scale=\"-3\" exponent=\"1\"/></listOfUnits></unitDefinition>\
                 </listOfUnitDefinitions>"
            )
        };
        assert_eq!(of(three, "", ""), None);
        assert_eq!(of(three, "substanceUnits=\"item\"", ""), Some(1.0));
        assert_eq!(of(three, "substanceUnits=\"mole\"", ""), Some(6.022_140_76e23));
        let milli = of(three, "substanceUnits=\"mmol\"", &define("mmol", "mole")).unwrap();
        assert!((milli / 6.022_140_76e20 - 1.0).abs() < 1e-12);
        assert_eq!(of(two, "", ""), None);
        assert!(of(two, "", &define("substance", "mole")).unwrap() > 1e20);
    }

    #[test]
    fn species_may_say_their_unit_for_themselves() {
        let of = |level: &str, attributes: &str, species: &str| {
            let text = format!(
                "<sbml {level}><model id=\"m\" {attributes}><listOfUnitDefinitions>\
                 <unitDefinition id=\"nmol\"><listOfUnits><unit kind=\"mole\" scale=\"-9\" \
                 multiplier=\"1\" exponent=\"1\"/></listOfUnits></unitDefinition>\
                 <unitDefinition id=\"many\"><listOfUnits><unit kind=\"avogadro\" scale=\"0\" \
                 multiplier=\"1\" exponent=\"1\"/><unit kind=\"item\" scale=\"0\" multiplier=\"1\" \
                 exponent=\"1\"/></listOfUnits></unitDefinition></listOfUnitDefinitions>\
                 <listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/>\
                 </listOfCompartments><listOfSpecies><species id=\"A\" compartment=\"c\" \
                 initialAmount=\"1\" {species}/></listOfSpecies></model></sbml>"
            );
            let unit = read(&text).unwrap().units.molecules.filter(|&n| !is_a_molecule(n));
            unit.map(|n| (n / 6.022_140_76e14).round())
        };
        let (two, three) = ("level=\"2\" version=\"4\"", "level=\"3\" version=\"1\"");
        for level in [two, three] {
            assert_eq!(of(level, "", "substanceUnits=\"nmol\""), Some(1.0));
            assert_eq!(of(level, "", "substanceUnits=\"item\""), None);
            assert_eq!(of(level, "", "substanceUnits=\"many\""), Some(1e9));
            let fixed = "substanceUnits=\"nmol\" boundaryCondition=\"true\"";
            assert_eq!(of(level, "", fixed), None);
        }
        assert_eq!(of(three, "substanceUnits=\"item\"", "substanceUnits=\"nmol\""), Some(1.0));
        assert_eq!(of(three, "substanceUnits=\"nmol\"", ""), Some(1.0));
        assert_eq!(of(three, "substanceUnits=\"nmol\"", "substanceUnits=\"item\""), None);
    }
}
