//! Talking with the user.

use rhai::Dynamic;
use rhai::plugin::*;

use crate::display::show;
use crate::output::{Answer, Output};
use crate::world::with;
use crate::{DisplayHandle, LangError, RhaiResultOf};

/// Asks; the world is free while the user thinks.
fn ask(context: &NativeCallContext, prompt: &str) -> RhaiResultOf<String> {
    let hook = with(context, |world| {
        if world.options.allowed.closed_by.is_some() {
            return Err(LangError::NoInput { why: "a function of a plug-in is under way" });
        }
        world.input.take().ok_or(LangError::NoInput { why: "this front end cannot ask" })
    })?;
    let mut hook = hook;
    let answer = hook(prompt);
    with(context, |world| {
        world.input = Some(hook);
        match answer {
            Answer::Line(line) => Ok(line),
            Answer::End => Err(LangError::NoInput { why: "the input has ended" }),
            Answer::Refused => Err(LangError::NoInput { why: "this front end cannot ask now" }),
            Answer::Interrupted => Err(world.interruption()),
        }
    })
}

/// Talking with the user.
#[export_module]
pub mod functions {
    /// Asks the user for a line of text, and waits for it.
    ///
    /// * `prompt` - what to ask
    ///
    /// # Errors
    /// If there is nobody to ask, such as in a script whose input has ended.
    ///
    /// # Example
    /// ```rhai
    /// let gene = input("Which gene? ");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn input(context: NativeCallContext, prompt: &str) -> RhaiResultOf<String> {
        super::ask(&context, prompt)
    }

    /// Asks the user for a line of text, without a prompt.
    ///
    /// # Errors
    /// If there is nobody to ask.
    ///
    /// # Example
    /// ```rhai
    /// let line = input();
    /// ```
    #[rhai_fn(global, name = "input", return_raw)]
    pub fn input_plain(context: NativeCallContext) -> RhaiResultOf<String> {
        super::ask(&context, "")
    }

    /// Shows a value in the best form of the front end: in a notebook below the cell, with its figure or
    /// as a table; in a terminal as text; in `bioxen run`, a figure is written to a file.
    ///
    /// * `value` - anything
    ///
    /// Returns a handle, with which `update` can replace the value by another.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["lacZ"]);
    /// let shown = display(protein("lacZ"));
    /// every(1.min, || shown.update(`${now()}: ${protein("lacZ")} molecules`));
    /// run(3.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn display(context: NativeCallContext, value: Dynamic) -> RhaiResultOf<DisplayHandle> {
        show(&context, &value, None).map(|number| DisplayHandle { number })
    }

    /// Replaces a value that was shown by another. In a notebook this also works for a value that another
    /// cell has shown. A terminal shows the new value below.
    ///
    /// * `shown` - the handle that `display` returned
    /// * `value` - anything
    ///
    /// # Example
    /// ```rhai
    /// let shown = display("waiting");
    /// let trace = run(1.min);
    /// shown.update(plot_resources(trace));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn update(
        context: NativeCallContext,
        shown: DisplayHandle,
        value: Dynamic,
    ) -> RhaiResultOf<()> {
        show(&context, &value, Some(shown.number)).map(|_| ())
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn display_to_string(shown: &mut DisplayHandle) -> String {
        format!("display {}", shown.number)
    }

    /// In a notebook, clears the output of the cell. On the command line it does nothing.
    ///
    /// # Example
    /// ```rhai
    /// clear_output();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn clear_output(context: NativeCallContext) -> RhaiResultOf<()> {
        with(&context, |world| {
            world.show(Output::Clear { wait: false });
            Ok::<_, LangError>(())
        })
    }

    /// The same. With `true` it waits until the next output is shown, so that nothing flickers.
    ///
    /// * `wait` - whether to wait for the next output
    ///
    /// # Example
    /// ```rhai
    /// clear_output(true);
    /// ```
    #[rhai_fn(global, name = "clear_output", return_raw)]
    pub fn clear_output_later(context: NativeCallContext, wait: bool) -> RhaiResultOf<()> {
        with(&context, |world| {
            world.show(Output::Clear { wait });
            Ok::<_, LangError>(())
        })
    }
}
