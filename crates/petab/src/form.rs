//! Models with what conditions set, compiled once.
//!
//! Conditions that set the same things share a form: only numbers differ between them, and between evaluations.

mod build;

use crate::parameter::Parameter;
use crate::problem::Part;
use crate::report::Report;
use crate::tables::{Given, Measurement};
use bioxen_engine::simulate::Deterministic;
use bioxen_network::{Program, QuantityId};

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Source {
    Number(f64),
    /// The parameter table.
    Parameter(usize),
    /// The column of the condition with that number.
    Column(usize),
    /// The state after preequilibration: a quantity, divided by another.
    Before(usize, Option<usize>),
    /// Another value of the row that formulas see.
    Value(usize),
}

/// The formulas of an observable.
#[derive(Debug, Clone)]
pub(crate) struct Formulas {
    pub(crate) observable: Program,
    pub(crate) noise: Program,
}

/// A compiled model.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) part: usize,
    /// What the conditions set, as far as it decides how the model is compiled.
    kinds: Vec<Kind>,
    /// The form of the preequilibration that comes before.
    before: Option<usize>,
    pub(crate) model: Deterministic,
    pub(crate) names: Vec<String>,
    pub(crate) sizes: Vec<(QuantityId, QuantityId)>,
    /// What is set at the start.
    pub(crate) sets: Vec<(QuantityId, Source)>,
    /// The values behind the quantities.
    pub(crate) outer: Vec<Source>,
    pub(crate) formulas: Vec<Option<Formulas>>,
}

/// What a cell of a condition does.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Nothing,
    /// Sets a number.
    Value,
    /// Sets what a formula over the model's names gives.
    Name(String),
}

/// A condition as it is simulated; alone it is a preequilibration.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) form: usize,
    pub(crate) condition: usize,
    /// The values of the columns.
    pub(crate) columns: Vec<Source>,
    /// Which parameters it depends on.
    pub(crate) depends: Vec<bool>,
}

/// A condition with its preequilibration and measurements.
#[derive(Debug)]
pub(crate) struct Experiment {
    pub(crate) case: Case,
    /// The number of the preequilibration.
    pub(crate) before: Option<usize>,
    pub(crate) wanted: Times,
    pub(crate) points: Vec<Place>,
}

/// When an experiment is looked at.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// Times to simulate to.
    pub(crate) at: Vec<f64>,
    /// Whether its steady state is wanted.
    pub(crate) steady: bool,
}

/// A measurement in its experiment.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) numbers: Numbers,
    /// The number of its time; none for the steady state.
    pub(crate) time: Option<usize>,
    /// The values of placeholders.
    pub(crate) fills: Vec<Source>,
    /// Whether its noise changes with anything that is estimated.
    pub(crate) noisy: bool,
}

/// All forms of a problem and what is simulated with them.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    pub(crate) forms: Vec<Form>,
    pub(crate) settlings: Vec<Case>,
    pub(crate) experiments: Vec<Experiment>,
    /// How many measurements there are.
    pub(crate) count: usize,
}

/// The numbers of a measurement.
#[derive(Debug)]
pub(crate) struct Numbers {
    /// Among those of its part.
    pub(crate) in_part: usize,
    /// Among all.
    pub(crate) overall: usize,
    /// That of its observable, over all models.
    pub(crate) group: usize,
}

impl Case {
    /// Whether it is of a condition of a part.
    fn is_of(&self, forms: &[Form], part: usize, condition: usize) -> bool {
        forms[self.form].part == part && self.condition == condition
    }
}

impl Forms {
    /// Compiles what a problem needs. What cannot be compiled is told.
    pub(crate) fn new(parameters: &[Parameter], parts: &[Part], report: &mut Report) -> Self {
        let mut forms = Self::default();
        for (number, part) in parts.iter().enumerate() {
            for index in 0..part.measurements.len() {
                if forms.place(parameters, (number, part), index).is_err_and(
                    |(condition, error)| {
                        report.file(&part.file.name, &format!("condition `{condition}`: {error}"));
                        true
                    },
                ) {
                    break;
                }
            }
        }
        forms.finish();
        forms
    }

