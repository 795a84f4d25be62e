//! Functions that users look for.
