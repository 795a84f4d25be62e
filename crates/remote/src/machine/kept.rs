//! Machines that end with the last cell in them.

use std::sync::{Mutex, PoisonError};

use bioxen_xapi::{Machine, Never, Stop};

use crate::news::News;

/// A machine that is destroyed with this value.
#[derive(Debug)]
pub(crate) struct Kept {
    machine: Mutex<Option<Machine>>,
    label: String,
    news: News,
}

impl Kept {
    pub(crate) fn new(machine: Machine, news: News) -> Self {
        Self { label: machine.label().to_owned(), machine: Mutex::new(Some(machine)), news }
    }

    /// Its name in the pool.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    /// Whether it is there.
    pub(crate) fn is_there(&self) -> bool {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Destroys it, once. Gives what went wrong.
    pub(crate) fn destroy(&self, stop: &dyn Stop) -> Option<String> {
        let machine = self.machine.lock().unwrap_or_else(PoisonError::into_inner).take();
        let error = machine?.destroy(stop).err()?;
        Some(format!(
            "the machine {} could not be destroyed: {error}. It may be left: bioxen xcpng gc finds it",
            self.label
        ))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(wrong) = self.destroy(&Never) {
            self.news.add(wrong);
        }
    }
}
