//! Whole tasks of users, as `tests/journeys/README.md` describes them.

mod expect;
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rayon::prelude::*;

use expect::{Seen, check};
use page::{Block, Page};

/// The least number of journeys.
const MANY: usize = 40;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys")
}

fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .filter(|path| path.file_name().is_some_and(|n| n != "README.md"))
        .map(|path| Page::read(&path))
        .collect();
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    pages
}

/// Goes through one journey; gives everything that went wrong.
fn travel(page: &Page, loud: bool) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let bioxen = Path::new(env!("CARGO_BIN_EXE_bioxen"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = std::iter::once(bioxen.parent().unwrap().to_owned());
    let path = std::env::join_paths(own.chain(std::env::split_paths(&path))).unwrap();
    let mut wrong = Vec::new();
    let mut seen: Option<Seen> = None;
    for block in &page.blocks {
        match block {
            Block::File { name, text } => {
                let to = home.path().join(name);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(to, text).unwrap();
            }
            Block::Commands { line, text } => {
                wrong.extend(seen.take().and_then(|s| s.unexpected()));
                let output = Command::new("sh")
                    .args(["-c", text])
                    .current_dir(home.path())
                    .env("PATH", &path)
                    .env("HOME", home.path())
                    .env("TERM", "dumb")
                    .env_remove("XDG_CONFIG_HOME")
                    .env_remove("XDG_DATA_HOME")
                    .stdin(Stdio::null())
                    .output()
                    .unwrap();
                let now = Seen::new(&output, home.path(), *line);
                if loud {
                    let said = format!("{}:{line}\n{}{}\n", page.name, now.stdout, now.stderr);
                    std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).unwrap();
                }
                seen = Some(now);
            }
            Block::Expect { line, text } => {
                let Some(seen) = &mut seen else {
                    wrong.push(format!("{line}: there is nothing to expect anything of"));
                    continue;
                };
                let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
                wrong.extend(lines.filter_map(|(i, expected)| {
                    let at = line + 1 + i;
                    check(seen, expected.trim())
                        .err()
                        .map(|why| format!("{at}: {expected}\n    {why}"))
                }));
            }
        }
    }
    wrong.extend(seen.and_then(|s| s.unexpected()));
    wrong.iter().map(|why| format!("{}:{why}", page.name)).collect()
}

#[test]
fn every_journey_comes_to_its_end() {
    let wanted = std::env::var("BIOXEN_JOURNEY").ok();
    let pages = pages();
    let chosen: Vec<&Page> = pages
        .iter()
        .filter(|p| wanted.as_ref().is_none_or(|w| p.name.starts_with(w.as_str())))
        .collect();
    let wrong: Vec<String> =
        chosen.par_iter().flat_map_iter(|page| travel(page, wanted.is_some())).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(wanted.is_some() || chosen.len() >= MANY, "only {} journeys", chosen.len());
}

/// Every section of the reference is a part of some journey.
#[test]
fn every_section_of_the_reference_is_travelled() {
    let reference =
        fs::read_to_string(folder().join("../../docs/reference.md")).expect("the reference");
    let text: String = pages().iter().flat_map(Page::texts).collect::<Vec<_>>().join("\n");
    let words: BTreeSet<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    for section in reference.split("\n## ").skip(1).filter(|s| !s.starts_with("Contents")) {
        let title = section.lines().next().unwrap_or_default();
        let names = section.lines().filter_map(|l| l.strip_prefix("### `")?.strip_suffix('`'));
        let plain: Vec<&str> =
            names.filter(|n| n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')).collect();
        let used = plain.iter().filter(|name| words.contains(**name)).count();
        // The field's functions of angles are many, and a journey needs few of them.
        let least = if title == "Angles" { 1 } else { plain.len().div_ceil(3) };
        assert!(
            used >= least,
            "`{title}`: journeys use {used} of {plain:?}, at least {least} wanted"
        );
    }
}
