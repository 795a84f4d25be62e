//! BioXen runs genomes as virtual machines inside one measured, resource-limited host cell.
//!
//! This package is the facade of the crates under `crates/`, and the command. The layers, each used only by
//! those after it: [`units`], [`durable`], [`genome`], [`network`], [`engine`], [`package`], [`chassis`],
//! [`hypervisor`], [`factory`], [`plugin`], [`lab`], [`study`], [`petab`], [`table`], [`batch`], [`plot`], [`lang`], [`session`], [`remote`], [`client`], [`exchange`], [`rust`], [`options`], [`permissions`].
//! `ARCHITECTURE.md` in the repository describes each layer and the rules that keep them apart.

pub use bioxen_base::{durable, nearest, problem, units, visible};
pub use bioxen_cell::{cells, chassis, factory, hypervisor, package};
pub use {
    bioxen_batch as batch, bioxen_client as client, bioxen_engine as engine,
    bioxen_exchange as exchange, bioxen_genome as genome, bioxen_lab as lab, bioxen_lang as lang,
    bioxen_network as network, bioxen_petab as petab, bioxen_plot as plot, bioxen_plugin as plugin,
    bioxen_remote as remote, bioxen_rust as rust, bioxen_session as session, bioxen_study as study,
    bioxen_table as table,
};

pub mod options;
pub mod permissions;

/// The examples of the README are tested like all others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
