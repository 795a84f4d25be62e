//! `bioxen xcpng list` and `gc`.

use std::io::Write;

use bioxen_xapi::{Client, Fate, Leftover, Whose, collect as collected, leftovers};
use serde_json::json;

use super::super::failure::Failure;
use super::{GcArgs, Pool, journal};

/// The session, and the machines in the pool.
fn found(pool: &Pool) -> Result<(Client, Vec<Leftover>), Failure> {
    let told = |error| pool.failed(&error);
    let client = Client::connect(&pool.config.pool, &*pool.stop).map_err(told)?;
    let left = leftovers(&client, &journal()?, &*pool.stop).map_err(told)?;
    Ok((client, left))
}

fn whose(leftover: &Leftover) -> String {
    match &leftover.whose {
        Whose::Ended => "its process has ended".to_owned(),
        Whose::InUse => "in use".to_owned(),
        Whose::Elsewhere { owner } => format!("of {owner}, elsewhere"),
        _ => "unknown".to_owned(),
    }
}

fn state(leftover: &Leftover) -> String {
    leftover.power.map_or_else(|| "not there".to_owned(), |power| power.to_string())
}

/// Lists the machines.
pub(super) fn list(pool: &Pool, as_json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let (_client, left) = found(pool)?;
    if as_json {
        let word = |leftover: &Leftover| match &leftover.whose {
            Whose::Ended => "ended",
            Whose::InUse => "in use",
            _ => "elsewhere",
        };
        let owner = |leftover: &Leftover| match &leftover.whose {
            Whose::Elsewhere { owner } => Some(owner.clone()),
            _ => None,
        };
        let all: Vec<serde_json::Value> = left
            .iter()
            .map(|one| {
                json!({
                    "label": one.label, "vm": one.name, "uuid": one.uuid,
                    "power": one.power.map(|power| power.to_string()),
                    "step": one.step, "whose": word(one), "owner": owner(one),
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        return Ok(());
    }
    if left.is_empty() {
        writeln!(out, "no machines")?;
    }
    for one in &left {
        let uuid = one.uuid.as_deref().unwrap_or("-");
        writeln!(out, "{}  {}  {uuid}  {}", one.label, state(one), whose(one))?;
    }
    Ok(())
}

/// Destroys what is left, or says what would be destroyed.
pub(super) fn collect(pool: &Pool, args: &GcArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (client, left) = found(pool)?;
    if left.is_empty() {
        writeln!(out, "nothing is left")?;
    }
    let (mut failed, mut would) = (false, false);
    for done in collected(&client, left, args.elsewhere, !args.yes, &*pool.stop) {
        let label = &done.leftover.label;
        match done.fate {
            Fate::Removed => writeln!(out, "{label}: destroyed")?,
            Fate::WouldRemove => {
                would = true;
                writeln!(out, "{label}: would be destroyed ({})", state(&done.leftover))?;
            }
            Fate::Kept => writeln!(out, "{label}: kept, {}", whose(&done.leftover))?,
            Fate::Failed(error) => {
                failed = true;
                writeln!(out, "{label}: not destroyed: {error}")?;
            }
            _ => writeln!(out, "{label}: kept")?,
        }
    }
    if would {
        writeln!(out, "nothing was destroyed: call it with --yes")?;
    }
    if failed { Err(pool.failed(&"not all could be destroyed")) } else { Ok(()) }
}
