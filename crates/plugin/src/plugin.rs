//! A plug-in: what a bundle says, checked in all its parts.

mod styles;
mod types;

use std::sync::Arc;

use bioxen_base::problem::{Problems, unprintable};
use bioxen_cell::hypervisor::{HypervisorError, PluginType, TypeFacts};
use bioxen_cell::package::{self, Package, PackageError};
use bioxen_genome::plasmid::{PlasmidFacts, shipped_plasmids};
use semver::Version;

use super::MANIFEST;
use super::bundle::Bundle;
use super::error::PluginError;
use super::manifest::Manifest;
pub use styles::Style;

/// The longest text of functions [bytes].
const LONGEST_SCRIPT: usize = 1 << 20;

/// A text of a plug-in in the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its name in the plug-in, as `functions/mine.rhai`.
    pub path: String,
    /// The text.
    pub text: Arc<str>,
}

/// A plug-in that was checked.
#[derive(Debug, Clone)]
pub struct Plugin {
    manifest: Manifest,
    bundle: Bundle,
    packages: Vec<Arc<Package>>,
    plasmids: Vec<Arc<PlasmidFacts>>,
    functions: Vec<Script>,
    tests: Vec<Script>,
    styles: Vec<Style>,
    facts: Option<TypeFacts>,
}

impl Plugin {
    /// Checks a bundle. `origin` is what errors call it where it does not say its name.
    ///
    /// # Errors
    /// When it says what cannot be, all of which is told; when it is for other versions of BioXen.
    pub fn of(bundle: Bundle, origin: &str) -> Result<Self, PluginError> {
        let mut found = Problems::default();
        let text = bundle.text(MANIFEST).map_err(|what| found.add(MANIFEST, &what));
        let manifest = text.ok().and_then(|text| Manifest::read(&text, &mut found));
        if let Some(manifest) = &manifest {
            check_version(manifest)?;
        }
        let packages = packages(&bundle, &mut found);
        let plasmids = plasmids(&bundle, &mut found);
        let functions = scripts(&bundle, "functions", &mut found);
        let tests = scripts(&bundle, "tests", &mut found);
        let styles = styles::read(&bundle, &mut found);
        let facts =
            manifest.as_ref().and_then(|manifest| types::facts(manifest, &bundle, &mut found));
        let name = manifest.as_ref().map_or(origin, |manifest| &manifest.name).to_owned();
        match manifest {
            Some(manifest) if found.0.is_empty() => {
                Ok(Self { manifest, bundle, packages, plasmids, functions, tests, styles, facts })
            }
            _ => Err(PluginError::Invalid { name, problems: found.0 }),
        }
    }

