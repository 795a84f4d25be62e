//! The page of the validation is what its command writes.

#[allow(dead_code, reason = "the command's own entry and the sections that take long")]
#[path = "../../examples/validation/main.rs"]
mod example;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use example::rows::{SECTIONS, page};

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Rows, verdicts and reasons: a run gives them again.
#[test]
fn the_quick_sections_come_out_as_they_are_written() {
    let written = fs::read_to_string(docs().join("validation.md")).unwrap();
    for section in SECTIONS.iter().filter(|section| section.quick) {
        let text = page::section(&(section.rows)().unwrap(), section).unwrap();
        for line in text.lines() {
            assert!(written.contains(line), "make validation: {line}");
        }
        assert!(written.contains(&text), "make validation: {}", section.title);
    }
}

/// Every section is there, and every figure is shown and is a picture.
#[test]
fn the_page_has_all_sections_and_figures() {
    let written = fs::read_to_string(docs().join("validation.md")).unwrap();
    let mut shown = BTreeSet::new();
    for section in SECTIONS {
        assert!(written.contains(&format!("## {}\n", section.title)), "{}", section.title);
        for figure in section.figures {
            assert!(written.contains(&format!("](validation/{}.svg)", figure.name)));
            shown.insert(format!("{}.svg", figure.name));
        }
    }
    let there: BTreeSet<String> = fs::read_dir(docs().join("validation"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(shown, there);
    for name in there {
        let svg = fs::read_to_string(docs().join("validation").join(&name)).unwrap();
        assert!(svg.starts_with("<svg ") && svg.len() < 300_000, "{name}: {}", svg.len());
    }
    // Whatever is red says why.
    let red = written.matches("| **red** |").count();
    assert!(red > 0 && written.contains(&format!("{red} red")), "{red}");
    assert!(written.matches("**Red: ").count() > 3);
}
