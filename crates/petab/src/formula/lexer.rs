//! The words of a formula.

use super::FormulaError;

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Name(String),
    /// An operator, a parenthesis or a comma.
    Sign(&'static str),
    End,
}

/// All signs; those of two characters first.
const SIGNS: [&str; 21] = [
    "**", "&&", "||", "<=", ">=", "==", "!=", "^", "+", "-", "*", "/", "(", ")", ",", "<", ">",
    "!", "&", "|", "=",
];

/// The words of a text with their places, counted in characters from 1. The last one is the end.
///
/// # Errors
/// Characters that no word begins with, and numbers that are none.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, FormulaError> {
    let letters: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let (first, column) = (letters[at], at + 1);
        if first.is_whitespace() {
            at += 1;
        } else if first.is_ascii_digit() || first == '.' {
            let end = number_end(&letters, at);
            let word: String = letters[at..end].iter().collect();
            let wrong = |_| FormulaError { column, reason: format!("`{word}` is no number") };
            all.push((Token::Number(word.parse().map_err(wrong)?), column));
            at = end;
        } else if first.is_ascii_alphabetic() || first == '_' {
            let is_in = |c: &&char| c.is_ascii_alphanumeric() || **c == '_';
            let end = at + letters[at..].iter().take_while(is_in).count();
            all.push((Token::Name(letters[at..end].iter().collect()), column));
            at = end;
        } else {
            let is_next =
                |sign: &&&str| letters[at..].iter().copied().take(sign.len()).eq(sign.chars());
            let Some(sign) = SIGNS.iter().find(is_next) else {
                let reason = format!("{first:?} has no meaning in a formula");
                return Err(FormulaError { column, reason });
            };
            all.push((Token::Sign(sign), column));
            at += sign.len();
        }
    }
    all.push((Token::End, letters.len() + 1));
    Ok(all)
}

/// Where a number ends that begins at a place.
fn number_end(letters: &[char], start: usize) -> usize {
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let mut at = start;
    while digit(at) || letters.get(at) == Some(&'.') {
        at += 1;
    }
    if matches!(letters.get(at), Some('e' | 'E')) {
        let signed = usize::from(matches!(letters.get(at + 1), Some('+' | '-')));
        if digit(at + 1 + signed) {
            at += 1 + signed;
            while digit(at) {
                at += 1;
            }
        }
    }
    at
}
