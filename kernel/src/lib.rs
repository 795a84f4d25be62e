//! The BioXen Jupyter kernel.
//!
//! Two halves, of which the first knows nothing of the second:
//!
//! * [`zmtp`], [`wire`] and [`messages`]: sockets, frames, signatures, and what the messages of Jupyter's
//!   protocol 5.5 say, as types.
//! * everything else: what a message means for a [`bioxen::session::Session`].
//!
//! The session lives on one thread, [`shell`]'s; [`control`] reaches it only through its stop token.

pub mod cli;
pub mod control;
pub mod history;
pub mod messages;
pub mod post;
pub mod screen;
pub mod serve;
pub mod shell;
pub mod wire;
pub mod zmtp;

mod clients;
mod end;
mod info;
mod sync;
