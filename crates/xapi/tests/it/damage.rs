//! Replies that are damaged at random: no panic, no hang, and nothing of others is touched.

use bioxen_xapi::{Client, Maker, Never, collect, leftovers};
use bioxen_xapi_simulator::{Fault, Setup};
use serde_json::json;

use crate::world::World;

/// How many replies are damaged, in how many pools at once.
const REPLIES: usize = 10_000;
const WORLDS: usize = 4;

#[test]
fn ten_thousand_damaged_replies_end_in_values_or_errors() {
    std::thread::scope(|scope| {
        for first in 0..WORLDS {
            scope.spawn(move || damage_replies(first as u64 * 1_000_000, REPLIES / WORLDS));
        }
    });
}

fn damage_replies(first: u64, count: usize) {
    let world = World::new();
    let config = world.config(json!({"api_timeout": "5 s", "network_name": "Isolated"}));
    let client = Client::connect(&config, &Never).unwrap();
    let (mut damaged, mut failed, mut seed) = (0, 0, first);
    while damaged < count {
        seed += 1;
        world.pool.fault_always("*", Fault::Damage(seed));
        let before = world.pool.calls().len();
        failed += usize::from(client.about(&config, &Never).is_err());
        damaged += world.pool.calls().len() - before;
    }
    assert!(failed > count / 10, "{failed}");
    world.pool.heal();
    client.about(&config, &Never).unwrap();
}

#[test]
fn damage_while_machines_are_made_leaves_only_what_can_be_collected() {
    let world = World::with(|setup: &mut Setup| {
        setup.task = std::time::Duration::from_millis(1);
        setup.guest.boot = std::time::Duration::from_millis(1);
    });
    let config = world.config(json!({"address_timeout": "50 ms"}));
    let templates = world.pool.uuid("VM", "debian-bioxen");
    for seed in 0..60 {
        world.pool.heal();
        let client = Client::connect(&config, &Never).unwrap();
        // One reply in the life of a machine, another one each time.
        let methods = [
            "Async.VM.clone",
            "task.get_record",
            "VM.get_record",
            "VM.get_by_name_label",
            "Async.VM.start",
            "VM.get_guest_metrics",
            "VM_guest_metrics.get_networks",
            "Async.VM.provision",
            "VM.get_other_config",
            "VBD.get_record",
            "Async.VM.destroy",
            "VDI.get_uuid",
        ];
        world.pool.fault(methods[seed as usize % methods.len()], Fault::Damage(seed));
        let made = Maker::new(&client, &world.journal(), &config).make("iso", &Never, &mut |_| {});
        if let Ok(mut machine) = made {
            // It may fail; then it is collected.
            let _ = machine.destroy(&Never);
        }
        world.pool.heal();
        let left = leftovers(&client, &world.journal(), &Never).unwrap();
        let done = collect(&client, left, false, false, &Never);
        assert!(
            done.iter().all(|c| matches!(c.fate, bioxen_xapi::Fate::Removed)),
            "{seed}: {done:?}"
        );
        assert_eq!(world.pool.machines(), Vec::<String>::new(), "{seed}");
        assert_eq!(world.pool.disks(), Vec::<String>::new(), "{seed}");
    }
    assert_eq!(world.pool.uuid("VM", "debian-bioxen"), templates);
    assert_eq!(world.entries(), 0);
}
