//! Programs and files that use up, hang or overwrite.
