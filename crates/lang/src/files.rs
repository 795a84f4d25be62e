//! The files of scripts: all reading and writing goes through this module.
//!
//! A relative path is inside the output folder. Other paths must lead into a folder that the user has
//! allowed. Links are resolved before the decision. Files are written completely or not at all.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::error::LangError;
use super::front_end::FrontEnd;
use super::text::into_plain;
use super::world::WorldOptions;
use bioxen_base::durable;
/// Seals know no file; they are handed on from here so that files have one way.
pub use bioxen_base::durable::{SealError, seal_bytes, unseal_bytes};
use bioxen_plugin::PluginError;

/// The longest script that is imported [bytes].
const LONGEST_SCRIPT: u64 = 16 << 20;
/// The largest file that a script reads, such as a saved state [bytes].
pub const LARGEST: u64 = 1 << 30;
/// How the files of scripts end.
const SCRIPT: &str = "rhai";

/// Folders that a user has allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Beside the output folder, scripts may write below these, and read.
    pub write: Vec<PathBuf>,
    /// Beside the script's and the output folder, scripts may read below these.
    pub read: Vec<PathBuf>,
    /// How more could be allowed.
    pub front: FrontEnd,
    /// The plug-in of which a function is under way: it reaches no files, whatever it calls.
    pub closed_by: Option<Arc<str>>,
}

impl Allowed {
    /// Refuses what a function of a plug-in asks for.
    fn open(&self, path: &str) -> Result<(), LangError> {
        match &self.closed_by {
            None => Ok(()),
            Some(plugin) => {
                Err(LangError::PluginFile { plugin: plugin.to_string(), path: path.to_owned() })
            }
        }
    }
}

/// Writes a file inside `folder`, by way of a temporary one, so that a file is either old or new
/// and never half of it. Missing folders are made.
///
/// # Errors
/// When the path leads out of the folder, or cannot be written.
pub fn write_inside(folder: &Path, path: &str, bytes: &[u8]) -> Result<PathBuf, LangError> {
    write(folder, &Allowed::default(), path, bytes)
}

fn not_written(path: &str) -> impl Fn(std::io::Error) -> LangError + Copy + '_ {
    |error| LangError::File { path: path.to_owned(), action: "written", reason: error.to_string() }
}

/// Writes a file inside `folder` or, if the path says so, inside of one that is allowed. A link stays a
/// link: the file to which it leads is written, if it is inside, too.
///
/// # Errors
/// When the path leads elsewhere, or cannot be written, or there is a script of that name.
pub fn write(
    folder: &Path,
    others: &Allowed,
    path: &str,
    bytes: &[u8],
) -> Result<PathBuf, LangError> {
    let failed = not_written(path);
    others.open(path)?;
    named(path, "written")?;
    let outside = || LangError::Outside { path: path.to_owned(), front: others.front };
    let name = Path::new(path).file_name().ok_or_else(outside)?;
    let inside = stays_inside(Path::new(path));
    let roots: Vec<&Path> = if inside { vec![folder] } else { vec![] };
    let roots = roots.into_iter().chain(others.write.iter().map(PathBuf::as_path));
    // Decided before a folder is made; decided again on what is there then.
    let plain = lexical(&folder.join(path)).ok_or_else(outside)?;
    let allowed: Vec<&Path> =
        roots.filter(|root| lexical(root).is_some_and(|root| plain.starts_with(root))).collect();
    if allowed.is_empty() {
        return Err(outside());
    }
    let parent = plain.parent().unwrap_or(folder);
    make_folder(parent, &allowed).map_err(failed)?.ok_or_else(outside)?;
    let real_parent = parent.canonicalize().map_err(failed)?;
    if !is_below(&real_parent, &allowed) {
        return Err(outside());
    }
    if plain.is_dir() {
        let reason = "there is a folder of that name".to_owned();
        return Err(LangError::File { path: path.to_owned(), action: "written", reason });
    }
    let target = durable::target(&real_parent.join(name)).map_err(failed)?;
    let beside = target.parent().unwrap_or(folder).canonicalize().map_err(failed)?;
    if !is_below(&beside, &allowed) {
        return Err(outside());
    }
    if target.extension().is_some_and(|ending| ending == SCRIPT) && target.exists() {
        let reason = "there is a script of that name, which results do not replace".to_owned();
        return Err(LangError::File { path: path.to_owned(), action: "written", reason });
    }
    durable::write(&target, bytes).map_err(failed)?;
    Ok(if inside { folder.join(path) } else { plain })
}

