//! What is said of a sweep.

mod summary;

use std::io::Write;

use bioxen::batch::{Run, Status, merge};
use serde_json::json;

use super::super::failure::Failure;
use super::super::output::name;
pub(super) use summary::{SummaryArgs, summary};

/// How many rows or shards are named.
const NAMED: usize = 10;

/// Joins the shards and tells what was written.
pub(super) fn merged(
    run: &Run,
    quiet: bool,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let merged = merge(run)?;
    let lock = run.lock();
    if as_json {
        let failed = merged.failed.iter().map(|(row, why)| {
            let row = lock.row(*row);
            json!({"row": row.number, "point": row.point, "replicate": row.replicate, "seed": row.seed, "error": why})
        });
        let report = json!({
            "folder": run.folder().to_string_lossy(),
            "sweep": lock.identity,
            "rows": lock.rows,
            "shards": lock.shards.count,
            "files": merged.files.iter().map(|(path, rows)| json!({"path": path.to_string_lossy(), "rows": rows})).collect::<Vec<_>>(),
            "failed_rows": failed.collect::<Vec<_>>(),
            "failed_shards": [],
            "problems": merged.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "remarks": merged.remarks.iter().map(|(text, rows)| json!({"text": text, "rows": rows})).collect::<Vec<_>>(),
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else if !quiet {
        let mut err = std::io::stderr();
        // Notes that nobody can read are no reason to fail.
        for (text, rows) in merged.remarks.iter().take(NAMED) {
            let _ = match rows {
                1 => writeln!(err, "one row remarked: {text}"),
                rows => writeln!(err, "{rows} rows remarked, with numbers of their own: {text}"),
            };
        }
        for (path, rows) in &merged.files {
            writeln!(out, "{}: {}", name(path), counted(*rows as u64, "row"))?;
        }
    }
    if merged.failed.is_empty() && merged.problems.is_empty() {
        return Ok(());
    }
    if as_json {
        return Err(Failure::Reported);
    }
    if merged.failed.is_empty() {
        let told: Vec<String> = merged.problems.iter().map(ToString::to_string).collect();
        let message = format!("all rows are there, but {}", told.join("; "));
        return Err(Failure::Sweep { message });
    }
    let told = merged.failed.iter().take(NAMED).map(|(number, why)| {
        let row = lock.row(*number);
        let point = lock.points.describe(row.point);
        let point = if point.is_empty() { String::new() } else { format!(" ({point})") };
        format!("\n  point {}{point}, replicate {}: {why}", row.point, row.replicate)
    });
    let (count, told) = (merged.failed.len(), told.collect::<String>());
    let more = count.saturating_sub(NAMED);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let problems: String = merged.problems.iter().map(|p| format!("\nbesides, {p}")).collect();
    let message = format!(
        "{} of {} failed; the column `error` of results.parquet has the reasons:{told}{more}{problems}",
        counted(count as u64, "row"),
        lock.rows
    );
    Err(Failure::Sweep { message })
}

/// Tells which shards failed, and why.
pub(super) fn failed(
    run: &Run,
    failed: &[(u64, String)],
    as_json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if as_json {
        let all: Vec<_> =
            failed.iter().map(|(shard, why)| json!({"shard": shard, "error": why})).collect();
        let report = json!({
            "folder": run.folder().to_string_lossy(),
            "sweep": run.lock().identity,
            "rows": run.lock().rows,
            "shards": run.lock().shards.count,
            "files": [],
            "failed_rows": [],
            "failed_shards": all,
            "problems": [],
            "remarks": [],
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
        return Err(Failure::Reported);
    }
    let told: String = failed
        .iter()
        .take(NAMED)
        .map(|(shard, why)| format!("\n  shard {shard}: {}", why.replace('\n', "\n    ")))
        .collect();
    let more = failed.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let message = format!(
        "{} of {} failed, and nothing was merged:{told}{more}\n`bioxen sweep resubmit {}` computes them again",
        counted(failed.len() as u64, "shard"),
        run.lock().shards.count,
        run.folder().display()
    );
    Err(Failure::Sweep { message })
}

/// Tells how far a sweep is.
pub(super) fn status(run: &Run, status: &Status, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(
        out,
        "{} of {} are there ({} in all)",
        status.done.len(),
        counted(status.shards, "shard"),
        counted(status.rows, "row")
    )?;
    let listed = |all: &[u64]| {
        let mut told: Vec<String> = all.iter().take(NAMED).map(ToString::to_string).collect();
        if all.len() > NAMED {
            told.push(format!("and {} more", all.len() - NAMED));
        }
        told.join(", ")
    };
    if !status.running.is_empty() {
        writeln!(out, "queued or running: {}", listed(&status.running))?;
    }
    if !status.missing.is_empty() {
        writeln!(out, "missing: {}", listed(&status.missing))?;
    }
    for found in status.wrong.iter().take(NAMED) {
        writeln!(out, "shard {} cannot be used: {}", found.shard, found.why)?;
    }
    if status.rows_failed > 0 {
        writeln!(out, "{} failed", counted(status.rows_failed, "row"))?;
    }
    let folder = run.folder().display();
    if status.is_complete() {
        writeln!(out, "`bioxen sweep merge {folder}` writes the results")
    } else {
        writeln!(out, "`bioxen sweep resubmit {folder}` computes what is missing")
    }
}

fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
