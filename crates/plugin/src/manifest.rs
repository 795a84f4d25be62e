//! `plugin.toml`: what a plug-in says of itself.

mod host;

use serde_json::{Map, Value};

use bioxen_base::problem::{Problems, syntax};
use bioxen_cell::hypervisor::{BiologicalType, HostStart, Limits, Resource, Rules, TypeOverrides};
use semver::{Version, VersionReq};

use super::MANIFEST;

type Table = Map<String, Value>;

/// The longest manifest [bytes].
const LONGEST: usize = 256 << 10;
/// The longest name [bytes].
const LONGEST_NAME: usize = 64;
/// The most plug-ins that one can need.
const MOST_REQUIRED: usize = 32;

const KEYS: [&str; 8] =
    ["name", "version", "bioxen", "description", "licence", "sources", "requires", "type"];
const TYPE_KEYS: [&str; 8] =
    ["name", "base", "genome", "regulation", "limits", "rules", "expression", "host"];
const LIMIT_KEYS: [&str; 4] = ["max_ribosomes", "max_polymerases", "max_atp", "max_memory_kb"];
const RULE_KEYS: [&str; 2] = ["essential_only", "minimal_functions_only"];
const EXPRESSION_KEYS: [&str; 3] = ["mrna_half_life_min", "mrna_molecules", "proteins"];
/// In the place of a limit: none but the host's own.
const HOST: &str = "host";

/// What a plug-in says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// Its name, which no other plug-in has.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// The versions of BioXen that it is for.
    pub bioxen: VersionReq,
    /// What it is, in a sentence.
    pub description: String,
    /// Under what terms it may be used.
    pub licence: String,
    /// Where its numbers come from.
    pub sources: Vec<String>,
    /// The plug-ins that must be loaded before it.
    pub requires: Vec<(String, VersionReq)>,
    /// Its biological type, if it brings one.
    pub biological_type: Option<TypeManifest>,
}

/// What a plug-in says of its biological type.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeManifest {
    /// The name, for `create_bio_vm`.
    pub name: String,
    /// The type whose laws it follows.
    pub base: BiologicalType,
    /// The file of its genome.
    pub genome: String,
    /// The file that says how its operons are regulated.
    pub regulation: Option<String>,
    /// What a VM may use.
    pub limits: Limits,
    /// What it may express.
    pub rules: Rules,
    /// Other numbers.
    pub overrides: TypeOverrides,
    /// What a host is like for which it is the first VM.
    pub host: HostStart,
}

/// Whether a name can be that of a plug-in or a type.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= LONGEST_NAME
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

const NAME: &str = "must be a name of small letters, digits and `_`, beginning with a letter";

impl Manifest {
    /// Reads a manifest, and tells everything that is wrong with it.
    pub(crate) fn read(text: &str, found: &mut Problems) -> Option<Self> {
        if text.len() > LONGEST {
            found.add(MANIFEST, &format!("has more than {} KiB", LONGEST >> 10));
            return None;
        }
        let table: Table = match toml::from_str(text) {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().map(|span| span.start);
                found.add(MANIFEST, &syntax(text, at, error.message()));
                return None;
            }
        };
        let mut own = Problems::default();
        own.printable(&table);
        let read = read(&table, &mut own);
        for problem in own.0 {
            found.add(&format!("{MANIFEST}: {}", problem.path), &problem.what);
        }
        read
    }
}

fn read(table: &Table, found: &mut Problems) -> Option<Manifest> {
    found.keys(table, "", &KEYS);
    let name = text(found, table, "", "name");
    if name.as_ref().is_some_and(|name| !is_name(name)) {
        found.add("name", NAME);
    }
    let version = text(found, table, "", "version").and_then(|given| {
        let read = Version::parse(&given);
        read.map_err(|_| found.add("version", "must be a version, such as \"1.0.0\"")).ok()
    });
    let bioxen = match table.contains_key("bioxen") {
        false => Some(VersionReq::STAR),
        true => {
            text(found, table, "", "bioxen").and_then(|given| requirement(found, "bioxen", &given))
        }
    };
    let description = text(found, table, "", "description");
    let licence = text(found, table, "", "licence");
    let sources = sources(found, table);
    let requires = requires(found, table, name.as_deref());
    let biological_type = match table.get("type") {
        None => None,
        Some(_) => {
            let own = found.section(table, "type", &TYPE_KEYS).cloned();
            own.and_then(|own| type_manifest(found, &own))
        }
    };
    Some(Manifest {
        name: name?,
        version: version?,
        bioxen: bioxen?,
        description: description?,
        licence: licence?,
        sources,
        requires,
        biological_type,
    })
}

