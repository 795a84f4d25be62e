//! Our side of `make peers`: writes the benchmark networks as SBML, and times simulations of SBML
//! models in the time of one processor. `benches/peers/` holds the other side and starts this.
//!
//! * `peer-bench models DIR` writes `vilar.xml` and `genesN.xml`, in their stationary state, and
//!   `genesN_ode.xml`, from the beginning.
//! * `peer-bench ssa MODEL` and `peer-bench ode MODEL RTOL ATOL` read times from standard input,
//!   one a line, simulate up to each, and answer each with a line of JSON.

#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../../benches/common/models.rs"]
#[allow(dead_code)] // The benches use the rest.
mod models;

use std::error::Error;
use std::io::BufRead;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::{Deterministic, Settings, Stochastic};
use bioxen::engine::{StopToken, ode};
use bioxen::network::{Network, sbml};

/// Each time is measured over at least this much work.
const LEAST: Duration = Duration::from_millis(250);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["models", dir] => write_models(Path::new(dir)),
        ["ssa", model] => stochastic(model),
        ["ode", model, rtol, atol] => equations(model, rtol, atol),
        _ => Err("usage: peer-bench models DIR | ssa MODEL | ode MODEL RTOL ATOL".into()),
    };
    if let Err(error) = done {
        eprintln!("peer-bench: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn write_models(dir: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(dir)?;
    let write = |name: &str, network: &Network| -> Result<(), Box<dyn Error>> {
        let style = sbml::Style { id: name.to_owned(), ..sbml::Style::default() };
        Ok(std::fs::write(dir.join(format!("{name}.xml")), sbml::write(network, &style)?)?)
    };
    write("vilar", &stationary(models::vilar(), 100.0)?)?;
    for genes in [10, 100, 500, 2000] {
        let network = models::explicit_binding(genes);
        write(&format!("genes{genes}_ode"), &network)?;
        // Four half-lives of the proteins, hundreds of the rest.
        write(&format!("genes{genes}"), &stationary(network, 4.0 * 3600.0)?)?;
    }
    Ok(())
}

/// The network as it is after a while, so that the work per unit of time is the same ever after.
fn stationary(mut network: Network, time: f64) -> Result<Network, Box<dyn Error>> {
    let simulation = Stochastic::new(&network, 0.0)?;
    let mut last = Vec::new();
    let mut record = |_: usize, state: &[f64]| last = state.to_vec();
    simulation.run(Seed::new(1), &[time], &StopToken::new(), &mut record)?;
    for (quantity, value) in network.quantities.iter_mut().zip(last) {
        quantity.initial = value;
    }
    Ok(network)
}

fn stochastic(path: &str) -> Result<(), Box<dyn Error>> {
    let model = sbml::read(&std::fs::read_to_string(path)?)?;
    let begin = Instant::now();
    let simulation = Stochastic::new(&model.network, 0.0)?;
    let setup = begin.elapsed().as_secs_f64();
    let mut seed = 0;
    answer(|time| {
        let (begin, mut runs, mut events) = (cpu_time(), 0, 0);
        while runs == 0 || cpu_time().saturating_sub(begin) < LEAST {
            seed += 1;
            let stop = StopToken::new();
            events += simulation.run(Seed::new(seed), &[time], &stop, &mut |_, _| {})?;
            runs += 1;
        }
        let seconds = cpu_time().saturating_sub(begin).as_secs_f64() / f64::from(runs);
        let events = events as f64 / f64::from(runs);
        Ok(format!("{{\"seconds\":{seconds},\"events\":{events},\"setup\":{setup}}}"))
    })
}

fn equations(path: &str, rtol: &str, atol: &str) -> Result<(), Box<dyn Error>> {
    let model = sbml::read(&std::fs::read_to_string(path)?)?;
    let begin = Instant::now();
    let system = Deterministic::new(&model.network)?;
    let setup = begin.elapsed().as_secs_f64();
    let options =
        ode::Options { rtol: rtol.parse()?, atol: atol.parse()?, ..ode::Options::default() };
    let settings = Settings { ode: options, ..Settings::default() };
    answer(|time| {
        let grid: Vec<f64> = (0..=100).map(|i| time * f64::from(i) / 100.0).collect();
        let (begin, mut runs) = (cpu_time(), 0);
        while runs == 0 || cpu_time().saturating_sub(begin) < LEAST {
            system.run(&grid, &settings, &StopToken::new())?;
            runs += 1;
        }
        let seconds = cpu_time().saturating_sub(begin).as_secs_f64() / f64::from(runs);
        Ok(format!("{{\"seconds\":{seconds},\"setup\":{setup}}}"))
    })
}

/// Answers each line of the input, a time, with a line.
fn answer(
    mut simulate: impl FnMut(f64) -> Result<String, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        println!("{}", simulate(line?.trim().parse()?)?);
    }
    Ok(())
}

/// The processor time of this thread, as Linux tells it; elsewhere the time since the first call.
fn cpu_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|t| t.split_whitespace().next().and_then(|n| n.parse().ok()));
    told.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}
