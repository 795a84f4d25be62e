//! Checking a script without running it: syntax, functions, gene names.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{AST, ASTNode, Expr, FnCallExpr, Position, Stmt};

mod imports;
mod literals;
mod options;
mod parameters;
mod plugins;
mod recover;

use super::evaluate::{hides, hiding};
use super::explain::{Words, counts, locate, open_comment, told_of};
use super::{Diagnostic, Session};
use bioxen_base::nearest::{hint, nearest};
use bioxen_cell::hypervisor::{BiologicalType, PluginType};
use bioxen_genome::Genome;
use bioxen_genome::plasmid::{is_file, shipped_plasmid};
use bioxen_lang::Catalogue;
use bioxen_lang::error::Blame;
use bioxen_lang::off;
use bioxen_lang::plugins::Loaded;

/// Functions whose first argument, or second of a method, names genes.
const TAKE_GENES: [&str; 4] = ["start_transcription", "stop_transcription", "mrna", "protein"];
/// Functions by which genes come that nobody knows before.
const UNCLEAR: [&str; 7] = [
    "load_vm",
    "load_hypervisor",
    "restore",
    "restore_all",
    "create_from_config",
    "attach",
    "install_package",
];

/// The most mistakes that are told; whoever has more mends these first.
const MOST: usize = 50;
/// The most text that is told with them [bytes]: each comes with its line, which may be the script.
const LINES: usize = 4 << 20;

/// What was found in a script.
struct Findings<'a> {
    text: &'a str,
    words: Words,
    name: &'a str,
    catalogue: &'a Catalogue,
    /// Functions of the script itself.
    own: BTreeMap<String, Vec<usize>>,
    /// The genomes of the VMs that the script makes, as far as that can be seen.
    genomes: Vec<Arc<Genome>>,
    /// The plasmids that it brings in.
    plasmids: Vec<Arc<Genome>>,
    /// Whether a VM is made in a way that cannot be seen.
    unclear: bool,
    /// The plug-ins that are there or that the script loads.
    plugins: Vec<Arc<Loaded>>,
    /// Whether it loads others, of which nothing can be seen.
    loads: bool,
    problems: Vec<Diagnostic>,
}

/// Parses a text and resolves its names.
///
/// # Errors
/// Everything that is wrong.
pub(super) fn check(session: &Session, text: &str, name: &str) -> Result<(), Vec<Diagnostic>> {
    if let Some(open) = open_comment(text, name) {
        return Err(vec![open]);
    }
    let (ast, problems) = recover::parse(session, text, name);
    let Some(ast) = ast else { return Err(problems) };
    let mut own: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for function in ast.iter_functions() {
        own.entry(function.name.to_owned()).or_default().push(function.params.len());
    }
    let mut plugins = session.plugins();
    plugins.extend(session.plugins_in(&ast));
    for function in plugins.iter().flat_map(|loaded| &loaded.functions) {
        let (name, count) = (function.doc.name.clone(), function.doc.parameters.len());
        let counts = own.entry(name).or_default();
        counts.push(count);
        counts.extend(function.doc.of_vm.then(|| count - 1));
    }
    let genomes = Vec::new();
    let mut findings = Findings {
        plugins,
        loads: loads_what_cannot_be_seen(&ast),
        text,
        words: Words::of(text),
        name,
        catalogue: session.catalogue(),
        own,
        genomes,
        plasmids: Vec::new(),
        unclear: false,
        problems,
    };
    for function in ast.iter_functions() {
        findings.function(function.name, function.params.len());
    }
    findings.plugins(&ast, session);
    each_call(&ast, &mut |call, position, _| findings.vm(call, position));
    each_call(&ast, &mut |call, position, method| findings.call(call, position, method));
    each_call(&ast, &mut |call, position, _| findings.literals(call, position));
    each_call(&ast, &mut |call, position, method| findings.options(call, position, method));
    findings.parameters(&ast);
    findings.units(&ast);
    findings.imports(&ast, &session.world.borrow().options.read_dir);
    findings.problems.sort_by_key(|problem| problem.position);
    if findings.is_full() {
        let message = format!("these are the first {}; there may be more", findings.problems.len());
        let (source_name, length) = (name.to_owned(), 1);
        findings.problems.push(Diagnostic { message, source_name, length, ..Default::default() });
    }
    if findings.problems.is_empty() { Ok(()) } else { Err(findings.problems) }
}

