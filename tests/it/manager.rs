//! The Rust API: what scripts do, done from Rust.

use bioxen::factory::config_file::VmConfig;
use bioxen::hypervisor::{BiologicalType, HypervisorError, VmState};
use bioxen::lang::{LangError, WorldOptions};
use bioxen::session::Manager;
use bioxen::units::Time;

fn manager() -> (Manager, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = WorldOptions {
        out_dir: folder.path().to_owned(),
        read_dir: folder.path().to_owned(),
        seed: 5,
        ..WorldOptions::default()
    };
    (Manager::with_options(options).unwrap(), folder)
}

fn minutes(n: f64) -> Time {
    Time::from_minutes(n)
}

#[test]
fn vms_are_made_found_listed_and_removed() {
    let (mut manager, _folder) = manager();
    manager.create_vm("a", "ecoli", "basic", None).unwrap();
    manager.quick_start_vm("syn3a", "b").unwrap();
    let ids: Vec<String> = manager.list().into_iter().map(|s| s.id).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(manager.get("b").unwrap().state(), VmState::Running);
    assert_eq!(manager.current_vm().as_deref(), Some("a"));
    for again in ["a", "b"] {
        let error = manager.create_bio_vm(again, "ecoli", "basic", None).unwrap_err();
        let duplicate = matches!(error, LangError::Hypervisor(HypervisorError::DuplicateVm { .. }));
        assert!(duplicate, "{error}");
    }
    let error = manager.create_bio_vm("c", "yeast", "basic", None).unwrap_err().to_string();
    assert!(error.contains("no biological type"), "{error}");
    let error = manager.create_bio_vm("c", "ecoli", "xcpng", None).unwrap_err().to_string();
    assert!(error.contains("not available"), "{error}");
    assert_eq!(manager.list().len(), 2);
    assert!(manager.terminate("a") && !manager.terminate("a"));
    assert!(manager.get("a").is_none() && manager.current_vm().is_none());
    let error = manager.status("bb").unwrap_err().to_string();
    assert!(error.contains("did you mean `b`?"), "{error}");
    assert_eq!(Manager::supported_vm_types(), ["basic"]);
}

#[test]
fn configurations_are_used() {
    let (mut manager, _folder) = manager();
    let mut config = VmConfig::defaults(BiologicalType::Syn3a);
    config.resource_limits.max_ribosomes = 77.0;
    config.custom_params.essential_only = Some(true);
    config.nutrient = Some(0.5);
    config.chassis = "rich".to_owned();
    manager.create_bio_vm("a", "syn3a", "basic", Some(&config)).unwrap();
    assert_eq!(manager.resource_manager("a").unwrap().limits().unwrap().max_ribosomes, 77.0);
    let error = manager.create_bio_vm("b", "ecoli", "basic", Some(&config)).unwrap_err();
    assert!(error.to_string().contains("same biological type"), "{error}");
    manager.with_vm("a", |vm| vm.start()).unwrap();
    let error = manager.with_vm("a", |vm| vm.start_transcription(&["rnmV"], 1.0)).unwrap_err();
    assert!(error.to_string().contains("essential genes only"), "{error}");
    // Its chassis runs, since it is the current VM.
    manager.run(minutes(1.0)).unwrap();
    assert!(manager.status("a").unwrap().growth_rate_per_h > 1.4);
}

#[test]
fn texts_run_on_a_vm_beside_calls_from_rust() {
    let (mut manager, _folder) = manager();
    manager.quick_start_vm("ecoli", "a").unwrap();
    manager.quick_start_vm("ecoli", "b").unwrap();
    let code =
        "start_transcription([\"lacZ\"]); print(\"on\"); run(6.min); transcribing().len() == 3";
    let done = manager.execute_vm_sync("b", code).unwrap();
    assert_eq!(done.output, ["on"]);
    assert_eq!((done.value.as_deref(), done.error), (Some("true"), None));
    assert_eq!(done.elapsed, minutes(6.0));
    assert_eq!(done.trace.unwrap().times.len(), 37);
    assert_eq!(manager.get("b").unwrap().transcribing().len(), 3);
    let failed = manager.execute_vm_sync("a", "stop(); stop()").unwrap();
    assert!(failed.error.unwrap().contains("cannot stop"));
    assert_eq!(manager.get("a").unwrap().state(), VmState::Running, "undone");
    assert!(manager.execute_vm_sync("c", "1").is_err());
    // A session sees the same VMs.
    assert_eq!(manager.session().eval("list_vms().len()", "x").unwrap().as_deref(), Some("2"));
}

#[test]
fn resources_are_managed_one_vm_at_a_time() {
    let (mut manager, _folder) = manager();
    manager.quick_start_vm("ecoli", "a").unwrap();
    manager.with_vm("a", |vm| vm.start_transcription(&["lacZ"], 1.0)).unwrap();
    manager.run(minutes(20.0)).unwrap();
    let mut resources = manager.resource_manager("a").unwrap();
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
    assert!(manager.resource_manager("b").is_err());
}

#[test]
fn groups_are_changed_together_or_not_at_all() {
    let (mut manager, _folder) = manager();
    assert_eq!(manager.create_bio_vms("c{}", 3, "syn3a").unwrap(), ["c1", "c2", "c3"]);
    assert!(manager.create_bio_vms("c", 3, "syn3a").is_err());
    manager.create_bio_vm("d2", "ecoli", "basic", None).unwrap();
    let error = manager.create_bio_vms("d{}", 3, "ecoli").unwrap_err();
    assert!(error.to_string().contains("there is a VM `d2` already"), "{error}");
    assert_eq!(manager.list().len(), 4, "none of them was made");
    manager.broadcast("c?", |vm| vm.start()).unwrap();
    let mut turn = 0;
    let outcome = manager.broadcast("*", |vm| {
        turn += 1;
        vm.stop()
    });
    assert!(outcome.is_err() && turn == 4);
    assert!(manager.list().iter().take(3).all(|s| s.state == "running"), "undone");
    assert!(manager.broadcast("x*", |vm| vm.start()).is_err());
    manager.clone_vm("c1", "twin").unwrap();
    assert!(manager.clone_vm("c1", "d2").is_err());
    assert_eq!(manager.get("twin").unwrap().state(), VmState::Running);
}

#[test]
fn the_whole_is_saved_and_goes_on() {
    let (mut manager, folder) = manager();
    manager.quick_start_vm("ecoli", "a").unwrap();
    manager.with_vm("a", |vm| vm.start_transcription(&["lacZ"], 1.0)).unwrap();
    manager.run(minutes(5.0)).unwrap();
    let path = folder.path().join("all.state");
    manager.save(&path).unwrap();
    manager.run(minutes(5.0)).unwrap();
    let through = manager.list();
    let mut again = Manager::new().unwrap();
    again.load(&path).unwrap();
    assert_eq!(again.current_vm().as_deref(), Some("a"));
    again.run(minutes(5.0)).unwrap();
    assert_eq!(again.list(), through);
    std::fs::write(&path, "#bioxen-state 99 0 0\n").unwrap();
    let error = again.load(&path).unwrap_err().to_string();
    assert!(error.contains("format 99"), "{error}");
    assert_eq!(again.list(), through);
    manager.detach();
    assert!(manager.current_vm().is_none());
    manager.attach("a").unwrap();
}
