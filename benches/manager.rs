//! What the Rust API costs beside the hypervisor itself, on a run of the lac operon for 10 minutes:
//! `cargo bench --bench manager`. The last line compares both, run in turn, by their least times.

#![allow(missing_docs, clippy::expect_used, clippy::print_stdout)]

use bioxen::chassis::Nutrient;
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Hypervisor};
use bioxen::lab::Lab;
use bioxen::units::Time;
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of the comparison.
const ROUNDS: usize = 300;

fn direct() -> Hypervisor {
    let mut hypervisor = Hypervisor::new(Nutrient::default()).expect("settles");
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let vm = hypervisor.create(config.spec("demo").expect("is shipped")).expect("is new");
    vm.start().expect("starts");
    vm.start_transcription(&["lacZ"], 1.0).expect("fits");
    hypervisor
}

fn managed() -> Lab {
    let mut manager = Lab::new(0).expect("settles");
    manager.quick_start_vm("ecoli", "demo").expect("is new");
    manager.with_vm("demo", |vm| vm.start_transcription(&["lacZ"], 1.0)).expect("fits");
    manager
}

fn run_direct(hypervisor: &mut Hypervisor) {
    let time = Time::from_minutes(10.0);
    black_box(hypervisor.run(time, &mut |_| {}, &StopToken::new()).expect("runs"));
}

fn run_managed(manager: &mut Lab) {
    black_box(manager.run(Time::from_minutes(10.0)).expect("runs"));
}

fn runs(c: &mut Criterion) {
    let (mut hypervisor, mut manager) = (direct(), managed());
    // Both live the same lives: seeds and settings are the same.
    let (mut least, mut differences) = ([Duration::MAX; 2], Vec::with_capacity(ROUNDS));
    for round in 0..ROUNDS {
        let mut taken = [Duration::ZERO; 2];
        for turn in 0..2 {
            let which = (round + turn) % 2;
            let begin = Instant::now();
            if which == 0 {
                run_direct(&mut hypervisor)
            } else {
                run_managed(&mut manager)
            }
            taken[which] = begin.elapsed();
            least[which] = least[which].min(taken[which]);
        }
        differences.push(taken[1].as_secs_f64() / taken[0].as_secs_f64() - 1.0);
    }
    differences.sort_by(f64::total_cmp);
    let ratio = least[1].as_secs_f64() / least[0].as_secs_f64() - 1.0;
    println!(
        "manager over hypervisor: least of {ROUNDS} {:+.2} %, median of pairs {:+.2} %",
        100.0 * ratio,
        100.0 * differences[ROUNDS / 2]
    );
    c.bench_function("run/hypervisor", |b| b.iter(|| run_direct(&mut hypervisor)));
    c.bench_function("run/manager", |b| b.iter(|| run_managed(&mut manager)));
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = runs
}
criterion_main!(benches);
