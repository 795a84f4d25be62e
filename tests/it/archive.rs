//! States on disk: bit for bit, or refused.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use bioxen::chassis::Nutrient;
use bioxen::durable;
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{
    ArchiveError, BiologicalType, Control, Hypervisor, LogKind, Solver, VmState,
};
use bioxen::units::Time;

/// Two tenants: one with the whole genome of Syn3A open, one with regulated operons.
fn cell() -> Hypervisor {
    let mut hypervisor = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    hypervisor.set_seed(7);
    let mut config = Config::new(BiologicalType::Syn3a, Infrastructure::Basic);
    config.limits.max_memory_kb = 1000.0;
    config.limits.max_ribosomes = 900.0;
    let vm = hypervisor.create(config.spec("mini").unwrap()).unwrap();
    vm.start().unwrap();
    let genome = vm.genome().clone();
    let names: Vec<&str> = genome.coding().map(|(_, g)| g.name()).collect();
    vm.start_transcription(&names, 1.0).unwrap();
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let vm = hypervisor.create(config.spec("coli").unwrap()).unwrap();
    vm.start().unwrap();
    vm.manage_operons(&["trp", "his", "leu"], Control::Regulated).unwrap();
    hypervisor
}

fn run(hypervisor: &mut Hypervisor, minutes: f64) {
    let time = Time::from_minutes(minutes);
    assert!(hypervisor.run(time, &mut |_| {}, &StopToken::new()).unwrap().completed);
}

#[test]
fn a_saved_cell_goes_on_bit_for_bit() {
    let mut through = cell();
    run(&mut through, 60.0);
    let mut first = cell();
    run(&mut first, 30.0);
    let mut second = Hypervisor::load(&first.save().unwrap()).unwrap();
    assert_eq!(second.save().unwrap(), first.save().unwrap());
    drop(first);
    run(&mut second, 30.0);
    assert_eq!(second.now(), through.now());
    assert_eq!(second.save().unwrap(), through.save().unwrap());
}

#[test]
fn a_deterministic_cell_goes_on_as_from_the_end_of_a_run() {
    let mut through = cell();
    through.set_solver(Solver::Deterministic);
    run(&mut through, 10.0);
    let mut loaded = Hypervisor::load(&through.save().unwrap()).unwrap();
    run(&mut through, 10.0);
    run(&mut loaded, 10.0);
    assert_eq!(loaded.save().unwrap(), through.save().unwrap());
}

#[test]
fn what_is_cut_off_damaged_or_newer_is_refused() {
    let mut hypervisor = cell();
    run(&mut hypervisor, 1.0);
    let whole = hypervisor.save().unwrap();
    let refused = |bytes: &[u8]| Hypervisor::load(bytes).unwrap_err().to_string();
    for end in (0..whole.len()).step_by(whole.len() / 300 + 1) {
        refused(&whole[..end]);
    }
    for place in (0..whole.len()).step_by(whole.len() / 300 + 1) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x20;
        refused(&damaged);
    }
    assert!(refused(&whole[..whole.len() - 1]).contains("cut off"));
    let text = String::from_utf8(whole).unwrap();
    let body = text.split_once('\n').unwrap().1;
    let newer = refused(&durable::seal("state", 99, body));
    assert_eq!(newer, "it is of format 99, and this version of BioXen reads up to 3");
    // Whole, but not what a live cell has: said, and no panic.
    for (old, new) in [
        ("\"priority\":3", "\"priority\":9"),
        ("\"ecoli\"", "\"ecoly\""),
        ("\"running\"", "\"jogging\""),
        ("\"coupling_us\":", "\"coupling_us\":-"),
        ("\"place\":0", "\"place\":9999999"),
        ("\"nutrient\":", "\"nutrient\":9"),
        ("\"solver\":", "\"resolver\":"),
    ] {
        assert!(body.contains(old), "{old}");
        refused(&durable::seal("state", 1, &body.replace(old, new)));
    }
}

