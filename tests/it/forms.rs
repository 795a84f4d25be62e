//! Every function of the catalogue in every form of call, with every form of argument. The calls are
//! made from the declarations, so that each new function joins by itself.

mod arguments;
mod callbacks;
mod calls;
mod errors;
mod values;

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::lang::{Limits, Output, WorldOptions};
use bioxen::session::{Diagnostic, Session};

/// A session that writes into a folder of its own.
struct Desk {
    session: Session,
    printed: Rc<RefCell<Vec<String>>>,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self::with(Limits::default())
    }

    fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let printed = Rc::new(RefCell::new(Vec::new()));
        let sink = printed.clone();
        let options = WorldOptions {
            out_dir: folder.path().to_owned(),
            read_dir: folder.path().to_owned(),
            seed: 1,
            limits,
            ..WorldOptions::default()
        };
        let show = move |output| {
            if let Output::Text(text) = output {
                sink.borrow_mut().push(text);
            }
        };
        let session = Session::new(options, Box::new(show)).unwrap();
        Self { session, printed, folder }
    }

    /// Evaluates a text that must be right.
    fn eval(&mut self, text: &str) -> Option<String> {
        self.session.eval(text, "forms.rhai").unwrap_or_else(|error| panic!("{text}\n{error}"))
    }

    /// Evaluates a text that may be wrong.
    fn attempt(&mut self, text: &str) -> Result<Option<String>, Box<Diagnostic>> {
        self.session.eval(text, "forms.rhai")
    }
}
