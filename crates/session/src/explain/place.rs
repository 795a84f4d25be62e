//! Where in a text the word to blame stands.

use std::collections::BTreeSet;

use rhai::Position;

use super::super::Diagnostic;
use super::super::lex::{Kind, Token, is_word, lex};
use bioxen_lang::Catalogue;
use bioxen_lang::error::Blame;
use bioxen_lang::reading;

/// Line, column and length in characters.
type Place = (usize, usize, usize);

/// The most words that are taken for parameters of a function.
const PARAMETERS: usize = 512;

/// A text whose words can be found.
pub(in super::super) struct Words {
    all: Vec<char>,
    tokens: Vec<Token>,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// A call in a text.
pub(in super::super) struct Call {
    /// The name of what is called.
    pub(in super::super) name: String,
    /// Whether it is called after a dot.
    pub(in super::super) method: bool,
    /// The place of its name among the tokens.
    at: usize,
    /// Its arguments: first and last token of each.
    arguments: Vec<(usize, usize)>,
    /// The token after its last argument.
    end: usize,
}

impl Words {
    pub(in super::super) fn of(text: &str) -> Self {
        let all: Vec<char> = text.chars().collect();
        let tokens = lex(&all);
        let ends = all.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(i, _)| i + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Self { all, tokens, lines }
    }

    /// The tokens, comments left out.
    pub(in super::super) fn code(&self) -> impl DoubleEndedIterator<Item = (usize, &Token)> {
        let all = self.tokens.iter().enumerate();
        all.filter(|(_, t)| !matches!(t.kind, Kind::Comment { .. }))
    }

    pub(in super::super) fn word(&self, token: &Token) -> String {
        token.text(&self.all)
    }

    /// What a token says.
    pub(in super::super) fn text_at(&self, at: usize) -> String {
        self.tokens.get(at).map(|t| self.word(t)).unwrap_or_default()
    }

    /// Where a token stands.
    pub(in super::super) fn token_place(&self, at: usize) -> Option<Place> {
        self.tokens.get(at).map(|t| self.place(t.start, t.end))
    }

    /// Whether a character stands at an offset.
    pub(in super::super) fn is(&self, offset: usize, c: char) -> bool {
        self.all.get(offset) == Some(&c)
    }

    /// Where a comment begins that has no end.
    pub(in super::super) fn open_comment(&self) -> Option<Place> {
        let last = self.tokens.last()?;
        let open = last.kind == Kind::Comment { closed: false };
        open.then(|| self.place(last.start, last.start + 2))
    }

    /// The names that the text gives to variables and parameters.
    pub(in super::super) fn names(&self) -> Vec<String> {
        let (mut found, mut known) = (Vec::new(), BTreeSet::new());
        let code: Vec<&Token> = self.code().map(|(_, t)| t).collect();
        for (i, token) in code.iter().enumerate() {
            let defined = match self.word(token).as_str() {
                "let" | "const" | "for" => 1..2,
                // `fn name(a, b)` and `|a, b|`.
                "fn" => 3..64,
                "|" if i.checked_sub(1).is_none_or(|before| self.ends_nothing(code[before])) => {
                    1..64
                }
                _ => continue,
            };
            let following = code.iter().skip(i).enumerate().skip(defined.start);
            for (_, t) in following.take_while(|(n, t)| {
                *n < defined.end && (t.kind == Kind::Word || self.word(t) == ",")
            }) {
                let name = self.word(t);
                if t.kind == Kind::Word && known.insert(name.clone()) {
                    found.push(name);
                }
            }
        }
        found
    }

    /// Whether a value cannot end with a token, so that a bar after it begins a closure.
    fn ends_nothing(&self, token: &Token) -> bool {
        match token.kind {
            Kind::Word => matches!(self.word(token).as_str(), "return" | "in" | "throw" | "else"),
            Kind::Open(_) | Kind::Sign => true,
            _ => false,
        }
    }

    /// The functions that the text defines, with the number of their parameters.
    pub(in super::super) fn functions(&self) -> Vec<(String, usize)> {
        let code: Vec<&Token> = self.code().map(|(_, t)| t).collect();
        let mut found = Vec::new();
        for i in (0..code.len()).filter(|i| self.word(code[*i]) == "fn") {
            let Some(name) = code.get(i + 1).filter(|t| t.kind == Kind::Word) else { continue };
            let inside = code.iter().skip(i + 3).take(PARAMETERS);
            let inside = inside.take_while(|t| self.word(t) != ")");
            let count = inside.filter(|t| t.kind == Kind::Word).count();
            found.push((self.word(name), count));
        }
        found
    }

    /// The place of some characters; of several lines the part on the first.
    pub(in super::super) fn place(&self, start: usize, end: usize) -> Place {
        let line = self.lines.partition_point(|l| *l <= start).max(1);
        let begin = self.lines[line - 1];
        // Asked for every word of a text, which may be one long line.
        let stop = self.lines.get(line).map_or(self.all.len(), |next| next - 1);
        (line, start - begin + 1, end.min(stop).saturating_sub(start).max(1))
    }

