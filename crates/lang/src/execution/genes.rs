//! The genes that a text uses, as far as that can be seen before it runs.

use rhai::{AST, ASTNode, Expr, Stmt};

use crate::LangError;
use bioxen_cell::hypervisor::{HypervisorError, Vm};

/// The functions that use the genes which they are given.
const USE_GENES: [&str; 2] = ["start_transcription", "stop_transcription"];

/// Refuses a text that uses a gene which the rules of its VM forbid, before anything runs. What a
/// text only names, or uses on another VM, is its own affair; names that it makes while it runs
/// are refused then.
///
/// # Errors
/// With all such genes.
pub(super) fn check(vm: &Vm, text: &AST) -> Result<(), LangError> {
    let mut forbidden: Vec<(String, &'static str)> = Vec::new();
    for name in used(text) {
        let gene = vm.gene_index(&name).ok().map(|index| vm.gene(index));
        if let Some(rule) = gene.and_then(|g| vm.rules().objection(g))
            && forbidden.iter().all(|(known, _)| *known != name)
        {
            forbidden.push((name, rule));
        }
    }
    let Some(&(_, rule)) = forbidden.first() else { return Ok(()) };
    let genes = forbidden.into_iter().map(|(name, _)| name).collect();
    Err(HypervisorError::Forbidden { id: vm.id().to_owned(), genes, rule }.into())
}

/// The names that are written in calls of functions that use genes of the current VM.
fn used(text: &AST) -> Vec<String> {
    let mut found = Vec::new();
    text.walk(&mut |path: &[ASTNode]| {
        let call = match path.last() {
            Some(ASTNode::Stmt(Stmt::FnCall(call, _)) | ASTNode::Expr(Expr::FnCall(call, _))) => {
                call
            }
            _ => return true,
        };
        if USE_GENES.contains(&call.name.as_str())
            && let Some(genes) = call.args.first()
        {
            strings(genes, &mut found);
        }
        true
    });
    found
}

/// A string, or those of an array.
fn strings(value: &Expr, found: &mut Vec<String>) {
    match value {
        Expr::StringConstant(text, _) => found.push(text.to_string()),
        Expr::Array(items, _) => items.iter().for_each(|item| strings(item, found)),
        Expr::DynamicConstant(value, _) => {
            let items = value.as_array_ref();
            let texts = items.iter().flat_map(|items| items.iter());
            found.extend(texts.filter_map(|item| item.clone().into_string().ok()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_where_genes_are_used() {
        let engine = rhai::Engine::new();
        for (text, names) in [
            ("start_transcription(\"a\")", &["a"][..]),
            ("if true { start_transcription([\"a\", `b`]); }", &["a", "b"]),
            ("fn f() { stop_transcription([\"a\"]); } f()", &["a"]),
            ("let g = || start_transcription(\"a\"); g.call()", &["a"]),
            ("print(\"a\"); print(`start_transcription(\"a\")`)", &[]),
            ("let start = \"a\"; // start_transcription(\"a\")", &[]),
            ("let other = 1; other.start_transcription(\"a\")", &[]),
        ] {
            assert_eq!(used(&engine.compile(text).unwrap()), names, "{text}");
        }
    }
}
