//! Files that commands write. A file of another kind is replaced only with `--force`.

use std::io::{self, Read};
use std::path::Path;

use bioxen::durable;

use super::failure::Failure;

/// What is read of a file to see what it is [bytes].
const HEAD: u64 = 1 << 16;

/// What a command writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// What it is, with its article.
    what: &'static str,
    /// Whether a text is what an earlier call has written.
    made: fn(&str) -> bool,
}

/// The page of a run.
pub(crate) const REPORT: Kind = Kind {
    what: "a report of BioXen",
    made: |text| text.contains("<meta name=\"generator\" content=\"BioXen"),
};
/// What [`MODEL_MARK`] marks.
pub(crate) const MODEL: Kind =
    Kind { what: "a model that BioXen has written", made: |text| text.contains(MODEL_MARK) };
/// Stands in models that are written.
pub(crate) const MODEL_MARK: &str = "<!-- Written by bioxen sbml export. -->";
/// A table in time.
pub(crate) const TABLE: Kind = Kind {
    what: "a table of bioxen sbml run",
    made: |text| {
        text.lines().next().is_some_and(|line| line == "time" || line.starts_with("time,"))
    },
};
/// Whether the first line of a tab-separated table names a column.
fn has_column(text: &str, wanted: &str) -> bool {
    text.lines().next().is_some_and(|line| line.split('\t').any(|column| column == wanted))
}

/// What a PEtab problem gives.
pub(crate) const SIMULATION: Kind = Kind {
    what: "a simulation table of PEtab",
    made: |text| has_column(text, "observableId") && has_column(text, "simulation"),
};
/// Fitted parameters.
pub(crate) const FITTED: Kind = Kind {
    what: "a table of fitted parameters of BioXen",
    made: |text| has_column(text, "parameterId") && has_column(text, "standardError"),
};
/// The reference of the language.
pub(crate) const REFERENCE: Kind = Kind {
    what: "the reference of BioXen",
    made: |text| text.starts_with("# Reference of the process language\n"),
};
/// The language for editors.
pub(crate) const DEFINITIONS: Kind = Kind {
    what: "a file of definitions of BioXen",
    made: |text| text.contains("written by `bioxen docs --definitions`"),
};
/// A page for man.
pub(crate) const PAGE: Kind =
    Kind { what: "a man page of BioXen", made: |text| text.contains(".TH bioxen") };

/// A path as it is shown: nothing in it commands the terminal or breaks the line.
pub(crate) fn name(path: &Path) -> String {
    bioxen::visible::path(path)
}

/// Whether two paths lead to one file: by links of either kind, too.
fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(a), Ok(b)) = (one.metadata(), other.metadata()) else { return false };
    // Devices are no files that could be lost.
    if !a.is_file() || !b.is_file() {
        return false;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (a.dev(), a.ino()) == (b.dev(), b.ino()) {
            return true;
        }
    }
    one.canonicalize().ok().is_some_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// Says that a file cannot be written because it is read: not even `--force` replaces an input.
///
/// # Errors
/// When it is one of the inputs.
pub(crate) fn apart<'p>(
    path: &Path,
    inputs: impl IntoIterator<Item = &'p Path>,
) -> Result<(), Failure> {
    match inputs.into_iter().find(|input| is_same(path, input)) {
        None => Ok(()),
        Some(input) => {
            let (path, input) = (name(path), name(input));
            let message = if path == input {
                format!("`{path}` is what is read; give another file to write")
            } else {
                format!(
                    "`{path}` is the same file as `{input}`, which is read; give another to write"
                )
            };
            Err(Failure::Usage { message })
        }
    }
}

impl Kind {
    /// Says before anything runs that a file cannot be written: something else is there, or a
    /// folder.
    ///
    /// # Errors
    /// When it cannot.
    pub(crate) fn check(self, path: &Path, force: bool) -> Result<(), Failure> {
        let refused = |message: String| Err(Failure::Usage { message });
        let name = name(path);
        let about = match path.metadata() {
            Ok(about) => about,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return refused(format!("cannot write `{name}`: {error}")),
        };
        if about.is_dir() {
            return refused(format!("cannot write `{name}`: it is a directory"));
        }
        if force || !about.is_file() || about.len() == 0 {
            return Ok(());
        }
        let mut head = Vec::new();
        let read = durable::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
        // What cannot be read is nothing that may be replaced.
        if read.is_ok() && (self.made)(&String::from_utf8_lossy(&head)) {
            return Ok(());
        }
        refused(format!("`{name}` is there already and is not {}; --force replaces it", self.what))
    }

    /// Writes a file.
    ///
    /// # Errors
    /// As [`Self::check`], and when it cannot be written.
    pub(crate) fn write(self, path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
        self.check(path, force)?;
        durable::write(path, bytes).map_err(|error| Failure::Usage {
            message: format!("cannot write `{}`: {error}", name(path)),
        })
    }
}
