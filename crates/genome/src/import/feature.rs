//! One feature of an annotation, from whatever format.

use super::super::gene::{GeneKind, Place, Strand};
use super::super::metadata::Topology;

/// One feature of an annotation.
#[derive(Debug, Clone, Default)]
pub(super) struct Feature {
    /// Features with the same key describe one gene, if they lie at one place.
    pub(super) group: String,
    /// The line on which it begins, counted from 1; 0 where lines mean nothing.
    pub(super) line: usize,
    /// What it is: `gene`, `CDS`, `tRNA` and so on.
    pub(super) key: String,
    /// Its stretches along the forward strand, first and last base counted from 1. Where the first
    /// is beyond the last the stretch crosses the origin, until [`Feature::unwrap`].
    pub(super) parts: Vec<(u64, u64)>,
    pub(super) strand: Option<Strand>,
    /// Why its place cannot be used; `None` if it can.
    pub(super) unplaced: Option<&'static str>,
    /// Whether its stretches may stand in any order.
    pub(super) unordered: bool,
    /// Whether its end in the direction of transcription is not known.
    pub(super) open_end: bool,
    pub(super) locus_tag: Option<String>,
    /// The gene's symbol.
    pub(super) symbol: Option<String>,
    /// What an editor shows it as.
    pub(super) label: Option<String>,
    pub(super) standard_name: Option<String>,
    /// The same in files of ApE that were written by other programs.
    pub(super) editor_label: Option<String>,
    pub(super) notes: Vec<String>,
    pub(super) synonyms: Vec<String>,
    pub(super) product: Option<String>,
    /// A last resort for a name: protein or feature identifier.
    pub(super) identifier: Option<String>,
    /// The protein, where its sequence is given.
    pub(super) protein: Option<Vec<u8>>,
    /// Bases before the first whole codon [nt].
    pub(super) phase: u32,
    /// The same for each stretch, with the base at which its translation begins, where the format
    /// states it for stretches.
    pub(super) phases: Vec<(u64, u32)>,
    pub(super) table: Option<u8>,
    pub(super) pseudo: bool,
    /// Whether it is a gene that is said to code for a protein.
    pub(super) for_protein: bool,
}

/// Why a feature cannot be placed.
pub(super) const NO_STRAND: &str = "it does not say on which strand it lies";
pub(super) const BOTH_STRANDS: &str = "its parts lie on both strands";
const SCATTERED: &str = "its parts are not in the order of the chromosome";
const NO_PARTS: &str = "its location is not a stretch of this sequence";

impl Feature {
    /// Takes what qualifiers of GenBank say together with the names that it has: its group, its phase
    /// and its protein. Some programs write the stop codon into translations.
    pub(super) fn take_qualifiers(&mut self, value: impl Fn(&str) -> Option<String>) {
        let group = self.locus_tag.as_ref().or(self.symbol.as_ref()).or(self.label.as_ref());
        self.group = group.cloned().unwrap_or_default();
        let first = value("codon_start").and_then(|codon| codon.parse::<u32>().ok());
        self.phase = first.filter(|codon| (1..=3).contains(codon)).map_or(0, |codon| codon - 1);
        self.protein = value("translation")
            .map(|protein| protein.bytes().filter(u8::is_ascii_alphabetic).collect())
            .filter(|protein: &Vec<u8>| !protein.is_empty());
    }

