//! What a host becomes for the first VM on it.

use bioxen_base::units::short;
use bioxen_cell::chassis::{Kinetics, Nutrient};
use bioxen_cell::factory::Config;
use bioxen_cell::hypervisor::{BiologicalType, Hypervisor, Medium};

use crate::error::LabError;

/// Gives a host the medium that a configuration says. Where it says none, and nothing has changed the host's yet,
/// the biological type may say one. A host without VMs gets the kinetics of the type. Gives what there is to know:
/// what the type changes, and where it asks for what the host does not have.
///
/// # Errors
/// When the host has VMs in another medium than the configuration says, or does not settle.
pub(super) fn prepare(
    hypervisor: &mut Hypervisor,
    config: &Config,
    chassis: &str,
) -> Result<Vec<String>, LabError> {
    let empty = hypervisor.vms().is_empty();
    let present = hypervisor.full_nutrient();
    let start = config.biological_type.host_start();
    let usual = |asked: Option<Nutrient>| asked.filter(|_| empty && present == Nutrient::default());
    if let Some(asked) = config.nutrient
        && !empty
        && asked != present
    {
        return Err(LabError::NutrientFixed { present: present.value() });
    }
    let kind = config.biological_type;
    let mut notes = if empty { found_by(hypervisor, kind, chassis)? } else { Vec::new() };
    let medium = start.medium.as_ref();
    if let Some(medium) = medium.filter(|_| empty && *hypervisor.medium() == Medium::default()) {
        hypervisor.set_medium(medium.clone());
        let now = composition(medium);
        notes.push(format!("the type {kind} sets the medium of the chassis `{chassis}`: {now}"));
    }
    // A host that has VMs lives in it already, and goes on from where it is.
    let nutrient = config.nutrient.or_else(|| usual(start.nutrient));
    if let Some(nutrient) = nutrient.filter(|_| empty) {
        hypervisor.settle_in(nutrient)?;
        if config.nutrient.is_none() {
            let now = nutrient.value();
            notes.push(format!(
                "the type {kind} sets the nutrient of the chassis `{chassis}`: {now}"
            ));
        }
    }
    notes.extend(differences(hypervisor, kind, config.nutrient, chassis));
    Ok(notes)
}

/// Makes a host without VMs one with the kinetics of a type, and tells where these are others than before.
///
/// # Errors
/// When it does not settle. Then nothing has changed.
pub(crate) fn found_by(
    hypervisor: &mut Hypervisor,
    kind: BiologicalType,
    chassis: &str,
) -> Result<Vec<String>, LabError> {
    let kinetics = kind.host_start().kinetics;
    if hypervisor.chassis().conditions().kinetics == kinetics {
        return Ok(Vec::new());
    }
    hypervisor.settle_as(kinetics)?;
    let own = told(&kinetics);
    Ok(vec![format!("the type {kind} makes the host of the chassis `{chassis}` one with {own}")])
}

/// The kinetics of a host, as far as they are not the published ones.
fn told(kinetics: &Kinetics) -> String {
    let all: Vec<String> = kinetics
        .differences()
        .map(|(kinetic, value)| {
            format!(
                "{} {} (published: {})",
                kinetic.name(),
                short(value),
                short(kinetic.published())
            )
        })
        .collect();
    if all.is_empty() { "the kinetics of the published host".to_owned() } else { all.join(", ") }
}

/// Where a type asks for another host than the one that there is, and its user has not said which.
pub(crate) fn differences(
    hypervisor: &Hypervisor,
    kind: BiologicalType,
    wanted: Option<Nutrient>,
    chassis: &str,
) -> Vec<String> {
    let start = kind.host_start();
    let mut notes = Vec::new();
    let kinetics = hypervisor.chassis().conditions().kinetics;
    if kinetics != start.kinetics {
        let (asked, present) = (told(&start.kinetics), told(&kinetics));
        notes.push(format!(
            "the type {kind} asks for a host with {asked}; the chassis `{chassis}` keeps its own with {present}"
        ));
    }
    let present = hypervisor.full_nutrient();
    let asked = start.nutrient.filter(|asked| wanted.is_none() && *asked != present);
    if let Some(asked) = asked {
        let (asked, present) = (asked.value(), present.value());
        notes.push(format!(
            "the type {kind} asks for a nutrient of {asked}; the chassis `{chassis}` keeps its own of {present}"
        ));
    }
    if let Some(asked) = start.medium.as_ref().filter(|asked| *asked != hypervisor.medium()) {
        let (asked, present) = (composition(asked), composition(hypervisor.medium()));
        notes.push(format!(
            "the type {kind} asks for a medium with {asked}; that of the chassis `{chassis}` keeps {present}"
        ));
    }
    notes
}

/// What is in a medium.
fn composition(medium: &Medium) -> String {
    let all: Vec<String> =
        medium.substances().map(|(name, mm)| format!("{name} {mm} mM")).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}
