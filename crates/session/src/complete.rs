//! Completion: the words that fit at the cursor.

mod context;
mod files;
mod infer;
mod members;
mod names;

use super::Session;
use super::lex::{Kind, Token, is_word, lex};
use context::{Expected, expected, frames};
pub(super) use infer::type_ending;
pub(super) use members::KEYWORDS;

/// How deeply texts in backticks are looked into that stand in each other.
const DEPTH: usize = 8;

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CompletionKind {
    /// A variable of the session or of the text.
    Variable,
    /// The key of an option.
    Option,
    /// A function, bare.
    Function,
    /// A function of the value before the dot.
    Method,
    /// A property of the value before the dot, such as a unit.
    Property,
    /// The id of a VM.
    Vm,
    /// A gene of a genome.
    Gene,
    /// A quantity of a trace.
    Quantity,
    /// One of a few fixed names: a biological type, a VM type, a solver.
    Name,
    /// A file or a folder.
    File,
    /// A word of the language.
    Keyword,
}

impl CompletionKind {
    /// Its name, in small letters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Option => "option",
            Self::Function => "function",
            Self::Method => "method",
            Self::Property => "property",
            Self::Vm => "vm",
            Self::Gene => "gene",
            Self::Quantity => "quantity",
            Self::Name => "name",
            Self::File => "file",
            Self::Keyword => "keyword",
        }
    }
}

/// One thing that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// What to write in place of `start..end`.
    pub text: String,
    /// What it is.
    pub kind: CompletionKind,
    /// How it is called, or of what type it is; may be empty.
    pub signature: String,
    /// What it is, in a sentence; may be empty.
    pub doc: String,
}

impl CompletionItem {
    pub(super) fn new(
        text: impl Into<String>,
        kind: CompletionKind,
        signature: impl Into<String>,
        doc: impl Into<String>,
    ) -> Self {
        Self { text: text.into(), kind, signature: signature.into(), doc: doc.into() }
    }
}

/// What could stand in place of the characters from `start` to `end`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// The first character to be replaced.
    pub start: usize,
    /// The character after the last to be replaced.
    pub end: usize,
    /// What could stand there, the most useful first.
    pub items: Vec<CompletionItem>,
}

impl Session {
    /// What could stand at a cursor, which counts characters from 0; one past the end is the end.
    ///
    /// Inside of strings these are the names that are expected there: genes, VMs, types, quantities
    /// of a trace. After a dot, what the value before it has. Elsewhere variables, functions, words.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("create_bio_vm(\"demo\", \"ecoli\").start();", "example")?;
    /// let text = "start_transcription([\"lacZ";
    /// let found = session.complete(text, text.len());
    /// assert_eq!(found.items[0].text, "lacZ");
    /// assert_eq!(&text[found.start..found.end], "lacZ");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn complete(&self, text: &str, cursor: usize) -> Completion {
        let all: Vec<char> = text.chars().collect();
        let cursor = cursor.min(all.len());
        let all = interpolated(&all, cursor).unwrap_or(all);
        let tokens = lex(&all);
        let before = tokens.partition_point(|t| t.start < cursor);
        let (before, after) = tokens.split_at(before);
        let mut place = Completion { start: cursor, end: cursor, items: Vec::new() };
        let mut left = before;
        match before.last().map(|t| (t.kind, *t)) {
            Some((Kind::Comment { closed }, t)) if cursor < t.end || !closed => return place,
            Some((Kind::Comment { .. }, t)) if t.end == cursor && all[t.start + 1] == '/' => {
                return place;
            }
            Some((Kind::Text { closed }, t)) if cursor < t.end || !closed => {
                if all[t.start] == '"' {
                    place.start = (t.start + 1).min(cursor);
                    place.end = if closed { (t.end - 1).max(cursor) } else { cursor };
                    let prefix: String = all[place.start..cursor].iter().collect();
                    let left = &before[..before.len() - 1];
                    let frames = frames(&all, left);
                    let wanted = expected(self, &all, before, &frames);
                    let imported = left.last().is_some_and(|t| t.text(&all) == "import");
                    place.items = if imported {
                        files::scripts(self, &prefix)
                    } else {
                        names::expected(self, &all, &tokens, &wanted, &prefix)
                    };
                    keep(&mut place.items, &prefix);
                }
                return place;
            }
            Some((Kind::Word, t)) if cursor <= t.end => {
                place.start = t.start;
                place.end = t.end;
                left = &before[..before.len() - 1];
            }
            Some((Kind::Number, t)) if cursor <= t.end => return place,
            _ => {
                // A cursor in front of a word completes this word from nothing.
                if let Some(t) = after.first()
                    && t.start == cursor
                    && t.kind == Kind::Word
                {
                    place.end = t.end;
                }
            }
        }
        let prefix: String = all[place.start..cursor].iter().take_while(|c| is_word(**c)).collect();
        let frames = frames(&all, left);
        place.items = match expected(self, &all, left, &frames) {
            Expected::Keys(function) => names::option_keys(self, &function),
            Expected::Member(kind) => members::of(self, &kind),
            _ => members::bare(self, &all, &tokens, place.start, &prefix),
        };
        keep(&mut place.items, &prefix);
        place
    }
}

