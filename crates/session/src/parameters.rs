//! The parameters of a script: read from its text without running it, set, and told.

use rhai::{Array, Dynamic, Expr, FnCallExpr, Map, Position};
use serde_json::{Value, json};

use super::Session;
use super::check::{each_call, read};
use super::explain::Words;
use super::lex::Kind;
use super::notebook;
use bioxen_lang::LangError;
use bioxen_lang::parameters::{self, AllGiven, Declaration, Given, quantity, shown};
use bioxen_lang::quantity::as_json;
use bioxen_lang::stack::roomy;
use bioxen_lang::text::plain;

/// The function that asks for a parameter.
pub(super) const PARAM: &str = "param";

/// What a text says of its parameters.
#[derive(Debug, Default)]
pub struct Declared {
    /// Those whose name, default and options are written out, in the order of the text.
    pub all: Vec<Declaration>,
    /// The lines of calls of which something is calculated.
    pub unread: Vec<usize>,
    /// Whether there may be others that cannot be seen, such as those of an imported script.
    pub hidden: bool,
}

impl Declared {
    /// Whether the script asks for these and no others.
    pub fn is_complete(&self) -> bool {
        self.unread.is_empty() && !self.hidden
    }

    /// Holds values against what is declared.
    ///
    /// # Errors
    /// The first that does not fit.
    pub fn check(&self, given: &AllGiven) -> Result<(), LangError> {
        parameters::check(&self.all, self.is_complete(), given)
    }
}

impl Session {
    /// The parameters of a text, as far as they can be read without running it. A text that cannot be read has
    /// none that can be seen.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// let declared = session.declared_parameters("run(param(\"length\", 5.min));", "my.rhai");
    /// assert_eq!(declared.all[0].summary(), "time, default 5 min");
    /// assert!(declared.is_complete());
    /// # Ok::<(), bioxen_lang::LangError>(())
    /// ```
    pub fn declared_parameters(&self, text: &str, name: &str) -> Declared {
        let bare = plain(text);
        let Ok(text) = notebook::script(&bare, name) else {
            return Declared { hidden: true, ..Declared::default() };
        };
        roomy(|| self.declared(&notebook::ended(self, text), name))
    }

    fn declared(&self, text: &str, name: &str) -> Declared {
        let mut found = Declared::default();
        let Some(ast) = read(self, text, name) else {
            return Declared { hidden: true, ..found };
        };
        if ast.iter_functions().any(|function| function.name == PARAM) {
            return found;
        }
        let mut seen = 0;
        let mut calls: Vec<(Position, Option<Declaration>)> = Vec::new();
        each_call(&ast, &mut |call, position, _| {
            if call.name == PARAM && !call.is_qualified() {
                seen += 1;
                let declaration = declaration(call).and_then(Result::ok);
                calls.push((position, declaration));
            }
        });
        calls.sort_by_key(|(position, _)| *position);
        for (position, declaration) in calls {
            match declaration {
                Some(declaration) if found.all.iter().any(|d| d.name == declaration.name) => {}
                Some(declaration) => found.all.push(declaration),
                None => found.unread.extend(position.line()),
            }
        }
        let words = Words::of(text);
        let mentions = words.code().filter(|(_, token)| {
            let word = words.word(token);
            match token.kind {
                Kind::Text { .. } => word.contains("param(") || word.trim_matches('"') == PARAM,
                _ => word == PARAM || word == "import",
            }
        });
        found.hidden = mentions.count() > seen;
        found.unread.dedup();
        found
    }

