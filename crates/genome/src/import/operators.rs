//! Operators on a plasmid that take Lac repressor away.

use super::feature::Feature;
use super::origin::{has, words};
use super::record::Record;

/// How many lac operators a sequence is said to have: features that are called so, those that overlap
/// taken for one. A gene or a promoter is none, even where its notes speak of the operator.
pub(super) fn lac_operators(record: &Record) -> usize {
    let mut places: Vec<(u64, u64)> = record
        .features
        .iter()
        .filter(|feature| is_lac_operator(feature))
        .filter_map(|feature| feature.parts.first().copied())
        .collect();
    places.sort_unstable();
    let (mut count, mut end) = (0, 0);
    for (first, last) in places {
        if count == 0 || first > end {
            count += 1;
        }
        end = end.max(last);
    }
    count
}

fn is_lac_operator(feature: &Feature) -> bool {
    let key = feature.key.to_ascii_lowercase();
    if feature.gene_kind().is_some() || key == "gene" || key.contains("promoter") {
        return false;
    }
    let text = words(feature);
    ["laco", "laco1", "lac operator"].iter().any(|name| has(&text, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(key: &str, label: &str, at: (u64, u64)) -> Feature {
        Feature {
            key: key.into(),
            label: Some(label.into()),
            parts: vec![at],
            ..Feature::default()
        }
    }

    #[test]
    fn operators_are_counted_once_and_nothing_else_is() {
        let features = vec![
            feature("protein_bind", "lac operator", (100, 116)),
            feature("misc_feature", "lacO", (98, 120)),
            feature("protein_bind", "lac operator", (400, 416)),
            feature("CDS", "lacI", (500, 1500)),
            feature("promoter", "lac promoter with lacO", (60, 120)),
            feature("protein_bind", "tet operator", (700, 720)),
            feature("misc_feature", "lacOmega", (800, 820)),
        ];
        assert_eq!(lac_operators(&Record { features, ..Record::default() }), 2);
        assert_eq!(lac_operators(&Record::default()), 0);
    }
}
