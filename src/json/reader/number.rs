//! Numbers, and what other languages take for one.

use serde_json::Number;

use crate::json::fault::Edit;
use crate::json::problem::Problem;
use crate::json::tree::{Kind, Node};

use super::cursor::Reader;
use super::word::json_word;

/// No number of fewer digits and without an exponent is beyond a double.
const DIGITS_OF_A_DOUBLE: usize = 308;

impl<'t> Reader<'t> {
    /// Whether a number begins here, or something that tries to be one.
    pub(super) fn starts_number(&self) -> bool {
        let next = |distance| self.text.get(self.at + distance).copied();
        let (first, second, third) = (next(0), next(1), next(2));
        let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
        match first {
            Some(b'.') => digit(second),
            Some(b'-' | b'+') => digit(second) || (second == Some(b'.') && digit(third)),
            _ => digit(first),
        }
    }

    /// The number that begins here.
    pub(super) fn number(&mut self) -> Node {
        let rest = &self.text[self.at..];
        let plain = json_number(rest);
        let (length, is_number) = match plain {
            Some(length) if !goes_on(&rest[length..]) => (length, true),
            _ => (token(rest), false),
        };
        let unit = unit(&rest[length..]).filter(|_| is_number);
        let span = self.at..self.at + length + unit.unwrap_or(0);
        self.at = span.end;
        // A token is ASCII.
        let text: &'t str = std::str::from_utf8(&self.text[span.clone()]).unwrap_or_default();
        let kind = if unit.is_some() {
            self.fault(span.clone(), &Problem::BareWord(text));
            Kind::Bare(text.to_owned())
        } else if is_number {
            if !in_range(text) {
                self.fault(span.clone(), &Problem::NumberOutOfRange(text));
            }
            Kind::Number(text.to_owned())
        } else {
            let fixed = fixed(text);
            let edits = fixed
                .iter()
                .map(|with| Edit::replace(span.clone(), with.clone()));
            let problem = Problem::BadNumber(text, fixed.as_deref());
            self.faults.add(span.clone(), &problem, edits.collect());
            fixed.map_or_else(|| Kind::Bare(text.to_owned()), Kind::Number)
        };
        Node { span, kind }
    }
}

/// The length of the JSON number (RFC 8259, section 6) at the beginning of a text.
fn json_number(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut at = usize::from(text.first() == Some(&b'-'));
    at += match (text.get(at)?, digits(at)) {
        (_, 0) => return None,
        (b'0', _) => 1,
        (_, count) => count,
    };
    if text.get(at) == Some(&b'.') {
        match digits(at + 1) {
            0 => return None,
            count => at += 1 + count,
        }
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        match digits(at + 1 + sign) {
            0 => return None,
            count => at += 1 + sign + count,
        }
    }
    Some(at)
}

/// The length of a unit behind a number, ` MB` in `12 MB,`. A word of JSON lacks a comma before it,
/// and a key has a colon after it.
fn unit(rest: &[u8]) -> Option<usize> {
    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
    let is_of_unit = |byte: &&u8| byte.is_ascii_alphabetic() || matches!(byte, b'%' | b'/');
    let length = rest[blanks..].iter().take_while(is_of_unit).count();
    let word = str::from_utf8(&rest[blanks..blanks + length]).ok()?;
    let behind = rest[blanks + length..].trim_ascii_start().first();
    let is_unit = blanks > 0
        && word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '%')
        && json_word(word).is_none()
        && matches!(behind, Some(b',' | b'}' | b']'));
    is_unit.then_some(blanks + length)
}

/// Whether what follows a number belongs to the same word: `10px`, `2026-11-20`.
fn goes_on(rest: &[u8]) -> bool {
    match rest {
        [b':', next, ..] => next.is_ascii_digit(),
        [first, ..] => first.is_ascii_alphanumeric() || matches!(first, b'.' | b'_' | b'-' | b'+'),
        [] => false,
    }
}

/// The length of the word at the beginning of a text that tries to be a number.
fn token(text: &[u8]) -> usize {
    let mut length = 1;
    while goes_on(&text[length..]) {
        length += 1;
    }
    length
}

/// Whether `serde_json` takes a number, or finds it beyond a double.
fn in_range(number: &str) -> bool {
    let short = number.len() <= DIGITS_OF_A_DOUBLE && !number.contains(['e', 'E']);
    short || number.parse::<Number>().is_ok()
}

/// The JSON number for one of another language, where its value is beyond doubt. It
/// is in doubt with leading zeros: octal, decimal, or an id that lost its quotes.
fn fixed(number: &str) -> Option<String> {
    let (sign, body) = match number.as_bytes().first()? {
        b'-' => ("-", &number[1..]),
        b'+' => ("", &number[1..]),
        _ => ("", number),
    };
    let bytes = body.as_bytes();
    let between_digits = |at: usize| {
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
        at > 0 && digit(at - 1) && digit(at + 1)
    };
    if !body.match_indices('_').all(|(at, _)| between_digits(at)) {
        return None;
    }
    let body = body.replace('_', "");
    let lower = body.to_ascii_lowercase();
    let radix = |prefix: &str, radix: u32| {
        let digits = lower.strip_prefix(prefix)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        plain
            .then(|| u64::from_str_radix(digits, radix).ok())
            .flatten()
    };
    let whole = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2));
    let decimal = whole.map_or_else(|| with_both_sides_of_the_point(&body), |n| n.to_string());
    let fixed = format!("{sign}{decimal}");
    let exact = decimal.starts_with(|c: char| c.is_ascii_digit())
        && json_number(fixed.as_bytes()) == Some(fixed.len());
    (exact && in_range(&fixed)).then_some(fixed)
}

/// `.5` and `5.` as JSON wants them.
fn with_both_sides_of_the_point(number: &str) -> String {
    let Some((whole, rest)) = number.split_once('.') else {
        return number.to_owned();
    };
    let zero = |missing: bool| if missing { "0" } else { "" };
    let before = zero(whole.is_empty());
    let after = zero(!rest.starts_with(|c: char| c.is_ascii_digit()));
    format!("{before}{whole}.{after}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_another_language_is_fixed_where_its_value_is_beyond_doubt() {
        let cases = [
            ("+1", Some("1")),
            (".5", Some("0.5")),
            ("-.5e3", Some("-0.5e3")),
            ("1.", Some("1.0")),
            ("1.e5", Some("1.0e5")),
            ("0x10", Some("16")),
            ("-0XfF", Some("-255")),
            ("0b101", Some("5")),
            ("0o17", Some("15")),
            ("1_000_000", Some("1000000")),
            ("0x", None),
            ("0x+1", None),
            ("01", None),
            ("-007", None),
            ("1__0", None),
            ("1_", None),
            ("+-1", None),
            ("1.e999", None),
            ("1.2.3", None),
            ("10px", None),
            ("0xfffffffffffffffff", None),
        ];
        for (number, expected) in cases {
            assert_eq!(fixed(number).as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn the_range_is_that_of_a_double() {
        let nines = "9".repeat(DIGITS_OF_A_DOUBLE);
        assert!(nines.parse::<Number>().is_ok());
        assert!(!in_range(&nines.repeat(2)));
        assert!(!in_range("1e309"));
        assert!(in_range("1e-999"));
    }
}
