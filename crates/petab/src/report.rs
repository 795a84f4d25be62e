//! What is wrong with the files of a problem: all of it, each with its place.

use bioxen_base::problem::{Problem, Problems};

/// So many problems of one file are told; the rest is counted.
const MOST: usize = 100;

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Report {
    problems: Problems,
    /// How many there are of each file.
    counts: Vec<(String, usize)>,
}

impl Report {
    /// Something wrong with a file as a whole.
    pub(crate) fn file(&mut self, file: &str, what: &str) {
        self.add(file, &format!("{file}:"), what);
    }

    /// Something wrong in a line.
    pub(crate) fn line(&mut self, file: &str, line: usize, what: &str) {
        self.add(file, &format!("{file}, line {line}:"), what);
    }

    /// Something wrong in a cell of a table.
    pub(crate) fn cell(&mut self, file: &str, line: usize, column: &str, what: &str) {
        self.add(file, &format!("{file}, line {line}, column `{column}`:"), what);
    }

    fn add(&mut self, file: &str, path: &str, what: &str) {
        let place = self.counts.iter().position(|(name, _)| name == file);
        let place = place.unwrap_or_else(|| {
            self.counts.push((file.to_owned(), 0));
            self.counts.len() - 1
        });
        self.counts[place].1 += 1;
        if self.counts[place].1 <= MOST {
            self.problems.add(path, what);
        }
    }

    /// How many problems were added.
    pub(crate) fn count(&self) -> usize {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// All that was found; none if all is well.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        for (file, count) in &self.counts {
            if *count > MOST {
                self.problems
                    .add(&format!("{file}:"), &format!("and {} problems more", count - MOST));
            }
        }
        self.problems.0
    }
}
