//! What a population is told of genes and of the host.

use super::error::CellsError;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// How the activity of a promoter follows from the molecules by which each gene acts, its proteins or its RNA, in
/// a cell of reference size (`n / v`), by the place of the gene.
#[derive(Clone)]
pub struct Answer(Arc<Law>);

/// The activity beside what gives the molecules of each protein.
type Law = dyn Fn(&dyn Fn(usize) -> f64) -> f64 + Send + Sync;

impl Answer {
    /// The one of a function.
    pub fn new(law: impl Fn(&dyn Fn(usize) -> f64) -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(law))
    }

    /// The activity beside proteins; 1 is fully open.
    pub fn activity(&self, proteins: &dyn Fn(usize) -> f64) -> f64 {
        (self.0)(proteins)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}

/// What the transcription of a unit is proportional to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Template {
    /// The size of the cell.
    Size,
    /// The copies of a plasmid, by its place.
    Replicon(usize),
    /// The copies of its place on the chromosome, 0 at the origin of replication and 1 at the terminus.
    Locus(f64),
}

/// How long the chromosome takes to be replicated, in generations.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Replication {
    /// From the origin to the terminus (C period).
    pub forks: f64,
    /// From then to the division (D period).
    pub after: f64,
}

impl Replication {
    /// How many generations before the division a place is replicated: `(C (1 - m) + D) / T`.
    pub(super) fn before(&self, place: f64) -> f64 {
        self.forks * (1.0 - place) + self.after
    }
}

/// A transcription unit: one transcript carries all its genes.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// The places of its genes.
    pub genes: Range<usize>,
    /// What its transcription is proportional to.
    pub template: Template,
    /// What decides on its promoter, beside [`Rates::transcription_per_h`]; nothing if that is all.
    pub answer: Option<Answer>,
    /// Decay of its transcripts, without dilution [1/h].
    pub lost_per_h: f64,
    /// Mean number of transcripts of an event; 0 for one at a time.
    pub burst: f64,
}

impl Unit {
    /// A unit of the gene at this place alone, transcribed one by one in proportion to the size of the
    /// cell.
    pub fn of_gene(at: usize, lost_per_h: f64) -> Self {
        Self {
            name: format!("u{at}"),
            genes: at..at + 1,
            template: Template::Size,
            answer: None,
            lost_per_h,
            burst: 0.0,
        }
    }

    /// Whether its copies follow the replication of the chromosome.
    pub fn follows_replication(&self) -> bool {
        matches!(self.template, Template::Locus(_))
    }
}

/// The protein of a gene.
#[derive(Debug, Clone, PartialEq)]
pub struct Protein {
    /// The name of its gene.
    pub name: String,
    /// Its degradation, without dilution [1/h].
    pub lost_per_h: f64,
    /// The unit whose transcripts act in its place, if its gene makes an RNA that is not translated.
    pub acts_as_rna: Option<usize>,
}

/// A plasmid: each of its copies is replicated at `most / (1 + (n / v) / half)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicon {
    /// Its name.
    pub name: String,
    /// Replications of one copy without inhibitor [1/h].
    pub most_per_h: f64,
    /// Copies in a cell of mean size at which they are half as many.
    pub half: f64,
}

/// A protease that proteins share: each of so many of all `n` in a cell of size `v` is lost at `most / (km + n / v)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// How many proteins it degrades at most in a cell of mean size [1/h].
    pub most_per_h: f64,
    /// With how many of them in such a cell it degrades half as many.
    pub km: f64,
    /// The places of the proteins.
    pub proteins: Vec<usize>,
}

/// The genes of a population.
#[derive(Debug, Clone, Default)]
pub struct Guests {
    /// Transcription units; their genes follow each other.
    pub units: Vec<Unit>,
    /// Proteins.
    pub proteins: Vec<Protein>,
    /// Plasmids.
    pub replicons: Vec<Replicon>,
    /// Proteases that proteins share.
    pub queues: Vec<Queue>,
    /// The replication of the chromosome at the beginning.
    pub replication: Replication,
}

/// A gene: its protein may be made from transcripts of several units, and is counted by them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gene {
    /// Its name.
    pub name: String,
    /// The places of its proteins.
    pub proteins: Vec<usize>,
    /// The units whose transcripts carry it.
    pub units: Vec<usize>,
    /// The first gene that the same units carry, which may be itself.
    pub alike: usize,
}

impl Guests {
    /// Numbers that are kept for each cell.
    pub(super) fn stride(&self) -> usize {
        self.units.len() + self.proteins.len() + self.replicons.len() + self.loci()
    }

    /// The place of the molecules by which a gene acts among those of a cell.
    pub(super) fn acting(&self, gene: usize) -> usize {
        let rna = self.proteins.get(gene).and_then(|protein| protein.acts_as_rna);
        rna.unwrap_or(self.first_protein() + gene)
    }

    /// Units that follow the replication of the chromosome.
    fn loci(&self) -> usize {
        self.at_loci().count()
    }

