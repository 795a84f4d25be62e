//! The BioXen Jupyter kernel.
//!
//! It has two halves; the first does not depend on the second:
//!
//! * [`zmtp`], [`wire`] and [`messages`]: sockets, frames, signatures, and the contents of the messages of
//!   Jupyter's protocol 5.5, as types.
//! * everything else: the effect of a message on a [`bioxen::session::Session`].
//!
//! The session belongs to one thread, that of [`shell`]; [`control`] reaches it only through its stop
//! token.

pub mod cli;
pub mod control;
pub mod history;
pub mod keep;
pub mod messages;
pub mod post;
pub mod screen;
pub mod serve;
pub mod shell;
pub mod together;
pub mod wire;
pub mod zmtp;

mod clients;
mod end;
mod info;
mod sync;
mod text;
