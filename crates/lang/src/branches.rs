//! Steady states of the current cell along a parameter, round folds.

mod found;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Array, Dynamic, FnPtr, Map, NativeCallContext};

use super::error::raise;
use super::look::choice;
use super::number::{kind, only, some_names, whole};
use super::running::is_exit;
use super::series::Unit;
use super::sweep::{self, Pool};
use super::value::Trace;
use super::world::with;
use super::{LangError, RhaiResultOf};
use bioxen_cell::hypervisor::{Balance, Search, stability};
use bioxen_engine::StopToken;
use bioxen_engine::trajectory::Kind;
use bioxen_study::Range;
use bioxen_study::continuation::{Direction, Options, follow_with_eigenvalues};
use bioxen_study::linear::Eigenvalue;
use bioxen_study::newton::Stability;

/// The equations for so many values of the parameter are kept: derivatives need those beside it.
const KEPT: usize = 16;
/// The largest step along the branch: of the range of the parameter, and of the logarithms of what decides on the state.
const LARGEST_STEP: f64 = 0.05;
/// How large the last step of Newton's method may be. The reference state by which VMs are calibrated in each medium is
/// known to nine digits, so that equations of neighbouring values differ by a little more than the values do.
const TOLERANCE: f64 = 1e-8;
/// Below this step a branch ends.
const SMALLEST_STEP: f64 = 1e-8;

/// How to follow a branch.
pub struct Wishes {
    of: Option<Vec<String>>,
    log: bool,
    start: Option<Dynamic>,
    direction: Option<Direction>,
    most_points: usize,
}

impl Wishes {
    /// Reads the options of `continuation`.
    ///
    /// # Errors
    /// When a key is unknown, or a value is not what it must be.
    pub fn read(options: &Map) -> Result<Self, LangError> {
        only("continuation", options, &["direction", "log", "most_points", "of", "start"])?;
        let of = options.get("of").map(|value| some_names("of", value)).transpose()?;
        let log = match options.get("log") {
            Some(value) => value.as_bool().map_err(|_| LangError::WrongType {
                what: "log".to_owned(),
                expected: "true or false",
                got: kind(value),
            })?,
            None => false,
        };
        let direction = choice(options, "direction", &["up", "down", "both"])?;
        let direction = direction.map(|name| match name {
            "up" => Direction::Up,
            "down" => Direction::Down,
            _ => Direction::Both,
        });
        let most_points = options.get("most_points").map_or(Ok(1000), |value| {
            whole("most_points", value, 1..=100_000, "a whole number from 1 to 100000")
        })? as usize;
        Ok(Self { of, log, start: options.get("start").cloned(), direction, most_points })
    }
}

/// The one parameter that varies.
struct Axis {
    name: String,
    unit: Unit,
    low: f64,
    high: f64,
    log: bool,
}

impl Axis {
    fn read(parameters: &Map, log: bool) -> Result<Self, LangError> {
        let wrong = |what: String, expected, got| LangError::WrongType { what, expected, got };
        let mut all = parameters.iter();
        let (Some((name, value)), None) = (all.next(), all.next()) else {
            return Err(wrong(
                "the parameters of continuation".to_owned(),
                "a map of one name and its range, such as #{iptg: [0.uM, 100.uM]}",
                format!("a map of {} names", parameters.len()),
            ));
        };
        let bad = || {
            let expected = "an array of two numbers or quantities of one kind, such as [0.1, 10]";
            wrong(format!("`{name}` of continuation"), expected, kind(value))
        };
        let ends = value.read_lock::<Array>().map(|ends| ends.to_vec()).ok_or_else(bad)?;
        let [low, high] = ends.as_slice() else { return Err(bad()) };
        let (low, unit) = Unit::of(low).ok_or_else(bad)?;
        let high = unit.read(high).ok_or_else(bad)?;
        let range = Range::new(name.as_str(), low, high)?;
        if log {
            range.log()?;
        }
        Ok(Self { name: name.to_string(), unit, low, high, log })
    }

    /// The place of a value on the axis.
    fn place(&self, value: f64) -> f64 {
        if self.log { value.ln() } else { value }
    }

