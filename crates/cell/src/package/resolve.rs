//! Resolves dependencies: what has to be installed, and in which order.

use std::sync::Arc;

use super::error::PackageError;
use super::model::{Package, Requirement};
use bioxen_base::nearest::nearest;

/// A package with all that it needs and that is not installed yet, in the order in which they are
/// to be installed. `find` gives packages by name.
///
/// # Errors
/// When the package is installed; when one that is needed is not there, or in another version only;
/// when packages need each other in a circle, or exclude each other or one that is installed.
///
/// # Examples
/// ```
/// use bioxen_cell::package::{resolve, shipped};
/// let package = shipped("t7_expression")?;
/// let order = resolve(&package, &[], &|name| shipped(name).ok())?;
/// let names: Vec<&str> = order.iter().map(|p| p.name.as_str()).collect();
/// assert_eq!(names, ["t7_polymerase", "t7_expression"]);
/// # Ok::<(), bioxen_cell::package::PackageError>(())
/// ```
pub fn resolve(
    package: &Arc<Package>,
    installed: &[Arc<Package>],
    find: &dyn Fn(&str) -> Option<Arc<Package>>,
) -> Result<Vec<Arc<Package>>, PackageError> {
    if let Some(there) = installed.iter().find(|p| p.name == package.name) {
        return Err(PackageError::Installed { name: there.name.clone(), package: there.label() });
    }
    let mut walk = Walk { installed, find, order: Vec::new(), path: Vec::new() };
    walk.visit(package)?;
    for new in &walk.order {
        let others = installed.iter().chain(&walk.order);
        for other in others.filter(|other| other.name != new.name) {
            for (one, two) in [(new, other), (other, new)] {
                if one.relations.conflicts.iter().any(|c| c.name == two.name && matches(c, two)) {
                    let (package, with) = (one.label(), two.label());
                    return Err(PackageError::Conflict { package, with });
                }
            }
        }
    }
    Ok(walk.order)
}

fn matches(requirement: &Requirement, package: &Package) -> bool {
    requirement.versions.matches(&package.version)
}

struct Walk<'a> {
    installed: &'a [Arc<Package>],
    find: &'a dyn Fn(&str) -> Option<Arc<Package>>,
    order: Vec<Arc<Package>>,
    /// The packages that are being looked at, each needed by the one before.
    path: Vec<Arc<Package>>,
}

impl Walk<'_> {
    fn visit(&mut self, package: &Arc<Package>) -> Result<(), PackageError> {
        self.path.push(Arc::clone(package));
        for needed in &package.relations.dependencies {
            self.need(package, needed)?;
        }
        self.path.pop();
        self.order.push(Arc::clone(package));
        Ok(())
    }

    fn need(&mut self, package: &Package, needed: &Requirement) -> Result<(), PackageError> {
        if let Some(at) = self.path.iter().position(|p| p.name == needed.name) {
            let mut circle: Vec<String> = self.path[at..].iter().map(|p| p.name.clone()).collect();
            circle.push(needed.name.clone());
            return Err(PackageError::Circle { circle });
        }
        let there = self.installed.iter().chain(&self.order).find(|p| p.name == needed.name);
        let (found, new) = match there {
            Some(there) => (Arc::clone(there), false),
            None => {
                let found = (self.find)(&needed.name).filter(|p| p.name == needed.name);
                let found = found.ok_or_else(|| PackageError::Missing {
                    package: package.label(),
                    needs: needed.name.clone(),
                    nearest: nearest(
                        &needed.name,
                        super::shipped_names()
                            .iter()
                            .copied()
                            .chain(self.installed.iter().map(|p| p.name.as_str())),
                    )
                    .map(str::to_owned),
                })?;
                (found, true)
            }
        };
        if !matches(needed, &found) {
            return Err(PackageError::Version {
                package: package.label(),
                needs: needed.name.clone(),
                versions: needed.versions.to_string(),
                found: found.label(),
            });
        }
        if new { self.visit(&found) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
