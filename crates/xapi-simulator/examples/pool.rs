//! A simulated pool for clients that are no Rust programs. It prints a line of JSON that says how it is reached,
//! and ends when its input does: `cargo run -p bioxen-xapi-simulator --example pool -- [GUEST_ADDRESS]`.

#![allow(clippy::print_stdout, reason = "it is there to tell how it is reached")]

use std::io::Write;

use bioxen_xapi_simulator::{Setup, Simulator};
use serde_json::json;

fn main() -> std::io::Result<()> {
    let mut setup = Setup::default();
    if let Some(address) = std::env::args().nth(1) {
        setup.guest.address = Some(address);
    }
    let (user, password, _) = setup.users[0].clone();
    let template = setup.templates[0].clone();
    let pool = Simulator::start(setup)?;
    let told = json!({
        "xapi_url": pool.url(), "tls_fingerprint_sha256": pool.fingerprint(), "authority": pool.authority(),
        "username": user, "password": password, "template_name": template,
    });
    println!("{told}");
    std::io::stdout().flush()?;
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}
