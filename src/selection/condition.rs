//! A condition on one field of a body: `file_size>1000`, `files[0].url~=mp4`, `conf_key exists`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::json::{Path, PathEnd, PathError};

/// A field and what it must be. A body without the field meets no condition on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    path: Path,
    test: Test,
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Test {
    /// It is there, whatever its value.
    Exists,
    /// It compares so with a value, as it was typed.
    Compares(Operator, String),
}

/// How a field compares with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operator {
    /// The same text, or the same JSON value.
    Equal,
    Unequal,
    /// The text of the field has the value in it; case does not matter.
    Contains,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Operator {
    /// All, those first that begin like another one.
    const ALL: [(&str, Operator); 7] = [
        ("!=", Operator::Unequal),
        ("~=", Operator::Contains),
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("=", Operator::Equal),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ];

    fn sign(self) -> &'static str {
        let known = Operator::ALL.iter().find(|(_, other)| *other == self);
        known.map_or("", |(sign, _)| sign)
    }
}

impl Condition {
    /// Reads what stands behind a path: an operator with its value, or `exists`. The value is
    /// read by `value`, which returns it with the rest of the text.
    pub(super) fn read<'t>(
        path: Path,
        rest: &'t str,
        value: impl FnOnce(&'t str) -> (String, &'t str),
    ) -> Option<(Condition, &'t str)> {
        let behind = rest.trim_start();
        for (sign, operator) in Operator::ALL {
            if let Some(behind) = behind.strip_prefix(sign) {
                let (value, rest) = value(behind);
                let test = Test::Compares(operator, value);
                return Some((Condition { path, test }, rest));
            }
        }
        let rest = behind.strip_prefix("exists")?;
        let is_word = rest.is_empty() || rest.starts_with([' ', '\t', ')']);
        let test = Test::Exists;
        is_word.then_some((Condition { path, test }, rest))
    }

    /// Whether a body meets it.
    pub fn holds(&self, body: &Value) -> bool {
        let Some(field) = self.path.find(body) else {
            return false;
        };
        match &self.test {
            Test::Exists => true,
            Test::Compares(operator, value) => compares(*operator, field, value),
        }
    }
}

/// Whether a field compares so with a value as it was typed.
fn compares(operator: Operator, field: &Value, typed: &str) -> bool {
    let is_equal = || {
        let is_text = field.as_str() == Some(typed);
        is_text || serde_json::from_str::<Value>(typed).is_ok_and(|value| value == *field)
    };
    let order = || order(&text(field), typed);
    match operator {
        Operator::Equal => is_equal(),
        Operator::Unequal => !is_equal(),
        Operator::Contains => contains(text(field).as_bytes(), typed),
        Operator::Less => order() == Some(Ordering::Less),
        Operator::Greater => order() == Some(Ordering::Greater),
        Operator::AtMost => order().is_some_and(Ordering::is_le),
        Operator::AtLeast => order().is_some_and(Ordering::is_ge),
    }
}

/// A value as text: a string without its quotes, anything else as JSON.
fn text(value: &Value) -> std::borrow::Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        value => value.to_string().into(),
    }
}

/// Compares as numbers what are numbers, also in strings, and otherwise as text. A number and a
/// text have no order.
fn order(left: &str, right: &str) -> Option<Ordering> {
    let digits = |text: &str| text.parse::<i128>().ok();
    if let (Some(left), Some(right)) = (digits(left), digits(right)) {
        return Some(left.cmp(&right));
    }
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.partial_cmp(&right),
        (None, None) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Whether a text has another one in it; case does not matter.
pub(super) fn contains(text: &[u8], part: &str) -> bool {
    let text = String::from_utf8_lossy(text).to_lowercase();
    text.contains(&part.to_lowercase())
}

impl FromStr for Condition {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Condition, PathError> {
        let (path, rest) = Path::read(text, PathEnd::Operator)?;
        Condition::read(path, rest, |value| (value.trim_start().to_owned(), ""))
            .filter(|(_, rest)| rest.trim().is_empty())
            .map(|(condition, _)| condition)
            .ok_or(PathError {
                at: text.chars().count() - rest.trim_start().chars().count(),
                expected: "=, !=, ~=, <, >, <=, >= and a value, or exists, behind the field",
            })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.test {
            Test::Exists => write!(f, "{} exists", self.path),
            Test::Compares(operator, value) => {
                write!(f, "{}{}{value}", self.path, operator.sign())
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        let body = serde_json::json!({
            "conf_num": "77", "n": 5, "size": "1200", "flag": true, "at": "2026-11-20",
            "files": [{ "url": "https://a/Room.MP4", "c/d": null }], "big": "10000000000000000000002",
        });
        text.parse::<Condition>().unwrap().holds(&body)
    }

    #[test]
    fn a_value_equals_by_its_text_or_as_json() {
        for text in [
            "conf_num=77",
            "conf_num = 77",
            "conf_num=\"77\"",
            "n=5",
            "flag=true",
            "/files/0/c~1d=null",
            "files[0].url=https://a/Room.MP4",
            "files.0.url=https://a/Room.MP4",
            "n!=6",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "conf_num=78",
            "n=\"5\"",
            "files[1].url=null",
            "missing=1",
            "missing!=1",
            "n!=5",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn numbers_compare_as_numbers_also_in_strings_and_texts_as_texts() {
        for text in [
            "n>4",
            "n>=5",
            "n<10",
            "size>999",
            "size<=1.2e3",
            "at>2026-10-31",
            "big>10000000000000000000001",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "n>5",
            "n<5",
            "size<1200",
            "at>5",
            "n>x",
            "missing>1",
            "at<2026",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn a_field_contains_a_text_in_any_case_or_is_only_there() {
        assert!(holds("files[0].url~=room.mp4") && holds("n~=5"));
        assert!(!holds("files[0].url~=webm"));
        assert!(holds("files[0].url exists") && holds("/files/0/c~1d exists "));
        assert!(!holds("files[1] exists"));
    }

    #[test]
    fn what_is_no_condition_is_told_with_its_column() {
        let error = |text: &str| text.parse::<Condition>().unwrap_err().to_string();
        let expected = "expected =, !=, ~=, <, >, <=, >= and a value, or exists, behind the field";
        assert_eq!(error("conf_num"), format!("column 9: {expected}"));
        assert_eq!(error("n exist"), "column 8: ".to_owned() + expected);
        assert!(error("=1").starts_with("column 1: expected the name of a field"));
        assert!(error("files[x]=1").starts_with("column 7: expected an index"));
    }
}
