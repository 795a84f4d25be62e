//! The files of a problem.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use bioxen::durable;
use bioxen::lang::files::LARGEST;
use bioxen::petab::{Petab, PetabError};

/// Reads a problem; gives the files that were read, too.
pub(super) fn read(path: &Path) -> (Result<Petab, PetabError>, Vec<PathBuf>) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let shown = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let files = RefCell::new(Vec::new());
    let read = |name: &str| {
        // Names are relative to the YAML file, which is found by its own path whatever its name is made of.
        let first = files.borrow().is_empty();
        let file = if first { path.to_owned() } else { folder.join(name) };
        files.borrow_mut().push(file.clone());
        durable::read_text(&file, LARGEST).map_err(|error| error.to_string())
    };
    let problem = Petab::read(&shown, &read);
    (problem, files.into_inner())
}
