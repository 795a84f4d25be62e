//! Biological types of plug-ins: their VMs, saved states, configurations and checkpoints.

use std::fs;

use super::{STARTED, beside_toy, change, copy, eval, root, session, wrong};
use bioxen::hypervisor::BiologicalType;
use bioxen::hypervisor::expression::{Expression, InternalPromoters};
use bioxen::plugin::Plugin;
use bioxen::session::Session;

/// What comes next, and numbers of it.
const REST: &str = "let t = run(3.min); \
                    [t.final(\"sugA\"), t.final(\"big.mrna\"), t.mean(\"big\"), t.mean(\"lamp\"), t.max(\"lamp.mrna\")]";

const MAKE: &str = "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\"); cell.start(); \
                    cell.start_transcription([\"sugA\", \"big\"]); cell.install_package(\"toy_light\"); run(2.min);";

#[test]
fn a_type_has_its_genome_limits_and_regulation_and_not_that_of_ecoli() {
    let (_folder, mut session) = beside_toy();
    eval(&mut session, STARTED);
    assert_eq!(eval(&mut session, "cell.biological_type()"), "toy_cell");
    assert_eq!(eval(&mut session, "supported_biological_types()[3]"), "toy_cell");
    assert_eq!(eval(&mut session, "cell.resource_limits().max_ribosomes"), "400.0");
    // The operon that it says is regulated; a gene that has the name of one of E. coli is not.
    assert_eq!(eval(&mut session, "cell.operons().map(|o| o.name)"), "[\"sug\"]");
    let error = wrong(&mut session, "create_bio_vm(\"x\", \"toy_sell\")");
    assert!(
        error.contains("did you mean `toy_cell`?") && error.contains("minimal_cell, toy_cell"),
        "{error}"
    );
    eval(
        &mut session,
        "solver(\"deterministic\"); cell.start_transcription([\"lacZ\"]); cell.manage_operons([\"sug\"], \"release\"); run(30.min); \
                        let closed = cell.mrna(\"sugA\"); let own = cell.mrna(\"lacZ\"); \
                        add_inducer(\"arabinose\", 10.mM); run(30.min);",
    );
    let opened: f64 = eval(&mut session, "cell.mrna(\"sugA\") / closed").parse().unwrap();
    let other: f64 = eval(&mut session, "cell.mrna(\"lacZ\") / own").parse().unwrap();
    assert!(opened > 5.0 && other < 1.1, "{opened} {other}");
}

/// The same facts under another name are the same numbers; a number that the plug-in gives counts.
#[test]
fn the_laws_are_those_of_the_base_but_for_what_it_says() {
    let toy = Plugin::read(&root().join("tests/plugins/toy")).unwrap();
    let own = BiologicalType::Plugin(toy.biological_type().unwrap().unwrap());
    let settled = bioxen::chassis::Chassis::settled(bioxen::chassis::Nutrient::default()).unwrap();
    let genome = own.genome().unwrap();
    let express = |kind| {
        Expression::calibrate_with(&genome, kind, &settled, InternalPromoters::Ignored).unwrap()
    };
    let (theirs, ours) = (express(BiologicalType::Ecoli), express(own));
    let trna = genome.index_of("mainR").unwrap();
    let rate = |e: &Expression| e.unit(trna).unwrap().rates.chemical_decay_per_h;
    // 5.2 min there, 4 min here.
    assert!((rate(&ours) / rate(&theirs) - 5.2 / 4.0).abs() < 1e-9);
}

