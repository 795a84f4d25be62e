//! What is compared with what, section by section.

pub(crate) mod burden;
pub(crate) mod cells;
pub(crate) mod composition;
pub(crate) mod exact;
pub(crate) mod host;
pub(crate) mod induction;
pub(crate) mod inhibition;
pub(crate) mod lac;
pub(crate) mod noise;
pub(crate) mod page;
pub(crate) mod polymerases;
pub(crate) mod populations;
pub(crate) mod proteins;
pub(crate) mod sizes;
pub(crate) mod transcripts;

use std::error::Error;

use bioxen::chassis::{Chassis, Nutrient};
use bioxen::plot::Figure;

/// Whatever goes wrong.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// One section of the page.
pub(crate) struct Section {
    /// Its heading.
    pub(crate) title: &'static str,
    /// What is compared, and what was calibrated on what.
    pub(crate) about: &'static str,
    /// Simulates.
    pub(crate) rows: fn() -> Outcome<Vec<Row>>,
    /// Its figures.
    pub(crate) figures: &'static [Picture],
    /// Whether it takes a second or so, so that a test repeats it.
    pub(crate) quick: bool,
}

/// One figure.
pub(crate) struct Picture {
    /// The name of its file.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) caption: &'static str,
    /// Simulates and draws.
    pub(crate) draw: fn() -> Outcome<Figure>,
}

/// All sections, in the order of the page.
pub(crate) const SECTIONS: &[Section] = &[
    exact::SECTION,
    host::SECTION,
    composition::SECTION,
    burden::SECTION,
    inhibition::SECTION,
    proteins::SECTION,
    transcripts::SECTION,
    transcripts::TOGETHER,
    polymerases::SECTION,
    lac::SECTION,
    induction::SECTION,
    lac::OPERONS,
    sizes::SECTION,
    populations::SECTION,
    populations::LINEAGES,
    noise::SECTION,
];

/// Where a simulated number comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nothing was calibrated on what it is compared with.
    Predicted,
    /// A parameter was fitted to it, here or by the authors of the model.
    Fitted,
    /// A mathematical result that simulations must meet.
    Exact,
    /// It is the measurement itself.
    Input,
}

impl Origin {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Predicted => "predicted",
            Self::Fitted => "fitted",
            Self::Exact => "exact",
            Self::Input => "input",
        }
    }
}

/// One comparison.
pub(crate) struct Row {
    /// The target that it belongs to.
    pub(crate) id: &'static str,
    /// What is compared, with its unit.
    pub(crate) what: String,
    pub(crate) measured: String,
    pub(crate) simulated: String,
    pub(crate) error: String,
    pub(crate) accepted: String,
    pub(crate) met: bool,
    pub(crate) origin: Origin,
    /// Why it is not met, if it is not.
    pub(crate) because: &'static str,
}

impl Row {
    /// A number that shall differ from the measured one by less than a part of it.
    pub(crate) fn near(
        id: &'static str,
        what: impl Into<String>,
        measured: f64,
        simulated: f64,
        tolerance: f64,
    ) -> Self {
        let error = simulated / measured - 1.0;
        Self {
            id,
            what: what.into(),
            measured: short(measured),
            simulated: short(simulated),
            error: percent(error),
            accepted: format!("± {} %", short(100.0 * tolerance)),
            met: error.abs() <= tolerance,
            origin: Origin::Predicted,
            because: "",
        }
    }

    /// A number that shall differ from the measured one by less than a factor.
    pub(crate) fn factor(
        id: &'static str,
        what: impl Into<String>,
        measured: f64,
        simulated: f64,
        factor: f64,
    ) -> Self {
        let ratio = simulated / measured;
        Self {
            accepted: format!("within a factor of {}", short(factor)),
            met: (1.0 / factor..=factor).contains(&ratio),
            ..Self::near(id, what, measured, simulated, 0.0)
        }
    }

    /// A number that shall lie in a range.
    pub(crate) fn within(
        id: &'static str,
        what: impl Into<String>,
        measured: impl Into<String>,
        simulated: f64,
        (low, high): (f64, f64),
    ) -> Self {
        let accepted = match (low.is_finite(), high.is_finite()) {
            (true, true) => format!("{} to {}", short(low), short(high)),
            (true, false) => format!("at least {}", short(low)),
            _ => format!("at most {}", short(high)),
        };
        Self {
            id,
            what: what.into(),
            measured: measured.into(),
            simulated: short(simulated),
            error: "–".to_owned(),
            accepted,
            met: (low..=high).contains(&simulated),
            origin: Origin::Predicted,
            because: "",
        }
    }

    pub(crate) fn of(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Explains why it is red, if it is.
    pub(crate) fn because(mut self, why: &'static str) -> Self {
        self.because = why;
        self
    }
}

/// A relative error.
fn percent(error: f64) -> String {
    if error.abs() < 5e-4 { "0.0 %".to_owned() } else { format!("{:+.1} %", 100.0 * error) }
}

/// Four digits.
pub(crate) fn short(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    let digits = 3 - (x.abs().log10().floor() as i32).clamp(-9, 12);
    if digits < -2 {
        return format!("{x:.3e}");
    }
    let text = format!("{x:.*}", digits.max(0) as usize);
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// The growth rate of a doubling time [min].
pub(crate) fn growth(doubling_min: f64) -> f64 {
    60.0 * std::f64::consts::LN_2 / doubling_min
}

/// The unburdened host that doubles in so many minutes.
pub(crate) fn doubling_in(minutes: f64) -> Outcome<Chassis> {
    let wanted = growth(minutes);
    let (mut low, mut high) = (0.05, 1.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        let found = Chassis::settled(Nutrient::new(middle)?)?.rates().growth_per_h;
        if found < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Chassis::settled(Nutrient::new(0.5 * (low + high))?)?)
}

/// Least squares: intercept, slope, and the square of the correlation.
pub(crate) fn line(points: &[(f64, f64)]) -> (f64, f64, f64) {
    let n = points.len() as f64;
    let (mx, my) = points.iter().fold((0.0, 0.0), |(a, b), p| (a + p.0 / n, b + p.1 / n));
    let (mut sxy, mut sxx, mut syy) = (0.0, 0.0, 0.0);
    for (x, y) in points {
        sxy += (x - mx) * (y - my);
        sxx += (x - mx).powi(2);
        syy += (y - my).powi(2);
    }
    (my - sxy / sxx * mx, sxy / sxx, sxy * sxy / (sxx * syy))
}

/// The middle of some numbers.
pub(crate) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}
