//! The name of a capture for people: `#17`, or `FILE#17`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// How a capture is named: by its number in the log; with the file if there are several inputs
/// or the input has no such numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CaptureName {
    /// The input, if the number alone does not name it.
    pub file: Option<Arc<str>>,
    /// The number of its record, entry or line. Nothing if no log is kept.
    pub number: Option<u64>,
}

impl CaptureName {
    /// A capture of the only log.
    pub fn of_log(seq: Option<u64>) -> CaptureName {
        CaptureName {
            file: None,
            number: seq,
        }
    }

    /// Whether its record stands before that of another one in the same input.
    pub fn is_before(&self, other: &CaptureName) -> bool {
        self.file == other.file && self.number < other.number
    }

    /// The name as it can be typed: `17` or `FILE#17`.
    pub fn typed(&self) -> String {
        let name = self.to_string();
        name.strip_prefix('#').map_or(name.clone(), str::to_owned)
    }

    /// Whether a typed name means this capture. A name without a file means any file.
    pub fn is_meant_by(&self, typed: &CaptureName) -> bool {
        self.number == typed.number && (typed.file.is_none() || typed.file == self.file)
    }
}

impl fmt::Display for CaptureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.number) {
            (_, None) => f.write_str("an earlier one"),
            (None, Some(number)) => write!(f, "#{number}"),
            (Some(file), Some(number)) => write!(f, "{file}#{number}"),
        }
    }
}

/// A typed name: `17`, `#17` or `FILE#17`.
impl FromStr for CaptureName {
    type Err = String;

    fn from_str(text: &str) -> Result<CaptureName, String> {
        let (file, number) = match text.rsplit_once('#') {
            Some(("", number)) => (None, number),
            Some((file, number)) => (Some(Arc::from(file)), number),
            None => (None, text),
        };
        match number.parse() {
            Ok(number @ 1..) => Ok(CaptureName {
                file,
                number: Some(number),
            }),
            _ => Err("expected the number of a capture, such as 17 or FILE#17".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_number_and_maybe_a_file() {
        for (typed, shown) in [("17", "#17"), ("#17", "#17"), ("a#b.har#3", "a#b.har#3")] {
            let name = typed.parse::<CaptureName>();
            assert_eq!(name.map(|name| name.to_string()), Ok(shown.to_owned()));
        }
        for wrong in ["", "x", "0", "#", "log.jsonl", "a#x"] {
            assert!(wrong.parse::<CaptureName>().is_err(), "{wrong}");
        }
    }
}
