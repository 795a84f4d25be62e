//! RNA polymerases as a resource: no quota unless one is set, quotas that hold, and advice that works.

use bioxen::hypervisor::Limits;

use super::{Desk, desk};

/// A VM with a strong promoter, and another one.
fn strong() -> Desk {
    let mut d = desk();
    d.run(
        "solver(\"deterministic\"); sample_every(10.min); \
         let c = quick_start_vm(\"ecoli\", \"c\"); c.start_transcription(\"tufA\", #{strength: 100}); \
         let e = quick_start_vm(\"ecoli\", \"e\"); e.start_transcription(\"lacZ\"); \
         let t = run(2.h);",
    );
    d
}

fn numbers(d: &mut Desk, text: &str) -> Vec<f64> {
    d.run(text).iter().map(|x| x.parse().unwrap_or_else(|_| panic!("{x}"))).collect()
}

#[test]
fn without_a_quota_nothing_is_said_and_everything_is_shown() {
    let mut d = strong();
    let remarks = d.remarks();
    assert!(!remarks.contains("polymerases"), "{remarks}");
    let found = numbers(
        &mut d,
        "print(t.final(\"c.polymerases\")); print(t.final(\"host.polymerases\")); \
         print(c.status().engaged_polymerases); print(c.status().allocated_polymerases); \
         print(c.get_polymerase_allocation()); print(c.resource_limits().max_polymerases); \
         print(c.resource_usage().polymerases); print(c.available_resources().polymerases); \
         print(c.status().transcription_percent); print(e.status().transcription_percent);",
    );
    let [held, all, status, allocated, given, limit, used, left, speed, others] = found[..] else {
        panic!("{found:?}")
    };
    assert!(held > 20.0 && held == status && held == used, "{found:?}");
    assert!(all == allocated && all == given && all == limit && all < 5121.0, "{found:?}");
    assert!(left > 0.0 && left < all - held, "{found:?}");
    assert!(speed == others && speed < 100.0 && speed > 80.0, "{found:?}");
    let told = d.run("print(c.status())").concat();
    assert!(told.contains("RNA polymerases"), "{told}");
}

#[test]
fn a_quota_holds_and_what_is_advised_ends_it() {
    let mut d = strong();
    let free = numbers(&mut d, "print(t.final(\"c.polymerases\"))")[0];
    d.remarks();
    let quota = 0.5 * free;
    let text = format!(
        "c.allocate_polymerases({quota}); let t = run(1.h); print(t[\"c.polymerases\"][0]); print(t.final(\"c.polymerases\"));"
    );
    assert!(numbers(&mut d, &text).iter().all(|held| (held / quota - 1.0).abs() < 1e-9));
    let told = d.remarked("c held back at its quota of");
    assert!(told.contains("RNA polymerases, all the time"), "{told}");
    assert!(told.contains("its promoters could have held 2.1 times as many"), "{told}");
    assert!(
        told.contains("vm(\"c\").allocate_polymerases(..) raises it, up to all that the host has"),
        "{told}"
    );
    let health = d.run("print(c.health())").concat();
    assert!(
        health.contains("held back at its quota of") && health.contains("RNA polymerases"),
        "{health}"
    );
    assert_eq!(d.run("print(c.status().held_back[1].by)"), ["polymerases"]);
    // The other one has what is left; the one with the quota is told what the quota leaves of its transcription.
    let speeds = numbers(
        &mut d,
        "print(e.status().transcription_percent); print(t.final(\"e.polymerases\")); \
         print(c.status().transcription_percent); print(t.final(\"host.polymerases\"));",
    );
    assert!(speeds[0] > 97.0 && speeds[1] > 0.0, "{speeds:?}");
    assert!(speeds[2] > 40.0 && speeds[2] < 51.0, "{speeds:?}");
    d.run("vm(\"c\").allocate_polymerases(vm(\"c\").resource_limits().max_polymerases - 1); run(10.min);");
    assert!(!d.remarks().contains("polymerases"));
    // As a limit, it is the limit that has to be raised.
    d.run("c.set_limits(#{max_polymerases: 5}); run(10.min);");
    d.remarked("vm(\"c\").set_limits(#{max_polymerases: ..}) raises it");
    d.run("vm(\"c\").set_limits(#{max_polymerases: \"host\"}); run(10.min);");
    assert!(!d.remarks().contains("polymerases"));
}

