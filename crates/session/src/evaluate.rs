//! The evaluation of a text, from reading it to its value or diagnostic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use rhai::{AST, Dynamic};

use super::texts::Source;
use super::{Diagnostic, Display, Session, explain, notebook, tidy, who};
use bioxen_lang::reading::{self, Additions};
use bioxen_lang::stack::roomy;
use bioxen_lang::text::plain;
use bioxen_lang::{Catalogue, DisplayHandle, Output, imports};

impl Session {
    /// Evaluates a text; variables stay. Gives the last value as text, unless it is nothing.
    ///
    /// # Errors
    /// What is wrong with the text, or went wrong in it; `name` says whose text it is.
    pub fn eval(&mut self, text: &str, name: &str) -> Result<Option<String>, Box<Diagnostic>> {
        let outcome = self.safely(name, |session| {
            let value = session.value(text, name)?;
            Ok(is_shown(&value).then(|| session.text_of(&value)))
        });
        self.remember(name, text, &outcome, |value| value);
        outcome
    }

    /// The same, with the last value in every form it has: a trace and a figure as pictures, a
    /// table, a VM and a status as HTML.
    ///
    /// # Errors
    /// As [`Self::eval`].
    pub fn eval_rich(
        &mut self,
        text: &str,
        name: &str,
    ) -> Result<Option<Display>, Box<Diagnostic>> {
        let outcome = self
            .safely(name, |session| session.value(text, name).map(|value| session.display(&value)));
        self.remember(name, text, &outcome, |value| &value.text);
        outcome
    }

    /// Does something with room on the stack. Should it panic, which is a mistake of ours, the session
    /// goes on: whoever talks with it keeps what there is.
    fn safely<T>(
        &mut self,
        name: &str,
        f: impl FnOnce(&mut Self) -> Result<T, Box<Diagnostic>>,
    ) -> Result<T, Box<Diagnostic>> {
        let watch = self.world.borrow().watch.clone();
        self.listen();
        watch.set_busy(true);
        let outcome = catch_unwind(AssertUnwindSafe(|| roomy(|| f(self))));
        watch.set_busy(false);
        if let Ok(mut world) = self.world.try_borrow_mut() {
            world.tell_news();
        }
        outcome.unwrap_or_else(|_| {
            self.last = Dynamic::UNIT;
            Err(Box::new(Diagnostic {
                message: "BioXen itself has failed here, which it never should".to_owned(),
                help: vec!["please report it with the script; what was there before is".to_owned()],
                source_name: name.to_owned(),
                length: 1,
                ..Diagnostic::default()
            }))
        })
    }

    /// A value in every form it has; nothing has none.
    fn display(&self, value: &Dynamic) -> Option<Display> {
        if !is_shown(value) {
            return None;
        }
        let shown = |value: &Dynamic| self.text_of(value);
        Some(Display::of(value, &shown, &self.world.borrow()))
    }

    fn remember<T>(
        &mut self,
        name: &str,
        text: &str,
        outcome: &Result<Option<T>, Box<Diagnostic>>,
        shown: impl Fn(&T) -> &str,
    ) {
        let value = outcome.as_ref().map(|value| value.as_ref().map(shown));
        self.history.add(name, text, value.map_err(|d| d.message.as_str()));
    }

    pub(super) fn parse(&self, text: &str) -> Result<(AST, Additions), rhai::ParseError> {
        reading::compile(&self.engine, &self.scope, &who::written(text))
    }

