//! Writes `docs/validation.md` and its figures from runs: `make validation`. With `--check` it repeats
//! the quick sections and says whether the page has them as they come out; with words, it prints the sections
//! that have one of them in their heading and writes only their figures.
//!
//! Each section is a function in `rows/` that simulates and gives rows of measured and simulated numbers.
//! To add one, write the function and add it to `rows::SECTIONS`.

#![allow(clippy::print_stdout)]

pub(crate) mod rows;

use std::fs;
use std::path::Path;

use bioxen::plot::Options;
use rows::Outcome;

fn main() -> Outcome<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    if std::env::args().any(|argument| argument == "--check") {
        let page = fs::read_to_string(docs.join("validation.md"))?;
        for section in rows::SECTIONS.iter().filter(|section| section.quick) {
            if !page.contains(&rows::page::section(&(section.rows)()?, section)?) {
                return Err(format!("`{}` has changed: make validation", section.title).into());
            }
        }
        return Ok(());
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.is_empty() {
        let meant = |title: &str| words.iter().any(|word| title.contains(word.as_str()));
        for section in rows::SECTIONS.iter().filter(|section| meant(section.title)) {
            draw(section, &docs)?;
            println!("{}", rows::page::section(&(section.rows)()?, section)?);
        }
        return Ok(());
    }
    let mut written = Vec::new();
    for section in rows::SECTIONS {
        println!("{}", section.title);
        draw(section, &docs)?;
        written.push(((section.rows)()?, section));
    }
    fs::write(docs.join("validation.md"), rows::page::page(&written)?)?;
    Ok(())
}

/// Writes the figures of a section.
fn draw(section: &rows::Section, docs: &Path) -> Outcome<()> {
    let folder = docs.join("validation");
    fs::create_dir_all(&folder)?;
    for figure in section.figures {
        let svg = (figure.draw)()?.to_svg(&Options::default())?;
        fs::write(folder.join(format!("{}.svg", figure.name)), svg)?;
    }
    Ok(())
}
