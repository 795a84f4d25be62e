//! Names inside of strings, and keys of options.

use std::sync::Arc;

use super::super::Session;
use super::super::lex::{Kind, Token};
use super::context::Expected;
use super::{CompletionItem, CompletionKind, begins, files};
use bioxen_cell::factory::Infrastructure;
use bioxen_cell::hypervisor::{BiologicalType, Medium, Solver};
use bioxen_cell::package;
use bioxen_engine::Column;
use bioxen_genome::plasmid::shipped_plasmids;
use bioxen_genome::{Gene, Genome};
use bioxen_lang::api::vm::status_keys;
use bioxen_lang::{Status, Trace};
use rhai::Map;

/// The most genes or quantities that are listed; a letter more finds the others.
const MOST: usize = 1000;

/// The names that are expected.
pub(super) fn expected(
    session: &Session,
    all: &[char],
    tokens: &[Token],
    wanted: &Expected,
    typed: &str,
) -> Vec<CompletionItem> {
    let text = Typed { all, tokens, prefix: typed };
    match wanted {
        Expected::Quantity(variable) => quantities(session, &text, variable.as_deref()),
        Expected::Key { kind, variable } => keys(session, kind, variable.as_deref()),
        Expected::Argument { function, parameter, receiver } => match parameter.as_str() {
            "gene" | "genes" => genes(session, &text, receiver.as_deref()),
            "biological_type" => {
                let own = session.world.borrow().plugins.types().into_iter();
                let all = BiologicalType::ALL.into_iter().chain(own.map(BiologicalType::Plugin));
                fixed_all(all.map(BiologicalType::name))
            }
            "vm_type" => fixed(Infrastructure::ALL.map(Infrastructure::name)),
            "theme" => fixed(["light", "dark"]),
            "quantity" | "quantities" => quantities(session, &text, receiver.as_deref()),
            "name" if function == "solver" => fixed(Solver::ALL.map(Solver::name)),
            "id" if !function.starts_with("create") && function != "quick_start_vm" => vms(session),
            "package" => packages(session),
            "installed" => installed(session, receiver.as_deref()),
            "pattern" if function == "broadcast" => vms(session),
            "operons" => operons(session),
            "action" if function == "manage_operons" => fixed(["induce", "repress", "release"]),
            "substance" => fixed_all(Medium::known()),
            "name" if function == "use_chassis" => {
                fixed_all(session.world.borrow().lab.cells().iter().map(|cell| cell.name.as_str()))
            }
            "name" if function == "add_plasmid" => {
                let world = session.world.borrow();
                let own = world.plugins.plasmids().map(|plasmid| plasmid.name());
                fixed_all(shipped_plasmids().into_iter().chain(own))
            }
            "name" if function == "figure_style" => {
                fixed_all(session.world.borrow().plugins.styles())
            }
            "path" if !function.starts_with("save") && !function.starts_with("to_") => {
                files::readable(session, typed)
            }
            "genome_file" => files::readable(session, typed),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What was typed so far.
struct Typed<'a> {
    all: &'a [char],
    tokens: &'a [Token],
    prefix: &'a str,
}

fn fixed<const N: usize>(names: [&'static str; N]) -> Vec<CompletionItem> {
    fixed_all(names)
}

fn fixed_all<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<CompletionItem> {
    let item = |name| CompletionItem::new(name, CompletionKind::Name, "", "");
    names.into_iter().map(item).collect()
}

/// The operons that the current VM can regulate.
fn operons(session: &Session) -> Vec<CompletionItem> {
    let world = session.world.borrow();
    let vm = world.lab.attached().and_then(|id| world.lab.hypervisor().vm(id).ok());
    let all = vm.and_then(|vm| vm.operons().ok()).unwrap_or_default();
    all.into_iter()
        .map(|operon| {
            let genes = operon.genes.join(", ");
            CompletionItem::new(operon.name, CompletionKind::Name, genes, "")
        })
        .collect()
}

fn vms(session: &Session) -> Vec<CompletionItem> {
    let world = session.world.borrow();
    let vms = world.lab.all_vms();
    vms.map(|vm| {
        let signature = format!("{}, {}", vm.biological_type().name(), vm.state().name());
        CompletionItem::new(vm.id(), CompletionKind::Vm, signature, "")
    })
    .collect()
}

/// The packages that ship, and those of plug-ins.
fn packages(session: &Session) -> Vec<CompletionItem> {
    let all = package::shipped_names().iter().filter_map(|name| package::shipped(name).ok());
    let own: Vec<_> = session.world.borrow().plugins.packages().cloned().collect();
    all.chain(own)
        .map(|package| {
            let version = package.version.to_string();
            CompletionItem::new(
                &package.name,
                CompletionKind::Name,
                version,
                &package.about.description,
            )
        })
        .collect()
}

/// The packages of the VM that a call is made on, or of the current one.
fn installed(session: &Session, receiver: Option<&str>) -> Vec<CompletionItem> {
    let world = session.world.borrow();
    let held = receiver.and_then(|name| session.scope.get_value::<bioxen_lang::Vm>(name));
    let id = held.map(|vm| vm.id).or_else(|| world.current_vm());
    let Some(Ok(vm)) = id.map(|id| world.lab.find(&id)) else { return Vec::new() };
    let item = |package: &std::sync::Arc<package::Package>| {
        let version = package.version.to_string();
        CompletionItem::new(
            &package.name,
            CompletionKind::Name,
            version,
            &package.about.description,
        )
    };
    vm.packages().iter().map(item).collect()
}

/// The genomes that a text is about: that of the VM before the dot or of the current one, then
/// those of the other VMs, then those of the types that the text names.
fn genomes(session: &Session, typed: &Typed<'_>, receiver: Option<&str>) -> Vec<Arc<Genome>> {
    let world = session.world.borrow();
    let mut found: Vec<Arc<Genome>> = Vec::new();
    let mut add = |genome: Arc<Genome>| {
        if !found.iter().any(|g| Arc::ptr_eq(g, &genome)) {
            found.push(genome);
        }
    };
    let held = receiver.and_then(|name| session.scope.get_value::<bioxen_lang::Vm>(name));
    let first = held.map(|vm| vm.id).or_else(|| world.current_vm());
    if let Some(Ok(vm)) = first.map(|id| world.lab.find(&id)) {
        add(vm.genome().clone());
    }
    world.lab.all_vms().for_each(|vm| add(vm.genome().clone()));
    for token in typed.tokens.iter().filter(|t| matches!(t.kind, Kind::Text { .. })) {
        let text = token.text(typed.all);
        let types = world.plugins.types();
        if let Ok(biological_type) = BiologicalType::parse_among(text.trim_matches('"'), &types)
            && let Ok(genome) = biological_type.genome()
        {
            add(genome);
        }
    }
    found
}

fn genes(session: &Session, typed: &Typed<'_>, receiver: Option<&str>) -> Vec<CompletionItem> {
    let mut items = Vec::new();
    for vm in session.world.borrow().lab.all_vms() {
        items.extend(vm.genes().skip(vm.genome().genes().len()).map(|gene| {
            let product = gene.product.as_str();
            CompletionItem::new(gene.name(), CompletionKind::Gene, gene.kind.word(), product)
        }));
    }
    for genome in genomes(session, typed, receiver) {
        // What is expressed can be named first: it is what a user asks for most.
        let mut genes: Vec<_> =
            genome.genes().iter().filter(|gene| begins(gene.name(), typed.prefix)).collect();
        let order =
            |a: &&Gene, b: &&Gene| (!a.is_coding(), a.name()).cmp(&(!b.is_coding(), b.name()));
        if genes.len() > MOST {
            genes.select_nth_unstable_by(MOST, order);
            genes.truncate(MOST);
        }
        genes.sort_by(order);
        items.extend(genes.into_iter().map(|gene| {
            let kind = CompletionKind::Gene;
            CompletionItem::new(gene.name(), kind, gene.kind.word(), gene.product.as_str())
        }));
    }
    items
}

fn quantities(session: &Session, typed: &Typed<'_>, variable: Option<&str>) -> Vec<CompletionItem> {
    let trace = variable.and_then(|name| session.scope.get_value::<Trace>(name));
    let Some(trace) = trace else { return genes(session, typed, None) };
    let fits = |(name, _): &(&str, &Column)| begins(name, typed.prefix);
    let clear: Vec<(&str, &Column)> = trace.clear_names().into_iter().filter(fits).collect();
    // Genes alone first, where that is clear.
    let short = clear.iter().filter(|(name, _)| !name.contains('.')).copied();
    let whole = clear.iter().filter(|(name, column)| *name == column.name).copied();
    let item = |(name, column): (&str, &Column)| {
        let doc = if name == column.name { "" } else { column.name.as_str() };
        CompletionItem::new(name, CompletionKind::Quantity, &column.unit, doc)
    };
    short.take(MOST).chain(whole.take(MOST)).map(item).collect()
}

/// The keys of a function's options; `function.option` for those inside of an option.
pub(super) fn option_keys(session: &Session, function: &str) -> Vec<CompletionItem> {
    let (function, option) =
        function.split_once('.').map_or((function, None), |(f, o)| (f, Some(o)));
    let mut items: Vec<CompletionItem> = Vec::new();
    for (key, doc) in session.catalogue().option_keys(function) {
        match option {
            None => items.push(CompletionItem::new(key, CompletionKind::Option, "", doc)),
            Some(option) if option == key => items.extend(inner_keys(doc)),
            Some(_) => {}
        }
    }
    for declared in session.catalogue().named(function) {
        if option.is_none() && items.is_empty() {
            let item = |key| CompletionItem::new(key, CompletionKind::Option, "", "");
            items.extend(declared.map_keys().into_iter().map(item));
        }
    }
    items
}

/// The keys that a value has by which it is indexed: those of the map of a variable, or of a status.
fn keys(session: &Session, kind: &str, variable: Option<&str>) -> Vec<CompletionItem> {
    let value = variable.and_then(|name| session.scope.get(name));
    if let Some(map) = value.and_then(|value| value.read_lock::<Map>().map(|map| map.clone())) {
        let item = |key: &str| CompletionItem::new(key, CompletionKind::Option, "", "");
        return map.keys().map(|key| item(key)).collect();
    }
    if kind == "Status" {
        let status = session.statuses().into_iter().next().map(Status);
        let keys = status.as_ref().map(status_keys).unwrap_or_default();
        let item = |key| CompletionItem::new(key, CompletionKind::Option, "", "");
        return keys.into_iter().map(item).collect();
    }
    Vec::new()
}

/// The keys of `#{a, b [unit]}` in a text.
fn inner_keys(doc: &str) -> Vec<CompletionItem> {
    let Some((_, rest)) = doc.split_once("#{") else { return Vec::new() };
    let inside = rest.split('}').next().unwrap_or_default();
    inside
        .split(',')
        .filter_map(|part| {
            let (key, unit) = part.trim().split_once(' ').unwrap_or((part.trim(), ""));
            let item = CompletionItem::new(key, CompletionKind::Option, unit, "");
            (!key.is_empty()).then_some(item)
        })
        .collect()
}