#[test]
fn it_is_called_in_every_form() {
    let mut d = desk();
    let text = "create_bio_vm(\"c\", \"ecoli\"); allocate_polymerases(40); print(get_polymerase_allocation()); \
        let c = vm(\"c\"); c.allocate_polymerases(41.5); print(c.get_polymerase_allocation()); \
        allocate_polymerases(c, 42); print(get_polymerase_allocation(c)); \
        let each = |v| v.allocate_polymerases(43); each.call(c); print(c.get_polymerase_allocation()); \
        c.set_limits(#{max_polymerases: 20}); print(c.get_polymerase_allocation()); \
        print(c.resource_limits().polymerases); \
        let f = create_bio_vm(\"f\", \"syn3a\", #{resource_limits: #{max_polymerases: 12}}); \
        print(f.get_polymerase_allocation()); print(f.get_ribosome_allocation());";
    assert_eq!(d.run(text), ["40.0", "41.5", "42.0", "43.0", "20.0", "20.0", "12.0", "50.0"]);
    // Events as well.
    let text = "at(1.min, || vm(\"c\").allocate_polymerases(7)); run(2.min); print(c.get_polymerase_allocation());";
    assert_eq!(d.run(text), ["7.0"]);
    let log = d.run("print(c.event_log().map(|e| e.what))").concat();
    assert!(
        log.contains("7 RNA polymerases") && log.contains("20 RNA polymerases, 90 % of the ATP"),
        "{log}"
    );
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    for (call, why) in [
        ("c.allocate_polymerases(0)", "RNA polymerases"),
        ("c.allocate_polymerases(-3)", "negative"),
        ("c.allocate_polymerases(0.0/0.0)", "RNA polymerases"),
        ("c.allocate_polymerases(1.0/0.0)", "RNA polymerases"),
        ("c.allocate_polymerases(5000)", "exceed the host, which has 4207"),
        ("c.allocate_polymerases(1e300)", "exceed the host, which has 4207"),
        ("c.set_limits(#{max_polymerases: 1e300})", "no host has 512"),
        ("c.allocate_polymerases(\"many\")", "the count of allocate_polymerases"),
        ("c.set_limits(#{max_polymerases: 5000})", "exceeds the host"),
        ("c.set_limits(#{max_polymerases: 0})", "RNA polymerases"),
        ("c.set_limits(#{max_polymerase: 3})", "did you mean `max_polymerases`?"),
        ("allocate_polymerase(3)", "did you mean `allocate_polymerases`?"),
    ] {
        let mut d = desk();
        d.run("set_nutrient(0.3); let c = quick_start_vm(\"ecoli\", \"c\");");
        let before = d.run("print(c.resource_limits()); print(c.get_polymerase_allocation());");
        let error = d.message(call);
        assert!(error.contains(why), "{call}: {error}");
        let after = d.run("print(c.resource_limits()); print(c.get_polymerase_allocation());");
        assert_eq!(before, after, "{call}");
    }
    let error = desk().message(&format!(
        "create_bio_vm(\"c\", \"ecoli\", #{{resource_limits: #{{max_polymerases: {:?}}}}})",
        Limits::HOST.max_polymerases
    ));
    assert!(error.contains("exceeds the host"), "{error}");
}

#[test]
fn it_goes_through_files_states_and_media() {
    let mut d = desk();
    let text = "let c = quick_start_vm(\"ecoli\", \"c\", #{resource_limits: #{max_polymerases: 30}}); \
        c.save_config(\"c.toml\"); print(create_from_config(\"d\", \"c.toml\").resource_limits() == c.resource_limits()); \
        let e = create_bio_vm(\"e\", \"ecoli\"); e.save_config(\"e.json\"); \
        print(create_from_config(\"f\", \"e.json\").resource_limits() == e.resource_limits()); \
        c.allocate_polymerases(11); save_hypervisor(\"all.bxs\"); c.allocate_polymerases(12); \
        load_hypervisor(\"all.bxs\"); print(vm(\"c\").get_polymerase_allocation()); \
        print(vm(\"c\").resource_limits().max_polymerases); \
        print(vm(\"e\").get_polymerase_allocation() == vm(\"e\").resource_limits().max_polymerases); \
        let s = vm(\"c\").snapshot(); vm(\"c\").allocate_polymerases(13); vm(\"c\").restore(s); \
        print(vm(\"c\").get_polymerase_allocation());";
    assert_eq!(d.run(text), ["true", "true", "11.0", "30.0", "true", "11.0"]);
    let toml = std::fs::read_to_string(d.folder.path().join("c.toml")).unwrap();
    assert!(toml.contains("max_polymerases = 30.0"), "{toml}");
    let json = std::fs::read_to_string(d.folder.path().join("e.json")).unwrap();
    assert!(json.contains("\"max_polymerases\": \"host\""), "{json}");
    // A richer medium, more polymerases.
    let text = "let poor = vm(\"e\").get_polymerase_allocation(); set_nutrient(1.0); \
        print(vm(\"e\").get_polymerase_allocation() > poor); print(vm(\"c\").get_polymerase_allocation());";
    assert_eq!(d.run(text), ["true", "11.0"]);
}