    /// Reads and checks the plug-in of a folder.
    ///
    /// # Errors
    /// Those of [`Bundle::read`] and [`Plugin::of`].
    ///
    /// # Examples
    /// ```
    /// let plugin = bioxen_plugin::Plugin::read("../../plugins/phage_t7".as_ref())?;
    /// assert_eq!(plugin.name(), "phage_t7");
    /// # Ok::<(), bioxen_plugin::PluginError>(())
    /// ```
    pub fn read(path: &std::path::Path) -> Result<Self, PluginError> {
        let origin = bioxen_base::visible::path(path);
        Self::of(Bundle::read(path)?, &origin)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// `name version`.
    pub fn label(&self) -> String {
        format!("{} {}", self.manifest.name, self.manifest.version)
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its contents.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// The checksum of its contents.
    pub fn sha256(&self) -> &str {
        self.bundle.sha256()
    }

    /// Its packages.
    pub fn packages(&self) -> &[Arc<Package>] {
        &self.packages
    }

    /// Its plasmids.
    pub fn plasmids(&self) -> &[Arc<PlasmidFacts>] {
        &self.plasmids
    }

    /// The texts with its functions.
    pub fn functions(&self) -> &[Script] {
        &self.functions
    }

    /// The scripts that try it.
    pub fn tests(&self) -> &[Script] {
        &self.tests
    }

    /// Its styles of figures.
    pub fn styles(&self) -> &[Style] {
        &self.styles
    }

    /// What it says of its biological type.
    pub fn type_facts(&self) -> Option<&TypeFacts> {
        self.facts.as_ref()
    }

    /// Its biological type, kept by the process so that VMs can be of it.
    ///
    /// # Errors
    /// When the process keeps too many.
    pub fn biological_type(&self) -> Result<Option<PluginType>, HypervisorError> {
        self.facts.clone().map(PluginType::keep).transpose()
    }

    /// The text of a package, with what lies beside it in the plug-in.
    ///
    /// # Errors
    /// When a value is given for what is no parameter, or one that it must not have.
    pub fn package_with(
        &self,
        name: &str,
        given: &package::Given,
    ) -> Option<Result<Arc<Package>, PackageError>> {
        let known = self.packages.iter().find(|package| package.name == name)?;
        if given.is_empty() {
            return Some(Ok(Arc::clone(known)));
        }
        let path = format!("packages/{name}.toml");
        let text = self.bundle.text(&path).ok()?;
        let beside = |file: &str| self.bundle.text(&format!("packages/{file}"));
        Some(package::read_with(&text, &path, given, &beside).map(Arc::new))
    }
}

fn check_version(manifest: &Manifest) -> Result<(), PluginError> {
    let own = env!("CARGO_PKG_VERSION");
    let fits = Version::parse(own).is_ok_and(|own| manifest.bioxen.matches(&own));
    if fits {
        return Ok(());
    }
    let (name, needs) = (manifest.name.clone(), manifest.bioxen.to_string());
    Err(PluginError::OtherBioxen { name, needs, own: own.to_owned() })
}

fn packages(bundle: &Bundle, found: &mut Problems) -> Vec<Arc<Package>> {
    let mut all = Vec::new();
    for (path, name) in bundle.in_folder("packages", "toml") {
        let beside = |file: &str| bundle.text(&format!("packages/{file}"));
        let read = bundle.text(path).map_err(|what| found.add(path, &what));
        let Ok(text) = read else { continue };
        match package::read(&text, path, &beside) {
            Ok(read) => {
                if read.name != name {
                    let what =
                        format!("has the name `{}`, and its file must have it, too", read.name);
                    found.add(path, &what);
                }
                if package::shipped_names().contains(&read.name.as_str()) {
                    found
                        .add(path, &format!("has the name of the shipped package `{}`", read.name));
                }
                all.push(Arc::new(read));
            }
            Err(PackageError::Invalid { problems, .. }) => {
                for problem in problems {
                    found.add(&format!("{path}: {}", problem.path), &problem.what);
                }
            }
            Err(error) => found.add(path, &format!("cannot be used: {error}")),
        }
    }
    // What a package needs is beside it or ships, and nothing needs itself.
    let find = |name: &str| {
        let own = all.iter().find(|package: &&Arc<Package>| package.name == name).cloned();
        own.or_else(|| package::shipped(name).ok())
    };
    for package in &all {
        if let Err(error) = package::resolve(package, &[], &find) {
            found.add(
                &format!("packages/{}.toml", package.name),
                &format!("cannot be used: {error}"),
            );
        }
    }
    all
}

fn plasmids(bundle: &Bundle, found: &mut Problems) -> Vec<Arc<PlasmidFacts>> {
    let mut all = Vec::new();
    for (path, name) in bundle.in_folder("plasmids", "genome") {
        match PlasmidFacts::read(bundle.file(path).unwrap_or_default(), path) {
            Ok(read) => {
                if read.name() != name {
                    let what =
                        format!("has the name `{}`, and its file must have it, too", read.name());
                    found.add(path, &what);
                }
                if shipped_plasmids().contains(&read.name()) {
                    found.add(
                        path,
                        &format!("has the name of the shipped plasmid `{}`", read.name()),
                    );
                }
                all.push(Arc::new(read));
            }
            Err(error) => found.add(path, &format!("cannot be used: {error}")),
        }
    }
    all
}

fn scripts(bundle: &Bundle, folder: &str, found: &mut Problems) -> Vec<Script> {
    let mut all = Vec::new();
    for (path, _) in bundle.in_folder(folder, "rhai") {
        match bundle.text(path) {
            Ok(text) if text.len() > LONGEST_SCRIPT => {
                found.add(path, &format!("has more than {} KiB", LONGEST_SCRIPT >> 10));
            }
            Ok(text) => match unprintable(&text) {
                Some(what) => found.add(path, &what),
                None => all.push(Script { path: path.to_owned(), text: text.into() }),
            },
            Err(what) => found.add(path, &what),
        }
    }
    all
}

#[cfg(test)]
mod tests;
