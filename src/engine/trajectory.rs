//! What a simulation recorded, as columns over one grid of times.

mod record;

pub use record::{Recorder, Simulator, record};
pub(crate) use record::{check_grid, known};

/// One recorded quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, such as `demo.lacZ.mrna`.
    pub name: String,
    /// Its unit, such as `molecules` or `1/h`; empty for a pure number.
    pub unit: String,
    /// One value for each time.
    pub values: Vec<f64>,
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
}

impl Trajectory {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}
