//! The body of a record without reading the rest of it.
//!
//! It takes a record exactly as [`write_record`](super::write_record) writes it, with a body
//! that was not compressed, and leaves everything else to [`parse_record`](super::parse_record).
//! A property test proves that both find the same body.

use chrono::{DateTime, Utc};

use super::definition::LAST_SEQ;
use crate::json::raw::{string, unescape};

/// The number, the time and the body of a record, from its text behind
/// [`RECORD_START`](super::RECORD_START).
/// The body is unescaped into `scratch`.
pub(in crate::journal) fn body<'t, 's>(
    record: &'t [u8],
    scratch: &'s mut Vec<u8>,
) -> Option<(u64, &'t [u8], &'s [u8])> {
    let mut cursor = Cursor {
        text: record,
        at: 0,
        scratch,
    };
    cursor.literal(b"1,\"seq\":")?;
    let seq = cursor.number().filter(|seq| *seq <= LAST_SEQ)?;
    if cursor.literal(b",\"log\":").is_some() {
        cursor.text()?;
    }
    cursor.literal(b",\"received_at\":\"")?;
    let time = cursor.time()?;
    cursor.literal(b"\",\"peer\":")?;
    cursor.text()?;
    cursor.literal(b",\"method\":")?;
    cursor.text()?;
    cursor.literal(b",\"target\":")?;
    cursor.text()?;
    cursor.literal(b",\"headers\":[")?;
    cursor.headers()?;
    cursor.literal(b",\"body\":")?;
    cursor.text()?;
    cursor.literal(b"}")?;
    (cursor.at == record.len()).then_some((seq, time, &*cursor.scratch))
}

struct Cursor<'t, 's> {
    text: &'t [u8],
    at: usize,
    /// The last string that was read.
    scratch: &'s mut Vec<u8>,
}

impl<'t> Cursor<'t, '_> {
    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        if !self.text.get(self.at..)?.starts_with(literal) {
            return None;
        }
        self.at += literal.len();
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let rest = self.text.get(self.at..)?;
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = str::from_utf8(&rest[..length]).ok()?;
        self.at += length;
        if length > 1 && digits.starts_with('0') {
            return None;
        }
        digits.parse().ok()
    }

    /// A time with six decimals, in UTC.
    fn time(&mut self) -> Option<&'t [u8]> {
        const LENGTH: usize = "2026-11-20T14:03:22.118042Z".len();
        let time = self.text.get(self.at..self.at + LENGTH)?;
        self.at += LENGTH;
        let form = b"0000-00-00T00:00:00.000000Z";
        let fits = time.iter().zip(form).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == form,
        });
        let two = |at: usize| (time[at] - b'0') * 10 + (time[at + 1] - b'0');
        let is_plain = fits
            && (1..=12).contains(&two(5))
            && (1..=28).contains(&two(8))
            && two(11) < 24
            && two(14) < 60
            && two(17) < 60;
        if is_plain {
            return Some(time);
        }
        let text = str::from_utf8(time).ok().filter(|_| fits)?;
        text.parse::<DateTime<Utc>>().ok().map(|_| time)
    }

    fn text(&mut self) -> Option<()> {
        self.literal(b"\"")?;
        let raw = string(self.text, self.at)?;
        self.at += raw.bytes.len() + 1;
        self.scratch.clear();
        if raw.has_escape {
            return unescape(raw.bytes, self.scratch).then_some(());
        }
        self.scratch.extend_from_slice(raw.bytes);
        Some(())
    }

    /// The list of fields, up to and with its closing bracket.
    fn headers(&mut self) -> Option<()> {
        if self.literal(b"]").is_some() {
            return Some(());
        }
        loop {
            self.literal(b"[")?;
            self.text()?;
            // A compressed body must be unpacked before it is judged.
            if self.scratch.eq_ignore_ascii_case(b"content-encoding") {
                return None;
            }
            self.literal(b",")?;
            self.text()?;
            // A header value in base64 is left to the full parser.
            self.literal(b"]")?;
            if self.literal(b"]").is_some() {
                return Some(());
            }
            self.literal(b",")?;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::record::{RECORD_START, parse_record, write_record};
    use crate::model::capture::{Capture, Headers};

    fn line(fields: &[(String, String)], texts: [&str; 3], body: &str) -> Vec<u8> {
        let mut headers = Headers::new();
        for (name, value) in fields {
            headers.push(name.clone(), value.clone());
        }
        let capture = Capture {
            received_at: "2026-11-20T14:03:22.118042Z".parse().unwrap(),
            peer: texts[0].into(),
            method: texts[1].into(),
            target: texts[2].into(),
            headers,
            body: body.to_owned().into(),
        };
        let mut line = Vec::new();
        write_record(17, None, &capture, &mut line);
        line.pop();
        line
    }

    fn short(line: &[u8]) -> Option<(u64, Vec<u8>)> {
        let mut scratch = Vec::new();
        let (seq, time, body) = body(line.strip_prefix(RECORD_START)?, &mut scratch)?;
        assert_eq!(time.len(), "2026-11-20T14:03:22.118042Z".len());
        Some((seq, body.to_vec()))
    }

    proptest! {
        #[test]
        fn a_record_of_this_program_gives_its_body(
            fields in prop::collection::vec((any::<String>(), any::<String>()), 0..4),
            peer: String, method: String, target: String, body: String,
        ) {
            let line = line(&fields, [&peer, &method, &target], &body);
            prop_assert_eq!(short(&line), Some((17, body.into_bytes())));
        }

        #[test]
        fn what_it_takes_the_full_reader_takes_alike(
            body in "[a-z\"\\\\\u{e9}\n]{0,8}",
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, "[0-9\"\\\\{},:\\[\\]a \u{e9}]{0,2}"), 0..3),
        ) {
            let fields = [("content-type".to_owned(), "application/json".to_owned())];
            let mut line = line(&fields, ["p", "POST", "/"], &body);
            for (place, removed, piece) in changes {
                let at = place.index(line.len());
                let end = line.len().min(at + removed);
                line.splice(at..end, piece.bytes());
            }
            if let Some((seq, body)) = short(&line) {
                let record = parse_record(&line).unwrap();
                prop_assert_eq!((record.seq, &record.capture.body[..]), (seq, &body[..]));
            }
        }
    }

    #[test]
    fn a_body_that_may_be_packed_is_left_to_the_full_reader() {
        let fields = [("Content-Encoding".to_owned(), "gzip".to_owned())];
        assert_eq!(short(&line(&fields, ["p", "POST", "/"], "x")), None);
    }

    #[test]
    fn days_that_are_none_are_left_to_the_full_reader() {
        let line = line(&[], ["p", "POST", "/"], "x");
        let text = String::from_utf8(line).unwrap();
        for (time, is_day) in [
            ("2026-11-30", true),
            ("2024-02-29", true),
            ("2026-02-29", false),
            ("2026-11-31", false),
            ("2026-13-01", false),
            ("2026-11-00", false),
        ] {
            let line = text.replacen("2026-11-20", time, 1);
            assert_eq!(short(line.as_bytes()).is_some(), is_day, "{time}");
            assert_eq!(parse_record(line.as_bytes()).is_ok(), is_day, "{time}");
        }
    }
}