#[test]
fn a_saved_vm_names_its_plugin_and_lives_on_bit_for_bit() {
    let (folder, mut first) = beside_toy();
    eval(&mut first, &format!("{MAKE} cell.save(\"cell.vm\"); save_hypervisor(\"all.state\");"));
    let text = fs::read_to_string(folder.path().join("out/all.state")).unwrap();
    let sum = eval(&mut first, "plugins()[0].sha256");
    assert!(text.contains(&format!(
        "\"plugin\":{{\"name\":\"toy\",\"version\":\"1.2.3\",\"sha256\":\"{sum}\"}}"
    )));
    assert!(text.contains("\"genome\":\"of_type\"") && !text.contains("takes up sugar"));
    let rest = REST;
    let expected = eval(&mut first, rest);
    let mut second = session(folder.path());
    eval(&mut second, "load_plugin(\"toy\"); load_hypervisor(\"all.state\");");
    assert_eq!(eval(&mut second, rest), expected);
    // Without the plug-in, and with another version of it.
    let mut none = session(folder.path());
    let error = wrong(&mut none, "load_hypervisor(\"all.state\")");
    assert!(error.contains("plug-in `toy` 1.2.3") && error.contains("is not loaded"), "{error}");
    assert_eq!(eval(&mut none, "list_vms().len()"), "0");
    change(folder.path(), "genomes/toy.genome", "\t1500\t", "\t1600\t");
    change(folder.path(), "plugin.toml", "1.2.3", "1.3.0");
    let mut newer = session(folder.path());
    for call in ["load_hypervisor(\"all.state\")", "load_vm(\"cell.vm\")"] {
        let error = wrong(&mut newer, &format!("load_plugin(\"toy\"); {call}"));
        assert!(error.contains("plug-in `toy` has changed: `toy` 1.2.3 (sha256"), "{error}");
        assert!(error.contains("and `toy` 1.3.0 (sha256"), "{error}");
        assert_eq!(eval(&mut newer, "list_vms().len()"), "0");
    }
}

#[test]
fn configurations_name_their_plugins() {
    let (folder, mut first) = beside_toy();
    eval(&mut first, &format!("{MAKE} cell.save_config(\"cell.toml\");"));
    let text = fs::read_to_string(folder.path().join("out/cell.toml")).unwrap();
    assert!(
        text.contains("biological_type = \"toy_cell\"") && text.contains("plugins = [\"../toy\"]"),
        "{text}"
    );
    fs::write(folder.path().join("mine.toml"), text.replace("../toy", "toy")).unwrap();
    let mut second = session(folder.path());
    let made = "create_from_config(\"again\", \"mine.toml\").start(); toy_twice(2)";
    assert_eq!(second.check(made, "test").err().map(|all| all[0].to_string()), None);
    assert_eq!(eval(&mut second, made), "4");
    assert_eq!(eval(&mut second, "vm(\"again\").biological_type()"), "toy_cell");
    fs::write(folder.path().join("mine.toml"), text.replace("\"../toy\"", "3")).unwrap();
    let error = wrong(&mut session(folder.path()), "create_from_config(\"x\", \"mine.toml\")");
    assert!(error.contains("plugins must be an array of the folders of plug-ins"), "{error}");
}

#[test]
fn a_checkpoint_has_the_plugins_in_it() {
    let (folder, mut first) = beside_toy();
    eval(&mut first, MAKE);
    let checkpoint = first.checkpoint().unwrap();
    let rest = REST;
    let expected = eval(&mut first, rest);
    // The folder is not needed any more.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut second = session(elsewhere.path());
    second.restore(&checkpoint.bytes).unwrap();
    assert_eq!(eval(&mut second, rest), expected);
    assert_eq!(eval(&mut second, "toy_twice(4)"), "8");
    assert!(!second.catalogue().named("toy_lamp").is_empty());
    // A front end that has another version of it refuses, and nothing changes.
    copy(&folder.path().join("toy"), &folder.path().join("kept/toy"));
    change(&folder.path().join("kept"), "plugin.toml", "1.2.3", "1.9.0");
    let mut options = super::options(folder.path());
    options.load = vec![folder.path().join("kept/toy")];
    let mut third = Session::new(options, Box::new(|_| {})).unwrap();
    eval(&mut third, "let here = 1;");
    let error = third.restore(&checkpoint.bytes).unwrap_err().to_string();
    assert!(
        error.contains("plug-in `toy` 1.9.0 (sha256 ")
            && error.contains("is loaded already, with other contents"),
        "{error}"
    );
    assert_eq!(eval(&mut third, "here"), "1");
}

