//! What plug-ins need of each other.

use std::sync::Arc;

use bioxen_base::nearest::nearest;

use super::error::PluginError;
use super::plugin::Plugin;

/// A plug-in that was looked for, if there is one of the name.
pub type Found = Option<Result<Arc<Plugin>, PluginError>>;

/// A plug-in with all that it needs and that is not loaded yet, in the order in which they are to be loaded. `find`
/// gives plug-ins by name, `known` the names that there are.
///
/// # Errors
/// When one that is needed is not there, is wrong, or has another version; when plug-ins need each other in a
/// circle.
pub fn with_required(
    plugin: &Arc<Plugin>,
    loaded: &[Arc<Plugin>],
    known: &[String],
    find: &dyn Fn(&str) -> Found,
) -> Result<Vec<Arc<Plugin>>, PluginError> {
    let mut walk = Walk { loaded, known, find, order: Vec::new(), path: Vec::new() };
    walk.visit(plugin)?;
    Ok(walk.order)
}

struct Walk<'a> {
    loaded: &'a [Arc<Plugin>],
    known: &'a [String],
    find: &'a dyn Fn(&str) -> Found,
    order: Vec<Arc<Plugin>>,
    /// Each needed by the one before.
    path: Vec<String>,
}

impl Walk<'_> {
    fn visit(&mut self, plugin: &Arc<Plugin>) -> Result<(), PluginError> {
        let name = plugin.name().to_owned();
        self.path.push(name.clone());
        for (needs, versions) in &plugin.manifest().requires {
            if let Some(at) = self.path.iter().position(|open| open == needs) {
                let mut circle = self.path[at..].to_vec();
                circle.push(needs.clone());
                return Err(PluginError::Circle { circle });
            }
            let there = self.loaded.iter().chain(&self.order).find(|p| p.name() == needs).cloned();
            let (found, new) = match there {
                Some(there) => (there, false),
                None => {
                    let missing = || PluginError::Missing {
                        name: name.clone(),
                        needs: needs.clone(),
                        versions: versions.to_string(),
                        nearest: nearest(needs, self.known.iter().map(String::as_str))
                            .map(str::to_owned),
                    };
                    ((self.find)(needs).ok_or_else(missing)??, true)
                }
            };
            if !versions.matches(&found.manifest().version) {
                return Err(PluginError::Version {
                    name,
                    needs: needs.clone(),
                    versions: versions.to_string(),
                    found: found.manifest().version.to_string(),
                });
            }
            if new {
                self.visit(&found)?;
            }
        }
        self.path.pop();
        self.order.push(Arc::clone(plugin));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
