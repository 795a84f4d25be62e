//! What in a package acts beside its promoters, as everything that lists a package tells it: guides, proteases and
//! small RNAs, with the units of their numbers.

use std::fmt;

use bioxen_base::units::short;

use super::model::{Guide, Package, Protease, SmallRna, Target};

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// An RNA that leads a protein to a promoter.
    Guide,
    /// A protease that proteins share.
    Protease,
    /// An RNA that pairs with transcripts.
    SmallRna,
}

impl PartKind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Guide, Self::Protease, Self::SmallRna];

    /// Its key where all of a kind are listed.
    pub fn key(self) -> &'static str {
        match self {
            Self::Guide => "guides",
            Self::Protease => "proteases",
            Self::SmallRna => "small_rnas",
        }
    }

    /// What one of it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guide => "guide",
            Self::Protease => "protease",
            Self::SmallRna => "small RNA",
        }
    }
}

/// What a key of a part has.
#[derive(Debug, Clone, PartialEq)]
pub enum PartValue {
    /// A name.
    Text(String),
    /// Names.
    Texts(Vec<String>),
    /// A number.
    Number(f64),
}

/// A guide, a protease or a small RNA, by the keys that a file has for it.
///
/// # Examples
/// ```
/// use bioxen_cell::package::{Part, PartValue, SmallRna};
/// let of = SmallRna { rna: "rs1".into(), gene: "gfp".into(), rate_per_min: 0.02 };
/// let part = Part::from(&of);
/// assert_eq!(part.unit("rate"), Some("1/min"));
/// assert!(part.values.contains(&("rate", PartValue::Number(0.02))));
/// assert_eq!(part.to_string(), "rs1 pairs with transcripts of gfp; rate = 0.02 1/min");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// What it does, in words.
    pub does: String,
    /// Its keys and what they have, in the order of the documentation.
    pub values: Vec<(&'static str, PartValue)>,
}

impl Part {
    /// The unit of the number that a key has.
    pub fn unit(&self, key: &str) -> Option<&'static str> {
        Some(match key {
            "max_fold" => "1",
            "half" | "kd" | "km" | "molecules" => "molecules",
            "kcat_per_min" | "rate" => "1/min",
            _ => return None,
        })
    }

    fn of_guide(guide: &Guide, package: &Package) -> Self {
        let text = |text: &String| PartValue::Text(text.clone());
        let (key, target, what) = match &guide.target {
            Target::Promoter(place) => {
                ("promoter", &package.construct.promoters[*place].name, "promoter ")
            }
            Target::Gene(gene) => ("gene", gene, "the promoter of "),
        };
        let values = vec![
            ("rna", text(&guide.rna)),
            ("protein", text(&guide.protein)),
            (key, text(target)),
            ("max_fold", PartValue::Number(guide.max_fold)),
            ("half", PartValue::Number(guide.half)),
            ("kd", PartValue::Number(guide.kd)),
        ];
        let does = format!("{} leads {} to {what}{target}", guide.rna, guide.protein);
        Self { kind: PartKind::Guide, does, values }
    }
}

impl From<&Protease> for Part {
    fn from(protease: &Protease) -> Self {
        let values = vec![
            ("name", PartValue::Text(protease.name.clone())),
            ("molecules", PartValue::Number(protease.molecules)),
            ("kcat_per_min", PartValue::Number(protease.kcat_per_min)),
            ("km", PartValue::Number(protease.km)),
            ("substrates", PartValue::Texts(protease.substrates.clone())),
        ];
        let does = format!("{} degrades {}", protease.name, protease.substrates.join(", "));
        Self { kind: PartKind::Protease, does, values }
    }
}

impl From<&SmallRna> for Part {
    fn from(small_rna: &SmallRna) -> Self {
        let values = vec![
            ("rna", PartValue::Text(small_rna.rna.clone())),
            ("gene", PartValue::Text(small_rna.gene.clone())),
            ("rate", PartValue::Number(small_rna.rate_per_min)),
        ];
        let does = format!("{} pairs with transcripts of {}", small_rna.rna, small_rna.gene);
        Self { kind: PartKind::SmallRna, does, values }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.does)?;
        let mut between = "; ";
        for (key, value) in &self.values {
            if let PartValue::Number(number) = value {
                let unit = self.unit(key).filter(|unit| *unit != "1" && unit != key);
                let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
                write!(f, "{between}{key} = {}{unit}", short(*number))?;
                between = ", ";
            }
        }
        Ok(())
    }
}

impl Package {
    /// Its guides, proteases and small RNAs.
    pub fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        let guides = self.effects.guides.iter().map(|guide| Part::of_guide(guide, self));
        let proteases = self.effects.proteases.iter().map(Part::from);
        guides.chain(proteases).chain(self.effects.small_rnas.iter().map(Part::from))
    }

    /// All that it has, in words: what it is called and each of it.
    pub fn contents(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        for operon in &self.construct.operons {
            let genes: Vec<&str> =
                operon.genes.iter().map(|&gene| self.construct.genes[gene].name.as_str()).collect();
            let promoter = &self.construct.promoters[operon.promoter].name;
            rows.push(("operon", format!("{}: {} from {promoter}", operon.name, genes.join(", "))));
        }
        rows.extend(self.parts().map(|part| (part.kind.name(), part.to_string())));
        for parameter in &self.parameters {
            let shown = format!("{} = {} {}", parameter.name, parameter.value, parameter.unit);
            rows.push(("parameter", format!("{}, {}", shown.trim_end(), parameter.range())));
        }
        if let Some(model) = &self.model {
            let names: Vec<&str> = model.observed.iter().map(|(name, _)| name.as_str()).collect();
            rows.push(("model", format!("of {}", names.join(", "))));
        }
        rows
    }
}
