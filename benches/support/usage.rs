//! What a process uses, where the system tells: `/proc` of Linux.
#![allow(dead_code, reason = "a bench takes what it needs")]

use std::fs::read_to_string;

/// Seconds of a core that a process has had. `self` is a process too.
pub(crate) fn cpu(process: &str) -> Option<f64> {
    // Hundredths of a second, as on every Linux there is.
    const TICKS: f64 = 100.0;
    let stat = read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before may hold anything; user and system time are fields 14 and 15.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut times = rest.split_whitespace().skip(11).map(str::parse::<f64>);
    Some((times.next()?.ok()? + times.next()?.ok()?) / TICKS)
}

/// KiB that a process has resident.
pub(crate) struct Resident {
    pub(crate) now: u64,
    /// The most so far.
    pub(crate) peak: u64,
}

/// The resident memory of a process.
pub(crate) fn resident(process: &str) -> Option<Resident> {
    let status = read_to_string(format!("/proc/{process}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some(Resident {
        now: field("VmRSS:")?,
        peak: field("VmHWM:")?,
    })
}
