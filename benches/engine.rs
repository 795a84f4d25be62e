//! What an event costs, and a step of the host with its guests. `cargo bench`, or
//! `cargo bench --bench engine -- genes2000` for some of it.

#![allow(missing_docs, clippy::expect_used)]

#[allow(dead_code, reason = "tests and validation use more of them")]
#[path = "common/models.rs"]
mod models;

use bioxen::engine::StopToken;
use bioxen::engine::ensemble::{Plan, ensemble};
use bioxen::engine::ode::{self, NetworkOde};
use bioxen::engine::rng::{Rng, Seed};
use bioxen::engine::ssa::Ssa;
use bioxen::network::{Compiled, Network, QuantityId};
use criterion::{Criterion, criterion_group, criterion_main};
use std::time::{Duration, Instant};

fn start(network: &Network, warm: f64) -> Ssa {
    let model = Compiled::new(network).expect("compiles").into();
    let mut ssa = Ssa::new(model, Rng::new(Seed::new(1))).expect("starts");
    ssa.advance(warm, &StopToken::new()).expect("runs");
    ssa
}

/// Time per event, in the stationary state. `step` is a time of some hundred events.
fn per_event(c: &mut Criterion, name: &str, network: &Network, warm: f64, step: f64) {
    c.bench_function(name, |b| {
        let mut ssa = start(network, warm);
        let stop = StopToken::new();
        b.iter_custom(|iterations| {
            let first = ssa.events();
            let begin = Instant::now();
            while ssa.events() - first < iterations {
                let end = ssa.time() + step;
                ssa.advance(end, &stop).expect("runs");
            }
            let events = (ssa.events() - first) as f64;
            begin.elapsed().mul_f64(iterations as f64 / events)
        });
    });
}

fn events(c: &mut Criterion) {
    per_event(c, "vilar/event", &models::vilar(), 100.0, 1.0);
    for genes in [10, 100, 500, 2000] {
        let network = models::explicit_binding(genes);
        per_event(c, &format!("genes{genes}/event"), &network, 7200.0, 1e4 / genes as f64);
    }
}

fn setup(c: &mut Criterion) {
    let network = models::explicit_binding(2000);
    c.bench_function("genes2000/setup", |b| b.iter(|| start(&network, 0.0)));
}

/// A generation of a guest genome: at every step the host changes three shared factors and all
/// translation constants.
fn generation(guest: &models::Guest, steps: u32, hours: f64) -> (Duration, Ssa) {
    let mut ssa = start(&guest.network, 0.0);
    let stop = StopToken::new();
    let mut constants = guest.constants.clone();
    let begin = Instant::now();
    for step in 0..steps {
        let change = 1.0 + 0.1 * (f64::from(step) * 0.01).sin();
        for (k, reference) in constants.iter_mut().zip(&guest.constants) {
            *k = reference * change;
        }
        for factor in guest.factors {
            ssa.set(factor, change).expect("is valid");
        }
        ssa.set_rates(&guest.translation, &constants).expect("are valid");
        ssa.advance(f64::from(step + 1) * hours / f64::from(steps), &stop).expect("runs");
    }
    (begin.elapsed(), ssa)
}

fn guests(c: &mut Criterion) {
    let coli = models::guest(4345, 1e7);
    let syn3a = models::guest(455, 6e5);
    let mut group = c.benchmark_group("guests");
    group.sample_size(10);
    let mut whole = |name: &str, guest: &models::Guest, steps, hours| {
        group.bench_function(name, |b| {
            b.iter_custom(|n| (0..n).map(|_| generation(guest, steps, hours).0).sum());
        });
    };
    whole("ecoli4345/hour", &coli, 3600, 1.0);
    whole("syn3a455/105min", &syn3a, 6300, 1.75);
    group.finish();

    // What a step costs beside the events.
    c.bench_function("ecoli4345/intervention", |b| {
        let (_, mut ssa) = generation(&coli, 10, 0.01);
        b.iter(|| {
            for factor in coli.factors {
                ssa.set(factor, 1.01).expect("is valid");
            }
            ssa.set_rates(&coli.translation, &coli.constants).expect("are valid");
        });
    });
}

fn ensembles(c: &mut Criterion) {
    let ssa = start(&models::explicit_binding(100), 600.0);
    let mut group = c.benchmark_group("ensemble64");
    group.sample_size(10);
    for threads in [1, 2] {
        group.bench_function(format!("{threads} threads"), |b| {
            let plan = Plan {
                runs: 64,
                seed: Seed::new(1),
                threads,
                grid: &[800.0, 1200.0],
                quantities: &[QuantityId(0), QuantityId(1)],
                quantiles: &[],
            };
            b.iter(|| ensemble(&ssa, &plan, &StopToken::new(), &mut |_| {}).expect("runs"));
        });
    }
    group.finish();
}

fn odes(c: &mut Criterion) {
    let mut group = c.benchmark_group("ode");
    group.sample_size(10);
    for genes in [100, 500, 2000] {
        let network = models::explicit_binding(genes);
        group.bench_function(format!("genes{genes}"), |b| {
            b.iter(|| {
                let mut system = NetworkOde::new(&network).expect("compiles");
                let first = system.initial_state().to_vec();
                let (options, stop) = (ode::Options::default(), StopToken::new());
                ode::solve(&mut system, 0.0, &first, &[3600.0], options, &stop).expect("runs")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, events, setup, guests, ensembles, odes);
criterion_main!(benches);