/// A text whose cursor is in the `${..}` of a text in backticks, with blanks in place of all else of that
/// text: what stands there is code. Places stay.
pub(super) fn interpolated(all: &[char], cursor: usize) -> Option<Vec<char>> {
    let mut left: Option<Vec<char>> = None;
    // Each turn goes into a text within the one before.
    for _ in 0..DEPTH {
        let seen = left.as_deref().unwrap_or(all);
        let tokens = lex(seen);
        let inside = |t: &&Token| t.start < cursor && cursor <= t.end && seen[t.start] == '`';
        let Some(token) = tokens.iter().find(inside) else { break };
        let Some((from, to)) = code_at(seen, token, cursor) else { break };
        let mut bare = seen.to_vec();
        bare[token.start..from].fill(' ');
        // It is no argument of what the text is given to.
        bare[from - 1] = '(';
        bare[to..token.end].fill(' ');
        left = Some(bare);
    }
    left
}

/// The first and the last place of the code around a cursor in a text in backticks.
fn code_at(all: &[char], token: &Token, cursor: usize) -> Option<(usize, usize)> {
    let mut i = token.start + 1;
    while i + 1 < cursor {
        if (all[i], all[i + 1]) != ('$', '{') {
            i += 1;
            continue;
        }
        let (from, mut depth) = (i + 2, 0_usize);
        let inner = lex(&all[from..token.end]);
        let end = inner.iter().find(|t| match t.kind {
            Kind::Open('{') => {
                depth += 1;
                false
            }
            Kind::Close('}') => {
                depth = depth.wrapping_sub(1);
                depth == usize::MAX
            }
            _ => false,
        });
        match end.map(|t| from + t.start) {
            Some(to) if to < cursor => i = to + 1,
            Some(to) => return Some((from, to)),
            None => return Some((from, token.end)),
        }
    }
    None
}

/// Keeps what begins with a prefix, as it is written first, then without regard to case. The order
/// is otherwise kept.
fn keep(items: &mut Vec<CompletionItem>, prefix: &str) {
    if prefix.is_empty() {
        return;
    }
    items.retain(|item| begins(&item.text, prefix));
    items.sort_by_key(|item| !item.text.starts_with(prefix));
}

/// Whether a text begins with a prefix, without regard to case.
fn begins(text: &str, prefix: &str) -> bool {
    text.starts_with(prefix)
        || text.get(..prefix.len()).is_some_and(|t| t.eq_ignore_ascii_case(prefix))
        || (!prefix.is_ascii() && text.to_lowercase().starts_with(&prefix.to_lowercase()))
}
