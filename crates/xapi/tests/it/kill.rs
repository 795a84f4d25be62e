//! A process that is killed at any moment of making or destroying, and what collecting leaves: nothing.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bioxen_xapi::{Client, Config, Fate, Journal, Maker, Never, Whose, collect, leftovers};
use bioxen_xapi_simulator::Fault;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

/// The code that a child ends with when it was to end, and when nothing was left to do.
const KILLED: i32 = 77;
const WHOLE: i32 = 78;

/// How many pools are tried at once, and about how many events making a machine has.
const WORLDS: usize = 3;
const EVENTS: usize = 24;

/// Is no test: the child. It makes a machine and destroys it, and ends at an event, or in the middle of a call.
#[test]
fn child() {
    let Ok(text) = std::env::var("XAPI_TEST_CHILD") else { return };
    let told: Value = serde_json::from_str(&text).unwrap();
    let config = Config::from_map(told["config"].as_object().unwrap()).unwrap();
    let journal = Journal::open(told["journal"].as_str().unwrap().as_ref()).unwrap();
    let at = told["at"].as_u64().map(|n| n as usize);
    let client = Client::connect(&config, &Never).unwrap();
    let maker = Maker::new(&client, &journal, &config);
    let count = AtomicUsize::new(0);
    let end_at = |now: usize| {
        if Some(now) == at {
            // As after `kill -9`: nothing is dropped, nothing is written.
            std::process::exit(KILLED);
        }
    };
    let mut machine =
        maker.make("iso", &Never, &mut |_| end_at(count.fetch_add(1, Ordering::Relaxed))).unwrap();
    // While it is destroyed, every look whether to stop is a moment at which to end.
    let look = || {
        end_at(count.fetch_add(1, Ordering::Relaxed));
        false
    };
    machine.destroy(&look).unwrap();
    std::process::exit(WHOLE);
}

/// Runs a child and gives its code.
fn run_child(world: &World, at: Option<usize>) -> Option<i32> {
    let config = world.keys(json!({"vm_memory": "1GB", "network_name": "Isolated", "password": null, "password_env": "XAPI_TEST_PASSWORD"}));
    let journal = world.folder.path().join("machines");
    let told = json!({"config": config, "journal": journal, "at": at});
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "kill::child", "--test-threads", "1"]);
    let output = child
        .env("XAPI_TEST_CHILD", told.to_string())
        .env("XAPI_TEST_PASSWORD", PASSWORD)
        // A proxy is never asked: nobody listens at this one.
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .env("ALL_PROXY", "http://127.0.0.1:9")
        .output()
        .unwrap();
    let code = output.status.code();
    assert!(
        matches!(code, Some(KILLED | WHOLE) | None),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    code
}

/// Collects and checks that nothing is left but the tasks and sessions of the dead.
fn collect_all(world: &World) {
    let client = world.client();
    let left = leftovers(&client, &world.journal(), &Never).unwrap();
    assert!(left.iter().all(|l| l.whose == Whose::Ended), "{left:?}");
    let done = collect(&client, left, false, false, &Never);
    assert!(done.iter().all(|c| matches!(c.fate, Fate::Removed)), "{done:?}");
    assert_eq!(world.pool.machines(), Vec::<String>::new());
    assert_eq!(world.pool.disks(), Vec::<String>::new());
    assert_eq!(world.entries(), 0);
    assert!(leftovers(&client, &world.journal(), &Never).unwrap().is_empty());
}

#[test]
fn a_kill_after_each_step_is_collected() {
    // Children wait most of their time; so some run at once, each in a pool of its own.
    let left_something = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for first in 0..WORLDS {
            let left_something = &left_something;
            scope.spawn(move || {
                let world = World::with(|setup| setup.task = Duration::from_millis(3));
                let mut at = first;
                loop {
                    let code = run_child(&world, Some(at));
                    let is_left =
                        !world.pool.machines().is_empty() || !world.pool.disks().is_empty();
                    left_something.fetch_add(usize::from(is_left), Ordering::Relaxed);
                    collect_all(&world);
                    if code == Some(WHOLE) {
                        break;
                    }
                    // Each event of making; of the many looks while destroying, some.
                    at += if at < EVENTS { WORLDS } else { 3 * WORLDS };
                }
                assert!(at > EVENTS, "{at}");
            });
        }
    });
    let left = left_something.into_inner();
    assert!(left > 15, "{left}");
}

