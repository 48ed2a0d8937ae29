//! `wrk`, the client of all measurements: how it is run, and what it says.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What one run of `wrk` found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Requests a second.
    pub(crate) rate: f64,
    /// The median of the latencies.
    pub(crate) median: Duration,
    /// Answers that were not 2xx or 3xx, and errors of sockets.
    pub(crate) failed: u64,
}

/// A way to post one event over and over.
pub(crate) struct Wrk {
    script: PathBuf,
}

impl Wrk {
    /// Prepares it, or says what is missing.
    pub(crate) fn new(folder: &Path, body: &str) -> Result<Wrk, String> {
        // It has no option that does nothing; `-v` ends with 1.
        if Command::new("wrk").arg("-v").output().is_err() {
            return Err("wrk is not installed (Debian: apt-get install wrk)".to_owned());
        }
        let script = folder.join("post.lua");
        let body = body.replace('\\', "\\\\").replace('"', "\\\"");
        let lua = format!(
            "wrk.method = \"POST\"\nwrk.body = \"{body}\"\n\
             wrk.headers[\"Content-Type\"] = \"application/json\"\n"
        );
        std::fs::write(&script, lua).unwrap();
        Ok(Wrk { script })
    }

    /// Posts over so many connections for so long.
    pub(crate) fn run(&self, url: &str, connections: u32, seconds: u32) -> Found {
        let output = Command::new("wrk")
            .args(["-t1", "--latency"])
            .arg(format!("-c{connections}"))
            .arg(format!("-d{seconds}s"))
            .arg("-s")
            .arg(&self.script)
            .arg(url)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let word = |start: &str| {
            let mut lines = text.lines();
            let rest = lines.find_map(|line| line.trim().strip_prefix(start))?;
            Some(rest.trim().to_owned())
        };
        let count = |text: Option<String>| -> u64 {
            let numbers = text.unwrap_or_default();
            let numbers = numbers.split(|c: char| !c.is_ascii_digit());
            numbers
                .filter_map(|number| number.parse::<u64>().ok())
                .sum()
        };
        Found {
            rate: word("Requests/sec:").expect(&text).parse().unwrap(),
            median: time(&word("50%").expect(&text)),
            failed: count(word("Non-2xx or 3xx responses:")) + count(word("Socket errors:")),
        }
    }
}

/// `612.00us`, `1.53ms`, `2.01s`
fn time(text: &str) -> Duration {
    let unit = text.find(char::is_alphabetic).unwrap_or(text.len());
    let number: f64 = text[..unit].parse().unwrap();
    let second = match &text[unit..] {
        "us" => 1e-6,
        "ms" => 1e-3,
        _ => 1.0,
    };
    Duration::from_secs_f64(number * second)
}
