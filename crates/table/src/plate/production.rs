//! Signals per optical density, and the rates at which they are produced.

use super::growth::check_window;
use super::{Channel, Plate, Well};
use crate::error::TableError;

/// The unit of production rates: of arbitrary units of fluorescence, per optical density and hour.
const UNIT: &str = "AU/OD/h";

/// The production of a signal in a well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Production {
    /// The well.
    pub well: Well,
    /// The greatest rate [AU/OD/h]; not a number if there is no window.
    pub rate: f64,
    /// Where the window begins [h].
    pub from: f64,
    /// Where it ends [h].
    pub to: f64,
}

impl Plate {
    /// With a channel `GFP/OD`: a signal divided by the optical density at the same time; missing where that
    /// is not above zero. Subtract blanks first.
    pub fn per_od(&self, channel: &str) -> Result<Self, TableError> {
        let (signal, density) = (self.channel(channel)?, self.density()?);
        let values = signal.values.iter().zip(density.values.iter());
        let values = values.map(|(f, od)| if *od > 0.0 { f / od } else { f64::NAN }).collect();
        let name = format!("{channel}/{}", density.name());
        let unit = signal.unit().map(|unit| format!("{unit}/OD"));
        Ok(self.with_channel(Channel::new(&name, unit.as_deref(), values)))
    }

    /// With a channel `GFP rate` [AU/OD/h]: the rate of production over time, dF/dt/OD. The slope of the
    /// signal is that of a line fitted to a window of an odd number of points around each time; missing at
    /// both ends, and where the density is not above zero. Subtract blanks first.
    pub fn production(&self, channel: &str, window: usize) -> Result<Self, TableError> {
        let (signal, density) = (self.channel(channel)?, self.density()?);
        check_window(window, self.times.len())?;
        if window.is_multiple_of(2) {
            return Err(TableError::Range {
                what: "the window",
                range: "odd",
                given: window.to_string(),
            });
        }
        let hours = self.hours();
        let half = window / 2;
        let mut values = Vec::with_capacity(signal.values.len());
        for well in 0..self.wells.len() {
            let (f, od) = (self.slice(signal, well), self.slice(density, well));
            for (at, density) in od.iter().enumerate() {
                let range = at.wrapping_sub(half)..at + half + 1;
                values.push(match (hours.get(range.clone()), f.get(range)) {
                    (Some(times), Some(f)) if at >= half && *density > 0.0 => {
                        line(times, f) / density
                    }
                    _ => f64::NAN,
                });
            }
        }
        Ok(self.with_channel(Channel::new(&format!("{channel} rate"), Some(UNIT), values)))
    }

    /// The greatest rate of production of each well. If each cell makes the signal at the rate p, then
    /// dF/dt = p OD, and the signal is a line of slope p over the integral of the optical density over time
    /// (trapezoids). That line is fitted to every window of consecutive points, and the steepest is taken.
    /// Windows with a density below `min_od` do not count. Subtract blanks first.
    pub fn production_rates(
        &self,
        channel: &str,
        window: usize,
        min_od: f64,
    ) -> Result<Vec<Production>, TableError> {
        let (signal, density) = (self.channel(channel)?, self.density()?);
        check_window(window, self.times.len())?;
        let hours = self.hours();
        let mut all = Vec::with_capacity(self.wells.len());
        for (place, well) in self.wells.iter().enumerate() {
            let (f, od) = (self.slice(signal, place), self.slice(density, place));
            let mut best = Production { well: *well, rate: f64::NAN, from: f64::NAN, to: f64::NAN };
            for at in 0..=hours.len() - window {
                let (times, od) = (&hours[at..at + window], &od[at..at + window]);
                if !od.iter().all(|x| *x > 0.0 && *x >= min_od) {
                    continue;
                }
                let rate = line(&integral(times, od), &f[at..at + window]);
                if rate.is_finite() && (best.rate.is_nan() || rate > best.rate) {
                    best = Production { well: *well, rate, from: times[0], to: times[window - 1] };
                }
            }
            all.push(best);
        }
        Ok(all)
    }
}

/// The integral from the first point to each.
fn integral(times: &[f64], values: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let steps = times.windows(2).zip(values.windows(2));
    let rest = steps.map(|(t, v)| {
        sum += (t[1] - t[0]) * (v[0] + v[1]) / 2.0;
        sum
    });
    std::iter::once(0.0).chain(rest).collect()
}

/// The slope of a line by least squares.
fn line(times: &[f64], values: &[f64]) -> f64 {
    let n = times.len() as f64;
    let (mean_t, mean_v) = (times.iter().sum::<f64>() / n, values.iter().sum::<f64>() / n);
    let (mut tt, mut tv) = (0.0, 0.0);
    for (t, v) in times.iter().zip(values) {
        tt += (t - mean_t) * (t - mean_t);
        tv += (t - mean_t) * (v - mean_v);
    }
    tv / tt
}