#[test]
fn a_kill_while_a_call_is_under_way_is_collected() {
    // The reply takes longer than the child lives.
    for method in [
        "Async.VM.clone",
        "Async.VM.provision",
        "Async.VM.start",
        "Async.VM.destroy",
        "Async.VDI.destroy",
    ] {
        let world = World::with(|setup| setup.task = Duration::from_millis(200));
        world.pool.fault(method, Fault::Slow(Duration::from_millis(600)));
        let config = world.keys(json!({}));
        let told =
            json!({"config": config, "journal": world.folder.path().join("machines"), "at": null});
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child"])
            .env("XAPI_TEST_CHILD", told.to_string())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        while world.count(method) == 0 {
            assert!(child.try_wait().unwrap().is_none(), "{method}: it ended before");
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        collect_all(&world);
    }
}

#[test]
fn what_is_in_use_or_of_others_is_kept() {
    let world = World::new();
    let mut machine = world.make(json!({})).unwrap();
    let client = world.client();
    let left = leftovers(&client, &world.journal(), &Never).unwrap();
    assert_eq!(left[0].whose, Whose::InUse);
    let done = collect(&client, left, true, false, &Never);
    assert!(matches!(done[0].fate, Fate::Kept), "{done:?}");
    // From another journal it is somebody else's, and goes only if that is wanted.
    let other = Journal::open(&world.folder.path().join("other")).unwrap();
    let left = leftovers(&client, &other, &Never).unwrap();
    assert_eq!(left[0].whose, Whose::Elsewhere { owner: "tester".to_owned() });
    let done = collect(&client, left, false, false, &Never);
    assert!(matches!(done[0].fate, Fate::Kept));
    assert_eq!(world.pool.machines().len(), 1);
    let left = leftovers(&client, &other, &Never).unwrap();
    let done = collect(&client, left, true, false, &Never);
    assert!(matches!(done[0].fate, Fate::Removed), "{done:?}");
    // To destroy it now is no error: it is gone.
    machine.destroy(&Never).unwrap();
    drop((machine, client, done));
    world.assert_clean();
}

#[test]
fn copies_and_snapshots_that_users_make_are_theirs() {
    let world = World::new();
    let mut machine = world.make(json!({})).unwrap();
    world.pool.copy_by_hand(machine.label(), "kept by its user");
    let client = world.client();
    machine.destroy(&Never).unwrap();
    let other = Journal::open(&world.folder.path().join("other")).unwrap();
    assert!(leftovers(&client, &other, &Never).unwrap().is_empty());
    assert_eq!(world.pool.machines(), ["kept by its user"]);
}

#[test]
fn an_entry_that_cannot_be_read_still_finds_its_machine_by_name() {
    let world = World::new();
    let machine = world.make(json!({})).unwrap();
    let label = machine.label().to_owned();
    drop(machine);
    let path = world.folder.path().join("machines").join(format!("{label}.machine"));
    std::fs::write(path, b"").unwrap();
    collect_all(&world);
}

#[test]
fn an_entry_that_is_damaged_is_kept_while_its_machine_is_not_found() {
    let world = World::new();
    let journal = world.journal();
    let path = world.folder.path().join("machines/bioxen-other-17.machine");
    std::fs::write(&path, b"damaged").unwrap();
    let client = world.client();
    let left = leftovers(&client, &journal, &Never).unwrap();
    let done = collect(&client, left, false, false, &Never);
    assert!(
        matches!(&done[0].fate, Fate::Failed(error) if error.to_string().contains("is damaged"))
    );
    assert!(path.exists());
}
