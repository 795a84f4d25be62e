//! BioXen runs genomes as virtual machines inside one measured, resource-limited host cell.
//!
//! The layers, each used only by those below it in this list: [`units`], [`durable`], [`genome`], [`network`],
//! [`engine`], [`package`], [`chassis`], [`hypervisor`], [`factory`], [`plot`], [`lang`], [`session`],
//! [`permissions`].
//! `ARCHITECTURE.md` in the repository tells what each is for and what keeps them apart.

pub mod chassis;
pub mod durable;
pub mod engine;
pub mod factory;
pub mod genome;
pub mod hypervisor;
pub mod lang;
pub mod nearest;
pub mod network;
pub mod package;
pub mod permissions;
pub mod plot;
pub mod problem;
pub mod session;
pub mod units;

/// The examples of the README are tested like all others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
