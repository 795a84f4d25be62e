//! The names of genes: rules that serve genomes and plasmids.
//!
//! Genomes name their genes by `/locus_tag` and `/gene`. Plasmid editors write the name of a feature
//! into `/label`; the other qualifiers are missing or come from older annotation. There the label has
//! priority.

use std::collections::{HashMap, HashSet};

use super::super::clean::{plain_text, word};
use super::super::gene::{Gene, Strand};
use super::feature::Feature;
use super::remark::Remark;

/// The most synonyms that are kept.
const MOST_SYNONYMS: usize = 32;
/// The longest product that is taken from a note [characters].
const LONGEST_PRODUCT: usize = 200;

/// Products that say nothing of a gene.
const SAY_NOTHING: [&str; 3] = ["unknown", "unnamed protein product", "orf"];
/// What such products say before `protein`.
const SAY_NOTHING_OF_PROTEINS: [&str; 5] =
    ["hypothetical", "conserved hypothetical", "putative", "predicted", "unknown"];

/// What the features of a gene call it.
#[derive(Debug, Default)]
pub(super) struct Called {
    /// The locus tag as one word.
    pub(super) tag: Option<String>,
    pub(super) symbol: Option<String>,
    /// A last resort: protein or feature identifier.
    pub(super) identifier: Option<String>,
    pub(super) synonyms: Vec<String>,
    /// The symbol as it was written, where it had to be changed.
    pub(super) original: Option<String>,
}

/// The first value that any feature of a gene has.
pub(super) fn first<'a>(
    group: &[&'a Feature],
    value: fn(&Feature) -> Option<&String>,
) -> Option<&'a str> {
    group.iter().find_map(|feature| value(feature)).map(String::as_str).filter(|v| !v.is_empty())
}

/// What a gene is called in remarks before it has its name.
pub(super) fn label(group: &[&Feature]) -> String {
    let name = first(group, |f| f.locus_tag.as_ref())
        .or_else(|| symbol(group))
        .or_else(|| first(group, |f| f.identifier.as_ref()));
    name.map_or_else(|| "a gene without a name".to_owned(), plain_text)
}

/// What an editor shows a gene as. What it makes is what is looked for, before the gene itself.
fn shown<'a>(group: &[&'a Feature]) -> Option<&'a str> {
    let made = || group.iter().copied().filter(|feature| !feature.is_bare());
    let all = made().chain(group.iter().copied().filter(|feature| feature.is_bare()));
    all.filter_map(|feature| feature.label.as_deref()).find(|label| !label.is_empty())
}

/// The symbol of a gene, as it is written.
fn symbol<'a>(group: &[&'a Feature]) -> Option<&'a str> {
    let tag = first(group, |f| f.locus_tag.as_ref());
    let gene = first(group, |f| f.symbol.as_ref());
    let standard = first(group, |f| f.standard_name.as_ref());
    let label = shown(group);
    let product = first(group, |f| f.product.as_ref());
    if tag.is_some() {
        // Editors that open a genome copy its products into the labels.
        let one_word =
            |label: &&str| !label.contains(char::is_whitespace) && product != Some(label);
        return gene.or(standard).or(label.filter(one_word)).filter(|symbol| Some(*symbol) != tag);
    }
    let says = |product: &&str| {
        let product = product.to_ascii_lowercase();
        let protein = product.strip_suffix(" protein");
        !SAY_NOTHING.contains(&product.as_str())
            && !protein.is_some_and(|called| SAY_NOTHING_OF_PROTEINS.contains(&called))
    };
    let noted = || {
        let notes = group.iter().flat_map(|feature| &feature.notes).map(String::as_str);
        let mut names = notes.filter(|note| !of_a_program(note)).filter_map(|note| {
            let name = note.split([';', ',']).next().unwrap_or_default().trim();
            (!name.is_empty()).then_some(name)
        });
        names.next()
    };
    label
        .or(standard)
        .or(gene)
        .or(product.filter(says))
        .or_else(|| first(group, |f| f.editor_label.as_ref()))
        .or_else(noted)
}

/// Whether a note is one that programs write for themselves.
fn of_a_program(note: &str) -> bool {
    let note = note.to_ascii_lowercase();
    let begins = [
        "color:",
        "direction:",
        "sequence:",
        "vntifkey",
        "ncbi feature key",
        "geneious",
        "plannotate",
        "created by",
        "created with",
        "automatically annotated",
    ];
    begins.iter().any(|begin| note.starts_with(begin))
}

impl Called {
    /// Takes further names for synonyms.
    pub(super) fn know(&mut self, others: &[String]) {
        for name in others.iter().filter_map(|name| word(name)) {
            let known = [&self.tag, &self.symbol].iter().any(|known| known.as_ref() == Some(&name));
            if !known && !self.synonyms.contains(&name) && self.synonyms.len() < MOST_SYNONYMS {
                self.synonyms.push(name);
            }
        }
    }
}

