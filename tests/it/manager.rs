//! The Rust API: what scripts do, done from Rust.

use bioxen::engine::StopToken;
use bioxen::factory::config_file::VmConfig;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, HypervisorError, VmState};
use bioxen::lab::{Lab, LabError};
use bioxen::session::Session;
use bioxen::units::Time;

fn lab() -> Lab {
    Lab::new(5).unwrap()
}

/// Several VMs with the defaults of their type.
fn several(lab: &mut Lab, pattern: &str, what: BiologicalType) -> Result<Vec<String>, LabError> {
    lab.create_many(pattern, 3, &Config::new(what, Infrastructure::Basic), &StopToken::new())
}

fn minutes(n: f64) -> Time {
    Time::from_minutes(n)
}

#[test]
fn vms_are_made_found_listed_and_removed() {
    let mut lab = lab();
    lab.create_bio_vm("a", "ecoli", "basic", None).unwrap();
    lab.quick_start_vm("syn3a", "b").unwrap();
    let ids: Vec<String> = lab.statuses().into_iter().map(|s| s.id).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(lab.find("b").unwrap().state(), VmState::Running);
    assert_eq!(lab.attached(), Some("a"));
    for again in ["a", "b"] {
        let error = lab.create_bio_vm(again, "ecoli", "basic", None).unwrap_err();
        let duplicate = matches!(error, LabError::Hypervisor(HypervisorError::DuplicateVm { .. }));
        assert!(duplicate, "{error}");
    }
    let error = lab.create_bio_vm("c", "yeast", "basic", None).unwrap_err().to_string();
    assert!(error.contains("unknown biological type"), "{error}");
    let error = lab.create_bio_vm("c", "ecoli", "xcpng", None).unwrap_err().to_string();
    assert!(error.contains("a place that was opened"), "{error}");
    assert_eq!(lab.statuses().len(), 2);
    assert!(lab.destroy("a").is_ok() && lab.destroy("a").is_err());
    assert!(lab.find("a").is_err() && lab.attached().is_none());
    let error = lab.status("bb").unwrap_err().to_string();
    assert!(error.contains("did you mean `b`?"), "{error}");
    assert_eq!(Lab::<()>::supported_vm_types(), ["basic", "ssh", "xcpng"]);
    assert_eq!(Lab::<()>::supported_biological_types(), ["syn3a", "ecoli", "minimal_cell"]);
}

#[test]
fn configurations_are_used() {
    let mut lab = lab();
    let mut config = VmConfig::defaults(BiologicalType::Syn3a);
    config.resource_limits.max_ribosomes = 77.0;
    config.custom_params.essential_only = Some(true);
    config.nutrient = Some(0.5);
    config.chassis = "rich".to_owned();
    lab.create_bio_vm("a", "syn3a", "basic", Some(&config)).unwrap();
    assert_eq!(lab.resources("a").unwrap().limits().unwrap().max_ribosomes, 77.0);
    let error = lab.create_bio_vm("b", "ecoli", "basic", Some(&config)).unwrap_err();
    assert!(error.to_string().contains("one of syn3a"), "{error}");
    lab.with_vm("a", |vm| vm.start()).unwrap();
    let error = lab.with_vm("a", |vm| vm.start_transcription(&["rnmV"], 1.0)).unwrap_err();
    assert!(error.to_string().contains("essential genes only"), "{error}");
    // Its chassis runs, since it is the current VM.
    lab.run(minutes(1.0)).unwrap();
    assert!(lab.status("a").unwrap().growth_rate_per_h > 1.4);
}

#[test]
fn texts_run_on_a_vm_beside_calls_from_rust() {
    let mut session = Session::new(Default::default(), Box::new(|_| {})).unwrap();
    for id in ["a", "b"] {
        session.with_lab(|lab| lab.quick_start_vm("ecoli", id)).unwrap();
    }
    let code =
        "start_transcription([\"lacZ\"]); print(\"on\"); run(6.min); transcribing().len() == 3";
    let done = session.execute("b", code).unwrap();
    assert_eq!(done.output, ["on"]);
    assert_eq!((done.value.as_deref(), done.error), (Some("true"), None));
    assert_eq!(done.elapsed, minutes(6.0));
    assert_eq!(done.trace.unwrap().times.len(), 37);
    assert_eq!(session.with_lab(|lab| lab.find("b").unwrap().transcribing().len()), 3);
    let failed = session.execute("a", "stop(); stop()").unwrap();
    assert!(failed.error.unwrap().contains("cannot stop"));
    assert_eq!(session.with_lab(|lab| lab.find("a").unwrap().state()), VmState::Running, "undone");
    assert!(session.execute("c", "1").is_err());
    // Scripts see the same VMs.
    assert_eq!(session.eval("list_vms().len()", "x").unwrap().as_deref(), Some("2"));
}

