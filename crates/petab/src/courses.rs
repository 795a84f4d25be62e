//! A problem of one model and one table of time courses, without files of PEtab.

mod wish;

pub use wish::{Bounds, Wish};

use crate::check::is_determined;
use crate::report::Report;
use crate::tsv::number;
use crate::{Petab, PetabError};
use bioxen_base::nearest::{hint, nearest};
use bioxen_network::QuantityId;
use bioxen_network::sbml::{self, Model, SymbolKind};
use std::fmt::Write;

/// The noise of a column may be so small and so large, and is begun with so much, in parts of its greatest value.
const SIGMA: (f64, f64, f64) = (1e-6, 10.0, 0.1);

/// A column of the data.
struct Course {
    name: String,
    formula: String,
    sigma: String,
    values: Vec<(f64, f64)>,
}

impl Petab {
    /// A problem from a model in SBML, the parameters to fit, and data as comma-separated values: a column `time`, and
    /// columns named after the model's quantities: an id for an amount, a parameter or a compartment, an id in brackets for a
    /// concentration. Empty cells were not measured. The noise of each column is normal, and its size is estimated.
    ///
    /// # Errors
    /// [`PetabError::Problems`] with all that is wrong.
    pub fn of_courses(
        (model_file, model_text): (&str, &str),
        (data_file, data_text): (&str, &str),
        wishes: &[Wish],
    ) -> Result<Self, PetabError> {
        let mut report = Report::default();
        let model = sbml::read(model_text);
        if let Err(error) = &model {
            report.file(model_file, &error.to_string());
        }
        let Ok(model) = model else { return Err(PetabError::Problems(report.finish())) };
        let courses = courses(&model, data_file, data_text, &mut report);
        let mut tables = Tables::default();
        tables.wishes(&model, wishes, &mut report);
        for (number, course) in courses.iter().enumerate() {
            tables.course(number, course);
        }
        if report.count() > 0 {
            return Err(PetabError::Problems(report.finish()));
        }
        let conditions = format!("conditionId{}\nc{}", tables.columns, tables.cells);
        let files = |name: &str| {
            Ok(match name {
                "problem" => YAML.to_owned(),
                "parameters" => tables.parameters.clone(),
                "conditions" => conditions.clone(),
                "observables" => tables.observables.clone(),
                "data" => tables.measurements.clone(),
                _ => model_text.to_owned(),
            })
        };
        Self::read("problem", &files)
    }
}

const YAML: &str = "format_version: 1
parameter_file: parameters
problems:
- sbml_files: [model]
  condition_files: [conditions]
  observable_files: [observables]
  measurement_files: [data]
";

/// The tables of the problem, line by line.
struct Tables {
    parameters: String,
    columns: String,
    cells: String,
    observables: String,
    measurements: String,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            parameters:
                "parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate".into(),
            columns: String::new(),
            cells: String::new(),
            observables: "observableId\tobservableName\tobservableFormula\tnoiseFormula".into(),
            measurements: "observableId\tsimulationConditionId\tmeasurement\ttime".into(),
        }
    }
}

impl Tables {
    fn parameter(&mut self, id: &str, (low, start, high): (f64, f64, f64)) {
        let scale = if low > 0.0 { "log10" } else { "lin" };
        // Writing into a text cannot fail.
        let _ = write!(self.parameters, "\n{id}\t{scale}\t{low:?}\t{high:?}\t{start:?}\t1");
    }

    fn wishes(&mut self, model: &Model, wishes: &[Wish], report: &mut Report) {
        if wishes.is_empty() {
            report.file("--fit", "names nothing to fit");
        }
        for (place, wish) in wishes.iter().enumerate() {
            let id = wish.id.as_str();
            let option = format!("--fit {id}");
            if wishes[..place].iter().any(|other| other.id == id) {
                report.file(&option, "is there twice");
                continue;
            }
            let network = &model.network;
            let value = |q: QuantityId| network.quantities[q.index()].initial;
            let (name, value, quantity) = match model.symbol(id).map(|symbol| symbol.kind) {
                Some(SymbolKind::Parameter(q) | SymbolKind::Compartment(q)) => {
                    (id.to_owned(), value(q), q)
                }
                Some(SymbolKind::Species { amount, per, .. }) => {
                    let size = per.map_or(1.0, value);
                    (format!("start_of_{id}"), value(amount) / size, amount)
                }
                Some(_) => {
                    report.file(&option, "is no parameter, compartment or species of the model");
                    continue;
                }
                None => {
                    let near = hint(nearest(id, model.symbols.iter().map(|s| s.id.as_str())));
                    report.file(&option, &format!("the model has nothing called `{id}`{near}"));
                    continue;
                }
            };
            if is_determined(network, quantity) {
                report.file(&option, "is determined by a rule of the model");
                continue;
            }
            match wish.range(value) {
                Ok(range) => {
                    if name != id {
                        let _ = write!(self.columns, "\t{id}");
                        let _ = write!(self.cells, "\t{name}");
                    }
                    self.parameter(&name, range);
                }
                Err(what) => report.file(&option, &what),
            }
        }
    }

