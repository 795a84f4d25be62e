//! Functions, variables and words.

use std::collections::BTreeSet;

use super::super::Session;
use super::super::lex::{Kind, Token};
use super::{CompletionItem, CompletionKind, begins};
use bioxen_lang::FnDoc;
use bioxen_lang::catalogue::{FnForm, type_of};

/// The words of the language, with what they do.
pub(in super::super) const KEYWORDS: [(&str, &str); 25] = [
    ("let", "let name = value; makes a variable"),
    ("const", "const NAME = value; makes a constant"),
    ("fn", "fn name(a, b) { .. } defines a function"),
    ("if", "if condition { .. } else { .. }"),
    ("else", "if condition { .. } else { .. }"),
    ("for", "for x in values { .. }"),
    ("in", "for x in values { .. }, or value in values"),
    ("while", "while condition { .. }"),
    ("loop", "loop { .. } until a break"),
    ("do", "do { .. } while condition"),
    ("until", "do { .. } until condition"),
    ("break", "leaves a loop"),
    ("continue", "goes on with the next turn of a loop"),
    ("return", "leaves a function with a value"),
    ("switch", "switch value { 1 => .., _ => .. }"),
    ("throw", "throw value; raises an error"),
    ("try", "try { .. } catch (error) { .. }"),
    ("catch", "try { .. } catch (error) { .. }"),
    ("true", "the truth"),
    ("false", "its opposite"),
    ("import", "import \"file\" as name; uses another script of the folder"),
    ("export", "export name; gives a variable to those that import the script"),
    ("as", "import \"file\" as name;"),
    ("private", "private fn name() { .. } stays inside of its script"),
    ("this", "the value on which a function is called as a method"),
];

fn item(function: &FnDoc, kind: CompletionKind) -> CompletionItem {
    CompletionItem::new(&function.name, kind, function.signature(), function.summary())
}

/// One item for each name, with the first of its signatures.
fn push(items: &mut Vec<CompletionItem>, new: CompletionItem) {
    if items.iter().rev().take(40).all(|i| i.text != new.text) {
        items.push(new);
    }
}

/// What a value of a type has.
pub(super) fn of(session: &Session, kind: &str) -> Vec<CompletionItem> {
    let has = |f: &&FnDoc| {
        let first = f.first_type().unwrap_or_default();
        let fits = kind == "any" && first != "integer" && first != "number" || first == kind;
        fits && f.form != FnForm::Operator && !f.name.starts_with("set$")
    };
    let mut items = Vec::new();
    let ours = session.catalogue().functions().iter().filter(|f| !f.documentation.is_empty());
    for f in ours.filter(has) {
        let form = match f.form {
            FnForm::Property => CompletionKind::Property,
            _ => CompletionKind::Method,
        };
        push(&mut items, item(f, form));
    }
    for f in session.catalogue().standard().iter().filter(has) {
        push(&mut items, item(f, CompletionKind::Method));
    }
    items
}

/// The parameters of the functions and closures of a text.
fn parameters(all: &[char], tokens: &[Token]) -> Vec<String> {
    let text = |i: usize| tokens.get(i).map_or_else(String::new, |t| t.text(all));
    let mut found = Vec::new();
    for i in 0..tokens.len() {
        let after = i.checked_sub(1).map(|before| tokens[before].kind);
        // What stands behind a value is an operator.
        let begins = !matches!(after, Some(Kind::Word | Kind::Number | Kind::Close(_)));
        let (first, end) = match text(i).as_str() {
            "fn" if text(i + 2) == "(" => (i + 3, ")"),
            "|" if begins => (i + 1, "|"),
            _ => continue,
        };
        let list = (first..tokens.len())
            .take_while(|j| matches!(tokens[*j].kind, Kind::Word) || text(*j) == ",");
        let list: Vec<usize> = list.collect();
        if text(first + list.len()) == end {
            found.extend(list.into_iter().filter(|j| tokens[*j].kind == Kind::Word).map(text));
        }
    }
    found
}

/// What can stand on its own: variables, our functions, words, functions of the standard library. Functions begin with
/// the prefix, since there are many.
pub(super) fn bare(
    session: &Session,
    all: &[char],
    tokens: &[Token],
    cursor: usize,
    prefix: &str,
) -> Vec<CompletionItem> {
    let mut items = Vec::new();
    let mut known = BTreeSet::new();
    for (name, _, value) in session.scope.iter_raw() {
        if known.insert(name.to_owned()) {
            let kind = type_of(session.engine.map_type_name(value.type_name())).to_owned();
            items.push(CompletionItem::new(name, CompletionKind::Variable, kind, ""));
        }
    }
    for pair in tokens.windows(2) {
        let defines = matches!(pair[0].text(all).as_str(), "let" | "const" | "fn" | "for");
        let here = pair[1].start == cursor;
        if defines && pair[1].kind == Kind::Word && !here && known.insert(pair[1].text(all)) {
            let doc = "of this text";
            items.push(CompletionItem::new(pair[1].text(all), CompletionKind::Variable, "", doc));
        }
    }
    for name in parameters(all, tokens) {
        if known.insert(name.clone()) {
            let doc = "a parameter of this text";
            items.push(CompletionItem::new(name, CompletionKind::Variable, "", doc));
        }
    }
    for function in session.library.iter_functions() {
        if !function.name.starts_with("anon$") && known.insert(function.name.to_owned()) {
            let signature = format!("{}({})", function.name, function.params.join(", "));
            let kind = CompletionKind::Function;
            items.push(CompletionItem::new(function.name, kind, signature, "of this session"));
        }
    }
    items.sort_by(|a, b| a.text.cmp(&b.text));
    let functions = |all: &[FnDoc], test: &dyn Fn(&FnDoc) -> bool| -> Vec<CompletionItem> {
        let mut found = Vec::new();
        let fits = |f: &&FnDoc| f.form == FnForm::Function && begins(&f.name, prefix) && test(f);
        for f in all.iter().filter(fits) {
            push(&mut found, item(f, CompletionKind::Function));
        }
        found
    };
    let ours = session.catalogue().functions();
    let of_value = |f: &FnDoc| {
        let first = f.first_type().unwrap_or_default();
        matches!(
            first,
            "Trace"
                | "Ensemble"
                | "Table"
                | "Grouped"
                | "Plate"
                | "Figure"
                | "Status"
                | "Time"
                | "Concentration"
        )
    };
    items.extend(functions(ours, &|f| !f.documentation.is_empty() && !of_value(f)));
    let words = KEYWORDS.iter();
    items.extend(words.map(|(w, doc)| CompletionItem::new(*w, CompletionKind::Keyword, "", *doc)));
    let later = functions(ours, &|f| !f.documentation.is_empty() && of_value(f));
    let standard = functions(session.catalogue().standard(), &|f| {
        let first = f.first_type().unwrap_or_default();
        matches!(first, "" | "number" | "integer") || matches!(f.name.as_str(), "print" | "debug")
    });
    let print = CompletionItem::new(
        "print",
        CompletionKind::Function,
        "print(value)",
        "Prints a value on a line of its own.",
    );
    for new in std::iter::once(print).chain(later).chain(standard) {
        if items.iter().all(|i| i.text != new.text) {
            items.push(new);
        }
    }
    items
}
