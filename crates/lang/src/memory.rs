//! The memory that the program uses, and its limit.
//!
//! Rhai counts the strings, arrays and maps of one value, but neither the values that closures hold nor
//! printed text. The memory of the whole program includes all of it.

use std::sync::OnceLock;

/// What is left to the program's stacks and code of an address space with a limit [bytes].
const ASIDE: u64 = 768 << 20;

static PROBE: OnceLock<fn() -> u64> = OnceLock::new();

/// Says how the memory in use [bytes] is learnt, which only the program's allocator knows. Without
/// it no limit of memory holds. The first that is said counts.
///
/// # Examples
/// ```
/// bioxen_lang::memory::measure_by(|| 7);
/// assert_eq!(bioxen_lang::memory::in_use(), 7);
/// ```
pub fn measure_by(probe: fn() -> u64) {
    // Whoever comes later measures the same program.
    let _ = PROBE.set(probe);
}

/// The memory in use [bytes]; 0 if nobody knows.
pub fn in_use() -> u64 {
    PROBE.get().map_or(0, |probe| probe())
}

/// A limit [bytes], or less where the machine, its container or the user's shell grants less.
pub fn within_the_machine(limit: u64) -> u64 {
    static GRANTED: OnceLock<u64> = OnceLock::new();
    limit.min(*GRANTED.get_or_init(granted))
}

#[cfg(target_os = "linux")]
fn granted() -> u64 {
    use rustix::process::{Resource, getrlimit};
    let word = |file: &str, n: usize| -> Option<u64> {
        let text = super::files::system_file(file)?;
        text.split_whitespace().nth(n)?.parse().ok()
    };
    // "MemTotal:  123 kB" is the first line.
    let machine = word("/proc/meminfo", 1).map(|kb| kb.saturating_mul(1024));
    let container = word("/sys/fs/cgroup/memory.max", 0);
    let most = machine.into_iter().chain(container).map(|bytes| bytes / 4 * 3);
    let space = getrlimit(Resource::As).current;
    most.chain(space.map(share)).min().unwrap_or(u64::MAX)
}

#[cfg(not(target_os = "linux"))]
fn granted() -> u64 {
    u64::MAX
}

/// What of an address space is for values.
#[cfg(any(target_os = "linux", test))]
fn share(space: u64) -> u64 {
    space.saturating_sub(ASIDE).max(space / 2)
}

/// What a population may use up [bytes]: half of what the program may, as the other half is for copies.
pub fn for_cells(world: &crate::World) -> u64 {
    within_the_machine(world.options.limits.memory_bytes) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_a_small_space_is_half() {
        assert_eq!(share(1 << 30), 1 << 29);
        assert_eq!(share(8 << 30), (8 << 30) - ASIDE);
    }
}
