//! Models of others.

mod command;
mod leaping;
mod messages;
mod reading;
mod time;
mod vms;
mod writing;

use std::process::{Command, Output};

use bioxen::engine::simulate::{Deterministic, Settings};
use bioxen::engine::{StopToken, Trajectory, ode};
use bioxen::network::sbml::{Model, read};

/// Where the inputs are.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cases/sbml");

/// The path of an input.
fn case(name: &str) -> String {
    format!("{CASES}/{name}")
}

/// `bioxen sbml run` of an input.
fn run(name: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(["sbml", "run", &case(name)]).args(arguments).output().unwrap()
}

/// What went to standard error of a run that failed.
fn refusal(name: &str, arguments: &[&str]) -> String {
    let output = run(name, arguments);
    assert!(!output.status.success(), "{name} {arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A table: names, and rows of numbers.
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

impl Table {
    fn column(&self, name: &str) -> Vec<f64> {
        let place = self.names.iter().position(|n| n == name);
        let place = place.unwrap_or_else(|| panic!("no {name} in {:?}", self.names));
        self.rows.iter().map(|row| row[place]).collect()
    }

    fn last(&self, name: &str) -> f64 {
        *self.column(name).last().unwrap()
    }
}

/// The table of a run that goes well.
fn table(name: &str, arguments: &[&str]) -> Table {
    let output = run(name, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {arguments:?}: {stderr}");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let names = lines.next().unwrap().split(',').map(str::to_owned).collect();
    let number = |v: &str| v.parse().unwrap();
    let rows = lines.map(|line| line.split(',').map(number).collect()).collect();
    Table { names, rows }
}

/// A Level 3 Version 2 document with this content of its model.
fn document(content: &str) -> String {
    format!(
        "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version2/core\" level=\"3\" version=\"2\">\
         <model id=\"m\">{content}</model></sbml>"
    )
}

/// The same, read.
fn model(content: &str) -> Model {
    read(&document(content)).unwrap_or_else(|e| panic!("{e}: {content}"))
}

/// A `<math>` element.
fn math(content: &str) -> String {
    format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">{content}</math>")
}

/// Time in a formula.
const TIME: &str = "<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/time\">t</csymbol>";

/// A deterministic run at tight tolerances.
fn integrate(model: &Model, grid: &[f64]) -> Trajectory {
    let ready = Deterministic::new(&model.network).unwrap();
    let mut atol_components = ready.tolerances(0.0, &model.sizes()).unwrap();
    atol_components.iter_mut().for_each(|atol| *atol *= 1e-3);
    let ode = ode::Options { rtol: 1e-9, atol_components, ..ode::Options::default() };
    let settings = Settings { ode, ..Settings::default() };
    ready.run(grid, &settings, &StopToken::new()).unwrap()
}

/// The last value of a quantity.
fn end(trajectory: &Trajectory, name: &str) -> f64 {
    let column = trajectory.column(name).unwrap_or_else(|| panic!("no {name}"));
    *column.values.last().unwrap()
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * b.abs()
}
