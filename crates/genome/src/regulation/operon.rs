//! Activities of the promoters of regulated operons.

use super::{
    Circumstances, Concentrations, Loops, RegulatedOperon, Regulator, RegulatorKind, Response,
    TwoStates,
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
    /// How its inducer takes it off, and that inducer outside [uM], if it has one that a permease can
    /// bring in.
    pub inducer: Option<(TwoStates, f64)>,
    /// Fraction of its heads that its other effectors leave active.
    pub rest: f64,
    /// Fraction of its heads that can bind without any effector.
    pub without: f64,
    /// Operators on plasmids that take it away.
    pub operators: f64,
    /// What all other regulators make of the promoter.
    pub others: f64,
}

impl Looped {
    /// Fraction of the heads that can bind, with so much uptake ([`Circumstances::uptake`]).
    pub fn active(&self, uptake: f64) -> f64 {
        let inducer = |(states, um): (TwoStates, f64)| states.active(um * (1.0 + uptake.max(0.0)));
        self.rest * self.inducer.map_or(1.0, inducer)
    }

    /// Activity of the promoter with so much repressor relative to the wild type, and uptake; 1 is open.
    pub fn activity(&self, repressor: f64, uptake: f64) -> f64 {
        let active = self.active(uptake);
        let free = self.loops.free(repressor, self.operators, active / self.without);
        self.others * self.loops.activity(active, free)
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

    /// What it makes of the promoter of a gene when a fraction of it is active, 1 being open. Of a
    /// repressor that loops there is as much as in the wild type.
    pub fn factor(&self, gene: &str, active: f64) -> f64 {
        let own = self.by_gene.iter().find(|(name, _)| name == gene);
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

    fn factor_in(&self, gene: &str, around: &Circumstances) -> f64 {
        match self.kind {
            RegulatorKind::Looping(loops) => {
                self.looped(loops, around, 1.0).activity(around.repressor, around.uptake)
            }
            _ => self.factor(gene, self.activity(around)),
        }
    }

    fn looped(&self, loops: Loops, around: &Circumstances, others: f64) -> Looped {
        let (mut inducer, mut rest) = (None, 1.0);
        for (substance, response) in &self.effectors {
            match response {
                Response::TwoStates(states) if inducer.is_none() => {
                    inducer = Some((*states, 1000.0 * around.medium.millimolar(substance)));
                }
                _ => rest *= 1.0 - response.bound(substance, around),
            }
        }
        let without = self.activity(&Circumstances { medium: &Nothing, ..*around });
        Looped { loops, inducer, rest, without, operators: around.operators, others }
    }
}

impl RegulatedOperon {
    /// Activity of its promoter for one of its genes; 1 is open.
    ///
    /// # Examples
    /// ```
    /// use bioxen_genome::regulation::{REFERENCE, shipped_regulation};
    /// let lac = shipped_regulation()?.iter().find(|o| o.name == "lac").ok_or("no lac")?;
    /// // Repressed 1283-fold by LacI, and fivefold by glucose.
    /// assert!((lac.activity("lacZ", &REFERENCE) * 1283.5 * 5.0 - 1.0).abs() < 1e-3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn activity(&self, gene: &str, around: &Circumstances) -> f64 {
        self.product(|regulator| regulator.factor_in(gene, around))
    }

    /// Activity when every regulator shuts the promoter as far as it can.
    pub fn shut(&self, gene: &str) -> f64 {
        self.product(|r| {
            r.factor(gene, if matches!(r.kind, RegulatorKind::Activator) { 0.0 } else { 1.0 })
        })
    }

    /// Activity when its own regulators are out of the way, and signals of the whole cell, as that of
    /// catabolite repression, act as they do.
    pub fn open(&self, gene: &str, around: &Circumstances) -> f64 {
        let global = self.regulators.iter().filter(|regulator| regulator.is_global());
        global.fold(1.0, |product, r| product * r.factor_in(gene, around))
    }

    /// The promoter as a law of the amount of its repressor, and the gene of that; nothing if none of its
    /// regulators loops.
    pub fn looped(&self, gene: &str, around: &Circumstances) -> Option<(Looped, &str)> {
        self.regulators.iter().enumerate().find_map(|(at, regulator)| {
            let RegulatorKind::Looping(loops) = regulator.kind else { return None };
            let others = self.regulators.iter().enumerate().filter(|(other, _)| *other != at);
            let others = others.fold(1.0, |product, (_, r)| product * r.factor_in(gene, around));
            let repressor = regulator.gene.as_deref()?;
            Some((regulator.looped(loops, around, others), repressor))
        })
    }

    fn product(&self, factor: impl Fn(&Regulator) -> f64) -> f64 {
        self.regulators.iter().fold(1.0, |product, regulator| product * factor(regulator))
    }
}
