//! How long a user waits: for help, for a prompt in a pseudo-terminal, for the first result of a pipe.
//!
//! `make bench-startup`. The whole process is timed, from its start to its last needed byte.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark is a test, too")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};

const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");

/// The sum of so many single times.
fn total(times: u64, one: impl Fn() -> Duration) -> Duration {
    (0..times).map(|_| one()).sum()
}

fn output(arguments: &[&str], input: &[u8]) -> Duration {
    let started = Instant::now();
    let mut command = Command::new(BIOXEN);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    let output = child.wait_with_output().unwrap();
    let took = started.elapsed();
    assert!(output.status.success() && !output.stdout.is_empty());
    took
}

/// From the start to the first prompt, at which keys are read.
#[cfg(unix)]
fn prompt(folder: &std::path::Path) -> Duration {
    use rexpect::process::PtyProcess;
    use std::io::Read;
    let mut command = Command::new(BIOXEN);
    command.current_dir(folder).env("TERM", "xterm-256color");
    command.env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    let started = Instant::now();
    let mut process = PtyProcess::new(command).unwrap();
    let mut screen = process.get_file_handle().unwrap();
    let (mut seen, mut bytes) = (Vec::new(), [0; 4096]);
    while !seen.windows(8).any(|part| part == b"bioxen> ") {
        let count = screen.read(&mut bytes).unwrap();
        seen.extend_from_slice(&bytes[..count]);
    }
    let took = started.elapsed();
    process.kill(rexpect::process::signal::Signal::SIGKILL).unwrap();
    took
}

fn startup(c: &mut Criterion) {
    let mut group = c.benchmark_group("startup");
    group.bench_function("help", |b| {
        b.iter_custom(|times| total(times, || output(&["--help"], b"")));
    });
    #[cfg(unix)]
    group.bench_function("prompt", |b| {
        let folder = tempfile::tempdir().unwrap();
        b.iter_custom(|times| total(times, || prompt(folder.path())));
    });
    group.bench_function("pipe", |b| {
        b.iter_custom(|times| total(times, || output(&["repl"], b"6 * 7")));
    });
    group.bench_function("first-run", |b| {
        let text =
            b"let cell = quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); run(1.min)";
        b.iter_custom(|times| total(times, || output(&["repl"], text)));
    });
    group.finish();
}

criterion_group!(benches, startup);
criterion_main!(benches);