    /// The value at a place; at the ends of the range exactly those that were given.
    fn value(&self, place: f64) -> f64 {
        match place {
            p if p == self.place(self.low) => self.low,
            p if p == self.place(self.high) => self.high,
            p if self.log => p.exp(),
            p => p,
        }
    }

    /// Where to begin, and in which direction to go from there unless one is asked for.
    fn start(&self, wishes: &Wishes) -> Result<(f64, Direction), LangError> {
        let asked = wishes.direction;
        let Some(given) = &wishes.start else {
            return Ok(match asked {
                Some(Direction::Down) => (self.high, Direction::Down),
                asked => (self.low, asked.unwrap_or(Direction::Up)),
            });
        };
        let value = self.unit.read(given).filter(|x| (self.low..=self.high).contains(x));
        let value = value.ok_or_else(|| LangError::WrongType {
            what: "start".to_owned(),
            expected: "a value within the range of the parameter, of its kind",
            got: kind(given),
        })?;
        let usual = match value {
            x if x == self.low => Direction::Up,
            x if x == self.high => Direction::Down,
            _ => Direction::Both,
        };
        Ok((value, asked.unwrap_or(usual)))
    }
}

/// The equations at each value of the parameter, as the function of the script makes them.
struct Model<'a> {
    pool: &'a Pool,
    axis: &'a Axis,
    /// The equations at the start.
    first: Arc<Balance>,
    /// The last ones.
    known: Mutex<VecDeque<(u64, Arc<Balance>)>>,
    /// The full names of what is recorded.
    columns: Vec<String>,
    /// What was recorded at each point that was looked at.
    seen: Mutex<HashMap<Vec<u64>, Vec<f64>>>,
}

fn bits(values: &[f64], parameter: f64) -> Vec<u64> {
    values.iter().chain([&parameter]).map(|x| x.to_bits()).collect()
}

impl Model<'_> {
    fn balance(&self, place: f64) -> Result<Arc<Balance>, String> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = place.to_bits();
        if let Some((_, balance)) = known().iter().find(|(bits, _)| *bits == key) {
            return Ok(balance.clone());
        }
        let balance = Arc::new(equations(self.pool, self.axis, place).map_err(|e| plain(&e))?);
        if !self.first.is_like(&balance) {
            return Err("the function changes which VMs and genes there are; it may only change what they feel".into());
        }
        let mut known = known();
        if known.len() >= KEPT {
            known.pop_front();
        }
        known.push_back((key, balance.clone()));
        Ok(balance)
    }

    fn residual(&self, values: &[f64], place: f64) -> Result<Vec<f64>, String> {
        Ok(self.balance(place)?.residual(values))
    }

    /// The eigenvalues at a point. What is recorded there is kept.
    fn look(&self, values: &[f64], place: f64) -> Result<(Vec<Eigenvalue>, Stability), String> {
        let balance = self.balance(place)?;
        let eigenvalues = balance.eigenvalues(values).map_err(|e| e.to_string())?;
        let trace = balance.values(values).map_err(|e| e.to_string())?;
        let one = |name: &String| {
            let column = trace.column(name).and_then(|c| c.values.first());
            column.copied().unwrap_or(f64::NAN)
        };
        let row = self.columns.iter().map(one).collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(bits(values, place), row);
        let stability = stability(&eigenvalues);
        Ok((eigenvalues, stability))
    }
}

/// The equations at a place of the parameter.
fn equations(pool: &Pool, axis: &Axis, place: f64) -> RhaiResultOf<Balance> {
    let value = axis.unit.give(axis.value(place)).map_err(raise)?;
    let argument: Map = [(axis.name.as_str().into(), value)].into();
    let cell = pool.cell(argument.into()).map_err(|error| match is_exit(&error) {
        true => raise(LangError::Noticed {
            message: "exit() cannot end the script from the function given to continuation"
                .to_owned(),
            help: Vec::new(),
        }),
        false => error,
    })?;
    Balance::new(&cell).map_err(raise)
}

/// What an error of the function says, without its place.
fn plain(error: &rhai::EvalAltResult) -> String {
    match error {
        rhai::EvalAltResult::ErrorRuntime(value, _) => {
            let ours = value.read_lock::<LangError>().map(|error| error.to_string());
            ours.unwrap_or_else(|| value.to_string())
        }
        rhai::EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => plain(inner),
        other => other.to_string(),
    }
}

