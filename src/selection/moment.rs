//! A time as it is typed: an age such as `2h`, a time of today, a date, or a date with a time.
//!
//! A clock that is set forward skips an hour, and one that is set back shows an hour twice. A time
//! that is skipped means the moment of the change. Of a time that comes twice, [`Bound::Since`]
//! means the first and [`Bound::Until`] the second, so that nothing is left out.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{
    DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, SecondsFormat,
    SubsecRound as _, TimeZone, Utc,
};

use crate::text::Zone;

/// What is expected where this is none.
pub(super) const EXPECTED: &str =
    "an age such as 2h or 3d, or a time such as 14:00, 05:30Z, 2026-11-20 or 2026-11-20T14:00:00Z";

/// A time as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// This long ago.
    Ago(Duration),
    /// This point in time.
    At(DateTime<Utc>),
    /// This time by the clock of the zone in which times are shown.
    Clock(NaiveDateTime),
    /// This time of today by that clock.
    Today(NaiveTime),
    /// This time of today in UTC.
    TodayUtc(NaiveTime),
}

/// Which end of a selection a time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Its beginning.
    Since,
    /// Its end.
    Until,
}

impl Moment {
    /// The point in time that it means.
    pub fn resolve(self, bound: Bound, now: DateTime<Utc>, zone: Zone) -> DateTime<Utc> {
        let clock = match self {
            Moment::At(at) => return at,
            Moment::Ago(age) => {
                return chrono::TimeDelta::from_std(age)
                    .ok()
                    .and_then(|age| now.checked_sub_signed(age))
                    .unwrap_or(DateTime::<Utc>::MIN_UTC);
            }
            Moment::TodayUtc(time) => return now.date_naive().and_time(time).and_utc(),
            Moment::Today(time) => match zone {
                Zone::Utc => now.date_naive().and_time(time),
                Zone::Local => now.with_timezone(&Local).date_naive().and_time(time),
            },
            Moment::Clock(clock) => clock,
        };
        match zone {
            Zone::Utc => clock.and_utc(),
            Zone::Local => by_clock(&Local, clock, bound),
        }
    }
}

/// When a clock of this zone shows this time.
///
/// `from_local_datetime` of chrono is not used: for some zones it takes the second of two times
/// for the only one.
fn by_clock<Z: TimeZone>(zone: &Z, clock: NaiveDateTime, bound: Bound) -> DateTime<Utc> {
    // No zone is further from UTC than a day, and no clock is changed twice within two.
    let day = chrono::TimeDelta::days(1);
    let nearby = [clock - day, clock + day];
    let moments = nearby.map(|utc| clock.and_utc() - zone.offset_from_utc_datetime(&utc).fix());
    let mut shown = moments
        .into_iter()
        .filter(|at| zone.from_utc_datetime(&at.naive_utc()).naive_local() == clock);
    match bound {
        Bound::Since => shown.next(),
        Bound::Until => shown.next_back(),
    }
    .unwrap_or_else(|| change(zone, clock))
}

/// When a clock of this zone skips this time. A change is found to the second.
fn change<Z: TimeZone>(zone: &Z, clock: NaiveDateTime) -> DateTime<Utc> {
    let day = chrono::TimeDelta::days(1);
    let (mut before, mut after) = (clock.and_utc() - day, clock.and_utc() + day);
    while after - before > chrono::TimeDelta::seconds(1) {
        let middle = before + (after - before) / 2;
        if zone.from_utc_datetime(&middle.naive_utc()).naive_local() < clock {
            before = middle;
        } else {
            after = middle;
        }
    }
    after.trunc_subsecs(0)
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Moment, String> {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Ok(Moment::At(at.with_timezone(&Utc)));
        }
        let spaced = text.replace('T', " ");
        let zoned = spaced.replace(['Z', 'z'], "+00:00");
        if let Ok(at) = DateTime::parse_from_str(&zoned, "%Y-%m-%d %H:%M%:z") {
            return Ok(Moment::At(at.with_timezone(&Utc)));
        }
        for form in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"] {
            if let Ok(clock) = NaiveDateTime::parse_from_str(&spaced, form) {
                return Ok(Moment::Clock(clock));
            }
        }
        let (time, is_utc) = match text.strip_suffix(['Z', 'z']) {
            Some(time) => (time, true),
            None => (text, false),
        };
        for form in ["%H:%M:%S%.f", "%H:%M"] {
            match NaiveTime::parse_from_str(time, form) {
                Ok(time) if is_utc => return Ok(Moment::TodayUtc(time)),
                Ok(time) => return Ok(Moment::Today(time)),
                Err(_) => {}
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
            Moment::Today(time) => write!(f, "{}", time.format("%H:%M:%S%.f")),
            Moment::TodayUtc(time) => write!(f, "{}Z", time.format("%H:%M:%S%.f")),
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
            moment.resolve(Bound::Since, now, Zone::Utc).to_rfc3339()
        };
        assert_eq!(at("2h"), "2026-11-20T10:00:00+00:00");
        assert_eq!(at("1h 30m"), "2026-11-20T10:30:00+00:00");
        assert_eq!(at("0s"), "2026-11-20T12:00:00+00:00");
        assert_eq!(at("2026-11-19"), "2026-11-19T00:00:00+00:00");
        assert_eq!(at("2026-11-19T08:30"), "2026-11-19T08:30:00+00:00");
        assert_eq!(at("2026-11-19 08:30:15.5"), "2026-11-19T08:30:15.500+00:00");
        assert_eq!(at("2026-11-19T08:30:00+02:00"), "2026-11-19T06:30:00+00:00");
        assert_eq!(at("08:30"), "2026-11-20T08:30:00+00:00");
        assert_eq!(at("05:30Z"), "2026-11-20T05:30:00+00:00");
        assert_eq!(at("2026-11-19T08:30+02:00"), "2026-11-19T06:30:00+00:00");
        assert_eq!(at("2026-11-19 08:30Z"), "2026-11-19T08:30:00+00:00");
        for wrong in ["", "soon", "2026-13-01", "25:00", "Z", "5Z"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }
}
