//! Several chassis in one session.

use super::{Desk, desk, wrong};
use crate::desk::cells;

/// Two cells of the same kind, one in a poor and one in a rich medium.
fn two() -> Desk {
    let mut d = desk();
    let text = "let a = create_bio_vm(\"a\", \"ecoli\", \"basic\", #{nutrient: 0.1});
        let b = create_bio_vm(\"b\", \"ecoli\", \"basic\", #{chassis: \"rich\", nutrient: 0.5});
        a.start(); b.start();
        a.start_transcription([\"lacZ\"]); b.start_transcription([\"lacZ\"]);";
    d.value(text);
    d
}

#[test]
fn a_run_is_one_of_the_current_chassis() {
    let mut d = two();
    d.transcript(
        r#"
        list_chassis() => ["ecoli", "rich"]
        list_vms() => ["a", "b"]
        current_chassis() + " " + current_vm().id => ecoli a
        let t = run(30.min); t.names().contains("b.ribosomes") => false
        now() => 30 min
        b.chassis_of() => rich
        b.protein("lacZ") == 0.0 => true
        attach("b"); now() => 0 s
        let u = run(30.min);
        "#,
    );
    let faster = "u.final(\"host.growth_rate_per_h\") > 2.0 * t.final(\"host.growth_rate_per_h\")";
    assert_eq!(d.value(faster), "true");
    // A medium of fast growth represses lac further than glucose does.
    d.transcript(
        r#"
        b.protein("lacZ") < a.protein("lacZ") => true
        // The environment is that of the current chassis; a's has not changed.
        add_inducer("IPTG", 1.mM); set_nutrient(0.4);
        a.operons()[0].to_string() == b.operons()[0].to_string() => false
        use_chassis("ecoli"); current_vm().id => a
        terminate_vm("b"); list_vms() => ["a"]
        "#,
    );
    assert_eq!(d.session.statuses().len(), 1);
}

#[test]
fn functions_of_a_vm_find_it_wherever_it_is() {
    let mut d = two();
    let text =
        "let r = b.execute(`run(5.min); [now(), current_chassis(), current_vm().id]`); r.value";
    assert_eq!(d.value(text), "[5 min, \"rich\", \"b\"]");
    assert_eq!(d.value("[now(), current_chassis(), current_vm().id]"), "[0 s, \"ecoli\", \"a\"]");
    let text = "broadcast(\"*\", || { run(1.min); current_chassis() })";
    assert_eq!(d.value(text), "[\"ecoli\", \"rich\"]");
    // What fails on one chassis is undone on all.
    let before = d.session.statuses();
    let text =
        "broadcast(\"*\", || { run(1.min); if current_vm().id == \"b\" { stop(); stop(); } })";
    assert!(d.session.eval(text, "test").is_err());
    assert_eq!(d.session.statuses(), before);
    d.transcript(
        r#"
        clone_vm("b", "c").chassis_of() => rich
        let s = b.snapshot(); b.stop(); b.restore(s); b.status().state => running
        b.allocate_ribosomes(40); b.get_ribosome_allocation() => 40.0
        b.save("b.vm"); load_vm("b.vm", "d").chassis_of() => ecoli
        "#,
    );
}

#[test]
fn the_whole_is_saved_with_all_chassis() {
    let through = {
        let mut d = two();
        let text = "seed(3); run(10.min); attach(\"b\"); run(10.min); attach(\"a\"); run(10.min); \
                    attach(\"b\"); run(10.min);";
        d.value(text);
        d.session.statuses()
    };
    let mut d = two();
    let text = "seed(3); run(10.min); attach(\"b\"); run(10.min); save_hypervisor(\"all.state\");";
    d.value(text);
    let saved = std::fs::read(d.folder.path().join("all.state")).unwrap();
    let mut again = desk();
    std::fs::write(again.folder.path().join("all.state"), &saved).unwrap();
    again.value("load_hypervisor(\"all.state\");");
    assert_eq!(again.value("[current_chassis(), current_vm().id]"), "[\"rich\", \"b\"]");
    again.value("attach(\"a\"); run(10.min); attach(\"b\"); run(10.min);");
    assert_eq!(again.session.statuses(), through);
    // Cut off or damaged anywhere, it is refused and changes nothing.
    for end in (0..saved.len()).step_by(saved.len() / 40 + 1) {
        std::fs::write(again.folder.path().join("all.state"), &saved[..end]).unwrap();
        again.session.eval("load_hypervisor(\"all.state\")", "test").unwrap_err();
    }
    assert_eq!(again.session.statuses(), through);
}

#[test]
fn events_belong_to_the_chassis_where_they_were_set() {
    let mut d = two();
    let text = "let tick = every(1.min, || print(current_chassis()));
        attach(\"b\"); run(2.min); print(\"-\"); attach(\"a\"); run(2.min);
        attach(\"b\"); print(tick.cancel()); attach(\"a\"); run(2.min);";
    d.value(text);
    assert_eq!(d.printed.take(), ["-", "ecoli", "ecoli", "true"]);
    let text = "at(5.min, || attach(\"b\")); run(2.min);";
    let error = d.session.eval(text, "test").unwrap_err();
    assert!(error.to_string().contains("chassis `ecoli` is running"), "{error}");
}

#[test]
fn mistakes_with_chassis_are_explained_and_leave_nothing_behind() {
    for [text, expected] in cells(
        r#"
        create_chassis("rich", 0.5); create_chassis("rich", 0.5) | one of that name already
        create_chassis("yeast", 0.5) | every chassis is an E. coli
        create_chassis("a b", 0.5) | letters, digits
        create_chassis("a", 5) | 5
        create_chassis("rich", 0.5); use_chassis("ritch") | did you mean `rich`?
        quick_start_vm("ecoli", "a"); create_bio_vm("a", "ecoli", "basic", #{chassis: "new"}) | there is a VM `a` already
        create_bio_vm("a", "ecoli", "basic", #{chassis: 3}) | the name of a chassis
        "#,
    ) {
        let error = wrong(text);
        assert!(error.message.contains(expected), "{text}: {}", error.message);
    }
    let mut d = desk();
    let text = "create_bio_vm(\"1\", \"ecoli\", \"basic\", #{chassis: \"new\"})";
    d.session.eval(text, "test").unwrap_err();
    assert_eq!(d.value("list_chassis()"), "[\"ecoli\"]");
}
