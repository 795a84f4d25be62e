//! The sessions of this user: files in a folder that nobody else can enter.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bioxen_base::nearest::nearest;

use super::connection::{Connection, over_ipc};
use super::error::ClientError;
use super::message::random;

/// The longest name of a session [characters].
const LONGEST: usize = 40;

/// The folders of the sessions.
#[derive(Debug, Clone)]
pub struct Registry {
    /// Where sessions are started.
    folder: PathBuf,
    /// Where else they may have been started: who logs in over SSH may have another environment.
    others: Vec<PathBuf>,
}

/// Whether a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Runs,
    /// It has ended and left its files.
    Gone,
}

/// A session that has files.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub standing: Standing,
}

/// The files of a session that is about to begin.
#[derive(Debug)]
pub struct Started {
    /// Its connection file.
    pub connection: PathBuf,
    /// What its process prints.
    pub log: fs::File,
}

impl Registry {
    /// The folders of this user: below `$XDG_RUNTIME_DIR`, or else below the folder of states.
    ///
    /// # Errors
    /// When there is no place for one, or others can enter it.
    pub fn own() -> Result<Self, ClientError> {
        let runtime = variable("XDG_RUNTIME_DIR").map(|folder| folder.join("bioxen"));
        let states = states().map(|folder| folder.join("bioxen/run"));
        let Some(folder) = runtime.or_else(|| states.clone()) else {
            let source = io::Error::other("neither XDG_RUNTIME_DIR nor HOME is set");
            return Err(ClientError::File { path: PathBuf::from("bioxen"), source });
        };
        let mut registry = Self::at(folder)?;
        // What pam_systemd(8) makes `$XDG_RUNTIME_DIR`, whether or not this process knows it.
        #[cfg(unix)]
        let usual = Some(format!("/run/user/{}/bioxen", rustix::process::geteuid().as_raw()));
        #[cfg(not(unix))]
        let usual: Option<String> = None;
        for other in usual.map(PathBuf::from).into_iter().chain(states) {
            if other != registry.folder && is_private(&other) {
                registry.others.push(other);
            }
        }
        Ok(registry)
    }

    /// A folder alone, which is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made, is somebody else's, or others can enter it.
    pub fn at(folder: PathBuf) -> Result<Self, ClientError> {
        let failed = |source| ClientError::File { path: folder.clone(), source };
        make_private(&folder).map_err(failed)?;
        Ok(Self { folder, others: Vec::new() })
    }

    /// The folder that has the files of a session, or would have them.
    fn folder_of(&self, name: &str) -> &Path {
        let has = |folder: &&PathBuf| folder.join(format!("{name}.json")).exists();
        [&self.folder].into_iter().chain(&self.others).find(has).unwrap_or(&self.folder)
    }

    fn file(&self, name: &str, ending: &str) -> PathBuf {
        self.folder_of(name).join(format!("{name}.{ending}"))
    }

    /// Where a session that keeps checkpoints keeps them.
    ///
    /// # Errors
    /// When there is no place for it.
    pub fn checkpoints(&self, name: &str) -> Result<PathBuf, ClientError> {
        // A folder of the runtime does not survive a reboot.
        let states = states().unwrap_or_else(|| self.folder.clone());
        let folder = states.join("bioxen/sessions").join(checked(name)?);
        let failed = |source| ClientError::File { path: folder.clone(), source };
        make_private(&folder).map_err(failed)?;
        Ok(folder)
    }

    /// The log of a session.
    pub fn log(&self, name: &str) -> PathBuf {
        self.file(name, "log")
    }

