//! Locks that stay usable after a thread has panicked.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks. What a thread left behind that ended inside is still whole, since everything under our
/// locks is changed in single steps.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
