//! Operons and what acts on them.

use bioxen_genome::regulation::Concentrations;
use rhai::plugin::*;
use rhai::{Array, Dynamic, Map};

use crate::number::{concentration, names};
use crate::value::{is_pattern, significant};
use crate::world::on;
use crate::world::with;
use crate::{LangError, Output, RhaiResultOf, Vm, World};
use bioxen_base::nearest::nearest;
use bioxen_base::pattern::matches_pattern;
use bioxen_cell::hypervisor::carbon::{SOURCES, Source};
use bioxen_cell::hypervisor::{Control, Medium, OperonStatus, Vm as Machine};

const ACTIONS: [(&str, Control); 3] =
    [("induce", Control::Open), ("repress", Control::Repressed), ("release", Control::Regulated)];

fn action(name: &str) -> Result<Control, LangError> {
    let found = ACTIONS.iter().find(|(action, _)| *action == name);
    found.map(|(_, control)| *control).ok_or_else(|| LangError::UnknownName {
        kind: "action on operons",
        given: name.to_owned(),
        nearest: nearest(name, ACTIONS.iter().map(|(a, _)| *a)).map(str::to_owned),
        valid: ACTIONS.iter().map(|(a, _)| (*a).to_owned()).collect(),
    })
}

/// Names of operons, with those that fit in the place of each pattern; a pattern that none fits stays,
/// and is told as a name would be.
fn fitting(vm: &Machine, names: Vec<String>) -> Result<Vec<String>, LangError> {
    if !names.iter().any(|name| is_pattern(name)) {
        return Ok(names);
    }
    let known: Vec<String> = vm.operons()?.into_iter().map(|operon| operon.name).collect();
    let mut all = Vec::new();
    for name in names {
        let found = known.iter().filter(|operon| matches_pattern(&name, operon));
        let found: Vec<String> = found.cloned().collect();
        if found.is_empty() { all.push(name) } else { all.extend(found) }
    }
    Ok(all)
}

fn strings(names: impl IntoIterator<Item = String>) -> Dynamic {
    names.into_iter().map(Dynamic::from).collect::<Array>().into()
}

fn record(operon: OperonStatus) -> Dynamic {
    let mut map = Map::new();
    map.insert("name".into(), operon.name.into());
    map.insert("genes".into(), strings(operon.genes));
    map.insert("regulators".into(), strings(operon.regulators));
    map.insert("control".into(), operon.control.map_or("closed", Control::name).into());
    let activity = operon.activity.map_or(Dynamic::UNIT, Dynamic::from_float);
    map.insert("activity".into(), activity);
    map.insert("regulated_activity".into(), Dynamic::from_float(operon.regulated_activity));
    map.insert("open_strength".into(), operon.strength.name().into());
    map.into()
}

fn composition(world: &World) -> Map {
    let substances = world.lab.hypervisor().medium().substances();
    let rows = substances.map(|(name, mm)| (name.into(), Dynamic::from(millimolar(mm))));
    rows.collect()
}

fn millimolar(mm: f64) -> bioxen_base::units::Concentration {
    bioxen_base::units::Concentration::new(mm, bioxen_base::units::ConcentrationUnit::Millimolar)
}

/// Sets the medium, and says so when that changes what the host lives on.
pub(super) fn set_medium(world: &mut World, medium: Medium) {
    let before = food(world.lab.hypervisor().medium());
    world.lab.hypervisor_mut().set_medium(medium);
    let after = food(world.lab.hypervisor().medium());
    let changed = after.map(|source| source.name) != before.map(|source| source.name);
    let quality = world.lab.hypervisor().full_nutrient().value();
    let text = match after {
        None if changed => {
            let sources = SOURCES.map(|source| source.name).join(", ");
            let hardly = world.lab.hypervisor().medium().carbon_source().map(|source| {
                let left = millimolar(world.lab.hypervisor().medium().millimolar(source.name));
                format!("hardly any carbon source now, {left} of {}: the host starves", source.name)
            });
            let none = "no carbon source now: the host starves, and growth ends within minutes";
            format!(
                "the medium has {}. What can feed it: {sources}",
                hardly.unwrap_or_else(|| none.to_owned())
            )
        }
        Some(source) if changed && source.name != "glucose" => {
            let own = source.quality.map(|own| {
                format!("; on {} alone E. coli grows as at set_nutrient({own})", source.name)
            });
            format!(
                "the host lives on {} now, and grows on it as the quality of the medium says, {}{}",
                source.name,
                significant(quality),
                own.unwrap_or_default()
            )
        }
        _ => return,
    };
    world.show(Output::Remark(text));
}

