//! Help for the word at the cursor.

use std::fmt::Write;
use std::sync::Arc;

use super::Session;
use super::complete::{KEYWORDS, interpolated, type_ending};
use super::lex::{Kind, Token, lex};
use bioxen_cell::package;
use bioxen_genome::Gene;
use bioxen_lang::FnDoc;
use bioxen_lang::catalogue::{FnForm, type_of};
use bioxen_lang::value::significant;

impl Session {
    /// What is known of the word at a cursor, as Markdown: a function, a variable, a VM, a gene, a
    /// word of the language. In detail also the errors and the example of a function.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// let help = session.inspect("run(10.min)", 2, false).ok_or("no help")?;
    /// assert!(help.contains("run(duration)"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn inspect(&self, text: &str, cursor: usize, detail: bool) -> Option<String> {
        let all: Vec<char> = text.chars().collect();
        let all = interpolated(&all, cursor).unwrap_or(all);
        let tokens = lex(&all);
        let at = tokens.iter().position(|t| {
            let known = matches!(t.kind, Kind::Word | Kind::Text { .. });
            known && t.start <= cursor && cursor <= t.end
        });
        let word = at.map(|i| tokens[i]);
        // On a bracket or between arguments, the function that is being called is meant.
        let Some(token) = word else { return self.call_around(&all, &tokens, cursor, detail) };
        let name = token.text(&all);
        if let Kind::Text { .. } = token.kind {
            return self
                .named_in_string(name.trim_matches(['"', '`', '\'']))
                .or_else(|| self.call_around(&all, &tokens, cursor, detail));
        }
        let at = tokens.partition_point(|t| t.start < token.start);
        let dotted = at > 1 && matches!(tokens[at - 1].text(&all).as_str(), "." | "?.");
        if dotted {
            let called = tokens.get(at + 1).is_some_and(|t| t.text(&all) == "(");
            let kind = type_ending(self, &all, &tokens[..at - 1]);
            let member = Member { kind, called };
            if let Some(text) = self.forms(&name, detail, Some(&member)) {
                return Some(text);
            }
        }
        self.help(&name, detail)
    }

    /// What is known of a name.
    pub fn help(&self, name: &str, detail: bool) -> Option<String> {
        self.variable(name)
            .or_else(|| self.functions(name, detail))
            .or_else(|| {
                let own = self.library.iter_functions().find(|f| f.name == name)?;
                let comments = own.comments.join("\n");
                let text: Vec<&str> =
                    comments.lines().map(|l| l.trim_start_matches('/').trim()).collect();
                let call = format!("{}({})", own.name, own.params.join(", "));
                Some(format!("```rhai\nfn {call}\n```\n\n{}", text.join("\n")))
            })
            .or_else(|| {
                let (word, doc) = KEYWORDS.iter().find(|(word, _)| *word == name)?;
                Some(format!("**{word}** (a word of the language): {}", written(doc)))
            })
            .or_else(|| self.named_in_string(name))
    }

    fn call_around(
        &self,
        all: &[char],
        tokens: &[Token],
        cursor: usize,
        detail: bool,
    ) -> Option<String> {
        let left = &tokens[..tokens.partition_point(|t| t.start < cursor)];
        let mut closed = 0_usize;
        for (i, token) in left.iter().enumerate().rev() {
            match token.kind {
                Kind::Close(_) if token.end <= cursor => closed += 1,
                Kind::Open(_) if closed > 0 => closed -= 1,
                Kind::Open('(') => {
                    let word = left[..i].last().filter(|t| t.kind == Kind::Word);
                    if let Some(word) = word {
                        return self.functions(&word.text(all), detail);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = self.scope.get(name)?;
        let kind = type_of(self.engine.map_type_name(value.type_name())).to_owned();
        let kind = if kind.is_empty() { "nothing".to_owned() } else { kind };
        let mut shown: String = self.text_of(value).chars().take(2000).collect();
        if let Some(vm) = value.read_lock::<bioxen_lang::Vm>() {
            let status = self.vm(&vm.id).unwrap_or_else(|| "It is gone.".to_owned());
            return Some(format!("**{name}**: VM\n\n{status}"));
        }
        if shown.contains("```") {
            shown = shown.replace("```", "'''");
        }
        Some(format!("**{name}**: {kind}\n\n```text\n{shown}\n```"))
    }

    fn functions(&self, name: &str, detail: bool) -> Option<String> {
        self.forms(name, detail, None)
    }

    /// The forms of a function and what they do; what fits behind the dot first.
    fn forms(&self, name: &str, detail: bool, member: Option<&Member>) -> Option<String> {
        let mut declared = self.catalogue().named(name);
        declared.retain(|f| f.form != FnForm::Operator);
        if let Some((call, about)) = PRINTING.iter().find(|(call, _)| call.starts_with(name))
            && call.len() == name.len() + "(value)".len()
        {
            return Some(format!("```rhai\n{call}\n```\n\n{about}\n"));
        }
        declared.sort_by_key(|f| {
            let first = f.first_type().unwrap_or_default();
            let form = member.is_some_and(|m| m.called == (f.form == FnForm::Property));
            let kind = member.and_then(|m| m.kind.as_deref()).is_some_and(|kind| {
                kind != first && !(matches!(kind, "integer" | "number") && first == "any")
            });
            // Texts have no BLOBs but by special functions.
            (form, kind, first.eq_ignore_ascii_case("blob"))
        });
        let forms: Vec<String> = declared.iter().map(|f| f.signature()).collect();
        if forms.is_empty() {
            return None;
        }
        let mut seen = Vec::new();
        for form in forms {
            if !seen.contains(&form) {
                seen.push(form);
            }
        }
        let mut text = format!("```rhai\n{}\n```\n", seen.join("\n"));
        let mut told: Vec<String> = Vec::new();
        for f in declared {
            let about = if detail { f.documentation.clone() } else { brief(f) };
            if !about.is_empty() && !told.contains(&about) {
                // Writing to a string cannot fail.
                let _ = write!(text, "\n{about}\n");
                told.push(about);
            }
        }
        Some(text)
    }

    fn named_in_string(&self, name: &str) -> Option<String> {
        if let Some(package) = self.package(name) {
            let (version, about) = (&package.version, &package.about.description);
            let mut text = format!("**{name}** (package {version}): {about}");
            for (kind, of) in package.contents() {
                // Writing to a string cannot fail.
                let _ = write!(text, "\n* {kind} {of}");
            }
            return Some(text);
        }
        self.vm(name).or_else(|| {
            let world = self.world.borrow();
            let current = world.lab.attached().and_then(|id| world.lab.find(id).ok());
            let mut vms = current.into_iter().chain(world.lab.all_vms());
            vms.find_map(|vm| {
                let index = vm.gene_index(name).ok()?;
                let package =
                    vm.package_of(index).map(|package| format!("package {}", package.name));
                let owner = package.unwrap_or_else(|| vm.genome().name.clone());
                Some(about_gene(vm.gene(index), &owner))
            })
        })
    }

    /// A package by its name: of the current VM, of those that ship, or of a plug-in.
    fn package(&self, name: &str) -> Option<Arc<package::Package>> {
        let world = self.world.borrow();
        let current = world.lab.attached().and_then(|id| world.lab.find(id).ok());
        if let Some(installed) = current.and_then(|vm| vm.package(name).ok()) {
            return Some(Arc::clone(installed));
        }
        let ships = package::shipped_names().contains(&name);
        let own = || world.plugins.packages().find(|package| package.name == name).cloned();
        package::shipped(name).ok().filter(|_| ships).or_else(own)
    }

    fn vm(&self, id: &str) -> Option<String> {
        let world = self.world.borrow();
        let status = bioxen_lang::Status(world.lab.status(id).ok()?);
        let mut text = format!("**{id}** (VM)\n\n| | |\n|---|---|\n");
        for (name, value) in status.rows() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "| {name} | {} |", value.replace('|', "\\|"));
        }
        Some(text)
    }
}

/// What stands behind a dot.
struct Member {
    /// The type of the value before it, where that can be seen.
    kind: Option<String>,
    /// Whether brackets follow.
    called: bool,
}

/// A form as code, and what it does behind it: `let name = value;` makes a variable.
fn written(doc: &str) -> String {
    let ends = [";", "}"].iter().filter_map(|end| doc.rfind(end)).max();
    match ends {
        Some(end) => format!("`{}`{}", &doc[..=end], &doc[end + 1..]),
        None => doc.to_owned(),
    }
}

/// What prints; every type has a form of it, which says nothing.
const PRINTING: [(&str, &str); 2] = [
    ("print(value)", "Prints a value on a line of its own."),
    (
        "debug(value)",
        "Prints a value as it is written in a script, with the line and column of the call.",
    ),
];

/// The documentation up to its first heading.
fn brief(function: &FnDoc) -> String {
    let lines = function.documentation.lines().take_while(|line| !line.starts_with('#'));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn about_gene(gene: &Gene, genome: &str) -> String {
    let product =
        if gene.product.is_empty() { String::new() } else { format!(": {}", gene.product) };
    let mut text = format!("**{}** (gene of {genome}){product}\n\n", gene.name());
    let number = |x: Option<f64>, unit: &str| x.map(|x| format!("{} {unit}", significant(x)));
    let rows = [
        ("locus tag", Some(gene.locus_tag.clone())),
        ("synonyms", (!gene.names.synonyms.is_empty()).then(|| gene.names.synonyms.join(", "))),
        ("kind", Some(gene.kind.word().to_owned())),
        (
            "place",
            Some(format!(
                "{}..{} ({})",
                gene.place.start,
                gene.place.end,
                gene.place.strand.word()
            )),
        ),
        ("length", Some(format!("{} nt", gene.place.length_nt))),
        ("protein", gene.protein_length.map(|n| format!("{n} aa"))),
        ("operon", gene.operon.clone()),
        ("essentiality", gene.part.essentiality.map(|e| e.word().to_owned())),
        ("transcript abundance", number(gene.tpm, "tpm")),
        ("mRNA half-life", number(gene.half_lives.mrna_min, "min")),
        ("protein half-life", number(gene.half_lives.protein_min, "min")),
        ("protein copies", number(gene.protein_copies, "per cell")),
    ];
    text.push_str("| | |\n|---|---|\n");
    for (name, value) in rows {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "| {name} | {} |", value.replace('|', "\\|"));
        }
    }
    text
}
