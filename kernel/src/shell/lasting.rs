//! A session that outlives its process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use bioxen::session::LeftOut;

use super::Shell;
use crate::keep::Kept;
use crate::messages::RestoredFrom;
use crate::screen::Stream;
use crate::text::beginning;
use crate::wire::{Incoming, timestamp};

/// Time between two looks at whether the session ends or a checkpoint is due; and for which nobody asks when the catalogue
/// is read.
const LOOK: Duration = Duration::from_millis(200);
/// Lost texts that are shown with the next cell; all of them are told to who asks.
const SHOWN: usize = 20;
/// The longest text of those [bytes].
const LONGEST: usize = 200;

impl Shell {
    /// Goes on from the newest checkpoint that can be read, and says what is lost.
    pub(super) fn restore(&mut self) {
        let Some(mut keeper) = self.around.keeper.take() else { return };
        let tell = self.around.tell;
        let (mut from, mut set_aside) = (None, Vec::new());
        for kept in keeper.kept() {
            let read = keeper.read(&kept).map_err(|e| e.to_string());
            let outcome = read.and_then(|(bytes, when)| {
                let restored = self.session.restore(&bytes).map_err(|e| e.to_string())?;
                Ok((kept.clone(), when, restored.left_out))
            });
            match outcome {
                Ok(found) => {
                    from = Some(found);
                    break;
                }
                Err(reason) => {
                    tell(&format!("warning: {}: {reason}; an earlier one is tried", kept.name()));
                    let to = keeper.put_aside(&kept);
                    set_aside.push(format!("{}: {reason}", to.display()));
                }
            }
        }
        let lost = keeper.go_on_from(from.as_ref().map(|(kept, ..)| kept));
        self.around.keeper = Some(keeper);
        let lost = lost.unwrap_or_else(|error| {
            tell(&format!("warning: the journal of the session cannot be used: {error}"));
            Vec::new()
        });
        if from.is_none() && lost.is_empty() && set_aside.is_empty() {
            return;
        }
        let left_out = from.as_ref().map_or(Vec::new(), |(.., left_out)| left_out.clone());
        self.count = from.as_ref().map_or(0, |(kept, ..): &(Kept, _, _)| kept.count);
        let restored = RestoredFrom {
            when: from.map(|(_, when, _)| timestamp(when)),
            lost,
            left_out: left_out.iter().map(reason).collect(),
            set_aside,
        };
        let text = remark(&restored);
        tell(text.trim_end());
        if restored != (RestoredFrom { when: restored.when.clone(), ..RestoredFrom::default() }) {
            self.remark = Some(text);
        }
        self.around.together.restored(restored);
        self.report();
    }

    /// Notes a text that is about to be evaluated.
    pub(super) fn note(&mut self, who: &str, code: &str) {
        let Some(keeper) = self.around.keeper.as_mut().filter(|_| !code.trim().is_empty()) else {
            return;
        };
        if let Err(error) = keeper.note(who, code) {
            let text = format!("this cell is not in the journal of the session: {error}\n");
            (self.around.tell)(&format!("warning: {}", text.trim_end()));
            self.around.screen.print(Stream::Err, &text);
        }
    }

    /// The next message; nothing when the session ends. Meanwhile checkpoints are made as they are due.
    pub(super) fn next(&mut self) -> Option<Incoming> {
        while !self.around.together.ends() {
            let due = self.around.keeper.as_ref().and_then(|keeper| keeper.due());
            if due.is_some_and(|left| left.is_zero()) {
                self.keep();
            }
            if let Some(message) = self.waiting.pop_front() {
                return Some(message);
            }
            if self.around.keeper.is_none() && !self.is_new {
                return self.around.inbox.recv().ok();
            }
            match self.around.inbox.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout) => {
                    if std::mem::take(&mut self.is_new) {
                        read_catalogue();
                    }
                }
                message => return message.ok(),
            }
        }
        None
    }

    /// Makes a checkpoint if there is something new.
    pub(super) fn keep(&mut self) {
        let Some(keeper) = self.around.keeper.as_mut().filter(|keeper| keeper.is_dirty()) else {
            return;
        };
        let tell = self.around.tell;
        let session = &self.session;
        let made = catch_unwind(AssertUnwindSafe(|| session.checkpoint()));
        let stored = match made {
            Ok(Ok(checkpoint)) => {
                let left_out: Vec<String> = checkpoint.left_out.iter().map(reason).collect();
                if left_out != self.left_out {
                    for text in &left_out {
                        tell(&format!("the checkpoint has no {text}"));
                    }
                    self.left_out = left_out;
                }
                keeper.store(&checkpoint.bytes, self.count).map_err(|e| e.to_string())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("BioXen has made a mistake inside".to_owned()),
        };
        if let Err(reason) = stored {
            keeper.pass_over();
            tell(&format!("warning: no checkpoint could be made: {reason}"));
        }
    }
}

/// Reads the catalogue of functions beside the session. Completions and the words on errors need it, and nobody waits for it
/// now; without a thread they read it themselves.
fn read_catalogue() {
    let read = || {
        bioxen::lang::engine::catalogue();
    };
    let _ = thread::Builder::new().name("catalogue".into()).spawn(read);
}

/// What a checkpoint does not have, and why.
pub(super) fn reason(left_out: &LeftOut) -> String {
    let LeftOut { name, kind, why } = left_out;
    format!("`{name}` ({kind}): {why}")
}

/// What is said of a session that goes on.
fn remark(restored: &RestoredFrom) -> String {
    let mut text = match &restored.when {
        Some(when) => format!("The session goes on from its checkpoint of {when}.\n"),
        None => "The session has no checkpoint that can be read; it begins anew.\n".to_owned(),
    };
    if !restored.set_aside.is_empty() {
        text += "Checkpoints that cannot be read here are kept, and why:\n";
        for one in &restored.set_aside {
            text += &format!("  {one}\n");
        }
    }
    for left_out in &restored.left_out {
        text += &format!("The checkpoint has no {left_out}\n");
    }
    let lost = &restored.lost;
    if !lost.is_empty() {
        text += "What was evaluated after it is lost, and can be evaluated again:\n";
        for code in lost.iter().take(SHOWN) {
            let shown = beginning(code, LONGEST);
            let more = if shown.len() < code.len() { " .." } else { "" };
            text += &format!("  {}{more}\n", shown.trim_end().replace('\n', "\n  "));
        }
        if lost.len() > SHOWN {
            text += &format!("  .. and {} more\n", lost.len() - SHOWN);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_said_in_few_lines() {
        let restored = |lost: Vec<String>| RestoredFrom {
            when: Some("2026-01-01T00:00:00.000000Z".into()),
            lost,
            left_out: Vec::new(),
            set_aside: Vec::new(),
        };
        assert_eq!(remark(&restored(vec![])).lines().count(), 1);
        let text = remark(&restored(vec!["let a = 1;\na + 1".into(), "é".repeat(500)]));
        assert!(
            text.contains("\n  let a = 1;\n  a + 1\n  éé") && text.ends_with("é ..\n"),
            "{text}"
        );
        let many = remark(&restored((0..1000).map(|i| i.to_string()).collect()));
        assert!(many.ends_with("  19\n  .. and 980 more\n"), "{many}");
        let none = RestoredFrom { when: None, ..restored(vec!["1".into()]) };
        assert!(remark(&none).contains("no checkpoint that can be read"));
        let aside = RestoredFrom { set_aside: vec!["lab/3.unreadable: why".into()], ..none };
        let text = remark(&aside);
        assert!(text.contains("are kept, and why:\n  lab/3.unreadable: why\n"), "{text}");
    }
}
