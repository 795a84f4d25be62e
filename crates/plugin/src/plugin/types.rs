//! The biological type of a plug-in, with its genome and the regulation of its operons.

use std::sync::Arc;

use bioxen_base::nearest::{hint, nearest};
use bioxen_base::problem::Problems;
use bioxen_cell::hypervisor::{BiologicalType, Medium, TypeFacts};
use bioxen_genome::regulation::{self, RegulatedOperon};
use bioxen_genome::{Genome, GenomeError, Layout, shipped_names};

use crate::bundle::Bundle;
use crate::manifest::{Manifest, TypeManifest};

/// The most faults of a genome that are told.
const MOST_FAULTS: usize = 20;
/// The most operons that can be regulated.
const MOST_OPERONS: usize = 10_000;
/// What the regulators of catabolic operons sense.
const CAMP: &str = "cAMP";

/// What a manifest and the files that it names say of a type.
pub(super) fn facts(
    manifest: &Manifest,
    bundle: &Bundle,
    found: &mut Problems,
) -> Option<TypeFacts> {
    let own = manifest.biological_type.as_ref()?;
    let genome = genome(own, bundle, found)?;
    let regulation = regulation(own, bundle, &genome, found)?;
    Some(TypeFacts {
        name: own.name.clone(),
        plugin: manifest.name.clone(),
        version: manifest.version.to_string(),
        sha256: bundle.sha256().to_owned(),
        base: own.base,
        genome: Arc::new(genome),
        limits: own.limits,
        rules: own.rules,
        overrides: own.overrides,
        host: own.host.clone(),
        regulation,
        packed: Arc::clone(bundle.packed()),
    })
}

fn missing(bundle: &Bundle, path: &str, folder: &str, found: &mut Problems) -> Option<()> {
    if bundle.file(path).is_some() {
        return Some(());
    }
    let names = bundle.names().filter(|name| name.starts_with(folder));
    let near = hint(nearest(path, names));
    found.add("plugin.toml: type", &format!("names `{path}`, which is not there{near}"));
    None
}

fn genome(own: &TypeManifest, bundle: &Bundle, found: &mut Problems) -> Option<Genome> {
    let path = own.genome.as_str();
    missing(bundle, path, "genomes", found)?;
    let bytes = bundle.file(path)?;
    let genome = match bioxen_genome::read(bytes, path) {
        Ok(genome) => genome,
        Err(first) => {
            let all = bioxen_genome::check(bytes, path, Layout::default(), MOST_FAULTS);
            let all: Vec<GenomeError> = if all.is_empty() { vec![first] } else { all };
            for fault in all {
                found.add(path, &format!("cannot be used: {fault}"));
            }
            return None;
        }
    };
    if shipped_names().iter().any(|name| *name == genome.name) {
        found.add(path, &format!("has the name of the shipped genome `{}`", genome.name));
    }
    let all: f64 = genome.coding().filter_map(|(_, gene)| gene.tpm).sum();
    if all <= 0.0 {
        found.add(
            path,
            "has no abundances of transcripts; `bioxen genome import --tpm auto` estimates them",
        );
    }
    let usable = genome
        .coding()
        .any(|(_, gene)| gene.tpm.is_some_and(|tpm| tpm > 0.0) && gene.protein_length.is_some());
    if !usable {
        found.add(path, "has no gene that makes protein and has an abundance");
    }
    Some(genome)
}

fn regulation(
    own: &TypeManifest,
    bundle: &Bundle,
    genome: &Genome,
    found: &mut Problems,
) -> Option<Vec<RegulatedOperon>> {
    let Some(path) = own.regulation.as_deref() else { return Some(Vec::new()) };
    missing(bundle, path, "regulation", found)?;
    let operons = bundle.text(path).and_then(|text| {
        regulation::read(&text).map_err(|error| format!("cannot be used: {error}"))
    });
    let operons = match operons {
        Ok(operons) if operons.len() <= MOST_OPERONS => operons,
        Ok(_) => {
            found.add(path, &format!("has more than {MOST_OPERONS} operons"));
            return None;
        }
        Err(what) => {
            found.add(path, &what);
            return None;
        }
    };
    if own.base != BiologicalType::Ecoli && !operons.is_empty() {
        found.add(path, "is for types with the base ecoli; others have no regulated operons");
    }
    let known = Medium::known();
    for operon in &operons {
        let place = format!("{path}: operon {}", operon.name);
        for gene in &operon.genes {
            if genome.index_of(gene).is_none() {
                let near = hint(genome.nearest(gene));
                found
                    .add(&place, &format!("has the gene `{gene}`, which the genome has not{near}"));
            }
        }
        for regulator in &operon.regulators {
            for (substance, _) in &regulator.effectors {
                if substance != CAMP && !known.contains(&substance.as_str()) {
                    let near = hint(nearest(substance, known.iter().copied()));
                    let what = format!("answers to `{substance}`, which no medium has{near}");
                    found.add(&place, &what);
                }
            }
            if let Some(gene) = &regulator.gene
                && genome.index_of(gene).is_none()
            {
                let near = hint(genome.nearest(gene));
                let what =
                    format!("has the regulator gene `{gene}`, which the genome has not{near}");
                found.add(&place, &what);
            }
        }
    }
    Some(operons)
}