    /// Puts a measurement into its experiment, which is made if there is none.
    fn place(
        &mut self,
        parameters: &[Parameter],
        (number, part): (usize, &Part),
        index: usize,
    ) -> Result<(), (String, String)> {
        let measurement = &part.measurements[index];
        let wrong = |condition: usize| {
            let id = part.conditions[condition].own.id.clone();
            move |error: String| (id, error)
        };
        let before = match measurement.of.before {
            Some(condition) => Some(
                self.settling(parameters, (number, part), condition).map_err(wrong(condition))?,
            ),
            None => None,
        };
        let condition = measurement.of.condition;
        let found = self
            .experiments
            .iter()
            .position(|e| e.case.is_of(&self.forms, number, condition) && e.before == before);
        let found = match found {
            Some(found) => found,
            None => {
                let from = before.map(|before| self.settlings[before].form);
                let form = self
                    .form(parameters, (number, part), condition, from)
                    .map_err(wrong(condition))?;
                let columns = columns(parameters, part, condition);
                let mut depends = self.depends(form, &columns, parameters.len());
                if let Some(before) = before {
                    depends
                        .iter_mut()
                        .zip(&self.settlings[before].depends)
                        .for_each(|(a, b)| *a |= b);
                }
                let case = Case { form, condition, columns, depends };
                let (wanted, points) = (Times::default(), Vec::new());
                let experiment = Experiment { case, before, wanted, points };
                self.experiments.push(experiment);
                self.experiments.len() - 1
            }
        };
        let experiment = &mut self.experiments[found];
        match measurement.reading.time.is_finite() {
            true => experiment.wanted.at.push(measurement.reading.time),
            false => experiment.wanted.steady = true,
        }
        let form = &self.forms[experiment.case.form];
        let fills = fills(form, parameters, part, measurement);
        let noisy = form.is_noisy(parameters, measurement, experiment, &fills);
        let group = part.first_observable + measurement.of.observable;
        let numbers = Numbers { in_part: index, overall: self.count, group };
        let place = Place { numbers, time: None, fills, noisy };
        experiment.points.push(place);
        self.count += 1;
        Ok(())
    }

    fn settling(
        &mut self,
        parameters: &[Parameter],
        (number, part): (usize, &Part),
        condition: usize,
    ) -> Result<usize, String> {
        let is_it = |case: &Case| case.is_of(&self.forms, number, condition);
        if let Some(found) = self.settlings.iter().position(is_it) {
            return Ok(found);
        }
        let form = self.form(parameters, (number, part), condition, None)?;
        let columns = columns(parameters, part, condition);
        let depends = self.depends(form, &columns, parameters.len());
        self.settlings.push(Case { form, condition, columns, depends });
        Ok(self.settlings.len() - 1)
    }

    fn form(
        &mut self,
        parameters: &[Parameter],
        (number, part): (usize, &Part),
        condition: usize,
        before: Option<usize>,
    ) -> Result<usize, String> {
        let kind = |(column, given): &(String, Given)| match given {
            Given::Nothing => Kind::Nothing,
            _ if part.model.symbol(column).is_none() => Kind::Value,
            Given::Id(id) if !parameters.iter().any(|p| p.id == *id) => Kind::Name(id.clone()),
            _ => Kind::Value,
        };
        let kinds: Vec<Kind> = part.conditions[condition].cells.iter().map(kind).collect();
        let is_it = |f: &Form| f.part == number && f.kinds == kinds && f.before == before;
        if let Some(found) = self.forms.iter().position(is_it) {
            return Ok(found);
        }
        let from = before.map(|before| &self.forms[before]);
        let condition = &part.conditions[condition];
        let mut form = build::form(parameters, (number, part), (condition, kinds), from)?;
        form.before = before;
        self.forms.push(form);
        Ok(self.forms.len() - 1)
    }

