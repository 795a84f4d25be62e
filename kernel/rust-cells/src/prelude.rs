//! The crate `bioxen` that cells have: its files, which are parts of this program, and the lines that bring it in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The variable of the environment that can name the sources of BioXen.
pub(crate) const SOURCES: &str = "BIOXEN_SOURCES";

/// What `bioxen` has when the sources are there, beside what it always has.
const LARGE: [&str; 4] = ["engine", "network", "study", "units"];

/// The files of the three crates. The first two are those of the workspace.
const FILES: [(&str, &str); 9] = [
    ("base/src/lib.rs", "#![allow(missing_docs)]\npub mod nearest;\n"),
    ("base/src/nearest.rs", include_str!("../../../crates/base/src/nearest.rs")),
    ("exchange/src/lib.rs", include_str!("../../../crates/exchange/src/lib.rs")),
    ("exchange/src/convert.rs", include_str!("../../../crates/exchange/src/convert.rs")),
    ("exchange/src/error.rs", include_str!("../../../crates/exchange/src/error.rs")),
    ("exchange/src/file.rs", include_str!("../../../crates/exchange/src/file.rs")),
    ("exchange/src/table.rs", include_str!("../../../crates/exchange/src/table.rs")),
    ("exchange/src/value.rs", include_str!("../../../crates/exchange/src/value.rs")),
    ("bioxen/src/lib.rs", include_str!("../cell/lib.rs")),
];

/// Writes the crates below a folder.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    let home = folder.join("crates");
    for (name, text) in FILES {
        let path = home.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)?;
    }
    let package = |name: &str, lib: &str, rest: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"{}\"\nedition = \"2024\"\n\n[lib]\nname = \"{lib}\"\n\n{rest}",
            env!("CARGO_PKG_VERSION")
        )
    };
    // Its name is not that of the crate in the sources, which the engine brings.
    fs::write(home.join("base/Cargo.toml"), package("bioxen-cells-base", "bioxen_base", ""))?;
    let rest = "[dependencies]\nbioxen-cells-base = { path = \"../base\" }\n";
    fs::write(
        home.join("exchange/Cargo.toml"),
        package("bioxen-cells-exchange", "bioxen_exchange", rest),
    )?;
    let mut rest =
        "[dependencies]\nbioxen-cells-exchange = { path = \"../exchange\" }\n".to_owned();
    let mut engine = Vec::new();
    if let Ok(sources) = sources() {
        for name in ["base", "engine", "network", "study"] {
            let path = sources.join("crates").join(name);
            rest.push_str(&format!("bioxen-{name} = {{ path = {path:?}, optional = true }}\n"));
            engine.push(format!("\"dep:bioxen-{name}\""));
        }
    }
    rest.push_str(&format!("\n[features]\nengine = [{}]\n", engine.join(", ")));
    fs::write(home.join("bioxen/Cargo.toml"), package("bioxen", "bioxen", &rest))
}

/// The line that makes the crate one of the session of Rust, with the engine or without.
pub(crate) fn dependency(folder: &Path, engine: bool) -> String {
    let path = folder.join("crates/bioxen");
    let features = if engine { ", features = [\"engine\"]" } else { "" };
    format!(":dep bioxen = {{ path = {path:?}{features} }}")
}

/// Whether a text uses what only the sources have: `bioxen::engine`, `use bioxen::{engine, ..}`.
pub(crate) fn wants_engine(code: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let begins_with_one = |rest: &str| {
        let word = rest.split(|c| !is_word(c)).next().unwrap_or_default();
        LARGE.contains(&word)
    };
    code.match_indices("bioxen::").any(|(at, path)| {
        // `my::bioxen::engine` is another, and `::bioxen::engine` is not.
        let before = code[..at].strip_suffix("::").unwrap_or(&code[..at]);
        let other = before.ends_with(is_word);
        let rest = &code[at + path.len()..];
        let list = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
        let in_list = || list.is_some_and(|l| l.split(',').any(|p| begins_with_one(p.trim())));
        !other && (begins_with_one(rest) || in_list())
    })
}

/// The folder of the sources of BioXen.
///
/// # Errors
/// When they are not there.
pub(crate) fn sources() -> Result<PathBuf, String> {
    let named = std::env::var_os(SOURCES).filter(|path| !path.is_empty()).map(PathBuf::from);
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = named.unwrap_or(built);
    let folder = fs::canonicalize(&folder).unwrap_or(folder);
    if folder.join("crates/engine/Cargo.toml").is_file() {
        return Ok(folder);
    }
    Err(format!(
        "`bioxen::engine` is compiled from the sources of BioXen, which are not in {}; {SOURCES} can name their \
         folder",
        folder.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_wanted_where_its_path_stands() {
        for code in [
            "use bioxen::engine::ssa;",
            "use bioxen::{engine, get};",
            "use bioxen::{get, network::Network};",
            "let x = ::bioxen::units::Time::ZERO;",
            "bioxen::study::fit()",
        ] {
            assert!(wants_engine(code), "{code}");
        }
        for code in [
            "bioxen::get(\"engine\")",
            "use mybioxen::engine;",
            "my::bioxen::engine",
            "engine",
            "bioxen::engines",
        ] {
            assert!(!wants_engine(code), "{code}");
        }
    }

    #[test]
    fn every_file_of_the_small_crate_is_there() {
        let home = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../crates/exchange/src");
        for entry in fs::read_dir(home).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let known = FILES.iter().any(|(file, _)| *file == format!("exchange/src/{name}"));
            assert!(known || entry.path().is_dir(), "{name}");
        }
    }
}
