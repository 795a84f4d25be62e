//! What the host and its guests must do whatever the way to it.
