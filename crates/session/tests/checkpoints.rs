//! A session that is restored from a checkpoint lives on as if nothing had been.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod checkpoints {
    mod damage;
    mod imports;
    pub(super) mod life;
    mod programs;
    mod values;
}
