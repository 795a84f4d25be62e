//! The history of a session: the texts that were evaluated.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The most texts that are remembered.
const MOST: usize = 10_000;
/// The longest result that is remembered [characters].
const LONGEST: usize = 10_000;

/// A text that was evaluated, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Its number, counted from 1.
    pub number: usize,
    /// Whose text it was, as errors name it.
    pub name: String,
    /// The text.
    pub text: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its value as text; nothing when it gave none, or failed.
    pub value: Option<String>,
    /// What went wrong, if something did.
    pub error: Option<String>,
}

/// The texts that a session evaluated, the oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct History {
    past: VecDeque<Past>,
    count: usize,
}

impl History {
    pub(super) fn add(&mut self, name: &str, text: &str, outcome: Result<Option<&str>, &str>) {
        if self.past.len() == MOST {
            self.past.pop_front();
        }
        self.count += 1;
        let short = |text: &str| text.chars().take(LONGEST).collect::<String>();
        self.past.push_back(Past {
            number: self.count,
            name: name.to_owned(),
            text: text.to_owned(),
            outcome: Outcome {
                value: outcome.ok().flatten().map(short),
                error: outcome.err().map(str::to_owned),
            },
        });
    }

    /// What was evaluated, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Past> + ExactSizeIterator {
        self.past.iter()
    }

    /// How many texts are remembered.
    pub fn len(&self) -> usize {
        self.past.len()
    }

    /// Whether nothing was evaluated yet.
    pub fn is_empty(&self) -> bool {
        self.past.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_and_numbers_stay() {
        let mut history = History::default();
        assert!(history.is_empty());
        for i in 0..MOST + 5 {
            history.add("cell", &i.to_string(), Ok(None));
        }
        assert_eq!(history.len(), MOST);
        assert_eq!(history.iter().next().map(|p| p.number), Some(6));
        assert_eq!(history.iter().next_back().map(|p| p.number), Some(MOST + 5));
    }

    #[test]
    fn long_results_are_cut() {
        let mut history = History::default();
        history.add("cell", "x", Ok(Some(&"é".repeat(20_000))));
        history.add("cell", "y", Err("wrong"));
        let all: Vec<&Past> = history.iter().collect();
        assert_eq!(all[0].outcome.value.as_ref().map(|v| v.chars().count()), Some(LONGEST));
        let Outcome { value, error } = &all[1].outcome;
        assert_eq!((value.as_deref(), error.as_deref()), (None, Some("wrong")));
    }
}
