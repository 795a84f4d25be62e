//! Plate-reader data: signals of many wells over time, and what is in the wells.
//!
//! ```
//! use bioxen_table::plate::{Layout, Plate, PlateOptions};
//!
//! let data = "OD600\nTime [min],A1,A2,B1\n0,0.08,0.10,0.12\n10,0.08,0.12,0.16\n20,0.08,0.16,0.24\n";
//! let layout = "well,strain\nA1,blank\nA2,wild\nB1,wild\n";
//! let plate = Plate::read(data.as_bytes(), &PlateOptions::default())?.plate;
//! let layout = Layout::from_csv(layout.as_bytes())?;
//! let plate = plate.with_layout(&layout)?.blank_subtracted()?;
//! let growth = plate.growth_rates(3, 0.01)?;
//! assert!((growth[1].rate - 4.158_883).abs() < 1e-6); // doubles every 10 min
//! # Ok::<(), bioxen_table::TableError>(())
//! ```

use std::sync::Arc;

mod blocks;
mod grid;
mod growth;
mod layout;
mod production;
mod read;
mod tables;
mod well;

pub use growth::{Growth, GrowthOptions, Weights};
pub use layout::Layout;
pub use production::Production;
pub use read::{PlateOptions, PlateRead};
pub use well::Well;

use crate::error::TableError;
use crate::statistics::mean;

/// One signal of all wells over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    name: Arc<str>,
    unit: Option<Arc<str>>,
    /// All times of the first well, then of the second, and so on.
    values: Arc<[f64]>,
}

impl Channel {
    pub(crate) fn new(name: &str, unit: Option<&str>, values: Vec<f64>) -> Self {
        Self { name: name.into(), unit: unit.map(Into::into), values: values.into() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its unit.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }
}

/// A plate: times, wells, and the signals of its channels. Nothing changes a plate; operations make others.
#[derive(Debug, Clone, PartialEq)]
pub struct Plate {
    times: Arc<[f64]>,
    wells: Arc<[Well]>,
    channels: Vec<Channel>,
    layout: Layout,
}

impl Plate {
    /// The times of the measurements [s].
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The times of the measurements [h].
    pub fn hours(&self) -> Vec<f64> {
        self.times.iter().map(|t| t / 3600.0).collect()
    }

    /// The wells, in the order of the data.
    pub fn wells(&self) -> &[Well] {
        &self.wells
    }

    /// The channels.
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// What is in the wells.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// A channel by its name.
    pub fn channel(&self, name: &str) -> Result<&Channel, TableError> {
        let names = || self.channels.iter().map(Channel::name);
        self.channels
            .iter()
            .find(|c| c.name() == name)
            .ok_or_else(|| TableError::unknown_word("channel", name, names()))
    }

    /// The channel of the optical density: the first whose name begins with `OD`, `Abs` or `A` and a number.
    pub fn density(&self) -> Result<&Channel, TableError> {
        let is_density = |name: &str| {
            let name = name.to_ascii_lowercase();
            let wavelength = name.strip_prefix('a').unwrap_or_default();
            name.starts_with("od") || name.starts_with("abs") || wavelength.parse::<u16>().is_ok()
        };
        self.channels.iter().find(|c| is_density(c.name())).ok_or_else(|| {
            let names: Vec<&str> = self.channels.iter().map(Channel::name).collect();
            TableError::NoDensity { valid: names.join(", ") }
        })
    }

    /// A signal of a well over time; not a number where it is missing.
    pub fn values(&self, channel: &str, well: Well) -> Result<&[f64], TableError> {
        let at = self.wells.iter().position(|w| *w == well).ok_or_else(|| {
            let names: Vec<String> = self.wells.iter().map(Well::to_string).collect();
            TableError::unknown_word("well", &well.to_string(), names.iter().map(String::as_str))
        })?;
        Ok(self.slice(self.channel(channel)?, at))
    }

