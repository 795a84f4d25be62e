//! From the arguments of a call to a VM, and from a file and back.

mod place;

use std::path::Path;
use std::sync::Arc;

use rhai::{Dynamic, Map};

use crate::files::relative;

use crate::number::{kilobases, kind, map, number, only, percent};
use crate::output::Output;
use crate::{LangError, Vm, World};
use bioxen_cell::factory::config_file::{ConfigError, Format, Tpm, VmConfig};
use bioxen_cell::factory::{Config, FactoryError, Infrastructure};
use bioxen_cell::hypervisor::{BiologicalType, HypervisorError, Limits, Resource, Vm as Machine};
use bioxen_genome::plasmid::is_file;
use bioxen_genome::{Abundance, AbundanceTable, GenomeError};

/// Creates a VM and makes it current if there is no current one.
pub(in crate::api) fn create(
    world: &mut World,
    id: &str,
    biological_type: &str,
    vm_type: Option<&str>,
    options: &Map,
) -> Result<Vm, LangError> {
    create_from(world, id, config(world, biological_type, vm_type, options)?)
}

/// In the place of limits: none but the host's own.
pub(crate) const HOST: &str = "host";
const CREATE: &str = "create_bio_vm";
/// What a configuration may say.
pub const CONFIG_KEYS: [&str; 9] = [
    "chassis",
    "resource_limits",
    "genome_file",
    "tpm",
    "nutrient",
    "seed",
    "custom_params",
    "ssh_config",
    "xcpng_config",
];
/// What can be limited.
pub const LIMIT_KEYS: [&str; 4] = ["max_ribosomes", "max_polymerases", "max_atp", "max_memory_kb"];

/// Makes a VM from a configuration that was checked, and tells what had to be assumed.
pub fn create_from(world: &mut World, id: &str, config: Config) -> Result<Vm, LangError> {
    make(world, id, config, false)
}

fn make(world: &mut World, id: &str, config: Config, start: bool) -> Result<Vm, LangError> {
    world.lab.free(id)?;
    let place = place::of(world, id, &config)?;
    for note in world.lab.create_at(id, config, start, place)? {
        world.remark_once(note);
    }
    Ok(Vm { id: id.to_owned() })
}

/// Creates a VM and starts it.
pub(in crate::api) fn quick_start(
    world: &mut World,
    biological_type: &str,
    id: &str,
    options: &Map,
) -> Result<Vm, LangError> {
    let config = config(world, biological_type, None, options)?;
    make(world, id, config, true)
}

fn config(
    world: &World,
    biological_type: &str,
    vm_type: Option<&str>,
    options: &Map,
) -> Result<Config, LangError> {
    only(CREATE, options, &CONFIG_KEYS)?;
    let vm_type = vm_type.map(|name| {
        Infrastructure::parse(name).map_err(|FactoryError::UnknownVmType { given, nearest }| {
            LangError::UnknownName {
                kind: "VM type",
                given,
                nearest,
                valid: Infrastructure::ALL.map(|i| i.name().to_owned()).to_vec(),
            }
        })
    });
    let biological_type = BiologicalType::parse_among(biological_type, &world.plugins.types())?;
    let vm_type = vm_type.transpose()?;
    let mut config = Config::new(biological_type, vm_type.unwrap_or(Infrastructure::Basic));
    config.reach = place::reach(config.vm_type, options)?;
    if let Some(asked) = options.get("resource_limits") {
        config.limits = limits("resource_limits", asked, config.limits)?;
    }
    if let Some(params) = options.get("custom_params") {
        rules(&map("custom_params", params)?, &mut config)?;
    }
    if let Some(value) = options.get("chassis") {
        let name = value.clone().into_string().map_err(|_| LangError::WrongType {
            what: "chassis".to_owned(),
            expected: "the name of a chassis",
            got: kind(value),
        })?;
        config.chassis = Some(name);
    }
    if vm_type.is_none() {
        // It joins those that are there.
        config.vm_type = world.lab.place(config.chassis.as_deref()).infrastructure();
    }
    if let Some(value) = options.get("nutrient") {
        config.nutrient = Some(bioxen_cell::chassis::Nutrient::new(number("nutrient", value)?)?);
    }
    if let Some(value) = options.get("seed") {
        let seed = value.as_int().ok().and_then(|n| u64::try_from(n).ok());
        config.seed = Some(seed.ok_or_else(|| LangError::WrongType {
            what: "the seed".to_owned(),
            expected: "a whole number, zero or more",
            got: kind(value),
        })?);
    }
    if let Some(value) = options.get("genome_file") {
        let path = value.clone().into_string().map_err(|_| LangError::WrongType {
            what: "genome_file".to_owned(),
            expected: "the path of a genome: a genome file, GenBank, SnapGene or GFF3",
            got: kind(value),
        })?;
        let file = world.readable(&path)?;
        let tpm = options.get("tpm").map(|tpm| abundance(world, tpm)).transpose()?;
        config.take_genome(&file, &path, tpm.unwrap_or(Abundance::Auto))?;
    } else if options.contains_key("tpm") {
        return Err(LangError::Missing {
            what: "tpm",
            needs: "is about the genes of `genome_file`, which is missing",
        });
    }
    Ok(config)
}