    /// The offset of a position, if it lies in the text.
    pub(in super::super) fn offset(&self, position: Position) -> Option<usize> {
        let start = *self.lines.get(position.line()?.checked_sub(1)?)?;
        Some((start + position.position().unwrap_or(1).saturating_sub(1)).min(self.all.len()))
    }

    /// The token that stands at a position or, where none does, the next on the same line.
    pub(in super::super) fn token_at(&self, position: Position) -> Option<usize> {
        let offset = self.offset(position)?;
        let at = self.tokens.partition_point(|t| t.end <= offset);
        let token = self.tokens.get(at)?;
        let blank = self.all.get(offset..token.start).unwrap_or(&[]);
        (!blank.contains(&'\n')).then_some(at)
    }

    /// The call whose name stands at a position.
    pub(in super::super) fn call(&self, position: Position) -> Option<Call> {
        let at = self.token_at(position)?;
        let token = self.tokens.get(at).filter(|t| t.kind == Kind::Word)?;
        let next = at + 1;
        if self.tokens.get(next)?.kind != Kind::Open('(') {
            return None;
        }
        let before = at.checked_sub(1).map(|i| self.word(&self.tokens[i]));
        let method = matches!(before.as_deref(), Some("." | "?."));
        let (mut depth, mut first, mut end) = (0_usize, None, next);
        let mut arguments = Vec::new();
        for (i, token) in self.tokens.iter().enumerate().skip(next + 1) {
            end = i;
            match token.kind {
                Kind::Comment { .. } => continue,
                Kind::Close(_) if depth == 0 => break,
                Kind::Sign if depth == 0 && self.word(token) == "," => {
                    if let Some(first) = first.take() {
                        arguments.push((first, i - 1));
                    }
                    continue;
                }
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth -= 1,
                _ => {}
            }
            first.get_or_insert(i);
        }
        if let Some(first) = first {
            arguments.push((first, end.saturating_sub(1).max(first)));
        }
        Some(Call { name: self.word(token), method, at, arguments, end })
    }

    /// An argument of the call at a position, as it is written.
    pub(in super::super) fn argument_text(
        &self,
        position: Position,
        place: usize,
    ) -> Option<String> {
        let (first, last) = *self.call(position)?.arguments.get(place)?;
        Some(self.all[self.tokens[first].start..self.tokens[last].end].iter().collect())
    }

    /// The word or the number on which the method at a position is called.
    pub(in super::super) fn receiver(&self, position: Position) -> Option<String> {
        let of = self.token_at(position)?.checked_sub(2)?;
        let token = self.tokens[of];
        matches!(token.kind, Kind::Word | Kind::Number | Kind::Text { .. })
            .then(|| self.word(&token))
    }

    /// Where the text defines a function.
    pub(in super::super) fn definition(&self, name: &str) -> Option<Place> {
        let code: Vec<(usize, &Token)> = self.code().collect();
        let defines = |pair: &&[(usize, &Token)]| {
            self.word(pair[0].1) == "fn" && self.word(pair[1].1) == name
        };
        code.windows(2).find(defines).and_then(|pair| self.token_place(pair[1].0))
    }

    fn argument(&self, call: &Call, number: usize) -> Option<Place> {
        let (first, last) = *call.arguments.get(number)?;
        Some(self.place(self.tokens[first].start, self.tokens[last].end))
    }

