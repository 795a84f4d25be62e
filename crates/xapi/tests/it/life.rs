//! The life of a machine when all goes well.

use bioxen_xapi::{Class, Client, Event, Maker, Never, PowerState, Step, XapiError};
use bioxen_xapi_simulator::Fault;
use serde_json::{Value, json};

use crate::world::World;

#[test]
fn a_machine_is_made_as_the_configuration_says_and_leaves_nothing() {
    let world = World::new();
    let network = world.pool.uuid("network", "Isolated").unwrap();
    let config = world.config(json!({"vm_memory": "4GB", "vm_vcpus": 4, "network_uuid": network}));
    let client = Client::connect(&config, &Never).unwrap();
    let maker = Maker::new(&client, &world.journal(), &config).guest_data("nonce", "17");
    let mut events = Vec::new();
    let mut machine = maker.make("iso", &Never, &mut |e| events.push(e)).unwrap();

    let field = |name: &str| world.pool.field(machine.label(), name).unwrap();
    assert_eq!(machine.name(), "iso");
    assert_eq!(machine.address().to_string(), "10.0.0.5");
    assert_eq!(machine.power(&Never).unwrap(), Some(PowerState::Running));
    for memory in ["memory_static_max", "memory_dynamic_min", "memory_dynamic_max"] {
        assert_eq!(field(memory), json!(4_u64 << 30), "{memory}");
    }
    assert_eq!((field("VCPUs_max"), field("VCPUs_at_startup")), (json!(4), json!(4)));
    assert_eq!(field("VIFs").as_array().unwrap().len(), 1);
    assert_eq!(field("xenstore_data"), json!({"vm-data/nonce": "17"}));
    assert_eq!(field("is_a_template"), json!(false));
    assert_eq!(json!(machine.uuid()), field("uuid"));
    let tag = field("other_config")["bioxen:run"].as_str().unwrap().to_owned();
    assert!(tag.starts_with(&format!("{} {} ", machine.label(), machine.uuid())), "{tag}");

    let done: Vec<Step> = events
        .iter()
        .filter_map(|e| if let Event::Done(s) = e { Some(*s) } else { None })
        .collect();
    use Step::*;
    assert_eq!(
        done,
        [Choose, Clone, Tag, Memory, Processors, Network, GuestData, Provision, Start, Address]
    );
    assert_eq!(world.entries(), 2);
    machine.destroy(&Never).unwrap();
    machine.destroy(&Never).unwrap();
    assert_eq!(machine.power(&Never).unwrap(), None);
    assert_eq!(world.count("Async.VM.clean_shutdown"), 1);
    assert_eq!(world.count("Async.VM.hard_shutdown"), 0);
    drop((machine, maker, client));
    world.assert_clean();
}

#[test]
fn sessions_and_machines_go_between_threads() {
    fn goes<T: Send + Sync>() {}
    goes::<Client>();
    goes::<Maker>();
    goes::<bioxen_xapi::Machine>();
    goes::<XapiError>();
    // Several at once in one session.
    let world = World::new();
    let config = world.config(json!({}));
    let (client, journal) = (world.client(), world.journal());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let maker = Maker::new(&client, &journal, &config);
                let mut machine = maker.make("iso", &Never, &mut |_| {}).unwrap();
                machine.destroy(&Never).unwrap();
            });
        }
    });
    assert_eq!(world.pool.sessions(), 1);
    drop(client);
    world.assert_clean();
}

#[test]
fn processors_and_memory_can_be_lowered() {
    let world = World::new();
    let mut machine = world.make(json!({"vm_vcpus": 1, "vm_memory": "256MB"})).unwrap();
    let field = |name: &str| world.pool.field(machine.label(), name).unwrap();
    assert_eq!((field("VCPUs_max"), field("VCPUs_at_startup")), (json!(1), json!(1)));
    assert_eq!(field("memory_static_min"), json!(256 << 20));
    machine.destroy(&Never).unwrap();
}

#[test]
fn a_storage_repository_gets_full_copies_and_declared_disks() {
    let world = World::new();
    let mut machine = world.make(json!({"storage_repository": "Local storage"})).unwrap();
    assert_eq!((world.count("Async.VM.copy"), world.count("Async.VM.clone")), (1, 0));
    machine.destroy(&Never).unwrap();
    drop(machine);

    let changes =
        json!({"storage_repository": "Local storage", "template_name": "Other install media"});
    let machine = world.make(changes).unwrap();
    assert_eq!(world.pool.disks(), ["declared disk"]);
    world.ends_clean(machine);
}

#[test]
fn disks_of_the_user_stay() {
    let world = World::new();
    let mut machine = world.make(json!({})).unwrap();
    world.pool.attach_foreign_disk(machine.label());
    machine.destroy(&Never).unwrap();
    assert_eq!(world.pool.disks(), ["data of the user"]);
    assert!(world.pool.machines().is_empty());
}