/// Limits as a script says them: `"host"` for none but the host's own, or a map of those that are to
/// be others than now.
pub(in crate::api) fn limits(
    what: &'static str,
    asked: &Dynamic,
    now: Limits,
) -> Result<Limits, LangError> {
    if asked.is_string() {
        let text = asked.clone().into_string().unwrap_or_default();
        return if text == HOST {
            Ok(Limits::HOST)
        } else {
            Err(LangError::WrongType {
                what: what.to_owned(),
                expected: "a map, such as #{max_ribosomes: 500}, or \"host\" for no limits but the \
                           host's own",
                got: kind(asked),
            })
        };
    }
    let asked = map(what, asked)?;
    only(what, &asked, &LIMIT_KEYS)?;
    let mut limits = now;
    if let Some(value) = asked.get("max_ribosomes") {
        limits.max_ribosomes = held(Resource::Ribosomes, value)?;
    }
    if let Some(value) = asked.get("max_polymerases") {
        limits.max_polymerases = held(Resource::Polymerases, value)?;
    }
    if let Some(value) = asked.get("max_atp") {
        limits.max_atp_percent = percent("max_atp", value)?;
    }
    if let Some(value) = asked.get("max_memory_kb") {
        limits.max_memory_kb = kilobases("max_memory_kb", value)?;
    }
    Ok(limits)
}

/// A limit of what is held at one moment: `"host"` for none but the host's own, or a number; that which stands
/// for the host's own is none.
fn held(resource: Resource, value: &Dynamic) -> Result<f64, LangError> {
    let most = resource.most();
    if value.clone().into_string().is_ok_and(|word| word == HOST) {
        return Ok(most);
    }
    let asked = number(resource.option(), value)?;
    if asked < most || !asked.is_finite() {
        return Ok(asked);
    }
    // More than any host has.
    let asked = asked.max(most.next_up());
    Err(HypervisorError::OverChassis { resource, asked, available: most }.into())
}

/// What is done about abundances that are not known: a word, a number, or a table in a file.
fn abundance(world: &World, given: &Dynamic) -> Result<Abundance, LangError> {
    let Ok(text) = given.clone().into_string() else {
        let tpm = number("tpm", given)?;
        return Ok(tpm.to_string().parse::<Abundance>().map_err(GenomeError::from)?);
    };
    if !is_file(&text) || text.parse::<f64>().is_ok() {
        return Ok(text.parse::<Abundance>().map_err(GenomeError::from)?);
    }
    let file = world.readable(&text)?;
    Ok(Abundance::Table(AbundanceTable::open(&file, &text)?))
}

