//! Finds all problems of a configuration.

use serde_json::{Map, Value};

use crate::factory::OTHER_HOSTS;
use crate::hypervisor::{BiologicalType, Limits, PluginType, Resource};
pub use bioxen_base::problem::Problem;
use bioxen_base::problem::Problems;
use bioxen_genome::Abundance;

const KEYS: [&str; 12] = [
    "biological_type",
    "plugins",
    "vm_type",
    "chassis",
    "genome_file",
    "tpm",
    "nutrient",
    "seed",
    "resource_limits",
    "custom_params",
    "ssh_config",
    "xcpng_config",
];
/// What the folders of plug-ins must be.
pub(super) const PLUGINS: &str = "must be an array of the folders of plug-ins";
const LIMITS: [&str; 4] = ["max_ribosomes", "max_polymerases", "max_atp", "max_memory_kb"];
/// In place of limits: none but the host's own.
pub(super) const HOST: &str = "host";
const PARAMS: [&str; 2] = ["essential_only", "minimal_functions_only"];

/// Turns the original project's form into ours: there `vm_type` was the biological type, and the
/// chassis was `chassis_type`. Gives what to write instead.
pub(super) fn modernize(value: &mut Value) -> Vec<String> {
    let mut notes = Vec::new();
    let Value::Object(map) = value else { return notes };
    let old = map.get("vm_type").and_then(Value::as_str).map(str::to_owned);
    if let Some(name) = old.filter(|name| BiologicalType::parse(name).is_ok())
        && !map.contains_key("biological_type")
    {
        map.insert("biological_type".to_owned(), Value::from(name.as_str()));
        map.insert("vm_type".to_owned(), Value::from("basic"));
        notes.push(format!(
            "vm_type: \"{name}\" is an old form; write biological_type: \"{name}\" and \
             vm_type: \"basic\""
        ));
    }
    if let Some(chassis) = map.remove("chassis_type") {
        notes.push(format!("chassis_type is an old name; write chassis: {chassis}"));
        map.entry("chassis").or_insert(chassis);
    }
    notes
}

/// Everything that is wrong.
pub(super) fn problems(value: &Value, plugins: &[PluginType]) -> Vec<Problem> {
    let Value::Object(map) = value else {
        return vec![Problem::new("", "a configuration is a table of keys and values")];
    };
    let mut found = Problems::default();
    found.keys(map, "", &KEYS);
    let own = plugins.iter().copied().map(BiologicalType::Plugin);
    let types: Vec<&str> =
        BiologicalType::ALL.into_iter().chain(own).map(BiologicalType::name).collect();
    one_of(&mut found, map, "biological_type", &types);
    if !map.contains_key("biological_type") {
        found.add("biological_type", &format!("is missing; it is one of: {}", types.join(", ")));
    }
    one_of(&mut found, map, "vm_type", &["basic", "ssh", "xcpng"]);
    chassis(&mut found, map);
    let is_path = |v: &Value| v.as_str().is_some_and(|path| !path.is_empty());
    if !map.get("plugins").is_none_or(|v| v.as_array().is_some_and(|all| all.iter().all(is_path))) {
        found.add("plugins", PLUGINS);
    }
    if map.get("genome_file").is_some_and(|v| !v.is_string()) {
        found.add("genome_file", "must be the path of a genome file, GenBank, SnapGene or GFF3");
    }
    if let Some(tpm) = map.get("tpm") {
        let text = tpm.as_str().map(str::to_owned).or(tpm.as_f64().map(|tpm| tpm.to_string()));
        if text.is_none_or(|text| text.parse::<Abundance>().is_err()) {
            found.add("tpm", "must be \"auto\", \"uniform\" or a number above 0 up to 1000000");
        }
        if !map.contains_key("genome_file") {
            found.add("tpm", "is about the genes of genome_file, which is missing");
        }
    }
    found.number(map, "", "nutrient", "from 0.01 to 1", |x| (0.01..=1.0).contains(&x));
    if map.get("seed").is_some_and(|v| v.as_u64().is_none()) {
        found.add("seed", "must be a whole number, zero or more");
    }
    if map.get("resource_limits").and_then(Value::as_str) == Some(HOST) {
        // No limits but the host's own.
    } else if let Some(limits) = found.section(map, "resource_limits", &LIMITS) {
        let path = "resource_limits.";
        for resource in [Resource::Ribosomes, Resource::Polymerases] {
            let (key, most) = (resource.option(), resource.most().floor());
            if limits.get(key).and_then(Value::as_str) != Some(HOST) {
                let what = format!("more than 0 and less than {most:.0}, or \"{HOST}\"");
                found.number(limits, path, key, &what, |x: f64| x > 0.0 && x < most);
            }
        }
        let percent = |x: f64| x > 0.0 && x <= 100.0;
        found.number(limits, path, "max_atp", "more than 0 up to 100, in percent", percent);
        let kb = |x: f64| x > 0.0 && x <= Limits::HOST.max_memory_kb;
        found.number(limits, path, "max_memory_kb", "more than 0 up to 100000, in kb", kb);
    }
    if let Some(params) = found.section(map, "custom_params", &PARAMS) {
        let biological = map.get("biological_type").and_then(Value::as_str);
        let biological = biological.map(|name| {
            BiologicalType::parse_among(name, plugins).map_or(name, |own| own.base().name())
        });
        for (key, of) in [("essential_only", "syn3a"), ("minimal_functions_only", "minimal_cell")] {
            let Some(value) = params.get(key) else { continue };
            let path = format!("custom_params.{key}");
            if !value.is_boolean() {
                found.add(&path, "must be true or false");
            } else if biological.is_some_and(|b| b != of) {
                found.add(&path, &format!("is a rule of {of} only"));
            }
        }
    }
    for key in ["ssh_config", "xcpng_config"] {
        if map.get(key).is_some_and(|v| !v.is_object()) {
            found.add(key, "must be a table");
        }
    }
    found.0
}

