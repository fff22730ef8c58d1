//! What the kernel says of this process.
use crate::Done;

/// The clock ticks of `/proc/PID/stat`: 100 a second on every Linux that Debian builds.
const TICKS: f64 = 100.0;

/// Makes the highest mark of memory begin anew (proc(5), `clear_refs`).
pub fn forget_peak() -> Done<()> {
    Ok(std::fs::write("/proc/self/clear_refs", "5")?)
}

/// The highest mark of resident memory.
pub fn peak_kilobytes() -> Done<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// Seconds of processor time, of user and of kernel, over all threads.
pub fn cpu_seconds() -> Done<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // Fields 14 and 15; the second, the program's name in parentheses, may contain anything.
    let (_, rest) = stat.rsplit_once(')').ok_or("a strange /proc/self/stat")?;
    let mut ticks = 0.0;
    for field in rest.split_whitespace().skip(11).take(2) {
        ticks += field.parse::<f64>()?;
    }
    Ok(ticks / TICKS)
}
