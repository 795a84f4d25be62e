//! `bioxen session list`.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use bioxen::client::{Client, Known, Offered, Registry, Standing, connect, find_offered, offered};
use bioxen::visible::visible;
use clap::Args;
use serde_json::{Value, json};

use super::super::attach::login_name;
use super::super::failure::Failure;
use super::super::repl::when;

/// For sessions to say how they are.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most sessions of others that are asked.
const MOST_OFFERED: usize = 64;

type Ask = Box<dyn FnOnce() -> Option<Value> + Send>;

/// List the sessions of this user, and those that others share
///
/// Those that have ended without taking their files away are told; --gc takes the files away.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session list
  bioxen session list --json
  bioxen session list --gc")]
pub(super) struct ListArgs {
    /// Take the files away of sessions that have ended
    #[arg(long)]
    gc: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Lists.
pub(super) fn run(args: &ListArgs) -> Result<(), Failure> {
    let registry = Registry::own()?;
    let all = registry.all()?;
    let told = ask_all(&registry, &all);
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
    } else if told.is_empty() {
        writeln!(out, "no session runs; `bioxen session start NAME` starts one")?;
    } else {
        table(&mut out, &told)?;
    }
    for known in all.iter().filter(|known| known.standing == Standing::Gone) {
        if args.gc {
            registry.sweep(&known.name)?;
            writeln!(io::stderr(), "took the files of {} away", known.name)?;
        }
    }
    if !args.gc && all.iter().any(|known| known.standing == Standing::Gone) {
        writeln!(
            io::stderr(),
            "note: `bioxen session list --gc` takes the files away of those that have ended"
        )?;
    }
    Ok(())
}

/// What all say, in order. All are asked at once, and who says nothing for long is silent.
fn ask_all(registry: &Registry, all: &[Known]) -> Vec<Value> {
    let (sender, answers) = mpsc::channel();
    let own = all.iter().map(|known| {
        let silent = json!({"name": known.name, "state": "silent"});
        let (registry, known) = (registry.clone(), known.clone());
        let ask: Ask = Box::new(move || Some(look(&registry, &known)));
        (Some(silent), ask)
    });
    let shared = offered().into_iter().take(MOST_OFFERED).map(|offered| {
        let ask: Ask = Box::new(move || look_at_offered(&offered));
        (None, ask)
    });
    let mut told = Vec::new();
    for (at, (silent, ask)) in own.chain(shared).enumerate() {
        told.push(silent);
        let sender = sender.clone();
        // Whoever hangs is left behind when this program ends.
        let asked = thread::Builder::new().spawn(move || sender.send((at, ask())));
        if asked.is_err() {
            break;
        }
    }
    drop(sender);
    let begun = Instant::now();
    while let Ok((at, answer)) = answers.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
        told[at] = answer.or(told[at].take());
    }
    told.into_iter().flatten().collect()
}

/// What is known of a session.
fn look(registry: &Registry, known: &Known) -> Value {
    let name = &known.name;
    if known.standing == Standing::Gone {
        return json!({"name": name, "state": "ended"});
    }
    match super::client(registry, name).and_then(|client| client.people()) {
        Ok(people) => row_of(name, &people),
        Err(error) => json!({"name": name, "state": "silent", "error": error.to_string()}),
    }
}

/// What is known of a session that somebody else shares. One that has ended is nobody's concern here.
fn look_at_offered(offered: &Offered) -> Option<Value> {
    let Offered { user, name } = offered;
    let connection = find_offered(user, name).ok()?;
    let (client, _) = Client::open(connect(&connection).ok()?, &login_name()).ok()?;
    Some(row_of(&format!("{user}/{name}"), &client.people().ok()?))
}

fn row_of(name: &str, people: &Value) -> Value {
    let who = people["people"].as_array().into_iter().flatten();
    // Whoever only looks is no guest.
    let looks = |one: &Value| one["name"] == people["me"] && one["clients"] == 1;
    let names: Vec<&Value> = who.filter(|one| !looks(one)).map(|one| &one["name"]).collect();
    json!({
        "name": name, "state": people["execution_state"], "started": people["started"],
        "vms": people["vms"], "people": names, "memory_bytes": people["memory_bytes"],
        "pid": people["pid"], "running": people["running"],
    })
}

fn table(out: &mut impl Write, told: &[Value]) -> io::Result<()> {
    let head = ["name", "state", "since", "VMs", "people", "memory"].map(str::to_owned);
    let row = |one: &Value| {
        let text = |field: &str| match &one[field] {
            Value::Null => String::new(),
            Value::String(text) => visible(text).into_owned(),
            other => other.to_string(),
        };
        let names = one["people"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let people = visible(&names.collect::<Vec<_>>().join(", ")).into_owned();
        let memory = one["memory_bytes"].as_f64();
        let memory = memory.map_or(String::new(), |bytes| format!("{:.0} MB", bytes / 1e6));
        let started = when(&text("started"));
        [text("name"), text("state"), started, text("vms"), people, memory]
    };
    let rows: Vec<[String; 6]> = [head].into_iter().chain(told.iter().map(row)).collect();
    let wide = |i: usize| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(wide).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
