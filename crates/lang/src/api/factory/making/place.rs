//! The place of a VM, as a script says it.

use std::sync::Arc;

use rhai::{Dynamic, Map};
use serde_json::{Map as Keys, Value};

use crate::number::{kind, map};
use crate::{LangError, World};
use bioxen_base::units::Duration;
use bioxen_cell::factory::config_file::VmConfig;
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
    for other in Infrastructure::ALL {
        let Some(what) = key(other).filter(|key| Some(*key) != own) else { continue };
        if options.contains_key(what) {
            let needs = match other {
                Infrastructure::Xcpng => "is for VMs of the type `xcpng`",
                _ => "is for VMs of the type `ssh`",
            };
            return Err(LangError::Missing { what, needs });
        }
    }
    let Some(own) = own else { return Ok(None) };
    let Some(given) = options.get(own) else { return Ok(None) };
    let mut keys = Keys::new();
    for (name, value) in map(own, given)? {
        let value = plain(&value).ok_or_else(|| LangError::WrongType {
            what: name.to_string(),
            expected: "a text, a number, a time, true or false",
            got: kind(&value),
        })?;
        keys.insert(name.to_string(), value);
    }
    Ok(Some(keys))
}

/// A text, a number, true or false, or a time in seconds.
fn plain(value: &Dynamic) -> Option<Value> {
    let value = value.flatten_clone();
    if let Some(time) = value.clone().try_cast::<Duration>() {
        return serde_json::Number::from_f64(time.time().seconds()).map(Value::Number);
    }
    if let Ok(text) = value.clone().into_string() {
        return Some(Value::String(text));
    }
    if let Ok(switch) = value.as_bool() {
        return Some(Value::Bool(switch));
    }
    if let Ok(whole) = value.as_int() {
        return Some(Value::from(whole));
    }
    value.as_float().ok().and_then(serde_json::Number::from_f64).map(Value::Number)
}

/// The place of a VM; another machine is reached now, so that nothing is made if it cannot be.
pub(super) fn of(
    world: &mut World,
    id: &str,
    config: &Config,
) -> Result<Arc<dyn Place>, LangError> {
    let Some(own) = key(config.vm_type) else { return Ok(here()) };
    let Some(reach) = &config.reach else {
        let present = world.lab.place(config.chassis.as_deref());
        if present.infrastructure() == config.vm_type {
            return Ok(present);
        }
        let needs = match config.vm_type {
            Infrastructure::Xcpng => {
                "is missing: a map, such as #{xapi_url: \"https://192.0.2.10\", username: \"bioxen\", ..}; see \
                 docs/xcpng.md"
            }
            _ => "is missing: a map, such as #{host: \"lab.example.org\", ssh_user: \"me\"}",
        };
        return Err(LangError::Missing { what: own, needs });
    };
    world.open_place(id, config, reach)
}

/// Says in a configuration where a VM lives. Secrets are not written.
pub(super) fn tell(place: &dyn Place, config: &mut VmConfig) {
    place.infrastructure().name().clone_into(&mut config.vm_type);
    let reach = place.reach().cloned();
    match place.infrastructure() {
        Infrastructure::Basic => {}
        Infrastructure::Ssh => config.ssh_config = reach,
        Infrastructure::Xcpng => config.xcpng_config = reach,
    }
}
