//! The client and its machines against a simulated pool.

mod clients;
mod config;
mod damage;
mod failures;
mod kill;
mod life;
mod links;
mod secrets;
mod session;
mod world;
