//! Where scripts may write: inside one folder, whole files or none.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::error::LangError;
use crate::durable;

/// Writes a file inside `folder`, by way of a temporary one, so that a file is either old or new
/// and never half of it. Missing folders are made.
///
/// # Errors
/// When the path leads out of the folder, or cannot be written.
pub fn write_inside(folder: &Path, path: &str, bytes: &[u8]) -> Result<PathBuf, LangError> {
    let target = resolve(folder, path)?;
    let failed = |error: std::io::Error| LangError::File {
        path: path.to_owned(),
        action: "written",
        reason: error.to_string(),
    };
    let parent = target.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(failed)?;
    // A link inside the folder may lead out of it.
    let real_parent = parent.canonicalize().map_err(failed)?;
    let real_folder = folder.canonicalize().map_err(failed)?;
    if !real_parent.starts_with(&real_folder) {
        return Err(LangError::Outside { path: path.to_owned() });
    }
    if target.is_dir() {
        let reason = "there is a folder of that name".to_owned();
        return Err(LangError::File { path: path.to_owned(), action: "written", reason });
    }
    let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    durable::write(&real_parent.join(&name), bytes).map_err(failed)?;
    Ok(target)
}

/// Reads a file that was written inside `out`, or else is inside `beside`.
///
/// # Errors
/// When the path leads out of the folders, or cannot be read.
pub fn read_inside(out: &Path, beside: &Path, path: &str) -> Result<Vec<u8>, LangError> {
    let written = resolve(out, path)?;
    let target = if written.is_file() { written } else { resolve(beside, path)? };
    fs::read(&target).map_err(|error| LangError::File {
        path: path.to_owned(),
        action: "read",
        reason: error.to_string(),
    })
}

fn resolve(folder: &Path, path: &str) -> Result<PathBuf, LangError> {
    let relative = Path::new(path);
    let inside =
        relative.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if !inside || relative.file_name().is_none() {
        return Err(LangError::Outside { path: path.to_owned() });
    }
    Ok(folder.join(relative))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_inside() {
        let folder = tempfile::tempdir().unwrap();
        let written = write_inside(folder.path(), "a/b.csv", b"x").unwrap();
        assert_eq!(fs::read(written).unwrap(), b"x");
        for bad in ["../b.csv", "/tmp/b.csv", "a/../../b.csv", "", ".", "a/.."] {
            let error = write_inside(folder.path(), bad, b"x").unwrap_err();
            assert!(matches!(error, LangError::Outside { .. }), "{bad}: {error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_no_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("link")).unwrap();
        let error = write_inside(folder.path(), "link/b.csv", b"x").unwrap_err();
        assert!(matches!(error, LangError::Outside { .. }), "{error}");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a.csv")).unwrap();
        let error = write_inside(folder.path(), "a.csv", b"x").unwrap_err();
        assert!(error.to_string().contains("a.csv"), "{error}");
    }
}
