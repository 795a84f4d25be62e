//! Every function is declared with all that its users need to know.

use bioxen::lang::FnDoc;
use bioxen::lang::catalogue::FnForm;
use bioxen::lang::definitions::definitions;

use super::desk;

/// What is called on a value and needs no words, since the documentation is about it.
const RECEIVERS: [&str; 17] = [
    "Population",
    "Vm",
    "Trace",
    "Ensemble",
    "Figure",
    "Table",
    "Grouped",
    "Plate",
    "Status",
    "Event",
    "Snapshot",
    "Time",
    "Concentration",
    "Kilobases",
    "Percent",
    "Error",
    "Display",
];

/// Parameters that have a unit or a measure, and so must say which.
const MEASURED: [&str; 13] = [
    "duration",
    "longest",
    "interval",
    "time",
    "from",
    "to",
    "length",
    "share",
    "concentration",
    "biomass",
    "strength",
    "tpm",
    "quality",
];

fn documented() -> Vec<FnDoc> {
    let all = desk().session.catalogue().functions().to_vec();
    all.into_iter().filter(|f| !f.documentation.is_empty()).collect()
}

/// The parameters that the documentation must explain.
fn explained(function: &FnDoc) -> Vec<&String> {
    let receiver = function.first_type().is_some_and(|t| RECEIVERS.contains(&t));
    function.parameters.iter().skip(usize::from(receiver)).map(|p| &p.name).collect()
}

#[test]
fn every_function_says_what_it_does_and_shows_how() {
    let all = documented();
    for function in &all {
        let (name, summary) = (&function.name, function.summary());
        assert!(summary.len() > 10, "{name}: {summary}");
        // Another name of the same function has the same example.
        let mut same = all.iter().filter(|f| f.documentation == function.documentation);
        let example = function.example().unwrap_or_default();
        let used = function.form == FnForm::Operator || same.any(|f| example.contains(&f.name));
        assert!(used, "{name}: its example does not use it");
    }
}

#[test]
fn every_parameter_is_explained_and_measures_have_their_unit() {
    let mut wrong = Vec::new();
    for function in documented().iter().filter(|f| f.form == FnForm::Function) {
        let bullets = function.bullets();
        for parameter in explained(function) {
            let found = bullets.iter().find(|(name, _)| name == parameter);
            let text = found.map_or("", |(_, text)| text);
            if text.trim().is_empty() {
                wrong.push(format!("{}: `{parameter}` is not explained", function.signature()));
            } else if MEASURED.contains(&parameter.as_str())
                && !text.contains(['[', '`'])
                && !text.contains("unit")
            {
                wrong.push(format!("{}: `{parameter}` has no unit: {text}", function.signature()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn everything_that_can_fail_says_when() {
    let wrong: Vec<String> = documented()
        .iter()
        .filter(|f| f.form == FnForm::Function && f.fallible)
        // Without anything given nothing can be wrong with it.
        .filter(|f| !f.parameters.is_empty())
        .filter(|f| {
            !["cancel", "show", "display", "update", "terminate_vm", "clear_output"]
                .contains(&f.name.as_str())
        })
        .filter(|f| f.section("Errors").is_none_or(|text| text.len() < 5))
        .map(FnDoc::signature)
        .collect();
    assert!(wrong.is_empty(), "no `# Errors`:\n{}", wrong.join("\n"));
}

#[test]
fn what_states_science_names_its_source() {
    let all = documented();
    for (name, source) in [
        ("run", "Sechkar"),
        ("set_nutrient", "Sechkar"),
        ("solver", "Gillespie"),
        ("start_transcription", "Dennis & Bremer"),
        ("get_essential_genes", "Baba"),
        ("allocate_ribosomes", "Sechkar"),
        ("allocate_atp", "Bennett"),
        ("get_atp_level", "Bennett"),
        ("operons", "genomes/ecoli.regulation"),
        ("manage_operons", "genomes/ecoli.regulation"),
        ("add_inducer", "genomes/ecoli.regulation"),
        ("add_plasmid", "Paulsson"),
        ("get_plasmid_count", "Paulsson"),
        ("start_batch", "Monod"),
        ("optimize_minimal_metabolism", "Breuer"),
        ("get_minimal_functions", "Hutchison"),
        ("plot_growth_law", "Dennis & Bremer"),
        ("plot_burden", "Bentley"),
        ("cv2", "Elowitz"),
        ("fano", "Thattai"),
        ("quantile", "Hyndman"),
    ] {
        let of: Vec<&FnDoc> = all.iter().filter(|f| f.name == name).collect();
        assert!(of.iter().any(|f| f.documentation.contains(source)), "{name}: {source}");
    }
}

#[test]
fn everything_in_the_catalogue_can_be_inspected() {
    let desk = desk();
    for function in documented().iter().filter(|f| f.form != FnForm::Operator) {
        let help = desk.session.inspect(&function.name, 1, true);
        let help = help.unwrap_or_else(|| panic!("{} cannot be inspected", function.name));
        assert!(help.contains(&function.summary()[..10]), "{}: {help}", function.name);
    }
}

/// A reader of definition files, by the grammar of Rhai's language server.
fn declaration(line: &str) -> Result<(), String> {
    let wrong = || Err(line.to_owned());
    let is_name = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let is_type = |text: &str| text == "?" || text == "()" || is_name(text);
    let Some(body) = line.strip_suffix(';') else { return wrong() };
    let Some((head, gives)) = body.rsplit_once(" -> ") else { return wrong() };
    let Some((head, list)) = head.strip_suffix(')').and_then(|h| h.split_once('(')) else {
        return wrong();
    };
    let mut parts = list.split(", ").filter(|part| !part.is_empty());
    let well_formed = if let Some(operator) = head.strip_prefix("op ") {
        parts.all(is_type) && !operator.trim().is_empty() && !operator.trim().contains(' ')
    } else if let Some(name) = head.strip_prefix("fn ") {
        is_name(name.strip_prefix("get ").unwrap_or(name))
            && parts.all(|p| p.split_once(": ").is_some_and(|(n, t)| is_name(n) && is_type(t)))
    } else {
        false
    };
    if well_formed && is_type(gives) { Ok(()) } else { wrong() }
}

#[test]
fn editors_get_definitions_that_can_be_read() {
    let desk = desk();
    let text = definitions(desk.session.catalogue());
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("/// "));
    assert_eq!(lines.next(), Some("module static;"));
    let mut declared = 0;
    for line in lines.filter(|l| !l.is_empty() && !l.starts_with("///")) {
        declaration(line).unwrap_or_else(|line| panic!("no declaration: {line}"));
        declared += 1;
    }
    assert!(declared > 150, "{declared}");
    for expected in [
        "fn run(duration: ?) -> Trace;",
        "fn get min(number: int) -> Time;",
        "fn start_transcription(vm: Vm, genes: ?) -> Array;",
        "fn start_transcription(genes: ?) -> Array;",
        "op / (int, int) -> ?;",
    ] {
        assert!(text.lines().any(|line| line == expected), "{expected}");
    }
    // The reader is none that takes everything.
    for bad in [
        "fn f(x) -> int;",
        "fn f(x: int) -> int",
        "fn 1f() -> int;",
        "op + (a b) -> int;",
        "let x = 1;",
    ] {
        assert!(declaration(bad).is_err(), "{bad}");
    }
}
