//! `bioxen sbml fit`: fits parameters of a model to time courses, without files of PEtab.

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::durable;
use bioxen::lang::files::LARGEST;
use bioxen::options;
use bioxen::petab::{Petab, Wish};
use clap::Args;

use super::SbmlFailure;
use crate::cli::failure::Failure;
use crate::cli::output::name;
use crate::cli::petab::{Search, failed};

/// The points that are tried for each start but the first.
const CANDIDATES: usize = 5;

/// The arguments of `bioxen sbml fit`.
#[derive(Debug, Args)]
pub(crate) struct Fit {
    /// The model: SBML Level 3 core, or Level 2
    model: PathBuf,
    /// The data: comma-separated values with a column `time` and columns named after quantities of the model
    data: PathBuf,
    /// What to fit: a parameter, a compartment, or a species whose start is fitted. Without START it begins at the value of
    /// the model, without bounds it may be 1000 times smaller or greater.
    #[arg(long, required = true, num_args = 1.., value_name = "ID[=START][:MIN..MAX]")]
    fit: Vec<Wish>,
    /// The number of starts; the first begins at START
    #[arg(long, default_value_t = 10, value_parser = options::whole::<usize>(1..=1_000_000))]
    starts: usize,
    #[command(flatten)]
    search: Search,
}

impl Fit {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let read = |path: &Path| {
            let file = |source| SbmlFailure::File { path: path.to_owned(), source };
            durable::read_text(path, LARGEST).map_err(file)
        };
        let (model, data) = (read(&self.model)?, read(&self.data)?);
        let (model_name, data_name) = (name(&self.model), name(&self.data));
        let problem = Petab::of_courses((&model_name, &model), (&data_name, &data), &self.fit);
        let problem = problem.map_err(failed)?;
        let inputs = [self.model.clone(), self.data.clone()];
        self.search.run(&problem, &inputs, (self.starts, CANDIDATES, true), out)
    }
}
