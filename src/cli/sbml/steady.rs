//! `bioxen sbml steady`: steady states of an SBML model, and their branches along a parameter.

use std::io::{self, Write};
use std::path::PathBuf;

use bioxen::engine::StopToken;
use bioxen::nearest::nearest;
use bioxen::network::QuantityId;
use bioxen::network::sbml::{Model, SymbolKind};
use bioxen::options;
use bioxen::study::StudyError;
use bioxen::study::continuation::{Branch, Direction, Ended, Options, Point};
use bioxen::study::linear::Eigenvalue;
use bioxen::study::network::{NetworkError, NetworkStates, Search};
use bioxen::study::newton::Stability;
use clap::Args;

use super::columns::{Choice, Columns};
use super::{SbmlFailure, read, tell};
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::output::{TABLE, apart};

/// The most eigenvalues that are told.
const TOLD: usize = 20;

/// The arguments of `bioxen sbml steady`.
#[derive(Debug, Args)]
pub(crate) struct Steady {
    /// The model: SBML Level 3 core, or Level 2.
    model: PathBuf,
    /// Follow the steady states along this parameter, by its id.
    #[arg(long, value_name = "ID", requires = "from", requires = "to")]
    param: Option<String>,
    /// The lower end of the range of --param.
    #[arg(long, requires = "param", allow_negative_numbers = true)]
    from: Option<f64>,
    /// The upper end of the range of --param.
    #[arg(long, requires = "param", allow_negative_numbers = true)]
    to: Option<f64>,
    /// Begin at the upper end of the range; without it, at the lower one.
    #[arg(long, requires = "param")]
    down: bool,
    /// Follow the logarithm of the parameter.
    #[arg(long, requires = "param")]
    log: bool,
    /// The most points of the branch.
    #[arg(long, requires = "param", default_value_t = 1000, value_parser = options::whole::<usize>(1..=1_000_000))]
    most_points: usize,
    /// Take the state that Newton's method finds from the start, which may be unstable, and do not let the model
    /// run towards a stable one.
    #[arg(long, conflicts_with = "param")]
    newton: bool,
    #[command(flatten)]
    choice: Choice,
    /// The file for the table, as CSV [default: standard output].
    #[arg(long)]
    out: Option<PathBuf>,
    /// Replace the file of --out even if it is not a table of an earlier call.
    #[arg(long, requires = "out")]
    force: bool,
}

impl Steady {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<(), Failure> {
        if let Some(path) = &self.out {
            apart(path, [self.model.as_path()])?;
            TABLE.check(path, self.force)?;
        }
        let model = read(&self.model)?;
        if !model.network.events.is_empty() {
            tell("warning: the events of the model are left out");
        }
        let columns = Columns::new(&model, &self.choice)?;
        let states = NetworkStates::new(&model.network).map_err(|error| self.failed(error))?;
        let stop = StopToken::new();
        let token = stop.clone();
        interrupt::listen_once(move || token.stop());
        let mut bytes = Vec::new();
        match &self.param {
            None => self.state(&states, &columns, &stop, &mut bytes)?,
            Some(id) => {
                let range = self.range(&model, id)?;
                self.branch(&states, &columns, range, &stop, &mut bytes)?;
            }
        }
        match &self.out {
            Some(path) => TABLE.write(path, &bytes, self.force)?,
            None => out.write_all(&bytes)?,
        }
        Ok(())
    }

    fn failed(&self, error: impl Into<NetworkError>) -> Failure {
        match error.into() {
            NetworkError::Study(StudyError::Stopped) => {
                Failure::Interrupted { note: "interrupted".to_owned() }
            }
            NetworkError::Engine(source) => {
                let hint = " (`bioxen sbml run --solver ode` can simulate more)";
                Failure::Sbml(SbmlFailure::Simulation { path: self.model.clone(), source, hint })
            }
            source => Failure::Sbml(SbmlFailure::Steady { path: self.model.clone(), source }),
        }
    }

    /// One steady state: a row for each quantity.
    fn state(
        &self,
        states: &NetworkStates,
        columns: &Columns,
        stop: &StopToken,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let search = if self.newton { Search::Start } else { Search::Run };
        let (found, reached) =
            states.steady_state(search, stop).map_err(|error| self.failed(error))?;
        let mut row = vec![0.0; columns.names().len()];
        columns.values(0.0, &states.quantities(&found.values), &mut row);
        writeln!(out, "quantity,value")?;
        for (name, value) in columns.names().iter().zip(&row) {
            writeln!(out, "{name},{value}")?;
        }
        tell(&found.stability.to_string());
        if !reached {
            tell("the model does not come to this state from its start: it goes on changing");
        }
        if found.conserved > 0 {
            tell(&format!("sums that are conserved: {}", found.conserved));
        }
        if let Some(eigenvalues) = found.eigenvalues.as_deref().filter(|all| !all.is_empty()) {
            tell(&told(eigenvalues));
        }
        Ok(())
    }

