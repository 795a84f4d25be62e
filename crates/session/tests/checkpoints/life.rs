//! Sessions that live on, side by side.

use std::cell::RefCell;
use std::rc::Rc;

use bioxen_lang::{Output, WorldOptions};
use bioxen_session::{Checkpoint, Session};

/// A session with all that it has told.
pub(crate) struct Life {
    pub(crate) session: Session,
    told: Rc<RefCell<Vec<String>>>,
}

impl Life {
    pub(crate) fn new() -> Self {
        Self::with(Default::default())
    }

    pub(crate) fn with(options: WorldOptions) -> Self {
        let told = Rc::new(RefCell::new(Vec::new()));
        let tell = told.clone();
        let sink = Box::new(move |output: Output| match output {
            Output::Text(text) | Output::Remark(text) => tell.borrow_mut().push(text),
            Output::Display { id, value, .. } => {
                tell.borrow_mut().push(format!("{id}: {}", value.text));
            }
            _ => {}
        });
        Self { session: Session::new(options, sink).unwrap(), told }
    }

    /// One that was restored.
    pub(crate) fn from(checkpoint: &Checkpoint) -> Self {
        let mut new = Self::new();
        // What was there before goes.
        new.session.eval("let gone = 1; fn gone() { 1 }", "gone").unwrap();
        new.session.restore(&checkpoint.bytes).unwrap();
        assert_eq!(new.told.borrow().len(), 0);
        new
    }

    /// What a text gives and tells.
    pub(crate) fn says(&mut self, text: &str) -> String {
        let outcome = self.session.eval(text, "a text");
        let outcome = outcome.map_err(|error| error.to_string());
        format!("{outcome:?} {:?}", self.told.borrow_mut().drain(..).collect::<Vec<_>>())
    }

    /// What lives, as bytes.
    pub(crate) fn state(&self) -> Checkpoint {
        self.session.checkpoint().unwrap()
    }
}

/// A life that is watched, one that is not, and those that were restored, say the same and become the same,
/// wherever they were kept. Gives what was left out at the end.
pub(crate) fn live_on(texts: &[&str]) -> Vec<String> {
    let mut unwatched = Life::new();
    let expected: Vec<String> = texts.iter().map(|text| unwatched.says(text)).collect();
    // Most of what is tried must work, or little is tried.
    let failed = expected.iter().filter(|said| said.starts_with("Err")).count();
    assert!(3 * failed <= texts.len(), "{expected:#?}");
    let end = unwatched.state();
    let mut watched = Life::new();
    for at in 0..=texts.len() {
        let checkpoint = watched.state();
        assert!(watched.state().bytes == checkpoint.bytes, "kept twice before text {at}");
        let mut again = Life::from(&checkpoint);
        assert!(
            again.state().bytes == checkpoint.bytes,
            "{texts:?} is restored as it was before text {at}"
        );
        for (text, expected) in texts.iter().zip(&expected).skip(at) {
            assert_eq!(&again.says(text), expected, "{text} after a restart before text {at}");
        }
        assert!(again.state().bytes == end.bytes, "{texts:?} from text {at} on");
        if let Some(text) = texts.get(at) {
            assert_eq!(watched.says(text), expected[at], "{text}, watched");
        }
    }
    assert!(watched.state().bytes == end.bytes);
    end.left_out.iter().map(|left| format!("{} ({}): {}", left.name, left.kind, left.why)).collect()
}
