//! What a VM may use: one definition for all who ask, and advice that works.

use bioxen::hypervisor::Limits;

use super::{Desk, desk};

/// A VM that asks for more than it is given.
fn hungry() -> Desk {
    let mut d = desk();
    d.run(
        "solver(\"deterministic\"); \
         let c = quick_start_vm(\"ecoli\", \"c\", #{resource_limits: #{max_ribosomes: 2000}}); \
         c.start_transcription(\"lacZ\", #{strength: 8});",
    );
    d
}

/// What is advised is done: then nothing is said any more.
#[test]
fn what_is_advised_at_a_quota_that_was_allocated_works() {
    let mut d = hungry();
    d.run("c.allocate_ribosomes(10); run(10.min);");
    let told = d.remarked("at its quota of 10 ribosomes");
    assert!(told.contains("vm(\"c\").allocate_ribosomes(..) raises it"), "{told}");
    assert!(told.contains("up to the VM's limit of 2000"), "{told}");
    assert!(!told.contains("set_limits"), "{told}");
    d.run("vm(\"c\").allocate_ribosomes(2000); run(10.min);");
    assert_eq!(d.remarks(), "");
    d.run("c.set_limits(\"host\"); c.allocate_atp(0.05); run(10.min);");
    let told = d.remarked("vm(\"c\").allocate_atp(..) raises it");
    assert!(!told.contains("set_limits"), "{told}");
    d.run("vm(\"c\").allocate_atp(50); run(10.min);");
    assert_eq!(d.remarks(), "");
    // Where all of the limit is allocated, the limit is what to raise.
    d.run("c.set_limits(#{max_ribosomes: 10}); run(10.min);");
    d.remarked("vm(\"c\").set_limits(#{max_ribosomes: ..}) raises it");
}

#[test]
fn health_names_the_quota_that_holds_back() {
    let mut d = hungry();
    d.run("c.allocate_atp(0.05); run(10.min);");
    let told = d.run("print(c.health())").concat();
    assert!(told.contains("held back at its share of 0.05 % of the ATP"), "{told}");
    d.run("c.allocate_atp(90); c.allocate_ribosomes(10); run(10.min);");
    let told = d.run("print(c.health())").concat();
    assert!(told.contains("held back at its quota of 10 ribosomes"), "{told}");
    assert!(!told.contains("ATP"), "{told}");
}

/// `"host"` is what the host has, wherever it is asked for.
#[test]
fn no_limit_but_the_hosts_is_what_the_host_has() {
    let mut d = desk();
    let text = "let c = quick_start_vm(\"ecoli\", \"c\", #{resource_limits: \"host\"}); \
        let has = get_ribosome_count(); \
        print(c.resource_limits().max_ribosomes == c.get_ribosome_allocation()); \
        print(c.status().allocated_ribosomes == c.get_ribosome_allocation()); \
        print(c.get_ribosome_allocation() < 30000); \
        print(c.available_resources().ribosomes <= c.get_ribosome_allocation()); \
        print(c.resource_limits().max_atp); print(c.resource_limits().max_memory_kb);";
    let text = text.replace("let has = get_ribosome_count(); ", "");
    assert_eq!(d.run(&text), ["true", "true", "true", "true", "100.0", "100000.0"]);
    assert!(!d.run("print(c.status())").concat().contains("65411"));
    // One word for one limit, too; and it follows the host into another medium.
    let text = "let e = create_bio_vm(\"e\", \"ecoli\", #{resource_limits: #{max_ribosomes: \"host\", max_atp: 50}}); \
        e.save_config(\"e.toml\"); let f = create_from_config(\"f\", \"e.toml\"); \
        print(f.resource_limits() == e.resource_limits()); \
        c.save_config(\"c.toml\"); print(create_from_config(\"g\", \"c.toml\").resource_limits() == c.resource_limits());";
    assert_eq!(d.run(text), ["true", "true"]);
    let config = std::fs::read_to_string(d.folder.path().join("e.toml")).unwrap();
    assert!(config.contains("max_ribosomes = \"host\""), "{config}");
    let error = d.message("c.allocate_ribosomes(30000)");
    assert!(error.contains("exceed the host, which has"), "{error}");
}

/// Whoever sets a limit is told the same.
#[test]
fn limits_are_checked_alike_wherever_they_are_set() {
    let host = format!("max_ribosomes: {:?}", Limits::HOST.max_ribosomes);
    for (limit, why) in [
        ("max_ribosomes: 30000", "exceeds the host"),
        (host.as_str(), "exceeds the host"),
        ("max_ribosomes: 1e300", "exceeds the host"),
        ("max_atp: 120", "100 % is all of the host's"),
        ("max_memory_kb: 200000", "the most that a host has"),
        ("max_memory_kb: 1e300", "the most that a host has"),
    ] {
        let mut d = desk();
        d.run("let c = quick_start_vm(\"ecoli\", \"c\");");
        for call in [
            format!("c.set_limits(#{{{limit}}})"),
            format!("create_bio_vm(\"d\", \"ecoli\", #{{resource_limits: #{{{limit}}}}})"),
        ] {
            let error = d.message(&call);
            assert!(error.contains(why), "{call}: {error}");
            assert!(!error.contains("sets a larger one"), "{call}: {error}");
        }
        let (key, value) = limit.split_once(": ").unwrap();
        d.write(
            "c.toml",
            &format!("biological_type = \"ecoli\"\nresource_limits.{key} = {value}\n"),
        );
        d.message("create_from_config(\"d\", \"c.toml\")");
        assert_eq!(d.run("print(list_vms())"), ["[\"c\"]"]);
    }
    let error = desk().message("quick_start_vm(\"ecoli\", \"c\"); allocate_atp(150)");
    assert!(error.contains("100 % is all of the host's"), "{error}");
}

#[test]
fn a_priority_is_a_whole_number_from_1_to_5() {
    for wrong in ["0", "-1", "2.5", "6"] {
        let error = desk().message(&format!("quick_start_vm(\"ecoli\"); set_priority({wrong})"));
        let what = format!("{wrong} is no priority; it is a whole number from 1");
        assert!(error.contains(&what), "{error}");
    }
}

#[test]
fn what_stays_is_not_told_as_a_change() {
    let mut d = desk();
    d.run("solver(\"deterministic\"); let c = quick_start_vm(\"ecoli\", \"c\");");
    d.refused("c.start_transcription(\"lacZ\"); run(0.s + 0.1.s); c.stop(); c.start(); optimize_allocation()", "start a transcription");
    d.refused(
        "c.start_transcription(\"lacZ\"); optimize_allocation()",
        "no running VM has mRNA yet",
    );
    let before = d.run("run(10.min); print(c.event_log().len())");
    let after =
        d.run("let r = optimize_allocation(); print(c.event_log().len()); print(r[0].why);");
    assert_eq!(before[0], after[0]);
    assert_eq!(after[1], "c keeps its 100.0 ribosomes");
}

#[test]
fn what_needs_a_running_vm_says_so_in_its_own_name() {
    for state in ["pause", "stop"] {
        for open in ["", "start_transcription(\"dnaA\"); start_transcription(\"rnmV\");"] {
            let text = format!(
                "let c = quick_start_vm(\"syn3a\", \"c\"); {open} c.{state}(); optimize_minimal_metabolism()"
            );
            let error = desk().message(&text);
            assert!(error.contains("optimize_minimal_metabolism needs a running VM"), "{error}");
        }
    }
}
