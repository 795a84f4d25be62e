//! All shards of a sweep, by whoever computes them, and the results.

use std::io::Write;

use bioxen::batch::{Run, commands, status};

use super::super::failure::Failure;
use super::stopper::Stopper;
use super::{On, WorkArgs, cluster, local, report};

/// Computes what is missing, and merges.
pub(super) fn complete(
    run: &Run,
    work: &WorkArgs,
    stopper: &Stopper,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let found = status(run, &Default::default());
    let wanted = found.wanted();
    if work.on != On::Print {
        for wrong in &found.wrong {
            run.set_aside(wrong.shard)?;
        }
    }
    let failed = match work.on {
        On::Print => {
            for line in commands(run, &wanted, &cluster::program()?) {
                writeln!(out, "{line}")?;
            }
            return Ok(());
        }
        _ if wanted.is_empty() => Vec::new(),
        On::Local => local::compute(run, &wanted, work, stopper)?,
        On::Slurm => {
            let failed = cluster::compute(run, &wanted, work, stopper)?;
            if work.no_wait {
                return Ok(());
            }
            failed
        }
    };
    if failed.is_empty() {
        return report::merged(run, work.quiet, work.json, out);
    }
    report::failed(run, &failed, work.json, out)
}
