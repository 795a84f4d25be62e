//! Shards as lines for a shell, for any other engine.

use crate::lock::Run;

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
    let lock = quoted(&run.path().to_string_lossy());
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
