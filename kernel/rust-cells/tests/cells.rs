//! Cells in Rust, compiled and run: `make test-rust-cells`.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bioxen_exchange::{Cells, Column, Table, Value};
use bioxen_rust::protocol::{End, Forms, Stage, Stream, Why};
use bioxen_rust::{Host, Line, RustCells};

const PROGRAM: &str = env!("CARGO_BIN_EXE_bioxen-rust-cells");

/// A session of variables alone.
#[derive(Debug, Default)]
struct Notes {
    out: String,
    err: String,
    shown: Vec<Forms>,
    variables: BTreeMap<String, Value>,
    stage: Option<Stage>,
    /// The cell is interrupted once this is so.
    stop: Option<Stop>,
    /// How long the longest answer took.
    longest: RefCell<Duration>,
}

#[derive(Debug, Clone, Copy)]
enum Stop {
    /// It is compiled.
    Compiling,
    /// It has printed this.
    Printed(&'static str),
}

impl Notes {
    fn timed<T>(&self, since: Instant, value: T) -> T {
        let taken = since.elapsed().max(*self.longest.borrow());
        *self.longest.borrow_mut() = taken;
        value
    }
}

impl Host for Notes {
    fn print(&mut self, stream: Stream, text: &str) {
        match stream {
            Stream::Out => self.out.push_str(text),
            Stream::Err => self.err.push_str(text),
        }
    }

    fn show(&mut self, forms: Forms) {
        self.shown.push(forms);
    }

    fn stage(&mut self, stage: Option<Stage>, _: Duration) {
        self.stage = stage;
    }

    fn get(&mut self, name: &str) -> Result<Value, String> {
        let since = Instant::now();
        let value = self.variables.get(name).cloned();
        self.timed(since, value.ok_or_else(|| format!("there is no variable `{name}`")))
    }

    fn put(&mut self, name: &str, value: Value) -> Result<(), String> {
        if name == "SEED" {
            return Err("`SEED` is a constant".to_owned());
        }
        self.variables.insert(name.to_owned(), value);
        Ok(())
    }

    fn ask(&mut self, prompt: &str, _: bool) -> Line {
        Line::Text(format!("answer to {prompt}"))
    }

    fn is_stopped(&self) -> bool {
        match self.stop {
            None => false,
            Some(Stop::Compiling) => self.stage == Some(Stage::Compiling),
            Some(Stop::Printed(text)) => self.out.contains(text),
        }
    }
}

/// A process and its session.
struct Rust {
    cells: RustCells,
    notes: Notes,
    count: u32,
}

impl Rust {
    fn start() -> Self {
        let mut notes = Notes::default();
        let cells = RustCells::start_program(Path::new(PROGRAM), &mut notes).unwrap();
        Self { cells, notes, count: 0 }
    }

    fn run(&mut self, code: &str) -> End {
        self.count += 1;
        self.notes.out.clear();
        self.notes.err.clear();
        let name = format!("In[{}]", self.count);
        self.cells.execute(&name, code, false, &mut self.notes).unwrap()
    }

    /// The text of a value.
    fn value(&mut self, code: &str) -> String {
        match self.run(code) {
            End::Done { forms } => forms.get("text/plain").cloned().unwrap_or_default(),
            End::Failed { rendered, .. } => panic!("{code}\n{rendered}\n{}", self.notes.err),
        }
    }

