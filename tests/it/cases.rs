//! Inputs that once went wrong, by kind, with the right values. Each stands for its kind.

mod advice;
mod assist;
mod closures;
mod command;
mod files;
mod functions;
mod language;
mod limits;
mod numbers;
mod quotas;
mod sbml;
mod science;
mod vms;
