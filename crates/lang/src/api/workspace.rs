//! What a session has.

use rhai::Array;
use rhai::plugin::*;

use crate::error::raise;
use crate::{LangError, RhaiResultOf};

/// What a session has.
#[export_module]
pub mod functions {
    /// The variables and constants that are visible here, in the order in which they were made: records of
    /// `name`, `type` and `value`, the value as a short text. In a function these are its parameters and
    /// its own variables. `:who` of the REPL shows the same.
    ///
    /// # Errors
    /// In a text that runs on a VM, and in an imported script.
    ///
    /// # Example
    /// ```rhai
    /// let dose = 50.uM;
    /// variables()
    /// ```
    // The session evaluates it itself where it can, since functions see no variables.
    #[rhai_fn(global, return_raw)]
    pub fn variables() -> RhaiResultOf<Array> {
        let what = "variables() in a text on a VM or in an imported script";
        Err(raise(LangError::NotAvailable { what }))
    }
}
