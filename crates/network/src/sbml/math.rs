//! MathML to expressions. Calls of functions are replaced by the bodies of the functions.

use std::borrow::Cow;
use std::collections::HashMap;

use roxmltree::Node;

use super::error::SbmlError;
use super::operator::{self, Operator};
use super::xml;
use crate::Expr;

/// Levels of an expression after functions were put in place.
pub(super) const MAX_DEPTH: usize = 500;
/// Avogadro's constant as SBML Level 3 fixes it, CODATA 2006 (section 3.4.6) [1/mol].
const AVOGADRO: f64 = 6.022_141_79e23;

/// What an id stands for in a formula.
pub(super) trait Names {
    /// Its value.
    fn value(&self, id: &str) -> Option<Expr>;
    /// Its rate of change; the error tells why it has none.
    fn rate(&self, id: &str) -> Option<Result<Expr, &'static str>>;
    /// The id that comes closest.
    fn nearest(&self, id: &str) -> Option<String>;
}

/// An expression with what bounds its cost.
#[derive(Clone)]
struct Built {
    expr: Expr,
    depth: usize,
    size: usize,
    /// The id, when the expression is nothing else than one.
    id: Option<String>,
    /// Whether it is a local parameter, which never changes.
    local: bool,
}

impl Built {
    fn new(expr: Expr, depth: usize, size: usize) -> Self {
        Built { expr, depth, size, id: None, local: false }
    }
}

struct Function<'a, 'i> {
    arguments: Vec<Cow<'a, str>>,
    body: Option<Node<'a, 'i>>,
}

/// Ids that shadow those of the model: local parameters or the arguments of a function.
pub(super) type Locals<'a> = HashMap<&'a str, f64>;

/// What surrounds a formula.
#[derive(Clone, Copy)]
struct Scope<'s> {
    names: &'s dyn Names,
    locals: Option<&'s Locals<'s>>,
    arguments: Option<&'s HashMap<&'s str, Built>>,
}

/// Reads formulas and counts what they cost.
pub(super) struct MathReader<'a, 'i> {
    functions: HashMap<&'a str, Function<'a, 'i>>,
    calls: Vec<&'a str>,
    /// Levels being read at the moment.
    level: usize,
    budget: usize,
    limit: usize,
}

impl<'a, 'i> MathReader<'a, 'i> {
    /// A reader for a text of that many bytes.
    pub(super) fn new(length: usize) -> Self {
        let limit = 1_000_000.max(length);
        MathReader { functions: HashMap::new(), calls: Vec::new(), level: 0, budget: limit, limit }
    }

    /// Takes note of a function definition.
    ///
    /// # Errors
    /// [`SbmlError::BadMath`] when it is not a lambda.
    pub(super) fn define(&mut self, id: &'a str, node: Node<'a, 'i>) -> Result<(), SbmlError> {
        let mut function = Function { arguments: Vec::new(), body: None };
        if let Some(math) = xml::math(node) {
            let lambda = match unwrap_semantics(math)? {
                Some(n) if n.tag_name().name() == "lambda" => n,
                _ => return Err(bad(math, "a function definition must be a <lambda>")),
            };
            for part in xml::elements(lambda) {
                if part.tag_name().name() != "bvar" {
                    function.body = Some(part);
                } else if let Some(ci) = xml::child(part, "ci") {
                    function.arguments.push(xml::text(ci));
                }
            }
        }
        self.functions.insert(id, function);
        Ok(())
    }

    /// Reads the formula in a `<math>` element.
    ///
    /// # Errors
    /// Wrong or too large formulas, unknown ids, functions that call themselves.
    pub(super) fn read(
        &mut self,
        math: Node<'a, 'i>,
        names: &dyn Names,
        locals: Option<&Locals<'_>>,
    ) -> Result<Expr, SbmlError> {
        let Some(node) = unwrap_semantics(math)? else {
            return Err(bad(math, "there is no formula in it"));
        };
        self.calls.clear();
        self.level = 0;
        let scope = Scope { names, locals, arguments: None };
        Ok(self.build(node, scope)?.expr)
    }

    fn build(&mut self, node: Node<'a, 'i>, scope: Scope<'_>) -> Result<Built, SbmlError> {
        let leaf = |expr| Built::new(expr, 1, 1);
        self.level += 1;
        if self.level > MAX_DEPTH {
            return Err(too_deep(node));
        }
        let built = match node.tag_name().name() {
            "cn" => leaf(Expr::Const(cn(node)?)),
            "ci" => self.name(node, scope)?,
            "csymbol" => match symbol(node)? {
                "time" => leaf(Expr::Time),
                "avogadro" => leaf(Expr::Const(AVOGADRO)),
                _ => return Err(bad(node, "this symbol is a function and needs <apply>")),
            },
            "true" => leaf(Expr::Const(1.0)),
            "false" => leaf(Expr::Const(0.0)),
            "pi" => leaf(Expr::Const(std::f64::consts::PI)),
            "exponentiale" => leaf(Expr::Const(std::f64::consts::E)),
            "infinity" => leaf(Expr::Const(f64::INFINITY)),
            "notanumber" => leaf(Expr::Const(f64::NAN)),
            "semantics" => match xml::elements(node).next() {
                Some(inner) => self.build(inner, scope)?,
                None => return Err(bad(node, "it is empty")),
            },
            "piecewise" => self.piecewise(node, scope)?,
            "apply" => self.apply(node, scope)?,
            _ => return Err(bad(node, "SBML does not have this MathML element")),
        };
        self.level -= 1;
        if built.depth > MAX_DEPTH { Err(too_deep(node)) } else { Ok(built) }
    }

