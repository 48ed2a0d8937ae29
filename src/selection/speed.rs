//! How fast recorded or planned pauses pass.

use std::str::FromStr;
use std::time::Duration;

/// How fast pauses pass: those of a log, or of a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// This many times as fast.
    Times(f64),
    /// Without any pause.
    Max,
}

impl Speed {
    /// A pause at this speed.
    pub fn scale(self, pause: Duration) -> Duration {
        match self {
            Speed::Times(factor) => {
                Duration::try_from_secs_f64(pause.as_secs_f64() / factor).unwrap_or(Duration::MAX)
            }
            Speed::Max => Duration::ZERO,
        }
    }
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Speed, String> {
        if text == "max" {
            return Ok(Speed::Max);
        }
        let factor = text.strip_suffix('x').unwrap_or(text);
        match factor.parse::<f64>() {
            Ok(factor) if factor > 0.0 && factor.is_finite() => Ok(Speed::Times(factor)),
            _ => Err("expected a factor such as 1 or 10, or max".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_divided_by_the_factor() {
        let pause = Duration::from_secs(3);
        assert_eq!(Speed::Times(2.0).scale(pause), Duration::from_millis(1500));
        assert_eq!(Speed::Max.scale(pause), Duration::ZERO);
        assert_eq!(Speed::Times(1e-300).scale(pause), Duration::MAX);
    }

    #[test]
    fn a_speed_is_a_factor_or_max() {
        assert_eq!("10".parse(), Ok(Speed::Times(10.0)));
        assert_eq!("0.5x".parse(), Ok(Speed::Times(0.5)));
        assert_eq!("max".parse(), Ok(Speed::Max));
        for wrong in ["", "x", "0", "-1", "inf", "nan", "fast"] {
            assert!(wrong.parse::<Speed>().is_err(), "{wrong}");
        }
    }
}
