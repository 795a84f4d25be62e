//! One gene and the words its facts are written in.

use std::fmt;

/// Declares an enum whose values are written as fixed words in a genome file.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$item_doc])* $item,)+ }

        impl $name {
            /// Every word a genome file may use here, in the order of the values.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word a genome file uses for this value.
            pub fn word(self) -> &'static str {
                match self { $(Self::$item => $word,)+ }
            }

            /// The value a word stands for, if it is one of [`Self::WORDS`].
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$item),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(super) use words;

words! {
    /// What a gene makes.
    GeneKind {
        /// A protein-coding gene.
        Cds = "CDS",
        /// Ribosomal RNA.
        Rrna = "rRNA",
        /// Transfer RNA.
        Trna = "tRNA",
        /// Transfer-messenger RNA.
        Tmrna = "tmRNA",
        /// Any other RNA that is not translated.
        Ncrna = "ncRNA",
        /// A gene that no longer makes its product.
        Pseudogene = "pseudogene",
        /// Annotated as a gene without saying of what.
        Other = "other",
    }
}

words! {
    /// The strand a gene is read from.
    Strand {
        /// The strand the coordinates count along.
        Forward = "+",
        /// The complementary strand: such a gene is transcribed from its end to its start.
        Reverse = "-",
    }
}

words! {
    /// Whether the cell lives without the gene, in the experiment the genome's metadata names.
    Essentiality {
        /// The cell does not live without it.
        Essential = "essential",
        /// The cell lives without it, but grows slower.
        QuasiEssential = "quasi-essential",
        /// The cell does as well without it.
        Nonessential = "nonessential",
    }
}

words! {
    /// Which part of the hypothetical minimal cell a gene belongs to.
    Tier {
        /// Needed to live.
        Core = "core",
        /// Needed to grow well.
        Growth = "growth",
    }
}

words! {
    /// Where an abundance comes from.
    TpmKind {
        /// It was measured.
        Measured = "measured",
        /// Estimated: that of the gene of the same name in *E. coli*.
        Symbol = "symbol",
        /// Estimated: predicted from the protein's length and amino acids.
        Predicted = "predicted",
        /// Estimated: as that of the other genes.
        Assumed = "assumed",
        /// The user gave it.
        Given = "given",
    }
}

impl TpmKind {
    /// The factor within which 90 of 100 genes of other genomes than the one that was learnt from lie;
    /// `None` where nothing was estimated. By symbol: Syn3A, 237 genes. Predicted: *E. coli*, each gene
    /// by those of other operons. Assumed: *E. coli*, the median for each.
    pub fn factor(self) -> Option<f64> {
        match self {
            Self::Measured | Self::Given => None,
            Self::Symbol => Some(12.0),
            Self::Predicted => Some(21.0),
            Self::Assumed => Some(27.0),
        }
    }
}

/// How often each base occurs in a gene's RNA [nt], sense strand, over the whole gene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Composition {
    /// Adenine [nt].
    pub a: u32,
    /// Cytosine [nt].
    pub c: u32,
    /// Guanine [nt].
    pub g: u32,
    /// Uracil [nt].
    pub u: u32,
}

/// The names that geneticists use for a gene.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Names {
    /// The usual one. Several genes may share one; see [`Gene::name`].
    pub symbol: Option<String>,
    /// Further names.
    pub synonyms: Vec<String>,
    /// Whether the symbol leads to this gene and to no other.
    pub(super) symbol_is_unique: bool,
}

/// What a source says of a gene's part in the cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    /// Whether the cell lives without it.
    pub essentiality: Option<Essentiality>,
    /// The functional class its source puts it in.
    pub functional_class: Option<String>,
    /// Which part of the minimal cell it belongs to.
    pub tier: Option<Tier>,
}

/// How long the molecules of a gene live.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HalfLives {
    /// Half-life of its mRNA [min].
    pub mrna_min: Option<f64>,
    /// Half-life of its protein [min].
    pub protein_min: Option<f64>,
}

