//! A time as it is typed: an age such as `2h`, a date, or a date with a time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{
    DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone as _, Utc,
};

use crate::text::Zone;

/// What is expected where this is none.
pub(super) const EXPECTED: &str =
    "an age such as 2h or 3d, or a time such as 2026-11-20 or 2026-11-20T14:00:00Z";

/// A time as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// This long ago.
    Ago(Duration),
    /// This point in time.
    At(DateTime<Utc>),
    /// This time by the clock of the zone in which times are shown.
    Clock(NaiveDateTime),
}

impl Moment {
    /// The point in time that it means.
    pub fn resolve(self, now: DateTime<Utc>, zone: Zone) -> DateTime<Utc> {
        match self {
            Moment::At(at) => at,
            Moment::Ago(age) => chrono::TimeDelta::from_std(age)
                .ok()
                .and_then(|age| now.checked_sub_signed(age))
                .unwrap_or(DateTime::<Utc>::MIN_UTC),
            Moment::Clock(clock) => match zone {
                Zone::Utc => clock.and_utc(),
                // Of the two times that one clock shows when it is set back, the earlier.
                Zone::Local => Local
                    .from_local_datetime(&clock)
                    .earliest()
                    .map_or_else(|| clock.and_utc(), |local| local.with_timezone(&Utc)),
            },
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Moment, String> {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Ok(Moment::At(at.with_timezone(&Utc)));
        }
        let spaced = text.replace('T', " ");
        for form in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"] {
            if let Ok(clock) = NaiveDateTime::parse_from_str(&spaced, form) {
                return Ok(Moment::Clock(clock));
            }
        }
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(Moment::Clock(date.and_time(NaiveTime::MIN)));
        }
        humantime::parse_duration(text)
            .map(Moment::Ago)
            .map_err(|_| format!("expected {EXPECTED}"))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Ago(age) => {
                let age = humantime::format_duration(*age).to_string();
                f.write_str(&age.replace(' ', ""))
            }
            Moment::At(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Moment::Clock(clock) => write!(f, "{}", clock.format("%Y-%m-%dT%H:%M:%S%.f")),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_an_age_or_a_time_and_prints_as_it_reads() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let at = |text: &str| {
            let moment: Moment = text.parse().unwrap();
            assert_eq!(moment.to_string().parse(), Ok(moment), "{text}");
            moment.resolve(now, Zone::Utc).to_rfc3339()
        };
        assert_eq!(at("2h"), "2026-11-20T10:00:00+00:00");
        assert_eq!(at("1h 30m"), "2026-11-20T10:30:00+00:00");
        assert_eq!(at("0s"), "2026-11-20T12:00:00+00:00");
        assert_eq!(at("2026-11-19"), "2026-11-19T00:00:00+00:00");
        assert_eq!(at("2026-11-19T08:30"), "2026-11-19T08:30:00+00:00");
        assert_eq!(at("2026-11-19 08:30:15.5"), "2026-11-19T08:30:15.500+00:00");
        assert_eq!(at("2026-11-19T08:30:00+02:00"), "2026-11-19T06:30:00+00:00");
        for wrong in ["", "soon", "2026-13-01", "25:00"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }
}
