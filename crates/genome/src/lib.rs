//! Genomes: the known facts about the genes that a virtual machine runs.
//!
//! A [`Genome`] is read from BioXen's own tab-separated format ([`read`], [`read_file`]; described
//! in `genomes/README.md`) or taken from the three that ship inside the binary ([`shipped`]). It
//! never changes after it was read, so one copy serves every machine that runs it.

mod abundance;
mod clean;
mod collect;
mod columns;
mod error;
mod fault;
mod file;
mod gene;
mod header;
mod import;
mod index;
mod legacy;
mod metadata;
pub mod noise;
mod operons;
mod packed;
pub mod plasmid;
mod reader;
pub mod regulation;
mod replication;
mod row;
mod save;
mod shipped;
mod writer;

pub use abundance::{Abundance, AbundanceTable, Estimate, TableError};
pub use error::GenomeError;
pub use fault::Fault;
pub use file::{MAX_BYTES, check, read, read_bytes, read_file, read_with};
pub use gene::{
    Composition, Essentiality, Gene, GeneKind, HalfLives, Names, Part, Place, Strand, Tier, TpmKind,
};
pub use import::{
    About, ImportError, ImportOptions, Imported, Molecule, PlasmidOptions, Remark, import, open,
    telling,
};
pub use index::Genome;
pub use legacy::{Layout, LegacyFault};
pub use metadata::{Landmarks, Metadata, Statements, Topology};
pub use reader::{MAX_EXTRA_COLUMNS, MAX_GENES, MAX_LENGTH_NT};
pub use replication::Arms;
pub use save::write_file;
pub use shipped::{shipped, shipped_names};
pub use writer::write;
