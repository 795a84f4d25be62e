//! The packages inside the binary; nothing is downloaded.

use std::sync::{Arc, OnceLock};

use super::error::PackageError;
use super::model::Package;
use super::reader::{Given, read_with};
use bioxen_base::nearest::nearest;

/// A package inside the binary, read when it is first asked for.
struct Shipped {
    name: &'static str,
    text: &'static str,
    /// The model that lies beside it, or nothing.
    sbml: &'static str,
    package: OnceLock<Arc<Package>>,
}

macro_rules! ship {
    ($($name:literal $(with $model:literal)?,)+) => {
        static SHIPPED: [Shipped; [$($name),+].len()] = [$(Shipped {
            name: $name,
            text: include_str!(concat!("../../../../packages/", $name, ".toml")),
            sbml: concat!($(include_str!(concat!("../../../../packages/", $model)))?),
            package: OnceLock::new(),
        },)+];
    };
}

ship! {
    "capacity_monitor",
    "gfp_reporter",
    "repressilator",
    "repressilator_model" with "repressilator_model.xml",
    "t7_expression",
    "t7_polymerase",
    "toggle_model" with "toggle_model.xml",
    "toggle_switch",
}

static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();

/// The names of the shipped packages, in alphabetical order.
pub fn shipped_names() -> &'static [&'static str] {
    NAMES.get_or_init(|| SHIPPED.iter().map(|entry| entry.name).collect())
}

/// A package that ships with BioXen. It is read once; later calls share it.
///
/// # Errors
/// [`PackageError::Unknown`], with the nearest name, if none of that name is shipped.
///
/// # Examples
/// ```
/// assert_eq!(bioxen_cell::package::shipped("gfp_reporter")?.construct.genes[0].name, "gfp");
/// let error = bioxen_cell::package::shipped("gfp_reportr").unwrap_err().to_string();
/// assert!(error.contains("did you mean `gfp_reporter`?"));
/// # Ok::<(), bioxen_cell::package::PackageError>(())
/// ```
pub fn shipped(name: &str) -> Result<Arc<Package>, PackageError> {
    let entry = entry(name)?;
    if let Some(package) = entry.package.get() {
        return Ok(Arc::clone(package));
    }
    let package = Arc::new(entry.read(&Given::new())?);
    Ok(Arc::clone(entry.package.get_or_init(|| package)))
}

/// The same with values of its parameters, read anew if there are any.
///
/// # Errors
/// As [`shipped`], and when a value is given for what is no parameter, or one that it must not have.
pub fn shipped_with(name: &str, given: &Given) -> Result<Arc<Package>, PackageError> {
    if given.is_empty() { shipped(name) } else { Ok(Arc::new(entry(name)?.read(given)?)) }
}

impl Shipped {
    fn read(&self, given: &Given) -> Result<Package, PackageError> {
        let beside = |_: &str| Ok(self.sbml.to_owned());
        read_with(self.text, &format!("{}.toml", self.name), given, &beside)
    }
}

fn entry(name: &str) -> Result<&'static Shipped, PackageError> {
    let Some(entry) = SHIPPED.iter().find(|entry| entry.name == name) else {
        let known = shipped_names();
        return Err(PackageError::Unknown {
            given: name.to_owned(),
            nearest: nearest(name, known.iter().copied()).map(str::to_owned),
            known: known.iter().map(|n| (*n).to_owned()).collect(),
        });
    };
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::resolve;

    #[test]
    fn every_shipped_package_can_be_read_and_installed_by_itself() {
        assert!(shipped_names().is_sorted());
        for name in shipped_names() {
            let package = shipped(name).unwrap();
            assert_eq!(package.name, *name);
            assert!(!package.about.sources.is_empty(), "{name} says no source");
            let order = resolve(&package, &[], &|name| shipped(name).ok()).unwrap();
            assert_eq!(order.last().unwrap().name, *name);
        }
    }
}
