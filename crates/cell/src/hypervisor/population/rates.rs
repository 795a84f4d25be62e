//! Rates of the reactions of a gene.

use super::GuestUnit;
use crate::chassis::{Competition, HostRates, polymerase};
use bioxen_network::{Expr, NaryOp, RateLaw};

/// What the guests feel of the host during one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surroundings {
    /// Growth rate [1/h].
    pub growth_per_h: f64,
    /// Transcription of the VM, relative to that without guests at the same growth.
    pub transcription: f64,
    /// Elongation rate [aa/h].
    pub elongation_aa_per_h: f64,
    /// Ribosomes that are free for one unit of weight, after the VM's throttle.
    pub ribosomes: f64,
}

impl Surroundings {
    /// What a tenant feels, given by its place among those that compete.
    pub fn new(
        rates: &HostRates,
        host_ribosomes: f64,
        competition: &Competition,
        tenant: usize,
    ) -> Self {
        let throttle = competition.ribosomes.throttle.get(tenant).copied().unwrap_or(0.0);
        Self {
            growth_per_h: rates.growth_per_h,
            transcription: competition.polymerases.of(tenant),
            elongation_aa_per_h: rates.elongation_aa_per_h,
            ribosomes: throttle * host_ribosomes / rates.d,
        }
    }
}

/// Transcription at full growth [1/h].
pub(in crate::hypervisor) fn transcription(unit: &GuestUnit) -> f64 {
    transcription_per_copy(unit) * unit.dosage.unwrap_or(1.0)
}

/// Transcription at full growth from one copy of a unit of a plasmid [1/h]; of one of the
/// chromosome, whose measured abundance is that of all its copies, the whole of it.
pub(in crate::hypervisor) fn transcription_per_copy(unit: &GuestUnit) -> f64 {
    opened(unit) * unit.drive.activity
}

/// Transcription at full growth if the promoter were open as far as it can be [1/h]. However strong it is, no
/// more transcripts are started than polymerases can clear it.
pub(in crate::hypervisor) fn opened(unit: &GuestUnit) -> f64 {
    let of_one_copy = 60.0 * polymerase::MOST_PER_MIN;
    let most = unit.dosage.map_or(unit.rates.most_per_h, |_| of_one_copy);
    polymerase::cleared(unit.strength.unwrap_or(0.0), unit.rates.transcription_per_h, most)
}

/// Transcription from a promoter with an activity that answers to proteins; a part of it, if bursts divide it.
pub(in crate::hypervisor) fn regulated_transcription(
    (unit, part): (&GuestUnit, f64),
    activity: Expr,
    relative_growth: Expr,
) -> RateLaw {
    let factors = vec![Expr::Const(opened(unit) * part), relative_growth, activity];
    RateLaw::Expr(Expr::Nary(NaryOp::Mul, factors))
}
