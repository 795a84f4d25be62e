//! The values that scripts hold.

mod channel;
mod descent;
mod ensemble;
mod export;
mod figure;
mod fit;
mod grouped;
mod measure;
mod moments;
mod pattern;
mod population;
mod status;
mod table;
mod trace;

pub use bioxen_table::Table;
pub use bioxen_table::plate::Plate;
pub use channel::{CellValues, Of, unit};
pub use descent::descended;
pub use ensemble::{Ensemble, Spread};
pub use figure::FigureValue;
pub use fit::{Fit, Part};
pub use grouped::Grouped;
pub use moments::{counted, cv2, fano, mean, moments, quantile, sd, total};
pub use pattern::is_pattern;
pub(crate) use pattern::only_one;
pub use population::{Population, has_concentration, no_tree};
pub use status::Status;
pub use table::{cell_text, shown_rows, significant, table_text};
pub use trace::Trace;

/// A VM, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vm {
    /// The id.
    pub id: String,
}

/// Something that is to happen in cell time, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventHandle {
    /// The number.
    pub number: u64,
    /// Whether it is one of a population, which numbers its own.
    pub of_population: bool,
}

/// Something that was shown, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisplayHandle {
    /// The number.
    pub number: u64,
}
