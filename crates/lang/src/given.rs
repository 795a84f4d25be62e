//! Functions of a script that are arguments of our functions: `broadcast("*", || start())`,
//! `a.map(|x| x + 1)`.
//!
//! All our functions call them from here. So the errors are the same everywhere if such a function
//! fails, has the wrong parameters, or is ended by a limit or by the user.

use rhai::{Dynamic, EvalAltResult, FnPtr, Module, NativeCallContext, Position};

use super::RhaiResultOf;
use super::error::{LangError, raise};
use super::later::CLOSURE;
use super::running::is_interrupt;

/// A function that was given to one of ours.
pub struct Given<'a> {
    context: &'a NativeCallContext<'a>,
    /// The name of our function.
    to: &'a str,
    function: &'a FnPtr,
    /// How many values it takes beside those that it has caught; empty where that cannot be seen.
    takes: Vec<usize>,
    /// Whether the name of our function is told with an error.
    told: bool,
}

impl<'a> Given<'a> {
    /// A function that was given to ours of the name `to`.
    pub fn new(context: &'a NativeCallContext<'a>, to: &'a str, function: &'a FnPtr) -> Self {
        let name = function.fn_name();
        let caught = function.iter_curry().count();
        let of = |module: &Module| -> Vec<usize> {
            let all = module.iter_script_fn_info().filter(|(_, _, known, ..)| *known == name);
            all.filter_map(|(.., count, _)| count.checked_sub(caught)).collect()
        };
        let mut takes: Vec<usize> = context.iter_namespaces().flat_map(of).collect();
        if takes.is_empty() && name.starts_with(CLOSURE) {
            takes.extend(context.iter_imports().flat_map(|(_, module)| of(module)));
        }
        Self { context, to, function, takes, told: true }
    }

    /// The same where somebody else says from where the function was called.
    pub fn quietly(mut self) -> Self {
        self.told = false;
        self
    }

    /// Whether it can be called without values, as far as that can be seen now.
    ///
    /// # Errors
    /// When it cannot.
    pub fn needs_nothing(&self) -> RhaiResultOf<()> {
        self.count(&[0]).map(|_| ())
    }

    /// With how many values it can be called, out of several counts, of which the first that fits is taken, as far as
    /// that can be seen now; if it cannot be seen, with the last of them.
    ///
    /// # Errors
    /// When it takes none of these.
    pub fn count(&self, counts: &[usize]) -> RhaiResultOf<usize> {
        match counts.iter().find(|count| self.takes.contains(count)) {
            Some(count) => Ok(*count),
            None if self.function.is_anonymous() && !self.takes.is_empty() => {
                Err(self.unfit(counts.to_vec()))
            }
            None => Ok(counts.last().copied().unwrap_or_default()),
        }
    }

    /// Calls it without values.
    ///
    /// # Errors
    /// Those of the function.
    pub fn call(&self) -> RhaiResultOf<Dynamic> {
        self.call_with(Vec::new(), &[0], None)
    }

    /// Calls it with as many of a row of values, from the first, as it takes, out of several counts
    /// that are possible; or on the value `this` with another count of them.
    ///
    /// # Errors
    /// Those of the function; and when it takes none of these.
    pub fn call_with(
        &self,
        mut row: Vec<Dynamic>,
        counts: &[usize],
        this: Option<(&mut Dynamic, usize)>,
    ) -> RhaiResultOf<Dynamic> {
        if self.takes.is_empty() {
            return self.try_all(&row, counts, this);
        }
        if let Some(&count) = counts.iter().find(|count| self.takes.contains(count)) {
            row.truncate(count);
            return self.call_on(None, row);
        }
        match this.filter(|(_, count)| self.takes.contains(count)) {
            Some((this, count)) => {
                row.truncate(count);
                self.call_on(Some(this), row)
            }
            None => Err(self.unfit(counts.to_vec())),
        }
    }

    fn unfit(&self, calls: Vec<usize>) -> Box<EvalAltResult> {
        raise(LangError::Closure {
            what: if self.function.is_anonymous() {
                "closure".to_owned()
            } else {
                format!("function `{}`", self.function.fn_name())
            },
            to: self.to.to_owned(),
            takes: self.takes.clone(),
            calls,
        })
    }

    /// Calls what may be a function of ours, of which there can be several.
    fn try_all(
        &self,
        row: &[Dynamic],
        counts: &[usize],
        this: Option<(&mut Dynamic, usize)>,
    ) -> RhaiResultOf<Dynamic> {
        let mut missing = None;
        for &count in counts {
            match self.call_on(None, row[..count].to_vec()) {
                Err(error) if self.is_missing(&error) => missing = Some(missing.unwrap_or(error)),
                outcome => return outcome,
            }
        }
        if let Some((this, count)) = this {
            match self.call_on(Some(this), row[..count].to_vec()) {
                Err(error) if self.is_missing(&error) => {}
                outcome => return outcome,
            }
        }
        Err(missing.unwrap_or_else(|| self.unfit(counts.to_vec())))
    }

    fn is_missing(&self, error: &EvalAltResult) -> bool {
        let name = self.function.fn_name();
        let of_it = |signature: &str| {
            signature
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        match error {
            EvalAltResult::ErrorFunctionNotFound(signature, _) => of_it(signature),
            EvalAltResult::ErrorInFunctionCall(to, _, inner, _) if *to == self.to => {
                matches!(&**inner, EvalAltResult::ErrorFunctionNotFound(signature, _) if of_it(signature))
            }
            _ => false,
        }
    }

    fn call_on(&self, this: Option<&mut Dynamic>, row: Vec<Dynamic>) -> RhaiResultOf<Dynamic> {
        let outcome = self.function.call_raw(self.context, this, row);
        outcome.map_err(|error| self.told(error))
    }

    /// An error with the function of ours through which it came; what ends a script ends it.
    fn told(&self, error: Box<EvalAltResult>) -> Box<EvalAltResult> {
        if !self.told || ends_the_script(&error) {
            return error;
        }
        let to = self.to.to_owned();
        EvalAltResult::ErrorInFunctionCall(to, String::new(), error, Position::NONE).into()
    }

    /// Whether what it gives for these is true.
    ///
    /// # Errors
    /// Those of the function; and when it gives no truth value.
    pub fn holds(
        &self,
        row: Vec<Dynamic>,
        counts: &[usize],
        this: Option<(&mut Dynamic, usize)>,
    ) -> RhaiResultOf<bool> {
        let value = self.call_with(row, counts, this)?;
        value.as_bool().map_err(|_| {
            raise(LangError::WrongType {
                what: format!("what the function given to `{}` gives", self.to),
                expected: "true or false",
                got: super::number::kind(&value),
            })
        })
    }
}

/// Whether an error ends the script whatever it has planned: a limit, the user, or `exit`.
pub fn ends_the_script(error: &EvalAltResult) -> bool {
    error.is_system_exception() || error.is_pseudo_error() || is_interrupt(error)
}
