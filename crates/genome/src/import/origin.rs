//! Origins of replication and the copies that plasmids with them have in *E. coli*.

use super::feature::Feature;
use super::record::Record;

/// A class of origins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Class {
    pub(super) name: &'static str,
    /// Plasmids of one group cannot be kept together.
    pub(super) group: &'static str,
    /// Copies in a cell of mean size in exponential growth, with the interval of 90 %.
    pub(super) copies: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) source: &'static str,
}

const SHETTY: &str = "Shetty et al., J. Biol. Eng. 2:5 (2008)";
const TOLIA: &str = "Tolia and Joshua-Tor, Nat. Methods 3:55 (2006)";
const ASSUMED: &str = "an assumption";

const fn class(
    name: &'static str,
    group: &'static str,
    [copies, low, high]: [f64; 3],
    source: &'static str,
) -> Class {
    Class { name, group, copies, low, high, source }
}

const PUC: Class = class(
    "pUC",
    "pMB1",
    [100.0, 40.0, 250.0],
    "an assumption for exponential growth; 500 to 700 at rest",
);
const PMB1: Class = class("pMB1", "pMB1", [18.0, 10.0, 30.0], SHETTY);

/// Words by which classes are known, in the order in which they are looked for; what has none of them
/// and is not of the common family is not known. A word of letters
/// and digits alone stands for itself, not for a part of another.
const CLASSES: [(&[&str], Class); 9] = [
    (&["psc101", "sc101", "rep101"], class("pSC101", "pSC101", [5.0, 2.0, 8.0], SHETTY)),
    (&["p15a", "pacyc"], class("p15A", "p15A", [11.0, 6.0, 20.0], SHETTY)),
    (&["clodf13", "cdf"], class("CloDF13", "CloDF13", [30.0, 15.0, 50.0], TOLIA)),
    (&["rsf1030", "rsf 1030"], class("RSF1030", "RSF1030", [100.0, 50.0, 200.0], ASSUMED)),
    (&["cola"], class("ColA", "ColA", [30.0, 15.0, 50.0], ASSUMED)),
    (
        &["r6k", "r6k\u{3b3}", "r6kgamma"],
        class("R6K", "R6K", [15.0, 8.0, 40.0], "an assumption; needs the protein pi"),
    ),
    (&["pbbr1", "pbbr1mcs"], class("pBBR1", "pBBR1", [8.0, 3.0, 15.0], ASSUMED)),
    (&["rk2", "oriv", "incp"], class("RK2", "IncP", [6.0, 3.0, 10.0], "an assumption; needs TrfA")),
    (&["ori2", "oris", "mini-f", "f plasmid", "repe"], class("F", "F", [1.5, 1.0, 2.0], ASSUMED)),
];

/// Words of origins that do nothing in *E. coli* by themselves: of phages, for conjugation, of yeast
/// and of cells of animals; those of yeast may have a number behind them.
const ELSEWHERE: [&str; 14] = [
    "f1",
    "m13",
    "2u",
    "2\u{b5}",
    "2\u{3bc}",
    "2 micron",
    "autonomously replicating",
    "sv40",
    "orit",
    "bom",
    "orip",
    "ama1",
    "pvs1",
    "pro1600",
];
const NUMBERED: [&str; 3] = ["ars", "arsh", "cen"];

/// The origin of a plasmid with the most copies, and what the file calls it.
pub(super) fn origin(record: &Record) -> Option<(Class, String)> {
    let found = record.features.iter().filter_map(|feature| {
        let text = words(feature);
        let key = feature.key.to_ascii_lowercase();
        let named = key.starts_with("misc") && (has(&text, "ori") || has(&text, "origin"));
        if !(key == "rep_origin" || named) {
            return None;
        }
        let mut class = classify(&text, &names(feature))?;
        let label = feature.label.as_ref().or(feature.symbol.as_ref()).or(feature.notes.first());
        let label = label.map_or_else(|| feature.key.clone(), Clone::clone);
        if class == PUC && is_low(record, &label) {
            class = PMB1;
        }
        Some((class, label))
    });
    found.max_by(|(a, _), (b, _)| a.copies.total_cmp(&b.copies))
}

/// The class of an origin, from all that is said of it; `named` is what it is called alone.
fn classify(text: &str, named: &str) -> Option<Class> {
    let yeast = |word: &str| {
        let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
        NUMBERED.contains(&name)
    };
    let words = text.split(|c: char| !c.is_alphanumeric());
    if ELSEWHERE.iter().any(|word| has(text, word)) || words.into_iter().any(yeast) {
        return None;
    }
    let known = |words: &&[&str]| words.iter().any(|word| has(text, word));
    let found = CLASSES.iter().find(|(words, _)| known(words)).map(|(_, class)| *class);
    found.or_else(|| is_common(text, named).then_some(PUC))
}

/// Beginnings of words by which the common family is known.
const COMMON: [&str; 6] = ["puc", "pmb1", "cole1", "pbr322", "pbluescript", "pet"];
/// Words that say of an origin no more than that it is one.
const PLAIN: [&str; 22] = [
    "ori",
    "origin",
    "origins",
    "rep",
    "replication",
    "replicon",
    "of",
    "the",
    "plasmid",
    "vector",
    "bacterial",
    "bacteria",
    "coli",
    "e",
    "in",
    "for",
    "high",
    "copy",
    "number",
    "direction",
    "left",
    "right",
];

