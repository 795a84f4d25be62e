//! The layers keep apart: the sources themselves are read.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers, each of which may use those before it.
const LAYERS: [&str; 15] = [
    "units",
    "nearest",
    "problem",
    "durable",
    "genome",
    "network",
    "engine",
    "package",
    "chassis",
    "hypervisor",
    "factory",
    "plot",
    "lang",
    "session",
    "permissions",
];

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

/// The code of a layer, without comments and tests: `(file, line number, line)`.
fn code(layer: &str) -> Vec<(PathBuf, usize, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![root.join(format!("{layer}.rs"))];
    if root.join(layer).is_dir() {
        files.extend(sources(&root.join(layer)));
    }
    let mut lines = Vec::new();
    for file in files {
        if file.file_name().is_some_and(|n| n == "tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            if line.trim() == "#[cfg(test)]" {
                break;
            }
            if !line.trim_start().starts_with("//") {
                lines.push((file.clone(), number + 1, line.to_owned()));
            }
        }
    }
    assert!(!lines.is_empty(), "no code in {layer}");
    lines
}

#[test]
fn a_layer_uses_only_the_layers_before_it() {
    for (index, layer) in LAYERS.iter().enumerate() {
        for (file, number, line) in code(layer) {
            for later in &LAYERS[index + 1..] {
                let uses = line.contains(&format!("crate::{later}::"))
                    || line.contains(&format!("crate::{later};"));
                assert!(!uses, "{}:{number}: {layer} uses {later}: {line}", file.display());
            }
        }
    }
}

#[test]
fn libraries_stay_where_they_belong() {
    for (library, homes) in [
        ("plotters", &["plot"][..]),
        ("rhai", &["lang", "session"]),
        ("roxmltree", &["genome", "network"]),
    ] {
        for layer in LAYERS.iter().filter(|l| !homes.contains(l)) {
            for (file, number, line) in code(layer) {
                let uses = line.contains(&format!("{library}::"));
                assert!(!uses, "{}:{number}: {library} in {layer}: {line}", file.display());
            }
        }
    }
}

#[test]
fn the_engine_reads_no_clock_and_touches_no_file() {
    for layer in ["network", "engine", "chassis", "hypervisor"] {
        for (file, number, line) in code(layer) {
            for forbidden in ["std::fs", "SystemTime", "println!", "std::env", "std::net"] {
                assert!(!line.contains(forbidden), "{}:{number}: {line}", file.display());
            }
        }
    }
}

/// What scripts read and write goes through one place, which asks first whether they may.
#[test]
fn scripts_reach_files_by_one_way_and_nothing_else() {
    let mut elsewhere = 0;
    for (file, number, line) in code("lang") {
        if file.ends_with("lang/files.rs") {
            continue;
        }
        elsewhere += 1;
        for forbidden in ["std::fs", "fs::", "durable::", "File::", "std::net", "std::process"] {
            assert!(!line.contains(forbidden), "{}:{number}: {line}", file.display());
        }
    }
    assert!(elsewhere > 5000, "{elsewhere}");
}

#[test]
fn the_kernel_knows_no_rhai() {
    let kernel = Path::new(env!("CARGO_MANIFEST_DIR")).join("kernel/src");
    for file in sources(&kernel) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("rhai::"), "{}", file.display());
    }
}