#[test]
fn resources_are_managed_one_vm_at_a_time() {
    let mut lab = lab();
    lab.quick_start_vm("ecoli", "a").unwrap();
    lab.with_vm("a", |vm| vm.start_transcription(&["lacZ"], 1.0)).unwrap();
    lab.run(minutes(20.0)).unwrap();
    let mut resources = lab.resources("a").unwrap();
    resources.allocate_ribosomes(80.0).unwrap();
    resources.allocate_atp(50.0).unwrap();
    resources.allocate_memory(100.0).unwrap();
    resources.set_priority(5).unwrap();
    let (given, used) = (resources.allocation().unwrap(), resources.usage().unwrap());
    let left = resources.available().unwrap();
    assert!(used.ribosomes > 0.0 && used.atp_percent > 0.0 && used.memory_kb > 5.0);
    assert!((used.ribosomes + left.ribosomes - given.ribosomes).abs() < 1e-9);
    assert!((used.memory_kb + left.memory_kb - 100.0).abs() < 1e-9);
    assert!(resources.allocate_atp(91.0).is_err());
    assert_eq!(resources.allocation().unwrap(), given);
    let changes = resources.optimize().unwrap();
    assert_eq!((changes.len(), changes[0].id.as_str()), (1, "a"));
    assert!(lab.resources("b").is_err());
}

#[test]
fn groups_are_changed_together_or_not_at_all() {
    let mut lab = lab();
    assert_eq!(several(&mut lab, "c{}", BiologicalType::Syn3a).unwrap(), ["c1", "c2", "c3"]);
    assert!(several(&mut lab, "c", BiologicalType::Syn3a).is_err());
    lab.create_bio_vm("d2", "ecoli", "basic", None).unwrap();
    let error = several(&mut lab, "d{}", BiologicalType::Ecoli).unwrap_err();
    assert!(error.to_string().contains("there is a VM `d2` already"), "{error}");
    assert_eq!(lab.statuses().len(), 4, "none of them was made");
    lab.broadcast("c?", |vm| vm.start()).unwrap();
    let mut turn = 0;
    let outcome = lab.broadcast("*", |vm| {
        turn += 1;
        vm.stop()
    });
    assert!(outcome.is_err() && turn == 4);
    assert!(lab.statuses().iter().take(3).all(|s| s.state == "running"), "undone");
    assert!(lab.broadcast("x*", |vm| vm.start()).is_err());
    lab.clone_vm("c1", "twin").unwrap();
    assert!(lab.clone_vm("c1", "d2").is_err());
    assert_eq!(lab.find("twin").unwrap().state(), VmState::Running);
}

#[test]
fn the_whole_is_saved_and_goes_on() {
    let (mut lab, stop) = (lab(), StopToken::new());
    let folder = tempfile::tempdir().unwrap();
    lab.quick_start_vm("ecoli", "a").unwrap();
    lab.with_vm("a", |vm| vm.start_transcription(&["lacZ"], 1.0)).unwrap();
    lab.run(minutes(5.0)).unwrap();
    let path = folder.path().join("all.state");
    lab.save_to(&path).unwrap();
    lab.run(minutes(5.0)).unwrap();
    let through = lab.statuses();
    let mut again = Lab::new(0).unwrap();
    again.load_from(&path, &stop).unwrap();
    assert_eq!(again.attached(), Some("a"));
    again.run(minutes(5.0)).unwrap();
    assert_eq!(again.statuses(), through);
    std::fs::write(&path, "#bioxen-state 99 0 0\n").unwrap();
    let error = again.load_from(&path, &stop).unwrap_err().to_string();
    assert!(error.contains("format 99"), "{error}");
    assert_eq!(again.statuses(), through);
    lab.detach();
    assert!(lab.attached().is_none());
    lab.attach("a").unwrap();
}

/// A configuration that was saved names the nutrient of its host. Another VM made from it leaves that host as it is.
#[test]
fn another_vm_in_the_same_nutrient_leaves_the_host_as_it_is() {
    let mut desk = crate::desk::desk();
    desk.value(
        "solver(\"deterministic\"); \
         let a = quick_start_vm(\"ecoli\", \"a\", #{resource_limits: \"host\"}); \
         a.start_transcription([\"lacZ\"], #{strength: 300.0}); run(2.h); a.save_config(\"a.toml\");",
    );
    let growth = "a.status().growth_rate";
    let before = desk.number(growth);
    desk.value(
        "create_from_config(\"b\", \"a.toml\"); \
         create_bio_vm(\"c\", \"ecoli\", \"basic\", #{nutrient: 0.3});",
    );
    assert_eq!(desk.number(growth), before);
    // It is burdened: without guests it grows faster.
    assert!(before < 0.9, "{before}");
}
