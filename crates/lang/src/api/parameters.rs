//! Parameters of a script.

use rhai::plugin::*;
use rhai::{Dynamic, Map};

use crate::RhaiResultOf;
use crate::parameters::Declaration;
use crate::world::with;

/// Parameters of a script.
#[export_module]
pub mod functions {
    /// The value of a parameter of the script: what was set from outside, such as by
    /// `bioxen run script.rhai --set dose=1.mM`, or the default. The default gives the type: a number, a whole
    /// number, a string, a truth value, a quantity, or an array of one of these.
    ///
    /// * `name` - letters, digits, `_`, `-` and `.`
    /// * `default` - the value if none was set
    ///
    /// # Errors
    /// If what was set has another type, or the script asks for the same name with another default.
    ///
    /// # Example
    /// ```rhai
    /// let dose = param("dose", 50.uM);
    /// let runs = param("runs", 3);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn param(
        context: NativeCallContext,
        name: &str,
        default: Dynamic,
    ) -> RhaiResultOf<Dynamic> {
        with(&context, |world| world.parameters.ask(Declaration::new(name, &default, &Map::new())?))
    }

    /// The same, with limits and an explanation.
    ///
    /// * `name` - letters, digits, `_`, `-` and `.`
    /// * `default` - the value if none was set
    /// * `options` - a map with one or more of these keys:
    /// * `min` - the least that it may be, of the type of the default
    /// * `max` - the most that it may be
    /// * `unit` - the unit of a plain number, as a string; lists show it, and a text may end with it
    /// * `help` - what it is, as a string
    /// * `choices` - an array of all that it may be
    ///
    /// # Errors
    /// If the value or the default does not fit, or an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// let dose = param("dose", 50.uM, #{min: 0.uM, max: 5.mM, help: "IPTG in the medium"});
    /// let type = param("type", "ecoli", #{choices: ["ecoli", "syn3a"]});
    /// ```
    #[rhai_fn(global, name = "param", return_raw)]
    pub fn param_with(
        context: NativeCallContext,
        name: &str,
        default: Dynamic,
        options: Map,
    ) -> RhaiResultOf<Dynamic> {
        with(&context, |world| world.parameters.ask(Declaration::new(name, &default, &options)?))
    }

    /// Sets a parameter in a dialogue or a notebook: from now on `param` gives this value. Returns the value as
    /// `param` gives it, so that a text such as `"1 mM"` is a concentration where the script has asked for one;
    /// before the script has asked, the value as it is.
    ///
    /// * `name` - the name of the parameter
    /// * `value` - the value; a quantity may be a string with its unit; `()` takes back what was set
    ///
    /// # Errors
    /// If the script has asked for the parameter, and the value does not fit; then nothing changes.
    ///
    /// # Example
    /// ```rhai
    /// set_param("dose", "1 mM");
    /// param("dose", 50.uM)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn set_param(
        context: NativeCallContext,
        name: &str,
        value: Dynamic,
    ) -> RhaiResultOf<Dynamic> {
        with(&context, |world| world.parameters.set(name, value.flatten_clone()))
    }
}
