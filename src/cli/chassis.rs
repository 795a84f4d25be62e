//! `bioxen chassis`: the host cell.

use std::io::Write;

use bioxen::chassis::{Chassis, Nutrient, energy};
use clap::{Args, Subcommand};
use serde_json::json;

use super::failure::Failure;

/// Show the host cell
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen chassis steady
  bioxen chassis steady --nutrient 0.08 --json")]
pub(crate) struct ChassisArgs {
    #[command(subcommand)]
    command: ChassisCommand,
}

#[derive(Debug, Subcommand)]
enum ChassisCommand {
    /// Print the steady state of the host in a medium, without guests
    #[command(after_help = "Examples:
  bioxen chassis steady --nutrient 0.5
  bioxen chassis steady --nutrient 0.5 --json")]
    Steady {
        /// Quality of the medium, from 0.01 to 1: 0.08 poor glycerol, 0.3 glucose minimal, 0.5 rich
        #[arg(long, default_value_t = Nutrient::default().value())]
        nutrient: f64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Does what the arguments say.
pub(crate) fn run(args: &ChassisArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let ChassisCommand::Steady { nutrient, json } = args.command;
    let quality = Nutrient::new(nutrient).map_err(|e| Failure::Usage { message: e.to_string() })?;
    let chassis = Chassis::settled(quality)?;
    let (rates, state) = (chassis.rates(), chassis.state());
    let elongation = rates.elongation_aa_per_h / 3600.0;
    let atp = energy::percent(state);
    if json {
        let value = json!({
            "nutrient": nutrient,
            "growth_rate_per_h": rates.growth_per_h,
            "ribosome_fraction": rates.ribosome_fraction,
            "elongation_aa_per_s": elongation,
            "ribosomes": state.ribosomes,
            "charged_trna": state.t_c,
            "uncharged_trna": state.t_u,
            "atp_percent": atp,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&value)?)?;
        return Ok(());
    }
    let doubling = 60.0 * std::f64::consts::LN_2 / rates.growth_per_h;
    let rows = [
        ("nutrient", format!("{nutrient}")),
        ("growth rate", format!("{:.4} 1/h (doubling in {doubling:.1} min)", rates.growth_per_h)),
        ("ribosomal protein", format!("{:.2} % of the proteome", 100.0 * rates.ribosome_fraction)),
        ("elongation", format!("{elongation:.2} aa/s")),
        ("ribosomes", format!("{:.0}", state.ribosomes)),
        ("charged tRNA", format!("{:.0}", state.t_c)),
        ("uncharged tRNA", format!("{:.0}", state.t_u)),
        ("ATP", format!("{atp:.1} % of the adenylates")),
    ];
    for (name, value) in rows {
        writeln!(out, "{name:<18}  {value}")?;
    }
    Ok(())
}
