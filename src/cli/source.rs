//! Reading a script.

use std::io::Read;
use std::path::{Path, PathBuf};

use bioxen::durable;

use super::failure::Failure;
use super::output::name;

/// The longest script [bytes]; anything longer is no script but a mistake.
const LONGEST: u64 = 16 * 1024 * 1024;

/// A script, its name for messages, and the folder it lives in.
pub(crate) struct Source {
    pub(crate) text: String,
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

/// Reads a script; `-` is standard input.
///
/// # Errors
/// When it cannot be read as text.
pub(crate) fn read(path: &Path) -> Result<Source, Failure> {
    let wrong = |message: String| Failure::Usage { message };
    let name = name(path);
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().take(LONGEST + 1).read_to_end(&mut bytes)?;
        let text = text(bytes, "standard input").map_err(wrong)?;
        return Ok(Source { text, name: "standard input".into(), folder: PathBuf::from(".") });
    }
    if path.is_dir() {
        return Err(wrong(format!("`{name}` is a folder; give a script, such as {name}/my.rhai")));
    }
    let cannot = |e: std::io::Error| wrong(format!("cannot read the script `{name}`: {e}"));
    let mut bytes = Vec::new();
    let file = if is_handed_over(path) { std::fs::File::open(path) } else { durable::open(path) };
    file.map_err(cannot)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    let text = text(bytes, &name).map_err(wrong)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    Ok(Source { text, name, folder: folder.unwrap_or(Path::new(".")).to_owned() })
}

/// Whether a path is one by which a shell hands over an open pipe: `bioxen run <(make_script)`.
fn is_handed_over(path: &Path) -> bool {
    path == Path::new("/dev/stdin")
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
}

fn text(bytes: Vec<u8>, name: &str) -> Result<String, String> {
    if bytes.len() as u64 > LONGEST {
        return Err(format!("`{name}` is larger than 16 MiB; that is no script"));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let line =
            e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
        format!("`{name}` is not UTF-8 text (line {})", line + 1)
    })?;
    Ok(bioxen::lang::text::into_plain(text))
}
