//! Enough stack for deep recursion, whichever thread uses a session.

/// What evaluation needs at its limits [bytes]; touched as far as it is used only.
const NEEDED: usize = 256 << 20;
/// What must be left on a stack that is used as it is [bytes].
const ENOUGH: usize = 192 << 20;

/// Calls `f` with a stack on which everything that the limits of a session allow has room: the
/// present one, or a new one.
pub fn roomy<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(ENOUGH, NEEDED, f)
}
