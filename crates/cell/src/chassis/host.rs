//! The host's equations.

use super::competition::{Competition, Tenant, compete};
use super::{ChassisError, Conditions, Kinetics, energy, parameters as p};

/// The number of state variables.
pub const DIM: usize = 7;

/// The quality of the medium, from 0.01 to 1: 0.08 is poor glycerol, 0.5 a rich medium.
///
/// The host is validated from 0.08 on. Below 0.06 maintenance gives way to growth
/// ([`energy::maintenance`]), which is an assumption; growth is that of the published host all the
/// same.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Nutrient(f64);

impl Nutrient {
    /// A checked quality.
    ///
    /// # Errors
    /// When it is not a number from 0.01 to 1.
    pub fn new(quality: f64) -> Result<Self, ChassisError> {
        if (0.01..=1.0).contains(&quality) {
            Ok(Self(quality))
        } else {
            Err(ChassisError::Nutrient { given: quality })
        }
    }

    /// The same medium of which only a part, 0 to 1, can be taken up. A starving cell may feel less
    /// than the worst medium that can be chosen.
    pub(crate) fn diluted(self, part: f64) -> Self {
        Self(self.0 * part)
    }

    /// The number.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl Default for Nutrient {
    /// 0.3: growth at 1.09 /h, that of glucose minimal medium, in which the guests' transcript
    /// abundances were measured.
    fn default() -> Self {
        Self(0.3)
    }
}

/// A cell that degrades nearly all that it makes grows by this part of what it makes. An assumption:
/// a starved cell makes protein of what it degrades.
pub const LEAST_NET: f64 = 0.1;

/// What the host consists of [molecules].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostState {
    /// mRNA of metabolic genes.
    pub m_a: f64,
    /// mRNA of ribosomal genes.
    pub m_r: f64,
    /// Metabolic proteins.
    pub p_a: f64,
    /// Ribosomes.
    pub ribosomes: f64,
    /// Charged tRNA.
    pub t_c: f64,
    /// Uncharged tRNA.
    pub t_u: f64,
    /// ATP.
    pub atp: f64,
}

impl HostState {
    /// The published starting point.
    pub fn start() -> Self {
        let half = p::CELL_MASS * (1.0 - p::HOUSEKEEPING) / 2.0;
        Self {
            m_a: 1000.0,
            m_r: 0.01,
            p_a: half / p::METABOLIC_LENGTH,
            ribosomes: half / p::RIBOSOME_LENGTH,
            t_c: 80_000.0,
            t_u: 80_000.0,
            atp: energy::ATP_MM * energy::MOLECULES_PER_MM,
        }
    }

    /// As an array, in the order of the fields.
    pub fn to_array(self) -> [f64; DIM] {
        [self.m_a, self.m_r, self.p_a, self.ribosomes, self.t_c, self.t_u, self.atp]
    }

    /// From an array in the order of the fields.
    pub fn from_array(y: [f64; DIM]) -> Self {
        let [m_a, m_r, p_a, ribosomes, t_c, t_u, atp] = y;
        Self { m_a, m_r, p_a, ribosomes, t_c, t_u, atp }
    }
}

/// What follows from the state at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostRates {
    /// Growth rate [1/h]: protein that is made less what of the guests' is degraded, over all protein.
    pub growth_per_h: f64,
    /// Elongation rate [aa/h per ribosome].
    pub elongation_aa_per_h: f64,
    /// Competition denominator.
    pub d: f64,
    /// Translating ribosomes.
    pub translating: f64,
    /// Ribosomal protein as a fraction of the cell's protein mass, that of inactivated ribosomes
    /// included.
    pub ribosome_fraction: f64,
    /// Ribosomes that an inhibitor has inactivated.
    pub inactivated: f64,
    /// Rate at which a translating ribosome is inactivated [1/h].
    pub inactivation_per_h: f64,
    /// Charging rate of a metabolic protein [1/h].
    pub charging_per_h: f64,
    /// Transcription of ribosomal genes relative to its limit.
    pub ribosomal_regulation: f64,
    /// Weight of the host's own mRNA in the competition.
    pub host_weight: f64,
    /// ATP made [1/h].
    pub atp_production_per_h: f64,
    /// ATP used [1/h].
    pub atp_use_per_h: f64,
    /// Transcription of mRNA from each promoter, relative to that without guests.
    pub transcription: f64,
}