    fn value(&mut self, text: &str, name: &str) -> Result<Dynamic, Box<Diagnostic>> {
        self.world.borrow_mut().begin();
        self.world.borrow_mut().script = Some(text.into());
        let bare = plain(text);
        let mut text = notebook::script(&bare, name)?;
        self.world.borrow().catches.note(&text);
        if let Some(diagnostic) = explain::open_comment(&text, name) {
            return Err(Box::new(diagnostic));
        }
        let mut parsed = self.parse(&text);
        if parsed.is_err() {
            text = notebook::ended(self, text);
            parsed = self.parse(&text);
        }
        let written = parsed.as_ref().map(|(_, additions)| additions.written(&text));
        let read = written.as_deref().unwrap_or(&text);
        let source = Source { name: name.into(), text: read.into() };
        self.texts.begin(&source, &self.scope);
        let (ast, _) = parsed.map_err(|e| {
            if self.interrupt.is_stopped() {
                return Box::new(Diagnostic::interruption(name));
            }
            self.explain(&e.into(), &source)
        })?;
        self.meet_plugins(&ast);
        let imports = imports::written(&ast);
        imports::check(self.catalogue(), &imports).map_err(|e| self.explain(&e, &source))?;
        if ast.has_functions() {
            Rc::make_mut(&mut self.defined).note(&ast, name, &text);
        }
        for function in ast.iter_functions() {
            self.texts.define(function.name, &source);
            if hides(self.catalogue(), function.name, function.params.len()) {
                self.world.borrow_mut().show(Output::Remark(hiding(function.name)));
            }
        }
        // Functions stay, and a new one replaces the old one of its name and parameters.
        let whole = self.library.merge(&ast);
        if ast.has_functions() {
            // Closures, too: a value that holds one finds its function here.
            self.library = AST::new_from_module(whole.shared_lib().clone());
        }
        let freezer = self.freezer();
        {
            let mut world = self.world.borrow_mut();
            world.functions = Some(whole.shared_lib().clone());
            world.freezer = Some(freezer);
            world.modules = self.modules.iter().map(|(n, m)| (n.clone(), m.clone())).collect();
        }
        let outcome = self.constants.evaluate(&self.engine, &mut self.scope, &whole);
        self.world.borrow_mut().freezer = None;
        tidy::forget_hidden(&mut self.scope);
        self.last = outcome.as_ref().map_or(Dynamic::UNIT, Clone::clone);
        if outcome.is_ok() {
            // They stay, as variables and functions do.
            for (name, module) in self.texts.imported.borrow().found(&imports) {
                self.engine.register_static_module(name, module.clone());
                self.modules.insert(name.to_owned(), module);
            }
        }
        let outcome = outcome.map_err(|error| {
            let limit = self.world.borrow_mut().limit.take();
            let limit = limit.filter(|_| error.is_system_exception());
            let error = match limit {
                Some(limit) => {
                    let definitions = self.texts.definitions.borrow();
                    limit.told(error, |closure| definitions.contains_key(closure))
                }
                None => error,
            };
            self.explain(&error, &source)
        });
        if ast.has_functions() {
            self.forget_closures();
        }
        outcome
    }

    /// Forgets closures that nothing can call any more.
    fn forget_closures(&mut self) {
        let world = self.world.borrow();
        let values = self.scope.iter_raw().map(|(_, _, value)| value).chain([&self.last]);
        let events = world.lab.cells().iter().flat_map(|cell| cell.events.iter());
        let functions = events.flat_map(|event| event.action.functions());
        let definitions = &mut self.texts.definitions.borrow_mut();
        self.closures.tidy(&mut self.library, definitions, values, functions);
        Rc::make_mut(&mut self.defined).tidy(&self.library);
    }
}

/// Whether a function of a script takes the place of one of the language.
pub(super) fn hides(catalogue: &Catalogue, name: &str, parameters: usize) -> bool {
    catalogue.arities(name).contains(&parameters)
}

pub(super) fn hiding(name: &str) -> String {
    format!(
        "the function `{name}` of this text takes the place of the function `{name}` of the language; \
         with another name, such as `my_{name}`, both can be called"
    )
}

/// Whether a value is a result to be shown: nothing is none, nor is the handle of what `display` has
/// just shown.
pub(super) fn is_shown(value: &Dynamic) -> bool {
    !value.is_unit() && !value.is::<DisplayHandle>()
}
