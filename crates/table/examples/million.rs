//! Reads a million rows of comma separated values, and says how long it took.

#![allow(clippy::print_stdout)]

use std::fmt::Write as _;
use std::time::Instant;

#[cfg(feature = "parquet")]
use bioxen_table::Limits;
use bioxen_table::{Aggregate, CsvOptions, CsvStyle, SortKey, Statistic, Table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = "time [min],strain,OD600,count\n".to_owned();
    for row in 0..1_000_000_u64 {
        let od = (row * 7919 % 100_003) as f64 / 70_001.0;
        writeln!(text, "{},BB{},{od},{}", row as f64 / 4.0, 100 + row % 17, row * 31 % 1009)?;
    }
    println!("{} MB", text.len() / 1_000_000);
    let timed =
        |what: &str, start: Instant| println!("{what:10} {:.3} s", start.elapsed().as_secs_f64());

    let start = Instant::now();
    let table = Table::from_csv(text.as_bytes(), &CsvOptions::default())?.table;
    timed("read csv", start);
    let start = Instant::now();
    let means = table.group(&["strain"])?.aggregate(&[Aggregate::new("OD600", Statistic::Mean)])?;
    timed("group", start);
    let start = Instant::now();
    let sorted = table.sort(&[SortKey::down("OD600"), SortKey::up("time")])?;
    timed("sort", start);
    let start = Instant::now();
    let written = sorted.to_csv(CsvStyle::default());
    timed("write csv", start);
    #[cfg(feature = "parquet")]
    {
        let start = Instant::now();
        let bytes = table.to_parquet()?;
        timed("to parquet", start);
        let start = Instant::now();
        let back = Table::from_parquet(&bytes, Limits::default())?;
        timed("of parquet", start);
        println!("{} MB, the same: {}", bytes.len() / 1_000_000, back == table);
    }
    println!("{} MB\n{}", written.len() / 1_000_000, means.to_text(Default::default()));
    Ok(())
}