    /// Makes the files of a session that is about to begin.
    ///
    /// # Errors
    /// When the name cannot be one or is taken, or the files cannot be made.
    pub fn begin(&self, name: &str) -> Result<Started, ClientError> {
        let name = checked(name)?;
        let path = self.file(name, "json");
        if path.exists() {
            return Err(match self.standing(name) {
                Standing::Runs => ClientError::Taken { name: name.to_owned() },
                Standing::Gone => ClientError::Stale { name: name.to_owned() },
            });
        }
        let key = key();
        let base = self.folder.join(name);
        let base = base.to_str().ok_or_else(|| ClientError::File {
            path: base.clone(),
            source: io::Error::other("its name is no text"),
        })?;
        let text = serde_json::Value::Object(over_ipc(base, &key, name)).to_string();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source: io::Error| match source.kind() {
                io::ErrorKind::AlreadyExists => ClientError::Taken { name: name.to_owned() },
                _ => ClientError::File { path, source },
            }
        };
        let mut file = private(&path, true).map_err(failed(&path))?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed(&path))?;
        let log = self.log(name);
        // The one of the session before stays beside it.
        if log.exists() {
            fs::rename(&log, self.file(name, "log.1")).map_err(failed(&log))?;
        }
        let written = private(&log, false).map_err(failed(&log))?;
        Ok(Started { connection: path, log: written })
    }

    /// Whether a session runs, by the lock that its process holds.
    pub fn standing(&self, name: &str) -> Standing {
        let Ok(lock) = fs::File::open(self.file(name, "lock")) else { return Standing::Gone };
        // The lock is given back at once, as the file is closed.
        match lock.try_lock_shared() {
            Err(fs::TryLockError::WouldBlock) => Standing::Runs,
            _ => Standing::Gone,
        }
    }

    /// All sessions that have files, by their names.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn all(&self) -> Result<Vec<Known>, ClientError> {
        let mut names = std::collections::BTreeSet::new();
        for folder in [&self.folder].into_iter().chain(&self.others) {
            let failed = |source| ClientError::File { path: folder.clone(), source };
            for entry in fs::read_dir(folder).map_err(failed)? {
                let name = entry.map_err(failed)?.file_name();
                let name = name.to_str().and_then(|name| name.strip_suffix(".json"));
                names.extend(name.filter(|name| checked(name).is_ok()).map(str::to_owned));
            }
        }
        let known = |name: String| Known { standing: self.standing(&name), name };
        Ok(names.into_iter().map(known).collect())
    }

    /// The connection file of a session that runs.
    ///
    /// # Errors
    /// When there is none of the name; the error names the nearest.
    pub fn find(&self, name: &str) -> Result<Connection, ClientError> {
        let all = self.all()?;
        match all.iter().find(|known| known.name == name) {
            Some(Known { standing: Standing::Runs, .. }) => {
                Connection::read(&self.file(name, "json"))
            }
            Some(_) => Err(ClientError::Stale { name: name.to_owned() }),
            None => {
                let running = all.into_iter().filter(|known| known.standing == Standing::Runs);
                let known: Vec<String> = running.map(|known| known.name).collect();
                let nearest = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
                Err(ClientError::Unknown { name: name.to_owned(), nearest, known })
            }
        }
    }

    /// Takes the files of a session away that has ended. Its log stays.
    ///
    /// # Errors
    /// When it runs, or a file cannot be removed.
    pub fn sweep(&self, name: &str) -> Result<(), ClientError> {
        if self.standing(checked(name)?) == Standing::Runs {
            return Err(ClientError::Taken { name: name.to_owned() });
        }
        let sockets = (1..=5).map(|port| self.folder_of(name).join(format!("{name}-{port}")));
        let files = ["lock", "json"].map(|ending| self.file(name, ending));
        super::group::withdraw(name)?;
        // All of them are known before the first of them is gone.
        for path in sockets.chain(files).collect::<Vec<_>>() {
            match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(ClientError::File { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A folder that the environment names.
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// The folder of states of this user (XDG Base Directory Specification 0.8).
fn states() -> Option<PathBuf> {
    variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join(".local/state")))
}

/// Whether there is a folder that nobody else enters.
fn is_private(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let own = rustix::process::geteuid().as_raw();
        fs::symlink_metadata(folder)
            .is_ok_and(|found| found.is_dir() && found.uid() == own && found.mode() & 0o077 == 0)
    }
    #[cfg(not(unix))]
    folder.is_dir()
}

/// A new key for messages.
pub(super) fn key() -> String {
    let mut key = [0; 32];
    random(&mut key);
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name that can be part of a file's.
pub(super) fn checked(name: &str) -> Result<&str, ClientError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let good = (1..=LONGEST).contains(&name.len()) && name.chars().all(fits);
    // A command's option begins so.
    if good && !name.starts_with('-') {
        return Ok(name);
    }
    Err(ClientError::Name { name: name.chars().take(100).collect() })
}

/// A file that nobody else reads. An exclusive one must not be there yet.
fn private(path: &Path, exclusive: bool) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(exclusive).create(true).truncate(!exclusive);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder that nobody else enters, or makes sure of one.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        // A link to somebody else's folder is no folder of this user.
        let found = fs::symlink_metadata(folder)?;
        if !found.is_dir() {
            return Err(io::Error::other("it is no folder"));
        }
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other("it is somebody else's folder"));
        }
        if found.mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_has_ended_is_told_from_one_that_runs() {
        let dir = tempfile::tempdir().unwrap();
        let registry = Registry::at(dir.path().join("run")).unwrap();
        let started = registry.begin("lab").unwrap();
        let lock = private(&registry.file("lab", "lock"), true).unwrap();
        lock.try_lock().unwrap();
        assert_eq!(registry.all().unwrap()[0].standing, Standing::Runs);
        assert_eq!(registry.find("lab").unwrap().path, started.connection);
        assert!(matches!(registry.begin("lab"), Err(ClientError::Taken { .. })));
        assert!(matches!(registry.sweep("lab"), Err(ClientError::Taken { .. })));
        let error = registry.find("lob").unwrap_err().to_string();
        assert!(error.contains("did you mean `lab`?"), "{error}");
        drop(lock);
        assert_eq!(registry.all().unwrap()[0].standing, Standing::Gone);
        assert!(matches!(registry.find("lab"), Err(ClientError::Stale { .. })));
        assert!(matches!(registry.begin("lab"), Err(ClientError::Stale { .. })));
        registry.sweep("lab").unwrap();
        assert!(registry.all().unwrap().is_empty());
        registry.begin("lab").unwrap();
        assert!(registry.file("lab", "log.1").exists(), "an old log stays");
    }

    #[test]
    fn names_are_parts_of_files_and_files_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("run");
        let registry = Registry::at(folder.clone()).unwrap();
        for name in ["", "..", "a/b", "a b", "-x", "é", &"x".repeat(41)] {
            assert!(matches!(registry.begin(name), Err(ClientError::Name { .. })), "{name}");
        }
        let started = registry.begin("a-B_1").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&started.connection), 0o600);
        assert_eq!(mode(&registry.log("a-B_1")), 0o600);
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        Registry::at(folder.clone()).unwrap();
        assert_eq!(mode(&folder), 0o700, "an open folder is closed");
        std::os::unix::fs::symlink(&folder, dir.path().join("link")).unwrap();
        assert!(Registry::at(dir.path().join("link")).is_err());
    }
}
