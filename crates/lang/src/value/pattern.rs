//! Patterns of names: the quantities of a trace that fit.

use std::collections::BTreeSet;

use super::trace::Trace;
use crate::LangError;
use bioxen_base::pattern::matches_pattern;
use bioxen_engine::Column;

/// Whether a name is a pattern, with `*` for any characters or `?` for one.
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?'])
}

/// Refuses a pattern where one quantity is meant.
pub(crate) fn only_one(quantity: &str) -> Result<(), LangError> {
    if !is_pattern(quantity) {
        return Ok(());
    }
    Err(LangError::OneOnly {
        given: quantity.to_owned(),
        what: "quantity",
        instead: "select(..), table(..) and the statistics take patterns",
    })
}

impl Trace {
    /// The quantities of some names and patterns, each with the name under which it is told: as it
    /// was given, or in full where a pattern found it. A quantity that was named already is not
    /// found again by a pattern.
    ///
    /// # Errors
    /// When a name stands for none or several, or nothing fits a pattern.
    pub fn columns(&self, names: &[String]) -> Result<Vec<(String, &Column)>, LangError> {
        let mut all: Vec<(String, &Column)> = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for name in names {
            if !is_pattern(name) {
                let column = self.column(name)?;
                known.insert(&column.name);
                all.push((name.clone(), column));
                continue;
            }
            let found = self.fitting(name);
            if found.is_empty() {
                return Err(LangError::UnknownColumn { given: name.clone(), nearest: None });
            }
            for column in found {
                if known.insert(&column.name) {
                    all.push((column.name.clone(), column));
                }
            }
        }
        Ok(all)
    }

    /// The full names of some names and patterns.
    ///
    /// # Errors
    /// As [`Self::columns`].
    pub fn full_names(&self, names: &[String]) -> Result<Vec<String>, LangError> {
        Ok(self.columns(names)?.into_iter().map(|(_, column)| column.name.clone()).collect())
    }

    /// The quantities that a pattern means, in their order. As with single names, full names come
    /// first, then names without the VM, and genes alone stand for their proteins; a pattern without
    /// a point then means names without one.
    fn fitting(&self, pattern: &str) -> Vec<&Column> {
        let of = |fits: &dyn Fn(&str) -> bool| -> Vec<&Column> {
            self.0.columns.iter().filter(|c| fits(&c.name)).collect()
        };
        let full = of(&|name| matches_pattern(pattern, name));
        if !full.is_empty() {
            return full;
        }
        // A gene of a VM stands for its protein, as `a.lacZ` does.
        let genes = of(&|name| {
            let gene = name.strip_suffix(".protein");
            gene.is_some_and(|gene| pattern.contains('.') && matches_pattern(pattern, gene))
        });
        if !genes.is_empty() {
            return genes;
        }
        let parts = pattern.matches('.').count();
        of(&|name| {
            let short = name.split_once('.').map_or(name, |(_, rest)| rest);
            let gene = short.strip_suffix(".protein").unwrap_or(short);
            let fits =
                |name: &str| name.matches('.').count() == parts && matches_pattern(pattern, name);
            fits(short) || fits(gene)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_engine::Trajectory;

    fn found(pattern: &str) -> Result<Vec<String>, LangError> {
        let names = [
            "host.growth_rate_per_h",
            "host.ribosomes",
            "colony_1.ribosomes",
            "colony_1.lacZ.mrna",
            "colony_1.lacZ.protein",
            "colony_1.lacY.mrna",
            "colony_1.lacY.protein",
            "colony_2.lacZ.mrna",
            "colony_2.lacZ.protein",
        ];
        let column = |name: &&str| Column { name: (*name).to_owned(), ..Column::default() };
        let columns = names.iter().map(column).collect();
        Trace::new(Trajectory { columns, ..Trajectory::default() })
            .full_names(&[pattern.to_owned()])
    }

    #[test]
    fn patterns_find_what_names_find() {
        assert_eq!(found("*").unwrap().len(), 9);
        assert_eq!(found("*.mrna").unwrap().len(), 3);
        assert_eq!(found("colony_2*").unwrap().len(), 2);
        assert_eq!(
            found("lac*").unwrap(),
            ["colony_1.lacZ.protein", "colony_1.lacY.protein", "colony_2.lacZ.protein"]
        );
        assert_eq!(found("lacY.*").unwrap(), ["colony_1.lacY.mrna", "colony_1.lacY.protein"]);
        assert_eq!(found("lac?.mrna").unwrap().len(), 3);
        assert_eq!(found("ribo*").unwrap(), ["host.ribosomes", "colony_1.ribosomes"]);
        assert_eq!(found("*_1.lacZ").unwrap(), ["colony_1.lacZ.protein"]);
        assert_eq!(
            found("*_3.lacZ").unwrap_err().to_string(),
            "the trace has no `*_3.lacZ`; names() lists what it has"
        );
        assert!(found("trp*").is_err());
    }
}
