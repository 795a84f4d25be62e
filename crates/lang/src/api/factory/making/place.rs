//! The place of a VM, as a script says it.

use std::sync::Arc;

use rhai::{Dynamic, Map};
use serde_json::{Map as Keys, Value};

use crate::number::{kind, map};
use crate::{LangError, World};
use bioxen_base::units::Duration;
use bioxen_cell::factory::{Config, Infrastructure};
use bioxen_lab::{Place, here};

/// The key that says how a place is reached.
const fn key(infrastructure: Infrastructure) -> Option<&'static str> {
    match infrastructure {
        Infrastructure::Basic => None,
        Infrastructure::Ssh => Some("ssh_config"),
        Infrastructure::Xcpng => Some("xcpng_config"),
    }
}

/// How the place is reached on which a VM is to run; nothing for this process.
pub(super) fn reach(
    infrastructure: Infrastructure,
    options: &Map,
) -> Result<Option<Keys<String, Value>>, LangError> {
    let own = key(infrastructure);
    let foreign = Infrastructure::ALL.into_iter().filter_map(key).filter(|key| Some(*key) != own);
    // A configuration for XCP-ng has always been kept, and not used.
    if let Some(what) = foreign.into_iter().find(|key| options.contains_key(*key))
        && what != "xcpng_config"
    {
        return Err(LangError::Missing { what, needs: "is for VMs of the type `ssh`" });
    }
    let Some(own) = own else { return Ok(None) };
    let Some(given) = options.get(own) else { return Ok(None) };
    let mut keys = Keys::new();
    for (name, value) in map(own, given)? {
        let value = plain(&value).ok_or_else(|| LangError::WrongType {
            what: name.to_string(),
            expected: "a text, a number or a time",
            got: kind(&value),
        })?;
        keys.insert(name.to_string(), value);
    }
    Ok(Some(keys))
}

/// A text, a number, or a time in seconds.
fn plain(value: &Dynamic) -> Option<Value> {
    let value = value.flatten_clone();
    if let Some(time) = value.clone().try_cast::<Duration>() {
        return serde_json::Number::from_f64(time.time().seconds()).map(Value::Number);
    }
    if let Ok(text) = value.clone().into_string() {
        return Some(Value::String(text));
    }
    if let Ok(whole) = value.as_int() {
        return Some(Value::from(whole));
    }
    value.as_float().ok().and_then(serde_json::Number::from_f64).map(Value::Number)
}

/// The place of a VM; another machine is reached now, so that nothing is made if it cannot be.
pub(super) fn of(world: &World, config: &Config) -> Result<Arc<dyn Place>, LangError> {
    let Some(own) = key(config.vm_type) else { return Ok(here()) };
    let Some(reach) = &config.reach else {
        let present = world.lab.place(config.chassis.as_deref());
        if present.infrastructure() == config.vm_type {
            return Ok(present);
        }
        let needs = "is missing: a map, such as #{host: \"lab.example.org\", ssh_user: \"me\"}";
        return Err(LangError::Missing { what: own, needs });
    };
    let Some(places) = &world.options.places else {
        return Err(LangError::NotAvailable { what: "a VM on another machine" });
    };
    Ok(places.open(config.vm_type, reach)?)
}
