//! An inhibitor of the host, and what cells are measured by.

use super::{desk, wrong};
use crate::desk::cells;

#[test]
fn an_inhibitor_is_added_shown_and_removed() {
    let mut d = desk();
    d.transcript(
        r#"
        add_inhibitor("chloramphenicol", 3.uM); add_inhibitor("chloramphenicol", 1000.nM);
        medium().chloramphenicol.in_uM().round(6) => 4.0
        // It is a part of the medium, under whatever name it was set.
        medium(#{chloramphenicol: 2.uM});
        medium().chloramphenicol => 0.002 mM
        remove_inhibitor("chloramphenicol"); remove_inhibitor("chloramphenicol");
        "chloramphenicol" in medium() => false
        "#,
    );
}

#[test]
fn mistakes_are_explained_and_change_nothing() {
    for [text, part] in cells(
        r#"
        add_inhibitor("chloramfenicol", 1.uM) | did you mean `chloramphenicol`?
        add_inhibitor("IPTG", 1.uM) | inhibitor
        remove_inhibitor("glucose") | inhibitor
        add_inhibitor("chloramphenicol", 4) | a concentration, such as
        add_inhibitor("chloramphenicol", -4.uM) | zero or more, and at most 10 mM
        add_inhibitor("chloramphenicol", 11.mM) | at most 10 mM
        "#,
    ) {
        let error = wrong(text).to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
    let mut d = desk();
    d.value("try { add_inhibitor(\"chloramphenicol\", -1.uM) } catch (e) { }");
    assert_eq!(d.value("medium().len()"), "1");
}

/// Growth falls, ribosomes and RNA rise; a dose that is taken back at once leaves no trace; and an
/// event, a snapshot and a file know it.
#[test]
fn it_acts_and_is_kept() {
    let mut d = desk();
    d.value("solver(\"deterministic\"); sample_every(10.min); let plain = run(4.h);");
    let mut e = desk();
    e.value("solver(\"deterministic\"); sample_every(10.min); let s = snapshot_all();");
    e.value("add_inhibitor(\"chloramphenicol\", 4.uM); remove_inhibitor(\"chloramphenicol\");");
    let last = "run(4.h).final(\"host.growth_rate_per_h\")";
    assert_eq!(e.value(last), d.value("plain.final(\"host.growth_rate_per_h\")"));
    let text = "restore_all(s); at(1.h, || add_inhibitor(\"chloramphenicol\", 4.uM)); let t = run(9.h);
        let first = t.value_at(\"host.growth_rate_per_h\", 30.min); let last = t.final(\"host.growth_rate_per_h\");
        let r = t[\"host.rna_protein_ratio\"];
        `${last < 0.75 * first} ${r[r.len() - 1] > 1.5 * r[0]}`";
    assert_eq!(e.value(text), "true true");
    let text = "let inhibited = cell_composition();
        `${inhibited.inactivated_ribosomes > 1e4} ${inhibited.inactivated_ribosomes < inhibited.ribosomes}`";
    assert_eq!(e.value(text), "true true");
    let text = "let s = snapshot_all(); let a = run(1.h).final(\"host.ribosome_fraction\");
        remove_inhibitor(\"chloramphenicol\"); run(1.h); restore_all(s);
        a == run(1.h).final(\"host.ribosome_fraction\")";
    assert_eq!(e.value(text), "true");
}

/// A sweep over doses: each point in a cell of its own, RNA over protein a line.
#[test]
fn a_sweep_of_doses_gives_the_line() {
    let mut d = desk();
    let text = "let table = sweep(#{dose: [0.0, 1.0, 2.0, 3.0, 4.0]}, |p| {
            if p.dose > 0.0 { add_inhibitor(\"chloramphenicol\", p.dose.uM); }
            let s = steady_state().values;
            #{growth: s.final(\"host.growth_rate_per_h\"), ratio: s.final(\"host.rna_protein_ratio\")}
        });
        let slopes = []; let x = table[\"growth\"]; let y = table[\"ratio\"];
        for i in 1..x.len() { slopes.push((y[i] - y[i - 1]) / (x[i] - x[i - 1])); }
        `${max(slopes) < 0.0} ${min(slopes) / max(slopes) < 1.1}`";
    assert_eq!(d.value(text), "true true");
}

/// Numbers per cell are those per reference cell times its size.
#[test]
fn a_cell_tells_its_composition() {
    let mut d = desk();
    let text = "let c = cell_composition(); let t = run(10.s); quick_start_vm(\"ecoli\");
        let close = |a, b| abs(a / b - 1.0) < 1e-6;
        let s = status();
        [close.call(c.ribosomes, c.cell_size * t.final(\"host.ribosomes\")), close.call(c.protein, c.cell_size * 1.19e9),
         close.call(c.rna_protein_ratio, t.final(\"host.rna_protein_ratio\")), close.call(c.cell_size, s.cell_size),
         close.call(c.active_ribosome_fraction, s.active_ribosome_fraction), s.rna_protein_ratio > 0.25,
         close.call(c.growth_rate, s.growth_rate)]";
    assert_eq!(d.value(text), "[true, true, true, true, true, true, true]");
}
