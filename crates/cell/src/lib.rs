//! The host cell and its virtual machines: packages of genes, the chassis, the hypervisor, and the factory
//! that makes VMs from names and options.
//!
//! Each module is used only by those after it: [`package`], [`chassis`], [`hypervisor`], [`factory`].

pub mod chassis;
pub mod factory;
pub mod hypervisor;
pub mod package;