    /// Takes the cost of `size` more nodes.
    fn spend(&mut self, node: Node<'_, '_>, size: usize) -> Result<(), SbmlError> {
        match self.budget.checked_sub(size) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err(SbmlError::Limit {
                what: "the size of all formulas, with functions put in place of their calls,",
                limit: self.limit,
                at: xml::at(node),
            }),
        }
    }

    fn name(&mut self, node: Node<'a, 'i>, scope: Scope<'_>) -> Result<Built, SbmlError> {
        let id = &*xml::text(node);
        if let Some(built) = scope.arguments.and_then(|a| a.get(id)) {
            self.spend(node, built.size)?;
            return Ok(built.clone());
        }
        if let Some(&value) = scope.locals.and_then(|l| l.get(id)) {
            return Ok(Built { local: true, ..Built::new(Expr::Const(value), 1, 1) });
        }
        match scope.names.value(id) {
            // The value of a species may be a quotient, amount over size.
            Some(expr) => Ok(Built { id: Some(id.to_owned()), ..Built::new(expr, 2, 3) }),
            None => Err(self.unknown(id, node, scope.names)),
        }
    }

    fn unknown(&self, id: &str, node: Node<'_, '_>, names: &dyn Names) -> SbmlError {
        SbmlError::UnknownId {
            id: xml::shorten(id),
            expected: "a quantity",
            nearest: names.nearest(id),
            at: xml::at(node),
        }
    }

    fn piecewise(&mut self, node: Node<'a, 'i>, scope: Scope<'_>) -> Result<Built, SbmlError> {
        let mut pieces = Vec::new();
        let mut otherwise = None;
        let (mut depth, mut size) = (0, 1);
        for part in xml::elements(node) {
            let mut values = Vec::new();
            for value in xml::elements(part) {
                let built = self.build(value, scope)?;
                depth = depth.max(built.depth);
                size += built.size;
                values.push(built.expr);
            }
            let mut values = values.into_iter();
            match (part.tag_name().name(), values.next(), values.next(), values.next()) {
                ("piece", Some(value), Some(condition), None) => pieces.push((value, condition)),
                ("otherwise", Some(value), None, None) => otherwise = Some(Box::new(value)),
                ("piece", ..) => return Err(bad(part, "it needs a value and a condition")),
                ("otherwise", ..) => return Err(bad(part, "it needs one value")),
                _ => return Err(bad(part, "only <piece> and <otherwise> may stand here")),
            }
        }
        self.spend(node, size)?;
        Ok(Built::new(Expr::Piecewise(pieces, otherwise), depth + 1, size))
    }

    fn apply(&mut self, node: Node<'a, 'i>, scope: Scope<'_>) -> Result<Built, SbmlError> {
        let mut parts = xml::elements(node);
        let Some(head) = parts.next() else { return Err(bad(node, "it is empty")) };
        let mut qualifier = None;
        let mut operands = Vec::new();
        for part in parts {
            match part.tag_name().name() {
                "logbase" | "degree" => match xml::elements(part).next() {
                    Some(inner) => qualifier = Some(self.build(inner, scope)?),
                    None => return Err(bad(part, "it is empty")),
                },
                _ => operands.push(self.build(part, scope)?),
            }
        }
        match head.tag_name().name() {
            "ci" => return self.call(head, operands, scope.names),
            "csymbol" if symbol(head)? == "rateOf" => return rate(head, operands, scope.names),
            _ => {}
        }
        let depth = operands.iter().chain(&qualifier).map(|b| b.depth).max().unwrap_or(0);
        let mut size: usize = 1 + operands.iter().chain(&qualifier).map(|b| b.size).sum::<usize>();
        let operator = match head.tag_name().name() {
            "csymbol" => Operator::Delay,
            name => match operator::named(name) {
                Some(operator) => operator,
                None => return Err(bad(head, "SBML does not have this operator")),
            },
        };
        if matches!(operator, Operator::Chain(_)) {
            size *= 2;
        }
        self.spend(node, size)?;
        let operands = operands.into_iter().map(|b| b.expr).collect();
        let expr = operator.apply(operands, qualifier.map(|b| b.expr));
        let expr = expr.map_err(|problem| bad(head, problem))?;
        Ok(Built::new(expr, depth + 1, size))
    }

    fn call(
        &mut self,
        head: Node<'a, 'i>,
        operands: Vec<Built>,
        names: &dyn Names,
    ) -> Result<Built, SbmlError> {
        let id = &*xml::text(head);
        let Some((&id, function)) = self.functions.get_key_value(id) else {
            let nearest = super::table::closest(id, self.functions.keys().copied());
            let expected = "a function";
            return Err(SbmlError::UnknownId {
                id: id.into(),
                expected,
                nearest,
                at: xml::at(head),
            });
        };
        if function.arguments.len() != operands.len() {
            return Err(bad(head, "the function is defined with another number of arguments"));
        }
        let arguments = function.arguments.clone();
        let Some(body) = function.body else {
            return Ok(Built::new(Expr::Const(f64::NAN), 1, 1));
        };
        if let Some(first) = self.calls.iter().position(|&c| c == id) {
            let mut cycle: Vec<String> = self.calls[first..].iter().map(|&c| c.into()).collect();
            cycle.push(id.to_owned());
            return Err(SbmlError::Cycle { kind: "functions", cycle });
        }
        let arguments: HashMap<&str, Built> =
            arguments.iter().map(|name| &**name).zip(operands).collect();
        self.spend(head, 1)?;
        self.calls.push(id);
        let built = self.build(body, Scope { names, locals: None, arguments: Some(&arguments) });
        self.calls.pop();
        built
    }
}

