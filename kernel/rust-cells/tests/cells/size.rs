//! What cells take, and leave.

use std::fs;
use std::path::{Path, PathBuf};

use bioxen_exchange::Value;
use bioxen_rust::RustCells;

use super::session::Rust;

#[test]
fn twenty_cells_grow_nothing() {
    let mut rust = Rust::start();
    rust.notes.variables.insert("x".into(), Value::Number(1.0));
    let cell = "let v: Vec<f64> = vec![bioxen::get(\"x\").number()?; 1000]; bioxen::put(\"x\", v.iter().sum::<f64>() / 1000.0); v.len()";
    let mut seen = Vec::new();
    for _ in 0..20 {
        assert_eq!(rust.value(cell), "1000");
        seen.push(Size::of(&rust.cells));
    }
    println!("{seen:?}");
    let (early, late) = (&seen[4], &seen[19]);
    // One that has just ended may still be there when it is counted.
    assert!(late.processes <= early.processes + 1, "{early:?} {late:?}");
    assert!(late.threads <= early.threads + 1, "{early:?} {late:?}");
    assert!(late.files <= early.files + 2, "{early:?} {late:?}");
    assert!(late.disk_kb <= early.disk_kb + 15 * 50, "{early:?} {late:?}");
    // evcxr loads each cell as a library that stays.
    assert!(late.resident_kb <= early.resident_kb + 15 * 2_048, "{early:?} {late:?}");
}

/// What a process and its children take.
#[derive(Debug)]
struct Size {
    processes: usize,
    threads: usize,
    files: usize,
    resident_kb: u64,
    disk_kb: u64,
}

impl Size {
    fn of(cells: &RustCells) -> Self {
        let mut all = vec![cells.process()];
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let parent =
                stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
            if parent == Some(cells.process()) {
                all.extend(entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
            }
        }
        let count = |part: &str| {
            let folder =
                |pid: &u32| fs::read_dir(format!("/proc/{pid}/{part}")).map_or(0, Iterator::count);
            all.iter().map(folder).sum()
        };
        let resident = |pid: &u32| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let line = status.lines().find(|line| line.starts_with("VmRSS:")).map(str::to_owned);
            line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0)
        };
        Self {
            processes: all.len(),
            threads: count("task"),
            files: count("fd"),
            resident_kb: all.iter().map(resident).sum(),
            disk_kb: disk(cells.folder()) / 1024,
        }
    }
}

fn disk(folder: &Path) -> u64 {
    let mut sum = 0;
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => open.push(entry.path()),
                Ok(found) => sum += found.len(),
                Err(_) => {}
            }
        }
    }
    sum
}