/// The columns of names: those that are asked for, or else the proteins of packages, or else growth. With the name
/// under which each is shown, and its unit.
fn columns(
    trace: &Trace,
    balance: &Balance,
    of: Option<&[String]>,
) -> Result<Vec<(String, String, String)>, LangError> {
    let one = |name: &String| {
        let column = trace.column(name)?;
        Ok((name.clone(), column.name.clone(), column.unit.clone()))
    };
    if let Some(of) = of {
        return of.iter().map(one).collect();
    }
    let packaged = balance.packaged();
    let proteins = trace.0.columns.iter().filter(|c| c.kind == Kind::Protein);
    let of_package = proteins.filter(|c| {
        let (vm, of) = (c.subject.vm.as_deref(), c.subject.of.as_deref());
        packaged.iter().any(|(id, gene)| Some(id.as_str()) == vm && Some(gene.as_str()) == of)
    });
    let short = |full: &str| {
        let names = trace.clear_names();
        let found = names.iter().filter(|(_, column)| column.name == full).map(|(name, _)| *name);
        found.min_by_key(|name| name.len()).unwrap_or(full).to_owned()
    };
    let mut names: Vec<String> = of_package.map(|c| short(&c.name)).collect();
    if names.is_empty() {
        names.push("host.growth_rate_per_h".to_owned());
    }
    names.iter().map(one).collect()
}

/// Follows the steady states of the current cell along a parameter.
///
/// # Errors
/// When the parameter or an option is wrong, a run is under way, the function fails at the start, there is no steady
/// state there, or the user interrupts.
pub fn continuation(
    context: &NativeCallContext,
    parameters: &Map,
    function: &FnPtr,
    wishes: &Wishes,
) -> RhaiResultOf<Map> {
    let axis = Axis::read(parameters, wishes.log).map_err(raise)?;
    let (start, direction) = axis.start(wishes).map_err(raise)?;
    let (stop, events) =
        with(context, |world| Ok::<_, LangError>((world.stop(), !world.lab.events().is_empty())))?;
    sweep::with_pool(context, "continuation", function, &stop, |pool| {
        let place = axis.place(start);
        let first = Arc::new(equations(pool, &axis, place)?);
        let state = first.solve(Search::Run, &stop);
        if stop.is_stopped() {
            return Err(raise(LangError::Stopped));
        }
        let state = state.map_err(raise)?;
        let trace = Trace::new(state.values);
        let named = columns(&trace, &first, wishes.of.as_deref()).map_err(raise)?;
        let model = Model {
            pool,
            axis: &axis,
            first: first.clone(),
            known: Mutex::new(VecDeque::from([(place.to_bits(), first)])),
            columns: named.iter().map(|(_, full, _)| full.clone()).collect(),
            seen: Mutex::default(),
        };
        let branch = model.follow(&state.place, place, direction, wishes, &stop);
        if stop.is_stopped() {
            return Err(raise(LangError::Stopped));
        }
        let found = found::Found {
            axis: &axis,
            branch: &branch.map_err(raise)?,
            named: &named,
            seen: &model.seen.into_inner().unwrap_or_else(PoisonError::into_inner),
            reached: state.reached,
            events,
        };
        found.told().map_err(raise)
    })
}

impl Model<'_> {
    fn follow(
        &self,
        start: &[f64],
        place: f64,
        direction: Direction,
        wishes: &Wishes,
        stop: &StopToken,
    ) -> Result<bioxen_study::continuation::Branch, LangError> {
        // The largest step grows with the largest value.
        let size = start.iter().fold(1.0, |most: f64, u| most.max(u.abs()));
        let (low, high) = (self.axis.place(self.axis.low), self.axis.place(self.axis.high));
        let options = Options {
            direction,
            largest_step: LARGEST_STEP / size,
            smallest_step: SMALLEST_STEP,
            most_points: wishes.most_points,
            tolerance: TOLERANCE,
            units: Some(vec![1.0; start.len()]),
            ..Options::between(low, high)
        };
        let rates = |values: &[f64], place: f64| self.residual(values, place);
        let look = |values: &[f64], place: f64| self.look(values, place);
        Ok(follow_with_eigenvalues(rates, look, start, place, &options, stop)?)
    }
}
