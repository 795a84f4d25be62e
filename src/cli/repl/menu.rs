//! Questions in the dialogue. Whatever they do is a line of a script, which is shown.

use bioxen::lang::Answer;

use super::super::failure::Failure;
use super::super::new::{Asker, Given, GivenUp, Trial, fill};
use super::Repl;

/// Says how to do without a menu.
const NOBODY: &str = "there is no terminal to ask questions at; write create_bio_vm(..)";

impl Asker for &Repl {
    fn ask(&mut self, question: &str) -> Result<String, GivenUp> {
        match Repl::ask(self, question) {
            Some(Answer::Line(line)) => Ok(line),
            Some(Answer::Interrupted) => Err(GivenUp::Interrupted),
            _ => Err(GivenUp::End),
        }
    }

    fn note(&mut self, text: &str) {
        // A note that nobody can read is no reason to fail.
        let _ = self.screen.borrow_mut().error(text);
    }
}

impl Repl {
    /// `:new`.
    pub(super) fn new_vm(&mut self, id: &str) -> Result<(), Failure> {
        if self.keyboard.is_none() {
            return self.wrong(NOBODY);
        }
        let taken = self.partner.vms()?.into_iter().map(|vm| vm.id).collect();
        let mut trial = Trial::with(taken)?;
        match fill(&Given::named(id), &mut &*self, &mut trial) {
            Ok(plan) => self.do_line(&plan.lines().join("\n")),
            Err(GivenUp::Failed(Failure::Config { message })) => self.wrong(&message),
            Err(GivenUp::Failed(failure)) => Err(failure),
            Err(GivenUp::Interrupted | GivenUp::End) => {
                Ok(self.screen.borrow_mut().error("given up; no VM was made")?)
            }
        }
    }

    /// One of several names, by itself or its number.
    pub(super) fn choose(
        &mut self,
        question: &str,
        names: &[String],
    ) -> Result<Option<String>, Failure> {
        let list: Vec<String> =
            names.iter().enumerate().map(|(i, name)| format!("{} {name}", i + 1)).collect();
        let prompt = format!("{question} ({}): ", list.join(", "));
        let Some(Answer::Line(line)) = self.ask(&prompt) else {
            self.wrong(&format!("which one? There are {}", names.join(", ")))?;
            return Ok(None);
        };
        let answer = line.trim();
        let number = answer.parse::<usize>().ok().and_then(|n| names.get(n.checked_sub(1)?));
        Ok(Some(number.map_or_else(|| answer.to_owned(), Clone::clone)).filter(|a| !a.is_empty()))
    }
}
