//! From bytes and files to genomes.

use std::io::Read;
use std::path::Path;

use super::clean::genome_name;
use super::collect::Faults;
use super::error::{GenomeError, excerpt};
use super::fault::Fault;
use super::import::looks_snapgene;
use super::index::Genome;
use super::legacy::{self, Layout};
use super::packed::unpack;
use super::reader;
use bioxen_base::durable::{self, NotAFile};

/// The largest genome file [bytes]; the one of *E. coli* has a hundredth of it.
pub const MAX_BYTES: usize = 64 << 20;

/// Reads a genome: of BioXen's own format, or of the original project's seven-field form with
/// start, length and end. `origin` names the text in errors, as a file name would.
///
/// ```
/// let text = "\
/// #bioxen-genome 1
/// #name: tiny
/// #organism: Invented
/// #accession:
/// #length: 100 bp
/// #topology: circular
/// #translation_table: 11
/// #source: this page
/// #licence: none needed
/// locus_tag\tkind\tstart[nt]\tend[nt]\tstrand
/// T_1\tCDS\t91\t20\t+
/// #end 1
/// ";
/// let genome = bioxen_genome::read(text.as_bytes(), "tiny.genome")?;
/// assert_eq!(genome.genes()[0].place.length_nt, 30);
///
/// let error = bioxen_genome::read(text.replace("\t91", "\t191").as_bytes(), "tiny.genome");
/// assert_eq!(
///     error.unwrap_err().to_string(),
///     "tiny.genome:11:9: start[nt]: position 191 lies beyond the genome, which is 100 bp long"
/// );
/// # Ok::<(), bioxen_genome::GenomeError>(())
/// ```
///
/// # Errors
/// If the text is not a genome file or anything in it is not as `genomes/README.md` has it:
/// [`GenomeError::Malformed`] gives the line, the column and what would be right. Only the first
/// fault is given; [`check`] gives all.
pub fn read(text: &[u8], origin: &str) -> Result<Genome, GenomeError> {
    read_with(text, origin, Layout::Plain)
}

/// Reads a genome as [`read`] does, with a choice of what the rows of the original project's form
/// hold.
///
/// # Errors
/// As [`read`]; and [`GenomeError::NotLegacy`] if midpoints are asked for and the file is of
/// BioXen's own format.
pub fn read_with(text: &[u8], origin: &str, layout: Layout) -> Result<Genome, GenomeError> {
    let mut faults = Faults::new(origin, 1);
    let genome = parse(text, layout, &mut faults);
    match (genome, faults.into_vec().pop()) {
        (Some(genome), None) => Ok(genome),
        (_, Some(error)) => Err(error),
        // A reader that gives no genome has noted a fault.
        (None, None) => Err(GenomeError::Empty { origin: origin.to_owned() }),
    }
}

/// Everything that is wrong with a genome, in the order of the file, up to `limit` faults; empty
/// if nothing is.
pub fn check(text: &[u8], origin: &str, layout: Layout, limit: usize) -> Vec<GenomeError> {
    let mut faults = Faults::new(origin, limit);
    parse(text, layout, &mut faults);
    faults.into_vec()
}

/// Reads a genome from a file.
///
/// # Errors
/// If the file cannot be read, is a directory or something else that is no file, is larger than
/// [`MAX_BYTES`], or for any reason [`read`] has.
pub fn read_file(path: impl AsRef<Path>) -> Result<Genome, GenomeError> {
    let path = path.as_ref();
    read(&read_bytes(path)?, &path.display().to_string())
}

/// The contents of a file that may be a genome, for [`read_with`] and [`check`]; those of a gzip
/// file are unpacked.
///
/// # Errors
/// If the file cannot be read, is a directory or something else that is no file, is larger than
/// [`MAX_BYTES`], packed or unpacked, or is compressed in another way than by gzip.
pub fn read_bytes(path: impl AsRef<Path>) -> Result<Vec<u8>, GenomeError> {
    let path = path.as_ref();
    let unreadable = |reason| GenomeError::Unreadable { path: path.to_owned(), reason };
    let file = durable::open(path).map_err(|reason| {
        let other = reason.get_ref().and_then(|inner| inner.downcast_ref::<NotAFile>());
        match other.copied() {
            Some(NotAFile { found }) => GenomeError::NotAFile { path: path.to_owned(), found },
            None => unreadable(reason),
        }
    })?;
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    let origin = path.display().to_string();
    if bytes.len() > MAX_BYTES {
        return Err(GenomeError::TooLarge { origin, limit: MAX_BYTES });
    }
    unpack(bytes, &origin)
}

fn parse(bytes: &[u8], layout: Layout, faults: &mut Faults<'_>) -> Option<Genome> {
    let origin = faults.origin().to_owned();
    if bytes.len() > MAX_BYTES {
        faults.add_error(GenomeError::TooLarge { origin, limit: MAX_BYTES });
        return None;
    }
    if looks_snapgene(bytes) {
        let (found, hint) = ("SnapGene".to_owned(), SNAPGENE);
        faults.add_error(GenomeError::NotAGenome { origin, found, hint });
        return None;
    }
    let text = match utf8(bytes, &origin) {
        Ok(text) => text,
        Err(error) => {
            faults.add_error(error);
            return None;
        }
    };
    if text.trim().is_empty() {
        faults.add_error(GenomeError::Empty { origin });
        return None;
    }
    let first = text.lines().next().unwrap_or_default();
    if first.starts_with(reader::MAGIC) {
        if layout != Layout::Plain {
            faults.add_error(GenomeError::NotLegacy { origin });
            return None;
        }
    } else if legacy::looks_legacy(text) {
        return legacy::parse(text, &genome_name(&origin), layout, faults);
    } else {
        let error = GenomeError::NotAGenome { origin, found: excerpt(first), hint: hint(first) };
        faults.add_error(error);
        return None;
    }
    reader::parse(text, faults)
}

const SNAPGENE: &str =
    "; this is a SnapGene file: `bioxen genome import` makes a genome file of it";

/// What a file that is no genome may be, from its first line.
fn hint(first: &str) -> &'static str {
    if first.to_ascii_uppercase().starts_with("LOCUS ") {
        "; this looks like GenBank: `bioxen genome import` makes a genome file of it"
    } else if first.starts_with("##gff-version") {
        "; this looks like GFF3: `bioxen genome import` makes a genome file of it"
    } else if first.starts_with('>') {
        "; this looks like FASTA, which has no genes"
    } else {
        ""
    }
}

/// The bytes as text, without a byte order mark.
pub(super) fn utf8<'a>(bytes: &'a [u8], origin: &str) -> Result<&'a str, GenomeError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let before = std::str::from_utf8(before).unwrap_or_default();
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        GenomeError::Malformed {
            origin: origin.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
            field: "text".to_owned(),
            fault: Box::new(Fault::Encoding { byte }),
        }
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}
