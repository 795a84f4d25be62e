//! Looking for functions by words of their documentation.

use super::{Catalogue, FnDoc, FnForm};

/// The most functions that a search finds.
const MOST: usize = 15;

impl Catalogue {
    /// The functions whose names or documentation have all of some words, the best first, each name
    /// once: what is named so comes before what has them in its first sentence, and that before what
    /// has them anywhere.
    pub fn search(&self, words: &str) -> Vec<&FnDoc> {
        let words: Vec<String> = words
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        if words.is_empty() {
            return Vec::new();
        }
        let ours = self.ours.iter().map(|f| (f, 1));
        let all = ours.chain(self.standard.iter().map(|f| (f, 0)));
        let told = all.filter(|(f, _)| {
            f.form != FnForm::Operator
                && f.name.starts_with(char::is_alphabetic)
                && !f.documentation.is_empty()
        });
        let mut found: Vec<(u32, &FnDoc)> = told
            .filter_map(|(f, own)| {
                let (summary, text) = (f.summary().to_lowercase(), about(f).to_lowercase());
                let name = f.name.to_lowercase();
                let of = |word: &String| score(word, &name, &summary, &text);
                let each: Option<Vec<u32>> = words.iter().map(of).collect();
                each.map(|each| (2 * each.iter().sum::<u32>() + own, f))
            })
            .collect();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        let mut best: Vec<&FnDoc> = Vec::new();
        for (_, function) in found {
            if best.len() < MOST && best.iter().all(|f| f.name != function.name) {
                best.push(function);
            }
        }
        best
    }
}

/// The documentation without its example, whose words are those of other functions.
fn about(function: &FnDoc) -> String {
    let text = &function.documentation;
    text.split("# Example").next().unwrap_or(text).to_owned()
}

/// How well a word fits; nothing if it is nowhere.
fn score(word: &str, name: &str, summary: &str, text: &str) -> Option<u32> {
    // Of a plural, the singular will do.
    let stem = word.strip_suffix('s').filter(|stem| stem.len() > 3).unwrap_or(word);
    let begins = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric()).any(|other| other.starts_with(stem))
    };
    if name == word {
        return Some(100);
    }
    // What a sentence is about stands at its beginning.
    let mut words = summary.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let early =
        words.position(|other| other.starts_with(stem)).map(|at| 20_u32.saturating_sub(at as u32));
    let places = [
        (begins(name), 60),
        (name.contains(stem), 40),
        (early.is_some(), 10 + early.unwrap_or(0)),
        (summary.contains(stem), 5),
        (begins(text), 3),
        (text.contains(stem), 1),
    ];
    places.iter().find(|(fits, _)| *fits).map(|(_, score)| *score)
}