    fn fails(&mut self, code: &str) -> (Why, String, String) {
        match self.run(code) {
            End::Failed { why, message, rendered } => (why, message, rendered),
            End::Done { forms } => panic!("{code}\n{forms:?}"),
        }
    }
}

#[test]
fn state_errors_and_what_is_shown() {
    let mut rust = Rust::start();
    // Variables, functions, types and uses are there for later cells.
    assert_eq!(
        rust.value("let mut counts = vec![1, 2, 3]; fn double(x: i32) -> i32 { 2 * x }"),
        ""
    );
    assert_eq!(
        rust.value("use std::collections::BTreeMap;\ncounts.push(double(2));\ncounts.len()"),
        "4"
    );
    assert_eq!(
        rust.value(
            "let map: BTreeMap<i32, i32> = counts.iter().map(|x| (*x, x * x)).collect(); map[&4]"
        ),
        "16"
    );
    let listed = rust.value(":vars");
    assert!(listed.contains("counts: ") && !listed.contains("bioxen_reached"), "{listed}");

    // Text comes as it was printed.
    rust.value(
        "print!(\"a\"); print!(\"b\\n\"); eprintln!(\"no\"); println!(\"c\"); print!(\"d\");",
    );
    assert_eq!((rust.notes.out.as_str(), rust.notes.err.as_str()), ("ab\nc\nd", "no\n"));
    assert_eq!(rust.value("print!(\"half\"); 7"), "7");
    assert_eq!(rust.notes.out, "half");

    // Errors stand at the lines of the cell, and change nothing.
    let (why, message, rendered) = rust.fails("let é = \"é\";\n  let n: i32 = é;\nn");
    assert_eq!((why, message.as_str()), (Why::Compile, "mismatched types (E0308)"));
    for part in
        ["error[E0308]", "In[7]:2:16", "2 |   let n: i32 = é;", "^ expected `i32`, found `&str`"]
    {
        assert!(rendered.contains(part), "{part}\n{rendered}");
    }
    let (_, _, rendered) = rust.fails("counts.nothing()");
    assert!(rendered.contains("In[8]:1:8") && rendered.contains("nothing"), "{rendered}");
    let (_, _, rendered) = rust.fails(":dep nothing_like_this = \"1\"");
    assert!(rendered.contains("nothing_like_this"), "{rendered}");
    assert_eq!(rust.value("counts.len()"), "4");

    // A panic and a `?` end the cell; what there was before stays.
    let (why, message, rendered) = rust.fails("let fresh = 1;\nlet at = 17;\ncounts[at]");
    assert_eq!(why, Why::Panic);
    assert!(message.contains("index out of bounds"), "{message}");
    assert!(rendered.contains("In[11]:3:1") && rendered.contains("counts[at]"), "{rendered}");
    let (why, message, rendered) =
        rust.fails("let late = 1; \"x\".parse::<i32>()?; println!(\"never\");");
    assert_eq!((why, rust.notes.out.as_str()), (Why::Early, ""), "{rendered}");
    assert!(message.contains("invalid digit"), "{message}");
    let (_, _, rendered) = rust.fails("fresh + late");
    assert!(rendered.contains("fresh"), "a variable of a cell that failed is none: {rendered}");
    assert_eq!(rust.value("std::panic::catch_unwind(|| panic!(\"caught\")).is_err()"), "true");
    assert_eq!(rust.value("counts.len()"), "4");

    // Forms.
    let figure = "struct Figure; impl Figure { fn evcxr_display(&self) { \
                  println!(\"EVCXR_BEGIN_CONTENT image/svg+xml\\n<svg/>\\nEVCXR_END_CONTENT\"); } } Figure";
    match rust.run(figure) {
        End::Done { forms } => assert_eq!(forms["image/svg+xml"], "<svg/>"),
        end => panic!("{end:?}"),
    }
    rust.value("bioxen::display(\"text/html\", \"<b>1</b>\"); bioxen::display(\"image/png\", [0x89, b'P']);");
    let shown: Vec<&str> =
        rust.notes.shown.iter().flat_map(|forms| forms.values()).map(String::as_str).collect();
    assert_eq!(shown, ["<b>1</b>", "iVA="]);
    assert_eq!(rust.value("bioxen::input(\"name: 1?\")?"), "\"answer to name: 1?\"");

    // Completion and what a name is.
    let code = "counts.pus";
    let (range, items) = rust.cells.complete(code, code.len(), &mut rust.notes).unwrap();
    assert_eq!(&code[range], "pus");
    assert!(items.iter().any(|item| item.code.starts_with("push")), "{items:?}");
    let found = rust.cells.inspect("double(1)", 3, &mut rust.notes).unwrap();
    let (text, _) = found.unwrap();
    assert!(text.contains("fn double(x: i32) -> i32"), "{text}");

    // A crate in a folder.
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("mine");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), "[package]\nname = \"mine\"\nversion = \"0.1.0\"\n")
        .unwrap();
    fs::write(folder.join("src/lib.rs"), "pub fn seven() -> i32 { 7 }\n").unwrap();
    assert_eq!(rust.value(&format!(":dep mine = {{ path = {folder:?} }}\nmine::seven()")), "7");
    assert_eq!(rust.value("mine::seven() + counts.len() as i32"), "11");

    // A cell that ends its process takes the variables with it, and says so.
    let (why, message, rendered) = rust.fails("println!(\"last\"); std::process::exit(3);");
    assert_eq!((why, rust.notes.out.as_str()), (Why::Died, "last\n"));
    assert!(message.contains("exit status: 3"), "{message}");
    assert!(rendered.contains("`counts`") && rendered.contains("are lost"), "{rendered}");
    assert_eq!(rust.value("double(mine::seven())"), "14");
    let (_, _, rendered) = rust.fails("panic!(\"again\")");
    assert!(rendered.contains("the cell panicked: again"), "{rendered}");
}

