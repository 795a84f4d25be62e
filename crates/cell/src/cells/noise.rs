//! How cells differ from each other.

use super::error::CellsError;

/// A noise that wanders about 0 and is remembered for a while (an Ornstein-Uhlenbeck process).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wander {
    /// Its standard deviation.
    pub sd: f64,
    /// For how long it is remembered: to 1/e in so many generations.
    pub generations: f64,
}

impl Wander {
    /// No noise.
    pub const NONE: Self = Self { sd: 0.0, generations: 0.0 };

    /// `exp(z - sd^2/2)`, which has the mean 1.
    pub(super) fn factor(self, z: f64) -> f64 {
        if self.sd == 0.0 { 1.0 } else { (z - 0.5 * self.sd * self.sd).exp() }
    }

    /// What is left of it after a time, as a part of what there was; `grown` is the time multiplied
    /// with the growth rate.
    pub(super) fn kept(self, grown: f64) -> f64 {
        if self.generations == 0.0 {
            return 0.0;
        }
        (-grown / (self.generations * std::f64::consts::LN_2)).exp()
    }
}

/// How cells differ from each other. Each number has the mean of what it scatters as its unit.
///
/// # Examples
/// ```
/// use bioxen_cell::cells::{Noise, Preset};
/// let noise = Noise::preset(Preset::MotherMachine);
/// assert_eq!(noise.added, 0.167);
/// // The coefficient of variation of the size at birth that follows (measured: 0.122).
/// assert!((noise.birth_cv() - 0.111).abs() < 0.001);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// Coefficient of variation of the size that is added from birth to division (Gamma distributed).
    pub added: f64,
    /// Coefficient of variation of the part `q` that the first daughter takes; its mean is 1/2.
    pub partition: f64,
    /// `x`, on growth and translation.
    pub clock: Wander,
    /// `y`, on transcription.
    pub capacity: Wander,
}

/// Noises with a name.
///
/// *mother_machine* has the scatter of size that Taheri-Araghi et al., *Curr. Biol.* 25:385 (2015), measured in
/// glucose (83 485 cycles in seven media; computed from `junlabucsd/mother-machine-data`, BSD-3). Its clock
/// follows from the scatter of growth between cycles and its correlation between mother and daughter. Its capacity
/// noise is fitted to the concentration of a reporter in lineages (Tanouchi et al., *Sci. Data* 4:170036, 2017).
///
/// *snapshot* has the same sizes. Its capacity noise is fitted to the floor of the squared coefficient of
/// variation, 0.1, of the counts of Taniguchi et al., *Science* 329:533 (2010): half of their genes, those with even
/// b-numbers. It is not known here whether those counts were normalised by size; if they were, it is too low.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preset {
    /// No noise but that of molecules: every cell doubles and halves.
    Off,
    /// Sizes, growth and concentrations as cells in a mother machine have them.
    #[default]
    MotherMachine,
    /// The same with a capacity noise that meets the scatter of counts in a snapshot.
    Snapshot,
}

impl Preset {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Off, Self::MotherMachine, Self::Snapshot];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::MotherMachine => "mother_machine",
            Self::Snapshot => "snapshot",
        }
    }

    /// The one with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }
}

impl Noise {
    /// No noise.
    pub const OFF: Self =
        Self { added: 0.0, partition: 0.0, clock: Wander::NONE, capacity: Wander::NONE };

    /// The noise with a name.
    pub fn preset(preset: Preset) -> Self {
        let glucose = Self {
            added: 0.167,
            partition: 0.048,
            clock: Wander { sd: 0.086, generations: 0.5 },
            capacity: Wander { sd: 0.15, generations: 0.5 },
        };
        match preset {
            Preset::Off => Self::OFF,
            Preset::MotherMachine => glucose,
            Preset::Snapshot => Self { capacity: Wander { sd: 0.27, generations: 2.0 }, ..glucose },
        }
    }

    /// The same, if its numbers can be those of a noise.
    ///
    /// # Errors
    /// A number that is below 0, too large, or none.
    pub fn checked(self) -> Result<Self, CellsError> {
        let check = |what, valid, value: f64, most| {
            let fits = (0.0..=most).contains(&value);
            if fits { Ok(()) } else { Err(CellsError::Noise { what, valid, value }) }
        };
        check("the scatter of the added size", "from 0 to 1", self.added, 1.0)?;
        check("the scatter of the partition", "from 0 to 0.3", self.partition, 0.3)?;
        for (what, memory, wander) in [
            ("the noise of the clock", "the memory of the clock", self.clock),
            ("the noise of the capacity", "the memory of the capacity", self.capacity),
        ] {
            check(what, "from 0 to 1", wander.sd, 1.0)?;
            check(memory, "from 0 to 1000 generations", wander.generations, 1000.0)?;
        }
        // Where fast growth is remembered for long, the fastest cells outrun all others without end.
        let runaway = self.clock.sd * self.clock.sd * self.clock.generations;
        let valid = "from 0 to 0.25: beyond that the fastest cells outrun all others";
        check("sd² times generations of the clock", valid, runaway, 0.25)?;
        Ok(self)
    }

    /// Coefficient of variation of the size at birth of adders in one lineage. With the daughter's size
    /// `q (v + D)`, independent of each other, it follows from the second moments.
    pub fn birth_cv(&self) -> f64 {
        let (d, q) = (self.added * self.added, self.partition * self.partition);
        let kept = (1.0 + q) / 4.0;
        ((kept * d + q) / (1.0 - kept)).sqrt()
    }
}

/// What decides when a cell divides. In each the size at division scatters about its mean by the same
/// amount, [`Noise::added`] of the mean size that is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SizeControl {
    /// When it has added a certain size since its birth. *E. coli* is near it (Taheri-Araghi et al., 2015).
    #[default]
    Adder,
    /// When it has reached a certain size.
    Sizer,
    /// When it has grown by a certain factor. With noise there is no size that cells return to: sizes
    /// wander further apart with every generation.
    Timer,
}

impl SizeControl {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Adder, Self::Sizer, Self::Timer];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Adder => "adder",
            Self::Sizer => "sizer",
            Self::Timer => "timer",
        }
    }

    /// The one with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.name() == name)
    }

    /// The size at which a cell divides that was born with `born` and adds `added` in place of `mean`.
    pub(super) fn division(self, born: f64, added: f64, mean: f64) -> f64 {
        match self {
            Self::Adder => born + added,
            Self::Sizer => mean + added,
            Self::Timer => born * (1.0 + added / mean),
        }
    }
}
