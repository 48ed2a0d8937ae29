//! A condition on one field of a body: `file_size>1000`, `files[0].url~=mp4`, `conf_key exists`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::json::{Path, PathEnd, PathError, quoted};
use crate::text::width::cut;

/// The longest value that is shown, in columns.
const LONGEST_VALUE: usize = 40;

/// A field and what it must be. A body without the field meets no condition on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    path: Path,
    test: Test,
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    /// It is there, whatever its value.
    Exists,
    /// It compares so with a value.
    Compares(Operator, Operand),
}

/// A value as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    /// A text, which equals strings only.
    Text(String),
    /// A number, a literal, an object or an array, which equals the same JSON value, and a string
    /// with this text.
    Json(String, Value),
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
    fn new(path: Path, test: Test) -> Condition {
        Condition { path, test }
    }

    /// Reads the condition at the start of a text; returns it with the rest.
    pub(super) fn read(text: &str, end: PathEnd) -> Result<(Condition, &str), PathError> {
        let (path, rest) = Path::read(text, end)?;
        let behind = rest.trim_start();
        for (sign, operator) in Operator::ALL {
            if let Some(behind) = behind.strip_prefix(sign) {
                let (operand, rest) = Operand::read(behind.trim_start(), end);
                return Ok((
                    Condition::new(path, Test::Compares(operator, operand)),
                    rest,
                ));
            }
        }
        match behind.strip_prefix("exists") {
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t', ')']) => {
                Ok((Condition::new(path, Test::Exists), rest))
            }
            _ => Err(PathError {
                at: text.chars().count() - behind.chars().count(),
                expected: "=, !=, ~=, <, >, <=, >= and a value, or exists, behind the field",
            }),
        }
    }

    /// The name of the field.
    pub(super) fn field(&self) -> &str {
        self.path.keys().last().map_or("", String::as_str)
    }

    /// What a body that does not meet it has in the field; or, without the field, the names of the
    /// fields beside it.
    pub(super) fn instead(&self, body: Option<&Value>) -> Result<String, Vec<String>> {
        if let Some(value) = body.and_then(|body| self.path.find(body)) {
            return Ok(cut(&value.to_string(), LONGEST_VALUE).into_owned());
        }
        let Some((_, above)) = self.path.keys().split_last() else {
            return Err(Vec::new());
        };
        let above = Path::new(above.to_vec());
        let above = body.and_then(|body| above.find(body)?.as_object());
        Err(above.map_or_else(Vec::new, |fields| fields.keys().cloned().collect()))
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

impl Operand {
    /// Reads a value at the start of a text; returns it with the rest.
    fn read(text: &str, end: PathEnd) -> (Operand, &str) {
        if end == PathEnd::Operator {
            return (Operand::of(text.trim_end()), "");
        }
        if text.starts_with(['"', '{', '[']) {
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
            let is_json = matches!(values.next(), Some(Ok(_)));
            let (typed, rest) = text.split_at(values.byte_offset());
            if is_json && (rest.is_empty() || rest.starts_with(ends_word)) {
                return (Operand::of(typed), rest);
            }
        }
        let (typed, rest) = text.split_at(text.find(ends_word).unwrap_or(text.len()));
        (Operand::of(typed), rest)
    }

    fn of(typed: &str) -> Operand {
        match serde_json::from_str(typed) {
            Ok(Value::String(text)) => Operand::Text(text),
            Ok(value) => Operand::Json(typed.to_owned(), value),
            Err(_) => Operand::Text(typed.to_owned()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Operand::Text(text) | Operand::Json(text, _) => text,
        }
    }

    fn equals(&self, field: &Value) -> bool {
        let is_value = matches!(self, Operand::Json(_, value) if value == field);
        is_value || field.as_str() == Some(self.text())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        let is_odd = |character: char| ends_word(character) || character.is_control();
        let is_plain = match self {
            Operand::Json(..) => true,
            Operand::Text(_) => {
                !text.contains(is_odd)
                    && !text.is_empty()
                    && !text.starts_with(['"', '{', '['])
                    && Operand::of(text) == *self
            }
        };
        f.write_str(&if is_plain {
            Cow::from(text)
        } else {
            quoted(text).into()
        })
    }
}

/// Whether a character ends a word of a query.
pub(super) fn ends_word(character: char) -> bool {
    character.is_whitespace() || character == ')'
}

/// Reads the JSON string at the start of a text; returns it with the rest.
pub(super) fn string(text: &str) -> Option<(String, &str)> {
    let mut strings = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let string = strings.next()?.ok()?;
    Some((string, &text[strings.byte_offset()..]))
}

/// Whether a field compares so with a value.
fn compares(operator: Operator, field: &Value, operand: &Operand) -> bool {
    let order = || order(&text(field), operand.text());
    match operator {
        Operator::Equal => operand.equals(field),
        Operator::Unequal => !operand.equals(field),
        Operator::Contains => contains(text(field).as_bytes(), operand.text()),
        Operator::Less => order() == Some(Ordering::Less),
        Operator::Greater => order() == Some(Ordering::Greater),
        Operator::AtMost => order().is_some_and(Ordering::is_le),
        Operator::AtLeast => order().is_some_and(Ordering::is_ge),
    }
}

/// A value as text: a string without its quotes, anything else as JSON.
fn text(value: &Value) -> Cow<'_, str> {
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
        match Condition::read(text, PathEnd::Operator)? {
            (condition, rest) if rest.trim().is_empty() => Ok(condition),
            (_, rest) => Err(PathError {
                at: text.chars().count() - rest.trim_start().chars().count(),
                expected: "nothing behind exists",
            }),
        }
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
