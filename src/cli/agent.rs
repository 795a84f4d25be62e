//! `bioxen agent`: simulates for a BioXen on another machine.

use std::io::{self, Write};
use std::time::Duration;

use bioxen::options::whole;
use bioxen::remote::agent::{Limits, serve};
use bioxen::remote::protocol::{Hello, Protocol};
use clap::Args;
use serde_json::json;

use super::failure::Failure;

/// Simulate for a BioXen on another machine, by frames on standard input and output
///
/// Nobody types this: BioXen starts it over SSH for VMs of the type `ssh`. It ends when its input ends.
#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    after_help = "Examples:
  bioxen agent --version
  bioxen agent --version --json"
)]
pub(crate) struct AgentArgs {
    /// Speak on standard input and output
    #[arg(long, required_unless_present = "version")]
    stdio: bool,
    /// Print the versions of the program and of the protocol
    #[arg(long, conflicts_with = "stdio")]
    version: bool,
    /// Print JSON
    #[arg(long, requires = "version")]
    json: bool,
    /// The longest that one run may take [min]
    #[arg(long, value_name = "MIN", default_value = "10080", value_parser = whole::<u64>(1..=5_256_000))]
    longest_run: u64,
    /// The longest that it waits for something to do [min]
    #[arg(long, value_name = "MIN", default_value = "1440", value_parser = whole::<u64>(1..=5_256_000))]
    longest_wait: u64,
}

/// Does what the arguments say.
pub(crate) fn run(args: &AgentArgs) -> Result<(), Failure> {
    if args.version {
        return Ok(version(args.json)?);
    }
    let minutes = |n: u64| Duration::from_secs(60 * n);
    let limits = Limits {
        work: minutes(args.longest_run),
        idle: minutes(args.longest_wait),
        // Nobody is there who could be told anything.
        abandon: || std::process::exit(1),
        ..Limits::default()
    };
    serve(io::stdin(), io::stdout(), &limits);
    Ok(())
}

fn version(as_json: bool) -> io::Result<()> {
    let Hello { protocol: Protocol { major, minor }, version, platform, .. } = Hello::own();
    let mut out = io::stdout().lock();
    if as_json {
        let value = json!({
            "version": version,
            "protocol": {"major": major, "minor": minor},
            "platform": platform,
        });
        return writeln!(out, "{value}");
    }
    writeln!(out, "bioxen {version} on {platform}, protocol {major}.{minor}")
}
