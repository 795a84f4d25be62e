//! What a host is like for which a type is the first VM: `[type.host]`.

use bioxen_base::problem::Problems;
use bioxen_cell::chassis::kinetics::Kinetic;
use bioxen_cell::chassis::{Chassis, Conditions, Kinetics, Nutrient};
use bioxen_cell::hypervisor::{HostStart, HypervisorError, Medium};

use serde_json::Value;

use super::Table;

const KEYS: [&str; 3] = ["nutrient", "medium_mm", "parameters"];
const PATH: &str = "type.host";

/// Reads it; the keys and ranges are those that a configuration and `medium` have.
pub(super) fn host(found: &mut Problems, table: &Table) -> HostStart {
    let mut host = HostStart::default();
    let Some(value) = table.get("host") else { return host };
    let Some(map) = value.as_object() else {
        found.add(PATH, &format!("must be a table with the keys {}", KEYS.join(", ")));
        return host;
    };
    let path = format!("{PATH}.");
    found.keys(map, &path, &KEYS);
    let fits = |x: f64| Nutrient::new(x).is_ok();
    let quality = found.number(map, &path, "nutrient", "from 0.01 to 1", fits);
    host.nutrient = quality.and_then(|quality| Nutrient::new(quality).ok());
    host.kinetics = kinetics(found, map.get("parameters"), host.nutrient.unwrap_or_default());
    let Some(substances) = map.get("medium_mm") else { return host };
    let Some(substances) = substances.as_object() else {
        let what = "must be a table of substances and their concentrations [mM], such as { glucose = 10.0 }";
        found.add(&format!("{path}medium_mm"), what);
        return host;
    };
    let mut medium = Medium::default();
    for (name, value) in substances {
        let here = format!("{path}medium_mm.{name}");
        let Some(millimolar) = value.as_f64() else {
            found.add(&here, &format!("is {value}, and must be a concentration, a number in mM"));
            continue;
        };
        if let Err(error) = medium.set(name, millimolar) {
            found.add(&here, &reason(&error));
        }
    }
    host.medium = Some(medium);
    host
}

/// Reads the kinetics. The host must settle with them, in the medium of the type.
fn kinetics(found: &mut Problems, value: Option<&Value>, nutrient: Nutrient) -> Kinetics {
    let mut kinetics = Kinetics::PUBLISHED;
    let Some(value) = value else { return kinetics };
    let path = format!("{PATH}.parameters");
    let names = Kinetic::ALL.map(Kinetic::name);
    let Some(map) = value.as_object() else {
        found.add(&path, &format!("must be a table with the keys {}", names.join(", ")));
        return kinetics;
    };
    let here = format!("{path}.");
    found.keys(map, &here, &names);
    let mut sound = true;
    for kinetic in Kinetic::ALL {
        let Some(value) = map.get(kinetic.name()) else { continue };
        let at = format!("{here}{}", kinetic.name());
        match value.as_f64() {
            None => {
                found.add(&at, &format!("is {value}, and must be a number"));
                sound = false;
            }
            Some(number) => {
                if let Err(error) = kinetics.set(kinetic, number) {
                    found.add(&at, &reason(&error.into()));
                    sound = false;
                }
            }
        }
    }
    let conditions = Conditions { kinetics, ..nutrient.into() };
    if sound && let Err(error) = Chassis::settled_under(conditions) {
        found.add(&path, &reason(&error.into()));
    }
    kinetics
}

fn reason(error: &HypervisorError) -> String {
    format!("cannot be: {error}")
}