/// A text that must be there and say something.
fn text(found: &mut Problems, table: &Table, path: &str, key: &str) -> Option<String> {
    let given = table.get(key).map(|value| value.as_str().filter(|text| !text.trim().is_empty()));
    match given {
        Some(Some(text)) => return Some(text.to_owned()),
        Some(None) => {
            found.add(&format!("{path}{key}"), "must be a text in quotes that is not empty")
        }
        None => found.add(&format!("{path}{key}"), "is missing; a text in quotes is needed"),
    }
    None
}

fn requirement(found: &mut Problems, path: &str, given: &str) -> Option<VersionReq> {
    let read = VersionReq::parse(given);
    read.map_err(|_| found.add(path, "must be versions, such as \"^1\" or \">=0.1, <0.3\"")).ok()
}

fn sources(found: &mut Problems, table: &Table) -> Vec<String> {
    let all = table.get("sources").and_then(Value::as_array);
    let texts: Option<Vec<String>> =
        all.and_then(|all| all.iter().map(|v| v.as_str().map(str::to_owned)).collect());
    match texts {
        Some(texts) if !texts.is_empty() => return texts,
        _ if !table.contains_key("sources") => {
            found.add(
                "sources",
                "is missing; say where the numbers come from, or [\"own assumptions\"]",
            );
        }
        _ => found.add("sources", "must be an array of one text or more"),
    }
    Vec::new()
}

fn requires(found: &mut Problems, table: &Table, own: Option<&str>) -> Vec<(String, VersionReq)> {
    let Some(value) = table.get("requires") else { return Vec::new() };
    let Some(map) = value.as_object() else {
        found
            .add("requires", "must be a table of plug-ins and their versions, such as t7 = \"^1\"");
        return Vec::new();
    };
    if map.len() > MOST_REQUIRED {
        found.add("requires", &format!("names more than {MOST_REQUIRED} plug-ins"));
        return Vec::new();
    }
    let mut all = Vec::new();
    for (name, versions) in map {
        let path = format!("requires.{name}");
        if !is_name(name) {
            found.add(&path, NAME);
        } else if Some(name.as_str()) == own {
            found.add(&path, "is the plug-in itself");
        }
        match versions.as_str() {
            Some(given) => {
                all.extend(
                    requirement(found, &path, given).map(|versions| (name.clone(), versions)),
                );
            }
            None => found.add(&path, "must be versions, such as \"^1\""),
        }
    }
    all
}

fn type_manifest(found: &mut Problems, table: &Table) -> Option<TypeManifest> {
    let path = "type.";
    let name = text(found, table, path, "name");
    if let Some(name) = &name {
        if !is_name(name) {
            found.add("type.name", NAME);
        }
        if let Ok(known) = BiologicalType::parse(name) {
            found.add("type.name", &format!("is `{known}`, which is built in"));
        }
    }
    let bases = BiologicalType::ALL.map(BiologicalType::name);
    let base = match table.get("base") {
        Some(value) => found.one_of("type.base", value, &bases),
        None => {
            found.add("type.base", &format!("is missing; it is one of: {}", bases.join(", ")));
            None
        }
    };
    let base = base.and_then(|base| BiologicalType::parse(&base).ok());
    let genome = file(found, table, "genome", "genomes", "genome");
    if !table.contains_key("genome") {
        found.add(
            "type.genome",
            "is missing; it is the name of a file, such as \"genomes/mine.genome\"",
        );
    }
    let regulation = file(found, table, "regulation", "regulation", "regulation");
    let limits = limits(found, table, base.unwrap_or(BiologicalType::Ecoli));
    let rules = rules(found, table, base);
    let overrides = overrides(found, table, base);
    let host = host::host(found, table);
    Some(TypeManifest {
        name: name?,
        base: base?,
        genome: genome?,
        regulation,
        limits,
        rules,
        overrides,
        host,
    })
}

