//! The two arms of a circular chromosome.

use super::gene::Gene;
use super::index::Genome;
use super::metadata::Topology;

/// The two arms of a circular chromosome, from the origin of replication to the terminus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arms {
    length: u32,
    origin: u32,
    /// Bases from the origin to the terminus, in the direction of rising places.
    clockwise: u32,
}

impl Arms {
    /// How far a gene is on its arm: 0 at the origin, 1 at the terminus.
    ///
    /// ```
    /// let ecoli = bioxen_genome::shipped("ecoli")?;
    /// let arms = ecoli.arms().expect("it says where its replication begins");
    /// let of = |name| arms.part_of(&ecoli.genes()[ecoli.index_of(name).unwrap()]);
    /// assert!(of("mioC") < 0.01 && of("hipA") > 0.99 && (of("lacZ") - 0.47).abs() < 0.01);
    /// # Ok::<(), bioxen_genome::GenomeError>(())
    /// ```
    pub fn part_of(&self, gene: &Gene) -> f64 {
        let middle = u64::from(gene.place.start) + u64::from(gene.place.length_nt / 2);
        let length = u64::from(self.length);
        let on = (middle % length + length - u64::from(self.origin) % length) % length;
        let (on, clockwise) = (on as f64, f64::from(self.clockwise));
        let part = if on <= clockwise {
            on / clockwise
        } else {
            (f64::from(self.length) - on) / (f64::from(self.length) - clockwise)
        };
        part.clamp(0.0, 1.0)
    }
}

impl Genome {
    /// The arms of the chromosome, if it is closed and the genome says where its replication begins.
    pub fn arms(&self) -> Option<Arms> {
        let metadata = &self.metadata;
        let (length, origin) = (metadata.length_nt, metadata.replication.origin?);
        if metadata.topology != Topology::Circular || length < 2 {
            return None;
        }
        let terminus = metadata.replication.terminus.map_or(length / 2, |terminus| {
            // In 64 bits: both are up to a thousand million.
            ((u64::from(terminus) + u64::from(length) - u64::from(origin)) % u64::from(length))
                as u32
        });
        Some(Arms { length, origin, clockwise: terminus.clamp(1, length - 1) })
    }
}

#[cfg(test)]
mod tests {
    use crate::{read, shipped, write};

    #[test]
    fn places_are_kept_and_checked() {
        let text = write(&shipped("ecoli").unwrap());
        assert!(text.contains("\n#origin: 3925860 bp\n#terminus: 1590777 bp\n"));
        let wrong = text.replace("#origin: 3925860 bp", "#origin: 5000000 bp");
        let error = read(wrong.as_bytes(), "e").unwrap_err().to_string();
        assert!(error.contains("origin") && error.contains("4641652"), "{error}");
        let open = text.replace("#topology: circular", "#topology: linear");
        assert!(read(open.as_bytes(), "e").unwrap().arms().is_none());
        assert!(shipped("syn3a").unwrap().arms().is_none());
    }

    #[test]
    fn without_a_terminus_the_arms_are_equal() {
        let text = write(&shipped("ecoli").unwrap()).replace("#terminus: 1590777 bp\n", "");
        let genome = read(text.as_bytes(), "e").unwrap();
        let arms = genome.arms().unwrap();
        let far = genome.index_of("hipA").map(|at| arms.part_of(&genome.genes()[at]));
        assert!(far.is_some_and(|part| part > 0.98), "{far:?}");
    }
}
