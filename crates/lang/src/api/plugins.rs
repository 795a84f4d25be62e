//! Plug-ins: folders that bring a biological type, packages, plasmids, functions and styles.

use std::sync::Arc;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::plugins::{Loaded, bring};
use crate::world::with;
use crate::{LangError, RhaiResultOf};
use bioxen_base::nearest::nearest;

fn strings<'a>(texts: impl IntoIterator<Item = &'a str>) -> Dynamic {
    texts.into_iter().map(|text| Dynamic::from(text.to_owned())).collect::<Array>().into()
}

/// A plug-in as a map.
fn record(loaded: &Loaded) -> Map {
    let (plugin, manifest) = (&loaded.plugin, loaded.plugin.manifest());
    let mut functions: Vec<&str> = loaded.functions.iter().map(|f| f.doc.name.as_str()).collect();
    functions.dedup();
    let requires = manifest.requires.iter();
    let requires: Map = requires
        .map(|(name, versions)| (name.as_str().into(), versions.to_string().into()))
        .collect();
    let mut map = Map::new();
    map.insert("name".into(), manifest.name.clone().into());
    map.insert("version".into(), manifest.version.to_string().into());
    map.insert("description".into(), manifest.description.clone().into());
    map.insert("licence".into(), manifest.licence.clone().into());
    map.insert("sources".into(), strings(manifest.sources.iter().map(String::as_str)));
    map.insert("requires".into(), requires.into());
    map.insert("sha256".into(), plugin.sha256().to_owned().into());
    map.insert("types".into(), strings(plugin.type_facts().iter().map(|t| t.name.as_str())));
    map.insert("packages".into(), strings(plugin.packages().iter().map(|p| p.name.as_str())));
    map.insert("plasmids".into(), strings(plugin.plasmids().iter().map(|p| p.name())));
    map.insert("functions".into(), strings(functions));
    map.insert("styles".into(), strings(plugin.styles().iter().map(|s| s.name.as_str())));
    map
}

/// Plug-ins.
#[export_module]
pub mod functions {
    /// Loads a plug-in: a folder with `plugin.toml` and, beside it, a biological type, packages, plasmids, functions
    /// of the language and styles of figures (docs/plugins.md). Returns a record of `name`, `version`, `description`,
    /// `licence`, `sources`, `requires`, `sha256` (checksum of its contents), `types`, `packages`, `plasmids`,
    /// `functions` and `styles`.
    ///
    /// From then on `create_bio_vm("x", "its_type")`, `install_package("its_package")`, `add_plasmid("its_plasmid")`
    /// and its functions work like those of the language. Plug-ins that it needs are loaded first, from beside it
    /// or from where plug-ins are looked for (`--plugins`). To load the same plug-in again changes nothing. The whole
    /// folder is read at once; its functions reach no files.
    ///
    /// Where the path is written out in the call, its functions can be called in the same text; otherwise from the
    /// next text on.
    ///
    /// * `path` - the folder of the plug-in, beside the script or where it may read, or the name of one that is
    ///   looked for
    ///
    /// # Errors
    /// If there is no plug-in; if something in its folder cannot be part of one, is wrong, or is for another version
    /// of BioXen; if it needs a plug-in that is missing, of another version, or that needs it in turn; if a name
    /// of its functions, packages, plasmids, styles or types is taken, or another version of it is loaded. Then
    /// nothing is loaded.
    ///
    /// # Example
    /// ```rhai
    /// let phage = load_plugin("phage_t7");
    /// print(phage.packages);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn load_plugin(context: NativeCallContext, path: &str) -> RhaiResultOf<Map> {
        with(&context, |world| {
            bring(context.engine(), world, path).map(|loaded| super::record(&loaded))
        })
    }

    /// The plug-ins that are loaded, as records like those of `load_plugin`, in the order in which they were loaded.
    ///
    /// # Example
    /// ```rhai
    /// for plugin in plugins() { print(`${plugin.name} ${plugin.version}`); }
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plugins(context: NativeCallContext) -> RhaiResultOf<Array> {
        with(&context, |world| {
            let all = world.plugins.all().iter();
            let records = all.map(|loaded: &Arc<Loaded>| Dynamic::from_map(super::record(loaded)));
            Ok::<_, LangError>(records.collect())
        })
    }

    /// The options of figures that a plug-in has under a name, for any function that draws: a map of `title`,
    /// `width`, `height`, `theme` and `scale`, as far as the plug-in says them.
    ///
    /// * `name` - the name of a style, as `load_plugin` lists it
    ///
    /// # Errors
    /// If no plug-in that is loaded has a style of that name.
    ///
    /// # Example
    /// ```rhai
    /// load_plugin("phage_t7");
    /// figure_style("phage_t7_print").width
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn figure_style(context: NativeCallContext, name: &str) -> RhaiResultOf<Map> {
        with(&context, |world| {
            world.plugins.style(name).ok_or_else(|| {
                let all = world.plugins.styles();
                LangError::UnknownName {
                    kind: "style of figures",
                    given: name.to_owned(),
                    nearest: nearest(name, all.iter().copied()).map(str::to_owned),
                    valid: all.into_iter().map(str::to_owned).collect(),
                }
            })
        })
    }
}
