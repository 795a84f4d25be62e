//! The layers keep apart. Most walls are held by the compiler, since each layer is a crate that can
//! use only what its manifest names; here is what it cannot hold, and that the manifests stay so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Layers that share a crate: each may use those before it.
const WITHIN: [(&str, &[&str]); 2] = [
    (
        "crates/base",
        &["units", "nearest", "pattern", "statistics", "visible", "secret", "problem", "durable"],
    ),
    ("crates/cell", &["package", "chassis", "cells", "hypervisor", "factory"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every line of the sources below a folder that is no comment: `(file, line number, line)`.
fn code(folder: &str) -> Vec<(PathBuf, usize, String)> {
    let mut lines = Vec::new();
    for file in sources(&root().join(folder)) {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            if !line.trim_start().starts_with("//") {
                lines.push((file.clone(), number + 1, line.to_owned()));
            }
        }
    }
    assert!(!lines.is_empty(), "no code in {folder}");
    lines
}

/// All packages that a crate is built with, by name, itself among them.
fn dependencies(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}", "--package", package])
        .current_dir(root())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn a_layer_within_a_crate_uses_only_the_layers_before_it() {
    for (home, layers) in WITHIN {
        for (file, number, line) in code(&format!("{home}/src")) {
            let path = file.strip_prefix(root().join(home).join("src")).unwrap().with_extension("");
            let layer = path.iter().next().unwrap().to_str().unwrap();
            let Some(index) = layers.iter().position(|l| *l == layer) else { continue };
            // Tests make what they try from above.
            if path.ends_with("tests") {
                continue;
            }
            for later in &layers[index + 1..] {
                let uses = line.contains(&format!("crate::{later}::"))
                    || line.contains(&format!("crate::{later};"));
                assert!(!uses, "{}:{number}: {layer} uses {later}: {line}", file.display());
            }
        }
    }
}

/// A simulation library that others can use: little comes with it.
#[test]
fn network_and_engine_stand_alone() {
    let all = dependencies("bioxen-engine");
    let ours = ours(&all);
    assert_eq!(ours, ["bioxen-base", "bioxen-engine", "bioxen-network"]);
    assert!(all.len() - ours.len() <= 20, "{all:?}");
}

/// Studies work on any model: they know closures, and neither cells nor scripts.
#[test]
fn studies_know_no_cells_and_bring_no_packages() {
    let all = dependencies("bioxen-study");
    let ours = ours(&all);
    assert_eq!(ours, ["bioxen-base", "bioxen-engine", "bioxen-network", "bioxen-study"]);
    assert_eq!(all.len(), dependencies("bioxen-engine").len() + 1, "{all:?}");
}

/// Those that are of this project.
fn ours(all: &BTreeSet<String>) -> Vec<&String> {
    all.iter().filter(|p| p.starts_with("bioxen")).collect()
}

/// All that a package needs; of this project these and no others.
fn knows_only(package: &str, known: &[&str]) -> BTreeSet<String> {
    let all = dependencies(package);
    assert_eq!(ours(&all), known);
    all
}

/// Problems of estimation are studies of models: no cells, no scripts; tables and YAML bring few packages.
#[test]
fn petab_knows_models_and_studies_alone() {
    let known = ["bioxen-base", "bioxen-engine", "bioxen-network", "bioxen-petab", "bioxen-study"];
    let all = knows_only("bioxen-petab", &known);
    assert!(all.len() <= 70, "{}: {all:?}", all.len());
}

/// A sweep that is cut into shards evaluates whatever it is given: no cells, no scripts.
#[test]
fn batches_know_no_language() {
    let known = [
        "bioxen-base",
        "bioxen-batch",
        "bioxen-engine",
        "bioxen-network",
        "bioxen-study",
        "bioxen-table",
    ];
    knows_only("bioxen-batch", &known);
}

/// Machines of a pool know nothing of what runs in them.
#[test]
fn xapi_knows_no_cells_no_scripts_and_no_terminal() {
    let all = dependencies("bioxen-xapi");
    let ours = ours(&all);
    assert_eq!(ours, ["bioxen-base", "bioxen-xapi"]);
    for stranger in ["rhai", "clap", "ratatui", "native-tls", "openssl", "aws-lc-rs", "rcgen"] {
        assert!(!all.contains(stranger), "{stranger}: {all:?}");
    }
}

/// Cells and the laboratory know no script language, no figures and no terminal.
#[test]
fn cell_and_laboratory_know_no_language_no_figures_and_no_terminal() {
    let all = dependencies("bioxen-lab");
    assert!(all.contains("bioxen-cell") && all.len() <= 85, "{}: {all:?}", all.len());
    for stranger in [
        "rhai",
        "plotters",
        "tiny-skia",
        "png",
        "clap",
        "rustyline",
        "ratatui",
        "indicatif",
        "terminal_size",
        "bioxen-plot",
        "bioxen-lang",
        "bioxen-session",
    ] {
        assert!(!all.contains(stranger), "{stranger}: {all:?}");
    }
    assert!(dependencies("bioxen").contains("rhai"));
}

#[test]
fn the_simulation_reads_no_clock_and_touches_no_file() {
    // Examples print what they are examples of.
    for layer in [
        "network/src",
        "engine/src",
        "study/src",
        "petab/src",
        "cell/src/chassis",
        "cell/src/hypervisor",
        "lab/src",
    ] {
        for (file, number, line) in code(&format!("crates/{layer}")) {
            for forbidden in ["std::fs", "SystemTime", "println!", "std::env", "std::net"] {
                // Tests and examples may print.
                let shows = file.ends_with("tests.rs") || file.iter().any(|f| f == "examples");
                assert!(
                    (shows && forbidden == "println!") || !line.contains(forbidden),
                    "{}:{number}: {line}",
                    file.display()
                );
            }
        }
    }
}

/// What scripts read and write goes through one place, which asks first whether they may.
#[test]
fn scripts_reach_files_by_one_way_and_nothing_else() {
    let mut elsewhere = 0;
    for (file, number, line) in code("crates/lang") {
        let home = root().join("crates/lang/src/files");
        // Tests make the files that they try.
        if file == home.with_extension("rs")
            || file.starts_with(&home)
            || file.ends_with("tests.rs")
        {
            continue;
        }
        elsewhere += 1;
        for forbidden in ["std::fs", "fs::", "durable::", "File::", "std::net", "std::process"] {
            assert!(!line.contains(forbidden), "{}:{number}: {line}", file.display());
        }
    }
    assert!(elsewhere > 5000, "{elsewhere}");
}

/// Front ends call the session and the laboratory. What they evaluate was written by a user.
#[test]
fn front_ends_compose_no_text_of_the_language() {
    let evaluates =
        [".eval(", ".eval_rich(", ".execute(", "self.run(", ".evaluate(", ".evaluate_as("];
    let mut seen = 0;
    for layer in ["src/cli", "kernel/src"] {
        for file in sources(&root().join(layer)) {
            let text = fs::read_to_string(&file).unwrap();
            // What is tried in tests is written there.
            let text = text.split("#[cfg(test)]").next().unwrap();
            // Whether a cell can be evaluated at all is what the doctor of the kernel asks.
            if file.ends_with("kernel/src/cli/doctor.rs") {
                continue;
            }
            for call in evaluates {
                for (at, _) in text.match_indices(call) {
                    let argument = text[at + call.len()..].trim_start().trim_start_matches('&');
                    let composed = ["\"", "r\"", "r#", "format!", "plan."];
                    let wrong = composed.iter().find(|start| argument.starts_with(**start));
                    let line = text[..at].lines().count();
                    assert!(wrong.is_none(), "{}:{line}: {call}", file.display());
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// How SSH is spoken is known to one module, and the layers below know no network at all.
#[test]
fn ssh_is_known_to_one_module() {
    let home = root().join("crates/remote/src/ssh");
    let mut elsewhere = 0;
    for folder in ["crates", "src", "kernel/src"] {
        for (file, number, line) in code(folder) {
            if file == home.with_extension("rs") || file.starts_with(&home) {
                continue;
            }
            elsewhere += 1;
            assert!(!line.contains("ssh2::"), "{}:{number}: {line}", file.display());
        }
    }
    assert!(elsewhere > 5000, "{elsewhere}");
    for layer in ["bioxen-lab", "bioxen-lang", "bioxen-session"] {
        let all = dependencies(layer);
        assert!(!all.contains("ssh2") && !all.contains("bioxen-remote"), "{layer}: {all:?}");
    }
}

/// Cargo gives a package with settings of its own none of the profile's `strip`.
#[test]
fn released_programs_carry_no_symbols() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let stripped = |header: &str| {
        let (_, section) = manifest.split_once(&format!("\n{header}\n")).unwrap();
        section.split("\n[").next().unwrap().contains("strip = \"symbols\"")
    };
    assert!(stripped("[profile.release]"));
    for program in ["bioxen", "bioxen-kernel", "bioxen-rust-cells"] {
        let header = format!("[profile.release.package.{program}]");
        assert!(!manifest.contains(&header) || stripped(&header), "{header} without `strip`");
    }
}
