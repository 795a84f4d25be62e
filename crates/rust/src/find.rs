//! Where the program is.

use std::env;
use std::path::{Path, PathBuf};

use crate::RustError;

/// The name of the program.
pub const PROGRAM: &str = "bioxen-rust-cells";

/// The variable of the environment that can name it.
pub const OVERRIDE: &str = "BIOXEN_RUST_CELLS";

/// The program: what [`OVERRIDE`] names, or else the one beside this program, or else the first on PATH.
///
/// # Errors
/// When there is none.
pub fn find() -> Result<PathBuf, RustError> {
    let own = env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
    let named = env::var_os(OVERRIDE).filter(|path| !path.is_empty()).map(PathBuf::from);
    search(named, own, env::var_os("PATH").map(|path| env::split_paths(&path).collect()))
}

fn search(
    named: Option<PathBuf>,
    beside: Option<PathBuf>,
    path: Option<Vec<PathBuf>>,
) -> Result<PathBuf, RustError> {
    if let Some(path) = named {
        return if is_program(&path) { Ok(path) } else { Err(RustError::NotThere { path }) };
    }
    let name = format!("{PROGRAM}{}", env::consts::EXE_SUFFIX);
    let folders = beside.iter().chain(path.iter().flatten());
    // A program named by a folder that is not absolute would be another in another folder.
    let mut all = folders.filter(|folder| folder.is_absolute()).map(|folder| folder.join(&name));
    let found = all.find(|path| is_program(path));
    found.ok_or_else(|| RustError::NoProgram { folder: beside.unwrap_or_default() })
}

fn is_program(path: &Path) -> bool {
    let Ok(found) = path.metadata() else { return false };
    #[cfg(unix)]
    let runs = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let runs = true;
    found.is_file() && runs
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_nearest_program_is_taken() {
        let root = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = root.path().join(name);
            fs::create_dir(&folder).unwrap();
            folder
        };
        let program = |folder: &Path, mode| {
            let path = folder.join(PROGRAM);
            fs::write(&path, "").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let (beside, first, second) = (folder("beside"), folder("first"), folder("second"));
        let path = || Some(vec![PathBuf::from("relative"), first.clone(), second.clone()]);
        let missing = search(None, Some(beside.clone()), path()).unwrap_err().to_string();
        assert!(missing.contains("make rust-cells"), "{missing}");
        program(&first, 0o644);
        let on_path = program(&second, 0o755);
        assert_eq!(search(None, Some(beside.clone()), path()).unwrap(), on_path);
        let near = program(&beside, 0o755);
        assert_eq!(search(None, Some(beside.clone()), path()).unwrap(), near);
        assert_eq!(search(Some(on_path.clone()), Some(beside.clone()), path()).unwrap(), on_path);
        let wrong = search(Some(beside.clone()), Some(beside), path()).unwrap_err();
        assert!(matches!(wrong, RustError::NotThere { .. }), "{wrong}");
    }
}
