//! Runs of other processes: how long, how it ended, and in how much memory.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::usage;

/// A run that is over.
pub(crate) struct Ended {
    pub(crate) took: Duration,
    pub(crate) code: Option<i32>,
    /// The most KiB that it had resident, where the system tells.
    pub(crate) memory: Option<u64>,
}

/// Runs a program to its end. What it prints goes nowhere.
pub(crate) fn run(program: impl AsRef<OsStr>, args: &[&OsStr]) -> Ended {
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let process = child.id().to_string();
    let mut memory = None;
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        let peak = usage::resident(&process).map(|resident| resident.peak);
        memory = peak.or(memory);
        std::thread::sleep(Duration::from_millis(2));
    };
    Ended {
        took: start.elapsed(),
        code: ended.code(),
        memory,
    }
}

/// The time that a program takes from start to end, as a rule: the median of many runs.
pub(crate) fn time(program: &str, args: &[&OsStr]) -> Duration {
    let once = |()| {
        let start = Instant::now();
        let mut command = Command::new(program);
        command
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        assert!(command.status().unwrap().success());
        start.elapsed()
    };
    let mut times: Vec<Duration> = std::iter::repeat_n((), 51).map(once).collect();
    times.sort();
    times[times.len() / 2]
}
