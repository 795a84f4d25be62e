//! Activities of the promoters of regulated operons.

use super::{
    Circumstances, Concentrations, Loops, REFERENCE, RegulatedOperon, Regulator, RegulatorKind,
};

/// Nothing at all.
struct Nothing;

impl Concentrations for Nothing {
    fn millimolar(&self, _: &str) -> f64 {
        0.0
    }
}

/// The promoter of an operon whose repressor loops, in one medium, as a law of the amount of repressor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Looped {
    /// How the repressor binds.
    pub loops: Loops,
    /// Fraction of its heads that can bind.
    pub active: f64,
    /// The same relative to that without inducer.
    pub affinity: f64,
    /// Operators on plasmids that take it away.
    pub operators: f64,
    /// What all other regulators make of the promoter.
    pub others: f64,
}

impl Looped {
    /// Activity of the promoter with so much repressor relative to the wild type; 1 is open.
    pub fn activity(&self, repressor: f64) -> f64 {
        let free = self.loops.free(repressor, self.operators, self.affinity);
        self.others * self.loops.activity(self.active, free)
    }
}

impl Regulator {
    /// The fraction of it that is active, 0 to 1.
    pub fn activity(&self, around: &Circumstances) -> f64 {
        self.effectors.iter().fold(1.0, |product, (substance, response)| {
            let bound = response.bound(substance, around);
            product * if self.is_taken_off() { 1.0 - bound } else { bound }
        })
    }

    /// What it makes of the promoter when a fraction of it is active, 1 being open; with a gene, as its
    /// own fold says. Of a repressor that loops there is as much as in the wild type.
    pub fn factor(&self, gene: Option<&str>, active: f64) -> f64 {
        let own = gene.and_then(|gene| self.by_gene.iter().find(|(name, _)| name == gene));
        let fold = own.map_or(self.log2_fold, |(_, log2)| *log2).exp2();
        let beyond = 1.0 + (fold - 1.0) * active;
        match self.kind {
            RegulatorKind::Activator => beyond / fold,
            RegulatorKind::Looping(loops) => loops.activity(active, 1.0),
            RegulatorKind::Repressor | RegulatorKind::Corepressor | RegulatorKind::Attenuator => {
                beyond.recip()
            }
        }
    }

    /// Whether it follows a signal of the whole cell and not one of its own.
    pub fn is_global(&self) -> bool {
        self.effectors.iter().any(|(_, response)| response.is_global())
    }

    fn is_taken_off(&self) -> bool {
        matches!(self.kind, RegulatorKind::Repressor | RegulatorKind::Looping(_))
    }

    fn factor_in(&self, gene: Option<&str>, around: &Circumstances) -> f64 {
        let active = self.activity(around);
        match self.kind {
            RegulatorKind::Looping(loops) => {
                self.looped(loops, active, around, 1.0).activity(around.repressor)
            }
            _ => self.factor(gene, active),
        }
    }

    fn looped(&self, loops: Loops, active: f64, around: &Circumstances, others: f64) -> Looped {
        let without = self.activity(&Circumstances { medium: &Nothing, ..*around });
        let affinity = active / without;
        Looped { loops, active, affinity, operators: around.operators, others }
    }
}

impl RegulatedOperon {
    /// Activity of its promoter; 1 is open.
    ///
    /// # Examples
    /// ```
    /// use bioxen_genome::regulation::{REFERENCE, shipped_regulation};
    /// let lac = shipped_regulation()?.iter().find(|o| o.name == "lac").ok_or("no lac")?;
    /// // Repressed 1283-fold by LacI, and fivefold by glucose.
    /// assert!((lac.activity(&REFERENCE) * 1283.5 * 5.0 - 1.0).abs() < 1e-3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn activity(&self, around: &Circumstances) -> f64 {
        self.product(|regulator| regulator.factor_in(None, around))
    }

    /// What the regulators do to a gene beside what they do to the transcript, relative to what they do
    /// in the reference state: the part of its own fold that goes into its translation.
    pub fn relative(&self, gene: &str, around: &Circumstances) -> f64 {
        let beside = |around: &Circumstances| {
            self.product(|r| r.factor_in(Some(gene), around) / r.factor_in(None, around))
        };
        if self.regulators.iter().all(|r| r.by_gene.iter().all(|(name, _)| name != gene)) {
            return 1.0;
        }
        beside(around) / beside(&REFERENCE)
    }

    /// Activity for one of its genes, with the fold of its own, relative to that of the open promoter.
    pub fn activity_of(&self, gene: &str, around: &Circumstances) -> f64 {
        self.product(|regulator| regulator.factor_in(Some(gene), around))
    }

    /// Activity when every regulator shuts the promoter as far as it can.
    pub fn shut(&self) -> f64 {
        self.product(|r| {
            r.factor(None, if matches!(r.kind, RegulatorKind::Activator) { 0.0 } else { 1.0 })
        })
    }

    /// Activity when its own regulators are out of the way, and signals of the whole cell, as that of
    /// catabolite repression, act as they do.
    pub fn open(&self, around: &Circumstances) -> f64 {
        let global = self.regulators.iter().filter(|regulator| regulator.is_global());
        global.fold(1.0, |product, r| product * r.factor_in(None, around))
    }

    /// The promoter as a law of the amount of its repressor, and the gene of that; nothing if none of its
    /// regulators loops.
    pub fn looped(&self, around: &Circumstances) -> Option<(Looped, &str)> {
        self.regulators.iter().enumerate().find_map(|(at, regulator)| {
            let RegulatorKind::Looping(loops) = regulator.kind else { return None };
            let others = self.regulators.iter().enumerate().filter(|(other, _)| *other != at);
            let others = others.fold(1.0, |product, (_, r)| product * r.factor_in(None, around));
            let gene = regulator.gene.as_deref()?;
            Some((regulator.looped(loops, regulator.activity(around), around, others), gene))
        })
    }

    fn product(&self, factor: impl Fn(&Regulator) -> f64) -> f64 {
        self.regulators.iter().fold(1.0, |product, regulator| product * factor(regulator))
    }
}