/// The rules that a biological type has, and only these.
fn rules(params: &Map, config: &mut Config) -> Result<(), LangError> {
    let of_type: &[&str] = match config.biological_type.base() {
        BiologicalType::Syn3a => &["essential_only"],
        BiologicalType::MinimalCell => &["minimal_functions_only"],
        _ => &[],
    };
    only("custom_params of this biological type", params, of_type)?;
    for (key, value) in params {
        let on = value.as_bool().map_err(|_| LangError::WrongType {
            what: key.to_string(),
            expected: "true or false",
            got: kind(value),
        })?;
        match key.as_str() {
            "essential_only" => config.rules.essential_only = on,
            _ => config.rules.minimal_functions_only = on,
        }
    }
    Ok(())
}

pub(super) fn from_file(world: &mut World, id: &str, path: &str) -> Result<Vm, LangError> {
    let file = world.readable(path)?;
    let refused =
        |error: ConfigError| LangError::Config { path: path.to_owned(), error: Box::new(error) };
    let types = world.plugins.types();
    let read = VmConfig::load_among(&file, &types).map_err(refused)?;
    for note in read.notes {
        world.show(Output::Remark(format!("{path}: {note}")));
    }
    let folder = file.parent().unwrap_or(std::path::Path::new("."));
    create_from(world, id, read.config.to_config_among(folder, &types).map_err(refused)?)
}

pub(super) fn to_file(world: &mut World, id: &str, path: &str) -> Result<(), LangError> {
    let refused =
        |error: ConfigError| LangError::Config { path: path.to_owned(), error: Box::new(error) };
    let format = Format::of(std::path::Path::new(path)).map_err(refused)?;
    let vm = world.lab.hypervisor().vm(id)?;
    let mut config = VmConfig::defaults(vm.biological_type());
    if let Some(facts) = vm.biological_type().plugin() {
        let own = world.plugins.all().iter().find(|loaded| loaded.name() == facts.plugin);
        let folder = own.and_then(|loaded| loaded.folder.clone());
        let named = folder.map(|folder| relative(&world.options.out_dir.join(path), &folder));
        config.plugins.extend(named);
    }
    config.resource_limits = (*vm.limits()).into();
    let rules = vm.rules();
    config.custom_params.essential_only =
        config.custom_params.essential_only.map(|_| rules.essential_only);
    config.custom_params.minimal_functions_only =
        config.custom_params.minimal_functions_only.map(|_| rules.minimal_functions_only);
    config.chassis.clone_from(&world.lab.cell().name);
    config.nutrient = Some(world.lab.hypervisor().full_nutrient().value());
    config.seed = vm.made().seed;
    place::tell(&*world.lab.place(None), &mut config);
    let beside = genome(vm, world, path, &mut config);
    if let Some((file, text)) = beside {
        world.write(&file, text.as_bytes())?;
        let why = "what the VM was made from has no file, or a table of abundances that a configuration \
                   cannot name";
        world.show(Output::Remark(format!("{path}: the genome is written to {file}: {why}")));
    }
    let text = config.text(format);
    world.write(path, text.as_bytes())
}

/// Says in a configuration which genome a VM runs. One that no file can give again is to be written
/// beside it: the name of that file, and its text.
fn genome(
    vm: &Machine,
    world: &World,
    path: &str,
    config: &mut VmConfig,
) -> Option<(String, String)> {
    let chromosome = vm.chromosome();
    let usual = vm.biological_type().genome();
    if usual.is_ok_and(|usual| Arc::ptr_eq(&usual, chromosome)) {
        return None;
    }
    let made = vm.made();
    let tpm = match &made.abundance {
        Abundance::Auto => Some(None),
        Abundance::Uniform => Some(Some(Tpm::How("uniform".to_owned()))),
        Abundance::Each(tpm) => Some(Some(Tpm::Each(*tpm))),
        Abundance::Unknown | Abundance::Table(_) => None,
    };
    if let (Some(file), Some(tpm)) = (&made.genome_file, tpm) {
        config.genome_file = Some(relative(&world.options.out_dir.join(path), file));
        config.tpm = tpm;
        return None;
    }
    let file = Path::new(path).with_extension("genome");
    config.genome_file = file.file_name().map(|name| name.to_string_lossy().into_owned());
    Some((file.display().to_string(), bioxen_genome::write(chromosome)))
}
