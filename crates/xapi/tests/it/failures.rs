//! What fails while a machine is made, and that undoing it leaves nothing.

use std::time::Duration;

use bioxen_xapi::{Event, Never, Step, XapiError};
use bioxen_xapi_simulator::{Fault, Setup};
use serde_json::json;

use crate::world::{After, World};

/// What is left is collected wholly.
fn collected(world: &World) {
    let client = world.client();
    let left = bioxen_xapi::leftovers(&client, &world.journal(), &Never).unwrap();
    let done = bioxen_xapi::collect(&client, left, false, false, &Never);
    assert!(done.iter().all(|c| matches!(c.fate, bioxen_xapi::Fate::Removed)), "{done:?}");
    assert!(world.pool.machines().is_empty() && world.pool.disks().is_empty());
}

#[test]
fn whatever_call_fails_nothing_is_left() {
    let cases = [
        ("Async.VM.clone", Step::Clone),
        ("VM.add_to_other_config", Step::Tag),
        ("VM.set_name_description", Step::Tag),
        ("VM.set_memory_limits", Step::Memory),
        ("VM.set_VCPUs_at_startup", Step::Processors),
        ("VIF.destroy", Step::Network),
        ("VIF.create", Step::Network),
        ("Async.VM.provision", Step::Provision),
        ("Async.VM.start", Step::Start),
        ("VM_guest_metrics.get_networks", Step::Address),
    ];
    let world = World::new();
    let config = json!({"vm_memory": "1GB", "vm_vcpus": 4, "network_name": "Isolated"});
    for (method, step) in cases {
        let mut faults = vec![Fault::api("INTERNAL_ERROR", &["broken"])];
        if method.starts_with("Async.") {
            faults.push(Fault::task("INTERNAL_ERROR", &["broken"]));
        }
        for fault in faults {
            world.pool.fault(method, fault);
            let error = world.make(config.clone()).unwrap_err();
            assert_eq!(error.step, step, "{method}: {error}");
            assert!(error.undo.failures.is_empty(), "{method}: {error}");
            assert_eq!(error.cause.code(), Some("INTERNAL_ERROR"), "{method}");
            assert!(error.to_string().contains("INTERNAL_ERROR (broken)"), "{error}");
            world.assert_clean();
        }
    }
}

#[test]
fn a_lost_reply_to_clone_is_looked_up_and_not_repeated() {
    for method in ["Async.VM.clone", "Async.VM.start", "Async.VM.provision"] {
        let world = World::with(|setup| setup.task = Duration::from_millis(150));
        world.pool.fault(method, Fault::LoseReply);
        let made = world.make(json!({}));
        assert_eq!(world.count(method), 1, "{method}");
        if method == "Async.VM.provision" {
            // Nothing tells whether it was carried out, so the machine goes.
            assert_eq!(made.unwrap_err().step, Step::Provision);
        } else {
            let mut machine = made.unwrap();
            assert_eq!(world.pool.machines(), [machine.label()]);
            machine.destroy(&Never).unwrap();
        }
        // Nobody knows the task whose reference was lost; the pool forgets it by itself.
        assert_eq!(world.pool.tasks(), 1);
        assert!(world.pool.machines().is_empty() && world.pool.disks().is_empty());
        assert_eq!(world.entries(), 0);
    }
}

#[test]
fn a_lost_request_to_clone_is_not_repeated_either() {
    for method in ["Async.VM.clone", "Async.VM.start"] {
        let world = World::new();
        world.pool.fault(method, Fault::LoseRequest);
        let error = world.make(json!({})).unwrap_err();
        assert!(matches!(*error.cause, XapiError::Lost { .. }), "{error}");
        assert!(error.undo.failures.is_empty(), "{error}");
        assert_eq!(world.count(method), 1);
        world.assert_clean();
    }
}

#[test]
fn a_guest_without_an_address_says_that_tools_are_needed() {
    let world = World::with(|setup| setup.guest.address = None);
    let error = world.make(json!({"address_timeout": "200 ms"})).unwrap_err();
    assert!(error.to_string().contains("guest tools"), "{error}");
    assert!(error.to_string().contains("nothing was told"), "{error}");
    world.assert_clean();
    let world = World::new();
    let error = world
        .make(json!({"address_timeout": "2 s", "expected_cidr": "192.168.0.0/16"}))
        .unwrap_err();
    assert!(error.to_string().contains("10.0.0.5"), "{error}");
    assert!(error.to_string().contains("192.168.0.0/16"), "{error}");
    world.assert_clean();
}

#[test]
fn a_guest_that_ends_while_its_address_is_waited_for_is_told() {
    let world = World::with(|setup| setup.guest.address = None);
    let mut end = |event| {
        if event == Event::Begin(Step::Address) {
            let machines = world.pool.machines();
            world.pool.switch_off(&machines[0]);
        }
    };
    let error = world.make_watched(json!({}), &Never, &mut end).unwrap_err();
    assert!(error.to_string().contains("the machine is halted while its address"), "{error}");
    world.assert_clean();
}

#[test]
fn a_host_without_memory_says_how_much_is_free() {
    let world = World::with(|setup| setup.free_memory = 1 << 30);
    let error = world.make(json!({"vm_memory": "4GB"})).unwrap_err();
    assert_eq!(error.step, Step::Start);
    assert!(error.to_string().contains("4.00 GB are needed, 1.00 GB are free"), "{error}");
    world.assert_clean();
    world.pool.fault("Async.VM.start", Fault::task("NO_HOSTS_AVAILABLE", &[]));
    let error = world.make(json!({"vm_memory": "512MB"})).unwrap_err();
    assert!(error.to_string().contains("no host of the pool can run it"), "{error}");
    world.assert_clean();
}

