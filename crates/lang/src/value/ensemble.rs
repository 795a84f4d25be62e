//! Many runs of one cell, in the hands of a script.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Trace;
use super::moments::{mean, quantile, sd};
use crate::LangError;
use bioxen_base::units::Time;
use bioxen_engine::{Column, Interrupt, Note, Trajectory};
use bioxen_plot::{self as plot, Figure, Ribbon};

/// Runs over the same times, at least one.
#[derive(Debug, Clone)]
pub struct Ensemble {
    /// The runs, in the order of their numbers.
    pub runs: Arc<Vec<Trajectory>>,
    /// What there is to say about all of them.
    pub notes: Arc<[Note]>,
    /// Ends what is calculated from all of them.
    interrupt: Interrupt,
}

impl Ensemble {
    /// From runs over the same times, with what there is to say about all of them; `interrupt` ends what
    /// is calculated from them.
    pub fn new(runs: Vec<Trajectory>, notes: Vec<Note>, interrupt: Interrupt) -> Self {
        Self { runs: Arc::new(runs), notes: notes.into(), interrupt }
    }

    /// The quantities of each run, without their values.
    fn bare(&self) -> Trace {
        let columns = self.runs[0].columns.iter().map(Column::bare).collect();
        Trace::new(Trajectory { columns, ..Trajectory::default() })
    }

    /// The places of the quantities of some names and patterns among those of each run, each with the
    /// name under which it is told.
    ///
    /// # Errors
    /// When a name stands for none or several, or nothing fits a pattern.
    pub fn places(&self, names: &[String]) -> Result<Vec<(String, usize)>, LangError> {
        let bare = self.bare();
        let names_of_all = bare.0.columns.iter().map(|c| c.name.as_str());
        let places: BTreeMap<&str, usize> = names_of_all.zip(0..).collect();
        let found = bare.columns(names)?.into_iter();
        Ok(found.map(|(label, column)| (label, places[column.name.as_str()])).collect())
    }

    /// The full names of some names and patterns.
    ///
    /// # Errors
    /// As [`Self::places`].
    pub fn full_names(&self, names: &[String]) -> Result<Vec<String>, LangError> {
        self.bare().full_names(names)
    }

    fn place(&self, quantity: &str) -> Result<usize, LangError> {
        let bare = self.bare();
        let name = &bare.column(quantity)?.name;
        Ok(bare.0.columns.iter().position(|c| c.name == *name).unwrap_or(0))
    }

    /// Some quantities of each run only, under their full names.
    ///
    /// # Errors
    /// As [`Self::places`], and when the user interrupts.
    pub fn select(&self, names: &[String]) -> Result<Self, LangError> {
        let places = self.places(names)?;
        self.of_each(|run| {
            let columns = places.iter().map(|(_, place)| run.columns[*place].clone()).collect();
            let Trajectory { time_unit, times, notes, .. } = run;
            let (time_unit, times, notes) = (time_unit.clone(), times.clone(), notes.clone());
            Ok(Trajectory { time_unit, times, columns, notes })
        })
    }

    /// The part of each run between two times, both included.
    ///
    /// # Errors
    /// When nothing was recorded between them, or the user interrupts.
    pub fn between(&self, from: Time, to: Time) -> Result<Self, LangError> {
        self.of_each(|run| {
            let part = Trace::new(run.clone()).between(from, to)?;
            Ok(Arc::unwrap_or_clone(part.0))
        })
    }

    fn of_each(
        &self,
        f: impl Fn(&Trajectory) -> Result<Trajectory, LangError>,
    ) -> Result<Self, LangError> {
        let one = |run| if self.interrupt.is_stopped() { Err(LangError::Stopped) } else { f(run) };
        let runs = self.runs.iter().map(one).collect::<Result<_, _>>()?;
        Ok(Self {
            runs: Arc::new(runs),
            notes: self.notes.clone(),
            interrupt: self.interrupt.clone(),
        })
    }

    /// A quantity of the first run, with its full name and unit.
    ///
    /// # Errors
    /// When there is no such quantity, or several.
    pub fn quantity(&self, name: &str) -> Result<&Column, LangError> {
        Ok(&self.runs[0].columns[self.place(name)?])
    }

