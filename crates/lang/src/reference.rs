//! The reference of the language, written from the declarations of its functions.

mod topics;

use std::fmt::Write;

use serde_json::{Value, json};

use super::catalogue::{Catalogue, FnDoc, FnForm};
use super::plugins::Loaded;
use topics::{TOPICS, Topic};

/// The functions of one name in one topic.
struct Entry<'a> {
    title: String,
    anchor: String,
    forms: Vec<&'a FnDoc>,
}

/// The reference as Markdown.
pub fn markdown(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "# Reference of the process language\n\n\
         The language is Rhai; [The language in ten minutes](language.md) teaches what you need of it. \
         `bioxen docs` generates this page from the declarations of the functions. `?name` in a session \
         shows the same text, and `?word` finds functions by words of their description.\n\n\
         ## Contents\n\n",
    );
    let topics: Vec<_> =
        TOPICS.iter().map(|topic| (topic, entries(catalogue, topic.name))).collect();
    // Writing to a string cannot fail.
    for (Topic { title, .. }, entries) in topics.iter().filter(|(_, entries)| !entries.is_empty()) {
        let links: Vec<String> =
            entries.iter().map(|e| format!("[`{}`](#{})", e.title, e.anchor)).collect();
        let _ = writeln!(text, "* [{title}](#{}): {}", anchor(title), links.join(", "));
    }
    for (Topic { title, about, .. }, entries) in
        topics.iter().filter(|(_, entries)| !entries.is_empty())
    {
        let _ = write!(text, "\n## {title}\n\n{about}\n");
        for entry in entries {
            let _ = write!(text, "\n<a id=\"{}\"></a>\n\n### `{}`\n", entry.anchor, entry.title);
            for form in &entry.forms {
                let _ = write!(text, "\n```rhai\n{}\n```\n\n", form.signature());
                let _ = writeln!(text, "{}", body(&form.documentation));
            }
        }
    }
    text
}

/// What a plug-in brings, and the reference of its functions, as Markdown.
pub fn of_plugin(loaded: &Loaded) -> String {
    let (plugin, manifest) = (&loaded.plugin, loaded.plugin.manifest());
    let mut catalogue = Catalogue::default();
    loaded.tell(&mut catalogue);
    let mut text =
        format!("# {}\n\n{}\n\n| | |\n|---|---|\n", plugin.label(), manifest.description);
    let list = |all: Vec<&str>| all.join(", ");
    let requires: Vec<String> =
        manifest.requires.iter().map(|(name, versions)| format!("{name} {versions}")).collect();
    let rows = [
        ("licence", manifest.licence.clone()),
        ("for BioXen", manifest.bioxen.to_string()),
        ("needs", requires.join(", ")),
        ("biological type", list(plugin.type_facts().iter().map(|t| t.name.as_str()).collect())),
        ("packages", list(plugin.packages().iter().map(|p| p.name.as_str()).collect())),
        ("plasmids", list(plugin.plasmids().iter().map(|p| p.name()).collect())),
        ("styles", list(plugin.styles().iter().map(|s| s.name.as_str()).collect())),
        ("sources", manifest.sources.join("; ")),
        ("sha256", plugin.sha256().to_owned()),
    ];
    // Writing to a string cannot fail.
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "| {name} | {} |", value.replace('|', "\\|").replace('\n', " "));
    }
    for entry in entries(&catalogue, plugin.name()) {
        let _ = write!(text, "\n## `{}`\n", entry.title);
        for form in &entry.forms {
            let _ = write!(text, "\n```rhai\n{}\n```\n\n", form.signature());
            let _ = writeln!(text, "{}", body(&form.documentation));
        }
    }
    text
}

/// The reference as data: one object for each declaration.
pub fn as_json(catalogue: &Catalogue) -> Value {
    let documented = catalogue.functions().iter().filter(|f| !f.documentation.is_empty());
    let functions: Vec<Value> = documented
        .map(|f| {
            let parameters = f.parameters.iter();
            let parameters: Vec<Value> =
                parameters.map(|p| json!({ "name": p.name, "type": p.of })).collect();
            json!({
                "name": f.name,
                "topic": f.topic,
                "form": match f.form {
                    FnForm::Function => "function",
                    FnForm::Property => "property",
                    FnForm::Operator => "operator",
                },
                "signature": f.signature(),
                "parameters": parameters,
                "returns": f.returns,
                "method_of_vm": f.of_vm,
                "summary": f.summary(),
                "errors": f.section("Errors"),
                "example": f.example(),
                "documentation": f.documentation,
            })
        })
        .collect();
    json!({ "version": env!("CARGO_PKG_VERSION"), "functions": functions })
}

fn entries<'a>(catalogue: &'a Catalogue, topic: &str) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let of_topic = catalogue.functions().iter().filter(|f| f.topic == topic);
    for function in of_topic.filter(|f| !f.documentation.is_empty()) {
        let title = match (function.form, function.parameters.as_slice()) {
            (FnForm::Operator, [a, b, ..]) if function.name.starts_with("index$") => {
                format!("{}[{}]", a.name, b.name)
            }
            (FnForm::Operator, [a, b]) => format!("{} {} {}", a.name, function.name, b.name),
            _ => function.name.clone(),
        };
        match entries.iter_mut().find(|e| e.title == title) {
            // An integer and a number with the same property are one to a reader.
            Some(entry) if entry.forms.iter().any(|f| f.signature() == function.signature()) => {}
            Some(entry) => entry.forms.push(function),
            None => {
                let anchor = format!("{topic}-{}", anchor(&title));
                entries.push(Entry { title, anchor, forms: vec![function] });
            }
        }
    }
    entries
}

/// Where the reference tells of a function; nothing when it does not.
pub fn link(function: &FnDoc) -> Option<String> {
    let told =
        !function.documentation.is_empty() && TOPICS.iter().any(|t| t.name == function.topic);
    told.then(|| format!("docs/reference.md#{}-{}", function.topic, anchor(&function.name)))
}

/// What a heading is linked by.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Documentation under a heading of its own: its headings become words.
fn body(documentation: &str) -> String {
    let lines = documentation.lines().map(|line| match line.strip_prefix("# ") {
        Some(heading) => format!("**{heading}**"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_common_renderers() {
        assert_eq!(anchor("Cell time, environment and chance"), "cell-time-environment-and-chance");
        assert_eq!(anchor("start_transcription"), "start_transcription");
    }

    #[test]
    fn headings_do_not_break_the_outline() {
        assert_eq!(body("A.\n\n# Errors\nB."), "A.\n\n**Errors**\nB.");
    }
}