/// A file of the plug-in that a key names.
fn file(
    found: &mut Problems,
    table: &Table,
    key: &str,
    folder: &str,
    ending: &str,
) -> Option<String> {
    let value = table.get(key)?;
    let named = value.as_str().filter(|name| {
        let inside = name.strip_prefix(folder).and_then(|name| name.strip_prefix('/'));
        inside.is_some_and(|name| !name.contains(['/', '\\']))
    });
    if named.is_none() {
        let what = format!("must be a file of the plug-in, such as \"{folder}/mine.{ending}\"");
        found.add(&format!("type.{key}"), &what);
    }
    named.map(str::to_owned)
}

fn limits(found: &mut Problems, table: &Table, base: BiologicalType) -> Limits {
    let mut limits = base.default_limits();
    let Some(value) = table.get("limits") else { return limits };
    let Some(map) = value.as_object() else {
        found.add(
            "type.limits",
            &format!("must be a table with the keys {}", LIMIT_KEYS.join(", ")),
        );
        return limits;
    };
    let path = "type.limits.";
    found.keys(map, path, &LIMIT_KEYS);
    let mut held = |resource: Resource, into: &mut f64| {
        let (key, most) = (resource.option(), resource.most());
        if map.get(key).and_then(Value::as_str) == Some(HOST) {
            *into = most;
            return;
        }
        let range = format!("more than 0 and less than {:.0}, or \"{HOST}\"", most.floor());
        let given = found.number(map, path, key, &range, |x| x > 0.0 && x < most.floor());
        *into = given.unwrap_or(*into);
    };
    held(Resource::Ribosomes, &mut limits.max_ribosomes);
    held(Resource::Polymerases, &mut limits.max_polymerases);
    let percent = |x: f64| x > 0.0 && x <= 100.0;
    let atp = found.number(map, path, "max_atp", "more than 0 up to 100, in percent", percent);
    limits.max_atp_percent = atp.unwrap_or(limits.max_atp_percent);
    let most = Limits::HOST.max_memory_kb;
    let kb = |x: f64| x > 0.0 && x <= most;
    let memory = found.number(map, path, "max_memory_kb", "more than 0 up to 100000, in kb", kb);
    limits.max_memory_kb = memory.unwrap_or(limits.max_memory_kb);
    limits
}

fn rules(found: &mut Problems, table: &Table, base: Option<BiologicalType>) -> Rules {
    let mut rules = base.map(Rules::of).unwrap_or_default();
    let Some(value) = table.get("rules") else { return rules };
    let Some(map) = value.as_object() else {
        found.add("type.rules", &format!("must be a table with the keys {}", RULE_KEYS.join(", ")));
        return rules;
    };
    found.keys(map, "type.rules.", &RULE_KEYS);
    let fields = [&mut rules.essential_only, &mut rules.minimal_functions_only];
    for (key, field) in RULE_KEYS.into_iter().zip(fields) {
        match map.get(key).map(Value::as_bool) {
            Some(Some(on)) => *field = on,
            Some(None) => found.add(&format!("type.rules.{key}"), "must be true or false"),
            None => {}
        }
    }
    rules
}

fn overrides(found: &mut Problems, table: &Table, base: Option<BiologicalType>) -> TypeOverrides {
    let mut overrides = TypeOverrides::default();
    let Some(value) = table.get("expression") else { return overrides };
    let Some(map) = value.as_object() else {
        let keys = EXPRESSION_KEYS.join(", ");
        found.add("type.expression", &format!("must be a table with the keys {keys}"));
        return overrides;
    };
    let path = "type.expression.";
    found.keys(map, path, &EXPRESSION_KEYS);
    let mut number = |key: &str, least: f64, most: f64, unit: &str| {
        let range = format!("from {least} to {most}{unit}");
        found.number(map, path, key, &range, |x| (least..=most).contains(&x))
    };
    overrides.mrna_half_life_min = number("mrna_half_life_min", 0.1, 1000.0, " min");
    overrides.mrna_molecules = number("mrna_molecules", 1.0, 1e6, " molecules");
    overrides.proteins = number("proteins", 1.0, 1e9, " molecules");
    if overrides.proteins.is_some() && base == Some(BiologicalType::Ecoli) {
        found.add(
            "type.expression.proteins",
            "is for the bases syn3a and minimal_cell; with ecoli the genome weighs what the host's own expression \
             weighs",
        );
    }
    overrides
}
