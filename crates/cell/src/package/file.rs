//! Packages in files.

use std::path::Path;

use super::error::PackageError;
use super::model::Package;
use super::reader::{LONGEST_MODEL, from_sbml, in_file, read};
use bioxen_base::durable;

/// Reads a package from a `.toml` file, or a model in SBML from any other. The unit of time of such
/// a model [min] is what the model says unless it is given.
///
/// # Errors
/// When the file cannot be read or is too large, and those of [`read`] and [`from_sbml`].
///
/// # Examples
/// ```
/// use bioxen_cell::package::read_file;
/// assert_eq!(read_file("../../packages/gfp_reporter.toml", None)?.name, "gfp_reporter");
/// # Ok::<(), bioxen_cell::package::PackageError>(())
/// ```
pub fn read_file(
    path: impl AsRef<Path>,
    minutes_per_time_unit: Option<f64>,
) -> Result<Package, PackageError> {
    let path = path.as_ref();
    let origin = path.display().to_string();
    let text =
        text(path).map_err(|reason| PackageError::File { origin: origin.clone(), reason })?;
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        return read(&text, &origin, &|file| self::text(&path.with_file_name(file)));
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    from_sbml(&name, &text, minutes_per_time_unit).map_err(|error| in_file(error, &origin))
}

fn text(path: &Path) -> Result<String, String> {
    let text = durable::read_text(path, LONGEST_MODEL as u64).map_err(|e| e.to_string())?;
    // Some editors put a byte order mark before what they save.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