/// Whether a text loads a plug-in by a path that it does not write out.
fn loads_what_cannot_be_seen(ast: &AST) -> bool {
    let mut hidden = false;
    each_call(ast, &mut |call, _, _| {
        let written = matches!(call.args.first(), Some(Expr::StringConstant(..)));
        hidden |= call.name == "load_plugin" && !written;
    });
    hidden
}

/// What can be read of a text, whatever is wrong with the rest.
pub(super) fn read(session: &Session, text: &str, name: &str) -> Option<AST> {
    recover::parse(session, text, name).0
}

/// Every call of a function, and whether it is one of a method.
pub(super) fn each_call(ast: &AST, f: &mut dyn FnMut(&FnCallExpr, Position, bool)) {
    ast.walk(&mut |path| {
        match path.last() {
            Some(ASTNode::Stmt(Stmt::FnCall(call, position))) => f(call, *position, false),
            Some(ASTNode::Expr(Expr::FnCall(call, position))) => f(call, *position, false),
            Some(ASTNode::Expr(Expr::MethodCall(call, position))) => f(call, *position, true),
            _ => {}
        }
        true
    });
}

impl Findings<'_> {
    /// Whether as much is told as may be.
    fn is_full(&self) -> bool {
        let lines = self.problems.iter().map(|problem| problem.line.len()).sum::<usize>();
        self.problems.len() >= MOST || lines > LINES
    }

    fn problem(&mut self, message: String, position: Position, culprit: Option<&str>) {
        let blame = culprit.map_or(Blame::Call, Blame::Word);
        let place = self.words.blamed(&blame, position, self.catalogue);
        let place = place.or_else(|| self.words.at(position));
        let mut found = locate(message, place, self.text, self.name);
        let call = self.words.call(position);
        found.reference = call.and_then(|call| told_of(self.catalogue, &call.name));
        // A statement that is a call is met as both.
        if !self.problems.contains(&found) {
            self.problems.push(found);
        }
    }

    /// Tells of a function that takes the place of one of the language.
    fn function(&mut self, name: &str, parameters: usize) {
        // The text of a plug-in that is loaded defines what the language has from it.
        let texts =
            |loaded: &Loaded| loaded.plugin.functions().iter().any(|s| *s.text == *self.text);
        if hides(self.catalogue, name, parameters) && !self.plugins.iter().any(|p| texts(p)) {
            let place = self.words.definition(name);
            self.problems.push(locate(hiding(name), place, self.text, self.name));
        }
    }

    /// Notes which genomes the script uses.
    fn vm(&mut self, call: &FnCallExpr, position: Position) {
        if call.name == "add_plasmid" {
            return self.plasmid(call, position);
        }
        let Some(place) = type_place(&call.name) else {
            self.unclear |= UNCLEAR.contains(&call.name.as_str());
            return;
        };
        // A configuration may bring another genome.
        self.unclear |= call.args.iter().skip(place + 1).any(brings_a_genome);
        let given = match call.args.get(place) {
            Some(Expr::StringConstant(given, _)) => given.as_str(),
            None if call.name == "quick_start_vm" => BiologicalType::Syn3a.name(),
            _ => {
                self.unclear = true;
                return;
            }
        };
        let types: Vec<PluginType> =
            self.plugins.iter().filter_map(|loaded| loaded.biological_type().ok()?).collect();
        match BiologicalType::parse_among(given, &types) {
            Ok(biological_type) => self.genomes.extend(biological_type.genome()),
            Err(_) if self.loads => self.unclear = true,
            Err(error) => self.problem(error.to_string(), position, Some(given)),
        }
    }

    /// Notes which genes a plasmid brings.
    fn plasmid(&mut self, call: &FnCallExpr, position: Position) {
        match call.args.first() {
            Some(Expr::StringConstant(given, _)) if !is_file(given) => {
                let mut own = self.plugins.iter().flat_map(|loaded| loaded.plugin.plasmids());
                let own = own.find(|plasmid| plasmid.name() == given.as_str()).cloned();
                if self.loads && own.is_none() && shipped_plasmid(given).is_err() {
                    self.unclear = true;
                    return;
                }
                match own.map_or_else(|| shipped_plasmid(given), Ok) {
                    Ok(facts) => self.plasmids.push(facts.genome().clone()),
                    Err(error) => self.problem(error.to_string(), position, Some(given)),
                }
            }
            _ => self.unclear = true,
        }
    }

    fn call(&mut self, call: &FnCallExpr, position: Position, method: bool) {
        if self.is_full() {
            return;
        }
        let name = call.name.as_str();
        if call.is_qualified() || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return;
        }
        let given = call.args.len();
        let mut arities = self.catalogue.arities(name);
        let own = self.own.get(name).cloned().unwrap_or_default();
        if method {
            // A script's function takes the receiver as `this`, a native one as first parameter.
            arities.iter_mut().for_each(|arity| *arity = arity.wrapping_sub(1));
        }
        arities.extend(own);
        if arities.is_empty() {
            if is_keyword_function(name) || self.loads {
                return;
            }
            if let Some(off) = off::reason(name) {
                return self.problem(off.to_string(), position, None);
            }
            let names = self.catalogue.names().chain(self.own.keys().map(String::as_str));
            let message = format!("there is no function `{name}`{}", hint(nearest(name, names)));
            return self.problem(message, position, None);
        }
        if !arities.contains(&given) {
            arities.retain(|a| *a < 100);
            let message = format!("`{name}` takes {}, not {given}", counts(&arities));
            return self.problem(message, position, None);
        }
        if TAKE_GENES.contains(&name) {
            self.genes(&call.args, position);
        }
    }

    fn genes(&mut self, arguments: &[Expr], position: Position) {
        if self.unclear || self.genomes.is_empty() {
            return;
        }
        let strings: Vec<(String, Position)> = arguments
            .iter()
            .take(1)
            .flat_map(|argument| match argument {
                Expr::StringConstant(text, at) => vec![(text.to_string(), *at)],
                Expr::Array(items, _) => items
                    .iter()
                    .filter_map(|item| match item {
                        Expr::StringConstant(text, at) => Some((text.to_string(), *at)),
                        _ => None,
                    })
                    .collect(),
                Expr::DynamicConstant(value, at) => value
                    .as_array_ref()
                    .map(|items| items.iter().map(|i| (i.to_string(), *at)).collect())
                    .unwrap_or_default(),
                _ => Vec::new(),
            })
            .collect();
        for (gene, at) in strings {
            if self.is_full() {
                return;
            }
            if gene.contains(['*', '?']) {
                continue;
            }
            let mut all = self.genomes.iter().chain(&self.plasmids);
            // A function of a plug-in may install its packages.
            let mut packages = self.plugins.iter().flat_map(|loaded| loaded.plugin.packages());
            if all.any(|g| g.gene(&gene).is_some()) || packages.any(|p| p.gene(&gene).is_some()) {
                continue;
            }
            let near = self.genomes.iter().find_map(|g| g.nearest(&gene));
            let message = format!("no genome of this script has a gene `{gene}`{}", hint(near));
            let at = if at.is_none() { position } else { at };
            self.problem(message, at, Some(&gene));
        }
    }
}

/// Which argument of a function that makes VMs is the biological type.
fn type_place(function: &str) -> Option<usize> {
    match function {
        "quick_start_vm" => Some(0),
        "create_bio_vm" | "create_vm" => Some(1),
        "create_bio_vms" => Some(2),
        _ => None,
    }
}

/// Whether an argument behind the biological type may be a configuration with a genome of its own.
fn brings_a_genome(argument: &Expr) -> bool {
    match argument {
        Expr::StringConstant(..) => false,
        Expr::Map(entries, _) => entries.0.iter().any(|(key, _)| key.name == "genome_file"),
        Expr::DynamicConstant(value, _) => {
            value.as_map_ref().is_ok_and(|map| map.contains_key("genome_file"))
        }
        _ => true,
    }
}

/// What looks like a function and is a word of the language.
fn is_keyword_function(name: &str) -> bool {
    matches!(
        name,
        "print"
            | "debug"
            | "type_of"
            | "call"
            | "curry"
            | "Fn"
            | "is_shared"
            | "is_def_var"
            | "is_def_fn"
    )
}
