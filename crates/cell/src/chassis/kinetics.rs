//! The kinetics of the host, which a biological type may declare: how fast the host's own enzymes, ribosomes and
//! tRNA work, and how fast its own genes are transcribed.
//!
//! The published host, *E. coli* (Sechkar et al. 2024, Table 1; energy: see [`super::energy`]), is
//! [`Kinetics::PUBLISHED`]. What the reference cell is, in which all numbers are counted, is no part of them: its
//! protein mass, the housekeeping part, the lengths of its proteins, how ribosomes bind to mRNA; nor is what was
//! measured of *E. coli* as a function of growth (RNA, RNA polymerases, cell size).

use super::{ChassisError, energy, parameters as p};

/// The kinetics of one host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kinetics {
    /// Greatest elongation rate [aa/h].
    pub elongation_max_aa_per_h: f64,
    /// tRNA charging by one metabolic protein in the richest medium [1/h].
    pub charging_max_per_h: f64,
    /// Half saturation of elongation by charged tRNA and of charging by uncharged tRNA [molecules].
    pub trna_half_saturation: f64,
    /// tRNA synthesis, multiplied by growth rate and regulation [molecules].
    pub trna_synthesis: f64,
    /// The ratio of charged to uncharged tRNA at which ribosomal transcription is half of its limit [1].
    pub flux_parity: f64,
    /// Transcription of metabolic genes, multiplied by the growth rate [molecules].
    pub metabolic_transcription: f64,
    /// Transcription of ribosomal genes, multiplied by growth rate and regulation [molecules].
    pub ribosomal_transcription: f64,
    /// Decay of the host's mRNA [1/h].
    pub mrna_decay_per_h: f64,
    /// Limit of ATP production by one metabolic protein in the richest medium [1/h].
    pub atp_capacity_per_h: f64,
    /// Maintenance [ATP/h].
    pub maintenance_atp_per_h: f64,
}

impl Kinetics {
    /// Those of the published host.
    pub const PUBLISHED: Self = Self {
        elongation_max_aa_per_h: p::ELONGATION_MAX,
        charging_max_per_h: p::CHARGING_MAX,
        trna_half_saturation: p::TRNA_HALF_SATURATION,
        trna_synthesis: p::TRNA_SYNTHESIS,
        flux_parity: p::FLUX_PARITY,
        metabolic_transcription: p::METABOLIC_TRANSCRIPTION,
        ribosomal_transcription: p::RIBOSOMAL_TRANSCRIPTION,
        mrna_decay_per_h: p::MRNA_DECAY,
        atp_capacity_per_h: energy::CAPACITY,
        maintenance_atp_per_h: energy::MAINTENANCE,
    };
}

impl Default for Kinetics {
    fn default() -> Self {
        Self::PUBLISHED
    }
}

/// One of the parameters, as files name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinetic {
    /// [`Kinetics::elongation_max_aa_per_h`], in aa/s.
    ElongationMax,
    /// [`Kinetics::charging_max_per_h`].
    ChargingMax,
    /// [`Kinetics::trna_half_saturation`].
    TrnaHalfSaturation,
    /// [`Kinetics::trna_synthesis`].
    TrnaSynthesis,
    /// [`Kinetics::flux_parity`].
    FluxParity,
    /// [`Kinetics::metabolic_transcription`].
    MetabolicTranscription,
    /// [`Kinetics::ribosomal_transcription`].
    RibosomalTranscription,
    /// [`Kinetics::mrna_decay_per_h`].
    MrnaDecay,
    /// [`Kinetics::atp_capacity_per_h`].
    AtpCapacity,
    /// [`Kinetics::maintenance_atp_per_h`], in mmol of ATP per g of dry mass and hour.
    Maintenance,
}

/// By what factor a parameter may differ from the published one, up and down: more is a wrong unit.
pub const MOST_TIMES: f64 = 100.0;

