//! The functions of the language, a module for each topic.
//!
//! A method of a VM is also a bare function that acts on the current VM; [`super::engine`] makes
//! that form from the same declaration.

pub mod angles;
pub mod archive;
pub mod arithmetic;
pub mod cell_statistics;
pub mod chassis;
pub mod collections;
pub mod comparisons;
pub mod composition;
pub mod concentrations;
pub mod culture;
pub mod descents;
pub mod dialogue;
pub mod ensembles;
pub mod errors;
pub mod events;
pub mod factory;
pub mod figures;
pub mod fits;
pub mod genes;
pub mod groups;
pub mod inhibitors;
pub mod json;
pub mod kinds;
pub mod numbers;
pub mod operons;
pub mod packages;
pub mod parameters;
pub mod parsing;
pub mod plasmids;
pub mod plates;
pub mod plotting;
pub mod plugins;
pub mod populations;
pub mod portraits;
pub mod resources;
pub mod results;
pub mod sensitivities;
pub mod series;
pub mod single_cells;
pub mod snapshots;
pub mod spreads;
pub mod statistics;
pub mod steady;
pub mod strain;
pub mod sweeps;
pub mod tables;
pub mod text;
pub mod time;
pub mod transcripts;
pub mod unchangeable;
pub mod units;
pub mod vm;
pub mod workspace;
