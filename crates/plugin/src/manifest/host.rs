//! What a host is like for which a type is the first VM: `[type.host]`.

use bioxen_base::problem::Problems;
use bioxen_cell::chassis::Nutrient;
use bioxen_cell::hypervisor::{HostStart, HypervisorError, Medium};

use super::Table;

const KEYS: [&str; 2] = ["nutrient", "medium_mm"];
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

fn reason(error: &HypervisorError) -> String {
    format!("cannot be: {error}")
}
