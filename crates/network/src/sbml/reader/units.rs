//! The unit of time of a model.

use roxmltree::Node;

use super::super::xml;

/// How long the model's unit of time is [s]; nothing if it does not say, or if it is no time.
///
/// Level 2 calls it `time`, a second unless defined otherwise; Level 3 names it in the model's
/// attribute `timeUnits` (section 4.2.2).
pub(super) fn time_unit_s(model: Node<'_, '_>, (level, _): (u32, u32)) -> Option<f64> {
    let name = if level == 2 { "time" } else { model.attribute("timeUnits")?.trim() };
    let defined = xml::child(model, "listOfUnitDefinitions").and_then(|list| {
        list.children().find(|unit| unit.is_element() && unit.attribute("id") == Some(name))
    });
    let Some(defined) = defined else {
        return (name == "second" || level == 2).then_some(1.0);
    };
    let units = xml::child(defined, "listOfUnits")?;
    let (mut seconds, mut power) = (1.0, 0.0);
    for unit in units.children().filter(Node::is_element) {
        let number = |name: &str, otherwise: f64| {
            unit.attribute(name).map_or(Some(otherwise), |text| text.trim().parse().ok())
        };
        let (scale, multiplier) = (number("scale", 0.0)?, number("multiplier", 1.0)?);
        let exponent = number("exponent", 1.0)?;
        match unit.attribute("kind")? {
            "second" => power += exponent,
            "dimensionless" => {}
            _ => return None,
        }
        seconds *= (multiplier * 10_f64.powf(scale)).powf(exponent);
    }
    (power == 1.0 && seconds.is_finite() && seconds > 0.0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use crate::sbml::read;

    fn unit(level: &str, attributes: &str, definitions: &str) -> Option<f64> {
        let text =
            format!("<sbml {level}><model id=\"m\" {attributes}>{definitions}</model></sbml>");
        read(&text).unwrap().time_unit_s
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
}
