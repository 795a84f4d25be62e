//! `bioxen sbml export`: a VM and its host for other simulators.

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::hypervisor::HostModel;
use bioxen::lang::WorldOptions;
use bioxen::network::law::Counting;
use bioxen::network::sbml::{self, Style};
use bioxen::session::Session;
use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::output::{MODEL, MODEL_MARK, apart, name};
use crate::cli::source;

/// The arguments of `bioxen sbml export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The script that makes the VM; it is run first, and the model begins in the state at its end
    script: PathBuf,
    /// The id of the VM
    #[arg(long, value_name = "ID")]
    vm: String,
    /// The file to write
    #[arg(short, long, value_name = "MODEL.xml")]
    output: PathBuf,
    /// Keep the host constant: constants and mass action only, as stochastic simulators require
    #[arg(long)]
    frozen_host: bool,
    /// Seed of all random streams
    #[arg(long, default_value_t = 0, value_parser = bioxen::options::seed)]
    seed: u64,
    /// Replace the file even if it is not a model of an earlier call
    #[arg(long)]
    force: bool,
}

impl Export {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let usage = |message: String| Failure::Usage { message };
        apart(&self.output, [self.script.as_path()])?;
        MODEL.check(&self.output, self.force)?;
        let source = source::read(&self.script)?;
        // The script's own files are not wanted here.
        let scratch = Path::new("out").to_owned();
        let options = WorldOptions {
            out_dir: scratch,
            read_dir: source.folder.clone(),
            seed: self.seed,
            ..WorldOptions::default()
        };
        let mut session = Session::new(options, Box::new(|_| {}))?;
        session.eval(&source.text, &source.name).map_err(Failure::Script)?;
        let (host, counting) = if self.frozen_host {
            (HostModel::Frozen, Counting::Molecules)
        } else {
            (HostModel::Dynamic, Counting::Continuous)
        };
        for remark in
            session.left_out_of_network(&self.vm, host).map_err(|e| usage(e.to_string()))?
        {
            // A note that nobody can read is no reason to fail.
            let _ = writeln!(std::io::stderr(), "note: {remark}");
        }
        let network = session.network(&self.vm, host).map_err(|e| usage(e.to_string()))?;
        let style = Style { id: self.vm.clone(), counting };
        let text = sbml::write(&network, &style).map_err(|e| usage(e.to_string()))?;
        // Behind the line that says it is XML, which must be the first.
        let text = text.replacen('\n', &format!("\n{MODEL_MARK}\n"), 1);
        if let Some(folder) = self.output.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| usage(e.to_string()))?;
        }
        MODEL.write(&self.output, text.as_bytes(), self.force)?;
        writeln!(
            out,
            "wrote {}: {} quantities, {} reactions, time in hours",
            name(&self.output),
            network.quantities.len(),
            network.reactions.len()
        )?;
        Ok(())
    }
}