/// How a file is called from beside another, which need not be there yet.
pub fn relative(beside: &Path, file: &Path) -> String {
    let plain = |path: &Path| {
        let path = lexical(path).unwrap_or_else(|| path.to_owned());
        let there = path.ancestors().find(|above| above.exists()).map(Path::to_owned);
        let real = there.and_then(|above| {
            Some(above.canonicalize().ok()?.join(path.strip_prefix(&above).ok()?))
        });
        real.unwrap_or(path)
    };
    let (from, to) = (plain(beside.parent().unwrap_or(beside)), plain(file));
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    if same == 0 {
        return file.display().to_string();
    }
    let up = from[same..].iter().map(|_| Component::ParentDir);
    up.chain(to[same..].iter().copied()).collect::<PathBuf>().display().to_string()
}

/// How what a file names from beside itself is called from the folder of the script, if it lies below that: a file in
/// the output folder may lead back to it. Nothing is looked for.
pub fn below_reading(read_dir: &Path, file: &Path, named: &Path) -> Option<PathBuf> {
    let there = lexical(&file.parent().unwrap_or(file).join(named))?;
    let below = there.strip_prefix(lexical(read_dir)?).ok()?;
    (!below.as_os_str().is_empty()).then(|| below.to_owned())
}

/// Makes a folder and those above it, unless a link among those that are there already leads out
/// of all roots; then nothing is made and nothing given.
fn make_folder(folder: &Path, roots: &[&Path]) -> std::io::Result<Option<()>> {
    let present = folder.ancestors().find(|above| above.exists());
    // A root that is not there yet is made by way of what is above it.
    let made: Vec<&&Path> = roots.iter().filter(|root| !root.exists()).collect();
    let above_root = |above: &Path| {
        made.iter().any(|root| lexical(root).is_some_and(|root| root.starts_with(above)))
    };
    if let Some(present) = present
        && !above_root(present)
        && !is_below(&present.canonicalize()?, roots)
    {
        return Ok(None);
    }
    fs::create_dir_all(folder).map(Some)
}

fn is_below(real: &Path, roots: &[&Path]) -> bool {
    let mut real_roots = roots.iter().filter_map(|root| root.canonicalize().ok());
    real_roots.any(|root| real.starts_with(root))
}

