//! Packages: what a VM can be given beside its genome.

mod told;
mod wanted;

use std::path::Path;
use std::sync::Arc;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::world::on;
use crate::world::with;
use crate::{LangError, RhaiResultOf, Vm, World};
use bioxen_cell::hypervisor::{HypervisorError, Solver};
use bioxen_cell::package::{Given, Package, PackageError, shipped, shipped_names};
use told::record;
use wanted::{WRITTEN, Wanted, among, find, refused, written};

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
    let mut waiting: Vec<String> =
        package.relations.dependencies.iter().map(|d| d.name.clone()).collect();
    while let Some(name) = waiting.pop() {
        if needed.contains_key(&name) {
            continue;
        }
        let path = Path::new(given).with_file_name(format!("{name}.toml")).display().to_string();
        let own = || world.plugins.package(&name, &Given::new()).and_then(Result::ok);
        let beside = || find(world, &path, &Wanted::default()).ok();
        let Some(found) = shipped(&name).ok().or_else(own).or_else(beside) else { continue };
        waiting.extend(found.relations.dependencies.iter().map(|d| d.name.clone()));
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
    /// `genes`, `promoters`, `operons`, `guides`, `proteases` and `small_rnas` are arrays of maps. Name, genes, promoters and operons are needed;
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
    /// // A protein that a protease degrades.
    /// install_package(#{
    ///     name: "tagged",
    ///     genes: [#{name: "gfp_tag", length_aa: 249}],
    ///     promoters: [#{name: "P", mrna_per_min: 1.0}],
    ///     operons: [#{name: "tagged", promoter: "P", genes: ["gfp_tag"]}],
    ///     proteases: [#{name: "ClpXP", molecules: 100.0, kcat_per_min: 0.5, km: 300.0, substrates: ["gfp_tag"]}],
    /// });
    /// print(run(10.min).final("gfp_tag.protein"));
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
    /// `operons`, `guides`, `proteases` and `small_rnas` (maps with the keys of `packages/README.md`, and `units`: a map
    /// from keys to the units of their numbers), `parameters` (with `value` and `range`), `length_kb` of its DNA and, for
    /// a model, `model`: the recorded quantities.
    ///
    /// * `package` - a name of the catalogue or of a package of the current VM, or the path of a
    ///   `.toml` or `.xml` file
    ///
    /// # Errors
    /// If there is no such package, or its file is wrong.
    ///
    /// # Example
    /// ```rhai
    /// print(package_info("gfp_reporter").sources);
    /// // What a package of a VM has beside its genes.
    /// create_bio_vm("demo", "ecoli");
    /// install_package(#{
    ///     name: "tagged",
    ///     genes: [#{name: "gfp_tag", length_aa: 249}],
    ///     promoters: [#{name: "P", mrna_per_min: 1.0}],
    ///     operons: [#{name: "tagged", promoter: "P", genes: ["gfp_tag"]}],
    ///     proteases: [#{name: "ClpXP", molecules: 100.0, kcat_per_min: 0.5, km: 300.0, substrates: ["gfp_tag"]}],
    /// });
    /// let protease = package_info("tagged").proteases[0];
    /// print(`${protease.name}: kcat ${protease.kcat_per_min} ${protease.units.kcat_per_min}`);
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
            let found = found.map_err(|error| super::among(world, error));
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
