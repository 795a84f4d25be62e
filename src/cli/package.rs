//! `bioxen package`: packages of genes and models.

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::lang::error::advice;
use bioxen::package::{
    Package, PackageError, Part, PartKind, PartValue, RegulatorKind, Requirement, Strength,
    read_file, shipped, shipped_names, unit_of_time,
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::failure::Failure;
use super::output::name;

/// List, show and check packages of genes and models
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen package list
  bioxen package info repressilator
  bioxen package info mine.toml --json
  bioxen package validate *.toml

Nothing is ever downloaded: packages are built into the program or come from files.")]
pub(crate) struct PackageArgs {
    #[command(subcommand)]
    command: PackageCommand,
}

#[derive(Debug, Subcommand)]
enum PackageCommand {
    /// List the packages that ship with BioXen
    #[command(after_help = "Example:\n  bioxen package list --json")]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Describe a package and the sources of its numbers
    #[command(after_help = "Examples:
  bioxen package info toggle_switch
  bioxen package info model.xml --json")]
    Info {
        /// A name, or the path of a .toml or .xml file
        package: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Report all problems of package files
    #[command(after_help = "Example:\n  bioxen package validate *.toml")]
    Validate {
        /// .toml files, or models in SBML
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Does what the arguments say.
pub(crate) fn run(args: &PackageArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.command {
        PackageCommand::List { json } => list(*json, out),
        PackageCommand::Info { package, json } => {
            let found = find(package).map_err(failed)?;
            if *json {
                writeln!(out, "{}", serde_json::to_string_pretty(&record(&found))?)?;
                return Ok(());
            }
            Ok(show(&found, out)?)
        }
        PackageCommand::Validate { files, json } => validate(files, *json, out),
    }
}

/// An error with what a script can do about it.
fn told(error: &PackageError) -> String {
    format!("{error}{}", advice::of_package(error))
}

fn failed(error: PackageError) -> Failure {
    Failure::Config { message: told(&error) }
}

fn find(given: &str) -> Result<Package, PackageError> {
    let is_name = !given.contains(['/', '\\', '.']);
    if is_name {
        return shipped(given).map(|package| (*package).clone());
    }
    read_file(given, None)
}

fn list(json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let mut all = Vec::new();
    for name in shipped_names() {
        all.push(shipped(name).map_err(failed)?);
    }
    if json {
        let records: Vec<Value> = all.iter().map(|package| record(package)).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&records)?)?;
        return Ok(());
    }
    let width = all.iter().map(|package| package.name.len()).max().unwrap_or(0);
    for package in &all {
        let version = package.version.to_string();
        writeln!(out, "{:width$}  {version:7}  {}", package.name, package.about.description)?;
    }
    Ok(())
}

fn needs(requirements: &[Requirement]) -> String {
    let one = |r: &Requirement| format!("{} {}", r.name, r.versions);
    requirements.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn show(package: &Package, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}: {}", package.label(), package.about.description)?;
    writeln!(out, "licence       {}", package.about.licence)?;
    writeln!(out, "for           {}", package.about.types.join(", "))?;
    if !package.relations.dependencies.is_empty() {
        writeln!(out, "needs         {}", needs(&package.relations.dependencies))?;
    }
    if !package.relations.conflicts.is_empty() {
        writeln!(out, "excludes      {}", needs(&package.relations.conflicts))?;
    }
    for parameter in &package.parameters {
        let (name, value, unit) = (&parameter.name, parameter.value, &parameter.unit);
        let shown = format!("{name} = {value} {unit}");
        writeln!(out, "parameter     {}, {}", shown.trim_end(), parameter.range())?;
    }
    for operon in &package.construct.operons {
        let promoter = &package.construct.promoters[operon.promoter];
        let genes: Vec<&str> =
            operon.genes.iter().map(|&gene| package.construct.genes[gene].name.as_str()).collect();
        let strength = match &promoter.strength {
            Strength::MrnaPerMin(rate) => format!("{rate} mRNA/min"),
            Strength::Native { gene, times } => format!("{times} times that of {gene}"),
        };
        write!(out, "operon        {}: {} from {}", operon.name, genes.join(", "), promoter.name)?;
        writeln!(out, " ({strength}), {} nt", operon.length_nt)?;
        for regulator in &promoter.regulators {
            let does = match regulator.kind {
                RegulatorKind::Repressor => "represses",
                RegulatorKind::Activator => "activates",
            };
            let inducer = regulator.inducer.as_ref();
            let inducer = inducer.map(|i| format!("; {} acts at {} uM", i.substance, i.half_um));
            let (half, n) = (regulator.half, regulator.n);
            write!(
                out,
                "              {} {does} it, half at {half} molecules, n = {n}",
                regulator.name()
            )?;
            writeln!(out, "{}", inducer.unwrap_or_default())?;
        }
    }
    for part in package.parts() {
        writeln!(out, "{:13} {part}", part.kind.name())?;
    }
    if let Some(model) = &package.model {
        let names: Vec<&str> = model.observed.iter().map(|(name, _)| name.as_str()).collect();
        writeln!(out, "model         of {}", names.join(", "))?;
        let unit = unit_of_time(model.minutes_per_time_unit);
        writeln!(out, "              one unit of time is {unit}")?;
    }
    for source in &package.about.sources {
        writeln!(out, "source        {source}")?;
    }
    Ok(())
}

/// The keys of a guide, protease or small RNA, and the units of its numbers.
fn part_record(part: &Part) -> Value {
    let value = |value: &PartValue| match value {
        PartValue::Text(text) => Value::from(text.as_str()),
        PartValue::Texts(texts) => Value::from(texts.as_slice()),
        PartValue::Number(number) => Value::from(*number),
    };
    let values = part.values.iter().map(|(key, of)| ((*key).to_owned(), value(of)));
    let mut record: serde_json::Map<String, Value> = values.collect();
    let units = part.values.iter().filter_map(|(key, _)| Some((*key, part.unit(key)?)));
    record.insert("units".into(), units.map(|(k, u)| (k.to_owned(), Value::from(u))).collect());
    record.into()
}

fn record(package: &Package) -> Value {
    let map = |requirements: &[Requirement]| -> Value {
        let row = |r: &Requirement| (r.name.clone(), Value::from(r.versions.to_string()));
        requirements.iter().map(row).collect::<serde_json::Map<_, _>>().into()
    };
    let genes = package.construct.genes.iter().map(
        |gene| json!({"name": gene.name, "product": gene.product, "length_aa": gene.length_aa}),
    );
    let model = package.model.as_ref().map(|model| {
        let names: Vec<&str> = model.observed.iter().map(|(name, _)| name.as_str()).collect();
        json!({"quantities": names, "minutes_per_time_unit": model.minutes_per_time_unit})
    });
    let parts = |kind: PartKind| -> Vec<Value> {
        package.parts().filter(|part| part.kind == kind).map(|part| part_record(&part)).collect()
    };
    json!({
        "name": package.name,
        "version": package.version.to_string(),
        "description": package.about.description,
        "licence": package.about.licence,
        "sources": package.about.sources,
        "types": package.about.types,
        "dependencies": map(&package.relations.dependencies),
        "conflicts": map(&package.relations.conflicts),
        "genes": genes.collect::<Vec<_>>(),
        "promoters": package.construct.promoters.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
        "operons": package.construct.operons.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(),
        "guides": parts(PartKind::Guide),
        "proteases": parts(PartKind::Protease),
        "small_rnas": parts(PartKind::SmallRna),
        "model": model,
    })
}

fn validate(files: &[PathBuf], json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let mut wrong = 0;
    for file in files {
        let (problems, notes) = problems(file);
        wrong += usize::from(!problems.is_empty());
        super::config::tell(&name(file), &problems, &notes, json, out)?;
    }
    super::config::all_can_be_used(wrong, files.len(), "packages")
}

/// What is wrong with a package, and what is to be known of it.
fn problems(file: &Path) -> (Vec<String>, Vec<String>) {
    match read_file(file, None) {
        Ok(package) => (Vec::new(), package.model.map(|model| model.remarks).unwrap_or_default()),
        Err(PackageError::Invalid { problems, .. }) => {
            (problems.iter().map(ToString::to_string).collect(), Vec::new())
        }
        Err(error) => (vec![told(&error)], Vec::new()),
    }
}