/// Whether an origin is one of the common family: it says so, or says nothing more than that it is an
/// origin.
fn is_common(text: &str, named: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let says = words(text).iter().any(|word| COMMON.iter().any(|begin| word.starts_with(begin)));
    let low = ["low copy", "low-copy"].iter().any(|words| text.contains(words));
    let plain = words(named).iter().all(|word| PLAIN.contains(&word.as_str()));
    says || has(text, "col e1") || (plain && !low)
}

/// Whether a plasmid of the common family has the control of copies that pUC has lost.
fn is_low(record: &Record, label: &str) -> bool {
    let names = [Some(&record.name)].into_iter().flatten().chain(&record.other_names);
    let label = label.to_lowercase();
    let low = |text: &str| ["pbr322", "pmb1", "pet"].iter().any(|word| text.starts_with(word));
    let named = low(&label) || names.map(|name| name.to_lowercase()).any(|name| low(&name));
    let rop = |feature: &Feature| {
        let text = words(feature);
        feature.gene_kind().is_some() && (has(&text, "rop") || has(&text, "rom"))
    };
    let says = ["low copy", "low-copy"].iter().any(|words| label.contains(words));
    let said = says || has(&label, "rop") || has(&label, "rom");
    !label.contains("puc") && (said || named || record.features.iter().any(rop))
}

/// What a feature is called; without a name, what its notes say.
fn names(feature: &Feature) -> String {
    let texts = [&feature.label, &feature.symbol, &feature.standard_name, &feature.editor_label];
    let texts: Vec<String> = texts.into_iter().flatten().map(|text| text.to_lowercase()).collect();
    if texts.is_empty() { words(feature) } else { texts.join(" ; ") }
}

/// All that a feature says of itself.
pub(super) fn words(feature: &Feature) -> String {
    let texts = [
        &feature.label,
        &feature.symbol,
        &feature.standard_name,
        &feature.editor_label,
        &feature.product,
    ];
    let texts = texts.into_iter().flatten().chain(&feature.notes);
    texts.map(|text| text.to_lowercase()).collect::<Vec<_>>().join(" ; ")
}

/// Whether a text has a word that is not a part of another.
pub(super) fn has(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let (before, behind) = (&text[..at], &text[at + word.len()..]);
        edge(before.chars().next_back()) && edge(behind.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, features: &[(&str, &str, &str)]) -> Record {
        let feature = |&(key, label, note): &(&str, &str, &str)| Feature {
            key: key.into(),
            label: Some(label.into()),
            notes: vec![note.into()],
            ..Feature::default()
        };
        Record {
            name: name.into(),
            features: features.iter().map(feature).collect(),
            ..Record::default()
        }
    }

    fn class_of(name: &str, features: &[(&str, &str, &str)]) -> Option<&'static str> {
        origin(&record(name, features)).map(|(class, _)| class.name)
    }

    #[test]
    fn origins_have_their_classes() {
        let high = "high-copy-number ColE1/pMB1/pBR322/pUC origin of replication";
        for (label, note, class) in [
            ("ori", high, Some("pUC")),
            ("pUC ori", "", Some("pUC")),
            ("ColE1 origin", "", Some("pUC")),
            ("pBR322 origin", "", Some("pMB1")),
            (
                "p15A ori",
                "Plasmids containing the p15A origin can be kept beside ColE1 ones",
                Some("p15A"),
            ),
            ("pSC101 ori", "low-copy replication origin that requires Rep101", Some("pSC101")),
            ("CloDF13 ori", "", Some("CloDF13")),
            ("RSF1030 ori", "", Some("RSF1030")),
            ("ColA ori", "", Some("ColA")),
            ("R6K\u{3b3} ori", "", Some("R6K")),
            ("pBBR1 oriV", "", Some("pBBR1")),
            ("oriV", "", Some("RK2")),
            ("ori2", "", Some("F")),
            ("f1 ori", "f1 bacteriophage origin of replication", None),
            ("2\u{3bc} ori", "", None),
            ("SV40 ori", "", None),
            ("oriT", "", None),
            ("ARS1", "S. cerevisiae autonomously replicating sequence ARS1/ARS416", None),
            ("CEN/ARS", "", None),
            ("pSC101**", "", Some("pSC101")),
            ("origin of replication", "ApEinfo_fwdcolor=gray50", Some("pUC")),
            ("ColE1 ori (low copy, rop+)", "", Some("pMB1")),
            ("foo", "", None),
            ("GFP", "", None),
            ("pUB110 ori", "", None),
            ("oriC", "", None),
            ("repA", "", None),
            ("RSF1010 ori", "", None),
            ("pSa ori", "", None),
            ("pWV01 ori", "", None),
            ("ori (low copy)", "", None),
        ] {
            assert_eq!(class_of("mine", &[("rep_origin", label, note)]), class, "{label}");
        }
        assert_eq!(class_of("mine", &[("misc_feature", "ori", "")]), Some("pUC"));
        assert_eq!(class_of("mine", &[("misc_feature", "MCS", "")]), None);
        assert_eq!(class_of("pET-28a", &[("rep_origin", "ori", high)]), Some("pMB1"));
        assert_eq!(class_of("x", &[("rep_origin", "ori", ""), ("CDS", "rop", "")]), Some("pMB1"));
        assert_eq!(
            class_of("x", &[("rep_origin", "", ""), ("CDS", "", "ROP protein")]),
            Some("pMB1")
        );
        let two = [
            ("rep_origin", "f1 ori", ""),
            ("rep_origin", "pSC101 ori", ""),
            ("Rep_Origin", "ori", ""),
        ];
        assert_eq!(class_of("x", &two), Some("pUC"));
    }
}
