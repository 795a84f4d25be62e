//! The gallery shows every kind of figure, and its script still draws them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bioxen::lang::WorldOptions;
use bioxen::session::Session;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_kind_of_figure_is_shown_and_every_picture_is_there() {
    let page = fs::read_to_string(root().join("docs/gallery.md")).unwrap();
    let session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    let kinds: BTreeSet<&str> = session
        .catalogue()
        .functions()
        .iter()
        .map(|d| d.name.as_str())
        .filter(|n| n.starts_with("plot"))
        .collect();
    assert!(kinds.len() >= 8, "{kinds:?}");
    let headings: Vec<&str> = page.lines().filter(|l| l.starts_with("## ")).collect();
    for kind in kinds {
        let call = format!("{kind}(");
        assert!(headings.iter().any(|h| h.contains(&call)), "no heading for {kind}");
    }
    let shown: BTreeSet<String> = page
        .split("](gallery/")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap().to_owned())
        .collect();
    assert_eq!(shown, files(&root().join("docs/gallery")));
    for name in &shown {
        let bytes = fs::read(root().join("docs/gallery").join(name)).unwrap();
        let begins: &[u8] = if name.ends_with(".svg") { b"<svg " } else { b"\x89PNG" };
        assert!(bytes.starts_with(begins) && bytes.len() < 300_000, "{name}: {}", bytes.len());
        // Each picture is followed by words.
        let after = page.split(&format!("](gallery/{name})\n\n")).nth(1).unwrap();
        assert!(after.starts_with(|c: char| c.is_alphanumeric() || c == '*'), "{name}");
    }
}

#[test]
fn the_script_draws_these_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        WorldOptions { out_dir: folder.path().to_owned(), seed: 1, ..WorldOptions::default() };
    let mut session = Session::new(options, Box::new(|_| {})).unwrap();
    let script = fs::read_to_string(root().join("scripts/gallery.rhai")).unwrap();
    // Fewer cells draw the same figures.
    let script = script.replace("ensemble(400,", "ensemble(20,");
    session.eval(&script, "gallery.rhai").unwrap();
    assert_eq!(files(folder.path()), files(&root().join("docs/gallery")));
}