/// A path from its beginning without `.` and `..`; nothing when it would lead above the beginning
/// or the working folder is not known.
fn lexical(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in std::path::absolute(path).ok()?.components() {
        match part {
            Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    Some(plain)
}

/// Where a file that a script reads is: inside of `out`, where scripts write, or inside of
/// `beside`, where the script is, or below one of the folders that are allowed.
///
/// # Errors
/// When the path leads elsewhere.
pub fn readable(
    out: &Path,
    beside: &Path,
    allowed: &Allowed,
    path: &str,
) -> Result<PathBuf, LangError> {
    allowed.open(path)?;
    named(path, "read")?;
    let outside = || LangError::OutsideReading { path: path.to_owned(), front: allowed.front };
    let relative = Path::new(path);
    relative.file_name().ok_or_else(outside)?;
    let inside = stays_inside(relative);
    let written = out.join(relative);
    let given = beside.join(relative);
    // What is there but no file is told for what it is.
    let is_written = written.is_file() || written.exists() && !given.exists();
    let target = if inside && is_written { written } else { given };
    let mut roots: Vec<&Path> = if inside { vec![out, beside] } else { vec![] };
    roots.extend(allowed.write.iter().chain(&allowed.read).map(PathBuf::as_path));
    match target.canonicalize() {
        Ok(real) if is_below(&real, &roots) => Ok(target),
        Ok(_) => Err(outside()),
        // Whether there is such a file outside is nobody's business.
        Err(_) if !inside && !roots.iter().any(|root| below(&target, root)) => Err(outside()),
        Err(error) => Err(LangError::File {
            path: path.to_owned(),
            action: "read",
            reason: error.to_string(),
        }),
    }
}

fn below(target: &Path, root: &Path) -> bool {
    lexical(target).zip(lexical(root)).is_some_and(|(target, root)| target.starts_with(root))
}

/// Reads a file that a script may read.
///
/// # Errors
/// When the path leads out of the folders, or cannot be read.
pub fn read_inside(
    out: &Path,
    beside: &Path,
    allowed: &Allowed,
    path: &str,
) -> Result<Vec<u8>, LangError> {
    let target = readable(out, beside, allowed, path)?;
    durable::read(&target, LARGEST).map_err(|error| LangError::File {
        path: path.to_owned(),
        action: "read",
        reason: error.to_string(),
    })
}

/// The folder of a plug-in that a script names: beside the script, below a folder that is allowed, or by its name
/// in one of the folders where plug-ins are looked for.
///
/// # Errors
/// When the path leads elsewhere, or there is no folder of that name.
pub fn plugin_folder(options: &WorldOptions, given: &str) -> Result<PathBuf, LangError> {
    let WorldOptions { read_dir, allowed, plugins, .. } = options;
    allowed.open(given)?;
    named(given, "read")?;
    let relative = Path::new(given);
    let inside = stays_inside(relative);
    let beside = read_dir.join(relative);
    let mut roots: Vec<&Path> = if inside { vec![read_dir] } else { vec![] };
    roots.extend(allowed.write.iter().chain(&allowed.read).map(PathBuf::as_path));
    if let Ok(real) = beside.canonicalize()
        && real.is_dir()
    {
        let outside = || LangError::OutsideReading { path: given.to_owned(), front: allowed.front };
        return if is_below(&real, &roots) { Ok(beside) } else { Err(outside()) };
    }
    let is_name = inside && relative.components().count() == 1;
    let mut known = plugins.iter().map(|folder| folder.join(relative)).filter(|_| is_name);
    if let Some(found) = known.find(|folder| folder.is_dir()) {
        return Ok(found);
    }
    if !inside && !roots.iter().any(|root| below(&beside, root)) {
        return Err(LangError::OutsideReading { path: given.to_owned(), front: allowed.front });
    }
    let reason = match (is_name, plugins.is_empty()) {
        (true, false) => {
            "there is no folder of that name beside the script or where plug-ins are looked for"
        }
        _ => "there is no folder of that name beside the script",
    };
    Err(PluginError::NoPlugin { path: given.to_owned(), reason: reason.to_owned() }.into())
}

/// Makes a folder inside of the one in which the script writes, if it is not there.
///
/// # Errors
/// When the path leads elsewhere, or the folder cannot be made.
pub fn folder(out: &Path, allowed: &Allowed, path: &str) -> Result<PathBuf, LangError> {
    let failed = not_written(path);
    allowed.open(path)?;
    named(path, "written")?;
    let outside = || LangError::Outside { path: path.to_owned(), front: allowed.front };
    if !stays_inside(Path::new(path)) {
        return Err(outside());
    }
    let plain = lexical(&out.join(path)).ok_or_else(outside)?;
    make_folder(&plain, &[out]).map_err(failed)?.ok_or_else(outside)?;
    let real = plain.canonicalize().map_err(failed)?;
    if is_below(&real, &[out]) { Ok(out.join(path)) } else { Err(outside()) }
}

/// Reads a script; says what is wrong if it is none.
///
/// # Errors
/// When it cannot be read as text, or is too long.
pub fn read_script(path: &Path) -> Result<String, String> {
    durable::read_text(path, LONGEST_SCRIPT).map(into_plain).map_err(|e| e.to_string())
}

/// Whether a path, as it is written, stays inside of the folder from which it starts.
pub fn stays_inside(path: &Path) -> bool {
    path.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
}

/// Refuses a path without a name.
fn named(path: &str, action: &'static str) -> Result<(), LangError> {
    if !path.trim().is_empty() {
        return Ok(());
    }
    let reason = "the path is empty; give the name of a file, such as \"trace.csv\"".to_owned();
    Err(LangError::File { path: path.to_owned(), action, reason })
}

/// What the operating system says in a file of its own; no script has a say in which.
#[cfg(target_os = "linux")]
pub(super) fn system_file(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests;
