//! Finds the functions of a text that call themselves. For an endless recursion, Rhai reports where it
//! began, and not where it continues.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lex::Kind;
use super::place::Words;

/// The most functions that are named.
const MOST: usize = 3;

/// A function of a text: what it calls, and in which line first.
type Calls = BTreeMap<String, usize>;

/// What is said of the functions of a text that call themselves.
pub(super) fn said(words: &Words) -> Vec<String> {
    let functions = functions(words);
    let mut told = BTreeSet::new();
    let mut said = Vec::new();
    for (name, calls) in &functions {
        let line = calls.get(name).copied();
        let around = |next: &&String| reaches(&functions, next, name);
        let by = calls.keys().find(around).filter(|_| line.is_none());
        // One of a circle of functions is enough.
        let in_circle = |t: &String| reaches(&functions, name, t) && reaches(&functions, t, name);
        match (line, by) {
            (Some(line), _) => said.push(format!("`{name}` calls itself in line {line}")),
            (None, Some(by)) if !told.iter().any(in_circle) => {
                let line = calls.get(by).copied().unwrap_or(1);
                said.push(format!("`{name}` calls itself by way of `{by}` in line {line}"));
            }
            _ => continue,
        }
        told.insert(name.clone());
    }
    said.truncate(MOST);
    said
}

/// The functions of a text with what each calls of them.
fn functions(words: &Words) -> BTreeMap<String, Calls> {
    let code: Vec<_> = words.code().collect();
    let word = |i: usize| code.get(i).map(|(_, t)| words.word(t)).unwrap_or_default();
    let defined: BTreeSet<String> = words.functions().into_iter().map(|(name, _)| name).collect();
    let mut found: BTreeMap<String, Calls> = BTreeMap::new();
    let mut i = 0;
    while i < code.len() {
        if word(i) != "fn" {
            i += 1;
            continue;
        }
        let name = word(i + 1);
        let is_open = |i: &usize| matches!(code[*i].1.kind, Kind::Open('{'));
        let Some(start) = (i..code.len()).find(is_open) else { break };
        let calls = found.entry(name).or_default();
        let mut depth = 0_usize;
        i = start;
        while let Some((at, token)) = code.get(i) {
            match token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                Kind::Word if word(i + 1) == "(" && defined.contains(&word(i)) => {
                    if let Some((line, ..)) = words.token_place(*at) {
                        calls.entry(word(i)).or_insert(line);
                    }
                }
                _ => {}
            }
            i += 1;
            if depth == 0 {
                break;
            }
        }
    }
    found
}

/// Whether a function calls another, perhaps by way of others.
fn reaches(functions: &BTreeMap<String, Calls>, from: &str, to: &str) -> bool {
    let (mut seen, mut left) = (BTreeSet::from([from]), vec![from]);
    while let Some(name) = left.pop() {
        for next in functions.get(name).into_iter().flat_map(BTreeMap::keys) {
            if next == to {
                return true;
            }
            if seen.insert(next.as_str()) {
                left.push(next);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_call_themselves_are_named() {
        let told = |text: &str| said(&Words::of(text)).join("; ");
        assert_eq!(told("fn f(x) {\n  f(x + 1)\n}\nf(0)"), "`f` calls itself in line 2");
        assert_eq!(
            told("fn a() { b() }\nfn b() {\n c() }\nfn c() { a() }\na()"),
            "`a` calls itself by way of `b` in line 1"
        );
        assert_eq!(told("fn f() { g() } fn g() { 1 } f()"), "");
        assert_eq!(told("fn f("), "");
    }
}
