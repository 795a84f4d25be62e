//! The host cell and its virtual machines: packages of genes, the chassis, the hypervisor, and the factory
//! that makes VMs from names and options.
//!
//! Each module is used only by those after it: [`package`], [`chassis`], [`cells`],
//! [`hypervisor`], [`factory`].
//!
//! Nothing of scripts, figures and terminals is here; a `use` that crosses the wall does not compile:
//! ```
//! use bioxen_engine::Trajectory;
//! ```
//! ```compile_fail
//! use rhai::Engine;
//! ```
//! ```compile_fail
//! use bioxen_plot::Figure;
//! ```
//! ```compile_fail
//! use bioxen_lab::Lab;
//! ```

pub mod cells;
pub mod chassis;
pub mod factory;
pub mod hypervisor;
pub mod package;
