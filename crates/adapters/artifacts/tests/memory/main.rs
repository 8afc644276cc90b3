//! How much memory it takes to look into all hostile archives: a process of its own, so that nothing else counts.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on has failed")]

#[path = "../it/corpus/mod.rs"]
mod corpus;

use aedile_artifacts::inspect;

/// The most memory this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Begins to measure anew.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

#[test]
fn looking_takes_a_fixed_amount_of_memory_beside_the_archive() {
    const ALLOWED: u64 = 4 * 1024;
    for sample in corpus::hostile() {
        let bytes = sample.bytes();
        forget_peak();
        let before = peak();
        inspect(&bytes).unwrap_err();
        let taken = peak().saturating_sub(before);
        assert!(taken <= ALLOWED, "{}: {taken} KiB more", sample.name);
    }
}
