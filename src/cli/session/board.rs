//! `bioxen session board`: a page that shows a session to a room.

mod http;
mod state;

use std::io::{self, IsTerminal, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;

use bioxen::client::{Client, Registry, connect, new_id};
use clap::Args;

use super::super::attach::login_name;
use super::super::failure::Failure;
use http::Doors;
use state::Board;

/// Show a session as a page in the browser, for a room
///
/// The page shows the VMs and their resources, growth, who is here, and what is evaluated, live. It
/// only looks. Only this machine can open it, and only by the address that is printed, once; each
/// time it is opened, the next address is printed. Ctrl-C ends the board and leaves the session.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session board lab
  bioxen session board lab --port 8080

Exit codes: 0 the session has ended, 1 it cannot be shown, 2 the call was wrong, 130 after Ctrl-C.")]
pub(super) struct BoardArgs {
    /// The session
    name: String,
    /// Port on this machine; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
}

/// Shows a session until it ends.
pub(super) fn run(args: &BoardArgs) -> Result<(), Failure> {
    let line = connect(&Registry::own()?.find(&args.name)?)?;
    let (client, told) = Client::open(line, &format!("{} (board)", login_name()))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).map_err(|error| {
        let message = format!("cannot listen on port {}: {error}", args.port);
        Failure::Session { message }
    })?;
    let port = listener.local_addr()?.port();
    let board = Arc::new(Board::new(&args.name));
    let doors = Arc::new(Doors::new(port, new_id(), new_id(), announce));
    announce(&doors.address());
    let own = board.clone();
    thread::Builder::new().name("pages".to_owned()).spawn(move || {
        http::serve(&listener, &own, &doors);
    })?;
    state::follow(&board, &client, &told)?;
    Ok(())
}

/// Tells where the page is. The address opens it, so it goes to whoever has asked for it and nowhere else.
fn announce(address: &str) {
    let mut out = io::stdout();
    let words = if out.is_terminal() { "open " } else { "" };
    // Nobody can open what nobody can read.
    let _ = writeln!(out, "{words}{address}").and_then(|()| out.flush());
}