    /// What gene such a feature describes; `None` if it describes none.
    pub(super) fn gene_kind(&self) -> Option<GeneKind> {
        let kind = match self.key.as_str() {
            key if key.eq_ignore_ascii_case("CDS") => GeneKind::Cds,
            "tRNA" => GeneKind::Trna,
            "rRNA" => GeneKind::Rrna,
            "tmRNA" => GeneKind::Tmrna,
            "ncRNA"
            | "misc_RNA"
            | "SRP_RNA"
            | "RNase_P_RNA"
            | "antisense_RNA"
            | "snRNA"
            | "snoRNA"
            | "lncRNA"
            | "lnc_RNA"
            | "miRNA"
            | "scRNA"
            | "guide_RNA"
            | "ribozyme"
            | "hammerhead_ribozyme"
            | "autocatalytically_spliced_intron"
            | "telomerase_RNA" => GeneKind::Ncrna,
            "pseudogene" | "pseudogenic_tRNA" | "pseudogenic_rRNA" => GeneKind::Pseudogene,
            "gene" | "ncRNA_gene" | "protein_coding_gene" => GeneKind::Other,
            key if key.eq_ignore_ascii_case("gene") => GeneKind::Other,
            _ => return None,
        };
        Some(if self.pseudo { GeneKind::Pseudogene } else { kind })
    }

