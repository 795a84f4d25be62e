//! What there is to say of a fit.

use std::io::{self, Write};

use bioxen::petab::{Fitted, Found, Petab};
use serde_json::{Value, json};

/// A fit to be told.
pub(crate) struct Told<'a> {
    pub(crate) problem: &'a Petab,
    pub(crate) fitted: &'a Fitted,
    pub(crate) seed: u64,
}

/// A number that may be missing.
fn shown(x: f64) -> String {
    if x.is_finite() { format!("{x:.6e}") } else { "-".to_owned() }
}

impl Told<'_> {
    /// As text.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let fit = self.fitted;
        let width = fit
            .estimates
            .found
            .iter()
            .map(|f| f.id.len())
            .max()
            .unwrap_or(0)
            .max("parameter".len());
        writeln!(out, "{:<width$}  {:>13}  {:>14}", "parameter", "value", "standard error")?;
        for Found { id, value, error, at } in &fit.estimates.found {
            let at = at.map_or(String::new(), |at| format!("  at its {at} bound"));
            writeln!(out, "{id:<width$}  {:>13}  {:>14}{at}", shown(*value), shown(*error))?;
        }
        writeln!(out)?;
        let best = &fit.best;
        let points = best.points.len();
        writeln!(
            out,
            "log-likelihood {:.6}, chi2 {:.6}, {points} points",
            best.log_likelihood, best.chi2
        )?;
        if best.log_prior != 0.0 {
            writeln!(
                out,
                "logarithm of the priors {:.6}, objective {:.6}",
                best.log_prior, fit.objective
            )?;
        }
        writeln!(out, "AIC {:.4}, BIC {:.4}", fit.criteria.aic, fit.criteria.bic)?;
        let (reached, starts) = (fit.reached, fit.runs.len());
        writeln!(out, "{reached} of {starts} starts reached the best (seed {})", self.seed)?;
        let failed = fit.runs.iter().filter(|run| run.objective.is_infinite()).count();
        if failed > 0 {
            let how = if fit.stopped { "were not made, or failed" } else { "failed" };
            writeln!(out, "{failed} of {starts} starts {how}")?;
        }
        writeln!(out, "{}", fit.end.why)?;
        for what in &fit.estimates.undetermined {
            writeln!(out, "not determined by the data: {what}")?;
        }
        Ok(())
    }

    /// As JSON. What is no number is null.
    pub(crate) fn json(&self) -> Value {
        let fit = self.fitted;
        let parameters: Vec<Value> = fit
            .estimates
            .found
            .iter()
            .map(|f| json!({ "id": f.id, "value": f.value, "standard_error": f.error, "at_bound": f.at }))
            .collect();
        let runs: Vec<Value> = fit
            .runs
            .iter()
            .map(|run| {
                json!({ "start": run.start, "objective": run.objective, "evaluations": run.evaluations,
                        "ended": run.ended })
            })
            .collect();
        let fixed: Vec<Value> = self
            .problem
            .parameters
            .iter()
            .zip(&fit.estimates.values)
            .filter(|(p, _)| !p.estimate)
            .map(|(p, value)| json!({ "id": p.id, "value": value }))
            .collect();
        json!({
            "parameters": parameters,
            "fixed": fixed,
            "log_likelihood": fit.best.log_likelihood,
            "log_prior": fit.best.log_prior,
            "objective": fit.objective,
            "chi2": fit.best.chi2,
            "points": fit.best.points.len(),
            "aic": fit.criteria.aic,
            "bic": fit.criteria.bic,
            "seed": self.seed,
            "starts": fit.runs.len(),
            "reached_best": fit.reached,
            "converged": fit.end.is_optimum,
            "ended": fit.end.why,
            "not_determined": fit.estimates.undetermined,
            "runs": runs,
        })
    }
}