#[test]
fn groups_copies_snapshots_and_populations_keep_the_type() {
    let (_folder, mut session) = beside_toy();
    eval(&mut session, MAKE);
    eval(
        &mut session,
        "let kept = snapshot_all(); clone_vm(\"cell\", \"twin\"); run(1.min); restore_all(kept);",
    );
    assert_eq!(eval(&mut session, "create_bio_vms(\"c_{}\", 2, \"toy_cell\").len()"), "2");
    assert_eq!(
        eval(&mut session, "quick_start_vm(\"toy_cell\", \"q\").biological_type()"),
        "toy_cell"
    );
    let runs = "ensemble(3, 1.min).final(\"big.mrna\").len()";
    assert_eq!(eval(&mut session, runs), "3");
}

/// What a population is of travels with its file as it does with that of a VM.
#[test]
fn a_saved_population_names_its_plugin_and_lives_on_bit_for_bit() {
    let (folder, mut first) = beside_toy();
    let make = "let cells = population(12); cells.run(5.min); cells.save(\"some.cells\");";
    eval(&mut first, &format!("{MAKE} {make}"));
    let text = fs::read_to_string(folder.path().join("out/some.cells")).unwrap();
    let sum = eval(&mut first, "plugins()[0].sha256");
    assert!(text.contains(&format!(
        "\"plugin\":{{\"name\":\"toy\",\"version\":\"1.2.3\",\"sha256\":\"{sum}\"}}"
    )));
    let rest = "cells.run(10.min); cells.save(\"rest.cells\");";
    eval(&mut first, rest);
    let expected = fs::read(folder.path().join("out/rest.cells")).unwrap();
    let load = "let cells = load_population(\"some.cells\");";
    let mut second = session(folder.path());
    eval(&mut second, &format!("load_plugin(\"toy\"); {load} {rest}"));
    assert!(fs::read(folder.path().join("out/rest.cells")).unwrap() == expected);
    // This process knows the type, and a session that has not loaded the plug-in does not.
    let mut none = session(folder.path());
    let error = wrong(&mut none, load);
    assert!(error.contains("plug-in `toy` 1.2.3") && error.contains("is not loaded"), "{error}");
    // Other contents under the same version, and another version.
    for (file, from, to, version) in [
        ("genomes/toy.genome", "\t1500\t", "\t1600\t", "1.2.3"),
        ("plugin.toml", "1.2.3", "1.3.0", "1.3.0"),
    ] {
        change(folder.path(), file, from, to);
        let mut newer = session(folder.path());
        let error = wrong(&mut newer, &format!("load_plugin(\"toy\"); {load}"));
        assert!(error.contains("plug-in `toy` has changed: `toy` 1.2.3 (sha256"), "{error}");
        assert!(error.contains(&format!("and `toy` {version} (sha256")), "{error}");
    }
}

