//! A value for each parameter: by the name of the parameter, or by its type.

use bioxen::lang::FnDoc;

/// How a value for a parameter of a function is written.
pub(super) fn value_for(function: &FnDoc, place: usize) -> String {
    let parameter = &function.parameters[place];
    let (name, of) = (parameter.name.as_str(), parameter.of.as_str());
    // Nobody waits for a test.
    if function.name == "sleep" {
        return if of == "Time" || of == "any" { "0.001.s" } else { "0.001" }.to_owned();
    }
    // Cell time goes on between the calls.
    if function.name == "at" && name == "time" {
        return "now() + 1.s".to_owned();
    }
    let by_name = match (name, of) {
        (_, "string") if name.contains("new_id") => Some("`copy`"),
        ("id" | "vm" | "from_vm" | "to", "string") => Some("\"demo\""),
        ("quantity" | "quantities", _) => Some("\"lacZ\""),
        (_, "any") if name.contains("gene") => Some("[\"lacZ\"]"),
        ("pattern", "string") => Some("\"*\""),
        ("code", "string") => Some("\"1 + 1\""),
        ("biological_type", "string") => Some("\"ecoli\""),
        ("path", "string") => Some("\"form.csv\""),
        ("concentration" | "amount", "any") => Some("1.mM"),
        (
            "duration" | "time" | "interval" | "longest" | "from" | "to" | "step" | "every"
            | "start",
            "any",
        ) => Some("1.s"),
        ("number" | "seed" | "count" | "n" | "copies", "any" | "integer") => Some("2"),
        ("values" | "numbers" | "data", "array") => Some("[3.5, 1.5, 2.5]"),
        ("array", "array") => Some("[[2, \"b\"], \"a\", 1]"),
        _ => None,
    };
    if let Some(value) = by_name {
        return value.to_owned();
    }
    match of {
        "string" => "\"lacZ\"",
        "integer" => "2",
        "number" => "1.5",
        "bool" => "true",
        "character" => "'a'",
        "array" => "[\"lacZ\", 2]",
        "map" => "#{a: [1, 2]}",
        "function" => "|x| x",
        "Vm" => "vm(\"demo\")",
        "Trace" => "trace",
        "Ensemble" => "cells",
        "Population" => "colony",
        "Table" => "trace.table(\"lacZ\")",
        "Grouped" => "table(#{group: [1, 2, 1], lacZ: [3.5, 4.0, 5.5]}).group(\"group\")",
        "Plate" => "read_plate(\"plate.csv\")",
        "Figure" => "plot(trace)",
        "Status" => "vm(\"demo\").status()",
        "Event" => "every(1.h, || ())",
        "Snapshot" => "vm(\"demo\").snapshot()",
        "Display" => "display(1)",
        "Time" => "90.s",
        "Kilobases" => "2.kb",
        "Percent" => "40.percent",
        "Concentration" => "1.mM",
        "Error" => "fault",
        _ => "2.5",
    }
    .to_owned()
}

/// What the values for a function need: a VM with something to show, also on another chassis.
pub(super) fn setup(function: &FnDoc) -> String {
    let wants = |types: &[&str]| function.types().any(|t| types.contains(&t));
    let mut text = String::from(VM);
    if wants(&["Vm"]) {
        text = format!("{AWAY}{text}");
    }
    if wants(&["Trace", "Figure", "Table"]) {
        text.push_str("let trace = run(20.s);\n");
    }
    if wants(&["Plate"]) {
        text.push_str(PLATE);
    }
    if wants(&["Ensemble"]) {
        text.push_str("let cells = ensemble(2, 10.s);\n");
    }
    if wants(&["Population"]) {
        text.push_str("let colony = population(3);\n");
    }
    if wants(&["Error"]) {
        text.push_str("let fault = (); try { mrna(`none`); } catch (wrong) { fault = wrong; }\n");
    }
    text
}

const VM: &str = "quick_start_vm(\"ecoli\", \"demo\"); start_transcription(\"lacZ\");\n";
const PLATE: &str =
    "let wells = []; for i in 0..6 { wells.push([\"A1\", i * 10.min, 0.1 * (i + 1), 5.0 * i]); }
    table(wells, [\"well\", \"time\", \"OD600\", \"lacZ\"]).to_csv(\"plate.csv\");\n";
const AWAY: &str = "create_chassis(\"far\", 0.5); quick_start_vm(\"ecoli\", \"away\"); \
                    use_chassis(\"ecoli\");\n";

/// What brings back a VM that a call has taken away.
pub(super) const AGAIN: &str = "
    try { use_chassis(\"ecoli\"); } catch {}
    try { quick_start_vm(\"ecoli\", \"demo\"); start_transcription(\"lacZ\"); } catch {}
    try { attach(\"demo\"); } catch {}
    try { resume(); } catch {}
    try { start(); } catch {}
";