    /// Gives the values of parameters, in place of those that were given before.
    ///
    /// # Examples
    /// ```
    /// use bioxen_lang::parameters::Given;
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.set_parameters([("dose".to_owned(), Given::Text("1 mM".to_owned()))].into());
    /// assert_eq!(session.eval("param(\"dose\", 5.uM)", "example")?.as_deref(), Some("1 mM"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_parameters(&mut self, given: AllGiven) {
        self.world.borrow_mut().parameters.give(given);
    }

    /// What was given for parameters that no text has asked for.
    pub fn unasked_parameters(&self) -> Vec<LangError> {
        let world = self.world.borrow();
        world.parameters.unasked().into_iter().map(LangError::from).collect()
    }

    /// The parameters that texts have asked for, with their values: a name, the value, and whether it was set.
    pub fn parameters(&self) -> Vec<(String, String, bool)> {
        let world = self.world.borrow();
        let asked = world.parameters.asked();
        asked.map(|a| (a.declaration.name.clone(), shown(&a.value), a.is_set)).collect()
    }

    /// The same for programs: `{"dose": {"value": {"value": 1.0, "unit": "mM"}, "set": true}}`.
    pub fn parameters_json(&self) -> Value {
        let world = self.world.borrow();
        let asked = world.parameters.asked();
        let one = |a: &parameters::Asked| {
            let told = json!({ "value": as_json(&a.value), "set": a.is_set });
            (a.declaration.name.clone(), told)
        };
        Value::Object(asked.map(one).collect())
    }
}

/// The declaration of a call whose arguments are written out; nothing if one is calculated.
pub(super) fn declaration(call: &FnCallExpr) -> Option<Result<Declaration, LangError>> {
    let (name, default, options) = match &call.args[..] {
        [name, default] => (name, default, Map::new()),
        [name, default, options] => (name, default, constant(options)?.try_cast::<Map>()?),
        _ => return None,
    };
    let name = constant(name)?.into_string().ok()?;
    let default = constant(default)?;
    Some(Declaration::new(&name, &default, &options))
}

/// The value of an expression that is written out, with its unit.
fn constant(expression: &Expr) -> Option<Dynamic> {
    Some(match expression {
        Expr::IntegerConstant(number, _) => Dynamic::from_int(*number),
        Expr::FloatConstant(number, _) => Dynamic::from_float(**number),
        Expr::BoolConstant(truth, _) => Dynamic::from_bool(*truth),
        Expr::StringConstant(text, _) => Dynamic::from(text.clone()),
        Expr::DynamicConstant(value, _) => (**value).clone(),
        Expr::Array(items, _) => {
            Dynamic::from(items.iter().map(constant).collect::<Option<Array>>()?)
        }
        Expr::Map(entries, _) => {
            let entry = |(key, value): &(rhai::Ident, Expr)| {
                Some((key.name.as_str().into(), constant(value)?))
            };
            Dynamic::from(entries.0.iter().map(entry).collect::<Option<Map>>()?)
        }
        Expr::Dot(parts, ..) => {
            let Expr::Property(names, _) = &parts.rhs else { return None };
            let number = constant(&parts.lhs)?;
            let number = number.as_float().ok().or(number.as_int().ok().map(|n| n as f64))?;
            quantity(number, names.2.as_str())?.ok()?
        }
        Expr::FnCall(call, _) if call.name == "-" && call.args.len() == 1 => {
            negative(&constant(&call.args[0])?)?
        }
        _ => return None,
    })
}

fn negative(value: &Dynamic) -> Option<Dynamic> {
    if let Ok(number) = value.as_int() {
        return number.checked_neg().map(Dynamic::from_int);
    }
    if let Ok(number) = value.as_float() {
        return Some(Dynamic::from_float(-number));
    }
    let (number, unit) = bioxen_lang::quantity::amount(value)?;
    quantity(-number, unit)?.ok()
}

/// What is given on a command line: `name=value`.
///
/// # Errors
/// When it has no such form.
///
/// # Examples
/// ```
/// use bioxen_session::given;
/// assert_eq!(given("dose=1.mM").map(|(name, _)| name), Ok("dose".to_owned()));
/// assert!(given("dose").is_err());
/// ```
pub fn given(text: &str) -> Result<(String, Given), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), Given::Text(value.to_owned())))
        }
        _ => Err("must be a name and a value, such as dose=1.mM".to_owned()),
    }
}
