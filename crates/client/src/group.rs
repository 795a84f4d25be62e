//! Sessions that a user shares with a group: files in a folder that the group can read and nobody else.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::connection::{Connection, over_ipc};
use super::error::ClientError;
use super::registry::{checked, key};

/// Where folders of groups are, unless the environment names another place.
const PLACE: &str = "/tmp";
/// The variable that names another place.
const VARIABLE: &str = "BIOXEN_GROUP_DIR";

/// The folder of folders of groups.
fn place() -> PathBuf {
    let named = std::env::var_os(VARIABLE).map(PathBuf::from).filter(|path| path.is_absolute());
    named.unwrap_or_else(|| PLACE.into())
}

/// A session that somebody else shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Who shares it.
    pub user: String,
    /// Its name.
    pub name: String,
}

fn unusable(path: &Path, text: &str) -> ClientError {
    ClientError::File { path: path.to_owned(), source: io::Error::other(text.to_owned()) }
}

/// Makes the connection file of a session for a group: its sockets are in a folder of the group, and its key is
/// a new one.
///
/// # Errors
/// When there is no such group, this user is not in it, or a file cannot be made.
#[cfg(unix)]
pub fn offer(name: &str, group: &str) -> Result<PathBuf, ClientError> {
    can_offer(group)?;
    let folder = folder_for(gid_of(group)?)?;
    let path = folder.join(format!("{}.json", checked(name)?));
    let base = folder.join(name);
    let base = base.to_str().ok_or_else(|| unusable(&base, "its name is no text"))?;
    let text = serde_json::Value::Object(over_ipc(base, &key(), name)).to_string();
    let failed = |source| ClientError::File { path: path.clone(), source };
    // One that was offered before opens nothing any more.
    withdraw_from(&folder, name)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    let mut file = options.open(&path).map_err(failed)?;
    // Whatever the mask of this process says.
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o640)).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(path)
}

/// Makes sure that something can be shared with a group.
///
/// # Errors
/// As [`offer`].
#[cfg(unix)]
pub fn can_offer(group: &str) -> Result<(), ClientError> {
    folder_for(gid_of(group)?).map(drop)
}

/// Takes the files of a session away that groups had.
///
/// # Errors
/// When one cannot be removed.
#[cfg(unix)]
pub fn withdraw(name: &str) -> Result<(), ClientError> {
    let own = rustix::process::geteuid().as_raw();
    let Ok(entries) = fs::read_dir(place()) else { return Ok(()) };
    for folder in entries.flatten().filter(|entry| owner_of(entry) == Some(own)) {
        withdraw_from(&folder.path(), checked(name)?)?;
    }
    Ok(())
}

/// The connection file of a session that a user shares with a group of this one.
///
/// # Errors
/// When there is none.
#[cfg(unix)]
pub fn find_offered(user: &str, name: &str) -> Result<Connection, ClientError> {
    let wanted = Offered { user: user.to_owned(), name: checked(name)?.to_owned() };
    let uid = match nix::unistd::User::from_name(user) {
        Ok(Some(user)) => user.uid.as_raw(),
        _ => user.parse().map_err(|_| ClientError::User { name: user.to_owned() })?,
    };
    let entries = fs::read_dir(place()).into_iter().flatten().flatten();
    for folder in entries.filter(|entry| owner_of(entry) == Some(uid)) {
        let path = folder.path().join(format!("{}.json", wanted.name));
        // Only the user's own file says where the user's sockets are.
        let found = fs::symlink_metadata(&path);
        if found.is_ok_and(|f| f.is_file() && std::os::unix::fs::MetadataExt::uid(&f) == uid) {
            let connection = Connection::read(&path)?;
            // What is offered is in the folder of the group, and nowhere else.
            if !connection.is_at(&folder.path().join(&wanted.name)) {
                return Err(unusable(&path, "it names sockets that are not beside it"));
            }
            return Ok(connection);
        }
    }
    Err(ClientError::NotOffered { user: wanted.user, name: wanted.name })
}

/// All sessions that others share with groups of this user, by their names.
#[cfg(unix)]
pub fn offered() -> Vec<Offered> {
    let own = rustix::process::geteuid().as_raw();
    let mut all = Vec::new();
    for folder in fs::read_dir(place()).into_iter().flatten().flatten() {
        let Some(uid) = owner_of(&folder).filter(|uid| *uid != own) else { continue };
        let user = nix::unistd::User::from_uid(uid.into()).ok().flatten();
        let user = user.map_or_else(|| uid.to_string(), |user| user.name);
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let file = file.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".json"));
            if let Some(name) = name.filter(|name| checked(name).is_ok()) {
                all.push(Offered { user: user.clone(), name: name.to_owned() });
            }
        }
    }
    all.sort_by(|a, b| (&a.user, &a.name).cmp(&(&b.user, &b.name)));
    all
}