    /// Where it lies on a chromosome of `length`, or why that cannot be said.
    pub(super) fn place(&self, length: u32, topology: Topology) -> Result<Place, &'static str> {
        if let Some(reason) = self.unplaced {
            return Err(reason);
        }
        let strand = self.strand.ok_or(NO_STRAND)?;
        let parts = self.ordered(u64::from(length), topology);
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return Err(NO_PARTS);
        };
        let descents = parts.windows(2).filter(|pair| pair[1].0 < pair[0].0).count();
        let crosses = match (descents, topology) {
            (0, _) => last.1 > u64::from(length),
            (1, Topology::Circular) => true,
            _ => return Err(SCATTERED),
        };
        let (start, mut end) = if crosses {
            (first.0, last.1)
        } else {
            (first.0, parts.iter().map(|part| part.1).max().unwrap_or(last.1))
        };
        // GFF3 counts on beyond the end of a circular sequence.
        if crosses && topology == Topology::Circular && end > u64::from(length) {
            end -= u64::from(length);
        }
        if crosses && topology == Topology::Linear {
            return Err(NO_PARTS);
        }
        let narrow =
            |position: u64| u32::try_from(position).ok().filter(|p| (1..=length).contains(p));
        let (start, end) = (narrow(start).ok_or(NO_PARTS)?, narrow(end).ok_or(NO_PARTS)?);
        let length = match (crosses, start <= end) {
            (false, true) => end - start + 1,
            (true, false) => length - start + 1 + end,
            _ => return Err(SCATTERED),
        };
        Ok(Place { start, end, strand, length_nt: length })
    }

    /// Its stretches in the order of the chromosome, beginning with the one before the origin if
    /// they reach both the last and the first base of a circular one.
    fn ordered(&self, length: u64, topology: Topology) -> Vec<(u64, u64)> {
        let mut parts = self.parts.clone();
        if !self.unordered {
            return parts;
        }
        parts.sort_unstable();
        let touches = parts.first().is_some_and(|part| part.0 == 1)
            && parts.last().is_some_and(|part| part.1 == length);
        if touches && topology == Topology::Circular {
            let gap = |index: &usize| parts[index + 1].0.saturating_sub(parts[*index].1);
            if let Some(widest) = (0..parts.len() - 1).max_by_key(gap) {
                parts.rotate_left(widest + 1);
            }
        }
        parts
    }

    /// Turns stretches that begin behind their end into two, on both sides of the origin of a
    /// circular chromosome; also those that end at the last base and begin at the first, in the order
    /// of a linear one. Tells whether there were any.
    pub(super) fn unwrap(&mut self, length: u64, topology: Topology) -> bool {
        if topology == Topology::Linear {
            return false;
        }
        let before = self.parts.clone();
        if let [first, .., last] = self.parts.as_slice()
            && !self.unordered
            && (first.0, last.1) == (1, length)
            && self.parts.windows(2).all(|pair| pair[0].1 < pair[1].0)
        {
            let gap = |index: &usize| self.parts[index + 1].0 - self.parts[*index].1;
            if let Some(widest) = (0..self.parts.len() - 1).max_by_key(gap) {
                self.parts.rotate_left(widest + 1);
            }
        }
        let split = |part: &(u64, u64)| match *part {
            (from, to) if from > to && from <= length => vec![(from, length), (1, to)],
            part => vec![part],
        };
        self.parts = self.parts.iter().flat_map(split).collect();
        self.parts != before
    }

    /// Puts stretches that may stand in any order into the order of the chromosome. What is known of
    /// the phase of the first that is translated becomes the phase of the whole.
    pub(super) fn settle(&mut self, length: u64, topology: Topology) {
        self.parts = self.ordered(length, topology);
        self.unordered = false;
        let first = match self.strand {
            Some(Strand::Reverse) => self.parts.last().map(|part| part.1),
            _ => self.parts.first().map(|part| part.0),
        };
        let stated = self.phases.iter().find(|(base, _)| Some(*base) == first);
        self.phase = stated.map_or(self.phase, |(_, phase)| *phase);
    }

    /// Whether a stretch of it begins behind its end, which only a circular chromosome has.
    pub(super) fn wraps(&self) -> bool {
        let rises = |pair: &[(u64, u64)]| pair[0].1 < pair[1].0 || pair[0].0 < pair[1].0;
        let joined = !self.unordered
            && self.parts.windows(2).filter(|pair| !rises(pair)).count() == 1
            && self.parts.windows(2).any(|pair| pair[1].0 == 1);
        joined || self.is_turned()
    }

    /// Whether one of its stretches begins behind its end.
    pub(super) fn is_turned(&self) -> bool {
        self.parts.iter().any(|part| part.0 > part.1)
    }

    /// Whether it says only that there is a gene.
    pub(super) fn is_bare(&self) -> bool {
        self.gene_kind() == Some(GeneKind::Other)
    }

    /// Whether it is called anything.
    pub(super) fn has_name(&self) -> bool {
        let names = [&self.locus_tag, &self.symbol, &self.label, &self.standard_name];
        names.iter().any(|name| name.is_some())
    }

    /// How many bases its stretches have [nt].
    pub(super) fn bases(&self) -> u64 {
        self.parts.iter().map(|(from, to)| to.saturating_sub(*from) + 1).sum()
    }

    /// The highest position it reaches [nt].
    pub(super) fn reach(&self) -> u64 {
        self.parts.iter().map(|part| part.0.max(part.1)).max().unwrap_or(0)
    }

    /// Whether it and another have a base in common, on one strand.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (all, others) = (self.spans(), other.spans());
        if all.is_empty() || others.is_empty() {
            return true;
        }
        let meet = |a: &(u64, u64)| others.iter().any(|b| a.0 <= b.1 && b.0 <= a.1);
        self.strand == other.strand && all.iter().any(meet)
    }

    /// From where to where it reaches; on both sides of the origin, if it crosses that.
    fn spans(&self) -> Vec<(u64, u64)> {
        let bounds = |parts: &[(u64, u64)]| {
            let from = parts.iter().map(|part| part.0).min();
            from.zip(parts.iter().map(|part| part.1).max())
        };
        let mut falls = (1..self.parts.len()).filter(|&i| self.parts[i].0 < self.parts[i - 1].0);
        let (before, behind) = match (falls.next(), falls.next()) {
            (Some(origin), None) => self.parts.split_at(origin),
            _ => (self.parts.as_slice(), [].as_slice()),
        };
        [before, behind].into_iter().filter_map(bounds).collect()
    }

    /// Takes parts that may lie on both strands, in the order of transcription.
    pub(super) fn set_parts(&mut self, mut parts: Vec<(u64, u64, Strand)>) {
        self.strand = parts.first().map(|part| part.2);
        if parts.iter().any(|part| Some(part.2) != self.strand) {
            self.unplaced = Some(BOTH_STRANDS);
        }
        if self.strand == Some(Strand::Reverse) {
            parts.reverse();
        }
        self.parts = parts.into_iter().map(|(from, to, _)| (from, to)).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(parts: &[(u64, u64)], topology: Topology) -> Result<(u32, u32, u32), &'static str> {
        let feature =
            Feature { parts: parts.to_vec(), strand: Some(Strand::Forward), ..Feature::default() };
        feature.place(1000, topology).map(|place| (place.start, place.end, place.length_nt))
    }

    #[test]
    fn parts_make_one_place() {
        use Topology::{Circular, Linear};
        assert_eq!(place(&[(11, 20)], Linear), Ok((11, 20, 10)));
        assert_eq!(place(&[(11, 20), (20, 40)], Linear), Ok((11, 40, 30)));
        assert_eq!(place(&[(11, 20), (901, 950)], Circular), Ok((11, 950, 940)));
        assert_eq!(place(&[(991, 1000), (1, 20)], Circular), Ok((991, 20, 30)));
        assert_eq!(place(&[(991, 1020)], Circular), Ok((991, 20, 30)));
        assert_eq!(place(&[(991, 1000), (1, 20)], Linear), Err(SCATTERED));
        assert_eq!(place(&[(991, 1020)], Linear), Err(NO_PARTS));
        assert_eq!(place(&[(1, 2020)], Circular), Err(NO_PARTS));
        assert_eq!(place(&[(0, 20)], Circular), Err(NO_PARTS));
        assert_eq!(place(&[(20, 11)], Linear), Err(SCATTERED));
        assert_eq!(place(&[], Linear), Err(NO_PARTS));
    }

    #[test]
    fn what_crosses_the_origin_does_not_meet_what_lies_between() {
        let feature =
            |parts: &[(u64, u64)]| Feature { parts: parts.to_vec(), ..Feature::default() };
        let crossing = feature(&[(991, 1000), (1, 20)]);
        assert!(!crossing.overlaps(&feature(&[(100, 200)])));
        for parts in [&[(20, 30)][..], &[(900, 991)], &[(995, 1000), (1, 5)], &[]] {
            assert!(crossing.overlaps(&feature(parts)) && feature(parts).overlaps(&crossing));
        }
        assert!(feature(&[(1, 10), (90, 99)]).overlaps(&feature(&[(50, 60)])));
    }

    #[test]
    fn parts_may_come_in_any_order_where_the_format_says_so() {
        let place = |parts: &[(u64, u64)], topology| {
            let (parts, strand) = (parts.to_vec(), Some(Strand::Reverse));
            let feature = Feature { parts, strand, unordered: true, ..Feature::default() };
            feature.place(1000, topology).map(|place| (place.start, place.end, place.length_nt))
        };
        assert_eq!(place(&[(31, 40), (11, 20)], Topology::Linear), Ok((11, 40, 30)));
        assert_eq!(place(&[(1, 20), (991, 1000)], Topology::Circular), Ok((991, 20, 30)));
        assert_eq!(place(&[(991, 1000), (1, 20)], Topology::Linear), Ok((1, 1000, 1000)));
        assert_eq!(place(&[(1, 1000)], Topology::Circular), Ok((1, 1000, 1000)));
    }

    #[test]
    fn stretches_over_the_origin_are_two() {
        let unwrapped = |parts: &[(u64, u64)], topology| {
            let mut feature = Feature { parts: parts.to_vec(), ..Feature::default() };
            let told = feature.unwrap(1000, topology);
            (feature.parts, told)
        };
        let both = vec![(991, 1000), (1, 20)];
        assert_eq!(unwrapped(&[(991, 20)], Topology::Circular), (both.clone(), true));
        assert_eq!(unwrapped(&[(1, 20), (991, 1000)], Topology::Circular), (both.clone(), true));
        assert_eq!(unwrapped(&both, Topology::Circular), (both, false));
        let linear = vec![(991, 20)];
        assert_eq!(unwrapped(&linear, Topology::Linear), (linear, false));
        let beyond = vec![(1991, 20)];
        assert_eq!(unwrapped(&beyond, Topology::Circular), (beyond, false));
    }
}