    /// Which parameters a simulation depends on.
    fn depends(&self, form: usize, columns: &[Source], count: usize) -> Vec<bool> {
        let mut depends = vec![false; count];
        let mut mark = |source: &Source| match source {
            Source::Parameter(i) => depends[*i] = true,
            Source::Column(column) => {
                if let Some(Source::Parameter(i)) = columns.get(*column) {
                    depends[*i] = true;
                }
            }
            _ => {}
        };
        self.forms[form].sets.iter().for_each(|(_, source)| mark(source));
        depends
    }

    /// Sorts times, and finds those of the measurements.
    fn finish(&mut self) {
        for experiment in &mut self.experiments {
            experiment.wanted.at.sort_by(f64::total_cmp);
            experiment.wanted.at.dedup();
        }
    }

    /// Finds the numbers of the times of all measurements.
    pub(crate) fn link(&mut self, parts: &[Part]) {
        for experiment in &mut self.experiments {
            let part = &parts[self.forms[experiment.case.form].part];
            for place in &mut experiment.points {
                let time = part.measurements[place.numbers.in_part].reading.time;
                place.time = experiment.wanted.at.iter().position(|t| *t == time);
            }
        }
    }
}

/// The values of the columns of a condition.
fn columns(parameters: &[Parameter], part: &Part, condition: usize) -> Vec<Source> {
    let source = |(_, given): &(String, Given)| match given {
        Given::Nothing => Source::Number(f64::NAN),
        Given::Number(value) => Source::Number(*value),
        Given::Id(id) => match parameters.iter().position(|p| p.id == *id) {
            Some(place) => Source::Parameter(place),
            None => match part.model.symbol(id).map(|symbol| symbol.kind) {
                Some(bioxen_network::sbml::SymbolKind::Parameter(q)) => {
                    Source::Number(part.model.network.quantities[q.index()].initial)
                }
                _ => Source::Number(f64::NAN),
            },
        },
    };
    part.conditions[condition].cells.iter().map(source).collect()
}

/// The values of the placeholders of a measurement.
fn fills(
    form: &Form,
    parameters: &[Parameter],
    part: &Part,
    measurement: &Measurement,
) -> Vec<Source> {
    let all = measurement.overrides.iter().flatten();
    let source = |given: &Given| match given {
        Given::Nothing => Source::Number(f64::NAN),
        Given::Number(value) => Source::Number(*value),
        Given::Id(id) => {
            if let Some(place) = parameters.iter().position(|p| p.id == *id) {
                return Source::Parameter(place);
            }
            let ids: Vec<String> = parameters.iter().map(|p| p.id.clone()).collect();
            let outer = crate::scope::outer(&part.model, &ids, &part.conditions);
            let place = form.names.iter().position(|name| name == id);
            let place = place
                .or_else(|| outer.iter().position(|name| name == id).map(|i| form.names.len() + i));
            place.map_or(Source::Number(f64::NAN), Source::Value)
        }
    };
    all.map(source).collect()
}

impl Form {
    /// Whether the noise of a measurement changes while parameters are estimated.
    fn is_noisy(
        &self,
        parameters: &[Parameter],
        measurement: &Measurement,
        experiment: &Experiment,
        fills: &[Source],
    ) -> bool {
        let Some(Some(formulas)) = self.formulas.get(measurement.of.observable) else {
            return false;
        };
        let count = self.names.len();
        formulas.noise.depends_on_time()
            || formulas.noise.inputs().iter().any(|input| {
                let place = input.index();
                let source = match place.checked_sub(count) {
                    // What the model computes may change with anything.
                    None => return true,
                    Some(place) if place < self.outer.len() => self.outer[place],
                    Some(place) => match fills.get(place - self.outer.len()) {
                        Some(source) => *source,
                        None => return false,
                    },
                };
                let source = match source {
                    Source::Column(column) => experiment.case.columns[column],
                    other => other,
                };
                match source {
                    Source::Parameter(i) => parameters[i].estimate,
                    Source::Number(_) => false,
                    _ => true,
                }
            })
    }
}
