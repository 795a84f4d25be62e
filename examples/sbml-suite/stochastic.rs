//! A stochastic case: means and standard deviations of many runs.

use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::{Statistics, Stochastic};
use bioxen::engine::{EngineError, StopToken};
use bioxen::network::sbml::{Model, SymbolKind};

use super::case::{Case, Outcome};

/// Runs of each case.
const RUNS: u64 = 10_000;
/// Where the random numbers begin.
const SEED: u64 = 20_240_601;

/// Sets of runs that decide whether a deviation is chance. The suite's bounds take means and
/// variances to be normally distributed. Z is, and lies beyond 3 somewhere in the table in about
/// one case of forty. Y is not where few runs carry the variance: in 00003, for one, its standard
/// deviation is not 1 but 5 at the end, so that nearly every set of 10 000 runs of a right
/// simulation is somewhere beyond the bounds. So if the first set is, this many more are run: the
/// Z of all of them together must be within its bounds, and Y must not differ from 0 by more than
/// its bound times its standard error, as estimated from how much it differs among the sets.
const MORE: u64 = 10;

/// Runs the case.
pub(crate) fn run(case: &Case) -> Outcome {
    match compare(case) {
        Ok(None) => Outcome::Passed,
        Ok(Some(note)) => Outcome::PassedAgain(note),
        Err(outcome) => outcome,
    }
}

/// Nothing if the first set of runs is within the bounds; else why it is not, if that is chance.
fn compare(case: &Case) -> Result<Option<String>, Outcome> {
    let model = case.model()?;
    let Some(grid) = case.grid() else {
        return Err(Outcome::Unsupported("a case that is not about time".to_owned()));
    };
    let failed = |error: EngineError| match error {
        EngineError::Unsupported { .. } => Outcome::Unsupported(error.to_string()),
        _ => Outcome::Failed(error.to_string()),
    };
    let simulation = Stochastic::new(&model.network).map_err(failed)?;
    let checks = checks(case, &model).map_err(Outcome::Failed)?;
    let set = |number: u64| -> Result<Statistics, Outcome> {
        let seed = Seed::new(SEED).point(number);
        simulation.ensemble(seed, RUNS, &grid, &StopToken::new()).map_err(failed)
    };
    let z_range = range(case.setting("meanrange"), (-3.0, 3.0));
    let y_range = range(case.setting("sdrange"), (-5.0, 5.0));
    let first = set(0)?;
    let mut beyond = Vec::new();
    let mut complaint = None;
    for check in &checks {
        let (z, y) = check.deviations(&first);
        if !(within(z, z_range) && within(y, y_range)) {
            complaint.get_or_insert(format!("{}: Z = {z:.2}, Y = {y:.2}", check.place()));
            beyond.push(check);
        }
    }
    let Some(complaint) = complaint else { return Ok(None) };
    if beyond.iter().any(|check| check.sigma == 0.0) {
        return Err(Outcome::Failed(complaint));
    }
    let sets = (1..=MORE).map(set).collect::<Result<Vec<_>, _>>()?;
    for check in &checks {
        let (z, y): (Vec<f64>, Vec<f64>) = sets.iter().map(|set| check.deviations(set)).unzip();
        let (z, _) = mean_and_error(&z);
        let (y, error) = mean_and_error(&y);
        let z = z * (MORE as f64).sqrt();
        if !(within(z, z_range) && within(y / error.max(1e-3), y_range)) {
            let place = check.place();
            let why = format!("{place}: Z = {z:.2}, Y = {y:.2} +- {error:.2} in all sets");
            return Err(Outcome::Failed(why));
        }
    }
    Ok(Some(format!("chance: one set is beyond the bounds ({complaint}), {MORE} more are right")))
}

fn within(value: f64, range: (f64, f64)) -> bool {
    range.0 < value && value < range.1
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// One expected mean and standard deviation.
struct Check {
    name: String,
    time: f64,
    row: usize,
    quantity: usize,
    mu: f64,
    sigma: f64,
}

fn checks(case: &Case, model: &Model) -> Result<Vec<Check>, String> {
    let column = |name: String| {
        let found = case.header.iter().position(|h| *h == name);
        found.ok_or_else(|| format!("there is no column `{name}` in results.csv"))
    };
    let mut checks = Vec::new();
    for name in case.list("variables") {
        let quantity = match model.symbol(name).map(|s| s.kind) {
            Some(SymbolKind::Species { amount, .. }) => amount,
            Some(SymbolKind::Parameter(q) | SymbolKind::Compartment(q)) => q,
            _ => return Err(format!("there is no `{name}` in the model")),
        };
        let (mean, sd) = (column(format!("{name}-mean"))?, column(format!("{name}-sd"))?);
        for (row, values) in case.rows.iter().enumerate() {
            let value = |at: usize| values.get(at).copied().unwrap_or(f64::NAN);
            checks.push(Check {
                name: name.to_owned(),
                time: value(0),
                row,
                quantity: quantity.index(),
                mu: value(mean),
                sigma: value(sd),
            });
        }
    }
    Ok(checks)
}

impl Check {
    /// Z and Y of a set of runs. Without a spread to compare with, 0 if the value is exact.
    fn deviations(&self, set: &Statistics) -> (f64, f64) {
        let n = set.runs as f64;
        let mean = set.mean(self.row, self.quantity).unwrap_or(f64::NAN);
        let sd = set.sd(self.row, self.quantity).unwrap_or(f64::NAN);
        if self.sigma == 0.0 {
            let exact = (mean - self.mu).abs() <= 1e-9 * self.mu.abs() && sd == 0.0;
            return if exact { (0.0, 0.0) } else { (f64::INFINITY, f64::INFINITY) };
        }
        let z = n.sqrt() * (mean - self.mu) / self.sigma;
        let y = (n / 2.0).sqrt() * ((sd / self.sigma).powi(2) - 1.0);
        (z, y)
    }

    fn place(&self) -> String {
        format!("{} at {}", self.name, self.time)
    }
}

/// An interval such as `(-3, 3)`.
fn range(text: &str, default: (f64, f64)) -> (f64, f64) {
    let inner = text.trim_matches(|c| "()[] ".contains(c));
    let parts: Vec<f64> = inner.split(',').filter_map(|p| p.trim().parse().ok()).collect();
    if let [low, high] = parts[..] { (low, high) } else { default }
}
