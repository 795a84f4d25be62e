//! A problem: the YAML file and all tables and models that it names.

mod files;

use crate::form::Forms;
use crate::parameter::{self, Parameter};
use crate::report::Report;
use crate::tables::{self, Condition, Measurement, Observable};
use crate::tsv::{self, Table};
use crate::{PetabError, check};
use bioxen_network::sbml::{self, Model};

/// A parameter estimation problem.
///
/// # Examples
/// ```
/// use bioxen_engine::StopToken;
/// use bioxen_petab::{Options, Petab};
///
/// let sbml = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model>
///   <listOfParameters><parameter id="x" value="8" constant="false"/><parameter id="k" value="1" constant="true"/></listOfParameters>
///   <listOfRules><rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML">
///     <apply><times/><apply><minus/><ci>k</ci></apply><ci>x</ci></apply></math></rateRule></listOfRules>
/// </model></sbml>"#;
/// let yaml = "format_version: 1\nparameter_file: p.tsv\nproblems:\n- sbml_files: [m.xml]\n  condition_files: [c.tsv]\n  \
///             observable_files: [o.tsv]\n  measurement_files: [d.tsv]\n";
/// let read = |name: &str| match name {
///     "problem.yaml" => Ok(yaml.to_owned()),
///     "m.xml" => Ok(sbml.to_owned()),
///     "p.tsv" => Ok("parameterId\tparameterScale\tlowerBound\tupperBound\tnominalValue\testimate\nk\tlog10\t0.1\t10\t0.5\t1".to_owned()),
///     "c.tsv" => Ok("conditionId\nc".to_owned()),
///     "o.tsv" => Ok("observableId\tobservableFormula\tnoiseFormula\ny\tx\t0.1".to_owned()),
///     _ => Ok("observableId\tsimulationConditionId\tmeasurement\ttime\ny\tc\t3\t2".to_owned()),
/// };
/// let problem = Petab::read("problem.yaml", &read)?;
/// let nominal = problem.nominal()?;
/// let evaluated = problem.evaluate(&nominal, &Options::default(), &StopToken::new())?;
/// assert!((evaluated.points[0].simulation - 8.0 * (-1f64).exp()).abs() < 1e-6);
/// # Ok::<(), bioxen_petab::PetabError>(())
/// ```
#[derive(Debug)]
pub struct Petab {
    /// The parameter table.
    pub parameters: Vec<Parameter>,
    pub(crate) parts: Vec<Part>,
    /// The parameter tables as they were read.
    pub(crate) parameter_tables: Vec<Table>,
    pub(crate) forms: Forms,
    /// What is read, but has no effect, in words.
    pub remarks: Vec<String>,
}

/// A model with its conditions, observables and measurements.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) file: ModelFile,
    pub(crate) model: Model,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) observables: Vec<Observable>,
    /// How many observables the models before have.
    pub(crate) first_observable: usize,
    pub(crate) measurements: Vec<Measurement>,
    /// The tables of measurements as they were read.
    pub(crate) tables: Vec<Table>,
}

/// Reads a file by its name, as it stands in the YAML file.
pub type Read<'f> = dyn Fn(&str) -> Result<String, String> + 'f;

/// The file of a model.
#[derive(Debug)]
pub(crate) struct ModelFile {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Petab {
    /// Reads a problem with all its files and checks it.
    ///
    /// # Errors
    /// [`PetabError::Problems`] with all that is wrong in any of the files.
    pub fn read(name: &str, files: &Read<'_>) -> Result<Self, PetabError> {
        let mut report = Report::default();
        let problem = Self::read_into(name, files, &mut report);
        let problems = report.finish();
        match problem {
            Some(problem) if problems.is_empty() => Ok(problem),
            _ => Err(PetabError::Problems(problems)),
        }
    }

    fn read_into(name: &str, files: &Read<'_>, report: &mut Report) -> Option<Self> {
        let read = |file: &str, report: &mut Report| {
            let text = files(file);
            if let Err(reason) = &text {
                report.file(file, &format!("cannot be read: {reason}"));
            }
            text.ok()
        };
        let text = read(name, report)?;
        let lists = files::read(name, &text, report)?;
        let mut remarks = Vec::new();
        let (mut parameters, mut parameter_tables) = (Vec::new(), Vec::new());
        let table = |file: &str, report: &mut Report| {
            let text = read(file, report)?;
            tsv::read(file, &text, report)
        };
        for file in &lists.parameters {
            if let Some(table) = table(file, report) {
                parameter::read(&table, &mut parameters, report);
                parameter_tables.push(table);
            }
        }
        let mut parts = Vec::new();
        for list in &lists.problems {
            let (mut conditions, mut observables) = (Vec::new(), Vec::new());
            let (mut measurements, mut tables) = (Vec::new(), Vec::new());
            for file in &list.conditions {
                if let Some(table) = table(file, report) {
                    tables::conditions(&table, &mut conditions, report);
                }
            }
            for file in &list.observables {
                if let Some(table) = table(file, report) {
                    tables::observables(&table, &mut observables, report);
                }
            }
            for file in &list.measurements {
                if let Some(table) = table(file, report) {
                    tables::measurements(
                        &table,
                        (&conditions, &observables),
                        &mut measurements,
                        report,
                    );
                    tables.push(table);
                }
            }
            let model_file = list.model.clone();
            let Some(text) = read(&model_file, report) else { continue };
            let model = match sbml::read(&text) {
                Ok(model) => model,
                Err(error) => {
                    report.file(&model_file, &error.to_string());
                    continue;
                }
            };
            remarks.extend(model.remarks.iter().map(|remark| format!("{model_file}: {remark}")));
            parts.push(Part {
                file: ModelFile { name: model_file, text },
                model,
                conditions,
                first_observable: parts.iter().map(|p: &Part| p.observables.len()).sum(),
                observables,
                measurements,
                tables,
            });
        }
        if parts.len() == lists.problems.len()
            && parts.iter().all(|p| p.measurements.is_empty())
            && report.count() == 0
        {
            report.file(name, "has no measurements");
        }
        check::check(&parameters, &parts, report);
        // What is built on wrong tables would tell the same once more.
        if report.count() > 0 {
            return None;
        }
        let mut forms = Forms::new(&parameters, &parts, report);
        forms.link(&parts);
        Some(Self { parameters, parts, parameter_tables, forms, remarks })
    }

    /// How many measurements there are.
    pub fn measurements(&self) -> usize {
        self.parts.iter().map(|part| part.measurements.len()).sum()
    }

    /// How many conditions, observables and models there are.
    pub fn size(&self) -> [usize; 3] {
        let sum = |count: &dyn Fn(&Part) -> usize| self.parts.iter().map(count).sum();
        [sum(&|p| p.conditions.len()), sum(&|p| p.observables.len()), self.parts.len()]
    }

    /// The parameters that are estimated, by their places in the table.
    pub fn estimated(&self) -> Vec<usize> {
        (0..self.parameters.len()).filter(|&i| self.parameters[i].estimate).collect()
    }

    /// The nominal values of all parameters.
    ///
    /// # Errors
    /// [`PetabError::NoNominalValue`].
    pub fn nominal(&self) -> Result<Vec<f64>, PetabError> {
        let value = |p: &Parameter| {
            p.nominal.ok_or_else(|| PetabError::NoNominalValue { parameter: p.id.clone() })
        };
        self.parameters.iter().map(value).collect()
    }
}
