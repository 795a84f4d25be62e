//! The ways to call a function.

use bioxen::lang::FnDoc;
use bioxen::lang::catalogue::FnForm;

/// The texts of all calls of a function with given arguments: as a function, as a method, and on a
/// VM of another chassis.
pub(super) fn of(function: &FnDoc, arguments: &[String]) -> Vec<String> {
    let name = function.name.as_str();
    let list = |all: &[String]| all.join(", ");
    match (function.form, arguments) {
        (FnForm::Property, [a, ..]) => vec![format!("{a}.{name}")],
        (FnForm::Operator, [a, b, ..]) if name.starts_with("index$get") => {
            vec![format!("{a}[{b}]")]
        }
        (FnForm::Operator, _) if name.contains('$') => Vec::new(),
        (FnForm::Operator, [a, b]) => vec![format!("{a} {name} {b}")],
        (FnForm::Operator, [a]) => vec![format!("{name} {a}")],
        (FnForm::Operator, _) => Vec::new(),
        (FnForm::Function, [first, rest @ ..]) => {
            let mut calls = vec![
                format!("{name}({})", list(arguments)),
                format!("{first}.{name}({})", list(rest)),
            ];
            if function.of_vm {
                calls.push(format!("{name}({})", list(rest)));
                calls.push(format!("vm(\"away\").{name}({})", list(rest)));
            }
            calls
        }
        (FnForm::Function, []) => vec![format!("{name}()")],
        (FnForm::Property, []) => Vec::new(),
    }
}
