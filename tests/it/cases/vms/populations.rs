//! What is said of populations, of quotas and of regulators: nothing that decides is silent.

use super::desk;

/// One VM that lives and one that is paused: names do not depend on the one that takes no part.
#[test]
fn a_vm_that_is_paused_is_left_out_and_that_is_said() {
    let mut d = desk();
    d.run(
        "let a = quick_start_vm(\"ecoli\", \"a\"); a.start_transcription(\"lacZ\"); \
         let b = quick_start_vm(\"ecoli\", \"b\"); b.start_transcription(\"adk\"); run(20.min); b.pause();",
    );
    d.remarks();
    let means = d.run(
        "let p = population(5); print(p.mean(\"lacZ\")); print(p.mean(\"a.lacZ\")); \
               print(p.mean(\"a.lacZ.mrna\") == p.mean(\"lacZ.mrna\") && p.mean(\"a.lacZ.protein\") == p.mean(\"lacZ\"));",
    );
    assert_eq!(means[0], means[1]);
    assert_eq!(means[2], "true");
    let told = d.remarks();
    assert_eq!(told, "b is paused, and takes no part in the population");
    for wrong in ["b.adk", "a.size", "a.", "a.a.lacZ"] {
        let said = d.message(&format!("p.mean(\"{wrong}\")"));
        assert!(said.contains(wrong), "{said}");
    }
    // Both take part: each has its name in front, and nobody is left out.
    d.run("b.resume(); let p = population(5); p.mean(\"a.lacZ\") + p.mean(\"b.adk\");");
    assert_eq!(d.remarks(), "");
}

/// Growth of a host of its own is that of the cell.
#[test]
fn cells_on_hosts_of_their_own_have_their_growth() {
    let mut d = desk();
    d.run(
        "let a = quick_start_vm(\"ecoli\", \"a\", #{resource_limits: \"host\"}); \
         a.start_transcription(\"tufA\", #{strength: 30}); run(30.min); \
         fn grown(host) { let p = population(20, #{host: host, noise: #{added: 0.3}}); p.run(20.min); p } ",
    );
    let text = |host: &str| {
        format!(
            "let p = grown(\"{host}\"); let t = p.cells(); let all = t[\"growth_rate\"]; \
             print(all.max() > all.min()); print(abs(all.mean() / p.run(10.s)[\"growth_rate\"][0] - 1.0) < 1e-9);"
        )
    };
    assert_eq!(d.run(&text("own")), ["true", "true"]);
    assert_eq!(d.run(&text("shared")), ["false", "true"]);
}

#[test]
fn what_one_cell_does_not_have_is_said() {
    let mut d = desk();
    d.run("quick_start_vm(\"ecoli\"); start_transcription(\"lacZ\"); run(1.min); let p = population(1);");
    for call in ["correlation(\"lacZ\", \"size\")", "cv2(\"lacZ\")", "fano(\"lacZ\")"] {
        let said = d.message(&format!("p.{call}"));
        assert!(said.contains("it takes two or more cells"), "{said}");
    }
    d.transcript(
        r#"
        p.noise("lacZ", "size") !! has no noise
        population(3, #{noise: 0.1}) !! "off", "mother_machine"
        bursts([1]) !! true, false or a mean number of transcripts
        "#,
    );
}

/// `"host"` takes a quota back; of one thing the singular is said.
#[test]
fn a_quota_can_be_taken_back() {
    let mut d = desk();
    d.run(
        "solver(\"deterministic\"); let c = quick_start_vm(\"ecoli\", \"c\"); \
         c.start_transcription(\"tufA\", #{strength: 10}); let free = c.status().allocated_polymerases;",
    );
    for call in ["allocate_polymerases", "allocate_ribosomes"] {
        let said = d.message(&format!("c.{call}([1])"));
        assert!(said.contains("a number, or \"host\" for no quota"), "{said}");
    }
    let told = d.run("c.allocate_polymerases(1); run(10.min); print(c.health());");
    assert!(told[0].contains("at its quota of 1 RNA polymerase\""), "{told:?}");
    d.remarked("at its quota of 1 RNA polymerase, all the time");
    let speed = d.run("print(c.status().transcription_percent)")[0].parse::<f64>().unwrap();
    assert!(speed > 0.0 && speed < 50.0, "{speed}");
    let back = d.run(
        "c.allocate_polymerases(\"host\"); run(10.min); print(c.status().allocated_polymerases == free); \
         c.allocate_ribosomes(20); c.allocate_ribosomes(\"host\"); \
         print(c.status().allocated_ribosomes == c.resource_limits().max_ribosomes);",
    );
    assert_eq!(back, ["true", "true"]);
    assert!(!d.remarks().contains("polymerase"));
}

/// Fractions of one repressor repress in the deterministic solver; that is said once, and only there.
#[test]
fn few_repressors_are_told_under_the_deterministic_solver() {
    let script = |solver: &str, strength: f64| {
        format!(
            "let c = quick_start_vm(\"ecoli\", \"c\", #{{resource_limits: \"host\"}}); solver(\"{solver}\"); \
             c.start_transcription(\"lacI\", #{{strength: {strength}}}); c.manage_operons([\"lac\"], \"release\"); \
             run(3.h); run(10.min);"
        )
    };
    let said = |solver: &str, strength: f64| {
        let mut d = desk();
        d.run(&script(solver, strength));
        d.remarks().matches("molecules of lacI, which decide on the promoter of lac").count()
    };
    assert_eq!(said("deterministic", 0.2), 1);
    assert_eq!(said("deterministic", 20.0), 0);
    assert_eq!(said("stochastic", 0.2), 0);
}

/// Who catches an error of a sweep learns the point.
#[test]
fn a_caught_error_of_a_sweep_names_the_point() {
    let mut d = desk();
    for (fails, what) in [("vm(\"nobody\")", "nobody"), ("[1][7]", "no element 7")] {
        let told = d.run(&format!(
            "try {{ sweep(#{{x: [1, 2, 3]}}, |p| if p.x == 2 {{ {fails}; 0 }} else {{ 2 * p.x }}); }} \
             catch (e) {{ print(e.message); }}"
        ));
        assert!(told[0].contains("point x = 2 (2 of 3)") && told[0].contains(what), "{told:?}");
    }
}

/// Functions that take an array by itself leave nothing of it behind; that is no change of the trace.
#[test]
fn chains_of_functions_on_columns_change_nothing() {
    let mut d = desk();
    d.run("quick_start_vm(\"ecoli\"); start_transcription(\"lacZ\"); let t = run(1.min); let p = population(3);");
    for (of, column) in [("t", "lacZ.mrna"), ("p", "size"), ("p.cells()", "size")] {
        let lengths = d.run(&format!(
            "print({of}[\"{column}\"].map(|v| 2 * v).len() == {of}[\"{column}\"].len()); \
             print({of}[\"{column}\"].filter(|v| v >= 0.0).len() == {of}[\"{column}\"].len());"
        ));
        assert_eq!(lengths, ["true", "true"], "{of}");
    }
    d.refused("t[\"lacZ.mrna\"][0] = 3;", "cannot be changed");
    d.refused("t[\"lacZ.mrna\"] = [1];", "cannot be changed");
}