/// Apparent dissociation constant of mRNA and ribosome [molecules] for a protein of `length` [aa],
/// where a translating ribosome is inactivated at a rate [1/h].
pub fn dissociation(elongation_aa_per_h: f64, length: f64, inactivation_per_h: f64) -> f64 {
    (p::RIBOSOME_OFF + elongation_aa_per_h / length + inactivation_per_h) / p::RIBOSOME_ON
}

/// Computes the rates; the throttles of the tenants go into `competition`.
pub fn rates(
    s: &HostState,
    conditions: Conditions,
    tenants: &[Tenant],
    competition: &mut Competition,
) -> HostRates {
    let Conditions { nutrient, energy: coupling, inhibition, kinetics } = conditions;
    let inactivation = inhibition.inactivation_per_h();
    let eps = kinetics.elongation_max_aa_per_h * s.t_c / (s.t_c + kinetics.trna_half_saturation)
        * coupling.elongation_factor(s.atp);
    let charging = kinetics.charging_max_per_h * nutrient.value() * s.t_u
        / (s.t_u + kinetics.trna_half_saturation);
    let parity = s.t_c / s.t_u;
    let host_weight = s.m_a / dissociation(eps, p::METABOLIC_LENGTH, inactivation)
        + s.m_r / dissociation(eps, p::RIBOSOME_LENGTH, inactivation);
    let atp_production = energy::production(&kinetics, s.p_a, nutrient, s.atp);
    compete(s.ribosomes, eps, host_weight, atp_production, tenants, competition);
    let d = competition.d;
    let translating = s.ribosomes * (1.0 - 1.0 / d);
    let made = eps * translating;
    let decayed = tenants.iter().map(|t| t.decayed_aa).sum::<f64>();
    let growth = (made - decayed).max(LEAST_NET * made) / p::CELL_MASS;
    let polymerases = &competition.polymerases;
    let made = |(i, t): (usize, &Tenant)| polymerases.of(i) * t.rna_nt;
    let guest_rna = growth * tenants.iter().enumerate().map(made).sum::<f64>();
    HostRates {
        growth_per_h: growth,
        elongation_aa_per_h: eps,
        d,
        translating,
        ribosome_fraction: p::RIBOSOME_LENGTH * s.ribosomes / p::CELL_MASS,
        inactivated: 0.0,
        inactivation_per_h: inactivation,
        charging_per_h: charging,
        ribosomal_regulation: parity / (parity + kinetics.flux_parity),
        host_weight,
        atp_production_per_h: atp_production,
        atp_use_per_h: energy::PER_AMINO_ACID * eps * translating
            + energy::overhead(&kinetics, growth, s.atp)
            + energy::PER_NUCLEOTIDE * guest_rna,
        transcription: polymerases.speed,
    }
}

/// The derivatives [molecules/h] that follow from the rates.
pub fn derivatives(s: &HostState, r: &HostRates, kinetics: &Kinetics) -> HostState {
    let lambda = r.growth_per_h;
    let eps = r.elongation_aa_per_h;
    let free = s.ribosomes / r.d;
    let turnover = eps * r.translating;
    let charging = r.charging_per_h * s.p_a;
    let inactivation = r.inactivation_per_h;
    // Ribosomes on the mRNA of one kind.
    let bound = |mrna: f64, length: f64| mrna / dissociation(eps, length, inactivation) * free;
    let made = |mrna: f64, length: f64| {
        eps / length * mrna / dissociation(eps, length, inactivation) * free
    };
    let regulation = r.ribosomal_regulation;
    // tRNA is kept, as all stable RNA.
    let mrna = lambda * r.transcription;
    HostState {
        m_a: mrna * kinetics.metabolic_transcription
            - (kinetics.mrna_decay_per_h + lambda) * s.m_a
            - inactivation * bound(s.m_a, p::METABOLIC_LENGTH),
        m_r: mrna * regulation * kinetics.ribosomal_transcription
            - (kinetics.mrna_decay_per_h + lambda) * s.m_r
            - inactivation * bound(s.m_r, p::RIBOSOME_LENGTH),
        p_a: made(s.m_a, p::METABOLIC_LENGTH) - lambda * s.p_a,
        ribosomes: made(s.m_r, p::RIBOSOME_LENGTH)
            - lambda * s.ribosomes
            - inactivation * r.translating,
        t_c: charging - lambda * s.t_c - turnover,
        t_u: kinetics.trna_synthesis * regulation * lambda - lambda * s.t_u - charging + turnover,
        atp: r.atp_production_per_h - r.atp_use_per_h,
    }
}
