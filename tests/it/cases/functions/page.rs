//! The pages of the language and of studies: every block runs, and gives what stands below it.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;

use bioxen::lang::{Output, WorldOptions};
use bioxen::session::Session;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A block of the page: the line where it begins, its kind, and its text.
struct Block {
    line: usize,
    kind: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (i, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(kind)) => {
                open = Some(Block { line: i + 1, kind: kind.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block does not end");
    blocks
}

/// What a block prints, then its value or what is wrong with it.
fn said(session: &mut Session, printed: &RefCell<Vec<String>>, text: &str) -> String {
    printed.borrow_mut().clear();
    let outcome = session.eval(text, "page");
    let mut lines: Vec<String> = printed.borrow().clone();
    match outcome {
        Ok(value) => lines.extend(value),
        Err(error) => lines.push(format!("error: {}", error.message)),
    }
    lines.join("\n")
}

/// Runs the blocks of a page, of which there are at least so many.
fn every_block(page: &str, least: usize) {
    let page = fs::read_to_string(root().join(page)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    for file in fs::read_dir(root().join("scripts/data")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.path().join("data").join(file.file_name())).unwrap();
    }
    let printed = Rc::new(RefCell::new(Vec::new()));
    let sink = printed.clone();
    let options = WorldOptions {
        out_dir: folder.path().to_owned(),
        read_dir: folder.path().to_owned(),
        seed: 1,
        ..WorldOptions::default()
    };
    let print = move |output| {
        if let Output::Text(text) = output {
            sink.borrow_mut().push(text);
        }
    };
    let mut session = Session::new(options, Box::new(print)).unwrap();
    let all = blocks(&page);
    let mut wrong = Vec::new();
    let (mut run, mut compared) = (0, 0);
    for (i, block) in all.iter().enumerate() {
        match block.kind.as_str() {
            // A file that the next block imports.
            kind if kind.starts_with("rhai ") => {
                fs::write(folder.path().join(&kind["rhai ".len()..]), &block.text).unwrap();
            }
            "rhai" => {
                let got = said(&mut session, &printed, &block.text);
                let right = all.get(i + 1).filter(|next| next.kind == "text");
                let right = right.map_or("", |next| next.text.trim_end());
                run += 1;
                compared += usize::from(!right.is_empty());
                if got.trim_end() != right {
                    wrong.push(format!("line {}:\n{}--- gives\n{got}\n", block.line, block.text));
                }
            }
            "text" => {}
            other => panic!("line {}: a block of kind {other}", block.line),
        }
    }
    assert!(wrong.is_empty(), "{} blocks:\n{}", wrong.len(), wrong.join("\n"));
    assert!(run >= least && 2 * compared >= least, "{run} {compared}");
}

#[test]
fn every_block_gives_what_stands_below_it() {
    every_block("docs/language.md", 30);
}

#[test]
fn every_block_of_the_studies_gives_what_stands_below_it() {
    every_block("docs/studies.md", 8);
}

#[test]
fn every_block_of_the_populations_gives_what_stands_below_it() {
    every_block("docs/populations.md", 8);
}

/// Notebooks have the data of the scripts beside them.
#[test]
fn scripts_and_notebooks_have_the_same_data() {
    let files = |folder: &str| {
        let all = fs::read_dir(root().join(folder)).unwrap().map(|file| file.unwrap());
        let mut all: Vec<(String, Vec<u8>)> = all
            .map(|f| (f.file_name().into_string().unwrap(), fs::read(f.path()).unwrap()))
            .collect();
        all.sort();
        all
    };
    assert!(files("scripts/data") == files("notebooks/data"));
}

#[test]
fn the_page_is_found_and_names_the_language() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let readme = read("README.md");
    assert!(readme.contains("](docs/language.md)") && readme.contains("Rhai"), "README.md");
    assert!(read("docs/language.md").contains("https://rhai.rs"));
    assert!(read("docs/reference.md").contains("](language.md)"));
}

/// The functions of Rhai that the page names are there, and those of arrays, strings and maps that
/// are there are named.
#[test]
fn the_standard_functions_are_named() {
    let page = fs::read_to_string(root().join("docs/language.md")).unwrap();
    let session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    let standard = session.catalogue().standard();
    let mut missing = Vec::new();
    for function in standard {
        let of = function.first_type().unwrap_or_default();
        let known = page.contains(&format!("`{}", function.name))
            || page.contains(&format!(".{}(", function.name));
        let plain = function.name.starts_with(|c: char| c.is_ascii_lowercase());
        // Of the host, not of scripts.
        if function.name == "get_fn_metadata_list" {
            continue;
        }
        if matches!(of, "array" | "string" | "map") && plain && !known {
            missing.push(function.name.as_str());
        }
    }
    missing.dedup();
    assert!(missing.is_empty(), "docs/language.md does not name {missing:?}");
}
