//! What a simulation recorded, as columns over one grid of times.

mod record;

use std::fmt;
use std::sync::Arc;

pub use record::{Recorder, Simulator, record};
pub(crate) use record::{check_grid, known, simulates};

/// What a column tells. A name alone does not say it: a model may have a species `ribosomes` or
/// `protein`, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// Anything else.
    #[default]
    Other,
    /// The mRNA of a gene.
    Mrna,
    /// The protein of a gene.
    Protein,
    /// The copies of a plasmid.
    Copies,
    /// A quantity of a model that runs beside a VM.
    Model,
    /// The ribosomes that a VM engages.
    Engaged,
    /// The RNA polymerases that a VM engages.
    Polymerases,
    /// A VM's share of the energy supply.
    AtpShare,
    /// The growth rate of the host.
    Growth,
    /// The energy level of the host.
    AtpLevel,
    /// Something else of the host.
    Host,
    /// Something of the culture.
    Culture,
}

/// What a column is of, as far as it is of something. A name says it, too, but nobody has to take it
/// apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Subject {
    /// The id of the VM.
    pub vm: Option<Arc<str>>,
    /// The gene, the plasmid or the model.
    pub of: Option<Arc<str>>,
}

/// One recorded quantity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Its name, such as `demo.lacZ.mrna`.
    pub name: String,
    /// What it tells.
    pub kind: Kind,
    /// What it is of.
    pub subject: Subject,
    /// Its unit, such as `molecules` or `1/h`; empty for a pure number.
    pub unit: String,
    /// One value for each time.
    pub values: Vec<f64>,
}

/// Something that decides what was recorded, and that the columns alone do not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The name of the column that it is about, such as `demo.ribosomes`.
    pub column: String,
    /// The VM that it is about, if it is about one.
    pub vm: Option<Arc<str>>,
    /// Whether the text says of which part of the time it tells; else it is of all.
    pub of_a_part: bool,
    /// What was the case, in a few words.
    pub text: String,
    /// What changes it, in a few words; empty if nothing does.
    pub advice: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        if self.advice.is_empty() { Ok(()) } else { write!(f, "; {}", self.advice) }
    }
}

/// Times and the columns recorded at them. All columns are as long as `times`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trajectory {
    /// The unit of `times`, such as `min`.
    pub time_unit: String,
    /// The times, ascending.
    pub times: Vec<f64>,
    /// The columns.
    pub columns: Vec<Column>,
    /// What there is to say about them.
    pub notes: Vec<Note>,
}

impl Column {
    /// What it tells of its subject: the end of its name, such as `mrna`.
    pub fn quantity(&self) -> &str {
        let mut rest = self.name.as_str();
        for part in [&self.subject.vm, &self.subject.of].into_iter().flatten() {
            let behind = rest.strip_prefix(&**part).and_then(|rest| rest.strip_prefix('.'));
            rest = behind.unwrap_or(rest);
        }
        rest
    }

    /// The same without values.
    pub fn bare(&self) -> Self {
        let (name, unit) = (self.name.clone(), self.unit.clone());
        Column { name, kind: self.kind, subject: self.subject.clone(), unit, values: Vec::new() }
    }

    /// The same with other values.
    pub fn with(&self, values: Vec<f64>) -> Self {
        Column { values, ..self.bare() }
    }
}

impl Trajectory {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}
