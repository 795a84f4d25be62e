//! Growth rates.

use super::{Plate, Well};
use crate::error::TableError;

/// How much the points of a window weigh in the fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// All the same.
    #[default]
    Equal,
    /// By the square of the optical density: where the noise of the density is the same at all densities,
    /// the line then fits the densities and not their logarithms (J. Kiusalaas, Numerical methods in
    /// engineering with Python, section 3.4, equation 3.30).
    DensitySquared,
}

/// How growth rates are fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct GrowthOptions {
    /// The channel of the optical density; [`Plate::density`] if none is said.
    pub channel: Option<String>,
    /// How many points a window has, at least three.
    pub window: usize,
    /// The least optical density; windows with a point below it do not count.
    pub min_od: f64,
    /// How much the points weigh.
    pub weights: Weights,
}

impl Default for GrowthOptions {
    /// Five points, as the package `growthrates` for R has it (`h = 5`), and densities from 0.01, of equal
    /// weight.
    fn default() -> Self {
        Self { channel: None, window: 5, min_od: 0.01, weights: Weights::default() }
    }
}

/// The growth of a well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// The well.
    pub well: Well,
    /// The greatest rate [1/h]; not a number if there is no window to fit.
    pub rate: f64,
    /// The share of the variance of the logarithm that the line explains.
    pub r_squared: f64,
    /// Where the window begins [h].
    pub from: f64,
    /// Where it ends [h].
    pub to: f64,
}

impl Growth {
    /// The time in which the density doubles [min].
    pub fn doubling(&self) -> f64 {
        std::f64::consts::LN_2 / self.rate * 60.0
    }
}

impl Plate {
    /// The greatest growth rate of each well, with points of equal weight; see [`Plate::growth`].
    pub fn growth_rates(&self, window: usize, min_od: f64) -> Result<Vec<Growth>, TableError> {
        self.growth(&GrowthOptions { window, min_od, ..GrowthOptions::default() })
    }

    /// The greatest growth rate of each well: a line is fitted to the logarithm of the optical density in
    /// every window of consecutive points, and the steepest is taken. This is the first step of the method
    /// of B. G. Hall, H. Acar, A. Nandipati and M. Barlow, Growth rates made easy, Mol. Biol. Evol.
    /// 31:232-238 (2014), as it is in `fit_easylinear` of the package `growthrates` for R; the second step,
    /// which joins neighbouring windows that are almost as steep, is left out. Subtract blanks first.
    pub fn growth(&self, options: &GrowthOptions) -> Result<Vec<Growth>, TableError> {
        let channel = match &options.channel {
            Some(name) => self.channel(name)?,
            None => self.density()?,
        };
        check_window(options.window, self.times.len())?;
        let hours = self.hours();
        let mut all = Vec::with_capacity(self.wells.len());
        for (at, well) in self.wells.iter().enumerate() {
            let nothing = f64::NAN;
            let mut best = Growth {
                well: *well,
                rate: nothing,
                r_squared: nothing,
                from: nothing,
                to: nothing,
            };
            let densities = self.slice(channel, at);
            for (times, od) in hours.windows(options.window).zip(densities.windows(options.window))
            {
                if !od.iter().all(|x| *x > 0.0 && *x >= options.min_od && x.is_finite()) {
                    continue;
                }
                let (rate, r_squared) = slope(times, od, options.weights);
                if best.rate.is_nan() || rate > best.rate {
                    let (from, to) = (times[0], times[times.len() - 1]);
                    best = Growth { well: *well, rate, r_squared, from, to };
                }
            }
            all.push(best);
        }
        Ok(all)
    }
}

pub(super) fn check_window(window: usize, times: usize) -> Result<(), TableError> {
    if window < 3 || window > times {
        return Err(TableError::Range {
            what: "the window",
            range: "at least 3 points and at most as many as there are times",
            given: window.to_string(),
        });
    }
    Ok(())
}

/// The slope of the logarithm over time by weighted least squares, and R^2.
fn slope(times: &[f64], densities: &[f64], weights: Weights) -> (f64, f64) {
    let weight = |od: f64| match weights {
        Weights::Equal => 1.0,
        Weights::DensitySquared => od * od,
    };
    let points = || times.iter().zip(densities).map(|(t, od)| (weight(*od), *t, od.ln()));
    let total: f64 = points().map(|(w, _, _)| w).sum();
    let mean_t = points().map(|(w, t, _)| w * t).sum::<f64>() / total;
    let mean_y = points().map(|(w, _, y)| w * y).sum::<f64>() / total;
    let (mut tt, mut ty, mut yy) = (0.0, 0.0, 0.0);
    for (w, t, y) in points() {
        let (t, y) = (t - mean_t, y - mean_y);
        tt += w * t * t;
        ty += w * t * y;
        yy += w * y * y;
    }
    (ty / tt, if yy > 0.0 { ty * ty / (tt * yy) } else { 1.0 })
}