/// The name of a chassis; what names another kind of host is no such name.
fn chassis(found: &mut Problems, map: &Map<String, Value>) {
    let Some(value) = map.get("chassis") else { return };
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let fits = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.len() <= 64
            && name.chars().all(word)
    };
    match value.as_str() {
        Some(name) if OTHER_HOSTS.contains(&name) => {
            found.add("chassis", &format!("is `{name}`, and every chassis is an E. coli"));
        }
        Some(name) if fits(name) => {}
        _ => found.add("chassis", "must be a name of letters, digits, `_` and `-`"),
    }
}

fn one_of(found: &mut Problems, map: &Map<String, Value>, key: &str, valid: &[&str]) {
    if let Some(value) = map.get(key) {
        found.one_of(key, value, valid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_problems_are_told_at_once() {
        let value = json!({
            "biological_type": "ecoli", "vm_type": "basik", "seed": -1, "nutrient": 7,
            "resource_limits": {"max_ribosomes": 0, "max_atp": 101, "max_memory": 3},
            "custom_params": {"essential_only": true}, "colour": "red",
        });
        let text: Vec<String> = problems(&value, &[]).iter().map(Problem::to_string).collect();
        assert_eq!(
            text,
            [
                "colour is an unknown key; valid keys: biological_type, plugins, vm_type, chassis, genome_file, \
                 tpm, nutrient, seed, resource_limits, custom_params, ssh_config, xcpng_config",
                "vm_type is `basik` (did you mean `basic`?); it is one of: basic, ssh, xcpng",
                "nutrient is 7, and must be a number from 0.01 to 1",
                "seed must be a whole number, zero or more",
                "resource_limits.max_memory is an unknown key (did you mean `max_memory_kb`?); valid keys: \
                 max_ribosomes, max_polymerases, max_atp, max_memory_kb",
                "resource_limits.max_ribosomes is 0, and must be a number more than 0 and less than 65410, or \"host\"",
                "resource_limits.max_atp is 101, and must be a number more than 0 up to 100, in percent",
                "custom_params.essential_only is a rule of syn3a only",
            ]
        );
    }

    #[test]
    fn the_old_form_is_understood_with_a_note() {
        let mut value = json!({"vm_type": "syn3a", "chassis_type": "ecoli"});
        let notes = modernize(&mut value);
        assert_eq!(notes.len(), 2);
        assert_eq!(
            value,
            json!({"vm_type": "basic", "biological_type": "syn3a", "chassis": "ecoli"})
        );
        assert!(problems(&value, &[]).is_empty());
    }
}
