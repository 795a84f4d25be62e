//! The reference of the language, written from the declarations of its functions.

use std::fmt::Write;

use serde_json::{Value, json};

use super::catalogue::{Catalogue, FnDoc, FnForm};
use super::plugins::Loaded;

/// The modules of the language in the order of the reference: name, title, introduction.
const TOPICS: &[(&str, &str, &str)] = &[
    ("factory", "Making and finding VMs", "Make, find, group and remove VMs by their ids."),
    (
        "machine",
        "What every VM can do",
        "Each function is a method, `cell.start()`, and also a bare function that acts on the \
         current VM, `start()`.",
    ),
    (
        "genes",
        "Genes and their molecules",
        "The genes of a VM, and the mRNA and protein made from them.",
    ),
    ("resources", "Resources", "The limits of VMs on the host's resources, and their present use."),
    (
        "groups",
        "Groups, copies and scripts on a VM",
        "Calls on several VMs at once, copies of VMs, and scripts (texts) that run on one VM.",
    ),
    (
        "operons",
        "Operons and the medium",
        "The control of promoters, and the substances that act on regulators.",
    ),
    ("strain", "Strains", "What differs from the wild type in the control of catabolic operons."),
    (
        "transcripts",
        "Transcription units and bursts",
        "Which genes one transcript carries, how long it lives, and how transcripts come.",
    ),
    (
        "packages",
        "Packages",
        "Sets of genes that a VM can have beside its genome. Nothing is downloaded.",
    ),
    (
        "plugins",
        "Plug-ins",
        "Folders that bring a biological type, packages, plasmids, functions and styles of figures.",
    ),
    ("plasmids", "Plasmids", "Small replicons of *E. coli* with their own genes."),
    (
        "populations",
        "Populations of cells",
        "A cell becomes many that grow, divide, and share out their molecules. They are a copy: the cell itself stays \
         as it is.",
    ),
    (
        "population_events",
        "Events of populations",
        "What is to happen to all cells of a population while it lives.",
    ),
    (
        "cell_statistics",
        "Statistics of cells",
        "What the cells of a population have together, beside what stands above.",
    ),
    (
        "single_cells",
        "Figures of single cells",
        "Cells as a cytometer shows them, and the noise of their proteins beside measurements.",
    ),
    (
        "descents",
        "Figures of descent",
        "Who descends from whom, and how expression goes from mother to daughters.",
    ),
    ("culture", "Batch culture", "Cells in a vessel use up their medium."),
    ("kinds", "Of one biological type", "VMs of other types refuse these functions."),
    ("chassis", "Several chassis", "Several hosts in one session, each in its own medium."),
    (
        "snapshots",
        "States that are kept in memory",
        "Keep a state and restore it later: one VM in the present host, or everything.",
    ),
    ("archive", "States on disk", "A loaded state continues bit for bit."),
    ("time", "Cell time, environment and chance", "Cell time passes only during a run."),
    (
        "events",
        "Events",
        "Functions that a run calls at given cell times or under given conditions.",
    ),
    ("results", "Traces and tables", "The records of runs."),
    (
        "tables",
        "Tables",
        "Columns of numbers, quantities, strings or truth values. All functions that give a table give such a \
         one, and nothing changes it: each function gives another.",
    ),
    ("table_files", "The files of tables", "CSV, JSON and Parquet, with units."),
    (
        "rearranging",
        "Rows and columns",
        "Choose, sort and add. A function of the script is called with a row, which is a map of the \
         columns.",
    ),
    ("joining", "Tables joined and turned", "Two tables become one, and columns become rows."),
    (
        "table_groups",
        "Statistics of tables",
        "Of a column, or of columns by groups of rows. Unknown values are left out.",
    ),
    (
        "plotting",
        "Figures of tables, arrays and several traces",
        "All take the options of every figure, too.",
    ),
    ("plates", "Plate-reader data", "Signals of many wells over time, and what is in the wells."),
    (
        "statistics",
        "Statistics of traces",
        "A name gives a number; an array of names, or a pattern such as `\"*.mrna\"`, gives a map of \
         numbers. Patterns match full names first, then names without the VM. A gene stands for its \
         protein, so `\"lac*\"` means the proteins of all genes that begin so. Unknown values are left \
         out.",
    ),
    (
        "sweeps",
        "Sweeps",
        "A function at many points, each in a copy of the whole laboratory; designs of points.",
    ),
    ("fits", "Fits", "Parameters that come nearest to what was measured."),
    (
        "steady",
        "Steady states",
        "Where nothing changes any more, whether it stays so, and how it depends on a parameter.",
    ),
    (
        "sensitivities",
        "Sensitivities",
        "Which parameters matter: at a point, over a region, and as parts of the variance.",
    ),
    ("ensembles", "Ensembles", "The same run many times, each time with different random numbers."),
    (
        "spreads",
        "Statistics of ensembles",
        "Statistics over the repetitions, at each time: a name gives an array; an array of names or a \
         pattern gives a map of arrays. `repetition(i)` and `repetitions()` give the runs themselves, \
         as traces.",
    ),
    (
        "figures",
        "Figures",
        "A figure at the end of a cell or line is shown; `save` writes it, `show` shows it at once. Every \
         figure takes the options `title`, `width` and `height` [pixels], `theme` (`\"auto\"`, \
         `\"light\"`, `\"dark\"`) and `scale`. [The gallery](gallery.md) shows them all.",
    ),
    (
        "portraits",
        "Figures of chance, genomes and the host",
        "Histograms, circular maps, and the host's growth laws with measurements.",
    ),
    (
        "units",
        "Quantities with units",
        "Write units after a dot: `10.min`, `5.kb`, `40.percent`, `1.mM`. Quantities of one kind can be \
         added, subtracted and compared, also in different units; the result has the unit of the \
         first. A quantity times or divided by a plain number is a quantity of the same kind. A \
         quantity divided by one of its kind is a plain number. Everything else, such as \
         `5.min + 3.kb` or `5.min < 3`, is an error. `sum`, `mean`, `min`, `max`, `abs`, \
         `round`, `format` and the statistics of arrays take quantities, too.",
    ),
    ("inhibitors", "Inhibitors", "What slows the host down from outside."),
    (
        "composition",
        "The composition of a cell",
        "Numbers per cell, and what cells are measured by.",
    ),
    (
        "concentrations",
        "Concentrations",
        "Write units after a dot: `1.mM`, `50.uM` or `10.nM`. Results of calculations have the unit of \
         the first quantity.",
    ),
    (
        "numbers",
        "Numbers",
        "Whole numbers are accepted wherever a number is. Their division is exact: `6 / 2` is the \
         whole number `3`, `7 / 2` is `3.5`. Array indices must be whole: write `a[div(7, 2)]`, since \
         `a[7 / 2]` is an error. The results of `+`, `-` and `*` of whole numbers are whole, or an \
         error if they are too large.",
    ),
    (
        "text",
        "Rounding and numbers as text",
        "Plain numbers print with all their digits, so that the text reads back as the same number. \
         Quantities print with at most seven significant digits; calculations and files keep all \
         digits.",
    ),
    (
        "series",
        "Arrays of numbers",
        "Statistics take whole numbers, other numbers, and quantities of one kind, whose unit they \
         keep. They refuse an empty array, values of several kinds and numbers that are not finite.",
    ),
    (
        "collections",
        "Functions for the elements of arrays and maps",
        "Each calls a function of the script. An error in that function ends the call, and the array or \
         map is not changed. [The other functions of arrays, maps and strings](standard-functions.md) \
         come with Rhai.",
    ),
    ("angles", "Angles", "Functions of angles, for all numbers."),
    (
        "errors",
        "Errors",
        "Catch an error with `try { .. } catch (error) { print(error.message); }`.",
    ),
    (
        "parameters",
        "Parameters",
        "Values that are set from outside: `bioxen run script.rhai --set dose=1.mM --params values.toml`. \
         `bioxen run script.rhai --help-params` lists them.",
    ),
    ("workspace", "The session", "The variables of a session."),
    ("dialogue", "Talking with the user", "For protocols that need a decision, and for notebooks."),
];

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
    let topics: Vec<_> = TOPICS.iter().map(|topic| (topic, entries(catalogue, topic.0))).collect();
    // Writing to a string cannot fail.
    for ((_, title, _), entries) in topics.iter().filter(|(_, entries)| !entries.is_empty()) {
        let links: Vec<String> =
            entries.iter().map(|e| format!("[`{}`](#{})", e.title, e.anchor)).collect();
        let _ = writeln!(text, "* [{title}](#{}): {}", anchor(title), links.join(", "));
    }
    for ((_, title, introduction), entries) in
        topics.iter().filter(|(_, entries)| !entries.is_empty())
    {
        let _ = write!(text, "\n## {title}\n\n{introduction}\n");
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
            let parameters: Vec<Value> = f
                .parameters
                .iter()
                .zip(&f.types)
                .map(|(name, kind)| json!({ "name": name, "type": kind }))
                .collect();
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
                format!("{a}[{b}]")
            }
            (FnForm::Operator, [a, b]) => format!("{a} {} {b}", function.name),
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
    let told = !function.documentation.is_empty() && TOPICS.iter().any(|t| t.0 == function.topic);
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
