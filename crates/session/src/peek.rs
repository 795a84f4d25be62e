//! The values that a front end may read between two texts.

use rhai::{Array, Dynamic, Map};

use super::Session;
use super::complete::KEYWORDS;
use bioxen_lang::api::figures::usual_figure;
use bioxen_lang::display::records_of;
use bioxen_lang::{FigureValue, Table, Trace};

/// A value, for a front end that shows some kinds in its own way.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Value {
    /// A figure.
    Figure(FigureValue),
    /// What a run recorded.
    Trace(Trace),
    /// A table of numbers.
    Table(Table),
    /// Names and values, the values as text.
    Record(Vec<(String, String)>),
    /// Records with the same keys: these, and the values of each as text.
    List(Vec<String>, Vec<Vec<String>>),
    /// Anything else, which shows as its text.
    Other,
}

impl Value {
    fn of(value: &Dynamic, shown: &dyn Fn(&Dynamic) -> String) -> Self {
        if let Some(figure) = value.read_lock::<FigureValue>() {
            return Self::Figure(figure.clone());
        }
        if let Some(trace) = value.read_lock::<Trace>() {
            return Self::Trace(trace.clone());
        }
        if let Some(table) = value.read_lock::<Table>() {
            return Self::Table(table.clone());
        }
        if let Some(map) = value.read_lock::<Map>() {
            let rows = map.iter().map(|(key, value)| (key.to_string(), shown(value)));
            return Self::Record(rows.collect());
        }
        if let Some(array) = value.read_lock::<Array>()
            && let Some((head, rows)) = records_of(&array, shown)
            && rows.len() == array.len()
        {
            return Self::List(head, rows);
        }
        Self::Other
    }
}

/// The figure that a value is, or shows as.
pub(super) fn figure_of(value: &Dynamic) -> Option<FigureValue> {
    if let Some(figure) = value.read_lock::<FigureValue>() {
        return Some(figure.clone());
    }
    value.read_lock::<Trace>().and_then(|trace| usual_figure(&trace).ok())
}

impl Session {
    /// What the last text gave.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::{Session, Value};
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("run(1.min)", "example")?;
    /// assert!(matches!(session.last_value(), Value::Trace(_)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn last_value(&self) -> Value {
        Value::of(&self.last, &|value| self.text_of(value))
    }

    /// The figure of the variable that was made last of those which are one or, as a trace, have
    /// one.
    pub fn newest_figure(&self) -> Option<FigureValue> {
        // A scope tells of its newest variable first.
        self.scope.iter_raw().find_map(|(_, _, value)| figure_of(value))
    }

    /// The figure of what an interrupted run had recorded; once.
    pub fn interrupted_figure(&mut self) -> Option<FigureValue> {
        let trace = Trace::new(self.take_interrupted()?);
        figure_of(&Dynamic::from(trace))
    }

    /// Whether a word belongs to the language itself, as `let` does.
    pub fn is_keyword(&self, word: &str) -> bool {
        KEYWORDS.iter().any(|(keyword, _)| *keyword == word)
    }

    /// The parameters of a function that the user has defined.
    pub fn own_parameters(&self, name: &str) -> Option<Vec<String>> {
        let own = self.library.iter_functions().find(|f| f.name == name)?;
        Some(own.params.iter().map(|p| (*p).to_owned()).collect())
    }

    /// Whether there is a VM of that id.
    pub fn is_vm(&self, id: &str) -> bool {
        self.world.borrow().lab.find(id).is_ok()
    }

    /// Whether a gene of any VM has that name.
    pub fn is_gene(&self, name: &str) -> bool {
        let world = self.world.borrow();
        world.lab.all_vms().any(|vm| vm.genome().gene(name).is_some())
    }
}
