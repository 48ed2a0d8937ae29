//! Values as they are typed: times and sizes with units.

use std::time::Duration;

/// A length of time: `10s`, `500ms`, `2m`; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|_| expected_duration());
    }
    humantime::parse_duration(text).map_err(|_| expected_duration())
}

fn expected_duration() -> String {
    "expected a time such as 10s, 500ms or 2m".to_owned()
}

/// How many at a time: 1 to 1000.
pub(super) fn lanes(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(lanes @ 1..=1000) => Ok(lanes),
        _ => Err("expected a number from 1 to 1000".to_owned()),
    }
}

/// Posts a second: `10/s`, `600/m`, `0.5`; a bare number is a second's.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    let (number, seconds) = match text.split_once('/') {
        None | Some((_, "s")) => (text.strip_suffix("/s").unwrap_or(text), 1.0),
        Some((number, "m")) => (number, 60.0),
        Some((number, "h")) => (number, 3600.0),
        Some(_) => ("", 1.0),
    };
    match number.parse::<f64>() {
        Ok(number) if number.is_finite() && number / seconds >= 1e-6 && number <= 1e9 => {
            Ok(number / seconds)
        }
        _ => Err("expected a rate such as 10/s, 600/m or 0.5".to_owned()),
    }
}

/// A number of bytes: `16MiB`, `64k`; a bare number is bytes.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let expected = || "expected a size such as 16MiB, 500kB or 4096".to_owned();
    let bytes = parse_size::parse_size(text).map_err(|_| expected())?;
    usize::try_from(bytes).map_err(|_| expected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units_or_are_seconds() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("1.5"), Ok(Duration::from_millis(1500)));
        for wrong in ["", "-1", "soon", "5 parsecs", "1e300"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rates_are_by_the_second_unless_they_say_otherwise() {
        assert_eq!(rate("10/s"), Ok(10.0));
        assert_eq!(rate("600/m"), Ok(10.0));
        assert_eq!(rate("0.5"), Ok(0.5));
        for wrong in ["", "0", "-1/s", "10/d", "inf", "NaN", "/s"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_have_units_or_are_bytes() {
        assert_eq!(size("4096"), Ok(4096));
        assert_eq!(size("16MiB"), Ok(16 << 20));
        assert!(size("lots").is_err());
    }
}
