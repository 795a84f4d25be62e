//! What has happened where nobody could be told.

use std::sync::{Arc, Mutex, PoisonError};

/// What has happened where nobody could be told.
#[derive(Debug, Clone, Default)]
pub(crate) struct News(Arc<Mutex<Vec<String>>>);

impl News {
    pub(crate) fn add(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
