//! A semantic case: one deterministic run, compared value by value.

use std::time::{Duration, Instant};

use bioxen::engine::simulate::{Settings, deterministic};
use bioxen::engine::{EngineError, StopToken, Trajectory, ode};
use bioxen::network::sbml::{self, Model, Style, SymbolKind};

use super::case::{Case, Outcome};

/// After which a case counts as failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the case.
pub(crate) fn run(case: &Case) -> Outcome {
    match compare(case) {
        Ok(()) => Outcome::Passed,
        Err(outcome) => outcome,
    }
}

fn compare(case: &Case) -> Result<(), Outcome> {
    let failed = |why: String| Outcome::Failed(why);
    let model = case.model()?;
    let Some(grid) = case.grid() else {
        return Err(Outcome::Unsupported("a case that is not about time".to_owned()));
    };
    let absolute = case.number("absolute").unwrap_or(0.0);
    let relative = case.number("relative").unwrap_or(0.0);
    let trajectory = if case.round_trip {
        let text = sbml::write(&model.network, &Style::default());
        let text = text.map_err(|e| failed(format!("cannot be written: {e}")))?;
        let again = sbml::read(&text).map_err(|e| failed(format!("cannot be read back: {e}")))?;
        in_order(&model, simulate(&again, &grid, absolute)?)
    } else {
        simulate(&model, &grid, absolute)?
    };
    let amounts = case.list("amount");
    for (place, name) in case.header.iter().enumerate().skip(1) {
        let values = values(&model, &trajectory, name, amounts.contains(&name.as_str()))
            .ok_or_else(|| failed(format!("there is no `{name}` in the model")))?;
        if values.len() != case.rows.len() {
            let counts = format!("{} rows expected, {} made", case.rows.len(), values.len());
            return Err(failed(counts));
        }
        for (row, &got) in case.rows.iter().zip(&values) {
            let want = *row.get(place).ok_or_else(|| failed("a short row".to_owned()))?;
            let close = (got - want).abs() <= absolute + relative * want.abs();
            if !(close || got == want || got.is_nan() && want.is_nan()) {
                let t = row[0];
                return Err(failed(format!("{name} at {t} is {got}, and should be {want}")));
            }
        }
    }
    Ok(())
}

fn simulate(model: &Model, grid: &[f64], absolute: f64) -> Result<Trajectory, Outcome> {
    let options = ode::Options {
        rtol: 1e-9,
        atol: (absolute * 1e-6).clamp(1e-30, 1e-10),
        ..ode::Options::default()
    };
    let settings = Settings { rates: true, ode: options, ..Settings::default() };
    let stop = StopToken::new();
    let begin = Instant::now();
    let result = std::thread::scope(|scope| {
        let run = scope.spawn(|| deterministic(&model.network, grid, &settings, &stop));
        while !run.is_finished() {
            if begin.elapsed() > PATIENCE {
                stop.stop();
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        run.join()
    });
    match result {
        Ok(Ok(trajectory)) => Ok(trajectory),
        Ok(Err(error @ EngineError::Unsupported { .. })) => {
            Err(Outcome::Unsupported(error.to_string()))
        }
        Ok(Err(error)) => Err(Outcome::Failed(error.to_string())),
        Err(_) => Err(Outcome::Failed("the simulation panicked".to_owned())),
    }
}

/// The columns in the order of the model's own network.
fn in_order(model: &Model, trajectory: Trajectory) -> Trajectory {
    let names = model.network.quantities.iter().map(|q| q.name.clone());
    let rates = model.network.reactions.iter().map(|r| format!("rate of {}", r.name));
    let column = |name: String| trajectory.column(&name).cloned();
    let columns = names.chain(rates).map(|n| column(n).unwrap_or_default()).collect();
    Trajectory { columns, ..trajectory }
}

/// The values of what an id stands for; of a species its amount or its concentration.
fn values(model: &Model, trajectory: &Trajectory, id: &str, amount: bool) -> Option<Vec<f64>> {
    let column = |q: bioxen::network::QuantityId| Some(&trajectory.columns.get(q.index())?.values);
    match model.symbol(id)?.kind {
        SymbolKind::Species { amount: own, size, .. } if !amount => {
            let pairs = column(own)?.iter().zip(column(size)?);
            Some(pairs.map(|(amount, size)| amount / size).collect())
        }
        SymbolKind::Species { amount: own, .. } => column(own).cloned(),
        SymbolKind::Compartment(q) | SymbolKind::Parameter(q) | SymbolKind::SpeciesReference(q) => {
            column(q).cloned()
        }
        SymbolKind::Reaction(r) => {
            let place = model.network.quantities.len() + r.index();
            Some(trajectory.columns.get(place)?.values.clone())
        }
    }
}