/// What feeds the host, if it does not starve.
fn food(medium: &Medium) -> Option<&'static Source> {
    medium.carbon_source().filter(|_| !medium.starves())
}

/// Operons and what acts on them.
#[export_module]
pub mod functions {
    /// Controls regulated operons of an *E. coli* by hand, or leaves them to their regulators. Operons
    /// that are not mapped are mapped first. Returns the names of the genes.
    ///
    /// * `operons` - a name or an array of names, such as `["lac", "trp"]`
    /// * `action` - `"induce"` opens the promoters regardless of their own regulators, `"repress"` closes
    ///   them as far as their regulators can, `"release"` lets them follow their regulators and
    ///   the `medium`. Catabolite repression (CRP) is a signal of the whole cell: it acts on induced
    ///   operons as well
    ///
    /// # Errors
    /// If the VM is not an *E. coli* or does not run, an operon or the action is unknown, or the DNA
    /// does not fit.
    ///
    /// # Source
    /// `genomes/ecoli.regulation` gives regulators and folds with their sources.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// manage_operons(["lac"], "release");
    /// add_inducer("IPTG", 1.mM);
    /// run(1.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn manage_operons(
        context: NativeCallContext,
        vm: Vm,
        operons: Dynamic,
        action: &str,
    ) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let control = super::action(action)?;
            let operons = names("the operons of manage_operons", &operons)?;
            let operons = super::fitting(world.lab.hypervisor().vm(&vm.id)?, operons)?;
            let operons: Vec<&str> = operons.iter().map(String::as_str).collect();
            let genes =
                world.lab.hypervisor_mut().vm_mut(&vm.id)?.manage_operons(&operons, control)?;
            Ok::<_, LangError>(genes.into_iter().map(Dynamic::from).collect())
        })
    }

    /// The regulated operons of an *E. coli*, as records of `name`, `genes`, `regulators`,
    /// `control` (`closed`, `induced`, `repressed` or `released`), `activity` of the promoter of
    /// the first gene (1 is open; nothing, `()`, while it is closed), `regulated_activity`, the
    /// activity that the regulators would set now, and `open_strength`, what the strength of the open
    /// promoter is known from. Where the transcripts of a repressed operon are too few to be measured,
    /// it is not known, and the text says so.
    ///
    /// The activity has the thermodynamic form: repressors and attenuators with the fold change `r` give
    /// the factor `1/(1 + (r - 1) a)`, activators `(1 + (r - 1) a)/r`, where `a` is their active
    /// fraction. LacI loops the DNA and has a law of its own (`docs/lac.md`): its fold is 1300, its amount
    /// counts once the VM expresses `lacI`, and operators on plasmids take it away. CRP follows the growth
    /// of the unburdened cell: on glucose its activity is 9/49 of the whole. Fold changes and dissociation
    /// constants, with their sources, are in `genomes/ecoli.regulation`.
    ///
    /// # Errors
    /// If the VM is not an *E. coli*.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli");
    /// operons()[0].name
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn operons(context: NativeCallContext, vm: Vm) -> RhaiResultOf<Array> {
        on(&context, &vm.id, |world| {
            let operons = world.lab.hypervisor().vm(&vm.id)?.operons()?;
            Ok::<_, LangError>(operons.into_iter().map(super::record).collect())
        })
    }

    /// The composition of the medium: a map from substance to concentration [mM]. It has the substances
    /// that act on promoters or feed the host.
    ///
    /// # Example
    /// ```rhai
    /// medium().glucose
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn medium(context: NativeCallContext) -> RhaiResultOf<Map> {
        with(&context, |world| Ok::<_, LangError>(super::composition(world)))
    }

    /// Changes the composition of the medium. Substances that are not named stay as they are; `0.mM`
    /// removes a substance. Operons that follow their regulators respond at once. A new chassis has
    /// 22.2 mM glucose, the medium in which the transcript abundances were measured.
    ///
    /// The host uses the carbon source with the highest concentration: glucose, lactose, maltose,
    /// arabinose, xylose, glycerol, rhamnose, galactose, acetate or succinate. Uptake saturates: the
    /// effective quality is that of `set_nutrient` times `S/(K + S)`, relative to 22.2 mM glucose and at
    /// most 1, with `K` = 22.2 µM. **Without a carbon source the host starves**: growth ends within
    /// minutes, and a remark says so. The medium does not set the quality of a source for growth; set it
    /// with `set_nutrient` (0.3 is glucose; glycerol would be 0.19, acetate 0.12). A remark says so when
    /// the source changes.
    ///
    /// Not modelled: several sources at once, the pause between two of them (diauxie), and in starved
    /// cells the slow loss of ribosomes, the resulting lag, and death.
    ///
    /// * `composition` - a map, such as `#{glucose: 0.mM, lactose: 5.mM}`
    ///
    /// # Errors
    /// If a substance neither acts on a regulator nor feeds the host, or a value is not a concentration.
    /// Then nothing is changed.
    ///
    /// # Source
    /// Saturation: Monod, *Annu. Rev. Microbiol.* 3:371 (1949), measured on glucose and assumed for
    /// the others. Growth on each source relative to glucose: Dai et al., *Nat. Microbiol.* 2:16231
    /// (2016), strain NCM3722.
    ///
    /// # Example
    /// ```rhai
    /// medium(#{glucose: 0.mM, lactose: 5.mM});
    /// ```
    #[rhai_fn(global, name = "medium", return_raw)]
    pub fn set_medium(context: NativeCallContext, composition: Map) -> RhaiResultOf<()> {
        with(&context, |world| {
            let mut medium = world.lab.hypervisor().medium().clone();
            for (substance, value) in &composition {
                medium.set(substance, concentration(substance, value)?)?;
            }
            super::set_medium(world, medium);
            Ok::<_, LangError>(())
        })
    }

    /// Adds an inducer, or anything else that acts on a regulator, to the medium.
    ///
    /// * `substance` - such as `"IPTG"`, `"arabinose"`, `"tryptophan"` or `"cAMP"`; on regulators of
    ///   packages `"aTc"`, `"AHL"`, `"cumate"`, `"rhamnose"` and `"vanillate"` may act, too
    /// * `concentration` - such as `1.mM` or `50.uM`; it is added to the present concentration
    ///
    /// # Errors
    /// If no regulator responds to the substance, or the concentration is invalid.
    ///
    /// # Source
    /// `genomes/ecoli.regulation` gives the dissociation constant of each inducer with its source;
    /// those of packages are in the files of the packages.
    ///
    /// # Example
    /// ```rhai
    /// add_inducer("IPTG", 1.mM);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn add_inducer(
        context: NativeCallContext,
        substance: &str,
        concentration: Dynamic,
    ) -> RhaiResultOf<()> {
        with(&context, |world| {
            let added =
                crate::number::concentration("the concentration of add_inducer", &concentration)?;
            let mut medium = world.lab.hypervisor().medium().clone();
            let present = medium.millimolar(substance);
            // What is taken away by a negative amount would be no adding.
            medium.set(substance, if added < 0.0 { added } else { present + added })?;
            super::set_medium(world, medium);
            Ok::<_, LangError>(())
        })
    }
}