/// What the features of a gene call it.
pub(super) fn called(group: &[&Feature]) -> Called {
    let tag = first(group, |f| f.locus_tag.as_ref()).and_then(word);
    let written = symbol(group);
    let gene = first(group, |f| f.symbol.as_ref());
    // A list of names in place of one: the first is the symbol.
    let cut = written
        .filter(|_| written == gene)
        .map(|gene| gene.split([';', ',']).next().unwrap_or(gene));
    let symbol = cut.or(written).and_then(word);
    let mut synonyms: Vec<String> = Vec::new();
    let lists = gene.into_iter().chain(group.iter().flat_map(|f| &f.synonyms).map(String::as_str));
    // What else the file calls it is what somebody may look for; sentences are no names.
    let others = group.iter().flat_map(|f| [&f.label, &f.standard_name]).flatten();
    let others = others.map(String::as_str).filter(|other| {
        let is_product = group.iter().any(|f| f.product.as_deref() == Some(other));
        !other.contains(char::is_whitespace) && !is_product
    });
    let names = lists.flat_map(|text| text.split([';', ','])).chain(others);
    for name in names.filter_map(word) {
        let known =
            [symbol.as_ref(), tag.as_ref()].contains(&Some(&name)) || synonyms.contains(&name);
        if !known && synonyms.len() < MOST_SYNONYMS {
            synonyms.push(name);
        }
    }
    let changed = written.zip(symbol.as_deref()).filter(|(written, symbol)| written != symbol);
    let changed = changed.map(|(written, _)| written).or_else(|| {
        // A name that is a tag, as some annotators write it.
        let written = first(group, |f| f.locus_tag.as_ref()).filter(|_| symbol.is_none())?;
        (Some(written) != tag.as_deref()).then_some(written)
    });
    Called {
        original: changed.map(plain_text),
        tag,
        symbol,
        identifier: first(group, |f| f.identifier.as_ref()).and_then(word),
        synonyms,
    }
}

/// What a gene makes, in words: its product, or what an editor's note says of it.
pub(super) fn product(main: &Feature, group: &[&Feature]) -> String {
    let stated = main.product.as_deref().or_else(|| first(group, |f| f.product.as_ref()));
    let noted = || {
        let named_by_label = main.locus_tag.is_none() && main.label.is_some();
        let note = main.notes.iter().find(|note| !of_a_program(note)).filter(|_| named_by_label)?;
        note.split(';').next()
    };
    let text = plain_text(stated.or_else(noted).unwrap_or_default());
    text.chars()
        .take(if stated.is_some() { usize::MAX } else { LONGEST_PRODUCT })
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// Gives every gene a name of its own.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// The number last tried for a name that was taken.
    last: HashMap<String, u32>,
}

impl Names {
    /// The locus tag of a gene. What had to be decided goes to the remarks.
    pub(super) fn take(
        &mut self,
        called: &Called,
        gene: &Gene,
        remarks: &mut Vec<Remark>,
    ) -> String {
        let stated = called.tag.as_ref().or(called.symbol.as_ref()).or(called.identifier.as_ref());
        let wanted = stated.cloned().unwrap_or_else(|| {
            let strand = if gene.place.strand == Strand::Reverse { "r" } else { "f" };
            format!("{}_{}_{}{strand}", gene.kind, gene.place.start, gene.place.end)
        });
        let mut name = wanted.clone();
        while !self.taken.insert(name.clone()) {
            let number = self.last.entry(wanted.clone()).or_insert(1);
            *number += 1;
            name = format!("{wanted}_{number}");
        }
        if stated.is_none() {
            remarks.push(Remark::Named { name: name.clone() });
        } else if name != wanted {
            remarks.push(Remark::Renamed { name: wanted, given: name.clone() });
        }
        // Without a tag a gene is known by its own name only.
        let known = called.symbol.as_ref().filter(|_| called.tag.is_some()).unwrap_or(&name);
        if let Some(written) = &called.original {
            remarks.push(Remark::Reworded { written: written.clone(), name: known.clone() });
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(set: fn(&mut Feature)) -> Feature {
        let mut feature = Feature { key: "CDS".into(), ..Feature::default() };
        set(&mut feature);
        feature
    }

    #[test]
    fn the_first_that_says_something_is_the_name() {
        let name = |set| {
            let feature = feature(set);
            called(&[&feature]).symbol.unwrap_or_default()
        };
        assert_eq!(
            name(|f| (f.label, f.symbol) = (Some("AmpR".into()), Some("bla".into()))),
            "AmpR"
        );
        assert_eq!(
            name(|f| (f.standard_name, f.symbol) = (Some("s".into()), Some("bla".into()))),
            "s"
        );
        assert_eq!(name(|f| (f.symbol, f.product) = (Some("bla".into()), Some("p".into()))), "bla");
        assert_eq!(
            name(|f| (f.editor_label, f.product) = (Some("e".into()), Some("a b".into()))),
            "a_b"
        );
        assert_eq!(
            name(|f| (f.editor_label, f.product) =
                (Some("e".into()), Some("Hypothetical protein".into()))),
            "e"
        );
        assert_eq!(name(|f| f.notes = vec!["color: #fff".into(), "kan R; more".into()]), "kan_R");
        assert_eq!(
            name(|f| (f.locus_tag, f.symbol, f.label) =
                (Some("b1".into()), Some("thrL".into()), Some("x".into()))),
            "thrL"
        );
        assert_eq!(
            name(|f| (f.locus_tag, f.label) = (Some("b1".into()), Some("a product".into()))),
            ""
        );
        assert_eq!(name(|f| f.label = Some(r"lac\Z  alpha".into())), "lac_Z_alpha");
    }

    #[test]
    fn what_was_written_is_kept() {
        let feature =
            feature(|f| (f.label, f.symbol) = (Some("AmpR (bla)".into()), Some("bla".into())));
        let called = called(&[&feature]);
        assert_eq!(called.symbol.as_deref(), Some("AmpR_(bla)"));
        assert_eq!(called.original.as_deref(), Some("AmpR (bla)"));
        assert_eq!(called.synonyms, ["bla"]);
    }
}
