//! The genomes inside the binary, so that it runs from any folder.

use std::sync::{Arc, OnceLock};

use super::error::GenomeError;
use super::file::read;
use super::index::Genome;
use bioxen_base::nearest::nearest;

/// A genome inside the binary, read when it is first asked for.
struct Shipped {
    names: &'static [&'static str],
    file: &'static str,
    text: &'static str,
    genome: OnceLock<Arc<Genome>>,
}

static SHIPPED: [Shipped; 3] = [
    Shipped {
        names: &["syn3a"],
        file: "syn3a.genome",
        text: include_str!("../../../genomes/syn3a.genome"),
        genome: OnceLock::new(),
    },
    Shipped {
        names: &["ecoli"],
        file: "ecoli.genome",
        text: include_str!("../../../genomes/ecoli.genome"),
        genome: OnceLock::new(),
    },
    Shipped {
        names: &["minimal", "minimal_cell"],
        file: "minimal.genome",
        text: include_str!("../../../genomes/minimal.genome"),
        genome: OnceLock::new(),
    },
];

/// The names of the shipped genomes.
pub fn shipped_names() -> &'static [&'static str] {
    &["syn3a", "ecoli", "minimal"]
}

/// A genome that ships with BioXen: `syn3a`, `ecoli` or `minimal` (also `minimal_cell`). It is
/// read once; later calls share it.
///
/// ```
/// assert_eq!(bioxen_genome::shipped("syn3a")?.genes().len(), 496);
/// let error = bioxen_genome::shipped("e_coli").unwrap_err().to_string();
/// assert!(error.ends_with("(did you mean `ecoli`?)"));
/// # Ok::<(), bioxen_genome::GenomeError>(())
/// ```
///
/// # Errors
/// [`GenomeError::UnknownGenome`], with the nearest name, if no genome of that name is shipped.
pub fn shipped(name: &str) -> Result<Arc<Genome>, GenomeError> {
    let Some(entry) = SHIPPED.iter().find(|entry| entry.names.contains(&name)) else {
        let known = shipped_names();
        let nearest = nearest(name, known.iter().copied());
        return Err(GenomeError::UnknownGenome { name: name.to_owned(), known, nearest });
    };
    if let Some(genome) = entry.genome.get() {
        return Ok(Arc::clone(genome));
    }
    let genome = Arc::new(read(entry.text.as_bytes(), entry.file)?);
    Ok(Arc::clone(entry.genome.get_or_init(|| genome)))
}
