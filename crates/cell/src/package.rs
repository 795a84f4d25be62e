//! Packages: named, versioned sets of genes, promoters and operons, or a model in SBML, that a VM
//! can be given beside its genome.
//!
//! A [`Package`] is read from a TOML file ([`read`]; described in `packages/README.md`), made from
//! a model ([`from_sbml`]), or taken from the catalogue inside the binary ([`shipped`]). Nothing is
//! ever downloaded. [`resolve`] puts a package and what it depends on in order.

mod catalogue;
mod error;
mod file;
mod model;
mod parts;
mod reader;
mod resolve;

/// What packages of tests say of themselves, but for their names.
#[cfg(test)]
macro_rules! about {
    ($name:literal) => {
        concat!(
            "name = \"",
            $name,
            "\"\nversion = \"1.0.0\"\ndescription = \"a test\"\nlicence = \"CC0-1.0\"\n\
             sources = [\"a test\"]\ntypes = [\"ecoli\"]\n"
        )
    };
}
#[cfg(test)]
pub(crate) use about;

pub use catalogue::{shipped, shipped_names, shipped_with};
pub use error::{PackageError, unit_of_time};
pub use file::read_file;
pub use model::{
    About, Construct, Effects, Guide, Inducer, Model, Operon, Package, PackagedGene, Parameter,
    Promoter, Protease, Regulator, RegulatorKind, Relations, Requirement, SmallRna, Source,
    Strength, Target, Translation,
};
pub use parts::{Part, PartKind, PartValue};
pub use reader::{
    Given, LONGEST, LONGEST_MODEL, MOST_GENES, TYPES, from_sbml, from_table, in_file, read,
    read_with, same_unit,
};
pub use resolve::resolve;