    /// The places of the units that follow the replication of the chromosome.
    pub(super) fn at_loci(&self) -> impl Iterator<Item = usize> {
        let units = self.units.iter().enumerate();
        units.filter(|(_, unit)| unit.follows_replication()).map(|(at, _)| at)
    }

    /// The genes, in the order of their first proteins: proteins of one name are those of one gene.
    pub fn genes(&self) -> Vec<Gene> {
        let mut genes: Vec<Gene> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for (unit, of) in self.units.iter().enumerate() {
            for protein in of.genes.clone() {
                let Some(facts) = self.proteins.get(protein) else { continue };
                let at = *known.entry(facts.name.as_str()).or_insert(genes.len());
                if at == genes.len() {
                    let (proteins, units) = (Vec::new(), Vec::new());
                    genes.push(Gene { name: facts.name.clone(), proteins, units, alike: at });
                }
                genes[at].proteins.push(protein);
                genes[at].units.push(unit);
            }
        }
        let mut first = std::collections::HashMap::new();
        for (at, gene) in genes.iter_mut().enumerate() {
            gene.alike = *first.entry(gene.units.clone()).or_insert(at);
        }
        genes
    }

    /// How fast proteases degrade each protein in a cell of a size with these numbers [1/h]; empty without any.
    pub(crate) fn degraded(&self, counts: &[u32], size: f64) -> Vec<f64> {
        if self.queues.is_empty() {
            return Vec::new();
        }
        let first = self.first_protein();
        let mut all = vec![0.0; self.proteins.len()];
        for queue in &self.queues {
            let waiting = queue.proteins.iter().fold(0.0, |sum, protein| {
                sum + counts.get(first + protein).map_or(0.0, |n| f64::from(*n))
            });
            let each = queue.most_per_h / (queue.km + waiting / size);
            queue.proteins.iter().for_each(|protein| all[*protein] += each);
        }
        all
    }

    /// Where the number of proteins begins among those of a cell.
    pub(super) fn first_protein(&self) -> usize {
        self.units.len()
    }

    /// Where the copies of plasmids begin.
    pub(super) fn first_replicon(&self) -> usize {
        self.units.len() + self.proteins.len()
    }

    /// Where the copies of places on the chromosome begin, one for each unit that has them.
    pub(super) fn first_locus(&self) -> usize {
        self.first_replicon() + self.replicons.len()
    }

    /// The name of one of the numbers of a cell.
    pub(super) fn name(&self, at: usize) -> &str {
        let units = self.units.iter().map(|unit| unit.name.as_str());
        let proteins = self.proteins.iter().map(|protein| protein.name.as_str());
        let replicons = self.replicons.iter().map(|replicon| replicon.name.as_str());
        units.chain(proteins).chain(replicons).nth(at).unwrap_or("chromosome")
    }

    /// The same, if rates are rates.
    ///
    /// # Errors
    /// A rate that is below 0 or no number.
    pub fn checked(self) -> Result<Self, CellsError> {
        let check = |name: &str, value: f64| {
            let fits = value.is_finite() && value >= 0.0;
            if fits { Ok(()) } else { Err(CellsError::Rate { name: name.to_owned(), value }) }
        };
        for unit in &self.units {
            check(&unit.name, unit.lost_per_h)?;
            check(&unit.name, unit.burst)?;
        }
        self.proteins.iter().try_for_each(|protein| check(&protein.name, protein.lost_per_h))?;
        for replicon in &self.replicons {
            check(&replicon.name, replicon.most_per_h)?;
            check(&replicon.name, replicon.half)?;
        }
        for queue in &self.queues {
            check(&queue.name, queue.most_per_h)?;
            check(&queue.name, queue.km)?;
        }
        Ok(self)
    }
}

/// What cells feel of the host during a step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rates {
    /// Growth [1/h].
    pub growth_per_h: f64,
    /// Transcription of each unit in a cell of mean size, or from one copy of a plasmid [1/h].
    pub transcription_per_h: Vec<f64>,
    /// Proteins that are made from one transcript, of each gene [1/h].
    pub translation_per_h: Vec<f64>,
    /// The replication of the chromosome.
    pub replication: Replication,
}

impl Rates {
    /// Checks that all are rates, and as many as there are genes.
    pub(super) fn check(&self, guests: &Guests) -> Result<(), CellsError> {
        let check = |name: &str, value: f64| {
            let fits = value.is_finite() && value >= 0.0;
            if fits { Ok(()) } else { Err(CellsError::Rate { name: name.to_owned(), value }) }
        };
        if !self.growth_per_h.is_finite() {
            return Err(CellsError::Rate { name: "growth".into(), value: self.growth_per_h });
        }
        for (at, unit) in guests.units.iter().enumerate() {
            check(&unit.name, self.transcription_per_h.get(at).copied().unwrap_or(f64::NAN))?;
        }
        for (at, protein) in guests.proteins.iter().enumerate() {
            check(&protein.name, self.translation_per_h.get(at).copied().unwrap_or(f64::NAN))?;
        }
        Ok(())
    }
}
