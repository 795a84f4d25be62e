//! Axis labels from columns: `demo.lacZ.mrna` is an mRNA, `host.growth_rate_per_h` a growth rate.

use bioxen_engine::trajectory::{Column, Kind};

/// What kind of molecule a column counts, if it is the product of a gene.
pub(crate) fn molecule(column: &Column) -> Option<&'static str> {
    match column.kind {
        Kind::Mrna => Some("mRNA"),
        Kind::Protein => Some("Protein"),
        _ => None,
    }
}

/// Whether two columns may share a panel.
pub(crate) fn alike(a: &Column, b: &Column) -> bool {
    let model = |c: &Column| c.kind == Kind::Model;
    a.unit == b.unit && molecule(a) == molecule(b) && model(a) == model(b)
}

/// What columns of one unit have in common, as an axis label.
pub(crate) fn common(columns: &[&Column]) -> String {
    let said = shared(columns);
    let Some(first) = columns.first() else { return said };
    let all = columns.iter().all(|column| is_of_the_reference_cell(column));
    if all { per_reference_cell(&said, first) } else { said }
}

/// A label of a column, which says of which cell it counts molecules.
pub(crate) fn per_reference_cell(label: &str, column: &Column) -> String {
    let counts = is_of_the_reference_cell(column);
    if counts { format!("{label} per reference cell") } else { label.to_owned() }
}

/// Whether a column counts molecules in the cell of one size that the host is.
fn is_of_the_reference_cell(column: &Column) -> bool {
    match column.kind {
        Kind::Mrna | Kind::Protein => column.unit == "molecules",
        Kind::Engaged | Kind::Polymerases => true,
        Kind::Host => matches!(column.unit.as_str(), "ribosomes" | "polymerases" | "molecules"),
        _ => false,
    }
}

fn shared(columns: &[&Column]) -> String {
    let mut all = columns.iter().map(|c| spoken(c));
    let Some(first) = all.next() else { return String::new() };
    if all.all(|other| other == first) {
        return first;
    }
    let by_unit = match columns.first().map(|c| c.unit.as_str()) {
        Some("molecules" | "ribosomes" | "polymerases" | "copies") => "Number",
        Some("%") => "Share",
        Some("1/h" | "1/min" | "1/s") => "Rate",
        _ => "Value",
    };
    by_unit.to_owned()
}

/// What a column tells, as an axis label: the last part of its name without the unit.
pub(crate) fn spoken(column: &Column) -> String {
    if let Some(kind) = molecule(column) {
        return kind.to_owned();
    }
    let tail = column.quantity();
    if column.kind == Kind::Model {
        return tail.to_owned();
    }
    if !tail.is_empty() && tail == column.unit {
        return "Number".to_owned();
    }
    let per = column.unit.split_once('/').map(|(above, below)| {
        let above = if above == "1" { String::new() } else { format!("_{above}") };
        format!("{above}_per_{below}")
    });
    let suffix = if column.unit == "%" { Some("_percent".to_owned()) } else { per };
    let tail = suffix.and_then(|s| tail.strip_suffix(&s)).unwrap_or(tail);
    let text = tail.replace('_', " ").replace("atp", "ATP").replace("mrna", "mRNA");
    if text.starts_with("mRNA") {
        return text;
    }
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_engine::trajectory::Subject;

    fn column(name: &str, unit: &str) -> Column {
        let parts: Vec<&str> = name.split('.').collect();
        let subject = match *parts.as_slice() {
            ["host", _] => Subject { vm: None, of: Some("host".into()) },
            [vm, of, _] => Subject { vm: Some(vm.into()), of: Some(of.into()) },
            [vm, _] => Subject { vm: Some(vm.into()), of: None },
            _ => Subject::default(),
        };
        Column { name: name.into(), subject, unit: unit.into(), ..Column::default() }
    }

    #[test]
    fn a_kind_is_no_matter_of_names() {
        let of = |kind| Column { kind, ..column("demo.m.mrna", "molecules") };
        assert_eq!(spoken(&of(Kind::Mrna)), "mRNA");
        assert_eq!(spoken(&Column { unit: String::new(), ..of(Kind::Model) }), "mrna");
        assert!(!alike(&of(Kind::Mrna), &of(Kind::Model)));
        let atp = Column { kind: Kind::Model, ..column("demo.m.atp_share", "%") };
        assert_eq!(spoken(&atp), "atp_share");
    }

    #[test]
    fn names_become_labels() {
        for (name, unit, label) in [
            ("demo.lacZ.mrna", "molecules", "mRNA"),
            ("host.growth_rate_per_h", "1/h", "Growth rate"),
            ("host.elongation_aa_per_s", "aa/s", "Elongation"),
            ("host.atp_percent", "%", "ATP"),
            ("demo.atp_share", "%", "ATP share"),
            ("demo.ribosomes", "ribosomes", "Number"),
            ("host.ribosome_fraction", "", "Ribosome fraction"),
            ("éa", "", "Éa"),
            ("", "", ""),
        ] {
            assert_eq!(spoken(&column(name, unit)), label, "{name}");
        }
    }

    #[test]
    fn a_panel_is_named_after_what_its_columns_share() {
        let (share, level) = (column("a.atp_share", "%"), column("host.atp_percent", "%"));
        assert_eq!(common(&[&share, &share]), "ATP share");
        assert_eq!(common(&[&share, &level]), "Share");
        assert_eq!(common(&[]), "");
    }
}
