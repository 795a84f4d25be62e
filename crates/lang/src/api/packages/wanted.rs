//! The package that is meant: one of the catalogue, of a plug-in, of a file, of a text or of a map.

use std::path::Path;
use std::sync::Arc;

use rhai::{Array, Dynamic, Map};
use serde_json::Value;

use crate::number::{number, only, time};
use crate::text::into_plain;
use crate::world::WorldOptions;
use crate::{LangError, World};
use bioxen_base::nearest::nearest;
use bioxen_cell::hypervisor::HypervisorError;
use bioxen_cell::package::{
    Given, Package, PackageError, from_sbml, from_table, in_file, read_with, same_unit,
    shipped_with,
};

fn text(options: &WorldOptions, path: &str) -> Result<String, LangError> {
    let bytes = options.read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| LangError::File {
        path: path.to_owned(),
        action: "read",
        reason: "it is no text in UTF-8".to_owned(),
    })?;
    Ok(into_plain(text))
}

pub(super) fn refused(error: PackageError) -> LangError {
    HypervisorError::from(error).into()
}

/// Refuses a unit of time [min] that a package has no use for, or that is another than its own.
fn check_unit(package: &Package, given: Option<f64>) -> Result<(), PackageError> {
    match (&package.model, given) {
        (_, None) => Ok(()),
        (Some(model), Some(given)) => same_unit(&package.name, model.minutes_per_time_unit, given),
        (None, Some(_)) => Err(PackageError::NoModel { package: package.name.clone() }),
    }
}

/// What is asked of a package.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) minutes_per_time_unit: Option<f64>,
    pub(super) parameters: Given,
}

impl Wanted {
    /// The unit of time and the parameters of a map of options.
    pub(super) fn read(options: &Map) -> Result<Self, LangError> {
        let unit = options.get("time_unit").map(|t| time("time_unit", t)).transpose()?;
        let minutes_per_time_unit = unit.map(|unit| unit.minutes());
        if let Some(given) = minutes_per_time_unit.filter(|minutes| *minutes <= 0.0) {
            return Err(refused(PackageError::NoLength { given }));
        }
        let others = options.iter().filter(|(name, _)| name.as_str() != "time_unit");
        let parameters = others.map(|(name, value)| {
            // No parameter is such a value: its writer means the other option.
            if crate::number::plain(value).is_none() && nearest(name, ["time_unit"]).is_some() {
                only("install_package", options, &["time_unit"])?;
            }
            Ok((name.to_string(), number(name, value)?))
        });
        Ok(Self {
            minutes_per_time_unit,
            parameters: parameters.collect::<Result<_, LangError>>()?,
        })
    }
}

/// The text of a package in TOML, which no name or path looks like.
fn is_text(given: &str) -> bool {
    given.contains('\n')
}

/// A package of the catalogue by its name, of a file by its path, or of its text.
pub(super) fn find(world: &World, given: &str, wanted: &Wanted) -> Result<Arc<Package>, LangError> {
    let options = &world.options;
    let minutes_per_time_unit = wanted.minutes_per_time_unit;
    if is_text(given) {
        let nothing = |_: &str| Err("a text has nothing beside it".to_owned());
        let package = read_with(given, WRITTEN, &wanted.parameters, &nothing).map_err(refused)?;
        check_unit(&package, minutes_per_time_unit).map_err(refused)?;
        return Ok(Arc::new(package));
    }
    let path = Path::new(given);
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let package = match ending.as_deref() {
        Some("toml") => {
            let beside = |file: &str| {
                let path = path.with_file_name(file).display().to_string();
                text(options, &path).map_err(|e| e.to_string())
            };
            read_with(&text(options, given)?, given, &wanted.parameters, &beside)
        }
        Some("xml" | "sbml") => {
            no_parameters(given, &wanted.parameters)?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            from_sbml(&name, &text(options, given)?, minutes_per_time_unit)
                .map_err(|error| in_file(error, given))
        }
        _ => {
            let own = world.plugins.package(given, &wanted.parameters);
            let package = own.unwrap_or_else(|| {
                shipped_with(given, &wanted.parameters).map_err(|error| near(world, error))
            });
            let package = package.map_err(refused)?;
            check_unit(&package, minutes_per_time_unit).map_err(refused)?;
            return Ok(package);
        }
    };
    let package = package.map_err(refused)?;
    check_unit(&package, minutes_per_time_unit).map_err(refused)?;
    Ok(Arc::new(package))
}

/// An unknown package may be nearest to one of a plug-in.
fn near(world: &World, error: PackageError) -> PackageError {
    let PackageError::Unknown { given, nearest: before, mut known } = error else { return error };
    known.extend(world.plugins.packages().map(|package| package.name.clone()));
    let found = nearest(&given, known.iter().map(String::as_str)).map(str::to_owned);
    PackageError::Unknown { nearest: found.or(before), given, known }
}

/// An unknown package may be nearest to one that the current VM has, which can be looked at.
pub(super) fn among(world: &World, error: LangError) -> LangError {
    let LangError::Hypervisor(HypervisorError::Package(PackageError::Unknown {
        given,
        nearest: before,
        mut known,
    })) = error
    else {
        return error;
    };
    let vm = world.lab.attached().and_then(|id| world.lab.hypervisor().vm(id).ok());
    known.extend(vm.iter().flat_map(|vm| vm.packages()).map(|package| package.name.clone()));
    known.sort();
    known.dedup();
    let found = nearest(&given, known.iter().map(String::as_str)).map(str::to_owned);
    refused(PackageError::Unknown { nearest: found.or(before), given, known })
}

/// What errors call a package that a script writes.
pub(super) const WRITTEN: &str = "the package of the script";

/// A model alone has no parameters.
fn no_parameters(given: &str, parameters: &Given) -> Result<(), LangError> {
    match parameters.keys().next() {
        None => Ok(()),
        Some(name) => Err(LangError::UnknownName {
            kind: "option of install_package for a model",
            given: name.clone(),
            nearest: nearest(name, ["time_unit"]).map(str::to_owned),
            valid: vec![format!("time_unit (`{given}` is a model, which has no parameters)")],
        }),
    }
}

/// A package that is written as a map.
pub(super) fn written(map: &Map, wanted: &Wanted) -> Result<Arc<Package>, LangError> {
    let table = map.iter().map(|(name, value)| Ok((name.to_string(), plain(name, value)?)));
    let table = table.collect::<Result<_, LangError>>()?;
    let package = from_table(table, WRITTEN, &wanted.parameters).map_err(refused)?;
    check_unit(&package, wanted.minutes_per_time_unit).map_err(refused)?;
    Ok(Arc::new(package))
}

/// A value of a map as files have it: quantities in the units that files count in.
fn plain(name: &str, value: &Dynamic) -> Result<Value, LangError> {
    if let Some(array) = value.read_lock::<Array>() {
        return array.iter().map(|value| plain(name, value)).collect();
    }
    if let Some(map) = value.read_lock::<Map>() {
        let each = map.iter().map(|(name, value)| Ok((name.to_string(), plain(name, value)?)));
        return Ok(Value::Object(each.collect::<Result<_, LangError>>()?));
    }
    let whole = value.as_int().ok().map(Value::from);
    let real = || value.as_float().ok().map(Value::from);
    let words = || value.clone().into_string().ok().map(Value::from);
    whole.or_else(real).or_else(words).ok_or_else(|| LangError::WrongType {
        what: format!("`{name}` of a package"),
        expected: "a number in the unit of its name, a text, an array or a map, as in packages/README.md",
        got: crate::number::kind(value),
    })
}