fn rate(head: Node<'_, '_>, operands: Vec<Built>, names: &dyn Names) -> Result<Built, SbmlError> {
    let id = match &operands[..] {
        [Built { local: true, .. }] => return Ok(Built::new(Expr::Const(0.0), 1, 1)),
        [Built { id: Some(id), .. }] => id,
        _ => return Err(bad(head, "rateOf takes one argument, the id of a quantity")),
    };
    match names.rate(id) {
        Some(Ok(expr)) => Ok(Built::new(expr, 5, 9)),
        Some(Err(why)) => Err(bad(head, why)),
        None => Err(bad(head, "rateOf takes one argument, the id of a quantity")),
    }
}

/// The formula in a `<math>` element, without annotations around it.
fn unwrap_semantics<'a, 'i>(math: Node<'a, 'i>) -> Result<Option<Node<'a, 'i>>, SbmlError> {
    let mut inner = xml::elements(math);
    match (inner.next(), inner.next()) {
        (Some(_), Some(second)) => Err(bad(second, "<math> may hold one formula only")),
        (Some(n), None) if n.tag_name().name() == "semantics" => Ok(xml::elements(n).next()),
        (first, _) => Ok(first),
    }
}

/// The name at the end of a `definitionURL`.
fn symbol<'a>(node: Node<'a, '_>) -> Result<&'a str, SbmlError> {
    let url = node.attribute("definitionURL").unwrap_or_default().trim();
    match url.strip_prefix("http://www.sbml.org/sbml/symbols/") {
        Some(name @ ("time" | "avogadro" | "delay" | "rateOf")) => Ok(name),
        _ => Err(SbmlError::Unsupported {
            construct: format!("the <csymbol> with the definitionURL `{}`", xml::shorten(url)),
            at: xml::at(node),
        }),
    }
}

fn cn(node: Node<'_, '_>) -> Result<f64, SbmlError> {
    let mut parts = vec![String::new()];
    for child in node.children() {
        match parts.last_mut() {
            Some(part) if child.is_text() => part.push_str(child.text().unwrap_or_default()),
            // What <sep/> divides.
            _ if child.is_element() => parts.push(String::new()),
            _ => {}
        }
    }
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let value = match (node.attribute("type").unwrap_or("real").trim(), &parts[..]) {
        ("real" | "integer" | "double", [value]) => xml::decimal(value),
        ("e-notation", [mantissa, exponent]) => xml::decimal(&format!("{mantissa}e{exponent}")),
        ("rational", [above, below]) => match (xml::decimal(above), xml::decimal(below)) {
            (Some(above), Some(below)) => Some(above / below),
            _ => None,
        },
        _ => None,
    };
    value.ok_or_else(|| SbmlError::BadValue {
        value: xml::shorten(&parts.join("<sep/>")),
        expected: "a number that 64 bits can hold, of the type the element states",
        at: xml::at(node),
    })
}

fn too_deep(node: Node<'_, '_>) -> SbmlError {
    let what = "the nesting of a formula";
    SbmlError::Limit { what, limit: MAX_DEPTH, at: xml::at(node) }
}

fn bad(node: Node<'_, '_>, problem: &'static str) -> SbmlError {
    SbmlError::BadMath { element: node.tag_name().name().to_owned(), problem, at: xml::at(node) }
}
