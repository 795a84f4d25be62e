//! The host's parameters: Sechkar et al. 2024, Table 1 and fitted values of its supplement. Those of its
//! kinetics may be others, see [`super::kinetics`].

/// Protein mass of the reference cell [aa].
pub const CELL_MASS: f64 = 1.19e9;
/// Housekeeping fraction of the proteome.
pub const HOUSEKEEPING: f64 = 0.59;
/// Decay of host mRNA [1/h].
pub const MRNA_DECAY: f64 = 6.0;
/// Binding of a ribosome to mRNA [1/h per molecule].
pub const RIBOSOME_ON: f64 = 60.0;
/// Release of a bound ribosome before elongation [1/h].
pub const RIBOSOME_OFF: f64 = 60.0;
/// Length of a metabolic protein [aa].
pub const METABOLIC_LENGTH: f64 = 300.0;
/// Protein of one ribosome [aa].
pub const RIBOSOME_LENGTH: f64 = 7459.0;
/// Greatest elongation rate [aa/h]; 20 aa/s.
pub const ELONGATION_MAX: f64 = 72_000.0;
/// tRNA synthesis, multiplied by the growth rate [molecules].
pub const TRNA_SYNTHESIS: f64 = 432_000.0;
/// Constant of the flux-parity regulation: the ratio of charged to uncharged tRNA at which half
/// of the greatest ribosomal transcription is reached.
pub const FLUX_PARITY: f64 = 1.0;
/// Transcription of metabolic genes, multiplied by the growth rate [molecules].
pub const METABOLIC_TRANSCRIPTION: f64 = 394_464.697_9;
/// Transcription of ribosomal genes, multiplied by growth rate and regulation [molecules].
pub const RIBOSOMAL_TRANSCRIPTION: f64 = 1.0318 * METABOLIC_TRANSCRIPTION;
/// tRNA charging by one metabolic protein in the richest medium [1/h].
pub const CHARGING_MAX: f64 = 4046.9;
/// Half saturation of elongation by charged tRNA and of charging by uncharged tRNA [molecules].
pub const TRNA_HALF_SATURATION: f64 = 1239.7;
