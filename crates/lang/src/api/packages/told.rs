//! A package as scripts see it.

use rhai::{Array, Dynamic, Map};

use bioxen_cell::package::{Package, Parameter, Part, PartKind, PartValue, Requirement};

fn strings(texts: impl IntoIterator<Item = String>) -> Dynamic {
    texts.into_iter().map(Dynamic::from).collect::<Array>().into()
}

/// A guide, protease or small RNA: its keys as a file has them, and the units of its numbers.
fn part(part: &Part) -> Dynamic {
    let mut units = Map::new();
    let mut of = Map::new();
    for (key, value) in &part.values {
        let value = match value {
            PartValue::Text(text) => text.clone().into(),
            PartValue::Texts(texts) => strings(texts.iter().cloned()),
            PartValue::Number(number) => Dynamic::from_float(*number),
        };
        of.insert((*key).into(), value);
        if let Some(unit) = part.unit(key) {
            units.insert((*key).into(), unit.into());
        }
    }
    of.insert("units".into(), units.into());
    of.into()
}

pub(super) fn record(package: &Package) -> Map {
    let needs = |requirements: &[Requirement]| -> Map {
        let row = |r: &Requirement| (r.name.as_str().into(), r.versions.to_string().into());
        requirements.iter().map(row).collect()
    };
    let mut map = Map::new();
    map.insert("name".into(), package.name.clone().into());
    map.insert("version".into(), package.version.to_string().into());
    map.insert("description".into(), package.about.description.clone().into());
    map.insert("licence".into(), package.about.licence.clone().into());
    map.insert("sources".into(), strings(package.about.sources.iter().cloned()));
    map.insert("types".into(), strings(package.about.types.iter().cloned()));
    map.insert("dependencies".into(), needs(&package.relations.dependencies).into());
    map.insert("conflicts".into(), needs(&package.relations.conflicts).into());
    map.insert("genes".into(), strings(package.construct.genes.iter().map(|g| g.name.clone())));
    map.insert(
        "promoters".into(),
        strings(package.construct.promoters.iter().map(|p| p.name.clone())),
    );
    map.insert("operons".into(), strings(package.construct.operons.iter().map(|o| o.name.clone())));
    for kind in PartKind::ALL {
        let all: Array = package.parts().filter(|p| p.kind == kind).map(|p| part(&p)).collect();
        map.insert(kind.key().into(), all.into());
    }
    let told = |p: &Parameter| -> Dynamic {
        let texts = [("name", &p.name), ("unit", &p.unit), ("description", &p.description)];
        let mut of: Map = texts.map(|(key, text)| (key.into(), text.clone().into())).into();
        of.insert("value".into(), p.value.into());
        of.insert("range".into(), p.range().into());
        of.into()
    };
    let parameters: Array = package.parameters.iter().map(told).collect();
    map.insert("parameters".into(), parameters.into());
    let nt: u32 =
        package.construct.operons.iter().map(|o| o.length_nt).fold(0, u32::saturating_add);
    map.insert("length_kb".into(), Dynamic::from_float(f64::from(nt) / 1000.0));
    let observed = package.model.iter().flat_map(|m| m.observed.iter().map(|(n, _)| n.clone()));
    map.insert("model".into(), strings(observed));
    map
}
