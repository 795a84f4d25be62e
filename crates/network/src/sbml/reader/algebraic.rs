//! Which quantity each algebraic rule determines.
//!
//! L3V2 section 4.9.5: equations and variables form a bipartite graph, in which assignment
//! rules, rate rules and reactions are joined to the one variable they determine and an
//! algebraic rule to every variable in it. A matching that covers all equations says what
//! determines what; if there is none, the model is overdetermined.

use std::collections::{HashMap, HashSet};

use roxmltree::Node;

use super::Reader;
use crate::sbml::error::SbmlError;
use crate::sbml::table::Entry;
use crate::sbml::xml;
use crate::{Expr, QuantityId};

/// One quantity for each algebraic rule, in the order of the rules.
///
/// # Errors
/// [`SbmlError::BadMath`] for the first rule that finds no variable of its own.
pub(super) fn unknowns(
    reader: &Reader<'_, '_>,
    rules: &[(Node<'_, '_>, Expr)],
) -> Result<Vec<QuantityId>, SbmlError> {
    let candidates: Vec<Vec<QuantityId>> =
        rules.iter().map(|(math, expr)| free(reader, *math, expr)).collect();
    let mut owner: HashMap<QuantityId, usize> = HashMap::new();
    for (rule, &(math, _)) in rules.iter().enumerate() {
        if !assign(rule, &candidates, &mut owner) {
            return Err(SbmlError::BadMath {
                element: "algebraicRule".to_owned(),
                problem: "every variable in it is determined by something else",
                at: xml::at(math),
            });
        }
    }
    let mut unknowns: Vec<(usize, QuantityId)> = owner.into_iter().map(|(q, r)| (r, q)).collect();
    unknowns.sort_unstable();
    Ok(unknowns.into_iter().map(|(_, q)| q).collect())
}

/// The variables of a formula that nothing else determines: first those without a value of their
/// own, then species that are no boundary, and last those which events set, since an event would set
/// them in vain. Of equal ones the first in the document comes first, whatever the order in the
/// formula.
fn free(reader: &Reader<'_, '_>, math: Node<'_, '_>, expr: &Expr) -> Vec<QuantityId> {
    let mut read = HashSet::new();
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if let Expr::Quantity(q) = expr {
            read.insert(*q);
        }
        expr.for_each_child(|child| todo.push(child));
    }
    let mut found: Vec<([bool; 3], QuantityId)> = Vec::new();
    for node in math.descendants().filter(|n| n.tag_name().name() == "ci") {
        let id = &*xml::text(node);
        let Some(entry) = reader.table.get(id) else { continue };
        let by_reactions =
            matches!(entry, Entry::Species(s) if !s.boundary) && reader.reacting.contains(id);
        if entry.is_constant() || reader.table.ruled.contains_key(id) || by_reactions {
            continue;
        }
        if let Some(target) = entry.target().filter(|target| read.contains(target)) {
            let initial = reader.out.network.quantities[target.index()].initial;
            let has_value = !initial.is_nan() || reader.initialised.contains(id);
            let boundary = matches!(entry, Entry::Species(s) if s.boundary);
            found.push(([reader.event_targets.contains(id), has_value, boundary], target));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(_, quantity)| quantity).collect()
}

/// Finds a variable for a rule, moving other rules to other variables where that helps (Kuhn's
/// augmenting paths, searched breadth first).
fn assign(
    rule: usize,
    candidates: &[Vec<QuantityId>],
    owner: &mut HashMap<QuantityId, usize>,
) -> bool {
    // For each variable reached: from which rule.
    let mut reached: HashMap<QuantityId, usize> = HashMap::new();
    let mut held: HashMap<usize, QuantityId> = HashMap::new();
    let mut queue = std::collections::VecDeque::from([rule]);
    while let Some(from) = queue.pop_front() {
        for &variable in &candidates[from] {
            if reached.contains_key(&variable) {
                continue;
            }
            reached.insert(variable, from);
            if let Some(&other) = owner.get(&variable) {
                held.insert(other, variable);
                queue.push_back(other);
                continue;
            }
            let mut variable = variable;
            loop {
                let from = reached[&variable];
                owner.insert(variable, from);
                match held.get(&from) {
                    Some(&before) if from != rule => variable = before,
                    _ => return true,
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_make_room_for_each_other() {
        let q = QuantityId;
        let candidates = vec![vec![q(0), q(1)], vec![q(0)], vec![q(1), q(2)]];
        let mut owner = HashMap::new();
        assert!((0..3).all(|rule| assign(rule, &candidates, &mut owner)));
        assert_eq!(owner, HashMap::from([(q(0), 1), (q(1), 0), (q(2), 2)]));
        let too_many = vec![vec![q(0)], vec![q(0)]];
        let mut owner = HashMap::new();
        assert!(assign(0, &too_many, &mut owner) && !assign(1, &too_many, &mut owner));
    }
}
