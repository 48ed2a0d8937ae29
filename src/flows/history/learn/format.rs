//! Forms of values: which a schema can name, and which only a made-up sample follows.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

/// A form of strings or integers. The first that all have is the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// RFC 3339.
    DateTime,
    /// A day.
    Date,
    /// Eight, four, four, four and twelve hexadecimal digits.
    Uuid,
    /// An absolute URL.
    Uri,
    /// An address.
    Email,
    /// Decimal digits.
    Digits,
    /// At least eight hexadecimal digits.
    Hex,
    /// An integer that can be a time in seconds since 1970.
    UnixSeconds,
}

impl Form {
    const ALL: [Form; 8] = [
        Form::DateTime,
        Form::Date,
        Form::Uuid,
        Form::Uri,
        Form::Email,
        Form::Digits,
        Form::Hex,
        Form::UnixSeconds,
    ];

    /// The forms of a value.
    pub fn of(value: &Value) -> impl Iterator<Item = Form> + '_ {
        Form::ALL.into_iter().filter(|form| form.fits(value))
    }

    fn fits(self, value: &Value) -> bool {
        let Value::String(text) = value else {
            let seconds = value.as_u64().filter(|_| self == Form::UnixSeconds);
            return seconds
                .is_some_and(|seconds| (1_000_000_000..4_000_000_000).contains(&seconds));
        };
        let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match self {
            Form::DateTime => DateTime::parse_from_rfc3339(text).is_ok(),
            Form::Date => text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
            Form::Uuid => {
                let parts: Vec<&str> = text.split('-').collect();
                parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
                    && parts.iter().all(|part| hex(part))
            }
            Form::Uri => {
                let scheme = text.split_once("://").map(|(scheme, _)| scheme);
                let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
                scheme.is_some_and(|name| !name.is_empty() && is_plain(name))
                    && !text.contains(char::is_whitespace)
            }
            Form::Email => {
                let parts = text.split_once('@');
                parts.is_some_and(|(name, host)| {
                    !name.is_empty() && host.contains('.') && !host.contains('@')
                }) && !text.contains(char::is_whitespace)
            }
            Form::Digits => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
            Form::Hex => text.len() >= 8 && hex(text),
            Form::UnixSeconds => false,
        }
    }

    /// The word for it in `x-learned`.
    pub fn word(self) -> &'static str {
        match self {
            Form::DateTime => "date-time",
            Form::Date => "date",
            Form::Uuid => "uuid",
            Form::Uri => "uri",
            Form::Email => "email",
            Form::Digits => "digits",
            Form::Hex => "hex",
            Form::UnixSeconds => "unix-seconds",
        }
    }

    /// The form of that word.
    pub fn of_word(word: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.word() == word)
    }

    /// Whether JSON Schema has a `format` for it.
    pub fn is_standard(self) -> bool {
        !matches!(self, Form::Digits | Form::Hex | Form::UnixSeconds)
    }

    /// The JSON type of values that have it.
    pub fn type_name(self) -> &'static str {
        if self == Form::UnixSeconds {
            "integer"
        } else {
            "string"
        }
    }

    /// A made-up text of that form for a field of that name, so long where that is free.
    pub fn made_up(self, length: usize, name: &str) -> String {
        let mut rng = fastrand::Rng::with_seed(xxh3_64(name.as_bytes()));
        let mut drawn = |digits: &str| {
            let digits = digits.as_bytes();
            let digit = |_| char::from(digits[rng.usize(..digits.len())]);
            (0..length.max(1)).map(digit).collect()
        };
        match self {
            Form::DateTime => "2026-01-01T12:00:00Z".to_owned(),
            Form::Date => "2026-01-01".to_owned(),
            Form::Uuid => "01234567-89ab-4cde-8f01-23456789abcd".to_owned(),
            Form::Uri => "https://example.com/made-up".to_owned(),
            Form::Email => "made.up@example.com".to_owned(),
            Form::Digits => drawn("123456789"),
            Form::Hex => drawn("0123456789abcdef"),
            Form::UnixSeconds => "1767268800".to_owned(),
        }
    }
}
