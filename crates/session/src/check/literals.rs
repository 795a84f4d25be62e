//! Checks literal values: units, times without a unit, names from fixed lists, closures with parameters
//! where a function passes none.

use rhai::{AST, ASTFlags, ASTNode, Dynamic, Expr, FnCallExpr, FnPtr, Position};

use super::Findings;
use bioxen_base::nearest::{hint, nearest};
use bioxen_cell::hypervisor::Solver;
use bioxen_cell::package::shipped;
use bioxen_lang::catalogue::FnForm;
use bioxen_lang::later::CLOSURE;

/// Functions that take a time, and the place of it among the arguments behind a VM.
const TIMES: [(&str, usize); 5] =
    [("run", 0), ("at", 0), ("every", 0), ("sample_every", 0), ("ensemble", 1)];
/// Functions that call a closure without values, and its place.
const CALL: [(&str, usize); 2] = [("at", 1), ("every", 1)];

/// Whether the last node is `0.name` of `array[0].name`, which the parser keeps so: a property of the element.
fn is_of_an_element(path: &[ASTNode<'_>]) -> bool {
    let parent = path.len().checked_sub(2).and_then(|at| path.get(at));
    // A chain ends at what is broken: `array[0.min]`.
    matches!(parent, Some(ASTNode::Expr(Expr::Index(_, flags, _))) if !flags.intersects(ASTFlags::BREAK))
}

impl Findings<'_> {
    /// Units that there are none of, behind numbers.
    pub(super) fn units(&mut self, ast: &AST) {
        let mut found = Vec::new();
        ast.walk(&mut |path| {
            if let Some(ASTNode::Expr(Expr::Dot(parts, ..))) = path.last()
                && matches!(parts.lhs, Expr::IntegerConstant(..) | Expr::FloatConstant(..))
                && !is_of_an_element(path)
            {
                let first = match &parts.rhs {
                    Expr::Dot(rest, ..) | Expr::Index(rest, ..) => &rest.lhs,
                    only => only,
                };
                if let Expr::Property(names, position) = first {
                    found.push((names.2.to_string(), *position));
                }
            }
            true
        });
        for (name, position) in found {
            let all = self.catalogue.functions().iter().filter(|f| f.form == FnForm::Property);
            let of_numbers = |f: &&bioxen_lang::FnDoc| {
                f.first_type().is_some_and(|t| t == "integer" || t == "number")
            };
            let units: Vec<&str> = all.filter(of_numbers).map(|f| f.name.as_str()).collect();
            if units.contains(&name.as_str()) || !self.catalogue.arities(&name).is_empty() {
                continue;
            }
            let begins = units.iter().filter(|unit| name.starts_with(**unit));
            let longest = begins.max_by_key(|unit| unit.len()).copied();
            let near = nearest(&name, units.iter().copied()).or(longest);
            let message = format!("a number has no unit `{name}`{}", hint(near));
            self.problem(message, position, None);
        }
    }

    /// Arguments of a call that are written out and cannot be right.
    pub(super) fn literals(&mut self, call: &FnCallExpr, position: Position) {
        let name = call.name.as_str();
        if self.own.contains_key(name) {
            return;
        }
        let place = |of: &[(&str, usize)]| of.iter().find(|(f, _)| *f == name).map(|(_, at)| *at);
        if let Some(argument) = place(&TIMES).and_then(|at| call.args.get(at)) {
            let number = match argument {
                Expr::IntegerConstant(number, _) => Some(number.to_string()),
                Expr::FloatConstant(number, _) => Some(number.to_string()),
                _ => None,
            };
            if let Some(number) = number {
                let message = format!(
                    "`{name}` takes a time, such as {number}.min, {number}.s or {number}.h, not a \
                     plain number"
                );
                self.problem(message, argument.position(), None);
            }
        }
        if let Some(Expr::DynamicConstant(value, at)) =
            place(&CALL).and_then(|at| call.args.get(at))
        {
            self.closure(name, value, *at);
        }
        let wrong = match (name, call.args.first()) {
            ("solver", Some(Expr::StringConstant(given, _))) => {
                Solver::parse(given).err().map(|error| (error.to_string(), given))
            }
            ("install_package", Some(Expr::StringConstant(given, _)))
                if !given.contains('.') && !self.loads && !self.brings(given) =>
            {
                shipped(given).err().map(|error| (error.to_string(), given))
            }
            _ => None,
        };
        if let Some((message, given)) = wrong {
            self.problem(message, position, Some(given));
        }
    }

    /// Whether a plug-in has a package.
    fn brings(&self, package: &str) -> bool {
        let mut all = self.plugins.iter().flat_map(|loaded| loaded.plugin.packages());
        all.any(|own| own.name == package)
    }

    fn closure(&mut self, to: &str, value: &Dynamic, position: Position) {
        let Some(function) = value.read_lock::<FnPtr>() else { return };
        let takes = self.own.get(function.fn_name()).and_then(|counts| counts.first()).copied();
        if function.fn_name().starts_with(CLOSURE)
            && let Some(takes) = takes.filter(|takes| *takes > 0)
        {
            let parameters = if takes == 1 { "a parameter" } else { "parameters" };
            let message =
                format!("the closure given to `{to}` has {parameters}, and is called with nothing");
            self.problem(message, position, None);
        }
    }
}
