//! What a sweep takes with many replicates of a whole genome: time and memory of shards and of merging.
//!
//! `cargo run --release -p bioxen-batch --example memory -- REPLICATES COLUMNS SAMPLES SHARDS` makes numbers such as
//! those of molecules of all genes, without simulating, and prints a line for each step. The statistics are those
//! of a real sweep.

#![allow(clippy::print_stdout, reason = "it is a program, and this is its result")]

use std::time::Instant;

use bioxen_batch::{Model, Outcome, Plan, Row, Samples, Stopped, lock, merge, shard};

/// Numbers with the means and the noise of mRNAs and proteins.
struct Numbers {
    columns: usize,
    samples: usize,
}

impl Model for Numbers {
    fn evaluate(&mut self, row: Row) -> Result<Outcome, Stopped> {
        let mut state = row.seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let column = |place: usize| {
            let mean: f64 = [0.05, 0.5, 3.0, 60.0, 900.0, 20_000.0][place % 6];
            let numbers = (0..self.samples)
                .map(|_| {
                    // A sum of twelve bytes is nearly normal: mean 1530, variance 12 (256^2 - 1) / 12.
                    let (one, two) = (next().to_le_bytes(), next().to_le_bytes());
                    let sum: u32 = one.iter().chain(&two[..4]).map(|b| u32::from(*b)).sum();
                    let normal = (f64::from(sum) - 1530.0) / 256.0;
                    // Poisson noise, and a fifth of the mean beside it.
                    (mean + normal * (mean + 0.04 * mean * mean).sqrt()).round().max(0.0)
                })
                .collect();
            (format!("gene{place}"), Some("molecules".to_owned()), numbers)
        };
        let times = (0..self.samples).map(|i| i as f64).collect();
        let samples = vec![Samples { times, columns: (0..self.columns).map(column).collect() }];
        Ok(Outcome { samples, ..Outcome::default() })
    }
}

/// The most memory that this process had [MB].
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    number.unwrap_or(f64::NAN) / 1000.0
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<u64> =
        std::env::args().skip(1).map(|a| a.parse()).collect::<Result<_, _>>()?;
    let [replicates, columns, samples, shards] = numbers[..] else {
        return Err("give REPLICATES COLUMNS SAMPLES SHARDS".into());
    };
    let folder = std::env::temp_dir().join(format!("bioxen-memory-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("none.rhai"), "0")?;
    let text = format!("script = \"none.rhai\"\nreplicates = {replicates}\nshards = {shards}\n");
    let run = lock::freeze(&Plan::read(&text)?, &folder, &folder.join("a.sweep"), "0")?;
    let mut bytes = 0;
    for index in 0..shards {
        let start = Instant::now();
        let mut model = Numbers { columns: columns as usize, samples: samples as usize };
        shard::run(&run, index, &mut model, &mut |_, _| {})?;
        bytes += std::fs::metadata(run.shard(index))?.len();
        println!("shard {index}: {:.1} s, peak {:.0} MB", start.elapsed().as_secs_f64(), peak());
    }
    println!("shards: {:.1} MB, {:.2} bytes for each sample", bytes as f64 / 1e6, {
        bytes as f64 / (replicates * columns * samples) as f64
    });
    let start = Instant::now();
    let merged = merge(&run)?;
    println!(
        "merge: {:.1} s, {} lines of statistics, peak {:.0} MB",
        start.elapsed().as_secs_f64(),
        merged.statistics.rows(),
        peak()
    );
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
