//! What is measured on a population.

use super::guests::Unit;
use super::population::CellPopulation;
use bioxen_base::statistics::quantile;

/// What is measured on each cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Its size relative to the mean of a growing population.
    Size,
    /// The transcripts that carry a gene, by its place among [`CellPopulation::genes`].
    Transcripts(usize),
    /// The molecules of the protein of a gene.
    Protein(usize),
    /// The copies of the place of a gene on the chromosome.
    Gene(usize),
    /// The copies of a plasmid.
    Copies(usize),
}

/// Mean and variance of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The variance; of all, not of a sample.
    pub variance: f64,
}

impl Moments {
    /// Those of some numbers; NaN of none.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
        Self { mean, variance }
    }

    /// Squared coefficient of variation; NaN where the mean is 0.
    pub fn cv2(&self) -> f64 {
        self.variance / (self.mean * self.mean)
    }

    /// Variance divided by the mean; NaN where that is 0.
    pub fn fano(&self) -> f64 {
        self.variance / self.mean
    }
}

/// The noise of two reporters that are alike but for chance (Elowitz et al., *Science* 297:1183, 2002).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reporters {
    /// The part that each has for itself: half the mean squared difference, over the product of the means.
    pub intrinsic: f64,
    /// The part that both share: their covariance over the product of the means.
    pub extrinsic: f64,
}

impl Reporters {
    /// The noise of two reporters. Each is first divided by its mean, so that their levels may differ.
    pub fn of(a: &[f64], b: &[f64]) -> Self {
        let (one, other) = (Moments::of(a).mean, Moments::of(b).mean);
        let n = a.len() as f64;
        let pairs = || a.iter().zip(b).map(|(x, y)| (x / one, y / other));
        Self {
            intrinsic: pairs().map(|(x, y)| (x - y).powi(2)).sum::<f64>() / (2.0 * n),
            extrinsic: pairs().map(|(x, y)| (x - 1.0) * (y - 1.0)).sum::<f64>() / n,
        }
    }
}

/// The correlation coefficient of two quantities; NaN where one does not vary.
pub(super) fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (one, other) = (Moments::of(a), Moments::of(b));
    let products = a.iter().zip(b).map(|(x, y)| (x - one.mean) * (y - other.mean));
    products.sum::<f64>() / a.len() as f64 / (one.variance * other.variance).sqrt()
}

/// The quantiles that are recorded.
pub const QUANTILES: [f64; 3] = [0.05, 0.5, 0.95];

/// A quantity over all cells at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// Its quantiles at [`QUANTILES`].
    pub quantiles: [f64; 3],
}

/// Quantities over all cells, in the course of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Course {
    /// When [h].
    pub hours: Vec<f64>,
    /// How many cells there were.
    pub cells: Vec<f64>,
    /// Growth of the host [1/h].
    pub growth_per_h: Vec<f64>,
    /// Size, then transcripts of each unit, proteins and copies of plasmids; each with a row for each time.
    pub rows: Vec<(Quantity, Vec<Row>)>,
}

impl Course {
    /// No time yet.
    pub fn new(population: &CellPopulation) -> Self {
        let rows = population.quantities().into_iter().map(|quantity| (quantity, Vec::new()));
        Self { rows: rows.collect(), ..Self::default() }
    }

    /// Adds the present state.
    pub fn record(&mut self, population: &CellPopulation, growth_per_h: f64) {
        self.hours.push(population.clock().hours());
        self.cells.push(population.cells().len() as f64 * population.weight());
        self.growth_per_h.push(growth_per_h);
        for (quantity, rows) in &mut self.rows {
            let mut values = population.values(*quantity);
            let moments = Moments::of(&values);
            values.sort_by(f64::total_cmp);
            let quantiles = QUANTILES.map(|p| quantile(&values, p));
            rows.push(Row { mean: moments.mean, sd: moments.variance.sqrt(), quantiles });
        }
    }
}

impl CellPopulation {
    /// All that is measured on each cell; transcripts that carry several genes count once.
    pub fn quantities(&self) -> Vec<Quantity> {
        let guests = self.guests();
        let all = || 0..self.genes.len();
        let mut quantities = vec![Quantity::Size];
        let first = |&gene: &usize| self.genes[gene].alike == gene;
        quantities.extend(all().filter(first).map(Quantity::Transcripts));
        quantities.extend(all().map(Quantity::Protein));
        quantities.extend(
            all().filter(first).filter(|&gene| self.is_replicated(gene)).map(Quantity::Gene),
        );
        quantities.extend((0..guests.replicons.len()).map(Quantity::Copies));
        quantities
    }

    /// Whether a gene has copies that follow the replication of the chromosome.
    pub fn is_replicated(&self, gene: usize) -> bool {
        let unit = self.genes.get(gene).and_then(|gene| self.guests.units.get(gene.units[0]));
        unit.is_some_and(Unit::follows_replication)
    }

    /// A quantity of each cell.
    pub fn values(&self, quantity: Quantity) -> Vec<f64> {
        let guests = self.guests();
        let at: Vec<usize> = match quantity {
            Quantity::Size => return self.cells.iter().map(|cell| cell.size).collect(),
            Quantity::Transcripts(gene) => {
                self.genes.get(gene).map_or(Vec::new(), |gene| gene.units.clone())
            }
            Quantity::Protein(gene) => self.genes.get(gene).map_or(Vec::new(), |gene| {
                gene.proteins.iter().map(|at| guests.first_protein() + at).collect()
            }),
            Quantity::Gene(gene) => {
                let unit = self.genes.get(gene).and_then(|gene| gene.units.first());
                let at = guests.at_loci().position(|at| Some(&at) == unit);
                at.map(|at| guests.first_locus() + at).into_iter().collect()
            }
            Quantity::Copies(plasmid) => vec![guests.first_replicon() + plasmid],
        };
        let sum = |counts: &[u32]| {
            let known = at.iter().filter_map(|&at| counts.get(at));
            if at.is_empty() { f64::NAN } else { known.map(|&n| f64::from(n)).sum() }
        };
        self.counts.chunks_exact(guests.stride().max(1)).map(sum).collect()
    }

    /// A quantity of each cell over its size: molecules in a cell of mean size.
    pub fn concentrations(&self, quantity: Quantity) -> Vec<f64> {
        let values = self.values(quantity);
        values.iter().zip(&self.cells).map(|(n, cell)| n / cell.size).collect()
    }

    /// All molecules over the size of all cells: what a cell of mean size has, transcripts of each unit,
    /// proteins, copies of plasmids in turn. It is what loads a host that the cells share.
    pub fn per_size(&self) -> Vec<f64> {
        let known = self.guests.first_locus();
        let mut sums = vec![0.0; known];
        for counts in self.counts.chunks_exact(self.guests.stride().max(1)) {
            for (sum, &n) in sums.iter_mut().zip(counts) {
                *sum += f64::from(n);
            }
        }
        let size: f64 = self.cells.iter().map(|cell| cell.size).sum();
        sums.iter().map(|sum| sum / size).collect()
    }

    /// The numbers of one cell: transcripts, proteins and copies.
    pub fn counts(&self, place: usize) -> &[u32] {
        let stride = self.guests.stride();
        &self.counts[place * stride..(place + 1) * stride]
    }

    /// The correlation coefficient of two quantities.
    pub fn correlation(&self, a: Quantity, b: Quantity) -> f64 {
        correlation(&self.values(a), &self.values(b))
    }
}
