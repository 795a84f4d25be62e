//! Shards as lines for a shell, for any other engine.

use std::path::PathBuf;

use crate::error::BatchError;
use crate::lock::Run;

/// The command that computes shards.
const NAME: &str = "bioxen";

/// The words of the command that computes a shard, up to the lock: `bioxen shard`, with the path of the command.
///
/// # Errors
/// [`BatchError::Program`] if it is neither this program, nor beside it, nor on the path.
pub fn program() -> Result<[String; 2], BatchError> {
    let own = std::env::current_exe().ok();
    let named = format!("{NAME}{}", std::env::consts::EXE_SUFFIX);
    let is_it = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == NAME);
    let beside = || own.as_ref().and_then(|path| Some(path.parent()?.join(&named)));
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || std::env::split_paths(&folders).map(|f| f.join(&named)).find(|p| p.is_file());
    let found = own
        .clone()
        .filter(is_it)
        .or_else(|| beside().filter(|path| path.is_file()))
        .or_else(on_path)
        .ok_or(BatchError::Program)?;
    Ok([found.to_string_lossy().into_owned(), "shard".to_owned()])
}

/// A word as a shell reads it back. Plain words stay as they are.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:=@%+-,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A line for each of some shards. `program` is the command with its options up to the lock.
///
/// # Examples
/// Each line is a whole command, such as `bioxen shard dose.sweep/lock.json --index 3`.
pub fn commands(run: &Run, shards: &[u64], program: &[String]) -> Vec<String> {
    let program: Vec<String> = program.iter().map(|word| quoted(word)).collect();
    // From wherever they are run.
    let path = std::path::absolute(run.path()).unwrap_or_else(|_| run.path());
    let lock = quoted(&path.to_string_lossy());
    shards.iter().map(|shard| format!("{} {lock} --index {shard}", program.join(" "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for word in ["a", "a b", "a'b", "$x", "", "a\"b", "größe", "`x`", "*", "~"] {
            let script = format!("printf %s {}", quoted(word));
            let done = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(done.stdout).unwrap(), word);
        }
    }
}