    /// The parameter with its range.
    fn range(&self, model: &Model, id: &str) -> Result<(QuantityId, f64, f64), Failure> {
        let usage = |message: String| Failure::Usage { message };
        let Some(symbol) = model.symbol(id) else {
            let hint = nearest(id, model.symbols.iter().map(|symbol| symbol.id.as_str()));
            let hint = hint.map_or(String::new(), |hint| format!("; did you mean `{hint}`?"));
            return Err(usage(format!("the model has nothing called `{id}`{hint}")));
        };
        let (SymbolKind::Parameter(quantity) | SymbolKind::Compartment(quantity)) = symbol.kind
        else {
            return Err(usage(format!("`{id}` is no parameter: --param needs one")));
        };
        let (from, to) = (self.from.unwrap_or(f64::NAN), self.to.unwrap_or(f64::NAN));
        if !(from.is_finite() && to.is_finite() && from < to) {
            return Err(usage(format!("--from {from} is not below --to {to}")));
        }
        if self.log && from <= 0.0 {
            return Err(usage(format!("--log needs a range above 0; --from is {from}")));
        }
        Ok((quantity, from, to))
    }

    /// A branch: a row for each point.
    fn branch(
        &self,
        states: &NetworkStates,
        columns: &Columns,
        (parameter, from, to): (QuantityId, f64, f64),
        stop: &StopToken,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let place = |value: f64| if self.log { value.ln() } else { value };
        // The ends of the range are exactly those that were given.
        let value = |at: f64| match at {
            at if at == place(from) => from,
            at if at == place(to) => to,
            at if self.log => at.exp(),
            at => at,
        };
        let (start, direction) =
            if self.down { (to, Direction::Down) } else { (from, Direction::Up) };
        let options = Options {
            direction,
            largest_step: 0.02,
            smallest_step: 1e-8,
            most_points: self.most_points,
            ..Options::between(place(from), place(to))
        };
        let branch = states
            .branch(parameter, (place(start), &value), &options, stop)
            .map_err(|error| self.failed(error))?;
        if stop.is_stopped() {
            return Err(self.failed(StudyError::Stopped));
        }
        let name = self.param.as_deref().unwrap_or_default();
        write!(out, "{name}")?;
        // The parameter has its column already.
        let shown: Vec<usize> =
            (0..columns.names().len()).filter(|i| columns.names()[*i] != name).collect();
        shown.iter().try_for_each(|i| write!(out, ",{}", columns.names()[*i]))?;
        writeln!(out, ",stable,special")?;
        let mut specials = branch.specials.iter().peekable();
        let mut line = |point: &Point, special: &str| -> io::Result<()> {
            let at = value(point.parameter);
            states.set(parameter, at);
            let mut row = vec![0.0; columns.names().len()];
            columns.values(0.0, &states.quantities(&point.values), &mut row);
            write!(out, "{at}")?;
            shown.iter().try_for_each(|i| write!(out, ",{}", row[*i]))?;
            writeln!(out, ",{},{special}", point.stability == Stability::Stable)
        };
        for (i, point) in branch.points.iter().enumerate() {
            line(point, "")?;
            while let Some(special) = specials.next_if(|s| s.after == i) {
                line(&special.point, &special.kind.to_string())?;
                tell(&format!("{} at {name} = {}", special.kind, value(special.point.parameter)));
            }
        }
        tell_ends(&branch, name, &value);
        Ok(())
    }
}

/// Where and why a branch ends, unless at the end of the range.
fn tell_ends(branch: &Branch, name: &str, value: &dyn Fn(f64) -> f64) {
    let ends =
        [(&branch.ends.first, branch.points.first()), (&branch.ends.last, branch.points.last())];
    for (end, point) in ends {
        if let (Ended::Closed | Ended::MostPoints | Ended::SmallestStep(_), Some(point)) =
            (end, point)
        {
            tell(&format!("the branch ends at {name} = {}: {end}", value(point.parameter)));
        }
    }
}

/// Eigenvalues in words; pairs as one.
fn told(all: &[Eigenvalue]) -> String {
    let one = |s: &Eigenvalue| match s.im {
        0.0 => format!("{:.6}", s.re),
        im => format!("{:.6} ± {im:.6}i", s.re),
    };
    let words: Vec<String> = all.iter().filter(|s| s.im >= 0.0).take(TOLD).map(one).collect();
    let more = if all.len() > TOLD { ", .." } else { "" };
    format!("eigenvalues [1/time]: {}{more}", words.join(", "))
}
