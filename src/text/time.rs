//! Times and durations as people read them.
//!
//! Two or three digits are shown: people do not need to distinguish 3.1 ms from 3.14 ms. The log
//! has full precision for machines.

use std::time::Duration;

use chrono::{DateTime, Local, Utc};

use crate::text::number::{rounded, tenth, two_digits};

/// A duration: `85 µs`, `3.1 ms`, `12 ms`, `1.9 s`, `32 s`, `18m 19s`, `2h 5m`, `3d 4h`.
pub fn duration(duration: Duration) -> String {
    spell(duration, " ")
}

/// The time since the previous event: `+3ms`, `+0.4s`, `+32s`, `+17m 45s`.
pub fn gap(duration: Duration) -> String {
    // Milliseconds below a tenth of a second, tenths of seconds above: gaps are shown below each
    // other, and one unit is easier to compare.
    let tenths = rounded(micros(duration), 100_000);
    if (1..100).contains(&tenths) && duration >= Duration::from_millis(100) {
        return format!("+{}s", tenth(tenths));
    }
    format!("+{}", spell(duration, ""))
}

/// The age of something, in its largest unit: `just now`, `42 s ago`, `17m ago`, `3d ago`.
pub fn age(duration: Duration) -> String {
    match duration.as_secs() {
        0 => "just now".to_owned(),
        seconds @ 1..60 => format!("{seconds} s ago"),
        seconds @ 60..3600 => format!("{}m ago", seconds / 60),
        seconds @ 3600..86_400 => format!("{}h ago", seconds / 3600),
        seconds => format!("{}d ago", seconds / 86_400),
    }
}

/// `space` separates number and unit, if there is only one unit.
fn spell(duration: Duration, space: &str) -> String {
    let micros = micros(duration);
    if micros == 0 {
        return format!("0{space}ms");
    }
    if micros < 1000 {
        return format!("{micros}{space}µs");
    }
    // Each step rounds before it compares, so that 9.96 s reads 10 s and not 10.0 s.
    for (unit, name, limit) in [(1000, "ms", 1000), (1_000_000, "s", 60)] {
        if rounded(micros, unit) < limit {
            return format!("{}{space}{name}", two_digits(micros, unit));
        }
    }
    let seconds = rounded(micros, 1_000_000);
    let minutes = rounded(seconds, 60);
    let hours = rounded(minutes, 60);
    if seconds < 3600 {
        two(seconds / 60, "m", seconds % 60, "s")
    } else if minutes < 24 * 60 {
        two(minutes / 60, "h", minutes % 60, "m")
    } else {
        two(hours / 24, "d", hours % 24, "h")
    }
}

fn two(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    match small {
        0 => format!("{large}{large_unit}"),
        _ => format!("{large}{large_unit} {small}{small_unit}"),
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().saturating_add(500) / 1000).unwrap_or(u64::MAX)
}

/// The time zone of times for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// The zone of the machine.
    #[default]
    Local,
    /// UTC, selected by `--utc`.
    Utc,
}

impl Zone {
    /// The time of day to the millisecond: `14:03:22.118`.
    pub fn clock(self, time: DateTime<Utc>) -> String {
        self.format(time, "%H:%M:%S%.3f")
    }

    /// The time of day to the second: `14:03:22`.
    pub fn clock_seconds(self, time: DateTime<Utc>) -> String {
        self.format(time, "%H:%M:%S")
    }

    /// The date: `2026-11-20`.
    pub fn day(self, time: DateTime<Utc>) -> String {
        self.format(time, "%Y-%m-%d")
    }

    /// The hour: `2026-11-20 14h`.
    pub fn hour(self, time: DateTime<Utc>) -> String {
        self.format(time, "%Y-%m-%d %Hh")
    }

    /// Date and time to the second: `2026-11-20 14:03:22`.
    pub fn date_time(self, time: DateTime<Utc>) -> String {
        self.format(time, "%Y-%m-%d %H:%M:%S")
    }

    fn format(self, time: DateTime<Utc>, format: &str) -> String {
        match self {
            Zone::Local => time.with_timezone(&Local).format(format).to_string(),
            Zone::Utc => time.format(format).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1000;
    const S: u64 = 1_000_000;

    #[test]
    fn a_duration_keeps_the_digits_that_matter() {
        let shown = [
            0,
            85,
            999,
            MS,
            3140,
            9949,
            9950,
            12 * MS,
            999 * MS,
            999 * MS + 500,
            1_949_000,
            9_960_000,
            59 * S,
            59 * S + 600 * MS,
            1099 * S,
            1080 * S,
            7500 * S,
            86_399 * S,
            273_600 * S,
        ]
        .map(|micros| duration(Duration::from_micros(micros)));
        assert_eq!(
            shown,
            [
                "0 ms", "85 µs", "999 µs", "1 ms", "3.1 ms", "9.9 ms", "10 ms", "12 ms", "999 ms",
                "1 s", "1.9 s", "10 s", "59 s", "1m", "18m 19s", "18m", "2h 5m", "1d", "3d 4h"
            ]
        );
        assert!(duration(Duration::MAX).ends_with('h') || duration(Duration::MAX).ends_with('d'));
    }

    #[test]
    fn a_gap_reads_in_seconds_from_a_tenth_on() {
        let shown = [
            0,
            3 * MS,
            99 * MS,
            100 * MS,
            426 * MS,
            1292 * MS,
            32 * S,
            1065 * S,
        ]
        .map(|micros| gap(Duration::from_micros(micros)));
        assert_eq!(
            shown,
            [
                "+0ms", "+3ms", "+99ms", "+0.1s", "+0.4s", "+1.3s", "+32s", "+17m 45s"
            ]
        );
    }

    #[test]
    fn an_age_has_one_unit() {
        let shown = [0, 59, 60, 3599, 3600, 86_399, 86_400, 400_000]
            .map(|seconds| age(Duration::from_secs(seconds)));
        assert_eq!(
            shown,
            [
                "just now", "59 s ago", "1m ago", "59m ago", "1h ago", "23h ago", "1d ago",
                "4d ago"
            ]
        );
    }

    #[test]
    fn times_in_utc_do_not_depend_on_the_machine() {
        let time = DateTime::from_timestamp_millis(1_795_183_402_118).unwrap_or_default();
        assert_eq!(Zone::Utc.clock(time), "14:03:22.118");
        assert_eq!(Zone::Utc.clock_seconds(time), "14:03:22");
        assert_eq!(Zone::Utc.date_time(time), "2026-11-20 14:03:22");
        let here = time.with_timezone(&Local).format("%H:%M").to_string();
        assert!(Zone::Local.clock(time).starts_with(&here));
    }
}
