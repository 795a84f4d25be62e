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

/// Runs the case.
pub(crate) fn run(case: &Case) -> Outcome {
    match compare(case) {
        Ok(()) => Outcome::Passed,
        Err(outcome) => outcome,
    }
}

fn compare(case: &Case) -> Result<(), Outcome> {
    let model = case.model()?;
    let Some(grid) = case.grid() else {
        return Err(Outcome::Unsupported("a case that is not about time".to_owned()));
    };
    let failed = |error: EngineError| match error {
        EngineError::Unsupported { .. } => Outcome::Unsupported(error.to_string()),
        _ => Outcome::Failed(error.to_string()),
    };
    let simulation = Stochastic::new(&model.network, 0.0).map_err(failed)?;
    let statistics =
        simulation.ensemble(Seed::new(SEED), RUNS, &grid, &StopToken::new()).map_err(failed)?;
    let mean_range = range(case.setting("meanrange"), (-3.0, 3.0));
    let sd_range = range(case.setting("sdrange"), (-5.0, 5.0));
    let check = Check { case, model: &model, statistics: &statistics, mean_range, sd_range };
    check.all().map_err(Outcome::Failed)
}

struct Check<'a> {
    case: &'a Case,
    model: &'a Model,
    statistics: &'a Statistics,
    mean_range: (f64, f64),
    sd_range: (f64, f64),
}

impl Check<'_> {
    fn all(&self) -> Result<(), String> {
        for name in self.case.list("variables") {
            let mean = self.column(&format!("{name}-mean"))?;
            let sd = self.column(&format!("{name}-sd")).ok();
            for row in 0..self.case.rows.len() {
                self.row(name, row, mean, sd)?;
            }
        }
        Ok(())
    }

    fn column(&self, name: &str) -> Result<usize, String> {
        let found = self.case.header.iter().position(|h| h == name);
        found.ok_or_else(|| format!("there is no column `{name}` in results.csv"))
    }

    fn row(&self, name: &str, row: usize, mean: usize, sd: Option<usize>) -> Result<(), String> {
        let quantity = match self.model.symbol(name).map(|s| s.kind) {
            Some(SymbolKind::Species { amount, .. }) => amount,
            Some(SymbolKind::Parameter(q) | SymbolKind::Compartment(q)) => q,
            _ => return Err(format!("there is no `{name}` in the model")),
        };
        let want = &self.case.rows[row];
        let (time, mu) = (want[0], want[mean]);
        let n = self.statistics.runs as f64;
        let got = self.statistics.mean(row, quantity.index()).unwrap_or(f64::NAN);
        let spread = self.statistics.sd(row, quantity.index()).unwrap_or(f64::NAN);
        let Some(sigma) = sd.map(|sd| want[sd]) else { return Ok(()) };
        if sigma == 0.0 {
            let exact = (got - mu).abs() <= 1e-9 * mu.abs() && spread == 0.0;
            let message = || format!("{name} at {time} is {got} and should always be {mu}");
            return if exact { Ok(()) } else { Err(message()) };
        }
        let z = n.sqrt() * (got - mu) / sigma;
        if !(self.mean_range.0 < z && z < self.mean_range.1) {
            return Err(format!("mean of {name} at {time} is {got}, should be {mu}: Z = {z:.2}"));
        }
        let y = (n / 2.0).sqrt() * (spread * spread / (sigma * sigma) - 1.0);
        if !(self.sd_range.0 < y && y < self.sd_range.1) {
            return Err(format!("sd of {name} at {time} is {spread}, not {sigma}: Y = {y:.2}"));
        }
        Ok(())
    }
}

/// An interval such as `(-3, 3)`.
fn range(text: &str, default: (f64, f64)) -> (f64, f64) {
    let inner = text.trim_matches(|c| "()[] ".contains(c));
    let parts: Vec<f64> = inner.split(',').filter_map(|p| p.trim().parse().ok()).collect();
    if let [low, high] = parts[..] { (low, high) } else { default }
}