impl Kinetic {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::ElongationMax,
        Self::ChargingMax,
        Self::TrnaHalfSaturation,
        Self::TrnaSynthesis,
        Self::FluxParity,
        Self::MetabolicTranscription,
        Self::RibosomalTranscription,
        Self::MrnaDecay,
        Self::AtpCapacity,
        Self::Maintenance,
    ];

    /// Its name, which ends with its unit where it has one.
    pub fn name(self) -> &'static str {
        match self {
            Self::ElongationMax => "elongation_max_aa_per_s",
            Self::ChargingMax => "charging_max_per_h",
            Self::TrnaHalfSaturation => "trna_half_saturation",
            Self::TrnaSynthesis => "trna_synthesis",
            Self::FluxParity => "flux_parity",
            Self::MetabolicTranscription => "metabolic_transcription",
            Self::RibosomalTranscription => "ribosomal_transcription",
            Self::MrnaDecay => "mrna_decay_per_h",
            Self::AtpCapacity => "atp_capacity_per_h",
            Self::Maintenance => "maintenance_mmol_per_g_h",
        }
    }

    /// What it is in the published host, in its own unit.
    pub fn published(self) -> f64 {
        match self {
            Self::ElongationMax => 20.0,
            Self::Maintenance => energy::MAINTENANCE_MMOL_PER_G_H,
            _ => *self.field(&mut { Kinetics::PUBLISHED }),
        }
    }

    /// What it is in a host, in its own unit.
    pub fn of(self, kinetics: &Kinetics) -> f64 {
        let mut kinetics = *kinetics;
        let value = *self.field(&mut kinetics);
        if value == *self.field(&mut { Kinetics::PUBLISHED }) {
            return self.published();
        }
        value / self.unit()
    }

    /// The number by which a value in its own unit is multiplied.
    fn unit(self) -> f64 {
        match self {
            Self::ElongationMax => 3600.0,
            Self::Maintenance => energy::MAINTENANCE / energy::MAINTENANCE_MMOL_PER_G_H,
            _ => 1.0,
        }
    }

    fn field(self, kinetics: &mut Kinetics) -> &mut f64 {
        match self {
            Self::ElongationMax => &mut kinetics.elongation_max_aa_per_h,
            Self::ChargingMax => &mut kinetics.charging_max_per_h,
            Self::TrnaHalfSaturation => &mut kinetics.trna_half_saturation,
            Self::TrnaSynthesis => &mut kinetics.trna_synthesis,
            Self::FluxParity => &mut kinetics.flux_parity,
            Self::MetabolicTranscription => &mut kinetics.metabolic_transcription,
            Self::RibosomalTranscription => &mut kinetics.ribosomal_transcription,
            Self::MrnaDecay => &mut kinetics.mrna_decay_per_h,
            Self::AtpCapacity => &mut kinetics.atp_capacity_per_h,
            Self::Maintenance => &mut kinetics.maintenance_atp_per_h,
        }
    }
}

impl Kinetics {
    /// Sets one of them, in its own unit. The published value gives the published host to the last bit.
    ///
    /// # Errors
    /// When it is not within a factor of [`MOST_TIMES`] of the published one.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::kinetics::{Kinetic, Kinetics};
    /// let mut host = Kinetics::default();
    /// host.set(Kinetic::ElongationMax, 25.0)?;
    /// assert_eq!(host.elongation_max_aa_per_h, 90_000.0);
    /// assert_eq!(host.differences().collect::<Vec<_>>(), [(Kinetic::ElongationMax, 25.0)]);
    /// assert!(host.set(Kinetic::ElongationMax, 72_000.0).is_err());
    /// host.set(Kinetic::ElongationMax, 20.0)?;
    /// assert_eq!(host, Kinetics::PUBLISHED);
    /// # Ok::<(), bioxen_cell::chassis::ChassisError>(())
    /// ```
    pub fn set(&mut self, kinetic: Kinetic, value: f64) -> Result<(), ChassisError> {
        let published = kinetic.published();
        let (least, most) = (published / MOST_TIMES, published * MOST_TIMES);
        if !(least..=most).contains(&value) {
            return Err(ChassisError::Kinetic { name: kinetic.name(), given: value, least, most });
        }
        *kinetic.field(self) = if value == published {
            *kinetic.field(&mut { Self::PUBLISHED })
        } else {
            value * kinetic.unit()
        };
        Ok(())
    }

    /// Those that are not as in the published host, in their own units.
    pub fn differences(&self) -> impl Iterator<Item = (Kinetic, f64)> {
        let own = *self;
        Kinetic::ALL
            .into_iter()
            .map(move |kinetic| (kinetic, kinetic.of(&own)))
            .filter(|(kinetic, value)| *value != kinetic.published())
    }

    /// As numbers, in the order of [`Kinetic::ALL`] and in the units of the fields.
    pub fn to_array(mut self) -> [f64; Kinetic::ALL.len()] {
        Kinetic::ALL.map(|kinetic| *kinetic.field(&mut self))
    }