/// The user who shares sessions in a folder, by its name and its owner, if it is a folder for that.
#[cfg(unix)]
fn owner_of(entry: &fs::DirEntry) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let name = entry.file_name();
    let mut numbers = name.to_str()?.strip_prefix("bioxen-")?.split('-');
    let uid: u32 = numbers.next()?.parse().ok()?;
    let found = fs::symlink_metadata(entry.path()).ok()?;
    let is_one = numbers.next().is_some_and(|gid| gid.parse::<u32>().is_ok())
        && numbers.next().is_none()
        && found.is_dir()
        && found.uid() == uid
        && found.mode() & 0o027 == 0;
    is_one.then_some(uid)
}

#[cfg(unix)]
fn gid_of(group: &str) -> Result<u32, ClientError> {
    match nix::unistd::Group::from_name(group) {
        Ok(Some(group)) => Ok(group.gid.as_raw()),
        _ => group.parse().map_err(|_| ClientError::Group { name: group.to_owned() }),
    }
}

/// The folder of this user for a group, which is made if it is not there.
#[cfg(unix)]
fn folder_for(gid: u32) -> Result<PathBuf, ClientError> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
    let own = rustix::process::geteuid().as_raw();
    let own_groups = || nix::unistd::getgroups().unwrap_or_default();
    if own != 0 && !own_groups().iter().any(|one| one.as_raw() == gid) {
        return Err(ClientError::NoMember { group: gid });
    }
    let place = place();
    let around =
        fs::metadata(&place).map_err(|source| ClientError::File { path: place.clone(), source })?;
    if around.mode() & 0o022 != 0 && around.mode() & 0o1000 == 0 {
        let text = "others can move what is in it away (it has no sticky bit); BIOXEN_GROUP_DIR names another folder";
        return Err(unusable(&place, text));
    }
    let folder = place.join(format!("bioxen-{own}-{gid}"));
    let failed = |source| ClientError::File { path: folder.clone(), source };
    match fs::DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made.map_err(failed)?,
    }
    // A link, or what somebody else has put there, is no folder of this user.
    let found = fs::symlink_metadata(&folder).map_err(failed)?;
    if !found.is_dir() || found.uid() != own {
        let text =
            "it is not a folder of yours; BIOXEN_GROUP_DIR names another place for such folders";
        return Err(unusable(&folder, text));
    }
    if found.gid() != gid {
        // First the group, then its rights.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        chown(&folder, None, Some(gid)).map_err(failed)?;
    }
    // What is made in it belongs to the group, too.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o2750)).map_err(failed)?;
    Ok(folder)
}

#[cfg(unix)]
fn withdraw_from(folder: &Path, name: &str) -> Result<(), ClientError> {
    let sockets = (1..=5).map(|port| folder.join(format!("{name}-{port}")));
    for path in [folder.join(format!("{name}.json"))].into_iter().chain(sockets) {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(ClientError::File { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Nothing is shared with groups here.
#[cfg(not(unix))]
mod elsewhere {
    use super::*;

    /// Makes nothing.
    ///
    /// # Errors
    /// Always.
    pub fn offer(_: &str, group: &str) -> Result<PathBuf, ClientError> {
        Err(ClientError::Group { name: group.to_owned() })
    }

    /// Nothing can be.
    ///
    /// # Errors
    /// Always.
    pub fn can_offer(group: &str) -> Result<(), ClientError> {
        Err(ClientError::Group { name: group.to_owned() })
    }

    /// Takes nothing away.
    ///
    /// # Errors
    /// Never.
    pub fn withdraw(_: &str) -> Result<(), ClientError> {
        Ok(())
    }

    /// Finds nothing.
    ///
    /// # Errors
    /// Always.
    pub fn find_offered(user: &str, name: &str) -> Result<Connection, ClientError> {
        Err(ClientError::NotOffered { user: user.to_owned(), name: name.to_owned() })
    }

    /// Finds nothing.
    pub fn offered() -> Vec<Offered> {
        Vec::new()
    }
}
#[cfg(not(unix))]
pub use elsewhere::{can_offer, find_offered, offer, offered, withdraw};
