//! What Linux says of processes, and what the disk can do.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Result;

/// The memory of a process that is in RAM now, in bytes. `self` is this process.
pub(crate) fn resident_memory(process: &str) -> Result<u64> {
    memory(process, "VmRSS:")
}

/// The most memory that a process ever had in RAM, in bytes.
pub(crate) fn most_memory(process: &str) -> Result<u64> {
    memory(process, "VmHWM:")
}

fn memory(process: &str, field: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(kib_in(&status, field).ok_or_else(|| format!("/proc/…/status has no {field}"))? * 1024)
}

fn kib_in(status: &str, field: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix(field))?.split_whitespace().next()?.parse().ok()
}

/// The time that all threads of this process have spent on a core.
pub(crate) fn cpu_time() -> Result<Duration> {
    let ticks = ticks_in(&fs::read_to_string("/proc/self/stat")?).ok_or("/proc/self/stat can't be read")?;
    // Linux shows this in hundredths of a second on every architecture.
    Ok(Duration::from_millis(ticks * 10))
}

/// The fields `utime` and `stime`, which are the 14th and 15th; the 2nd is a name that may hold spaces.
fn ticks_in(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

/// How many writes of 4 KiB, one after the other, the disk below `folder` keeps in a second.
pub(crate) fn kept_writes_a_second(folder: &Path) -> Result<f64> {
    let mut file = File::create(folder.join("disk"))?;
    let (started, mut written) = (Instant::now(), 0_u32);
    while started.elapsed() < Duration::from_secs(1) {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        written += 1;
    }
    Ok(f64::from(written) / started.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_writes_is_read() {
        assert_eq!(kib_in("VmSize:\t  9000 kB\nVmRSS:\t   2048 kB\n", "VmRSS:"), Some(2048));
        assert_eq!(ticks_in("7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 120 35 0 0 20"), Some(155));
        assert_eq!(ticks_in("7 (a"), None);
    }
}
