//! Checks the keys of literal maps that are options of functions: a function refuses unknown keys.

use std::sync::Arc;

use rhai::{Dynamic, Expr, FnCallExpr, Map, Position};

use super::{Findings, type_place};
use bioxen_base::nearest::{hint, nearest};
use bioxen_cell::package::shipped;
use bioxen_lang::api::factory::{CONFIG_KEYS, LIMIT_KEYS};

/// Functions whose last argument is a map of options, each of which their documentation names.
const TAKE_OPTIONS: [&str; 15] = [
    "ensemble",
    "param",
    "plot",
    "plot_burden",
    "plot_cytometry",
    "plot_genome",
    "plot_growth_law",
    "plot_heatmap",
    "plot_histogram",
    "plot_kymograph",
    "plot_lineage",
    "plot_noise",
    "plot_phase",
    "plot_resources",
    "start_transcription",
];

/// A map that is written out.
enum Literal<'a> {
    /// With values that are calculated.
    Written(&'a [(rhai::Ident, Expr)]),
    /// With nothing that is.
    Constant(Map),
}

impl<'a> Literal<'a> {
    fn of(expression: &'a Expr) -> Option<Self> {
        match expression {
            Expr::Map(entries, _) => Some(Self::Written(&entries.0)),
            Expr::DynamicConstant(value, _) => Self::constant(value),
            _ => None,
        }
    }

    fn constant(value: &Dynamic) -> Option<Self> {
        value.read_lock::<Map>().map(|map| Self::Constant(map.clone()))
    }

    fn keys(&self) -> Vec<String> {
        match self {
            Self::Written(entries) => entries.iter().map(|(key, _)| key.name.to_string()).collect(),
            Self::Constant(map) => map.keys().map(ToString::to_string).collect(),
        }
    }

    /// The map that is the value of a key.
    fn inner(&self, key: &str) -> Option<Self> {
        match self {
            Self::Written(entries) => {
                let (_, value) = entries.iter().find(|(name, _)| name.name == key)?;
                Self::of(value)
            }
            Self::Constant(map) => Self::constant(map.get(key)?),
        }
    }
}

impl Findings<'_> {
    /// The keys of the options of a call.
    pub(super) fn options(&mut self, call: &FnCallExpr, position: Position, method: bool) {
        let name = call.name.as_str();
        if call.is_qualified() || self.own.contains_key(name) || method && self.is_a_key(name) {
            return;
        }
        let Some(given) = call.args.last().and_then(Literal::of) else { return };
        if type_place(name).is_some_and(|place| call.args.len() > place + 1) {
            self.keys("create_bio_vm", &given, &CONFIG_KEYS, position);
            if let Some(limits) = given.inner("resource_limits") {
                self.keys("resource_limits", &limits, &LIMIT_KEYS, position);
            }
        } else if name == "set_limits" {
            self.keys("the limits of set_limits", &given, &LIMIT_KEYS, position);
        } else if name == "install_package" {
            self.package_options(call, &given, position);
        } else if TAKE_OPTIONS.contains(&name) {
            let catalogue = self.catalogue;
            let valid: Vec<&str> =
                catalogue.option_keys(name).into_iter().map(|(key, _)| key).collect();
            self.keys(name, &given, &valid, position);
        }
    }

    /// The options of a package are its parameters; of one that is not known here they can be any.
    fn package_options(&mut self, call: &FnCallExpr, given: &Literal<'_>, position: Position) {
        let [Expr::StringConstant(package, _), _] = call.args.as_slice() else { return };
        let own = self.plugins.iter().flat_map(|loaded| loaded.plugin.packages());
        let own = own.filter(|own| own.name == package.as_str()).map(Arc::clone).next();
        let Some(package) = own.or_else(|| shipped(package).ok()) else { return };
        let parameters = package.parameters.iter().map(|parameter| parameter.name.as_str());
        let valid: Vec<&str> = parameters.chain(["time_unit"]).collect();
        self.keys(&format!("the package {}", package.name), given, &valid, position);
    }

    fn keys(&mut self, of: &str, given: &Literal<'_>, valid: &[&str], position: Position) {
        let keys = given.keys();
        for key in keys.iter().filter(|key| !valid.contains(&key.as_str())) {
            let message = format!(
                "unknown option `{key}` of {of}{}; valid options: {}",
                hint(nearest(key, valid.iter().copied())),
                valid.join(", ")
            );
            self.problem(message, position, Some(key));
        }
    }

    /// Whether a map of the text may have a function of its own under a name.
    fn is_a_key(&self, name: &str) -> bool {
        let code: Vec<_> = self.words.code().map(|(_, token)| self.words.word(token)).collect();
        code.windows(2).any(|pair| {
            pair[0].trim_matches(['"', '`']) == name && matches!(pair[1].as_str(), ":" | "=" | "]")
        })
    }
}
