//! The processes that descend from this one.

use std::collections::HashMap;

/// All processes that descend from this one, but for `except` and what descends from that. Known on Linux only:
/// elsewhere a compiler that was interrupted ends by itself.
pub(crate) fn descendants(except: Option<u32>) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        if let Some(parent) = parent(&stat) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![std::process::id()];
    while let Some(pid) = open.pop() {
        for child in children.remove(&pid).unwrap_or_default() {
            if Some(child) != except {
                found.push(child);
                open.push(child);
            }
        }
    }
    found
}

/// The parent in a line of `/proc/PID/stat`: the second word behind the name, which may hold anything.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Takes leave of those that have ended and that nobody else waits for: what a linker or a cell has left behind comes
/// to this process. `except` is the one that runs cells. No compiler may run.
pub(crate) fn reap(except: Option<u32>) {
    #[cfg(target_os = "linux")]
    for pid in descendants(except) {
        if let Some(pid) = rustix::process::Pid::from_raw(pid.cast_signed()) {
            // One that still runs stays, and one that is no child of this process is another's.
            let _ = rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::NOHANG);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = except;
}

/// Ends a process at once.
pub(crate) fn kill(pid: u32) {
    #[cfg(unix)]
    if let Some(pid) = rustix::process::Pid::from_raw(pid.cast_signed()) {
        // Whoever is gone already cannot be ended.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = pid;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_anything() {
        assert_eq!(parent("12 (a) b) (c) S 7 12 12"), Some(7));
        assert_eq!(parent("12 (a"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn children_are_found_and_ended() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let pid = child.id();
        assert!(descendants(None).contains(&pid));
        assert!(!descendants(Some(pid)).contains(&pid));
        kill(pid);
        assert!(!child.wait().unwrap().success());
    }
}
