//! Problems of the folder beside, and such problems with changes.

use std::collections::BTreeMap;
use std::path::Path;

use bioxen_petab::{Petab, PetabError};

/// The files of a problem by their names.
pub(crate) type Files = BTreeMap<String, String>;

pub(crate) fn files(name: &str) -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/problems").join(name);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    entries
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), text(&path)))
        .collect()
}

pub(crate) fn read(files: &Files) -> Result<Petab, PetabError> {
    let read = |name: &str| files.get(name).cloned().ok_or("there is no such file".to_owned());
    Petab::read("problem.yaml", &read)
}

/// A problem with changed files. A change names a file, and says `old => new` of the first place that is so.
pub(crate) fn changed(name: &str, changes: &[(&str, &str)]) -> Result<Petab, PetabError> {
    let mut files = files(name);
    for (file, change) in changes {
        let (old, new) = change.split_once(" => ").unwrap();
        let text = files.get_mut(*file).unwrap();
        assert!(text.contains(old), "{file} has no {old}");
        *text = text.replacen(old, new, 1);
    }
    read(&files)
}
