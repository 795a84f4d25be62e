//! The values that scripts hold.

mod figure;
mod growing;
mod status;
mod table;
mod trace;

pub use figure::FigureValue;
pub use growing::Growing;
pub use status::Status;
pub use table::{Table, significant};
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
}
