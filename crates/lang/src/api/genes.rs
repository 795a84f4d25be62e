//! Genes and their molecules.

use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::value::is_pattern;
use crate::world::on;
use crate::{LangError, RhaiResultOf, Vm, World};
use bioxen_base::pattern::matches_pattern;
use bioxen_cell::hypervisor::Vm as Machine;
use bioxen_genome::{Essentiality, Gene, TpmKind};

fn strings(names: impl IntoIterator<Item = String>) -> Array {
    names.into_iter().map(Dynamic::from).collect()
}

fn record(gene: &Gene) -> Map {
    let text = |x: &str| Dynamic::from(x.to_owned());
    let number = |x: Option<f64>| x.map_or(Dynamic::UNIT, Dynamic::from_float);
    let whole = |x: u32| Dynamic::from_int(i64::from(x));
    let tpm_kind = gene.tpm_kind.unwrap_or(TpmKind::Measured);
    let rows = [
        ("name", text(gene.name())),
        ("locus_tag", text(&gene.locus_tag)),
        ("product", text(&gene.product)),
        ("kind", text(gene.kind.word())),
        ("start", whole(gene.place.start)),
        ("end", whole(gene.place.end)),
        ("strand", text(gene.place.strand.word())),
        ("length", whole(gene.place.length_nt)),
        ("protein_length", gene.protein_length.map_or(Dynamic::UNIT, whole)),
        ("operon", gene.operon.as_deref().map_or(Dynamic::UNIT, text)),
        ("essentiality", gene.part.essentiality.map_or(Dynamic::UNIT, |e| text(e.word()))),
        ("tpm", number(gene.tpm)),
        ("tpm_kind", gene.tpm.map_or(Dynamic::UNIT, |_| text(tpm_kind.word()))),
        ("mrna_half_life", number(gene.half_lives.mrna_min)),
        ("protein_half_life", number(gene.half_lives.protein_min)),
        ("protein_copies", number(gene.protein_copies)),
    ];
    rows.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// Whether a gene has a name that fits a pattern: its symbol, its locus tag or a synonym.
fn fits(gene: &Gene, pattern: &str) -> bool {
    let further = gene.names.synonyms.iter().map(String::as_str);
    let mut all = [gene.name(), gene.locus_tag.as_str()].into_iter().chain(further);
    all.any(|name| matches_pattern(pattern, name))
}

/// Genes that fit a pattern and that a rule of the VM forbids.
pub(super) struct LeftOut {
    pattern: String,
    rule: &'static str,
    count: usize,
}

impl LeftOut {
    /// The same in words.
    pub(super) fn told(&self, vm: &Machine) -> String {
        let Self { pattern, rule, count } = self;
        let genes = if *count == 1 { "gene" } else { "genes" };
        format!(
            "{count} {genes} that fit \"{pattern}\" stay closed: VM {} may express {rule}",
            vm.id()
        )
    }
}

/// Names of genes with what fits in the place of each pattern: the genes that can be transcribed, or
/// those that are.
pub(super) fn fitting(
    vm: &Machine,
    names: Vec<String>,
    transcribed: bool,
) -> Result<(Vec<String>, Vec<LeftOut>), LangError> {
    let mut left_out = Vec::new();
    if !names.iter().any(|name| is_pattern(name)) {
        return Ok((names, left_out));
    }
    let open = if transcribed { vm.transcribing() } else { Vec::new() };
    let wanted = |i: usize, gene: &Gene| {
        if transcribed { open.contains(&gene.name()) } else { vm.can_transcribe(i) }
    };
    let mut all = Vec::new();
    for name in names {
        if !is_pattern(&name) {
            all.push(name);
            continue;
        }
        let before = all.len();
        let genes = vm.genes().enumerate().filter(|(i, gene)| wanted(*i, gene));
        let found = genes.filter(|(_, gene)| fits(gene, &name));
        all.extend(found.map(|(_, gene)| gene.name().to_owned()));
        if !transcribed {
            let against = |(i, gene): (usize, &Gene)| Some((vm.objection(i)?, fits(gene, &name)));
            let mut against = vm.genes().enumerate().filter_map(against).filter(|(_, fits)| *fits);
            if let Some((rule, _)) = against.next() {
                left_out.push(LeftOut { pattern: name.clone(), rule, count: 1 + against.count() });
            }
        }
        if all.len() == before {
            let given = name;
            let (what, list) = if transcribed {
                ("gene being transcribed", "transcribing() lists them")
            } else {
                ("gene that can be transcribed", "coding_genes() lists them")
            };
            return Err(LangError::NoneFits { given, what, list });
        }
    }
    Ok((all, left_out))
}

/// The place of one gene.
fn one(vm: &Machine, gene: &str) -> Result<usize, LangError> {
    vm.gene_index(gene).map_err(|error| {
        if !is_pattern(gene) {
            return LangError::from(error);
        }
        let instead = "genes(pattern) gives the names that fit";
        LangError::OneOnly { given: gene.to_owned(), what: "gene", instead }
    })
}

/// mRNA and protein of a gene; a gene that was never mapped has none.
fn molecules_of(world: &World, vm: &Vm, gene: &str) -> Result<(f64, f64), LangError> {
    let vm = world.lab.hypervisor().vm(&vm.id)?;
    let index = one(vm, gene)?;
    Ok(vm.population().counts(index).unwrap_or_default())
}

/// Genes and their molecules.
#[export_module]
pub mod functions {
    /// The names of all genes of the genome, and of those of packages.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "syn3a");
    /// genes().len()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn genes(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            let names = vm.genes().map(|g| g.name().to_owned());
            Ok::<_, LangError>(strings(names))
        })
    }

    /// The names of the genes that can be transcribed: they make a protein, their expression is known,
    /// and no rule of the VM forbids them or a gene of their operon. `start_transcription("*")` opens
    /// them all.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "syn3a");
    /// coding_genes().len()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn coding_genes(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            let coding = vm.genes().enumerate().filter(|(i, _)| vm.can_transcribe(*i));
            Ok::<_, LangError>(strings(coding.map(|(_, g)| g.name().to_owned())))
        })
    }

    /// The names of the protein-coding genes that are essential according to the genome.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Source
    /// *E. coli* on glucose: Baba et al., *Mol. Syst. Biol.* 2:2006.0008 (2006), and Joyce et al.,
    /// *J. Bacteriol.* 188:8259 (2006). Syn3A: Breuer et al., *eLife* 8:e36842 (2019).
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "syn3a");
    /// get_essential_genes().len()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn get_essential_genes(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            let essential = vm
                .genome()
                .coding()
                .filter(|(_, g)| g.part.essentiality == Some(Essentiality::Essential))
                .map(|(_, g)| g.name().to_owned());
            Ok::<_, LangError>(strings(essential))
        })
    }

    /// The mRNA molecules of a gene [molecules].
    ///
    /// * `gene` - a name, a synonym or a locus tag, such as `"lacZ"`
    ///
    /// # Errors
    /// If the genome has no such gene.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// mrna("lacZ")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn mrna(context: NativeCallContext, vm: Vm, gene: &str) -> RhaiResultOf<f64> {
        on(&context, &vm.id, |world| molecules_of(world, &vm, gene).map(|m| m.0))
    }

    /// The protein molecules of a gene [molecules].
    ///
    /// * `gene` - a name, a synonym or a locus tag, such as `"lacZ"`
    ///
    /// # Errors
    /// If the genome has no such gene.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// protein("lacZ")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn protein(context: NativeCallContext, vm: Vm, gene: &str) -> RhaiResultOf<f64> {
        on(&context, &vm.id, |world| molecules_of(world, &vm, gene).map(|m| m.1))
    }

    /// The names of the genes that match a pattern, by symbol, locus tag or synonym.
    ///
    /// * `pattern` - with `*` for any characters and `?` for one
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// genes("lac?")
    /// ```
    #[rhai_fn(global, name = "genes", return_raw)]
    pub fn genes_like(context: NativeCallContext, vm: Vm, pattern: &str) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            let found = vm.genes().filter(|gene| fits(gene, pattern));
            Ok::<_, LangError>(super::strings(found.map(|g| g.name().to_owned())))
        })
    }

    /// The names of the genes that make a product, found by words of its name.
    ///
    /// * `product` - a part of the product's name, in upper or lower case, such as `"galactosidase"`, or a
    ///   pattern with `*` for any characters and `?` for one
    ///
    /// # Errors
    /// If the VM no longer exists, or the text is empty.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// genes_making("galactosidase")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn genes_making(context: NativeCallContext, vm: Vm, product: &str) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            if product.trim().is_empty() {
                let expected = "a part of a product's name, such as \"kinase\", or \"*\" for all";
                let what = "the product of genes_making".to_owned();
                let got = "an empty text".to_owned();
                return Err(LangError::WrongType { what, expected, got });
            }
            let wanted = product.to_lowercase();
            let pattern = if wanted.contains(['*', '?']) { wanted } else { format!("*{wanted}*") };
            let fits = |gene: &&Gene| matches_pattern(&pattern, &gene.product.to_lowercase());
            Ok::<_, LangError>(super::strings(vm.genes().filter(fits).map(|g| g.name().to_owned())))
        })
    }

    /// The known facts about a gene.
    ///
    /// Returns a record: `name`, `locus_tag`, `product`, `kind`, `start`, `end`, `strand`,
    /// `length` [nt], `protein_length` [aa], `operon`, `essentiality`, `tpm`, `tpm_kind`,
    /// `mrna_half_life` [min], `protein_half_life` [min], `protein_copies`. Unknown facts are nothing,
    /// `()`. `tpm_kind` is `"measured"`, `"given"` by the user or estimated: by `"symbol"` from
    /// *E. coli* (90 of 100 genes within a factor of 12), `"predicted"` from length and amino acids
    /// (21) or `"assumed"` to be that of the other genes (27).
    ///
    /// * `gene` - a name, a synonym or a locus tag, such as `"lacZ"`
    ///
    /// # Errors
    /// If the genome has no such gene.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// print(gene("lacZ").locus_tag);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn gene(context: NativeCallContext, vm: Vm, gene: &str) -> RhaiResultOf<Map> {
        on(&context, &vm.id, |world| {
            let vm = world.lab.hypervisor().vm(&vm.id)?;
            let index = one(vm, gene)?;
            Ok::<_, LangError>(super::record(vm.gene(index)))
        })
    }

    /// mRNA and protein of a gene, as a record with both [molecules].
    ///
    /// * `gene` - a name, a synonym or a locus tag, such as `"lacZ"`
    ///
    /// # Errors
    /// If the genome has no such gene.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// print(molecules("lacZ").protein);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn molecules(context: NativeCallContext, vm: Vm, gene: &str) -> RhaiResultOf<Map> {
        on(&context, &vm.id, |world| {
            let (mrna, protein) = molecules_of(world, &vm, gene)?;
            let rows = [("mrna", mrna), ("protein", protein)];
            let rows = rows.into_iter().map(|(n, x)| (n.into(), Dynamic::from_float(x)));
            Ok::<_, LangError>(rows.collect())
        })
    }
}
