//! Removes hidden variables, so that a long session does not grow.

use std::collections::BTreeSet;

use rhai::Scope;

/// Forgets variables that later ones of the same name hide. Their values are moved, not copied.
pub(super) fn forget_hidden(scope: &mut Scope<'static>) {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<(String, bool)> = Vec::new();
    // The last of a name comes first: this iterator goes backwards.
    for (name, constant, _) in scope.iter_raw() {
        if seen.insert(name) {
            kept.push((name.to_owned(), constant));
        }
    }
    if kept.len() == scope.len() {
        return;
    }
    let mut tidy = Scope::with_capacity(kept.len());
    for (name, constant) in kept.into_iter().rev() {
        if constant {
            let value = scope.get(&name).cloned().unwrap_or_default();
            tidy.push_constant_dynamic(name, value);
        } else {
            let value = scope.get_mut(&name).map(std::mem::take).unwrap_or_default();
            tidy.push_dynamic(name, value);
        }
    }
    *scope = tidy;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_variables_of_a_name_the_last_is_kept() {
        let mut scope = Scope::new();
        scope.push_constant("a", 1_i64).push("b", 2_i64).push_constant("C", 3_i64).push("a", 4_i64);
        forget_hidden(&mut scope);
        let left: Vec<_> = scope.iter().map(|(n, c, v)| (n.to_owned(), c, v.to_string())).collect();
        let expected = [("b", false, "2"), ("C", true, "3"), ("a", false, "4")];
        assert_eq!(left, expected.map(|(n, c, v)| (n.to_owned(), c, v.to_owned())));
    }
}