    /// A statistic of a quantity over the runs, at each time.
    ///
    /// # Errors
    /// When there is no such quantity, or several, or the user interrupts.
    pub fn over(
        &self,
        quantity: &str,
        statistic: impl Fn(&[f64]) -> f64,
    ) -> Result<Vec<f64>, LangError> {
        self.at_place(self.place(quantity)?, statistic)
    }

    /// A statistic of the quantity at a place over the runs, at each time.
    ///
    /// # Errors
    /// When the user interrupts.
    pub fn at_place(
        &self,
        place: usize,
        statistic: impl Fn(&[f64]) -> f64,
    ) -> Result<Vec<f64>, LangError> {
        let mut values = Vec::with_capacity(self.runs.len());
        let at = |row: usize| {
            if self.interrupt.is_stopped() {
                return Err(LangError::Stopped);
            }
            values.clear();
            values.extend(self.runs.iter().map(|run| run.columns[place].values[row]));
            Ok(statistic(&values))
        };
        (0..self.runs[0].times.len()).map(at).collect()
    }

    /// The last value of a quantity in each run.
    ///
    /// # Errors
    /// When there is no such quantity, or several.
    pub fn last(&self, quantity: &str) -> Result<Vec<f64>, LangError> {
        Ok(self.last_at(self.place(quantity)?))
    }

    /// The last value in each run of the quantity at a place.
    pub fn last_at(&self, place: usize) -> Vec<f64> {
        let last = |run: &Trajectory| run.columns[place].values.last().copied();
        self.runs.iter().filter_map(last).collect()
    }

    /// Lines in ribbons, a panel for each kind of quantity.
    ///
    /// # Errors
    /// When there is no such quantity, or several, or the user interrupts.
    pub fn figure(
        &self,
        quantities: &[String],
        spread: Spread,
        title: &str,
    ) -> Result<Figure, LangError> {
        let ribbon = |quantity: &String| -> Result<Ribbon, LangError> {
            let model = self.quantity(quantity)?;
            let at = |statistic: &dyn Fn(&[f64]) -> f64| self.over(quantity, statistic);
            let [low, middle, high] = match spread {
                Spread::Deviation => {
                    // One run alone has no deviation.
                    let deviation = |v: &[f64]| if v.len() < 2 { 0.0 } else { sd(v) };
                    let (middle, off) = (at(&mean)?, at(&deviation)?);
                    let edge = |side: f64| -> Vec<f64> {
                        middle.iter().zip(&off).map(|(m, s)| m + side * s).collect()
                    };
                    // No cell has fewer than no molecules.
                    let least = if middle.iter().any(|m| *m < 0.0) { f64::MIN } else { 0.0 };
                    let low = edge(-1.0).into_iter().map(|v| v.max(least)).collect();
                    let high = edge(1.0);
                    [low, middle, high]
                }
                Spread::Quartiles => [
                    at(&|v| quantile(v, 0.25))?,
                    at(&|v| quantile(v, 0.5))?,
                    at(&|v| quantile(v, 0.75))?,
                ],
                Spread::Range => [
                    at(&|v| quantile(v, 0.0))?,
                    at(&|v| quantile(v, 0.5))?,
                    at(&|v| quantile(v, 1.0))?,
                ],
            };
            let middle = model.with(middle);
            Ok(Ribbon { middle, low, high })
        };
        let all: Vec<Ribbon> = quantities.iter().map(ribbon).collect::<Result<_, _>>()?;
        let first = &self.runs[0];
        // One run alone has no spread.
        let words = if self.runs.len() == 1 { "one repetition" } else { spread.words() };
        Ok(plot::ribbons((&first.times, &first.time_unit), &all, words, title))
    }
}

/// What a ribbon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spread {
    /// One standard deviation around the mean.
    #[default]
    Deviation,
    /// The middle half of the runs around the median.
    Quartiles,
    /// All runs around the median.
    Range,
}

impl Spread {
    /// The names of the kinds.
    pub const NAMES: [&str; 3] = ["sd", "quartiles", "range"];

    /// The kind of a name; the first of an unknown one.
    pub fn named(name: &str) -> Self {
        match name {
            "quartiles" => Self::Quartiles,
            "range" => Self::Range,
            _ => Self::Deviation,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Deviation => "mean ± sd",
            Self::Quartiles => "median and quartiles",
            Self::Range => "median and range",
        }
    }
}
