//! Packages: what a VM can be given beside its genome.

use std::path::Path;
use std::sync::Arc;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};
use serde_json::Value;

use crate::number::{number, only, time};
use crate::text::into_plain;
use crate::world::on;
use crate::world::{WorldOptions, with};
use crate::{LangError, RhaiResultOf, Vm, World};
use bioxen_base::nearest::nearest;
use bioxen_cell::hypervisor::{HypervisorError, Solver};
use bioxen_cell::package::{
    Given, Package, PackageError, Parameter, Requirement, from_sbml, from_table, in_file,
    read_with, same_unit, shipped, shipped_names, shipped_with,
};

fn strings(texts: impl IntoIterator<Item = String>) -> Dynamic {
    texts.into_iter().map(Dynamic::from).collect::<Array>().into()
}

fn text(options: &WorldOptions, path: &str) -> Result<String, LangError> {
    let bytes = options.read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| LangError::File {
        path: path.to_owned(),
        action: "read",
        reason: "it is no text in UTF-8".to_owned(),
    })?;
    Ok(into_plain(text))
}

fn refused(error: PackageError) -> LangError {
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
struct Wanted {
    minutes_per_time_unit: Option<f64>,
    parameters: Given,
}

impl Wanted {
    /// The unit of time and the parameters of a map of options.
    fn read(options: &Map) -> Result<Self, LangError> {
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
fn find(world: &World, given: &str, wanted: &Wanted) -> Result<Arc<Package>, LangError> {
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

/// What errors call a package that a script writes.
const WRITTEN: &str = "the package of the script";

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
fn written(map: &Map, wanted: &Wanted) -> Result<Arc<Package>, LangError> {
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

fn install(world: &mut World, vm: &Vm, given: &str, wanted: &Wanted) -> Result<Array, LangError> {
    let package = find(world, given, wanted)?;
    install_found(world, vm, &package, given)
}

fn install_map(
    context: &NativeCallContext,
    vm: &Vm,
    map: &Map,
    options: &Map,
) -> RhaiResultOf<Array> {
    on(context, &vm.id, |world| {
        let package = written(map, &Wanted::read(options)?)?;
        install_found(world, vm, &package, WRITTEN)
    })
}

fn install_found(
    world: &mut World,
    vm: &Vm,
    package: &Arc<Package>,
    given: &str,
) -> Result<Array, LangError> {
    // What a file needs may lie beside it, and what a plug-in's package needs in the plug-in.
    let mut needed = std::collections::HashMap::new();
    let mut waiting: Vec<String> = package.dependencies.iter().map(|d| d.name.clone()).collect();
    while let Some(name) = waiting.pop() {
        if needed.contains_key(&name) {
            continue;
        }
        let path = Path::new(given).with_file_name(format!("{name}.toml")).display().to_string();
        let own = || world.plugins.package(&name, &Given::new()).and_then(Result::ok);
        let beside = || find(world, &path, &Wanted::default()).ok();
        let Some(found) = shipped(&name).ok().or_else(own).or_else(beside) else { continue };
        waiting.extend(found.dependencies.iter().map(|d| d.name.clone()));
        needed.insert(name, found);
    }
    let known = |name: &str| needed.get(name).cloned();
    let installed = world.lab.hypervisor_mut().vm_mut(&vm.id)?.install_package(package, &known)?;
    tell_models(world, world.lab.hypervisor().solver());
    Ok(installed.iter().map(|p| Dynamic::from(p.name.clone())).collect())
}

/// Tells what is to be known of the models of all VMs.
pub(crate) fn tell_models(world: &mut World, solver: Solver) {
    let remarks =
        world.lab.all_vms().flat_map(|vm| vm.models()).flat_map(|model| model.remarks(solver));
    let remarks: Vec<String> = remarks.collect();
    remarks.into_iter().for_each(|remark| world.remark_once(remark));
}

fn record(package: &Package) -> Map {
    let needs = |requirements: &[Requirement]| -> Map {
        let row = |r: &Requirement| (r.name.as_str().into(), r.versions.to_string().into());
        requirements.iter().map(row).collect()
    };
    let mut map = Map::new();
    map.insert("name".into(), package.name.clone().into());
    map.insert("version".into(), package.version.to_string().into());
    map.insert("description".into(), package.description.clone().into());
    map.insert("licence".into(), package.licence.clone().into());
    map.insert("sources".into(), strings(package.sources.iter().cloned()));
    map.insert("types".into(), strings(package.types.iter().cloned()));
    map.insert("dependencies".into(), needs(&package.dependencies).into());
    map.insert("conflicts".into(), needs(&package.conflicts).into());
    map.insert("genes".into(), strings(package.genes.iter().map(|g| g.name.clone())));
    map.insert("promoters".into(), strings(package.promoters.iter().map(|p| p.name.clone())));
    map.insert("operons".into(), strings(package.operons.iter().map(|o| o.name.clone())));
    let told = |p: &Parameter| -> Dynamic {
        let texts = [("name", &p.name), ("unit", &p.unit), ("description", &p.description)];
        let mut of: Map = texts.map(|(key, text)| (key.into(), text.clone().into())).into();
        of.insert("value".into(), p.value.into());
        of.insert("range".into(), p.range().into());
        of.into()
    };
    let parameters: Array = package.parameters.iter().map(told).collect();
    map.insert("parameters".into(), parameters.into());
    let nt: u32 = package.operons.iter().map(|o| o.length_nt).fold(0, u32::saturating_add);
    map.insert("length_kb".into(), Dynamic::from_float(f64::from(nt) / 1000.0));
    let observed = package.model.iter().flat_map(|m| m.observed.iter().map(|(n, _)| n.clone()));
    map.insert("model".into(), strings(observed));
    map
}

/// Packages: what a VM can be given beside its genome.
#[export_module]
pub mod functions {
    /// Installs a package on a VM, with all its dependencies. A package is a set of genes with their
    /// promoters and operons, or a model. Returns the names of the installed packages, in order.
    ///
    /// The genes become transcription units of the VM like those of its genome: they take DNA
    /// memory, are transcribed, translated by the host's ribosomes, paid for in ATP, diluted, and
    /// recorded (`trace["gfp"]`, `trace["gfp.mrna"]`). In a running VM they are mapped at once,
    /// otherwise when the VM starts. They follow the regulators of their promoters.
    ///
    /// Nothing is downloaded: a package is in the catalogue inside the program
    /// (`package_catalogue`) or in a file.
    ///
    /// * `package` - a name of the catalogue, such as `"gfp_reporter"`, or the path of a `.toml` file
    ///   (format: `packages/README.md` in the repository) or of an `.xml` file with a model in SBML, beside
    ///   the script
    ///
    /// # Errors
    /// If there is no such package or its file is wrong; if it is installed already, conflicts with
    /// another package, does not suit the biological type, needs a package that is missing or has another
    /// version, or if packages need each other in a circle; if a name of a gene is taken, a rule of the
    /// VM forbids a gene, or the DNA does not fit. Then nothing is changed.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// install_package("gfp_reporter");
    /// let trace = run(2.min);
    /// print(trace.final("gfp.mrna"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn install_package(
        context: NativeCallContext,
        vm: Vm,
        package: &str,
    ) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| super::install(world, &vm, package, &super::Wanted::default()))
    }

    /// The same with options: values of the package's parameters, or the unit of time of a model.
    ///
    /// A package may have parameters, numbers that its user gives (`[[parameter]]` in `packages/README.md`):
    /// `install_package("mine.toml", #{strength: 5.0})`. `package_info("mine.toml").parameters` lists them.
    ///
    /// A model in SBML runs while the VM runs, in the same cell time. Its species and other changing quantities
    /// are recorded as `trace["name.species"]`, where `name` is the name of the file. The model takes
    /// nothing from the host, and the host does not act on it: only packages of genes cost ribosomes, ATP
    /// and DNA memory. Species are recorded as amounts, in the model's own unit.
    ///
    /// Under the stochastic solver a model is simulated exactly if it is a jump process. A model that is
    /// not, such as one with rate rules, or that counts in another unit than molecules, such as moles, is
    /// integrated as differential equations under both solvers. A remark says so. A remark also reports a
    /// model that does not state its unit.
    ///
    /// * `package` - a name of the catalogue, the path of an `.xml` or `.toml` file, or the text of one in TOML
    /// * `options` - a map of:
    /// * `time_unit` - the length of a model's unit of time, such as `1.min`; only needed if the model
    ///   does not state it
    /// * the parameters of the package - numbers in their units
    ///
    /// # Errors
    /// As without options; also if a parameter is unknown or out of its range, if the model cannot be read,
    /// uses `delay` or events with a delay, if its unit of time is unknown or differs from `time_unit`, or if
    /// `time_unit` is given for a set of genes.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// install_package("repressilator_model", #{time_unit: 1.min});
    /// print(run(2.min).final("repressilator_model.PX"));
    /// ```
    #[rhai_fn(global, name = "install_package", return_raw)]
    pub fn install_package_with(
        context: NativeCallContext,
        vm: Vm,
        package: &str,
        options: Map,
    ) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let wanted = super::Wanted::read(&options)?;
            super::install(world, &vm, package, &wanted)
        })
    }

    /// Installs a package that the script writes as a map: the keys of `packages/README.md`, in which
    /// `genes`, `promoters` and `operons` are arrays of maps. Name, genes, promoters and operons are needed;
    /// version, description, licence, sources and types may be left out.
    ///
    /// * `written` - the package, such as `#{name: "amp", genes: [#{name: "gfp", length_aa: 238}],
    ///   promoters: [#{name: "P", mrna_per_min: 1.8}], operons: [#{name: "o", promoter: "P", genes: ["gfp"]}]}`;
    ///   numbers are in the units of their keys
    ///
    /// # Errors
    /// As for one of a file; everything that is wrong is told at once.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// for strength in [0.5, 2.0] {
    ///     install_package(#{
    ///         name: "marker",
    ///         genes: [#{name: "gfp", length_aa: 238}],
    ///         promoters: [#{name: "P", mrna_per_min: strength}],
    ///         operons: [#{name: "marker", promoter: "P", genes: ["gfp"]}],
    ///     });
    ///     print(run(10.min).final("gfp.mrna"));
    ///     remove_package("marker");
    /// }
    /// ```
    #[rhai_fn(global, name = "install_package", return_raw)]
    pub fn install_package_map(
        context: NativeCallContext,
        vm: Vm,
        written: Map,
    ) -> RhaiResultOf<Array> {
        super::install_map(&context, &vm, &written, &Map::new())
    }

    /// The same with values of its parameters.
    ///
    /// * `written` - the package, whose `parameters` are maps of `name`, `value` (the default) and, if wanted, `min`,
    ///   `max`, `unit` and `description`; in the place of a number it may have a formula of them, such as
    ///   `"2 * strength"`
    /// * `options` - values of the parameters
    ///
    /// # Errors
    /// As without options, and if a parameter is unknown or out of its range.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// let marker = #{
    ///     name: "marker",
    ///     parameters: [#{name: "strength", value: 1.0, min: 0.0}],
    ///     genes: [#{name: "gfp", length_aa: 238}],
    ///     promoters: [#{name: "P", mrna_per_min: "2 * strength"}],
    ///     operons: [#{name: "marker", promoter: "P", genes: ["gfp"]}],
    /// };
    /// install_package(marker, #{strength: 3.0});
    /// packages()[0].parameters[0].value
    /// ```
    #[rhai_fn(global, name = "install_package", return_raw)]
    pub fn install_package_map_with(
        context: NativeCallContext,
        vm: Vm,
        written: Map,
        options: Map,
    ) -> RhaiResultOf<Array> {
        super::install_map(&context, &vm, &written, &options)
    }

    /// The packages of a VM in the order in which they were installed, as records like those of
    /// `package_info`.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// install_package("gfp_reporter");
    /// packages()[0].version
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn packages(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let packages = world.lab.hypervisor().vm(&vm.id)?.packages();
            let records = packages.iter().map(|p| Dynamic::from_map(super::record(p)));
            Ok::<_, LangError>(records.collect())
        })
    }

    /// Removes a package from a VM, with its DNA, its mRNA and its proteins.
    ///
    /// * `installed` - the name of the package
    ///
    /// # Errors
    /// If it is not installed, or another package needs it. Then nothing is changed.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// install_package("gfp_reporter");
    /// remove_package("gfp_reporter");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn remove_package(context: NativeCallContext, vm: Vm, installed: &str) -> RhaiResultOf<()> {
        on(&context, &vm.id, |world| {
            world.lab.hypervisor_mut().vm_mut(&vm.id)?.remove_package(installed)
        })
    }

    /// The description of a package, installed or not: a record of `name`, `version`,
    /// `description`, `licence`, `sources`, `types` (biological types that it suits),
    /// `dependencies` and `conflicts` (maps from package to versions), `genes`, `promoters`,
    /// `operons`, `parameters` (with `value` and `range`), `length_kb` of its DNA and, for a model, `model`: the recorded quantities.
    ///
    /// * `package` - a name of the catalogue or of a package of the current VM, or the path of a
    ///   `.toml` or `.xml` file
    ///
    /// # Errors
    /// If there is no such package, or its file is wrong.
    ///
    /// # Example
    /// ```rhai
    /// package_info("gfp_reporter").sources
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn package_info(context: NativeCallContext, package: &str) -> RhaiResultOf<Map> {
        with(&context, |world| {
            let current = world.lab.attached().and_then(|id| world.lab.hypervisor().vm(id).ok());
            if let Some(installed) = current.and_then(|vm| vm.package(package).ok()) {
                return Ok(super::record(installed));
            }
            // What a model is made of does not depend on its unit of time.
            let found = super::find(world, package, &super::Wanted::default());
            let found = found.or_else(|error| match error {
                LangError::Hypervisor(HypervisorError::Package(PackageError::NoTimeUnit {
                    ..
                })) => {
                    let any =
                        super::Wanted { minutes_per_time_unit: Some(1.0), ..Default::default() };
                    super::find(world, package, &any)
                }
                other => Err(other),
            });
            found.map(|p| super::record(&p))
        })
    }

    /// The packages that ship with the program, as records like those of `package_info`, in
    /// alphabetical order, and behind them those of the plug-ins that are loaded.
    ///
    /// # Example
    /// ```rhai
    /// for entry in package_catalogue() { print(entry.name); }
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn package_catalogue(context: NativeCallContext) -> RhaiResultOf<Array> {
        with(&context, |world| {
            let own = world.plugins.packages().map(|package| Ok(Arc::clone(package)));
            let all = shipped_names().iter().map(|name| shipped(name)).chain(own);
            let records = all.map(|p| p.map(|p| Dynamic::from_map(super::record(&p))));
            records.collect::<Result<Array, _>>().map_err(super::refused)
        })
    }
}
