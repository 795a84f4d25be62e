//! Random programs.

use super::life::live_on;

/// A small generator of numbers, so that every failure can be repeated.
struct Choice(u64);

impl Choice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const LINES: [&str; 35] = [
    "start()",
    "pause()",
    "resume()",
    "stop()",
    "start_transcription([\"lacZ\"])",
    "start_transcription([\"tufA\", \"trpA\"], #{strength: 2.0})",
    "stop_transcription([\"lacZ\"])",
    "allocate_ribosomes(60)",
    "allocate_atp(15.percent)",
    "set_limits(#{max_ribosomes: 300})",
    "install_package(\"gfp_reporter\")",
    "install_package(\"toggle_switch\")",
    "remove_package(\"gfp_reporter\")",
    "add_plasmid(\"pBR322\", 15)",
    "manage_operons([\"lac\"], \"induce\")",
    "add_inducer(\"IPTG\", 1.0.mM)",
    "set_nutrient(0.4)",
    "solver(\"deterministic\")",
    "solver(\"stochastic\")",
    "solver(\"tau_leap\")",
    "sample_every(2.5.s)",
    "seed(9)",
    "attach(\"b\")",
    "attach(\"a\")",
    "create_chassis(\"other\", 0.3); use_chassis(\"other\")",
    "use_chassis(\"ecoli\")",
    "create_bio_vm(\"c\", \"syn3a\").start()",
    "terminate_vm(\"c\")",
    "let kept = snapshot_all()",
    "restore_all(kept)",
    "let p = population(3); p.run(20.s); p.cells()",
    "p.run(10.s); p.cells().len()",
    "at(now() + 3.s, || log.push(`at ${now()}`))",
    "every(7.s, || log.push(`every ${now()}`))",
    "when(|| now() > 30.s, || log.push(`when ${now()}`))",
];

#[test]
fn random_programs_live_on_from_everywhere() {
    let programs = std::env::var("PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    for seed in 0..programs {
        let mut choice = Choice(seed * 77 + 1);
        let mut texts = vec![
            "let log = []; create_bio_vm(\"a\", \"ecoli\").start(); create_bio_vm(\"b\", \"syn3a\"); \
             start_transcription([\"lacZ\"]);",
        ];
        for _ in 0..6 {
            texts.push(choice.of(&LINES));
            texts.push(choice.of(&LINES));
            texts.push(choice.of(&[
                "run(10.s)",
                "run(2.5.s); log",
                "run(1.s)",
                "let t = run(7.s)",
            ]));
        }
        let left = live_on(&texts);
        assert!(left.is_empty(), "{texts:?}: {left:?}");
    }
}