#[test]
fn a_guest_without_tools_is_switched_off() {
    let world = World::with(|setup| setup.guest_tools = false);
    let mut machine = world.make(json!({})).unwrap();
    machine.shut_down(&Never).unwrap();
    assert_eq!(machine.power(&Never).unwrap(), Some(PowerState::Halted));
    assert_eq!(world.count("Async.VM.hard_shutdown"), 1);
    world.ends_clean(machine);
}

#[test]
fn a_clean_shutdown_has_a_deadline_of_its_own() {
    let world = World::new();
    let mut machine = world.make(json!({"shutdown_timeout": "50 ms"})).unwrap();
    world.pool.fault("Async.VM.clean_shutdown", Fault::Hang);
    machine.destroy(&Never).unwrap();
    assert_eq!((world.count("task.cancel"), world.count("Async.VM.hard_shutdown")), (1, 1));
    drop(machine);
    world.assert_clean();
}

/// The address of a machine that is made and destroyed.
fn address(world: &World, changes: Value) -> String {
    let mut machine = world.make(changes).unwrap();
    let address = machine.address().to_string();
    machine.destroy(&Never).unwrap();
    address
}

#[test]
fn stale_addresses_of_the_template_are_not_taken() {
    // The clone shows 10.9.9.9 until it starts (or even longer), then addresses of the link, and then its own.
    for stale in [false, true] {
        let world = World::with(|setup| {
            setup.boot = std::time::Duration::from_millis(300);
            setup.stale = stale;
        });
        assert_eq!(address(&world, json!({})), "10.0.0.5");
    }
}

#[test]
fn an_expected_range_decides_even_for_loopback() {
    let world = World::new();
    world.pool.set_guest_address(Some("127.0.0.1"));
    assert_eq!(address(&world, json!({"expected_cidr": "127.0.0.0/8"})), "127.0.0.1");
    world.pool.set_guest_address(Some("fd00::7"));
    assert_eq!(address(&world, json!({})), "fd00::7");
}

#[test]
fn the_pool_tells_what_it_is_and_changes_nothing() {
    let world = World::new();
    let config =
        world.config(json!({"network_name": "Isolated", "storage_repository": "Local storage"}));
    let client = Client::connect(&config, &Never).unwrap();
    let about = client.about(&config, &Never).unwrap();
    assert_eq!((about.product.as_str(), about.api.as_str()), ("XCP-ng 8.3.0", "2.21"));
    assert_eq!(about.template.name, "debian-bioxen");
    assert_eq!(about.network.unwrap().name, "Isolated");
    assert_eq!(about.storage.unwrap().name, "Local storage");
    assert!(world.pool.calls().iter().all(|c| c.contains(".get_") || c.starts_with("session.")));
}

#[test]
fn what_is_named_must_be_there_once() {
    let world = World::with(|setup| {
        let more = ["debian-bioxen-old", "twice", "twice"];
        setup.templates.extend(more.map(str::to_owned));
    });
    let choose = |changes: serde_json::Value| {
        let config = world.config(changes);
        world.client().about(&config, &Never).map(|about| about.template.uuid)
    };
    let none = choose(json!({"template_name": "debian-bioxn"})).unwrap_err();
    assert!(none.to_string().contains("did you mean `debian-bioxen`?"), "{none}");
    assert!(none.to_string().contains("Other install media"), "{none}");
    let Err(XapiError::Many { uuids, .. }) = choose(json!({"template_name": "twice"})) else {
        panic!()
    };
    assert_eq!(uuids.len(), 2);
    let by_uuid = json!({"template_name": null, "template_uuid": uuids[0]});
    assert_eq!(choose(by_uuid).unwrap(), uuids[0]);

    // A snapshot of the same name is no template.
    world.pool.add_snapshot("debian-bioxen");
    choose(json!({})).unwrap();
    let snapshot = world.pool.uuid("VM", "debian-bioxen").unwrap();
    let control = world.pool.uuid("VM", "Control domain on host: xcp-sim").unwrap();
    for uuid in [snapshot, control] {
        let error = choose(json!({"template_name": null, "template_uuid": uuid})).unwrap_err();
        assert!(matches!(error, XapiError::NoTemplate { .. }), "{error}");
    }
    for (key, class) in [("network_name", Class::Network), ("storage_repository", Class::Storage)] {
        let error = choose(json!({key: "Isolatd"})).unwrap_err();
        assert!(matches!(error, XapiError::None { class: c, .. } if c == class), "{error}");
    }
    let error = choose(json!({"template_name": null, "template_uuid": "none"})).unwrap_err();
    assert_eq!(error.to_string(), "the pool has no template `none`");
}
