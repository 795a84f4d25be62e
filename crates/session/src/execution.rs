//! Texts on a VM, from Rust.

use rhai::{Array, Dynamic, Map, Scope};

use super::Session;
use bioxen_base::units::{Duration, Time};
use bioxen_engine::Trajectory;
use bioxen_lang::LangError;
use bioxen_lang::scripted::Lab;

/// What came of a text that ran on a VM.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    /// The value of its last expression, as text; nothing if it has none.
    pub value: Option<String>,
    /// The lines that it printed.
    pub output: Vec<String>,
    /// What its last run recorded.
    pub trace: Option<Trajectory>,
    /// Cell time that passed.
    pub elapsed: Time,
    /// What went wrong; what the text had done is undone then.
    pub error: Option<String>,
}

impl Session {
    /// Does something with the laboratory of the session: scripts see what is done to it, as it sees
    /// what scripts do.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.with_lab(|lab| lab.quick_start_vm("ecoli", "demo"))?;
    /// assert_eq!(session.eval("list_vms().len()", "example")?.as_deref(), Some("1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_lab<T>(&mut self, f: impl FnOnce(&mut Lab) -> T) -> T {
        f(&mut self.world.borrow_mut().lab)
    }

    /// Runs a text of the language on a VM: its bare calls act on that VM.
    ///
    /// # Errors
    /// When there is no such VM. What goes wrong in the text is told in [`Execution::error`].
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.with_lab(|lab| lab.quick_start_vm("ecoli", "demo"))?;
    /// let done = session.execute("demo", "start_transcription([\"lacZ\"]); transcribing().len()")?;
    /// assert_eq!(done.value.as_deref(), Some("3"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn execute(&mut self, id: &str, code: &str) -> Result<Execution, LangError> {
        self.world.borrow().lab.find(id)?;
        self.listen();
        self.world.borrow_mut().begin();
        let mut scope = Scope::new();
        scope.push("id", id.to_owned()).push("code", code.to_owned());
        let call = "execute_vm_sync(id, code)";
        let record = self.engine.eval_with_scope::<Map>(&mut scope, call);
        let mut record =
            record.map_err(|error| LangError::Execution { reason: error.to_string() })?;
        let mut take = |key: &str| record.remove(key).unwrap_or(Dynamic::UNIT);
        let value = take("value");
        let output: Array = take("output").into_array().unwrap_or_default();
        let trace = take("trace").try_cast::<bioxen_lang::Trace>();
        let elapsed = take("elapsed").try_cast::<Duration>().map(Duration::time);
        let error = take("error").into_string().ok();
        Ok(Execution {
            value: (!value.is_unit()).then(|| self.text_of(&value)),
            output: output.into_iter().map(|line| line.to_string()).collect(),
            trace: trace.map(|trace| trace.0.as_ref().clone()),
            elapsed: elapsed.unwrap_or(Time::ZERO),
            error,
        })
    }
}