#[test]
fn values_cross_both_ways() {
    let mut rust = Rust::start();
    let rows = 1_000_000;
    let trace = Table::new([
        Column::new("time", (0..rows).map(f64::from).collect::<Vec<_>>()).in_unit("min"),
        Column::new("demo.lacZ.mrna", (0..i64::from(rows)).collect::<Vec<_>>()),
        Column::new("kind", Cells::Text(vec![None; rows as usize])),
    ]);
    let trace = trace.unwrap();
    rust.notes.variables.insert("trace".into(), trace.clone().into());
    rust.notes.variables.insert("status".into(), Value::from([("state", "running")]));
    assert_eq!(rust.value("let trace = bioxen::get(\"trace\"); trace.table()?.rows()"), "1000000");
    assert_eq!(
        rust.value("trace.column(\"lacZ.mrna\")?.wholes()?.iter().sum::<i64>()"),
        "499999500000"
    );
    let since = Instant::now();
    let both = "let since = std::time::Instant::now(); bioxen::put(\"back\", &bioxen::get(\"trace\").table()?.clone());
                since.elapsed().as_secs_f64()";
    let seconds = rust.value(both);
    println!(
        "10^6 rows there and back: {seconds} s in the cell, {:?} with compilation",
        since.elapsed()
    );
    assert_eq!(rust.notes.variables["back"], trace.into());
    assert_eq!(
        rust.value("bioxen::get(\"status\").get(\"state\")?.text()?.to_owned()"),
        "\"running\""
    );
    rust.value("bioxen::put(\"list\", vec![1.5, 2.5]); bioxen::put(\"n\", 3_i64); bioxen::put(\"none\", ());");
    assert_eq!(rust.notes.variables["list"], Value::from(vec![1.5, 2.5]));
    assert_eq!(rust.notes.variables["none"], Value::Nothing);
    let (why, message, _) = rust.fails("bioxen::get(\"nothing\")");
    assert_eq!(why, Why::Panic);
    assert!(message.contains("there is no variable `nothing`"), "{message}");
    let (_, message, _) = rust.fails("bioxen::put(\"SEED\", 1_i64);");
    assert!(message.contains("`SEED` is a constant"), "{message}");
    let left = fs::read_dir(rust.cells.folder().join("values")).unwrap().count();
    assert_eq!(left, 0, "no value stays behind its cell");
}

#[test]
fn an_interrupt_ends_the_cell_and_says_what_is_lost() {
    let mut rust = Rust::start();
    rust.value("let kept = 1; let other = 2; fn three() -> i32 { 3 }");
    rust.notes.stop = Some(Stop::Compiling);
    let (why, _, rendered) = rust.fails("println!(\"never\"); kept");
    rust.notes.stop = None;
    assert_eq!((why, rust.notes.out.as_str()), (Why::Interrupted, ""));
    assert!(rendered.contains("Rust has all its variables"), "{rendered}");
    assert_eq!(rust.value("kept + other"), "3");
    rust.notes.stop = Some(Stop::Printed("now"));
    let (why, _, rendered) = rust.fails("println!(\"now\"); loop {}");
    rust.notes.stop = None;
    assert_eq!(why, Why::Interrupted);
    assert!(rendered.contains("the variables `kept` and `other` of Rust are lost"), "{rendered}");
    assert_eq!(rust.value("three()"), "3");
    let (_, _, rendered) = rust.fails("kept");
    assert!(rendered.contains("kept"), "{rendered}");
    assert_eq!(rust.value("let kept = three(); kept"), "3");
}