/// An agent on a thread has its own list of plug-ins: it takes what it was not sent for missing.
#[test]
fn a_plugin_travels_to_another_machine_by_its_checksum() {
    use bioxen::factory::{Config, Infrastructure};
    use bioxen::lab::Lab;
    let toy = Plugin::read(&root().join("tests/plugins/toy")).unwrap();
    let own = BiologicalType::Plugin(toy.biological_type().unwrap().unwrap());
    let run = |place: Option<(std::sync::Arc<Asked>, std::sync::Arc<dyn bioxen::lab::Place>)>| {
        let mut lab: Lab = Lab::new(5).unwrap();
        let kind = if place.is_some() { Infrastructure::Ssh } else { Infrastructure::Basic };
        let config = Config::new(own, kind);
        let asked = place.as_ref().map(|(asked, _)| std::sync::Arc::clone(asked));
        match place {
            Some((_, place)) => lab.create_at("demo", config, true, place).unwrap(),
            None => lab.create("demo", config, true).unwrap(),
        };
        lab.with_vm("demo", |vm| vm.start_transcription(&["sugA", "big"], 2.0).map(drop)).unwrap();
        let minutes = bioxen::units::Time::from_minutes(2.0);
        let mut seen = String::new();
        for _ in 0..3 {
            seen += &format!("{:?}\n", lab.run(minutes).unwrap());
        }
        (seen, asked.map(|asked| asked.0.lock().unwrap().clone()))
    };
    let (here, _) = run(None);
    let (there, asked) = run(Some(agent()));
    assert!(here == there);
    // It is asked for once, and sent once.
    let asked = String::from_utf8(asked.unwrap()).unwrap();
    let sent = asked.lines().filter(|line| line.contains("\"do\":\"plugin\"")).count();
    let named =
        asked.lines().filter(|line| line.contains(&format!("\"plugins\":[\"{}\"]", toy.sha256())));
    assert_eq!((sent, named.count()), (1, 4));
}

/// What was sent to an agent.
struct Asked(std::sync::Mutex<Vec<u8>>);

/// A place with an agent on a thread, and all that it is asked.
fn agent() -> (std::sync::Arc<Asked>, std::sync::Arc<dyn bioxen::lab::Place>) {
    use bioxen::factory::Infrastructure;
    use bioxen::remote::agent::{Limits, serve};
    use bioxen::remote::{
        Connect, Ending, How, Link, Patience, Received, RemoteError, RemotePlace, Transport,
    };
    use std::io::{PipeWriter, Read, Write, pipe};
    use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    struct Pipes(PipeWriter, Receiver<Vec<u8>>, Arc<Asked>);

    fn ended() -> Ending {
        Ending { how: How::Cut("the pipe has ended".to_owned()), said: String::new() }
    }

    impl Transport for Pipes {
        fn send(&mut self, bytes: &[u8], _: Duration) -> Result<(), RemoteError> {
            self.2.0.lock().unwrap().extend_from_slice(bytes);
            self.0.write_all(bytes).map_err(|_| RemoteError::Lost { ending: ended() })
        }

        fn receive(&mut self, into: &mut Vec<u8>, wait: Duration) -> Result<Received, RemoteError> {
            match self.1.recv_timeout(wait) {
                Ok(bytes) => {
                    into.extend(bytes);
                    Ok(Received::Bytes)
                }
                Err(RecvTimeoutError::Timeout) => Ok(Received::Nothing),
                Err(RecvTimeoutError::Disconnected) => Ok(Received::End(ended())),
            }
        }

        fn said(&mut self) -> String {
            String::new()
        }
    }

    struct Threads(Arc<Asked>);

    impl Connect for Threads {
        fn connect(&self) -> Result<Link, RemoteError> {
            let (input, write) = pipe().unwrap();
            let (mut read, output) = pipe().unwrap();
            std::thread::spawn(move || serve(input, output, &Limits::default()));
            let (give, got) = channel();
            std::thread::spawn(move || {
                let mut buffer = vec![0; 1 << 16];
                while let Ok(n @ 1..) = read.read(&mut buffer) {
                    if give.send(buffer[..n].to_vec()).is_err() {
                        break;
                    }
                }
            });
            let pipes = Pipes(write, got, Arc::clone(&self.0));
            Link::open(Box::new(pipes), "a thread", Patience::default())
        }
    }

    let asked = Arc::new(Asked(Mutex::default()));
    let names = ("thread".to_owned(), "a thread".to_owned());
    let connect = Box::new(Threads(Arc::clone(&asked)));
    let place = RemotePlace::open(Infrastructure::Ssh, names, None, connect).unwrap();
    (asked, Arc::new(place))
}
