//! Reads a text that may not be JSON: reports what is wrong, and reads on as if it were right.
//!
//! One pass from the first byte to the last. Where the reader looks ahead to find out what was
//! meant, it draws on a budget in proportion to the text, so no text can take longer than that.

mod blank;
mod container;
mod cursor;
mod number;
mod object;
mod quote;
mod string;
mod word;

use std::ops::Range;

use super::fault::{Edit, Fault};
use super::foreign::foreign;
use super::lines::BYTE_ORDER_MARK;
use super::problem::Problem;
use super::tree::{Kind, Node};
use cursor::Reader;

/// The form of the time in a headline.
const TIME: &[u8] = b"00:00:00.000  ";
/// The form of the line with the day.
const DAY: &[u8] = b"0000-00-00\n";

/// Whether a text begins in a form, in which 0 is any digit.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    let mut pairs = text.iter().zip(form);
    text.len() > form.len()
        && pairs.all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == form,
        })
}

/// Reads the whole text, and reports at most `faults` of its faults.
pub(super) fn document(text: &[u8], faults: usize) -> (Option<Node>, Vec<Fault>) {
    Reader::new(text, faults).document()
}

/// Reads the whole text, and keeps of each array and object as many entries as `kept` says for its
/// level. Faults are not put into words.
pub(super) fn outline(text: &[u8], kept: fn(usize) -> usize) -> Option<Node> {
    let reader = Reader {
        kept,
        ..Reader::new(text, 0)
    };
    reader.document().0
}

impl Reader<'_> {
    /// Reads the whole text.
    fn document(mut self) -> (Option<Node>, Vec<Fault>) {
        let whole = 0..self.text.len();
        if let Some(format) = foreign(self.text) {
            self.fault(whole, &Problem::Foreign(format));
            return (None, self.faults.finish());
        }
        if self.text.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
            self.fixable(
                0..self.at,
                &Problem::ByteOrderMark,
                Edit::remove(0..self.at),
            );
        }
        self.blank();
        let root = match self.peek() {
            None => {
                self.fault(self.at..self.at, &Problem::EmptyText);
                None
            }
            Some(_) => self.root(),
        };
        self.blank();
        self.after();
        (root, self.faults.finish())
    }

    /// The value that is the document; none where the text has none.
    fn root(&mut self) -> Option<Node> {
        self.before();
        loop {
            if let Some(root) = self.value() {
                return Some(root);
            }
            let found = char::from(self.peek()?);
            let problem = match found {
                ',' => Problem::UnexpectedCharacter(found),
                _ => Problem::UnexpectedCloser(found, None),
            };
            self.fault(self.at..self.at + 1, &problem);
            self.at += 1;
            self.blank();
        }
    }

    /// Skips words before a bracket on the line that the document begins in, such as
    /// `payload:` in a line of a log.
    fn before(&mut self) {
        if let Some(line) = self.headline() {
            self.fixable(line.clone(), &Problem::Headline, Edit::remove(line.clone()));
            self.at = line.end;
            self.blank();
            return;
        }
        if self.starts_value() {
            return;
        }
        let run = self.run(word::Where::Before);
        if matches!(self.text.get(run.next), Some(b'{' | b'[')) {
            self.fault(run.span, &Problem::TextBefore);
            self.at = run.next;
        }
    }

    /// The line above a body that `listen` and `log` show: a time to the millisecond, then words.
    fn headline(&self) -> Option<Range<usize>> {
        let whole = &self.text[self.at..];
        // `log` writes the day above the first one.
        let day = if has_form(whole, DAY) { DAY.len() } else { 0 };
        let rest = &whole[day..];
        let is_time = has_form(rest, TIME);
        let end = is_time.then(|| memchr::memchr(b'\n', rest)).flatten()?;
        let body = rest[end..].trim_ascii_start();
        body.starts_with(b"{")
            .then(|| self.at..self.at + day + end + 1)
    }

    /// Reports what stands after the document.
    fn after(&mut self) {
        let rest = &self.text[self.at..];
        let span = self.at..self.at + rest.trim_ascii_end().len();
        match rest.trim_ascii_end() {
            [] => {}
            [b',' | b';'] => {
                self.fixable(span.clone(), &Problem::TextAfter, Edit::remove(span));
            }
            [b'}' | b']', ..] => {
                let found = char::from(rest[0]);
                self.fault(span, &Problem::UnexpectedCloser(found, None));
            }
            [b'{' | b'[' | b'"', ..] => self.fault(span, &Problem::SecondDocument),
            _ => self.fault(span, &Problem::TextAfter),
        }
    }

    /// Reads a value, if one begins here or after what has no meaning here; else stops
    /// at a comma, at a closer or at the end of the text, and leaves it to the caller.
    fn value(&mut self) -> Option<Node> {
        loop {
            match self.peek()? {
                b'{' => return Some(self.container(b'}')),
                b'[' => return Some(self.container(b']')),
                b',' | b'}' | b']' => return None,
                _ => {}
            }
            if let Some(node) = self.literal() {
                return Some(node);
            }
            if self.starts_number() {
                return Some(self.number());
            }
            if self.quote_at(self.at).is_some() {
                let (text, span) = self.string();
                let kind = Kind::String(text);
                return Some(Node { span, kind });
            }
            if let Some(node) = self.word() {
                return Some(node);
            }
            self.blank();
        }
    }

    /// `null`, `true` and `false` where the next byte leaves no doubt.
    fn literal(&mut self) -> Option<Node> {
        let rest = &self.text[self.at..];
        let (length, kind) = match rest.first()? {
            b'n' if rest.starts_with(b"null") => (4, Kind::Null),
            b't' if rest.starts_with(b"true") => (4, Kind::Bool(true)),
            b'f' if rest.starts_with(b"false") => (5, Kind::Bool(false)),
            _ => return None,
        };
        if !matches!(
            rest.get(length),
            None | Some(b',' | b'}' | b']' | b'\r' | b'\n')
        ) {
            return None;
        }
        let span = self.at..self.at + length;
        self.at = span.end;
        Some(Node { span, kind })
    }

    /// Whether a value begins here that is JSON or can be fixed into it.
    fn starts_value(&self) -> bool {
        matches!(self.peek(), Some(b'"' | b'{' | b'['))
            || self.starts_number()
            || self.quote_at(self.at).is_some()
            || self.starts_json_word()
    }
}