#[test]
fn a_vm_moves_to_another_host() {
    let mut hypervisor = cell();
    run(&mut hypervisor, 5.0);
    let bytes = hypervisor.save_vm("coli").unwrap();
    let mut other = Hypervisor::new(Nutrient::new(0.5).unwrap()).unwrap();
    let vm = other.load_vm(&bytes, Some("twin")).unwrap();
    assert_eq!((vm.id(), vm.state()), ("twin", VmState::Running));
    let kept = hypervisor.vm("coli").unwrap().population().genes().to_vec();
    for (a, b) in vm.population().genes().iter().zip(&kept) {
        assert_eq!((a.index, a.protein), (b.index, b.protein));
    }
    let error = hypervisor.load_vm(&bytes, None).unwrap_err().to_string();
    assert!(error.contains("there is a VM `coli` already"), "{error}");
    assert!(matches!(Hypervisor::load(&bytes), Err(ArchiveError::Seal(_))));
    run(&mut other, 1.0);
}

/// What cannot be simulated any more takes its own VM out of the cell, and no other.
#[test]
fn a_failing_vm_does_not_take_the_others_with_it() {
    let mut hypervisor = cell();
    run(&mut hypervisor, 1.0);
    let text = String::from_utf8(hypervisor.save().unwrap()).unwrap();
    let body = text.split_once('\n').unwrap().1;
    // The first gene of the first VM gets more proteins than can be counted.
    let at = body.find("\"protein\":").unwrap() + "\"protein\":".len();
    let end = at + body[at..].find('}').unwrap();
    let broken = format!("{}1e17{}", &body[..at], &body[end..]);
    let mut broken = Hypervisor::load(&durable::seal("state", 1, &broken)).unwrap();
    run(&mut broken, 5.0);
    let failed = broken.vm("mini").unwrap();
    assert_eq!(failed.state(), VmState::Error);
    assert!(failed.log().entries().any(|e| e.kind == LogKind::Failure));
    assert_eq!(broken.vm("coli").unwrap().state(), VmState::Running);
    let status = broken.status("mini").unwrap();
    assert!(status.health.iter().any(|reason| reason.starts_with("failed: ")), "{status:?}");
    assert_eq!(status.engaged_ribosomes, 0.0);
    let error = broken.vm_mut("mini").unwrap().start().unwrap_err().to_string();
    assert_eq!(error, "VM `mini` is in the state error, in which it cannot start; it can: stop");
    broken.vm_mut("mini").unwrap().stop().unwrap();
}

/// 200 processes are killed while they save over and over: each leaves a whole file. Each is given the
/// time until its first file, however long that takes, and then less than a save or two.
#[test]
fn a_kill_at_any_moment_leaves_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("saver.rhai");
    let text = "let cell = create_bio_vm(\"demo\", \"syn3a\"); cell.start(); \
                start_transcription([\"dnaA\"]); run(1.min); \
                loop { save_hypervisor(\"cell.state\"); run(1.s); }";
    fs::write(&script, text).unwrap();
    let out = folder.path().join("out");
    let file = out.join("cell.state");
    let written = || fs::metadata(&file).and_then(|m| m.modified()).ok();
    for attempt in 0..200_u64 {
        let before = written();
        let mut child = Command::new(env!("CARGO_BIN_EXE_bioxen"))
            .arg("run")
            .arg(&script)
            .arg("--out")
            .arg(&out)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while written() == before {
            assert_eq!(child.try_wait().unwrap(), None, "try {attempt} ended by itself");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(93 * attempt));
        child.kill().unwrap();
        child.wait().unwrap();
        let state = Hypervisor::load(&fs::read(&file).unwrap()).unwrap();
        assert!(state.now() >= Time::from_minutes(1.0));
    }
}

/// Before version 3 each gene had mRNA of its own. The genes of a unit share their transcripts now.
#[test]
fn a_state_of_an_older_version_comes_back_as_units() {
    let bytes = include_bytes!("../data/version2.state");
    let mut hypervisor = Hypervisor::load(bytes).unwrap();
    let vm = hypervisor.vm("old").unwrap();
    let counts = |gene: &str| vm.population().counts(vm.gene_index(gene).unwrap()).unwrap();
    // 1 of lacZ, 7 of lacY, and some of lacA were saved.
    assert_eq!(counts("lacZ").0, counts("lacY").0);
    assert!((2.0..8.0).contains(&counts("lacZ").0), "{:?}", counts("lacZ"));
    assert_eq!((counts("lacZ").1, counts("adk").1), (518.0, 1587.0));
    assert_eq!(vm.population().units().len(), 5);
    run(&mut hypervisor, 1.0);
    let again = Hypervisor::load(&hypervisor.save().unwrap()).unwrap();
    assert_eq!(again.save().unwrap(), hypervisor.save().unwrap());
}