#[test]
fn quotas_beyond_the_host_are_told_and_decided_by_priority() {
    let mut d = desk();
    let text = "solver(\"deterministic\"); \
        for p in [1, 5] { let g = quick_start_vm(\"ecoli\", `g${p}`, #{resource_limits: #{max_memory_kb: 5000}}); \
            g.set_priority(p); g.start_transcription(\"*\", #{strength: 1000}); g.allocate_polymerases(3000); } \
        let t = run(5.min); print(t.final(\"g5.polymerases\") > 2 * t.final(\"g1.polymerases\")); \
        print(vm(\"g1\").health()); print(vm(\"g1\").status().held_back.map(|h| h.by));";
    let told = d.run(text);
    assert_eq!(told[0], "true");
    assert!(
        told[1].contains("the quotas of RNA polymerases of all VMs exceed the host"),
        "{}",
        told[1]
    );
    assert!(told[1].contains("reserve of the rRNA promoters"), "{}", told[1]);
    assert!(told[2].contains("host_polymerases"), "{}", told[2]);
    d.remarked("RNA polymerases, which the host cannot meet");
}

/// Before, 55 100 transcripts of one operon: polymerases were endless, and its promoter cleared at once.
#[test]
fn a_promoter_a_thousand_times_as_strong_makes_hundreds_of_transcripts() {
    let mut d = desk();
    let found = numbers(
        &mut d,
        "let c = quick_start_vm(\"ecoli\", \"c\", #{resource_limits: #{max_ribosomes: 100}}); \
         solver(\"deterministic\"); sample_every(1.h); c.start_transcription([\"tufA\"], #{strength: 1000}); \
         let t = run(5.h); print(t.final(\"tufA.mrna\")); print(t.final(\"fusA.mrna\")); \
         print(t.final(\"c.polymerases\")); print(t.final(\"c.ribosomes\"));",
    );
    assert!(found[0] > 560.0 && found[0] < 610.0 && found[0] == found[1], "{found:?}");
    assert!((found[2] / 250.3 - 1.0).abs() < 0.005 && (found[3] - 100.0).abs() < 1e-6, "{found:?}");
}

/// Copies of a plasmid fire more often than the few of the chromosome can, however strong these are.
#[test]
fn a_promoter_of_a_package_clears_on_as_many_copies_as_it_has() {
    let package = |copies: &str| {
        format!(
            "name = \"p\"\nversion = \"1.0.0\"\ndescription = \"a protein\"\nlicence = \"CC0-1.0\"\n\
             sources = [\"none: a test\"]\ntypes = [\"ecoli\"]\n[[gene]]\nname = \"gfp\"\nlength_aa = 238\n\
             [[promoter]]\nname = \"P\"\nmrna_per_min = 1.8\n{copies}\n[[operon]]\nname = \"o\"\npromoter = \"P\"\n\
             genes = [\"gfp\"]\n"
        )
    };
    let made = |copies: &str| {
        let mut d = desk();
        d.write("p.toml", &package(copies));
        let text = "set_nutrient(0.3); let c = quick_start_vm(\"ecoli\", \"c\"); c.install_package(\"p.toml\"); \
            solver(\"deterministic\"); sample_every(1.h); c.start_transcription(\"gfp\", #{strength: 1000}); \
            run(1.h); print(transcription_units().filter(|row| row.gene == \"gfp\")[0].transcription); \
            print(c.status().transcription_percent);";
        let found = numbers(&mut d, text);
        // In units of that without others that hold polymerases, at unburdened growth.
        found[0] / (0.01 * found[1])
    };
    let v = |most: f64| 1800.0 / (1.0 + 999.0 * 1.8 / most);
    for (copies, most) in [("", 191.84), ("copies = 100", 10_700.0)] {
        let made = made(copies);
        assert!((made / v(most) - 1.0).abs() < 0.02, "{made}, expected {}", v(most));
    }
}
