//! The genes of all VMs that live, as a population is told of them.

use std::ops::Range;

use crate::cells::{
    Answer, CellsError, Guests, Protein, Queue, Replication, Replicon, Template, Unit,
};
use crate::chassis::measured;
use crate::hypervisor::plasmid::MOST_REPLICATIONS_PER_H;
use crate::hypervisor::vm::Vm;
use bioxen_genome::Arms;

/// Where the genes of a VM are among those of the population.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// Its place among the VMs.
    pub(super) vm: usize,
    pub(super) units: Range<usize>,
    pub(super) genes: Range<usize>,
    /// Places of its plasmids among those of the VM, and the first among those of the population.
    pub(super) plasmids: Vec<usize>,
    pub(super) first_plasmid: usize,
}

/// What a population is made of.
pub(super) struct Gathered {
    pub(super) placed: Vec<Placed>,
    pub(super) guests: Guests,
    /// Transcripts, proteins and copies of plasmids in a cell of mean size.
    pub(super) means: Vec<f64>,
}

/// The replication of the chromosome at a growth rate [1/h].
pub(super) fn replication(growth_per_h: f64) -> Replication {
    let (forks, after) = measured::replication::generations(growth_per_h);
    Replication { forks, after }
}

/// The genes of all VMs that live, with their present molecules. Those of chromosomes are transcribed as often
/// as they are there, if they are to follow replication.
pub(super) fn gather(vms: &[Vm], growth_per_h: f64, dosage: bool) -> Result<Gathered, CellsError> {
    let mut placed = Vec::new();
    let mut guests = Guests { replication: replication(growth_per_h), ..Guests::default() };
    let (mut transcripts, mut proteins, mut copies) = (Vec::new(), Vec::new(), Vec::new());
    let live: Vec<usize> = (0..vms.len()).filter(|&at| vms[at].is_live()).collect();
    for &at in &live {
        let vm = &vms[at];
        refuse_pairs(vm)?;
        let arms = if dosage { Some(arms(vm)?) } else { None };
        let prefix = if live.len() > 1 { format!("{}.", vm.id()) } else { String::new() };
        placed.push(place(vm, at, &prefix, arms, &mut guests));
        let population = vm.population();
        transcripts.extend(population.units().iter().map(|unit| unit.transcripts));
        proteins.extend(population.genes().iter().map(|gene| gene.protein));
        copies.extend(vm.copies_per_size().into_iter().map(|(_, copies)| copies));
    }
    let means = [transcripts, proteins, copies].concat();
    Ok(Gathered { placed, guests, means })
}

/// Refuses what a step of a population, in which each transcript lives by itself, does not simulate.
fn refuse_pairs(vm: &Vm) -> Result<(), CellsError> {
    let population = vm.population();
    let units = population.losses().pairs.into_iter().map(|pair| pair.rna);
    let name = |unit: usize| vm.unit_name(&population.units()[unit]);
    let mut rnas: Vec<String> = units.map(name).collect();
    rnas.sort_unstable();
    rnas.dedup();
    if rnas.is_empty() {
        Ok(())
    } else {
        Err(CellsError::SmallRnas { id: vm.id().to_owned(), rnas })
    }
}

/// Where the chromosome of a VM is replicated.
fn arms(vm: &Vm) -> Result<Arms, CellsError> {
    vm.genome().arms().ok_or_else(|| CellsError::NoOrigin {
        id: vm.id().to_owned(),
        genome: vm.genome().name.clone(),
    })
}

/// Adds the genes of a VM.
fn place(vm: &Vm, at: usize, prefix: &str, arms: Option<Arms>, guests: &mut Guests) -> Placed {
    let population = vm.population();
    let (first_unit, first_gene) = (guests.units.len(), guests.proteins.len());
    let first_plasmid = guests.replicons.len();
    let laws = population.laws_in_force();
    let plasmids: Vec<(usize, f64)> = vm.copies_per_size();
    let name = |index: usize| format!("{prefix}{}", vm.gene(index).name());
    for (number, unit) in population.units().iter().enumerate() {
        let genes = unit.genes();
        let index = population.genes()[genes.start].index;
        let law = laws.iter().find(|(of, _)| *of == number).map(|(_, law)| law.clone());
        let of =
            plasmids.iter().position(|&(at, _)| vm.all_plasmids()[at].genes().contains(&index));
        guests.units.push(Unit {
            name: name(index),
            genes: first_gene + genes.start..first_gene + genes.end,
            template: match (of, arms, vm.genome().genes().get(index)) {
                (Some(of), _, _) => Template::Replicon(first_plasmid + of),
                (None, Some(arms), Some(gene)) => Template::Locus(arms.part_of(gene)),
                _ => Template::Size,
            },
            answer: law.map(|law| {
                Answer::new(move |acting| law.activity(|gene| acting(first_gene + gene)))
            }),
            lost_per_h: unit.rates.decay_per_h,
            burst: unit.drive.burst,
        });
    }
    guests.proteins.extend(population.genes().iter().map(|gene| Protein {
        name: name(gene.index),
        lost_per_h: gene.rates.protein_decay_per_h,
        acts_as_rna: gene.is_rna().then_some(first_unit + gene.unit),
    }));
    guests.queues.extend(population.losses().queues.into_iter().map(|queue| Queue {
        name: format!("{prefix}{}", queue.name),
        most_per_h: queue.most_per_h,
        km: queue.km,
        proteins: queue.substrates.iter().map(|gene| first_gene + gene).collect(),
    }));
    guests.replicons.extend(plasmids.iter().map(|&(at, _)| {
        let plasmid = &vm.all_plasmids()[at];
        Replicon {
            name: format!("{prefix}{}", plasmid.facts().name()),
            most_per_h: MOST_REPLICATIONS_PER_H,
            half: plasmid.half,
        }
    }));
    Placed {
        vm: at,
        units: first_unit..guests.units.len(),
        genes: first_gene..guests.proteins.len(),
        plasmids: plasmids.into_iter().map(|(at, _)| at).collect(),
        first_plasmid,
    }
}
