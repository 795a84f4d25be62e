//! The commands.

pub(crate) mod sbml;