#[test]
fn no_cell_gets_the_answer_of_another() {
    let mut rust = Rust::start();
    rust.value("let kept = 1;");
    let (why, _, rendered) = rust.fails("println!(\"EVCXR_EXECUTION_COMPLETE\"); 8");
    assert_eq!(why, Why::Died);
    assert!(rendered.contains("out of step") && rendered.contains("`kept`"), "{rendered}");
    assert_eq!((rust.value("9"), rust.value("10")), ("9".into(), "10".into()));
    // Both halves of a cell that forks come to its end.
    let fork = "{ unsafe extern \"C\" { fn fork() -> i32; } unsafe { fork() }; } 11";
    rust.run(fork);
    assert_eq!((rust.value("12"), rust.value("13")), ("12".into(), "13".into()));
    // A program that a cell has started outlives neither an interrupt nor keeps it from its end.
    rust.value("std::process::Command::new(\"sleep\").arg(\"900\").spawn()?.id()");
    rust.notes.stop = Some(Stop::Printed("now"));
    let (why, ..) = rust.fails("println!(\"now\"); loop {}");
    rust.notes.stop = None;
    assert_eq!(why, Why::Interrupted);
    let (_, _, rendered) = rust.fails("return;");
    assert!(!rendered.contains("unreachable"), "a warning is no error: {rendered}");
    rust.value(":clear");
    assert_eq!(rust.value("bioxen::try_get(\"no\").is_err()"), "true");
}

#[test]
fn figures_of_plotters_are_shown() {
    let mut rust = Rust::start();
    // Both come from what cargo has: nothing is downloaded.
    assert_eq!(
        rust.value(":dep itertools = \"*\"\nuse itertools::Itertools;\n(1..4).join(\"-\")"),
        "\"1-2-3\""
    );
    rust.value(PLOTTERS);
    rust.notes.variables.insert(
        "trace".into(),
        Table::new([Column::new("time", vec![0.0, 1.0]), Column::new("lacZ", vec![1.0, 3.0])])
            .unwrap()
            .into(),
    );
    assert_eq!(rust.value(FIGURE), "");
    let svg = &rust.notes.shown.last().unwrap()["image/svg+xml"];
    assert!(svg.starts_with("<svg") && svg.contains("<polyline"), "{svg}");
    let whole = "evcxr_figure((80, 60), |root| { root.fill(&WHITE)?; Ok(()) })";
    match rust.run(whole) {
        End::Done { forms } => assert!(forms["text/html"].contains("<svg"), "{forms:?}"),
        end => panic!("{end:?}"),
    }
    // The page shows what is run.
    let page = include_str!("../../../docs/rust-cells.md");
    assert!(page.contains(PLOTTERS) && page.contains(FIGURE), "the example of the page is another");
}

const PLOTTERS: &str = r#":dep plotters = { version = "0.3", default-features = false, features = ["evcxr", "line_series"] }
use plotters::prelude::*;"#;

const FIGURE: &str = r#"let trace = bioxen::get("trace");
let times = trace.column("time")?.numbers()?;
let amounts = trace.column("lacZ")?.numbers()?;
let (end, top) = (times.last().copied().unwrap_or(1.0), amounts.iter().cloned().fold(1.0, f64::max));
let mut figure = String::new();
{
    let root = SVGBackend::with_string(&mut figure, (480, 320)).into_drawing_area();
    let mut chart = ChartBuilder::on(&root).build_cartesian_2d(0.0..end, 0.0..top)?;
    chart.draw_series(LineSeries::new(times.into_iter().zip(amounts), &RED))?;
}
bioxen::display("image/svg+xml", &figure);"#;

#[test]
fn the_engine_runs_a_network_of_the_user() {
    let mut rust = Rust::start();
    let code =
        "use bioxen::network::Network;\nlet network = Network::default();\nnetwork.reactions.len()";
    assert_eq!(rust.value(code), "0");
    assert_eq!(rust.value("use bioxen::engine::Interrupt; Interrupt::new().is_stopped()"), "false");
}

#[test]
fn missing_tools_are_named() {
    let home = tempfile::tempdir().unwrap();
    let script = home.path().join("without");
    let text = format!(
        "#!/bin/sh\nPATH=/nonexistent HOME=/nonexistent CARGO_HOME= RUSTUP_HOME= exec {PROGRAM} \"$@\"\n"
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let error = RustCells::start_program(&script, &mut Notes::default()).unwrap_err().to_string();
    assert!(error.contains("`cargo` is not on PATH") && error.contains("rustup.rs"), "{error}");
}

#[cfg(target_os = "linux")]
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
#[cfg(target_os = "linux")]
#[derive(Debug)]
struct Size {
    processes: usize,
    threads: usize,
    files: usize,
    resident_kb: u64,
    disk_kb: u64,
}

#[cfg(target_os = "linux")]
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

#[cfg(target_os = "linux")]
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
