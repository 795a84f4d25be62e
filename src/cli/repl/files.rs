//! Sessions as files: `:save`, `:load`, `:history`, the startup file.

use std::path::{Path, PathBuf};

use bioxen::durable;
use bioxen::session::lex::{Kind, Token, lex};

use super::super::failure::Failure;
use super::super::output::name;
use super::super::{source, terminal};
use super::Repl;

/// The most entries that `:history` lists.
const LISTED: usize = 30;

/// A text that was evaluated.
pub(super) struct Entry {
    pub(super) text: String,
    /// Why it failed, in a line.
    pub(super) failed: Option<String>,
}

impl Repl {
    /// `:save [-f] FILE`.
    pub(super) fn save(&mut self, words: &str) -> Result<(), Failure> {
        let (replace, name) = match words.strip_prefix("-f ") {
            Some(name) => (true, name.trim()),
            None => (false, words),
        };
        let path = Path::new(name);
        if path.exists() && !replace {
            return self.wrong(&format!("`{name}` is there already; :save -f {name} replaces it"));
        }
        let seed = self.partner.moment().seed;
        let text = script(&self.transcript, seed);
        match durable::write(path, text.as_bytes()) {
            Ok(()) => {
                let failed = failures(&self.transcript);
                let but = match failed {
                    0 => String::new(),
                    _ => format!(
                        ", but for the {} that failed: what they did before they failed is not in it",
                        counted(failed)
                    ),
                };
                if self.partner.shared().is_some() {
                    let text = format!(
                        "wrote {name} with your own texts{but}; what others did is not in it, and :log shows it"
                    );
                    return Ok(self.screen.borrow_mut().error(&text)?);
                }
                let run = format!("wrote {name}; bioxen run {name} --seed {seed} repeats it{but}");
                Ok(self.screen.borrow_mut().error(&run)?)
            }
            Err(error) => self.wrong(&format!("cannot write `{name}`: {error}")),
        }
    }

    /// `:load FILE`.
    pub(super) fn load(&mut self, name: &str) -> Result<(), Failure> {
        match source::read(Path::new(name)) {
            Ok(source) => {
                self.evaluate_named(&source.text, &source.name, false)?;
                Ok(())
            }
            Err(Failure::Usage { message }) => self.wrong(&message),
            Err(other) => Err(other),
        }
    }

    /// `:history [WORDS]`.
    pub(super) fn history(&mut self, words: &str) -> Result<(), Failure> {
        let fitting: Vec<&String> = self.typed.iter().filter(|t| t.contains(words)).collect();
        let from = if words.is_empty() { fitting.len().saturating_sub(LISTED) } else { 0 };
        let mut screen = self.screen.borrow_mut();
        for text in &fitting[from..] {
            screen.line(&text.replace('\n', "\n    "))?;
        }
        if fitting.is_empty() && !words.is_empty() {
            screen.line(&format!("nothing that was typed has `{words}`"))?;
        }
        Ok(())
    }

    /// Evaluates the user's startup file, if there is one.
    pub(super) fn startup(&mut self) -> Result<(), Failure> {
        let Some(file) = startup_file().filter(|file| file.is_file()) else { return Ok(()) };
        let name = name(&file);
        self.load(&name)
    }
}

/// How many texts failed.
fn failures(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| entry.failed.is_some()).count()
}

fn counted(texts: usize) -> String {
    if texts == 1 { "one text".to_owned() } else { format!("{texts} texts") }
}

/// A session as a script. What failed stands in comments.
fn script(entries: &[Entry], seed: u64) -> String {
    let mut text = format!(
        "// A session of BioXen {}. Repeat it with --seed {seed}.\n",
        env!("CARGO_PKG_VERSION")
    );
    let failed = failures(entries);
    if failed > 0 {
        text.push_str(&format!(
            "// Not repeated: what the {} that failed did before the failure; see the comments below.\n",
            counted(failed)
        ));
    }
    for entry in entries {
        let entry_text = entry.text.trim_end();
        if let Some(reason) = &entry.failed {
            text.push_str(&format!("// This failed: {reason}\n"));
            entry_text.lines().for_each(|line| text.push_str(&format!("// {line}\n")));
        } else {
            text.push_str(&ended(entry_text));
            text.push('\n');
        }
    }
    text
}

/// A statement that the next one may follow.
fn ended(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let Some(last) = last_code(&all).filter(|last| last.text(&all) != ";") else {
        return text.to_owned();
    };
    let (before, after) = all.split_at(last.end);
    before.iter().chain([';'].iter()).chain(after).collect()
}

/// Whether a text ends in a semicolon.
pub(super) fn is_ended(text: &str) -> bool {
    let all: Vec<char> = text.chars().collect();
    last_code(&all).is_some_and(|last| last.text(&all) == ";")
}

fn last_code(all: &[char]) -> Option<Token> {
    lex(all).into_iter().rev().find(|t| !matches!(t.kind, Kind::Comment { .. }))
}

/// Where a user's own settings are.
pub(crate) fn startup_file() -> Option<PathBuf> {
    Some(folder("XDG_CONFIG_HOME", ".config")?.join("bioxen").join("startup.rhai"))
}

/// Where the history of a user is kept: the folder for data of the platform.
pub(crate) fn history_file() -> Option<PathBuf> {
    Some(folder("XDG_DATA_HOME", ".local/share")?.join("bioxen").join("history.txt"))
}

fn folder(variable: &str, in_home: &str) -> Option<PathBuf> {
    let named = |name: &str| terminal::variable(name).map(PathBuf::from);
    named(variable)
        .or_else(|| named("APPDATA"))
        .or_else(|| named("HOME").map(|home| home.join(in_home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_becomes_a_script() {
        let entry = |text: &str, failed: Option<&str>| Entry {
            text: text.to_owned(),
            failed: failed.map(str::to_owned),
        };
        let entries = [
            entry("let x = 1;\n", None),
            entry("run(1.min)\n", None),
            entry("fn f() {\n  2\n}", None),
            entry("f() // a comment", None),
            entry("rum(1)\nx", Some("there is no function `rum`")),
            entry("// only words", None),
        ];
        let text = script(&entries, 7);
        let (head, body) = text.split_once('\n').unwrap();
        assert!(head.ends_with("--seed 7."), "{head}");
        assert_eq!(
            body,
            "// Not repeated: what the one text that failed did before the failure; see the comments below.\n\
             let x = 1;\nrun(1.min);\nfn f() {\n  2\n};\nf(); // a comment\n\
             // This failed: there is no function `rum`\n// rum(1)\n// x\n// only words\n"
        );
        let session =
            bioxen::session::Session::new(bioxen::lang::WorldOptions::default(), Box::new(|_| {}));
        assert_eq!(session.unwrap().check(&text, "saved"), Ok(()));
    }
}
