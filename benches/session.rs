//! What a user waits for while typing: completions and empty evaluations.
//!
//! `cargo bench --bench session`. Before criterion's own figures it prints how completions are
//! distributed over kinds and places of the cursor, in a session that has all genes of *E. coli*.

#![allow(missing_docs, clippy::expect_used, clippy::print_stdout)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bioxen::lang::WorldOptions;
use bioxen::session::Session;
use criterion::{Criterion, criterion_group, criterion_main};

/// How often each completion is asked for.
const ROUNDS: usize = 9;
/// A session as it is after an hour of work.
const SETUP: &str = r#"
let cell = create_bio_vm("demo", "ecoli", "basic", #{resource_limits: #{max_memory_kb: 5000}});
cell.start();
cell.start_transcription(cell.coding_genes(), #{tpm: 1.0});
let trace = run(1.min);
fn helper(genes) { genes }
"#;
/// What is being typed: kind and text; the cursor goes through all of it.
const TEXTS: [(&str, &str); 7] = [
    ("names", "let other = helper(cell); oth"),
    ("methods", "cell.start_transcription(other).r"),
    ("genes", "start_transcription([\"lacZ\", \"lac"),
    ("quantities", "trace.mean(\"lacZ\") + trace[\"host.gr"),
    ("options", "start_transcription([\"lacZ\"], #{str"),
    ("ids and types", "create_bio_vm(\"second\", \"eco\", \"ba\"); vm(\"de"),
    ("a long cell", include_str!("../scripts/lac_induction.rhai")),
];

fn session(setup: &str) -> Session {
    let mut session = Session::new(WorldOptions::default(), Box::new(|_| {})).expect("a session");
    session.eval(setup, "setup").expect("the setup is right");
    session
}

fn share(sorted: &[Duration], share: f64) -> f64 {
    let place = (share * (sorted.len() - 1) as f64).round() as usize;
    sorted[place].as_secs_f64() * 1e3
}

fn distribution(session: &Session) {
    println!(
        "{:<16}{:>10}{:>12}{:>12}{:>12}",
        "completion", "places", "p50 [ms]", "p99 [ms]", "most [ms]"
    );
    let mut all = Vec::new();
    for (kind, text) in TEXTS {
        let length = text.chars().count();
        let mut times = Vec::new();
        for cursor in (0..=length).rev().take(400) {
            let mut rounds = [Duration::ZERO; ROUNDS];
            for round in &mut rounds {
                let start = Instant::now();
                black_box(session.complete(black_box(text), cursor));
                *round = start.elapsed();
            }
            // The middle one: other work of the machine is no part of it.
            rounds.sort_unstable();
            times.push(rounds[ROUNDS / 2]);
        }
        all.extend_from_slice(&times);
        row(kind, &mut times);
    }
    row("all", &mut all);
}

fn row(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let (middle, late, most) = (share(times, 0.5), share(times, 0.99), share(times, 1.0));
    println!("{name:<16}{:>10}{middle:>12.3}{late:>12.3}{most:>12.3}", times.len());
}

fn typing(c: &mut Criterion) {
    let session = session(SETUP);
    distribution(&session);
    let (_, genes) = TEXTS[2];
    c.bench_function("complete a gene of E. coli", |b| {
        b.iter(|| session.complete(black_box(genes), genes.len()));
    });
}

/// Memory of the process [MB], where the system tells.
fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// Ten thousand different cells, with variables, functions and closures, in one session.
fn soak() {
    let mut session = session("");
    let mut since = Instant::now();
    for i in 1..=10_000 {
        let text = format!(
            "let x = {i}; let y{} = [x, {i}]; let f = |a| a + {i}; fn g{}(a) {{ a + {i} }} f.call(1)",
            i % 50,
            i % 50
        );
        session.eval(&text, "cell").expect("it is right");
        if i % 2000 == 0 {
            let each = since.elapsed().as_secs_f64() * 1e6 / 2000.0;
            println!("{i} cells: {:.1} MB, {each:.0} us a cell", memory().unwrap_or(f64::NAN));
            since = Instant::now();
        }
    }
}

fn evaluating(c: &mut Criterion) {
    soak();
    let mut empty = session("");
    c.bench_function("evaluate an empty text", |b| b.iter(|| empty.eval(black_box(""), "cell")));
    // What was evaluated before must not matter.
    let mut old = session("");
    for i in 0..2000 {
        let text = format!("let x = {i}; let y{} = x; fn f{}(a) {{ a + {i} }}", i % 50, i % 50);
        old.eval(&text, "cell").expect("it is right");
    }
    c.bench_function("evaluate an empty text after 2000 others", |b| {
        b.iter(|| old.eval(black_box(""), "cell"));
    });
}

criterion_group!(benches, typing, evaluating);
criterion_main!(benches);