    /// From numbers as [`Self::to_array`] gives them.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn from_array(numbers: [f64; Kinetic::ALL.len()]) -> Result<Self, ChassisError> {
        let mut kinetics = Self::PUBLISHED;
        for (kinetic, number) in Kinetic::ALL.into_iter().zip(numbers) {
            kinetics.set(kinetic, number / kinetic.unit())?;
            *kinetic.field(&mut kinetics) = number;
        }
        Ok(kinetics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chassis::{Chassis, Conditions, Nutrient};
    use proptest::prelude::*;

    fn host(kinetics: Kinetics, quality: f64) -> Chassis {
        let nutrient = Nutrient::new(quality).unwrap();
        Chassis::settled_under(Conditions { kinetics, ..nutrient.into() }).unwrap()
    }

    /// A medium acts on charging and on the making of ATP alone: a host that does both half as fast lives in each
    /// medium as the published one in half as good a medium.
    #[test]
    fn half_as_fast_is_half_as_good_a_medium() {
        let mut slow = Kinetics::PUBLISHED;
        for kinetic in [Kinetic::ChargingMax, Kinetic::AtpCapacity] {
            slow.set(kinetic, 0.5 * kinetic.published()).unwrap();
        }
        for quality in [0.2, 0.6, 1.0] {
            let (own, published) = (host(slow, quality), host(Kinetics::PUBLISHED, 0.5 * quality));
            let pairs = own.state().to_array().into_iter().zip(published.state().to_array());
            for (a, b) in pairs {
                assert!((a / b - 1.0).abs() < 1e-7, "{quality}: {a} {b}");
            }
            // And so do they beside a guest, over time.
            let guest = [crate::chassis::Tenant { weight: 20.0, ..crate::chassis::Tenant::IDLE }];
            let [a, b] = [own, published].map(|mut host| {
                host.advance(1.0, &guest).unwrap();
                host.rates_with(&guest).0.growth_per_h
            });
            assert!((a / b - 1.0).abs() < 1e-6, "{quality}: {a} {b}");
        }
    }

    #[test]
    fn each_parameter_acts_and_the_host_stays_whole() {
        let published = host(Kinetics::PUBLISHED, 0.3).rates();
        for kinetic in Kinetic::ALL {
            let mut kinetics = Kinetics::PUBLISHED;
            kinetics.set(kinetic, 1.3 * kinetic.published()).unwrap();
            let chassis = host(kinetics, 0.3);
            let rates = chassis.rates();
            let change = rates.growth_per_h / published.growth_per_h - 1.0;
            assert!(change != 0.0 && change.abs() < 0.3, "{kinetic:?}: {change}");
            let s = chassis.state();
            let own = p::METABOLIC_LENGTH * s.p_a + p::RIBOSOME_LENGTH * s.ribosomes;
            assert!((own / (p::CELL_MASS * (1.0 - p::HOUSEKEEPING)) - 1.0).abs() < 1e-8);
            let found: Vec<_> = kinetics.differences().collect();
            assert!(found.len() == 1 && found[0].0 == kinetic, "{found:?}");
        }
    }

    #[test]
    fn numbers_come_back_to_the_bit_and_wrong_ones_do_not() {
        let mut kinetics = Kinetics::PUBLISHED;
        assert_eq!(Kinetics::from_array(kinetics.to_array()).unwrap(), kinetics);
        for (i, kinetic) in Kinetic::ALL.into_iter().enumerate() {
            let published = kinetic.published();
            for part in [0.02, 1.0 / 3.0, 0.7, 1.1, 98.7] {
                kinetics.set(kinetic, part * published).unwrap();
                let again = Kinetics::from_array(kinetics.to_array()).unwrap();
                assert_eq!(
                    again.to_array().map(f64::to_bits),
                    kinetics.to_array().map(f64::to_bits)
                );
            }
            for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY, 0.0099 * published, 101.0 * published]
            {
                let before = kinetics;
                let error = kinetics.set(kinetic, wrong).unwrap_err().to_string();
                assert!(error.contains(kinetic.name()), "{error}");
                assert_eq!(kinetics, before);
                let mut numbers = kinetics.to_array();
                numbers[i] = wrong * kinetic.unit();
                assert!(Kinetics::from_array(numbers).is_err());
            }
            kinetics.set(kinetic, published).unwrap();
        }
        assert_eq!(kinetics, Kinetics::PUBLISHED);
    }

    proptest! {
        /// Whatever the parameters and the medium: the host settles and is made of numbers, or says that it does
        /// not settle.
        #[test]
        fn no_parameters_break_the_host(
            decades in prop::array::uniform10(-2.0..2.0_f64), narrow in 0.0..1.0_f64, quality in 0.01..1.0_f64,
        ) {
            let mut kinetics = Kinetics::PUBLISHED;
            for (kinetic, decade) in Kinetic::ALL.into_iter().zip(decades) {
                kinetics.set(kinetic, kinetic.published() * 10f64.powf(narrow * decade)).unwrap();
            }
            let conditions = Conditions { kinetics, ..Nutrient::new(quality).unwrap().into() };
            match Chassis::settled_under(conditions) {
                Ok(host) => {
                    let rates = host.rates();
                    let state = host.state().to_array();
                    prop_assert!(state.into_iter().all(|x| x.is_finite() && x >= 0.0), "{state:?}");
                    prop_assert!(rates.growth_per_h.is_finite() && rates.growth_per_h >= 0.0);
                }
                Err(error) => prop_assert!(error.to_string().contains("the host")),
            }
        }
    }
}