    fn slice<'a>(&self, channel: &'a Channel, well: usize) -> &'a [f64] {
        let n = self.times.len();
        channel.values.get(well * n..(well + 1) * n).unwrap_or_default()
    }

    /// With other channel values: a function of the channel and the place of the well gives them.
    fn with_values(&self, values: impl Fn(&Channel, usize) -> Vec<f64>) -> Self {
        let channels = self
            .channels
            .iter()
            .map(|c| {
                let all = (0..self.wells.len()).flat_map(|well| values(c, well)).collect();
                Channel::new(c.name(), c.unit(), all)
            })
            .collect();
        Self { channels, ..self.clone() }
    }

    /// With another channel, or one in the place of that of the same name.
    fn with_channel(&self, channel: Channel) -> Self {
        let mut channels = self.channels.clone();
        match channels.iter().position(|c| c.name == channel.name) {
            Some(at) => channels[at] = channel,
            None => channels.push(channel),
        }
        Self { channels, ..self.clone() }
    }

    /// The places of the wells that are blanks and not left out.
    fn blanks(&self) -> Vec<usize> {
        let is_blank = |w: Well| self.layout.is_blank(w) && self.layout.is_included(w);
        (0..self.wells.len()).filter(|at| is_blank(self.wells[*at])).collect()
    }

    /// Every signal less the mean of the blanks at the same time. Blanks are the wells of which the layout
    /// says `blank`, as a strain or by a true value in a column of that name.
    pub fn blank_subtracted(&self) -> Result<Self, TableError> {
        let blanks = self.blanks();
        if blanks.is_empty() {
            return Err(TableError::Nothing {
                doing: "subtracting blanks",
                what: "well of which the layout says `strain` is `blank`, or `blank` is true",
            });
        }
        let means = |channel: &Channel| -> Vec<f64> {
            (0..self.times.len())
                .map(|t| {
                    mean(&blanks.iter().map(|b| self.slice(channel, *b)[t]).collect::<Vec<_>>())
                })
                .collect()
        };
        let of_channel: Vec<(Arc<str>, Vec<f64>)> =
            self.channels.iter().map(|c| (c.name.clone(), means(c))).collect();
        Ok(self.with_values(|channel, well| {
            let blank = of_channel.iter().find(|(name, _)| *name == channel.name);
            let blank = blank.map_or(&[][..], |(_, values)| values);
            self.slice(channel, well).iter().zip(blank).map(|(x, b)| x - b).collect()
        }))
    }

    /// Every well shifted, channel by channel, so that its mean until `hours` [h] is that of all wells, or
    /// of all that say the same in a column of the layout: their inocula are taken to be equal, and what
    /// differs to be the plate. Blanks and wells that are left out stay as they are and do not count, nor
    /// do those of which the layout says nothing in that column. The authors of the burden monitor do this
    /// with the wells of a strain (Radde et al., Nat. Commun. 15:6242, 2024).
    pub fn equalised(&self, column: Option<&str>, hours: f64) -> Result<Self, TableError> {
        column.map_or(Ok(()), |name| self.layout.check_column(name))?;
        let early = self.times.iter().take_while(|t| **t <= hours * 3600.0).count();
        let label = |at: usize| {
            let well = self.wells[at];
            let counts = self.layout.is_included(well) && !self.layout.is_blank(well);
            match column.map(|name| self.layout.get(well, name)) {
                None => counts.then(String::new),
                Some(value) => (counts && !value.is_missing()).then(|| value.to_string()),
            }
        };
        let labels: Vec<Option<String>> = (0..self.wells.len()).map(label).collect();
        let start = |channel: &Channel, at: usize| mean(&self.slice(channel, at)[..early]);
        Ok(self.with_values(|channel, well| {
            let values = self.slice(channel, well);
            let Some(own) = &labels[well] else { return values.to_vec() };
            let alike: Vec<f64> = (0..self.wells.len())
                .filter(|at| labels[*at].as_ref() == Some(own))
                .map(|at| start(channel, at))
                .collect();
            let shift = mean(&alike) - start(channel, well);
            let shift = if shift.is_finite() { shift } else { 0.0 };
            values.iter().map(|x| x + shift).collect()
        }))
    }
}

#[cfg(test)]
mod tests;
