//! Pauses, snapshots and scans: silent wrong numbers.