/// One gene. A fact that is not known is `None`; nothing is filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Gene {
    /// The name in the annotation, which no two genes share.
    pub locus_tag: String,
    /// The names geneticists use.
    pub names: Names,
    /// What the gene makes.
    pub kind: GeneKind,
    /// Where it lies.
    pub place: Place,
    /// Length of the protein [aa], without the stop codon.
    pub protein_length: Option<u32>,
    /// What it makes, in words; empty if not known.
    pub product: String,
    /// Its part in the cell.
    pub part: Part,
    /// Abundance of its transcript [transcripts per million].
    pub tpm: Option<f64>,
    /// Where the abundance comes from; measured, if nothing is said.
    pub tpm_kind: Option<TpmKind>,
    /// How long its molecules live.
    pub half_lives: HalfLives,
    /// Proteins made per mRNA, relative to the other genes of this genome.
    pub translation_efficiency: Option<f64>,
    /// Measured copies of its protein [copies/cell].
    pub protein_copies: Option<f64>,
    /// The operon it is transcribed with.
    pub operon: Option<String>,
    /// Its bases.
    pub composition: Option<Composition>,
    /// Values of the genome's `x-` columns, in their order; empty if there are none.
    pub extra: Vec<Option<String>>,
}

impl Gene {
    /// A gene of which only the place is known.
    pub(super) fn at(place: Place) -> Self {
        Self {
            locus_tag: String::new(),
            names: Names::default(),
            kind: GeneKind::Other,
            place,
            protein_length: None,
            product: String::new(),
            part: Part::default(),
            tpm: None,
            tpm_kind: None,
            half_lives: HalfLives::default(),
            translation_efficiency: None,
            protein_copies: None,
            operon: None,
            composition: None,
            extra: Vec::new(),
        }
    }

    /// A protein-coding gene that lies on no genome, such as one of a package.
    pub fn inserted(name: &str, length_nt: u32, protein_length: u32) -> Self {
        let place = Place { start: 1, end: length_nt, strand: Strand::Forward, length_nt };
        let kind = GeneKind::Cds;
        let protein_length = Some(protein_length);
        Self { locus_tag: name.to_owned(), kind, protein_length, ..Self::at(place) }
    }

    /// A gene that lies on no genome and whose RNA is not translated.
    pub fn inserted_rna(name: &str, length_nt: u32) -> Self {
        let kind = GeneKind::Ncrna;
        Self { kind, protein_length: None, ..Self::inserted(name, length_nt, 1) }
    }

    /// The same with words about it.
    pub fn described(self, product: &str, class: Option<&str>, operon: Option<&str>) -> Self {
        let product = product.to_owned();
        let part = Part { functional_class: class.map(str::to_owned), ..self.part };
        Self { product, part, operon: operon.map(str::to_owned), ..self }
    }

    /// The same with half-lives.
    pub fn living(self, half_lives: HalfLives) -> Self {
        Self { half_lives, ..self }
    }

    /// The gene's name: its symbol, or the locus tag where it has none or shares it. No two
    /// genes of a genome have the same name.
    pub fn name(&self) -> &str {
        match &self.names.symbol {
            Some(symbol) if self.names.symbol_is_unique => symbol,
            _ => &self.locus_tag,
        }
    }

    /// Whether the gene is translated: a CDS whose protein is known.
    pub fn is_coding(&self) -> bool {
        self.kind == GeneKind::Cds && self.protein_length.is_some()
    }
}

/// Where a gene lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// First base [nt], counted from 1. Greater than `end` if the gene crosses the origin.
    pub start: u32,
    /// Last base [nt], inclusive.
    pub end: u32,
    /// The strand it is read from.
    pub strand: Strand,
    /// Bases from `start` to `end` [nt], across the origin if need be.
    pub length_nt: u32,
}
