//! The errors of a script, besides those of Rhai itself.

pub mod advice;
mod blame;
mod convert;
mod counts;

use crate::text::counted;
use bioxen_plugin::PluginError;
pub use blame::Blame;
pub use counts::without_number;
use counts::{few, parameters, values};
use rhai::{Dynamic, EvalAltResult, Position};
use thiserror::Error;

use super::front_end::FrontEnd;
use super::parameters::ParameterError;
use bioxen_base::nearest::hint;
use bioxen_cell::chassis::ChassisError;
use bioxen_cell::factory::FactoryError;
use bioxen_cell::factory::config_file::ConfigError;
use bioxen_cell::hypervisor::{ArchiveError, HypervisorError};
use bioxen_genome::GenomeError;
use bioxen_genome::plasmid::PlasmidError;
use bioxen_lab::LabError;
use bioxen_plot::PlotError;
use bioxen_table::TableError;

/// An error of the language.
#[derive(Debug, Error, Clone)]
#[non_exhaustive]
pub enum LangError {
    /// A VM, a gene, an allocation.
    #[error("{}{}", .0, advice::of(.0))]
    Hypervisor(HypervisorError),
    /// Cells, events, runs, snapshots.
    #[error(transparent)]
    Lab(Box<LabError>),
    /// A plasmid.
    #[error(transparent)]
    Plasmid(#[from] PlasmidError),
    /// A genome.
    #[error(transparent)]
    Genome(std::sync::Arc<GenomeError>),
    /// The host.
    #[error(transparent)]
    Chassis(#[from] ChassisError),
    /// A design or a fit.
    #[error(transparent)]
    Study(#[from] bioxen_study::StudyError),
    /// A figure.
    #[error(transparent)]
    Plot(std::sync::Arc<PlotError>),
    /// A table, its columns or a plate.
    #[error(transparent)]
    Table(Box<TableError>),
    /// A file that holds no table, or no plate.
    #[error("`{path}` cannot be read: {error}")]
    TableFile {
        /// The file.
        path: String,
        /// Why not.
        error: Box<TableError>,
    },
    /// A plug-in.
    #[error(transparent)]
    Plugin(Box<PluginError>),
    /// A function of a plug-in that is not loaded.
    #[error(
        "`{function}` is a function of the plug-in `{plugin}`, which is not loaded now; load_plugin(..) loads it"
    )]
    PluginNotLoaded {
        /// The plug-in.
        plugin: String,
        /// The function.
        function: String,
    },
    /// A function of a plug-in reaches for a file.
    #[error(
        "the functions of a plug-in reach no files: `{path}` was asked for while one of `{plugin}` was under way"
    )]
    PluginFile {
        /// The plug-in.
        plugin: String,
        /// The file.
        path: String,
    },
    /// An option without the one it needs.
    #[error("`{what}` {needs}")]
    Missing {
        /// The option.
        what: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// A value of the wrong type.
    #[error("{what} must be {expected}, not {got}")]
    WrongType {
        /// Which value.
        what: String,
        /// What it must be, in words.
        expected: &'static str,
        /// What it is, in words.
        got: String,
    },
    /// A parameter of a script, or what is set for it.
    #[error(transparent)]
    Parameter(Box<ParameterError>),
    /// A VM type.
    #[error(transparent)]
    Factory(#[from] FactoryError),
    /// An error that the language itself has noticed and a script has caught, in words.
    #[error("{message}")]
    Noticed {
        /// What went wrong.
        message: String,
        /// What would be right.
        help: Vec<String>,
    },
    /// A function of the script that takes other values than it is called with.
    #[error("the {what} given to `{to}` has {}, and is called with {}", parameters(.takes), values(.calls))]
    Closure {
        /// `closure`, or ``function `name` ``.
        what: String,
        /// The function that calls it.
        to: String,
        /// The numbers of its parameters.
        takes: Vec<usize>,
        /// How many values it can be called with.
        calls: Vec<usize>,
    },
    /// What the comparator of a sort gave.
    #[error(
        "the function given to `{to}` must give a number, below zero if the first value comes before the second, zero if both are equal, above zero if it comes after it, or `true` if it comes before; not {got}"
    )]
    Comparator {
        /// The function that sorts.
        to: &'static str,
        /// What it gave, in words.
        got: String,
    },
    /// Something of Rhai that is switched off.
    #[error("`{name}` is switched off: {why}")]
    Off {
        /// What it is called.
        name: &'static str,
        /// Why it is.
        why: &'static str,
    },
    /// A text that could not run on a VM.
    #[error("the text could not run: {reason}")]
    Execution {
        /// Why not.
        reason: String,
    },
    /// A function that a text on a VM has left failed.
    #[error("in a function from the text on VM `{id}`: {reason}")]
    TextOnVm {
        /// The VM.
        id: String,
        /// What went wrong.
        reason: String,
    },
    /// Quantities, or a quantity and something else, that have no common meaning.
    #[error("`{operator}` cannot be applied to {a} and {b}; {hint}")]
    Mixed {
        /// What was to be done with them.
        operator: &'static str,
        /// The first, in words.
        a: String,
        /// The second, in words.
        b: String,
        /// What would be right.
        hint: &'static str,
    },
    /// A division by zero.
    #[error("{what} cannot be divided by zero")]
    ByZero {
        /// What was divided, in words.
        what: String,
    },
    /// A number that is too large to be whole.
    #[error("{what} is too large for a whole number; write one of them with a point, such as 2.0")]
    TooLarge {
        /// The calculation.
        what: String,
    },
    /// A value that JSON has no form for.
    #[error("{} has no form in JSON; numbers, strings, quantities, truth values, arrays and maps have one",
        if place.is_empty() { what.clone() } else { format!("{what} under `{place}`") })]
    NoJson {
        /// Where in the value it stands.
        place: String,
        /// What it is, in words.
        what: String,
    },
    /// A text that is no JSON.
    #[error("this text is no JSON: {reason}, in its line {line} at character {column}")]
    NotJson {
        /// What is wrong with it.
        reason: String,
        /// The line of the text.
        line: usize,
        /// The character of the line.
        column: usize,
    },
    /// A text that is no number.
    #[error("`{given}` is no {kind}; {example}")]
    NotNumber {
        /// The text.
        given: String,
        /// What it should be.
        kind: &'static str,
        /// What is one.
        example: &'static str,
    },
    /// A value that an assignment would change.
    #[error("{what} cannot be changed; {instead}")]
    Unchangeable {
        /// Of what kind the value is.
        what: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// A method that is called with too few arguments.
    #[error("`{name}` takes {}, not {given}", if *takes == 1 { "one argument".to_owned() } else { format!("{takes} arguments") })]
    Arguments {
        /// The method.
        name: String,
        /// How many it takes.
        takes: usize,
        /// How many were given.
        given: usize,
    },
    /// A result that is too large to be whole.
    #[error(
        "{what} is beyond the largest whole number, 9223372036854775807; numbers with a point can be larger"
    )]
    BeyondWhole {
        /// The calculation.
        what: String,
    },
    /// A bare call without a VM to act on.
    #[error(
        "there is no current VM; create one with create_bio_vm(\"demo\", \"ecoli\"), or attach(id) to one"
    )]
    NoCurrentVm,
    /// An option that is not known.
    #[error("unknown option `{given}` of {function}{}; valid options: {}", hint(.nearest.as_deref()), .valid.join(", "))]
    UnknownOption {
        /// The function.
        function: &'static str,
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All options.
        valid: Vec<&'static str>,
    },
    /// An error that happened in one of many calls of a function; its message is that of the error, and who
    /// catches it learns the place, too.
    #[error("{error}")]
    Placed {
        /// Where, such as `row 2 (counted from 0)`.
        place: String,
        /// The error.
        error: Box<LangError>,
    },
    /// A name that is none of a few.
    #[error("unknown {kind} `{given}`{}; valid: {}", hint(.nearest.as_deref()), .valid.join(", "))]
    UnknownName {
        /// What it should be.
        kind: &'static str,
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All names.
        valid: Vec<String>,
    },
    /// A column that a trace does not have.
    #[error("the trace has no `{given}`{}; names() lists what it has", hint(.nearest.as_deref()))]
    UnknownColumn {
        /// What was asked for.
        given: String,
        /// The nearest.
        nearest: Option<String>,
    },
    /// A short name that stands for several columns.
    #[error("`{given}` could be any of {}; say which", few(.candidates))]
    AmbiguousColumn {
        /// What was asked for.
        given: String,
        /// What it could be.
        candidates: Vec<String>,
    },
    /// Something of the plan that is not there yet.
    #[error("{what} is not available in this version")]
    NotAvailable {
        /// What.
        what: &'static str,
    },
    /// What an interrupted run had recorded, where none was interrupted.
    #[error("no run was interrupted, so interrupted_trace() has nothing to return")]
    NotInterrupted,
    /// Traces that do not follow each other.
    #[error(
        "the second trace begins at {begins}, and the first ends at {ends}; only a trace that goes on where the other ends can be joined to it"
    )]
    Join {
        /// Where the first ends.
        ends: bioxen_base::units::Time,
        /// Where the second begins.
        begins: bioxen_base::units::Time,
    },
    /// A part of a trace in which nothing was recorded.
    #[error("the trace has nothing between {from} and {to}")]
    NothingBetween {
        /// From when.
        from: bioxen_base::units::Time,
        /// To when.
        to: bioxen_base::units::Time,
    },
    /// An interval of a table that is shorter than that between samples.
    #[error(
        "an interval of table of {interval} is shorter than the {apart} between samples; give {apart} or more, or record more often: sample_every({}.s) before the run",
        interval.seconds()
    )]
    TableInterval {
        /// From one row to the next.
        interval: bioxen_base::units::Time,
        /// From one sample to the next, in the mean.
        apart: bioxen_base::units::Time,
    },
    /// A path that leads out of the folder.
    #[error(
        "`{path}` leads out of the {}; give a path inside it, such as \"trace.csv\", or allow the other folder ({})",
        front.folder(),
        front.option("--allow-write", "DIR")
    )]
    Outside {
        /// The path.
        path: String,
        /// How it could be allowed.
        front: FrontEnd,
    },
    /// A path that may not be read.
    #[error(
        "`{path}` leads out of the folders from which scripts read: the script's own and the output folder; others can be allowed ({})",
        front.option("--allow-read", "DIR")
    )]
    OutsideReading {
        /// The path.
        path: String,
        /// How it could be allowed.
        front: FrontEnd,
    },
    /// A script that cannot be imported.
    #[error("the script `{path}` cannot be imported: {reason}")]
    Import {
        /// How it was named.
        path: String,
        /// Why not.
        reason: String,
    },
    /// A script outside of the folder.
    #[error(
        "the script `{path}` cannot be imported: scripts import from the folder of the script and below only, such as \"lib/genes\""
    )]
    ImportOutside {
        /// How it was named.
        path: String,
    },
    /// A script that imports itself, in a circle.
    #[error("the script `{path}` imports itself: {}", .names.join(" imports "))]
    ImportCircle {
        /// How it was named.
        path: String,
        /// The circle.
        names: Vec<String>,
    },
    /// A name under which nothing can be imported.
    #[error("`{name}` is the name of a part of the language; import the script under another name")]
    ImportName {
        /// The name.
        name: String,
    },
    /// A file name without a known ending.
    #[error("`{path}` does not say what kind of file it is to be; end it in {expected}")]
    Ending {
        /// The path.
        path: String,
        /// What would do.
        expected: &'static str,
    },
    /// A file that could not be written or read.
    #[error("`{path}` could not be {action}: {reason}")]
    File {
        /// The path.
        path: String,
        /// `read` or `written`.
        action: &'static str,
        /// What the system says.
        reason: String,
    },
    /// Nobody can be asked.
    #[error("input() cannot be answered: {why}")]
    NoInput {
        /// Why not.
        why: &'static str,
    },
    /// Texts that run texts that run texts.
    #[error("texts run texts more than {depth} deep; is there a text that runs itself?")]
    TooDeep {
        /// How deep is allowed.
        depth: usize,
    },
    /// A quantity without a half-life.
    #[error("`{quantity}` does not fall in this trace, so that it has no half-life")]
    NotFalling {
        /// The quantity.
        quantity: String,
    },
    /// A half-life of what is negative.
    #[error("`{quantity}` has values below zero in this trace, so that it has no half-life")]
    NegativeFalling {
        /// The quantity.
        quantity: String,
    },
    /// A quantity that does not go up and down.
    #[error("`{quantity}` has no period in this trace: {why}")]
    NoPeriod {
        /// The quantity.
        quantity: String,
        /// Why not.
        why: &'static str,
    },
    /// So many times of nothing.
    #[error("`{quantity}` is 0 at {at}, and nothing is so many times as much as nothing")]
    FromNothing {
        /// The quantity.
        quantity: String,
        /// When.
        at: bioxen_base::units::Time,
    },
    /// A time at which a trace has nothing.
    #[error("the trace goes from {from} to {to}, and has nothing at {asked}")]
    OutsideTrace {
        /// The time.
        asked: bioxen_base::units::Time,
        /// Where it begins.
        from: bioxen_base::units::Time,
        /// Where it ends.
        to: bioxen_base::units::Time,
    },
    /// Fewer values than a statistic needs.
    #[error("{function} needs at least {}, and has {has}", counted(*.needs, "value"))]
    TooFew {
        /// The function.
        function: &'static str,
        /// How many it needs.
        needs: usize,
        /// How many there are.
        has: usize,
    },
    /// A specification of `format` that is none.
    #[error(
        "`{given}` does not say how to write a value: {why}; it is such as \".3g\", \".2f\", \".1e\", \",.0f\", \".1%\" or \"8.2f\""
    )]
    Format {
        /// What was given.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// Places of an array that are not there.
    #[error(
        "an array of {length} has no part {part}; its places are 0 to {length}, -1 is the last"
    )]
    Slice {
        /// How long the array is.
        length: usize,
        /// What was asked for.
        part: String,
    },
    /// A pattern that nothing fits.
    #[error("no {what} fits `{given}`; {list}")]
    NoneFits {
        /// The pattern.
        given: String,
        /// Of what there is none.
        what: &'static str,
        /// What lists them.
        list: &'static str,
    },
    /// A pattern where one name belongs.
    #[error("`{given}` is a pattern, and this is for one {what}; {instead}")]
    OneOnly {
        /// The pattern.
        given: String,
        /// What is named here.
        what: &'static str,
        /// What takes patterns.
        instead: &'static str,
    },
    /// A repetition that is not there.
    #[error("there is no repetition {number}; there are {count}, counted from 0")]
    NoRepetition {
        /// What was asked for.
        number: i64,
        /// How many there are.
        count: usize,
    },
    /// A configuration that cannot be used.
    #[error("{error}")]
    Config {
        /// The file.
        path: String,
        /// Why not.
        error: Box<ConfigError>,
    },
    /// A state file that cannot be used.
    #[error("`{path}` cannot be loaded: {error}")]
    Archive {
        /// The file.
        path: String,
        /// Why not.
        error: Box<ArchiveError>,
    },
    /// A calculation that was interrupted.
    #[error("interrupted")]
    Stopped,
    /// A value that holds values that hold values, and so on.
    #[error("`{name}` holds values inside of values more than {most} deep")]
    NestedTooDeeply {
        /// The variable.
        name: String,
        /// How deep it may be.
        most: usize,
    },
    /// A run that was interrupted.
    #[error("interrupted at {minutes:.2} min of cell time")]
    Interrupted {
        /// Cell time reached [min].
        minutes: f64,
    },
}

impl LangError {
    /// Whether it says that something cannot be a VM.
    pub fn is_about_a_vm(&self) -> bool {
        matches!(self, Self::WrongType { got, .. } if got == "a VM")
    }

    /// Whether it says that the user has interrupted.
    pub fn is_interrupt(&self) -> bool {
        matches!(self, Self::Interrupted { .. } | Self::Stopped)
    }
}

/// Gives an error of ours the place of the call in which it happened.
pub fn place(error: &mut EvalAltResult, at: &str) {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
        | EvalAltResult::ErrorInModule(_, inner, _) => place(inner, at),
        EvalAltResult::ErrorRuntime(value, _) => {
            let ours = value.read_lock::<LangError>().map(|error| error.clone());
            if let Some(error) = ours.filter(|error| !matches!(error, LangError::Placed { .. })) {
                *value =
                    Dynamic::from(LangError::Placed { place: at.to_owned(), error: error.into() });
            }
        }
        _ => {}
    }
}

/// Makes any error of ours one that Rhai carries to the session, with the position of the call.
pub fn raise(error: impl Into<LangError>) -> Box<EvalAltResult> {
    EvalAltResult::ErrorRuntime(Dynamic::from(error.into()), Position::NONE).into()
}
