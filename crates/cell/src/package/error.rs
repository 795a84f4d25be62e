//! What can be wrong with a package.

use bioxen_base::units::short;
use thiserror::Error;

use bioxen_base::nearest::hint;
use bioxen_base::problem::Problem;
use bioxen_network::sbml::SbmlError;

/// An error about packages.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum PackageError {
    /// There is no such package in the catalogue.
    #[error("unknown package `{given}`{}; valid: {}; the file of another is given by its path, such as \"mine.toml\" or \"model.xml\"", hint(.nearest.as_deref()), .known.join(", "))]
    Unknown {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All that ship.
        known: Vec<String>,
    },
    /// The file is larger than packages are.
    #[error("{origin} has {bytes} bytes; a package has at most {limit}")]
    TooLarge {
        /// The file.
        origin: String,
        /// Its size.
        bytes: usize,
        /// The largest that is read.
        limit: usize,
    },
    /// The file cannot be read.
    #[error("{origin} cannot be read: {reason}")]
    File {
        /// The file.
        origin: String,
        /// Why.
        reason: String,
    },
    /// The text is no TOML.
    #[error("{origin} cannot be read: {reason}")]
    Syntax {
        /// The file.
        origin: String,
        /// Where and why.
        reason: String,
    },
    /// The file says what cannot be.
    #[error("{origin}: {}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid {
        /// The file.
        origin: String,
        /// Everything that is wrong.
        problems: Vec<Problem>,
    },
    /// The model of a package cannot be read.
    #[error("{origin}: {source}")]
    Sbml {
        /// The file.
        origin: String,
        /// Why.
        source: SbmlError,
    },
    /// Nobody says what the unit of time of a model is.
    #[error("{origin} does not say how long the model's unit of time is")]
    NoTimeUnit {
        /// The file.
        origin: String,
    },
    /// A unit of time that is none.
    #[error("a unit of time of {} is not possible; time_unit is above zero, such as 1.s or 1.min", unit_of_time(*.given))]
    NoLength {
        /// What is given [min].
        given: f64,
    },
    /// A model says another unit of time than it is given.
    #[error(
        "the model of {package} says that its unit of time is {}, and time_unit says {}; leave time_unit away, or correct the model",
        unit_of_time(*.stated),
        unit_of_time(*.given)
    )]
    TimeUnit {
        /// The package, or its file.
        package: String,
        /// What the model says [min].
        stated: f64,
        /// What was given [min].
        given: f64,
    },
    /// A unit of time for what is no model.
    #[error("package {package} is a set of genes and has no unit of time; leave time_unit away")]
    NoModel {
        /// The package.
        package: String,
    },
    /// The model of a package cannot run here.
    #[error("the model of package {package} cannot run beside a VM: {reason}")]
    Model {
        /// The package.
        package: String,
        /// Why not.
        reason: String,
    },
    /// A package that another needs is not there.
    #[error("package {package} needs `{needs}`, which is neither installed nor in the catalogue{}", hint(.nearest.as_deref()))]
    Missing {
        /// Who needs it.
        package: String,
        /// What it needs.
        needs: String,
        /// The nearest.
        nearest: Option<String>,
    },
    /// A package that another needs is available only in another version.
    #[error("package {package} needs `{needs}` {versions}, but only {found} is available")]
    Version {
        /// Who needs it.
        package: String,
        /// What it needs.
        needs: String,
        /// In which versions.
        versions: String,
        /// What there is.
        found: String,
    },
    /// Packages need each other in a circle.
    #[error("these packages need each other in a circle: {}", .circle.join(" -> "))]
    Circle {
        /// The packages, the first again at the end.
        circle: Vec<String>,
    },
    /// Two packages exclude each other.
    #[error("package {package} excludes {with}: they cannot be installed together")]
    Conflict {
        /// Who excludes.
        package: String,
        /// Whom.
        with: String,
    },
    /// It is installed.
    #[error("package {package} is installed already; remove it first to install another version")]
    Installed {
        /// Its name.
        name: String,
        /// Its name and version.
        package: String,
    },
    /// It is not installed.
    #[error("package `{given}` is not installed{}; {}", hint(.nearest.as_deref()), list(.installed))]
    NotInstalled {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// What is.
        installed: Vec<String>,
    },
    /// Another package needs it.
    #[error("package {package} is needed by {}; remove that first", .by.join(" and "))]
    Needed {
        /// What was to be removed.
        package: String,
        /// Who needs it.
        by: Vec<String>,
    },
    /// It suits other biological types.
    #[error("package {package} is for {}, and this VM is of type {is}", .types.join(" and "))]
    WrongType {
        /// The package.
        package: String,
        /// What it is for.
        types: Vec<String>,
        /// What the VM is.
        is: String,
    },
    /// A name is taken.
    #[error("package {package} has a gene `{gene}`, a name that {owner} has already")]
    NameTaken {
        /// The package.
        package: String,
        /// The gene.
        gene: String,
        /// Who has it.
        owner: String,
    },
    /// A protein that acts on a promoter is not made.
    #[error("promoter `{promoter}` of package {package} answers to the protein `{protein}`, which neither the package nor one that it depends on makes{}", hint(.nearest.as_deref()))]
    NoProtein {
        /// The package.
        package: String,
        /// The promoter.
        promoter: String,
        /// The protein.
        protein: String,
        /// The nearest.
        nearest: Option<String>,
    },
    /// A gene of a guide is not there.
    #[error("a guide of package {package} needs the gene `{gene}`, which neither the package nor one that it depends on has{}", hint(.nearest.as_deref()))]
    NoGuideGene {
        /// The package.
        package: String,
        /// The gene of the RNA or of the protein.
        gene: String,
        /// The nearest.
        nearest: Option<String>,
    },
    /// A guide leads to a gene that is not there.
    #[error("a guide of package {package} leads to `{gene}`, and genome {genome} has no such gene{}", hint(.nearest.as_deref()))]
    NoTarget {
        /// The package.
        package: String,
        /// The gene.
        gene: String,
        /// The genome.
        genome: String,
        /// The nearest.
        nearest: Option<String>,
    },
    /// A guide leads to a gene that may be in several transcripts.
    #[error(
        "a guide of package {package} leads to `{gene}`; guides to genes of the genome are not supported where promoters inside of operons have transcripts of their own (internal_promoters)"
    )]
    TargetInside {
        /// The package.
        package: String,
        /// The gene.
        gene: String,
    },
    /// What a protease degrades, or what a small RNA pairs with, is not there.
    #[error("{by} names the gene `{gene}`, which neither the package nor one that it depends on nor genome {genome} has{}", hint(.nearest.as_deref()))]
    NoSuchGene {
        /// What names it and its package, in words.
        by: String,
        /// The gene.
        gene: String,
        /// The genome.
        genome: String,
        /// The nearest.
        nearest: Option<String>,
    },
    /// What a protease degrades is no protein, what a small RNA pairs with is no mRNA, or a small RNA is translated.
    #[error("{by} names the gene `{gene}`, which makes {makes}")]
    WrongGene {
        /// What names it and its package, in words.
        by: String,
        /// The gene.
        gene: String,
        /// What it makes, in words.
        makes: String,
    },
    /// Two packages pair a small RNA with the same gene.
    #[error(
        "package {package} pairs the small RNA `{rna}` with `{gene}`, as package {other} does already; leave it away in one of them"
    )]
    PairTaken {
        /// The package.
        package: String,
        /// The small RNA.
        rna: String,
        /// The gene.
        gene: String,
        /// The package that was there before.
        other: String,
    },
    /// Two packages share a protease and do not agree on its numbers.
    #[error(
        "the protease `{protease}` of package {own}, and of package {other}; packages that share a protease give it the same numbers"
    )]
    ProteaseClash {
        /// The protease.
        protease: String,
        /// The package, and its numbers there.
        own: String,
        /// The package that was there before, and its numbers there.
        other: String,
    },
    /// A promoter is as strong as that of a gene that is not there.
    #[error("promoter `{promoter}` of package {package} is measured by the native promoter of `{gene}`, and genome {genome} gives no expression of such a gene{}", hint(.nearest.as_deref()))]
    NoNative {
        /// The package.
        package: String,
        /// The promoter.
        promoter: String,
        /// The gene.
        gene: String,
        /// The genome.
        genome: String,
        /// The nearest.
        nearest: Option<String>,
    },
}

fn list(installed: &[String]) -> String {
    match installed {
        [] => "none is".to_owned(),
        names => format!("installed are: {}", names.join(", ")),
    }
}

/// A unit of time [min] as people write it: in seconds below a minute, in hours from one on if it is
/// whole hours.
///
/// # Examples
/// ```
/// use bioxen_cell::package::unit_of_time;
/// assert_eq!(unit_of_time(1.0 / 60.0), "1 s");
/// assert_eq!(unit_of_time(1.0), "1 min");
/// assert_eq!(unit_of_time(60.0), "1 h");
/// ```
pub fn unit_of_time(minutes: f64) -> String {
    if minutes.abs() < 1.0 {
        return format!("{} s", short(minutes * 60.0));
    }
    if minutes >= 60.0 && minutes % 60.0 == 0.0 {
        return format!("{} h", short(minutes / 60.0));
    }
    format!("{} min", short(minutes))
}