    fn course(&mut self, number: usize, course: &Course) {
        let greatest = course.values.iter().fold(0.0f64, |most, (_, value)| most.max(value.abs()));
        let unit = if greatest > 0.0 { greatest } else { 1.0 };
        self.parameter(&course.sigma, (SIGMA.0 * unit, SIGMA.2 * unit, SIGMA.1 * unit));
        let (name, formula, sigma) = (&course.name, &course.formula, &course.sigma);
        let _ = write!(self.observables, "\ncolumn_{number}\t{name}\t{formula}\t{sigma}");
        for (time, value) in &course.values {
            let _ = write!(self.measurements, "\ncolumn_{number}\tc\t{value:?}\t{time:?}");
        }
    }
}

/// Reads the data. What is wrong is told.
fn courses(model: &Model, file: &str, text: &str, report: &mut Report) -> Vec<Course> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => records.push(record),
            Err(error) => {
                report.file(file, &format!("is no table of comma-separated values: {error}"));
                return Vec::new();
            }
        }
    }
    let mut records = records.into_iter();
    let header: Vec<String> =
        records.next().map_or(Vec::new(), |r| r.iter().map(str::to_owned).collect());
    let time = header.iter().position(|name| name == "time");
    if time.is_none() {
        let near = hint(nearest("time", header.iter().map(String::as_str)))
            .replace("did you mean", "is it");
        report.line(file, 1, &format!("there is no column `time`{near}"));
    }
    let mut all: Vec<Option<Course>> = Vec::new();
    for (place, name) in header.iter().enumerate() {
        let taken = header[..place].contains(name);
        all.push(match (Some(place) == time, taken) {
            (true, _) => None,
            (false, true) => {
                report.line(file, 1, &format!("the column `{name}` is there twice"));
                None
            }
            (false, false) => course(model, name, place).map_or_else(
                |what| {
                    report.line(file, 1, &format!("the column `{name}` {what}"));
                    None
                },
                Some,
            ),
        });
    }
    for record in records {
        let line = record.position().map_or(0, |at| at.line() as usize);
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let at = time.map(cell).and_then(number).filter(|t| *t >= 0.0 && t.is_finite());
        if let (None, Some(place)) = (at, time) {
            report.cell(
                file,
                line,
                "time",
                &format!("is `{}`; it must be a number of 0 or more", cell(place)),
            );
        }
        for (place, course) in all.iter_mut().enumerate() {
            let (Some(course), text) = (course, cell(place)) else { continue };
            if text.is_empty() || text.eq_ignore_ascii_case("nan") || text == "NA" {
                continue;
            }
            match (at, number(text).filter(|x| x.is_finite())) {
                (Some(at), Some(value)) => course.values.push((at, value)),
                (_, None) => report.cell(
                    file,
                    line,
                    &course.name,
                    &format!("is `{text}`; it must be a number, or empty"),
                ),
                (None, _) => {}
            }
        }
    }
    let found: Vec<Course> = all.into_iter().flatten().filter(|c| !c.values.is_empty()).collect();
    if found.is_empty() && report.count() == 0 {
        report.file(
            file,
            "has no measurements: columns are named after quantities of the model, rows are times",
        );
    }
    found
}

/// What a column is of.
fn course(model: &Model, name: &str, place: usize) -> Result<Course, String> {
    let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let id = inner.unwrap_or(name);
    let Some(symbol) = model.symbol(id) else {
        let near = hint(nearest(id, model.symbols.iter().map(|s| s.id.as_str())));
        return Err(format!("is nothing that the model has{near}"));
    };
    let home = |size: QuantityId| {
        let is_it = |s: &&sbml::Symbol| s.kind == SymbolKind::Compartment(size);
        model.symbols.iter().find(is_it).map_or("1", |s| s.id.as_str())
    };
    let formula = match (symbol.kind, inner.is_some()) {
        (SymbolKind::Species { per: Some(size), .. }, false) => format!("{id} * {}", home(size)),
        (SymbolKind::Species { per: None, size, .. }, true) => format!("{id} / {}", home(size)),
        (SymbolKind::Species { .. }, _) | (_, false) => id.to_owned(),
        (_, true) => return Err("is no species and has no concentration".to_owned()),
    };
    // A name that the model does not use itself.
    let wanted = format!("sigma_{id}");
    let taken = model.symbol(&wanted).is_some() || inner.is_some();
    let sigma = if taken { format!("sigma_{id}_{}", place + 1) } else { wanted };
    Ok(Course { name: name.to_owned(), formula, sigma, values: Vec::new() })
}
