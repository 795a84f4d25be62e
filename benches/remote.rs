//! How long a small call takes over SSH on loopback: a sign of life, and a run of one second of cell time.
//!
//! `make bench-remote`. The median of many calls is printed; the first ones, which send the whole cell, count.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark prints, and shares its server with the tests"
)]

#[cfg(target_os = "linux")]
#[path = "../tests/remote/sshd.rs"]
mod sshd;

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use bioxen::factory::{Config, Infrastructure};
    use bioxen::hypervisor::BiologicalType;
    use bioxen::lab::Lab;
    use bioxen::remote::RemotePlace;
    use bioxen::remote::ssh::{Ssh, SshConfig};
    use bioxen::units::Time;

    let median = |mut all: Vec<Duration>| {
        all.sort();
        (all[all.len() / 2].as_secs_f64() * 1e3, all[all.len() * 95 / 100].as_secs_f64() * 1e3)
    };
    let sshd = sshd::Sshd::start();
    let config = SshConfig::read(&sshd.config(serde_json::json!({}))).unwrap();
    let names = (config.key_of_place(), config.address());
    let connected = Instant::now();
    let place = RemotePlace::open(Infrastructure::Ssh, names, None, Box::new(Ssh::new(config)));
    let place = Arc::new(place.unwrap());
    println!("connected in {:.0} ms", connected.elapsed().as_secs_f64() * 1e3);
    let pings = (0..1000).map(|_| place.ping().unwrap()).collect();
    let (half, most) = median(pings);
    println!("sign of life: median {half:.2} ms, 95 % within {most:.2} ms");
    for (genes, name) in [(1, "one gene"), (50, "50 genes")] {
        let mut lab = Lab::new(1).unwrap();
        let config = Config::new(BiologicalType::Ecoli, Infrastructure::Ssh);
        lab.create_at("demo", config, true, place.clone()).unwrap();
        lab.with_vm("demo", |vm| {
            let all = vm.genome().clone();
            let some: Vec<&str> = all.coding().map(|(_, gene)| gene.name()).take(genes).collect();
            vm.start_transcription(&some, 1.0).map(drop)
        })
        .unwrap();
        let calls = (0..300).map(|_| {
            let begun = Instant::now();
            lab.run(Time::from_micros(1_000_000)).unwrap();
            begun.elapsed()
        });
        let (half, most) = median(calls.collect());
        println!("run of 1 s, {name}: median {half:.2} ms, 95 % within {most:.2} ms");
    }
}
