//! What a script catches.

use rhai::plugin::*;

use crate::error::without_number;

/// What `catch (error)` gives when a call of the language has failed.
#[export_module]
pub mod functions {
    use crate::error::LangError as Error;

    /// What went wrong, in words.
    ///
    /// # Errors
    /// None.
    ///
    /// # Example
    /// ```rhai
    /// try {
    ///     vm("nobody").start();
    /// } catch (error) {
    ///     print(error.message);
    /// }
    /// ```
    #[rhai_fn(global, get = "message", pure)]
    pub fn message(error: &mut Error) -> String {
        let said = without_number(error.to_string());
        match error {
            Error::Placed { place, .. } => format!("{said}, at {place}"),
            _ => said,
        }
    }

    /// The message of an error that a script has thrown as a text: the text itself. So every error has
    /// `error.message`.
    ///
    /// # Errors
    /// None.
    ///
    /// # Example
    /// ```rhai
    /// try {
    ///     throw "no more sugar";
    /// } catch (error) {
    ///     print(error.message);
    /// }
    /// ```
    #[rhai_fn(global, get = "message", pure)]
    pub fn message_of_text(text: &mut ImmutableString) -> ImmutableString {
        text.clone()
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn text(error: &mut Error) -> String {
        message(error)
    }
}