#[test]
fn a_storage_that_takes_no_machines_is_told() {
    let world = World::new();
    let error = world.make(json!({"storage_repository": "XCP-ng Tools"})).unwrap_err();
    assert_eq!(error.cause.code(), Some("OPERATION_NOT_ALLOWED"), "{error}");
    world.assert_clean();
}

#[test]
fn a_task_that_takes_too_long_is_cancelled() {
    for method in ["Async.VM.clone", "Async.VM.provision", "Async.VM.start"] {
        let world = World::new();
        world.pool.fault(method, Fault::Hang);
        let error = world.make(json!({"task_timeout": "2 s"})).unwrap_err();
        assert!(matches!(*error.cause, XapiError::Timeout { key: "task_timeout", .. }), "{error}");
        assert!(error.undo.failures.is_empty(), "{error}");
        world.assert_clean();
    }
}

#[test]
fn a_clone_that_cannot_be_cancelled_is_kept_in_the_journal_and_collected_later() {
    let world = World::new();
    world.pool.fault("Async.VM.clone", Fault::Hang);
    world.pool.fault("task.cancel", Fault::api("OPERATION_NOT_ALLOWED", &["no"]));
    let error = world.make(json!({"task_timeout": "2 s", "api_timeout": "2 s"})).unwrap_err();
    assert!(matches!(*error.cause, XapiError::Timeout { key: "task_timeout", .. }), "{error}");
    assert!(matches!(error.undo.failures.as_slice(), [XapiError::Timeout { .. }]), "{error}");
    assert_eq!(world.pool.machines(), [error.undo.label.as_str()]);
    world.pool.end_tasks();
    collected(&world);
    assert_eq!(world.entries(), 0);
}

#[test]
fn a_pool_that_goes_during_a_clone_is_told_and_the_clone_collected() {
    let world = World::with(|setup| setup.task = Duration::from_millis(100));
    world.pool.fault_always("task.get_record", Fault::LoseRequest);
    world.pool.fault_always("VM.get_by_name_label", Fault::LoseRequest);
    world.pool.fault("VM.get_by_name_label", Fault::Slow(Duration::ZERO));
    let error = world.make(json!({"api_timeout": "2 s"})).unwrap_err();
    assert_eq!(error.undo.failures.len(), 1, "{error}");
    world.pool.heal();
    collected(&world);
}

#[test]
fn both_errors_are_told_when_undoing_fails_and_the_machine_is_collected_later() {
    let world = World::new();
    world.pool.fault("Async.VM.start", Fault::api("INTERNAL_ERROR", &["first"]));
    world.pool.fault("Async.VM.destroy", Fault::api("INTERNAL_ERROR", &["second"]));
    let error = world.make(json!({})).unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("first") && told.contains("second") && told.contains("collected"),
        "{told}"
    );
    assert_eq!(world.pool.machines(), [error.undo.label.as_str()]);
    let client = world.client();
    let left = bioxen_xapi::leftovers(&client, &world.journal(), &Never).unwrap();
    assert_eq!(left.len(), 1);
    let dry = bioxen_xapi::collect(&client, left, false, true, &Never);
    assert!(matches!(dry[0].fate, bioxen_xapi::Fate::WouldRemove));
    drop(dry);
    assert_eq!(world.pool.machines().len(), 1);
    let left = bioxen_xapi::leftovers(&client, &world.journal(), &Never).unwrap();
    let done = bioxen_xapi::collect(&client, left, false, false, &Never);
    assert!(matches!(done[0].fate, bioxen_xapi::Fate::Removed), "{done:?}");
    drop((done, client));
    world.assert_clean();
}

#[test]
fn a_stop_at_any_step_leaves_nothing() {
    let world = World::with(|setup| setup.guest.boot = Duration::from_millis(100));
    let config = json!({"vm_memory": "1GB", "vm_vcpus": 4, "network_name": "Isolated"});
    let mut stopped = 0;
    for at in 0_usize.. {
        let count = std::sync::atomic::AtomicUsize::new(0);
        let flag = std::sync::atomic::AtomicBool::new(false);
        let mut watch = |_: Event| {
            if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == at {
                flag.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        };
        match world.make_watched(config.clone(), &flag, &mut watch) {
            Ok(mut machine) => {
                machine.destroy(&Never).unwrap();
                break;
            }
            Err(error) => {
                assert!(matches!(*error.cause, XapiError::Stopped(_)), "{at}: {error}");
                assert!(error.undo.failures.is_empty(), "{at}: {error}");
                stopped += 1;
            }
        }
        world.assert_clean();
    }
    assert!(stopped >= 18, "{stopped}");
    world.assert_clean();
}

#[test]
fn a_stop_while_waiting_ends_the_wait() {
    let world = World::with(|setup: &mut Setup| setup.guest.address = None);
    let started = std::time::Instant::now();
    let error =
        world.make_watched(json!({"address_timeout": "30 min"}), &After::millis(600), &mut |_| {});
    let error = error.unwrap_err();
    assert!(matches!(*error.cause, XapiError::Stopped(_)), "{error}");
    // Not the half hour of the limit.
    assert!(started.elapsed() < Duration::from_secs(60));
    world.assert_clean();
}

#[test]
fn the_link_may_go_for_a_while_during_a_task() {
    let world = World::with(|setup| setup.task = Duration::from_millis(100));
    for _ in 0..5 {
        world.pool.fault("task.get_record", Fault::LoseRequest);
    }
    let machine = world.make(json!({})).unwrap();
    world.ends_clean(machine);
}
