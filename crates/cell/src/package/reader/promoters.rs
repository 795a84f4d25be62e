//! Promoters of a package and what acts on them.

use serde_json::Value;

use super::{Known, MOST_LINKS, Table, name_of, positive, tables, text_of};
use crate::package::model::{Inducer, Promoter, Regulator, RegulatorKind, Source, Strength};
use bioxen_base::nearest::{hint, nearest};
use bioxen_base::problem::Problems;
use bioxen_genome::regulation::substances;

/// mRNA from one copy of the promoter that relative units (RPU) refer to [1/min]: J23101 makes of the order
/// of 0.03 mRNA/s (Kelly et al., *J. Biol. Eng.* 3:4, 2009).
const MRNA_PER_MIN_OF_RPU: f64 = 1.8;

/// The ways to say how strong a promoter is.
const STRENGTHS: [&str; 3] = ["mrna_per_min", "rpu", "native"];
const OTHER_KEYS: [&str; 6] = ["times", "copies", "leak", "any", "repressor", "activator"];
const REGULATOR_KEYS: [&str; 6] = ["protein", "name", "molecules", "half", "n", "inducer"];
const INDUCER_KEYS: [&str; 3] = ["substance", "half_um", "n"];

/// The promoters. Proteins of other packages may act on them if there are any.
pub(super) fn promoters(found: &mut Problems, map: &Table, known: &Known<'_>) -> Vec<Promoter> {
    let mut all: Vec<Promoter> = Vec::new();
    for (path, table) in tables(found, map, "promoter") {
        found.keys(table, &path, &[&["name"], &STRENGTHS[..], &OTHER_KEYS].concat());
        let name = name_of(found, table, &path, "name").unwrap_or_default();
        if all.iter().any(|other| !name.is_empty() && other.name == name) {
            found.add(&format!("{path}name"), &format!("is `{name}`, as of another promoter"));
        }
        let copies = positive(found, table, &path, "copies");
        let strength = strength(found, table, &path, copies.unwrap_or(1.0));
        let part = |x: f64| (0.0..=1.0).contains(&x);
        let leak = found.number(table, &path, "leak", "from 0 to 1", part).unwrap_or(0.0);
        let mut regulators = Vec::new();
        for (key, kind) in
            [("repressor", RegulatorKind::Repressor), ("activator", RegulatorKind::Activator)]
        {
            for (own, inner) in tables(found, table, key) {
                let path = format!("{path}{own}");
                regulators.extend(regulator(found, inner, &path, kind, known));
            }
        }
        if regulators.len() > MOST_LINKS {
            let what = format!("has more than {MOST_LINKS} regulators");
            found.add(path.trim_end_matches('.'), &what);
        }
        let any = groups(found, table, &path, &regulators);
        all.push(Promoter { name, strength, leak, copies, regulators, any });
    }
    all
}

/// The lists of regulators of which any one is enough.
fn groups(
    found: &mut Problems,
    table: &Table,
    path: &str,
    regulators: &[Regulator],
) -> Vec<Vec<usize>> {
    let Some(given) = table.get("any") else { return Vec::new() };
    fn names(list: &Value) -> Option<Vec<&str>> {
        list.as_array()?.iter().map(Value::as_str).collect()
    }
    let lists: Option<Vec<Vec<&str>>> =
        given.as_array().and_then(|lists| lists.iter().map(names).collect());
    let path = format!("{path}any");
    let Some(lists) = lists else {
        found.add(&path, "must be lists of names of regulators, such as [[\"araC\", \"luxR\"]]");
        return Vec::new();
    };
    let names = || regulators.iter().map(Regulator::name);
    let mut all: Vec<Vec<usize>> = Vec::new();
    for (i, list) in lists.iter().enumerate() {
        let path = format!("{path}[{i}]");
        if list.len() < 2 {
            found.add(&path, "has less than two regulators");
        }
        let mut group = Vec::new();
        for name in list {
            match names().position(|known| known == *name) {
                None => {
                    let near = hint(nearest(name, names()));
                    let what = format!(
                        "has `{name}`, and no regulator of this promoter is called so{near}"
                    );
                    found.add(&path, &what);
                }
                Some(at) if group.contains(&at) || all.iter().flatten().any(|o| *o == at) => {
                    found.add(&path, &format!("has `{name}`, which stands in these lists already"));
                }
                Some(at) => group.push(at),
            }
        }
        all.push(group);
    }
    all
}