    /// The value of a key that is written inside of a call.
    fn value_of(&self, call: &Call, key: &str) -> Option<Place> {
        let at = (call.at..call.end).find(|i| {
            let after = self.tokens.get(i + 1).map(|t| self.word(t));
            self.word(&self.tokens[*i]).trim_matches('"') == key && after.as_deref() == Some(":")
        })?;
        let (start, mut depth, mut last) = (at + 2, 0_usize, at + 2);
        for i in start..call.end {
            match self.tokens[i].kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) if depth == 0 => break,
                Kind::Close(_) => depth -= 1,
                Kind::Sign if depth == 0 && self.word(&self.tokens[i]) == "," => break,
                _ => {}
            }
            last = i;
        }
        let start = self.tokens.get(start)?.start;
        Some(self.place(start, self.tokens.get(last)?.end))
    }

    /// What an error of a call blames.
    pub(in super::super) fn blamed(
        &self,
        blame: &Blame<'_>,
        position: Position,
        catalogue: &Catalogue,
    ) -> Option<Place> {
        match blame {
            Blame::Call => None,
            Blame::Word(word) => self.named(word, position, true),
            Blame::OwnWord(word) => self.named(word, position, false),
            Blame::Argument(number) => self.argument(&self.call(position)?, *number),
            Blame::Parameter(name) => {
                let call = self.call(position)?;
                self.value_of(&call, name)
                    .or_else(|| {
                        let number = parameter(catalogue, &call, name)?;
                        self.argument(&call, number)
                    })
                    .or_else(|| {
                        let only = call.arguments.len() == 1;
                        only.then(|| self.argument(&call, 0)).flatten()
                    })
            }
        }
    }

    /// Where a word stands as a string, a key or a property: inside of a call or, when it stands
    /// nowhere else in the text and `anywhere` is allowed, there.
    fn named(&self, word: &str, position: Position, anywhere: bool) -> Option<Place> {
        let is = |i: &usize| match self.tokens[*i].kind {
            Kind::Text { .. } => self.text_at(*i).trim_matches(['"', '`', '\'']) == word,
            Kind::Word => {
                let property = i.checked_sub(1).is_some_and(|i| self.text_at(i) == ".");
                (property || self.text_at(i + 1) == ":") && self.text_at(*i) == word
            }
            _ => false,
        };
        let at = self.token_at(position)?;
        let inside = match self.call(position) {
            Some(call) => call.at..call.end,
            // `trace["lacZ"]` and `trace.lacZ`.
            None => at..(at + 2).min(self.tokens.len()),
        };
        let found = inside.into_iter().find(is).or_else(|| {
            let mut all = (0..self.tokens.len()).filter(is);
            let first = all.next().filter(|_| anywhere)?;
            all.next().is_none().then_some(first)
        });
        self.token_place(found?)
    }

    /// The word, the string or the sign at a position.
    pub(in super::super) fn at(&self, position: Position) -> Option<Place> {
        let offset = self.offset(position)?;
        let (line, column, _) = self.place(offset, offset);
        let token = self.token_at(position).map(|at| self.tokens[at]);
        let length = match token {
            // A word inside of a string, such as in `${..}`.
            Some(t) if t.start < offset && t.kind != Kind::Word => {
                self.all[offset..].iter().take_while(|c| is_word(**c)).count().max(1)
            }
            Some(t) if t.start <= offset => self.place(offset, t.end).2,
            _ => 1,
        };
        Some((line, column, length))
    }
}

/// Which argument of a call a parameter is.
fn parameter(catalogue: &Catalogue, call: &Call, name: &str) -> Option<usize> {
    let declared = catalogue.named(&call.name);
    let given = call.arguments.len();
    let forms = declared.iter().filter_map(|f| {
        let place = f.parameters.iter().position(|p| p.name == name)?;
        // What a method is called on is no argument; a bare call may leave out the VM.
        let before = f.parameters.len().checked_sub(given)?;
        let fits = if call.method { before == 1 } else { before == usize::from(f.of_vm) };
        fits.then(|| place.checked_sub(before)).flatten()
    });
    forms.min()
}

/// The line of a place as its user wrote it, with column and length of the place in it.
pub(super) fn as_written(text: &str, (line, column, length): Place) -> (String, usize, usize) {
    let line = text.split('\n').nth(line - 1).unwrap_or("");
    if !reading::is_written(line) {
        return (line.to_owned(), column, length);
    }
    let (line, [start, end]) = reading::unwritten(line, [column, column + length]);
    (line, start, end.saturating_sub(start).max(1))
}

/// Puts a message to a place in a text.
pub(in super::super) fn locate(
    message: String,
    place: Option<Place>,
    text: &str,
    name: &str,
) -> Diagnostic {
    let place = place.map(|place| (place.0, as_written(text, place)));
    let (position, line, length) = match place {
        Some((line, (text, column, length))) => (Some((line, column)), text, length),
        None => (None, String::new(), 1),
    };
    Diagnostic {
        message,
        source_name: name.to_owned(),
        position,
        line: line.trim_end_matches('\r').to_owned(),
        length,
        ..Diagnostic::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_found_in_nested_calls() {
        let words = Words::of("a.f(1, [2, g(3)], /* , */ #{k: [4, 5], m: 6 + 7});\ng()");
        let call = words.call(Position::new(1, 3)).unwrap();
        assert!(call.method && call.name == "f");
        assert_eq!(words.argument(&call, 0), Some((1, 5, 1)));
        assert_eq!(words.argument(&call, 1), Some((1, 8, 9)));
        assert_eq!(words.value_of(&call, "k"), Some((1, 32, 6)));
        assert_eq!(words.value_of(&call, "m"), Some((1, 43, 5)));
        let call = words.call(Position::new(2, 1)).unwrap();
        assert!(!call.method && call.arguments.is_empty());
    }

    #[test]
    fn no_position_is_too_strange() {
        for text in ["", "a(", "é(\"", "f(a,,", "\n\n"] {
            let words = Words::of(text);
            for line in 1..4 {
                for column in 0..5 {
                    let position = Position::new(line, column);
                    let _ = (words.call(position), words.at(position));
                    let _ = words.named("a", position, true);
                }
            }
        }
    }
}
