//! The genes that the parts of a package may name.

use super::PackagedGene;
use bioxen_base::nearest::{hint, nearest};

/// The genes that names in a package stand for.
pub(super) struct Known<'a> {
    /// Those of the package, with their paths.
    pub(super) genes: &'a [(String, PackagedGene)],
    /// Whether a name may stand for a gene of another package.
    pub(super) depends: bool,
}

impl Known<'_> {
    /// The gene of the package that has a name.
    pub(super) fn gene(&self, name: &str) -> Option<&PackagedGene> {
        self.all().find(|gene| gene.name == name)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &PackagedGene> + Clone {
        self.genes.iter().map(|(_, gene)| gene)
    }

    /// The end of a message about a name that no gene of a kind has: the nearest of them.
    pub(super) fn near(&self, name: &str, is_rna: bool) -> String {
        let fitting = self.all().filter(|gene| gene.is_rna == is_rna);
        hint(nearest(name, fitting.map(|gene| gene.name.as_str())))
    }
}
