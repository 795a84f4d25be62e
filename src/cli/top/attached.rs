//! A session that runs elsewhere, watched.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use bioxen::client::{self, Client, Connection, Registry, Told, connect};
use bioxen::hypervisor::{Sample, VmSample};
use bioxen::units::Time;
use serde_json::Value;

use super::super::attach::login_name;
use super::super::failure::Failure;
use super::super::repl::foreign_line;
use super::News;
use super::feed::{Feed, Row};

/// Watches a session; with `once`, says only what is known at once.
pub(super) fn watch(session: &str, once: bool) -> Result<Feed, Failure> {
    let (client, told) = open(session)?;
    let (tell, news) = channel();
    // What is said now is known at once, while a cell runs, too.
    if let Some(status) = status(&client.vms()?) {
        // The other end is in this function.
        let _ = tell.send(status);
    }
    if once {
        let _ = tell.send(News::Ended(None));
        return Ok(Feed::of(news));
    }
    client.watch()?;
    thread::Builder::new().name("watch".to_owned()).spawn(move || {
        for one in &told {
            if news_of(&one).is_some_and(|news| tell.send(news).is_err()) {
                return;
            }
            if one.news == client::News::End {
                break;
            }
        }
        // Nobody listens any more if the user has left.
        let _ = tell.send(News::Ended(None));
        drop(client);
    })?;
    Ok(Feed::of(news))
}

/// A client of a session that is named, or of a connection file.
fn open(session: &str) -> Result<(Client, Receiver<Told>), Failure> {
    let path = Path::new(session);
    let connection = match session.ends_with(".json") && path.is_file() {
        true => Connection::read(path)?,
        false => Registry::own()?.find(session)?,
    };
    Ok(Client::open(connect(&connection)?, &format!("{} (top)", login_name()))?)
}

fn news_of(one: &Told) -> Option<News> {
    match &one.news {
        client::News::Comm { data, .. } if data["kind"] == "sample" => sample(data),
        client::News::Comm { data, .. } if data["kind"] == "status" => status(data),
        _ => foreign_line(one, "").map(News::Line),
    }
}

fn number(of: &Value, field: &str) -> f64 {
    of[field].as_f64().unwrap_or(f64::NAN)
}

fn text(of: &Value, field: &str) -> String {
    of[field].as_str().unwrap_or_default().to_owned()
}

fn sample(data: &Value) -> Option<News> {
    let vm = |vm: &Value| VmSample {
        id: text(vm, "id"),
        ribosomes: number(vm, "ribosomes"),
        polymerases: number(vm, "polymerases"),
        atp_share: number(vm, "atp_share"),
    };
    Some(News::Sample(Sample {
        now: Time::from_minutes(data["time_min"].as_f64()?),
        growth_per_h: number(data, "growth_rate_per_h"),
        ribosomes: number(data, "ribosomes"),
        polymerases: number(data, "polymerases"),
        atp_percent: number(data, "atp_percent"),
        vms: data["vms"].as_array()?.iter().map(vm).collect(),
    }))
}

fn status(data: &Value) -> Option<News> {
    let row = |vm: &Value| Row {
        has: VmSample {
            id: text(vm, "id"),
            ribosomes: number(vm, "engaged_ribosomes"),
            polymerases: number(vm, "engaged_polymerases"),
            atp_share: 0.0,
        },
        state: text(vm, "state"),
        phase: String::new(),
    };
    let rows = data["vms"].as_array()?.iter().map(row).collect();
    Some(News::Status(data["time_min"].as_f64()?, rows))
}
