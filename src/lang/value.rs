//! The values that scripts hold.

mod figure;
mod status;
mod table;
mod trace;

pub use figure::FigureValue;
pub use status::Status;
pub use table::{Table, significant};
pub use trace::Trace;

/// A VM, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vm {
    /// The id.
    pub id: String,
}