fn strength(found: &mut Problems, table: &Table, path: &str, copies: f64) -> Strength {
    let given = positive(found, table, path, "mrna_per_min");
    let rpu = positive(found, table, path, "rpu");
    let native = text_of(found, table, path, "native", false);
    let times = positive(found, table, path, "times");
    if STRENGTHS.iter().filter(|way| table.contains_key(**way)).count() != 1 {
        let what = "needs one strength: mrna_per_min [1/min] of all copies, rpu relative to J23101 for each copy, \
                    or native with a gene of the genome";
        found.add(path.trim_end_matches('.'), what);
    }
    if times.is_some() && native.is_none() {
        found.add(&format!("{path}times"), "goes with native only");
    }
    match native {
        Some(gene) => Strength::Native { gene, times: times.unwrap_or(1.0) },
        None => {
            let of_rpu = rpu.map(|rpu| rpu * MRNA_PER_MIN_OF_RPU * copies);
            Strength::MrnaPerMin(given.or(of_rpu).unwrap_or(1.0))
        }
    }
}

fn regulator(
    found: &mut Problems,
    table: &Table,
    path: &str,
    kind: RegulatorKind,
    known: &Known<'_>,
) -> Option<Regulator> {
    found.keys(table, path, &REGULATOR_KEYS);
    let source = if table.contains_key("protein") {
        let protein = text_of(found, table, path, "protein", false)?;
        if table.contains_key("name") || table.contains_key("molecules") {
            let what = "is made by a gene; name and molecules are for one whose number is constant";
            found.add(&format!("{path}protein"), what);
        }
        if !known.depends && known.gene(&protein).is_none() {
            let near = hint(nearest(&protein, known.all().map(|gene| gene.name.as_str())));
            let what = format!(
                "is `{protein}`, and neither this package nor one that it depends on has such a \
                 gene{near}"
            );
            found.add(&format!("{path}protein"), &what);
        }
        Some(Source::Protein(protein))
    } else if table.contains_key("molecules") {
        let name = name_of(found, table, path, "name");
        let molecules = positive(found, table, path, "molecules");
        name.zip(molecules).map(|(name, molecules)| Source::Constant { name, molecules })
    } else {
        let what = "needs its protein, or a name and the molecules that there always are";
        found.add(path.trim_end_matches('.'), what);
        None
    };
    // With an exponent up to 20 the power of any number of molecules stays finite.
    let measurable = |x: f64| (1e-6..=1e6).contains(&x);
    let half = found.number(table, path, "half", "from 0.000001 to a million", measurable);
    if !table.contains_key("half") {
        found.add(&format!("{path}half"), "is missing: molecules with half of the effect");
    }
    let steepness = |x: f64| x > 0.0 && x <= 20.0;
    let n = found.number(table, path, "n", "above 0, up to 20", steepness);
    let inducer = inducer(found, table, path);
    Some(Regulator { kind, source: source?, half: half?, n: n.unwrap_or(1.0), inducer })
}

fn inducer(found: &mut Problems, table: &Table, path: &str) -> Option<Inducer> {
    let value = table.get("inducer")?;
    let path = format!("{path}inducer");
    let Some(table) = value.as_object() else {
        found.add(&path, "must be a table such as { substance = \"IPTG\", half_um = 30.0 }");
        return None;
    };
    let dotted = format!("{path}.");
    found.keys(table, &dotted, &INDUCER_KEYS);
    let known = substances();
    let substance = match table.get("substance") {
        Some(value) => found.one_of(&format!("{dotted}substance"), value, &known),
        None => {
            found.add(&format!("{dotted}substance"), "is missing");
            None
        }
    };
    let half_um = positive(found, table, &dotted, "half_um");
    if !table.contains_key("half_um") {
        found.add(&format!("{dotted}half_um"), "is missing: concentration of half binding [uM]");
    }
    let steepness = |x: f64| x > 0.0 && x <= 20.0;
    let n = found.number(table, &dotted, "n", "above 0, up to 20", steepness).unwrap_or(1.0);
    Some(Inducer { substance: substance?, half_um: half_um?, n })
}
