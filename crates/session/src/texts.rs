//! The texts of a session, with the facts about them that error messages need.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Dynamic, Engine, EvalAltResult, Position, Scope};

use super::explain::{self, Words};
use super::shown_by;
use bioxen_lang::caught::{Asked, Explain, Told};
use bioxen_lang::imports::Library;
use bioxen_lang::reading::{self, Written};
use bioxen_lang::shared::Common;
use bioxen_lang::{Catalogue, engine};

/// A text that was evaluated, and whose it was.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
}

/// Where functions were defined: name and text by the name of the function.
pub(super) type Definitions = BTreeMap<String, Source>;

/// The texts of a session. Copies share them: a script that catches an error asks for its words
/// while the session is evaluating it.
#[derive(Clone)]
pub(super) struct Texts {
    /// All functions, where plug-ins have brought some.
    pub(super) with_plugins: Option<Arc<Catalogue>>,
    pub(super) definitions: Common<Definitions>,
    /// The scripts that texts have imported.
    pub(super) imported: Common<Library>,
    /// The text that is being evaluated, or was the last.
    current: Common<Option<Source>>,
    /// The variables that the session had before that text.
    variables: Common<Vec<String>>,
}

impl Texts {
    pub(super) fn new(imported: Common<Library>) -> Self {
        Self {
            with_plugins: None,
            definitions: Common::default(),
            imported,
            current: Common::default(),
            variables: Common::default(),
        }
    }

    /// All functions.
    pub(super) fn catalogue(&self) -> &Catalogue {
        self.with_plugins.as_deref().unwrap_or_else(|| engine::catalogue())
    }

    /// A text is going to be evaluated.
    pub(super) fn begin(&self, source: &Source, scope: &Scope<'_>) {
        *self.current.borrow_mut() = Some(source.clone());
        *self.variables.borrow_mut() = scope.iter_raw().map(|(name, ..)| name.to_owned()).collect();
        self.imported.borrow_mut().begin();
    }

    /// A function is defined by a text.
    pub(super) fn define(&self, function: &str, source: &Source) {
        self.definitions.borrow_mut().insert(function.to_owned(), source.clone());
    }

    /// Puts errors into words while the session evaluates a text.
    pub(super) fn explain(&self) -> Explain {
        let texts = self.clone();
        Arc::new(move |asked| texts.told(asked))
    }

    fn told(&self, asked: &Asked<'_>) -> Told {
        let definitions = self.definitions.borrow();
        let known = Known {
            engine: asked.engine,
            texts: self,
            scope: asked.scope,
            definitions: &definitions,
            apart: asked.text.as_ref().map(|_| "a text on a VM"),
        };
        let source = self.source_of(asked, &definitions);
        let diagnostic = explain::explain(asked.error, &source, &known);
        // Who catches an error sees no list of what was called.
        let place = diagnostic.trace.iter().find_map(|frame| frame.of_many());
        let message = match place {
            Some(place) => format!("{}, at {place}", diagnostic.message),
            None => diagnostic.message,
        };
        Told { message, help: diagnostic.help }
    }

    /// Tells where a call of `debug` is in the text as its user wrote it: that on the VM, or the first of all
    /// texts in which one stands at that place.
    pub(super) fn written(&self) -> Written {
        let texts = self.clone();
        Arc::new(move |position, on_vm| {
            let Some((line, column)) = position.line().zip(position.position()) else {
                return position;
            };
            let of = |text: &str| -> Option<usize> {
                let line = text.split('\n').nth(line - 1)?;
                let begins = line.char_indices().nth(column - 1).map(|(at, _)| &line[at..])?;
                begins.starts_with("debug").then(|| reading::unwritten(line, [column; 2]).1[0])
            };
            let found = match on_vm {
                Some(text) => of(&text),
                None => {
                    let current = texts.current.borrow();
                    let definitions = texts.definitions.borrow();
                    let imported = texts.imported.borrow();
                    let all = current.iter().chain(definitions.values()).map(|s| &s.text);
                    let all = all.chain(imported.texts().map(|(_, text)| text));
                    all.map(|text| of(text)).find_map(|found| found)
                }
            };
            let column = found.and_then(|column| u16::try_from(column).ok());
            column.map_or(position, |column| {
                Position::new(u16::try_from(line).unwrap_or(u16::MAX), column)
            })
        })
    }

    /// The text in which an error is: that on the VM, or the first of all texts in which what is to
    /// blame stands at its place.
    fn source_of(&self, asked: &Asked<'_>, definitions: &Definitions) -> Source {
        if let Some(text) = &asked.text {
            return Source { name: "the text on the VM".into(), text: text.clone() };
        }
        let current = self.current.borrow().clone();
        let current = current.unwrap_or_else(|| Source { name: "".into(), text: "".into() });
        let mut texts = vec![current];
        for source in definitions.values() {
            if texts.iter().all(|known| !Arc::ptr_eq(&known.text, &source.text)) {
                texts.push(source.clone());
            }
        }
        let imported = self.imported.borrow();
        let of_script =
            |(name, text): (&str, &Arc<str>)| Source { name: name.into(), text: text.clone() };
        texts.extend(imported.texts().map(of_script));
        let found = texts.iter().position(|source| stands_in(asked.error, &source.text));
        texts.swap_remove(found.unwrap_or(0))
    }
}

/// Whether what an error is about stands at its place in a text.
fn stands_in(error: &EvalAltResult, text: &str) -> bool {
    let mut innermost = error;
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
    | EvalAltResult::ErrorInModule(_, inner, _) = innermost
    {
        innermost = inner;
    }
    let name = match innermost {
        EvalAltResult::ErrorVariableNotFound(name, _)
        | EvalAltResult::ErrorPropertyNotFound(name, _) => Some(name.as_str()),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => signature.split(" (").next(),
        _ => None,
    };
    let name = name.filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let position = innermost.position();
    if position == Position::NONE {
        return true;
    }
    let words = Words::of(text);
    match (name, words.token_at(position)) {
        (Some(name), Some(at)) => words.text_at(at) == name,
        (_, at) => at.is_some(),
    }
}

/// What is known where an error is explained.
pub(super) struct Known<'a> {
    pub(super) engine: &'a Engine,
    pub(super) texts: &'a Texts,
    /// The variables that can be seen there.
    pub(super) scope: &'a Scope<'a>,
    pub(super) definitions: &'a Definitions,
    /// What the text is that has variables of its own; nothing for those of the session.
    pub(super) apart: Option<&'static str>,
}

impl Known<'_> {
    pub(super) fn catalogue(&self) -> &Catalogue {
        self.texts.catalogue()
    }

    pub(super) fn text_of(&self, value: &Dynamic) -> String {
        shown_by(self.engine, value)
    }

    /// The names of all variables of the session, whether they can be seen there or not.
    pub(super) fn variables(&self) -> Vec<String> {
        let mut names = self.texts.variables.borrow().clone();
        if self.apart.is_some()
            && let Some(current) = &*self.texts.current.borrow()
        {
            names.extend(Words::of(&current.text).names());
        }
        names.extend(self.scope.iter_raw().map(|(name, ..)| name.to_owned()));
        names
    }
}
